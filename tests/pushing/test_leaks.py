"""Whatever must not leave is found, wherever it stands, and never repeated in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contracts import Silent
from pipeline.pushing import leaks

TOKEN = "hf_" + "aB3" * 11


def found(folder: Path, *, card: str = "# Card\n", public: bool = True) -> str:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*")}
    problems = leaks.find(
        files,
        card,
        secrets=["my-own-secret"],
        folders=[Path("/srv/alice")],
        public_vocabulary=public,
        report=Silent(),
    )
    return "\n".join(item.message for item in problems)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("config.json", f'{{"note": "{TOKEN}"}}', "a token of the Hub"),
        ("config.json", '{"note": "my-own-secret"}', "the token of this machine"),
        ("graft.json", '{"base": "/home/alice/models/bert"}', "a path of a machine"),
        ("graft.json", '{"a": [{"b": "C:\\\\Users\\\\alice\\\\x"}]}', "a path of a machine"),
        ("graft.json", '{"columns": {"text": "/home/alice/a.txt"}}', "a path of a machine"),
        ("graft.json", '{"labels": ["kim@mail.kr", "lee@mail.kr"]}', "an e-mail address, 2 times"),
        ("labels.txt", "010-1234-5678", "a telephone number"),
        ("labels.txt", "900101-1234567", "a Korean resident number"),
        ("model.onnx", "\0\0/srv/alice/env/lib/x.py\0", "a folder of this machine"),
        ("key.txt", "-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        ("notes.md", "see AKIAABCDEFGHIJKLMNOP", "an access key of AWS"),
    ],
)
def test_what_must_not_leave_is_named_and_not_repeated(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    message = found(tmp_path)
    assert message == f"{name} holds {said}"
    assert "alice" not in message


def test_the_card_is_read_as_it_will_be_published(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("call 010-1234-5678", encoding="utf-8")
    assert found(tmp_path) == ""
    card = "trained on /home/alice/data/x.csv and ~/y.csv by kim@mail.kr\n"
    assert found(tmp_path, card=card).splitlines() == [
        "README.md holds a path of a machine, 2 times",
        "README.md holds an e-mail address",
    ]


def test_a_secret_across_two_pieces_of_a_large_file_is_found(tmp_path: Path) -> None:
    content = b"\0" * ((1 << 20) - 10) + TOKEN.encode() + b"\0" * 100
    (tmp_path / "model.safetensors").write_bytes(content)
    assert found(tmp_path) == "model.safetensors holds a token of the Hub"


def test_a_vocabulary_may_hold_anything_that_the_world_knows(tmp_path: Path) -> None:
    vocabulary = '{"model": {"vocab": {"/usr/bin/env": 1, "010-1234-5678": 2}}, "x": "/usr/bin/"}'
    (tmp_path / "tokenizer.json").write_text(vocabulary, encoding="utf-8")
    assert found(tmp_path) == ""
    # One that was trained on a person's own texts may hold what nobody knows.
    assert found(tmp_path, public=False) == "tokenizer.json holds a telephone number"


def test_what_an_export_usually_says_is_harmless(tmp_path: Path) -> None:
    texts = {
        "adapter_config.json": '{"base_model_name_or_path": "google-bert/bert-base-uncased",'
        ' "target_modules": ["encoder.layer.0.query"]}',
        "tokenizer_config.json": '{"eos_token": "</s>", "chat_template": "{% if a %}</s>"}',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    card = (
        "[base](https://huggingface.co/google-bert/bert-base-uncased) and/or 1/2, ms / 1,000\n"
        'folder = Path(snapshot_download("me/name"))\nlabels = folder / "graft.json"\n</details>\n'
    )
    assert found(tmp_path, card=card) == ""
