"""``graft score``: what sentences are worth to a causal, a masked and an n-gram model."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from pipeline import plausibility
from pipeline.cli import main
from pipeline.contracts import Silent
from pipeline.runner import Finished
from tests import language_models

TEXTS = ["the film is charming and witty .", "이 영화는 지루하다", "x"]
LONG = " ".join(["the plot is dull and hollow ."] * 30)


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return language_models.base("gpt2", tmp_path_factory)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Path:
    return language_models.run_with_baselines(tmp_path_factory.mktemp("run") / "latest", tiny_base)


def scored(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[list[str]]:
    assert main(["score", *map(str, arguments)]) == 0
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert main(["score", *map(str, arguments)]) == 2
    return capsys.readouterr().err


def test_a_causal_model_says_what_plain_transformers_says(
    gpt2: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(gpt2)
    model = transformers.AutoModelForCausalLM.from_pretrained(gpt2).eval()

    lines = scored(capsys, gpt2, *TEXTS)

    assert [line[3] for line in lines] == TEXTS
    for text, line in zip(TEXTS, lines, strict=True):
        end = tokenizer.eos_token_id
        ids = torch.tensor([[end, *tokenizer(text, add_special_tokens=False)["input_ids"], end]])
        with torch.no_grad():
            logits = model(ids).logits[0, :-1].log_softmax(-1)
        expected = logits.gather(1, ids[0, 1:, None]).sum().item()
        log_probability, perplexity, bits = map(float, line[:3])
        assert log_probability == pytest.approx(expected, abs=1e-3)
        assert perplexity == pytest.approx(math.exp(-expected / (ids.shape[1] - 1)), rel=1e-3)
        size = len(text.encode())
        assert bits == pytest.approx(-expected / math.log(2) / size, abs=1e-3)


def test_a_masked_model_hides_one_token_at_a_time(
    tiny_base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_base)
    model = transformers.AutoModelForMaskedLM.from_pretrained(tiny_base).eval()

    lines = scored(capsys, tiny_base, *TEXTS, LONG)

    for text, line in zip(TEXTS, lines, strict=False):
        ids = tokenizer(text, return_tensors="pt")["input_ids"]
        expected = 0.0
        for place in range(1, ids.shape[1] - 1):
            hidden = ids.clone()
            hidden[0, place] = tokenizer.mask_token_id
            with torch.no_grad():
                logits = model(hidden).logits[0, place].log_softmax(-1)
            expected += logits[ids[0, place]].item()
        assert float(line[0]) == pytest.approx(expected, abs=1e-3)
    assert float(lines[3][0]) < float(lines[0][0]) * 10


def test_a_run_s_baseline_and_its_export_are_read(
    run: Path, gpt2: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = language_models.export(tmp_path / "merged", gpt2, task_name="causal-lm")
    assert scored(capsys, exported, *TEXTS) == scored(capsys, gpt2, *TEXTS)
    for name in ("ngram-lm", "lstm-lm"):
        known, noise = scored(capsys, f"{run}:{name}", "The film is dull.", "llud si mlif ehT.")
        assert float(known[0]) > float(noise[0])


def test_the_most_plausible_comes_first_when_asked(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentences = ["zq vx", "The film is a quiet joy", "joy quiet a is film The"]
    ranked = scored(capsys, f"{run}:ngram-lm", "--rank", *sentences)
    found = [float(line[0]) for line in ranked]

    assert found == sorted(found, reverse=True)
    assert sorted(line[3] for line in ranked) == sorted(sentences)


def test_a_file_and_standard_input_have_a_sentence_a_line(
    run: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "sentences.txt"
    path.write_text("\n".join([TEXTS[0], "", TEXTS[1], TEXTS[2]]) + "\n", encoding="utf-8")
    expected = scored(capsys, f"{run}:ngram-lm", *TEXTS)
    assert scored(capsys, f"{run}:ngram-lm", "--input", path) == expected
    with path.open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert scored(capsys, f"{run}:ngram-lm") == expected


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl"])
def test_a_file_is_written_line_by_line(
    run: Path, tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new" / f"out.{ending}"
    text = 'a "quoted", text'
    lines = scored(capsys, f"{run}:ngram-lm", text)
    assert main(["score", f"{run}:ngram-lm", text, "--output", str(path)]) == 0
    assert capsys.readouterr().out == f"1 sentences: {path}\n"

    with path.open(encoding="utf-8", newline="") as file:
        if ending == "jsonl":
            rows = [json.loads(line) for line in file]
        else:
            rows = list(csv.DictReader(file, delimiter="\t" if ending == "tsv" else ","))
    assert [row["text"] for row in rows] == [text]
    assert float(rows[0]["log_probability"]) == float(lines[0][0])
    assert list(path.parent.iterdir()) == [path]


def test_sentences_are_read_as_they_are_scored(run: Path) -> None:
    read: list[int] = []

    def sentences() -> Iterator[str]:
        for number in range(1000):
            read.append(number)
            yield "a film"

    shown: list[int] = []
    plausibility.score(
        f"{run}:ngram-lm",
        sentences=sentences(),
        ranked=False,
        output=None,
        interactive=False,
        report=Silent(),
        show=lambda line: shown.append(len(read)),
    )

    assert len(shown) == 1000
    assert shown[0] < 100
    assert np.all(np.array(shown) - np.arange(1000) <= 64)


def test_what_has_no_probabilities_is_refused(
    run: Path, finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, finished_run.folder, "x")
    assert "this is no language model" in said
    assert "causal-lm, masked-lm" in said
    assert "this is no language model" in refused(capsys, f"{run}:ngram-fill", "x")
    said = refused(capsys, f"{run}:ngram-ml", "x")
    assert "there is no baseline 'ngram-ml' in this run" in said
    assert "did you mean 'ngram-lm'?" in said
    facts = run / "baselines" / "damaged" / "baseline.json"
    facts.parent.mkdir()
    facts.write_text('{"name": "ngram-lm", "task": {"name": "causal-lm"}}')
    assert "this baseline is damaged" in refused(capsys, f"{run}:damaged", "x")
    assert "there is no such folder" in refused(capsys, tmp_path / "nothing", "x")
    assert "cannot write '.xlsx' files" in refused(capsys, run, "x", "--output", "a.xlsx")
    assert "give either sentences or --input" in refused(capsys, run, "x", "--input", "a.txt")
    assert "there is no such file" in refused(capsys, run, "--input", tmp_path / "a.txt")


def test_a_base_without_a_language_head_is_refused(
    tmp_path: Path, tiny_base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = transformers.AutoModel.from_pretrained(tiny_base)
    model.save_pretrained(tmp_path / "bare")
    transformers.AutoTokenizer.from_pretrained(tiny_base).save_pretrained(tmp_path / "bare")
    assert "this base has no language head" in refused(capsys, tmp_path / "bare", "x")
