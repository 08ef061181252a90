from __future__ import annotations

import base64
import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UserError
from pipeline.report import page, words
from tests.report import example
from tests.report.reading import Element, parse

SECTIONS = [
    "verdict", "scores", "contenders", "price", "cost", "curve", "confusion", "classes",
    "calibration", "rows", "data", "model", "exports", "recipe", "provenance",
]  # fmt: skip


def ids(tree: Element) -> list[str]:
    return [each.attributes["id"] for each in tree.all("section")]


def test_it_tells_the_story_in_order(run: Path) -> None:
    assert ids(parse(page.render(run))) == SECTIONS


def test_write_leaves_the_page_and_nothing_else(run: Path) -> None:
    before = {path.name for path in run.iterdir()}
    path = page.write(run)
    assert {path.name for path in run.iterdir()} - before == {"report.html"}
    assert path.read_text(encoding="utf-8") == page.render(run)


@pytest.mark.parametrize(
    ("worth_it", "words_shown", "sign"),
    [(True, "Worth it", "✓"), (False, "Not worth it", "✕"), (None, "Undecided", "≈")],
)
def test_the_verdict_is_told_in_words_a_sign_and_a_colour(
    tmp_path: Path, worth_it: bool | None, words_shown: str, sign: str
) -> None:
    result = example.build(tmp_path, worth_it=worth_it)
    verdict = parse(page.render(tmp_path)).one("section", id="verdict")
    assert verdict.one("h2").text == sign + words_shown
    assert verdict.one("p", css="sentence").text == result["verdict"]["sentence"]
    assert page.MARKS[worth_it][0] in verdict.attributes["class"].split()
    expected = result["verdict"]
    shown = verdict.one("dl").exact_numbers
    assert shown == [
        expected["difference"], *expected["interval"], expected["p_value"],
        expected["minimum_detectable_difference"],
    ]  # fmt: skip


def test_every_number_of_a_contender_is_the_one_in_the_result(
    run: Path, result: dict[str, Any]
) -> None:
    table = parse(page.render(run)).one("section", id="contenders").one("table")
    rows = table.one("tbody").all("tr")
    by_score = sorted(result["contenders"], key=lambda each: -each["scores"]["accuracy"])
    assert len(rows) == len(by_score) == 7
    for row, each in zip(rows, by_score, strict=True):
        assert row.one("th").text.startswith(each["name"])
        assert row.exact_numbers == pytest.approx(
            [
                each["scores"]["accuracy"], *each["interval"], each["scores"]["macro_f1"],
                each["validation_score"], each["fit_seconds"],
                each["predict_seconds"] * 1e6 / result["test_rows"], each["size_bytes"] / 1e6,
                each["trainable_parameters"],
            ],
            rel=1e-12,
        )  # fmt: skip


def test_what_is_shown_is_what_is_carried_rounded(run: Path) -> None:
    shown = 0
    for each in parse(page.render(run)).all("data"):
        value, text = float(each.attributes["value"]), each.text
        plain = text.replace(",", "").replace(words.MINUS, "-")
        if re.fullmatch(r"[+-]?\d+(\.\d+)?", plain):
            decimals = len(plain.partition(".")[2])
            assert float(plain) == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-12), text
            shown += 1
    assert shown > 140


def test_the_class_table_and_the_confusion_matrix_are_the_results(
    run: Path, result: dict[str, Any]
) -> None:
    tree = parse(page.render(run))
    details = result["contenders"][0]["details"]
    rows = tree.one("section", id="classes").one("tbody").all("tr")
    for row, each in zip(rows, details["per_class"], strict=True):
        assert row.one("th").text == each["label"]
        assert row.exact_numbers == [each[k] for k in ("precision", "recall", "f1", "support")]
    matrix = tree.one("section", id="confusion").one("tbody").all("tr")
    counts = [
        [int(cell.text) if cell.text != "·" else 0 for cell in row.all("td")] for row in matrix
    ]
    assert counts == details["confusion"]
    shown = tree.one("section", id="confusion").one("thead").all("th")
    assert [each.text for each in shown[1:]] == result["data"]["labels"]


