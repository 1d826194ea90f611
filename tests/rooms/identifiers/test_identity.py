import copy
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from chengxin.identifiers import identity
from chengxin.identifiers.identity import IdentityKind, IdentityNumber, MalformedIdentityNumber

TODAY = date(2026, 11, 23)
CHARACTERS = "0123456789X"
born = st.dates(date(1900, 1, 1), TODAY)
sequences = st.integers(0, 999)
divisions = st.sampled_from(["359900", "350102", "352221", "110105", "810000", "820000", "830000", "911008"])


@st.composite
def numbers(draw: st.DrawFn) -> str:
    first17 = f"{draw(divisions)}{draw(born):%Y%m%d}{draw(sequences):03d}"
    return first17 + identity.check_character(first17)


@st.composite
def legacy_numbers(draw: st.DrawFn) -> str:
    born_on = draw(st.dates(date(1900, 1, 1), date(1999, 12, 31)))
    return f"359900{born_on:%y%m%d}{draw(st.integers(0, 995)):03d}"


def parse(text: str) -> IdentityNumber:
    return IdentityNumber.parse(text, today=TODAY)


def is_accepted(text: str) -> bool:
    try:
        parse(text)
    except MalformedIdentityNumber:
        return False
    return True


@given(numbers())
def test_every_single_substitution_is_found(text: str) -> None:
    for place, right in enumerate(text):
        for wrong in CHARACTERS:
            assert wrong == right or not is_accepted(text[:place] + wrong + text[place + 1 :])


@given(numbers())
def test_every_transposition_of_neighbours_is_found(text: str) -> None:
    for place in range(17):
        left, right = text[place], text[place + 1]
        assert left == right or not is_accepted(text[:place] + right + left + text[place + 2 :])


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_character_agrees_with_another_implementation(first17: str) -> None:
    assert identity.check_character(first17) == ric.calc_check_digit(first17 + "0")  # it leaves the last out
    remainder = (1 - 2 * int(first17, 13)) % 11
    assert identity.check_character(first17) == ("X" if remainder == 10 else str(remainder))


@given(numbers())
def test_spaces_around_and_lower_case_change_nothing(text: str) -> None:
    assert parse(f" {text.lower()}\t") == parse(text)
    assert parse(text).reveal() == text


@given(numbers() | legacy_numbers(), numbers() | legacy_numbers())
def test_a_mask_shows_nothing_but_the_first_character(one: str, other: str) -> None:
    assert identity.mask(one) == one[0] + "*" * 15
    assert (identity.mask(one) == identity.mask(other)) == (one[0] == other[0])


@given(st.text())
def test_any_text_is_masked_to_at_most_its_first_character(text: str) -> None:
    shown = identity.mask(text).replace("*", "")
    assert shown in {"", text[:1]}
    assert len(text) >= 15 or shown == ""


@given(numbers() | legacy_numbers())
def test_a_number_shows_itself_masked_in_every_way_of_printing(text: str) -> None:
    number = parse(text)
    printed = [str(number), repr(number), f"{number}", f"{number!r}", "%s" % number, repr([number]), str({1: number})]  # noqa: UP031
    assert all(text not in way and text[-4:] not in way and text[6:14] not in way for way in printed)


@given(numbers())
def test_a_refusal_does_not_repeat_the_number(text: str) -> None:
    wrong = text[:17] + ("0" if text[17] != "0" else "1")
    with pytest.raises(MalformedIdentityNumber) as caught:
        parse(wrong)
    assert wrong[1:] not in str(caught.value) + repr(caught.value) + str(caught.value.details)
    assert caught.value.details == {"value": identity.mask(wrong)}


@given(numbers() | legacy_numbers())
def test_numbers_are_equal_by_value_and_survive_copying(text: str) -> None:
    number = parse(text)
    assert number == parse(text)
    assert hash(number) == hash(parse(text))
    assert copy.deepcopy(number) == pickle.loads(pickle.dumps(number)) == number  # noqa: S301 - made just before


@given(legacy_numbers())
def test_a_legacy_number_leads_to_its_successor(text: str) -> None:
    legacy = parse(text)
    successor = legacy.successor()
    assert (legacy.kind, legacy.canonical_kind) == (IdentityKind.RESIDENT_LEGACY, IdentityKind.RESIDENT)
    assert successor == parse(successor.reveal())
    assert successor.reveal()[:6] + successor.reveal()[8:17] == text
    assert (successor.kind, successor.born_on, successor.division_code) == (
        IdentityKind.RESIDENT,
        legacy.born_on,
        legacy.division_code,
    )
    assert successor != legacy
    assert legacy.is_synthetic
    assert successor.is_synthetic


@given(numbers())
def test_a_full_number_is_its_own_successor(text: str) -> None:
    number = parse(text)
    assert number.successor() is number
    assert number.canonical_kind is number.kind


@given(born, sequences)
def test_synthetic_numbers_are_valid_and_known_for_what_they_are(born_on: date, sequence: int) -> None:
    number = parse(identity.synthetic_number(born_on=born_on, sequence=sequence))
    assert (number.kind, number.born_on, number.is_synthetic) == (IdentityKind.RESIDENT, born_on, True)


@given(st.text() | st.text("0123456789Xx０１９一²٣ ", min_size=15, max_size=18))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    if is_accepted(text):
        assert parse(text).reveal() == text.strip().upper()


@pytest.mark.parametrize(
    ("first17", "kind", "division_code"),
    [
        ("81000019900101001", IdentityKind.HMT_RESIDENCE, "810000"),
        ("82000019900101001", IdentityKind.HMT_RESIDENCE, "820000"),
        ("83000019900101001", IdentityKind.HMT_RESIDENCE, "830000"),
        ("91100819850610002", IdentityKind.FOREIGN_PERMANENT, None),
        ("35040419900101001", IdentityKind.RESIDENT, "350404"),
        ("81000119900101001", IdentityKind.RESIDENT, "810001"),
    ],
)
def test_the_beginning_tells_the_kind(first17: str, kind: IdentityKind, division_code: str | None) -> None:
    number = parse(first17 + identity.check_character(first17))
    assert (number.kind, number.division_code, number.is_synthetic) == (kind, division_code, False)


def test_the_card_of_2017_states_no_date_and_no_division() -> None:
    number = parse("zzz359900850601")
    assert (number.kind, number.born_on, number.division_code) == (IdentityKind.FOREIGN_PERMANENT_2017, None, None)
    assert number.successor() is number
    assert str(number) == "Z***************"


@pytest.mark.parametrize(
    "text", ["３５９９００１９９００１０１００７４", "٣٥٩٩٠٠١٩٩٠٠١٠١٠٠٧٤", "35990019900101007²", "ıAB359900850601"]
)
def test_only_ascii_counts(text: str) -> None:
    with pytest.raises(MalformedIdentityNumber) as caught:
        parse(text)
    assert caught.value.code == "IDENTITY_CHARACTERS"


def test_wrong_calls_are_bugs() -> None:
    with pytest.raises(ValueError, match="three digits"):
        identity.synthetic_number(born_on=TODAY, sequence=1000)
    with pytest.raises(ValueError, match="nobody"):
        identity.synthetic_number(born_on=date(1849, 12, 31), sequence=1)
    with pytest.raises(ValueError, match="seventeen"):
        identity.check_character("1")
