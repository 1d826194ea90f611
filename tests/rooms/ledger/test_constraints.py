"""What the database itself refuses."""

from datetime import datetime

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from chengxin.ledger import operations as ledger
from chengxin.ledger.append_only import append_only_sql
from chengxin.postgres.roles import Logins
from factories.ledger import OFFICER, ThingDone

GUARDED = ["ledger_event", "ledger_leaf", "ledger_checkpoint"]
KEYS = {"ledger_event": "id", "ledger_leaf": "leaf_index", "ledger_checkpoint": "number"}


@pytest.mark.django_db
@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("act", ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}", "TRUNCATE {table}"])
def test_the_application_lacks_the_privilege(table: str, act: str) -> None:
    with pytest.raises(ProgrammingError, match=f"permission denied for table {table}"), transaction.atomic():
        connection.cursor().execute(act.format(table=table, key=KEYS[table]))


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("act", ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}", "TRUNCATE {table}"])
def test_the_owner_is_refused_by_the_trigger(
    fresh_database: Logins, owner_connection: psycopg.Connection, now: datetime, table: str, act: str
) -> None:
    assert fresh_database
    ledger.append(ThingDone(number=1), actor=OFFICER, at=now)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_leaf VALUES (0, 1, sha256('x'))")
        cursor.execute("INSERT INTO ledger_checkpoint VALUES (1, 0, '', '', '', now())")
    with pytest.raises(psycopg.errors.RestrictViolation, match=f"{act.split(maxsplit=1)[0]} on {table} is refused"):
        owner_connection.execute(act.format(table=table, key=KEYS[table]))  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE ledger_pending SET event_id = 0", "TRUNCATE ledger_pending"])
def test_the_queue_is_only_filled_and_emptied(now: datetime, act: str) -> None:
    ledger.append(ThingDone(number=1), actor=OFFICER, at=now)
    with pytest.raises((IntegrityError, ProgrammingError), match=r"refused|permission denied"), transaction.atomic():
        connection.cursor().execute(act)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (
            (
                "INSERT INTO ledger_event (kind, at, actor_key, body, salt, digest)"
                " VALUES ('k', now(), 'a', '{}', '\\x00', sha256('x'))"
            ),
            "ledger_event_salt_length",
        ),
        (
            (
                "INSERT INTO ledger_event (kind, at, actor_key, body, salt, digest)"
                " VALUES ('k', now(), 'a', '{}', decode(repeat('00', 16), 'hex'), '\\x00')"
            ),
            "ledger_event_digest_length",
        ),
        ("INSERT INTO ledger_leaf VALUES (0, 1, '\\x00')", "ledger_leaf_hash_length"),
        ("INSERT INTO ledger_leaf VALUES (-1, 1, sha256('x'))", "ledger_leaf_index_from_zero"),
        (
            "INSERT INTO ledger_leaf VALUES (0, 1, sha256('x')), (1, 1, sha256('x'))",
            "ledger_leaf_event_id",
        ),
        ("INSERT INTO ledger_checkpoint VALUES (0, 0, '', '', '', now())", "ledger_checkpoint_number_from_one"),
        ("INSERT INTO ledger_checkpoint VALUES (1, -1, '', '', '', now())", "ledger_checkpoint_size_from_zero"),
    ],
)
def test_each_constraint_refuses_its_violation(statement: str, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("table", ["", "a b", "A", "a;b", "1a"])
def test_the_guard_takes_names_of_tables_only(table: str) -> None:
    with pytest.raises(ValueError, match="no name of a table"):
        append_only_sql(table)
