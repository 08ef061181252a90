"""Only a proven export of a finished run is packed, as it was proven, and nothing beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.contracts import Reporter, Silent
from pipeline.errors import ModelError, UserError
from pipeline.pushing import card_check, parcel
from pipeline.pushing.parcel import Parcel
from pipeline.pushing.spec import is_repository
from pipeline.runner import Finished

REPO = "me/name"


@pytest.fixture
def run(finished_run: Finished, tmp_path: Path) -> Path:
    """A copy of a run, for a test to damage."""
    return Path(shutil.copytree(finished_run.folder, tmp_path / "20260102-030405"))


def change(run: Path, **values: Any) -> None:
    file = run / "result.json"
    found = json.loads(file.read_text("utf-8"))
    found["exports"][0] |= values
    file.write_text(json.dumps(found), encoding="utf-8")


def refused(run: Path, export: str | None = None) -> str:
    with pytest.raises(UserError) as caught:
        parcel.pack(parcel.finished(run), repo=REPO, export=export, report=Silent())
    return str(caught.value)


def packed(run: Path, report: Reporter | None = None) -> Parcel:
    return parcel.pack(parcel.finished(run), repo=REPO, export=None, report=report or Silent())


def test_everything_of_the_export_is_packed_and_nothing_else(run: Path) -> None:
    found = packed(run)
    assert found.files.keys() == {
        "README.md", "adapter_config.json", "adapter_model.safetensors", "base/config.json",
        "base/model.safetensors", "graft.json", "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    assert card_check.check(found) == ([], [f"the licence is not known; say it in the recipe"
        f" (hub.license) or in {run / 'adapter' / 'README.md'}"])  # fmt: skip


def test_latest_is_the_run_that_it_points_at(run: Path) -> None:
    (run.parent / "latest").symlink_to(run.name)
    assert parcel.finished(run.parent / "latest") == run
    with pytest.raises(ModelError, match="there is no run in this folder") as caught:
        parcel.finished(run.parent)
    assert f"did you mean {run.parent / 'latest'}?" in str(caught.value)


def test_a_run_that_did_not_finish_is_refused(run: Path) -> None:
    (run / "result.json").unlink()
    assert "did not finish" in refused(run)
    assert "--resume" in refused(run)
    assert "push the run: graft push" in refused(run / "adapter")
    assert "there is no such run" in refused(run / "nowhere")


def test_an_export_whose_proof_failed_is_refused(run: Path) -> None:
    change(run, proved=False, max_logit_difference=0.5)
    assert "the proof of the export adapter failed" in refused(run)


def test_an_export_that_was_changed_since_its_proof_is_refused(run: Path) -> None:
    """By their bytes, not by their number: one of them is enough."""
    weights = run / "adapter" / "adapter_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    said = refused(run)
    assert f"{weights}: this file was changed since the export's proof" in said
    assert f"export it again: graft export {run} adapter" in said
    assert said.count("proof") == 1
    (run / "adapter" / "more.json").write_text("{}", encoding="utf-8")
    (run / "adapter" / "graft.json").unlink()
    said = refused(run)
    assert f"{run / 'adapter' / 'more.json'}: this file came after the export's proof" in said
    assert f"{run / 'adapter' / 'graft.json'}: this file of the export is not there" in said


def test_an_export_of_which_only_the_size_is_known_is_compared_by_it_and_this_is_said(
    run: Path,
) -> None:
    change(run, sha256={})
    told: list[str] = []

    class Listening(Silent):
        def warn(self, message: str) -> None:
            told.append(message)

    assert "graft.json" in packed(run, Listening()).files
    (said,) = told
    assert "only their size could be compared" in said
    assert f"graft export {run} adapter" in said
    with (run / "adapter" / "adapter_model.safetensors").open("ab") as weights:
        weights.write(b"\0")
    assert "the export was changed since its proof" in refused(run)


def test_the_card_may_be_edited(run: Path) -> None:
    with (run / "adapter" / "README.md").open("a", encoding="utf-8") as card:
        card.write("\nA word of mine.\n")
    assert "A word of mine." in packed(run).card


@pytest.mark.parametrize("name", ["training_args.bin", "weights.pt", "run.py", ".env", "x.pkl"])
def test_a_file_that_belongs_to_no_export_is_refused(run: Path, name: str) -> None:
    (run / "adapter" / name).write_bytes(b"anything")
    assert f"{name}: this file belongs to no export" in refused(run)


def test_a_link_is_refused(run: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    (run / "adapter" / "more.json").symlink_to(tmp_path / "secret.json")
    assert "more.json: this is a link" in refused(run)


def test_an_export_that_is_not_there_is_named_with_the_nearest(run: Path) -> None:
    assert "this run has no export 'adaptor'" in refused(run, "adaptor")
    assert "did you mean 'adapter'?" in refused(run, "adaptor")
    change(run, path="elsewhere")
    assert "the export is not there any more" in refused(run)


def test_the_published_snippet_fetches_its_files(run: Path) -> None:
    card = packed(run).card
    assert "With Graft: `graft predict hub:me/name" in card
    assert "from pathlib import Path\n\nfrom huggingface_hub import snapshot_download\n" in card
    assert 'folder = Path(snapshot_download("me/name"))' in card
    assert 'Path(".")' not in card


# -------------------------------------------------------------------------------- the card


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("license: unknown", "license: apache2", "the Hub knows no licence 'apache2'"),
        ("license: unknown", "licence: mit", "the card lacks 'license'"),
        ("library_name: peft", "library_name:", "the card lacks 'library_name'"),
        ("license: unknown", "license: mit\nbase_model: ../bert", "'../bert' is no id on the Hub"),
        ("license: unknown", "license: mit\ndatasets: [a/b/c]", "'a/b/c' is no id on the Hub"),
        ("license: unknown", "license: [mit", "the card's YAML cannot be read"),
        ("---\nlicense", "--\nlicense", "the card says nothing to the Hub"),
        ("    - type: accuracy\n", "    - kind: accuracy\n", "model-index is not as the Hub"),
        ("interval:", "range:", "the first score has no interval"),
        ('folder = Path(".")', 'folder = Path("there")', "does not fetch the files"),
    ],
)
def test_a_card_that_the_hub_would_refuse_is_refused_here(
    run: Path, before: str, after: str, said: str
) -> None:
    file = run / "adapter" / "README.md"
    text = file.read_text("utf-8")
    assert before in text, text[:1500]
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    problems, _ = card_check.check(packed(run))
    assert [str(item) for item in problems if said in item.message]


def test_an_adapter_names_the_base_that_it_needs(run: Path) -> None:
    config = run / "adapter" / "adapter_config.json"
    found = packed(run)
    text = config.read_text("utf-8").replace('"base"', '"google-bert/bert-base-uncased"')
    config.write_text(text, encoding="utf-8")
    problems, _ = card_check.check(found)
    assert ["base_model does not name google-bert" in item.message for item in problems] == [True]


# --------------------------------------------------------------------------- the command


def test_where_to_is_asked_before_anything_else(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["push", str(run)]) == 2
    assert "hub: {repo: owner/name}" in capsys.readouterr().err
    assert main(["push", str(run), "--repo", "no id"]) == 2
    assert "'no id' is no id of a repository" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["me/name", "me-2/na.me_3", "a/b"])
def test_an_id_is_owner_and_name(name: str) -> None:
    assert is_repository(name)


@pytest.mark.parametrize("name", ["name", "a/b/c", "me/na--me", "me/..", "/x", "me/ name", "me/-x"])
def test_anything_else_is_not(name: str) -> None:
    assert not is_repository(name)
