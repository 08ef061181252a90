"""What the base's tokenizer makes of the texts: what it does not know, and what it spells out.

A tokenizer that was made for another language either has no token for a character, or one
for each of its bytes: the model then sees hardly more than noise, and few rows fit.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID, SPLITS, Silent, SplitName
from pipeline.data.doctor.findings import Finding
from pipeline.data.doctor.rows import Rows
from pipeline.data.keys import spaced
from pipeline.data.scripts import SCRIPTS, count
from pipeline.data.tokens import bare
from pipeline.examples import Shape

_ROWS = 2_000
"""Rows of a split that are looked at, spread over it."""
_FEW = 0.001
"""Share of unknown tokens up to which they are rare signs."""
_SPELLED = 1.2
"""Tokens a letter from which a script is spelled out; English takes 0.3, Korean 0.6."""
_BETTER: dict[tuple[str, Shape], tuple[str, ...]] = {
    ("Hangul", "encoder"): ("klue/bert-base", "klue/roberta-base"),
    ("Hangul", "decoder"): ("skt/kogpt2-base-v2",),
    ("Hangul", "encoder-decoder"): ("paust/pko-t5-base", "gogamza/kobart-base-v2"),
}
_MULTILINGUAL = "google-bert/bert-base-multilingual-cased"


def look(rows: Rows) -> Iterator[Finding]:
    """Unknown tokens, and scripts of which every letter is spelled out."""
    for split in SPLITS:
        yield from _split(rows, split)


def _split(rows: Rows, split: SplitName) -> Iterator[Finding]:
    codec = rows.codec
    sample = rows.sample(split, _ROWS)
    if codec is None or not sample.num_rows:
        return
    texts = spaced(sample, rows.inputs)
    tokens = bare(texts.to_pylist(), codec, report=Silent())
    sizes = tokens.lengths
    letters = count(texts).sum(axis=0)
    script = SCRIPTS[int(letters.argmax())]
    hint = _hint(script, codec.shape)
    unknown = codec.tokenizer.unk_token_id
    is_unknown = tokens.values == (-1 if unknown is None else unknown)
    if is_unknown.any():
        has_some = tokens.sums(is_unknown) > 0
        rows_with, share = int(has_some.sum()), is_unknown.mean()
        yield Finding(
            "tokens",
            "warning" if share > _FEW else "note",
            split,
            f"{share:.1%} of the tokens are unknown to the base's tokenizer, most texts being"
            f" written in {script} ({rows_with:,} of {len(sizes):,} rows looked at have some)",
            rows_with,
            len(sizes),
            tuple(sample[ROW_ID].filter(pa.array(has_some)).slice(0, 3).to_pylist()),
            hint if share > _FEW else "rare signs: they are read as one and the same",
        )
    characters = int(pc.sum(pc.utf8_length(texts)).as_py() or 0)
    ratio = int(sizes.sum()) / max(characters, 1)
    if ratio >= _SPELLED and script != "Latin":
        yield Finding(
            "tokens",
            "warning",
            split,
            f"the texts are written in {script}, and the base's tokenizer spells it out:"
            f" {ratio:.1f} tokens a character",
            len(sizes),
            len(sizes),
            hint=hint,
        )


def _hint(script: str, shape: Shape) -> str:
    better = _BETTER.get((script, shape), ())
    if not better and script not in ("Latin", "other") and shape == "encoder":
        better = (_MULTILINGUAL,)
    if not better:
        return "choose a base that was trained on such texts"
    return f"choose a base for such texts, such as {' or '.join(better)}"
