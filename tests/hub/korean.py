"""Short Korean texts of our own, for the data sets and the tokenizers of the Korean recipes."""

from __future__ import annotations

from itertools import product

import numpy as np

NEGATIVE, POSITIVE = 0, 1

_SUBJECTS = ("영화가", "배우들의 연기가", "이야기가", "음악이", "마지막 장면이", "감독의 연출이")
_QUALITIES = {
    NEGATIVE: ("지루하고", "뻔하고", "어설프고", "답답하고", "허무하고"),
    POSITIVE: ("재미있고", "따뜻하고", "신선하고", "감동적이고", "훌륭하고"),
}
_ENDS = {
    NEGATIVE: ("별로였다", "아쉬웠다", "실망이다"),
    POSITIVE: ("좋았다", "최고다", "또 보고 싶다"),
}

TOPICS = {
    "IT과학": ("새 스마트폰", "인공지능 칩", "위성 통신"),
    "경제": ("기준 금리", "수출 실적", "주택 가격"),
    "사회": ("출근길 교통", "학교 급식", "병원 예약"),
    "생활문화": ("가을 축제", "미술 전시", "주말 날씨"),
    "세계": ("유럽 정상 회의", "남미 선거", "아시아 지진"),
    "스포츠": ("프로 야구", "월드컵 예선", "수영 대회"),
    "정치": ("국회 예산", "대통령 회담", "선거 제도"),
}
"""KLUE's seven topics, in its own order, with what our headlines are about."""
_NEWS = ("소식 전해져", "두고 논의 시작", "관심 높아져", "내일 발표", "올해 크게 늘어", "준비 한창")
PLACES = ("서울", "부산", "제주도", "대전", "광주")
PEOPLE = ("김민수", "이지은", "박서준", "최유리", "정우성")


def reviews(count: int, *, seed: int = 0) -> list[tuple[str, int]]:
    """Different reviews of films, at most 180, with `NEGATIVE` or `POSITIVE`, in random order."""
    found = [
        (f"{subject} {quality} {end}.", label)
        for label in (NEGATIVE, POSITIVE)
        for subject, quality, end in product(_SUBJECTS, _QUALITIES[label], _ENDS[label])
    ]
    chosen = np.random.default_rng(seed).permutation(len(found))[:count]
    return [found[place] for place in chosen]


def headlines(count: int) -> list[tuple[str, int]]:
    """Different headlines, at most 126, with the numbers of their topics, topic after topic."""
    every = list(product(range(3), _NEWS))
    return [
        (f"{subjects[about]} {news}", topic)
        for about, news in every
        for topic, subjects in enumerate(TOPICS.values())
    ][:count]


def corpus() -> list[str]:
    """All of these texts, for tokenizers to be trained on."""
    texts = [text for text, _ in reviews(180)] + [text for text, _ in headlines(126)]
    return texts + [
        f"{person}은 {place}에서 태어났다." for person, place in product(PEOPLE, PLACES)
    ]
