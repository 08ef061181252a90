from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from pipeline import components
from pipeline.errors import Problem, RecipeError, suggestion
from pipeline.recipe import Recipe, blocks, checks, describe, load
from pipeline.recipe.yaml_places import Places, parse
from tests.json_schema import accepts

RECIPES = sorted(Path(__file__).parents[2].joinpath("recipes").rglob("*.yaml"))
BASE = "model: builtin:minilm\ntask: text-classification\ndata: {train: a.csv}\n"
JARGON = ("Input", "valid ", "unable to", "Value error", "validation", "constrained", "pydantic")


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str, *overrides: str) -> tuple[Problem, ...]:
    with pytest.raises(RecipeError) as caught:
        load(write(folder, text), overrides)
    assert caught.value.exit_code == 2
    for problem in caught.value.problems:
        assert problem.place
        assert not any(word in problem.message for word in JARGON), problem.message
    return caught.value.problems


def only(folder: Path, text: str, *overrides: str) -> Problem:
    problems = refused(folder, text, *overrides)
    assert len(problems) == 1, problems
    return problems[0]


# ------------------------------------------------------------------ one thing wrong


GIVE_ONE = "model: give one of the two: id (a Hub id, a folder or builtin:NAME), or new (a family)"


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("train: {lerning_rate: 1e-4}", "unknown key 'train.lerning_rate'", "did you mean 'learn"),
        ("trian: {}", "unknown key 'trian'", "did you mean 'train'?"),
        ("epochs: 3", "unknown key 'epochs'", "its place is train.epochs"),
        ("train: {metric: f1}", "unknown key 'train.metric'", "its place is evaluation.metric"),
        ("train: {seed: 1}", "unknown key 'train.seed'", "its place is seed"),
        ("doctor: {repo: a/b}", "unknown key 'doctor.repo'", "its place is hub.repo"),
        ("train: {r: 4}", "unknown key 'train.r'", "its place is strategy.r"),
        ("class_weights: balanced", "unknown key 'class_weights'", "is task.class_weights"),
        ("baselines: [{name: tfidf, seed: 1}]", "unknown key 'baselines.tfidf.seed'", "min_df"),
        ("doctor: {duplicate: drop}", "unknown key 'doctor.duplicate'", "mean 'duplicates'?"),
        (
            "doctor: {classes: drop}",
            "doctor.classes: should be 'warn', 'error' or 'ignore', found 'drop'",
            "Classes that a split lacks",
        ),
        ("strategy: lorra", "strategy: there is no strategy 'lorra'", "did you mean 'lora'?"),
        ("baselines: [tfdf]", "baselines: there is no baseline 'tfdf'", "did you mean 'tfidf'?"),
        ("export: [adaptor]", "export: there is no exporter 'adaptor'", "did you mean 'adapter'?"),
        (
            "baselines: [{name: tfidf, min_dff: [2]}]",
            "unknown key 'baselines.tfidf.min_dff'",
            "did you mean 'min_df'?",
        ),
        ("baselines: [tfidf, tfidf]", "baselines: 'tfidf' is listed twice", "as: another-name"),
        (
            "baselines: [tfidf, {name: ngram, as: tfidf}]",
            "baselines: 'tfidf' is listed twice",
            "as: another-name",
        ),
        (
            "baselines: [{name: ngram, as: lora}]",
            "baselines: 'lora' is a column of predictions.parquet",
            "choose another name",
        ),
        (
            "baselines: [{name: ngram, as: a/b}]",
            "baselines.ngram.as: should be a text that matches ^[a-z0-9][a-z0-9_.-]*$, found 'a/b'",
            "what tables call it",
        ),
        ("baselines: 3", "baselines: should be a list of names, found 3", "majority"),
        (
            "strategy: {r: 4}",
            "strategy: should be a name, or a mapping with a key 'name', found {\"r\": 4}",
            "lora",
        ),
        ("train: 3", "train: should be a mapping of keys, found 3", "its keys are: epochs"),
        (
            "train: {epochs: three}",
            "train.epochs: should be a number above 0 and up to 1,000, found 'three'",
            "Passes over",
        ),
        (
            "train: {epochs: 0}",
            "train.epochs: should be a number above 0 and up to 1,000, found 0",
            "Passes over",
        ),
        (
            "train: {batch_size: 1.5}",
            "train.batch_size: should be a whole number of at least 1, found 1.5",
            "Rows in one",
        ),
        (
            "train: {batch_size: true}",
            "train.batch_size: should be a whole number of at least 1, found true",
            "Rows in one",
        ),
        (
            "train: {batch_size: '8'}",
            "train.batch_size: should be a whole number of at least 1, found '8'",
            "Rows in one",
        ),
        (
            "train: {learning_rate: fast}",
            "train.learning_rate: should be a number above 0 or 'auto', found 'fast'",
            "Peak",
        ),
        (
            "train: {learning_rate: 1e400}",
            "train.learning_rate: should be a number above 0 or 'auto',"
            " found a number that is not finite",
            "Peak",
        ),
        (
            "train: {precision: fp8}",
            "train.precision: should be 'auto', 'fp32', 'bf16' or 'fp16', found 'fp8'",
            "auto: bf16",
        ),
        (
            "strategy: {name: freeze, blocks: some}",
            "strategy.blocks: should be a whole number or 'all', found 'some'",
            "Freeze this many",
        ),
        (
            "strategy: {name: lora, targets: 3}",
            "strategy.targets: should be 'attention' or 'all-linear' or a list of texts, found 3",
            "Which layers",
        ),
        (
            "strategy: {name: lora, targets: [query, 3]}",
            "strategy.targets.1: should be a text, found 3",
            "Which layers",
        ),
        (
            "strategy: {name: lora, rslora: 3}",
            "strategy.rslora: should be true or false, found 3",
            "Scale",
        ),
        (
            "strategy: {name: lora, r: 2000}",
            "strategy.r: should be a whole number from 1 to 1,024, found 2000",
            "Rank",
        ),
        (
            "baselines: [{name: tfidf, word_ngrams: [1, two]}]",
            "baselines.tfidf.word_ngrams.1: should be a whole number from 1 to 10, found 'two'",
            "n-grams",
        ),
        ("seed: -1", "seed: should be a whole number from 0 to 4,294,967,295, found -1", ""),
        ("seed: yes", "seed: should be a whole number from 0 to 4,294,967,295, found 'yes'", ""),
        (
            "evaluation: {metric: macro_f}",
            "evaluation.metric: text-classification has no metric 'macro_f'",
            "did you mean 'macro_f1'?",
        ),
        (
            "strategy: full\nexport: [adapter]",
            "export: adapter needs an adapter, and the strategy full adds none",
            "use export: [merged]",
        ),
    ],
)
def test_one_mistake_is_one_plain_sentence_with_its_line(
    tmp_path: Path, line: str, message: str, hint: str
) -> None:
    problem = only(tmp_path, BASE + line + "\n")
    assert problem.message == message
    assert hint in problem.hint
    assert problem.place == f"{tmp_path}/mine.yaml:{4 + line.count(chr(10))}"


