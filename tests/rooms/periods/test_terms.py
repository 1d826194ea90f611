from calendar import isleap
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from chengxin.periods.calendars import CalendarNotPublished, WorkCalendar, working_days_between
from chengxin.periods.civil import civil_date, is_adult
from chengxin.periods.terms import Term, Unit, due_on, last_day

FOUR_YEARS = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(4 * 365 + 1)]
COUNTED = [Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR]
dates = st.dates(date(1900, 1, 1), date(2200, 12, 31))
counted_units = st.sampled_from(COUNTED)
days_in_2025 = st.dates(date(2025, 1, 1), date(2025, 9, 30))
CALENDAR = WorkCalendar(
    date(2025, 1, 1),
    date(2026, 12, 31),
    frozenset(
        day
        for day in (date(2025, 1, 1) + timedelta(days=offset) for offset in range(730))
        if chinese_calendar.is_holiday(day)
    ),
)


@pytest.mark.parametrize("unit", COUNTED)
def test_last_day_agrees_with_another_implementation_over_all_dates_of_four_years(unit: Unit) -> None:
    word = {Unit.CALENDAR_DAY: "days", Unit.MONTH: "months", Unit.YEAR: "years"}[unit]
    for started_on in FOUR_YEARS:
        for count in range(37):
            expected = started_on + relativedelta(**{word: count})
            assert last_day(started_on=started_on, count=count, unit=unit) == expected


def test_due_on_agrees_with_walking_the_published_calendar() -> None:
    started = [day for day in FOUR_YEARS if date(2025, 1, 1) <= day <= date(2026, 9, 30)]
    for started_on in started:
        day, counted = started_on, 0
        while counted < 20:
            day += timedelta(days=1)
            counted += chinese_calendar.is_workday(day)
            if chinese_calendar.is_workday(day):
                term = Term(counted, Unit.WORKING_DAY, rule="R-TERM-03")
                assert due_on(started_on=started_on, term=term, calendar=CALENDAR) == day


@given(dates, dates, st.integers(0, 600), counted_units)
def test_a_later_start_never_ends_earlier(one: date, other: date, count: int, unit: Unit) -> None:
    earlier, later = sorted((one, other))
    assert last_day(started_on=earlier, count=count, unit=unit) <= last_day(started_on=later, count=count, unit=unit)


@given(dates, st.integers(0, 600), counted_units)
def test_a_longer_period_ends_later(started_on: date, count: int, unit: Unit) -> None:
    shorter = last_day(started_on=started_on, count=count, unit=unit)
    assert shorter < last_day(started_on=started_on, count=count + 1, unit=unit)


@given(dates, st.integers(0, 50))
def test_a_year_is_twelve_months(started_on: date, years: int) -> None:
    assert last_day(started_on=started_on, count=years, unit=Unit.YEAR) == last_day(
        started_on=started_on, count=12 * years, unit=Unit.MONTH
    )


@given(days_in_2025, days_in_2025, st.integers(1, 60), st.sampled_from(Unit))
def test_due_on_is_monotonic_and_a_later_working_day(one: date, other: date, count: int, unit: Unit) -> None:
    term = Term(1 if unit is Unit.YEAR else count % 12 + 1 if unit is Unit.MONTH else count, unit, rule="R-TERM-01")
    earlier, later = sorted((one, other))
    due_earlier = due_on(started_on=earlier, term=term, calendar=CALENDAR)
    assert earlier < due_earlier <= due_on(started_on=later, term=term, calendar=CALENDAR)
    assert CALENDAR.is_working_day(due_earlier)


@given(days_in_2025, st.integers(1, 60))
def test_as_many_working_days_lie_in_a_term_as_it_counts(started_on: date, count: int) -> None:
    term = Term(count, Unit.WORKING_DAY, rule="R-TERM-03")
    ended_on = due_on(started_on=started_on, term=term, calendar=CALENDAR)
    assert working_days_between(started_on=started_on, ended_on=ended_on, calendar=CALENDAR) == count


