"""CSV: one exact grammar, and two readers of it that must agree.

A record is made of fields between delimiters and ends with CRLF, LF or CR. A field that begins with a quote ends with
one, and holds line ends, delimiters and doubled quotes; any other field is taken as it stands, a quote inside it
included. A line without a single character is no record. Where quotes do not follow this, the first line alone is
broken and reading goes on behind it, so that one lost quote cannot swallow the records after it.

The exact reader follows the grammar record by record. The fast one proves with one regular expression that a whole
block follows the grammar, and only then lets Arrow parse it; every block it cannot prove is left to the exact reader.
"""

import re
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from chengxin.tabular import columns, text
from chengxin.tabular.errors import LineCode, RefusalCode, TabularRefused
from chengxin.tabular.headers import checked_headers
from chengxin.tabular.sinks import Sink
from chengxin.tabular.text import TextStream
from chengxin.tabular.values import Limits

DELIMITERS = (",", ";", "\t")
_LINE_ENDS = re.compile(rb"[\r\n]++")
_SMALL_BLOCK = 1 << 16
_CUTS_TRIED = 8
_BLOCKS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file.

    Attributes:
        blank: Line ends of empty lines before it.
        raw: Its bytes as UTF-8, line end not counted.
        end: Its line end; empty at the end of a file.
        fields: Texts of its fields, unquoted and unstripped; ``None`` when the quotes are broken.
        source_line: Line of the file on which it begins, from 1.
    """

    blank: bytes
    raw: bytes
    end: bytes
    fields: list[str] | None
    source_line: int


class Grammar:
    """The grammar for one delimiter, as patterns for both readers."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        mark = re.escape(delimiter)
        quoted = r'"(?:[^"]++|"")*+"'
        field = rf'(?:{quoted}(?=[{mark}\r\n]|\Z)|(?!")[^{mark}\r\n]*+)'
        self._record = re.compile(rf"{field}(?:{mark}{field})*+(?=[\r\n]|\Z)".encode())
        self._field = re.compile(rf"({field})(?:{mark}|\Z)")
        unwanted = columns.UNWANTED_CLASS
        plain = rf'(?:[^"{mark}\r\n{unwanted}][^{mark}\r\n{unwanted}]*)?'
        clean_quoted = rf'"(?:[^"{unwanted}]|"")*"'
        self.clean_block = rf"\A(?:(?:{plain}|{clean_quoted})(?:{mark}|\r\n|\n|\r))*\z"

    def end_of_record(self, block: bytes, place: int, limit: int) -> int | None:
        """Return where the record at a place ends, its line end not counted, or ``None`` when its quotes are broken.

        Args:
            block: Bytes that hold the whole record, or at least ``limit`` + 2 of it.
            place: Where it begins.
            limit: Most bytes of a record.
        """
        found = self._record.match(block, place, place + limit + 2)
        return found.end() if found is not None and found.end() - place <= limit else None

    def fields(self, raw: str) -> list[str]:
        """Return the texts of a record's fields, unquoted.

        Args:
            raw: A record that follows the grammar.

        Raises:
            ValueError: It does not; this is a bug.
        """
        if '"' not in raw:
            return raw.split(self.delimiter)
        cells = []
        place = 0
        while True:
            found = self._field.match(raw, place)
            if found is None:  # unreachable for a record that follows the grammar
                message = "the record does not follow the grammar"
                raise ValueError(message)
            cell = found.group(1)
            cells.append(cell[1:-1].replace('""', '"') if cell.startswith('"') else cell)
            place = found.end()
            if place == found.end(1):
                return cells


