"""Verification names the posting, whatever a superuser does to its rows."""

from collections.abc import Callable

import psycopg
import pytest

from chengxin.intake import lookups as intake
from chengxin.postgres.roles import Logins
from chengxin.records import lookups
from factories import intake as given

TABLES = ["records_posting", "records_postingreversal", "records_recordkey", "records_recordversion"]
Tamper = Callable[[str], None]


@pytest.fixture
def postings(fresh_database: Logins) -> list[int]:
    """Post three batches, the last of which is reversed, and return their postings."""
    assert fresh_database
    given.edition()
    given.supplier()
    given.people(4)
    first = given.settle(given.csv_bytes([given.line(0), given.line(1)]))
    second = given.settle(given.csv_bytes([given.line(2)]))
    third = given.settle(given.csv_bytes([given.line(3)]))
    given.intake.reverse_batch(reference=third.reference, reasons="错", actor=given.SECOND, now=given.NOW)
    found = []
    for settled in (first, second, third):
        batch = intake.access_batch(reference=settled.reference, actor=given.SENDER)
        found.append(batch.posting_id)  # type: ignore[union-attr]
    return found  # type: ignore[return-value]


@pytest.fixture
def tamper(superuser_connection: psycopg.Connection) -> Tamper:
    """Do as a superuser who has switched off the guards."""

    def act(statement: str) -> None:
        with superuser_connection.transaction():
            superuser_connection.execute("SET LOCAL session_replication_role = replica")
            superuser_connection.execute(statement)  # type: ignore[arg-type]

    return act


OF = "WHERE posting_id = {0} AND line = 1"
TAMPERING = {
    "UPDATE records_recordversion SET severity = 'MINOR' WHERE posting_id = {0} AND line = 2": "a line was changed",
    f"UPDATE records_recordversion SET shown_until = shown_until + 1 {OF}": "a line was changed",
    f"UPDATE records_recordversion SET sealed = sealed || '\\x00' {OF}": "a line was changed",
    "UPDATE records_recordversion SET line = 3 - line WHERE posting_id = {0}": "a line was changed",
    f"UPDATE records_recordversion SET person_id = (SELECT max(id) FROM persons_person) {OF}": "a line was changed",
    f"UPDATE records_recordversion SET posting_id = {{1}} {OF}": "1 lines instead of 2",
    f"UPDATE records_recordversion SET posting_id = 999999 {OF}": "1 lines instead of 2",
    f"DELETE FROM records_recordversion {OF}": "1 lines instead of 2",
    "UPDATE records_posting SET root = sha256('x') WHERE id = {0}": "the posting's own row was changed",
    "UPDATE records_posting SET lines_count = 3 WHERE id = {0}": "the posting's own row was changed",
    "DELETE FROM records_posting WHERE id = {0}": "the posting was removed",
    "INSERT INTO records_postingreversal VALUES ({0}, 'x', 'x', now())": "the ledger knows no reversal of it",
    "UPDATE records_recordkey SET person_id = 0": "the key of an item was changed",
    "DELETE FROM records_recordkey": "the key of an item was changed",
}


def test_the_posting_is_named(postings: list[int], tamper: Tamper) -> None:
    assert list(lookups.verify_postings()) == []
    tamper("".join(f"CREATE TABLE copy_of_{table} AS TABLE {table};" for table in TABLES))
    found = {}
    for statement in TAMPERING:
        tamper(statement.format(*postings))
        found[statement] = {fault.what for fault in lookups.verify_postings() if fault.posting_id == postings[0]}
        tamper("".join(f"DELETE FROM {table}; INSERT INTO {table} TABLE copy_of_{table};" for table in TABLES))
    assert list(lookups.verify_postings()) == []
    assert {statement: what for statement, what in TAMPERING.items() if what not in found[statement]} == {}


def test_a_reversal_that_was_taken_away_is_found(postings: list[int], tamper: Tamper) -> None:
    tamper(f"DELETE FROM records_postingreversal WHERE posting_id = {postings[2]}")
    (fault,) = lookups.verify_postings()
    assert (fault.posting_id, fault.what) == (postings[2], "its reversal was removed")


def test_a_truncated_table_is_found(postings: list[int], superuser_connection: psycopg.Connection) -> None:
    for number in range(16):
        partition = f"records_recordversion_p{number:02d}"
        superuser_connection.execute(f"ALTER TABLE {partition} DISABLE TRIGGER USER")
    superuser_connection.execute("ALTER TABLE records_recordversion DISABLE TRIGGER USER")
    superuser_connection.execute("TRUNCATE records_recordversion")
    faults = list(lookups.verify_postings())
    assert {fault.place for fault in faults if fault.posting_id} == {f"records_recordversion:{one}" for one in postings}
    assert [fault.what for fault in faults if not fault.posting_id] == ["4 keys of items without a line"]
