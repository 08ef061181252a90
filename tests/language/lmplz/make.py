"""Make the golden numbers anew with KenLM's own programs.

KenLM 0.3.0 was built from its source package on PyPI:

    pip download --no-binary :all: --no-deps kenlm && tar xf kenlm-0.3.0.tar.gz
    cmake -S kenlm-0.3.0 -B build -DCMAKE_BUILD_TYPE=Release && make -C build lmplz query
    python -m tests.language.lmplz.make build/bin

The texts are ours: drawn from a small grammar, with enough repetition for every order to have
discounts of its own.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TRAIN, SHORT, HELD_OUT = HERE / "train.txt", HERE / "short.txt", HERE / "held_out.txt"
GOLDEN, SHORT_ARPA = HERE / "golden.json", HERE / "short.arpa"
ORDERS = (2, 3, 5)
SHORT_ORDER = 3

_ARTICLES = ["the", "a", "every", "no"]
_ADJECTIVES = ["old", "small", "green", "quiet", "broken", "우아한"]
_NOUNS = ["cat", "boat", "garden", "letter", "river", "clock", "teacher", "고양이", "배"]
_VERBS = ["sees", "finds", "leaves", "paints", "hides", "forgets"]
_ENDS = ["today", "by the river", "in the garden", "again and again", ", as ever", "?"]


def sentence(draw: random.Random, *, rare: float = 0.0) -> str:
    """One sentence; ``rare`` of its nouns are words that occur nowhere else."""

    def thing() -> list[str]:
        noun = draw.choices(_NOUNS, range(len(_NOUNS), 0, -1))[0]
        if draw.random() < rare:
            noun = f"x{draw.randrange(10_000)}"
        between = [draw.choice(_ADJECTIVES)] if draw.random() < 0.4 else []
        return [draw.choices(_ARTICLES, [6, 3, 1, 1])[0], *between, noun]

    words = [*thing(), draw.choice(_VERBS), *thing()]
    if draw.random() < 0.5:
        words += draw.choice(_ENDS).split()
    return " ".join(words)


def texts() -> dict[Path, list[str]]:
    """What the models are made of and asked about."""
    draw = random.Random(0)
    train = [sentence(draw, rare=0.05) for _ in range(400)]
    held_out = [*(sentence(draw, rare=0.1) for _ in range(38)), "cat", ""]
    return {TRAIN: train, SHORT: train[:8], HELD_OUT: held_out}


def main(programs: Path) -> None:
    """Write the texts, and what lmplz and query say of them."""
    for path, lines in texts().items():
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    golden: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as aside:
        arpa = Path(aside) / "model.arpa"
        for order in ORDERS:
            told = _lmplz(programs, TRAIN, arpa, order=order)
            golden[str(order)] = {"discounts": told, "log10": _query(programs, arpa)}
    _lmplz(programs, SHORT, SHORT_ARPA, order=SHORT_ORDER)
    GOLDEN.write_text(json.dumps(golden) + "\n", "utf-8")


def _lmplz(programs: Path, text: Path, arpa: Path, *, order: int) -> list[list[float]]:
    """Estimate a model; the discounts of each order."""
    options = ["-o", str(order), "-S", "100M", "--discount_fallback"]
    options += ["--text", str(text), "--arpa", str(arpa)]
    command = [str(programs / "lmplz"), *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.findall(r"^\d+ \d+ D1=(\S+) D2=(\S+) D3\+=(\S+)", done.stderr, re.MULTILINE)
    return [[float(d) for d in three] for three in found]


def _query(programs: Path, arpa: Path) -> list[float]:
    """The logarithm of each token of the held-out sentences, their ends included."""
    done = subprocess.run(
        [programs / "query", "-v", "word", arpa],
        check=True,
        capture_output=True,
        text=True,
        input=HELD_OUT.read_text("utf-8"),
    )
    return [float(found) for found in re.findall(r"=\d+ \d+ (\S+)", done.stdout)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
