import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.identifiers.identity import IdentityNumber, check_character
from chengxin.matching import rules
from chengxin.matching.rules import Candidate, HeldLine, LeadReason, NameRelation, NumberRelation
from chengxin.persons.rules import canonical_text
from factories import persons as factory

BODIES = st.builds(
    lambda born_on, sequence: factory.number(sequence, born_on=born_on),
    st.dates(date(1900, 1, 1), date(2025, 12, 31)),
    st.integers(0, 999),
)


def candidate(number: IdentityNumber, name: str = "陈小明", *former: str) -> Candidate:
    return Candidate(person_id=1, reference="ABCDEFGHIJKL", number=number, name=name, former_names=former)


@given(BODIES)
def test_every_close_number_is_a_different_one_at_most_169_and_well_formed(number: IdentityNumber) -> None:
    close = rules.close_numbers(number)
    assert len(set(close)) == len(close) <= 169
    for text in close:
        assert text != canonical_text(number)
        assert check_character(text[:17]) == text[17]
        assert rules.number_relation(canonical_text(number), text) in {NumberRelation.ONE_DIGIT, NumberRelation.SWAPPED}


@given(BODIES, BODIES)
def test_relations_of_numbers_are_symmetric(left: IdentityNumber, right: IdentityNumber) -> None:
    one, two = canonical_text(left), canonical_text(right)
    assert rules.number_relation(one, two) is rules.number_relation(two, one)
    assert (rules.number_relation(one, two) is NumberRelation.SAME) == (left == right)


@given(BODIES, st.integers(0, 16), st.sampled_from("0123456789"))
def test_a_number_with_one_other_digit_is_always_among_the_close_ones(
    number: IdentityNumber, place: int, digit: str
) -> None:
    body = canonical_text(number)[:17]
    slipped = body[:place] + digit + body[place + 1 :]
    if slipped != body:
        assert slipped + check_character(slipped) in rules.close_numbers(number)


def test_numbers_of_one_day_and_division_are_all_but_the_number_itself() -> None:
    others = rules.numbers_of_same_birth_and_division(factory.number(7))
    assert len(others) == 999
    assert factory.number_text(7) not in others
    assert factory.number_text(8) in others
    card = IdentityNumber.parse("USA123456789012", today=factory.TODAY)
    assert rules.numbers_of_same_birth_and_division(card) == ()
    assert all(text.startswith("USA") for text in rules.close_numbers(card))


def test_each_reason_and_each_near_miss_of_it() -> None:
    line = HeldLine(number=factory.number(7), name="陈小明")
    same, digit, sibling = factory.number(7), factory.number(8), factory.number(570)
    far = factory.number(7, born_on=date(1991, 6, 18))

    def reason(found: Candidate) -> LeadReason | None:
        leads = rules.explain_leads(line, [found])
        return leads[0].reason if leads else None

    assert reason(candidate(same, "张三")) is LeadReason.NUMBER_SAME_NAME_OTHER
    assert reason(candidate(same)) is LeadReason.NUMBER_SAME_NAME_SAME
    assert reason(candidate(digit)) is LeadReason.NUMBER_CLOSE_NAME_SAME
    assert reason(candidate(digit, "陳小明")) is LeadReason.NUMBER_CLOSE_NAME_SAME
    assert reason(candidate(digit, "张三", "陈小明")) is LeadReason.NUMBER_CLOSE_NAME_SAME
    assert reason(candidate(digit, "陈小朋")) is None
    assert reason(candidate(sibling)) is LeadReason.BIRTH_AND_DIVISION_SAME_NAME_SAME
    assert reason(candidate(sibling, "陈大明")) is None
    assert reason(candidate(far)) is None


def test_every_feature_shows_both_values_masked_and_explains_itself() -> None:
    line = HeldLine(number=factory.number(7), name="陳小明")
    (lead,) = rules.explain_leads(line, [candidate(factory.number(8))])
    assert [shown.code for shown in lead.features] == ["NUMBER", "NAME", "BIRTH"]
    for shown in lead.features:
        assert shown.explanation
        assert shown.left
        assert shown.right
    text = repr(lead)
    for clear in ("小明", factory.number_text(7), factory.number_text(8), "05-17", "0517"):
        assert clear not in text
    name = lead.features[1]
    assert (name.found, name.detail) == (NameRelation.VARIANT, ("TRADITIONAL_VARIANT",))


def test_a_feature_without_docstring_or_with_a_taken_code_cannot_be_registered() -> None:
    def silent(line: HeldLine, found: Candidate) -> tuple[str, str, str, tuple[str, ...]]:
        return str(line), str(found), "", ()

    with pytest.raises(ValueError, match="docstring"):
        rules.feature("SILENT")(silent)
    with pytest.raises(ValueError, match="docstring"):
        rules.feature("NUMBER")(rules.compare_names)


def test_probabilities_are_complete_and_every_relation_has_its_level() -> None:
    relations = {"NUMBER": NumberRelation, "NAME": NameRelation, "BIRTH": rules.BirthRelation}
    assert set(rules.LEVELS) == set(rules.FEATURES)
    for code, levels in rules.LEVELS.items():
        assert {level.found for level in levels} == set(relations[code])
        assert math.isclose(sum(level.m for level in levels), 1)
        assert math.isclose(sum(level.u for level in levels), 1)
