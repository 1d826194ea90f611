"""Pure rules of logins: the same civil day a year later, codes of 128 bits, overlaps within bounds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies

from chengxin.accounts import rules
from chengxin.accounts.states import CodePurpose


@pytest.mark.parametrize(
    ("confirmed_on", "due_on"),
    [
        (date(2026, 11, 25), date(2027, 11, 25)),
        (date(2027, 12, 31), date(2028, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_a_confirmation_holds_until_the_same_civil_day_a_year_later(confirmed_on: date, due_on: date) -> None:
    on_the_day = rules.confirmation_on(confirmed_on=confirmed_on, today=due_on)
    after = rules.confirmation_on(confirmed_on=confirmed_on, today=due_on + timedelta(days=1))
    assert (on_the_day.due_on, on_the_day.days_left, on_the_day.is_overdue) == (due_on, 0, False)
    assert (after.days_left, after.is_overdue, after.is_near) == (-1, True, False)


@given(strategies.dates(date(2020, 1, 1), date(2100, 1, 1)), strategies.integers(0, 400))
def test_the_due_day_never_comes_earlier_for_a_later_confirmation(confirmed_on: date, later: int) -> None:
    assert rules.confirmation_due_on(confirmed_on + timedelta(days=later)) >= rules.confirmation_due_on(confirmed_on)


def test_a_code_has_128_bits_and_is_read_as_people_type_it() -> None:
    codes = {rules.new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        folded = rules.folded_code(code)
        assert len(folded) == 26
        assert rules.folded_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == folded
        assert all(len(group) <= 5 for group in code.split("-"))


@pytest.mark.parametrize("text", ["", "A" * 25, "A" * 27, "U" * 26, "甲" * 26, "\x00" * 26])
def test_what_is_no_code_is_read_as_none(text: str) -> None:
    assert rules.folded_code(text) == ""


def test_a_code_holds_some_days_as_its_terms_say() -> None:
    for purpose, term in rules.CODE_TERMS.items():
        assert rules.code_valid_until(purpose=purpose, issued_on=date(2028, 2, 27)) == date(2028, 2, 27) + timedelta(
            days=term.valid_days
        )
        assert term.attempts <= 5
    assert set(rules.CODE_TERMS) == set(CodePurpose)


def test_an_overlap_lies_within_its_bounds() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert rules.overlap_until(now=now, days=1) == now + timedelta(days=1)
    for days in (0, 91, -1):
        with pytest.raises(ValueError, match="overlap"):
            rules.overlap_until(now=now, days=days)
