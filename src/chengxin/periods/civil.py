"""The civil date of a moment, and coming of age.

All legal dates are days of the civil calendar in China, which has one time, UTC+08:00, in the whole country. The zone
is taken by name, because dates of birth lie in the years 1940 to 1949 and 1986 to 1991, when summer time was kept.
"""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from chengxin.periods.terms import Unit, last_day

CIVIL_ZONE: Final = ZoneInfo("Asia/Shanghai")
"""The zone in which every legal date is a day."""

ADULT_AGE_YEARS: Final = 18
"""Age from which a natural person is an adult (Civil Code, article 17); a rule of the code, not of a catalogue."""


def civil_date(moment: datetime) -> date:
    """Return the legal date on which a moment falls.

    Args:
        moment: An aware moment, in any zone.

    Returns:
        The day in the civil calendar of China.

    Raises:
        ValueError: The moment is naive; which day it falls on cannot be known.

    Source:
        R-TERM-05.

    Example:
        >>> from datetime import UTC
        >>> civil_date(datetime(2026, 3, 31, 16, 0, tzinfo=UTC))
        datetime.date(2026, 4, 1)
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        message = "a moment must be aware of its time zone"
        raise ValueError(message)
    return moment.astimezone(CIVIL_ZONE).date()


def is_adult(*, born_on: date, on: date) -> bool:
    """Tell whether a person is an adult on a day.

    The eighteenth birthday itself counts as adult. Whoever was born on 29 February reaches the age on 28 February of
    a year without that day, because a term of years without a corresponding day ends on the last day of the month
    (Civil Code, article 202); eighteen years after a leap year there never is a 29 February.

    Args:
        born_on: Date of birth.
        on: The day asked about, such as the day on which something happened.

    Returns:
        Whether the person has completed eighteen years.

    Source:
        R-AGE-01.

    Example:
        >>> is_adult(born_on=date(2008, 2, 29), on=date(2026, 2, 28))
        True
    """
    return on >= last_day(started_on=born_on, count=ADULT_AGE_YEARS, unit=Unit.YEAR)
