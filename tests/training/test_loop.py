"""Which weights are kept, when it validates, when it stops, and how it goes on."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from pipeline.errors import Interrupted, ModelError, TrainingError
from pipeline.strategies.full import Full
from pipeline.strategies.lora import Lora
from pipeline.training import checkpoints
from pipeline.training.loop import validation_steps
from pipeline.training.stopping import StopSignal
from tests.training import tiny

DROPPED: dict[str, Any] = {"dropout": 0.1}
TWELVE_STEPS: dict[str, Any] = {"epochs": 4, "validations": 6, "patience": 5}


def timeless(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key != "seconds"} for line in log]


def stop_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal comes in the middle of the given step."""
    asked = iter(range(1, 1000))
    monkeypatch.setattr(StopSignal, "asked", lambda self, accelerator: next(asked) == steps)


# ------------------------------------------------------------------------ the same


@pytest.fixture(scope="module")
def whole(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[tiny.Fit, Path]:
    """Twelve steps with dropout, never interrupted."""
    run = tmp_path_factory.mktemp("whole")
    return tiny.fit(tiny.ready(tiny_base, **DROPPED), run, **TWELVE_STEPS), run


@pytest.mark.parametrize("step", [1, 5, 6, 12])
def test_an_interrupted_run_ends_as_the_whole_one_to_the_bit(
    step: int,
    whole: tuple[tiny.Fit, Path],
    tiny_base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        stop_after(step, patch)
        with pytest.raises(Interrupted, match=f"stopped at step {step} of 12"):
            tiny.fit(tiny.ready(tiny_base, **DROPPED), tmp_path, **TWELVE_STEPS)
    torch.manual_seed(99)  # what was drawn in between must not matter
    resumed = tiny.fit(tiny.ready(tiny_base, **DROPPED), tmp_path, resume=True, **TWELVE_STEPS)
    expected = tiny.weights(whole[0].model.model)
    found = tiny.weights(resumed.model.model)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert timeless(resumed.log) == timeless(whole[0].log)
    notes = {"best_step", "steps", "training_tokens"}
    assert {key: resumed.model.notes[key] for key in notes} == {
        key: whole[0].model.notes[key] for key in notes
    }


def test_lines_after_the_checkpoint_are_forgotten(
    whole: tuple[tiny.Fit, Path],
    tiny_base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As after a crash: the log went on, the checkpoint did not."""
    with monkeypatch.context() as patch:
        stop_after(5, patch)
        with pytest.raises(Interrupted):
            tiny.fit(tiny.ready(tiny_base, **DROPPED), tmp_path, **TWELVE_STEPS)
    with (tmp_path / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"event": "step", "step": 6}\n{"event": "st')
    resumed = tiny.fit(tiny.ready(tiny_base, **DROPPED), tmp_path, resume=True, **TWELVE_STEPS)
    assert timeless(resumed.log) == timeless(whole[0].log)


def test_without_a_checkpoint_it_starts_over_with_an_empty_log(
    whole: tuple[tiny.Fit, Path], tiny_base: Path, tmp_path: Path
) -> None:
    (tmp_path / "log.jsonl").write_text('{"event": "validation", "step": 0}\n', encoding="utf-8")
    again = tiny.fit(tiny.ready(tiny_base, **DROPPED), tmp_path, resume=True, **TWELVE_STEPS)
    assert timeless(again.log) == timeless(whole[0].log)


def test_patience_survives_an_interruption(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {"epochs": 4, "validations": 12, "patience": 3}
    with monkeypatch.context() as patch:
        tiny.scored([0.9, 0.1, 0.1], patch)
        stop_after(2, patch)
        with pytest.raises(Interrupted):
            tiny.fit(tiny.ready(tiny_base), tmp_path, **options)
    tiny.scored([0.1] * 10, monkeypatch)
    resumed = tiny.fit(tiny.ready(tiny_base), tmp_path, resume=True, **options)
    assert resumed.log[-1] == {"event": "stopped", "step": 3, "reason": "patience"}
    assert resumed.model.notes["best_step"] == 0


def test_a_signal_in_the_step_that_ends_patience_is_not_lost(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.scored([0.9, 0.1], monkeypatch)
    stop_after(1, monkeypatch)
    with pytest.raises(Interrupted):
        tiny.fit(tiny.ready(tiny_base), tmp_path, epochs=4, validations=12, patience=1)


def test_one_seed_gives_the_same_adapter_to_the_byte_and_another_seed_another(
    whole: tuple[tiny.Fit, Path], tiny_base: Path, tmp_path: Path
) -> None:
    def adapter(model: Any, name: str) -> bytes:
        (tmp_path / name).mkdir()
        model.save(tmp_path / name)
        return (tmp_path / name / "adapter_model.safetensors").read_bytes()

    again = tiny.fit(tiny.ready(tiny_base, **DROPPED), tmp_path / "run", **TWELVE_STEPS)
    other = tiny.fit(
        tiny.ready(tiny_base, **DROPPED, seed=1),
        tmp_path / "other",
        on=tiny.work(seed=1),
        **TWELVE_STEPS,
    )
    first = adapter(whole[0].model, "first")
    assert adapter(again.model, "again") == first
    assert adapter(other.model, "seed 1") != first
    assert timeless(again.log) == timeless(whole[0].log)
    assert timeless(other.log) != timeless(whole[0].log)


# ------------------------------------------------------------------- what is damaged


@pytest.fixture
def stopped(tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run with a checkpoint after its second step."""
    with monkeypatch.context() as patch:
        stop_after(2, patch)
        with pytest.raises(Interrupted):
            tiny.fit(tiny.ready(tiny_base), tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["state.json", "state.safetensors"])
def test_a_damaged_checkpoint_is_named(name: str, stopped: Path, tiny_base: Path) -> None:
    file = stopped / checkpoints.FOLDER / name
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(ModelError, match="the checkpoint is damaged") as caught:
        tiny.fit(tiny.ready(tiny_base), stopped, resume=True)
    assert str(stopped) in str(caught.value)
    assert "without --resume" in str(caught.value)


def test_the_checkpoint_of_another_model_is_refused(stopped: Path, tiny_base: Path) -> None:
    with pytest.raises(ModelError, match="belongs to another model"):
        tiny.fit(tiny.ready(tiny_base, Lora(r=4)), stopped, resume=True)


def test_a_checkpoint_is_written_when_the_time_has_come(tiny_base: Path, tmp_path: Path) -> None:
    tiny.fit(tiny.ready(tiny_base), tmp_path, checkpoint_minutes=1e-9, validations=2)
    assert checkpoints.load(tmp_path).facts["progress"]["step"] == 6
    kept = {path.suffix for path in (tmp_path / checkpoints.FOLDER).iterdir()}
    assert kept == {".json", ".safetensors"}


# ---------------------------------------------------------------------- what is kept


@pytest.mark.parametrize(
    ("scores", "best"),
    [([0.9, 0.1, 0.2, 0.3], 0), ([0.1, 0.5, 0.9, 0.3], 4), ([0.1, 0.2, 0.3, 0.4], 6)],
)
def test_the_model_holds_the_weights_of_the_best_validation(
    scores: list[float],
    best: int,
    tiny_base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = tiny.scored(scores, monkeypatch)
    found = tiny.fit(tiny.ready(tiny_base), tmp_path, validations=3)
    assert found.model.notes["best_step"] == best
    held = tiny.weights(found.model.model)
    assert all(torch.equal(held[name], value) for name, value in seen[best // 2].items())
    others = [seen[n] for n in range(4) if n != best // 2]
    assert all(any(not torch.equal(held[k], v) for k, v in other.items()) for other in others)


def test_of_equal_scores_the_lower_loss_is_better(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.scored([0.5] * 4, monkeypatch, losses=[0.5, 0.4, 0.4, 0.6])
    assert tiny.fit(tiny.ready(tiny_base), tmp_path, validations=3).model.notes["best_step"] == 2


def test_patience_stops_after_that_many_validations_without_gain(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.scored([0.1, 0.9, 0.5, 0.9, 0.5, 0.5, 0.5], monkeypatch)
    found = tiny.fit(tiny.ready(tiny_base), tmp_path, validations=6, patience=2)
    assert [line["step"] for line in found.validations] == [0, 1, 2, 3]
    assert found.log[-1] == {"event": "stopped", "step": 3, "reason": "patience"}


@pytest.mark.parametrize(
    ("total", "times", "steps"),
    [(100, 10, set(range(10, 101, 10))), (7, 3, {2, 5, 7}), (2, 10, {1, 2}), (1, 1, {1})],
)
def test_validations_are_evenly_spaced_and_include_the_end(
    total: int, times: int, steps: set[int]
) -> None:
    assert validation_steps(total, times) == steps


def test_steps_follow_epochs_and_max_steps(tiny_base: Path, tmp_path: Path) -> None:
    found = tiny.fit(tiny.ready(tiny_base), tmp_path / "a", on=tiny.work(20), epochs=1.5)
    assert [line["step"] for line in found.steps] == [1, 2, 3, 4]  # 3 steps an epoch, rounded
    found = tiny.fit(tiny.ready(tiny_base), tmp_path / "b", epochs=50, max_steps=2)
    assert found.model.notes["steps"] == 2


# -------------------------------------------------------------- what is not a number


def test_a_loss_that_is_not_a_number_stops_the_run(tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="not a number") as caught:
        tiny.fit(tiny.ready(tiny_base, Full()), tmp_path, learning_rate=1e30)
    assert "learning_rate" in str(caught.value)
    numbers = [value for line in tiny.log(tmp_path) for value in line.values()]
    assert all(math.isfinite(value) for value in numbers if isinstance(value, float))


@pytest.mark.parametrize("head", ["probe", "random"])
def test_a_base_that_gives_no_numbers_is_named(head: str, tiny_base: Path, tmp_path: Path) -> None:
    prepared = tiny.ready(tiny_base, Full())
    with torch.no_grad():
        next(prepared.model.parameters()).fill_(math.nan)
    with pytest.raises(TrainingError, match="the base model itself gives no numbers"):
        tiny.fit(prepared, tmp_path, head=head)


# --------------------------------------------------------------------------- telling


def test_a_tracker_gets_the_curves(tiny_base: Path, tmp_path: Path) -> None:
    tiny.fit(tiny.ready(tiny_base), tmp_path, tracker="tensorboard", max_steps=2)
    events = list((tmp_path / "tracker").rglob("events.out.tfevents.*"))
    content = b"".join(file.read_bytes() for file in events)
    assert b"train/loss" in content
    assert b"validation/accuracy" in content


def test_the_log_is_json_a_line(whole: tuple[tiny.Fit, Path]) -> None:
    lines = (whole[1] / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines].count("step") == 12
    assert [line["step"] for line in whole[0].validations] == [0, 2, 4, 6, 8, 10, 12]
