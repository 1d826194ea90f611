"""Reports: a PDF/A-3 with its data embedded, signed as PAdES. The signing half, and the verification.

A report is one PDF file with two files embedded: ``report.json`` (canonical JSON: ``format``, ``issuer``, ``number``,
``issued_at``, ``valid_until``, ``data``) and ``report.sd-jwt`` (``credentials``), which names the digest of the first.
One signature covers the whole file. The layout is not made here.

A PDF is checked twice. First by hand, on the bytes: the one gap in the signed range holds nothing but the signature in
its one spelling, and the signature holds under a key of the published list. Only then is the file parsed at all, by
pyHanko, which validates signature and certificates as any PDF reader would. So no parser sees bytes that we have not
signed, and every changed bit of the file is found, also in the gap: filling, spelling, certificates, versions.

The time of signing is the signer's own word, unless a proof of age is given (``key_documents``). No network is used.
"""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from asn1crypto import algos, cms, parser, x509
from asn1crypto import keys as asn1_keys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from chengxin.sealing.credentials import CredentialFacts, verify_credential
from chengxin.sealing.digests import JSON, canonical, moment_text
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyEntry, KeyUse
from chengxin.sealing.moments import read_moment
from chengxin.sealing.signed_texts import read_object

FORMAT: Final = "chengxin-report-1"
DATA_NAME: Final = "report.json"
CREDENTIAL_NAME: Final = "report.sd-jwt"
LARGEST_REPORT: Final = 64 << 20

