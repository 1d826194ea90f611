"""Issuing editions and reading them back, against PostgreSQL."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from pytest_django import DjangoAssertNumQueries

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refused
from chengxin.catalogue import lookups
from chengxin.catalogue import operations as catalogue
from chengxin.catalogue.errors import EditionUnchanged, NoEditionInForce, PackRefused, UnknownEdition, UnknownItemType
from chengxin.catalogue.models import Edition
from chengxin.catalogue.policies import may_issue_edition
from chengxin.postgres.configuration import DatabaseRole
from chengxin.postgres.roles import Logins

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PACKS = Path(__file__).resolve().parents[3] / "packs"


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    lookups.forget_cached_editions()


def _later(packs: Path, pack: str, on: str) -> None:
    path = packs / pack / "pack.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("in_force_from = 2026-04-01", f"in_force_from = {on}"), encoding="utf-8")


@pytest.mark.django_db
def test_issued_edition_is_in_force_and_in_the_ledger(catalogue_officer: Actor) -> None:
    issued = catalogue.issue_edition(pack=PACKS / "fujian", actor=catalogue_officer, now=NOW)
    edition = lookups.edition_in_force(date(2026, 4, 1))
    assert (edition.code, edition.digest) == (issued.code, issued.digest)
    assert issued.item_count == len(edition.item_types)
    assert lookups.edition(issued.code) is edition
    (line,) = lookups.list_editions()
    assert (line.code, line.pack, line.issued_by, line.issued_at) == (issued.code, "fujian", "account:7", NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_key, body FROM ledger_event WHERE kind = 'catalogue.edition.issued'")
        rows = cursor.fetchall()
    assert len(rows) == 1
    assert rows[0][0] == "account:7"
    assert issued.digest in str(rows[0][1])


@pytest.mark.django_db
def test_the_same_catalogue_is_not_issued_twice(catalogue_officer: Actor) -> None:
    catalogue.issue_edition(pack=PACKS / "fujian", actor=catalogue_officer, now=NOW)
    with pytest.raises(EditionUnchanged) as refused:
        catalogue.issue_edition(pack=PACKS / "fujian", actor=catalogue_officer, now=NOW + timedelta(days=1))
    assert refused.value.code == "UNCHANGED"
    assert len(lookups.list_editions()) == 1


@pytest.mark.django_db
def test_nothing_is_in_force_before_the_first_edition(catalogue_officer: Actor) -> None:
    catalogue.issue_edition(pack=PACKS / "fujian", actor=catalogue_officer, now=NOW)
    with pytest.raises(NoEditionInForce):
        lookups.edition_in_force(date(2026, 3, 31))


@pytest.mark.django_db
def test_later_edition_holds_from_its_first_day_and_older_decisions_keep_theirs(
    catalogue_officer: Actor, packs_copy: Path
) -> None:
    first = catalogue.issue_edition(pack=packs_copy / "fujian", actor=catalogue_officer, now=NOW)
    _later(packs_copy, "fujian", "2027-01-01")
    second = catalogue.issue_edition(pack=packs_copy / "fujian", actor=catalogue_officer, now=NOW)
    assert lookups.edition_in_force(date(2026, 12, 31)).code == first.code
    assert lookups.edition_in_force(date(2027, 1, 1)).code == second.code
    assert lookups.edition(first.code).digest == first.digest
    assert lookups.diff(first.code, second.code).changes == ()


@pytest.mark.django_db
def test_of_two_editions_from_the_same_day_the_last_issued_holds(catalogue_officer: Actor, packs_copy: Path) -> None:
    first = catalogue.issue_edition(pack=packs_copy / "fujian", actor=catalogue_officer, now=NOW)
    assert lookups.edition_in_force(date(2026, 4, 1)).code == first.code
    terms = packs_copy / "national" / "terms.toml"
    terms.write_text(terms.read_text(encoding="utf-8").replace("count = 60", "count = 61"), encoding="utf-8")
    second = catalogue.issue_edition(pack=packs_copy / "fujian", actor=catalogue_officer, now=NOW)
    assert lookups.edition_in_force(date(2026, 4, 1)).code == second.code
    (change,) = lookups.diff(first.code, second.code).changes
    assert change.row == "RECONSIDERATION.WINDOW"


@pytest.mark.django_db
def test_an_edition_is_read_once_and_what_is_in_force_is_asked_each_time(
    catalogue_officer: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issued = catalogue.issue_edition(pack=PACKS / "fujian", actor=catalogue_officer, now=NOW)
    with django_assert_num_queries(2):
        edition = lookups.edition(issued.code)
    with django_assert_num_queries(0):
        assert lookups.edition(issued.code) is edition
    with django_assert_num_queries(1):
        assert lookups.edition_in_force(date(2026, 4, 1)) is edition
    lookups.forget_cached_editions()
    with django_assert_num_queries(2):
        assert lookups.edition(issued.code) == edition


@pytest.mark.django_db
def test_broken_pack_issues_nothing(catalogue_officer: Actor, packs_copy: Path) -> None:
    items = packs_copy / "national" / "items" / "tax-finance.toml"
    items.write_text(items.read_text(encoding="utf-8").replace('basis = "TAX-45"\n', ""), encoding="utf-8")
    with pytest.raises(PackRefused):
        catalogue.issue_edition(pack=packs_copy / "fujian", actor=catalogue_officer, now=NOW)
    assert lookups.list_editions() == ()


@pytest.mark.django_db
def test_unknown_codes_are_refused(catalogue_officer: Actor) -> None:
    catalogue.issue_edition(pack=PACKS / "fujian", actor=catalogue_officer, now=NOW)
    on = date(2026, 11, 23)
    assert lookups.item_type(code="FOOD.PENALTY", on=on).name_zh == "食品安全行政处罚"
    assert lookups.find_item_type(code="FOOD.PENALTIES", on=on) is None
    with pytest.raises(UnknownItemType):
        lookups.item_type(code="FOOD.PENALTIES", on=on)
    with pytest.raises(UnknownEdition):
        lookups.edition("fujian")


def test_only_the_officer_for_the_catalogue_issues(catalogue_officer: Actor) -> None:
    assert may_issue_edition(catalogue_officer).code == "EDITION_BY_OFFICER"
    assert may_issue_edition(Actor(kind=ActorKind.SYSTEM, key="system:demo")).code == "EDITION_BY_SYSTEM"
    near_misses = (
        Actor(kind=ActorKind.OFFICER, key="account:7", roles=frozenset({Role.OFFICE_REVIEWER, Role.OFFICE_CLERK})),
        Actor(kind=ActorKind.CLIENT, key="client:ab", roles=frozenset({Role.OFFICE_CATALOGUE})),
        Actor(kind=ActorKind.PERSON, key="account:8", person_id=1, roles=frozenset({Role.OFFICE_CATALOGUE})),
    )
    for actor in near_misses:
        with pytest.raises(Refused) as refused:
            catalogue_refusal(actor)
        assert refused.value.code == "EDITION_NOT_CATALOGUE_OFFICER"


def catalogue_refusal(actor: Actor) -> None:
    may_issue_edition(actor).require()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_edition SET in_force_from = '2020-01-01'",
        "DELETE FROM catalogue_edition",
        "TRUNCATE catalogue_edition",
    ],
)
def test_issued_edition_cannot_be_changed(catalogue_officer: Actor, statement: str) -> None:
    catalogue.issue_edition(pack=PACKS / "national", actor=catalogue_officer, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_owner_cannot_change_an_issued_edition_either(fresh_database: Logins, catalogue_officer: Actor) -> None:
    catalogue.issue_edition(pack=PACKS / "national", actor=catalogue_officer, now=NOW)
    with psycopg.connect(fresh_database.conninfo(DatabaseRole.OWNER), autocommit=True) as owner:
        for statement in (
            "UPDATE catalogue_edition SET pack = 'x'",
            "DELETE FROM catalogue_edition",
            "TRUNCATE catalogue_edition",
        ):
            with pytest.raises(psycopg.Error):
                owner.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("edition_digest_is_sha256", {"digest": "A" * 64}),
        ("edition_has_items", {"item_count": 0}),
    ],
)
def test_constraints_hold_past_the_application(constraint: str, values: dict[str, object]) -> None:
    row: dict[str, object] = {
        "code": "x",
        "pack": "x",
        "digest": "a" * 64,
        "body": "{}",
        "item_count": 1,
        "in_force_from": date(2026, 4, 1),
        "issued_at": NOW,
        "issued_by": "account:7",
    }
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        Edition.objects.create(**{**row, **values})


@pytest.mark.django_db
def test_edition_that_was_tampered_with_is_not_read(catalogue_officer: Actor) -> None:
    issued = catalogue.issue_edition(pack=PACKS / "national", actor=catalogue_officer, now=NOW)
    row = Edition.objects.get(code=issued.code)
    Edition.objects.create(
        code="forged",
        pack="national",
        digest="b" * 64,
        body=row.body.replace('"count":60', '"count":6'),
        item_count=row.item_count,
        in_force_from=row.in_force_from,
        issued_at=NOW,
        issued_by="account:7",
    )
    with pytest.raises(RuntimeError, match="was changed"):
        lookups.edition("forged")


def test_two_issuers_at_once_issue_one_edition(fresh_database: Logins, catalogue_officer: Actor) -> None:
    del fresh_database
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def issue() -> None:
        start.wait()
        try:
            catalogue.issue_edition(pack=PACKS / "national", actor=catalogue_officer, now=NOW)
            outcomes.append("ISSUED")
        except EditionUnchanged as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ISSUED", "UNCHANGED"]
    assert len(lookups.list_editions()) == 1


@pytest.mark.django_db
def test_reading_again_sends_one_small_query(
    catalogue_officer: Actor, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    catalogue.issue_edition(pack=PACKS / "national", actor=catalogue_officer, now=NOW)
    first = lookups.edition_in_force(date(2026, 4, 1))
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert lookups.edition_in_force(date(2030, 1, 1)) is first
