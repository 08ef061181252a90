"""The Korean data sets that recipes name, cut down to a few rows of our own."""

from __future__ import annotations

from typing import Any

from tests.hub.korean import PEOPLE, PLACES, TOPICS, headlines, reviews
from tests.hub.tables import CONVERTED, CSV, UNNAMED, DataSet, Table, divided

ROWS, HELD_OUT = 56, 14


def _class(names: list[str]) -> Any:
    import datasets

    return datasets.ClassLabel(names=names)


def nsmc() -> DataSet:
    """e9t/nsmc as the Hub converted it: no validation split, and one review is empty."""
    rows = [
        {"id": str(9_970_000 + n), "document": "" if n == 3 else text, "label": label}
        for n, (text, label) in enumerate(reviews(ROWS))
    ]
    features = {"id": "string", "document": "string", "label": _class(["negative", "positive"])}
    splits = divided(rows, held_out=HELD_OUT, names=["test"])
    table = Table(features, splits, needed=("document",))
    return DataSet({"default": table}, path=CONVERTED, card=False)


def klue() -> DataSet:
    """klue/klue with two of its configurations; it keeps its test splits to itself."""
    return DataSet({"ynat": _ynat(), "ner": _ner()})


def _ynat() -> Table:
    rows = [
        {"guid": f"ynat-v1_train_{n:05}", "title": title, "label": topic}
        | {"url": f"https://news.example/{n}", "date": "2020.01.01. 오전 9:00"}
        for n, (title, topic) in enumerate(headlines(ROWS))
    ]
    features = dict.fromkeys(("guid", "title", "url", "date"), "string")
    return Table(
        {**features, "label": _class(list(TOPICS))},
        divided(rows, held_out=HELD_OUT, names=["validation"]),
    )


def _ner() -> Table:
    """A tag a character, blanks among them."""
    import datasets

    tags = [f"{mark}-{kind}" for kind in ("DT", "LC", "OG", "PS", "QT", "TI") for mark in "BI"]
    place, person, outside = tags.index("B-LC"), tags.index("B-PS"), len(tags)
    rows = []
    for n in range(ROWS):
        who, where = PEOPLE[n % 5], PLACES[n // 5 % 5]
        parts = [(who, person), (f"은 {n}년 전에 ", outside), (where, place), ("에 왔다.", outside)]
        found = []
        for text, tag in parts:
            inside = tag if tag == outside else tag + 1
            found += [tag, *[inside] * (len(text) - 1)]
        sentence = f"<{who}:PS>은 {n}년 전에 <{where}:LC>에 왔다."
        characters = list("".join(text for text, _ in parts))
        rows.append({"sentence": sentence, "tokens": characters, "ner_tags": found})
    features = {
        "sentence": "string",
        "tokens": datasets.List(datasets.Value("string")),
        "ner_tags": datasets.List(_class([*tags, "O"])),
    }
    return Table(features, divided(rows, held_out=HELD_OUT, names=["validation"]))


def korsts() -> DataSet:
    """dkoterwa/kor-sts: its second split is called ``valid``."""
    texts = reviews(ROWS)
    rows = [
        {"sentence1": text, "sentence2": other, "score": 0.2 * (n % 20) + float(label == same)}
        for n, ((text, label), (other, same)) in enumerate(
            zip(texts, [*texts[1:], texts[0]], strict=True)
        )
    ]
    features = {"sentence1": "string", "sentence2": "string", "score": "float64"}
    splits = divided(rows, held_out=HELD_OUT, names=["valid", "test"])
    return DataSet({"default": Table(features, splits)}, path=UNNAMED, card=False)


def chatbot() -> DataSet:
    """didi0di/Chatbot_data_for_Korean_v1.0: one split of questions and answers."""
    answers = ("다른 영화를 보세요.", "저도 보고 싶어요.")
    rows = [
        {"Q": text.removesuffix("."), "A": answers[label], "label": n % 3}
        for n, (text, label) in enumerate(reviews(ROWS))
    ]
    features = {"Q": "string", "A": "string", "label": "int64"}
    table = Table(features, {"train": rows})
    return DataSet({"default": table}, path=UNNAMED, card=False)


def naver_news() -> DataSet:
    """daekeun-ml/naver-news-summarization-ko, as tables with commas."""
    rows = [
        {"date": "2022-07-03 17:14:37", "category": "economy", "press": "신문", "title": title}
        | {"document": f"{title}. {', '.join(PLACES)} 등에서 알려졌다.", "link": f"https://n/{n}"}
        | {"summary": f"{title}."}
        for n, (title, _) in enumerate(headlines(ROWS))
    ]
    names = ("date", "category", "press", "title", "document", "link", "summary")
    table = Table(dict.fromkeys(names, "string"), divided(rows, held_out=HELD_OUT))
    return DataSet({"default": table}, path=CSV, card=False)


def opus() -> DataSet:
    """Helsinki-NLP/opus-100, ``en-ko``: both languages in one column."""
    import datasets

    from tests.hub.reviews import reviews as english

    rows = [
        {"translation": {"en": text, "ko": korean}}
        for (text, _), (korean, _) in zip(english(ROWS, seed=6), reviews(ROWS), strict=True)
    ]
    features = {"translation": datasets.Translation(languages=["en", "ko"])}
    splits = divided(rows, held_out=HELD_OUT, names=["validation", "test"])
    return DataSet({"en-ko": Table(features, splits)})