_FIELD: Final = "Signature"
_RESERVED_DIGITS: Final = 8192
"""Room for the container in hexadecimal, some three times what it takes; unsaid, pyHanko signs twice to find out."""
_RANGE: Final = re.compile(rb"/ByteRange ?\[ ?0 (\d{1,10}) (\d{1,10}) (\d{1,10}) *\]")
_GAP: Final = re.compile(rb"<(?:[0-9A-F]{2})+>\Z")
_LARGEST_SIGNATURE: Final = 64 << 10
_MEMBERS: Final = {"format", "issuer", "number", "issued_at", "valid_until", "data"}
_DEEPEST: Final = 8
_LONGEST_NUMBER: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What a signed report proves.

    Attributes:
        issuer: Address of the platform.
        number: Number of the report.
        issued_at: When it was issued.
        valid_until: First moment at which it serves no more; judging that is left to the caller, who has the clock.
        key_name: Key that signed it.
        signed_at: Time inside the signature: the signer's own word.
        proven_at: Moment at which it is proven to have been there without the signer's word; ``None``: not proven.
        data: What it says.
        credential: What its embedded credential proves.
        sha256: Digest of the whole file, by which the ledger and the portal know it.
    """

    issuer: str
    number: str
    issued_at: datetime
    valid_until: datetime
    key_name: str
    signed_at: datetime
    proven_at: datetime | None
    data: Mapping[str, Any]
    credential: CredentialFacts
    sha256: bytes


def report_data(
    *, issuer: str, number: str, issued_at: datetime, valid_until: datetime, data: Mapping[str, JSON]
) -> bytes:
    """Return the contents of ``report.json``, to be embedded before signing.

    Raises:
        TypeError: A value has no canonical form.
        ValueError: A value has no canonical form.
    """
    return canonical(
        {
            "format": FORMAT,
            "issuer": issuer,
            "number": number,
            "issued_at": moment_text(issued_at),
            "valid_until": moment_text(valid_until),
            "data": data,
        }
    )


def sign_pdf(pdf: bytes, *, key: EllipticCurvePrivateKey, certificate: bytes, moment: datetime) -> bytes:
    """Return the PDF with one PAdES signature (baseline B-B) that covers all of it.

    Args:
        pdf: The file, with its data embedded and not signed yet.
        key: The key of reports.
        certificate: Its certificate in DER.
        moment: Time of signing, written into the signature in whole seconds.

    Raises:
        ValueError: The certificate is not that of the key, or the file cannot be signed.
    """
    certified = x509.Certificate.load(certificate)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_numbers()
    point = certified.public_key["public_key"].to_coords()
    if point != (public.x, public.y):
        message = "the certificate is not that of the key"
        raise ValueError(message)
    signer = SimpleSigner(
        signing_cert=certified,
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        embed_roots=False,
    )
    metadata = PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, embed_validation_info=False
    )
    try:
        writer = _UpdateAsItIs(io.BytesIO(pdf))
        signed: io.BytesIO = _SignerAt(metadata, signer, moment.replace(microsecond=0)).sign_pdf(
            writer, bytes_reserved=_RESERVED_DIGITS
        )
    except Exception as wrong:
        message = f"this file cannot be signed: {wrong}"
        raise ValueError(message) from wrong
    return signed.getvalue()


def verify_report(pdf: bytes, keys: KeyDocument, *, proven_at: datetime | None = None) -> ReportFacts:
    """Check a signed report and return what it proves. Whether it is over, withdrawn or replaced is not judged here.

    Args:
        pdf: The whole file.
        keys: The list of keys.
        proven_at: A moment at which this very file is proven to have been there (``ages``), for the case that its key
            was revoked.

    Raises:
        NotVerified: It is no report, was altered in any bit, or its key is not good.
    """
    entry = _check_bytes(pdf, keys)
    try:
        signed_at, files = _parse(pdf, keys, entry, proven_at)
    except NotVerified:
        raise
    except Exception:  # noqa: BLE001 - the libraries name no root of their errors
        raise NotVerified(Fault.MALFORMED, "pdf") from None
    data = files.get(DATA_NAME)
    text = files.get(CREDENTIAL_NAME)
    if data is None or text is None:
        raise NotVerified(Fault.MALFORMED, "embedded")
    contents = read_object(data, place=DATA_NAME)
    if set(contents) != _MEMBERS or contents["format"] != FORMAT or not isinstance(contents["data"], dict):
        raise NotVerified(Fault.MALFORMED, DATA_NAME)
    try:
        credential = verify_credential(text.decode("ascii"), keys, proven_at=proven_at)
    except UnicodeDecodeError:
        raise NotVerified(Fault.MALFORMED, CREDENTIAL_NAME) from None
    facts = ReportFacts(
        issuer=keys.issuer,
        number=_number(contents["number"]),
        issued_at=read_moment(contents["issued_at"], place="issued_at"),
        valid_until=read_moment(contents["valid_until"], place="valid_until"),
        key_name=entry.name,
        signed_at=signed_at,
        proven_at=proven_at,
        data=contents["data"],
        credential=credential,
        sha256=hashlib.sha256(pdf).digest(),
    )
    if contents["issuer"] != keys.issuer or not _belong_together(facts, data):
        raise NotVerified(Fault.PARTS_DISAGREE, CREDENTIAL_NAME)
    return facts


def _belong_together(facts: ReportFacts, data: bytes) -> bool:
    credential = facts.credential
    return (
        credential.number == facts.number
        and credential.report_sha256 == hashlib.sha256(data).digest()
        and credential.issued_at == facts.issued_at.replace(microsecond=0)
        and credential.valid_until == facts.valid_until.replace(microsecond=0)
        and facts.issued_at.replace(microsecond=0) <= facts.signed_at < facts.valid_until
    )


def _number(value: object) -> str:
    if isinstance(value, str) and 0 < len(value) <= _LONGEST_NUMBER:
        return value
    raise NotVerified(Fault.MALFORMED, "number")


class _UpdateAsItIs(IncrementalPdfFileWriter):
    """An update that leaves the file's metadata alone: the library would write the machine's clock into them."""

    def _update_meta(self) -> None:
        pass


class _SignerAt(PdfSigner):
    """A signer that is told the time of signing, and keeps the file what it says it is."""

    def __init__(self, metadata: PdfSignatureMetadata, signer: SimpleSigner, moment: datetime) -> None:
        super().__init__(metadata, signer)
        self._moment = moment

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 - the library's signature
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._moment
        return session

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        # The kind of signature is named, as ETSI EN 319 142-1 wants it in a PDF 1.7. The library would also name the
        # curve, and for that raise the file to PDF 2.0, which a PDF/A-3 must not be.
        del md_algorithm
        pdf_out.register_extension(ESIC_EXTENSION_1)


# The bytes, before anything is parsed ---------------------------------------------------------------------------------


def _check_bytes(pdf: bytes, keys: KeyDocument) -> KeyEntry:
    """Check that the whole file but the signature is signed, and return the key.

    Raises:
        NotVerified: It is no signed PDF, or the signature does not hold in its one spelling.
    """
    if len(pdf) > LARGEST_REPORT:
        raise NotVerified(Fault.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        raise NotVerified(Fault.MALFORMED, "pdf")
    at = pdf.rfind(b"/ByteRange")
    ranges = _RANGE.match(pdf, at) if at >= 0 else None
    if ranges is None:
        raise NotVerified(Fault.MALFORMED, "signature")
    end, begin, rest = (int(number) for number in ranges.groups())
    if not end < begin or begin + rest != len(pdf) or begin - end > _LARGEST_SIGNATURE:
        # A signature that does not reach the end of the file: something was added or cut off after signing.
        raise NotVerified(Fault.ALTERED, "range")
    gap = pdf[end:begin]
    if not _GAP.match(gap):
        raise NotVerified(Fault.ALTERED, "signature")
    digest = hashlib.sha256(pdf[:end])
    digest.update(pdf[begin:])
    try:
        return _check_signature(bytes.fromhex(gap[1:-1].decode()), digest.digest(), keys)
    except NotVerified:
        raise
    except Exception:  # noqa: BLE001 - the library names no root of its errors
        raise NotVerified(Fault.ALTERED, "signature") from None


def _check_signature(padded: bytes, digest: bytes, keys: KeyDocument) -> KeyEntry:
    _, _, _, header, contents, trailer = parser.parse(padded, strict=False)
    raw = padded[: len(header) + len(contents) + len(trailer)]
    info = cms.ContentInfo.load(raw)
    (signer,) = info["content"]["signer_infos"]
    entry = _entry(signer["sid"], keys)
    attributes = signer["signed_attrs"]
    digests = [attribute["values"] for attribute in attributes if attribute["type"].native == "message_digest"]
    signature = signer["signature"].native
    if padded[len(raw) :].strip(b"\0") or [values.native for values in digests] != [[digest]]:
        raise NotVerified(Fault.ALTERED, "digest")
    signed = cms.CMSAttributes.load(attributes.untag().dump())
    try:
        key = entry.public_key
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, signed.dump(force=True), ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise NotVerified(Fault.ALTERED, "signature") from None
    # Much of a CMS structure is signed by nobody. It is compared with the only one we make.
    if _container(entry, signed, signature) != raw:
        raise NotVerified(Fault.ALTERED, "container")
    return entry


def _entry(identifier: cms.SignerIdentifier, keys: KeyDocument) -> KeyEntry:
    for entry in keys.of_use(KeyUse.REPORT):
        if entry.certificate is not None and _identifier(entry.certificate).dump() == identifier.dump():
            return entry
    raise NotVerified(Fault.UNKNOWN_KEY, "certificate")


def _identifier(certificate: bytes) -> cms.SignerIdentifier:
    certified = x509.Certificate.load(certificate)
    return cms.SignerIdentifier(
        {
            "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                {"issuer": certified.issuer, "serial_number": certified.serial_number}
            )
        }
    )


def _container(entry: KeyEntry, attributes: cms.CMSAttributes, signature: bytes) -> bytes:
    """Return the CMS structure as ``sign_pdf`` makes it."""
    certificate = entry.certificate or b""
    algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": _identifier(certificate),
            "digest_algorithm": algorithm,
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": signature,
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((algorithm,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [x509.Certificate.load(certificate)],
            "signer_infos": [signer],
        }
    )
    container = cms.ContentInfo({"content_type": cms.ContentType("signed_data"), "content": content})
    return bytes(container.dump())


# The file, after its bytes are known to be ours -----------------------------------------------------------------------


def _parse(
    pdf: bytes, keys: KeyDocument, entry: KeyEntry, proven_at: datetime | None
) -> tuple[datetime, dict[str, bytes]]:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        raise NotVerified(Fault.ALTERED, "signatures")
    (signature,) = signatures
    signed_at = signature.self_reported_timestamp
    if signed_at is None or signed_at.tzinfo is None:
        raise NotVerified(Fault.MALFORMED, "time")
    if signature.signer_cert.dump() != entry.certificate:
        raise NotVerified(Fault.ALTERED, "certificate")
    # The list is asked before the certificate: its words are more exact.
    keys.require_good(entry.name, KeyUse.REPORT, claimed_at=signed_at, proven_at=proven_at)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in keys.report_roots],
        allow_fetching=False,
        moment=signed_at,
        best_signature_time=signed_at,
        time_tolerance=timedelta(0),
        revocation_mode="soft-fail",
    )
    status = validate_pdf_signature(signature, context)
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE or not (status.intact and status.valid):
        raise NotVerified(Fault.ALTERED, "signature")
    if not status.trusted:
        raise NotVerified(Fault.UNKNOWN_KEY, "certificate")
    return signed_at, dict(_files(reader.root["/Names"]["/EmbeddedFiles"]))


def _files(node: DictionaryObject, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield name and contents of the embedded files that are ours, from the name tree of a PDF.

    Raises:
        NotVerified: The tree is too deep.
    """
    if depth > _DEEPEST:
        raise NotVerified(Fault.MALFORMED, "embedded")
    for child in _array(node, "/Kids"):
        yield from _files(_followed(child), depth + 1)
    members = _array(node, "/Names")
    for specification in members[1::2]:
        described = _followed(specification)
        name = str(described["/UF"] if "/UF" in described else described["/F"])
        if name in {DATA_NAME, CREDENTIAL_NAME}:
            yield name, bytes(described["/EF"]["/F"].data)


def _followed(value: PdfObject) -> Any:  # noqa: ANN401 - whatever the file holds
    return value.get_object()  # type: ignore[no-untyped-call]


def _array(node: DictionaryObject, name: str) -> list[PdfObject]:
    try:
        return list(node[name])  # follows a reference, as ``get`` does not
    except KeyError:
        return []
