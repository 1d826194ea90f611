"""Writing one signature into a PDF: PAdES baseline B-B, as an update behind a file that stays as it is, in one pass.

Only files of the form that the layout engine writes are taken: one cross-reference table, no form yet, no older update.
Everything else is refused. Nothing is read from the clock or the machine: the same file, key, certificate and moment
make the same bytes but for the signature itself. What is written is read back by another implementation
(``reports.verify_report``), and by others in the tests.

The update adds one invisible field on the first page, and keeps version and metadata of the file, so that it stays what
it says it is (PDF/A-3, PDF/UA-1). Sources: ISO 32000-1, 12.8; ETSI EN 319 142-1; RFC 5652; RFC 5035.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey

FIELD: Final = "Signature"

_END: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_SUBSECTION: Final = re.compile(rb"\s*(\d{1,8}) (\d{1,8})[ \r]?\n")
_ENTRY_BYTES: Final = 20
_IN_USE: Final = 17
_OFFSET_DIGITS: Final = 10
_LONGEST_END: Final = 64
_TRAILER: Final = re.compile(rb"\s*trailer\s*<<")
_IDENTIFIER: Final = re.compile(rb"/ID ?\[ ?(\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]*>)", re.DOTALL)
_KIDS: Final = re.compile(rb"/Kids ?\[ ?(\d{1,8}) 0 R")
_ANNOTATIONS: Final = re.compile(rb"/Annots ?\[")
_DEEPEST: Final = 16
_RANGE_WIDTH: Final = 48
_EMPTY_RANGE: Final = b"[".ljust(_RANGE_WIDTH)
_LONGEST_SIGNATURE: Final = 72
"""Bytes of an ECDSA signature on P-256 in DER, at most."""

_DATA: Final = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_CONTENT_TYPE: Final = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE: Final = bytes.fromhex("060b2a864886f70d010910022f")
_SHA256: Final = bytes.fromhex("300d06096086480165030402010500")
_ECDSA_WITH_SHA256: Final = bytes.fromhex("300a06082a8648ce3d040302")
_VERSION_ONE: Final = bytes.fromhex("020101")

_INTEGER: Final = 0x02
_OCTETS: Final = 0x04
_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_FIRST: Final = 0xA0
"""Tag ``[0]``, constructed."""
_DIRECTORY_NAME: Final = 0xA4


def sign(pdf: bytes, *, key: EllipticCurvePrivateKey, certificate: bytes, moment: datetime) -> bytes:
    """Return the file with one signature that covers all of it.

    Args:
        pdf: The file, not signed yet.
        key: The key, on P-256.
        certificate: Its certificate in DER.
        moment: Time of signing, written in whole seconds.

    Raises:
        ValueError: The certificate is not that of the key, or the file cannot be signed.
    """
    signer = _signer(certificate)
    if signer.public_key != key.public_key():
        message = "the certificate is not that of the key"
        raise ValueError(message)
    reserved = 2 * len(_container(signer, bytes(hashes.SHA256.digest_size), bytes(_LONGEST_SIGNATURE)))
    update, place = _update(_Source.read(pdf), moment, reserved)
    begin, end = len(pdf) + place, len(pdf) + place + reserved + 2
    spans = b"[0 %d %d %d" % (begin, end, len(pdf) + len(update) - end)
    ranges = update.rindex(_EMPTY_RANGE)
    update = update[:ranges] + spans.ljust(_RANGE_WIDTH) + update[ranges + _RANGE_WIDTH :]
    digest = hashlib.sha256(pdf)
    digest.update(update[:place])
    digest.update(update[place + reserved + 2 :])
    signature = key.sign(_tagged(_SET, *_attributes(signer, digest.digest())), ECDSA(hashes.SHA256()))
    container = _container(signer, digest.digest(), signature).hex().upper().encode()
    return b"".join((pdf, update[:place], b"<", container.ljust(reserved, b"0"), b">", update[place + reserved + 2 :]))


# The container (CMS) --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Signer:
    certificate: bytes
    public_key: object
    issuer: bytes
    serial: bytes


@lru_cache(maxsize=8)
def _signer(certificate: bytes) -> _Signer:
    loaded = x509.load_der_x509_certificate(certificate)
    number = loaded.serial_number
    return _Signer(
        certificate=certificate,
        public_key=loaded.public_key(),
        issuer=loaded.issuer.public_bytes(),
        serial=_tagged(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big")),
    )


def _attributes(signer: _Signer, digest: bytes) -> list[bytes]:
    """Return what is signed: the digest of the file, and which certificate it is (PAdES B-B), in the order of DER."""
    named = _tagged(_SEQUENCE, _tagged(_SEQUENCE, _tagged(_DIRECTORY_NAME, signer.issuer)), signer.serial)
    identified = _tagged(
        _SEQUENCE, _tagged(_OCTETS, hashlib.sha256(signer.certificate).digest()), named
    )  # SHA-256 is the default and therefore not named
    values = {
        _CONTENT_TYPE: _DATA,
        _MESSAGE_DIGEST: _tagged(_OCTETS, digest),
        _SIGNING_CERTIFICATE: _tagged(_SEQUENCE, _tagged(_SEQUENCE, identified)),
    }
    return sorted(_tagged(_SEQUENCE, kind, _tagged(_SET, value)) for kind, value in values.items())


def _container(signer: _Signer, digest: bytes, signature: bytes) -> bytes:
    info = _tagged(
        _SEQUENCE,
        _VERSION_ONE,
        _tagged(_SEQUENCE, signer.issuer, signer.serial),
        _SHA256,
        _tagged(_FIRST, *_attributes(signer, digest)),
        _ECDSA_WITH_SHA256,
        _tagged(_OCTETS, signature),
    )
    signed = _tagged(
        _SEQUENCE,
        _VERSION_ONE,
        _tagged(_SET, _SHA256),
        _tagged(_SEQUENCE, _DATA),
        _tagged(_FIRST, signer.certificate),
        _tagged(_SET, info),
    )
    return _tagged(_SEQUENCE, _SIGNED_DATA, _tagged(_FIRST, signed))


def _tagged(tag: int, *contents: bytes) -> bytes:
    """Return a value in DER."""
    value = b"".join(contents)
    length = len(value)
    if length < 0x80:  # noqa: PLR2004 - X.690, 8.1.3: the short form ends here
        return bytes((tag, length)) + value
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + value


# The update -----------------------------------------------------------------------------------------------------------


def _require(holds: bool, place: str) -> None:  # noqa: FBT001 - a condition, not an option
    if not holds:
        message = f"this file cannot be signed: {place}"
        raise ValueError(message)


def _matched(found: "re.Match[bytes] | None", place: str) -> "re.Match[bytes]":
    if found is None:
        message = f"this file cannot be signed: {place}"
        raise ValueError(message)
    return found


@dataclass(frozen=True, slots=True)
class _Source:
    """What an update must know of the file before it."""

    pdf: bytes
    table: int
    offsets: Mapping[int, int]
    size: int
    root: int
    information: bytes
    identifier: bytes

    @classmethod
    def read(cls, pdf: bytes) -> "_Source":
        _require(pdf.startswith(b"%PDF-1."), "beginning")
        end = _matched(_END.search(pdf, max(0, len(pdf) - _LONGEST_END)), "end")
        table = int(end[1])
        offsets, at = _offsets(pdf, table)
        opened = _matched(_TRAILER.match(pdf, at), "trailer")
        trailer = pdf[opened.end() : end.start()]
        _require(not any(name in trailer for name in (b"/Prev", b"/XRefStm", b"/Encrypt")), "trailer")
        information = re.search(rb"/Info \d{1,8} 0 R", trailer)
        identifier = _IDENTIFIER.search(trailer)
        return cls(
            pdf=pdf,
            table=table,
            offsets=offsets,
            size=_number(rb"/Size (\d{1,8})", trailer),
            root=_number(rb"/Root (\d{1,8}) 0 R", trailer),
            information=b"" if information is None else information[0],
            identifier=b"" if identifier is None else identifier[1],
        )

    def dictionary(self, number: int) -> bytes:
        """Return an object, without the brackets of its dictionary."""
        offset = self.offsets.get(number, -1)
        _require(offset >= 0, f"object {number}")
        following = min((other for other in self.offsets.values() if other > offset), default=self.table)
        found = re.match(rb"%d 0 obj\s*<<(.*)>>\s*endobj\s*\Z" % number, self.pdf[offset:following], re.DOTALL)
        return _matched(found, f"object {number}")[1]

    def first_page(self, catalog: bytes) -> tuple[int, bytes]:
        number = _number(rb"/Pages (\d{1,8}) 0 R", catalog)
        node = self.dictionary(number)
        for _ in range(_DEEPEST):
            if re.search(rb"/Type ?/Page\b", node):
                break
            number = _number(_KIDS.pattern, node)
            node = self.dictionary(number)
        return number, node


def _offsets(pdf: bytes, table: int) -> tuple[dict[int, int], int]:
    """Return where each object begins, by the cross-reference table, and where the table ends."""
    _require(pdf.startswith(b"xref", table), "table")
    found: dict[int, int] = {}
    at = table + len(b"xref")
    while (section := _SUBSECTION.match(pdf, at)) is not None:
        first, count = int(section[1]), int(section[2])
        at = section.end()
        for number in range(first, first + count):
            if pdf[at + _IN_USE : at + _IN_USE + 1] == b"n":
                found[number] = int(pdf[at : at + _OFFSET_DIGITS])
            at += _ENTRY_BYTES
    return found, at


def _number(pattern: bytes, contents: bytes) -> int:
    return int(_matched(re.search(pattern, contents), pattern.decode())[1])


def _update(source: _Source, moment: datetime, reserved: int) -> tuple[bytes, int]:
    """Return the update with empty places for ranges and signature, and where in it the signature's place begins."""
    catalog = source.dictionary(source.root)
    _require(not any(name in catalog for name in (b"/AcroForm", b"/Extensions", b"/Perms")), "catalog")
    page_number, page = source.first_page(catalog)
    field, value = source.size, source.size + 1
    begun = _ANNOTATIONS.search(page)
    _require(begun is not None or b"/Annots" not in page, "annotations")
    annotated = (
        page + b"/Annots[%d 0 R]" % field
        if begun is None
        else page[: begun.end()] + b"%d 0 R " % field + page[begun.end() :]
    )
    # In a PDF 1.7 the kind of signature is an extension, which the catalog has to name (ETSI EN 319 142-1, 5.6).
    extended = catalog + (
        b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>"
        b"/Extensions<</ESIC<</Type/DeveloperExtensions/BaseVersion/1.7/ExtensionLevel 1>>>>" % field
    )
    at = moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()
    signature = (
        b"/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%s)/ByteRange %s]/Contents " % (
            at, _EMPTY_RANGE,
        )
    )  # fmt: skip
    widget = b"/Type/Annot/Subtype/Widget/FT/Sig/T(%s)/F 132/Rect[0 0 0 0]/P %d 0 R/V %d 0 R" % (
        FIELD.encode(), page_number, value,
    )  # fmt: skip
    made = bytearray(b"\n")
    places: dict[int, int] = {}
    for number, contents in ((page_number, annotated), (source.root, extended), (field, widget)):
        places[number] = len(source.pdf) + len(made)
        made += b"%d 0 obj\n<<%s>>\nendobj\n" % (number, contents)
    places[value] = len(source.pdf) + len(made)
    made += b"%d 0 obj\n<<%s" % (value, signature)
    place = len(made)
    made += b"<%s>>>\nendobj\n" % (b"0" * reserved)
    table = len(source.pdf) + len(made)
    made += b"xref\n0 1\n0000000000 65535 f\r\n"
    for number in sorted(places):
        made += b"%d 1\n%010d 00000 n\r\n" % (number, places[number])
    identifier = b""
    if source.identifier:
        identifier = b"/ID[%s<%s>]" % (source.identifier, hashlib.sha256(made).hexdigest()[:32].encode())
    made += b"trailer\n<</Size %d/Root %d 0 R%s%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        value + 1, source.root, source.information, identifier, source.table, table,
    )  # fmt: skip
    return bytes(made), place
