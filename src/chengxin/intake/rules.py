"""Computation about batches: what is usual for a supplier, how long a file is kept, what quality means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# Platform decisions, not law: the pages that show them say so.
HISTORY_NEEDED = 5
TIMES_THE_LARGEST = 5
ALWAYS_USUAL = 1_000
WITHDRAWN_SHARE = 0.5
FILE_KEPT_DAYS = 90
PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBatch:
    """What the bounds need of one earlier batch."""

    lines: int
    withdrawn: int


def outside_usual(*, lines: int, withdrawals: int, history: Sequence[PastBatch]) -> tuple[str, ...]:
    """Return in which respects a batch lies outside what its supplier usually sends; empty where it does not.

    Args:
        lines: Lines of the new batch.
        withdrawals: How many of them withdraw an item.
        history: The supplier's settled batches of the same item, newest first.

    Example:
        >>> past = [PastBatch(lines=300, withdrawn=0)] * 5
        >>> outside_usual(lines=5_000, withdrawals=0, history=past)
        ('MANY_LINES',)
        >>> outside_usual(lines=900, withdrawals=0, history=past)
        ()
    """
    if len(history) < HISTORY_NEEDED:
        return ()
    found: list[str] = []
    if lines > max(ALWAYS_USUAL, TIMES_THE_LARGEST * max(past.lines for past in history)):
        found.append("MANY_LINES")
    usual_withdrawn = max(past.withdrawn / max(past.lines, 1) for past in history)
    if lines > HISTORY_NEEDED and withdrawals / lines > max(WITHDRAWN_SHARE, usual_withdrawn):
        found.append("MANY_WITHDRAWALS")
    return tuple(found)


def file_kept_until(*, received_on: date) -> date:
    """Return the last day on which the sealed original of a file is kept, so that its result can be fetched."""
    return received_on + timedelta(days=FILE_KEPT_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well and how fast a supplier supplies an item.

    Attributes:
        organisation_code: The supplier.
        item_code: The item type.
        batches: Settled batches.
        lines: Lines in them.
        accepted_percent: Share accepted or unchanged, of all lines, in per cent; None without lines.
        corrected_percent: Corrections and withdrawals, of the accepted lines, in per cent; None without any.
        delay_days: Mean calendar days from the document to the receipt; None where no line bore a document.
        last_on: Civil date of the newest batch.
    """

    organisation_code: str
    item_code: str
    batches: int
    lines: int
    accepted_percent: float | None
    corrected_percent: float | None
    delay_days: float | None
    last_on: date


def share(part: int, whole: int) -> float | None:
    """Return a share in per cent with one decimal, or None of nothing.

    Example:
        >>> share(1, 3), share(0, 0)
        (33.3, None)
    """
    return None if whole == 0 else round(PERCENT * part / whole, 1)
