"""Files that claim to be a department's penalties and are wrong, strange or huge: what a whole intake has to survive.

They bear the right columns where they can, so that they come further than the reader; :mod:`factories.hostile` makes
the files that must not get past it.
"""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from factories import intake as given
from factories.hostile import rezipped

PEOPLE = 30
TODAY = given.NOW.date()
FIRST_DAY = date(2023, 1, 1)
DAYS = 4 * 365 + 1
HUGE_BYTES = 200 << 20
COLUMNS = tuple(given.line(0))
Table = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file to be sent, and what must come of it.

    Attributes:
        name: Of the file, as its sender calls it.
        write: Writes it.
        refused: Code with which the whole file is refused; empty where it is taken.
        lines: Lines of a file that is taken; None where any number is right.
        accepted: Lines of it that become items; None where any number is right.
    """

    name: str
    write: Callable[[Path], object]
    refused: str = ""
    lines: int | None = None
    accepted: int | None = None


def hostile_batches() -> list[Hostile]:
    """Return all of them; names are unique."""
    files = [*_days(), *_texts(), *_tables(), *_cut(), *_values(), *_names(), *_huge()]
    names = [file.name for file in files]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    return files


def _rows(count: int = 3, *, mark: str, **changed: str) -> list[dict[str, str]]:
    return [
        given.line(index % PEOPLE, **({"信息编号": f"{mark}-{index}", "文书号": f"{mark}〔2026〕{index}号"} | changed))
        for index in range(count)
    ]


def _csv(name: str, rows: Sequence[dict[str, str]], *, refused: str = "", accepted: int | None = None) -> Hostile:
    lines = None if refused else len(rows)
    contents = given.csv_bytes(rows)
    return Hostile(name, lambda path: path.write_bytes(contents), refused, lines, accepted)


def _bytes(
    name: str, contents: bytes, refused: str = "", lines: int | None = None, accepted: int | None = 0
) -> Hostile:
    return Hostile(name, lambda path: path.write_bytes(contents), refused, lines, accepted)


def _days() -> Iterator[Hostile]:
    """Yield every day of four years as date of the event and of the document; days to come are wrong."""
    rows = _rows(DAYS, mark="DAY")
    for index, row in enumerate(rows):
        on = (FIRST_DAY + timedelta(days=index)).isoformat()
        row.update({"发生日期": on, "文书日期": on})
    past = (TODAY - FIRST_DAY).days + 1
    yield _csv("every-day-of-four-years.csv", rows, accepted=past)

    stroked = given.csv_bytes([row | {"信息编号": "C" + row["信息编号"]} for row in rows]).replace(b"-", b"/")
    yield Hostile("every-day-with-strokes.csv", lambda path: path.write_bytes(stroked), lines=DAYS)
    spellings = [
        "2026-02-30", "2026-13-01", "0000-00-00", "1899-12-31", "9999-12-31", "2026-1-5", "2026/1/5", "20260105",
        "2026.01.05", "5.1.2026", "01/05/2026", "2026年1月5日", "二〇二六年一月五日", "2026-01-05T00:00:00+08:00", "46027",
        "2026-01-05 23:59:59", "-2026-01-05", "２０２６－０１－０５", "2025-02-29", "today", "0", "1e9",
    ]  # fmt: skip
    rows = _rows(len(spellings), mark="SPELLED")
    for row, spelled in zip(rows, spellings, strict=True):
        row["发生日期"] = spelled
    yield _csv("dates-in-all-spellings.csv", rows)


def _texts() -> Iterator[Hostile]:
    """Yield encodings, delimiters and lengths of text."""
    rows = _rows(mark="TEXT")
    for encoding, refused in (
        ("utf-8-sig", ""), ("gb18030", ""), ("utf-16", "TEXT_UTF16"), ("utf-32", "TEXT_UTF16"),
    ):  # fmt: skip
        rows = _rows(mark=f"E-{encoding}")
        contents = given.csv_bytes(rows, encoding=encoding)
        yield _bytes(f"encoding-{encoding}.csv", contents, refused, None if refused else 3, None if refused else 3)
    text = given.csv_bytes(_rows(mark="NUL"))
    yield _bytes("nul-in-a-value.csv", text.replace("销售".encode(), b"\x00", 1), lines=3, accepted=2)
    yield _bytes("nul-behind.csv", text.replace(b"NUL", b"NULB") + b"\x00" * 4096, "TEXT_BINARY")
    yield _bytes(
        "two-encodings.csv", text + given.csv_bytes(_rows(1, mark="GB"), encoding="gb18030"), "TEXT_ENCODING_UNKNOWN"
    )
    yield _bytes("semicolons.csv", given.csv_bytes(_rows(mark="SEMI")).replace(b",", b";"), lines=3, accepted=3)
    yield _bytes("only-header.csv", text.splitlines()[0], "NO_LINES")
    yield _bytes("no-header.csv", b"\n".join(text.splitlines()[1:]), "HEADER_UNKNOWN")
    yield _bytes("open-quote.csv", text.replace(b"NUL-0", b'"NUL-Q0', 1), lines=3, accepted=None)
    yield _bytes(
        "half-a-million-blank-lines.csv", text.replace(b"NUL", b"BLANK") + b"\r\n" * 500_000, lines=3, accepted=3
    )
    yield _bytes("too-many-broken-lines.csv", text.splitlines()[0] + b"\n" + b"x\n" * 100_001, "BROKEN_LINES_TOO_MANY")
    yield _bytes("ninety-thousand-broken-lines.csv", text.splitlines()[0] + b"\n" + b"x\n" * 900, lines=900, accepted=0)
    for name, changed in (
        ("duplicate", f"{','.join(COLUMNS)},姓名"),
        ("duplicate-in-english", f"{','.join(COLUMNS)},Name"),
        ("prohibited", f"{','.join(COLUMNS)},血型"),
        ("unknown", f"{','.join(COLUMNS)},=1+1"),
        ("missing", ",".join(COLUMNS[1:])),
        ("ten-thousand", ",".join(f"c{at}" for at in range(10_000))),
        ("empty", f"{','.join(COLUMNS)},"),
    ):
        code = {
            "duplicate": "HEADER_DUPLICATE", "duplicate-in-english": "HEADER_TWICE", "prohibited": "PROHIBITED_COLUMN",
            "unknown": "HEADER_UNKNOWN", "missing": "HEADER_MISSING", "ten-thousand": "COLUMNS_TOO_MANY",
            "empty": "HEADER_EMPTY",
        }[name]  # fmt: skip
        width = changed.count(",")
        yield _bytes(f"header-{name}.csv", f"{changed}\n{',' * width}\n".encode(), code)
    deep = '{"证件号码":' + "[" * 200_000 + "]" * 200_000 + "}"
    right = json.dumps(_rows(1, mark="JSON")[0], ensure_ascii=False)
    yield _bytes("deep.jsonl", f"{right}\n{deep}\n".encode(), lines=2, accepted=1)
    wide = json.dumps({f"k{at}": 1 for at in range(10_000)})
    yield _bytes("ten-thousand-keys.jsonl", f"{wide}\n".encode(), "COLUMNS_TOO_MANY")
    number = json.dumps(_rows(1, mark="JSON-N")[0] | {"证件号码": int(given.number(0)[:17])}, ensure_ascii=False)
    yield _bytes("number-as-number.jsonl", f"{number}\n".encode(), lines=1, accepted=0)
    for at, broken in enumerate(("NaN", "Infinity", "1e400", "9" * 5000, "true", "null", '"\\ud800"', "{}", "[]", '"')):
        row = right.replace(json.dumps(_rows(1, mark="JSON")[0]["违法事实"], ensure_ascii=False), broken)
        yield _bytes(f"json-value-{at}.jsonl", f"{right}\n{row}\n".encode(), lines=2, accepted=None)


def _filled(table: Table, **options: object) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate(table):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, datetime.combine(cell, time()), days)
                else:
                    sheet.write(at, column, cell)
    return out.getvalue()


def _xlsx(mark: str, count: int = 3, **changed: object) -> bytes:
    return _filled([COLUMNS, *(list((row | changed).values()) for row in _rows(count, mark=mark))])


def _parquet(mark: str, **changed: object) -> bytes:
    rows = _rows(mark=mark)
    columns: dict[str, object] = {name: [row[name] for row in rows] for name in COLUMNS}
    out = io.BytesIO()
    pq.write_table(pa.table(columns | changed), out)
    return out.getvalue()


def _tables() -> Iterator[Hostile]:
    """Yield workbooks and Parquet files with values of the wrong kind."""
    yield _bytes("right.xlsx", _xlsx("X"), lines=3, accepted=3)
    floats = _xlsx("XF", 证件号码=float(given.number(0)[:17] + "0"))
    yield _bytes("numbers-as-floats.xlsx", floats, lines=3, accepted=0)
    yield _bytes(
        "dates-as-dates.xlsx", _xlsx("XD", 发生日期=date(2026, 1, 5), 文书日期=date(2026, 2, 10)), lines=3, accepted=3
    )
    days = [COLUMNS]
    for index, row in enumerate(_rows(DAYS, mark="XDAY")):
        on = FIRST_DAY + timedelta(days=index)
        days.append(tuple((row | {"发生日期": on, "文书日期": on}).values()))
    yield Hostile(
        "every-day-as-cells.xlsx",
        lambda path: path.write_bytes(_filled(days)),
        lines=DAYS,
        accepted=(TODAY - FIRST_DAY).days + 1,
    )
    formulas = _xlsx("XFO", 违法事实='=HYPERLINK("http://example.invalid")')
    yield _bytes("formulas.xlsx", formulas, lines=3, accepted=None)
    yield _bytes("formula-of-a-shell.xlsx", _xlsx("XSH", 违法事实="=cmd|' /C calc'!A0"), lines=3, accepted=None)
    yield _bytes("ten-thousand-columns.xlsx", _filled([[f"c{at}" for at in range(10_000)]] * 2), "COLUMNS_TOO_MANY")
    yield _bytes("duplicate-header.xlsx", _filled([[*COLUMNS, "姓名"], [""] * 11]), "HEADER_DUPLICATE")
    good = _xlsx("BOMB")
    sheet = b"xl/worksheets/sheet1.xml".decode()
    zeros = rezipped(good, lambda name, part: b"\x00" * (64 << 20) if name == sheet else part)
    yield _bytes("bomb-of-zeros.xlsx", zeros, "FILE_EXPANDS")
    spaces = rezipped(good, lambda name, part: part + b" " * (64 << 20) if name == sheet else part)
    yield _bytes("bomb-of-spaces.xlsx", spaces, "FILE_EXPANDS")
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "ha"}">' for at in range(10))
    entities = f'<?xml version="1.0"?><!DOCTYPE x [{laughs}]>'.encode()
    laughing = rezipped(
        good, lambda name, part: part.replace(b"<worksheet", entities + b"<worksheet", 1) if name == sheet else part
    )
    yield _bytes("billion-laughs.xlsx", laughing, "XLSX_UNREADABLE")
    yield _bytes("right.parquet", _parquet("P"), lines=3, accepted=3)
    yield _bytes("dates-as-dates.parquet", _parquet("PD", 发生日期=[date(2026, 1, 5)] * 3), lines=3, accepted=3)
    moments = [datetime.combine(date(2026, 1, 5), time(23, 59, 59))] * 3
    yield _bytes("dates-as-moments.parquet", _parquet("PM", 发生日期=moments), lines=3, accepted=None)
    whole = [int(given.number(index)[:17]) for index in range(3)]
    yield _bytes("numbers-as-integers.parquet", _parquet("PI", 证件号码=whole), lines=3, accepted=0)
    floats = [float(number) for number in whole]
    yield _bytes("numbers-as-floats.parquet", _parquet("PF", 证件号码=floats), "PARQUET_FLOAT_LOST_DIGITS")
    for name, column in (
        ("lists", pa.array([["1"]] * 3)), ("bytes", pa.array([b"x"] * 3)), ("structs", pa.array([{"a": 1}] * 3)),
        ("times", pa.array([1] * 3, pa.time64("us"))),
    ):  # fmt: skip
        yield _bytes(f"{name}.parquet", _parquet("PT", 违法事实=column), "PARQUET_TYPE")
    for name, column in (
        ("booleans", pa.array([True] * 3)), ("nothing", pa.nulls(3)), ("decimals", pa.array([1] * 3, pa.decimal128(9, 2))),
        ("words", pa.array(["a", "b", "a"]).dictionary_encode()),
    ):  # fmt: skip
        yield _bytes(f"{name}.parquet", _parquet(f"PV-{name}", 违法事实=column), lines=3, accepted=None)
    many = {f"c{at}": ["x"] for at in range(10_000)}
    yield Hostile("ten-thousand-columns.parquet", lambda path: pq.write_table(pa.table(many), path), "COLUMNS_TOO_MANY")


def _cut() -> Iterator[Hostile]:
    """Yield right files of each kind, cut off after every tenth of their length."""
    whole = {
        "csv": given.csv_bytes(_rows(40, mark="CUT-C")),
        "jsonl": "\n".join(json.dumps(row, ensure_ascii=False) for row in _rows(40, mark="CUT-J")).encode(),
        "xlsx": _xlsx("CUT-X", 40),
        "parquet": _parquet("CUT-P"),
    }
    for kind, contents in whole.items():
        for tenth in range(1, 10):
            refused = {"xlsx": "XLSX_UNREADABLE", "parquet": "PARQUET_UNREADABLE"}.get(kind, "")
            part = contents[: len(contents) * tenth // 10]
            if not refused and _ends_within_a_character(part):
                refused = "TEXT_TRUNCATED"
            yield _bytes(f"cut-{tenth}.{kind}", part, refused, accepted=None)


def _ends_within_a_character(part: bytes) -> bool:
    try:
        part.decode()
    except UnicodeDecodeError:
        return True
    return False


def _values() -> Iterator[Hostile]:
    """Yield values that are an attack on whatever shows, stores or matches them."""
    for name, column, value in (
        ("script", "违法事实", "<script>alert(1)</script>"), ("sql", "违法事实", "'); DROP TABLE intake_batch; --"),
        ("template", "违法事实", "{{ settings.SECRET_KEY }}{% debug %}"), ("shell", "违法事实", "$(reboot)`reboot`"),
        ("percent", "违法事实", "%s%n%(x)s{0}"), ("long", "违法事实", "长" * 10_000), ("emoji", "违法事实", "😀" * 50),
        ("formula", "违法事实", "=1+1"), ("health", "违法事实", "本人患有糖尿病"), ("number", "违法事实", given.number(1)),
        ("backslash", "违法事实", "\\N\\.\\x00"), ("newlines", "违法事实", "a\n" * 50), ("name-long", "姓名", "名" * 500),
        ("name-sql", "姓名", "x' OR '1'='1"), ("name-wild", "姓名", "%_*"), ("name-empty", "姓名", ""),
        ("id-empty", "证件号码", ""), ("id-word", "证件号码", "不详"), ("id-check", "证件号码", given.number(0)[:17] + "*"),
        ("id-wide", "证件号码", given.number(0).translate({48 + at: 0xFF10 + at for at in range(10)})),
        ("id-fifteen", "证件号码", "359900900307001"), ("id-quote", "证件号码", "'" + given.number(0)),
        ("id-spaces", "证件号码", " ".join(given.number(0))), ("key-long", "信息编号", "K" * 5000),
        ("key-path", "信息编号", "../../etc/passwd"), ("severity", "失信程度", "非常坏"), ("severity-code", "失信程度", "9"),
        ("body", "作出单位", "不存在的单位"), ("kind", "文书类型", "便条"), ("action", "操作", "删除一切"),
    ):  # fmt: skip
        yield _csv(f"value-{name}.csv", _rows(2, mark=f"V-{name}", **{column: value}), accepted=None)
    repeated = _rows(50, mark="SAME", 信息编号="SAME-0")
    yield _csv("one-number-fifty-times.csv", repeated, accepted=None)
    yield _csv("withdraws-what-never-was.csv", _rows(5, mark="GONE", 操作="撤回"), accepted=0)
    yield _csv("corrects-what-never-was.csv", _rows(5, mark="NEVER", 操作="更正"), accepted=0)
    strangers = [row | {"证件号码": given.number(1000 + at)} for at, row in enumerate(_rows(9, mark="STRANGE"))]
    yield _csv("nobody-known.csv", strangers, accepted=0)


def _names() -> Iterator[Hostile]:
    """Yield names of files that are paths, commands or somebody's number; their contents are right."""
    for at, name in enumerate((
        "..\\..\\windows\\system32\\evil.csv", "C:\\报送\\三月.csv", "$(touch x).csv", "`id`.csv", "a;b&c|d.csv", "-o.csv",
        "--item=X.csv", ".hidden", "...", "con.csv", "a\nb.csv", "a\x1b[31mred.csv", "\u202egnp.csv", "no-ending",
        "名" * 80 + ".csv", "%00.csv", "'; DROP TABLE x.csv", "<b>x.csv", f"陈明杰{given.number(0)}.csv", " .csv ",
        "right.csv.exe", "table.xlsx",
    )):  # fmt: skip
        yield _csv(name, _rows(1, mark=f"N-{at}"), accepted=1)