class RecordReader:
    """Reads records one by one, exactly.

    Attributes:
        stream: Where the bytes come from.
        trailing: Line ends of empty lines behind the last record, known at the end.
        source_line: Line of the file at which the stream stands, from 1.
        is_regular: Whether no line end inside a record and no blank line before one was met behind the header.
        stands_behind_blank: Whether the stream stands behind a blank line, which matters once a record follows.
    """

    def __init__(self, stream: TextStream, grammar: Grammar, limits: Limits) -> None:
        self.stream = stream
        self.grammar = grammar
        self.limits = limits
        self.trailing = b""
        self.source_line = 1
        self.is_regular = True
        self.stands_behind_blank = False

    def next_record(self) -> Record | None:
        """Return the next record, or ``None`` at the end of the file.

        Raises:
            TabularRefused: ``LINE_TOO_LONG`` with the line of the file, or ``FILE_CHANGED``.
        """
        blank = self._take_blank()
        stream, limit = self.stream, self.limits.line_bytes
        stream.need(limit + 2)
        if stream.place >= len(stream.block):
            self.trailing = blank
            return None
        source_line = self.source_line
        end = self.grammar.end_of_record(stream.block, stream.place, limit)
        if end is None:
            raw = self._take_line()
            fields = None
        else:
            raw = stream.block[stream.place : end]
            fields = self.grammar.fields(text.text_of(raw))
            stream.place = end
        inner = line_ends(raw)
        line_end = self._take_line_end()
        self.source_line += inner + (1 if line_end else 0)
        if blank or inner or self.stands_behind_blank:
            self.is_regular = False
        self.stands_behind_blank = False
        return Record(blank, raw, line_end, fields, source_line)

    def _take_blank(self) -> bytes:
        """Take the line ends of empty lines, a run at a time: a file may hold millions of them."""
        stream, limit = self.stream, self.limits.line_bytes
        blank = b""
        while True:
            stream.need(2)
            run = _LINE_ENDS.match(stream.block, stream.place)
            end = run.end() if run is not None else stream.place
            if end == len(stream.block) and not stream.is_ended and stream.block[end - 1 : end] == b"\r":
                end -= 1  # it may be half of a CRLF
            if end <= stream.place:
                return blank
            taken = stream.block[stream.place : end]
            stream.place = end
            self.source_line += line_ends(taken)
            # A file of nothing but line ends must not be gathered in memory.
            room = max(0, limit - len(blank))
            blank += taken[: room + 1 if taken[room - 1 : room + 1] == b"\r\n" else room]

    def _take_line_end(self) -> bytes:
        stream = self.stream
        two = stream.block[stream.place : stream.place + 2]
        size = 2 if two == b"\r\n" else 1 if two[:1] in {b"\n", b"\r"} else 0
        stream.place += size
        return two[:size]

    def _take_line(self) -> bytes:
        stream, limit = self.stream, self.limits.line_bytes
        window = stream.block[stream.place : stream.place + limit + 2]
        ends = [place for place in (window.find(b"\n"), window.find(b"\r")) if place >= 0]
        size = min(ends, default=len(window))
        if size > limit:
            raise TabularRefused(RefusalCode.LINE_TOO_LONG, source_line=self.source_line, limit=limit)
        stream.place += size
        return window[:size]


def line_ends(raw: bytes) -> int:
    """Return how many line ends stand in bytes, CRLF counted once.

    Args:
        raw: Any bytes.
    """
    carriage = raw.count(b"\r")
    return raw.count(b"\n") + carriage - (raw.count(b"\r\n") if carriage else 0)


def detect_delimiter(stream: TextStream, limits: Limits) -> str:
    """Return the delimiter that the first records are written with.

    Args:
        stream: A stream at the beginning of the text; it stays there.
        limits: Longest record.

    Raises:
        TabularRefused: ``DELIMITER_UNCLEAR`` when two delimiters fit equally, ``HEADER_QUOTE``, ``LINE_TOO_LONG``,
            or ``FILE_EMPTY``.
    """
    stream.need(2 * limits.line_bytes + 8)
    block = stream.block
    found: list[tuple[bool, int, str]] = []
    quotes_broken = False
    for delimiter in DELIMITERS:
        sample = TextStream.__new__(TextStream)
        sample.block, sample.place, sample.is_ended = block, stream.place, True
        reader = RecordReader(sample, Grammar(delimiter), limits)
        header = reader.next_record()
        if header is None:
            raise TabularRefused(RefusalCode.FILE_EMPTY)
        if header.fields is None:
            quotes_broken = True
            continue
        first = reader.next_record()
        agrees = first is not None and first.fields is not None and len(first.fields) == len(header.fields)
        found.append((agrees, len(header.fields), delimiter))
    several = sorted((entry for entry in found if entry[1] > 1), reverse=True)
    if not several:
        if quotes_broken:
            raise TabularRefused(RefusalCode.HEADER_QUOTE)
        return ","
    if len(several) > 1 and several[0][:2] == several[1][:2]:
        raise TabularRefused(RefusalCode.DELIMITER_UNCLEAR)
    return several[0][2]


