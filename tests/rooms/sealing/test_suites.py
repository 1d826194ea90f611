"""Seals and blind indexes."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.suites import SUITE, SUITES, BlindIndex, SealBroken, seal, seal_many, unseal, unseal_many

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_a_sealed_value_opens_in_its_place(plaintext: bytes, context: bytes) -> None:
    assert unseal(KEY, seal(KEY, plaintext, context=context), context=context) == plaintext


@given(st.binary(max_size=40), st.integers(min_value=0), st.integers(0, 7))
def test_any_changed_bit_breaks_the_seal(plaintext: bytes, place: int, bit: int) -> None:
    sealed = bytearray(seal(KEY, plaintext, context=b"row 1"))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBroken):
        unseal(KEY, bytes(sealed), context=b"row 1")


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28])
def test_a_cut_value_does_not_open(length: int) -> None:
    with pytest.raises(SealBroken):
        unseal(KEY, seal(KEY, b"contents", context=b"")[:length], context=b"")


def test_a_value_does_not_open_in_another_place_or_with_another_key() -> None:
    sealed = seal(KEY, b"contents", context=b"row 1")
    with pytest.raises(SealBroken):
        unseal(KEY, sealed, context=b"row 2")
    with pytest.raises(SealBroken):
        unseal(OTHER_KEY, sealed, context=b"row 1")


def test_many_values_are_sealed_each_in_its_own_place_with_its_own_nonce() -> None:
    plaintexts = [b"same"] * 500
    contexts = [str(row).encode() for row in range(500)]
    sealed = seal_many(KEY, plaintexts, contexts)
    assert unseal_many(KEY, sealed, contexts) == plaintexts
    assert len({value[1:13] for value in sealed}) == 500
    assert {value[0] for value in sealed} == {1}
    with pytest.raises(SealBroken):
        unseal_many(KEY, sealed[::-1], contexts)


def test_seals_without_as_many_contexts_are_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        seal_many(KEY, [b"a", b"b"], [b"c"])
    assert seal_many(KEY, [], []) == []


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(b"k" * length, b"", context=b"")
    with pytest.raises(ValueError, match="32 bytes"):
        BlindIndex(b"k" * length)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_a_blind_index_is_hmac_sha256_cut_to_16_bytes(texts: list[str]) -> None:
    index = BlindIndex(KEY)
    expected = [hmac.digest(KEY, text.encode(), "sha256")[:16] for text in texts]
    assert index.of_many(texts) == expected
    prefixed = [f"x|{text}" for text in texts]
    assert index.of_encoded([text.encode() for text in texts], prefix=b"x|") == index.of_many(prefixed)
    assert [index.of(text) for text in texts] == expected


def test_a_blind_index_shows_nothing_of_its_key() -> None:
    assert KEY.hex() not in repr(BlindIndex(KEY))


def test_the_suite_is_named_by_its_version_byte() -> None:
    assert SUITES[seal(KEY, b"", context=b"")[0]] == SUITE
