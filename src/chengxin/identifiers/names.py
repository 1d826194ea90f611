"""Comparing names of persons as they were written by different hands and machines.

Two spellings of one name differ in width, spaces, middle dots, letter case, and in traditional or simplified
characters. Folding takes these five away, character by character and never by context: whether two names agree must
not depend on which phrase a dictionary happens to see in them. Folding is for comparing only; a name is stored and
shown as it was written. Nothing here is fuzzy: a wrong character is a different name.

Traditional characters are unified by OpenCC's table ``t2s``, one character at a time, followed until it changes
nothing more; and by :data:`SURNAME_FORMS`, where mainland registers write one traditional character in two ways.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Final

from opencc import OpenCC

MIDDLE_DOT: Final = "·"
"""The separator in names of several parts, as GB 13000 encodes it."""

MIDDLE_DOTS: Final = frozenset("·•・‧∙⋅.")
"""What is written for the middle dot; the full stop too, which older systems put in its place."""

SURNAME_FORMS: Final = {"锺": "钟", "馀": "余"}
"""Simplified forms of one traditional character (鍾, 餘) that registers use beside each other."""

_IGNORABLE_RANGES: Final = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0000, 0xE0FFF),
)
_FIRST_IDEOGRAPH: Final = 0x2E80
_SURROGATES: Final = range(0xD800, 0xE000)
_TABLE_LIMIT: Final = 100_000
_CHUNK_NAMES: Final = 50_000
_SEPARATOR: Final = "\n"


class DifferenceKind(StrEnum):
    """How two spellings of a name differ. Stored; never shown."""

    SAME = "SAME"
    SPACING = "SPACING"
    MIDDLE_DOT = "MIDDLE_DOT"
    WIDTH = "WIDTH"
    CASE = "CASE"
    TRADITIONAL_VARIANT = "TRADITIONAL_VARIANT"
    DIFFERENT = "DIFFERENT"


_STEPS_HEAVIEST_FIRST: Final = (
    DifferenceKind.TRADITIONAL_VARIANT,
    DifferenceKind.CASE,
    DifferenceKind.WIDTH,
    DifferenceKind.MIDDLE_DOT,
    DifferenceKind.SPACING,
)
_ALL_STEPS: Final = frozenset(_STEPS_HEAVIEST_FIRST)


@dataclass(frozen=True, slots=True)
class NameDifference:
    """How two spellings of a name differ, for whoever reviews the line.

    Attributes:
        kind: The weightiest of ``kinds``; ``SAME`` or ``DIFFERENT`` when there is none.
        kinds: Every way of writing that had to be unified before the two agreed, the weightiest first.
        left: The one spelling, as it was written.
        right: The other spelling, as it was written.
    """

    kind: DifferenceKind
    kinds: tuple[DifferenceKind, ...]
    left: str
    right: str

    @property
    def agrees(self) -> bool:
        """Whether both spellings are of one name."""
        return self.kind is not DifferenceKind.DIFFERENT


def fold_name(text: str) -> str:
    """Return the form of a name in which spellings of it are equal.

    Args:
        text: The name as it was written.

    Returns:
        The folded name, for comparing and for digests, never for showing. May be empty.

    Source:
        R-NAME-01.

    Example:
        >>> fold_name("張 學友"), fold_name("阿凡提•买买提"), fold_name("Ｌｉ Ming")
        ('张学友', '阿凡提·买买提', 'LIMING')
    """
    return _fold(text, _ALL_STEPS)


def fold_many(texts: Sequence[str]) -> list[str]:
    """Fold many names at once: the same as :func:`fold_name` for each, in half the time.

    Args:
        texts: The names as they were written.

    Returns:
        The folded names, in the same order.

    Source:
        R-NAME-01.

    Example:
        >>> fold_many(["張三", "李 四"])
        ['张三', '李四']
    """
    folded: list[str] = []
    for chunk in _chunks(texts):
        joined = _SEPARATOR.join(chunk)
        if joined.count(_SEPARATOR) == len(chunk) - 1:
            folded.extend(_fold(joined, _ALL_STEPS, keep=_SEPARATOR).split(_SEPARATOR))
        else:
            folded.extend(map(fold_name, chunk))
    return folded


def explain_difference(left: str, right: str) -> NameDifference:
    """Explain how two spellings of a name differ.

    Args:
        left: The one spelling.
        right: The other.

    Returns:
        The smallest set of ways of writing whose unification makes both equal, light ones preferred to weighty ones;
        ``DIFFERENT`` when there is none.

    Source:
        R-NAME-01.

    Example:
        >>> explain_difference("張 三", "张三").kinds
        (<DifferenceKind.TRADITIONAL_VARIANT: 'TRADITIONAL_VARIANT'>, <DifferenceKind.SPACING: 'SPACING'>)
    """
    if left == right:
        return NameDifference(DifferenceKind.SAME, (), left, right)
    if fold_name(left) != fold_name(right):
        return NameDifference(DifferenceKind.DIFFERENT, (), left, right)
    needed = _ALL_STEPS
    for step in _STEPS_HEAVIEST_FIRST:
        fewer = needed - {step}
        if _fold(left, fewer) == _fold(right, fewer):
            needed = fewer
    kinds = tuple(step for step in _STEPS_HEAVIEST_FIRST if step in needed)
    return NameDifference(kinds[0], kinds, left, right)


class _FoldTable(dict[int, str | int]):
    """Code point to what it folds to; each is worked out when it is first met.

    ``str.translate`` finds known code points at the speed of a dictionary, and there are few distinct ones in a
    million names. A full table is emptied rather than closed: text made to fill it then slows down itself, not every
    name that comes after it.
    """

    def __init__(self, steps: frozenset[DifferenceKind], keep: str) -> None:
        super().__init__()
        self._steps = steps
        self._keep = keep

    def __missing__(self, code_point: int) -> str | int:
        character = chr(code_point)
        folded = character if character in self._keep else _fold_character(code_point, self._steps)
        # An int makes `translate` copy the character without looking at a string.
        value: str | int = code_point if folded == character else folded
        if len(self) >= _TABLE_LIMIT:
            self.clear()
        self[code_point] = value
        return value


def _fold(text: str, steps: frozenset[DifferenceKind], *, keep: str = "") -> str:
    """Take some ways of writing out of a text; leave the characters of ``keep`` where they are."""
    table = _table(steps, keep)
    if DifferenceKind.WIDTH not in steps:
        return text.translate(table)
    while True:
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
        text = text.translate(table)
        # A dropped or upper-cased character can bring a letter and its accent together: then once more.
        if unicodedata.is_normalized("NFKC", text):
            return text


def _fold_character(code_point: int, steps: frozenset[DifferenceKind]) -> str:
    """Return what one character folds to; the empty text when it is dropped."""
    character = chr(code_point)
    if _is_blank(character):
        return "" if DifferenceKind.SPACING in steps else character
    if character in MIDDLE_DOTS:
        return MIDDLE_DOT if DifferenceKind.MIDDLE_DOT in steps else character
    if code_point >= _FIRST_IDEOGRAPH and DifferenceKind.TRADITIONAL_VARIANT in steps:
        character = _simplified(character)
    return character.upper() if DifferenceKind.CASE in steps else character


def _simplified(character: str) -> str:
    """Return the simplified form of one character."""
    if ord(character) in _SURROGATES:
        return character
    while (simpler := _converter().convert(character)) != character:
        character = simpler
    return SURNAME_FORMS.get(character, character)


def _is_blank(character: str) -> bool:
    """Tell whether a character leaves no ink: spaces, and what Unicode lets a display ignore."""
    return (
        character.isspace()
        or unicodedata.category(character) in {"Cf", "Zs", "Zl", "Zp"}
        or any(first <= ord(character) <= last for first, last in _IGNORABLE_RANGES)
    )


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    """Cut a sequence up, so that one odd name slows down only its neighbours."""
    remaining = iter(texts)
    while chunk := list(islice(remaining, _CHUNK_NAMES)):
        yield chunk


@cache
def _table(steps: frozenset[DifferenceKind], keep: str) -> _FoldTable:
    """Return the one table of these steps in this process."""
    return _FoldTable(steps, keep)


@cache
def _converter() -> OpenCC:
    """Return the one converter of this process."""
    return OpenCC("t2s")
