"""Guarantee 8: past its last day an item is not shown, from midnight, whether or not any job has run."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chengxin.records import lookups as records
from factories import intake as given
from guarantees.conftest import FileOf

LAST_DAYS = {"轻微": date(2026, 12, 10), "一般": date(2027, 9, 10), "严重": date(2029, 9, 10)}


def wrong_days(people: list[int], file_of: FileOf) -> list[date]:
    """Return the days on which a file shows something else than the items whose last day has not passed."""
    lines = [
        given.line(0, 信息编号=f"E-{name}", 失信程度=name, 发生日期="2026-09-01", 文书日期="2026-09-10")
        for name in LAST_DAYS
    ]
    assert given.settle(given.csv_bytes(lines)).accepted == len(LAST_DAYS)
    days = [last + timedelta(days=shift) for last in LAST_DAYS.values() for shift in (-1, 0, 1)]
    days += [date(2026, 11, 23) + timedelta(days=step * 37) for step in range(60)]
    wrong = []
    for day in days:
        # The last second of the day and the first of the next, in Shanghai.
        moment = datetime(day.year, day.month, day.day, 15, 59, 59, tzinfo=UTC)
        shown = len(file_of(people[0], now=moment).items)
        if shown != sum(day <= last for last in LAST_DAYS.values()):
            wrong.append(day)
    return wrong


def test_on_every_day_just_those_are_shown_whose_last_day_has_not_passed(people: list[int], file_of: FileOf) -> None:
    assert wrong_days(people, file_of) == []


def test_without_the_filter_they_would_stay(
    people: list[int], file_of: FileOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        records, "READABLE_SQL", f"SELECT * FROM ({records.CURRENT}) latest WHERE %(today)s IS NOT NULL"
    )
    assert wrong_days(people, file_of) != []
