"""Steps of a person who takes runs to the Hub, with the command and the real client."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.hub.programs import graft, logged_in, report

FOLDER = Path(os.environ["TESTED_FOLDER"])
LOCAL = Path(os.environ["TESTED_RUN"])
"""A finished run whose base travels with its adapter."""
ROWS = Path(os.environ["TESTED_ROWS"])
OWN_ROWS = Path(os.environ["TESTED_OWN_ROWS"])
"""The same rows, with the names of columns that the recipe of ``RUN`` maps."""
RUN = FOLDER / "runs" / "reviews" / "latest"
REPO = "tester/reviews"

# ------------------------------------------------------------------------- the way there


def no_token_before_training() -> dict[str, Any]:
    with logged_in(None):
        return graft("run", FOLDER / "reviews.yaml", "--runs", FOLDER / "runs")


def check() -> dict[str, Any]:
    return graft("check", FOLDER / "reviews.yaml")


def fine_tune() -> dict[str, Any]:
    return graft("run", FOLDER / "reviews.yaml", "--runs", FOLDER / "runs")


def push_unasked() -> dict[str, Any]:
    return graft("push", RUN)


def push() -> dict[str, Any]:
    return graft("push", RUN, "--yes")


def push_unchanged() -> dict[str, Any]:
    return graft("push", RUN, "--yes")


def push_changed() -> dict[str, Any]:
    with (RUN / "adapter" / "README.md").open("a", encoding="utf-8") as card:
        card.write("\nA word of mine.\n")
    return graft("push", RUN, "--yes")


def push_merged() -> dict[str, Any]:
    return graft("push", RUN, "--yes", "--export", "merged", "--repo", "tester/whole")


def push_merged_over_the_adapter() -> dict[str, Any]:
    graft("push", RUN, "--yes", "--repo", "tester/turned")
    return graft("push", RUN, "--yes", "--export", "merged", "--repo", "tester/turned")


def push_local() -> dict[str, Any]:
    return graft("push", LOCAL, "--yes", "--repo", "tester/local", "--public")


# -------------------------------------------------------------------------- the way back


def predict_from_the_run() -> dict[str, Any]:
    return _predict(RUN)


def predict_from_the_hub() -> dict[str, Any]:
    return _predict(f"hub:{REPO}")


def predict_from_the_tag() -> dict[str, Any]:
    return _predict(f"hub:{REPO}@{RUN.resolve().name}")


def predict_from_the_whole() -> dict[str, Any]:
    return _predict("hub:tester/whole")


def predict_with_the_base_inside() -> dict[str, Any]:
    return _predict("hub:tester/local", ROWS)


def predict_from_the_local_run() -> dict[str, Any]:
    return _predict(LOCAL, ROWS)


def _predict(model: str | Path, rows: Path = OWN_ROWS) -> dict[str, Any]:
    output = FOLDER / "answers.jsonl"
    output.unlink(missing_ok=True)
    done = graft("predict", model, "--input", rows, "--output", output)
    lines = output.read_text("utf-8").splitlines() if output.is_file() else []
    return done | {"answers": [json.loads(line) for line in lines]}


def the_snippet_as_it_stands() -> dict[str, str]:
    """What each card tells a reader to type, typed elsewhere."""
    from huggingface_hub import hf_hub_download

    said = {}
    for repo in (REPO, "tester/whole", "tester/local"):
        card = Path(hf_hub_download(repo, "README.md")).read_text("utf-8")
        snippet = re.findall(r"^```python\n(.*?)^```$", card, re.MULTILINE | re.DOTALL)[0]
        with tempfile.TemporaryDirectory() as elsewhere:
            done = subprocess.run(
                [sys.executable, "-c", snippet],
                cwd=elsewhere,
                capture_output=True,
                text=True,
                check=False,
            )
        said[repo] = done.stdout if done.returncode == 0 else done.stderr
    return said


def plain_peft_and_transformers() -> dict[str, list[list[float]]]:
    """Logits of one text by repository, loaded by id without anything of ours."""
    import torch
    from huggingface_hub import hf_hub_download
    from peft import PeftModel
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    labels = json.loads(Path(hf_hub_download(REPO, "graft.json")).read_text("utf-8"))["labels"]
    base = AutoModelForSequenceClassification.from_pretrained(
        "google-bert/bert-base-uncased", num_labels=len(labels)
    )
    models = {
        REPO: PeftModel.from_pretrained(base, REPO).eval(),
        "tester/whole": AutoModelForSequenceClassification.from_pretrained("tester/whole").eval(),
    }
    found = {}
    for repo, model in models.items():
        given = AutoTokenizer.from_pretrained(repo)("a charming film", return_tensors="pt")
        with torch.no_grad():
            found[repo] = model(**given).logits.tolist()
    return found


# ------------------------------------------------------------------- going on from an adapter


def _begin(adapter: str | Path, *overrides: str) -> dict[str, Any]:
    done = graft(
        "run", FOLDER / "reviews.yaml", f"model.adapter={adapter}", "hub=null", *overrides,
        "--runs", FOLDER / "begun",
    )  # fmt: skip
    result = FOLDER / "begun" / "reviews" / "latest" / "result.json"
    return done | {"result": json.loads(result.read_text("utf-8")) if result.is_file() else None}


def begin_from_the_hub() -> dict[str, Any]:
    return _begin(REPO, "train.max_steps=1", "train.learning_rate=1.0e-9")


def push_what_was_begun() -> dict[str, Any]:
    begun = FOLDER / "begun" / "reviews" / "latest"
    return graft("push", begun, "--yes", "--repo", "tester/begun")


def predict_with_what_was_begun() -> dict[str, Any]:
    return _predict("hub:tester/begun")


def begin_from_another_base() -> dict[str, Any]:
    return _begin("tester/local")


def begin_from_a_whole_model() -> dict[str, Any]:
    return _begin("tester/whole")


def begin_from_a_pickle() -> dict[str, Any]:
    return _begin("tester/pickled-adapter")


# --------------------------------------------------------------------- what is not there


def private_said_to_be_public() -> dict[str, Any]:
    return graft("push", RUN, "--yes", "--public")


def private_as_a_stranger() -> dict[str, Any]:
    with logged_in(None):
        return graft("predict", f"hub:{REPO}", "a charming film")


def no_such_revision() -> dict[str, Any]:
    return graft("predict", f"hub:{REPO}@v9", "a charming film")


def not_pushed_by_graft() -> dict[str, Any]:
    return graft("predict", "hub:google-bert/bert-base-uncased", "a charming film")


def pickled_on_the_hub() -> dict[str, Any]:
    return graft("predict", "hub:tester/pickled", "a charming film")


STEPS = (
    no_token_before_training, check, fine_tune, push_unasked, push, push_unchanged, push_merged,
    push_local, predict_from_the_run, predict_from_the_hub, predict_from_the_tag,
    predict_from_the_whole, predict_from_the_local_run, predict_with_the_base_inside,
    the_snippet_as_it_stands, plain_peft_and_transformers, begin_from_the_hub,
    push_what_was_begun, predict_with_what_was_begun, begin_from_another_base,
    begin_from_a_whole_model, begin_from_a_pickle, push_changed, push_merged_over_the_adapter,
    private_said_to_be_public, private_as_a_stranger, no_such_revision, not_pushed_by_graft,
    pickled_on_the_hub,
)  # fmt: skip

if __name__ == "__main__":
    report({step.__name__: step for step in STEPS})
