"""The columns of a batch file, and the schema of one of its lines.

Headers and codes of the common columns are part of the file format, like an element name in a schema: a supplier's
file must be read the same whatever language its officer reads pages in. They are therefore not translated texts.
"""

from dataclasses import dataclass, replace
from typing import Final

from chengxin.catalogue.rules.values import CodeLabel, Field, Format, ItemKind, ItemType


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a batch file; its header may be the code, the Chinese or the English name.

    `max_length` counts characters; `None` where the format bounds the value. `is_common` tells the columns that every
    item has from the item's own fields.
    """

    code: str
    header_zh: str
    header_en: str
    required: bool
    format: Format
    codes: tuple[CodeLabel, ...]
    hint: str
    hint_en: str
    example: str
    max_length: int | None
    free_text: bool
    is_common: bool


def _common(
    code: str,
    header: tuple[str, str],
    hint: tuple[str, str],
    example: str,
    *,
    form: Format = Format.TEXT,
    required: bool = False,
    max_length: int | None = None,
    codes: tuple[CodeLabel, ...] = (),
) -> Column:
    return Column(
        code=code,
        header_zh=header[0],
        header_en=header[1],
        required=required,
        format=form,
        codes=codes,
        hint=hint[0],
        hint_en=hint[1],
        example=example,
        max_length=max_length,
        free_text=False,
        is_common=True,
    )


ACTIONS: Final = (
    CodeLabel("ADD", "新增", "Add"),
    CodeLabel("CORRECT", "更正", "Correct"),
    CodeLabel("WITHDRAW", "撤回", "Withdraw"),
)

_DAY: Final = "年-月-日，例如 2026-03-05"
_DAY_EN: Final = "year-month-day, as 2026-03-05"

COMMON_COLUMNS: Final = (
    _common(
        "identity_number",
        ("证件号码", "Identity number"),
        (
            "公民身份号码、港澳台居民居住证或外国人永久居留身份证号码；请把单元格设为文本",
            "Resident identity number, or the number of a residence permit; format the cell as text",
        ),
        "359900199001010015",
        required=True,
        max_length=18,
    ),
    _common(
        "name",
        ("姓名", "Name"),
        ("与证件上的姓名一致", "As on the identity document"),
        "张三",
        required=True,
        max_length=100,
    ),
    _common(
        "record_number",
        ("信息编号", "Record number"),
        (
            "本单位给这条信息的编号，永不重复；更正和撤回都凭它",
            "Your own number for this record, never used twice; corrections and withdrawals refer to it",
        ),
        "A-2026-000001",
        required=True,
        max_length=64,
    ),
    _common(
        "action",
        ("操作", "Action"),
        ("不填即为新增", "Left empty it means add"),
        "ADD",
        form=Format.CODE,
        codes=ACTIONS,
    ),
    _common(
        "occurred_on",
        ("发生日期", "Occurred on"),
        (f"行为或事件发生的日期，{_DAY}", f"Day on which it happened, {_DAY_EN}"),
        "2026-03-02",
        form=Format.DATE,
        required=True,
    ),
    _common(
        "ended_on",
        ("终止日期", "Ended on"),
        (f"行为或事件终止的日期，{_DAY}；没有终止就不填", f"Day on which it ended, {_DAY_EN}; empty while it lasts"),
        "2026-03-02",
        form=Format.DATE,
    ),
    _common(
        "severity",
        ("失信程度", "Severity"),
        ("按行业主管部门公布的标准", "By the published standard of the competent department"),
        "GENERAL",
        form=Format.CODE,
    ),
    _common(
        "document_kind",
        ("文书类型", "Document kind"),
        ("已经生效的文书", "A document that has taken effect"),
        "PENALTY_DECISION",
        form=Format.CODE,
    ),
    _common(
        "document_number",
        ("文书号", "Document number"),
        ("文书上的文号，原样填写", "As printed on the document"),
        "闽测市监罚〔2026〕1号",
        max_length=100,
    ),
    _common(
        "issuing_body",
        ("作出单位", "Issuing body"),
        ("作出文书的单位全称", "Full name of the body that issued the document"),
        "测试市市场监督管理局",
        max_length=100,
    ),
    _common(
        "document_on",
        ("文书日期", "Document date"),
        (f"文书落款的日期，{_DAY}", f"Date of the document, {_DAY_EN}"),
        "2026-03-05",
        form=Format.DATE,
    ),
    _common(
        "effective_on",
        ("生效日期", "Effective on"),
        (
            f"文书生效的日期，{_DAY}；与文书日期相同可不填",
            f"Day on which the document took effect, {_DAY_EN}; may be empty if the same",
        ),
        "2026-03-05",
        form=Format.DATE,
    ),
    _common(
        "notice_served_on",
        ("告知日期", "Notice served on"),
        (f"把报送一事告知本人的日期，{_DAY}", f"Day on which the person was told of the supply, {_DAY_EN}"),
        "2026-03-01",
        form=Format.DATE,
    ),
)

COMMON_COLUMN_CODES: Final = frozenset(column.code for column in COMMON_COLUMNS)
_HINTS: Final = {
    Format.TEXT: ("不超过 {length} 个字", "At most {length} characters"),
    Format.CODE: ("填代码或中文名称", "The code or its Chinese name"),
    Format.DATE: (_DAY, _DAY_EN),
    Format.MONEY: ("人民币元，最多两位小数", "Yuan, at most two decimals"),
    Format.INTEGER: ("整数", "A whole number"),
}


def _own(field: Field) -> Column:
    zh, en = _HINTS[field.format]
    return Column(
        code=field.code,
        header_zh=field.name_zh,
        header_en=field.name_en,
        required=field.required,
        format=field.format,
        codes=field.codes,
        hint=zh.format(length=field.max_length),
        hint_en=en.format(length=field.max_length),
        example=field.example,
        max_length=field.max_length,
        free_text=field.free_text,
        is_common=False,
    )


def _fitted(column: Column, item: ItemType) -> Column | None:
    adverse = item.kind is ItemKind.ADVERSE
    match column.code:
        case "severity":
            labels = item.severity_labels
            fitted = replace(column, required=True, codes=labels, example=labels[0].code) if labels else None
        case "document_kind":
            kinds = item.document_kinds
            fitted = replace(column, required=adverse, codes=kinds, example=kinds[0].code) if kinds else None
        case "document_number" | "issuing_body" | "document_on":
            fitted = replace(column, required=adverse)
        case "notice_served_on":
            fitted = replace(column, required=item.notice_required)
        case _:
            fitted = column
    return fitted


def columns_of(item: ItemType) -> tuple[Column, ...]:
    """Return the columns of an item's batch file: the common ones that it knows, then its own fields.

    A file need not carry the columns that are not required. Columns that only adverse items know (severity) are left
    out for the others, and refused there as unknown columns.
    """
    fitted = (_fitted(column, item) for column in COMMON_COLUMNS)
    return (*(column for column in fitted if column is not None), *(_own(field) for field in item.fields))


def required_columns_of(item: ItemType) -> tuple[Column, ...]:
    """Return the columns without which an item's batch file is refused."""
    return tuple(column for column in columns_of(item) if column.required)


