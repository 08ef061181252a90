"""The English data sets that recipes name, cut down to a few rows of our own."""

from __future__ import annotations

from typing import Any

from tests.hub.reviews import reviews
from tests.hub.tables import CONVERTED, UNNAMED, DataSet, Rows, Table, divided, numbered

ROWS, HELD_OUT = 48, 8
_WORDS = ("bad", "good")


def _class(*names: str) -> Any:
    import datasets

    return datasets.ClassLabel(names=list(names))


def _lists_of(kind: Any) -> Any:
    import datasets

    return datasets.List(datasets.Value(kind) if isinstance(kind, str) else kind)


def _texts() -> list[tuple[str, int]]:
    return reviews(ROWS, seed=3)


def _pairs() -> list[tuple[str, str, int]]:
    """Sentences that say the same of a film, and such that do not."""
    return [
        (text, text.replace(" ,", "") if n % 2 else f"{other} .", n % 2)
        for n, ((text, _), (other, _)) in enumerate(
            zip(_texts(), reviews(ROWS, seed=4), strict=True)
        )
    ]


def _withheld(splits: dict[str, Rows], label: Any) -> dict[str, Rows]:
    """GLUE gives no labels of its test rows."""
    return {**splits, "test": [{**row, "label": label} for row in splits["test"]]}


def glue() -> DataSet:
    """nyu-mll/glue with two of its configurations; MRPC alone tells the labels of its test."""
    pairs = {"sentence1": "string", "sentence2": "string"}
    same = [{"sentence1": one, "sentence2": two, "label": label} for one, two, label in _pairs()]
    alike = [
        {"sentence1": one, "sentence2": two, "label": max(5.0 * label - 0.1 * (n % 7), 0.0)}
        for n, (one, two, label) in enumerate(_pairs())
    ]
    mrpc = Table(
        {**pairs, "label": _class("not_equivalent", "equivalent"), "idx": "int32"},
        divided(numbered(same, "idx"), held_out=HELD_OUT),
    )
    stsb = Table(
        {**pairs, "label": "float32", "idx": "int32"},
        _withheld(divided(numbered(alike, "idx"), held_out=HELD_OUT), -1.0),
    )
    return DataSet({"mrpc": mrpc, "stsb": stsb})


def ag_news() -> DataSet:
    """fancyzhx/ag_news: no validation split."""
    rows = [{"text": text, "label": 2 * label + n % 2} for n, (text, label) in enumerate(_texts())]
    features = {"text": "string", "label": _class("World", "Sports", "Business", "Sci/Tech")}
    splits = divided(rows, held_out=HELD_OUT, names=["test"])
    return DataSet({"default": Table(features, splits)}, path=UNNAMED)


EMOTIONS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion",
    "curiosity", "desire", "disappointment", "disapproval", "disgust", "embarrassment",
    "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism", "pride",
    "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip


def go_emotions() -> DataSet:
    """google-research-datasets/go_emotions, ``simplified``: one or several of 28 labels a row."""
    rows = [
        {"text": text, "labels": [[9], [17, 18]][label] + [27] * (n % 5 == 0), "id": f"e{n:06}"}
        for n, (text, label) in enumerate(_texts())
    ]
    features = {"text": "string", "labels": _lists_of(_class(*EMOTIONS)), "id": "string"}
    return DataSet({"simplified": Table(features, divided(rows, held_out=HELD_OUT))})


def conll2003() -> DataSet:
    """eriktks/conll2003 as the Hub converted it: its own branch holds a script."""
    kinds = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
    rows = []
    for n in range(ROWS):
        who, where = ("Ada Lovelace", "Grace Hopper")[n % 2], ("Paris", "Seoul", "Lima")[n % 3]
        words = [*who.split(), "went", "to", where, "in", str(1900 + n), "."]
        tags = [1, 2, 0, 0, 5, 0, 0, 0]
        rows.append(
            {"id": str(n), "tokens": words, "pos_tags": [0] * 8, "chunk_tags": [0] * 8}
            | {"ner_tags": tags}
        )
    features = {
        "id": "string",
        "tokens": _lists_of("string"),
        "pos_tags": _lists_of(_class("NN")),
        "chunk_tags": _lists_of(_class("O")),
        "ner_tags": _lists_of(_class(*kinds)),
    }
    table = Table(features, divided(rows, held_out=HELD_OUT))
    return DataSet({"conll2003": table}, path=CONVERTED, card=False)


