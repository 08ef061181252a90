"""``graft generate``: what is written, piece by piece, with a network and with n-grams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from pipeline import generating
from pipeline.cli import main
from pipeline.contracts import Silent
from pipeline.runner import Finished
from tests import language_models

PROMPT = "the film is"


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return language_models.base("gpt2", tmp_path_factory)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Path:
    return language_models.run_with_baselines(tmp_path_factory.mktemp("run") / "latest", tiny_base)


def written(name: str | Path, prompt: str = PROMPT, **changes: Any) -> list[str]:
    """The pieces, in the order in which they are shown."""
    found: list[str] = []
    options: dict[str, Any] = {
        "max_tokens": 12,
        "temperature": None,
        "top_p": None,
        "seed": 0,
        "beams": 1,
    }
    generating.generate(
        str(name), prompt, **(options | changes), report=Silent(), show=found.append
    )
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert main(["generate", *map(str, arguments)]) == 2
    return capsys.readouterr().err


def plain(folder: Path, **options: Any) -> str:
    """What transformers writes by itself after the same tokens."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
    end = tokenizer.eos_token_id
    ids = torch.tensor([[end, *tokenizer(PROMPT, add_special_tokens=False)["input_ids"]]])
    found = model.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=12,
        eos_token_id=end,
        pad_token_id=end,
        do_sample=False,
        **options,
    )
    whole: str = tokenizer.decode(found[0], skip_special_tokens=True)
    return whole.removeprefix(PROMPT)


def test_greedy_and_beams_write_what_transformers_writes(gpt2: Path) -> None:
    pieces = written(gpt2)

    assert "".join(pieces) == plain(gpt2)
    assert 6 < len(pieces) <= 12
    searched = written(gpt2, beams=3)
    assert searched == [plain(gpt2, num_beams=3)]


def test_drawing_is_repeatable_and_differs_by_seed(gpt2: Path, run: Path) -> None:
    for name in (str(gpt2), f"{run}:ngram-lm", f"{run}:lstm-lm"):
        drawn = {seed: "".join(written(name, temperature=1.0, seed=seed)) for seed in range(3)}
        assert "".join(written(name, temperature=1.0, seed=1)) == drawn[1]
        assert len(set(drawn.values())) > 1
    # An n-gram model knows many equally likely tokens; a network knows none.
    assert written(gpt2, temperature=1e-4) == written(gpt2, top_p=1e-6) == written(gpt2)


def test_a_long_prompt_is_read_from_its_end_and_said_so(gpt2: Path) -> None:
    warned: list[str] = []

    class Listening(Silent):
        def warn(self, message: str) -> None:
            warned.append(message)

    found: list[str] = []
    generating.generate(
        str(gpt2),
        "the plot is dull . " * 100,
        max_tokens=5,
        temperature=None,
        top_p=None,
        seed=0,
        beams=1,
        report=Listening(),
        show=found.append,
    )
    assert found
    assert "are read" in warned[0]


def test_an_export_and_a_baseline_write_on(run: Path, gpt2: Path, tmp_path: Path) -> None:
    exported = language_models.export(tmp_path / "merged", gpt2, task_name="causal-lm")
    assert written(exported) == written(gpt2)
    # The texts that the n-gram model has read go on like this.
    assert "".join(written(f"{run}:ngram-lm", "The film is a")).startswith(" quiet joy")


def test_the_command_prints_only_what_is_written(
    gpt2: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main(["generate", str(gpt2), PROMPT, "--max-tokens", "12"]) == 0
    expected = capsys.readouterr().out
    assert expected == "".join(written(gpt2)) + "\n"
    (tmp_path / "prompt.txt").write_text(PROMPT + "\n", encoding="utf-8")
    with (tmp_path / "prompt.txt").open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert main(["generate", str(gpt2), "--max-tokens", "12"]) == 0
    assert capsys.readouterr().out == expected


def test_numbers_out_of_range_are_refused_all_at_once(
    gpt2: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ("--max-tokens", "0", "--temperature", "0", "--top-p", "2", "--beams", "2")
    said = refused(capsys, gpt2, "x", *wrong)
    for part in ("4 problems", "--max-tokens 0", "--temperature 0.0", "--top-p 2.0", "--beams"):
        assert part in said
    assert "a baseline searches no beams" in refused(capsys, f"{run}:ngram-lm", "x", "--beams", "2")


def test_what_cannot_write_says_what_can(
    run: Path, tiny_base: Path, finished_run: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (finished_run.folder, tiny_base, f"{run}:ngram-fill"):
        said = refused(capsys, name, "x")
        assert f"{name}: this model cannot write" in said
        assert "causal-lm, seq2seq or instruction" in said


@pytest.mark.parametrize("kind", ["t5", "bart"])
def test_an_encoder_decoder_answers_its_prompt(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = language_models.base(kind, tmp_path_factory)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    inputs = tokenizer([PROMPT], return_tensors="pt")
    found = model.generate(
        input_ids=inputs["input_ids"],
        attention_mask=inputs["attention_mask"],
        max_new_tokens=12,
        do_sample=False,
        num_beams=1,
    )

    pieces = written(folder)

    assert "".join(pieces) == tokenizer.decode(found[0, 1:], skip_special_tokens=True)
    assert pieces
