"""A template keeps identity numbers whole, offers codes, and reads back as it is."""

from pathlib import Path

import openpyxl
import pytest

from chengxin.tabular import reading
from chengxin.tabular.errors import TabularRefused
from chengxin.tabular.template import TemplateColumn, write_template

COLUMNS = (
    TemplateColumn(
        code="identity_number", header="证件号码", required=True, hint="居民身份证号码", example="359900199003070018"
    ),
    TemplateColumn(code="action", header="操作", codes=(("ADD", "新增"), ("CORRECT", "更正")), hint="x" * 400),
    TemplateColumn(code="severity", header="失信程度", codes=(("MINOR", "轻微"),)),
    TemplateColumn(code="amount", header="金额", is_text=False),
)


def test_template_explains_and_protects_its_columns(tmp_path: Path) -> None:
    target = tmp_path / "template.xlsx"
    write_template(target, title="行政处罚信息", columns=COLUMNS)
    book = openpyxl.load_workbook(target)
    data, hints, codes = book["数据"], book["说明"], book["代码"]
    assert [cell.value for cell in data[1]] == ["证件号码", "操作", "失信程度", "金额"]
    assert data.max_row == 1
    # Neighbours of the same kind are one entry in the file.
    spans = data.column_dimensions.values()
    formats = {at: span.number_format for span in spans for at in range(span.min, span.max + 1)}
    assert formats == {1: "@", 2: "@", 3: "@", 4: "General"}
    rules = {str(rule.sqref): rule for rule in data.data_validations.dataValidation}
    assert rules["B2:B10001"].formula1 == "'代码'!$A$1:$A$2"
    assert rules["C2:C10001"].formula1 == "'代码'!$B$1:$B$1"
    assert codes.sheet_state == "hidden"
    assert [cell.value for cell in codes["A"]] == ["ADD", "CORRECT"]
    assert hints["A1"].value == "行政处罚信息"
    assert hints["F5"].value == "ADD（新增）\nCORRECT（更正）"


def test_filled_template_reads_back(tmp_path: Path) -> None:
    target = tmp_path / "template.xlsx"
    write_template(target, title="x", columns=COLUMNS)
    with pytest.raises(TabularRefused) as refused:
        reading.to_parquet(target, reading.inspect(target, declared_name="x"), tmp_path / "columns")
    assert refused.value.code == "NO_LINES"
    book = openpyxl.load_workbook(target)
    book["数据"].append(["359900199003070018", "ADD", None, 12])
    book.save(target)
    read = reading.to_parquet(target, reading.inspect(target, declared_name="x"), tmp_path / "columns")
    assert (read.headers, read.lines, read.broken) == (("证件号码", "操作", "失信程度", "金额"), 1, ())


def test_template_needs_different_headers(tmp_path: Path) -> None:
    for columns in ((), (COLUMNS[0], COLUMNS[0])):
        with pytest.raises(ValueError, match="different headers"):
            write_template(tmp_path / "x.xlsx", title="x", columns=columns)
