from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts import Column
from pipeline.data import files
from pipeline.data.columns import Asked
from tests.data.reading import NER, read, refusal, write

WORDS_ALONE = {"words": NER["words"]}
FOUR = """-DOCSTART- -X- O O

EU NNP I-NP I-ORG
rejects VBZ I-VP O

Peter NNP I-NP I-PER
"""
EWT = """# newdoc id = one
# text = I'm here
1-2\tI'm\t_\t_\t_\t_\t_\t_\t_\t_
1\tI\tI\tPRON\tPRP\t_\t_\t_\t_\t_
2\t'm\tbe\tAUX\tVBP\t_\t_\t_\t_\t_
2.1\tgone\tgo\tVERB\tVBN\t_\t_\t_\t_\t_
3\there\there\tADV\tRB\t_\t_\t_\t_\t_

# text = # 1
1\t#\t#\tSYM\tNN\t_\t_\t_\t_\t_
2\t1\t1\tNUM\tCD\t_\t_\t_\t_\t_
"""


def sentences(path: Path, mapping: Any = None) -> list[tuple[str, list[str], list[str]]]:
    return [(row["row_id"], row["words"], row["tags"]) for row in read(path, NER, mapping)]


@pytest.mark.parametrize("ending", ["conll", "bio", "iob", "txt", "tsv"])
def test_a_row_is_a_sentence_from_the_first_and_the_last_column(
    tmp_path: Path, ending: str
) -> None:
    path = write(tmp_path / f"a.{ending}", FOUR)
    assert sentences(path) == [
        (f"a.{ending}:3", ["EU", "rejects"], ["I-ORG", "O"]),
        (f"a.{ending}:6", ["Peter"], ["I-PER"]),
    ]


def test_positions_choose_other_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.conll", FOUR)
    found = sentences(path, {"words": 1, "tags": 2})
    assert [tags for _, _, tags in found] == [["NNP", "VBZ"], ["NNP"]]
    assert "'tags' is to be column 5, but there are 4" in refusal(
        path, NER, {"words": 1, "tags": 5}
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_tabs_line_ends_and_packing_change_nothing(tmp_path: Path, end: str) -> None:
    content = end.join(["New York\tB-LOC", "calls\tO", " \t ", "", "\u2028\tO"]).encode()
    path = write(tmp_path / "a.conll.gz", gzip.compress(content))
    assert sentences(path) == [
        ("a.conll.gz:1", ["New York", "calls"], ["B-LOC", "O"]),
        ("a.conll.gz:5", ["\u2028"], ["O"]),
    ]


def test_characters_as_words_keep_their_blanks_and_comments_are_passed_over(
    tmp_path: Path,
) -> None:
    content = "## tabs : \\t\n## CHAR\tTAG\n## id-1\t<AB:OG> C\nA\tB-OG\nB\tI-OG\n \tO\nC\tO\n\n"
    path = write(tmp_path / "a.tsv", content + "## id-2\t#\n#\tO\n#\tO\n")
    assert sentences(path) == [
        ("a.tsv:4", ["A", "B", " ", "C"], ["B-OG", "I-OG", "O", "O"]),
        ("a.tsv:10", ["#", "#"], ["O", "O"]),
    ]


def test_a_comment_is_no_token_and_a_hash_may_be_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.conll", "# id = 5 of 9\nA B-X\n# O\n\n# O\nB O\n")
    assert sentences(path) == [
        ("a.conll:2", ["A", "#"], ["B-X", "O"]), ("a.conll:5", ["#", "B"], ["O", "O"]),
    ]  # fmt: skip


def test_universal_files_skip_ranges_and_empty_nodes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.conllu", EWT)
    assert sentences(path) == [
        ("a.conllu:4", ["I", "'m", "here"], ["PRON", "AUX", "ADV"]),
        ("a.conllu:10", ["#", "1"], ["SYM", "NUM"]),
    ]
    assert sentences(path, {"tags": "XPOS"})[1][2] == ["NN", "CD"]
    assert sentences(path, {"words": 3, "tags": 5})[0][1:] == (
        ["I", "be", "here"], ["PRP", "VBP", "RB"],
    )  # fmt: skip
    assert "did you mean 'UPOS'?" in refusal(path, NER, {"tags": "upos"})


def test_words_alone_are_read_with_and_without_tags(tmp_path: Path) -> None:
    tagged = write(tmp_path / "a.conll", "A B-X\nB O\n\nC O\n")
    bare = write(tmp_path / "b.conll", "A\nB\n\nC\n")
    for path in (tagged, bare):
        assert [row["words"] for row in read(path, WORDS_ALONE)] == [["A", "B"], ["C"]]
    assert "no column 'tags'" in refusal(bare, NER)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("A B-X\nB\n", "a.conll:2: this token has 1 field, not 2: B"),
        ("A B-X\n\nB C O\n", "a.conll:3: this token has 3 fields, not 2: B C O"),
        ("A\tB-X\n\tO\n", "a.conll:2: a word or a tag of this token is empty"),
        ("-DOCSTART- O\n\n", "a.conll: it has no rows"),
        (b"A O\n\xe9 O\n", "a.conll:2: it is not UTF-8"),
        ("A O\n" + "B\n" * 9, "and 4 more such rows"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    assert said in refusal(write(tmp_path / "a.conll", content), NER)


def test_a_task_that_wants_more_is_told_what_there_is(tmp_path: Path) -> None:
    path = write(tmp_path / "a.conll", FOUR)
    message = refusal(path, {**NER, "topic": Column("label", "what about")})
    assert "there is no column 'topic'; there are: 'words', '2', '3', 'tags'" in message


def test_a_header_needs_no_more_than_the_first_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "a.conll", FOUR + "A B\n" * 40000 + "ragged\n")
    assert files.header(path, Asked(NER)) == ["words", "2", "3", "tags"]
