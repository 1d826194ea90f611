"""What an XLSX file is made of: a zip archive that is distrusted, and the sheets named in it.

Everything is expanded once, in a stream, against limits, before any other reader sees the file; so a bomb, a lying size
or a macro is refused before it costs anything.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from chengxin.tabular.errors import LineCode, RefusalCode, TabularRefused
from chengxin.tabular.values import MEBIBYTE, Limits

_TAIL_BYTES = 66_000
_DIRECTORY_BYTES = 1 << 20
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_ENCRYPTED = 0x1
_PART_BYTES = 4 * MEBIBYTE
_CHUNK = 1 << 16
_OPEN_FAULTS = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError, OSError, struct.error)

# A cell with a value; a cell whose value is an error; a formula that carries no result (a result that is an empty
# text has the type "str").
_HAS_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)(?:\s[^<>]*)?>")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\s(?=[^<>]*\bt\s*=\s*[\"']e[\"'])[^<>]*>")
_HOLLOW_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?![^<>]*\bt\s*=\s*[\"']str[\"'])[^<>]*(?<!/)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_FAULTS = ((_ERROR_CELL, LineCode.XLSX_ERROR_VALUE), (_HOLLOW_CELL, LineCode.XLSX_FORMULA_WITHOUT_VALUE))
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        name: Its name.
        position: Its position among all sheets, from 0.
        part: Name of its entry in the archive.
        is_visible: Whether people see it.
    """

    name: str
    position: int
    part: str
    is_visible: bool


class Container:
    """An XLSX file whose every entry was expanded once and found to be as it declares."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._entries = _entries(path, limits)
        self._check_kind()
        for entry in self._entries.values():
            actual = sum(len(chunk) for chunk in self._expand(entry))
            if actual != entry.file_size:
                raise TabularRefused(RefusalCode.XLSX_UNREADABLE)

    def chosen_sheet(self) -> tuple[Sheet, int]:
        """Return the first visible sheet that holds a value, and how many sheets there are.

        Raises:
            TabularRefused: ``XLSX_UNREADABLE``, or ``FILE_EMPTY`` when no visible sheet holds a value.
        """
        sheets = self._sheets()
        for sheet in sheets:
            if sheet.is_visible and self._has_value(sheet):
                return sheet, len(sheets)
        raise TabularRefused(RefusalCode.FILE_EMPTY)

    def faulty_cells(self, sheet: Sheet) -> dict[tuple[int, int], str]:
        """Return the cells whose value cannot be used, by row and column from 1, with a code each.

        Args:
            sheet: The sheet to look through.

        Raises:
            TabularRefused: ``BROKEN_LINES_TOO_MANY`` or ``XLSX_UNREADABLE``.
        """
        found: dict[tuple[int, int], str] = {}
        for block in self._rows(sheet.part):
            for pattern, code in _FAULTS:
                for cell in pattern.finditer(block):
                    reference = _REFERENCE.search(cell.group())
                    if reference is None:
                        raise TabularRefused(RefusalCode.XLSX_UNREADABLE)
                    found[int(reference.group(2)), _column(reference.group(1))] = code
            if len(found) > self._limits.broken_lines:
                raise TabularRefused(RefusalCode.BROKEN_LINES_TOO_MANY, limit=self._limits.broken_lines)
        return found

    def _check_kind(self) -> None:
        names = set(self._entries)
        if "xl/workbook.bin" in names:
            raise TabularRefused(RefusalCode.FORMAT_REFUSED, seen="XLSB")
        if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
            seen = "ODS" if "content.xml" in names else "DOCX" if "word/document.xml" in names else "ZIP"
            raise TabularRefused(RefusalCode.FORMAT_REFUSED, seen=seen)
        kinds = self._part("[Content_Types].xml")
        has_macro = any(name.lower().endswith("vbaproject.bin") or "/macrosheets/" in name.lower() for name in names)
        if has_macro or b"macroenabled" in kinds.lower().replace(b"\x00", b""):
            raise TabularRefused(RefusalCode.FORMAT_REFUSED, seen="XLSM")

    def _sheets(self) -> list[Sheet]:
        targets: dict[str, str] = {}
        sheets: list[Sheet] = []

        def on_relationship(name: str, values: dict[str, str]) -> None:
            if _local(name) == "Relationship" and values.get("Type", "").endswith("/worksheet"):
                targets[values.get("Id", "")] = values.get("Target", "")

        def on_sheet(name: str, values: dict[str, str]) -> None:
            if _local(name) != "sheet":
                return
            relation = next((value for key, value in values.items() if key.endswith(":id")), "")
            is_visible = values.get("state", "visible") == "visible"
            target = targets.get(relation, "")
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            # Chart sheets and the like have no target here and count as hidden.
            is_sheet = bool(target) and part in self._entries
            sheets.append(Sheet(values.get("name", ""), len(sheets), part, is_visible and is_sheet))

        for part, handler in (("xl/_rels/workbook.xml.rels", on_relationship), ("xl/workbook.xml", on_sheet)):
            parser = expat.ParserCreate()
            parser.StartElementHandler = handler
            parser.StartDoctypeDeclHandler = _refuse_doctype
            try:
                parser.Parse(self._part(part), True)  # noqa: FBT003 - the parser's own signature
            except expat.ExpatError as error:
                raise TabularRefused(RefusalCode.XLSX_UNREADABLE) from error
        return sheets

    def _has_value(self, sheet: Sheet) -> bool:
        return any(_HAS_VALUE.search(block) is not None for block in self._rows(sheet.part))

    def _rows(self, part: str) -> Iterator[bytes]:
        """Yield a sheet in blocks that end with a row.

        Raises:
            TabularRefused: ``XLSX_UNREADABLE``.
        """
        tail = b""
        is_first = True
        for chunk in self._expand(self._entries[part]):
            block = tail + chunk
            if is_first:
                if block.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in block[:4] or b"<!DOCTYPE" in block:
                    raise TabularRefused(RefusalCode.XLSX_UNREADABLE)
                is_first = False
            cut = block.rfind(b"row>") + 4
            if cut < 4:  # noqa: PLR2004 - nothing found
                cut = 0 if len(block) < _PART_BYTES else len(block) - _CHUNK
            yield block[:cut]
            tail = block[cut:]
        yield tail

    def _part(self, name: str) -> bytes:
        entry = self._entries.get(name)
        if entry is None or entry.file_size > _PART_BYTES:
            raise TabularRefused(RefusalCode.XLSX_UNREADABLE)
        return b"".join(self._expand(entry))

    def _expand(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield what an entry expands to, never more than it declares and a little.

        Raises:
            TabularRefused: ``XLSX_UNREADABLE`` or ``FILE_EXPANDS``.
        """
        left = entry.compress_size
        actual = 0
        checksum = 0
        with self._path.open("rb") as file:
            file.seek(entry.header_offset)
            header = file.read(30)
            if len(header) < 30 or header[:4] != b"PK\x03\x04":  # noqa: PLR2004 - size of a local header
                raise TabularRefused(RefusalCode.XLSX_UNREADABLE)
            name_size, extra_size = struct.unpack("<HH", header[26:30])
            file.seek(name_size + extra_size, 1)
            inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
            while left > 0 and (packed := file.read(min(_CHUNK, left))):
                left -= len(packed)
                while packed:
                    try:
                        chunk = packed if inflater is None else inflater.decompress(packed, MEBIBYTE)
                    except zlib.error as error:
                        raise TabularRefused(RefusalCode.XLSX_UNREADABLE) from error
                    packed = b"" if inflater is None else inflater.unconsumed_tail
                    actual += len(chunk)
                    if actual > entry.file_size:
                        # It expands to more than it says, which no honest program writes.
                        raise TabularRefused(RefusalCode.FILE_EXPANDS, limit=entry.file_size)
                    checksum = zlib.crc32(chunk, checksum)
                    yield chunk
            rest = b"" if inflater is None else inflater.flush()
            actual += len(rest)
            checksum = zlib.crc32(rest, checksum)
            yield rest
        if left or actual != entry.file_size or checksum != entry.CRC:
            raise TabularRefused(RefusalCode.XLSX_UNREADABLE)


