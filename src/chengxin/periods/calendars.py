"""Published working days, and counting them.

The State Council publishes holidays and exchanged working days late in the year before. A day outside a published
calendar is *not published*: nothing here ever guesses that a coming Monday will be a working day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from chengxin.authority.decisions import Refused

ONE_DAY: Final = timedelta(days=1)
_FIRST_REST_WEEKDAY: Final = 5  # Saturday, counted from Monday = 0


class CalendarNotPublished(Refused):
    """A day lies outside the published calendar. Show no due date then, rather than a guessed one."""

    code = "CALENDAR_NOT_PUBLISHED"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The published working days of a stretch of time.

    Attributes:
        first_on: First day that the calendar knows.
        last_on: Last day that the calendar knows, inclusive.
        days_off: Every day in it that is not worked, weekends among them. A Saturday that is worked in exchange for
            a holiday is simply not in the set.
    """

    first_on: date
    last_on: date
    days_off: frozenset[date]

    def __post_init__(self) -> None:
        """Check that the calendar runs forwards.

        Raises:
            ValueError: The last day lies before the first.
        """
        if self.last_on < self.first_on:
            message = "a calendar must not end before it begins"
            raise ValueError(message)

    @classmethod
    def of_announcement(
        cls, *, first_on: date, last_on: date, holidays: Iterable[date], exchanged_working_days: Iterable[date]
    ) -> Self:
        """Build the calendar from what an announcement lists: the departures from ordinary weeks.

        Args:
            first_on: First day covered by the announcement.
            last_on: Last day covered by it, inclusive.
            holidays: Days off by the announcement, on whatever weekday.
            exchanged_working_days: Saturdays and Sundays that are worked.

        Returns:
            A calendar in which Saturdays and Sundays are off unless exchanged.

        Raises:
            ValueError: A day is named both as off and as worked, or lies outside.
        """
        off = frozenset(holidays)
        worked = frozenset(exchanged_working_days)
        if off & worked:
            message = "a day cannot be both off and worked"
            raise ValueError(message)
        if any(not first_on <= day <= last_on for day in off | worked):
            message = "an announced day lies outside the calendar"
            raise ValueError(message)
        days = (first_on + timedelta(days=offset) for offset in range((last_on - first_on).days + 1))
        weekends = {day for day in days if day.weekday() >= _FIRST_REST_WEEKDAY}
        return cls(first_on, last_on, frozenset((weekends | off) - worked))

    def joined(self, later: "WorkCalendar") -> "WorkCalendar":
        """Return one calendar over this one and the one that begins on the next day.

        Raises:
            ValueError: The other does not begin on the day after this one ends; a gap would be a guess.
        """
        if later.first_on != self.last_on + ONE_DAY:
            message = "calendars can only be joined without gap or overlap"
            raise ValueError(message)
        return WorkCalendar(self.first_on, later.last_on, self.days_off | later.days_off)

    def is_published(self, on: date) -> bool:
        """Tell whether the calendar knows a day."""
        return self.first_on <= on <= self.last_on

    def is_working_day(self, on: date) -> bool:
        """Tell whether a day is worked.

        Raises:
            CalendarNotPublished: The day lies outside the calendar.

        Source:
            R-TERM-03.
        """
        if not self.is_published(on):
            raise CalendarNotPublished(on=on)
        return on not in self.days_off


def working_days_between(*, started_on: date, ended_on: date, calendar: WorkCalendar) -> int:
    """Count the working days after one day up to and including another.

    Args:
        started_on: The day that starts the count; itself not counted.
        ended_on: The last day, counted when it is a working day.
        calendar: Must know every day from the day after ``started_on``.

    Returns:
        Zero when both are the same day.

    Raises:
        ValueError: The end lies before the start.
        CalendarNotPublished: A day in between is not published.

    Source:
        R-TERM-01, R-TERM-03.

    Example:
        >>> days_off = frozenset(date(2025, 5, day) for day in range(1, 6))
        >>> calendar = WorkCalendar(date(2025, 4, 30), date(2025, 5, 6), days_off)
        >>> working_days_between(started_on=date(2025, 4, 30), ended_on=date(2025, 5, 6), calendar=calendar)
        1
    """
    if ended_on < started_on:
        message = "the end must not lie before the start"
        raise ValueError(message)
    days = (started_on + timedelta(days=offset) for offset in range(1, (ended_on - started_on).days + 1))
    return sum(calendar.is_working_day(day) for day in days)