def _property(column: Column) -> dict[str, object]:
    schema: dict[str, object] = {
        "title": column.header_zh,
        "description": f"{column.hint} / {column.header_en}: {column.hint_en}",
        "examples": [column.example],
    }
    if column.format is Format.CODE:
        # Both spellings are accepted in a file, as in a spreadsheet filled in by hand.
        schema["enum"] = [label.code for label in column.codes] + [label.zh for label in column.codes]
    elif column.format is Format.DATE:
        schema |= {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    elif column.format is Format.MONEY:
        schema |= {"type": ["string", "number"], "pattern": r"^\d{1,13}(\.\d{1,2})?$", "minimum": 0}
    elif column.format is Format.INTEGER:
        schema |= {"type": ["string", "integer"], "pattern": r"^-?\d{1,15}$"}
    else:
        schema |= {"type": "string", "maxLength": column.max_length}
        if column.required:
            schema["minLength"] = 1
    return schema


def item_schema(item: ItemType) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of one line of an item's batch, keyed by column codes."""
    columns = columns_of(item)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:chengxin:item:{item.code}",
        "title": f"{item.name_zh} / {item.name_en}",
        "description": f"{item.plain_zh} / {item.plain_en}",
        "type": "object",
        "additionalProperties": False,
        "required": [column.code for column in columns if column.required],
        "properties": {column.code: _property(column) for column in columns},
    }