@given(days_in_2025, st.integers(0, 40), st.integers(0, 40))
def test_splitting_a_stretch_loses_no_working_day(first: date, left: int, right: int) -> None:
    middle, last = first + timedelta(days=left), first + timedelta(days=left + right)
    assert working_days_between(started_on=first, ended_on=last, calendar=CALENDAR) == working_days_between(
        started_on=first, ended_on=middle, calendar=CALENDAR
    ) + working_days_between(started_on=middle, ended_on=last, calendar=CALENDAR)


@given(dates, dates)
def test_whoever_was_adult_stays_so(born_on: date, on: date) -> None:
    if is_adult(born_on=born_on, on=on):
        assert is_adult(born_on=born_on, on=on + timedelta(days=1))


@given(dates)
def test_adulthood_begins_on_the_eighteenth_birthday(born_on: date) -> None:
    birthday = date(born_on.year + 18, born_on.month, born_on.day) if born_on.strftime("%m%d") != "0229" else None
    birthday = birthday or date(born_on.year + 18, 2, 29 if isleap(born_on.year + 18) else 28)
    assert is_adult(born_on=born_on, on=birthday)
    assert not is_adult(born_on=born_on, on=birthday - timedelta(days=1))


def test_wrong_calls_are_bugs() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Term(0, Unit.MONTH, rule="R-TERM-02")
    with pytest.raises(ValueError, match="calendar"):
        last_day(started_on=date(2025, 1, 1), count=1, unit=Unit.WORKING_DAY)
    with pytest.raises(ValueError, match="backwards"):
        last_day(started_on=date(2025, 1, 1), count=-1, unit=Unit.MONTH)
    with pytest.raises(OverflowError):
        last_day(started_on=date(2025, 1, 1), count=9000, unit=Unit.YEAR)
    with pytest.raises(ValueError, match="aware"):
        civil_date(datetime(2025, 1, 1))  # noqa: DTZ001 - the naive moment is the point
    with pytest.raises(ValueError, match="before the start"):
        working_days_between(started_on=date(2025, 1, 2), ended_on=date(2025, 1, 1), calendar=CALENDAR)


def test_civil_date_does_not_depend_on_the_zone_of_the_moment() -> None:
    moment = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert civil_date(moment) == civil_date(moment.astimezone()) == date(2027, 1, 1)


def test_a_day_outside_the_calendar_is_not_published() -> None:
    short = WorkCalendar(date(2025, 1, 1), date(2025, 1, 31), frozenset())
    for day in (date(2024, 12, 31), date(2025, 2, 1)):
        assert not short.is_published(day)
        with pytest.raises(CalendarNotPublished) as caught:
            short.is_working_day(day)
        assert caught.value.details == {"on": day.isoformat()}


def test_calendars_join_only_without_gap_or_overlap() -> None:
    january = WorkCalendar(date(2025, 1, 1), date(2025, 1, 31), frozenset({date(2025, 1, 1)}))
    february = WorkCalendar(date(2025, 2, 1), date(2025, 2, 28), frozenset({date(2025, 2, 1)}))
    both = january.joined(february)
    assert (both.first_on, both.last_on, len(both.days_off)) == (date(2025, 1, 1), date(2025, 2, 28), 2)
    with pytest.raises(ValueError, match="gap"):
        february.joined(january)


def test_an_announcement_is_read_strictly() -> None:
    first_on, last_on = date(2025, 1, 1), date(2025, 1, 31)
    with pytest.raises(ValueError, match="both"):
        WorkCalendar.of_announcement(
            first_on=first_on, last_on=last_on, holidays=[first_on], exchanged_working_days=[first_on]
        )
    with pytest.raises(ValueError, match="outside"):
        WorkCalendar.of_announcement(
            first_on=first_on, last_on=last_on, holidays=[date(2025, 2, 1)], exchanged_working_days=[]
        )
    with pytest.raises(ValueError, match="end before"):
        WorkCalendar(last_on, first_on, frozenset())
