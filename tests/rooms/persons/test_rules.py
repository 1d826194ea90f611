from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.identifiers.identity import IdentityNumber
from chengxin.identifiers.names import fold_name
from chengxin.persons import rules
from chengxin.persons.rules import FeedLine, Known, ReadLine
from chengxin.persons.states import FeedKind, FeedOutcome
from factories import persons as factory

DAY = date(2020, 1, 1)
KNOWN = Known(
    person_key=1,
    is_current_number=True,
    number_since_on=DAY,
    name_digest=b"name",
    name_since_on=DAY,
    died_on=None,
)
LATER = DAY + timedelta(days=1)
LINES = {
    FeedKind.NEW: ReadLine(FeedKind.NEW, factory.BORN_ON, b"a", b"name", LATER, None, None, None),
    FeedKind.NAME_CHANGE: ReadLine(FeedKind.NAME_CHANGE, factory.BORN_ON, b"a", b"name", LATER, None, b"new", None),
    FeedKind.NUMBER_CHANGE: ReadLine(FeedKind.NUMBER_CHANGE, factory.BORN_ON, b"a", b"name", LATER, b"b", None, None),
    FeedKind.DEATH: ReadLine(FeedKind.DEATH, factory.BORN_ON, b"a", b"name", None, None, None, LATER),
    FeedKind.DEATH_WITHDRAWN: ReadLine(FeedKind.DEATH_WITHDRAWN, None, b"a", b"name", None, None, None, None),
    FeedKind.CORRECTION: ReadLine(FeedKind.CORRECTION, factory.BORN_ON, b"a", b"name", None, None, b"new", None),
}
CHANGES = [kind for kind in FeedKind if kind is not FeedKind.NEW]


def known_for(kind: FeedKind) -> Known:
    return replace(KNOWN, died_on=DAY) if kind is FeedKind.DEATH_WITHDRAWN else KNOWN


def test_a_legacy_number_and_its_successor_have_one_text() -> None:
    legacy = IdentityNumber.parse("359900900517001", today=factory.TODAY)
    assert rules.canonical_text(legacy) == rules.canonical_text(factory.number(1))


@pytest.mark.parametrize("synthetic", [True, False])
def test_only_numbers_of_the_right_world_are_accepted(synthetic: bool) -> None:  # noqa: FBT001 - a parameter of tests
    assert rules.is_accepted_number(factory.number(), synthetic=synthetic) is synthetic
    published_example = IdentityNumber.parse("11010519491231002X", today=factory.TODAY)
    assert rules.is_accepted_number(published_example, synthetic=synthetic) is not synthetic


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("陈小明", None),
        ("阿凡提·买买提", None),
        ("O'Neil Mary-Ann", None),
        ("㛃𬍛", None),
        ("", "NAME_EMPTY"),
        ("  ", "NAME_EMPTY"),
        ("\u3164", "NAME_EMPTY"),  # a letter without ink
        ("陈" * 101, "NAME_LENGTH"),
        ("陈1", "NAME_CHARACTERS"),
        ("陈\x00明", "NAME_CHARACTERS"),
        ("陈\ud800", "NAME_CHARACTERS"),
        ("陈\u202e明", "NAME_CHARACTERS"),
    ],
)
def test_a_name_is_a_name(name: str, fault: str | None) -> None:
    assert rules.name_fault(name, folded=fold_name(name)) == fault


@given(st.text(max_size=120))
def test_a_name_without_fault_can_be_stored_and_compared(name: str) -> None:
    if rules.name_fault(name, folded=fold_name(name)) is None:
        assert name.strip().encode()
        assert fold_name(name).encode()


@given(st.text(max_size=120))
def test_a_masked_name_shows_one_character_at_most(name: str) -> None:
    assert len(rules.masked_name(name)) <= 3


@pytest.mark.parametrize("kind", list(FeedKind))
def test_a_line_with_exactly_its_fields_has_a_right_shape_and_each_missing_or_further_field_rejects_it(
    kind: FeedKind,
) -> None:
    values: dict[str, Any] = {
        "name": "陈小明",
        "effective_on": DAY,
        "new_identity_number": factory.number_text(2),
        "new_name": "陈大明",
        "died_on": DAY,
    }
    asked = set(rules.REQUIRED[kind]) | ({"new_name"} if kind is FeedKind.CORRECTION else set())
    right = FeedLine(kind.value, factory.number_text(), **{key: values[key] for key in asked})
    assert rules.shape_verdict(kind, right, today=factory.TODAY) is None
    for missing in rules.REQUIRED[kind]:
        absent: dict[str, Any] = {missing: None}
        verdict = rules.shape_verdict(kind, replace(right, **absent), today=factory.TODAY)
        assert verdict is not None
        assert (verdict.outcome, verdict.code) == (FeedOutcome.REJECTED, "FIELD_MISSING")
    for further in set(values) - asked - set(rules.OPTIONAL[kind]):
        verdict = rules.shape_verdict(kind, replace(right, **{further: values[further]}), today=factory.TODAY)
        assert verdict is not None
        assert verdict.code == "FIELD_UNEXPECTED"


