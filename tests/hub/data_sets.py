"""The data sets that recipes name, by their ids on the Hub."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.hub import english_sets as english
from tests.hub import korean_sets as korean
from tests.hub.tables import DataSet

DATA_SETS: Mapping[str, Callable[[], DataSet]] = {
    "nyu-mll/glue": english.glue,
    "fancyzhx/ag_news": english.ag_news,
    "google-research-datasets/go_emotions": english.go_emotions,
    "eriktks/conll2003": english.conll2003,
    "rajpurkar/squad": english.squad,
    "Salesforce/wikitext": english.wikitext,
    "tuetschek/e2e_nlg": english.e2e_nlg,
    "tatsu-lab/alpaca": english.alpaca,
    "EdinburghNLP/xsum": english.xsum,
    "Helsinki-NLP/opus-100": korean.opus,
    "e9t/nsmc": korean.nsmc,
    "klue/klue": korean.klue,
    "dkoterwa/kor-sts": korean.korsts,
    "didi0di/Chatbot_data_for_Korean_v1.0": korean.chatbot,
    "daekeun-ml/naver-news-summarization-ko": korean.naver_news,
}
"""Hub id -> its twin; a recipe with another data set needs a line here."""
