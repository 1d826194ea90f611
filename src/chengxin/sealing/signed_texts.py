"""Signed texts: compact JWS (RFC 7515) in the one spelling that is accepted.

The signing suites are named here. A suite fixes key, signature and digest; another one (SM2 with SM3, say) is added by
another name, and texts under a name that is not known are refused, not guessed at. The default suites are::

    p256-sha256      ECDSA on P-256 with SHA-256, JOSE name ES256       reports, credentials
    ed25519-sha256   Ed25519, digests by SHA-256, JOSE name Ed25519     receipts, checkpoints, archives, the root

Base64 allows several spellings of the same bytes, so a changed sign would not always be seen: all three parts must be
in their canonical spelling.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NoReturn, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from chengxin.sealing.digests import canonical
from chengxin.sealing.faults import LARGEST_TEXT, Fault, NotVerified

PublicKey: TypeAlias = Ed25519PublicKey | EllipticCurvePublicKey
PrivateKey: TypeAlias = Ed25519PrivateKey | EllipticCurvePrivateKey

_PARTS: Final = 3
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]*\Z", re.ASCII)


class Suite(StrEnum):
    """Named sets of signature and digest algorithms."""

    P256_SHA256 = "p256-sha256"
    ED25519_SHA256 = "ed25519-sha256"


_ALGORITHMS: Final = {Suite.P256_SHA256: "ES256", Suite.ED25519_SHA256: "Ed25519"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedText:
    """A text whose signature holds.

    Attributes:
        header: The protected header.
        payload: The signed bytes.
        key_name: Thumbprint of the key that signed it.
    """

    header: Mapping[str, Any]
    payload: bytes
    key_name: str


def suite_of(key: PublicKey | PrivateKey) -> Suite:
    """Return the suite that a key belongs to.

    Raises:
        ValueError: The key is on another curve than P-256.
    """
    if isinstance(key, Ed25519PublicKey | Ed25519PrivateKey):
        return Suite.ED25519_SHA256
    if not isinstance(key.curve, SECP256R1):
        message = "only keys on P-256 belong to a suite"
        raise ValueError(message)  # noqa: TRY004 - the type is right, the curve is not
    return Suite.P256_SHA256


def public_jwk(key: PublicKey) -> dict[str, Any]:
    """Return the public members of a key as a JWK (RFC 7517), with nothing optional.

    Raises:
        ValueError: The key is on another curve than P-256.
    """
    suite_of(key)
    members: dict[str, Any] = _jose(key).as_dict(private=False)
    return {name: members[name] for name in ("crv", "kty", "x", "y") if name in members}


def read_jwk(members: object) -> PublicKey:
    """Return the public key in a JWK that is written as ``public_jwk`` writes it.

    Raises:
        NotVerified: It is no public key of a known suite, or is written in another way (``MALFORMED``).
    """
    try:
        if not isinstance(members, dict) or not all(isinstance(value, str) for value in members.values()):
            raise NotVerified(Fault.MALFORMED, "jwk")
        kind = OKPKey if members.get("kty") == "OKP" else ECKey
        key = kind.import_key({str(name): value for name, value in members.items()}).public_key
        if not isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey) or public_jwk(key) != members:
            raise NotVerified(Fault.MALFORMED, "jwk")
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotVerified(Fault.MALFORMED, "jwk") from None
    return key


def key_name(key: PublicKey) -> str:
    """Return the name of a key: its RFC 7638 thumbprint."""
    if isinstance(key, Ed25519PublicKey):
        return _ed25519_name(key.public_bytes_raw())
    return _p256_name(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def sign_text(
    payload: bytes,
    *,
    kind: str,
    signer: PrivateKey,
    more: Mapping[str, Any] | None = None,
) -> str:
    """Return a compact JWS.

    Args:
        payload: What is signed.
        kind: Its ``typ``, which keeps one kind of text from being passed off as another.
        signer: The key; its suite decides the algorithm.
        more: Further members of the protected header.

    Raises:
        ValueError: The key belongs to no suite.
    """
    algorithm, name, key = _signing(signer)
    header = {"alg": algorithm, "kid": name, "typ": kind, **(more or {})}
    return jws.serialize_compact(header, payload, key, algorithms=[algorithm])


def open_text(text: str, *, kind: str, find_key: Callable[[str], PublicKey | None]) -> SignedText:
    """Check a compact JWS and return what it says.

    Args:
        text: The text, in its one spelling and with nothing around it.
        kind: The ``typ`` that is expected.
        find_key: Returns the key of a name, ``None`` when it has none.

    Raises:
        NotVerified: It is too large, malformed, of another kind, signed with an unknown key, or the signature does not
            hold.
    """
    if len(text) > LARGEST_TEXT:
        raise NotVerified(Fault.TOO_LARGE)
    parts = text.split(".")
    if len(parts) != _PARTS:
        raise NotVerified(Fault.MALFORMED)
    header = _header(parts[0])
    payload = decode_base64url(parts[1])
    decode_base64url(parts[2])
    name = header.get("kid")
    if header.get("typ") != kind or not isinstance(name, str):
        raise NotVerified(Fault.MALFORMED, "header")
    key = find_key(name)
    if key is None:
        raise NotVerified(Fault.UNKNOWN_KEY, name[:64])
    check_signature(text, key)
    return SignedText(header=header, payload=payload, key_name=name)


def check_signature(text: str, key: PublicKey) -> None:
    """Check that the signature of a compact JWS holds under a key, and that it says the algorithm of the key's suite.

    Raises:
        NotVerified: It does not.
    """
    algorithm = _ALGORITHMS[suite_of(key)]
    try:
        jws.deserialize_compact(text, _jose(key), algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise NotVerified(Fault.ALTERED, "signature") from None


def read_object(payload: bytes, *, place: str = "payload") -> dict[str, Any]:
    """Return the JSON object in canonical bytes.

    Raises:
        NotVerified: The bytes are no object, or not in canonical form (``MALFORMED``).
    """
    contents = read_json(payload, place=place)
    try:
        if isinstance(contents, dict) and canonical(contents) == payload:
            return contents
    except (ValueError, TypeError, RecursionError):
        pass
    raise NotVerified(Fault.MALFORMED, place)


def read_json(text: bytes | str, *, place: str) -> Any:  # noqa: ANN401 - whatever the text holds
    """Return the value of a JSON text.

    Raises:
        NotVerified: The text is no JSON, names a member twice, or holds a number that is none (``MALFORMED``).
    """
    try:
        return json.loads(text, object_pairs_hook=_members, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotVerified(Fault.MALFORMED, place) from None


def encode_base64url(raw: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """Return the bytes of a base64url text without padding, in the one spelling that they have.

    Raises:
        NotVerified: It is another text (``MALFORMED``).
    """
    if not _SEGMENT.match(text):
        raise NotVerified(Fault.MALFORMED, "base64url")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise NotVerified(Fault.MALFORMED, "base64url") from None
    if encode_base64url(raw) != text:
        raise NotVerified(Fault.MALFORMED, "base64url")
    return raw


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # Readers differ in which of the two they take.
        message = "a member stands twice"
        raise ValueError(message)
    return members


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _header(segment: str) -> dict[str, Any]:
    header = read_json(decode_base64url(segment), place="header")
    if not isinstance(header, dict) or "crit" in header or "b64" in header:
        raise NotVerified(Fault.MALFORMED, "header")
    return header


@lru_cache(maxsize=8)
def _signing(signer: PrivateKey) -> tuple[str, str, OKPKey | ECKey]:
    """Return algorithm, name and the library's form of a key; made once for a key that a process signs with."""
    return _ALGORITHMS[suite_of(signer)], key_name(signer.public_key()), _jose(signer)


def _jose(key: PublicKey | PrivateKey) -> OKPKey | ECKey:
    if isinstance(key, Ed25519PublicKey | Ed25519PrivateKey):
        return OKPKey.import_key(key)
    return ECKey.import_key(key)


@lru_cache(maxsize=64)
def _ed25519_name(raw: bytes) -> str:
    return str(OKPKey.import_key(Ed25519PublicKey.from_public_bytes(raw)).thumbprint())


@lru_cache(maxsize=64)
def _p256_name(point: bytes) -> str:
    return str(ECKey.import_key(EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)).thumbprint())
