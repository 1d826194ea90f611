"""Listing looks, and finding every look that was removed, added or changed."""

from collections.abc import Callable
from datetime import datetime

import pytest

from chengxin.ledger import lookups as ledger_lookups
from chengxin.ledger import operations as ledger
from chengxin.ledger.rules import Verification
from chengxin.postgres.roles import Logins
from chengxin.register import lookups
from factories.register import look_at

Tamper = Callable[..., None]


def places(verification: Verification) -> list[tuple[str, str]]:
    return [(finding.code.value, finding.place) for finding in verification.findings]


@pytest.mark.django_db
def test_looks_are_listed_from_the_newest_and_read_on() -> None:
    for person in (7, 8, 7, 7):
        look_at(person)
    assert [line.sequence for line in lookups.list_looks(person_id=7)] == [3, 2, 1]
    assert [line.sequence for line in lookups.list_looks(person_id=7, limit=2)] == [3, 2]
    assert [line.sequence for line in lookups.list_looks(person_id=7, before=2, limit=2)] == [1]
    assert lookups.list_looks(person_id=7, before=1) == ()


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_out_of_range_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        lookups.list_looks(person_id=7, limit=limit)


@pytest.mark.django_db
def test_an_untouched_register_is_complete() -> None:
    assert lookups.verify_completeness(7).is_untouched
    for person in (7, 8, 7, 9, 7):
        look_at(person)
    assert places(lookups.verify()) == []
    assert lookups.verify().checked_count == 5
    assert lookups.verify_completeness(7).checked_count == 3


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["DELETE FROM register_look WHERE person_id = 7 AND sequence = 2"], [("ROW_REMOVED", "register_look:7:2")]),
        (["DELETE FROM register_look WHERE person_id = 7 AND sequence = 4"], [("ROW_REMOVED", "register_look:7:4")]),
        (
            [
                "DELETE FROM register_look WHERE person_id = 7 AND sequence = 4",
                "UPDATE register_counter SET look_count = 3 WHERE person_id = 7",
            ],
            [("ROW_REMOVED", "register_look:7:4"), ("ROW_CHANGED", "register_counter:7")],
        ),
        (
            [
                "DELETE FROM ledger_event WHERE person_id = 7 AND body->>'sequence' = '4'",
                "DELETE FROM register_look WHERE person_id = 7 AND sequence = 4",
            ],
            [("ROW_REMOVED", "register_look:7:4")],
        ),
        (
            [
                "DELETE FROM ledger_event WHERE person_id = 7 AND body->>'sequence' IN ('2', '3')",
                "DELETE FROM register_look WHERE person_id = 7 AND sequence IN (2, 3)",
            ],
            [("ROW_REMOVED", "register_look:7:2-3")],
        ),
        (
            ["DELETE FROM ledger_event WHERE person_id = 7 AND body->>'sequence' = '2'"],
            [("ROW_ADDED", "register_look:7:2")],
        ),
        (["DELETE FROM register_counter WHERE person_id = 7"], [("ROW_REMOVED", "register_counter:7")]),
        (
            ["DELETE FROM register_look WHERE person_id = 7", "DELETE FROM ledger_event WHERE person_id = 7"],
            [("ROW_REMOVED", "register_look:7:1-4")],
        ),
        (
            ["UPDATE register_look SET sequence = 5 WHERE person_id = 7 AND sequence = 4"],
            [
                ("ROW_REMOVED", "register_look:7:4"),
                ("ROW_ADDED", "register_look:7:5"),
                ("ROW_CHANGED", "register_counter:7"),
            ],
        ),
        (
            ["UPDATE ledger_event SET body = '{}' WHERE person_id = 7 AND body->>'sequence' = '2'"],
            [("EVENT_CHANGED", "*"), ("ROW_ADDED", "register_look:7:2")],
        ),
    ],
)
def test_a_missing_or_added_look_is_named(
    fresh_register: Logins, tamper: Tamper, statements: list[str], expected: list[tuple[str, str]]
) -> None:
    assert fresh_register
    for person in (6, 7, 7, 8, 7, 7, 9):
        look_at(person)
    tamper(*statements)
    for verification in (lookups.verify_completeness(7), lookups.verify()):
        found = places(verification)
        assert sorted(code for code, _ in found) == sorted(code for code, _ in expected)
        assert {place for _, place in expected} - {"*"} <= {place for _, place in found}
    assert lookups.verify_completeness(8).is_untouched


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 second'",
        "actor_key = 'account:1'",
        "organisation_code = NULL",
        "purpose_code = 'OTHER'",
        "basis_code = 'OTHER'",
        "case_number = '1'",
        "shown = '{}'",
        "shown = '[1.5]'",
        "mask_rule = 'OTHER'",
        "mask_version = 2",
        "outcome = 'REFUSED', refusal_code = 'NO_MANDATE'",
        "salt = decode(repeat('00', 16), 'hex')",
        "salt = ''",
        "digest = sha256('x')",
        "event_id = 0",
    ],
)
def test_a_changed_look_is_named(fresh_register: Logins, tamper: Tamper, change: str) -> None:
    assert fresh_register
    for person in (7, 7, 8, 7):
        look_at(person)
    tamper(f"UPDATE register_look SET {change} WHERE person_id = 7 AND sequence = 2")
    assert places(lookups.verify_completeness(7)) == [("ROW_CHANGED", "register_look:7:2")]
    assert places(lookups.verify()) == [("ROW_CHANGED", "register_look:7:2")]


def test_a_register_truncated_with_its_counters_is_named(fresh_register: Logins, tamper: Tamper) -> None:
    assert fresh_register
    for person in (7, 7, 8):
        look_at(person)
    tamper("TRUNCATE register_look, register_counter")
    assert {place for _, place in places(lookups.verify())} == {
        "register_look:7:1",
        "register_look:7:2",
        "register_look:8:1",
        "register_counter:7",
        "register_counter:8",
    }


def test_a_last_look_removed_from_everywhere_is_found_by_the_ledger(
    fresh_register: Logins, tamper: Tamper, now: datetime
) -> None:
    assert fresh_register
    for _ in range(3):
        look_at(7)
    last = lookups.list_looks(person_id=7, limit=1)[0]
    ledger.integrate(now=now)
    tamper(
        "DELETE FROM register_look WHERE sequence = 3",
        "UPDATE register_counter SET look_count = 2",
        f"DELETE FROM ledger_event WHERE id = {last.event_id}",
    )
    assert lookups.verify_completeness(7).is_untouched
    assert places(ledger_lookups.verify()) == [("EVENT_REMOVED", f"ledger_event:{last.event_id}")]
