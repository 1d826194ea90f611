"""A small office whose keys are the same in every run, and everything that leaves it: keys, reports, archives, proofs."""

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from chengxin.sealing import certificates, reports
from chengxin.sealing.credentials import CredentialContents, StatusReference, issue_credential
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


def certified(key: EllipticCurvePrivateKey, serial: int, valid_from: datetime, valid_until: datetime) -> bytes:
    """Return the certificate of a key of reports."""
    return certificates.make_report_certificate(
        key.public_key(),
        name=f"诚信 demonstration reports {serial}",
        valid_from=valid_from,
        valid_until=valid_until,
        root=REPORT_ROOT,
        root_certificate=ROOT_CERTIFICATE,
        serial=serial,
    )


REPORT_CERTIFICATE = certified(REPORT, 2, BEGAN, ROTATED)
NEXT_CERTIFICATE = certified(NEXT_REPORT, 3, ROTATED - timedelta(days=1), ENDS)


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


# Reports --------------------------------------------------------------------------------------------------------------

NUMBER = "R2030-0000-0001"
VALID_UNTIL = datetime(2031, 9, 30, 16, tzinfo=UTC)
DATA = {
    "subject": {"reference": "P-1"},
    "items": [{"item": "A-01", "text": "守信"}, {"item": "B-07", "text": "已履行"}],
}


def report_json(number: str = NUMBER, *, issued_at: datetime = SIGNED, issuer: str = ISSUER) -> bytes:
    """Return the data of a report."""
    return reports.report_data(issuer=issuer, number=number, issued_at=issued_at, valid_until=VALID_UNTIL, data=DATA)


def contents(data: bytes, number: str = NUMBER, *, issued_at: datetime = SIGNED) -> CredentialContents:
    """Return what a credential is issued over."""
    return CredentialContents(
        issuer=ISSUER,
        kind=f"{ISSUER}/credentials/report-1",
        number=number,
        issued_at=issued_at,
        valid_until=VALID_UNTIL,
        report_sha256=hashlib.sha256(data).digest(),
        subject={"name": "陈测试", "reference": "P-1"},
        items=DATA["items"],
        status=StatusReference(uri=f"{ISSUER}/statuses/1", index=17),
    )


def salts(seed: str = "salt") -> Callable[[int], bytes]:
    """Return a source of salts that is the same in every run."""
    numbers = count()
    return lambda length: hashlib.sha256(f"{seed}{next(numbers)}".encode()).digest()[:length]


def credential(data: bytes | None = None, number: str = NUMBER, *, issued_at: datetime = SIGNED) -> str:
    """Return a credential of a report."""
    own = report_json(number, issued_at=issued_at) if data is None else data
    return issue_credential(contents(own, number, issued_at=issued_at), signer=REPORT, draw=salts())


def plain_pdf(files: Mapping[str, bytes]) -> bytes:
    """Return a small PDF with embedded files and without a signature."""
    writer = PdfFileWriter(stream_xrefs=False)
    page = PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=(0, 0, 200, 200))
    writer.insert_page(page)
    for name, data in files.items():
        stream = EmbeddedFileObject.from_file_data(writer, data=data, mime_type="application/octet-stream")
        embed_file(writer, FileSpec(file_spec_string=name, embedded_data=stream))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def report(
    number: str = NUMBER,
    *,
    at: datetime = SIGNED,
    key: EllipticCurvePrivateKey = REPORT,
    certificate: bytes = REPORT_CERTIFICATE,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a signed report."""
    data = report_json(number, issued_at=at)
    inside = {"report.json": data, "report.sd-jwt": credential(data, number, issued_at=at).encode()}
    pdf = plain_pdf(inside if files is None else files)
    return reports.sign_pdf(pdf, key=key, certificate=certificate, moment=at)
