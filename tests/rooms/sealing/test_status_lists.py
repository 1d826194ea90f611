"""Token status lists."""

import json
import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.credentials import StatusReference
from chengxin.sealing.digests import canonical
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import open_keys
from chengxin.sealing.signed_texts import decode_base64url, encode_base64url, sign_text
from chengxin.sealing.status_lists import KIND, MOST_STATES, ReportState, find_state, read_states, sign_states, value_at
from factories import sealing as office

KEYS = open_keys(office.keys_text(), office.ROOT.public_key())
URI = f"{office.ISSUER}/statuses/1"
TEXT = office.status_list(ReportState.VALID)
STATES = st.lists(st.sampled_from(ReportState), min_size=1, max_size=50)


def listed(in_order: Sequence[ReportState], **changed: Any) -> str:  # noqa: ANN401 - arguments
    arguments: dict[str, Any] = {
        "states": dict(enumerate(in_order)), "size": len(in_order), "uri": URI, "signed_at": office.NOW,
        "valid_until": office.ENDS, "signer": office.NEXT_REPORT,
    } | changed  # fmt: skip
    return sign_states(**arguments)


def state(text: str, index: int = 17, uri: str = URI) -> ReportState:
    return find_state(text, StatusReference(uri=uri, index=index), KEYS, now=office.NOW).state


def fault_of(text: str, index: int = 17, uri: str = URI) -> Fault:
    with pytest.raises(NotVerified) as caught:
        state(text, index, uri)
    return caught.value.fault


def test_the_published_example_of_packing_and_compressing() -> None:
    statuses = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    raw = zlib.decompress(decode_base64url("eNrbuRgAAhcBXQ"))
    assert [value_at(raw, index, 1) for index in range(16)] == statuses


@given(STATES)
def test_every_state_is_found_at_its_place(states: list[ReportState]) -> None:
    text = listed(states)
    assert [state(text, index) for index in range(len(states))] == states
    others = {place: one for place, one in enumerate(states) if one is not ReportState.VALID}
    assert read_states(text, uri=URI, keys=KEYS) == others


def test_places_that_nobody_named_are_valid_and_a_state_beyond_the_list_is_a_bug() -> None:
    text = listed([ReportState.WITHDRAWN], size=9)
    assert [state(text, index) for index in range(9)] == [ReportState.WITHDRAWN] + [ReportState.VALID] * 8
    for states, size in (({9: ReportState.VALID}, 9), ({-1: ReportState.VALID}, 9), ({}, MOST_STATES + 1)):
        with pytest.raises(ValueError, match="places"):
            listed([], states=states, size=size)


def test_another_list_an_old_one_and_a_place_beyond_are_refused() -> None:
    assert state(TEXT) is ReportState.VALID
    assert fault_of(TEXT, uri="https://another.invalid") is Fault.PARTS_DISAGREE
    assert fault_of(office.status_list(ReportState.VALID, until=office.NOW)) is Fault.OVER
    assert fault_of(TEXT, index=20) is Fault.MALFORMED
    assert fault_of(listed([], signer=office.p256("another"))) is Fault.UNKNOWN_KEY
    late = listed([], signed_at=office.ENDS, valid_until=office.ENDS + timedelta(1))
    assert fault_of(late) is Fault.KEY_EXPIRED_AT_SIGNING


def test_a_list_that_unfolds_without_end_or_contradicts_itself_is_refused() -> None:
    payload = json.loads(decode_base64url(TEXT.split(".")[1]))
    bomb = encode_base64url(zlib.compress(bytes(MOST_STATES)))
    for change, fault in (
        ({"lst": bomb}, Fault.TOO_LARGE),
        ({"lst": encode_base64url(b"text")}, Fault.MALFORMED),
        ({"lst": payload["status_list"]["lst"][:-4]}, Fault.MALFORMED),
        ({"lst": 1}, Fault.MALFORMED),
        ({"bits": 1}, Fault.MALFORMED),
        ({"bits": True}, Fault.MALFORMED),
        ({"lst": encode_base64url(zlib.compress(b"\xaa" * 9))}, Fault.MALFORMED),
    ):
        changed = {**payload, "status_list": {**payload["status_list"], **change}}
        assert fault_of(sign_text(canonical(changed), kind=KIND, signer=office.NEXT_REPORT)) is fault, change
    for whole in ({**payload, "iat": None}, {**payload, "status_list": 1}):
        assert fault_of(sign_text(canonical(whole), kind=KIND, signer=office.NEXT_REPORT)) is Fault.MALFORMED


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 6))
def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    changed = TEXT[:place] + chr(ord(TEXT[place]) ^ 1 << bit) + TEXT[place + 1 :]
    assert fault_of(changed) in {Fault.ALTERED, Fault.MALFORMED, Fault.UNKNOWN_KEY}
