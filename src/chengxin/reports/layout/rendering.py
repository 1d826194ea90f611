"""From a sheet to a PDF/A-3 file with its data embedded, by Typst.

Everything that comes from people goes to Typst as JSON and is read there as text: no value can be markup. The fonts are
two files of a package that holds nothing else; neither the system's nor Typst's own are used, so every machine makes
the same bytes of the same report.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from itertools import zip_longest
from typing import Any, Final

import segno
import typst

from chengxin.reports.layout.coverage import FONTS, printable
from chengxin.reports.layout.sheets import Sheet

STANDARDS: Final = ("a-3a", "ua-1")
"""PDF/A-3a for keeping with embedded files, PDF/UA-1 for screen readers; Typst writes both at once."""

_SHORT: Final = 600
"""Characters up to which an item is kept on one page."""
_FIRST_HALF: Final = 12.0
_SECOND_HALF: Final = 18.0
"""Width of a value, in full characters, up to which it stands as first or second on a line of two."""
_MASK: Final = 2
_NARROW: Final = 0.55
"""Width of a letter or digit in full characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What Typst is given.

    Attributes:
        inputs: Texts by name, read in the layout.
        moment: Date of the document, in whole seconds of UTC.
    """

    inputs: Mapping[str, str]
    moment: datetime


def render(sheet: Sheet, *, data: bytes, credential: str, moment: datetime) -> bytes:
    """Return the file, not signed yet.

    Args:
        sheet: What is laid out.
        data: Contents of ``report.json``.
        credential: Contents of ``report.sd-jwt``.
        moment: Date of the document; PDF/A asks for one.

    Raises:
        typst.TypstError: The layout is faulty; a bug, because nothing in a sheet can be markup.
    """
    return lay_out(prepare(sheet, data=data, credential=credential, moment=moment))


def prepare(sheet: Sheet, *, data: bytes, credential: str, moment: datetime) -> Prepared:
    """Return what Typst is given for a sheet; arguments as for ``render``."""
    told = _told(sheet)
    for section in told["sections"]:
        for group in section["groups"]:
            for entry in group["entries"]:
                entry["short"] = sum(len(row["value"]) for row in entry["rows"]) <= _SHORT
                _pair(entry["rows"])
    # A moment in Typst has no zone and is written as one of UTC.
    at = moment.astimezone(UTC).replace(microsecond=0)
    told["date"] = [at.year, at.month, at.day, at.hour, at.minute, at.second]
    inputs = {
        "sheet": json.dumps(told, ensure_ascii=False),
        "data": data.decode(),
        "credential": credential,
        "code": code_of(sheet.check_address),
    }
    return Prepared(inputs=inputs, moment=at)


def lay_out(prepared: Prepared) -> bytes:
    """Let Typst make the file.

    Raises:
        typst.TypstError: The layout is faulty; a bug, because nothing in a sheet can be markup.
    """
    made: bytes = typst.compile(
        _layout(),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=dict(prepared.inputs),
        pdf_standards=list(STANDARDS),
        timestamp=prepared.moment,
    )
    return made


def code_of(address: str) -> str:
    """Return the QR code of an address as SVG.

    Args:
        address: What a camera is to open.
    """
    # Readers take any of the eight masks; trying all of them takes longer than all the rest of a code.
    drawn: str = segno.make(address, error="m", micro=False, mask=_MASK).svg_inline(border=2, light="white")
    # Drawn to stand within a page; a file of its own names its namespace.
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _told(value: Any) -> Any:  # noqa: ANN401 - a sheet or a part of one
    """Return a sheet as what JSON has, with all texts as the fonts can print them."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, tuple):
        return [_told(member) for member in value]
    if value is None or isinstance(value, int):
        return value
    return {name: _told(getattr(value, name)) for name in value.__slots__}


def _pair(rows: Sequence[dict[str, Any]]) -> None:
    """Mark which rows stand two on a line."""
    is_second = False
    for row, following in zip_longest(rows, rows[1:]):
        starts = (
            not is_second
            and following is not None
            and _width(row["value"]) <= _FIRST_HALF
            and _width(following["value"]) <= _SECOND_HALF
        )
        row["half"] = is_second or starts
        is_second = starts


def _width(value: str) -> float:
    """Return the width of a text in full characters, about."""
    narrow = len(value.encode("ascii", "ignore"))
    return len(value) - narrow + _NARROW * narrow


@cache
def _layout() -> bytes:
    return resources.files("chengxin.reports.layout").joinpath("report.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    folder = resources.files(FONTS)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
