"""Values that the readers and writers of tables hand to each other and to their callers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


class Format(StrEnum):
    """A kind of file that is taken, found out from the content and never from the name."""

    CSV = "CSV"
    XLSX = "XLSX"
    PARQUET = "PARQUET"
    JSON_LINES = "JSON_LINES"


class Encoding(StrEnum):
    """How the text of a CSV or JSON Lines file is written down."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a file may ask of the machine before it is refused.

    Attributes:
        file_bytes: Largest file.
        workbook_bytes: Largest XLSX file, which cannot be read in constant memory.
        lines: Most data records.
        columns: Most columns.
        line_bytes: Longest record as UTF-8, line end not counted; also the block size of the fast reader.
        broken_lines: Most broken lines that are reported one by one; a file with more is refused as a whole.
        expanded_bytes: Largest expanded size of an XLSX or Parquet file, declared and actual.
        expansion_ratio: Most that one entry of an XLSX file may grow when expanded, if it grows over a mebibyte.
        memory_bytes: Address space of the process that reads XLSX and Parquet.
        seconds: Time of that process.
    """

    file_bytes: int = 2 * GIBIBYTE
    workbook_bytes: int = 256 * MEBIBYTE
    lines: int = 20_000_000
    columns: int = 500
    line_bytes: int = MEBIBYTE
    broken_lines: int = 100_000
    expanded_bytes: int = 2 * GIBIBYTE
    expansion_ratio: int = 200
    memory_bytes: int = 4 * GIBIBYTE
    seconds: int = 600


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a file is, told from its content.

    Attributes:
        declared_name: The sender's name for the file, made safe to show; never a path.
        format: Kind of file.
        size_bytes: Size of the file.
        sha256: Digest of the file's bytes, 64 hexadecimal characters.
        encoding: Encoding of the text; ``None`` for XLSX and Parquet.
        byte_order_mark: Whether the text begins with a byte order mark.
        delimiter: Delimiter of a CSV file; ``None`` for the others.
        line_end: First line end found in a text file (CRLF, LF or CR as characters); ``None`` for the others.
        sheet: Name of the sheet that is read in an XLSX file; ``None`` for the others.
        sheet_position: Position of that sheet among all sheets, from 0.
        sheets_left_out: How many other sheets stand in the file and are not read, hidden ones included.
    """

    declared_name: str
    format: Format
    size_bytes: int
    sha256: str
    encoding: Encoding | None = None
    byte_order_mark: bool = False
    delimiter: str | None = None
    line_end: str | None = None
    sheet: str | None = None
    sheet_position: int | None = None
    sheets_left_out: int = 0


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A data record that could not be read; it has its number, and no row in the columns.

    Attributes:
        line: Number of the data record, from 1, the header not counted.
        code: What is wrong, see ``docs/api/files.md``.
        params: Positions and counts that are safe to show; ``source_line`` is the place in the file as its sender
            sees it, ``column`` counts from 1.
    """

    line: int
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader of one format hands on; the fields are those of `Read`."""

    headers: tuple[str, ...]
    lines: int
    broken: tuple[BrokenLine, ...]
    first_source_line: int = 1
    is_regular: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What reading a file has found.

    Attributes:
        headers: The headers, without surrounding white space, in the order of the columns ``c0``, ``c1``, …
        lines: How many data records the file has, broken ones included.
        broken: The records without a row, in the order of their numbers.
        first_source_line: Where the first data record stands in the file as its sender sees it, from 1.
        is_regular: Whether every record takes exactly one line of the file, with none left blank between.
    """

    headers: tuple[str, ...]
    lines: int
    broken: tuple[BrokenLine, ...]
    first_source_line: int
    is_regular: bool

    def source_line(self, line: int) -> int | None:
        """Return where a data record stands in the file as its sender sees it.

        Args:
            line: Number of the data record, from 1.

        Returns:
            The line of a text file or the row of a sheet, from 1; the position of the row for Parquet. ``None`` when
            blank lines or line ends inside values make it unknown without reading the file again.
        """
        return self.first_source_line + line - 1 if self.is_regular else None
