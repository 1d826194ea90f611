"""Canonical bytes and salted digests."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.digests import LARGEST_NUMBER, canonical, moment_text, salted_digest

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


class Colour(StrEnum):
    RED = "RED"


@given(VALUES)
def test_canonical_bytes_read_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical(value)) == value  # type: ignore[arg-type]


@given(st.dictionaries(TEXTS, VALUES, max_size=6), st.randoms())
def test_canonical_bytes_do_not_depend_on_key_order(value: dict[str, object], random: object) -> None:
    keys = list(value)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert canonical({key: value[key] for key in keys}) == canonical(value)  # type: ignore[arg-type, misc]


def test_keys_are_ordered_by_utf16_units_as_rfc_8785_gives_the_example() -> None:
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical(value))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_are_escaped_as_rfc_8785_gives_the_example() -> None:
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f"
    assert canonical(text) == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


def test_dates_moments_and_enumerations_are_written_as_text() -> None:
    east = datetime(2031, 4, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    value = {"d": date(2031, 4, 1), "m": east, "e": Colour.RED}
    assert canonical(value) == b'{"d":"2031-04-01","e":"RED","m":"2031-04-01T00:00:00.000000Z"}'


@pytest.mark.parametrize("value", [1.0, b"x", {1: 2}, {"a": [object()]}, {1, 2}])
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", datetime(2031, 1, 1)])  # noqa: DTZ001
def test_values_that_others_would_read_otherwise_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(value)  # type: ignore[arg-type]


def test_moments_have_one_spelling() -> None:
    assert moment_text(datetime(2031, 4, 1, tzinfo=UTC)) == "2031-04-01T00:00:00.000000Z"
    assert moment_text(datetime(2031, 4, 1, 0, 0, 0, 7, tzinfo=UTC)) == "2031-04-01T00:00:00.000007Z"


def test_a_salted_digest_is_sha256_over_salt_and_payload() -> None:
    assert salted_digest(b"s" * 16, b"payload") == hashlib.sha256(b"s" * 16 + b"payload").digest()


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        salted_digest(b"s" * length, b"payload")


@given(VALUES)
def test_plain_values_are_written_as_any_others_are(value: object) -> None:
    """Plain dictionaries take a shorter way; a mapping of another type does not."""
    held: dict[str, object] = {"held": value}
    assert canonical(held) == canonical(MappingProxyType(held))  # type: ignore[arg-type]
