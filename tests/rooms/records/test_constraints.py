"""What the database itself refuses about items, past the application."""

from itertools import product

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from chengxin.postgres.roles import Logins
from factories import intake as given

TABLES = ["records_posting", "records_postingreversal", "records_recordkey", "records_recordversion"]
PARTITIONS = [f"records_recordversion_p{number:02d}" for number in range(16)]
ACTS = ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"]


def column_of(table: str) -> str:
    return {"records_posting": "root", "records_postingreversal": "reasons", "records_recordkey": "person_id"}.get(
        table, "line"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "act"), list(product([*TABLES, PARTITIONS[0], PARTITIONS[15]], ACTS)))
def test_the_application_may_change_nothing(table: str, act: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(act.format(table, column_of(table)))


def test_the_owner_may_change_nothing_either(fresh_database: Logins, owner_connection: psycopg.Connection) -> None:
    assert fresh_database
    given.edition()
    given.supplier()
    given.people(2)
    settled = given.settle(given.csv_bytes([given.line(0), given.line(1)]))
    given.intake.reverse_batch(reference=settled.reference, reasons="错", actor=given.SECOND, now=given.NOW)
    for table, act in product([*TABLES, *PARTITIONS], ACTS):
        if table in PARTITIONS and not act.startswith("TRUNCATE"):
            count = owner_connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
            assert count is not None
            if count[0] == 0:
                continue  # a trigger for each row has no row to refuse
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner_connection.execute(act.format(table, column_of(table)))  # type: ignore[arg-type]


VERSION = {
    "person_id": "(SELECT min(id) FROM persons_person)",
    "record_key": "decode('000102030405060708090a0b0c0d0e0f', 'hex')",
    "version": "1",
    "posting_id": "1",
    "line": "1",
    "change": "'ADD'",
    "severity": "'GENERAL'",
    "occurred_on": "'2026-01-05'",
    "ended_on": "NULL",
    "document_on": "NULL",
    "shown_until": "'2027-01-05'",
    "used_until": "'2027-01-05'",
    "kept_until": "'2031-01-05'",
    "content_digest": "decode('000102030405060708090a0b0c0d0e0f', 'hex')",
    "sealed": "''",
}


def insert(**changed: str) -> None:
    row = VERSION | changed
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO records_recordversion ({', '.join(row)}) VALUES ({', '.join(row.values())})")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"record_key": "'\\x00'"}, "version_record_key_length"),
        ({"version": "0"}, "version_counts_from_one"),
        ({"change": "'DELETE'"}, "version_change_known"),
        ({"kept_until": "'2027-01-04'"}, "version_kept_longest"),
        ({"used_until": "'2031-01-06'"}, "version_kept_longest"),
        ({"person_id": "-1"}, "person_id_fkey"),
    ],
)
def test_a_version_that_cannot_be_is_refused(changed: dict[str, str], constraint: str) -> None:
    given.people(1, role=None)
    insert()
    with pytest.raises(IntegrityError, match=constraint):
        insert(**({"version": "2"} | changed))


@pytest.mark.django_db
def test_a_version_is_there_once() -> None:
    given.people(1, role=None)
    insert()
    with pytest.raises(IntegrityError, match="pkey"):
        insert()


@pytest.mark.django_db
def test_a_posting_has_lines() -> None:
    with pytest.raises(IntegrityError, match="posting_has_lines"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO records_posting VALUES (1, 's', 'i', 'e', 'b', 0, '', 'a', now())")
