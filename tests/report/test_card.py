from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import ModelCard

from pipeline.errors import UserError
from pipeline.report import card
from tests.report import example

PEFT = "from peft import AutoPeftModel\n\nmodel = AutoPeftModel.from_pretrained('.')\n"
PLAIN = "from transformers import AutoModel\nmodel = AutoModel.from_pretrained('.')"


def test_the_hub_reads_the_front_matter(run: Path, result: dict[str, Any]) -> None:
    data = ModelCard(card.render(run, snippet=PEFT), ignore_metadata_errors=False).data
    assert data.base_model == "google-bert/bert-base-multilingual-cased"
    assert (data.library_name, data.pipeline_tag) == ("peft", "text-classification")
    assert data.license == "unknown"
    assert data.metrics == ["accuracy"]
    assert data.tags == ["graft", "text-classification", "lora"]
    assert data.datasets is None
    assert data.language is None
    scores = result["contenders"][0]["scores"]
    found = {(each.metric_type, each.metric_name): each.metric_value for each in data.eval_results}
    assert found == {
        ("accuracy", "accuracy"): scores["accuracy"],
        ("f1", "macro_f1"): scores["macro_f1"],
    }
    assert {each.task_type for each in data.eval_results} == {"text-classification"}
    assert {each.dataset_split for each in data.eval_results} == {"test"}


def test_a_data_set_on_the_hub_is_named(run: Path) -> None:
    (run / "recipe.yaml").write_text("data: {hub: PolyAI/banking77, train: train}\n")
    text = card.render(run, snippet=PLAIN)
    data = ModelCard(text).data
    assert data.datasets == ["PolyAI/banking77"]
    assert data.eval_results[0].dataset_type == "PolyAI/banking77"
    assert data.library_name == "transformers"
    assert "  train: train\n" in text


def test_no_place_on_the_machine_is_published(run: Path, result: dict[str, Any]) -> None:
    folder = "/home/someone/my models/base"
    result["model"] |= {"base": folder, "base_hub_id": None}
    result["data"]["source"]["base"] = folder
    result["verdict"]["sentence"] += f" See {folder} and C:\\Users\\me\\x.csv or ~/y.csv."
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    recipe = (
        f"model: {{id: '{folder}'}}\ndata: {{train: [data/in/a.csv, ../b.csv], "
        "validation: 'C:\\data\\dev.csv'}\n"
    )
    (run / "recipe.yaml").write_text(recipe, encoding="utf-8")
    text = card.render(run, snippet=PLAIN)
    for secret in ("/home", "someone", "my models", "Users", "~/", "data/in", "../", "C:"):
        assert secret not in text, secret
    assert ModelCard(text).data.base_model is None
    shown = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    assert shown == {
        "model": {"id": "base"},
        "data": {"train": ["a.csv", "b.csv"], "validation": "dev.csv"},
    }


def test_it_says_verdict_contenders_classes_and_limits(run: Path, result: dict[str, Any]) -> None:
    text = card.render(run, snippet=PEFT)
    assert f"**{result['verdict']['sentence']}**" in text
    for each in result["contenders"]:
        name = f"**{each['name']}**" if each["kind"] == "fine-tuned" else each["name"]
        low, high = each["interval"]
        score = f"{each['scores']['accuracy']:.3f}"
        assert f"| {name} | {score} | {low:.3f} to {high:.3f} |" in text
    for row in result["contenders"][0]["details"]["per_class"]:
        assert f"| {row['label']} | {row['precision']:.3f} | {row['recall']:.3f} |" in text
    for heading in ("How to use it", "Training data and limits", "Recipe", "Provenance"):
        assert f"\n## {heading}\n" in text
    assert "13 classes" in text
    assert "It reads 64 tokens at a time." in text
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize("snippet", [PEFT, PLAIN, 'text = """\n```\n"""'])
def test_the_snippet_is_shown_as_it_is(run: Path, snippet: str) -> None:
    text = card.render(run, snippet=snippet)
    mark = card.fence(snippet)
    shown = text.split(f"{mark}python\n")[1].split(f"\n{mark}\n")[0]
    assert shown == snippet.strip("\n")


