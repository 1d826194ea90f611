"""Held lines: a clerk attaches or dismisses them, and everything but the identity is judged as in a batch."""

from datetime import UTC, date, datetime

import pytest

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refusal, Refused
from chengxin.identifiers.identity import synthetic_number
from chengxin.intake import lookups
from chengxin.intake.states import HeldState
from chengxin.keys.current import keyring
from chengxin.persons import lookups as persons
from chengxin.persons import operations as persons_operations
from chengxin.records import lookups as records
from factories import intake as given
from rooms.intake.test_versions import shown_facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[int]:
    given.edition()
    given.supplier()
    return given.people(4)


def hold(**changed: str) -> int:
    """Send one line about the first person under another's name, and return the key of the held line."""
    settled = given.settle(given.csv_bytes([given.line(0, **({"姓名": "别的人"} | changed))]))
    assert settled.held == 1
    return newest()


def newest() -> int:
    return max(held.id for held in lookups.list_held_lines())


def attach(held_line_id: int, person_id: int, *, now: datetime = given.NOW) -> None:
    given.intake.attach_held_line(
        held_line_id=held_line_id, person_id=person_id, reasons="曾用名", actor=given.CLERK, now=now
    )


def refused(held_line_id: int, person_id: int, *, now: datetime = given.NOW) -> str:
    with pytest.raises(Refused) as caught:
        attach(held_line_id, person_id, now=now)
    return caught.value.code


def state_of(held_line_id: int) -> HeldState:
    return next(held.state for held in lookups.list_held_lines(state=None) if held.id == held_line_id)


def test_an_attached_line_is_an_item_of_the_person_and_sent_again_it_is_unchanged(people: list[int]) -> None:
    held = hold()
    attach(held, people[0])
    assert shown_facts(people[0]) == ["销售不合格产品，已责令改正。"]
    assert state_of(held) is HeldState.ATTACHED
    assert given.settle(given.csv_bytes([given.line(0)])).unchanged == 1
    assert list(records.verify_postings()) == []


def test_a_dismissed_line_is_no_item_and_stays_dismissed(people: list[int]) -> None:
    held = hold()
    given.intake.dismiss_held_line(held_line_id=held, reasons="并非此人", actor=given.CLERK, now=given.NOW)
    assert shown_facts(people[0]) == []
    assert state_of(held) is HeldState.DISMISSED
    assert refused(held, people[0]) == "HELD_LINE_UNKNOWN"


