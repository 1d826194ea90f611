"""The report as a credential: SD-JWT VC (RFC 9901), each item disclosed or withheld on its own.

A credential is a signed text that holds digests in place of contents, and beside it the *disclosures*: salted contents,
each of which fits one digest. Its holder passes on the signed text with those disclosures that he chooses; the reader
checks the signature, and that each disclosure has its digest in the text. What is always visible: issuer, number,
moments, the digest of the report's ``report.json``, where its status is published. Withheld unless disclosed: who it is
about (each field), and each item.

If the credential names a key of its holder (``cnf``), the holder can show, by a signature for one reader and one
question, that it is he who presents it (``bind_presentation``); without such a key it proves what it says about the
person, not who brings it.

Written on the JWS of ``signed_texts``. Why not the reference library of RFC 9901: ``docs/decisions/0016``.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from chengxin.sealing.digests import JSON, canonical
from chengxin.sealing.faults import LARGEST_TEXT, Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyUse
from chengxin.sealing.moments import moment_of_seconds
from chengxin.sealing.signed_texts import (
    PrivateKey,
    PublicKey,
    decode_base64url,
    encode_base64url,
    key_name,
    open_text,
    public_jwk,
    read_json,
    read_jwk,
    sign_text,
)

KIND: Final = "dc+sd-jwt"
BINDING_KIND: Final = "kb+jwt"
SALT_BYTES: Final = 16

_HASH: Final = "sha-256"
_SHA256_HEX: Final = 64
_MOST_DISCLOSURES: Final = 10_000
_DEEPEST: Final = 12
_IN_OBJECT: Final = 3
_IN_ARRAY: Final = 2
_DOTS: Final = 2
_RESERVED: Final = {"_sd", "_sd_alg", "..."}
_VISIBLE: Final = {"iss", "vct", "iat", "exp", "number", "report_sha256", "status", "cnf", "subject", "items"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReference:
    """Where the state of a credential is published (token status list).

    Attributes:
        uri: Address of the list.
        index: Place in the list.
    """

    uri: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialContents:
    """What a credential is issued over.

    Attributes:
        issuer: Address of the platform, as in its list of keys.
        kind: Type of the credential, its ``vct``.
        number: Number of the report.
        issued_at: When; cut to whole seconds.
        valid_until: First moment at which it serves no more; cut to whole seconds.
        report_sha256: Digest of the report's ``report.json``.
        subject: Who it is about; every field is disclosed on its own.
        items: What it says; every item is disclosed on its own.
        status: Where its state is published.
        holder: Key of the holder, ``None`` where it is not bound to one.
    """

    issuer: str
    kind: str
    number: str
    issued_at: datetime
    valid_until: datetime
    report_sha256: bytes
    subject: Mapping[str, JSON]
    items: Sequence[JSON]
    status: StatusReference | None = None
    holder: PublicKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFacts:
    """What a credential proves.

    Attributes:
        issuer: Address of the platform.
        kind: Type of the credential.
        number: Number of the report.
        issued_at: When, by the signer's own word.
        valid_until: First moment at which it serves no more; judging that is left to the caller, who has the clock.
        report_sha256: Digest of the report's ``report.json``.
        subject: The disclosed fields.
        items: The disclosed items.
        withheld_count: How many fields and items are not disclosed.
        status: Where its state is published.
        key_name: Key that signed it.
        is_bound: Whether the holder's key has signed this presentation for this reader.
    """

    issuer: str
    kind: str
    number: str
    issued_at: datetime
    valid_until: datetime
    report_sha256: bytes
    subject: Mapping[str, Any]
    items: tuple[Any, ...]
    withheld_count: int
    status: StatusReference | None
    key_name: str
    is_bound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a reader asks a holder to sign.

    Attributes:
        audience: The reader.
        nonce: What he has drawn for this one question.
    """

    audience: str
    nonce: str


