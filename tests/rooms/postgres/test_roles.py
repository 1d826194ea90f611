"""The three roles: what each may do, how they are made, and how their passwords are kept."""

import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo, sql

from chengxin.postgres import roles
from chengxin.postgres.configuration import prepare
from chengxin.postgres.roles import DatabaseRole, Logins
from chengxin.postgres.server import Server, UnusableDatabaseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A database's name that nobody else uses, and a file for its passwords."""

    database: str
    passwords: Path


@pytest.fixture
def place(shared_server: Server, tmp_path: Path) -> Iterator[Place]:
    database = f"room_{secrets.token_hex(4)}"
    yield Place(database=database, passwords=tmp_path / "keys" / "database.pgpass")
    with psycopg.connect(shared_server.conninfo(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        for role in DatabaseRole:
            name = sql.Identifier(f"{database}_{role.value.lower()}")
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))


def make_tables(logins: Logins) -> None:
    with psycopg.connect(logins.conninfo(DatabaseRole.OWNER), autocommit=True) as owner:
        owner.execute("CREATE TABLE plain (id bigserial PRIMARY KEY, word text)")
        owner.execute("CREATE TABLE kept (id bigserial PRIMARY KEY, word text)")
        owner.execute(roles.revoke_sql("kept").encode())
        owner.execute("INSERT INTO kept (word) VALUES ('first')")
        owner.execute("CREATE FUNCTION seven() RETURNS integer LANGUAGE sql AS 'SELECT 7'")


@pytest.fixture
def logins(shared_server: Server, place: Place) -> Logins:
    made = roles.provision(shared_server, database=place.database, passwords=place.passwords)
    make_tables(made)
    return made


def run(logins: Logins, role: DatabaseRole, statement: str) -> None:
    with psycopg.connect(logins.conninfo(role), autocommit=True) as connection:
        connection.execute(statement.encode())


MAY = (
    "INSERT INTO plain (word) VALUES ('a')",
    "UPDATE plain SET word = 'b'",
    "DELETE FROM plain",
    "INSERT INTO kept (word) VALUES ('a')",
    "SELECT * FROM kept",
    "SELECT seven()",
    "CREATE TEMPORARY TABLE mine (word text)",
)
MAY_NOT = (
    "UPDATE kept SET word = 'b'",
    "DELETE FROM kept",
    "TRUNCATE kept",
    "TRUNCATE plain",
    "DROP TABLE kept",
    "ALTER TABLE kept DISABLE TRIGGER ALL",
    "CREATE TABLE mine (word text)",
    "CREATE SCHEMA mine",
    "SELECT setval('kept_id_seq', 1)",
    "SELECT * FROM kept FOR UPDATE",
    "INSERT INTO kept (id, word) VALUES (1, 'b') ON CONFLICT (id) DO UPDATE SET word = 'b'",
    "MERGE INTO kept USING plain ON kept.id = plain.id WHEN MATCHED THEN DELETE",
    "COPY kept TO PROGRAM 'cat'",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "SET session_replication_role = replica",
)


@pytest.mark.parametrize("statement", MAY)
def test_the_application_may(logins: Logins, statement: str) -> None:
    run(logins, DatabaseRole.APP, statement)


