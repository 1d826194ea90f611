"""Builds the hostile corpus: some hundreds of small files that an honest or a malicious sender might bring.

Each case says what must come of it: the refusal's code, or the number of lines and the codes of the broken ones.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

HEADER = "证件号码,姓名,信息编号"
ROW = "359900199003070018,张三,R-1"


@dataclass(frozen=True, slots=True)
class Case:
    """A file and what must come of it."""

    name: str
    content: bytes = field(repr=False)
    refused: str | None = None
    lines: int | None = None
    broken: tuple[tuple[int, str], ...] = ()


def corpus(folder: Path) -> list[Case]:
    """Return all cases; names are unique."""
    cases = [
        *_encodings(),
        *_shapes(),
        *_headers(),
        *_characters(),
        *_quotes(),
        *_marks(),
        *_json_lines(),
        *_parquet(folder),
        *_workbooks(folder),
    ]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    return cases


def table(rows: int = 1) -> str:
    return "\n".join([HEADER] + [ROW] * rows) + "\n"


def _encodings() -> Iterator[Case]:
    text = table(2)
    yield Case("utf-8", text.encode(), lines=2)
    yield Case("utf-8-mark", text.encode("utf-8-sig"), lines=2)
    yield Case("gb18030", text.encode("gb18030"), lines=2)
    yield Case("gb18030-rare", (text + "359900199003070018,䶮𫖯,R-2\n").encode("gb18030"), lines=3)
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        refused = "TEXT_UTF16"
        content = text.encode(name)
        if name == "utf-16-le":
            content = b"\xff\xfe" + content
        if name == "utf-16-be":
            content = b"\xfe\xff" + content
        yield Case(f"encoding-{name}", content, refused=refused)
    yield Case("utf-16-without-mark", "id,name\n1,a\n".encode("utf-16-le"), refused="TEXT_UTF16")
    for name in ("big5", "shift_jis", "latin-1", "cp1251", "cp1252"):
        sample = {
            "big5": "證件號碼,姓名,編號\n1,陳國強的資料,文書號碼與法院名稱\n" * 3,
            "shift_jis": "番号,名前\n1,ひらがなとカタカナ\n" * 3,
            "latin-1": "número,prénom\n1,José Éluard à côté\n" * 3,
            "cp1251": "номер,имя\n1,Мария\n" * 3,
            "cp1252": "preis,wert\n1,5€ für Müller\n" * 3,
        }[name]
        yield Case(f"encoding-{name}", sample.encode(name), refused="TEXT_ENCODING_UNKNOWN")
    yield Case("mark-but-gb18030", b"\xef\xbb\xbf" + text.encode("gb18030"), refused="TEXT_ENCODING_UNKNOWN")
    yield Case("utf-8-cut-in-character", (HEADER + "\n1,2,张").encode()[:-1], refused="TEXT_TRUNCATED")
    yield Case("utf-8-bad-byte", text.encode() + b"\xff\xff\n", refused="TEXT_ENCODING_UNKNOWN")
    yield Case("utf-8-overlong", b"a,b\n\xc0\x80,1\n", refused="TEXT_ENCODING_UNKNOWN")
    yield Case("utf-8-surrogate", b"a,b\n\xed\xa0\x80,1\n", refused="TEXT_ENCODING_UNKNOWN")
    yield Case("zeros", b"\x00" * 4096, refused="TEXT_BINARY")


def _shapes() -> Iterator[Case]:
    yield Case("empty", b"", refused="FILE_EMPTY")
    for name, content in (("blank", b"\n\n\r\n"), ("spaces", b"   \n \t\n"), ("mark-only", b"\xef\xbb\xbf")):
        yield Case(f"nothing-{name}", content, refused="FILE_EMPTY")
    yield Case("header-only", (HEADER + "\n").encode(), refused="NO_LINES")
    yield Case("header-without-end", HEADER.encode(), refused="NO_LINES")
    for delimiter in (",", ";", "\t"):
        for end in ("\n", "\r\n", "\r"):
            for last in (True, False):
                for mark in (True, False):
                    content = table(3).replace(",", delimiter).replace("\n", end)
                    content = content if last else content.removesuffix(end)
                    kind = f"shape-{delimiter!r}-{end!r}-{last}-{mark}"
                    yield Case(kind, content.encode("utf-8-sig" if mark else "utf-8"), lines=3)
    for position in range(1, 6):
        rows = [ROW] * 5
        rows[position - 1] = "only,two"
        few = "\n".join([HEADER, *rows])
        yield Case(f"few-columns-{position}", few.encode(), lines=5, broken=((position, "COLUMN_COUNT"),))
        rows[position - 1] = "one,two,three,four"
        many = "\n".join([HEADER, *rows])
        yield Case(f"many-columns-{position}", many.encode(), lines=5, broken=((position, "COLUMN_COUNT"),))
    yield Case("blank-lines-between", f"{HEADER}\n\n{ROW}\n\n\n{ROW}\n\n".encode(), lines=2)
    yield Case("only-delimiters", f"{HEADER}\n,,\n".encode(), lines=1)
    yield Case("one-column", "姓名\n张三\n李四\n".encode(), lines=2)
    yield Case("line-of-a-mebibyte", f"a,b\n1,{'x' * (1 << 20)}\n".encode(), refused="LINE_TOO_LONG")
    yield Case("line-just-below", f"a,b\n1,{'x' * ((1 << 20) - 2)}\n".encode(), lines=1)
    yield Case("header-of-a-mebibyte", b"a" * ((1 << 20) + 1), refused="LINE_TOO_LONG")
    yield Case("two-delimiters", b"a;b,c\n1;2,3\n", refused="DELIMITER_UNCLEAR")
    yield Case("delimiter-by-first-line", b"a;b,c\n1;2\n", lines=1)


def _headers() -> Iterator[Case]:
    yield Case("header-duplicate", b"a,b,a\n1,2,3\n", refused="HEADER_DUPLICATE")
    yield Case("header-duplicate-spaces", b"a,b, a \n1,2,3\n", refused="HEADER_DUPLICATE")
    for position in range(3):
        names = ["a", "b", "c"]
        names[position] = " "
        yield Case(f"header-empty-{position}", (",".join(names) + "\n1,2,3\n").encode(), refused="HEADER_EMPTY")
    yield Case("header-trailing-delimiter", b"a,b,\n1,2,\n", refused="HEADER_EMPTY")
    yield Case("header-quote", b'"a,b\n1,2\n', refused="HEADER_QUOTE")
    yield Case("header-long", (b"a" * 201) + b",b\n1,2\n", refused="HEADER_TOO_LONG")
    yield Case("header-control", b"a\x07,b\n1,2\n", refused="HEADER_CHARACTER")
    yield Case("header-direction", "a\u202e,b\n1,2\n".encode(), refused="HEADER_CHARACTER")
    wide = ",".join(f"h{number}" for number in range(501))
    yield Case("columns-501", f"{wide}\n{wide}\n".encode(), refused="COLUMNS_TOO_MANY")
    fits = ",".join(f"h{number}" for number in range(500))
    yield Case("columns-500", f"{fits}\n{fits}\n".encode(), lines=1)
    yield Case("header-injection", b"=cmd|' /C calc'!A0,b\n1,2\n", lines=1)


def _characters() -> Iterator[Case]:
    for number in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F):
        content = f"{HEADER}\n{ROW}\n1,a{chr(number)}b,2\n{ROW}\n"
        yield Case(f"control-{number:02x}", content.encode(), lines=3, broken=((2, "CONTROL_CHARACTER"),))
    for number in (0x80, 0x85, 0x9F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF):
        content = f"{HEADER}\n{ROW}\n1,a{chr(number)}b,2\n{ROW}\n"
        yield Case(f"control-{number:04x}", content.encode(), lines=3, broken=((2, "CONTROL_CHARACTER"),))
    lost = f"{HEADER}\n1,张\ufffd,2\n"
    yield Case("replacement", lost.encode(), lines=1, broken=((1, "REPLACEMENT_CHARACTER"),))
    for name, value in (
        ("wide-digits", "３５９９００１９９００３０７００１８"),
        ("emoji", "😀"),
        ("combining", "e\u0301"),
        ("joiner", "a\u200db"),
        ("formula", '"=HYPERLINK(""http://example.invalid"")"'),
        ("plus", "+1"),
        ("at", "@x"),
        ("ideographic-space", "\u3000张三\u3000"),
        ("script", "<script>alert(1)</script>"),
        ("sql", "'; DROP TABLE x; --"),
        ("template", "{{7*7}}"),
        ("path", "../../etc/passwd"),
        ("percent", "%s%n"),
        ("null-word", "NULL"),
        ("na-word", "N/A"),
        ("nan-word", "nan"),
    ):
        yield Case(f"value-{name}", f"{HEADER}\n1,{value},2\n".encode(), lines=1)


def _quotes() -> Iterator[Case]:
    good = {
        "plain": '"1","2","3"',
        "doubled": '"1","a""b","3"',
        "line-feed": '"1","a\nb","3"',
        "carriage": '"1","a\r\nb","3"',
        "delimiter": '"1","a,b","3"',
        "empty": '"","",""',
        "inside": '1,a"b,3',
        "many-lines": '"1","' + "\n" * 500 + '","3"',
    }
    for name, row in good.items():
        yield Case(f"quote-{name}", f"{HEADER}\n{row}\n{ROW}\n".encode(), lines=2)
    bad = {
        "open": '"1,2,3',
        "behind": '"1"x,2,3',
        "space-behind": '"1" ,2,3',
        "lonely": '",2,3',
        "last": '1,2,"3',
        "triple": '1,2,"""3',
    }
    for name, row in bad.items():
        content = f"{HEADER}\n{ROW}\n{row}\n{ROW}\n{ROW}\n"
        yield Case(f"quote-bad-{name}", content.encode(), lines=4, broken=((2, "QUOTE"),))
    yield Case("quote-open-at-end", f'{HEADER}\n{ROW}\n1,2,"3'.encode(), lines=2, broken=((2, "QUOTE"),))