def test_every_table_has_as_many_cells_in_each_row(tmp_path: Path) -> None:
    labels = ("a|b", "<script>", "x\ny", "*bold*", *example.LABELS[4:])
    example.build(tmp_path, labels=labels)
    text = card.render(tmp_path, snippet=PLAIN)
    tables = [block for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 4
    for table in tables:
        cells = {line.replace("\\|", "").count("|") for line in table.strip().splitlines()}
        assert len(cells) == 1, table
    assert r"| a\|b |" in text
    assert r"| \<script\> |" in text
    assert r"| \*bold\* |" in text
    assert "| x y |" in text


def test_the_price_of_a_point_is_a_line(run: Path, result: dict[str, Any]) -> None:
    found = result["verdict"]["cost"]["a_point"]
    minutes, seconds = divmod(round(60 * found["training_minutes"]), 60)
    line = (
        f"A point (0.01 of accuracy) costs {minutes} min {seconds:02d} s of training, "
        f"{1_000 * found['milliseconds_a_row']:,.0f} ms per 1,000 rows, "
        f"{found['megabytes']:.0f} MB."
    )
    assert f"\n\n{line}\n\n" in card.render(run, snippet=PEFT)


def test_no_point_won_has_no_price(tmp_path: Path) -> None:
    example.build(tmp_path, worth_it=None)
    text = card.render(tmp_path, snippet=PEFT)
    assert "It takes +6 min 51 s of training, " in text
    assert "beside tfidf; no difference was surely won, so a point has no price." in text


def test_several_seeds_are_a_line_and_what_the_intervals_are_over(tmp_path: Path) -> None:
    result = example.build(tmp_path, seeds=(3, 1, 4))
    ours = result["contenders"][0]
    scores = [f"{seed['scores']['accuracy']:.3f}" for seed in ours["seeds"]]
    text = card.render(tmp_path, snippet=PEFT)
    assert (
        f"\n\nSeeds 3, 1 and 4 reach {', '.join(scores)} (accuracy; mean "
        f"{ours['scores']['accuracy']:.3f}, {scores[0]} to {scores[2]}); the verdict is over test "
        "rows and seeds together.\n\n" in text
    )
    assert "what is exported is the model of seed 3." in text
    assert "one training seed" not in text


def test_a_run_without_a_verdict_has_a_card(run: Path, result: dict[str, Any]) -> None:
    (run / "result.json").write_text(json.dumps({**result, "verdict": None}), encoding="utf-8")
    text = card.render(run, snippet=PLAIN)
    assert "Was it worth it" not in text
    assert len(ModelCard(text).data.eval_results) == 2


def test_a_damaged_recipe_is_told(run: Path) -> None:
    (run / "recipe.yaml").write_text("a: [b\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"recipe\.yaml: this file is damaged"):
        card.render(run, snippet=PLAIN)


def test_the_first_score_has_its_interval(run: Path, result: dict[str, Any]) -> None:
    scores = ModelCard(card.render(run, snippet=PEFT)).data.eval_results
    assert scores[0].metric_args["interval"] == list(result["contenders"][0]["interval"])
    assert scores[0].metric_args["confidence_level"] == 0.95
    assert scores[1].metric_args is None


def test_the_recipes_licence_comes_before_the_bases(run: Path, result: dict[str, Any]) -> None:
    result["model"]["license"] = "apache-2.0"
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    assert ModelCard(card.render(run, snippet=PEFT)).data.license == "apache-2.0"
    (run / "recipe.yaml").write_text("hub: {repo: me/name, license: mit}\n", encoding="utf-8")
    assert ModelCard(card.render(run, snippet=PEFT)).data.license == "mit"


def test_an_adapter_to_begin_with_is_named_beside_the_base(
    run: Path, result: dict[str, Any]
) -> None:
    base = {"hub_id": "google-bert/bert-base-uncased", "license": None}
    learnt = {"name": "me/learnt", "revision": "8" * 40, "sha256": {}}
    result["model"] |= {"base_hub_id": None, "made_of": {"base": base, "adapter": learnt}}
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    (run / "recipe.yaml").write_text("model: {id: a/b, adapter: ../x/learnt}\n", encoding="utf-8")
    text = card.render(run, snippet=PEFT)
    assert ModelCard(text).data.base_model == ["google-bert/bert-base-uncased", "me/learnt"]
    assert "begun with the adapter [me/learnt](https://huggingface.co/me/learnt) folded in" in text
    assert "../x" not in text
    assert f"- adapter revision: {'8' * 40}" in text