@pytest.mark.parametrize("statement", MAY_NOT)
def test_the_application_may_not(logins: Logins, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(logins, DatabaseRole.APP, statement)


def test_the_same_holds_on_the_server_of_this_run(fresh_database: Logins) -> None:
    """With DATABASE_URL this is another version, provisioned by somebody who is no superuser."""
    make_tables(fresh_database)
    for statement in MAY:
        run(fresh_database, DatabaseRole.APP, statement)
    for statement in MAY_NOT:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(fresh_database, DatabaseRole.APP, statement)


def test_the_application_cannot_become_another_role(logins: Logins) -> None:
    for other in (DatabaseRole.OWNER, DatabaseRole.READER):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(logins, DatabaseRole.APP, f"SET ROLE {logins.names[other]}")


@pytest.mark.parametrize("table", ["plain", "kept"])
def test_the_reader_reads_and_nothing_else(logins: Logins, table: str) -> None:
    run(logins, DatabaseRole.READER, f"SELECT * FROM {table}")
    for statement in (
        f"INSERT INTO {table} (word) VALUES ('a')",
        f"UPDATE {table} SET word = 'b'",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        "CREATE TEMPORARY TABLE mine (word text)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(logins, DatabaseRole.READER, statement)


def test_no_other_role_of_the_server_enters(shared_server: Server, logins: Logins, tmp_path: Path) -> None:
    neighbour = f"{logins.database}_b"
    other = roles.provision(shared_server, database=neighbour, passwords=tmp_path / "other")
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(other.conninfo(DatabaseRole.APP, database=logins.database))
    finally:
        with psycopg.connect(shared_server.conninfo(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(neighbour)))
            for name in other.names.values():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_provisioning_again_changes_nothing_and_undoes_no_revocation(
    shared_server: Server, logins: Logins, place: Place
) -> None:
    before = place.passwords.read_bytes()
    again = roles.provision(shared_server, database=place.database, passwords=place.passwords)
    assert again == logins
    assert place.passwords.read_bytes() == before
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(logins, DatabaseRole.APP, "UPDATE kept SET word = 'b'")


def test_passwords_are_private_random_and_kept_as_scram(shared_server: Server, logins: Logins, place: Place) -> None:
    assert stat.S_IMODE(place.passwords.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.passwords.parent.stat().st_mode) == 0o700
    lines = place.passwords.read_text(encoding="utf-8").splitlines()
    passwords = {line.rpartition(":")[2] for line in lines}
    assert len(passwords) == 3
    assert min(map(len, passwords)) >= 43
    assert "password=" not in logins.conninfo(DatabaseRole.APP)
    with psycopg.connect(shared_server.conninfo()) as connection:
        rows = connection.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = ANY(%s)", [list(logins.names.values())]
        ).fetchall()
    assert len(rows) == 3
    assert all(str(verifier).startswith("SCRAM-SHA-256$") for (verifier,) in rows)


def test_a_lost_file_of_passwords_is_made_anew_on_the_embedded_server(
    shared_server: Server, logins: Logins, place: Place
) -> None:
    place.passwords.unlink()
    assert not roles.is_provisioned(logins)
    roles.provision(shared_server, database=place.database, passwords=place.passwords)
    run(logins, DatabaseRole.APP, "SELECT 1")


def test_a_process_killed_while_provisioning_is_completed_by_the_next(
    shared_server: Server, logins: Logins, place: Place
) -> None:
    place.passwords.rename(place.passwords.with_name(f"{place.passwords.name}.pending"))
    with psycopg.connect(logins.conninfo(DatabaseRole.OWNER).replace(".pgpass", ".pgpass.pending")) as owner:
        owner.execute(
            sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}").format(
                sql.Identifier(logins.database), sql.Identifier(logins.names[DatabaseRole.APP])
            )
        )
    roles.provision(shared_server, database=place.database, passwords=place.passwords)
    assert [path.name for path in sorted(place.passwords.parent.iterdir())] == [
        "database.pgpass",
        "database.pgpass.lock",
    ]
    run(logins, DatabaseRole.APP, "SELECT 1")


def test_a_database_encoded_otherwise_is_refused(shared_server: Server, place: Place) -> None:
    with psycopg.connect(shared_server.conninfo(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'").format(
                sql.Identifier(place.database)
            )
        )
    with pytest.raises(UnusableDatabaseError, match="LATIN1"):
        roles.provision(shared_server, database=place.database, passwords=place.passwords)


def test_a_name_too_long_for_its_roles_is_refused(shared_server: Server, tmp_path: Path) -> None:
    assert roles.describe(shared_server, database="x" * 56, passwords=tmp_path / "p").database == "x" * 56
    with pytest.raises(UnusableDatabaseError, match="too long"):
        roles.describe(shared_server, database="x" * 57, passwords=tmp_path / "p")


@pytest.mark.parametrize("url", ["postgresql://a:sesame@[::1/x", "mysql://a:sesame@b/c", "host=a nonsense"])
def test_a_malformed_url_is_refused_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnusableDatabaseError) as refused:
        roles.describe(url, database="x", passwords=tmp_path / "p")
    assert "sesame" not in str(refused.value)


# revoke_sql -----------------------------------------------------------------------------------------------------------


def test_revoking_takes_from_everybody_but_the_owner(logins: Logins) -> None:
    with psycopg.connect(logins.conninfo(DatabaseRole.OWNER), autocommit=True) as owner:
        owner.execute("GRANT ALL ON plain TO PUBLIC")
        owner.execute(roles.revoke_sql("plain").encode())
        row = owner.execute(
            "SELECT array_agg(DISTINCT privilege_type::text ORDER BY privilege_type::text)"
            "  FROM pg_class, aclexplode(relacl) AS acl WHERE pg_class.oid = 'plain'::regclass AND grantee <> relowner"
            "   AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')"
        ).fetchone()
        assert row == (None,)
        owner.execute("UPDATE plain SET word = 'b'")
        owner.execute("TRUNCATE plain")
    run(logins, DatabaseRole.APP, "INSERT INTO plain (word) VALUES ('a')")


