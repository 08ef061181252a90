"""Wrong data and wrong base models, as a person meets them: through ``graft check``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main

ROWS = [(f"text number {n}", "good" if n % 2 else "bad") for n in range(40)]


class Recipe:
    """A recipe in a folder of its own, whose data and base a test makes wrong."""

    def __init__(self, folder: Path, base: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.base = base
        self._capsys = capsys

    def rows(self, name: str, rows: list[tuple[str, str]], head: str = "text,label") -> Path:
        path = self.folder / name
        lines = [head, *(f"{text},{label}" for text, label in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def refused(self, data: str, *, model: str | Path | None = None) -> str:
        """What ``graft check`` says; the exit code is that of a person's mistake."""
        path = self.folder / "mine.yaml"
        path.write_text(
            f"model: {model or self.base}\ntask: text-classification\ndata: {data}\n",
            encoding="utf-8",
        )
        code = main(["check", str(path)])
        said = self._capsys.readouterr()
        assert code == 2
        assert "Traceback" not in said.err
        assert said.err.startswith("error:")
        return said.err


@pytest.fixture
def recipe(tmp_path: Path, tiny_base: Path, capsys: pytest.CaptureFixture[str]) -> Recipe:
    return Recipe(tmp_path, tiny_base, capsys)


# ------------------------------------------------------------------------- data


def test_a_missing_file_names_the_nearest(recipe: Recipe) -> None:
    there = recipe.rows("reviews.csv", ROWS)
    said = recipe.refused(f"{{train: {there.with_name('review.csv')}}}")
    assert "review.csv" in said
    assert "did you mean" in said
    assert "reviews.csv" in said


def test_a_wrong_column_lists_those_there_are(recipe: Recipe) -> None:
    path = recipe.rows("a.csv", ROWS, head="sentence,label")
    said = recipe.refused(f"{{train: {path}}}")
    assert "a.csv: there is no column 'text'; there are: 'sentence', 'label'" in said
    assert "columns: {text: " in said
    said = recipe.refused(f"{{train: {path}, columns: {{text: sentense}}}}")
    assert "did you mean 'sentence'?" in said


@pytest.mark.parametrize("content", ["", "text,label\n"])
def test_an_empty_file_is_refused(recipe: Recipe, content: str) -> None:
    path = recipe.folder / "a.csv"
    path.write_text(content)
    said = recipe.refused(f"{{train: {path}}}")
    assert "a.csv" in said
    assert "empty" in said or "no rows" in said


def test_one_class_alone_is_refused(recipe: Recipe) -> None:
    path = recipe.rows("a.csv", [(text, "good") for text, _ in ROWS])
    assert "'good'" in recipe.refused(f"{{train: {path}}}")


def test_a_binary_file_is_no_csv(recipe: Recipe) -> None:
    path = recipe.folder / "a.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    said = recipe.refused(f"{{train: {path}}}")
    assert "a.csv" in said
    assert "UTF-8" in said or "binary" in said


def test_a_label_that_training_lacks_is_refused(recipe: Recipe) -> None:
    train = recipe.rows("train.csv", ROWS)
    test = recipe.rows("test.csv", [*ROWS[:4], ("a text of another kind", "godo")])
    said = recipe.refused(f"{{train: {train}, test: {test}}}")
    assert "'godo'" in said
    assert "test.csv:6" in said
    assert "did you mean 'good'?" in said


def test_a_class_with_one_row_cannot_be_divided(recipe: Recipe) -> None:
    path = recipe.rows("a.csv", [*ROWS, ("the only one", "rare")])
    assert "'rare'" in recipe.refused(f"{{train: {path}}}")


def test_empty_texts_and_labels_are_all_named_with_their_rows(recipe: Recipe) -> None:
    path = recipe.rows("a.csv", [*ROWS[:5], ("", "good"), ("  ", "bad"), ("no label", "")])
    said = recipe.refused(f"{{train: {path}}}")
    assert "2 rows have an empty text in 'text': a.csv:7, a.csv:8" in said
    assert "1 row has no label in 'label': a.csv:9" in said


def test_all_that_is_wrong_with_base_and_data_is_said_at_once(recipe: Recipe) -> None:
    said = recipe.refused("{train: nowhere.csv}", model="./no-model")
    assert said.startswith("error: 2 problems\n")
    assert "nowhere.csv" in said
    assert "no-model" in said


# ------------------------------------------------------------------------- base


def test_a_missing_base_names_the_nearest(recipe: Recipe, rows_csv: Path) -> None:
    wrong = recipe.base.with_name("tiny-bart")
    said = recipe.refused(f"{{train: {rows_csv}}}", model=wrong)
    assert f"{wrong}: there is no such folder" in said
    assert f"did you mean {recipe.base}?" in said


def copy_of(base: Path, folder: Path) -> Path:
    return Path(shutil.copytree(base, folder / "model"))


def test_a_base_without_weights_is_refused(recipe: Recipe, rows_csv: Path) -> None:
    base = copy_of(recipe.base, recipe.folder)
    (base / "model.safetensors").unlink()
    said = recipe.refused(f"{{train: {rows_csv}}}", model=base)
    assert f"{base}: there are no weights: no file ends in .safetensors" in said


def test_pickled_weights_are_refused(recipe: Recipe, rows_csv: Path) -> None:
    base = copy_of(recipe.base, recipe.folder)
    (base / "model.safetensors").rename(base / "pytorch_model.bin")
    said = recipe.refused(f"{{train: {rows_csv}}}", model=base)
    assert "the weights are pickled only (pytorch_model.bin), and a pickle can run code" in said
    assert "save_pretrained" in said


def test_an_adapter_is_no_base(recipe: Recipe, rows_csv: Path) -> None:
    adapter = recipe.folder / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    (adapter / "adapter_model.safetensors").touch()
    said = recipe.refused(f"{{train: {rows_csv}}}", model=adapter)
    assert "this folder is an adapter, not a base model" in said


def test_an_unknown_family_is_refused(recipe: Recipe, rows_csv: Path) -> None:
    base = copy_of(recipe.base, recipe.folder)
    config = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(config | {"model_type": "mamba"}))
    said = recipe.refused(f"{{train: {rows_csv}}}", model=base)
    assert "the family 'mamba' is not known" in said
    assert "bert" in said
    (base / "config.json").write_text("{")
    assert "config.json: this file is damaged" in recipe.refused(
        f"{{train: {rows_csv}}}", model=base
    )


def test_half_precision_on_a_cpu_is_refused(
    recipe: Recipe, rows_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    path = recipe.folder / "mine.yaml"
    path.write_text(f"model: {recipe.base}\ntask: text-classification\ndata: {{train: {rows_csv}}}")
    runs = str(recipe.folder / "runs")
    assert main(["run", str(path), "--runs", runs, "train.precision=fp16"]) == 2
    assert "train.precision: fp16 does nothing on a CPU" in capsys.readouterr().err
