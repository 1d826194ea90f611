"""The proof that an event is in the ledger, checked against a state that the reader trusts; and proofs of age.

The formats are those of ``docs/ledger.md``: the event's canonical text, its salt, its place and the path to the root.
A *proof of age* is such an event that holds a thing's digest under ``file_sha256``. It shows the thing to have been
there at the moment at which the reader's witnesses saw the state; where the reader demands no witnesses, at the moment
that stands in the event, which is then the ledger's word.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chengxin.sealing.digests import salted_digest
from chengxin.sealing.faults import LARGEST_TEXT, Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument
from chengxin.sealing.merkle import ProofBroken, leaf_hash, verify_inclusion
from chengxin.sealing.moments import read_moment
from chengxin.sealing.signed_texts import read_json, read_object
from chengxin.sealing.trust import LedgerState, Trust

DIGEST_MEMBER: Final = "file_sha256"

_EVENT: Final = {"actor", "at", "body", "kind", "organisation", "person"}
_PROOF: Final = {"event", "payload", "salt", "leaf", "path", "checkpoint"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """An event that is in the ledger.

    Attributes:
        kind: What happened.
        at: When, by the ledger's word.
        person: Internal key of the person it touched; ``None``: nobody in particular.
        body: Keys, codes, counts and digests.
        leaf_index: Its place in the ledger.
        state: The state of the ledger that holds it.
    """

    kind: str
    at: datetime
    person: int | None
    body: Mapping[str, Any]
    leaf_index: int
    state: LedgerState


def verify_event_proof(text: str, trust: Trust, keys: KeyDocument | None = None) -> EventFacts:
    """Check a proof as ``chengxin ledger prove`` and the portal hand it out: one JSON object with its checkpoint.

    Raises:
        NotVerified: It is malformed, the event is not the one in the ledger, or its state is not to be trusted.
    """
    if len(text) > LARGEST_TEXT:
        raise NotVerified(Fault.TOO_LARGE)
    read = read_json(text, place="proof")
    if not isinstance(read, dict) or set(read) != _PROOF or not isinstance(read["checkpoint"], str):
        raise NotVerified(Fault.MALFORMED, "proof")
    state = trust.open_state(read["checkpoint"], keys)
    return check_event(
        {"event": read["payload"], "salt": read["salt"], "leaf_index": read["leaf"], "path": read["path"]}, state
    )


def check_event(proof: object, state: LedgerState) -> EventFacts:
    """Check that an event is in a state of the ledger.

    Args:
        proof: An object with ``event`` (the canonical text), ``salt``, ``leaf_index`` and ``path``.
        state: The state, already checked.

    Raises:
        NotVerified: It is malformed (``MALFORMED``), or does not lead to the root (``NOT_IN_LEDGER``).
    """
    if not isinstance(proof, dict) or set(proof) != {"event", "salt", "leaf_index", "path"}:
        raise NotVerified(Fault.MALFORMED, "proof")
    index, path = proof["leaf_index"], proof["path"]
    if not isinstance(proof["event"], str) or type(index) is not int or not isinstance(path, list):
        raise NotVerified(Fault.MALFORMED, "proof")
    try:
        payload = proof["event"].encode()
        leaf = leaf_hash(salted_digest(read_base64(proof["salt"]), payload))
    except ValueError:
        raise NotVerified(Fault.MALFORMED, "event") from None
    check_leaf(leaf, index, [read_base64(value) for value in path], state)
    event = read_object(payload, place="event")
    person = event.get("person")
    is_event = set(event) == _EVENT and isinstance(event["kind"], str) and isinstance(event["body"], dict)
    if not is_event or not (person is None or type(person) is int):
        raise NotVerified(Fault.MALFORMED, "event")
    return EventFacts(
        kind=event["kind"],
        at=read_moment(event["at"], place="at"),
        person=person,
        body=event["body"],
        leaf_index=index,
        state=state,
    )


def check_leaf(leaf: bytes, index: int, path: Sequence[bytes], state: LedgerState) -> None:
    """Check that a leaf is in a state of the ledger.

    Raises:
        NotVerified: The path does not lead to the root (``NOT_IN_LEDGER``).
    """
    checkpoint = state.checkpoint
    try:
        verify_inclusion(leaf=leaf, index=index, size=checkpoint.size, path=path, root=checkpoint.root)
    except ProofBroken:
        raise NotVerified(Fault.NOT_IN_LEDGER, f"leaf {index}") from None


def proven_moment(event: EventFacts, file_sha256: bytes) -> datetime:
    """Return the moment at which an event proves a thing to have been there.

    Args:
        event: An event that is in the ledger.
        file_sha256: Digest of the thing.

    Raises:
        NotVerified: The event is about another thing (``PARTS_DISAGREE``).
    """
    if event.body.get(DIGEST_MEMBER) != file_sha256.hex():
        raise NotVerified(Fault.PARTS_DISAGREE, DIGEST_MEMBER)
    return event.at if event.state.seen_at is None else event.state.seen_at


def read_base64(text: object) -> bytes:
    """Return the bytes of a base64 text in its one spelling.

    Raises:
        NotVerified: It is another text (``MALFORMED``).
    """
    if isinstance(text, str):
        try:
            raw = base64.b64decode(text, validate=True)
        except ValueError:
            raise NotVerified(Fault.MALFORMED, "base64") from None
        if base64.b64encode(raw).decode() == text:
            return raw
    raise NotVerified(Fault.MALFORMED, "base64")


def written_event(payload: str, salt: bytes, leaf_index: int, path: Sequence[bytes]) -> str:
    """Return an event with its proof as one line of JSON, as archives hold it."""
    members = {
        "event": payload,
        "salt": base64.b64encode(salt).decode(),
        "leaf_index": leaf_index,
        "path": [base64.b64encode(value).decode() for value in path],
    }
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))
