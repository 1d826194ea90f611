"""What is checked of a line, which columns a file must have, and what a found fault is called.

A fault is a rule broken in a column. The faults possible for an item type form a *plan*: an ordered list, so that a
line's faults travel through the engine as bits of whole numbers and become words only where one is set.

Not here: how a fault is computed (``expressions``) and how it is said to a reader (the interfaces).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chengxin.authority.decisions import Refused
from chengxin.catalogue.rules.columns import Column, columns_of
from chengxin.catalogue.rules.values import Edition, Format, ItemKind, ItemType
from chengxin.identifiers.identity import mask

BITS_IN_A_WORD = 60
LONGEST_SEEN = 24
ADULT_YEARS = 18
IDENTITY = "identity_number"
NAME = "name"
SEPARATOR = "\x1e"
RECORD_NUMBER = "record_number"
ACTION = "action"
DATE_COLUMNS_OF_ALL = ("occurred_on", "ended_on", "document_on", "effective_on", "notice_served_on")
LONG_NUMBER = r"(?:[0-9０-９][ .\-·　]?){10,}[0-9０-９XxＸｘ]"
CLEAR_COLUMNS = frozenset({IDENTITY, NAME, ACTION, "occurred_on", "ended_on", "document_on", "severity"})


class Action(StrEnum):
    """What a line asks for."""

    ADD = "ADD"
    CORRECT = "CORRECT"
    WITHDRAW = "WITHDRAW"


ACTION_WORDS: Mapping[str, Action] = {
    "": Action.ADD,
    "ADD": Action.ADD,
    "新增": Action.ADD,
    "CORRECT": Action.CORRECT,
    "更正": Action.CORRECT,
    "WITHDRAW": Action.WITHDRAW,
    "撤回": Action.WITHDRAW,
}


class Rule(StrEnum):
    """The rules a line can break. Stored; shown only through the interfaces' translations."""

    COLUMN_COUNT = "COLUMN_COUNT"
    LINE_UNREADABLE = "LINE_UNREADABLE"
    FIELD_REQUIRED = "FIELD_REQUIRED"
    FIELD_TOO_LONG = "FIELD_TOO_LONG"
    FIELD_FORMAT = "FIELD_FORMAT"
    FIELD_CODE = "FIELD_CODE"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    IDENTITY_LOST_DIGITS = "IDENTITY_LOST_DIGITS"
    IDENTITY_FORMAT = "IDENTITY_FORMAT"
    IDENTITY_DATE = "IDENTITY_DATE"
    IDENTITY_FUTURE = "IDENTITY_FUTURE"
    IDENTITY_CHECK = "IDENTITY_CHECK"
    IDENTITY_NOT_SYNTHETIC = "IDENTITY_NOT_SYNTHETIC"
    IDENTITY_SYNTHETIC = "IDENTITY_SYNTHETIC"
    RECORD_NUMBER_PERSONAL = "RECORD_NUMBER_PERSONAL"
    RECORD_NUMBER_TWICE = "RECORD_NUMBER_TWICE"
    DATE_FUTURE = "DATE_FUTURE"
    DATE_ORDER = "DATE_ORDER"
    BASIS_NOT_IN_FORCE = "BASIS_NOT_IN_FORCE"
    NOT_MANDATED_THEN = "NOT_MANDATED_THEN"
    MINOR_AT_EVENT = "MINOR_AT_EVENT"
    AGE_UNKNOWN = "AGE_UNKNOWN"
    PROHIBITED_CATEGORY = "PROHIBITED_CATEGORY"
    SEALED_CATEGORY = "SEALED_CATEGORY"
    PERSONAL_NUMBER_IN_TEXT = "PERSONAL_NUMBER_IN_TEXT"
    KEEPING_OVER = "KEEPING_OVER"
    MONTH_ERASED = "MONTH_ERASED"
    COVERAGE_MISSING = "COVERAGE_MISSING"
    RECORD_DIFFERS = "RECORD_DIFFERS"
    RECORD_UNKNOWN = "RECORD_UNKNOWN"


class HeldReason(StrEnum):
    """Why a line waits for a human being."""

    PERSON_UNKNOWN = "PERSON_UNKNOWN"
    NAME_DISAGREES = "NAME_DISAGREES"
    RECORD_OF_ANOTHER = "RECORD_OF_ANOTHER"


