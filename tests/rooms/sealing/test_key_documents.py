"""The published list of keys."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.digests import canonical
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import (
    KIND,
    KeyDocument,
    KeyState,
    KeyUse,
    RevocationReason,
    check_succession,
    open_keys,
    sign_keys,
)
from chengxin.sealing.signed_texts import decode_base64url, key_name, sign_text
from factories import sealing as office

TEXT = office.keys_text()
OPENED = open_keys(TEXT, office.ROOT.public_key())
NAME = key_name(office.REPORT.public_key())
SECOND = timedelta(microseconds=1)


def open_payload(text: str) -> bytes:
    return decode_base64url(text.split(".")[1])


def fault_of(text: str) -> Fault:
    with pytest.raises(NotVerified) as caught:
        open_keys(text, office.ROOT.public_key())
    return caught.value.fault


def states(document: KeyDocument, *moments: datetime, proven_at: datetime | None = None) -> list[KeyState]:
    return [document.state_of(NAME, KeyUse.REPORT, claimed_at=moment, proven_at=proven_at) for moment in moments]


def test_a_list_reads_back_as_it_was_signed() -> None:
    assert replace(OPENED, digest=b"") == office.document()
    assert OPENED.find(NAME, KeyUse.REPORT) == office.entries()[0]
    assert [entry.use for entry in OPENED.of_use(KeyUse.REPORT)] == [KeyUse.REPORT] * 2


def test_what_was_signed_in_time_stays_good_after_rotation_and_nothing_else() -> None:
    assert states(OPENED, office.BEGAN - SECOND, office.BEGAN, office.ROTATED - SECOND, office.ROTATED) == [
        KeyState.NOT_YET,
        KeyState.GOOD,
        KeyState.GOOD,
        KeyState.EXPIRED_AT_SIGNING,
    ]
    assert OPENED.state_of(NAME, KeyUse.RECEIPT, claimed_at=office.SIGNED) is KeyState.UNKNOWN
    assert OPENED.state_of("another", KeyUse.REPORT, claimed_at=office.SIGNED) is KeyState.UNKNOWN


def test_after_a_revocation_only_what_is_proven_older_is_good() -> None:
    since = office.SIGNED
    document = open_keys(office.keys_text(office.revoked(KeyUse.REPORT, since)), office.ROOT.public_key())
    before, at = since - SECOND, since
    assert states(document, before, at) == [KeyState.REVOKED, KeyState.REVOKED]  # its own word counts for nothing
    assert states(document, before, at, proven_at=before) == [KeyState.GOOD, KeyState.REVOKED]
    assert states(document, before, proven_at=at) == [KeyState.REVOKED]
    assert document.state_of(NAME, KeyUse.REPORT, claimed_at=None) is KeyState.REVOKED
    assert document.state_of(NAME, KeyUse.REPORT, claimed_at=None, proven_at=before) is KeyState.GOOD


@pytest.mark.parametrize(
    ("name", "moment", "fault"),
    [
        ("another", office.SIGNED, Fault.UNKNOWN_KEY),
        (NAME, office.ROTATED, Fault.KEY_EXPIRED_AT_SIGNING),
        (NAME, office.BEGAN - SECOND, Fault.KEY_NOT_YET_VALID),
    ],
)
def test_a_state_that_is_not_good_has_its_word(name: str, moment: datetime, fault: Fault) -> None:
    with pytest.raises(NotVerified) as caught:
        OPENED.require_good(name, KeyUse.REPORT, claimed_at=moment)
    assert caught.value.fault is fault
    OPENED.require_good(NAME, KeyUse.REPORT, claimed_at=office.SIGNED)


def test_a_list_signed_by_another_root_is_refused() -> None:
    with pytest.raises(NotVerified) as caught:
        open_keys(TEXT, office.ed25519("another root").public_key())
    assert caught.value.fault is Fault.UNKNOWN_KEY


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 6))
def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    changed = TEXT[:place] + chr(ord(TEXT[place]) ^ 1 << bit) + TEXT[place + 1 :]
    assert fault_of(changed) in {Fault.ALTERED, Fault.MALFORMED, Fault.UNKNOWN_KEY}


@given(st.text())
def test_any_other_text_is_no_list(text: str) -> None:
    assert fault_of(text) is Fault.MALFORMED


def test_a_root_key_does_not_make_a_contradiction_good() -> None:
    contents = json.loads(open_payload(TEXT))
    wrong = [
        {**contents, "format": "chengxin-keys-2"},
        {**contents, "more": 1},
        {**contents, "number": 2},
        {**contents, "number": True},
        {**contents, "previous": "AA"},
        {**contents, "made_at": "2030-01-01"},
        {**contents, "keys": {}},
        {**contents, "report_roots": ["AA=="]},
        {**contents, "keys": [*contents["keys"], contents["keys"][0]]},
    ]
    changes: list[dict[str, object]] = [
        {"name": "another"},
        {"suite": "ed25519-sha256"},
        {"use": "EVERYTHING"},
        {"use": "RECEIPT"},
        {"certificate": None},
        {"certificate": contents["keys"][1]["certificate"]},
        {"origin": office.ORIGIN},
        {"valid_until": contents["keys"][0]["valid_from"]},
        {"valid_from": "2030-01-01T00:00:00Z"},
        {"revoked_from": contents["made_at"]},
        {"jwk": {**contents["keys"][0]["jwk"], "d": "AA"}},
        {"jwk": {**contents["keys"][0]["jwk"], "x": "AA"}},
        {"jwk": []},
    ]
    wrong += [{**contents, "keys": [{**contents["keys"][0], **change}]} for change in changes]
    for contradiction in wrong:
        assert fault_of(sign_text(canonical(contradiction), kind=KIND, signer=office.ROOT)) is Fault.MALFORMED
    assert fault_of(sign_text(canonical(contents), kind="another", signer=office.ROOT)) is Fault.MALFORMED


def test_a_key_of_a_suite_that_is_not_known_is_passed_over() -> None:
    contents = json.loads(open_payload(TEXT))
    contents["keys"][0] |= {"suite": "sm2-sm3", "jwk": {"kty": "EC", "crv": "SM2"}}
    document = open_keys(sign_text(canonical(contents), kind=KIND, signer=office.ROOT), office.ROOT.public_key())
    assert states(document, office.SIGNED) == [KeyState.UNKNOWN]
    assert len(document.keys) == len(OPENED.keys) - 1


def test_a_contradiction_is_not_signed() -> None:
    with pytest.raises(ValueError, match="no list of keys"):
        sign_keys(replace(office.document(), number=7), office.ROOT)


def follow(*changes: dict[str, object]) -> list[KeyDocument]:
    opened = [OPENED]
    for change in changes:
        last = opened[-1]
        following = replace(last, number=last.number + 1, previous=last.digest, digest=b"")
        text = sign_keys(replace(following, **change), office.ROOT)  # type: ignore[arg-type]
        opened.append(open_keys(text, office.ROOT.public_key()))
    return opened


def test_lists_follow_each_other() -> None:
    keys = office.revoked(KeyUse.REPORT, office.SIGNED)
    earlier = office.revoked(KeyUse.REPORT, office.BEGAN)
    check_succession(follow({}, {"keys": keys}, {"keys": earlier}))
    check_succession([OPENED, OPENED])


@pytest.mark.parametrize(
    ("documents", "fault"),
    [
        (follow({"previous": b"\0" * 32}), Fault.SPLIT_VIEW),
        (follow({"issuer": "https://another.invalid"}), Fault.SPLIT_VIEW),
        (follow({"made_at": office.BEGAN}), Fault.SPLIT_VIEW),
        (follow({}, {})[::2], Fault.INCOMPLETE),
        (follow({})[::-1], Fault.INCOMPLETE),
        ([follow({})[1], follow({"made_at": office.NOW})[1]], Fault.SPLIT_VIEW),
        (follow({"keys": office.entries()[1:]}), Fault.ALTERED),
        (
            follow({"keys": (replace(office.entries()[2], valid_until=office.NOW + timedelta(days=900)),)}),
            Fault.ALTERED,
        ),
        (follow({"keys": office.revoked(KeyUse.REPORT, office.SIGNED)}, {"keys": office.entries()}), Fault.ALTERED),
        (
            follow(
                {"keys": office.revoked(KeyUse.REPORT, office.SIGNED)},
                {"keys": office.revoked(KeyUse.REPORT, office.SIGNED + SECOND)},
            ),
            Fault.ALTERED,
        ),
    ],
)
def test_what_is_taken_back_is_seen(documents: list[KeyDocument], fault: Fault) -> None:
    with pytest.raises(NotVerified) as caught:
        check_succession(documents)
    assert caught.value.fault is fault


def test_reasons_are_few() -> None:
    assert {str(reason) for reason in RevocationReason} == {"COMPROMISED", "LOST", "MISISSUED"}
