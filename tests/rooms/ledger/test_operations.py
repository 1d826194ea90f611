"""Appending and integrating."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from chengxin.keys.current import keyring
from chengxin.ledger import lookups
from chengxin.ledger import operations as ledger
from chengxin.ledger.events import LedgerEvent
from chengxin.ledger.models import Checkpoint, Event, Leaf, Pending
from chengxin.postgres.configuration import DatabaseRole
from chengxin.postgres.roles import Logins
from chengxin.sealing.checkpoints import open_checkpoint
from chengxin.sealing.digests import canonical, salted_digest
from chengxin.sealing.merkle import EMPTY_ROOT, leaf_hash, root_of
from factories.ledger import OFFICER, ThingDone

Grow = Callable[..., list[int]]


@pytest.mark.django_db
def test_an_event_is_stored_with_the_digest_of_its_canonical_text(now: datetime) -> None:
    event_id = ledger.append(ThingDone(number=5, person_id=7), actor=OFFICER, at=now)
    event = Event.objects.get(pk=event_id)
    expected = canonical(
        {
            "actor": "account:17",
            "at": "2028-02-28T16:00:01.000000Z",
            "body": {"nothing": None, "number": 5, "text": "一件事"},
            "kind": "ledger.thing.done",
            "organisation": "359900000000000000",
            "person": 7,
        }
    )
    assert bytes(event.digest) == salted_digest(bytes(event.salt), expected)
    assert (event.kind, event.at, event.actor_key) == ("ledger.thing.done", now, "account:17")
    assert (event.person_id, event.organisation_code) == (7, OFFICER.organisation_code)
    assert event.body == {"nothing": None, "number": 5, "text": "一件事"}
    assert Pending.objects.filter(pk=event_id).exists()


@pytest.mark.django_db
def test_equal_events_have_different_digests(now: datetime) -> None:
    ids = ledger.append_many([ThingDone(number=1), ThingDone(number=1)], actor=OFFICER, at=now)
    assert len({bytes(event.digest) for event in Event.objects.filter(pk__in=ids)}) == 2


@pytest.mark.django_db
def test_many_events_get_their_ids_in_the_order_given(now: datetime) -> None:
    ids = ledger.append_many([ThingDone(number=number) for number in range(300)], actor=OFFICER, at=now)
    assert [Event.objects.get(pk=event_id).body["number"] for event_id in ids] == list(range(300))
    assert ledger.append_many([], actor=OFFICER, at=now) == []


@pytest.mark.django_db
def test_events_that_could_not_be_verified_later_are_not_appended(now: datetime) -> None:
    with pytest.raises(ValueError, match="names no kind"):
        ledger.append(LedgerEvent(), actor=OFFICER, at=now)
    with pytest.raises(ValueError, match="U\\+0000"):
        ledger.append(ThingDone(number=1, text="a\x00b"), actor=OFFICER, at=now)
    with pytest.raises(TypeError):
        ledger.append(ThingDone(number=1.5), actor=OFFICER, at=now)  # type: ignore[arg-type]
    assert not Event.objects.exists()


def test_an_event_goes_with_its_act(folder: Path, now: datetime) -> None:
    assert folder
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        ledger.append(ThingDone(number=1), actor=OFFICER, at=now)
        raise RuntimeError
    assert ledger.integrate(now=now).size == 0


def test_integration_signs_the_root_over_all_events(grow: Grow, folder: Path, now: datetime) -> None:
    assert ledger.integrate(now=now).root == EMPTY_ROOT
    ids = [*grow(3), *grow(300)]
    newest = ledger.integrate(now=now)
    digests = [bytes(Event.objects.get(pk=event_id).digest) for event_id in ids]
    assert newest.size == 303
    assert newest.root == root_of(leaf_hash(digest) for digest in digests)
    assert (folder / "checkpoint").read_text(encoding="utf-8") == newest.text
    assert open_checkpoint(newest.text, keyring().ledger_verifier()) == newest
    assert list(Checkpoint.objects.order_by("pk").values_list("number", "tree_size")) == [(1, 0), (2, 3), (3, 303)]
    assert not Pending.objects.exists()
    assert sorted(path.name for path in (folder / "tile/0").iterdir()) == ["000", "001.p"]


def test_integration_without_new_events_changes_nothing(grow: Grow, now: datetime) -> None:
    grow(5)
    assert ledger.integrate(now=now) == ledger.integrate(now=now)
    assert Checkpoint.objects.count() == 1


def test_a_long_queue_is_taken_at_once_though_statistics_call_it_empty(
    grow: Grow, superuser_connection: psycopg.Connection, now: datetime
) -> None:
    grow(20_000)
    superuser_connection.autocommit = True
    superuser_connection.execute("VACUUM (ANALYZE, TRUNCATE off) ledger_pending")
    grow(20_000, integrated=False)
    begun = time.perf_counter()
    assert ledger.integrate(now=now).size == 40_000
    assert time.perf_counter() - begun < 10  # seconds; the square of its length took minutes


def test_an_event_that_commits_late_is_taken_next_time(
    fresh_database: Logins, grow: Grow, folder: Path, now: datetime
) -> None:
    assert folder
    with psycopg.connect(fresh_database.conninfo(DatabaseRole.APP)) as late:
        payload = canonical(
            {"actor": "a", "at": now, "body": {}, "kind": "k", "organisation": None, "person": None}
        ).decode()
        row = late.execute("SELECT ledger_append(%s, %s)", [payload, bytes(16)]).fetchone()
        assert row is not None
        later_ids = grow(2)
        assert min(later_ids) > row[0]
        late.commit()
    assert ledger.integrate(now=now).size == 3
    assert Leaf.objects.get(event_id=row[0]).leaf_index == 2
    assert lookups.verify().is_untouched


def test_integrations_at_once_take_each_event_once(grow: Grow, now: datetime) -> None:
    grow(400, integrated=False)

    def integrate() -> None:
        ledger.integrate(now=now)
        connection.close()

    threads = [threading.Thread(target=integrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.integrate(now=now).size == 400
    assert lookups.verify().is_untouched


def test_integration_is_refused_within_a_transaction(folder: Path, now: datetime) -> None:
    assert folder
    with transaction.atomic(), pytest.raises(RuntimeError):
        ledger.integrate(now=now)


def test_files_left_behind_by_a_crash_are_caught_up(grow: Grow, folder: Path, now: datetime) -> None:
    grow(250)
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    grow(20)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.unlink()
    for name, contents in before.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(contents)
    assert lookups.verify().is_untouched  # behind, and consistent
    assert ledger.integrate(now=now).size == 270
    assert (folder / "tile/0/000").stat().st_size == 256 * 32
    assert lookups.verify().is_untouched


def test_nothing_is_signed_by_a_database_that_fell_behind(
    grow: Grow, tamper: Callable[..., None], now: datetime
) -> None:
    grow(10)
    grow(10)
    tamper("DELETE FROM ledger_leaf WHERE leaf_index >= 10", "DELETE FROM ledger_checkpoint WHERE tree_size > 10")
    grow(5, integrated=False)
    with pytest.raises(ledger.LedgerBroken):
        ledger.integrate(now=now)
    with pytest.raises(ledger.LedgerBroken):
        ledger.rebuild_tiles()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_checkpoint SET root = sha256('x')",
        "UPDATE ledger_checkpoint SET text = 'x'",
        "UPDATE ledger_checkpoint SET frontier = set_byte(frontier, 9, 1 # get_byte(frontier, 9))",
        "UPDATE ledger_checkpoint SET frontier = 'x'",
        "DELETE FROM ledger_leaf WHERE leaf_index = 9",
        "TRUNCATE ledger_checkpoint",
    ],
)
def test_nothing_is_signed_on_a_changed_state(
    grow: Grow, tamper: Callable[..., None], now: datetime, statement: str
) -> None:
    grow(10)
    tamper(statement)
    grow(5, integrated=False)
    with pytest.raises(ledger.LedgerBroken):
        ledger.integrate(now=now)


def test_damaged_tiles_stop_publishing_until_they_are_rebuilt(grow: Grow, folder: Path, now: datetime) -> None:
    grow(10)
    (folder / "tile/0/000.p/10").unlink()
    with pytest.raises(ledger.LedgerBroken):
        grow(5)
    ledger.rebuild_tiles()
    assert ledger.integrate(now=now).size == 15
    assert lookups.verify().is_untouched


def test_all_files_can_be_rebuilt_from_the_database(grow: Grow, folder: Path) -> None:
    grow(600)
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.unlink()
    newest = ledger.rebuild_tiles()
    assert newest is not None
    assert newest.size == 600
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_there_is_nothing_to_rebuild_at_first(folder: Path) -> None:
    assert folder
    assert ledger.rebuild_tiles() is None
