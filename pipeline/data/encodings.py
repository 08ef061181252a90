"""From the bytes of a text file, in whichever encoding, to UTF-8.

A byte order mark decides; else zero bytes in every second place are UTF-16; what is valid UTF-8
is UTF-8; and CP949, of which EUC-KR is a part, is what then reads as Korean. Nothing else is
guessed: bytes that could be anything are refused with their line, because a wrong guess would
train a model on letters that nobody wrote.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from pipeline.errors import DataError

UTF8 = "UTF-8"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_KOREAN = "CP949 (Korean, EUC-KR)"
_RESAVE = "save it again as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
_PIECE = 1 << 20
_SAMPLE = 1 << 16
_ZEROES = 0.05
"""UTF-16 without a mark has at least this share of zero bytes: line ends, blanks, digits."""
_HANGUL = 0.9
"""Korean text has at least this share of Hangul among its letters that are not ASCII."""
_MIXED = 0.1
"""From this share of lines that are UTF-8, what is not is a line in another encoding."""
_SHOWN = 30


@dataclass(frozen=True)
class Decoded:
    """The content of a text file.

    Attributes:
        content: UTF-8 without a byte order mark.
        encoding: what it was, as people call it.
        codec: the same as Python calls it.
    """

    content: bytes
    encoding: str
    codec: str = "utf-8"


def to_utf8(content: bytes, *, name: str, whole: bool) -> Decoded:
    """Find out the encoding and leave it behind.

    Args:
        content: the bytes, or the start of them.
        name: the file, for messages.
        whole: false where ``content`` may end in the middle of a character.

    Raises:
        DataError: no text, or text in an encoding that cannot be known, with its line.
    """
    for mark, codec, encoding in _MARKS:
        if content.startswith(mark):
            rest = content[len(mark) :]
            found = _decoded(rest, codec, encoding, name=name, whole=whole)
            return Decoded(found, encoding, codec)
    unmarked = _utf16(content)
    if unmarked:
        found = _decoded(content, unmarked, "UTF-16", name=name, whole=whole)
        return Decoded(found, "UTF-16", unmarked)
    _refuse_zeroes(content, name)
    ends = content if whole else content[: len(content) - _unfinished(content)]
    if _is_utf8(ends):
        return Decoded(ends, UTF8)
    korean = _korean(content, whole=whole)
    if korean is not None:
        return Decoded(korean, _KOREAN, "cp949")
    raise _neither(content, name)


def _is_utf8(content: bytes) -> bool:
    """Whether bytes are valid UTF-8, without a copy of them."""
    if content.isascii():
        return True
    ends = pa.array([0, len(content)], pa.int64()).buffers()[1]
    one = pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(content))
    try:
        one.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _unfinished(content: bytes) -> int:
    """How many bytes at the end begin a UTF-8 character that is cut off."""
    for back in range(1, min(4, len(content) + 1)):
        byte = content[-back]
        if byte & 0xC0 == 0xC0:
            length = 2 + (byte >= 0xE0) + (byte >= 0xF0)
            return back if length > back else 0
        if byte < 0x80:
            return 0
    return 0


def _utf16(content: bytes) -> str | None:
    """UTF-16 without a mark: of its zero bytes, all are in even places, or all in odd ones."""
    sample = content[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if even + odd < max(4, _ZEROES * len(sample)) or min(even, odd) > 0.01 * max(even, odd):
        return None
    codec = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return None
    return codec if "\0" not in text and ("\n" in text or text.isprintable()) else None


def _decoded(content: bytes, codec: str, encoding: str, *, name: str, whole: bool) -> bytes:
    """Decode bit by bit: the text as Python holds it may take four times the memory."""
    view = memoryview(content)
    pieces = (view[start : start + _PIECE] for start in range(0, len(view), _PIECE))
    found = io.BytesIO()
    for piece in decoded(pieces, codec, encoding, name=name, whole=whole):
        found.write(piece)
    text = found.getvalue()
    _refuse_zeroes(text, name)
    return text


def decoded(
    pieces: Iterable[bytes | memoryview],
    codec: str,
    encoding: str,
    *,
    name: str,
    whole: bool = True,
) -> Iterator[bytes]:
    """The pieces of a text as UTF-8; a byte order mark stays.

    Args:
        codec, encoding: as in ``Decoded``.
        name: the file, for messages.
        whole: false where the last piece may end in the middle of a character.

    Raises:
        DataError: bytes that are none of this encoding, with their line.
    """
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    try:
        for piece in pieces:
            text = decoder.decode(piece)
            yield text.encode()
            line += text.count("\n")
        if whole:
            yield decoder.decode(b"", True).encode()
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        before = error.object[: error.start]
        text = before if isinstance(before, str) else before.decode(codec, errors="replace")
        line += text.count("\n")
        raise DataError(
            f"it begins as {encoding} and cannot be read as such: {error.reason}",
            place=f"{name}:{line}",
            hint=_RESAVE,
        ) from error


def _korean(content: bytes, *, whole: bool) -> bytes | None:
    """CP949 as UTF-8 where it decodes and reads as Korean; else None."""
    if _mixed(content):
        return None
    decoder = codecs.getincrementaldecoder("cp949")()
    found = io.BytesIO()
    view = memoryview(content)
    letters = hangul = 0
    try:
        for start in range(0, len(view), _PIECE):
            last = whole and start + _PIECE >= len(view)
            text = decoder.decode(view[start : start + _PIECE], last)
            if letters < _SAMPLE:
                others = [one for one in text if one > "\x7f" and one.isalpha()]
                letters += len(others)
                hangul += sum("\uac00" <= one <= "\ud7a3" for one in others)
            found.write(text.encode())
    except UnicodeDecodeError:
        return None
    return found.getvalue() if hangul >= 2 and hangul >= _HANGUL * letters else None


def _mixed(content: bytes) -> bool:
    """Whether a good part of the lines beyond ASCII is UTF-8 already."""
    lines = [line for line in content[: _SAMPLE * 16].split(b"\n") if not line.isascii()]
    return sum(map(_is_utf8, lines)) > _MIXED * len(lines)


def _refuse_zeroes(content: bytes, name: str) -> None:
    at = content.find(b"\0")
    if at >= 0:
        start = content.rfind(b"\n", 0, at) + 1
        raise DataError(
            f"it is not text: there is a NUL byte at position {at}, the {at - start + 1}. byte"
            " of its line",
            place=f"{name}:{_line_at(content, at)}",
            hint="remove it, or save the file again as UTF-8 text",
        )


def _neither(content: bytes, name: str) -> DataError:
    """Say at which line and byte a file stops being UTF-8, and what it may be."""
    try:
        content.decode()
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    start = content.rfind(b"\n", 0, at) + 1
    end = content.find(b"\n", at)
    line = content[start : end if end >= 0 else len(content)]
    found = f"it is not UTF-8: byte 0x{content[at]:02x} at position {at}"
    hint = _RESAVE
    if _mixed(content):
        found += ", though other lines are"
        hint = "the file holds two encodings: write this line again as UTF-8"
    guess = _guess(line[max(0, at - start - _SHOWN) :][: 2 * _SHOWN])
    return DataError(found, place=f"{name}:{_line_at(content, at)}", hint=f"{hint}{guess}")


def _line_at(content: bytes, at: int) -> int:
    """The number of the line, from 1, in which a byte stands."""
    return content.count(b"\n", 0, at) + 1


def _guess(part: bytes) -> str:
    """What the bytes would be in the encodings that are met most, where that reads as text."""
    for codec in ("cp949", "cp1252"):
        text = part.decode(codec, errors="replace").strip()
        if "\ufffd" not in text and text.isprintable():
            called = "Windows-1252" if codec == "cp1252" else "CP949"
            return f"; as {called} the place would read '{text}'"
    return ""
