"""Columns of a batch file and the schema of its lines, for every item type of the real packs."""

from datetime import date
from typing import Any

import jsonschema
import pytest

from chengxin.catalogue.rules import (
    COMMON_COLUMN_CODES,
    Edition,
    Format,
    ItemKind,
    columns_of,
    item_schema,
    required_columns_of,
)
from chengxin.identifiers.identity import IdentityNumber

WORKHORSE = [
    "identity_number",
    "name",
    "record_number",
    "occurred_on",
    "severity",
    "document_kind",
    "document_number",
    "issuing_body",
    "document_on",
    "facts",
]


def test_workhorse_has_ten_required_columns(fujian: Edition) -> None:
    item = fujian.item_types["MARKET.PENALTY"]
    assert [column.code for column in required_columns_of(item)] == WORKHORSE
    optional = {column.code for column in columns_of(item) if not column.required}
    assert optional == {"action", "ended_on", "effective_on", "notice_served_on"}
    (facts,) = [column for column in columns_of(item) if not column.is_common]
    assert (facts.max_length, facts.free_text) == (200, True)


def test_adverse_items_need_their_document_and_others_do_not(fujian: Edition) -> None:
    document = {"severity", "document_kind", "document_number", "issuing_body", "document_on"}
    for item in fujian.item_types.values():
        required = {column.code for column in required_columns_of(item)}
        assert required >= {"identity_number", "name", "record_number", "occurred_on"}
        if item.kind is ItemKind.ADVERSE:
            assert required >= document
        else:
            assert not required & document
            assert "severity" not in {column.code for column in columns_of(item)}
        assert ("notice_served_on" in required) is item.notice_required


def test_headers_and_codes_are_unambiguous(fujian: Edition) -> None:
    for item in fujian.item_types.values():
        columns = columns_of(item)
        names = [name for column in columns for name in {column.code, column.header_zh, column.header_en.lower()}]
        assert len(set(names)) == len(names), item.code
        for column in columns:
            words = [word for label in column.codes for word in {label.code, label.zh}]
            assert len(set(words)) == len(words), (item.code, column.code)
            assert (column.format is Format.CODE) is bool(column.codes)
            assert column.is_common is (column.code in COMMON_COLUMN_CODES)


def _example_line(schema: dict[str, Any]) -> dict[str, str]:
    return {code: part["examples"][0] for code, part in schema["properties"].items()}


def test_schema_takes_the_examples_and_refuses_what_is_missing_or_unknown(fujian: Edition) -> None:
    for item in fujian.item_types.values():
        schema: dict[str, Any] = item_schema(item)
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(("date",)))
        line = _example_line(schema)
        assert not list(validator.iter_errors(line)), item.code
        assert list(validator.iter_errors({**line, "blood_type": "A"}))
        for code in schema["required"]:
            assert list(validator.iter_errors({name: value for name, value in line.items() if name != code}))


@pytest.mark.parametrize(
    ("column", "value"),
    [("severity", "TERRIBLE"), ("occurred_on", "2026-02-30"), ("occurred_on", "2026/02/03"), ("facts", "长" * 201)],
)
def test_schema_refuses_a_broken_value(fujian: Edition, column: str, value: str) -> None:
    schema: dict[str, Any] = item_schema(fujian.item_types["MARKET.PENALTY"])
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(("date",)))
    assert list(validator.iter_errors({**_example_line(schema), column: value}))


def test_chinese_names_of_codes_are_taken(fujian: Edition) -> None:
    schema: dict[str, Any] = item_schema(fujian.item_types["MARKET.PENALTY"])
    line = {**_example_line(schema), "severity": "轻微", "document_kind": "行政处罚决定书", "action": "新增"}
    assert not list(jsonschema.Draft202012Validator(schema).iter_errors(line))


def test_example_identity_number_is_valid_and_synthetic(fujian: Edition) -> None:
    (column,) = [
        column for column in columns_of(fujian.item_types["MARKET.PENALTY"]) if column.code == "identity_number"
    ]
    assert IdentityNumber.parse(column.example, today=date(2026, 11, 23)).is_synthetic
