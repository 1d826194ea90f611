"""Trust files, states of the ledger, proofs of events and of age, receipts, and the portal's word on a report."""

import hashlib
import json
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.cosignatures import WitnessPolicy
from chengxin.sealing.event_proofs import proven_moment, verify_event_proof
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyUse, open_keys, sign_keys
from chengxin.sealing.receipts import (
    AUTHORISATION_TYPE,
    LOOK_TYPE,
    ReceiptBroken,
    key_name,
    open_receipt,
    public_jwk,
    verify_receipt,
)
from chengxin.sealing.trust import Trust
from factories import sealing as office

LOG = office.log()
PDF = office.report()
DIGEST = hashlib.sha256(PDF).digest()
ISSUED = LOG.append(office.event_payload("reports.report.issued", {"file_sha256": DIGEST.hex()}))
TRUST = office.trust()
KEYS = TRUST.require_keys()
FILE = TRUST.to_text()


def keys_with(use: KeyUse) -> KeyDocument:
    return open_keys(office.keys_text(office.revoked(use, office.SIGNED + timedelta(days=1))), office.ROOT.public_key())


def refused(fault: Fault) -> AbstractContextManager[object]:
    return pytest.raises(NotVerified, check=lambda caught: caught.fault is fault)


def test_a_trust_file_reads_back_as_it_was_written() -> None:
    assert Trust.parse(FILE) == TRUST
    bare = Trust(issuer=office.ISSUER, root=office.ROOT.public_key())
    assert Trust.parse(bare.to_text()) == bare
    with pytest.raises(NotVerified):
        bare.require_keys()
    with refused(Fault.TRUST_MISSING):
        bare.open_state(LOG.checkpoint())


@pytest.mark.parametrize(
    "change",
    [
        {"format": "chengxin-trust-2"},
        {"more": 1},
        {"issuer": 1},
        {"root": {}},
        {"root": json.loads(FILE)["root"] | {"d": "AA"}},
        {"ledger": "a+b+c"},
        {"ledger": 1},
        {"witnesses": None},
        {"witnesses": {"needed": 4, "keys": json.loads(FILE)["witnesses"]["keys"]}},
        {"witnesses": {"needed": 1, "keys": [1]}},
        {"witnesses": {"needed": True, "keys": []}},
        {"keys": 1},
        {"keys": "x"},
        {"least_number": "1"},
    ],
)
def test_other_trust_files_are_refused(change: dict[str, object]) -> None:
    with refused(Fault.MALFORMED):
        Trust.parse(json.dumps({**json.loads(FILE), **change}))


@given(st.text())
def test_any_other_text_is_no_trust_file(text: str) -> None:
    with refused(Fault.MALFORMED):
        Trust.parse(text)


def test_lists_of_keys_of_others_and_older_ones_are_refused() -> None:
    elsewhere = sign_keys(office.document(issuer="https://another.invalid"), office.ROOT)
    with refused(Fault.PARTS_DISAGREE):
        TRUST.open_keys(elsewhere)
    with refused(Fault.PARTS_DISAGREE):
        TRUST.newest(elsewhere)
    with refused(Fault.SPLIT_VIEW):
        TRUST.open_keys(office.keys_text(office.revoked(KeyUse.REPORT, office.NOW)))
    newer = sign_keys(office.document(number=2, previous=KEYS.digest), office.ROOT)
    ahead = TRUST.with_keys(newer)
    with refused(Fault.KEYS_OUTDATED):
        ahead.open_keys(office.keys_text())
    assert ahead.newest(office.keys_text()).number == 2
    assert TRUST.newest(newer).number == 2
    with refused(Fault.UNKNOWN_KEY):
        TRUST.newest(sign_keys(office.document(), office.ed25519("another")))
    with refused(Fault.KEYS_OUTDATED):
        Trust.parse(json.dumps({**json.loads(FILE), "least_number": 2}))


def test_a_state_is_checked_by_the_readers_key_or_by_the_list() -> None:
    without = replace(TRUST, ledger=None)
    assert without.open_state(LOG.checkpoint()).checkpoint.size == len(LOG.leaves)
    only_own = replace(TRUST, keys=None, keys_text=None)
    assert only_own.open_state(LOG.checkpoint()).seen_at == office.SIGNED + timedelta(minutes=2)
    with refused(Fault.MALFORMED):
        TRUST.open_state("text")
    broken = LOG.checkpoint().replace(f"\n{len(LOG.leaves)}\n", f"\n{len(LOG.leaves) + 1}\n")
    with refused(Fault.ALTERED):
        TRUST.open_state(broken)


def test_a_state_under_a_revoked_key_holds_only_if_witnesses_saw_it_before() -> None:
    keys = keys_with(KeyUse.CHECKPOINT)
    assert TRUST.open_state(LOG.checkpoint(at=office.SIGNED), keys).checkpoint.size == len(LOG.leaves)
    with refused(Fault.KEY_REVOKED):
        TRUST.open_state(LOG.checkpoint(at=office.NOW), keys)
    with refused(Fault.KEY_REVOKED):
        replace(TRUST, witnesses=WitnessPolicy()).open_state(LOG.checkpoint(), keys)