def _marks() -> Iterator[Case]:
    for name, content in (
        ("ole", bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600),
        ("ole-encrypted", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")),
        ("pdf", b"%PDF-1.7\n"),
        ("rtf", b"{\\rtf1}"),
        ("gzip", b"\x1f\x8b\x08\x00rest"),
        ("7z", b"7z\xbc\xaf\x27\x1c"),
        ("rar", b"Rar!\x1a\x07"),
        ("xz", b"\xfd7zXZ\x00"),
        ("zstd", b"\x28\xb5\x2f\xfd"),
        ("bzip2", b"BZh9"),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("jpeg", b"\xff\xd8\xff\xe0"),
        ("sqlite", b"SQLite format 3\x00"),
        ("arrow", b"ARROW1\x00\x00"),
        ("html", b"<html><table></table></html>"),
        ("html-space", b"\n  <!DOCTYPE html>"),
        ("xml", b"<?xml version='1.0'?><a/>"),
        ("html-table", b"<table><tr><td>1</td></tr></table>"),
        ("json-array", b'[{"a": 1}]'),
        ("json-pretty", b'{\n "a": 1\n}\n'),
    ):
        yield Case(f"mark-{name}", content, refused="FORMAT_REFUSED")
    for name, content in (
        ("zip-cut", b"PK\x03\x04"),
        ("zip-noise", b"PK\x03\x04" + b"x" * 300),
        ("pk-text", b"PK,a\n1,2\n"),
    ):
        yield Case(f"mark-{name}", content, refused="XLSX_UNREADABLE")


def _json_lines() -> Iterator[Case]:
    good = '{"姓名": "张三", "n": 1}'
    yield Case("json-good", f"{good}\n{good}\n".encode(), lines=2)
    yield Case("json-mark", f"{good}\n".encode("utf-8-sig"), lines=1)
    yield Case("json-carriage", f"{good}\r\n{good}".encode(), lines=2)
    yield Case("json-blank", f"\n{good}\n\n  \n{good}\n".encode(), lines=2)
    yield Case("json-missing-key", f'{good}\n{{"姓名": "x"}}\n'.encode(), lines=2)
    yield Case("json-late-key", f'{good}\n{{"late": "x"}}\n'.encode(), lines=2)
    yield Case("json-no-key", b"{}\n", refused="HEADER_MISSING")
    yield Case("json-empty-key", b'{"": 1}\n', refused="HEADER_EMPTY")
    bad = {
        "syntax": ('{"a": }', "JSON_SYNTAX"),
        "cut": ('{"a": 1', "JSON_SYNTAX"),
        "two": ('{"a":1}{"a":2}', "JSON_SYNTAX"),
        "comma": ('{"a": 1,}', "JSON_SYNTAX"),
        "single": ("{'a': 1}", "JSON_SYNTAX"),
        "array": ("[1]", "JSON_NOT_OBJECT"),
        "number": ("1", "JSON_NOT_OBJECT"),
        "null": ("null", "JSON_NOT_OBJECT"),
        "text": ('"x"', "JSON_NOT_OBJECT"),
        "nested-object": ('{"a": {"b": 1}}', "JSON_NESTED"),
        "nested-array": ('{"a": [1]}', "JSON_NESTED"),
        "deep": ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "JSON_NESTED"),
        "duplicate": ('{"a": 1, "a": 2}', "JSON_KEY_DUPLICATE"),
        "duplicate-space": ('{"a": 1, "a ": 2}', "JSON_KEY_DUPLICATE"),
        "nan": ('{"a": NaN}', "JSON_NUMBER"),
        "infinity": ('{"a": -Infinity}', "JSON_NUMBER"),
        "exponent": ('{"a": 1e400}', "JSON_NUMBER"),
        "long-number": ('{"a": ' + "9" * 5000 + "}", "JSON_NUMBER"),
        "zero": ('{"a": "\\u0000"}', "CONTROL_CHARACTER"),
        "raw-control": ('{"a": "\x01"}', "CONTROL_CHARACTER"),
        "surrogate": ('{"a": "\\ud800"}', "CONTROL_CHARACTER"),
        "surrogate-key": ('{"\\udfff": 1}', "CONTROL_CHARACTER"),
        "direction": ('{"a": "\\u202e"}', "CONTROL_CHARACTER"),
        "lost": ('{"a": "\\ufffd"}', "REPLACEMENT_CHARACTER"),
    }
    for name, (row, code) in bad.items():
        yield Case(f"json-{name}", f"{good}\n{row}\n{good}\n".encode(), lines=3, broken=((2, code),))
    yield Case("json-long", f'{{"a": "{"x" * (1 << 20)}"}}\n'.encode(), refused="LINE_TOO_LONG")
    wide = json.dumps({f"k{number}": 1 for number in range(501)})
    yield Case("json-wide", wide.encode(), refused="COLUMNS_TOO_MANY")


