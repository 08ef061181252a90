"""What the base's tokenizer makes of the texts: what it does not know, and what it spells out.

A tokenizer that was made for another language either has no token for a character, or one
for each of its bytes: the model then sees hardly more than noise, and few rows fit. Where the
script is its own, it cuts the other language's words finer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID, SPLITS, SplitName
from pipeline.data.doctor.better import for_language, for_script
from pipeline.data.doctor.findings import Finding
from pipeline.data.doctor.rows import Rows
from pipeline.data.keys import spaced
from pipeline.data.languages import SHARED, languages, spread
from pipeline.data.scripts import SCRIPTS, count
from pipeline.data.tokens import bare
from pipeline.examples import Codec

_ROWS = 2_000
"""Rows of a split that are looked at, spread over it."""
_FEW = 0.001
"""Share of unknown tokens up to which they are rare signs."""
_SPELLED = 1.2
"""Tokens a letter from which a script is spelled out; English takes 0.3, Korean 0.6."""
_OTHER = 1.3
"""Tokens a character from which a tokenizer was made for another language, English being 1.

With BERT's for English, sets of English rows take 0.9 to 1.2, French 1.4 and German 1.5.
"""
_ENGLISH = (
    "The children were playing in the garden when their mother called them for dinner. It had"
    " been a long day, and nobody wanted to go back into the house. In the morning we will drive"
    " to the town, buy some bread and fruit, and visit the old woman who lives by the river."
)


def look(rows: Rows) -> Iterator[Finding]:
    """Unknown tokens, scripts of which every letter is spelled out, languages that are cut fine."""
    if rows.codec is None:
        return
    english = len(bare([_ENGLISH], rows.codec).values) / len(_ENGLISH)
    for split in SPLITS:
        yield from _split(rows, split, rows.codec, english)


def _split(rows: Rows, split: SplitName, codec: Codec, english: float) -> Iterator[Finding]:
    """The findings of one split.

    Args:
        english: tokens that a character of English takes.
    """
    sample = rows.sample(split, _ROWS)
    if not sample.num_rows:
        return
    texts = spaced(sample, rows.inputs)
    tokens = bare(texts.to_pylist(), codec)
    sizes = tokens.lengths
    letters = count(texts).sum(axis=0)
    script = SCRIPTS[int(letters.argmax())]
    hint = for_script(script, codec.shape)
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
    elif script in SHARED and ratio >= _OTHER * english:
        yield from _another_language(split, texts.to_pylist(), ratio / english, codec)


def _another_language(
    split: SplitName, texts: Sequence[str], ratio: float, codec: Codec
) -> Iterator[Finding]:
    """That most texts are in a language that the tokenizer was not made for.

    Args:
        ratio: tokens a character, English being 1.
    """
    sizes = spread(languages(texts))
    if sizes and sizes[0][0] != "English":
        yield Finding(
            "tokens",
            "warning",
            split,
            f"most texts are in {sizes[0][0]}, for which the base's tokenizer needs {ratio:.1f}"
            " times as many tokens as for English",
            sizes[0][1],
            len(texts),
            hint=for_language(codec.shape),
        )