def test_an_event_proof_proves_an_event_and_the_age_of_a_file() -> None:
    event = verify_event_proof(LOG.event_proof(ISSUED), TRUST)
    assert (event.kind, event.leaf_index, event.person) == ("reports.report.issued", ISSUED, office.PERSON)
    assert proven_moment(event, DIGEST) == office.SIGNED + timedelta(minutes=2)  # when the witnesses had seen it
    with refused(Fault.PARTS_DISAGREE):
        proven_moment(event, bytes(32))
    unwitnessed = verify_event_proof(LOG.event_proof(ISSUED), replace(TRUST, witnesses=WitnessPolicy()))
    assert proven_moment(unwitnessed, DIGEST) == office.SIGNED  # the ledger's own word


def test_changed_event_proofs_are_refused() -> None:
    proof = json.loads(LOG.event_proof(ISSUED))
    for change, fault in (
        ({"payload": proof["payload"].replace("issued", "Issued")}, Fault.NOT_IN_LEDGER),
        ({"salt": proof["path"][0]}, Fault.MALFORMED),
        ({"leaf": 0}, Fault.NOT_IN_LEDGER),
        ({"leaf": -1}, Fault.NOT_IN_LEDGER),
        ({"leaf": "0"}, Fault.MALFORMED),
        ({"path": proof["path"][1:]}, Fault.NOT_IN_LEDGER),
        ({"path": [*proof["path"], proof["path"][0]]}, Fault.NOT_IN_LEDGER),
        ({"path": ["AA=="]}, Fault.NOT_IN_LEDGER),
        ({"path": "AA=="}, Fault.MALFORMED),
        ({"payload": "\ud800"}, Fault.MALFORMED),
        ({"payload": 1}, Fault.MALFORMED),
        ({"checkpoint": 1}, Fault.MALFORMED),
        ({"checkpoint": LOG.checkpoint(60)}, Fault.NOT_IN_LEDGER),
        ({"more": 1}, Fault.MALFORMED),
    ):
        with refused(fault):
            verify_event_proof(json.dumps({**proof, **change}), TRUST)
    with refused(Fault.TOO_LARGE):
        verify_event_proof(" " * (1 << 21), TRUST)


def test_a_leaf_that_is_no_event_is_refused_although_it_is_in_the_ledger() -> None:
    log = office.Log()
    for payload in ("{}", "text", '{"person":"x"}', office.event_payload("k", {}).replace("4021", "true")):
        with refused(Fault.MALFORMED):
            verify_event_proof(log.event_proof(log.append(payload)), TRUST)


# Receipts -------------------------------------------------------------------------------------------------------------


def test_receipts_are_checked_by_the_list_of_keys() -> None:
    facts = verify_receipt(office.authorisation(), AUTHORISATION_TYPE, KEYS, expected={"pii_principal_id": "P-1"})
    assert (facts.signed_at, facts.contents["record_id"]) == (office.SIGNED, "A-1")
    with refused(Fault.REPLAYED):
        verify_receipt(office.authorisation(), AUTHORISATION_TYPE, KEYS, expected={"pii_principal_id": "P-2"})
    with refused(Fault.MALFORMED):
        verify_receipt(office.authorisation(), LOOK_TYPE, KEYS)
    with refused(Fault.KEY_EXPIRED_AT_SIGNING):
        verify_receipt(office.look_receipt(at=office.ENDS), LOOK_TYPE, KEYS)
    with refused(Fault.KEY_REVOKED):
        verify_receipt(office.look_receipt(), LOOK_TYPE, keys_with(KeyUse.RECEIPT))


RECEIPT = office.look_receipt()


@given(st.integers(0, len(RECEIPT) - 1), st.integers(0, 6))
def test_any_flipped_bit_of_a_receipt_is_refused(place: int, bit: int) -> None:
    changed = RECEIPT[:place] + chr(ord(RECEIPT[place]) ^ 1 << bit) + RECEIPT[place + 1 :]
    with pytest.raises(NotVerified):
        verify_receipt(changed, LOOK_TYPE, KEYS)
    if changed.strip() == changed:
        with pytest.raises(ReceiptBroken):
            open_receipt(changed, kind=LOOK_TYPE, public_key=office.RECEIPT.public_key())


def test_receipts_open_under_the_key_alone() -> None:
    key = office.RECEIPT.public_key()
    assert open_receipt(RECEIPT + "\n", kind=LOOK_TYPE, public_key=key)["inquiry"] == "Q-1"
    assert public_jwk(key)["kid"] == key_name(key) == KEYS.of_use(KeyUse.RECEIPT)[0].name
    for text, kind in ((RECEIPT, AUTHORISATION_TYPE), ("é", LOOK_TYPE), ("", LOOK_TYPE), ("A" * 2_000_000, LOOK_TYPE)):
        with pytest.raises(ReceiptBroken):
            open_receipt(text, kind=kind, public_key=key)
