"""What the database itself refuses."""

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from chengxin.postgres.roles import Logins
from factories.register import look_at

INSERT = (
    "INSERT INTO register_look (person_id, sequence, at, actor_key, purpose_code, basis_code, shown, mask_rule,"
    " mask_version, outcome, refusal_code, salt, digest, event_id)"
    " VALUES (7, {sequence}, now(), 'a', 'p', 'b', '{{}}', 'm', 1, {outcome}, '', '', {event_id})"
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act", ["UPDATE register_look SET at = at", "DELETE FROM register_look", "TRUNCATE register_look"]
)
def test_the_application_lacks_the_privilege(act: str) -> None:
    look_at(7)
    with pytest.raises(ProgrammingError, match="permission denied for table register_look"), transaction.atomic():
        connection.cursor().execute(act)


@pytest.mark.parametrize(
    ("act", "table"),
    [
        ("UPDATE register_look SET at = at", "register_look"),
        ("DELETE FROM register_look", "register_look"),
        ("TRUNCATE register_look", "register_look"),
        ("DELETE FROM register_counter", "register_counter"),
        ("TRUNCATE register_counter", "register_counter"),
        ("UPDATE register_counter SET look_count = 1", "register_counter"),
        ("UPDATE register_counter SET look_count = look_count + 2", "register_counter"),
        ("UPDATE register_counter SET person_id = 8, look_count = look_count + 1", "register_counter"),
    ],
)
def test_the_owner_is_refused_by_the_trigger(
    fresh_register: Logins, owner_connection: psycopg.Connection, act: str, table: str
) -> None:
    assert fresh_register
    look_at(7)
    look_at(7)
    with pytest.raises(psycopg.errors.RestrictViolation, match=f"{act.split(maxsplit=1)[0]} on {table} is refused"):
        owner_connection.execute(act)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"sequence": 1}, "register_look_number_once"),
        ({"sequence": 0}, "register_look_number_from_one"),
        ({"outcome": "'REFUSED', NULL"}, "register_look_refusal_has_code"),
        ({"outcome": "'SHOWN', 'NO_MANDATE'"}, "register_look_refusal_has_code"),
        ({"outcome": "'SEEN', NULL"}, "register_look_refusal_has_code"),
        ({"event_id": "(SELECT max(event_id) FROM register_look)"}, "register_look_event_id"),
    ],
)
def test_each_constraint_refuses_its_violation(values: dict[str, object], constraint: str) -> None:
    look_at(7)
    chosen = {"sequence": 2, "outcome": "'SHOWN', NULL", "event_id": 0} | values
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        connection.cursor().execute(INSERT.format(**chosen))


@pytest.mark.django_db
def test_a_counter_begins_with_one() -> None:
    with pytest.raises(IntegrityError, match="register_counter_from_one"), transaction.atomic():
        connection.cursor().execute("INSERT INTO register_counter VALUES (7, 0)")