@pytest.mark.parametrize(
    ("model", "data", "message", "hint"),
    [
        (
            "builtin:minlm",
            "{train: a.csv}",
            "model: there is no built-in base model 'minlm'",
            "did you mean 'minilm'?",
        ),
        ("a/b", "{train: a, missing: drop}", "unknown key 'data.missing'", "is doctor.missing"),
        ("a/b", "{duplicates: drop}", "unknown key 'data.duplicates'", "is doctor.duplicates"),
        ("{id: a/b, revison: x}", "{train: a.csv}", "unknown key 'model.revison'", "'revision'"),
        ("{revision: x}", "{train: a.csv}", GIVE_ONE, ""),
        ("3", "{train: a.csv}", "model: should be a mapping of keys, found 3", "id, revision"),
        (
            "a/b",
            "{train: a.csv, columns: {txt: x}}",
            "data.columns: text-classification has no column 'txt'",
            "did you mean 'text'?",
        ),
        (
            "a/b",
            "{train: a.csv, columns: {text: 0}}",
            "data.columns.text: should be a text or a whole number of at least 1, found 0",
            "Our column names",
        ),
        (
            "a/b",
            "{train: a.csv, test: {texts: b}}",
            "data.test: text-classification has no column 'texts'",
            "did you mean 'text'?",
        ),
        (
            "a/b",
            "{train: a.csv, test: {text: [b]}}",
            'data.test.text: should be a text, found ["b"]',
            "Test rows",
        ),
        (
            "a/b",
            "{train: []}",
            "data.train: should be a text, a list of texts or a mapping of a text a key, found an"
            " empty list",
            "Training rows",
        ),
        (
            "a/b",
            "{builtin: doc-topics}",
            "data.builtin: there is no built-in data set 'doc-topics': "
            + suggestion("doc-topics", components.available("data/builtin")),
            "A data set that comes with Graft",
        ),
        (
            "a/b",
            "{builtin: {name: docs, prat: target}}",
            "unknown key 'data.builtin.prat'",
            "did you mean 'part'? (choose one of: name, part)",
        ),
        (
            "a/b",
            "{builtin: {name: docs, part: all}}",
            "data.builtin.part: should be 'general' or 'target', found 'all'",
            "general: all packages",
        ),
        (
            "a/b",
            "{builtin: {part: target}}",
            "data.builtin: should be a name, or a mapping with a key 'name'",
            "A data set that comes with Graft",
        ),
        (
            "a/b",
            "{builtin: docs, test: 0.2}",
            "data: docs comes with splits of its own: drop test",
            "",
        ),
        (
            "a/b",
            "{train: a.csv, test: 1.5}",
            "data.test: a share lies between 0 and 1, such as 0.2; this is 1.5",
            "Test rows",
        ),
        ("a/b", "x", "data: should be a mapping of keys, found 'x'", "train, validation, test"),
    ],
)
def test_base_and_data_are_refused_plainly(
    tmp_path: Path, model: str, data: str, message: str, hint: str
) -> None:
    problem = only(tmp_path, f"task: text-classification\nmodel: {model}\ndata: {data}\n")
    assert problem.message == message
    assert hint in problem.hint


