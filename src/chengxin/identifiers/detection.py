"""Finding personal numbers in free text, so that they can be refused there.

Free text is the door through which identity and telephone numbers enter where nobody expects them. What is found is a
place, never the number itself, so that a finding can be reported without repeating what it complains about.

Identity numbers are recognised in half and full width; the eighteen-character form also when broken up by single
spaces, dots or hyphens. Its date and check character must be right, so an order number of the same length is found
only by chance, in fewer than one of a hundred. The fifteen-digit form has no check character; one random number in
some thirty of that length looks like one. The foreign permanent residents' cards of 2017 are *not* looked for: three
letters and twelve digits are the form of too many document numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber

_NO_FUTURE: Final = date(2199, 12, 31)
_HALF_WIDTH: Final = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_SEPARATOR: Final = r"[ .\-·]?"
_FULL: Final = re.compile(
    rf"(?<![0-9A-Za-z])[1-9](?:{_SEPARATOR}[0-9]){{16}}{_SEPARATOR}[0-9Xx](?![0-9A-Za-z])", re.ASCII
)
_LEGACY: Final = re.compile(r"(?<![0-9A-Za-z])[1-8][0-9]{14}(?![0-9A-Za-z])", re.ASCII)
_MOBILE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:\(?(?:\+|00)?86\)?[ \-]?)?1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4}(?![0-9A-Za-z])", re.ASCII
)
_LANDLINE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+|00)?86[ \-]?)?(?:\(0[1-9][0-9]{1,2}\) ?|0[1-9][0-9]{1,2}[ \-])"
    r"[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9A-Za-z])",
    re.ASCII,
)


class SpanKind(StrEnum):
    """What was found. Stored; never shown."""

    IDENTITY = "IDENTITY"
    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text.

    Attributes:
        start: Index of the first character.
        end: Index after the last character.
        kind: What stands there.
    """

    start: int
    end: int
    kind: SpanKind


def find_identity_numbers(text: str) -> tuple[Span, ...]:
    """Find identity numbers of eighteen characters or fifteen digits in free text.

    Args:
        text: Any text.

    Returns:
        The places, in order, without overlap.

    Source:
        R-ID-12.

    Example:
        >>> find_identity_numbers("当事人（11010519491231002X）")
        (Span(start=4, end=22, kind=<SpanKind.IDENTITY: 'IDENTITY'>),)
    """
    plain = text.translate(_HALF_WIDTH)
    return tuple(sorted({*_identity_spans(plain, _FULL), *_identity_spans(plain, _LEGACY)}))


def find_phone_numbers(text: str) -> tuple[Span, ...]:
    """Find Chinese telephone numbers in free text.

    Mobile numbers are found with and without the country code, whole or in groups of three, four and four. Landline
    numbers are found only where the area code stands apart; otherwise any long number would be one.

    Args:
        text: Any text.

    Returns:
        The places, in order, each with its kind, so that a caller may let the landline of an office pass.

    Source:
        R-ID-13.

    Example:
        >>> [span.kind.value for span in find_phone_numbers("电话 138 0013 8000，0591-87654321")]
        ['MOBILE', 'LANDLINE']
    """
    plain = text.translate(_HALF_WIDTH)
    mobiles = (Span(*match.span(), SpanKind.MOBILE) for match in _MOBILE.finditer(plain))
    landlines = (Span(*match.span(), SpanKind.LANDLINE) for match in _LANDLINE.finditer(plain))
    return tuple(sorted((*mobiles, *landlines)))


def _identity_spans(plain: str, shape: re.Pattern[str]) -> Iterator[Span]:
    """Yield the places of one shape that hold a valid number."""
    position = 0
    while match := shape.search(plain, position):
        if _is_identity_number(re.sub(r"[^0-9Xx]", "", match.group())):
            yield Span(*match.span(), SpanKind.IDENTITY)
            position = match.end()
        else:
            # The next number may begin inside this one, when a short number and a separator precede it.
            position = match.start() + 1


def _is_identity_number(text: str) -> bool:
    """Tell whether a text is a valid number, whenever its holder will be born."""
    try:
        IdentityNumber.parse(text, today=_NO_FUTURE)
    except MalformedIdentityNumber:
        return False
    return True
