"""Signed reports: every bit counts, and a PDF of the layout engine is signed and verified as well."""

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from chengxin.sealing.certificates import make_root
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyUse, open_keys, sign_keys
from chengxin.sealing.reports import sign_pdf, verify_report
from factories import sealing as office

KEYS = open_keys(office.keys_text(), office.ROOT.public_key())
PDF = office.report()
MOMENT = timedelta(seconds=1)


def fault_of(pdf: bytes, keys: KeyDocument = KEYS) -> Fault:
    with pytest.raises(NotVerified) as caught:
        verify_report(pdf, keys)
    return caught.value.fault


def test_a_report_proves_what_it_says() -> None:
    facts = verify_report(PDF, KEYS)
    assert (facts.number, facts.issuer, facts.data) == (office.NUMBER, office.ISSUER, office.DATA)
    assert (facts.issued_at, facts.signed_at) == (office.SIGNED, office.SIGNED)
    assert facts.valid_until == office.VALID_UNTIL
    assert facts.proven_at is None
    assert facts.sha256 == hashlib.sha256(PDF).digest()
    assert facts.credential.report_sha256 == hashlib.sha256(office.report_json()).digest()


@pytest.mark.parametrize("standard", ["a-3a", "ua-1"])
def test_a_file_of_the_layout_engine_is_signed_and_verified(tmp_path: Path, standard: str) -> None:
    data = office.report_json()
    (tmp_path / "report.json").write_bytes(data)
    (tmp_path / "report.sd-jwt").write_text(office.credential(data), encoding="ascii")
    (tmp_path / "report.typ").write_text(
        '#set document(title: "Report", date: datetime(year: 2030, month: 7, day: 1))\n'
        '#pdf.attach("report.json", mime-type: "application/json", relationship: "data", description: "Data")\n'
        '#pdf.attach("report.sd-jwt", mime-type: "application/dc+sd-jwt", relationship: "alternative",'
        ' description: "Credential")\n= Report\nText.\n',
        encoding="utf-8",
    )
    standards = ["a-3a"] if standard == "a-3a" else ["a-3a", "ua-1"]
    pdf = typst.compile(str(tmp_path / "report.typ"), format="pdf", pdf_standards=standards)
    signed = sign_pdf(pdf, key=office.REPORT, certificate=office.REPORT_CERTIFICATE, moment=office.SIGNED)
    assert signed.startswith(pdf)
    assert verify_report(signed, KEYS).number == office.NUMBER


@given(st.integers(0, len(PDF) - 1), st.integers(0, 7))
def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    changed = bytearray(PDF)
    changed[place] ^= 1 << bit
    assert fault_of(bytes(changed)) in {Fault.ALTERED, Fault.MALFORMED, Fault.UNKNOWN_KEY}


@given(st.integers(0, len(PDF) - 1))
def test_a_cut_or_lengthened_file_is_refused(length: int) -> None:
    assert fault_of(PDF[:length]) in {Fault.ALTERED, Fault.MALFORMED}
    assert fault_of(PDF + PDF[:length] + b"\n") in {Fault.ALTERED, Fault.MALFORMED}


@given(st.binary(max_size=300))
def test_other_bytes_are_no_report(contents: bytes) -> None:
    assert fault_of(contents) is Fault.MALFORMED
    assert fault_of(b"%PDF-1.7\n" + contents) is Fault.MALFORMED


def test_a_later_revision_is_refused_and_so_is_a_second_signature() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(PDF))
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert fault_of(out.getvalue()) is Fault.ALTERED
    with pytest.raises(ValueError, match="cannot be signed"):
        sign_pdf(PDF, key=office.REPORT, certificate=office.REPORT_CERTIFICATE, moment=office.SIGNED)