def squad() -> DataSet:
    """rajpurkar/squad: several questions a context, and no test split."""
    rows = []
    for n in range(ROWS):
        city, year = ("Paris", "Seoul", "Lima", "Oslo")[n // 2 % 4], str(1900 + n // 2)
        context = f"The old bridge of {city} was built in {year} by a company of sailors."
        question, answer = (("Where is it?", city), ("When was it built?", year))[n % 2]
        answers = {"text": [answer], "answer_start": [context.index(answer)]}
        rows.append(
            {"id": f"{n:024x}", "title": "Bridges", "context": context, "question": question}
            | {"answers": answers}
        )
    features = dict.fromkeys(("id", "title", "context", "question"), "string")
    answers = {"text": _lists_of("string"), "answer_start": _lists_of("int32")}
    splits = divided(rows, held_out=HELD_OUT, names=["validation"])
    return DataSet({"plain_text": Table({**features, "answers": answers}, splits)})


def wikitext() -> DataSet:
    """Salesforce/wikitext: lines of articles, and every third of them is empty."""
    lines = [
        [f" = Film {n} = \n", "", f" {text} \n"][n % 3] for n, (text, _) in enumerate(_texts())
    ]
    splits = divided([{"text": line} for line in lines], held_out=12)
    return DataSet({"wikitext-2-raw-v1": Table({"text": "string"}, splits, needed=("text",))})


def e2e_nlg() -> DataSet:
    """tuetschek/e2e_nlg as the Hub converted it: several references a meaning."""
    rows = []
    for n in range(ROWS):
        name, food = f"The Mill {n // 2}", ("Italian", "French", "Korean")[n // 2 % 3]
        said = (f"{name} serves {food} food.", f"You can eat {food} food at {name}.")[n % 2]
        rows.append(
            {"meaning_representation": f"name[{name}], food[{food}]", "human_reference": said}
        )
    features = {"meaning_representation": "string", "human_reference": "string"}
    table = Table(features, divided(rows, held_out=HELD_OUT))
    return DataSet({"default": table}, path=CONVERTED, card=False)


def alpaca() -> DataSet:
    """tatsu-lab/alpaca: one split, of which a recipe tests on few; some cells are empty."""
    rows = []
    for n, (text, label) in enumerate(reviews(400, seed=3)):
        asked = "Is this review good or bad?" if n % 2 else f"Good or bad: {text}"
        answer = "" if n == 5 else f"The film is {_WORDS[label]}."
        given = text if n % 2 else ""
        rows.append({"instruction": asked, "input": given, "output": answer})
    rows = [{**row, "text": f"{row['instruction']}\n\n{row['output']}"} for row in rows]
    features = dict.fromkeys(("instruction", "input", "output", "text"), "string")
    table = Table(features, {"train": rows}, needed=("instruction", "output"))
    return DataSet({"default": table}, path=UNNAMED)


def xsum() -> DataSet:
    """EdinburghNLP/xsum as the Hub converted it: articles, a sentence about each."""
    rows = [
        {"document": f"{text}\n{other}", "summary": f"A {_WORDS[label]} film.", "id": f"3{n:07}"}
        for n, ((text, label), (other, _)) in enumerate(
            zip(_texts(), reviews(ROWS, seed=5), strict=True)
        )
    ]
    features = dict.fromkeys(("document", "summary", "id"), "string")
    table = Table(features, divided(rows, held_out=HELD_OUT))
    return DataSet({"default": table}, path=CONVERTED, card=False)