def test_revoking_in_a_database_without_roles_fails(shared_server: Server) -> None:
    with psycopg.connect(shared_server.conninfo(), autocommit=True) as superuser:
        superuser.execute("CREATE TEMPORARY TABLE nobodys (id integer)")
        with pytest.raises(psycopg.errors.RaiseException, match="not provisioned"):
            superuser.execute(roles.revoke_sql("nobodys").encode())


def test_revoking_on_a_missing_table_fails(logins: Logins) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        run(logins, DatabaseRole.OWNER, roles.revoke_sql("absent"))


@pytest.mark.parametrize("table", ["", "a b", "a;b", "a'b", "public.a", "表"])
def test_revoking_takes_plain_names_only(table: str) -> None:
    with pytest.raises(ValueError, match="plain table name"):
        roles.revoke_sql(table)


def test_a_copied_database_keeps_the_revocation(shared_server: Server, logins: Logins) -> None:
    copied = f"{logins.database}_copy"
    with psycopg.connect(shared_server.conninfo(), autocommit=True) as connection:
        names = sql.Identifier(copied), sql.Identifier(logins.database)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        try:
            with (
                psycopg.connect(logins.conninfo(DatabaseRole.APP, database=copied)) as app,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                app.execute("DELETE FROM kept")
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copied)))


# A server of somebody else's ------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(shared_server: Server) -> Iterator[str]:
    """Give the connection string of a login that may make roles and databases and is no superuser."""
    name = f"admin_{secrets.token_hex(4)}"
    with psycopg.connect(shared_server.conninfo(), autocommit=True) as connection:
        role = sql.Identifier(name)
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD 'made-up'").format(role))
        yield conninfo.make_conninfo(shared_server.conninfo(), user=name, password="made-up")
        connection.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(role))
        # Its grants on other databases go with them; what is left holds the role back.
        for (database,) in connection.execute("SELECT datname FROM pg_database WHERE datallowconn").fetchall():
            connection.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM {} CASCADE").format(sql.Identifier(database), role)
            )
        connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


def test_an_administrator_who_is_no_superuser_provisions_twice(
    administrator: str, place: Place, shared_server: Server
) -> None:
    logins = roles.provision(administrator, database=place.database, passwords=place.passwords)
    for _ in range(2):
        assert roles.provision(administrator, database=place.database, passwords=place.passwords) == logins
        run(logins, DatabaseRole.OWNER, "CREATE TABLE IF NOT EXISTS plain (id integer)")
        run(logins, DatabaseRole.APP, "INSERT INTO plain VALUES (1)")
    with psycopg.connect(shared_server.conninfo()) as connection:
        row = connection.execute(
            "SELECT pg_has_role(%s, %s, 'USAGE') OR pg_has_role(%s, %s, 'SET')",
            [conninfo.conninfo_to_dict(administrator)["user"], logins.names[DatabaseRole.OWNER]] * 2,
        ).fetchone()
    assert row == (False,)


def test_roles_whose_passwords_are_elsewhere_are_not_taken_over(administrator: str, place: Place) -> None:
    logins = roles.provision(administrator, database=place.database, passwords=place.passwords)
    elsewhere = place.passwords.with_name("second")
    with pytest.raises(UnusableDatabaseError, match="does not hold their passwords"):
        roles.provision(administrator, database=place.database, passwords=elsewhere)
    run(logins, DatabaseRole.APP, "SELECT 1")
    renewed = roles.provision(administrator, database=place.database, passwords=elsewhere, renew=True)
    run(renewed, DatabaseRole.APP, "SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="password"):
        run(logins, DatabaseRole.APP, "SELECT 1")


def test_a_login_without_the_right_to_make_roles_is_refused(logins: Logins, tmp_path: Path) -> None:
    poor = conninfo.make_conninfo(logins.conninfo(DatabaseRole.APP), dbname="postgres")
    with pytest.raises(UnusableDatabaseError, match="CREATEROLE"):
        roles.provision(poor, database=f"{logins.database}_b", passwords=tmp_path / "second")


def test_prepare_takes_the_database_from_the_url_and_then_asks_no_server(
    administrator: str, place: Place, tmp_path: Path
) -> None:
    url = conninfo.make_conninfo(administrator, dbname=place.database)
    first = prepare(data=tmp_path, database_url=url)
    assert first.database == place.database
    assert prepare(data=tmp_path, database_url=conninfo.make_conninfo(url, password="wrong")) == first