class ColumnsRefused(Refused):
    """The file's columns cannot be read as this item's; nothing of it is taken."""

    code = "COLUMNS_REFUSED"


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that can be broken in a column; ``None`` where the line as a whole breaks it."""

    rule: Rule
    column: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """What the checks need to know beside the line.

    Attributes:
        today: Civil date of the check.
        synthetic: Whether only identity numbers of division 359900 are taken (demonstration), or none of them.
        edition: The catalogue in force.
        item: The item type that the batch claims to be.
    """

    today: date
    synthetic: bool
    edition: Edition
    item: ItemType


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderPlan:
    """Which column of the file carries which column of the item.

    Attributes:
        positions: Column code to zero-based position in the file.
        columns: The item's columns by code, all of them.
    """

    positions: Mapping[str, int]
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of one line, ready to be stored: the value is masked already.

    Attributes:
        line: 1-based number of the data record in the file.
        rule: What was broken.
        column: In which column; None for the whole line.
        seen: The value, masked and shortened.
        params: Further safe values for the explanation.
    """

    line: int
    rule: Rule
    column: str | None
    seen: str
    params: Mapping[str, str]


def assign_headers(*, headers: Sequence[str], context: CheckContext) -> HeaderPlan:
    """Assign the file's headers to the item's columns by code or by Chinese or English name.

    Args:
        headers: Header texts in the order of the file.
        context: Item and edition.

    Raises:
        ColumnsRefused: With code PROHIBITED_COLUMN (a header names a category that may never be collected),
            HEADER_UNKNOWN, HEADER_TWICE or HEADER_MISSING, each with the positions or names.
    """
    columns = {column.code: column for column in columns_of(context.item)}
    known: dict[str, str] = {}
    for column in columns.values():
        known.update({column.code: column.code, column.header_zh: column.code, column.header_en.lower(): column.code})
    positions: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    for position, header in enumerate(headers):
        text = header.strip().rstrip("*").strip()
        code = known.get(text) or known.get(text.lower())
        if code is None:
            category = _prohibited_header(text, context.edition)
            if category is not None:
                raise ColumnsRefused(code="PROHIBITED_COLUMN", position=position + 1, category=category)
            unknown.append((position + 1, text))
            continue
        if code in positions:
            raise ColumnsRefused(code="HEADER_TWICE", position=position + 1, column=code)
        positions[code] = position
    if unknown:
        raise ColumnsRefused(code="HEADER_UNKNOWN", headers=_unknown_headers(unknown[:10], has_known=bool(positions)))
    missing = [column.header_zh for column in columns.values() if column.required and column.code not in positions]
    if missing:
        raise ColumnsRefused(code="HEADER_MISSING", headers="; ".join(missing))
    return HeaderPlan(positions=positions, columns=columns)


def _unknown_headers(unknown: Sequence[tuple[int, str]], *, has_known: bool) -> str:
    """Name unknown headers. Where none is known the first line may be data: then only their places are named."""
    if not has_known:
        return "; ".join(str(position) for position, _ in unknown)
    return "; ".join(f"{position}: {_without_numbers(text)[:LONGEST_SEEN]}" for position, text in unknown)


def _without_numbers(text: str) -> str:
    """Hide runs of digits, also those broken up by single spaces, dots or hyphens, that could be a personal number."""
    return re.sub(LONG_NUMBER, lambda found: found.group()[:2] + "****", text)


def _prohibited_header(text: str, edition: Edition) -> str | None:
    for category in edition.prohibited.values():
        if any(re.search(pattern, text, re.IGNORECASE) for pattern in category.field_patterns):
            return category.code
    return None


def fault_plan(*, header_plan: HeaderPlan, context: CheckContext) -> tuple[Fault, ...]:
    """Return the faults that the expressions compute for this file, in the order of their bits."""
    faults: list[Fault] = []
    for column in header_plan.columns.values():
        if column.code not in header_plan.positions:
            continue
        if column.required:
            faults.append(Fault(Rule.FIELD_REQUIRED, column.code))
        faults.append(Fault(Rule.CONTROL_CHARACTER, column.code))
        if column.max_length is not None:
            faults.append(Fault(Rule.FIELD_TOO_LONG, column.code))
        if column.format is Format.CODE or column.code == ACTION:
            faults.append(Fault(Rule.FIELD_CODE, column.code))
        if column.format in {Format.DATE, Format.MONEY, Format.INTEGER}:
            faults.append(Fault(Rule.FIELD_FORMAT, column.code))
    texts = text_columns(header_plan=header_plan, context=context)
    faults += [Fault(rule, code) for code in texts for rule in (Rule.PROHIBITED_CATEGORY, Rule.SEALED_CATEGORY)]
    faults += [Fault(Rule.PERSONAL_NUMBER_IN_TEXT, code) for code in texts]
    faults += [
        Fault(rule, IDENTITY)
        for rule in (
            Rule.IDENTITY_LOST_DIGITS,
            Rule.IDENTITY_FORMAT,
            Rule.IDENTITY_DATE,
            Rule.IDENTITY_FUTURE,
            Rule.IDENTITY_CHECK,
            Rule.IDENTITY_NOT_SYNTHETIC if context.synthetic else Rule.IDENTITY_SYNTHETIC,
        )
    ]
    faults.append(Fault(Rule.RECORD_NUMBER_PERSONAL, RECORD_NUMBER))
    faults += [
        Fault(Rule.DATE_FUTURE, code)
        for code in ("occurred_on", "document_on", "notice_served_on")
        if code in header_plan.positions
    ]
    faults += [
        Fault(Rule.DATE_ORDER, code)
        for code in ("document_on", "ended_on", "effective_on")
        if code in header_plan.positions
    ]
    faults += [Fault(Rule.BASIS_NOT_IN_FORCE, None), Fault(Rule.KEEPING_OVER, None)]
    if adults_only(context.item):
        faults += [Fault(Rule.MINOR_AT_EVENT, "occurred_on"), Fault(Rule.AGE_UNKNOWN, IDENTITY)]
    return tuple(faults)