def _entries(path: Path, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
    except _OPEN_FAULTS as error:
        raise TabularRefused(RefusalCode.XLSX_UNREADABLE) from error
    entries: dict[str, zipfile.ZipInfo] = {}
    expanded = 0
    for entry in listed:
        if entry.flag_bits & _ENCRYPTED:
            raise TabularRefused(RefusalCode.FORMAT_REFUSED, seen="ENCRYPTED")
        if entry.header_offset < 0:  # what a directory that points before the file comes to
            raise TabularRefused(RefusalCode.XLSX_UNREADABLE)
        if entry.filename in entries or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise TabularRefused(RefusalCode.XLSX_UNREADABLE)
        expanded += entry.file_size
        ratio = entry.file_size / max(entry.compress_size, 1)
        if expanded > limits.expanded_bytes:
            raise TabularRefused(RefusalCode.FILE_EXPANDS, limit=limits.expanded_bytes)
        if entry.file_size > MEBIBYTE and ratio > limits.expansion_ratio:
            raise TabularRefused(RefusalCode.FILE_EXPANDS, limit_ratio=limits.expansion_ratio)
        entries[entry.filename] = entry
    return entries


def _check_directory(path: Path) -> None:
    """Refuse a directory so long that listing it would cost memory; `zipfile` reads it whole.

    Raises:
        TabularRefused: ``XLSX_UNREADABLE`` or ``FILE_EXPANDS``.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22 or _END_64 in tail:  # noqa: PLR2004 - size of the end record
        raise TabularRefused(RefusalCode.XLSX_UNREADABLE)
    if int.from_bytes(tail[at + 12 : at + 16], "little") > _DIRECTORY_BYTES:
        raise TabularRefused(RefusalCode.FILE_EXPANDS, limit=_DIRECTORY_BYTES)


def _refuse_doctype(*_: object) -> None:
    raise TabularRefused(RefusalCode.XLSX_UNREADABLE)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
