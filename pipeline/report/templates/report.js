"use strict";
// Rows can be searched by words and narrowed to a gold class; without this they are all there.
for (const form of document.querySelectorAll("form.filter")) {
  const rows = [...document.querySelectorAll("#rows tbody tr")];
  const groups = [...document.querySelectorAll("#rows details")];
  const words = form.elements.namedItem("words"), gold = form.elements.namedItem("gold");
  const status = form.querySelector("output");
  const apply = () => {
    const sought = words.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      const kept = (!gold || !gold.value || row.dataset.gold === gold.value) &&
        sought.every((word) => text.includes(word));
      row.hidden = !kept;
      found += kept;
    }
    const narrowed = sought.length > 0 || (gold && gold.value);
    for (const group of groups) {
      const left = group.querySelectorAll("tbody tr:not([hidden])").length;
      group.hidden = left === 0;
      if (narrowed && left) group.open = true;
    }
    status.textContent = narrowed ? `${found} of ${rows.length} rows` : "";
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
}
