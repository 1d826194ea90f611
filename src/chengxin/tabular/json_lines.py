"""JSON Lines: one flat object a line.

The columns are the keys of all objects in the order of their first appearance, so the file is read for its keys first
and for its values afterwards; neither keeps more than one line in memory.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Never

from chengxin.tabular import text
from chengxin.tabular.errors import LineCode, RefusalCode, TabularRefused
from chengxin.tabular.sinks import Sink
from chengxin.tabular.text import TextStream
from chengxin.tabular.values import Limits

_EMPTY_LINES = re.compile(rb"(?:\r?\n)++")
_INTEGER = re.compile(r"-?[0-9]+")
_DIGITS = 400


class _BrokenError(Exception):
    """A line that is not a flat object; the code is its argument."""


class _Number(str):
    """A number as it was written, told from a text by its class."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line that is not blank.

    Attributes:
        raw: Its bytes as UTF-8, line end not counted.
        end: Its line end.
        source_line: Its number in the file, from 1, blank lines counted.
        code: What is wrong with it, or ``None``.
        values: Its values by key, as text without surrounding white space.
    """

    raw: bytes
    end: bytes
    source_line: int
    code: str | None
    values: dict[str, str | None]


def json_lines(stream: TextStream, limits: Limits) -> Iterator[JsonLine]:
    """Yield the lines that are not blank.

    Args:
        stream: The text.
        limits: Longest line.

    Raises:
        TabularRefused: ``LINE_TOO_LONG`` with the line of the file, or ``FILE_CHANGED``.
    """
    source_line = 0
    limit = limits.line_bytes
    while True:
        stream.need(limit + 2)
        if stream.place >= len(stream.block):
            return
        empty = _EMPTY_LINES.match(stream.block, stream.place)
        if empty is not None:
            # A run at a time: a file may hold millions of them.
            source_line += empty.group().count(b"\n")
            stream.place = empty.end()
            continue
        source_line += 1
        at = stream.block.find(b"\n", stream.place, stream.place + limit + 2)
        stop = at if at >= 0 else min(len(stream.block), stream.place + limit + 2)
        raw = stream.block[stream.place : stop]
        end = b"\n" if at >= 0 else b""
        if raw.endswith(b"\r"):
            raw, end = raw[:-1], b"\r" + end
        if len(raw) > limit:
            raise TabularRefused(RefusalCode.LINE_TOO_LONG, source_line=source_line, limit=limit)
        stream.place = stop + (1 if at >= 0 else 0)
        if raw.strip():
            yield _judged(raw, end, source_line)


def _judged(raw: bytes, end: bytes, source_line: int) -> JsonLine:
    try:
        values = _values(text.text_of(raw))
    except _BrokenError as broken:
        return JsonLine(raw, end, source_line, str(broken), {})
    return JsonLine(raw, end, source_line, None, values)


def _values(raw: str) -> dict[str, str | None]:
    try:
        pairs = _DECODER.decode(raw)
    except RecursionError:
        raise _BrokenError(LineCode.JSON_NESTED) from None
    except ValueError:
        raise _BrokenError(LineCode.JSON_SYNTAX) from None
    if not isinstance(pairs, _Pairs):
        raise _BrokenError(LineCode.JSON_NOT_OBJECT)
    values: dict[str, str | None] = {}
    for key, value in pairs:
        name = key.strip(text.WHITE_SPACE)
        if name in values:
            raise _BrokenError(LineCode.JSON_KEY_DUPLICATE)
        values[name] = _text(value)
        for part in (name, values[name]):
            _check_text(part)
    return values


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return text.value_of(value)
        case _:
            raise _BrokenError(LineCode.JSON_NESTED)


def _check_text(part: str | None) -> None:
    if part is None:
        return
    if code := text.unwanted(part):
        raise _BrokenError(code)
    if not part.isascii() and any("\ud800" <= character <= "\udfff" for character in part):
        raise _BrokenError(LineCode.CONTROL_CHARACTER)


class _Pairs(list[tuple[str, object]]):
    """The pairs of an object, told from an array by its class."""


def _number(literal: str) -> _Number:
    if len(literal) > _DIGITS or not _INTEGER.fullmatch(literal.replace(".", "", 1)):
        # An exponent is another way to write a number, and nobody writes a code or an amount so.
        raise _BrokenError(LineCode.JSON_NUMBER)
    return _Number(literal)


def _constant(_: str) -> Never:
    raise _BrokenError(LineCode.JSON_NUMBER)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_int=_number, parse_float=_number, parse_constant=_constant, strict=False
)


def collect_headers(stream: TextStream, limits: Limits) -> tuple[str, ...]:
    """Return the keys of all objects in the order of their first appearance.

    Args:
        stream: The text, which is read to its end.
        limits: Most columns, longest line.

    Raises:
        TabularRefused: ``COLUMNS_TOO_MANY``, ``LINE_TOO_LONG`` or ``FILE_CHANGED``.
    """
    headers: dict[str, None] = {}
    for line in json_lines(stream, limits):
        if line.values.keys() - headers.keys():
            headers.update(dict.fromkeys(line.values))
            if len(headers) > limits.columns:
                seen = len(headers)
                raise TabularRefused(
                    RefusalCode.COLUMNS_TOO_MANY, limit=limits.columns, seen=seen, source_line=line.source_line
                )
    return tuple(headers)


def fill(stream: TextStream, sink: Sink, *, headers: tuple[str, ...], limits: Limits) -> bool:
    """Read all lines into a sink.

    Args:
        stream: The text from its beginning.
        sink: Where the lines go.
        headers: The columns.
        limits: Longest line.

    Returns:
        Whether the file has no blank line between its lines.

    Raises:
        TabularRefused: ``LINE_TOO_LONG``, ``LINES_TOO_MANY``, ``BROKEN_LINES_TOO_MANY`` or ``FILE_CHANGED``.
    """
    is_regular = True
    for line in json_lines(stream, limits):
        if line.source_line != sink.lines + 1:
            is_regular = False
        if line.code is not None:
            sink.add_broken(line.code, {"source_line": line.source_line})
        elif line.values.keys() - set(headers):
            raise TabularRefused(RefusalCode.FILE_CHANGED)
        else:
            sink.add_row([line.values.get(header) for header in headers], len(line.raw))
    return is_regular
