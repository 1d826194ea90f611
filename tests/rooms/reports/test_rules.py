"""Numbers of reports, how long they serve, how they stand, and what they say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.reports import rules
from chengxin.reports.states import Extent, ReportState
from chengxin.sealing.digests import canonical
from factories import reports as made

NUMBERS = st.integers(0, 10**19 - 1).map(lambda drawn: rules.new_number(lambda _limit: drawn))


@given(NUMBERS)
def test_a_number_is_read_however_it_is_written(number: str) -> None:
    digits = number.replace("-", "")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    for written in (number, digits, number.replace("-", " "), f" {wide}\n", number.replace("-", "–")):
        assert rules.read_number(written) == number


@given(NUMBERS, st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: str, place: int, more: int) -> None:
    digits = number.replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    assert rules.read_number(wrong) is None


@given(st.text(max_size=100))
def test_no_text_breaks_the_reading(text: str) -> None:
    read = rules.read_number(text)
    assert read is None or rules.read_number(read) == read


def test_numbers_are_drawn_and_not_counted() -> None:
    numbers = {rules.new_number() for _ in range(500)}
    assert len(numbers) == 500
    assert {rules.read_number(number) for number in numbers} == numbers


@pytest.mark.parametrize(
    ("issued_at", "last_on"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), date(2027, 1, 15)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 16)),
        (datetime(2028, 2, 14, 4, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_last_day_is_a_civil_day_and_still_counts(issued_at: datetime, last_on: date) -> None:
    assert rules.last_day_of(issued_at) == last_on
    until = rules.valid_until(issued_at)
    assert until == datetime(last_on.year, last_on.month, last_on.day, 16, tzinfo=UTC)
    states = [
        rules.state_of(is_withdrawn=False, valid_until=until, holds=True, now=until + timedelta(microseconds=step))
        for step in (-1, 0)
    ]
    assert states == [ReportState.GOOD, ReportState.OVER]


@pytest.mark.parametrize("facts", list(product((True, False), repeat=3)))
def test_withdrawn_before_over_before_superseded(facts: tuple[bool, bool, bool]) -> None:
    withdrawn, over, holds = facts
    until = rules.valid_until(made.ISSUED)
    state = rules.state_of(is_withdrawn=withdrawn, valid_until=until, holds=holds, now=until if over else made.ISSUED)
    expected = {
        (False, False, True): ReportState.GOOD,
        (False, False, False): ReportState.SUPERSEDED,
    }.get(facts, ReportState.WITHDRAWN if withdrawn else ReportState.OVER)
    assert state is expected


def test_what_a_report_says_has_a_canonical_form_and_leaves_out_what_was_not_wished_for() -> None:
    whole = made.contents()
    data = rules.data_of(whole)
    assert canonical(data)
    assert list(data) == ["extent", "last_on", "subject", "items", "authorisations", "looks"]
    less = rules.data_of(replace(whole, extent=Extent.ITEMS, allowed=None, looks=None))
    assert list(less) == ["extent", "last_on", "subject", "items"]


def test_the_credential_discloses_the_person_and_each_item_apart() -> None:
    subject, items = rules.disclosures_of(made.contents(items=3))
    assert set(subject) == {"name", "masked_number", "birth_year"}
    assert [item["reference"] for item in items] == [
        item["reference"] for item in rules.data_of(made.contents(items=3))["items"]
    ]
