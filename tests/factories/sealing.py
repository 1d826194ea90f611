"""A small office whose keys are the same in every run, and everything that leaves it: keys, reports, archives, proofs."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.sealing import certificates
from chengxin.sealing.key_documents import KeyDocument, KeyEntry, KeyUse, RevocationReason, sign_keys

ISSUER = "https://credit.example.invalid"
ORIGIN = "credit.example.invalid/ledger"
BEGAN = datetime(2030, 1, 1, tzinfo=UTC)
ROTATED = datetime(2031, 1, 1, tzinfo=UTC)
ENDS = datetime(2032, 1, 1, tzinfo=UTC)
SIGNED = datetime(2030, 6, 30, 16, 0, 1, tzinfo=UTC)
NOW = datetime(2031, 7, 1, 9, 30, tzinfo=UTC)


def ed25519(name: str) -> Ed25519PrivateKey:
    """Return the key of a name."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def p256(name: str) -> EllipticCurvePrivateKey:
    """Return the key of a name."""
    return derive_private_key(int.from_bytes(hashlib.sha256(name.encode()).digest()[:31]), SECP256R1())


ROOT = ed25519("root")
REPORT_ROOT = p256("report root")
REPORT = p256("report 2030")
NEXT_REPORT = p256("report 2031")
RECEIPT = ed25519("receipt")
LEDGER = ed25519("ledger")
ARCHIVE = ed25519("archive")
WITNESSES = {f"witness.example.invalid/{name}": ed25519(name) for name in ("jia", "yi", "bing")}

ROOT_CERTIFICATE = certificates.make_root(REPORT_ROOT, name="诚信 demonstration root", valid_from=BEGAN, serial=1)


def _certified(key: EllipticCurvePrivateKey, serial: int, valid_from: datetime, valid_until: datetime) -> bytes:
    return certificates.make_report_certificate(
        key.public_key(),
        name=f"诚信 demonstration reports {serial}",
        valid_from=valid_from,
        valid_until=valid_until,
        root=REPORT_ROOT,
        root_certificate=ROOT_CERTIFICATE,
        serial=serial,
    )


REPORT_CERTIFICATE = _certified(REPORT, 2, BEGAN, ROTATED)
NEXT_CERTIFICATE = _certified(NEXT_REPORT, 3, ROTATED - timedelta(days=1), ENDS)


def entries() -> tuple[KeyEntry, ...]:
    """Return the keys before anything was revoked: two of reports that follow each other, one of each other use."""
    return (
        KeyEntry(
            use=KeyUse.REPORT,
            public_key=REPORT.public_key(),
            valid_from=BEGAN,
            valid_until=ROTATED,
            certificate=REPORT_CERTIFICATE,
        ),
        KeyEntry(
            use=KeyUse.REPORT,
            public_key=NEXT_REPORT.public_key(),
            valid_from=ROTATED - timedelta(days=1),
            valid_until=ENDS,
            certificate=NEXT_CERTIFICATE,
        ),
        KeyEntry(use=KeyUse.RECEIPT, public_key=RECEIPT.public_key(), valid_from=BEGAN, valid_until=ENDS),
        KeyEntry(
            use=KeyUse.CHECKPOINT, public_key=LEDGER.public_key(), valid_from=BEGAN, valid_until=ENDS, origin=ORIGIN
        ),
        KeyEntry(use=KeyUse.ARCHIVE, public_key=ARCHIVE.public_key(), valid_from=BEGAN, valid_until=ENDS),
    )


def document(
    keys: Iterable[KeyEntry] | None = None, *, number: int = 1, previous: bytes | None = None, issuer: str = ISSUER
) -> KeyDocument:
    """Return an unsigned list of keys."""
    return KeyDocument(
        issuer=issuer,
        number=number,
        previous=previous,
        made_at=BEGAN + timedelta(days=number),
        report_roots=(ROOT_CERTIFICATE,),
        keys=entries() if keys is None else tuple(keys),
    )


def keys_text(keys: Iterable[KeyEntry] | None = None) -> str:
    """Return a signed list of keys."""
    return sign_keys(document(keys), ROOT)


def revoked(use: KeyUse, since: datetime) -> tuple[KeyEntry, ...]:
    """Return the keys with all of one use revoked."""
    return tuple(
        replace(entry, revoked_from=since, revocation_reason=RevocationReason.COMPROMISED)
        if entry.use is use
        else entry
        for entry in entries()
    )