class DelimitedReader:
    """Reads a CSV file into a sink."""

    def __init__(self, stream: TextStream, delimiter: str, limits: Limits) -> None:
        self._records = RecordReader(stream, Grammar(delimiter), limits)
        self._stream = stream
        self._limits = limits
        self._size = limits.line_bytes
        self._small = min(_SMALL_BLOCK, limits.line_bytes)

    def read_headers(self) -> tuple[str, ...]:
        """Take the header row.

        Raises:
            TabularRefused: The codes of `checked_headers`, ``HEADER_QUOTE``, ``LINE_TOO_LONG`` or ``FILE_EMPTY``.
        """
        record = self._records.next_record()
        if record is None:
            raise TabularRefused(RefusalCode.FILE_EMPTY)
        if record.fields is None:
            raise TabularRefused(RefusalCode.HEADER_QUOTE)
        self._records.is_regular = True
        return checked_headers(record.fields, self._limits)

    @property
    def source_line(self) -> int:
        """Line of the file at which the reader stands, from 1."""
        return self._records.source_line

    @property
    def is_regular(self) -> bool:
        """Whether each record behind the header took exactly one line so far."""
        return self._records.is_regular

    def fill(self, sink: Sink, *, width: int, is_fast: bool) -> None:
        """Read all records into a sink.

        Args:
            sink: Where they go.
            width: How many fields a record must have.
            is_fast: Whether blocks may be parsed at once; the result is the same, only the time differs.

        Raises:
            TabularRefused: ``LINE_TOO_LONG``, ``LINES_TOO_MANY``, ``BROKEN_LINES_TOO_MANY`` or ``FILE_CHANGED``.
        """
        with ThreadPoolExecutor(max_workers=_BLOCKS_AHEAD) as pool:
            while True:
                if is_fast:
                    self._add_blocks(pool, sink, width)
                taken = 0
                while taken < self._small:
                    record = self._records.next_record()
                    if record is None:
                        return
                    taken += len(record.raw) + 1
                    _add_record(sink, record, width)

    def _add_blocks(self, pool: ThreadPoolExecutor, sink: Sink, width: int) -> None:
        """Add blocks for as long as they are proved to be clean.

        Blocks are cut and parsed ahead; a block is added only when all before it were, so a cut in the wrong place
        costs time and nothing else.
        """
        stream, grammar = self._stream, self._records.grammar
        while True:
            ahead: deque[tuple[bytes, Future[list[pa.Array] | None]]] = deque()
            offset = 0
            while True:
                while len(ahead) < _BLOCKS_AHEAD + 1:
                    block = self._cut(offset)
                    if block is None:
                        break
                    ahead.append((block, pool.submit(_parsed, block, grammar, width)))
                    offset += len(block)
                if not ahead:
                    break
                block, future = ahead.popleft()
                parsed = future.result()
                if parsed is None:
                    break
                count = len(parsed[0])
                self._pass_block(block, count)
                sink.add_columns(parsed, count)
                stream.place += len(block)
                offset -= len(block)
                self._size = min(2 * self._size, self._limits.line_bytes)
            for _, future in ahead:
                future.cancel()
            if self._size == self._small:
                return
            # A small block before the exact reader: the fault is somewhere in the large one.
            self._size = self._small

    def _pass_block(self, block: bytes, count: int) -> None:
        """Note that a block of so many records was added."""
        records, lines = self._records, line_ends(block)
        taken = line_ends(block.rstrip(b"\r\n")) + 1 if count else 0
        if taken != count or (count and records.stands_behind_blank):
            records.is_regular = False
        records.stands_behind_blank = lines > taken or (records.stands_behind_blank and not count)
        records.source_line += lines

    def _cut(self, offset: int) -> bytes | None:
        """Return the longest run of lines within the block size that may end where a record ends."""
        stream = self._stream
        stream.need(offset + self._size)
        start = stream.place + offset
        window = stream.block[start : start + self._size]
        if not window:
            return None
        is_last = stream.is_ended and start + len(window) == len(stream.block)
        # At the end of a file a CR cannot be followed by LF any more.
        return window if is_last and window[-1:] in {b"\n", b"\r"} else _last_lines(window)


def _last_lines(window: bytes) -> bytes | None:
    cut = window.rfind(b"\n") + 1
    if cut == 0:
        # Only CR: the last byte may be half of a CRLF.
        cut = window.rfind(b"\r", 0, len(window) - 1) + 1
        return window[:cut] or None
    for _ in range(_CUTS_TRIED):
        if window.count(b'"', 0, cut) % 2 == 0:
            return window[:cut]
        cut = window.rfind(b"\n", 0, cut - 1) + 1
        if cut == 0:
            return None
    return None


def _add_record(sink: Sink, record: Record, width: int) -> None:
    if record.fields is None:
        sink.add_broken(LineCode.QUOTE, {"source_line": record.source_line})
    elif len(record.fields) != width:
        params = {"expected": width, "seen": len(record.fields), "source_line": record.source_line}
        sink.add_broken(LineCode.COLUMN_COUNT, params)
    elif code := text.unwanted(text.text_of(record.raw)):
        column = next(at for at, cell in enumerate(record.fields, start=1) if text.unwanted(cell))
        sink.add_broken(code, {"column": column, "source_line": record.source_line})
    else:
        sink.add_row([text.value_of(cell) for cell in record.fields], len(record.raw))


def _parsed(block: bytes, grammar: Grammar, width: int) -> list[pa.Array] | None:
    """Return the columns of a block, or ``None`` when it is not proved to be clean."""
    offsets = (0).to_bytes(8, "little") + len(block).to_bytes(8, "little")
    whole = pa.Array.from_buffers(pa.large_string(), 1, [None, pa.py_buffer(offsets), pa.py_buffer(block)])
    if not pc.match_substring_regex(whole, grammar.clean_block)[0].as_py():
        return None
    names = [f"c{position}" for position in range(width)]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(block),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=len(block) + 2, use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=grammar.delimiter, quote_char='"', double_quote=True, newlines_in_values=True
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=True,
            ),
        )
    except pa.ArrowInvalid:
        # A record with another number of fields, or bytes changed since the inspection: the exact reader will say.
        return None
    return [columns.stripped(column.combine_chunks()) for column in table.columns]
