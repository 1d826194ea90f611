"""Cursors of lists: where the page before ended, in a form that callers pass back and do not read."""

import base64
import binascii
from typing import Final

from chengxin.authority.decisions import Refused

_LARGEST: Final = 2**63 - 1
_LONGEST: Final = 120


class CursorInvalid(Refused):
    """The cursor is none that this list has given; begin again without one."""

    code = "CURSOR_INVALID"


def cursor_of(place: int | str) -> str:
    """Return the cursor for a place in a list.

    Args:
        place: Key of the last entry of the page.

    Example:
        >>> place_of(cursor_of("TRAFFIC"))
        'TRAFFIC'
    """
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def place_of(cursor: str | None) -> str | None:
    """Return the place that a cursor stands for, or None without one.

    Args:
        cursor: As the caller sent it.

    Raises:
        CursorInvalid: It is none of ours.
    """
    if cursor is None:
        return None
    try:
        place = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid from error
    if not place.isprintable() or not 0 < len(place) <= _LONGEST:
        raise CursorInvalid
    return place


def number_of(cursor: str | None) -> int | None:
    """Return the number that a cursor stands for, or None without one.

    Args:
        cursor: As the caller sent it.

    Raises:
        CursorInvalid: It is none of ours.

    Example:
        >>> number_of(cursor_of(17)), number_of(None)
        (17, None)
    """
    place = place_of(cursor)
    if place is None:
        return None
    if not (place.isascii() and place.isdecimal()) or int(place) > _LARGEST:
        raise CursorInvalid
    return int(place)
