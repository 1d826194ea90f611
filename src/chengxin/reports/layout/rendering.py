"""From a sheet to a PDF/A-3 file with its data embedded, by Typst.

Everything that comes from people goes to Typst as JSON and is read there as text: no value can be markup. The fonts are
two files of a package that holds nothing else; neither the system's nor Typst's own are used, so every machine makes
the same bytes of the same report.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

import segno
import typst

from chengxin.periods.civil import CIVIL_ZONE
from chengxin.reports.layout.coverage import FONTS, printable
from chengxin.reports.layout.sheets import Sheet

STANDARDS: Final = ("a-3a", "ua-1")
"""PDF/A-3a for keeping with embedded files, PDF/UA-1 for screen readers; Typst writes both at once."""

_SHORT: Final = 600
"""Characters up to which an item is kept on one page."""


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
    told = _printable(asdict(sheet))
    for section in told["sections"]:
        for group in section["groups"]:
            for entry in group["entries"]:
                entry["short"] = sum(len(row["value"]) for row in entry["rows"]) <= _SHORT
    local = moment.astimezone(CIVIL_ZONE)
    told["date"] = [local.year, local.month, local.day, local.hour, local.minute, local.second]
    made: bytes = typst.compile(
        _layout(),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={
            "sheet": json.dumps(told, ensure_ascii=False),
            "data": data.decode(),
            "credential": credential,
            "code": code_of(sheet.check_address),
        },
        pdf_standards=list(STANDARDS),
        timestamp=moment.astimezone(UTC).replace(microsecond=0),
    )
    return made


def code_of(address: str) -> str:
    """Return the QR code of an address as SVG.

    Args:
        address: What a camera is to open.
    """
    drawn: str = segno.make(address, error="m", micro=False).svg_inline(border=2, light="white")
    # Drawn to stand within a page; a file of its own names its namespace.
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _printable(value: Any) -> Any:  # noqa: ANN401 - a tree of texts
    """Return a tree of texts with all of them as the fonts can print them."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _printable(member) for name, member in value.items()}
    return [_printable(member) for member in value] if isinstance(value, list | tuple) else value


@cache
def _layout() -> bytes:
    return resources.files("chengxin.reports.layout").joinpath("report.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    folder = resources.files(FONTS)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
