"""In which language a text is, where several are written in one script.

The identifier is py3langid's: naive Bayes over the strings of bytes that tell languages apart
(Lui and Baldwin, langid.py, ACL 2012). Its numbers lie in the package; nothing is fetched.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

SHARED = frozenset(("Latin", "Cyrillic", "Arabic", "Devanagari"))
"""Of ``scripts.SCRIPTS``, those in which several languages are written that are told apart."""

_SHORT = 20
"""Letters below which a text can be of many languages: a name, a greeting."""
_BEGINNING = 200
"""Characters that are read of a text."""
_SURE = 0.9
"""Probability from which a text is of a language."""
_KNOWN, _FEW = 0.1, 3
"""Share and number of texts that must be sure: of names alone few are, in any language."""

_NAMES: Mapping[str, str] = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian",
    "bg": "Bulgarian", "br": "Breton", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "en": "English", "eo": "Esperanto",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "ga": "Irish", "gd": "Scottish Gaelic", "gl": "Galician", "ha": "Hausa",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "ig": "Igbo",
    "is": "Icelandic", "it": "Italian", "kk": "Kazakh", "ky": "Kyrgyz", "la": "Latin",
    "lb": "Luxembourgish", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian",
    "mn": "Mongolian", "mr": "Marathi", "ms": "Malay", "mt": "Maltese", "ne": "Nepali",
    "nl": "Dutch", "nn": "Norwegian", "no": "Norwegian", "oc": "Occitan", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovenian", "so": "Somali", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "tg": "Tajik", "tk": "Turkmen", "tl": "Tagalog", "tr": "Turkish",
    "tt": "Tatar", "ug": "Uyghur", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek",
    "vi": "Vietnamese", "xh": "Xhosa", "yo": "Yoruba", "zu": "Zulu",
}  # fmt: skip
"""ISO 639 code -> English name. A text of another of the 139 that are known has no name here."""


def languages(texts: Sequence[str]) -> list[str | None]:
    """The English name of each text's language; None where it is too short or not sure.

    The model is read anew at each call, through a temporary file, and let go after it: it is a
    hundred megabytes, which a training run would otherwise carry along.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(
        MODEL_FILE, norm_probs=True, min_confidence=_SURE
    )
    beginnings = [text[:_BEGINNING] for text in texts]
    return [
        _NAMES.get(identifier.classify(one)[0]) if _letters(one) >= _SHORT else None
        for one in beginnings
    ]


def spread(found: Sequence[str | None]) -> list[tuple[str, int]]:
    """Each language and how many texts are in it, most first; nothing where few are sure."""
    sizes = Counter(one for one in found if one is not None)
    return sizes.most_common() if sizes.total() >= max(_FEW, _KNOWN * len(found)) else []


def _letters(text: str) -> int:
    """Letters and the signs that are written on them, as Devanagari writes its vowels."""
    return sum(unicodedata.category(one)[0] in "LM" for one in text)
