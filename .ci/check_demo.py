"""Look at what ``make demo`` left, as a stranger would, and fail where a promise is broken."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

RUN = Path("runs/docs-topics-bert-lora/latest")
TEXT = "Compute the inverse of a matrix."
FILES = (
    "recipe.yaml",
    "lock.json",
    "result.json",
    "predictions.parquet",
    "log.jsonl",
    "report.html",
    "README.md",
    "adapter/adapter_config.json",
    "adapter/adapter_model.safetensors",
    "adapter/tokenizer.json",
    "adapter/graft.json",
    "adapter/README.md",
)


def main() -> int:
    """Check files, result, proof, and that the adapter answers; say what was seen."""
    failures = [f"missing or empty: {name}" for name in FILES if not _filled(RUN / name)]
    if failures:
        return _end(failures)
    result = json.loads((RUN / "result.json").read_text(encoding="utf-8"))
    names = {item["name"] for item in result["contenders"]}
    if not {"lora", "tfidf", "ngram", "majority"} <= names:
        failures.append(f"contenders are {sorted(names)}")
    if result["test_rows"] < 800:
        failures.append(f"only {result['test_rows']} test rows")
    if result["data"]["rows"]["train"] != 16 * 13:
        failures.append(f"{result['data']['rows']['train']} training rows")
    verdict = result["verdict"]
    if verdict["worth_it"] is not True or verdict["interval"][0] <= 0:
        failures.append(f"the verdict is not that it is worth it: {verdict['sentence']}")
    if not all(item["proved"] for item in result["exports"]) or not result["exports"]:
        failures.append("an export is not proven")
    if result["provenance"]["wall_seconds"] > 180:
        print(f"note: the run took {result['provenance']['wall_seconds']} s")
    rows = pq.read_table(RUN / "predictions.parquet").num_rows
    if rows != result["test_rows"]:
        failures.append(f"{rows} predictions for {result['test_rows']} test rows")
    answer = _graft("predict", str(RUN), TEXT)
    if answer.split("\t")[0] not in result["data"]["labels"]:
        failures.append(f"predict answered {answer!r}")
    baseline = _graft("predict", f"{RUN}:tfidf", TEXT, "--to", "jsonl")
    if not baseline or json.loads(baseline)["label"] not in result["data"]["labels"]:
        failures.append(f"predict with a baseline answered {baseline!r}")
    if verdict["sentence"][:40] not in " ".join(_graft("show", str(RUN)).split()):
        failures.append("show does not begin with the verdict")
    _graft("export", str(RUN), "merged", "onnx", "onnx-int8")
    exports = json.loads((RUN / "result.json").read_text(encoding="utf-8"))["exports"]
    proved = {item["name"] for item in exports if item["proved"]}
    if not {"adapter", "merged", "onnx"} <= proved:
        failures.append(f"proven exports are {sorted(proved)}")
    print(verdict["sentence"])
    print(f"predict: {answer.strip()}")
    return _end(failures)


def _graft(*words: str) -> str:
    """What a command prints; what it says of an error goes to the terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *words], stdout=subprocess.PIPE, text=True, check=False
    )
    return done.stdout


def _filled(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _end(failures: list[str]) -> int:
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
    print(f"demo: {len(FILES) + 10 - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
