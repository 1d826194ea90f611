"""Writes the result of a batch in the shape of the file that was sent, with a few columns more.

The supplier opens it with the program that made the file, sees for each record what became of it, corrects what is
wrong and sends it again. So the original cells keep their text to the last character; what is ours is guarded against
being taken for a formula. Memory does not grow with the lines.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from chengxin.tabular import columnar, confined
from chengxin.tabular.delimited import Grammar, Record, RecordReader
from chengxin.tabular.json_lines import JsonLine, json_lines
from chengxin.tabular.text import TextStream
from chengxin.tabular.values import DEFAULT_LIMITS, Encoding, Format, Inspection, Limits

AMBER = "#FFC000"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_CELL_CHARACTERS = 32_767
_COLUMN_WIDTH = 18
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class ResultMessage:
    """One thing that is wrong with a record, already in the reader's language.

    Attributes:
        reason: What is wrong, values masked.
        remedy: What to do.
    """

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of one record.

    Attributes:
        line: Number of the record, from 1; the results of a file come in this order, one for each record.
        outcome: What became of it, already in the reader's language.
        messages: What is wrong with it.
        bad_columns: Positions of the wrong cells, from 0, as in the names ``c0``, ``c1``, …
    """

    line: int
    outcome: str
    messages: tuple[ResultMessage, ...] = ()
    bad_columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLabels:
    """Headers of the columns that are added, in the reader's language.

    Attributes:
        outcome: Header for what became of the record, 结果.
        reason: Header for what is wrong, 原因.
        remedy: Header for what to do, 处理办法.
        original: Key under which a line that is no object stands in a JSON Lines result, 原文.
    """

    outcome: str
    reason: str
    remedy: str
    original: str

    def headers(self, taken: Sequence[str]) -> tuple[str, str, str]:
        """Return the three headers, changed where the file has such a header already.

        Args:
            taken: Headers of the file.
        """
        used = set(taken)
        found: list[str] = []
        for label in (self.outcome, self.reason, self.remedy):
            header, count = label, 1
            while header in used:
                count += 1
                header = f"{label}_{count}"
            used.add(header)
            found.append(header)
        return found[0], found[1], found[2]


