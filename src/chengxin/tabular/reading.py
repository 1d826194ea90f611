"""Takes a file that somebody has sent: says what it is, and turns it into columns of text.

Nothing is guessed: a file whose kind, encoding or columns are not certain is refused with a code, and a record that
cannot be read is counted and named, never left out.
"""

import hashlib
from pathlib import Path

from chengxin.tabular import confined, json_lines
from chengxin.tabular.containers import Container
from chengxin.tabular.delimited import DelimitedReader, detect_delimiter
from chengxin.tabular.errors import RefusalCode, TabularRefused
from chengxin.tabular.headers import checked_headers
from chengxin.tabular.naming import safe_name
from chengxin.tabular.sinks import Sink
from chengxin.tabular.text import CHUNK_BYTES, EncodingDetector, TextStream
from chengxin.tabular.values import (
    DEFAULT_LIMITS,
    BrokenLine,
    Encoding,
    Format,
    Inspection,
    Limits,
    Outcome,
    Read,
)

__all__ = [
    "DEFAULT_LIMITS",
    "BrokenLine",
    "Encoding",
    "Format",
    "Inspection",
    "Limits",
    "Read",
    "TabularRefused",
    "inspect",
    "safe_name",
    "to_parquet",
]

_MARK_BYTES = 16
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PARQUET = b"PAR1"
_ZIP = b"PK"
_REFUSED_MARKS = (
    (_OLE, "XLS"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"Rar!", "RAR"),
    (b"\xfd7zXZ", "XZ"),
    (b"\x28\xb5\x2f\xfd", "ZSTD"),
    (b"BZh", "BZIP2"),
    (b"\x89PNG", "IMAGE"),
    (b"\xff\xd8\xff", "IMAGE"),
    (b"SQLite format 3", "SQLITE"),
    (b"PARE", "PARQUET_ENCRYPTED"),
    (b"ARROW1", "ARROW"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg")


def inspect(path: Path, *, declared_name: str, limits: Limits = DEFAULT_LIMITS) -> Inspection:
    """Say what a file is, from its content alone, in one pass over its bytes.

    Args:
        path: Where the upload was put; the sender's name for it is never used as a path.
        declared_name: The sender's name for it.
        limits: How much it may ask of the machine.

    Returns:
        What is needed to read it and to write its result.

    Raises:
        TabularRefused: The file cannot be read at all; the codes are listed in ``docs/api/files.md``.
    """
    size = path.stat().st_size
    if size == 0:
        raise TabularRefused(RefusalCode.FILE_EMPTY)
    if size > limits.file_bytes:
        raise TabularRefused(RefusalCode.FILE_TOO_LARGE, limit=limits.file_bytes, seen=size)
    with path.open("rb") as file:
        mark = file.read(_MARK_BYTES)
    for known, seen in _REFUSED_MARKS:
        if mark.startswith(known):
            is_locked = known == _OLE and _holds_encrypted_package(path)
            raise TabularRefused(RefusalCode.FORMAT_REFUSED, seen="ENCRYPTED" if is_locked else seen)
    name = safe_name(declared_name)
    if mark.startswith(_ZIP):
        if size > limits.workbook_bytes:
            raise TabularRefused(RefusalCode.FILE_TOO_LARGE, limit=limits.workbook_bytes, seen=size)
        sheet, count = Container(path, limits).chosen_sheet()
        return Inspection(
            declared_name=name,
            format=Format.XLSX,
            size_bytes=size,
            sha256=_digest(path, None),
            sheet=sheet.name,
            sheet_position=sheet.position,
            sheets_left_out=count - 1,
        )
    if mark.startswith(_PARQUET):
        return Inspection(declared_name=name, format=Format.PARQUET, size_bytes=size, sha256=_digest(path, None))
    return _inspect_text(path, name, size, limits)


def _inspect_text(path: Path, name: str, size: int, limits: Limits) -> Inspection:
    detector = EncodingDetector()
    sha256 = _digest(path, detector)
    encoding, byte_order_mark = detector.conclude(path)
    with path.open("rb") as file:
        stream = TextStream(file, encoding=encoding, byte_order_mark=byte_order_mark)
        stream.need(2 * limits.line_bytes + 8)
        head = stream.block.lstrip(b" \t\r\n")
        if not head:
            raise TabularRefused(RefusalCode.FILE_EMPTY)
        if head[:16].lower().startswith(_MARKUP):
            raise TabularRefused(RefusalCode.FORMAT_REFUSED, seen="MARKUP")
        is_json = head.startswith(b"{")
        if head.startswith(b"[") or (is_json and head.split(b"\n", 1)[0].strip() == b"{"):
            raise TabularRefused(RefusalCode.FORMAT_REFUSED, seen="JSON_DOCUMENT")
        return Inspection(
            declared_name=name,
            format=Format.JSON_LINES if is_json else Format.CSV,
            size_bytes=size,
            sha256=sha256,
            encoding=encoding,
            byte_order_mark=byte_order_mark,
            delimiter=None if is_json else detect_delimiter(stream, limits),
            line_end=_line_end(head),
        )


def to_parquet(path: Path, inspection: Inspection, target: Path, *, limits: Limits = DEFAULT_LIMITS) -> Read:
    """Read a file into a Parquet file of text columns ``c0``, ``c1``, … and the number ``line`` of each record.

    Values have no surrounding white space; a cell with nothing in it is null. Broken records have no row: their
    numbers are missing in ``line``, and they stand in the answer. Memory does not grow with the lines of a text file.

    Args:
        path: The file that was inspected.
        inspection: What `inspect` has said about it.
        target: The Parquet file to write, readable for its owner only; personal data stands in it in clear, so the
            caller removes it as soon as it is used. After a refusal it does not exist.
        limits: How much the file may ask of the machine.

    Returns:
        Headers, count, and broken records; ``lines`` is the rows written plus the broken records.

    Raises:
        TabularRefused: The file cannot be read at all; ``NO_LINES`` when it has a header and nothing else.
    """
    return _to_parquet(path, inspection, target, limits, is_fast=True)


def to_parquet_exactly(path: Path, inspection: Inspection, target: Path, *, limits: Limits = DEFAULT_LIMITS) -> Read:
    """Read a file as `to_parquet` does, record by record; the tests hold the fast reader against this one.

    Args:
        path: The file that was inspected.
        inspection: What `inspect` has said about it.
        target: The Parquet file to write.
        limits: How much the file may ask of the machine.

    Returns:
        The same as `to_parquet`.

    Raises:
        TabularRefused: The same as for `to_parquet`.
    """
    return _to_parquet(path, inspection, target, limits, is_fast=False)


def _to_parquet(path: Path, inspection: Inspection, target: Path, limits: Limits, *, is_fast: bool) -> Read:
    try:
        outcome = _outcome(path, inspection, target, limits, is_fast=is_fast)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    if outcome.lines == 0:
        target.unlink(missing_ok=True)
        raise TabularRefused(RefusalCode.NO_LINES)
    return Read(
        headers=outcome.headers,
        lines=outcome.lines,
        broken=outcome.broken,
        first_source_line=outcome.first_source_line,
        is_regular=outcome.is_regular,
    )


def _outcome(path: Path, inspection: Inspection, target: Path, limits: Limits, *, is_fast: bool) -> Outcome:
    match inspection.format:
        case Format.CSV:
            return _read_delimited(path, inspection, target, limits, is_fast=is_fast)
        case Format.JSON_LINES:
            return _read_json_lines(path, inspection, target, limits)
        case Format.XLSX | Format.PARQUET:
            return confined.convert(path, target, kind=inspection.format, limits=limits)


def _read_delimited(path: Path, inspection: Inspection, target: Path, limits: Limits, *, is_fast: bool) -> Outcome:
    if inspection.delimiter is None or inspection.encoding is None:
        message = "the inspection is not one of a CSV file"
        raise ValueError(message)
    with path.open("rb") as file:
        stream = TextStream(file, encoding=inspection.encoding, byte_order_mark=inspection.byte_order_mark)
        reader = DelimitedReader(stream, inspection.delimiter, limits)
        headers = reader.read_headers()
        first_source_line = reader.source_line
        with Sink(target, width=len(headers), limits=limits) as sink:
            reader.fill(sink, width=len(headers), is_fast=is_fast)
    return Outcome(headers, sink.lines, tuple(sink.broken), first_source_line, reader.is_regular)


def _read_json_lines(path: Path, inspection: Inspection, target: Path, limits: Limits) -> Outcome:
    if inspection.encoding is None:
        message = "the inspection is not one of a text file"
        raise ValueError(message)
    with path.open("rb") as file:
        stream = TextStream(file, encoding=inspection.encoding, byte_order_mark=inspection.byte_order_mark)
        headers = checked_headers(json_lines.collect_headers(stream, limits), limits)
    with path.open("rb") as file, Sink(target, width=len(headers), limits=limits) as sink:
        stream = TextStream(file, encoding=inspection.encoding, byte_order_mark=inspection.byte_order_mark)
        is_regular = json_lines.fill(stream, sink, headers=headers, limits=limits)
    return Outcome(headers, sink.lines, tuple(sink.broken), 1, is_regular)


def _digest(path: Path, detector: EncodingDetector | None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            if detector is not None:
                detector.feed(chunk)
    return digest.hexdigest()


def _holds_encrypted_package(path: Path) -> bool:
    """Say whether an old container holds a new workbook under a password."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(CHUNK_BYTES)


def _line_end(head: bytes) -> str:
    line_feed, carriage = head.find(b"\n"), head.find(b"\r")
    if carriage >= 0 and (line_feed < 0 or carriage < line_feed):
        return "\r\n" if head[carriage + 1 : carriage + 2] == b"\n" else "\r"
    return "\n"
