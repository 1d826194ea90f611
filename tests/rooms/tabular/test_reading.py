"""The fast reader and the exact one agree on every input, and no input makes either fail other than by refusing."""

import functools
import hashlib
import random
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from chengxin.tabular import confined, reading
from chengxin.tabular.errors import TabularRefused
from chengxin.tabular.text import value_of
from chengxin.tabular.values import DEFAULT_LIMITS, Format, Inspection, Limits, Read
from factories.hostile import Case, corpus, workbook

# Small blocks, so that a few lines already cross their borders.
SMALL = Limits(line_bytes=48, broken_lines=1000)
PIECES = st.sampled_from(
    [
        '"',
        '""',
        ",",
        ",",
        ";",
        "\t",
        "\n",
        "\n",
        "\r",
        "\r\n",
        " ",
        "\u3000",
        "a",
        "1",
        "张",
        "·",
        "\x00",
        "\u202e",
        "\ufffd",
        "1,2,3\n",
        '"a","b","c"\n',
        "1,2\n",
        "\n\n",
        '"x\ny",2,3\n',
        "x" * 40,
    ]
)
FUZZ = Limits(file_bytes=1 << 22, lines=100_000, expanded_bytes=1 << 26)


def read_both(content: bytes, limits: Limits = SMALL) -> list[object]:
    """Return what each of the two readers says."""
    answers: list[object] = []
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "upload", Path(folder) / "columns"
        path.write_bytes(content)
        for read in (reading.to_parquet, reading.to_parquet_exactly):
            try:
                inspection = reading.inspect(path, declared_name="x", limits=limits)
                found = read(path, inspection, target, limits=limits)
                answers.append((found, pq.read_table(target).to_pydict()))
            except TabularRefused as refused:
                answers.append((refused.code, dict(refused.details)))
    return answers


@given(st.lists(PIECES, max_size=60))
def test_fast_and_exact_reader_agree(pieces: list[str]) -> None:
    fast, exact = read_both(("a,b,c\n" + "".join(pieces)).encode())
    assert fast == exact


@pytest.mark.parametrize(
    ("text", "line_of_first"),
    [
        ("1,2,3\n", 2),
        ("1,2,3\n\n\r\n", 2),
        ("1,2,3\n\n1,2,3\n", None),
        ("\n1,2,3\n", None),
        ('"1\n",2,3\n', None),
        ("1,2,3\n" * 30 + "\n" * 60, 2),
        ("1,2,3\n" * 30 + "\n" * 60 + "1,2,3", None),
    ],
)
def test_blank_lines_matter_where_a_record_follows(text: str, line_of_first: int | None) -> None:
    for found in read_both(f"a,b,c\n{text}".encode()):
        assert isinstance(found, tuple)
        assert found[0].source_line(1) == line_of_first


@given(st.lists(PIECES, max_size=40), st.sampled_from([48, 64, 100, 1 << 20]))
def test_fast_and_exact_reader_agree_without_a_given_header(pieces: list[str], line_bytes: int) -> None:
    fast, exact = read_both("".join(pieces).encode(), Limits(line_bytes=line_bytes))
    assert fast == exact


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8), min_size=3, max_size=3
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_was_written_is_read(rows: list[list[str]], end: str) -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    answers = read_both(end.join(["a,b,c", *lines]).encode(), DEFAULT_LIMITS)
    assert answers[0] == answers[1]
    found, columns = answers[0]
    assert isinstance(found, Read)
    assert found.lines == len(rows)
    assert len(columns["line"]) + len(found.broken) == len(rows)
    for at, line in enumerate(columns["line"]):
        assert [columns[f"c{column}"][at] for column in range(3)] == [value_of(cell) for cell in rows[line - 1]]


def test_large_file_with_rare_faults_is_the_same_for_both_readers() -> None:
    chance = random.Random(7)
    faults = ['"x,1,2', "1,2", "1,\x07,3", '"a\nb",2,3', "", "1,2,3,4", ' 1 ,"2 ",\u30003']
    lines = [
        chance.choice(faults) if chance.random() < 0.0005 else f"{at},张三{at % 7},R-{at}" for at in range(100_000)
    ]
    fast, exact = read_both(("a,b,c\n" + "\n".join(lines)).encode(), DEFAULT_LIMITS)
    assert fast == exact


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused_or_read(content: bytes) -> None:
    refused_or_read(content)