def test_a_signature_moved_to_another_report_is_refused() -> None:
    other = office.report("R2030-0000-0002")
    (theirs,) = PdfFileReader(io.BytesIO(PDF)).embedded_signatures
    (own,) = PdfFileReader(io.BytesIO(other)).embedded_signatures
    start, end = own.byte_range[1], own.byte_range[2]
    moved = other[:start] + PDF[theirs.byte_range[1] : theirs.byte_range[2]].ljust(end - start) + other[end:]
    assert fault_of(moved[: len(other)]) is Fault.ALTERED


def test_parts_of_two_reports_are_refused() -> None:
    data = office.report_json()
    number = "R2030-0000-0002"
    for files in (
        {"report.json": data, "report.sd-jwt": office.credential(data, number).encode()},
        {"report.json": office.report_json(number), "report.sd-jwt": office.credential(data).encode()},
        {
            "report.json": office.report_json(issuer="https://another.invalid"),
            "report.sd-jwt": office.credential(data).encode(),
        },
        {
            "report.json": data,
            "report.sd-jwt": office.credential(data, issued_at=office.SIGNED - timedelta(days=1)).encode(),
        },
    ):
        assert fault_of(office.report(files=files)) is Fault.PARTS_DISAGREE


def test_a_signed_file_without_the_parts_is_no_report() -> None:
    data = office.report_json()
    for files in (
        {},
        {"report.json": data},
        {"report.sd-jwt": office.credential(data).encode()},
        {"report.json": data, "report.sd-jwt": "é".encode()},
        {"report.json": b"{}", "report.sd-jwt": office.credential(data).encode()},
        {"report.json": b"[]", "report.sd-jwt": office.credential(data).encode()},
    ):
        assert fault_of(office.report(files=files)) is Fault.MALFORMED


def test_a_key_or_certificate_that_is_not_in_the_list_is_refused() -> None:
    thief = office.p256("thief")
    own = office.certified(thief, 2, office.BEGAN, office.ROTATED)
    assert fault_of(office.report(key=thief, certificate=own)) is Fault.ALTERED  # same name and number, another key
    other = office.certified(thief, 9, office.BEGAN, office.ROTATED)
    assert fault_of(office.report(key=thief, certificate=other)) is Fault.UNKNOWN_KEY
    with pytest.raises(ValueError, match="not that of the key"):
        office.report(key=thief)


def test_a_certificate_below_another_root_is_refused() -> None:
    other = make_root(office.p256("other root"), name="Another", valid_from=office.BEGAN)
    rootless = sign_keys(replace(office.document(), report_roots=(other,)), office.ROOT)
    assert fault_of(PDF, open_keys(rootless, office.ROOT.public_key())) is Fault.UNKNOWN_KEY


def test_last_years_report_verifies_after_rotation_and_one_signed_too_late_does_not() -> None:
    last = office.ROTATED - MOMENT
    assert verify_report(office.report(at=last), KEYS).signed_at == last
    assert fault_of(office.report(at=office.ROTATED)) is Fault.KEY_EXPIRED_AT_SIGNING
    assert fault_of(office.report(at=office.BEGAN - MOMENT)) is Fault.KEY_NOT_YET_VALID


def test_after_a_revocation_a_proof_of_age_is_needed() -> None:
    since = office.SIGNED + timedelta(days=30)
    keys = open_keys(office.keys_text(office.revoked(KeyUse.REPORT, since)), office.ROOT.public_key())
    assert fault_of(PDF, keys) is Fault.KEY_REVOKED
    assert verify_report(PDF, keys, proven_at=since - MOMENT).proven_at == since - MOMENT
    with pytest.raises(NotVerified) as caught:
        verify_report(PDF, keys, proven_at=since)
    assert caught.value.fault is Fault.KEY_REVOKED


def test_a_file_that_is_no_pdf_is_not_signed() -> None:
    with pytest.raises(ValueError, match="cannot be signed"):
        sign_pdf(b"text", key=office.REPORT, certificate=office.REPORT_CERTIFICATE, moment=office.SIGNED)
