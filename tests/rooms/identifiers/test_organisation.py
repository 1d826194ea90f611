import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from chengxin.identifiers import organisation
from chengxin.identifiers.organisation import ALPHABET, MalformedOrganisationCode, OrganisationCode

texts = st.text(ALPHABET, min_size=9, max_size=9)
digits = st.text("0123456789", min_size=6, max_size=6)
leading = st.text(ALPHABET, min_size=2, max_size=2)


@st.composite
def codes(draw: st.DrawFn) -> str:
    first17 = draw(leading) + draw(digits) + draw(texts)
    return first17 + organisation.check_character(first17)


def is_accepted(text: str) -> bool:
    try:
        OrganisationCode.parse(text)
    except MalformedOrganisationCode:
        return False
    return True


@given(codes())
def test_a_code_falls_into_its_parts(text: str) -> None:
    code = OrganisationCode.parse(f" {text.lower()} ")
    assert str(code) == text
    assert code.registering_body + code.organisation_kind + code.division_code + code.subject_code == text[:17]


@given(codes())
def test_every_single_substitution_is_found(text: str) -> None:
    for place, right in enumerate(text):
        for wrong in ALPHABET + "IOSVZ":
            assert wrong == right or not is_accepted(text[:place] + wrong + text[place + 1 :])


@given(codes())
def test_every_transposition_of_neighbours_is_found(text: str) -> None:
    for place in range(17):
        left, right = text[place], text[place + 1]
        assert left == right or not is_accepted(text[:place] + right + left + text[place + 2 :])


@given(st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=10, max_size=10))
def test_agrees_with_another_implementation_where_that_one_is_right(leading_digits: str, rest: str) -> None:
    # python-stdnum refuses codes whose first two characters are letters; ours must not.
    text = leading_digits + rest
    try:
        uscc.validate(text)
        expected = True
    except ValidationError:
        expected = False
    assert is_accepted(text) == expected
    assert organisation.check_character(text[:17]) == uscc.calc_check_digit(text[:17])


@given(st.text())
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    if is_accepted(text):
        assert str(OrganisationCode.parse(text)) == text.strip().upper()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ORGANISATION_LENGTH"),
        ("91350100M000100Y4", "ORGANISATION_LENGTH"),
        ("91350100M000100Z43", "ORGANISATION_CHARACTERS"),
        ("9135010AM000100Y43", "ORGANISATION_CHARACTERS"),
        ("91350100M000100Y34", "ORGANISATION_CHECK"),
    ],
)
def test_the_refusal_says_why(text: str, code: str) -> None:
    with pytest.raises(MalformedOrganisationCode) as caught:
        OrganisationCode.parse(text)
    assert caught.value.code == code


def test_wrong_calls_are_bugs() -> None:
    for first17 in ("1", "91350100M000100O4"):
        with pytest.raises(ValueError, match="alphabet"):
            organisation.check_character(first17)
