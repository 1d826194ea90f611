"""The published list of keys: which key was good for what, from when until when, and which were revoked.

The list is one signed text (``signed_texts``), published in the public portal and put into every archive. It is signed
by the *root key*, an Ed25519 key that is kept off line, lives for many years, and which the reader has from elsewhere:
from print, from the trust file of ``chengxin-verify``, from a second body. Each list names the digest of the one
before, so that a list cannot be taken back unseen: see ``check_succession``.

What the state of a key says about a signature
----------------------------------------------
A signature that was made while its key was valid stays good for ever after the key's rotation: the list keeps every key
that ever was. Whether it *was* made then is said by the moment of signing, and this moment has one of two sources:

*   **The signer's own claim**: the time inside the signature. Nobody but the holder of the key could write it, and the
    holder is trusted until the key is revoked. So the claim decides, and is told to the reader as a claim.
*   **A proof of age**: an event of the ledger that holds the thing's digest, under a checkpoint that was signed with
    *another* key or cosigned by witnesses. It shows that the thing was there at the latest at that moment.

After a revocation the first is worth nothing: whoever took the key writes any time he likes. Then only a proof of age
from before the revocation keeps a signature good. Everything else under this key is refused with ``REVOKED``, also what
was in truth signed long before; the remedy is to fetch the proof (the portal gives it for every report it knows), or a
newly signed copy.

A key that is replaced in the ordinary way ends with ``valid_until`` and must be destroyed then. If it is stolen later
nevertheless, it is revoked then, from the moment since which it may have been in other hands.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from chengxin.sealing.digests import JSON, canonical, moment_text
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.moments import read_moment, read_optional_moment
from chengxin.sealing.signed_texts import (
    PublicKey,
    Suite,
    decode_base64url,
    encode_base64url,
    key_name,
    open_text,
    public_jwk,
    read_jwk,
    read_object,
    sign_text,
    suite_of,
)

_Choice = TypeVar("_Choice", bound=StrEnum)

FORMAT: Final = "chengxin-keys-1"
KIND: Final = "chengxin-keys"

_DOCUMENT: Final = {"format", "issuer", "number", "previous", "made_at", "report_roots", "keys"}
_ENTRY: Final = {
    "name",
    "use",
    "suite",
    "jwk",
    "certificate",
    "origin",
    "valid_from",
    "valid_until",
    "revoked_from",
    "revocation_reason",
}
_LARGEST_NUMBER: Final = 2**31
_LONGEST_NAME: Final = 200


class KeyUse(StrEnum):
    """What a key signs. A key is good for nothing else."""

    REPORT = "REPORT"
    """Reports (PDF) and their credentials."""
    RECEIPT = "RECEIPT"
    """Receipts of authorisations and looks, and what the portal says about the state of a report."""
    CHECKPOINT = "CHECKPOINT"
    """States of the ledger."""
    ARCHIVE = "ARCHIVE"
    """Archives that a person takes away."""


class RevocationReason(StrEnum):
    """Why a key was revoked."""

    COMPROMISED = "COMPROMISED"
    """It was, or may have been, in other hands."""
    LOST = "LOST"
    """Nobody has it any more, and nobody can say who has."""
    MISISSUED = "MISISSUED"
    """It should never have been in the list."""


class KeyState(StrEnum):
    """What the list says about something signed with a key."""

    GOOD = "GOOD"
    NOT_YET = "NOT_YET"
    EXPIRED_AT_SIGNING = "EXPIRED_AT_SIGNING"
    REVOKED = "REVOKED"
    UNKNOWN = "UNKNOWN"


_FAULTS: Final = {
    KeyState.NOT_YET: Fault.KEY_NOT_YET_VALID,
    KeyState.EXPIRED_AT_SIGNING: Fault.KEY_EXPIRED_AT_SIGNING,
    KeyState.REVOKED: Fault.KEY_REVOKED,
    KeyState.UNKNOWN: Fault.UNKNOWN_KEY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One key of the list.

    Attributes:
        use: What it signs.
        public_key: The key.
        valid_from: First moment at which it signs.
        valid_until: First moment at which it signs no more.
        certificate: DER of the X.509 certificate, for ``REPORT`` alone.
        origin: Name of the ledger, for ``CHECKPOINT`` alone.
        revoked_from: Moment from which nothing under this key is good that is not proven older; ``None``: not revoked.
        revocation_reason: Why; ``None`` with ``revoked_from``.
    """

    use: KeyUse
    public_key: PublicKey
    valid_from: datetime
    valid_until: datetime
    certificate: bytes | None = None
    origin: str | None = None
    revoked_from: datetime | None = None
    revocation_reason: RevocationReason | None = None

    @property
    def name(self) -> str:
        """Return the thumbprint by which signatures name the key."""
        return key_name(self.public_key)

    @property
    def suite(self) -> Suite:
        """Return the suite that the key belongs to."""
        return suite_of(self.public_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDocument:
    """A list of keys whose signature holds, or that is to be signed.

    Attributes:
        issuer: Address of the platform; the same in everything that it issues.
        number: Counted from 1 without gaps.
        previous: SHA-256 of the text of the list before; ``None`` for the first.
        made_at: When it was signed.
        report_roots: DER of the certificates under which the certificates of ``REPORT`` keys stand.
        keys: Every key that ever was.
        digest: SHA-256 of the signed text; empty while it is not signed.
    """

    issuer: str
    number: int
    previous: bytes | None
    made_at: datetime
    report_roots: tuple[bytes, ...] = ()
    keys: tuple[KeyEntry, ...] = ()
    digest: bytes = b""

    def find(self, name: str, use: KeyUse) -> KeyEntry | None:
        """Return the entry of a key for one use, ``None`` when the list has none."""
        return next((entry for entry in self.keys if entry.use is use and entry.name == name), None)

    def of_use(self, use: KeyUse) -> tuple[KeyEntry, ...]:
        """Return every key of one use, in the order of the list."""
        return tuple(entry for entry in self.keys if entry.use is use)

    def state_of(
        self, name: str, use: KeyUse, *, claimed_at: datetime | None, proven_at: datetime | None = None
    ) -> KeyState:
        """Return what the list says about something signed with a key.

        Args:
            name: Name of the key.
            use: What it was used for.
            claimed_at: When it was signed by the signer's own word; ``None`` where a signature holds no time, as that
                of a checkpoint: then only a revocation speaks against it.
            proven_at: A moment at which it is proven to have been there, without the key's own word.
        """
        entry = self.find(name, use)
        if entry is None:
            return KeyState.UNKNOWN
        if entry.revoked_from is not None:
            claimed_in_time = claimed_at is None or claimed_at < entry.revoked_from
            if proven_at is None or proven_at >= entry.revoked_from or not claimed_in_time:
                return KeyState.REVOKED
        if claimed_at is None:
            return KeyState.GOOD
        if claimed_at < entry.valid_from:
            return KeyState.NOT_YET
        return KeyState.GOOD if claimed_at < entry.valid_until else KeyState.EXPIRED_AT_SIGNING

    def require_good(
        self, name: str, use: KeyUse, *, claimed_at: datetime | None, proven_at: datetime | None = None
    ) -> None:
        """Refuse what the list does not call good; arguments as for ``state_of``.

        Raises:
            NotVerified: The key is unknown, not yet valid, expired at the time of signing, or revoked.
        """
        state = self.state_of(name, use, claimed_at=claimed_at, proven_at=proven_at)
        if state is not KeyState.GOOD:
            raise NotVerified(_FAULTS[state], name)


def sign_keys(document: KeyDocument, root: Ed25519PrivateKey) -> str:
    """Return the signed text of a list of keys.

    Args:
        document: The list; its ``digest`` is not written.
        root: The root key.

    Raises:
        ValueError: The list contradicts itself.
    """
    contents: Mapping[str, JSON] = {
        "format": FORMAT,
        "issuer": document.issuer,
        "number": document.number,
        "previous": None if document.previous is None else encode_base64url(document.previous),
        "made_at": document.made_at,
        "report_roots": [_base64(root_certificate) for root_certificate in document.report_roots],
        "keys": [_written(entry) for entry in document.keys],
    }
    text = sign_text(canonical(contents), kind=KIND, signer=root)
    try:
        open_keys(text, root.public_key())
    except NotVerified as wrong:
        message = f"this is no list of keys: {wrong}"
        raise ValueError(message) from None
    return text


def open_keys(text: str, root: Ed25519PublicKey) -> KeyDocument:
    """Check the signature of a list of keys and read it.

    Keys of a suite that is not known here are passed over: what is signed with them is then refused as signed with an
    unknown key, and the rest of the list still serves.

    Args:
        text: The signed text.
        root: The root key, from elsewhere.

    Raises:
        NotVerified: It is malformed, contradicts itself, or is not signed by the root key.
    """
    name = key_name(root)
    signed = open_text(text, kind=KIND, find_key=lambda named: root if named == name else None)
    contents = read_object(signed.payload)
    if set(contents) != _DOCUMENT or contents["format"] != FORMAT:
        raise NotVerified(Fault.MALFORMED, "keys")
    document = KeyDocument(
        issuer=_text(contents["issuer"], "issuer"),
        number=_number(contents["number"]),
        previous=_digest(contents["previous"]),
        made_at=read_moment(contents["made_at"], place="made_at"),
        report_roots=tuple(_certificate(member) for member in _list(contents["report_roots"], "report_roots")),
        keys=tuple(_entries(_list(contents["keys"], "keys"))),
        digest=hashlib.sha256(text.encode()).digest(),
    )
    names = [(entry.use, entry.name) for entry in document.keys]
    if len(set(names)) != len(names) or (document.previous is None) != (document.number == 1):
        raise NotVerified(Fault.MALFORMED, "keys")
    return document


def check_succession(documents: Sequence[KeyDocument]) -> None:
    """Check that lists of keys follow each other, each the next of the one before.

    Args:
        documents: Opened lists, the oldest first.

    Raises:
        NotVerified: A list names another list before it, or none (``SPLIT_VIEW``); a number is missing
            (``INCOMPLETE``); a key has disappeared, was changed, or its revocation was taken back or moved to a later
            moment (``ALTERED``).
    """
    for older, newer in pairwise(documents):
        if newer.number != older.number + 1:
            same = newer.number == older.number and newer.digest == older.digest
            if not same:
                split = newer.number == older.number
                raise NotVerified(Fault.SPLIT_VIEW if split else Fault.INCOMPLETE, f"number {newer.number}")
            continue
        if newer.previous != older.digest or newer.issuer != older.issuer or newer.made_at < older.made_at:
            raise NotVerified(Fault.SPLIT_VIEW, f"number {newer.number}")
        for entry in older.keys:
            _check_kept(entry, newer.find(entry.name, entry.use))


def _check_kept(entry: KeyEntry, later: KeyEntry | None) -> None:
    unchanged = (
        later is not None
        and (later.certificate, later.origin, later.valid_from) == (entry.certificate, entry.origin, entry.valid_from)
        and later.valid_until <= entry.valid_until
    )
    if later is None or not unchanged:
        raise NotVerified(Fault.ALTERED, entry.name)
    if entry.revoked_from is not None and (later.revoked_from is None or later.revoked_from > entry.revoked_from):
        raise NotVerified(Fault.ALTERED, entry.name)


def _written(entry: KeyEntry) -> Mapping[str, JSON]:
    return {
        "name": entry.name,
        "use": entry.use,
        "suite": entry.suite,
        "jwk": public_jwk(entry.public_key),
        "certificate": None if entry.certificate is None else _base64(entry.certificate),
        "origin": entry.origin,
        "valid_from": moment_text(entry.valid_from),
        "valid_until": moment_text(entry.valid_until),
        "revoked_from": None if entry.revoked_from is None else moment_text(entry.revoked_from),
        "revocation_reason": entry.revocation_reason,
    }


def _entries(members: Iterable[object]) -> Iterable[KeyEntry]:
    for member in members:
        if not isinstance(member, dict) or set(member) != _ENTRY:
            raise NotVerified(Fault.MALFORMED, "keys")
        if member["suite"] in set(Suite):
            yield _entry(member)


def _entry(member: Mapping[str, Any]) -> KeyEntry:
    entry = KeyEntry(
        use=_choice(KeyUse, member["use"]),
        public_key=read_jwk(member["jwk"]),
        valid_from=read_moment(member["valid_from"], place="valid_from"),
        valid_until=read_moment(member["valid_until"], place="valid_until"),
        certificate=None if member["certificate"] is None else _certificate(member["certificate"]),
        origin=None if member["origin"] is None else _text(member["origin"], "origin"),
        revoked_from=read_optional_moment(member["revoked_from"], place="revoked_from"),
        revocation_reason=(
            None if member["revocation_reason"] is None else _choice(RevocationReason, member["revocation_reason"])
        ),
    )
    agrees = (
        member["name"] == entry.name
        and member["suite"] == entry.suite
        and entry.valid_from < entry.valid_until
        and (entry.certificate is not None) == (entry.use is KeyUse.REPORT)
        and (entry.origin is not None) == (entry.use is KeyUse.CHECKPOINT)
        and (entry.revoked_from is None) == (entry.revocation_reason is None)
        and (entry.suite is Suite.P256_SHA256) == (entry.use is KeyUse.REPORT)
    )
    if not agrees or (entry.certificate is not None and not _is_of(entry.certificate, entry.public_key)):
        raise NotVerified(Fault.MALFORMED, "keys")
    return entry


def _is_of(certificate: bytes, key: PublicKey) -> bool:
    certified = x509.load_der_x509_certificate(certificate).public_key()
    return certified == key


def _certificate(text: object) -> bytes:
    if isinstance(text, str):
        try:
            raw = base64.b64decode(text, validate=True)
            loaded = x509.load_der_x509_certificate(raw)
            if _base64(raw) == text and loaded.public_bytes(Encoding.DER) == raw:
                loaded.public_key()
                return raw
        except Exception:  # noqa: BLE001 - the library names no root of its errors
            raise NotVerified(Fault.MALFORMED, "certificate") from None
    raise NotVerified(Fault.MALFORMED, "certificate")


def _choice(kind: type[_Choice], text: object) -> _Choice:
    if isinstance(text, str) and text in set(kind):
        return kind(text)
    raise NotVerified(Fault.MALFORMED, kind.__name__)


def _text(value: object, place: str) -> str:
    if isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME:
        return value
    raise NotVerified(Fault.MALFORMED, place)


def _number(value: object) -> int:
    if type(value) is int and 0 < value < _LARGEST_NUMBER:
        return value
    raise NotVerified(Fault.MALFORMED, "number")


def _digest(value: object) -> bytes | None:
    if value is None:
        return None
    raw = decode_base64url(value) if isinstance(value, str) else b""
    if len(raw) != hashlib.sha256().digest_size:
        raise NotVerified(Fault.MALFORMED, "previous")
    return raw


def _list(value: object, place: str) -> list[object]:
    if isinstance(value, list):
        return value
    raise NotVerified(Fault.MALFORMED, place)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
