"""Every rule of the expressions against a slow oracle in Python that shares no code with them."""

import json
import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from chengxin.authority.decisions import Refused
from chengxin.catalogue.rules.columns import columns_of
from chengxin.catalogue.rules.values import ClockStart
from chengxin.checking import engine, rules
from chengxin.identifiers.identity import IdentityNumber, check_character, synthetic_number
from chengxin.periods.civil import is_adult
from chengxin.records.rules import clock_dates
from factories import checking as factory
from factories.checking import checked, context, line

# Each example is hundreds of lines and a run of the engine, so nothing is shrunk: the assertion names the line.
MANY = settings(max_examples=3, phases=[Phase.explicit, Phase.generate])


def whole(divisions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Give eighteen-character numbers, most of them right, some with a wrong date, check or letter."""
    digits = st.tuples(divisions, st.dates(date(1845, 1, 1), date(2030, 12, 31)), st.integers(0, 999)).map(
        lambda parts: f"{parts[0]}{parts[1]:%Y%m%d}{parts[2]:03d}"
    )
    right = digits.map(lambda first: first + check_character(first))
    wrong_check = st.tuples(digits, st.sampled_from("0123456789Xx")).map("".join)
    odd_dates = st.tuples(divisions, st.integers(0, 99999999), st.integers(0, 999)).map(
        lambda parts: f"{parts[0]}{parts[1]:08d}{parts[2]:03d}"
    )
    return st.one_of(
        right, right.map(str.lower), wrong_check, odd_dates.map(lambda first: first + check_character(first))
    )


divisions = st.sampled_from(["350102", "110105", "810000", "830000", "911100", "050102", "440524"])
short = st.tuples(divisions, st.integers(0, 999999), st.integers(0, 999)).map(
    lambda parts: f"{parts[0]}{parts[1]:06d}{parts[2]:03d}"
)
foreign = st.from_regex(r"[A-Za-z]{3}[0-9]{12}", fullmatch=True)
scraps = st.text(alphabet="0123456789Xx.E+A ", min_size=1, max_size=20).filter(lambda text: text == text.strip())
lost = st.sampled_from(["3.50102E+17", "3.5e17", "350102199001010000.0", "350102900101001."])


# What is asked beside the form of a number.
BESIDE = {"AGE_UNKNOWN", "FIELD_TOO_LONG", "IDENTITY_SYNTHETIC"}


FAR_YEARS = ["66730724751", "22000101001", "99991231001"]


@MANY
@example([f"350102{rest}{check_character(f'350102{rest}')}" for rest in FAR_YEARS])
@given(st.lists(st.one_of(whole(divisions), short, foreign, scraps, lost), min_size=300, max_size=400))
def test_an_identity_number_passes_where_the_identifiers_room_reads_it(texts: list[str]) -> None:
    rows = checked([line(identity_number=text) for text in texts], of=context(synthetic=False))
    fault_of = {
        "IDENTITY_LENGTH": {"IDENTITY_FORMAT", "IDENTITY_LOST_DIGITS"},
        "IDENTITY_CHARACTERS": {"IDENTITY_FORMAT", "IDENTITY_LOST_DIGITS"},
        "IDENTITY_DATE": {"IDENTITY_DATE"},
        "IDENTITY_CHECK": {"IDENTITY_CHECK"},
        "IDENTITY_FUTURE": {"IDENTITY_FUTURE"},
    }
    for text, row in zip(texts, rows, strict=True):
        found = {rule for rule in row.rules("identity_number") if rule not in BESIDE}
        code = refusal_of(text)
        if code is None:
            assert found == set(), (text, found)
            assert row.values["identity"] == text.upper()
        else:
            assert found & fault_of[code], (text, code, found)


def refusal_of(text: str) -> str | None:
    try:
        IdentityNumber.parse(text, today=factory.TODAY)
    except Refused as refused:
        return refused.code
    return None


def test_numbers_of_excel_are_told_from_other_scraps() -> None:
    texts = ["3.50102E+17", "3.5e17", "350102199001010000.0", "35010219900101000", "abc"]
    rows = checked([line(identity_number=text) for text in texts])
    assert [sorted(row.rules("identity_number") - {"FIELD_TOO_LONG"}) for row in rows] == [
        ["IDENTITY_LOST_DIGITS"], ["IDENTITY_LOST_DIGITS"], ["IDENTITY_LOST_DIGITS"],
        ["IDENTITY_FORMAT"], ["IDENTITY_FORMAT"],
    ]  # fmt: skip


@pytest.mark.parametrize("synthetic", [True, False])
def test_made_up_numbers_are_taken_in_a_demonstration_only_and_nothing_else_there(synthetic: bool) -> None:  # noqa: FBT001
    made_up, real = "359900199001010074", "110105194912310021"[:17]
    texts = [made_up, real + check_character(real), "359900900101007", "AAA350000000001"]
    rows = checked([line(identity_number=text) for text in texts], of=context(synthetic=synthetic))
    expected = [False, True, False, True] if synthetic else [True, False, True, False]
    rule = "IDENTITY_NOT_SYNTHETIC" if synthetic else "IDENTITY_SYNTHETIC"
    assert [rule in row.rules("identity_number") for row in rows] == expected


SPELLINGS: list[Callable[[int, int, int], str]] = [
    lambda y, m, d: f"{y:04d}-{m:02d}-{d:02d}",
    lambda y, m, d: f"{y:04d}{m:02d}{d:02d}",
    lambda y, m, d: f"{y}/{m}/{d}",
    lambda y, m, d: f"{y}-{m}-{d}",
    lambda y, m, d: f"{y}.{m:02d}.{d}",
    lambda y, m, d: f"{y}年{m}月{d}日",
    lambda y, m, d: f"{y}年{m:02d}月{d:02d}",
]


def real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def test_every_spelling_of_every_day_of_four_years_is_read_as_that_day() -> None:
    days = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(1461)]
    given_days = [(day, spell(day.year, day.month, day.day)) for day in days for spell in SPELLINGS]
    rows = checked([line(occurred_on=text, document_on="") for _, text in given_days])
    for (day, text), row in zip(given_days, rows, strict=True):
        assert row.values["occurred_on"] == day, text
        assert "FIELD_FORMAT" not in row.rules("occurred_on"), text
        assert ("DATE_FUTURE" in row.rules("occurred_on")) == (day > factory.TODAY), text


@MANY
@given(
    st.lists(
        st.tuples(st.integers(1800, 2250), st.integers(0, 13), st.integers(0, 32), st.sampled_from(SPELLINGS)),
        min_size=400,
        max_size=500,
    )
)
def test_a_day_that_is_none_is_no_date(parts: list[tuple[int, int, int, Callable[[int, int, int], str]]]) -> None:
    texts = [spell(year, month, day) for year, month, day, spell in parts]
    rows = checked([line(document_on=text) for text in texts])
    for (year, month, day, _), text, row in zip(parts, texts, rows, strict=True):
        known = real_day(year, month, day)
        if known is None:
            assert "FIELD_FORMAT" in row.rules("document_on"), text
        elif 1850 <= year <= 2199:
            assert "FIELD_FORMAT" not in row.rules("document_on"), text
            assert row.values["document_on"] == known


def test_what_is_no_date_is_said_to_be_none() -> None:
    texts = ["昨天", "2026-13-01", "26-01-05", "2026-1-", "2026-01-05 10:00", "５", "45678", "2026年", " ", "2026-1/5x"]
    rows = checked([line(occurred_on=text) for text in texts])
    assert [text for text, row in zip(texts, rows, strict=True) if "FIELD_FORMAT" not in row.rules("occurred_on")] == []


printable = st.text(
    alphabet=st.one_of(st.sampled_from('"\\/\n\r\t{}:, 中文。〔〕é😀'), st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])),
    max_size=40,
)  # fmt: skip


@MANY
@given(st.lists(st.tuples(printable, printable, printable), min_size=200, max_size=300))
def test_the_details_are_the_bytes_that_the_rule_gives(texts: list[tuple[str, str, str]]) -> None:
    lines = [
        line(document_number=number, issuing_body=body, facts=facts, effective_on="2026年3月1日")
        for number, body, facts in texts
    ]
    for given_line, row in zip(lines, checked(lines), strict=True):
        expected = {
            "document_kind": "PENALTY_DECISION",
            "effective_on": "2026-03-01",
            "record_number": "MS-000001",
            **{code: given_line[code] or "" for code in ("document_number", "issuing_body", "facts")},
        }
        assert row.values["details"].encode() == rules.payload_bytes(expected)
        assert json.loads(row.values["details"]) == {code: value for code, value in expected.items() if value}


def test_whoever_was_born_on_any_day_is_judged_as_the_civil_code_counts() -> None:
    births = [date(2004, 1, 1) + timedelta(days=offset) for offset in range(5 * 366)]
    cases = []
    for born_on in births:
        around = date(born_on.year + 18, born_on.month, min(born_on.day, 28))
        cases += [(born_on, around + timedelta(days=offset)) for offset in range(-1, 4)]
    rows = checked(
        [
            line(
                identity_number=synthetic_number(born_on=born_on, sequence=1),
                occurred_on=on.isoformat(),
                document_on=on.isoformat(),
            )
            for born_on, on in cases
        ]
    )
    for (born_on, on), row in zip(cases, rows, strict=True):
        assert ("MINOR_AT_EVENT" in row.rules("occurred_on")) == (not is_adult(born_on=born_on, on=on)), (born_on, on)


def test_an_age_that_no_number_tells_is_no_adults() -> None:
    rows = checked(
        [line(identity_number="ABC350000000001"), line(identity_number="350102900101001")], of=context(synthetic=False)
    )
    assert [row.rules("identity_number") for row in rows] == [{"AGE_UNKNOWN"}, set()]


def test_the_clocks_are_those_of_the_rule() -> None:
    chance = random.Random(7)
    item = context().item
    names = {label.code: label.zh for label in item.severity_labels}
    lines, expected = [], []
    for _ in range(2_000):
        occurred_on = date(2021, 6, 1) + timedelta(days=chance.randrange(1800))
        ended_on = chance.choice([None, occurred_on + timedelta(days=chance.randrange(400))])
        document_on = occurred_on + timedelta(days=chance.randrange(1500))
        severity = chance.choice(sorted(names))
        lines.append(
            line(
                occurred_on=occurred_on.isoformat(),
                ended_on="" if ended_on is None else ended_on.isoformat(),
                document_on=document_on.isoformat(),
                severity=chance.choice([severity, names[severity]]),
            )
        )
        dates = clock_dates(
            clocks=item.clocks_for(severity), occurred_on=occurred_on, ended_on=ended_on, document_on=document_on
        )
        expected.append((dates.shown_until, dates.used_until, dates.kept_until, severity, ended_on))
    found = [
        tuple(row.values[name] for name in ("shown_until", "used_until", "kept_until", "severity", "ended_on"))
        for row in checked(lines)
    ]
    assert found == expected
    for row, dates in zip(checked(lines), expected, strict=True):
        assert ("KEEPING_OVER" in row.rules()) == (dates[2] < factory.TODAY)
    assert {clocks.kept.start for clocks in item.clocks.values()} == {ClockStart.ENDED}


def test_dates_stand_in_their_order() -> None:
    rows = checked(
        [
            line(occurred_on="2026-02-10", document_on="2026-02-09"),
            line(occurred_on="2026-02-10", document_on="2026-02-10", ended_on="2026-02-09"),
            line(document_on="2026-02-10", effective_on="2026-02-09"),
            line(occurred_on="2026-02-10", document_on="2026-02-10", ended_on="2026-02-10", effective_on="2026-02-10"),
        ]
    )
    assert [sorted(column or "" for rule, column in row.faults if rule == "DATE_ORDER") for row in rows] == [
        ["document_on"], ["ended_on"], ["effective_on"], [],
    ]  # fmt: skip


def test_a_basis_holds_from_its_first_day() -> None:
    asked = context()
    first_on = asked.edition.bases[asked.item.basis].in_force_from
    assert first_on is not None
    before = first_on - timedelta(days=1)
    rows = checked(
        [line(occurred_on=before.isoformat(), document_on=on.isoformat()) for on in (before, first_on)]
        + [line(occurred_on=before.isoformat(), document_on="")]
    )
    assert ["BASIS_NOT_IN_FORCE" in row.rules() for row in rows] == [True, False, True]


WRONG: list[tuple[dict[str, str | None], tuple[str, str]]] = [
    ({"name": ""}, ("FIELD_REQUIRED", "name")),
    ({"name": None}, ("FIELD_REQUIRED", "name")),
    ({"record_number": ""}, ("FIELD_REQUIRED", "record_number")),
    ({"record_number": "9" * 65}, ("FIELD_TOO_LONG", "record_number")),
    ({"name": "陈" * 101}, ("FIELD_TOO_LONG", "name")),
    ({"facts": "坏\x00字"}, ("CONTROL_CHARACTER", "facts")),
    ({"facts": "坏\x1e字"}, ("CONTROL_CHARACTER", "facts")),
    ({"severity": "很坏"}, ("FIELD_CODE", "severity")),
    ({"action": "删除"}, ("FIELD_CODE", "action")),
    ({"record_number": "13800138000"}, ("RECORD_NUMBER_PERSONAL", "record_number")),
    ({"record_number": "359900199001010074"}, ("RECORD_NUMBER_PERSONAL", "record_number")),
    ({"facts": "电话13800138000。"}, ("PERSONAL_NUMBER_IN_TEXT", "facts")),
    ({"facts": "证件11010519491231002x"}, ("PERSONAL_NUMBER_IN_TEXT", "facts")),
]


def test_one_changed_value_breaks_one_rule() -> None:
    right, *wrong = checked([line(), *[line(**changed) for changed, _ in WRONG]])
    assert right.faults == frozenset()
    assert [row.faults for row in wrong] == [{fault} for _, fault in WRONG]


def test_the_order_of_the_lines_is_kept_over_many_chunks(tmp_path: Path) -> None:
    count = 210_000
    numbers = pa.array([f"R-{(place * 7919) % count:06d}" for place in range(count)])
    right = {code: pa.array([value] * count) for code, value in line().items()} | {"record_number": numbers}
    columns = {f"c{place}": column for place, column in enumerate(right.values())}
    table = pa.table(columns | {"line": pa.array(range(1, count + 1), pa.int64())})
    pq.write_table(table, tmp_path / "plain.parquet", row_group_size=20_000)
    headers = rules.assign_headers(headers=list(right), context=context())
    with engine.checked_batches(
        name="duckdb",
        work=tmp_path,
        source=tmp_path / "plain.parquet",
        header_plan=headers,
        context=context(),
        rows=50_000,
    ) as batches:
        found = pa.Table.from_batches(list(batches))
    assert found["line"].combine_chunks().equals(table["line"].combine_chunks())
    assert found["record_number"].combine_chunks().equals(numbers)


@pytest.mark.slow
def test_every_item_of_the_packs_can_be_checked() -> None:
    for code, item in factory.edition().item_types.items():
        columns = factory.all_columns(code)
        (row,) = checked([dict.fromkeys(columns, "")], of=context(item_code=code))
        required = {column.code for column in columns_of(item) if column.required}
        assert {column for rule, column in row.faults if rule == "FIELD_REQUIRED"} == required, code
        assert re.fullmatch(r"\{\}", row.values["details"])