def test_a_baseline_that_cannot_answer_the_task_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    majority = components.load("baselines", "majority")
    monkeypatch.setattr(majority, "tasks", frozenset({"regression"}))
    problem = only(tmp_path, BASE + "baselines: [tfidf, majority]\n")
    assert problem.message == "baselines: majority cannot answer text-classification"
    able = problem.hint.removeprefix("these can: ").split(", ")
    assert {"from-scratch", "ngram", "tfidf"} <= set(able)
    assert "majority" not in able


@pytest.mark.parametrize("name", components.available("tasks"))
def test_a_recipe_that_names_no_baselines_gets_those_that_fit(tmp_path: Path, name: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"model: a/b\ntask: {name}\ndata: {{hub: a/b}}\n", encoding="utf-8")
    found = load(path)
    assert [item.name for item in found.baselines] == list(found.task.usual_baselines(()))
    assert found.baselines or name == "span-corruption"


def test_a_baseline_is_there_several_times_under_names_of_its_own(tmp_path: Path) -> None:
    names = "[ngram, {name: ngram, as: add-k, smoothings: [add-k]}]"
    recipe = load(write(tmp_path, f"{BASE}baselines: {names}\n"))

    assert [baseline.called for baseline in recipe.baselines] == ["ngram", "add-k"]
    assert [baseline.name for baseline in recipe.baselines] == ["ngram", "ngram"]
    written = recipe.resolved()["baselines"]
    assert "as" not in written[0]
    assert written[1]["as"] == "add-k"
    again = load(write(tmp_path, recipe.to_yaml()))
    assert again.baselines == recipe.baselines


def test_pairs_are_measured_against_what_the_overlap_tells(tmp_path: Path) -> None:
    def usual(data: str) -> list[str]:
        path = tmp_path / "mine.yaml"
        text = f"model: a/b\ntask: text-classification\ndata: {data}\n"
        path.write_text(text, encoding="utf-8")
        return [item.name for item in load(path).baselines]

    assert "similarity" in usual("{train: a.csv, columns: {text_pair: second}}")
    assert "similarity" in usual("{builtin: docs-pairs}")
    assert "similarity" not in usual("{builtin: docs-topics}")


def test_several_labels_are_another_problem_to_baselines_and_metrics(tmp_path: Path) -> None:
    text = BASE.replace("text-classification", "{name: text-classification, multi_label: true}")
    baseline = only(tmp_path, text + "baselines: [majority, tfidf, ngram]\n")
    assert baseline.message == "baselines: ngram cannot answer multi-label text-classification"
    metric = only(tmp_path, text + "evaluation: {metric: accuracy}\nbaselines: [tfidf]\n")
    assert metric.message == "evaluation.metric: text-classification has no metric 'accuracy'"
    assert "micro_f1" in metric.hint
    assert load(write(tmp_path, text + "baselines: [tfidf]\n")).metric == "micro_f1"


