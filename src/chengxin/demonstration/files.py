"""Files in the formats in which suppliers send: the same lines give the same bytes."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from chengxin.catalogue.rules.columns import Column
from chengxin.demonstration.lines import Line

_MADE_AT = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Written into workbooks in place of the moment; the format knows no zone."""


class FileKind(StrEnum):
    """How a file is written."""

    CSV = "CSV"
    CSV_GB18030 = "CSV_GB18030"
    XLSX = "XLSX"
    JSON_LINES = "JSON_LINES"
    PARQUET = "PARQUET"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file, with the name its sender gives it."""

    name: str
    contents: bytes


def written(*, stem: str, kind: FileKind, columns: Sequence[Column], lines: Sequence[Line]) -> MadeFile:
    """Write lines into a file; texts go out as they are, wrong ones too.

    Args:
        stem: Name without its ending.
        kind: Format.
        columns: Columns in the order of the file.
        lines: The lines.
    """
    match kind:
        case FileKind.CSV:
            return MadeFile(f"{stem}.csv", b"\xef\xbb\xbf" + _csv(columns, lines).encode())
        case FileKind.CSV_GB18030:
            return MadeFile(f"{stem}.csv", _csv(columns, lines).encode("gb18030"))
        case FileKind.XLSX:
            return MadeFile(f"{stem}.xlsx", _workbook(columns, lines))
        case FileKind.JSON_LINES:
            texts = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
            return MadeFile(f"{stem}.jsonl", ("\n".join(texts) + "\n").encode())
        case FileKind.PARQUET:
            return MadeFile(f"{stem}.parquet", _parquet(columns, lines))


def _csv(columns: Sequence[Column], lines: Sequence[Line]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.header_zh for column in columns])
    codes = [column.code for column in columns]
    writer.writerows([line.get(code, "") for code in codes] for line in lines)
    return text.getvalue()


def _workbook(columns: Sequence[Column], lines: Sequence[Line]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False}) as workbook:
        workbook.set_properties({"created": _MADE_AT, "author": "演示"})
        sheet = workbook.add_worksheet("报送")
        sheet.write_row(0, 0, [column.header_zh for column in columns])
        for row, line in enumerate(lines, start=1):
            for place, column in enumerate(columns):
                value = line.get(column.code, "")
                if value:
                    sheet.write_string(row, place, value)
    return target.getvalue()


def _parquet(columns: Sequence[Column], lines: Sequence[Line]) -> bytes:
    table = pa.table(
        {column.code: pa.array([line.get(column.code, "") for line in lines], pa.string()) for column in columns}
    )
    target = io.BytesIO()
    pq.write_table(table, target)
    return target.getvalue()
