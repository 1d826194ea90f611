"""XLSX: the cells of one sheet as text.

Runs in the confined process only (`confined`): the library keeps a whole sheet in memory, as wide and long as the file
says.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import python_calamine

from chengxin.tabular import text
from chengxin.tabular.columnar import LOST_DIGITS_FROM, plain_number
from chengxin.tabular.containers import Container
from chengxin.tabular.errors import LineCode, RefusalCode, TabularRefused
from chengxin.tabular.headers import checked_headers
from chengxin.tabular.sinks import Sink
from chengxin.tabular.values import Limits, Outcome

CELL_CHARACTERS = 32_767
"""Longest text a cell may hold by the format's own rule."""


def convert(path: Path, target: Path, limits: Limits, *, keeps_broken: bool) -> Outcome:
    """Read the chosen sheet of a workbook into columns of text.

    Rows without any value are no records. Error values stay empty, as they are in no program's text.

    Args:
        path: The file.
        target: The Parquet file to write.
        limits: What the file may ask for.
        keeps_broken: Whether broken records are written as well, as far as their cells can be told, for a result file.

    Returns:
        The headers, the number of records, and the broken ones.

    Raises:
        TabularRefused: A code of `Container` or `checked_headers`, ``FILE_EMPTY``, ``LINES_TOO_MANY`` or
            ``BROKEN_LINES_TOO_MANY``.
    """
    container = Container(path, limits)
    sheet, _ = container.chosen_sheet()
    faulty: dict[int, tuple[int, str]] = {}
    for (row_number, column), code in sorted(container.faulty_cells(sheet).items(), reverse=True):
        faulty[row_number] = (column, code)
    rows = _rows(path, sheet.position)
    found = next(((number, cells) for number, cells in rows if _trimmed(cells)), None)
    if found is None:
        raise TabularRefused(RefusalCode.FILE_EMPTY)
    header_row, header_cells = found
    if header_row in faulty:
        raise TabularRefused(RefusalCode.HEADER_CHARACTER, positions=faulty[header_row][0], count=1)
    headers = checked_headers([_text(cell) for cell in _trimmed(header_cells)], limits)
    is_regular = True
    with Sink(target, width=len(headers), limits=limits) as sink:
        for number, row in rows:
            filled = _trimmed(row)
            if not filled and number not in faulty:
                continue
            if number != header_row + sink.lines + 1:
                is_regular = False
            fault = _fault(filled, len(headers), faulty.get(number))
            if fault is not None and not keeps_broken:
                sink.add_broken(fault[0], {**fault[1], "source_line": number})
                continue
            texts = [_text(cell) for cell in filled[: len(headers)]]
            texts += [""] * (len(headers) - len(texts))
            values = [text.value_of(cell) for cell in texts]
            sink.add_row(values, sum(len(cell) for cell in texts))
    return Outcome(headers, sink.lines, tuple(sink.broken), header_row + 1, is_regular)


def _rows(path: Path, position: int) -> Iterator[tuple[int, Sequence[object]]]:
    """Yield the rows with their numbers from 1, and cells from column A on.

    Raises:
        TabularRefused: ``XLSX_UNREADABLE``.
    """
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            sheet = workbook.get_sheet_by_index(position)
            if sheet.start is None:
                return
            # The library leaves out empty rows and columns before the data; the numbers must count them.
            rows = iter(sheet.to_python(skip_empty_area=False)) if sheet.start[1] else sheet.iter_rows()
            yield from enumerate(rows, start=1)
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise TabularRefused(RefusalCode.XLSX_UNREADABLE) from error


def _trimmed(cells: Sequence[object]) -> Sequence[object]:
    width = len(cells)
    while width and (cells[width - 1] == "" or cells[width - 1] is None):
        width -= 1
    return cells[:width]


def _fault(cells: Sequence[object], width: int, faulty: tuple[int, str] | None) -> tuple[str, dict[str, object]] | None:
    if faulty is not None:
        return faulty[1], {"column": faulty[0]}
    if len(cells) > width:
        return LineCode.COLUMN_COUNT, {"expected": width, "seen": len(cells)}
    for column, cell in enumerate(cells, start=1):
        if isinstance(cell, str):
            if len(cell) > CELL_CHARACTERS:
                return LineCode.CELL_TOO_LONG, {"column": column, "limit": CELL_CHARACTERS}
            if code := text.unwanted(cell):
                return code, {"column": column}
        elif isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= LOST_DIGITS_FROM:
            return LineCode.XLSX_FLOAT_LOST_DIGITS, {"column": column}
    return None


def _text(cell: object) -> str:  # noqa: PLR0911 - one for each kind of cell
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            return plain_number(cell)
        case dt.datetime():
            is_day = cell.time() == dt.time()
            return cell.date().isoformat() if is_day else cell.isoformat(timespec="seconds")
        case dt.date():
            return cell.isoformat()
        case dt.time():
            return cell.isoformat(timespec="seconds")
        case dt.timedelta():
            minutes, seconds = divmod(round(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        case _:
            return ""
