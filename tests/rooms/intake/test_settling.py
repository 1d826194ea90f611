"""Settling: every line of a batch ends with exactly one outcome, and each finding says why."""

from collections import defaultdict

import pytest

from chengxin.intake import lookups
from chengxin.intake.states import BatchState, Outcome
from chengxin.keys.current import keyring
from chengxin.records import lookups as records
from factories import intake as given

pytestmark = pytest.mark.django_db


@pytest.fixture
def province() -> list[int]:
    given.edition()
    given.supplier()
    return given.people(30)


def findings(settled: given.intake.Settled) -> dict[int, list[tuple[str, str]]]:
    batch = lookups.access_batch(reference=settled.reference, actor=given.SENDER)
    found = defaultdict(list)
    for finding in lookups.list_findings(batch_id=batch.id, limit=1000):
        found[finding.line].append((finding.rule, finding.column))
    return dict(found)


def test_right_lines_are_accepted_and_sending_them_again_changes_nothing(province: list[int]) -> None:
    contents = given.csv_bytes([given.line(index) for index in range(20)])
    first = given.settle(contents)
    again = given.settle(contents)
    assert (first.state, first.lines, first.accepted) == (BatchState.POSTED, 20, 20)
    assert (again.lines, again.unchanged, again.accepted) == (20, 20, 0)


WRONG = {
    "证件号码": [
        ("", ("FIELD_REQUIRED", "identity_number")),
        ("35990019900101", ("IDENTITY_FORMAT", "identity_number")),
        ("3.599E+17", ("IDENTITY_LOST_DIGITS", "identity_number")),
        ("359900199013450015", ("IDENTITY_DATE", "identity_number")),
        ("110105194912310021", ("IDENTITY_CHECK", "identity_number")),
        ("11010519491231002X", ("IDENTITY_NOT_SYNTHETIC", "identity_number")),
    ],
    "发生日期": [
        ("2026-02-30", ("FIELD_FORMAT", "occurred_on")),
        ("昨天", ("FIELD_FORMAT", "occurred_on")),
        ("2026-12-01", ("DATE_FUTURE", "occurred_on")),
        ("1985-03-01", ("MINOR_AT_EVENT", "occurred_on")),
    ],
    "失信程度": [("很坏", ("FIELD_CODE", "severity"))],
    "文书日期": [("2025-01-01", ("DATE_ORDER", "document_on")), ("", ("FIELD_REQUIRED", "document_on"))],
    "文书号": [("", ("FIELD_REQUIRED", "document_number"))],
    "违法事实": [
        ("当事人患有艾滋病，", ("PROHIBITED_CATEGORY", "facts")),
        ("依据治安管理处罚法处以行政拘留", ("SEALED_CATEGORY", "facts")),
        ("联系电话13800138000，已改正", ("PERSONAL_NUMBER_IN_TEXT", "facts")),
        ("长" * 201, ("FIELD_TOO_LONG", "facts")),
        ("坏\x07字", ("CONTROL_CHARACTER", "facts")),
    ],
    "操作": [("删除", ("FIELD_CODE", "action")), ("更正", ("RECORD_UNKNOWN", "record_number"))],
}


def test_each_kind_of_wrong_line_is_rejected_for_its_own_reason(province: list[int]) -> None:
    cases = [(column, value, expected) for column, rows in WRONG.items() for value, expected in rows]
    lines = [given.line(index, **{column: value}) for index, (column, value, _) in enumerate(cases)]
    settled = given.settle(given.csv_bytes([*lines, given.line(len(cases))]))
    found = findings(settled)
    assert {number: expected for number, (_, _, expected) in enumerate(cases, 1)} == {
        number: next((fault for fault in found.get(number, []) if fault == expected), found.get(number))
        for number, (_, _, expected) in enumerate(cases, 1)
    }
    assert (settled.accepted, settled.rejected) == (1, len(cases))


def test_the_outcome_of_every_line_is_kept(province: list[int]) -> None:
    lines = [
        given.line(0),
        given.line(1, 姓名="别人"),
        given.line(29, 证件号码=given.number(800)),
        given.line(2, 失信程度="坏"),
        given.line(0),
    ]
    settled = given.settle(given.csv_bytes(lines))
    batch = lookups.access_batch(reference=settled.reference, actor=given.SENDER)
    assert lookups.outcomes_of(batch_id=batch.id) == [
        Outcome.ACCEPTED,
        Outcome.HELD,
        Outcome.HELD,
        Outcome.REJECTED,
        Outcome.REJECTED,
    ]
    assert findings(settled)[5] == [("RECORD_NUMBER_TWICE", "record_number")]
    assert [held.reason for held in lookups.list_held_lines(batch_id=batch.id)] == ["NAME_DISAGREES", "PERSON_UNKNOWN"]


@pytest.mark.usefixtures("keys_of_its_own")
def test_lines_that_would_be_kept_to_an_erased_month_are_rejected_and_the_others_go_their_way(
    province: list[int],
) -> None:
    keyring().destroy_month("2030-12")
    lines = [
        given.line(0, 发生日期="2025-12-05"),
        given.line(1),
        given.line(2, 发生日期="2025-12-31", 失信程度="坏"),
        given.line(3, 发生日期="2025-12-31", 姓名="别人"),
        given.line(4, 姓名="别人"),
    ]
    settled = given.settle(given.csv_bytes(lines))
    assert (settled.lines, settled.accepted, settled.rejected, settled.held) == (5, 1, 3, 1)
    assert findings(settled) == {
        1: [("MONTH_ERASED", "")],
        3: [("FIELD_CODE", "severity")],
        4: [("MONTH_ERASED", "")],
    }
    batch = lookups.access_batch(reference=settled.reference, actor=given.SENDER)
    (first, *_) = lookups.list_findings(batch_id=batch.id, limit=10)
    assert first.params == {"month": "2030-12"}
    assert list(records.verify_postings()) == []


@pytest.mark.usefixtures("keys_of_its_own")
def test_a_batch_of_which_nothing_can_be_kept_is_settled_with_no_item(province: list[int]) -> None:
    keyring().destroy_month("2031-01")
    settled = given.settle(given.csv_bytes([given.line(index) for index in range(3)]))
    assert (settled.state, settled.rejected, settled.accepted) == (BatchState.POSTED, 3, 0)
