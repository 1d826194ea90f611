"""How long a report serves, how far back it tells of looks, and how it stands at a moment."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from chengxin.periods.civil import CIVIL_ZONE, civil_date
from chengxin.periods.terms import Unit, last_day
from chengxin.reports.states import ReportState

VALID_DAYS: Final = 15
"""Days for which a report serves others, the day of issue not counted. No statute names a number; ours is short,
because what a report says may be corrected or end any day."""

LOOKS_MONTHS: Final = 24
"""How far back a report lists who looked."""

MOST_LOOKS: Final = 100
"""How many looks a report lists, the newest; it says how many there are beyond."""


def last_day_of(issued_at: datetime) -> date:
    """Return the last day on which a report serves; this is the day that is printed.

    Args:
        issued_at: When it was issued.

    Source:
        R-REPORT-02 (docs/law/rules.md).

    Example:
        >>> from datetime import UTC
        >>> last_day_of(datetime(2027, 2, 13, 16, 0, tzinfo=UTC))
        datetime.date(2027, 3, 1)
    """
    return last_day(started_on=civil_date(issued_at), count=VALID_DAYS, unit=Unit.CALENDAR_DAY)


def valid_until(issued_at: datetime) -> datetime:
    """Return the first moment at which a report serves no more: the midnight after its last day.

    Args:
        issued_at: When it was issued.

    Source:
        R-REPORT-02 (docs/law/rules.md).
    """
    midnight = datetime.combine(last_day_of(issued_at) + timedelta(days=1), time(), tzinfo=CIVIL_ZONE)
    return midnight.astimezone(UTC)


def state_of(*, is_withdrawn: bool, valid_until: datetime, holds: bool, now: datetime) -> ReportState:
    """Return how a report that was issued stands at a moment.

    What was withdrawn says so for ever. Past its last day a report is over, whatever became of its items: nothing is
    told then about what nobody may rely on any more.

    Args:
        is_withdrawn: The person took it back.
        valid_until: First moment at which it serves no more.
        holds: Every item in it holds unchanged and may still be shown.
        now: The moment.

    Source:
        R-REPORT-03 (docs/law/rules.md).
    """
    if is_withdrawn:
        return ReportState.WITHDRAWN
    if now >= valid_until:
        return ReportState.OVER
    return ReportState.GOOD if holds else ReportState.SUPERSEDED
