"""Languages of one script are told apart, and what could be of any is of none."""

from __future__ import annotations

import pytest

from pipeline.data.languages import languages, spread


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I have been waiting for my new card for two weeks.", "English"),
        ("Ich warte seit zwei Wochen auf meine neue Karte.", "German"),
        ("J'attends ma nouvelle carte depuis deux semaines.", "French"),
        ("Llevo dos semanas esperando mi nueva tarjeta y no llega.", "Spanish"),
        ("Tôi đã đợi thẻ mới của mình hai tuần nay rồi.", "Vietnamese"),
        ("Я уже две недели жду свою новую карту, и её всё ещё нет.", "Russian"),
        ("Я чекаю на свою нову картку вже два тижні.", "Ukrainian"),
        ("मैं दो हफ़्ते से अपने नए कार्ड का इंतज़ार कर रहा हूँ।", "Hindi"),
        ("دو هفته است که منتظر کارت جدیدم هستم و هنوز نرسیده است.", "Persian"),
    ],
)
def test_a_sentence_is_of_its_language(text: str, language: str) -> None:
    assert languages([text]) == [language]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Guten Tag!",
        "Wolfgang Amadeus Mozart",
        "Manchester United F.C. , Real Madrid C.F.",
        "GCATGCATGGCATTTAGCATCGGATTTACGGAATTC",
        "for (int i = 0; i < n; i++) { sum += a[i]; }",
        "https://www.example.com/path/page?id=123&x=y",
        "2026-05-31 12:00:00 1.2.3.4 200 5120 0.003",
    ],
)
def test_what_is_short_or_no_sentence_is_of_none(text: str) -> None:
    assert languages([text]) == [None]


def test_texts_keep_their_order_and_their_ends_are_not_read() -> None:
    german = "Das ist der Anfang eines langen Textes. " * 9
    english = "And this is how it goes on and on for a while. " * 40
    assert languages(["no", german + english, english]) == [None, "German", "English"]


def test_languages_are_counted_most_first() -> None:
    found = ["German", "English", None, "English", "English"]
    assert spread(found) == [("English", 3), ("German", 1)]


@pytest.mark.parametrize("found", [[], ["English"] * 2, [None] * 40 + ["English"] * 4])
def test_a_few_sure_texts_do_not_speak_for_all(found: list[str | None]) -> None:
    assert spread(found) == []