@settings(max_examples=60)
@given(st.sampled_from([b"PK\x03\x04", b"PAR1", b"{", b"a,b\n", b"\xef\xbb\xbf", b"\xff\xfe"]), st.binary(max_size=300))
def test_random_bytes_behind_a_mark_are_refused_or_read(mark: bytes, content: bytes) -> None:
    refused_or_read(mark + content + (b"PAR1" if mark == b"PAR1" else b""))


@functools.cache
def valid_files() -> list[Case]:
    with tempfile.TemporaryDirectory() as folder:
        cases = corpus(Path(folder))
    wanted = ("xlsx-good", "xlsx-error", "parquet-good", "parquet-dictionary", "json-good", "quote-doubled", "gb18030")
    return [case for case in cases if case.name in wanted]


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 1 << 20), st.sampled_from(["SET", "CUT", "PUT", "HUGE"]), st.binary(min_size=1, max_size=8)
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150)
@given(chosen=st.integers(0, 6), changes=CHANGES)
def test_changed_valid_files_are_refused_or_read(chosen: int, changes: list[tuple[int, str, bytes]]) -> None:
    content = bytearray(valid_files()[chosen].content)
    for place, kind, piece in changes:
        at = place % max(len(content), 1)
        match kind:
            case "SET":
                content[at : at + 1] = piece[:1]
            case "CUT":
                del content[at : at + 5 * piece[0] // 32 + 1]
            case "PUT":
                content[at:at] = piece
            case _:
                content[at : at + 4] = b"\xff\xff\xff\x7f"
    refused_or_read(bytes(content) or b"x")


def refused_or_read(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path, target = Path(folder) / "upload", Path(folder) / "columns"
        path.write_bytes(content)
        if content[:2] in {b"PK", b"PA"}:
            patch.setattr(confined, "convert", confined.convert_here)
        try:
            inspection = reading.inspect(path, declared_name="x", limits=FUZZ)
            found = reading.to_parquet(path, inspection, target, limits=FUZZ)
        except TabularRefused:
            assert not target.exists()
        else:
            assert pq.read_metadata(target).num_rows + len(found.broken) == found.lines


def read(tmp_path: Path, content: bytes) -> tuple[Inspection, Read, dict[str, list[object]]]:
    path, target = tmp_path / "upload", tmp_path / "columns"
    path.write_bytes(content)
    inspection = reading.inspect(path, declared_name="../三月.csv")
    found = reading.to_parquet(path, inspection, target)
    return inspection, found, pq.read_table(target).to_pydict()


def test_inspection_says_what_the_file_is(tmp_path: Path) -> None:
    content = "姓名;编号\r\n张三;1\r\n".encode("gb18030")
    inspection, found, columns = read(tmp_path, content)
    assert inspection.format is Format.CSV
    assert (inspection.encoding, inspection.delimiter, inspection.line_end) == ("gb18030", ";", "\r\n")
    assert inspection.sha256 == hashlib.sha256(content).hexdigest()
    assert inspection.declared_name == "三月.csv"
    assert found.headers == ("姓名", "编号")
    assert columns == {"c0": ["张三"], "c1": ["1"], "line": [1]}


def test_values_are_stripped_and_nothing_is_null(tmp_path: Path) -> None:
    _, _, columns = read(tmp_path, '\u3000a ,b,c\n\u30001\u00a0,"  ",３\n'.encode())
    assert columns == {"c0": ["1"], "c1": [None], "c2": ["３"], "line": [1]}


def test_broken_lines_say_where_they_stand(tmp_path: Path) -> None:
    _, found, columns = read(tmp_path, b'\na,b\n"1\n1",2\n\n3\n4,5\n')
    assert [(line.line, line.code, dict(line.params)) for line in found.broken] == [
        (2, "COLUMN_COUNT", {"expected": "2", "seen": "1", "source_line": "6"})
    ]
    assert columns["line"] == [1, 3]
    assert found.source_line(1) is None


def test_source_line_of_a_regular_file(tmp_path: Path) -> None:
    _, found, _ = read(tmp_path, b"a,b\n1,2\n3,4\n")
    assert found.is_regular
    assert found.source_line(2) == 3


def test_sheet_values_become_text(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        book.add_worksheet("隐藏").hide()
        sheet = book.add_worksheet("报送")
        sheet.activate()
        sheet.write_row(1, 0, ["a", "b", "c", "d"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(2, 0, ["11010519491231002X", 12, 0.1, True])
        sheet.write_number(4, 0, 45443, day)
        sheet.write_number(4, 1, 45443.5, day)

    inspection, found, columns = read(tmp_path, workbook(tmp_path, fill))
    assert (inspection.sheet, inspection.sheet_position, inspection.sheets_left_out) == ("报送", 1, 1)
    assert (found.lines, found.first_source_line, found.is_regular) == (2, 3, False)
    assert columns == {
        "c0": ["11010519491231002X", "2024-05-31"],
        "c1": ["12", "2024-05-31T12:00:00"],
        "c2": ["0.1", None],
        "c3": ["true", None],
        "line": [1, 2],
    }


def test_shifted_sheet_names_the_right_row(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(3, 0, ["a", "b"])
        sheet.write_row(4, 0, ["1", "2"])
        sheet.write_formula(5, 1, "=1/0", None, "#DIV/0!")

    _, found, columns = read(tmp_path, workbook(tmp_path, fill))
    assert [(line.line, line.code, line.params["source_line"]) for line in found.broken] == [
        (2, "XLSX_ERROR_VALUE", "6")
    ]
    assert columns["c0"] == ["1"]
    assert found.source_line(1) == 5


def test_parquet_values_become_text(tmp_path: Path) -> None:
    target = tmp_path / "in"
    table = pa.table(
        {
            "day": pa.array([0], pa.date32()),
            "moment": pa.array([3_600_000_000], pa.timestamp("us")),
            "midnight": pa.array([0], pa.timestamp("ms")),
            "number": pa.array([7], pa.int32()),
            "share": pa.array([0.5]),
            "yes": pa.array([True]),
            "code": pa.array([" A "]).dictionary_encode(),
        }
    )
    pq.write_table(table, target)
    _, _, columns = read(tmp_path, target.read_bytes())
    values = [columns[f"c{at}"][0] for at in range(7)]
    assert values == ["1970-01-01", "1970-01-01T01:00:00.000000", "1970-01-01", "7", "0.5", "true", "A"]


def test_json_lines_take_keys_in_order_of_appearance(tmp_path: Path) -> None:
    _, found, columns = read(tmp_path, b'{"b": 1, "a": null}\n{"c": 1.50, "b": true}\n')
    assert found.headers == ("b", "a", "c")
    assert columns == {"c0": ["1", "true"], "c1": [None, None], "c2": [None, "1.50"], "line": [1, 2]}


def test_file_changed_after_inspection_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes("a,b\n张,2\n".encode())
    inspection = reading.inspect(path, declared_name="x")
    path.write_bytes(b"a,b\n\xff\xfe\xfd,2\n")
    with pytest.raises(TabularRefused) as refused:
        reading.to_parquet(path, inspection, tmp_path / "columns")
    assert refused.value.code == "FILE_CHANGED"


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_runs_of_empty_lines_cost_nothing_and_keep_the_count(tmp_path: Path, kind: str, end: str) -> None:
    if (kind, end) == ("jsonl", "\r"):
        return  # there is no such file: a lone CR ends no line of JSON Lines
    head, row, bad = ("a,b", "1,2", "1") if kind == "csv" else ('{"a": 1}', '{"a": 1}', "[")
    many = end * 3_000_001
    path = tmp_path / f"x.{kind}"
    path.write_text(head + end + row + many + bad + many, newline="")
    began = time.process_time()
    inspection = reading.inspect(path, declared_name=path.name)
    read = reading.to_parquet(path, inspection, tmp_path / "out", limits=Limits())
    assert time.process_time() - began < 5
    first = 1 if kind == "csv" else 2
    assert (read.lines, [line.line for line in read.broken], read.is_regular) == (first + 1, [first + 1], False)
    assert read.broken[0].params["source_line"] == str(2 + 3_000_001)