def test_many_classes_are_a_list_and_a_map(tmp_path: Path) -> None:
    labels = tuple(f"intent_{index}" for index in range(77))
    result = example.build(tmp_path, labels=labels, rows=3000)
    section = parse(page.render(tmp_path)).one("section", id="confusion")
    counts = result["contenders"][0]["details"]["confusion"]
    wrong = sorted(
        (n for i, row in enumerate(counts) for j, n in enumerate(row) if i != j), reverse=True
    )
    rows = section.one("tbody").all("tr")
    assert [int(row.exact_numbers[0]) for row in rows] == wrong[:20]
    first = rows[0].all("td")
    gold, answer = labels.index(first[0].text), labels.index(first[1].text)
    assert counts[gold][answer] == wrong[0]
    assert len(section.all("svg")) == 2
    drawn = "".join(path.attributes["d"] for path in section.all("svg")[0].all("path"))
    assert drawn.count("M") == sum(n > 0 for row in counts for n in row)


def test_calibration_is_the_result_s(run: Path, result: dict[str, Any]) -> None:
    section = parse(page.render(run)).one("section", id="calibration")
    errors, thresholds = section.all("table")
    found = result["contenders"][0]["details"]["calibration"]
    assert errors.one("tbody").exact_numbers == [found["ece"]] * 2
    known = [row["threshold"] for row in found["thresholds"]]
    rows = thresholds.one("tbody").all("tr")
    assert [row.exact_numbers[0] for row in rows] == known
    assert rows[-1].all("td")[-1].text == "\N{EN DASH}"
    assert len(section.all("circle")) == len(found["bins"])


def test_kinds_of_mistakes_stand_side_by_side(run: Path, result: dict[str, Any]) -> None:
    counts = {"bert-lora": {"right": 80, "missed": 3}, "tfidf": {"right": 60, "invented": 9}}
    for contender in result["contenders"][:2]:
        found = counts[contender["name"]].items()
        contender["details"]["mistakes"] = [{"kind": k, "found": n} for k, n in found]
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    table = parse(page.render(run)).one("section", id="mistakes").one("table")
    assert [each.text for each in table.one("thead").all("th")] == ["Kind", "bert-lora", "tfidf"]
    rows = {row.one("th").text: row.exact_numbers for row in table.one("tbody").all("tr")}
    assert rows == {"right": [80, 60], "missed": [3, 0], "invented": [0, 9]}


def test_the_price_of_a_point_is_the_result_s(run: Path, result: dict[str, Any]) -> None:
    section = parse(page.render(run)).one("section", id="price")
    cost, rows = result["verdict"]["cost"], section.one("tbody").all("tr")
    ours, theirs = result["contenders"][:2]
    scales = {"training_minutes": 60, "milliseconds_a_row": 1_000, "megabytes": 1}
    for row, (unit, scale) in zip(rows, scales.items(), strict=True):
        shown = row.exact_numbers
        assert shown[2:] == [scale * cost["a_point"][unit]]
        assert shown[0] - shown[1] == pytest.approx(scale * cost["extra"][unit])
    assert rows[0].exact_numbers[:2] == [ours["fit_seconds"], theirs["fit_seconds"]]
    assert rows[2].exact_numbers[:2] == [ours["size_bytes"] / 1e6, theirs["size_bytes"] / 1e6]


def test_what_was_not_surely_won_has_no_price(tmp_path: Path) -> None:
    result = example.build(tmp_path, worth_it=None)
    section = parse(page.render(tmp_path)).one("section", id="price")
    assert [each.text for each in section.one("thead").all("th")] == [
        "Cost", "bert-lora", "tfidf", "More",
    ]  # fmt: skip
    assert "a point has no price" in section.text
    training = section.one("tbody").all("tr")[0]
    assert training.all("td")[2].text == "+6 min 51 s"
    assert training.exact_numbers[2] == 60 * result["verdict"]["cost"]["extra"]["training_minutes"]


def test_what_the_baseline_takes_more_of_costs_a_point_nothing(
    run: Path, result: dict[str, Any]
) -> None:
    result["verdict"]["cost"]["a_point"]["training_minutes"] *= -1
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    training = parse(page.render(run)).one("section", id="price").one("tbody").all("tr")[0]
    assert training.all("td")[2].text == "nothing more"


