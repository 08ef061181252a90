"""A run's folder as a finished run leaves it: 13 classes, English and Korean texts.

The numbers are counted from the predictions it draws, so they fit together.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contracts import (
    SPLITS,
    ContenderResult,
    ExportResult,
    RunResult,
    SeedResult,
    Verdict,
)
from pipeline.evaluation.cost import weigh

LABELS = (
    "card_arrival", "exchange_rate", "lost_or_stolen_card", "top_up_failed",
    "refund_not_showing_up", "verify_my_identity", "cash_withdrawal_charge", "country_support",
    "잔액 조회", "비밀번호 변경",
    "해외 결제 수수료", "transfer_timing", "other",
)  # fmt: skip
TEXTS = (
    "I still have not received my new card, I ordered it over a week ago.",
    "What exchange rate do you use when I pay in another currency abroad?",
    "카드를 잃어버린 것 같은데 지금 바로 정지할 수 있을까요?",
    "My top-up was declined twice and the money is gone from my bank.",
    "지난주에 취소한 결제가 아직 환불되지 않았습니다. 언제쯤 들어오나요?",
    "해외에서 결제하면 수수료가 얼마나 붙는지 자세히 알려 주세요",
    "Do you support people who live in Switzerland but work in Germany?",
)
RECIPE = """\
model: google-bert/bert-base-multilingual-cased
task: {name: text-classification}
data:
  train: /home/someone/data/train.csv
  columns: {text: sentence, label: intent}
