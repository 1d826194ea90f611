"""Masked lists as CSV: what a page shows, nothing more, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula.

    Example:
        >>> safe_cell("=1+1"), safe_cell(3)
        ("'=1+1", '3')
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text


def csv_answer(name: str, *, headers: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a CSV file, in UTF-8 with a mark so that spreadsheets read Chinese.

    Args:
        name: Name of the file.
        headers: Headings.
        rows: The rows.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe_cell(header) for header in headers])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    answer = HttpResponse(f"\ufeff{text.getvalue()}", content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