def test_a_result_without_prices_has_no_table_of_them(run: Path, result: dict[str, Any]) -> None:
    del result["verdict"]["cost"]
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    assert "price" not in ids(parse(page.render(run)))


def test_several_seeds_stand_side_by_side(tmp_path: Path) -> None:
    result = example.build(tmp_path, seeds=(3, 1, 4))
    tree = parse(page.render(tmp_path))
    section = tree.one("section", id="seeds")
    heads = [each.text for each in section.one("thead").all("th")]
    assert heads == ["Contender", "Mean", "Lowest to highest", "Seed 3", "Seed 1", "Seed 4"]
    found = {each["name"]: each for each in result["contenders"]}
    rows = {row.one("th").text: row.exact_numbers for row in section.one("tbody").all("tr")}
    assert set(rows) == {"bert-lora", "cnn", "lstm", "scratch"}
    for name, numbers in rows.items():
        scores = [seed["scores"]["accuracy"] for seed in found[name]["seeds"]]
        assert numbers == [found[name]["scores"]["accuracy"], min(scores), max(scores), *scores]
    assert "No seed changes tfidf, ngram, majority." in section.text
    assert ids(tree).index("seeds") == ids(tree).index("scores") + 1


def test_what_nothing_cheaper_surpasses_is_joined(run: Path) -> None:
    fit = parse(page.render(run)).one("section", id="cost").all("svg")[0]
    (line,) = fit.all("polyline", css="front")
    # majority, ngram, tfidf and the fine-tuned model; the others are beaten by something cheaper.
    assert len(line.attributes["points"].split()) == 4


def test_texts_of_users_come_out_as_text(tmp_path: Path) -> None:
    attack = "<script>alert('1')</script> & \"quoted\" </td></table>"
    labels = ("<b>bold</b>", "plain", "a&b", *example.LABELS[3:])
    example.build(tmp_path, labels=labels, first_text=attack)
    html = page.render(tmp_path)
    tree = parse(html)
    (script,) = tree.all("script")
    assert "alert" not in script.text
    texts = tree.one("section", id="rows").all("table")[0].one("tbody").all("tr")
    assert texts[0].all("td")[0].text.startswith(attack)
    assert "<b>bold" not in html
    assert tree.one("section", id="classes").one("tbody").all("th")[0].text == "<b>bold</b>"


def test_nothing_is_fetched(run: Path) -> None:
    html = page.render(run)
    tree = parse(html)
    for each in tree.walk():
        assert each.tag not in {"img", "iframe", "object", "embed"}
        for name in ("src", "href", "srcset", "data", "action", "poster"):
            assert re.match(r"$|#|data:,$", each.attributes.get(name, "")), each
    policy = next(each for each in tree.all("meta") if "http-equiv" in each.attributes)
    assert "default-src 'none'" in policy.attributes["content"]
    script = tree.one("script").text
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy.attributes["content"]
    assert not re.search(r"fetch|XMLHttp|import|eval", script)
    style = tree.one("style").text
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in re.sub(r"http://www\.w3\.org/2000/svg|http-equiv", "", html)


