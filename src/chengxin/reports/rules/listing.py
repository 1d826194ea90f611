"""In which status list a report stands, and at which place.

Reports of one month share a list of a million places; each stands at a place that was drawn at random, so that a place
says nothing of the person and nothing of the order in which reports were issued. What a list tells is what the check
page tells, for readers who fetch the whole list and so tell nobody which report they hold.
"""

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from chengxin.periods.civil import civil_date
from chengxin.reports.rules.validity import VALID_DAYS

PLACES: Final = 1 << 20
"""Places of a list: so many reports a month at most, and far fewer before drawing a free place takes many draws."""

LIST_LIFE: Final = timedelta(hours=24)
"""For how long a list may be relied on; it is made anew much more often."""

PATH: Final = "/status/"
"""Where the lists are published, below the address of the platform."""

_MOST_DRAWS: Final = 1_000
_NAME: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z", re.ASCII)


def list_of(issued_at: datetime) -> str:
    """Return the name of the list in which a report stands: its month in the office's calendar.

    Args:
        issued_at: When it was issued.

    Example:
        >>> from datetime import UTC
        >>> list_of(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
        '2026-12'
    """
    return f"{civil_date(issued_at):%Y-%m}"


def address_of(issuer: str, name: str) -> str:
    """Return the address of a list, as credentials name it.

    Args:
        issuer: Address of the platform.
        name: Name of the list.

    Example:
        >>> address_of("https://credit.example.invalid", "2026-12")
        'https://credit.example.invalid/status/2026-12.jws'
    """
    return f"{issuer}{PATH}{name}.jws"


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a list."""
    return _NAME.match(text) is not None


def lists_at(now: datetime) -> tuple[str, ...]:
    """Return the lists that must be published: of every report that may still serve, and the next one ahead of time.

    Args:
        now: The moment.

    Example:
        >>> from datetime import UTC
        >>> lists_at(datetime(2026, 12, 10, tzinfo=UTC)), lists_at(datetime(2026, 12, 31, tzinfo=UTC))
        (('2026-11', '2026-12'), ('2026-12', '2027-01'))
    """
    days = (now - timedelta(days=VALID_DAYS + 1), now, now + timedelta(days=2))
    return tuple(sorted({list_of(day) for day in days}))


def draw_place(is_taken: Callable[[int], bool], draw: Callable[[int], int] = secrets.randbelow) -> int:
    """Return a free place of a list.

    Args:
        is_taken: Whether a place is taken already.
        draw: Draws a whole number below its argument; another source only in tests.

    Raises:
        RuntimeError: No free place was drawn; the list is full, but for a few.
    """
    for _ in range(_MOST_DRAWS):
        place = draw(PLACES)
        if not is_taken(place):
            return place
    message = "this month's status list is full"
    raise RuntimeError(message)