def issue_credential(
    contents: CredentialContents,
    *,
    signer: EllipticCurvePrivateKey,
    draw: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Return a credential with all its disclosures.

    Args:
        contents: What it says.
        signer: The key of reports.
        draw: Draws the salts; another source only in tests.

    Raises:
        ValueError: A field has a name that SD-JWT keeps for itself, or a value has no canonical form.
        TypeError: A value has no canonical form.
    """
    if _RESERVED & set(contents.subject):
        message = "a field has a name that SD-JWT keeps for itself"
        raise ValueError(message)
    fields = [_disclosure([_salt(draw), name, value]) for name, value in contents.subject.items()]
    items = [_disclosure([_salt(draw), value]) for value in contents.items]
    payload: dict[str, JSON] = {
        "_sd_alg": _HASH,
        "iss": contents.issuer,
        "vct": contents.kind,
        "iat": int(contents.issued_at.timestamp()),
        "exp": int(contents.valid_until.timestamp()),
        "number": contents.number,
        "report_sha256": contents.report_sha256.hex(),
        # Sorted, so that the order says nothing about the fields.
        "subject": {"_sd": sorted(_digest(text) for text in fields)},
        "items": [{"...": _digest(text)} for text in items],
    }
    if contents.status is not None:
        payload["status"] = {"status_list": {"idx": contents.status.index, "uri": contents.status.uri}}
    if contents.holder is not None:
        payload["cnf"] = {"jwk": public_jwk(contents.holder)}
    return "~".join([sign_text(canonical(payload), kind=KIND, signer=signer), *fields, *items, ""])


def present_credential(text: str, *, keep: Callable[[str | None, Any], bool]) -> str:
    """Return a credential with some of its disclosures. Nothing is verified here.

    Args:
        text: The credential.
        keep: Told the name of a field (``None`` for an item) and its value; says whether it is passed on.

    Raises:
        NotVerified: It is malformed.
    """
    signed, disclosures, _binding = _parted(text)
    kept = [
        disclosure
        for disclosure in disclosures
        for read in [_read_disclosure(disclosure)]
        if keep(read[1] if len(read) == _IN_OBJECT else None, read[-1])
    ]
    return "~".join([signed, *kept, ""])


def bind_presentation(text: str, *, challenge: Challenge, holder: PrivateKey, now: datetime) -> str:
    """Return a presentation that the holder has signed for one reader and one question.

    Raises:
        NotVerified: It is malformed.
    """
    signed, disclosures, _binding = _parted(text)
    unbound = "~".join([signed, *disclosures, ""])
    payload: dict[str, JSON] = {
        "aud": challenge.audience,
        "iat": int(now.timestamp()),
        "nonce": challenge.nonce,
        "sd_hash": _digest(unbound),
    }
    return unbound + sign_text(canonical(payload), kind=BINDING_KIND, signer=holder)


def verify_credential(
    text: str,
    keys: KeyDocument,
    *,
    proven_at: datetime | None = None,
    challenge: Challenge | None = None,
) -> CredentialFacts:
    """Check a credential and return what it proves. Whether it is over or withdrawn is not judged here.

    Args:
        text: The credential, with the disclosures its holder has chosen.
        keys: The list of keys.
        proven_at: A moment at which it is proven to have been there, for the case that its key was revoked.
        challenge: What this reader asked the holder to sign. ``None``: a holder's signature is refused, because nobody
            checks it.

    Raises:
        NotVerified: It is malformed, altered, signed with a key that is not good, not bound as asked, or from another
            platform.
    """
    signed, disclosures, binding = _parted(text)
    opened = open_text(signed, kind=KIND, find_key=lambda name: _key(keys, name))
    payload = read_json(opened.payload, place="credential")
    if not isinstance(payload, dict) or not set(payload) <= _VISIBLE | {"_sd_alg"} or payload.get("_sd_alg") != _HASH:
        raise NotVerified(Fault.MALFORMED, "credential")
    if payload.get("iss") != keys.issuer:
        raise NotVerified(Fault.PARTS_DISAGREE, "iss")
    claims, withheld = _disclosed(payload, disclosures)
    issued_at = moment_of_seconds(payload.get("iat"), place="iat")
    keys.require_good(opened.key_name, KeyUse.REPORT, claimed_at=issued_at, proven_at=proven_at)
    holder = _holder(payload)
    if challenge is not None and (not binding or holder is None):
        raise NotVerified(Fault.PARTS_DISAGREE, "binding")
    if binding:
        if holder is None or challenge is None:
            raise NotVerified(Fault.PARTS_DISAGREE, "binding")
        _check_binding(text.removesuffix(binding), binding, holder, challenge)
    return CredentialFacts(
        issuer=keys.issuer,
        kind=_text(payload, "vct"),
        number=_text(payload, "number"),
        issued_at=issued_at,
        valid_until=moment_of_seconds(payload.get("exp"), place="exp"),
        report_sha256=_sha256(payload),
        subject=claims["subject"],
        items=tuple(claims["items"]),
        withheld_count=withheld,
        status=_status(payload),
        key_name=opened.key_name,
        is_bound=bool(binding),
    )


def _key(keys: KeyDocument, name: str) -> PublicKey | None:
    entry = keys.find(name, KeyUse.REPORT)
    return None if entry is None else entry.public_key


def _salt(draw: Callable[[int], bytes]) -> str:
    return encode_base64url(draw(SALT_BYTES))


def _disclosure(members: Sequence[JSON]) -> str:
    return encode_base64url(canonical(members))


def _digest(text: str) -> str:
    return encode_base64url(hashlib.sha256(text.encode("ascii")).digest())


def _parted(text: str) -> tuple[str, list[str], str]:
    if len(text) > LARGEST_TEXT:
        raise NotVerified(Fault.TOO_LARGE)
    if not text.isascii():
        raise NotVerified(Fault.MALFORMED)
    signed, *disclosures = text.split("~")
    if not disclosures or len(disclosures) > _MOST_DISCLOSURES:
        raise NotVerified(Fault.MALFORMED)
    if disclosures[-1] and disclosures[-1].count(".") != _DOTS:
        raise NotVerified(Fault.MALFORMED, "disclosure")  # what was cut in the middle is no signature of a holder
    return signed, disclosures[:-1], disclosures[-1]


def _read_disclosure(disclosure: str) -> list[Any]:
    read = read_json(decode_base64url(disclosure), place="disclosure")
    if not isinstance(read, list) or len(read) not in {_IN_OBJECT, _IN_ARRAY} or not isinstance(read[0], str):
        raise NotVerified(Fault.MALFORMED, "disclosure")
    if len(read) == _IN_OBJECT and (not isinstance(read[1], str) or read[1] in _RESERVED):
        raise NotVerified(Fault.MALFORMED, "disclosure")
    return read


def _disclosed(payload: Mapping[str, Any], disclosures: Sequence[str]) -> tuple[dict[str, Any], int]:
    """Put disclosures in the places of their digests (RFC 9901, 7.1); return the claims and how many were withheld.

    Raises:
        NotVerified: A disclosure fits no digest, a digest stands twice, or a field would be replaced.
    """
    found = {_digest(disclosure): _read_disclosure(disclosure) for disclosure in disclosures}
    if len(found) != len(disclosures):
        raise NotVerified(Fault.REPLAYED, "disclosure")
    places = _places(payload)
    claims: dict[str, Any] = {"subject": {}, "items": []}
    for digest, length in places:
        read = found.pop(digest, None)
        if read is None:
            continue
        if len(read) != length or any(_reserved(read[-1])):
            raise NotVerified(Fault.MALFORMED, "disclosure")
        if length == _IN_ARRAY:
            claims["items"].append(read[-1])
        elif read[1] in claims["subject"]:
            raise NotVerified(Fault.MALFORMED, "disclosure")
        else:
            claims["subject"][read[1]] = read[-1]
    if found:
        raise NotVerified(Fault.ALTERED, "disclosure")
    return claims, len(places) - len(disclosures)


def _places(payload: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return the digests in a credential, each with the length of its disclosure.

    Raises:
        NotVerified: They stand elsewhere than where we write them, or one stands twice.
    """
    try:
        (sealed,) = payload["subject"].items()
        items = [member for item in payload["items"] for member in item.items()]
        digests = [*sealed[1], *(digest for _, digest in items)]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotVerified(Fault.MALFORMED, "credential") from None
    named = sealed[0] == "_sd" and all(name == "..." for name, _ in items) and len(items) == len(payload["items"])
    whole = isinstance(sealed[1], list) and isinstance(payload["items"], list)
    if not (named and whole and all(isinstance(digest, str) for digest in digests)) or len(set(digests)) < len(digests):
        raise NotVerified(Fault.MALFORMED, "credential")
    return [(digest, _IN_OBJECT if place < len(sealed[1]) else _IN_ARRAY) for place, digest in enumerate(digests)]


def _reserved(value: object, depth: int = 0) -> Iterator[bool]:
    """Yield for what an issuer of ours never writes: further digests inside a disclosure, or a depth without end."""
    if depth > _DEEPEST:
        yield True
    elif isinstance(value, dict):
        if _RESERVED & set(value):
            yield True
        for member in value.values():
            yield from _reserved(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            yield from _reserved(member, depth + 1)


def _holder(payload: Mapping[str, Any]) -> PublicKey | None:
    if "cnf" not in payload:
        return None
    cnf = payload["cnf"]
    if not isinstance(cnf, dict) or set(cnf) != {"jwk"}:
        raise NotVerified(Fault.MALFORMED, "cnf")
    return read_jwk(cnf["jwk"])


def _check_binding(unbound: str, binding: str, holder: PublicKey, challenge: Challenge) -> None:
    name = key_name(holder)
    opened = open_text(binding, kind=BINDING_KIND, find_key=lambda named: holder if named == name else None)
    payload = read_json(opened.payload, place="binding")
    if not isinstance(payload, dict) or payload.get("sd_hash") != _digest(unbound):
        raise NotVerified(Fault.ALTERED, "binding")
    if (payload.get("aud"), payload.get("nonce")) != (challenge.audience, challenge.nonce):
        raise NotVerified(Fault.REPLAYED, "binding")


def _status(payload: Mapping[str, Any]) -> StatusReference | None:
    if "status" not in payload:
        return None
    try:
        reference = payload["status"]["status_list"]
        index, uri = reference["idx"], reference["uri"]
    except (KeyError, TypeError):
        raise NotVerified(Fault.MALFORMED, "status") from None
    if type(index) is not int or index < 0 or not isinstance(uri, str):
        raise NotVerified(Fault.MALFORMED, "status")
    return StatusReference(uri=uri, index=index)


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if isinstance(value, str) and value:
        return value
    raise NotVerified(Fault.MALFORMED, name)


def _sha256(payload: Mapping[str, Any]) -> bytes:
    text = _text(payload, "report_sha256")
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        raise NotVerified(Fault.MALFORMED, "report_sha256") from None
    if len(text) != _SHA256_HEX or digest.hex() != text:
        raise NotVerified(Fault.MALFORMED, "report_sha256")
    return digest
