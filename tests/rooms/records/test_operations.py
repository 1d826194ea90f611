"""Items over their life: shown, corrected, withdrawn, reversed, erased; and who may open a file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal
from chengxin.keys.current import keyring
from chengxin.postgres.roles import Logins
from chengxin.records import lookups, policies
from chengxin.records import operations as records
from chengxin.records.errors import PostingReversedAlready, PostingUnknown
from chengxin.records.lookups import PersonFile, ShownItem
from chengxin.records.states import Change
from chengxin.register import lookups as register
from factories import intake as given


def person(person_id: int) -> Actor:
    return Actor(
        kind=ActorKind.PERSON, key=f"account:{person_id}", person_id=person_id, roles=frozenset({Role.CITIZEN})
    )


def opened(person_id: int, *, now: datetime = given.NOW) -> PersonFile:
    found = lookups.access_file(person_id=person_id, actor=person(person_id), purpose_code="SELF_READ", now=now)
    assert isinstance(found, PersonFile)
    return found


def facts(item: ShownItem) -> str:
    return next(detail.value for detail in item.details if detail.code == "facts")


@pytest.fixture
def people(db: None) -> list[int]:
    given.edition()
    given.supplier()
    return given.people(3)


def test_an_item_is_shown_through_its_last_day_and_not_on_the_next(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0)]))
    (item,) = opened(people[0]).items
    assert (item.shown_until, item.kept_until) == (date(2027, 2, 10), date(2031, 1, 5))
    last_moment = datetime(2027, 2, 10, 15, 59, 59, 999999, tzinfo=UTC)  # one moment before midnight in Shanghai
    assert len(opened(people[0], now=last_moment).items) == 1
    assert opened(people[0], now=last_moment + timedelta(microseconds=1)).items == ()


def test_a_correction_is_a_new_version_and_the_old_one_stays(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0)]))
    given.settle(given.csv_bytes([given.line(0, 操作="更正", 违法事实="更正后的事实")]))
    (item,) = opened(people[0]).items
    assert (item.version, facts(item)) == (2, "更正后的事实")
    found = lookups.access_item(
        person_id=people[0], reference=item.reference, actor=person(people[0]), purpose_code="SELF_READ", now=given.NOW
    )
    assert not isinstance(found, Refusal)
    assert [(version.version, version.change, version.holds) for version in found[1]] == [
        (2, Change.CORRECT, True),
        (1, Change.ADD, False),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_key, kept_until, sealed FROM records_open_versions(%s) WHERE version = 1", [people[:1]]
        )
        record_key, kept_until, sealed = cursor.fetchone()
    old = lookups.open_details(sealed=bytes(sealed), record_key=bytes(record_key), kept_until=kept_until)
    assert old is not None
    assert old["facts"] == "销售不合格产品，已责令改正。"


def test_what_a_reversed_correction_or_withdrawal_replaced_holds_again(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0), given.line(1)]))
    changing = given.settle(
        given.csv_bytes([given.line(0, 操作="更正", 违法事实="更正后的事实"), given.line(1, 操作="撤回")])
    )
    assert [facts(item) for item in opened(people[0]).items] == ["更正后的事实"]
    assert opened(people[1]).items == ()
    given.intake.reverse_batch(reference=changing.reference, reasons="错", actor=given.SECOND, now=given.NOW)
    for person_id in people[:2]:
        (item,) = opened(person_id).items
        assert (item.version, facts(item)) == (1, "销售不合格产品，已责令改正。")


def test_a_reversed_posting_shows_nothing_and_is_reversed_once(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0)]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM records_posting")
        (posting_id,) = cursor.fetchone()
    records.reverse_posting(posting_id=posting_id, reasons="错", actor=given.SYSTEM, now=given.NOW)
    assert opened(people[0]).items == ()
    with pytest.raises(PostingReversedAlready):
        records.reverse_posting(posting_id=posting_id, reasons="错", actor=given.SYSTEM, now=given.NOW)
    with pytest.raises(PostingUnknown):
        records.reverse_posting(posting_id=posting_id + 999, reasons="错", actor=given.SYSTEM, now=given.NOW)


def test_another_persons_login_is_refused_and_the_attempt_is_in_the_register(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0), given.line(1)]))
    neighbour = person(people[1])
    refused = lookups.access_file(person_id=people[0], actor=neighbour, purpose_code="SELF_READ", now=given.NOW)
    assert isinstance(refused, Refusal)
    assert refused.code == "NOT_YOUR_FILE"
    (look,) = register.list_looks(person_id=people[0])
    assert (look.actor_key, look.outcome, look.refusal_code) == (neighbour.key, "REFUSED", "NOT_YOUR_FILE")
    (own,) = opened(people[1]).items
    other = lookups.access_item(
        person_id=people[0], reference=own.reference, actor=person(people[0]), purpose_code="SELF_READ", now=given.NOW
    )
    assert isinstance(other, Refusal)
    assert other.code == "ITEM_NOT_SHOWN"
    assert [look.outcome for look in register.list_looks(person_id=people[0])] == ["REFUSED", "REFUSED"]


def test_an_opened_file_is_in_the_register_with_counts_and_no_content(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0)]))
    file = opened(people[0])
    (look,) = register.list_looks(person_id=people[0])
    assert (look.sequence, look.outcome, dict(look.shown)) == (file.look_sequence, "SHOWN", {"items": {given.ITEM: 1}})


def test_a_file_is_opened_by_the_person_and_by_nobody_who_resembles_one() -> None:
    own = person(7)
    assert policies.may_open_file(own, policies.FileStanding(is_the_person=True)).code == "OWN_FILE"
    near = [
        (own, policies.FileStanding(is_the_person=False)),
        (replace(own, kind=ActorKind.OFFICER), policies.FileStanding(is_the_person=True)),
        (replace(own, kind=ActorKind.SYSTEM), policies.FileStanding(is_the_person=True)),
    ]
    for actor, standing in near:
        assert policies.may_open_file(actor, standing).code == "NOT_YOUR_FILE"


@pytest.fixture
def month_of_its_own() -> Iterator[str]:
    """Give a month whose key a test may destroy, and take the tombstone away for the other tests of this process."""
    month = "2031-01"
    yield month
    (keyring()._folder / "months" / f"{month}.destroyed").unlink(missing_ok=True)


def test_what_was_sealed_for_a_month_is_gone_with_its_key_and_the_ledger_still_verifies(
    fresh_database: Logins, month_of_its_own: str
) -> None:
    assert fresh_database
    given.edition()
    given.supplier()
    people = given.people(2)
    given.settle(
        given.csv_bytes(
            [given.line(0), given.line(1, 发生日期="2026-02-05")]
        )  # kept until January, until February 2031
    )
    records.erase_months(months=[month_of_its_own], actor=given.SYSTEM, now=given.NOW)
    (gone,) = opened(people[0]).items
    (kept,) = opened(people[1]).items
    assert (gone.is_erased, gone.details, gone.occurred_on) == (True, (), date(2026, 1, 5))
    assert (kept.is_erased, facts(kept)) == (False, "销售不合格产品，已责令改正。")
    assert list(lookups.verify_postings()) == []


def test_nothing_is_destroyed_when_the_act_is_rolled_back(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0)]))
    records.erase_months(months=["2031-01"], actor=given.SYSTEM, now=given.NOW)  # this test never commits
    assert not opened(people[0]).items[0].is_erased


def test_a_reference_says_nothing_and_leads_back() -> None:
    assert re.fullmatch(r"[A-Z2-7]{26}", lookups.reference_of(bytes(range(16))))
    assert lookups.reference_of(bytes(16)) != lookups.reference_of(bytes(15) + b"\x01")