def _parquet(folder: Path) -> Iterator[Case]:
    def content(data: pa.Table, **options: object) -> bytes:
        target = folder / "case.parquet"
        pq.write_table(data, target, **options)
        return target.read_bytes()

    good = content(pa.table({"a": ["1", None, " x "], "b": [1, 2, 3]}))
    yield Case("parquet-good", good, lines=3)
    for name, column in (
        ("date", pa.array([0, 1], pa.date32())),
        ("timestamp", pa.array([0, 1], pa.timestamp("us"))),
        ("boolean", pa.array([True, False])),
        ("float", pa.array([1.5, 2.0])),
        ("decimal", pa.array([1, 2], pa.decimal128(10, 2))),
        ("dictionary", pa.array(["a", "b"]).dictionary_encode()),
        ("large", pa.array(["a", "b"], pa.large_string())),
        ("null", pa.array([None, None], pa.null())),
    ):
        yield Case(f"parquet-{name}", content(pa.table({"a": column})), lines=2)
    for name, column in (
        ("list", pa.array([[1]])),
        ("struct", pa.array([{"a": 1}])),
        ("map", pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))),
        ("binary", pa.array([b"x"])),
        ("time", pa.array([1], pa.time64("us"))),
    ):
        yield Case(f"parquet-{name}", content(pa.table({"a": column})), refused="PARQUET_TYPE")
    yield Case(
        "parquet-digits", content(pa.table({"a": [3.59900199003070018e17]})), refused="PARQUET_FLOAT_LOST_DIGITS"
    )
    yield Case("parquet-empty", content(pa.table({"a": pa.array([], pa.string())})), refused="NO_LINES")
    twice = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["a", "a"])
    yield Case("parquet-twice", content(twice), refused="HEADER_DUPLICATE")
    control = content(pa.table({"a": ["1", "\x00", "3"]}))
    yield Case("parquet-control", control, lines=3, broken=((2, "CONTROL_CHARACTER"),))
    for size in (4, 8, 12, len(good) // 2, len(good) - 1, len(good) - 5):
        yield Case(f"parquet-cut-{size}", good[:size], refused="PARQUET_UNREADABLE")
    yield Case("parquet-encrypted", b"PARE" + good[4:], refused="FORMAT_REFUSED")
    yield Case("parquet-foot", good[:-8] + b"\xff\xff\xff\x7fPAR1", refused="PARQUET_UNREADABLE")


def workbook(folder: Path, fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """Return the bytes of a workbook that a function fills."""
    target = folder / "case.xlsx"
    with xlsxwriter.Workbook(str(target)) as book:
        fill(book)
    return target.read_bytes()


def rezipped(
    content: bytes, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None
) -> bytes:
    """Return an archive with its entries changed, left out (``None``), or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            changed = change(entry.filename, old.read(entry))
            if changed is not None:
                new.writestr(entry.filename, changed)
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def _rows(*rows: tuple[object, ...]) -> Callable[[xlsxwriter.Workbook], None]:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell)

    return fill


def _workbooks(folder: Path) -> Iterator[Case]:  # noqa: PLR0915 - a list of cases
    head = ("a", "b", "c")
    good = workbook(folder, _rows(head, ("1", "x", "y"), ("2", "x", "y")))
    yield Case("xlsx-good", good, lines=2)
    yield Case("xlsx-header-only", workbook(folder, _rows(head)), refused="NO_LINES")
    yield Case("xlsx-nothing", workbook(folder, _rows()), refused="FILE_EMPTY")
    yield Case("xlsx-gap", workbook(folder, _rows((), (), head, (), ("1", None, "3"))), lines=1)
    yield Case("xlsx-shifted", workbook(folder, _rows((None, "a"), (None, "1"))), refused="HEADER_EMPTY")
    yield Case("xlsx-twice", workbook(folder, _rows(("a", "a"), ("1", "2"))), refused="HEADER_DUPLICATE")
    many = workbook(folder, _rows(head, ("1", "2", "3", "4"), ("1", "2", "3")))
    yield Case("xlsx-many", many, lines=2, broken=((1, "COLUMN_COUNT"),))
    digits = workbook(folder, _rows(head, (359900199003070018, "x", "y"), (123456789012345, "x", "y")))
    yield Case("xlsx-digits", digits, lines=2, broken=((1, "XLSX_FLOAT_LOST_DIGITS"),))

    def error(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head)
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 0, "=1+1", None, 2)

    yield Case("xlsx-error", workbook(folder, error), lines=2, broken=((1, "XLSX_ERROR_VALUE"),))

    def hidden(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("empty").activate()
        secret = book.add_worksheet("secret")
        secret.write_row(0, 0, ("x", "y"))
        secret.hide()
        sheet = book.add_worksheet("third")
        sheet.write_row(0, 0, head)
        sheet.write_row(1, 0, head)

    yield Case("xlsx-hidden", workbook(folder, hidden), lines=1)
    same = lambda _name, part: part  # noqa: E731 - the shortest way to say so
    yield Case("xlsx-macro", rezipped(good, same, {"xl/vbaProject.bin": b"x"}), refused="FORMAT_REFUSED")
    typed = rezipped(
        good,
        lambda name, part: (
            part.replace(b"spreadsheetml.sheet.main", b"x.sheet.macroEnabled.main")
            if name == "[Content_Types].xml"
            else part
        ),
    )
    yield Case("xlsx-macro-type", typed, refused="FORMAT_REFUSED")
    yield Case("xlsx-binary", rezipped(good, same, {"xl/workbook.bin": b"x"}), refused="FORMAT_REFUSED")
    for gone in ("xl/workbook.xml", "[Content_Types].xml"):
        without = rezipped(good, lambda name, part, gone=gone: None if name == gone else part)
        yield Case(f"xlsx-without-{gone}", without, refused="FORMAT_REFUSED")
    rels = rezipped(good, lambda name, part: None if name.endswith("workbook.xml.rels") else part)
    yield Case("xlsx-without-rels", rels, refused="XLSX_UNREADABLE")
    for part_name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
        entity = rezipped(good, lambda name, part, target=part_name, bomb=bomb: bomb if name == target else part)
        yield Case(f"xlsx-entity-{part_name}", entity, refused="XLSX_UNREADABLE")
    yield Case("xlsx-bomb", rezipped(good, same, {"xl/bomb.xml": b"\x00" * (64 << 20)}), refused="FILE_EXPANDS")
    yield Case("xlsx-lying", _lying(good), refused="FILE_EXPANDS")
    far = rezipped(
        good,
        lambda name, part: (
            part.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
            if name.endswith("sheet1.xml")
            else part
        ),
    )
    yield Case("xlsx-far-cell", far, refused="FILE_TOO_COSTLY")
    yield Case("zip-odf", _zip({"mimetype": b"x", "content.xml": b"<a/>"}), refused="FORMAT_REFUSED")
    yield Case("zip-docx", _zip({"word/document.xml": b"<a/>"}), refused="FORMAT_REFUSED")
    yield Case("zip-path", _zip({"../../evil": b"x"}), refused="FORMAT_REFUSED")
    yield Case("zip-empty", _zip({}), refused="FORMAT_REFUSED")
    for size in (30, len(good) // 2, len(good) - 10, len(good) - 22):
        yield Case(f"xlsx-cut-{size}", good[:size], refused="XLSX_UNREADABLE")
    flagged = bytearray(good)
    at = flagged.find(b"PK\x01\x02")
    flagged[at + 8] |= 1
    yield Case("xlsx-encrypted-entry", bytes(flagged), refused="FORMAT_REFUSED")


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _lying(good: bytes) -> bytes:
    """Return an archive with an entry that expands to more than it declares."""
    content = bytearray(rezipped(good, lambda _name, part: part, {"xl/lie.xml": b"abc" * 1000}))
    size = (3000).to_bytes(4, "little")
    at = content.rfind(b"PK\x01\x02")
    assert content[at + 24 : at + 28] == size
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    content[at + 16 : at + 20] = zlib.crc32(b"abcabcabca").to_bytes(4, "little")
    return bytes(content)
