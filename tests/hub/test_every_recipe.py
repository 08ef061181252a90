"""Every recipe that names the Hub, run as it stands, but short, against twins of what it names."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline import bases
from pipeline import recipe as recipes
from pipeline.data.spec import TEST_SHARE
from tests.hub import LoopbackHub
from tests.hub.bases import MODELS
from tests.hub.data_sets import DATA_SETS
from tests.hub.programs import LIMIT_SECONDS, ROOT, Outcome
from tests.hub.tables import Table
from tests.hub.test_recipes import RUNS as ELSEWHERE

SHORT = ("train.max_steps=2", "evaluation.resamples=1000")
"""All that is changed: how long a run takes."""

QUICK = {
    "go-emotions-roberta-lora",
    "stsb-roberta-full",
    "klue-ner-koelectra",
    "squad-bert-lora",
    "wikitext2-gpt2-lora",
    "wikitext2-bert-mlm",
    "opus-en-ko-t5-lora",
    "chatbot-kogpt2-lora",
}
"""One of each task; the others are slow for what they add."""


def _named(path: Path) -> tuple[str | None, str | None]:
    """The base and the data set of the Hub that a recipe names."""
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    model = tree["model"] if isinstance(tree["model"], str) else tree["model"].get("id")
    of_the_hub = model is not None and bases.locate(model) == "hub"
    return model if of_the_hub else None, tree["data"].get("hub")


FILES = {path.stem: path for path in sorted((ROOT / "recipes").rglob("*.yaml"))}
OF_THE_HUB = {name: path for name, path in FILES.items() if any(_named(path))}
RECIPES = [
    pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow])
    for name in OF_THE_HUB
    if name not in ELSEWHERE.values()
]


def test_recipes_were_found() -> None:
    assert {"sst2-bert-lora", "squad-bert-lora", "nsmc-klue-bert-lora"} <= set(OF_THE_HUB)
    assert set(ELSEWHERE.values()) <= set(OF_THE_HUB)
    assert set(OF_THE_HUB) >= QUICK


@pytest.mark.parametrize("name", OF_THE_HUB)
def test_what_a_recipe_names_has_a_twin(name: str) -> None:
    model, data = _named(OF_THE_HUB[name])
    assert model is None or model in MODELS, f"add '{model}' to tests/hub/bases.py"
    assert data is None or data in DATA_SETS, f"add '{data}' to tests/hub/data_sets.py"


@pytest.mark.parametrize("name", OF_THE_HUB)
def test_a_recipe_says_in_one_line_what_it_shows_and_how_to_run_it(name: str) -> None:
    first, second = OF_THE_HUB[name].read_text(encoding="utf-8").splitlines()[:2]
    assert first.startswith("# ")
    assert first.endswith(f"  Run: make {name}")
    assert not second.startswith("#")


@dataclass
class Machine:
    """A process that has the clients, and a Hub that holds what the recipes asked so far."""

    hub: LoopbackHub
    folder: Path
    published: set[str] = field(default_factory=set)
    process: subprocess.Popen[str] | None = None

    def publish(self, path: Path) -> None:
        """Put twins of a recipe's base and data set where it will look for them."""
        tree = recipes.load(path)
        model, data = _named(path)
        if model and model not in self.published:
            made = MODELS[model](self.folder / "models" / model)
            self.hub.add_model(model, made, **_at(tree.model.revision))
        if data and data not in self.published:
            self.hub.add_dataset(data, DATA_SETS[data]().files(), **_at(tree.data.revision))
        self.published |= {model or "", data or ""}

    def run(self, *arguments: str) -> Outcome:
        """The command in that process, or in another one where that has ended."""
        process = self.process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        watch = threading.Timer(LIMIT_SECONDS, process.kill)
        watch.start()
        process.stdin.write(json.dumps(arguments) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        watch.cancel()
        if not line:
            self.process = None
            said = (self.folder / "errors").read_text(encoding="utf-8")
            raise AssertionError(f"it ended, or took more than {LIMIT_SECONDS} s:\n{said}")
        found: Outcome = json.loads(line)
        return found

    def _start(self) -> subprocess.Popen[str]:
        with (self.folder / "errors").open("w") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.hub.programs.one_by_one"],
                env=self.hub.environment(self.folder / "home") | {"OMP_NUM_THREADS": "1"},
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )


def _at(revision: str | None) -> dict[str, Any]:
    """Where a twin is to lie: a commit of this name, or a branch."""
    if revision is None:
        return {}
    is_commit = len(revision) == 40
    return {"revision": revision} if is_commit else {"branch": revision}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with LoopbackHub() as hub:
        found = Machine(hub, tmp_path_factory.mktemp("machine"))
        yield found
        if found.process is not None:
            found.process.communicate(timeout=LIMIT_SECONDS)
        assert hub.unknown == []


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_runs_as_it_stands(machine: Machine, name: str) -> None:
    path = OF_THE_HUB[name]
    machine.publish(path)
    outcome = machine.run("run", str(path), *SHORT, "--runs", str(machine.folder / "runs"))
    assert outcome["code"] == 0, outcome["output"]
    run = machine.folder / "runs" / name / "latest"
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    recipe = recipes.load(path)
    assert result["metric"] == recipe.metric
    check_scores(result, recipe.strategy.name, [item.name for item in recipe.baselines])
    check_rows(
        result, DATA_SETS[str(recipe.data.hub)]().table(recipe.data.config), recipe.data.test
    )
    assert [export["name"] for export in result["exports"]] == [e.name for e in recipe.export]
    assert result["exports"]
    assert all(export["proved"] for export in result["exports"])
    assert result["verdict"]["sentence"] in outcome["output"]


def check_scores(result: Mapping[str, Any], strategy: str, baselines: Sequence[str]) -> None:
    """Everyone answered, and has a score that is a number."""
    contenders = {item["name"]: item for item in result["contenders"]}
    assert set(contenders) == {strategy, *baselines}
    for contender in contenders.values():
        assert math.isfinite(contender["scores"][result["metric"]])
    assert result["verdict"]["fine_tuned"] == strategy


def check_rows(result: Mapping[str, Any], twin: Table, test: Any) -> None:
    """The test rows are those of the split that the recipe names, none of them lost."""
    split = test or "test"
    if split in twin.splits:
        assert result["test_rows"] == twin.usable(split)
    else:
        share = test or TEST_SHARE
        assert result["test_rows"] == pytest.approx(share * twin.usable("train"), abs=2)
