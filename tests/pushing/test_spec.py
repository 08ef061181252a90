"""The ``hub`` and ``model.adapter`` keys of a recipe: short and long, and what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline import recipe as recipes
from pipeline.errors import RecipeError
from pipeline.pushing.spec import HubSpec

RECIPE = """\
# Reviews
model: {model}
task: text-classification
data: {{train: reviews.csv}}
export: {export}
hub: {hub}
"""


def load(
    folder: Path,
    hub: str,
    *overrides: str,
    export: str = "[adapter, merged]",
    model: str = "builtin:minilm",
) -> recipes.Recipe:
    path = folder / "reviews.yaml"
    path.write_text(RECIPE.format(hub=hub, export=export, model=model), encoding="utf-8")
    return recipes.load(path, overrides)


def refused(folder: Path, hub: str, *overrides: str, **options: str) -> str:
    with pytest.raises(RecipeError) as caught:
        load(folder, hub, *overrides, **options)
    return str(caught.value)


def test_a_plain_string_is_the_repository(tmp_path: Path) -> None:
    assert load(tmp_path, "me/name").hub == HubSpec(repo="me/name")
    assert load(tmp_path, "null").hub is None
    assert load(tmp_path, "null", "hub.repo=me/name").hub == HubSpec(repo="me/name")
    assert load(tmp_path, "me/name", "hub=null").hub is None


def test_a_repository_is_private_unless_said_otherwise(tmp_path: Path) -> None:
    found = load(tmp_path, "{repo: me/name, private: no, export: merged, license: mit}").hub
    assert found == HubSpec(repo="me/name", private=False, export="merged", license="mit")
    assert HubSpec(repo="me/name").private


def test_what_a_run_keeps_reads_back(tmp_path: Path) -> None:
    first = load(tmp_path, "me/name", model="{id: builtin:minilm, adapter: me/learnt}")
    (tmp_path / "again.yaml").write_text(first.to_yaml(), encoding="utf-8")
    again = recipes.load(tmp_path / "again.yaml")
    assert again.resolved() == first.resolved()
    assert again.model.adapter == "me/learnt"
    assert "hub" not in yaml.safe_load(load(tmp_path, "null").to_yaml())


@pytest.mark.parametrize(
    ("hub", "said"),
    [
        ("name", "reviews.yaml:6: hub.repo: an id looks like owner/name"),
        ("{private: yes}", "hub.repo"),
        ("{repo: me/name, licence: mit}", "did you mean 'license'?"),
        ("{repo: me/name, license: apache2}", "did you mean 'apache-2.0'?"),
        ("{repo: me/name, export: onnyx}", "the recipe does not export 'onnyx'"),
        ("{repo: me/name, token: hf_x}", "token"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, hub: str, said: str) -> None:
    found = refused(tmp_path, hub)
    assert "reviews.yaml:6" in found
    assert said in found


def test_nothing_can_be_pushed_that_is_not_exported(tmp_path: Path) -> None:
    assert "there is nothing to push" in refused(tmp_path, "me/name", export="[]")


def test_an_adapter_goes_with_a_base(tmp_path: Path) -> None:
    said = refused(tmp_path, "null", model="{new: gpt2, adapter: me/learnt}", export="[]")
    assert "adapter goes with id" in said
