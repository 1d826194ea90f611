"""The number of a report: drawn at random, read aloud without mistakes, with a check digit.

Digits alone, because they sound alike in no language and stand on every telephone: nineteen random ones (63 bits, so
that nobody finds a report by trying) and one check digit, in five groups of four.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from typing import Final

_DRAWN: Final = 19
_GROUP: Final = 4
_SEPARATORS: Final = re.compile(r"[\s\-‐-―−]+")
_DIGITS: Final = re.compile(r"[0-9]{20}\Z", re.ASCII)
_LONGEST_TYPED: Final = 80


def new_number(draw: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a new number in groups of four.

    Args:
        draw: Draws a whole number below its argument; another source only in tests.

    Source:
        R-REPORT-01 (docs/law/rules.md).

    Example:
        >>> new_number(lambda limit: 7)
        '0000-0000-0000-0000-0071'
    """
    drawn = f"{draw(10**_DRAWN):0{_DRAWN}d}"
    return _grouped(drawn + check_digit(drawn))


def check_digit(drawn: str) -> str:
    """Return the check digit (ISO/IEC 7064 MOD 11,10): finds every single wrong digit, and most exchanged neighbours.

    Args:
        drawn: The digits before it.

    Source:
        R-REPORT-01 (docs/law/rules.md).

    Example:
        >>> check_digit("0794")
        '5'
    """
    product = 10
    for digit in drawn:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def read_number(text: str) -> str | None:
    """Return a number in its one spelling; ``None`` where the text is none, or its check digit does not fit.

    Args:
        text: As somebody typed, scanned or heard it: full-width digits, spaces and dashes of all kinds are taken.

    Source:
        R-REPORT-01 (docs/law/rules.md).

    Example:
        >>> read_number("００００ 0000 0000 0000 0071"), read_number("0000-0000-0000-0000-0072")
        ('0000-0000-0000-0000-0071', None)
    """
    if len(text) > _LONGEST_TYPED:
        return None
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not _DIGITS.match(digits) or check_digit(digits[:_DRAWN]) != digits[_DRAWN:]:
        return None
    return _grouped(digits)


def _grouped(digits: str) -> str:
    return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
