"""Credentials: ours, and as the reference library of RFC 9901 reads and writes them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from chengxin.sealing.credentials import (
    Challenge,
    bind_presentation,
    issue_credential,
    present_credential,
    verify_credential,
)
from chengxin.sealing.digests import canonical
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyUse, open_keys
from chengxin.sealing.signed_texts import decode_base64url, encode_base64url, key_name, public_jwk, sign_text
from factories import sealing as office

KEYS = open_keys(office.keys_text(), office.ROOT.public_key())
TEXT = office.credential()
HOLDER = office.p256("holder")
CHALLENGE = Challenge(audience="https://bank.example.invalid", nonce="n-1")


def fault_of(text: str, challenge: Challenge | None = None) -> Fault:
    with pytest.raises(NotVerified) as caught:
        verify_credential(text, KEYS, challenge=challenge)
    return caught.value.fault


def test_a_credential_proves_what_it_was_issued_over() -> None:
    facts = verify_credential(TEXT, KEYS)
    issued = office.contents(office.report_json())
    assert (facts.number, facts.issuer, facts.report_sha256) == (issued.number, issued.issuer, issued.report_sha256)
    assert (facts.issued_at, facts.valid_until) == (issued.issued_at, issued.valid_until)
    assert (facts.subject, list(facts.items), facts.status) == (issued.subject, issued.items, issued.status)
    assert (facts.withheld_count, facts.is_bound) == (0, False)


def test_what_is_withheld_cannot_be_read_and_the_rest_holds() -> None:
    shown = present_credential(TEXT, keep=lambda name, value: name == "reference" or value == office.DATA["items"][1])
    facts = verify_credential(shown, KEYS)
    assert (facts.subject, facts.items, facts.withheld_count) == ({"reference": "P-1"}, (office.DATA["items"][1],), 2)
    decoded = [decode_base64url(part) for part in shown.replace("~", ".").split(".")[:2] + shown.split("~")[1:-1]]
    assert "陈测试".encode() not in b"".join(decoded)
    assert verify_credential(present_credential(TEXT, keep=lambda *_: False), KEYS).withheld_count == 4


def test_the_reference_library_reads_what_we_issue() -> None:
    key = JWK(**public_jwk(office.REPORT.public_key()))
    shown = present_credential(TEXT, keep=lambda name, _: name in {None, "name"})
    payload = SDJWTVerifier(shown, lambda *_: key).get_verified_payload()
    assert payload["subject"] == {"name": "陈测试"}
    assert payload["items"] == office.DATA["items"]
    assert payload["number"] == office.NUMBER


def test_the_reference_library_reads_what_a_holder_has_bound() -> None:
    text = issue_credential(
        replace(office.contents(office.report_json()), holder=HOLDER.public_key()), signer=office.REPORT
    )
    bound = bind_presentation(text, challenge=CHALLENGE, holder=HOLDER, now=office.NOW)
    key = JWK(**public_jwk(office.REPORT.public_key()))
    read = SDJWTVerifier(bound, lambda *_: key, CHALLENGE.audience, CHALLENGE.nonce)
    assert read.get_verified_payload()["cnf"] == {"jwk": public_jwk(HOLDER.public_key())}
    assert verify_credential(bound, KEYS, challenge=CHALLENGE).is_bound


def test_we_read_what_the_reference_library_issues() -> None:
    numbers = office.REPORT.private_numbers()
    secret = encode_base64url(numbers.private_value.to_bytes(32))
    issued = SDJWTIssuer(
        {
            "iss": office.ISSUER,
            "vct": "https://credit.example.invalid/credentials/report-1",
            "iat": int(office.SIGNED.timestamp()),
            "exp": int(office.VALID_UNTIL.timestamp()),
            "number": office.NUMBER,
            "report_sha256": "00" * 32,
            "subject": {SDObj("name"): "陈测试"},
            "items": [SDObj("one"), SDObj("two")],
        },
        JWK(**public_jwk(office.REPORT.public_key()), d=secret),
        extra_header_parameters={"typ": "dc+sd-jwt", "kid": key_name(office.REPORT.public_key())},
    ).sd_jwt_issuance
    facts = verify_credential(issued, KEYS)
    assert (facts.subject, facts.items) == ({"name": "陈测试"}, ("one", "two"))


def test_a_presentation_is_bound_to_its_reader_and_its_question() -> None:
    text = issue_credential(
        replace(office.contents(office.report_json()), holder=HOLDER.public_key()), signer=office.REPORT
    )
    bound = bind_presentation(text, challenge=CHALLENGE, holder=HOLDER, now=office.NOW)
    assert fault_of(bound, challenge=replace(CHALLENGE, nonce="n-2")) is Fault.REPLAYED
    assert fault_of(bound, challenge=replace(CHALLENGE, audience="https://other.invalid")) is Fault.REPLAYED
    assert fault_of(bound) is Fault.PARTS_DISAGREE
    assert fault_of(text, challenge=CHALLENGE) is Fault.PARTS_DISAGREE
    assert fault_of(TEXT, challenge=CHALLENGE) is Fault.PARTS_DISAGREE
    less = "~".join([*bound.split("~")[:2], *bound.split("~")[3:]])
    assert fault_of(less, challenge=CHALLENGE) is Fault.ALTERED
    by_another = bind_presentation(text, challenge=CHALLENGE, holder=office.p256("thief"), now=office.NOW)
    assert fault_of(by_another, challenge=CHALLENGE) is Fault.UNKNOWN_KEY
    unbound = bind_presentation(TEXT, challenge=CHALLENGE, holder=HOLDER, now=office.NOW)
    assert fault_of(unbound, challenge=CHALLENGE) is Fault.PARTS_DISAGREE


def test_a_disclosure_that_belongs_to_another_or_stands_twice_is_refused() -> None:
    signed, *disclosures = TEXT.split("~")
    other = issue_credential(office.contents(office.report_json()), signer=office.REPORT, draw=office.salts("other"))
    assert fault_of("~".join([signed, other.split("~")[1], ""])) is Fault.ALTERED
    assert fault_of("~".join([signed, disclosures[0], *disclosures])) is Fault.REPLAYED
    assert fault_of(signed) is Fault.MALFORMED


def test_a_credential_of_another_key_time_or_platform_is_refused() -> None:
    contents = office.contents(office.report_json())
    assert fault_of(issue_credential(contents, signer=office.p256("thief"))) is Fault.UNKNOWN_KEY
    late = replace(contents, issued_at=office.ROTATED)
    assert fault_of(issue_credential(late, signer=office.REPORT)) is Fault.KEY_EXPIRED_AT_SIGNING
    elsewhere = replace(contents, issuer="https://another.invalid")
    assert fault_of(issue_credential(elsewhere, signer=office.REPORT)) is Fault.PARTS_DISAGREE


def test_after_a_revocation_a_proof_of_age_is_needed() -> None:
    keys = open_keys(office.keys_text(office.revoked(KeyUse.REPORT, office.NOW)), office.ROOT.public_key())
    with pytest.raises(NotVerified) as caught:
        verify_credential(TEXT, keys)
    assert caught.value.fault is Fault.KEY_REVOKED
    assert verify_credential(TEXT, keys, proven_at=office.NOW - timedelta(days=1)).number == office.NUMBER


def test_the_key_of_reports_does_not_make_a_contradiction_good() -> None:
    payload = json.loads(decode_base64url(TEXT.split(".")[1]))
    nested = encode_base64url(canonical(["salt", "name", {"_sd": []}]))
    changes: list[dict[str, Any]] = [
        {"_sd_alg": "sha-512"},
        {"more": 1},
        {"iat": "1"},
        {"iat": 2**52},
        {"exp": None},
        {"exp": True},
        {"number": ""},
        {"report_sha256": "00"},
        {"report_sha256": "0G" * 32},
        {"report_sha256": payload["report_sha256"].upper()},
        {"status": {"status_list": {"idx": -1, "uri": "x"}}},
        {"status": []},
        {"cnf": {"kid": "x"}},
        {"subject": {"_sd": [1]}},
        {"subject": {"_sd": payload["subject"]["_sd"] * 2}},
        {"subject": {"name": "plain"}},
        {"items": {}},
        {"items": ["plain"]},
        {"items": [{"...": [1]}]},
    ]
    for change in changes:
        text = sign_text(canonical({**payload, **change}), kind="dc+sd-jwt", signer=office.REPORT) + "~"
        assert fault_of(text) is Fault.MALFORMED, change
    for disclosure in (nested, encode_base64url(b"[1]"), encode_base64url(b'["s","_sd",1]'), "!", ""):
        assert fault_of(f"{TEXT}{disclosure}~") in {Fault.MALFORMED, Fault.ALTERED}


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 6))
def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    changed = TEXT[:place] + chr(ord(TEXT[place]) ^ 1 << bit) + TEXT[place + 1 :]
    assert fault_of(changed) in {Fault.ALTERED, Fault.MALFORMED, Fault.UNKNOWN_KEY, Fault.PARTS_DISAGREE}


@given(st.text())
def test_any_other_text_is_no_credential(text: str) -> None:
    assert fault_of(text) is Fault.MALFORMED


def test_names_of_the_format_are_not_issued_as_fields() -> None:
    with pytest.raises(ValueError, match="keeps for itself"):
        issue_credential(replace(office.contents(b""), subject={"_sd": 1}), signer=office.REPORT)