def adults_only(item: ItemType) -> bool:
    """Return whether a person under 18 on the day of the event may have no such item at all (guarantee 2, E3a)."""
    return item.kind is ItemKind.ADVERSE or item.domain == "STUDENT" or "STUDENT" in item.coverage_roles


def text_columns(*, header_plan: HeaderPlan, context: CheckContext) -> tuple[str, ...]:
    """Return the columns whose words are screened: the item's own texts, and those that describe the document."""
    screened = {field.code for field in context.item.fields if field.format is Format.TEXT}
    screened |= {"document_kind", "document_number", "issuing_body"}
    return tuple(code for code in header_plan.positions if code in screened)


def words_in(faults: int) -> range:
    """Return the numbers of the whole numbers that a plan of so many faults needs."""
    return range((faults + BITS_IN_A_WORD - 1) // BITS_IN_A_WORD)


def faults_of(words: Sequence[int], plan: Sequence[Fault]) -> tuple[Fault, ...]:
    """Return the faults whose bits are set, in the plan's order.

    Example:
        >>> plan = (Fault(Rule.FIELD_REQUIRED, "name"), Fault(Rule.IDENTITY_CHECK, "identity_number"))
        >>> [fault.rule.value for fault in faults_of([2], plan)]
        ['IDENTITY_CHECK']
    """
    return tuple(
        fault
        for position, fault in enumerate(plan)
        if words[position // BITS_IN_A_WORD] >> (position % BITS_IN_A_WORD) & 1
    )


def rule_of_broken(code: str) -> Rule:
    """Return the rule that a line breaks which could not be read as a line of the table.

    Example:
        >>> rule_of_broken("COLUMN_COUNT").value, rule_of_broken("QUOTE_OPEN").value
        ('COLUMN_COUNT', 'LINE_UNREADABLE')
    """
    return Rule.__members__.get(code, Rule.LINE_UNREADABLE)


def masked_value(column: str | None, value: str) -> str:
    """Return a value as a finding may show it: identity numbers and names masked, long digit runs hidden, shortened.

    Example:
        >>> masked_value("name", "陈小明")
        '陈**'
    """
    if column is None or not value:
        return ""
    if column == IDENTITY:
        return mask(value[:LONGEST_SEEN])
    if column == NAME:
        return value[:1] + "*" * min(len(value) - 1, 3)
    hidden = re.sub(r"[0-9０-９A-Za-z]{6,}", lambda found: found.group()[:2] + "****", _without_numbers(value))
    return hidden if len(hidden) <= LONGEST_SEEN else hidden[: LONGEST_SEEN - 1] + "…"


def detected_word(*, value: str, rule: Rule, edition: Edition) -> Mapping[str, str]:
    """Return the category that a text was refused for, so that the supplier can be told which."""
    sealed = rule is Rule.SEALED_CATEGORY
    for category in edition.prohibited.values():
        if category.sealed is sealed and re.search(screen_of(edition, sealed=sealed, only=category.code), value):
            return {"category": category.code}
    return {}


def screen_of(edition: Edition, *, sealed: bool, only: str | None = None) -> str:
    """Return one regular expression for all words and value patterns of the prohibited or of the sealed categories.

    It uses nothing but alternation, classes and repetition, so that every engine reads it alike. Where no category has
    any word it matches nothing.
    """
    parts: list[str] = []
    for category in edition.prohibited.values():
        if category.sealed is not sealed or (only is not None and category.code != only):
            continue
        parts += [re.escape(word) for word in (*category.words, *category.document_kinds)]
        parts += [f"(?:{pattern})" for pattern in category.value_patterns]
    return "|".join(parts) if parts else "[^\\s\\S]"


def payload_bytes(values: Mapping[str, str]) -> bytes:
    """Return an item's sealed details as bytes: JSON of texts, keys in order, empty values left out.

    The expressions build the same text for a whole batch; a test compares the two.

    Example:
        >>> payload_bytes({"b": "二", "a": "一", "c": ""}).decode()
        '{"a":"一","b":"二"}'
    """
    kept = {key: value for key, value in sorted(values.items()) if value}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