def test_it_can_be_read_without_eyes(run: Path) -> None:
    tree = parse(page.render(run))
    levels = [int(each.tag[1]) for each in tree.walk() if re.fullmatch(r"h[1-6]", each.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert tree.one("html").attributes["lang"] == "en"
    for table in tree.all("table"):
        assert all(each.attributes.get("scope") in {"col", "row"} for each in table.all("th"))
    for svg in tree.all("svg"):
        assert svg.attributes["role"] == "img"
        assert svg.attributes["aria-label"]
    for box in tree.all(css="scroll"):
        assert box.attributes["tabindex"] == "0"
        assert box.attributes["aria-label"]
    names = [each.attributes["id"] for each in tree.walk() if "id" in each.attributes]
    assert len(names) == len(set(names))
    for link in tree.one("nav").all("a"):
        assert link.attributes["href"][1:] in names
    for section in tree.all("section"):
        assert section.attributes["aria-labelledby"] in names


def test_korean_is_marked_as_korean(run: Path) -> None:
    tree = parse(page.render(run))
    marked = {each.text for each in tree.all("th") if each.attributes.get("lang") == "ko"}
    assert {"잔액 조회", "비밀번호 변경", "해외 결제 수수료"} == marked


def test_a_run_without_baselines_or_log_still_has_a_page(run: Path, result: dict[str, Any]) -> None:
    changed = {**result, "verdict": None, "contenders": result["contenders"][:1], "exports": []}
    (run / "result.json").write_text(json.dumps(changed), encoding="utf-8")
    for name in ("log.jsonl", "predictions.parquet", "recipe.yaml"):
        (run / name).unlink()
    tree = parse(page.render(run))
    assert tree.one("section", id="verdict").one("h2").text == words.ABSENT + "No verdict"
    assert "rows" not in ids(tree)
    assert "Nothing was exported" in tree.one("section", id="exports").text
    assert not tree.one("section", id="curve").all("svg")


def test_a_run_without_a_baseline_still_shows_its_sure_mistakes(
    run: Path, result: dict[str, Any]
) -> None:
    changed = {**result, "verdict": None, "contenders": result["contenders"][:1]}
    (run / "result.json").write_text(json.dumps(changed), encoding="utf-8")
    section = parse(page.render(run)).one("section", id="rows")
    assert section.one("h2").text == "Sure mistakes"
    assert len(section.all("details")) == 1


def test_a_task_without_classes_has_no_tables_of_them(run: Path, result: dict[str, Any]) -> None:
    for each in result["contenders"]:
        each["details"] = {}
    result["data"]["labels"] = []
    result["higher_is_better"] = False
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    tree = parse(page.render(run))
    assert not {"confusion", "classes"} & set(ids(tree))
    first = tree.one("section", id="contenders").one("tbody").all("th")[0]
    assert first.text == "majority"


def test_facts_that_a_run_did_not_record_are_left_out(run: Path, result: dict[str, Any]) -> None:
    result |= {"data": {}, "model": {}, "provenance": {}}
    for each in result["contenders"]:
        each["details"] = {}
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    tree = parse(page.render(run))
    assert not tree.one("section", id="provenance").all("dt")
    assert not tree.one("section", id="data").one("tbody").all("tr")


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_a_result_of_another_version_is_refused(
    run: Path, result: dict[str, Any], version: object
) -> None:
    (run / "result.json").write_text(json.dumps({**result, "version": version}), encoding="utf-8")
    with pytest.raises(UserError, match=f"version {version}, and this Graft reads version 1"):
        page.render(run)


def test_all_that_a_result_lacks_is_told_at_once(run: Path, result: dict[str, Any]) -> None:
    del result["contenders"][2]["scores"]
    del result["verdict"]["p_value"]
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        page.render(run)
    assert [problem.message for problem in caught.value.problems] == [
        "contenders[2] lacks scores",
        "verdict lacks p_value",
    ]


def test_fifty_thousand_rows_stay_under_two_megabytes(tmp_path: Path) -> None:
    example.build(tmp_path, rows=50_000, steps=20_000, labels=tuple(f"c{i}" for i in range(150)))
    path = page.write(tmp_path)
    assert path.stat().st_size < 1_000_000
    tree = parse(path.read_text(encoding="utf-8"))
    assert "500 of 20,000 logged steps" in tree.one("section", id="curve").text


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_stand_out_from_their_ground_as_wcag_aa_asks(run: Path, theme: str) -> None:
    style = parse(page.render(run)).one("style").text
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    if theme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark))
    pairs = [
        (ink, ground) for ink in ("ink", "soft", "ours", "theirs") for ground in ("paper", "card")
    ]
    pairs += [("s-ink", f"s{level}") for level in (1, 2, 3)]
    pairs += [("s-ink-strong", f"s{level}") for level in (4, 5)]
    pairs += [("paper", tone) for tone in ("worth", "not", "undecided")]
    for ink, ground in pairs:
        low, high = sorted((_luminance(colours[ink]), _luminance(colours[ground])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, f"{ink} on {ground}"
