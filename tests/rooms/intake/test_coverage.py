"""Coverage roles follow the items that give them: correction, withdrawal and reversal of either."""

from datetime import date

import pytest

from chengxin.persons import lookups as persons
from factories import intake as given

pytestmark = pytest.mark.django_db
ITEM = "COMPANY.LEGAL-REPRESENTATIVE"


def send(action: str = "新增", since: str = "2024-01-08", until: str = "") -> str:
    line = {
        "证件号码": given.number(0),
        "姓名": given.name(0),
        "信息编号": "R-1",
        "操作": action,
        "发生日期": since,
        "终止日期": until,
        "企业名称": "测试有限公司",
        "统一社会信用代码": "91359900MA00000000",
        "职务": "执行董事",
        "任职日期": "2024-01-08",
    }
    settled = given.settle(given.csv_bytes([line]), item_code=ITEM)
    assert settled.accepted == 1, settled
    return settled.reference


def reverse(reference: str) -> None:
    given.intake.reverse_batch(reference=reference, reasons="错", actor=given.SECOND, now=given.NOW)


@pytest.fixture
def person() -> int:
    given.edition()
    given.supplier(ITEM, given.ITEM)
    (person_id,) = given.people(1, role=None)
    return person_id


def covered(person_id: int) -> list[bool]:
    """Say on which of five days the person has the role: before, first, in between, last day of the short, later."""
    days = [date(2024, 1, 7), date(2024, 1, 8), date(2024, 6, 1), date(2024, 12, 31), date(2025, 1, 1)]
    return ["LEGAL_REPRESENTATIVE" in persons.coverage_on(person_id, day) for day in days]


OPEN, SHORT, NONE = [False, True, True, True, True], [False, True, True, True, False], [False] * 5


def test_an_identification_gives_the_role_for_its_days_inclusive(person: int) -> None:
    send(until="2024-12-31")
    assert covered(person) == SHORT


def test_a_correction_replaces_the_role_and_its_reversal_gives_it_back(person: int) -> None:
    send()
    assert covered(person) == OPEN
    correction = send("更正", until="2024-12-31")
    assert covered(person) == SHORT
    reverse(correction)
    assert covered(person) == OPEN


def test_a_withdrawal_ends_the_role_and_its_reversal_gives_it_back(person: int) -> None:
    send()
    withdrawal = send("撤回")
    assert covered(person) == NONE
    reverse(withdrawal)
    assert covered(person) == OPEN


def test_a_reversal_takes_the_role_back_and_sending_again_gives_it_again(person: int) -> None:
    reverse(send())
    assert covered(person) == NONE
    send()
    assert covered(person) == OPEN


def test_reversing_what_was_corrected_meanwhile_leaves_the_correction(person: int) -> None:
    first = send()
    correction = send("更正", until="2024-12-31")
    reverse(first)
    assert covered(person) == SHORT
    reverse(correction)
    assert covered(person) == NONE


def test_an_adverse_item_is_taken_while_the_role_lasts(person: int) -> None:
    assert person
    line = given.line(0, 发生日期="2024-12-31", 文书日期="2026-02-10")
    assert given.settle(given.csv_bytes([line])).rejected == 1
    send(until="2024-12-31")
    assert given.settle(given.csv_bytes([line])).accepted == 1
    late = given.line(0, 信息编号="MS-2", 发生日期="2025-01-01", 文书日期="2026-02-10")
    assert given.settle(given.csv_bytes([late])).rejected == 1
