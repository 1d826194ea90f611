"""Signed receipts: a JSON object in a compact JWS (RFC 7515), signed with Ed25519 (RFC 9864).

Kinds: what a person allowed (fields of ISO/IEC TS 27560:2023), and that a look was registered before it was answered.
Both can be checked offline with the public key alone; that a look is in the ledger too is shown by an inclusion proof
for the leaf that its receipt names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chengxin.sealing import signed_texts
from chengxin.sealing.digests import canonical
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyUse
from chengxin.sealing.moments import read_moment
from chengxin.sealing.signed_texts import PublicKey, open_text, read_object, sign_text

ALGORITHM: Final = "Ed25519"
AUTHORISATION_TYPE: Final = "chengxin-authorisation-receipt"
LOOK_TYPE: Final = "chengxin-look-receipt"

_MOMENTS: Final = {
    AUTHORISATION_TYPE: ("event", "event_time"),
    LOOK_TYPE: ("answered_at",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """A receipt that holds.

    Attributes:
        kind: What it is a receipt of.
        contents: What it says.
        signed_at: The moment it speaks of, by the signer's own word.
        key_name: Key that signed it.
    """

    kind: str
    contents: Mapping[str, Any]
    signed_at: datetime
    key_name: str


class ReceiptBroken(Exception):  # noqa: N818 - a verdict on a text
    """A receipt is malformed, of another kind, or not signed by this key."""

    code = "RECEIPT_BROKEN"


def sign_receipt(contents: Mapping[str, Any], *, kind: str, signer: Ed25519PrivateKey) -> str:
    """Return a signed receipt.

    Args:
        contents: What it says; only values with a canonical form.
        kind: Type of the receipt, put into the protected header.
        signer: The key of receipts.

    Raises:
        TypeError: A value has no canonical form.
        ValueError: A value has no canonical form.
    """
    return sign_text(canonical(contents), kind=kind, signer=signer)


def open_receipt(text: str, *, kind: str, public_key: Ed25519PublicKey) -> dict[str, Any]:
    """Return what a receipt says, after checking kind and signature.

    Args:
        text: The compact JWS.
        kind: The kind that is expected.
        public_key: The key of receipts.

    Raises:
        ReceiptBroken: It is malformed, of another kind, or not signed by this key.
    """
    return open_kept_receipt(text, kind=kind, public_keys=[public_key])[0]


def open_kept_receipt(
    text: str, *, kind: str, public_keys: Iterable[Ed25519PublicKey]
) -> tuple[dict[str, Any], Ed25519PublicKey]:
    """Return what a receipt says, and which of some keys signed it: it may be older than the key in use.

    Args:
        text: The compact JWS.
        kind: The kind that is expected.
        public_keys: The keys that ever signed receipts.

    Raises:
        ReceiptBroken: It is malformed, of another kind, or not signed by one of these keys.
    """
    known = {key_name(key): key for key in public_keys}
    try:
        opened = open_text(text.strip(), kind=kind, find_key=known.get)
        return read_object(opened.payload), known[opened.key_name]
    except NotVerified:
        raise ReceiptBroken from None


def named_key(text: str) -> str:
    """Return the name of the key that a receipt of our own says it was signed with; nothing is verified.

    Raises:
        NotVerified: It is no receipt.
    """
    header = signed_texts.read_json(signed_texts.decode_base64url(text.partition(".")[0]), place="header")
    return str(header["kid"])


def verify_receipt(
    text: str, kind: str, keys: KeyDocument, *, expected: Mapping[str, str] | None = None
) -> ReceiptFacts:
    """Check a receipt by the list of keys, whichever key of receipts signed it.

    Args:
        text: The compact JWS, with nothing around it.
        kind: The kind that is expected.
        keys: The list of keys.
        expected: What must stand in it, so that a genuine receipt of another case is not taken for this one.

    Raises:
        NotVerified: It is malformed, altered, signed with a key that is not good, or of another case (``REPLAYED``).
    """
    opened = open_text(text, kind=kind, find_key=lambda name: _key(keys, name))
    contents = read_object(opened.payload)
    said: Any = contents
    for member in _MOMENTS[kind]:
        said = said.get(member) if isinstance(said, dict) else None
    signed_at = read_moment(said, place="moment")
    keys.require_good(opened.key_name, KeyUse.RECEIPT, claimed_at=signed_at)
    for member, value in (expected or {}).items():
        if contents.get(member) != value:
            raise NotVerified(Fault.REPLAYED, member)
    return ReceiptFacts(kind=kind, contents=contents, signed_at=signed_at, key_name=opened.key_name)


def _key(keys: KeyDocument, name: str) -> PublicKey | None:
    entry = keys.find(name, KeyUse.RECEIPT)
    return None if entry is None else entry.public_key


def key_name(public_key: Ed25519PublicKey) -> str:
    """Return the RFC 7638 thumbprint by which a receipt names its key.

    Args:
        public_key: The key of receipts.
    """
    return signed_texts.key_name(public_key)


def public_jwk(public_key: Ed25519PublicKey) -> dict[str, Any]:
    """Return the public key as a JWK, to be published and kept by others.

    Args:
        public_key: The key of receipts.
    """
    return {
        **signed_texts.public_jwk(public_key),
        "kid": key_name(public_key),
        "alg": ALGORITHM,
        "use": "sig",
    }
