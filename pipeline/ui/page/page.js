"use strict";

// Everything that models and people write goes into the page as text, never as markup.
const at = (id) => document.getElementById(id);
const make = (tag, text = "", className = "") => {
  const made = document.createElement(tag);
  if (text !== "") made.textContent = text;
  if (className) made.className = className;
  return made;
};
const number = (value) => Number(value).toLocaleString("en", { maximumSignificantDigits: 6 });
const plain = (value) => (typeof value === "number" ? number(value) : String(value));

let run = null;
let round = 0;

function complain(message) {
  at("alert").hidden = !message;
  at("alert").textContent = message;
}

async function fetched(path, options) {
  let reply;
  try {
    reply = await fetch(path, options);
  } catch {
    throw new Error("The server does not answer. Was it stopped in the terminal?");
  }
  const found = await reply.json().catch(() => null);
  if (reply.ok && found) return found;
  const problems = found?.problems ?? [{ message: `the server said ${reply.status}`, hint: "" }];
  throw new Error(problems.map((one) => one.message + (one.hint ? `\n${one.hint}` : "")).join("\n"));
}

function field(column, first) {
  const holder = document.createDocumentFragment();
  const label = make("label", column.name + " ");
  label.htmlFor = `field-${column.name}`;
  const words = column.description + (column.required ? "" : "; may be left out");
  label.append(make("span", words, "hint"));
  const area = make("textarea");
  area.id = label.htmlFor;
  area.name = column.name;
  area.rows = column.name === "context" ? 7 : 3;
  area.maxLength = run.longest;
  area.spellcheck = false;
  area.autofocus = first;
  holder.append(label, area);
  return holder;
}

function show() {
  document.title = `${run.title}: Graft`;
  at("title").textContent = run.title;
  at("description").textContent = run.description || run.task;
  at("verdict").textContent = run.verdict;
  const usual = run.columns.filter((one) => one.usual);
  usual.forEach((column, index) => at("fields").append(field(column, index === 0)));
  if (usual.length < run.columns.length) {
    const more = make("details");
    more.append(make("summary", "What else can be read"));
    run.columns.filter((one) => !one.usual).forEach((column) => more.append(field(column, false)));
    at("fields").append(more);
  }
  const others = run.contenders.filter((one) => one.kind === "baseline");
  at("others").hidden = others.length === 0;
  for (const one of others) {
    const label = make("label");
    const box = make("input");
    box.type = "checkbox";
    box.value = one.name;
    label.append(box, `${one.name}${one.score ? ` (${one.score})` : ""}`);
    at("others").append(label);
  }
  at("fields").querySelector("textarea").focus();
}

function likely(reply) {
  const list = make("ol", "", "likely");
  for (const [label, share] of reply.likely) {
    const row = make("li");
    const meter = make("meter");
    meter.value = share;
    meter.setAttribute("aria-label", label);
    row.append(make("span", label), make("span", share.toFixed(3), "number"), meter);
    list.append(row);
  }
  const rest = reply.labels - reply.likely.length;
  if (rest > 0) list.append(make("li", `and ${rest} less likely`, "hint"));
  return list;
}

function tagged(reply) {
  const line = make("p", "", "words");
  const spans = reply.answer.spans ??
    reply.answer.tags.map((type, start) => ({ type, start, end: start + 1 }));
  let place = 0;
  for (const span of spans) {
    if (span.start > place) line.append(reply.words.slice(place, span.start).join(" ") + " ");
    const mark = make("mark", reply.words.slice(span.start, span.end).join(" "));
    mark.append(make("small", span.type));
    line.append(mark, " ");
    place = span.end;
  }
  line.append(reply.words.slice(place).join(" "));
  return line;
}

function inContext(answer, context) {
  // Places are counted in characters, as Python does; JavaScript counts halves of some.
  const letters = Array.from(context);
  const shown = make("p", "", "context");
  shown.tabIndex = 0;
  shown.append(letters.slice(0, answer.start).join(""));
  shown.append(make("mark", letters.slice(answer.start, answer.end).join("")));
  shown.append(letters.slice(answer.end).join(""));
  return shown;
}

function said(reply, given) {
  const answer = reply.answer;
  const parts = [];
  if ("label" in answer) {
    const names = Array.isArray(answer.label) ? answer.label.join(", ") : answer.label;
    parts.push(make("p", names || "no label", "said"));
  } else if ("tags" in answer) {
    parts.push(tagged(reply));
  } else if ("answer" in answer) {
    const none = answer.answer === null || answer.answer === "";
    const kind = "start" in answer || none ? "said" : "said text";
    parts.push(make("p", none ? "no answer" : answer.answer, kind));
    if (typeof answer.start === "number") parts.push(inContext(answer, given.context));
  } else if ("value" in answer) {
    parts.push(make("p", number(answer.value), "said"));
  } else {
    const list = make("dl");
    for (const [name, value] of Object.entries(answer)) {
      list.append(make("dt", name.replaceAll("_", " ")), make("dd", plain(value)));
    }
    parts.push(list);
  }
  if (reply.likely) parts.push(likely(reply));
  return parts;
}

function card(contender) {
  const made = make("article", "", contender.kind.replace(" ", "-"));
  made.append(make("h2", contender.name));
  const score = contender.score ? `, ${contender.score} on the test rows` : "";
  made.append(make("p", contender.kind + score, "hint"));
  const body = make("div", "…");
  made.append(body);
  return { made, body, hint: made.querySelector(".hint") };
}

async function ask(event) {
  event.preventDefault();
  if (at("ask").disabled || !run) return;
  const mine = ++round;
  complain("");
  const given = {};
  for (const area of at("fields").querySelectorAll("textarea")) given[area.name] = area.value;
  const empty = run.columns.find((one) => one.required && !given[one.name].trim());
  const nothing = Object.values(given).every((text) => !text.trim());
  if (empty || nothing) {
    const name = (empty ?? run.columns[0]).name;
    complain(`Type something into “${name}” first.`);
    at(`field-${name}`).focus();
    return;
  }
  const asked = new Set([...at("others").querySelectorAll("input:checked")].map((one) => one.value));
  const chosen = run.contenders.filter((one) => one.kind !== "baseline" || asked.has(one.name));
  at("ask").disabled = true;
  at("state").textContent = "answering…";
  at("answers").replaceChildren();
  await Promise.all(chosen.map(async (contender) => {
    const { made, body, hint } = card(contender);
    at("answers").append(made);
    try {
      const reply = await fetched("answer", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ contender: contender.name, given }),
      });
      if (mine !== round) return;
      body.replaceChildren(...said(reply, given));
      hint.textContent += `, answered in ${number(Math.round(reply.seconds * 1000))} ms`;
    } catch (error) {
      body.replaceChildren(make("p", error.message, "failed"));
      body.firstChild.setAttribute("role", "alert");
    }
  }));
  at("ask").disabled = false;
  at("state").textContent = `${chosen.length} answers`;
}

at("form").addEventListener("submit", ask);
at("form").addEventListener("keydown", (event) => {
  // Enter ends a syllable while Korean is composed; then it is no command.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) ask(event);
});
fetched("run.json").then((found) => { run = found; show(); }, (error) => complain(error.message));
