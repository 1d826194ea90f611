"""Writes the empty workbook that a supplier fills in.

All columns are formatted as text, because a spreadsheet turns an identity number into a floating number and loses its
last digits; columns with codes offer them as a list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

FILLED_ROWS = 10_000
"""How many rows offer the lists of codes."""
HINT_SHEET = "说明"
CODE_SHEET = "代码"
_HINT_CHARACTERS = 255
_TITLE_CHARACTERS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateColumn:
    """A column of a template; all texts are already in the reader's language.

    Attributes:
        code: The column's code, which is accepted as its header as well.
        header: The header that people see.
        required: Whether a record must have a value here.
        hint: What belongs here.
        example: An example, with a made-up person.
        codes: Values that may be chosen, each with what it means; the list offers the first of each pair. Empty when
            any value may stand here.
        is_text: Whether the cells are formatted as text, so that no digit can be lost.
    """

    code: str
    header: str
    required: bool = False
    hint: str = ""
    example: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    is_text: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLabels:
    """Texts of the sheet that explains the columns.

    Attributes:
        header: Heading for the header.
        code: Heading for the code.
        required: Heading for whether a value must stand there.
        yes: What stands there for a required column.
        hint: Heading for the hint.
        example: Heading for the example.
        codes: Heading for the values that may be chosen.
    """

    header: str = "列名"
    code: str = "代码"
    required: str = "必填"
    yes: str = "是"
    hint: str = "说明"
    example: str = "示例"
    codes: str = "可选值"


def write_template(
    target: Path,
    *,
    title: str,
    columns: Sequence[TemplateColumn],
    labels: TemplateLabels | None = None,
) -> None:
    """Write an empty workbook with a header row, and a second sheet that explains the columns.

    The first sheet holds the header row and nothing else, so a filled-in template reads back without any change. The
    same arguments give the same bytes apart from the time of writing inside the file.

    Args:
        target: The file to write.
        title: What is to be filled in; stands above the explanations.
        columns: The columns in order.
        labels: Texts of the explanations; Chinese when not given.

    Raises:
        ValueError: There is no column, or two have the same header.
    """
    headers = [column.header for column in columns]
    if not headers or len(set(headers)) != len(headers):
        message = "a template needs columns with different headers"
        raise ValueError(message)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"title": title})
        _write_columns(book, columns)
        _write_hints(book, title, columns, labels or TemplateLabels())
        _write_codes(book, columns)


def _write_columns(book: xlsxwriter.Workbook, columns: Sequence[TemplateColumn]) -> None:
    sheet = book.add_worksheet("数据")
    as_text = book.add_format({"num_format": "@"})
    needed = book.add_format({"num_format": "@", "bold": True, "bottom": 1, "bg_color": "#FFF2CC"})
    optional = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
    listed = 0
    for position, column in enumerate(columns):
        sheet.set_column(position, position, max(14, 2 * len(column.header) + 4), as_text if column.is_text else None)
        sheet.write_string(0, position, column.header, needed if column.required else optional)
        rule: dict[str, object] = {}
        if column.codes:
            letters = xlsxwriter.utility.xl_col_to_name(listed)
            # A range, because a list written into the rule itself ends at 255 characters and splits at commas.
            rule = {
                "validate": "list",
                "source": f"='{CODE_SHEET}'!${letters}$1:${letters}${len(column.codes)}",
                "error_type": "warning",
            }
            listed += 1
        elif column.hint:
            rule = {"validate": "any"}
        if rule:
            if column.hint:
                rule["input_title"] = column.header[:_TITLE_CHARACTERS]
                rule["input_message"] = column.hint[:_HINT_CHARACTERS]
            sheet.data_validation(1, position, FILLED_ROWS, position, rule)
    sheet.freeze_panes(1, 0)


def _write_hints(
    book: xlsxwriter.Workbook, title: str, columns: Sequence[TemplateColumn], labels: TemplateLabels
) -> None:
    sheet = book.add_worksheet(HINT_SHEET)
    bold = book.add_format({"bold": True, "num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet.write_string(0, 0, title, bold)
    heads = (labels.header, labels.code, labels.required, labels.hint, labels.example, labels.codes)
    for position, head in enumerate(heads):
        sheet.write_string(2, position, head, bold)
    sheet.set_column(0, 1, 20)
    sheet.set_column(3, 5, 44)
    for row, column in enumerate(columns, start=3):
        codes = "\n".join(f"{value}（{meaning}）" for value, meaning in column.codes)
        needed = labels.yes if column.required else ""
        for position, cell in enumerate((column.header, column.code, needed, column.hint, column.example, codes)):
            sheet.write_string(row, position, cell, wrapped)
    sheet.freeze_panes(3, 0)


def _write_codes(book: xlsxwriter.Workbook, columns: Sequence[TemplateColumn]) -> None:
    listed = [column for column in columns if column.codes]
    if not listed:
        return
    sheet = book.add_worksheet(CODE_SHEET)
    for position, column in enumerate(listed):
        for row, (value, _) in enumerate(column.codes):
            sheet.write_string(row, position, value)
    sheet.hide()
