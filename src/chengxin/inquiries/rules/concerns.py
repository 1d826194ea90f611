"""By when a concern about a look is to be answered."""

from datetime import date
from typing import Final

from chengxin.periods.calendars import CalendarNotPublished, WorkCalendar
from chengxin.periods.terms import Term, due_on

ANSWER_TERM: Final = "CONCERN.ANSWER"
"""Code of the term in the catalogue: count and unit are data of the pack, marked as the platform's own choice."""


def answer_due_on(*, raised_on: date, term: Term | None, calendar: WorkCalendar | None) -> date | None:
    """Return the last day on which an answer to a concern is in time; ``None`` rather than a guessed day.

    Args:
        raised_on: Civil day on which the person raised it; not counted.
        term: From the edition in force on that day; ``None`` where it has none.
        calendar: The working days that it publishes; ``None`` where it publishes none.

    Source:
        R-CONCERN-01 (docs/law/rules.md).

    Example:
        >>> from chengxin.periods.terms import Unit
        >>> november = WorkCalendar(date(2026, 11, 1), date(2026, 11, 30), frozenset({date(2026, 11, 28)}))
        >>> three = Term(3, Unit.WORKING_DAY, rule=ANSWER_TERM)
        >>> answer_due_on(raised_on=date(2026, 11, 26), term=three, calendar=november)
        datetime.date(2026, 11, 30)
        >>> answer_due_on(raised_on=date(2026, 11, 30), term=three, calendar=november) is None
        True
    """
    if term is None or calendar is None:
        return None
    try:
        return due_on(started_on=raised_on, term=term, calendar=calendar)
    except CalendarNotPublished:
        return None