def test_only_a_clerk_settles_and_opens_a_held_line(people: list[int]) -> None:
    held = hold()
    for act in (
        lambda: given.intake.dismiss_held_line(held_line_id=held, reasons="x", actor=given.SECOND, now=given.NOW),
        lambda: given.intake.attach_held_line(
            held_line_id=held, person_id=people[0], reasons="x", actor=given.SECOND, now=given.NOW
        ),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "NOT_A_CLERK"
    assert isinstance(lookups.access_held_line(held_line_id=held, actor=given.SECOND), Refusal)
    opened = lookups.access_held_line(held_line_id=held, actor=given.CLERK)
    assert not isinstance(opened, Refusal)
    assert (opened.name, opened.masked_number) == ("别的人", "3***************")


def test_nothing_clear_of_a_held_line_is_in_the_database(people: list[int]) -> None:
    from django.db import connection

    assert people
    held = hold()
    with connection.cursor() as cursor:
        cursor.execute("SELECT h::text, sealed FROM intake_heldline h WHERE id = %s", [held])
        text, sealed = cursor.fetchone()
    for clear in (given.number(0), "别的人", "销售不合格产品"):
        assert clear not in text
        assert clear.encode() not in bytes(sealed)


def test_a_person_whom_nobody_knows_is_refused(people: list[int]) -> None:
    assert refused(hold(), max(people) + 999) == "PERSON_UNKNOWN"


def test_a_person_without_the_role_is_refused() -> None:
    given.edition()
    given.supplier()
    (uncovered,) = given.people(1, role=None)
    assert refused(hold(), uncovered) == "COVERAGE_MISSING"


def test_a_line_is_not_attached_to_somebody_who_was_under_age(people: list[int]) -> None:
    assert people
    young = synthetic_number(born_on=date(2008, 1, 6), sequence=3)
    person_id = persons_operations.register_person(
        number=persons.IdentityNumber.parse(young, today=date(2026, 11, 23)),
        name="陈小",
        since_on=date(2008, 1, 6),
        synthetic=True,
        actor=given.officer("account:population", Role.OFFICE_POPULATION),
        now=given.NOW,
    ).person_id
    persons_operations.grant_coverages(
        grants=[
            persons_operations.CoverageGrant(
                person_id=person_id,
                role_code="LEGAL_REPRESENTATIVE",
                since_on=date(2017, 1, 1),
                until_on=None,
                source_key=b"young",
            )
        ],
        posting_id=0,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    assert refused(hold(发生日期="2026-01-05"), person_id) == "MINOR_AT_EVENT"
    given.settle(given.csv_bytes([given.line(1, 姓名="别的人", 发生日期="2026-01-06")]))
    attach(newest(), person_id)  # the eighteenth birthday itself counts as adult


def test_what_may_no_longer_be_kept_is_not_attached(people: list[int]) -> None:
    held = hold()  # kept until 5 January 2031
    last_day = datetime(2031, 1, 5, 15, 59, tzinfo=UTC)
    assert refused(held, people[0], now=datetime(2031, 1, 5, 16, 0, tzinfo=UTC)) == "KEEPING_OVER"
    attach(held, people[0], now=last_day)


@pytest.mark.usefixtures("keys_of_its_own")
def test_a_line_whose_month_was_erased_while_it_waited_is_not_attached(people: list[int]) -> None:
    held = hold()  # kept until 5 January 2031
    keyring().destroy_month("2031-01")
    assert refused(held, people[0]) == "MONTH_ERASED"
    assert state_of(held) is HeldState.WAITING
    assert shown_facts(people[0]) == []
    given.intake.dismiss_held_line(held_line_id=held, reasons="已清除", actor=given.CLERK, now=given.NOW)


def test_a_withdrawal_that_was_held_withdraws_and_never_adds(people: list[int]) -> None:
    held = hold(操作="撤回")
    assert refused(held, people[0]) == "RECORD_UNKNOWN"
    given.settle(given.csv_bytes([given.line(0)]))
    attach(held, people[0])
    assert shown_facts(people[0]) == []


def test_a_correction_that_was_held_makes_a_version(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0)]))
    held = hold(操作="更正", 违法事实="更正后的事实")
    attach(held, people[0])
    assert shown_facts(people[0]) == ["更正后的事实"]
    assert given.settle(given.csv_bytes([given.line(0, 违法事实="更正后的事实")])).unchanged == 1


def test_a_number_that_is_taken_is_refused(people: list[int]) -> None:
    held = hold()
    given.settle(given.csv_bytes([given.line(0)]))
    assert refused(held, people[0]) == "RECORD_DIFFERS"
    assert refused(held, people[1]) == "RECORD_DIFFERS"


def test_a_record_of_another_person_is_held(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0)]))
    assert people
    settled = given.settle(given.csv_bytes([given.line(1, 信息编号="MS-000000")]))
    (held,) = lookups.list_held_lines()
    assert (settled.held, held.reason) == (1, "RECORD_OF_ANOTHER")


def test_reversing_a_batch_takes_its_attached_lines_back_and_closes_the_waiting_ones(people: list[int]) -> None:
    settled = given.settle(given.csv_bytes([given.line(0, 姓名="别的人"), given.line(1, 姓名="别的人"), given.line(2)]))
    first, second = [held.id for held in lookups.list_held_lines()]
    attach(first, people[0])
    given.intake.reverse_batch(reference=settled.reference, reasons="错", actor=given.SECOND, now=given.NOW)
    assert (shown_facts(people[0]), shown_facts(people[2])) == ([], [])
    assert state_of(second) is HeldState.REVERSED
    assert refused(second, people[1]) == "HELD_LINE_UNKNOWN"


def test_a_clerk_who_attaches_an_identification_gives_the_role() -> None:
    given.edition()
    given.supplier("COMPANY.LEGAL-REPRESENTATIVE")
    (person_id,) = given.people(1, role=None)
    line = {
        "证件号码": given.number(0),
        "姓名": "别的人",
        "信息编号": "R-1",
        "发生日期": "2024-01-08",
        "企业名称": "测试有限公司",
        "统一社会信用代码": "91359900MA00000000",
        "职务": "执行董事",
        "任职日期": "2024-01-08",
    }
    settled = given.settle(given.csv_bytes([line]), item_code="COMPANY.LEGAL-REPRESENTATIVE")
    assert settled.held == 1, settled
    attach(newest(), person_id)
    assert persons.coverage_on(person_id, date(2024, 1, 8)) == {"LEGAL_REPRESENTATIVE"}
    assert keyring() is not None