def test_weights_of_classes_are_words_or_a_mapping(tmp_path: Path) -> None:
    text = BASE.replace("text-classification", "{name: text-classification, class_weights: X}")
    problem = only(tmp_path, text.replace("X", "{0: 1, 1: -2}"))
    assert problem.message.startswith("task.class_weights.1: should be a number above 0")
    problem = only(tmp_path, text.replace("X", "balancd"))
    assert problem.message.startswith("task.class_weights: should be 'none' or 'balanced'")
    task = load(write(tmp_path, text.replace("X", "{0: 1, 1: 2}"))).task
    assert task.options()["class_weights"] == {"0": 1.0, "1": 2.0}


# ------------------------------------------------------------------ several, and whole files


def test_all_mistakes_are_shown_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    problems = refused(
        tmp_path,
        "model: builtin:minlm\ndata: {trian: x}\ntrain:\n  epochs: many\n  warmup: 2\nseed: x\n",
        "evaluation.metrc=mcc",
    )
    places = [problem.place.rpartition("mine.yaml:")[2] for problem in problems]
    assert places[:5] == ["1", "2", "4", "5", "6"]
    assert {problem.place for problem in problems[5:]} == {
        f"{tmp_path}/mine.yaml",  # the missing task stands in no line
        "command line: evaluation.metrc=mcc",
    }


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", ":1", "found an empty file"),
        ("# only words\n", ":1", "found an empty file"),
        ("- a\n- b\n", ":1", 'found ["a", "b"]'),
        ("hello\n", ":1", "found 'hello'"),
        ("model: [a\ntask: b\n", ":2:5", "not YAML"),
        ("model: a\n\ttask: b\n", ":2:1", "not YAML"),
        ("model: a\n---\nmodel: b\n", ":2:1", "found another document"),
        (BASE + "seed: 1\nseed: 2\n", ":5", "the key 'seed' is written twice"),
        ("model: &x a\ntask: *x\n", ":2:7", "the alias *x is not allowed"),
        ("task: !!python/object/apply:os.system [x]\n", ":1", "the tag '!!python/object/apply"),
        ("data: !mine {train: x}\n", ":1", "the tag '!mine' is not allowed"),
        ("model: " + "[" * 3000, "", "nested too deeply"),
        ("task: a\nmodel: \x01\n", ":2", "the character 0x0001 is not allowed"),
        ("seed: " + "9" * 5000, ":1", "cannot be read as a number"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused(
    tmp_path: Path, text: str, place: str, message: str
) -> None:
    problem = only(tmp_path, text)
    assert problem.place == f"{tmp_path}/mine.yaml{place}"
    assert message in problem.message


def test_a_missing_recipe_names_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, BASE)
    with pytest.raises(RecipeError, match=f"did you mean {path}"):
        load(tmp_path / "mien.yaml")
    (tmp_path / "recipes").mkdir()
    path.rename(tmp_path / "recipes" / "reviews.yaml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError, match=r"did you mean recipes/reviews\.yaml"):
        load(Path("reviews"))
    with pytest.raises(RecipeError, match="see: graft list"):
        load(Path("qqqqqq/zzz.yaml"))
    with pytest.raises(RecipeError, match="this is a folder"):
        load(tmp_path)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes("# 감정 분석\n".encode("euc-kr"))
    with pytest.raises(RecipeError, match="not UTF-8 text: byte 2 is 0xb0"):
        load(path)


def test_korean_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "감정.yaml"
    text = "# 영화평의 감정\nmodel: ./모델\ntask: text-classification\n" + (
        "data: {train: 자료/학습.csv, columns: {text: 문장, label: 감정}}\n"
    )
    path.write_text(text, encoding="utf-8-sig")
    recipe = load(path)
    assert (recipe.name, recipe.description) == ("감정", "영화평의 감정")
    assert recipe.data.columns == {"text": "문장", "label": "감정"}
    assert "문장" in recipe.to_yaml()


def test_numbers_and_words_mean_what_a_person_means(tmp_path: Path) -> None:
    recipe = load(
        write(
            tmp_path,
            "model: builtin:minilm\ntask: text-classification\n"
            "data: {train: a.csv, columns: {text: yes, label: no}}\n"
            "train: {learning_rate: 5e-4}\nstrategy: {name: lora, dora: no, rslora: On}\n",
        )
    )
    assert recipe.train.learning_rate == 5e-4
    assert recipe.data.columns == {"text": "yes", "label": "no"}
    options = recipe.strategy.options()
    assert (options["dora"], options["rslora"]) == (False, True)


def test_a_run_s_own_recipe_is_called_as_the_run_s_folder(tmp_path: Path) -> None:
    run = tmp_path / "reviews" / "20260101-000000"
    run.mkdir(parents=True)
    path = run / "recipe.yaml"
    path.write_text(BASE)
    assert load(path).name == "recipe"
    (run / "lock.json").write_text("{}")
    assert load(path).name == "reviews"


# ------------------------------------------------------------------ overrides


def overridden(folder: Path, text: str, *overrides: str) -> Recipe:
    return load(write(folder, text), overrides)


def test_overrides_reach_absent_blocks_short_forms_and_lists(tmp_path: Path) -> None:
    recipe = overridden(
        tmp_path,
        BASE + "train:\n",
        "train.epochs=1",
        "strategy.r=4",
        "evaluation.metric=mcc",
        "model.revision=abc",
        "data.columns.text=문장",
        "data.limit=200",
        "baselines=[majority]",
        "export=adapter",
        "seed=7",
    )
    assert recipe.train.epochs == 1
    assert (recipe.strategy.name, recipe.strategy.options()["r"]) == ("lora", 4)
    assert recipe.metric == "mcc"
    assert (recipe.model.id, recipe.model.revision) == ("builtin:minilm", "abc")
    assert (recipe.data.columns, recipe.data.limit) == ({"text": "문장"}, 200)
    assert [item.name for item in recipe.baselines] == ["majority"]
    assert [item.name for item in recipe.export] == ["adapter"]
    assert recipe.seed == 7


def test_an_override_of_a_block_takes_the_place_of_all_of_it(tmp_path: Path) -> None:
    recipe = overridden(tmp_path, BASE + "strategy: {name: lora, r: 4}\n", "strategy=full")
    assert recipe.strategy.options() == {}
    recipe = overridden(tmp_path, BASE + "strategy: full\n", "strategy={name: lora, r: 4}")
    assert recipe.strategy.options()["r"] == 4


@pytest.mark.parametrize(
    ("override", "message", "hint"),
    [
        ("train.epochs", "an override is written key.path=value", "train.epochs=1"),
        ("=1", "an override is written key.path=value", "train.epochs=1"),
        ("epochs=1", "unknown key 'epochs'", "its place is train.epochs"),
        ("trian.epochs=1", "unknown key 'trian'", "did you mean 'train'?"),
        ("train.epoch=1", "unknown key 'train.epoch'", "did you mean 'epochs'?"),
        ("train.epochs=x", "train.epochs: should be a number above 0 and up to 1,000", "Passes"),
        ("strategy=lorra", "strategy: there is no strategy 'lorra'", "did you mean 'lora'?"),
        ("strategy.rank=1", "unknown key 'strategy.rank'", "alpha, dora"),
        ("baselines.0=ngram", "'baselines' holds no keys but", "give all of it: baselines=..."),
        ("seed.x=1", "'seed' holds no keys but 0", "give all of it: seed=..."),
        ("train.epochs=[1", "not YAML", "look at"),
        ("train={epochs: 1, epochs: 2}", "the key 'epochs' is written twice", "keep one"),
    ],
)
def test_a_wrong_override_is_named_as_such(
    tmp_path: Path, override: str, message: str, hint: str
) -> None:
    problem = only(tmp_path, BASE + "strategy:\n  name: lora\n  r: 4\n", override)
    assert problem.place == f"command line: {override}"
    assert problem.message.startswith(message)
    assert hint in problem.hint


# ------------------------------------------------------------------ resolved, schema


def test_there_are_recipes() -> None:
    assert "docs-topics-bert-lora" in [path.stem for path in RECIPES]


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_the_resolved_recipe_reads_back_as_itself(path: Path, tmp_path: Path) -> None:
    recipe = load(path)
    copy = tmp_path / path.name
    copy.write_text(recipe.to_yaml(), encoding="utf-8")
    again = load(copy)
    assert again == recipe
    assert again.resolved() == recipe.resolved()
    assert again.to_yaml() == recipe.to_yaml()


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_the_schema_accepts_every_recipe_as_written_and_as_resolved(path: Path) -> None:
    schema = blocks.schema()
    tree, _ = parse(path.read_text(encoding="utf-8"), path.name)
    assert accepts(schema, tree)
    assert accepts(schema, load(path).resolved())
    assert describe(path)


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({}, True),
        ({"train": {"learning_rate": 5e-4}}, True),
        ({"train": {"learning_rate": "auto"}}, True),
        ({"train": {"learning_rate": "fast"}}, False),
        ({"train": {"learning_rate": -1}}, False),
        ({"train": {"batch_size": True}}, False),
        ({"train": {"batch_size": "8"}}, False),
        ({"train": {"epoch": 1}}, False),
        ({"train": None}, True),
        ({"strategy": "lora"}, True),
        ({"strategy": {"name": "lora", "rslora": "no"}}, True),
        ({"strategy": {"name": "lora", "rslora": 1}}, False),
        ({"strategy": {"name": "lora", "targets": ["query"]}}, True),
        ({"strategy": {"name": "full", "r": 8}}, False),
        ({"strategy": {"r": 8}}, False),
        ({"baselines": "majority"}, True),
        ({"baselines": ["majority", {"name": "tfidf", "word_ngrams": [1, 2]}]}, True),
        ({"baselines": [{"name": "tfidf", "word_ngrams": [1, 2, 3]}]}, False),
        ({"baselines": ["bayes"]}, False),
        ({"model": {"id": "a/b", "sha256": "0" * 64}}, True),
        ({"model": {"id": "a/b", "sha256": "0"}}, False),
        ({"model": ""}, False),
        ({"data": {"train": ["a.csv", "b.csv"], "test": 0.2}}, True),
        ({"data": {"train": "a.csv", "columns": {"text": "x", "label": "no"}}}, True),
        ({"data": {"train": "a.csv", "columns": {"text": 1, "label": 2}}}, True),
        ({"data": {"train": "a.csv", "columns": {"text": 0}}}, False),
        ({"data": {"train": "a.csv", "limit": 0}}, False),
        ({"data": {"builtin": "docs"}}, True),
        ({"data": {"builtin": {"name": "docs", "part": "target"}}}, True),
        ({"data": {"builtin": {"name": "docs", "part": "all"}}}, False),
        ({"data": {"builtin": {"name": "docs-topics", "part": "target"}}}, False),
        ({"data": {"builtin": {"part": "target"}}}, False),
        ({"task": None}, False),
        ({"seed": 2**32}, False),
        ({"sead": 1}, False),
    ],
)
def test_schema_and_load_agree(tmp_path: Path, change: dict[str, Any], right: bool) -> None:
    tree = {
        "model": "builtin:minilm",
        "task": "text-classification",
        "data": {"train": "a.csv"},
        **change,
    }
    assert accepts(blocks.schema(), tree) is right
    path = write(tmp_path, yaml.safe_dump(tree, allow_unicode=True))
    if right:
        load(path)
    else:
        with pytest.raises(RecipeError):
            load(path)


