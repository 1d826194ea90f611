"""What signing adds to a report's file: one field and its signature, and nothing that depends on the machine."""

import io
import re
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from chengxin.sealing.reports import sign_pdf
from factories import sealing as office

PDF = office.plain_pdf({"report.json": b"{}"})


def sign(pdf: bytes = PDF, **changed: object) -> bytes:
    arguments = {"key": office.REPORT, "certificate": office.REPORT_CERTIFICATE, "moment": office.SIGNED} | changed
    return sign_pdf(pdf, **arguments)  # type: ignore[arg-type]


def without_drawn(signed: bytes) -> bytes:
    """Return the file without what is drawn anew each time: signature and the second half of its identifier."""
    return re.sub(rb"<[0-9A-Fa-f]{400,}>|<[0-9a-f]{32}>\s*\]", b"<>", signed)


def test_nothing_but_signature_and_identifier_differs_from_time_to_time() -> None:
    first, second = sign(), sign()
    assert first.startswith(PDF)
    assert first != second
    assert without_drawn(first) == without_drawn(second)
    later = sign(moment=office.SIGNED + timedelta(days=1))
    assert without_drawn(later) != without_drawn(first)


def test_the_field_is_all_that_is_added_and_the_file_stays_what_it_is() -> None:
    before, after = (PdfFileReader(io.BytesIO(pdf)) for pdf in (PDF, sign()))
    assert set(after.root) - set(before.root) == {"/AcroForm", "/Extensions"}
    assert set(after.root["/Extensions"]) == {"/ESIC"}
    assert after.input_version == before.input_version == (1, 7)
    assert b"ModDate" not in sign()[len(PDF) :]
    (signature,) = after.embedded_signatures
    assert signature.self_reported_timestamp == office.SIGNED
    assert signature.compute_integrity_info() is None
    assert signature.coverage.name == "ENTIRE_FILE"


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", PDF[: len(PDF) // 2], PDF.replace(b"/Root ", b"/Boot ")])
def test_what_is_no_whole_file_cannot_be_signed(pdf: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be signed"):
        sign(pdf)