def _huge() -> Iterator[Hostile]:
    """Yield files of 200 MB, and of some less, that hold nothing."""

    def fill(start: bytes, part: bytes, end: bytes = b"", *, size_bytes: int = HUGE_BYTES) -> Callable[[Path], None]:
        def write(path: Path) -> None:
            block = part * ((1 << 20) // len(part))
            with path.open("wb") as file:
                file.write(start)
                for _ in range(size_bytes >> 20):
                    file.write(block)
                file.write(end)

        return write

    header = ",".join(COLUMNS).encode()
    yield Hostile("huge-line.csv", fill(header + b"\n", b"x", b"\n"), "LINE_TOO_LONG")
    yield Hostile("huge-header.csv", fill(b"", b"x", size_bytes=HUGE_BYTES // 4), "LINE_TOO_LONG")
    yield Hostile("huge-quoted-value.csv", fill(header + b'\n"', b"x\n", b'"\n'), "BROKEN_LINES_TOO_MANY")
    yield Hostile("huge-value.jsonl", fill(b'{"a": "', b"x", b'"}\n'), "LINE_TOO_LONG")
    yield Hostile("huge-nothing.csv", fill(b"", b"\x00"), "TEXT_BINARY")
    yield Hostile("huge-blank.csv", fill(header + b"\n", b"\n", size_bytes=HUGE_BYTES // 4), "NO_LINES")
    yield Hostile("huge-blank.jsonl", fill(b'{"a": 1}', b"\n", size_bytes=HUGE_BYTES // 4), "HEADER_UNKNOWN")
    yield Hostile("huge-commas.csv", fill(header + b"\n", b",", size_bytes=HUGE_BYTES // 4), "LINE_TOO_LONG")