@pytest.mark.parametrize(("tag", "scheme", "first"), [("B-X", "iob", 0), ("NOUN", "plain", 1)])
def test_training_rows_settle_the_task_and_refuse_a_metric_that_does_not_fit(
    tag: str, scheme: str, first: int, tmp_path: Path
) -> None:
    train = pa.table({"words": [["a", "b"]], "tags": [[tag, "O"]]})
    text = BASE.replace("text-classification", "token-classification") + "baselines: []\n"
    settled = load(write(tmp_path, text)).settled(train)
    assert settled.task.options()["scheme"] == scheme
    assert settled.metric == ("span_f1", "token_accuracy")[first]
    # A run keeps what was settled, and goes on from it.
    (tmp_path / "again.yaml").write_text(settled.to_yaml(), encoding="utf-8")
    assert load(tmp_path / "again.yaml").metric == settled.metric
    asking = load(write(tmp_path, text + "evaluation: {metric: span_f1}\n"))
    if scheme == "iob":
        assert asking.settled(train).metric == "span_f1"
    else:
        with pytest.raises(RecipeError, match="span_f1 does not fit") as caught:
            asking.settled(train)
        assert "token_accuracy" in caught.value.problems[0].hint


def test_checking_collects_into_the_list_that_it_is_given() -> None:
    problems: list[Problem] = []
    checks.check({"model": {"id": "a/b"}}, Places("x.yaml"), problems)
    assert [problem.message for problem in problems] == [
        "the key 'task' is missing",
        "the key 'data' is missing",
    ]


def test_only_rows_of_one_class_each_can_be_evened_out(tmp_path: Path) -> None:
    even = "train: {oversample: balanced}\n"
    assert load(write(tmp_path, BASE + even)).train.oversample == "balanced"
    several = BASE.replace("task: text-classification", "task: {name: X, multi_label: true}")
    text = several.replace("X", "text-classification") + even
    problem = only(tmp_path, text)
    assert "multi-label text-classification have no one class" in problem.message
    assert problem.place.endswith(":4")
