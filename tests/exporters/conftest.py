from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipeline.bases import Base, resolve
from pipeline.contracts import Export
from pipeline.strategies.full import Full
from pipeline.strategies.lora import Lora
from pipeline.training.contender import FittedModel
from tests.training import tiny


@dataclass(frozen=True)
class Trained:
    """A tiny model after a few steps, and the base that it came from."""

    model: FittedModel
    base: Base

    def export(self) -> Export:
        return Export(
            model=self.model.model,
            codec=self.model.answering.codec,
            task=self.model.task,
            labels=tuple(self.model.labels),
            base=self.base.facts(),
            base_folder=self.base.folder,
        )


@pytest.fixture(scope="session")
def adapted(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """LoRA on a base in a folder of one's own."""
    run = tmp_path_factory.mktemp("adapted")
    return Trained(trained(tiny_base, run, Lora(), 0.01), resolve(str(tiny_base)))


@pytest.fixture(scope="session")
def from_hub(adapted: Trained) -> Trained:
    """The same as if its base had come from the Hub."""
    known = replace(
        adapted.base, name="someone/tiny", origin="hub", hub_id="someone/tiny", revision="ab" * 20
    )
    return replace(adapted, base=known)


@pytest.fixture(scope="session")
def whole(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """All weights trained."""
    run = tmp_path_factory.mktemp("whole")
    return Trained(trained(tiny_base, run, Full(), 1e-3), resolve(str(tiny_base)))


def trained(base: Path, run: Path, strategy: Lora | Full, rate: float) -> FittedModel:
    with pytest.MonkeyPatch.context() as patch:
        tiny.scored([0.0, 1.0], patch)  # the last weights are kept: not those of the base
        prepared = tiny.ready(base, strategy)
        return tiny.fit(prepared, run, validations=1, learning_rate=rate).model
