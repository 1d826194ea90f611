"""The three languages: which one a page is in, and how texts from the packs are shown in it.

Simplified Chinese is the source. Traditional Chinese is derived from it by OpenCC: the page texts when the catalogues
are made (see ``translation``), the packs' texts here, when they are shown. English texts are written by hand in both
places. Terms that OpenCC's general rules would spell unlike the statute are listed once, in ``TRADITIONAL_TERMS``.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import opencc
from django.utils.translation import get_language

LANGUAGES: Final = ("zh-hans", "zh-hant", "en")
SHORT_NAMES: Final = {"zh-hans": "简", "zh-hant": "繁", "en": "EN"}
FULL_NAMES: Final = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}
DOCUMENT_TAGS: Final = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}

# After conversion, character by character: the left spelling is what OpenCC's Taiwan table gives, the right one what
# the statutes' Traditional editions and forms say.
TRADITIONAL_TERMS: Final = {
    "賬號": "帳號",
    "賬戶": "帳戶",
    "準考證": "准考證",
    "覈": "核",
    "週期": "周期",
    "週歲": "周歲",
    "複核": "覆核",
    "佈": "布",
    "台賬": "臺帳",
    "臺賬": "臺帳",
}


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    """Return the loaded conversion tables; loading takes some milliseconds and happens once per process."""
    return opencc.OpenCC("s2tw")


@lru_cache(maxsize=32_768)
def to_traditional(text: str) -> str:
    """Return a Simplified Chinese text in Traditional characters; other characters stay as they are.

    Args:
        text: The text as the packs or the page sources hold it.

    Returns:
        The same words; no vocabulary is exchanged, because statutory terms must stay recognisable.

    Example:
        >>> to_traditional("个人公共信用信息")
        '個人公共信用信息'
    """
    converted: str = _converter().convert(text)
    for spelled, wanted in TRADITIONAL_TERMS.items():
        converted = converted.replace(spelled, wanted)
    return converted


@lru_cache(maxsize=1)
def _back_converter() -> opencc.OpenCC:
    """Return the loaded tables from Traditional to Simplified characters."""
    return opencc.OpenCC("t2s")


def to_simplified(text: str) -> str:
    """Return a text typed by a reader in Simplified characters, as the packs are written.

    Args:
        text: What was typed, in any script.

    Example:
        >>> to_simplified("個人信用")
        '个人信用'
    """
    converted: str = _back_converter().convert(text)
    return converted


def current_language() -> str:
    """Return the language of the page being made: one of ``LANGUAGES``."""
    language = get_language() or LANGUAGES[0]
    return language if language in LANGUAGES else LANGUAGES[0]


def in_current_script(text: str) -> str:
    """Return a Chinese text in the script of the page; an English page keeps it as it is written.

    Args:
        text: A text that exists in Simplified Chinese only, such as the name of an act.
    """
    return to_traditional(text) if current_language() == "zh-hant" else text


def in_current_language(chinese: str, english: str) -> str:
    """Return the one of two texts of a pack that belongs to the page's language.

    Args:
        chinese: The Simplified Chinese text.
        english: The English text; empty when there is none, then the Chinese one is shown.
    """
    if current_language() == "en":
        return english or chinese
    return in_current_script(chinese)


def listed(names: Iterable[str]) -> str:
    """Return names one after the other, parted as the language of the page parts them.

    Args:
        names: The names, already in that language.
    """
    return (", " if current_language() == "en" else "、").join(names)
