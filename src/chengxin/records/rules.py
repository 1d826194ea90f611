"""Statutory computation about items: the three clocks, the standing on a day, the bytes a line is proved by.

Pure. The SQL twins ``records_last_day`` and ``records_standing`` stand in this room's first migration; a test compares
the two over every day of four years.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from chengxin.catalogue.rules.values import ClockRule, Clocks, ClockStart
from chengxin.periods.terms import Unit, last_day
from chengxin.records.states import Change, Standing

_FIXED = struct.Struct(">Q16sIIBiiiiii16s")
ABSENT_DAY = -(2**31)
_CHANGE_BYTE = {Change.ADD.value: 1, Change.CORRECT.value: 2, Change.WITHDRAW.value: 3}
_EPOCH = date(1970, 1, 1).toordinal()


_NUMBER_COLUMNS = ("person_id", "version", "line", "occurred", "ended", "document", "shown", "used", "kept")
_FIXED_COLUMNS = np.dtype(
    [
        ("person_id", ">u8"),
        ("record_key", "V16"),
        ("version", ">u4"),
        ("line", ">u4"),
        ("change", "u1"),
        *[(name, ">i4") for name in ("occurred", "ended", "document", "shown", "used", "kept")],
        ("content_digest", "V16"),
        ("severity", "S16"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineColumns:
    """Posted lines as columns of equal length; dates are days since 1970-01-01, as :func:`days_since_epoch`."""

    person_id: npt.NDArray[np.int64]
    record_key: Sequence[bytes]
    version: npt.NDArray[np.int32]
    line: npt.NDArray[np.int32]
    change: Sequence[str] | npt.NDArray[np.str_]
    severity: Sequence[str] | npt.NDArray[np.str_]
    occurred: npt.NDArray[np.int32]
    ended: npt.NDArray[np.int32]
    document: npt.NDArray[np.int32]
    shown: npt.NDArray[np.int32]
    used: npt.NDArray[np.int32]
    kept: npt.NDArray[np.int32]
    content_digest: Sequence[bytes]
    sealed: Sequence[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDates:
    """The last day, inclusive, of each clock of an item."""

    shown_until: date
    used_until: date
    kept_until: date


def clock_dates(*, clocks: Clocks, occurred_on: date, ended_on: date | None, document_on: date | None) -> ClockDates:
    """Return the last days of the three clocks.

    Args:
        clocks: From the edition, for the item's severity.
        occurred_on: Day of the event.
        ended_on: Day on which it ended; None where it has no duration or goes on: the event's day counts then.
        document_on: Day of the effective document; None where there is none: the event's day counts then.

    Source:
        R-CLOCK-01 (docs/law/rules.md).
    """

    def ends(rule: ClockRule) -> date:
        starts = {
            ClockStart.DOCUMENT: document_on or occurred_on,
            ClockStart.ENDED: ended_on or occurred_on,
            ClockStart.OCCURRED: occurred_on,
        }
        started_on = starts[rule.start]
        return last_day(started_on=started_on, count=rule.count, unit=Unit(rule.unit.value))

    # Keeping counts from the end of the act, showing from the document: keeping may end first, and then ends both.
    kept_until = ends(clocks.kept)
    return ClockDates(
        shown_until=min(ends(clocks.shown), kept_until),
        used_until=min(ends(clocks.used), kept_until),
        kept_until=kept_until,
    )


def standing(*, change: Change, is_reversed: bool, is_superseded: bool, clocks: ClockDates, today: date) -> Standing:
    """Return how a version stands on a day: a pure function of dates and acts, evaluated at every exit.

    Args:
        change: What the version did.
        is_reversed: Whether its posting was reversed.
        is_superseded: Whether a later version, itself not reversed, exists.
        clocks: Last days, inclusive.
        today: Civil date in Asia/Shanghai.

    Source:
        R-CLOCK-02 (docs/law/rules.md).
    """
    if is_reversed:
        return Standing.REVERSED
    if is_superseded:
        return Standing.SUPERSEDED
    if change is Change.WITHDRAW:
        return Standing.WITHDRAWN
    if today > clocks.kept_until:
        return Standing.ENDED
    return _within_keeping(clocks, today)


def _within_keeping(clocks: ClockDates, today: date) -> Standing:
    if today <= clocks.shown_until:
        return Standing.SHOWN
    return Standing.USED if today <= clocks.used_until else Standing.KEPT


def keeping_month(kept_until: date) -> str:
    """Return the month whose key seals an item: the one in which its keeping ends.

    Example:
        >>> keeping_month(date(2031, 4, 30))
        '2031-04'
    """
    return f"{kept_until.year:04d}-{kept_until.month:02d}"


def days_since_epoch(day: date | None) -> int:
    """Return a date as a whole number for :func:`line_bytes`; an absent one has a number of its own."""
    return ABSENT_DAY if day is None else day.toordinal() - _EPOCH


def line_bytes(  # noqa: PLR0917 - the columns of a row, in their order
    person_id: int,
    record_key: bytes,
    version: int,
    line: int,
    change: str,
    severity: str,
    occurred: int,
    ended: int,
    document: int,
    shown: int,
    used: int,
    kept: int,
    content_digest: bytes,
    sealed: bytes,
) -> bytes:
    """Return the bytes by which one posted line enters its posting's tree.

    Dates are days since 1970-01-01. The sealed details are part of it as ciphertext, so the proof still holds when
    their key is gone; their random nonce and tag also serve as the salt that keeps the leaf from being guessed.
    Arguments are positional because this runs once a line of every batch.
    """
    return (
        _FIXED.pack(
            person_id,
            record_key,
            version,
            line,
            _CHANGE_BYTE[change],
            occurred,
            ended,
            document,
            shown,
            used,
            kept,
            content_digest,
        )
        + severity.encode().ljust(16, b"\0")
        + sealed
    )


def leaves_of(columns: "LineColumns") -> list[bytes]:
    """Return the leaf hashes of many lines: :func:`line_bytes` for each, laid out as columns.

    Args:
        columns: The lines, in order.
    """
    count = len(columns.person_id)
    fixed = np.zeros(count, dtype=_FIXED_COLUMNS)
    for name in _NUMBER_COLUMNS:
        fixed[name] = getattr(columns, name)
    fixed["record_key"] = np.frombuffer(b"".join(columns.record_key), dtype="V16")
    fixed["content_digest"] = np.frombuffer(b"".join(columns.content_digest), dtype="V16")
    for change, byte in _CHANGE_BYTE.items():
        fixed["change"][np.asarray(columns.change) == change] = byte
    fixed["severity"] = np.asarray(columns.severity, dtype="S16")
    plain = b"\0" + fixed.tobytes()
    width = _FIXED_COLUMNS.itemsize
    sha256 = hashlib.sha256
    # The leading byte of a leaf, then the fixed part, then the ciphertext; see RFC 9162, 2.1.1.
    return [
        sha256(b"\0" + plain[at : at + width] + sealed).digest()
        for at, sealed in zip(range(1, count * width + 1, width), columns.sealed, strict=True)
    ]