def write_result(
    original: Path,
    inspection: Inspection,
    target: Path,
    outcomes: Iterator[LineResult],
    labels: ResultLabels,
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """Write the result of a batch in the shape of the file that was sent.

    Args:
        original: The file that was read.
        inspection: What `reading.inspect` has said about it.
        target: The file to write; it holds personal data in clear.
        outcomes: One result for each record, broken ones included, in the order of their numbers.
        labels: Headers of the added columns.
        limits: The limits it was read with.

    Raises:
        TabularRefused: The original is no longer the file that was read.
        ValueError: The results are not one for each record in order; this is a bug of the caller.
    """
    results = _Results(outcomes)
    task = _Task(original, inspection, target, results, labels, limits)
    match inspection.format:
        case Format.CSV:
            _write_delimited(task)
        case Format.JSON_LINES:
            _write_json_lines(task)
        case Format.PARQUET:
            _write_parquet(task)
        case Format.XLSX:
            _write_workbook(task)
    results.check_end()


class _Results:
    """The results in order, each taken once."""

    def __init__(self, outcomes: Iterator[LineResult]) -> None:
        self._outcomes = iter(outcomes)
        self._line = 0

    def take(self) -> LineResult:
        """Return the result of the next record.

        Raises:
            ValueError: It is missing or out of order.
        """
        self._line += 1
        result = next(self._outcomes, None)
        if result is None or result.line != self._line:
            message = f"the results do not go on with line {self._line}"
            raise ValueError(message)
        return result

    def check_end(self) -> None:
        """Make sure that no result is left over.

        Raises:
            ValueError: One is.
        """
        if next(self._outcomes, None) is not None:
            message = f"there are results beyond line {self._line}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class _Task:
    """What `write_result` was asked for."""

    original: Path
    inspection: Inspection
    target: Path
    results: _Results
    labels: ResultLabels
    limits: Limits


def _texts(result: LineResult) -> tuple[str, str, str]:
    return _joined(result.outcome, result.messages)


@lru_cache(maxsize=1024)
def _joined(outcome: str, messages: tuple[ResultMessage, ...]) -> tuple[str, str, str]:
    # Most records of a file have the same result, so the texts are made once for many.
    reasons = "；".join(message.reason for message in messages)
    remedies = "；".join(dict.fromkeys(message.remedy for message in messages if message.remedy))
    first, second, third = (_CONTROLS.sub("", part) for part in (outcome, reasons, remedies))
    return first, second, third


def _guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _write_delimited(task: _Task) -> None:
    delimiter, encoding = task.inspection.delimiter or ",", task.inspection.encoding or Encoding.UTF_8

    def quoted(cells: Sequence[str]) -> str:
        return delimiter.join('"' + _guarded(cell).replace('"', '""') + '"' for cell in cells)

    def put(file: BinaryIO, record: Record, raw: str, added: Sequence[str]) -> None:
        end = record.end.decode() or (task.inspection.line_end or "\n")
        file.write(f"{record.blank.decode()}{raw}{delimiter}{quoted(added)}{end}".encode(encoding))

    with task.original.open("rb") as source, task.target.open("wb") as file:
        stream = TextStream(source, encoding=encoding, byte_order_mark=task.inspection.byte_order_mark)
        reader = RecordReader(stream, Grammar(delimiter), task.limits)
        if task.inspection.byte_order_mark:
            file.write("\ufeff".encode())
        header = reader.next_record()
        if header is None or header.fields is None:
            message = "the file was never read"
            raise ValueError(message)
        width = len(header.fields)
        put(file, header, header.raw.decode(), task.labels.headers([cell.strip() for cell in header.fields]))
        while (record := reader.next_record()) is not None:
            raw, fields = record.raw.decode(), record.fields
            if fields is None or len(fields) > width:
                # Behind such a record our columns would not stand under their headers: its text becomes one cell.
                whole = raw.replace('"', '""')
                raw, missing = f'"{whole}"', width - 1
            else:
                missing = width - len(fields)
            put(file, record, raw + delimiter * missing, _texts(task.results.take()))
        file.write(reader.trailing)


def _write_json_lines(task: _Task) -> None:
    encoding = task.inspection.encoding or Encoding.UTF_8
    taken: set[str] = set()
    with task.original.open("rb") as source:
        stream = TextStream(source, encoding=encoding, byte_order_mark=task.inspection.byte_order_mark)
        for line in json_lines(stream, task.limits):
            taken |= line.values.keys()
    headers = task.labels.headers(sorted(taken | {task.labels.original}))
    with task.original.open("rb") as source, task.target.open("wb") as file:
        stream = TextStream(source, encoding=encoding, byte_order_mark=task.inspection.byte_order_mark)
        if task.inspection.byte_order_mark:
            file.write("\ufeff".encode())
        for line in json_lines(stream, task.limits):
            added = dict(zip(headers, _texts(task.results.take()), strict=True))
            file.write((_extended(line, added, task.labels) + (line.end.decode() or "\n")).encode(encoding))


def _extended(line: JsonLine, added: dict[str, str], labels: ResultLabels) -> str:
    raw = line.raw.decode()
    if line.code is not None:
        return json.dumps({labels.original: raw, **added}, ensure_ascii=False)
    body = raw.rstrip()[:-1].rstrip()
    tail = json.dumps(added, ensure_ascii=False)[1:]
    return f"{body}{', ' if line.values else ''}{tail}"


def _write_parquet(task: _Task) -> None:
    source = columnar.opened(task.original, task.limits)
    schema = source.schema_arrow
    for header in task.labels.headers([name.strip() for name in schema.names]):
        schema = schema.append(pa.field(header, pa.string()))
    with pq.ParquetWriter(task.target, schema) as writer:
        for batch in columnar.batches(source):
            texts = [_texts(task.results.take()) for _ in range(batch.num_rows)]
            added = [pa.array([text[position] for text in texts], pa.string()) for position in range(3)]
            writer.write_table(pa.table([*batch.columns, *added], schema=schema))


def _write_workbook(task: _Task) -> None:
    with TemporaryDirectory(dir=task.target.parent) as folder:
        cells = Path(folder) / "cells.parquet"
        outcome = confined.convert(task.original, cells, kind=Format.XLSX, limits=task.limits, keeps_broken=True)
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(str(task.target), options) as book:
            sheet = book.add_worksheet(_sheet_name(task.inspection.sheet))
            plain = book.add_format({"num_format": "@"})
            amber = book.add_format({"num_format": "@", "bg_color": AMBER})
            bold = book.add_format({"num_format": "@", "bold": True})
            headers = [*outcome.headers, *task.labels.headers(outcome.headers)]
            sheet.set_column(0, len(headers) - 1, _COLUMN_WIDTH, plain)
            sheet.freeze_panes(1, 0)
            for column, header in enumerate(headers):
                sheet.write_string(0, column, _CONTROLS.sub("", header), bold)
            at = 0
            width = len(outcome.headers)
            for batch in pq.ParquetFile(cells).iter_batches(batch_size=columnar.BATCH_ROWS):
                for row in zip(*(batch.column(column).to_pylist() for column in range(width)), strict=True):
                    at += 1
                    result = task.results.take()
                    bad = frozenset(result.bad_columns)
                    for column, cell in enumerate(row):
                        form = amber if column in bad else plain
                        if cell:
                            sheet.write_string(at, column, _CONTROLS.sub("", cell)[:_CELL_CHARACTERS], form)
                        elif column in bad:
                            sheet.write_blank(at, column, None, form)
                    for column, text in enumerate(_texts(result), start=width):
                        if text:
                            sheet.write_string(at, column, text[:_CELL_CHARACTERS], plain)
            sheet.autofilter(0, 0, at, len(headers) - 1)


def _sheet_name(name: str | None) -> str:
    """Return a sheet name that the format allows."""
    allowed = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", name or "")[:31].strip("'")
    return "Sheet1" if allowed.lower() in {"", "history"} else allowed
