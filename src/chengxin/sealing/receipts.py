"""Signed receipts: a JSON object in a compact JWS (RFC 7515), signed with Ed25519 (RFC 9864).

Two kinds exist: what a person allowed (fields of ISO/IEC TS 27560:2023), and that a look was registered before it was
answered. Both can be checked offline with the public key alone; that the look is in the ledger too is shown by an
inclusion proof for the leaf that the receipt names.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chengxin.sealing.digests import canonical

ALGORITHM: Final = "Ed25519"
AUTHORISATION_TYPE: Final = "chengxin-authorisation-receipt"
LOOK_TYPE: Final = "chengxin-look-receipt"
_LONGEST: Final = 64 * 1024


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
    key, name = _signing(signer)
    header = {"alg": ALGORITHM, "typ": kind, "kid": name}
    return jws.serialize_compact(header, canonical(contents), key, algorithms=[ALGORITHM])


def open_receipt(text: str, *, kind: str, public_key: Ed25519PublicKey) -> dict[str, Any]:
    """Return what a receipt says, after checking kind and signature.

    Args:
        text: The compact JWS.
        kind: The kind that is expected.
        public_key: The key of receipts.

    Raises:
        ReceiptBroken: It is malformed, of another kind, or not signed by this key.
    """
    if len(text) > _LONGEST or not text.isascii():
        raise ReceiptBroken
    try:
        opened = jws.deserialize_compact(text.strip(), OKPKey.import_key(public_key), algorithms=[ALGORITHM])
        contents = json.loads(opened.payload)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise ReceiptBroken from None
    if opened.headers().get("typ") != kind or not isinstance(contents, dict) or canonical(contents) != opened.payload:
        raise ReceiptBroken
    return contents


def key_name(public_key: Ed25519PublicKey) -> str:
    """Return the RFC 7638 thumbprint by which a receipt names its key.

    Args:
        public_key: The key of receipts.
    """
    return _thumbprint(public_key.public_bytes_raw())


@lru_cache(maxsize=4)
def _signing(signer: Ed25519PrivateKey) -> tuple[OKPKey, str]:
    """Return the key as the library wants it, and its name; made once for a key that a process signs with."""
    return OKPKey.import_key(signer), key_name(signer.public_key())


@lru_cache(maxsize=16)
def _thumbprint(raw: bytes) -> str:
    return OKPKey.import_key(Ed25519PublicKey.from_public_bytes(raw)).thumbprint()


def public_jwk(public_key: Ed25519PublicKey) -> dict[str, Any]:
    """Return the public key as a JWK, to be published and kept by others.

    Args:
        public_key: The key of receipts.
    """
    return {
        **OKPKey.import_key(public_key).as_dict(private=False),
        "kid": key_name(public_key),
        "alg": ALGORITHM,
        "use": "sig",
    }
