"""One door for everything that leaves the platform: recognise it, check it, say the verdict.

``verify`` never raises for what is in a file. It returns a ``Verdict``: of which kind the thing is, whether it is
verified, if not the one word why (``faults``), what it proves, and *cautions*: what a reader might take for proven, and
is not. Sentences for people are in ``sentences``.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Final, TypeAlias

from chengxin.sealing.archives import verify_archive
from chengxin.sealing.completeness import LARGEST_CLAIM, LooksFacts, verify_looks
from chengxin.sealing.credentials import StatusReference, verify_credential
from chengxin.sealing.digests import moment_text
from chengxin.sealing.event_proofs import proven_moment, verify_event_proof
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KIND as KEYS_KIND
from chengxin.sealing.key_documents import KeyDocument
from chengxin.sealing.receipts import AUTHORISATION_TYPE, LOOK_TYPE, verify_receipt
from chengxin.sealing.reports import LARGEST_REPORT, ReportFacts, verify_report
from chengxin.sealing.signed_texts import decode_base64url, read_json
from chengxin.sealing.status_lists import ReportState, find_state
from chengxin.sealing.trust import LedgerState, Trust
from chengxin.sealing.witnessing import Request, check_consistent

Fact: TypeAlias = str | int | None

_LOOKS: Final = re.compile(r'\s*\{\s*"format"\s*:\s*"chengxin-looks-')
_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\Z", re.ASCII)
_RECEIPTS: Final = {AUTHORISATION_TYPE, LOOK_TYPE}


class Kind(StrEnum):
    """What a thing is."""

    REPORT = "REPORT"
    CREDENTIAL = "CREDENTIAL"
    RECEIPT = "RECEIPT"
    ARCHIVE = "ARCHIVE"
    LOOKS = "LOOKS"
    EVENT = "EVENT"
    CHECKPOINT = "CHECKPOINT"
    CONSISTENCY = "CONSISTENCY"
    KEYS = "KEYS"
    UNKNOWN = "UNKNOWN"


class Caution(StrEnum):
    """What is not proven by a thing that is verified."""

    STATUS_NOT_ASKED = "STATUS_NOT_ASKED"
    """Whether it was withdrawn or superseded since: only the portal knows."""
    TIME_IS_SIGNERS_WORD = "TIME_IS_SIGNERS_WORD"
    """When it was signed: only the signer says so."""
    NO_WITNESSES = "NO_WITNESSES"
    """That others see the same ledger: the trust demands no witnesses."""
    NEWEST_WAIT = "NEWEST_WAIT"
    """The newest looks: no checkpoint holds them yet."""
    END_NOT_KNOWN = "END_NOT_KNOWN"
    """That nothing was cut off at the end: no number was given that is known from elsewhere."""
    HOLDER_NOT_SHOWN = "HOLDER_NOT_SHOWN"
    """That whoever presents it is its holder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the reader lays beside the thing.

    Attributes:
        status: The status list of a report or credential.
        proof: Proof of an event that holds the thing's digest: a proof of age.
        earlier: A checkpoint that the reader kept.
        at_least: Number of looks that the reader knows from elsewhere.
        expected: What must stand in a receipt.
    """

    status: str | None = None
    proof: str | None = None
    earlier: str | None = None
    at_least: int = 0
    expected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict over one thing.

    Attributes:
        kind: What it is.
        fault: Why it is not verified; ``None``: it is.
        place: Where in the thing.
        facts: What it proves, by name; empty where it is not verified.
        cautions: What it does not prove.
    """

    kind: Kind
    fault: Fault | None = None
    place: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    cautions: tuple[Caution, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Tell whether nothing speaks against it."""
        return self.fault is None


_Proven: TypeAlias = tuple[Mapping[str, Fact], tuple[Caution, ...]]


def verify(source: BinaryIO, trust: Trust, *, now: datetime, beside: Beside | None = None) -> Verdict:
    """Check whatever is handed in.

    Args:
        source: The file from its beginning; it must be possible to go back there.
        trust: What the reader has from elsewhere.
        now: The moment, for what is over.
        beside: What the reader lays beside it.

    Returns:
        The verdict, for any bytes at all.
    """
    kind = Kind.UNKNOWN
    try:
        head = source.read(5)
        source.seek(0)
        if head.startswith(b"PK"):
            kind = Kind.ARCHIVE
            facts, cautions = _archive(source, trust)
        else:
            raw = source.read(LARGEST_REPORT + 1)
            kind, text = recognise(raw)
            check = _too_large if len(raw) > LARGEST_REPORT else _CHECKS.get(kind, _unknown)
            facts, cautions = check(_Thing(raw, text), _Reader(trust, now, beside or Beside()))
    except NotVerified as refused:
        return Verdict(kind=kind, fault=refused.fault, place=refused.place)
    return Verdict(kind=kind, facts=facts, cautions=cautions)


def recognise(raw: bytes) -> tuple[Kind, str]:
    """Return what some bytes are by their look, and their text; nothing is verified.

    One line feed at the end of a signed text is passed over: editors put it there.
    """
    if raw.startswith(b"%PDF-"):
        return Kind.REPORT, ""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return Kind.UNKNOWN, ""
    compact = text.removesuffix("\n")
    if _COMPACT.match(compact.partition("~")[0]):
        return (Kind.CREDENTIAL if "~" in compact else _kind_of(compact)), compact
    return _kind_of_text(text), text


def _kind_of_text(text: str) -> Kind:
    if text.startswith("old "):
        return Kind.CONSISTENCY
    if text.lstrip().startswith("{"):
        if _LOOKS.match(text):
            return Kind.LOOKS
        return Kind.EVENT if '"checkpoint"' in text else Kind.UNKNOWN
    return Kind.CHECKPOINT if "\n\n\u2014 " in text else Kind.UNKNOWN


def _kind_of(compact: str) -> Kind:
    named = _type_of(compact)
    if named == KEYS_KIND:
        return Kind.KEYS
    return Kind.RECEIPT if named in _RECEIPTS else Kind.UNKNOWN


def _type_of(compact: str) -> str:
    try:
        header = read_json(decode_base64url(compact.partition(".")[0]), place="header")
    except NotVerified:
        return ""
    named = header.get("typ") if isinstance(header, dict) else None
    return named if isinstance(named, str) else ""


@dataclass(frozen=True, slots=True)
class _Thing:
    raw: bytes
    text: str


@dataclass(frozen=True, slots=True)
class _Reader:
    trust: Trust
    now: datetime
    beside: Beside


def _report(thing: _Thing, reader: _Reader) -> _Proven:
    pdf = thing.raw
    keys = reader.trust.require_keys()
    digest = hashlib.sha256(pdf).digest()
    proven_at = _proven_at(digest, reader)
    facts = verify_report(pdf, keys, proven_at=proven_at)
    asked_at = _asked_at(facts.credential.status, facts.number, reader, keys)
    if facts.valid_until <= reader.now:
        raise NotVerified(Fault.OVER, moment_text(facts.valid_until))
    return _report_facts(facts, asked_at), _cautions(
        (asked_at is None, Caution.STATUS_NOT_ASKED),
        (proven_at is None, Caution.TIME_IS_SIGNERS_WORD),
    )


def _asked_at(place: StatusReference | None, number: str, reader: _Reader, keys: KeyDocument) -> datetime | None:
    """Return when the state of a report or credential was asked, by the status list beside it; ``None`` without one.

    Raises:
        NotVerified: The list is not good, is not the one that is named in it, or says withdrawn or superseded.
    """
    if reader.beside.status is None:
        return None
    if place is None:
        raise NotVerified(Fault.PARTS_DISAGREE, "status")
    listed = find_state(reader.beside.status.removesuffix("\n"), place, keys, now=reader.now)
    _require_valid(listed.state, number)
    return listed.at


def _report_facts(facts: ReportFacts, asked_at: datetime | None) -> Mapping[str, Fact]:
    return {
        "number": facts.number,
        "issuer": facts.issuer,
        "issued_at": moment_text(facts.issued_at),
        "valid_until": moment_text(facts.valid_until),
        "signed_at": moment_text(facts.signed_at),
        "proven_at": None if facts.proven_at is None else moment_text(facts.proven_at),
        "status_asked_at": None if asked_at is None else moment_text(asked_at),
        "key": facts.key_name,
        "sha256": facts.sha256.hex(),
    }


def _proven_at(digest: bytes, reader: _Reader) -> datetime | None:
    if reader.beside.proof is None:
        return None
    return proven_moment(verify_event_proof(reader.beside.proof, reader.trust), digest)


def _credential(thing: _Thing, reader: _Reader) -> _Proven:
    keys = reader.trust.require_keys()
    facts = verify_credential(thing.text, keys)
    asked_at = _asked_at(facts.status, facts.number, reader, keys)
    if facts.valid_until <= reader.now:
        raise NotVerified(Fault.OVER, moment_text(facts.valid_until))
    proven: Mapping[str, Fact] = {
        "number": facts.number,
        "issuer": facts.issuer,
        "issued_at": moment_text(facts.issued_at),
        "valid_until": moment_text(facts.valid_until),
        "disclosed": len(facts.subject) + len(facts.items),
        "withheld": facts.withheld_count,
        "status_asked_at": None if asked_at is None else moment_text(asked_at),
        "key": facts.key_name,
    }
    return proven, _cautions(
        (asked_at is None, Caution.STATUS_NOT_ASKED),
        (True, Caution.TIME_IS_SIGNERS_WORD),
        (True, Caution.HOLDER_NOT_SHOWN),
    )


def _require_valid(state: ReportState, place: str) -> None:
    if state is ReportState.WITHDRAWN:
        raise NotVerified(Fault.WITHDRAWN, place)
    if state is ReportState.SUPERSEDED:
        raise NotVerified(Fault.SUPERSEDED, place)


def _receipt(thing: _Thing, reader: _Reader) -> _Proven:
    kind = _type_of(thing.text)
    facts = verify_receipt(thing.text, kind, reader.trust.require_keys(), expected=reader.beside.expected)
    proven: Mapping[str, Fact] = {"type": kind, "signed_at": moment_text(facts.signed_at), "key": facts.key_name}
    return proven, (Caution.TIME_IS_SIGNERS_WORD,)


def _looks(thing: _Thing, reader: _Reader) -> _Proven:
    if len(thing.raw) > LARGEST_CLAIM:
        raise NotVerified(Fault.TOO_LARGE)
    facts = verify_looks(thing.text, reader.trust, at_least=reader.beside.at_least)
    return {**_state_facts(facts.state), **_looks_facts(facts)}, _cautions(
        (facts.state.seen_at is None, Caution.NO_WITNESSES),
        (facts.proven_count < facts.look_count, Caution.NEWEST_WAIT),
        (not reader.beside.at_least, Caution.END_NOT_KNOWN),
    )


def _looks_facts(facts: LooksFacts) -> Mapping[str, Fact]:
    return {"looks": facts.look_count, "proven": facts.proven_count}


def _event(thing: _Thing, reader: _Reader) -> _Proven:
    facts = verify_event_proof(thing.text, reader.trust)
    proven = {**_state_facts(facts.state), "kind": facts.kind, "at": moment_text(facts.at), "leaf": facts.leaf_index}
    return proven, _cautions((facts.state.seen_at is None, Caution.NO_WITNESSES))


def _consistency(thing: _Thing, reader: _Reader) -> _Proven:
    request = Request.parse(thing.text)
    if reader.beside.earlier is None:
        raise NotVerified(Fault.TRUST_MISSING, "earlier")
    return _state(request.checkpoint, request, reader)


def _checkpoint(thing: _Thing, reader: _Reader) -> _Proven:
    return _state(thing.text, None, reader)


def _unknown(thing: _Thing, reader: _Reader) -> _Proven:
    del thing, reader
    raise NotVerified(Fault.UNRECOGNISED)


def _too_large(thing: _Thing, reader: _Reader) -> _Proven:
    del thing, reader
    raise NotVerified(Fault.TOO_LARGE)


def _state(text: str, request: Request | None, reader: _Reader) -> _Proven:
    state = reader.trust.open_state(text)
    earlier_size: int | None = None
    if reader.beside.earlier is not None:
        earlier = reader.trust.open_state(reader.beside.earlier).checkpoint
        path = None
        if request is not None:
            if request.old_size != earlier.size:
                raise NotVerified(Fault.PARTS_DISAGREE, f"size {request.old_size}")
            path = request.path
        check_consistent(earlier, state.checkpoint, path)
        earlier_size = earlier.size
    return {**_state_facts(state), "continues": earlier_size}, _cautions(
        (state.seen_at is None, Caution.NO_WITNESSES),
        (earlier_size is None, Caution.END_NOT_KNOWN),
    )


def _state_facts(state: LedgerState) -> Mapping[str, Fact]:
    return {
        "origin": state.checkpoint.origin,
        "size": state.checkpoint.size,
        "witnesses": len(state.cosignatures),
        "seen_at": None if state.seen_at is None else moment_text(state.seen_at),
    }


def _keys(thing: _Thing, reader: _Reader) -> _Proven:
    keys = reader.trust.open_keys(thing.text)
    proven: Mapping[str, Fact] = {
        "issuer": keys.issuer,
        "number": keys.number,
        "made_at": moment_text(keys.made_at),
        "keys": len(keys.keys),
        "revoked": sum(entry.revoked_from is not None for entry in keys.keys),
    }
    return proven, ()


_CHECKS: Final = {
    Kind.REPORT: _report,
    Kind.CREDENTIAL: _credential,
    Kind.RECEIPT: _receipt,
    Kind.LOOKS: _looks,
    Kind.EVENT: _event,
    Kind.CHECKPOINT: _checkpoint,
    Kind.CONSISTENCY: _consistency,
    Kind.KEYS: _keys,
}


def _archive(source: BinaryIO, trust: Trust) -> _Proven:
    facts = verify_archive(source, trust)
    proven = {
        **_state_facts(facts.state),
        **_looks_facts(facts.looks),
        "reference": facts.reference,
        "made_at": moment_text(facts.made_at),
        "events": facts.event_count,
        "receipts": facts.receipt_count,
        "key": facts.key_name,
    }
    return proven, _cautions(
        (facts.state.seen_at is None, Caution.NO_WITNESSES),
        (facts.looks.proven_count < facts.looks.look_count, Caution.NEWEST_WAIT),
        (True, Caution.TIME_IS_SIGNERS_WORD),
    )


def _cautions(*conditions: tuple[bool, Caution]) -> tuple[Caution, ...]:
    return tuple(caution for holds, caution in conditions if holds)
