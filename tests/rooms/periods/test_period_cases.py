"""The worked examples of tests/cases/periods.toml, and that their rules are in the law table."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from chengxin.authority.decisions import Refused
from chengxin.periods.calendars import WorkCalendar, working_days_between
from chengxin.periods.civil import civil_date, is_adult
from chengxin.periods.terms import Term, Unit, due_on, last_day

ROOT = Path(__file__).parents[3]
TABLE = tomllib.loads((ROOT / "tests/cases/periods.toml").read_text("utf-8"))
CALENDARS = {name: WorkCalendar.of_announcement(**announced) for name, announced in TABLE["calendars"].items()}

Facts = Mapping[str, Any]
FUNCTIONS: dict[str, Callable[[Facts], object]] = {
    "last_day": lambda facts: last_day(started_on=facts["started_on"], count=facts["count"], unit=Unit(facts["unit"])),
    "due_on": lambda facts: due_on(
        started_on=facts["started_on"],
        term=Term(facts["count"], Unit(facts["unit"]), rule="R-TERM-01"),
        calendar=CALENDARS[facts["calendar"]],
    ),
    "working_days_between": lambda facts: working_days_between(
        started_on=facts["started_on"], ended_on=facts["ended_on"], calendar=CALENDARS[facts["calendar"]]
    ),
    "civil_date": lambda facts: civil_date(facts["moment"]),
    "is_adult": lambda facts: is_adult(born_on=facts["born_on"], on=facts["on"]),
}


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["name"])
def test_worked_example(case: Mapping[str, Any]) -> None:
    function = FUNCTIONS[case["function"]]
    if "refused" in case:
        with pytest.raises(Refused) as caught:
            function(case["facts"])
        assert caught.value.code == case["refused"]
    else:
        assert function(case["facts"]) == case["expected"]


def test_every_rule_of_a_case_is_in_the_law_table() -> None:
    law = (ROOT / "docs/law/rules.md").read_text("utf-8")
    assert {case["rule"] for case in TABLE["case"] if f"| {case['rule']} |" not in law} == set()


def test_the_calendar_of_2025_in_the_cases_is_the_published_one() -> None:
    first_on = CALENDARS["2025"].first_on
    for offset in range(365):
        day = first_on + timedelta(days=offset)
        assert CALENDARS["2025"].is_working_day(day) == chinese_calendar.is_workday(day), day
