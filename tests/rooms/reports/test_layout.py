"""The paper form: a PDF/A-3 file with its data embedded, from text that is never markup, the same on every machine."""

import io
import re
from dataclasses import replace

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from chengxin.reports.layout import Entry, Grid, Group, Row, Section, Sheet, render
from chengxin.reports.layout.coverage import printable
from factories.reports import ISSUED

HOSTILE = '#panic("x") *bold* _it_ $x$ @ref <label> \\ // /* ``` "quoted" \u202e {page} 𬍛䶮 ' + "长" * 40
DATA = b'{"number":"1","text":"\xe6\x8a\xa5"}'
CREDENTIAL = "eyJ0.e30.x~"


def sheet(text: str = "文字", *, language: str = "zh-hans", items: int = 3) -> Sheet:
    row = Row(label=text, value=text)
    entries = tuple(Entry(title=text, tag=text, rows=(row, row), reference="A") for _ in range(items))
    grid = Grid(columns=(text, text), shares=(1, 2), rows=((text, text),) * items)
    return Sheet(
        language=language, title=text, issuer=text, banner=text, head=(row,), check_title=text, check_text=text,
        check_address="https://credit.example.invalid/verify/1/", code_words=text,
        sections=(
            Section(title=text, lead=text, rows=(row,), notes=(text,)),
            Section(title=text, groups=(Group(title=text, entries=entries),), grid=grid),
        ),
        running=text, validity=text, page="{page}/{total}", data_words=text, credential_words=text,
    )  # fmt: skip


def made(one: Sheet) -> bytes:
    return render(one, data=DATA, credential=CREDENTIAL, moment=ISSUED)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_it_is_tagged_and_says_of_itself_what_it_is(language: str) -> None:
    pdf = made(sheet(language=language))
    root = PdfFileReader(io.BytesIO(pdf)).root
    metadata = root["/Metadata"].data.decode()
    assert re.search(r"pdfaid:part>3<.*pdfaid:conformance>A<", metadata, re.DOTALL)
    assert "pdfuaid:part>1<" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).lower().startswith("en" if language == "en" else "zh")


def test_its_data_are_embedded_as_they_were_given() -> None:
    names = PdfFileReader(io.BytesIO(made(sheet()))).root["/Names"]["/EmbeddedFiles"]["/Names"]
    files = {}
    for at in range(1, len(names), 2):
        described = names[at]
        files[str(described["/UF"])] = bytes(described["/EF"]["/F"].data)
        assert str(described["/AFRelationship"]) in {"/Data", "/Alternative"}
    assert files == {"report.json": DATA, "report.sd-jwt": CREDENTIAL.encode()}


def test_the_same_sheet_makes_the_same_bytes() -> None:
    assert made(sheet()) == made(sheet())


def test_no_value_is_markup() -> None:
    for language in ("zh-hans", "en"):
        assert made(sheet(HOSTILE, language=language)).startswith(b"%PDF-")


def test_nobody_goes_without_a_report_for_a_rare_character() -> None:
    for text in ("𠮷野家", "😀", "a\x00b", "\ue000", "عربي", "བོད", "\U000e0001", "a\u0301", "\ud7ff"):
        assert made(sheet(text + ".")).startswith(b"%PDF-")
    assert printable("䶮㛃𬍛𫖯𬭎鏢〔2026〕·") == "䶮㛃𬍛𫖯𬭎鏢〔2026〕·"
    assert printable("𠮷\u202e家") == "〔U+20BB7〕家"


def test_long_and_many_things_go_over_pages() -> None:
    whole = replace(sheet(items=40), running="")
    long = replace(whole, sections=(Section(title="x", rows=(Row(label="l", value="长" * 20_000),)),))
    counts = [int(PdfFileReader(io.BytesIO(made(one))).root["/Pages"]["/Count"]) for one in (whole, long)]
    assert min(counts) > 2


def test_no_font_of_the_machine_is_used() -> None:
    names = set(re.findall(rb"/FontName ?/([A-Z]{6}\+\w+)", made(sheet())))
    assert names
    assert all(re.match(rb"[A-Z]{6}\+NotoS(ans|erif)SC", name) for name in names), names
