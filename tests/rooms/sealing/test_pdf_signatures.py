"""The update that carries a signature: written in one pass, the same each time, and only behind files of the known form."""

import io
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from chengxin.sealing import pdf_signatures
from factories import sealing as office

PDF = office.plain_pdf({"report.json": b"{}"})


def sign(pdf: bytes = PDF, **changed: object) -> bytes:
    arguments = {"key": office.REPORT, "certificate": office.REPORT_CERTIFICATE, "moment": office.SIGNED} | changed
    return pdf_signatures.sign(pdf, **arguments)  # type: ignore[arg-type]


def without_signature(signed: bytes) -> bytes:
    return re.sub(rb"<[0-9A-F]{400,}>", b"<>", signed)


def edited(old: bytes, new: bytes) -> bytes:
    """Return the file with something exchanged in it, and the places of all that stands behind moved."""
    assert old in PDF
    at, longer = PDF.index(old), len(new) - len(old)

    def moved(found: "re.Match[bytes]") -> bytes:
        place = int(found[1])
        return found[0].replace(found[1], b"%0*d" % (len(found[1]), place + (longer if place > at else 0)))

    pdf = PDF.replace(old, new, 1)
    table = PDF.rindex(b"\nxref")
    table += longer if table > at else 0
    end = re.sub(rb"(?:startxref\s|\n)(\d+)(?= 00000 n|\s+%%EOF)", moved, pdf[table:])
    return pdf[:table] + end


def test_nothing_but_the_signature_differs_from_time_to_time() -> None:
    first, second = sign(), sign()
    assert first.startswith(PDF)
    assert first != second  # ECDSA draws
    assert without_signature(first) == without_signature(second)
    later = sign(moment=office.SIGNED + timedelta(days=1, microseconds=7))
    assert without_signature(later).replace(b"D:20300701160001Z", b"D:20300630160001Z").count(b"D:20300630160001Z") == 1


def test_the_field_is_the_only_thing_that_is_added() -> None:
    (before, after) = (PdfFileReader(io.BytesIO(pdf)).root for pdf in (PDF, sign()))
    assert set(after) - set(before) == {"/AcroForm", "/Extensions"}
    assert after["/AcroForm"]["/SigFlags"] == 3
    (signature,) = PdfFileReader(io.BytesIO(sign())).embedded_signatures
    assert signature.field_name == pdf_signatures.FIELD
    assert signature.self_reported_timestamp == office.SIGNED
    assert signature.compute_integrity_info() is None
    assert signature.coverage.name == "ENTIRE_FILE"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"%PDF-1.7", b"%PDF-2.0"),
        (b"startxref", b"startxxxx"),
        (b"\nxref", b"\nzref"),
        (b"trailer", b"tralier"),
        (b"/Size", b"/Prev 1 /Size"),
        (b"/Size", b"/Encrypt 1 0 R /Size"),
        (b"/Size", b"/Seize"),
        (b"/Root ", b"/Boot "),
        (b"/Pages ", b"/Sages "),
        (b"/Type /Catalog", b"/AcroForm <<>>\n/Type /Catalog"),
        (b"/Type /Page\n", b"/Type /Page\n/Annots 9 0 R\n"),
    ],
)
def test_a_file_of_another_form_is_refused(old: bytes, new: bytes) -> None:
    assert sign(edited(b"200 200", b"20000 20000"))
    with pytest.raises(ValueError, match="cannot be signed"):
        sign(edited(old, new))


def test_an_annotation_that_is_there_stays() -> None:
    signed = sign(edited(b"/Type /Page\n", b"/Annots [ 1 0 R ]/Type /Page\n"))
    assert b"/Annots [%d 0 R  1 0 R ]" % PdfFileReader(io.BytesIO(PDF)).trailer["/Size"] in signed


@given(st.integers(0, len(PDF) - 1), st.binary(max_size=12))
def test_whatever_the_file_it_is_signed_or_refused(place: int, written: bytes) -> None:
    changed = PDF[:place] + written + PDF[place + len(written) :]
    try:
        assert sign(changed).startswith(changed)
    except ValueError:
        assert changed != PDF
