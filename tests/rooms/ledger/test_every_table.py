"""Whatever a superuser does to a row of an append-only table, ``chengxin ledger verify`` finds it and names the table.

The tables come from the database itself: whatever bears the guard is tampered with, so that none can be forgotten.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings as site
from django.db import connection, connections, transaction

from chengxin.commands import ledger as command
from chengxin.ledger import lookups
from chengxin.ledger.append_only import sealed_sql
from chengxin.ledger.events import RowsAdded, payload
from chengxin.ledger.lookups.rows import sealed_tables
from chengxin.ledger.models import Event
from chengxin.postgres.roles import Logins
from factories import intake as given
from factories import tables

# What verification recomputes by other means than the seal of a row.
PROVEN_OTHERWISE = {
    "ledger_checkpoint",
    "ledger_event",
    "ledger_leaf",
    "records_recordkey",
    "records_recordversion",
    "register_look",
}
# Not under any digest, and said so in docs/ledger.md.
NOT_COVERED = {"ledger_checkpoint.at", "register_look.id"}

# A leaf that was led to another event is named by the event that is outside the tree then; its hash is its own.
CHANGED_FIRST = {"ledger_leaf": "leaf_hash"}

GUARDED = """
    SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname = c.relname || '_append_only' AND NOT c.relispartition ORDER BY c.relname
"""
# The texts of these types, as JSON, are the same under all settings that the sealing function fixes.
SEALABLE = {
    "bigint",
    "integer",
    "smallint",
    "text",
    "character varying",
    "boolean",
    "date",
    "timestamp with time zone",
    "bytea",
    "daterange",
    "ARRAY",
}
CHANGED = {
    "bigint": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "text": "left(coalesce({0}, ''), -1) || '~'",
    "character varying": "left(coalesce({0}, ''), -1) || '~'",
    "date": "coalesce({0}, '2020-01-01') + 1",
    "boolean": "NOT {0}",
    "timestamp with time zone": "coalesce({0}, '2020-01-01') + interval '1 microsecond'",
    "bytea": "CASE WHEN octet_length({0}) > 0 THEN set_byte({0}, 0, get_byte({0}, 0) # 1) ELSE '\\x01' END",
    "jsonb": "{0} || '{{\"more\": 1}}'",
    "ARRAY": "array_append({0}, 'MORE')",
    "daterange": "daterange(lower({0}) - 1, upper({0}))",
}


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def guarded() -> list[str]:
    return [name for (name,) in rows(GUARDED)]


def columns_of(table: str) -> dict[str, str]:
    return dict(
        rows(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            table,
        )
    )


@pytest.mark.django_db
def test_every_append_only_table_is_sealed_or_proven_otherwise() -> None:
    triggers = rows(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname = c.relname || '_sealed' AND t.tgenabled = 'O'"
    )
    sealed = {name for (name,) in triggers}
    assert sealed == set(sealed_tables())
    assert sealed | PROVEN_OTHERWISE == set(guarded())
    assert sealed & PROVEN_OTHERWISE == set()
    for table in sealed:
        assert set(columns_of(table).values()) <= SEALABLE, table


@pytest.mark.django_db
def test_the_database_writes_the_event_that_the_room_declares() -> None:
    given.edition()
    event = Event.objects.get(kind=RowsAdded.kind)
    ((table, ((key, digest),)),) = [(event.body["table"], event.body["rows"])]
    assert table == "catalogue_edition"
    assert rows("SELECT id::text FROM catalogue_edition") == [(key,)]
    assert event.actor_key == f"role:{connection.settings_dict['USER']}"
    declared = RowsAdded(table=table, rows=((key, digest),))
    text = payload(
        kind=declared.kind,
        at=event.at,
        actor_key=event.actor_key,
        organisation_code=None,
        person_id=None,
        body=declared.body(),
    )
    ((told,),) = rows("SELECT sha256(salt || %s) FROM ledger_event WHERE id = %s", text, event.pk)
    assert bytes(told) == bytes(event.digest)


@contextmanager
def undone() -> Iterator[None]:
    """Do as a superuser who has switched off the guards, and take it back."""
    with transaction.atomic():
        rows("SELECT set_config('session_replication_role', 'replica', true)")
        yield
        transaction.set_rollback(True)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def loosened(table: str) -> None:
    """Take away what the table itself refuses, so that any row at all can be in it."""
    for (name,) in rows(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'c', 'x')", table
    ):
        run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
    for (name,) in rows(
        "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND indisunique", table
    ):
        run(f"DROP INDEX {name} CASCADE")


def key_of(table: str) -> str:
    ((name,),) = rows(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        " WHERE i.indrelid = %s::regclass AND i.indisprimary",
        table,
    )
    return str(name)


def one_of(table: str) -> str:
    ((place, ctid),) = rows(f"SELECT tableoid::bigint, ctid::text FROM {table} ORDER BY tableoid, ctid LIMIT 1")
    return f"tableoid = {place} AND ctid = '{ctid}'"


def change(table: str, column: str, kind: str) -> None:
    loosened(table)
    run(f'UPDATE {table} SET "{column}" = {CHANGED[kind].format(column)} WHERE {one_of(table)}')


def update(table: str) -> None:
    own = key_of(table)
    column = CHANGED_FIRST.get(table) or next(name for name in columns_of(table) if name != own)
    change(table, column, columns_of(table)[column])


def delete(table: str) -> None:
    run(f"DELETE FROM {table} WHERE {one_of(table)}")


def insert(table: str) -> None:
    own = key_of(table)
    kind = columns_of(table)[own]
    fresh = f"(SELECT max({own}) + 1 FROM {table})" if kind != "bytea" else CHANGED["bytea"].format(own)
    loosened(table)
    names = ", ".join(f'"{name}"' for name in columns_of(table))
    values = ", ".join(fresh if name == own else f'"{name}"' for name in columns_of(table))
    run(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {one_of(table)}")


def truncate(table: str) -> None:
    run(f"TRUNCATE {table} CASCADE")


def found() -> list[str]:
    answer = command.verify(argparse.Namespace(), None)  # type: ignore[arg-type] - uses neither
    assert (answer.status == 1) == bool(answer.body["findings"])
    return [place["place"] for place in answer.body["findings"]]


@pytest.fixture
def superuser(fresh_database: Logins, superuser_connection: psycopg.Connection) -> Iterator[None]:
    """Fill every table as the application does, and give Django's connection to the superuser."""
    tables.fill()
    before = dict(site.DATABASES["default"])
    login = superuser_connection.info
    connections.close_all()
    site.DATABASES["default"].update(USER=login.user, PASSWORD=login.password)
    yield
    connections.close_all()
    site.DATABASES["default"].update(USER=before["USER"], PASSWORD=before.get("PASSWORD", ""))


