"""Registering looks: numbers without gaps, whatever happens at once."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from chengxin.authority.decisions import Refusal
from chengxin.ledger.models import Event
from chengxin.postgres.configuration import DatabaseRole
from chengxin.postgres.roles import Logins
from chengxin.register import lookups
from chengxin.register.models import Counter, Look
from chengxin.register.operations import (
    LookToMake,
    _halves,  # the split must hold for any text
    draw_looks,
    register_looks,
)
from chengxin.register.states import Outcome
from factories.ledger import OFFICER
from factories.register import MOMENT, look_at


@pytest.mark.django_db
def test_looks_are_numbered_from_one_for_each_person() -> None:
    assert [look_at(person).sequence for person in (7, 7, 8, 7, 8)] == [1, 2, 1, 3, 2]
    assert lookups.count_looks(person_id=7) == 3
    assert lookups.count_looks(person_id=9) == 0


@pytest.mark.django_db
def test_a_look_is_stored_with_its_event_in_the_ledger() -> None:
    made = look_at(7, case_number="案2028-1")
    look = Look.objects.get(pk=made.look_id)
    event = Event.objects.get(pk=look.event_id)
    assert (event.kind, event.person_id, event.at) == ("register.look.made", 7, MOMENT)
    assert (event.actor_key, event.organisation_code) == (OFFICER.key, OFFICER.organisation_code)
    assert event.body == {"look": bytes(look.digest).hex(), "sequence": 1}
    assert (look.person_id, look.sequence, look.at, look.actor_key) == (7, 1, MOMENT, OFFICER.key)
    assert (look.organisation_code, look.purpose_code, look.basis_code) == (
        OFFICER.organisation_code,
        "LICENSING",
        "BASIS",
    )
    assert (look.case_number, look.shown) == ("案2028-1", {"items": ["A1", "B2"], "count": 2})
    assert (look.mask_rule, look.mask_version, look.outcome, look.refusal_code) == ("MASK_IDENTITY", 1, "SHOWN", None)


@pytest.mark.django_db
def test_the_ledger_holds_nothing_of_what_the_line_says() -> None:
    look_at(7, case_number="SECRET-CASE", purpose_code="SECRET-PURPOSE", shown={"SECRET-ITEM": 1})
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_event::text FROM ledger_event")
        assert "SECRET" not in str(cursor.fetchall())


@pytest.mark.django_db
def test_a_look_costs_one_round_trip(django_assert_num_queries: Any) -> None:  # noqa: ANN401 - the plugin's fixture
    with django_assert_num_queries(1):
        look_at(7)


def _to_make(person_id: int) -> LookToMake:
    return LookToMake(
        person_id=person_id,
        purpose_code="LICENSING",
        basis_code="BASIS",
        case_number=None,
        shown={},
        mask_rule="MASK_IDENTITY",
        mask_version=1,
    )


@pytest.mark.django_db
def test_many_looks_take_the_numbers_drawn_before_and_draw_the_further_ones() -> None:
    look_at(8)
    draw_looks(person_ids=[8, 7, 8])
    made = register_looks([_to_make(person) for person in (8, 7, 8, 9)], actor=OFFICER, at=MOMENT)
    assert [look.sequence for look in made] == [2, 1, 3, 1]
    assert [lookups.count_looks(person_id=person) for person in (7, 8, 9)] == [1, 3, 1]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert lookups.verify().is_untouched


@pytest.mark.django_db
def test_no_look_is_none() -> None:
    assert register_looks([], actor=OFFICER, at=MOMENT) == []
    assert lookups.verify().checked_count == 0


@pytest.mark.django_db
def test_many_numbers_drawn_need_a_line_each() -> None:
    with transaction.atomic():
        draw_looks(person_ids=[7, 8])
        register_looks([_to_make(7)], actor=OFFICER, at=MOMENT)
        with pytest.raises(DatabaseError, match="has no line"), transaction.atomic():
            connection.cursor().execute("SET CONSTRAINTS register_counter_has_line IMMEDIATE")
        register_looks([_to_make(8)], actor=OFFICER, at=MOMENT)


@pytest.mark.django_db
def test_a_refused_attempt_is_a_look_too() -> None:
    assert look_at(7, refusal=Refusal(code="NO_MANDATE"), shown={}).sequence == 1
    (line,) = lookups.list_looks(person_id=7)
    assert (line.outcome, line.refusal_code, line.shown) == (Outcome.REFUSED, "NO_MANDATE", {})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"case_number": "a\x00b"},
        {"shown": {"sum": 1.5}},
    ],
)
def test_looks_without_a_canonical_form_are_not_registered(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        look_at(7, **wrong)
    assert not Look.objects.exists()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_can_imitate_the_place_of_the_number(text: str) -> None:
    from chengxin.ledger.events import payload
    from chengxin.register.events import NUMBER_TO_COME

    imitation = f'{text}"sequence":{NUMBER_TO_COME}'.replace("\x00", "")
    encoded = payload(
        kind="k",
        at=MOMENT,
        actor_key=imitation,
        organisation_code=imitation,
        person_id=1,
        body={"look": imitation, "sequence": NUMBER_TO_COME},
    ).decode()
    before, behind = _halves(encoded)
    assert f"{before}{NUMBER_TO_COME}{behind}" == encoded


def test_a_rollback_leaves_no_gap(fresh_register: Logins) -> None:
    assert fresh_register
    assert look_at(7).sequence == 1
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        assert look_at(7).sequence == 2
        raise RuntimeError
    assert look_at(7).sequence == 2
    assert lookups.verify_completeness(7).is_untouched
    assert Counter.objects.get(pk=7).look_count == 2


def test_two_transactions_at_once_get_consecutive_numbers(fresh_register: Logins) -> None:
    numbers: list[int] = []
    second_waits = threading.Event()

    def second() -> None:
        with transaction.atomic():
            second_waits.set()
            numbers.append(look_at(7).sequence)
        connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        first = look_at(7).sequence
        thread.start()
        assert second_waits.wait(10)
        with psycopg.connect(fresh_register.conninfo(DatabaseRole.OWNER), autocommit=True) as watcher:
            for _ in range(500):
                row = watcher.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
                if row is not None and row[0]:
                    break
                watcher.execute("SELECT pg_sleep(0.01)")
            else:
                pytest.fail("the second transaction does not wait for the first")
        assert not numbers
        assert look_at(8).sequence == 1  # another person's looks wait for nobody
    thread.join(10)
    assert (first, numbers) == (1, [2])


def test_many_threads_leave_no_gap_and_no_double(fresh_register: Logins) -> None:
    assert fresh_register
    numbers: list[int] = []

    def work() -> None:
        for turn in range(20):
            try:
                with transaction.atomic():
                    number = look_at(7).sequence
                    if turn % 5 == 4:
                        raise RuntimeError  # noqa: TRY301 - stands for a failure of the act
                numbers.append(number)
            except RuntimeError:
                pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 65))
    assert lookups.verify().is_untouched
