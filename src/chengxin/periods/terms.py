"""Statutory terms: when one that began on a day runs out.

Two functions, for two questions. :func:`last_day` is the bare counting of the Civil Code (articles 201 and 202); the
clocks of records use it, because the period for which something may be held against a person is not prolonged by a
holiday. :func:`due_on` is the last day for an *act*, and moves past days off (article 203).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, assert_never

from chengxin.periods.calendars import ONE_DAY, WorkCalendar

_MONTHS_PER_YEAR: Final = 12


class Unit(StrEnum):
    """What a term is counted in. Stored; never shown."""

    CALENDAR_DAY = "CALENDAR_DAY"
    WORKING_DAY = "WORKING_DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take or last, as an edition of the catalogue says it.

    Attributes:
        count: At least one.
        unit: What is counted.
        rule: Id of the rule in ``docs/law/rules.md``, or of the term in the catalogue, that gives count and unit.
    """

    count: int
    unit: Unit
    rule: str

    def __post_init__(self) -> None:
        """Check that the term lasts at all.

        Raises:
            ValueError: The count is below one.
        """
        if self.count < 1:
            message = "a term lasts at least one unit"
            raise ValueError(message)


def last_day(*, started_on: date, count: int, unit: Unit) -> date:
    """Return the last day of a period of calendar days, months or years.

    The starting day is not counted; the returned day still belongs to the period. A period of months or years ends on
    the corresponding day of the last month, or on that month's last day when it has no such day. Days off change
    nothing here.

    Args:
        started_on: Legal date of the event that starts the period.
        count: How many units; zero gives ``started_on`` itself.
        unit: Calendar days, months or years.

    Returns:
        The last day, inclusive.

    Raises:
        ValueError: The count is negative, or the unit is working days, which need a calendar (see :func:`due_on`).
        OverflowError: The period ends after the year 9999.

    Source:
        R-TERM-01, R-TERM-02.

    Example:
        >>> last_day(started_on=date(2025, 11, 30), count=3, unit=Unit.MONTH)
        datetime.date(2026, 2, 28)
    """
    if count < 0:
        message = "a period does not run backwards"
        raise ValueError(message)
    match unit:
        case Unit.CALENDAR_DAY:
            return started_on + timedelta(days=count)
        case Unit.MONTH:
            return _corresponding_day(started_on, months=count)
        case Unit.YEAR:
            return _corresponding_day(started_on, months=count * _MONTHS_PER_YEAR)
        case Unit.WORKING_DAY:
            message = "working days cannot be counted without a calendar"
            raise ValueError(message)
        case _:
            assert_never(unit)


def due_on(*, started_on: date, term: Term, calendar: WorkCalendar) -> date:
    """Return the last day on which an act bound by a term is still in time.

    The starting day is not counted. The returned day itself is still in time. When a term in calendar days, months
    or years would end on a day off, it ends on the first working day after it.

    Args:
        started_on: Legal date of the event that starts the term, in the civil calendar of the office (never the UTC
            date).
        term: Count and unit with its rule, from the catalogue edition in force on ``started_on``.
        calendar: Published working days; for a term in working days it must cover the whole term, for any other the
            day on which the term ends and the days off that follow it.

    Returns:
        A working day later than ``started_on``.

    Raises:
        CalendarNotPublished: The term runs past the published calendar. Show no due date then, rather than a guessed
            one.
        OverflowError: The term ends after the year 9999.

    Source:
        The rule named by ``term.rule``; counting: R-TERM-01, R-TERM-02, R-TERM-03, R-TERM-04.

    Example:
        >>> days_off = frozenset(date(2025, 5, day) for day in range(1, 6))
        >>> calendar = WorkCalendar(date(2025, 1, 1), date(2025, 12, 31), days_off)
        >>> term = Term(1, Unit.WORKING_DAY, rule="R-OBJECTION-03")
        >>> due_on(started_on=date(2025, 4, 30), term=term, calendar=calendar)
        datetime.date(2025, 5, 6)
    """
    if term.unit is Unit.WORKING_DAY:
        day, left = started_on, term.count
        while left:
            day += ONE_DAY
            left -= calendar.is_working_day(day)
        return day
    day = last_day(started_on=started_on, count=term.count, unit=term.unit)
    while not calendar.is_working_day(day):
        day += ONE_DAY
    return day


def _corresponding_day(started_on: date, *, months: int) -> date:
    """Return the day of the same number some months later, or that month's last day.

    Raises:
        OverflowError: The month lies after the year 9999.
    """
    year_offset, month_index = divmod(started_on.month - 1 + months, _MONTHS_PER_YEAR)
    year, month = started_on.year + year_offset, month_index + 1
    if year > date.max.year:
        message = "the period ends after the last year of the calendar"
        raise OverflowError(message)
    return date(year, month, min(started_on.day, monthrange(year, month)[1]))
