"""The clocks: one pure function, its twin in SQL and its twin in the engine, over every day of four years."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import ibis
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from chengxin.catalogue.rules.columns import columns_of
from chengxin.catalogue.rules.packs import compose, load_packs
from chengxin.catalogue.rules.values import ClockRule, Clocks, ClockStart, ClockUnit, Edition, Verified
from chengxin.checking.expressions import _Steps
from chengxin.checking.rules import CheckContext, assign_headers
from chengxin.periods.terms import Unit, last_day
from chengxin.records import rules
from chengxin.records.rules import ClockDates, clock_dates
from chengxin.records.states import Change, Standing

ROOT = Path(__file__).parents[3]
CASES = tomllib.loads((ROOT / "tests/cases/records.toml").read_text("utf-8"))["case"]
DAYS = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(1461)]


@cache
def editions() -> tuple[Edition, ...]:
    return tuple(compose(load_packs(ROOT / "packs" / name)) for name in ("national", "fujian", "demo"))


def clock_lengths() -> list[tuple[int, str]]:
    """Return count and unit of every clock of every item of every pack, and a few lengths that no pack has yet."""
    found = {
        (rule.count, rule.unit.value)
        for edition in editions()
        for item in edition.item_types.values()
        for clocks in item.clocks.values()
        for rule in (clocks.shown, clocks.used, clocks.kept)
    }
    return sorted(found | {(1, "MONTH"), (1, "YEAR"), (90, "CALENDAR_DAY")})


def test_the_four_years_hold_a_leap_day_and_end_with_their_year() -> None:
    assert date(2024, 2, 29) in DAYS
    assert (DAYS[-1], len(clock_lengths()) > 5) == (date(2027, 12, 31), True)


@pytest.mark.django_db
def test_the_last_day_in_sql_is_that_of_the_rule_on_every_day() -> None:
    lengths = clock_lengths()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count, unit, day::date, records_last_day(day::date, count, unit)
            FROM unnest(%s::int[], %s::text[]) AS rule (count, unit),
                generate_series(date '2024-01-01', date '2027-12-31', '1 day') AS day
            """,
            [[count for count, _ in lengths], [unit for _, unit in lengths]],
        )
        found = set(cursor.fetchall())
    assert found == {
        (count, unit, day, last_day(started_on=day, count=count, unit=Unit(unit)))
        for (count, unit), day in product(lengths, DAYS)
    }


def test_the_last_day_in_the_engine_is_that_of_the_rule_on_every_day() -> None:
    edition = editions()[1]
    item = edition.item_types["MARKET.PENALTY"]
    context = CheckContext(today=date(2026, 1, 1), synthetic=True, edition=edition, item=item)
    headers = [column.code for column in columns_of(context.item)]
    steps = _Steps(header_plan=assign_headers(headers=headers, context=context), context=context)
    table = ibis.memtable({"occurred_on_value": DAYS}).mutate(t_occurred_on=ibis.literal("given"))
    lengths = clock_lengths()
    columns = {}
    for number, (count, unit) in enumerate(lengths):
        clock = ClockRule(
            start=ClockStart.OCCURRED, count=count, unit=ClockUnit(unit), source="", verified=Verified.UNVERIFIED
        )
        columns[f"r{number}"] = steps._last_day(table, Clocks(shown=clock, used=clock, kept=clock), "shown")
    found = ibis.duckdb.connect().to_pyarrow(table.select("occurred_on_value", **columns)).to_pylist()
    expected = [
        {"occurred_on_value": day}
        | {
            f"r{number}": last_day(started_on=day, count=count, unit=Unit(unit))
            for number, (count, unit) in enumerate(lengths)
        }
        for day in DAYS
    ]
    assert sorted(found, key=lambda row: row["occurred_on_value"]) == expected


@pytest.mark.django_db
def test_the_standing_in_sql_is_that_of_the_rule_in_every_combination() -> None:
    today = date(2028, 2, 29)
    around = [today + timedelta(days=offset) for offset in (-1, 0, 1)]
    combinations = list(product(Change, (False, True), (False, True), around, around, around))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT records_standing(change, is_reversed, is_superseded, shown, used, kept, %s)
            FROM unnest(%s::text[], %s::bool[], %s::bool[], %s::date[], %s::date[], %s::date[])
                WITH ORDINALITY AS given (change, is_reversed, is_superseded, shown, used, kept, place)
            ORDER BY place
            """,
            [today, *[list(column) for column in zip(*combinations, strict=True)]],
        )
        found = [Standing(row[0]) for row in cursor.fetchall()]
    assert found == [
        rules.standing(
            change=change,
            is_reversed=is_reversed,
            is_superseded=is_superseded,
            clocks=ClockDates(shown_until=shown, used_until=used, kept_until=kept),
            today=today,
        )
        for change, is_reversed, is_superseded, shown, used, kept in combinations
    ]
    assert set(found) == set(Standing)


def clock(start: str, count: int, unit: str) -> ClockRule:
    return ClockRule(
        start=ClockStart(start), count=count, unit=ClockUnit(unit), source="", verified=Verified.UNVERIFIED
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_example(case: Mapping[str, Any]) -> None:
    facts = case["facts"]
    if case["function"] == "clock_dates":
        dates = clock_dates(
            clocks=Clocks(**{which: clock(*facts[which]) for which in ("shown", "used", "kept")}),
            occurred_on=facts["occurred_on"],
            ended_on=facts.get("ended_on"),
            document_on=facts.get("document_on"),
        )
        assert (dates.shown_until, dates.used_until, dates.kept_until) == tuple(case["expected"])
    else:
        until = facts["until"]
        standing = rules.standing(
            change=Change(facts.get("change", "ADD")),
            is_reversed=facts.get("is_reversed", False),
            is_superseded=facts.get("is_superseded", False),
            clocks=ClockDates(shown_until=until[0], used_until=until[1], kept_until=until[2]),
            today=facts["today"],
        )
        assert standing.value == case["expected"]


def test_every_rule_of_a_case_is_in_the_law_table() -> None:
    law = (ROOT / "docs/law/rules.md").read_text("utf-8")
    assert {case["rule"] for case in CASES if f"| {case['rule']} |" not in law} == set()


days = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


@settings(max_examples=200)
@given(occurred_on=days, document_on=st.none() | days, ended_on=st.none() | days, data=st.data())
def test_nothing_is_shown_or_used_longer_than_it_is_kept(
    occurred_on: date, document_on: date | None, ended_on: date | None, data: st.DataObject
) -> None:
    edition = editions()[1]
    item = edition.item_types[data.draw(st.sampled_from(sorted(edition.item_types)))]
    clocks = item.clocks[data.draw(st.sampled_from(sorted(item.clocks)))]
    dates = clock_dates(clocks=clocks, occurred_on=occurred_on, ended_on=ended_on, document_on=document_on)
    assert dates.shown_until <= dates.kept_until
    assert dates.used_until <= dates.kept_until


@given(until=st.tuples(days, days, days), today=days, later=days)
def test_what_was_not_shown_any_more_is_never_shown_again(
    until: tuple[date, date, date], today: date, later: date
) -> None:
    rank = {Standing.SHOWN: 0, Standing.USED: 1, Standing.KEPT: 2, Standing.ENDED: 3}

    def standing(on: date) -> int:
        clocks = ClockDates(shown_until=until[0], used_until=until[1], kept_until=until[2])
        return rank[rules.standing(change=Change.ADD, is_reversed=False, is_superseded=False, clocks=clocks, today=on)]

    first, second = sorted((today, later))
    assert standing(first) <= standing(second)