strategy: {name: lora, r: 8, alpha: 16}
train: {epochs: 4, learning_rate: 0.0005}
baselines: [majority, tfidf, ngram, cnn, lstm]
export: [adapter]
seed: 0
"""
CALIBRATION = {
    "ece": 0.0431,
    "bins": [
        {"low": 0.5, "high": 0.6, "rows": 90, "confidence": 0.553, "right": 0.489},
        {"low": 0.7, "high": 0.8, "rows": 210, "confidence": 0.761, "right": 0.724},
        {"low": 0.9, "high": 1.0, "rows": 600, "confidence": 0.968, "right": 0.925},
    ],
    "thresholds": [
        {"threshold": 0.0, "share": 1.0, "right": 0.8345},
        {"threshold": 0.9, "share": 0.6667, "right": 0.925},
        {"threshold": 0.99, "share": 0.0, "right": None},
    ],
}
SKILLS = {
    "bert-lora": 0.88, "tfidf": 0.83, "ngram": 0.79, "cnn": 0.74, "lstm": 0.71, "scratch": 0.58,
    "majority": 0.0,
}  # fmt: skip


def build(
    folder: Path,
    *,
    labels: tuple[str, ...] = LABELS,
    rows: int = 900,
    worth_it: bool | None = True,
    steps: int = 260,
    first_text: str = TEXTS[0],
    seeds: tuple[int, ...] = (),
) -> dict[str, Any]:
    """Write a run's folder and return its ``result.json``.

    Args:
        seeds: of the contenders that depend on one.
    """
    rng = np.random.default_rng(0)
    classes = len(labels)
    gold = rng.integers(classes, size=rows)
    hard = rng.random(rows)
    answers: dict[str, np.ndarray] = {}
    for name, skill in SKILLS.items():
        wrong = (gold + 1 + rng.integers(min(3, classes - 1), size=rows)) % classes
        right = 0.7 * hard + 0.3 * rng.random(rows) < skill * 0.9
        answers[name] = np.where(right, gold, wrong) if skill else np.zeros(rows, int)
    _write_predictions(folder, labels, gold, answers, first_text, rng)
    _write_log(folder, steps, rng)
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    contenders = [
        _contender(name, labels, gold, answers[name], index) for index, name in enumerate(SKILLS)
    ]
    contenders = [_trained(each, seeds) for each in contenders]
    result = asdict(_result(labels, rows, contenders, worth_it))
    (folder / "result.json").write_text(
        json.dumps(result, indent=2, ensure_ascii=False), encoding="utf-8"
    )
    return result


def _write_predictions(
    folder: Path,
    labels: tuple[str, ...],
    gold: np.ndarray,
    answers: dict[str, np.ndarray],
    first_text: str,
    rng: np.random.Generator,
) -> None:
    rows = len(gold)
    texts = [first_text] * rows if first_text != TEXTS[0] else [TEXTS[i % 7] for i in range(rows)]
    columns: dict[str, Any] = {
        "row_id": [f"test.csv:{index + 2}" for index in range(rows)],
        "text": texts,
        "gold": [labels[index] for index in gold],
    }
    for name, answer in answers.items():
        columns[name] = [labels[index] for index in answer]
        columns[f"{name}/score"] = pa.array(0.3 + 0.7 * rng.random(rows), pa.float32())
    pq.write_table(pa.table(columns), folder / "predictions.parquet")


def _write_log(folder: Path, steps: int, rng: np.random.Generator) -> None:
    lines: list[dict[str, Any]] = [{"event": "started"}]
    for step in range(1, steps + 1):
        loss = 2.4 * np.exp(-step / 70) + 0.2 + 0.12 * rng.random()
        lines.append(
            {"event": "step", "step": step, "epoch": step / 65, "loss": loss, "learning_rate": 5e-4,
             "grad_norm": 1.0, "seconds": step * 0.2}
        )  # fmt: skip
        if step % 65 == 0 or step == steps:
            score = [0.61, 0.79, 0.868, 0.861][min(3, step // 65 - 1)]
            lines.append(
                {"event": "validation", "step": step, "epoch": step / 65, "metric": "accuracy",
                 "score": score, "loss": 1.3 - score, "best": step <= 195, "seconds": step * 0.2}
            )  # fmt: skip
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "log.jsonl").write_text(text + '\n{"event": "st', encoding="utf-8")


def _contender(
    name: str, labels: tuple[str, ...], gold: np.ndarray, answers: np.ndarray, index: int
) -> ContenderResult:
    confusion = np.zeros((len(labels), len(labels)), int)
    np.add.at(confusion, (gold, answers), 1)
    hits, support, given = confusion.diagonal(), confusion.sum(1), confusion.sum(0)
    precision, recall = hits / np.maximum(1, given), hits / np.maximum(1, support)
    f1 = 2 * precision * recall / np.maximum(1e-9, precision + recall)
    score = float((gold == answers).mean())
    half = 1.96 * (score * (1 - score) / len(gold)) ** 0.5
    fine_tuned = name == "bert-lora"
    return ContenderResult(
        name=name,
        kind="fine-tuned" if fine_tuned else "baseline",
        scores={"accuracy": score, "macro_f1": float(f1.mean())},
        validation_score=score - 0.004,
        interval=(score - half, score + half),
        fit_seconds=[412.6, 1.84, 0.93, 38.2, 61.7, 377.1, 0.0004][index],
        predict_seconds=[21.4, 0.031, 0.044, 0.62, 1.13, 21.2, 0.0002][index],
        size_bytes=[714_312_800, 1_204_331, 803_112, 2_410_008, 3_120_044, 711_290_000, 412][index],
        trainable_parameters=[304_909, 0, 0, 600_112, 777_101, 177_863_437, 0][index],
        total_parameters=[178_168_346, 40_131, 0, 600_112, 777_101, 177_863_437, 0][index],
        details={
            "per_class": [
                {"label": label, "precision": float(precision[i]), "recall": float(recall[i]),
                 "f1": float(f1[i]), "support": int(support[i])}
                for i, label in enumerate(labels)
            ],
            "confusion": confusion.tolist(),
            **({"calibration": CALIBRATION} if index < 2 else {}),
        },
        notes={"C": 4.0, "ngrams": [1, 2]} if name == "tfidf" else {},
    )  # fmt: skip


def _trained(contender: ContenderResult, seeds: tuple[int, ...]) -> ContenderResult:
    """With scores for each seed, about the mean."""
    if contender.name in ("tfidf", "ngram", "majority"):
        return contender
    middle = (len(seeds) - 1) / 2
    return replace(
        contender,
        seeds=tuple(
            SeedResult(
                seed=seed,
                scores={
                    name: score + 0.009 * (at - middle) for name, score in contender.scores.items()
                },
                validation_score=contender.validation_score,
                fit_seconds=contender.fit_seconds,
            )
            for at, seed in enumerate(seeds)
        ),
    )


def _result(
    labels: tuple[str, ...], rows: int, contenders: list[ContenderResult], worth_it: bool | None
) -> RunResult:
    ours, theirs = contenders[0].scores["accuracy"], contenders[1].scores["accuracy"]
    difference = {True: ours - theirs, None: 0.011, False: -0.041}[worth_it]
    sentences = {
        True: f"Fine-tuning was worth it: accuracy is {difference:.3f} above that of tfidf "
        f"(95% interval {difference - 0.0256:.3f} to {difference + 0.0254:.3f})"
        ", for 6 min 53 s of training instead of 2 s and 714 MB "
        "instead of 1.2 MB.",
        None: "This test set cannot tell bert-lora from tfidf: the difference is 1.1 points "
        "(95% interval -1.5 to 3.6).",
        False: "Fine-tuning was not worth it: tfidf is right on 4.1 points more of the test rows.",
    }
    return RunResult(
        recipe="banking-multilingual-lora",
        description="Bank customers' intents in English and Korean: does LoRA beat TF-IDF?",
        task="text-classification",
        status="finished",
        metric="accuracy",
        higher_is_better=True,
        test_rows=rows,
        contenders=contenders,
        verdict=Verdict(
            fine_tuned="bert-lora",
            best_baseline="tfidf",
            metric="accuracy",
            difference=difference,
            interval=(difference - 0.0256, difference + 0.0254),
            p_value={True: 0.00031, None: 0.41, False: 0.0012}[worth_it],
            test="McNemar, exact",
            minimum_detectable_difference=0.0334,
            worth_it=worth_it,
            sentence=sentences[worth_it],
            cost=weigh(
                contenders[0],
                contenders[1],
                metric="accuracy",
                ceiling=1.0,
                rows=rows,
                worth_it=worth_it,
            ),
        ),
        exports=[ExportResult("adapter", "exports/adapter", 1_231_004, True, 3.1e-06)],
        data={
            "labels": list(labels),
            "rows": {"train": 3120, "validation": 390, "test": rows},
            "fingerprints": {
                split: digit * 64 for split, digit in zip(SPLITS, "a3f", strict=True)
            },
            "source": {
                "train": [{"file": "/home/someone/data/train.csv", "sha256": "9c" * 32}],
                "validation": "carved from train",
            },
            "notes": [
                "390 validation rows and 900 test rows were carved from "
                "/home/someone/data/train.csv, stratified by label, with seed 0.",
                "2 rows of train were dropped: their text is also in test "
                "(train.csv:77, train.csv:901).",
            ],
            "tokens": {
                split: {"rows": count, "tokens": count * 14, "longest": 93, "cut_rows": 4,
                        "cut_share": 4 / count}
                for split, count in {"train": 3120, "validation": 390, "test": rows}.items()
            },
        },
        model={
            "base": "google-bert/bert-base-multilingual-cased",
            "base_hub_id": "google-bert/bert-base-multilingual-cased",
            "revision": "3f076fdb1ab68d5b2880cb87a0886f315b8146f8",
            "sha256": "d1" * 32,
            "family": "bert",
            "strategy": {"name": "lora", "r": 8, "alpha": 16, "targets": ["query", "value"]},
            "parts": [
                {"part": "embeddings", "trainable": 0, "total": 92_199_168},
                {"part": "blocks 0 to 11", "trainable": 294_912, "total": 85_349_376},
                {"part": "pooler", "trainable": 0, "total": 590_592},
                {"part": "classifier", "trainable": 9_997, "total": 9_997},
            ],
            "max_length": 64,
        },
        provenance={
            "graft": "0.1.0",
            "python": "3.11.9",
            "packages": {"torch": "2.13.0", "transformers": "5.23.0", "peft": "0.21.0"},
            "commit": "8f1c2d4",
            "seed": 0,
            "started": "2026-03-02T09:14:05+00:00",
            "wall_seconds": 1103.2,
            "machine": {"cores": 2, "memory_gib": 15.6, "accelerator": None, "load": 0.7},
            "precision": "fp32",
            "command": "graft run /home/someone/recipes/banking-multilingual-lora.yaml",
        },
    )  # fmt: skip