@pytest.mark.slow
def test_a_row_that_is_changed_removed_or_added_is_found_in_every_table(superuser: None) -> None:
    assert found() == []
    names = guarded()
    assert {name for name in names if not rows(f"SELECT FROM {name} LIMIT 1")} == set()
    acts: list[Callable[[str], None]] = [update, delete, insert, truncate]
    missed = []
    for table in names:
        for act in acts:
            with undone():
                act(table)
                places = found()
            if not any(place.startswith(f"{table}:") for place in places):
                missed.append((act.__name__, table, places))
    assert missed == []
    assert found() == []


@pytest.mark.slow
def test_no_column_of_any_table_can_be_changed_unseen(superuser: None) -> None:
    missed = set()
    for table in guarded():
        own = key_of(table)
        for column, kind in columns_of(table).items():
            if column == own and table in sealed_tables():
                continue
            with undone():
                change(table, column, kind)
                if not found():
                    missed.add(f"{table}.{column}")
    assert missed == NOT_COVERED


def test_rows_from_before_are_told_when_their_table_is_sealed(
    fresh_database: Logins, owner_connection: psycopg.Connection
) -> None:
    forward, reverse = sealed_sql("catalogue_edition")
    owner_connection.execute(reverse)
    given.edition()
    assert [one.code.value for one in lookups.verify_rows().findings] == ["ROW_ADDED"]
    owner_connection.execute(forward)
    assert lookups.verify_rows().is_untouched


def test_of_many_rows_told_at_once_those_that_are_gone_are_named(
    fresh_database: Logins, superuser_connection: psycopg.Connection
) -> None:
    given.people(150)
    ((first,),) = rows("SELECT min(id) FROM persons_populationfeedline")
    assert lookups.verify_rows().is_untouched
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("DELETE FROM persons_populationfeedline WHERE line_number IN (1, 8, 9, 150)")
    named = [f"{first}", f"{first + 7}-{first + 8}", f"{first + 149}"]
    findings = lookups.verify_rows().findings
    assert [(one.code.value, one.place) for one in findings] == [
        ("ROW_REMOVED", f"persons_populationfeedline:{name}") for name in named
    ]