def test_a_correction_corrects_something() -> None:
    line = FeedLine("CORRECTION", factory.number_text(), "陈小明")
    verdict = rules.shape_verdict(FeedKind.CORRECTION, line, today=factory.TODAY)
    assert verdict is not None
    assert verdict.code == "NOTHING_TO_CORRECT"


def test_no_fact_holds_from_tomorrow_on() -> None:
    line = FeedLine("NEW", factory.number_text(), "陈小明", factory.TODAY)
    assert rules.shape_verdict(FeedKind.NEW, line, today=factory.TODAY) is None
    verdict = rules.shape_verdict(FeedKind.NEW, line, today=factory.TODAY - timedelta(days=1))
    assert verdict is not None
    assert verdict.code == "DATE_FUTURE"


@pytest.mark.parametrize("kind", list(FeedKind))
def test_nothing_holds_before_birth(kind: FeedKind) -> None:
    day = factory.BORN_ON - timedelta(days=1)
    line = replace(LINES[kind], born_on=factory.BORN_ON)
    line = replace(line, died_on=day) if kind is FeedKind.DEATH else replace(line, effective_on=day)
    assert rules.judge(line, None, None).code == "DATE_BEFORE_BIRTH"


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_attaches_only_by_current_number_and_agreeing_name(kind: FeedKind) -> None:
    line, known = LINES[kind], known_for(kind)
    assert rules.judge(line, known, None).outcome is FeedOutcome.ACCEPTED
    for code, changed_line, changed in (
        ("NUMBER_UNKNOWN", line, None),
        ("NAME_DISAGREES", replace(line, name_digest=b"other"), known),
        ("NUMBER_SUPERSEDED", line, replace(known, is_current_number=False)),
    ):
        verdict = rules.judge(changed_line, changed, None)
        assert (verdict.outcome, verdict.code) == (FeedOutcome.HELD, code)


def test_a_new_line_about_somebody_known_changes_nothing_or_is_held() -> None:
    line = LINES[FeedKind.NEW]
    assert rules.judge(line, None, None).outcome is FeedOutcome.ACCEPTED
    assert rules.judge(line, KNOWN, None).outcome is FeedOutcome.UNCHANGED
    assert rules.judge(line, replace(KNOWN, name_digest=b"other"), None).code == "NAME_DISAGREES"
    assert rules.judge(line, replace(KNOWN, is_current_number=False), None).code == "NUMBER_SUPERSEDED"


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (FeedKind.NAME_CHANGE, replace(KNOWN, name_digest=b"new", name_since_on=LATER)),
        (FeedKind.DEATH, replace(KNOWN, died_on=LATER)),
        (FeedKind.DEATH_WITHDRAWN, KNOWN),
        (FeedKind.CORRECTION, replace(KNOWN, name_digest=b"new")),
    ],
)
def test_what_was_applied_changes_nothing_again(kind: FeedKind, after: Known) -> None:
    assert rules.judge(LINES[kind], after, None).outcome is FeedOutcome.UNCHANGED


def test_a_number_change_that_was_applied_changes_nothing_again() -> None:
    line = LINES[FeedKind.NUMBER_CHANGE]
    before, now = replace(KNOWN, is_current_number=False), KNOWN
    assert rules.judge(line, before, now).outcome is FeedOutcome.UNCHANGED
    assert rules.judge(line, KNOWN, replace(KNOWN, person_key=2)).code == "NUMBER_TAKEN"
    assert rules.judge(line, KNOWN, replace(KNOWN, is_current_number=False)).code == "NUMBER_RETURNS"
    assert rules.judge(replace(line, new_blind=b"a"), KNOWN, KNOWN).code == "NUMBER_SAME"


def test_names_and_numbers_change_forward_only() -> None:
    for kind in (FeedKind.NAME_CHANGE, FeedKind.NUMBER_CHANGE):
        assert rules.judge(replace(LINES[kind], effective_on=DAY), KNOWN, None).code == "OUT_OF_ORDER"


def test_the_dead_change_neither_name_nor_number() -> None:
    dead = replace(KNOWN, died_on=DAY)
    for kind in (FeedKind.NAME_CHANGE, FeedKind.NUMBER_CHANGE):
        assert rules.judge(LINES[kind], dead, None).code == "PERSON_DECEASED"
    assert rules.judge(LINES[FeedKind.DEATH], dead, None).code == "DEATH_DATE_DISAGREES"
    correction = replace(LINES[FeedKind.CORRECTION], died_on=LATER, new_name_digest=None)
    assert rules.judge(correction, dead, None).outcome is FeedOutcome.ACCEPTED
    assert rules.judge(correction, KNOWN, None).code == "PERSON_NOT_DECEASED"
