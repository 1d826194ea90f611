"""X.509 certificates of the keys that sign reports: a self-signed root, and below it one for each report key.

PDF readers and PAdES want certificates; trust comes from the list of keys (``key_documents``), which holds both. So a
certificate holds no addresses of revocation lists and nothing else that would have to be fetched.
"""

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_YEARS: Final = 20

_LONGEST_NAME: Final = 64
_PURPOSES: Final = (x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"), ExtendedKeyUsageOID.EMAIL_PROTECTION)
"""Signing documents (RFC 9336), and the purpose that readers built on NSS demand of a signature in a PDF."""


def make_root(key: EllipticCurvePrivateKey, *, name: str, valid_from: datetime, serial: int | None = None) -> bytes:
    """Return the self-signed certificate of the key that certifies report keys, in DER.

    Args:
        key: The root's own key on P-256, used for nothing else and kept off line.
        name: What readers show as the issuer; at most 64 characters.
        valid_from: First moment; the certificate is valid for twenty years.
        serial: Its number; ``None`` draws one.

    Raises:
        ValueError: The name cannot stand in a certificate.
    """
    subject = _name(name)
    valid_until = valid_from.replace(year=valid_from.year + ROOT_YEARS, day=min(valid_from.day, 28))
    builder = _begun(
        subject=subject,
        issuer=subject,
        key=key.public_key(),
        valid_from=valid_from,
        valid_until=valid_until,
        serial=serial,
    )
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def make_report_certificate(
    key: EllipticCurvePublicKey,
    *,
    name: str,
    valid_from: datetime,
    valid_until: datetime,
    root: EllipticCurvePrivateKey,
    root_certificate: bytes,
    serial: int | None = None,
) -> bytes:
    """Return the certificate of a key that signs reports, in DER.

    Args:
        key: The key that is certified.
        name: What readers show as the signer; at most 64 characters.
        valid_from: First moment.
        valid_until: First moment at which the key signs no more.
        root: The root's key.
        root_certificate: The root's certificate in DER.
        serial: Its number; ``None`` draws one.

    Raises:
        ValueError: The name cannot stand in a certificate, or the root certificate is not that of the root's key.
    """
    issuer = x509.load_der_x509_certificate(root_certificate)
    if issuer.public_key() != root.public_key():
        message = "the root certificate is not that of the root's key"
        raise ValueError(message)
    builder = _begun(
        subject=_name(name),
        issuer=issuer.subject,
        key=key,
        valid_from=valid_from,
        valid_until=valid_until,
        serial=serial,
    )
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(_PURPOSES), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
    )
    return builder.sign(root, hashes.SHA256()).public_bytes(Encoding.DER)


def name_of(certificate: bytes) -> str:
    """Return the name that readers show for a certificate of ours.

    Args:
        certificate: DER.
    """
    (attribute,) = x509.load_der_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(attribute.value)


def _begun(
    *,
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePublicKey,
    valid_from: datetime,
    valid_until: datetime,
    serial: int | None,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number() if serial is None else serial)
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
    )


def _name(name: str) -> x509.Name:
    if not 0 < len(name) <= _LONGEST_NAME:
        message = f"a name has 1 to {_LONGEST_NAME} characters"
        raise ValueError(message)
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies,
        content_commitment=not certifies,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )
