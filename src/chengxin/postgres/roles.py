"""The three logins of a database: the owner migrates, the application works, the reader reads.

The application never owns a table, so it cannot switch off a trigger, and it is never given TRUNCATE. What it may do
with a new table comes from default privileges; ``revoke_sql`` takes back what an append-only table must not allow.
The same statements serve PostgreSQL 15 to 18, for a superuser and for a login that only has CREATEROLE and CREATEDB.

Passwords are random, reach the server as scram verifiers only, and are kept in a file in libpq's own format, so that
they are read when a connection is made and stand in no settings, environment or command line.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import conninfo, sql

from chengxin.postgres.server import Server, UnusableDatabaseError

MAINTENANCE = "postgres"
"""Database that is there on every server, to make others from."""

_PROVISIONING_LOCK = 0x6368656E67  # "cheng": an advisory lock, so that two installations do not make roles at once
_LONGEST_NAME_BYTES = 63


class DatabaseRole(StrEnum):
    """Which of a database's three logins is meant."""

    OWNER = "OWNER"
    APP = "APP"
    READER = "READER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """Where a provisioned database is and how its three roles reach it.

    Attributes:
        host: Host name, address, or directory of the unix socket.
        port: Port, or the number in the socket's name.
        database: Name of the database.
        names: Name of each role on the server.
        passwords: File with the roles' passwords, in libpq's format.
        parameters: Further libpq parameters of every connection, such as ``sslmode``.
    """

    host: str
    port: int
    database: str
    names: Mapping[DatabaseRole, str]
    passwords: Path
    parameters: Mapping[str, str]

    def conninfo(self, role: DatabaseRole, *, database: str | None = None) -> str:
        """Return a libpq connection string of one role; it names the password file and holds no password."""
        return conninfo.make_conninfo(
            **self.parameters,
            host=self.host,
            port=self.port,
            dbname=self.database if database is None else database,
            user=self.names[role],
            passfile=str(self.passwords),
        )


def describe(admin: Server | str, *, database: str, passwords: Path) -> Logins:
    """Return the logins that ``provision`` makes, without asking the server anything.

    Args:
        admin: The embedded server, or the connection string or URL of an administrator's login.
        database: Name of the database.
        passwords: File with the roles' passwords.

    Raises:
        UnusableDatabaseError: The name of the database is too long for its roles, or the URL cannot be read.
    """
    if len(f"{database}_reader".encode()) > _LONGEST_NAME_BYTES:
        message = f"the name {database} is too long: its roles' names may have {_LONGEST_NAME_BYTES} bytes"
        raise UnusableDatabaseError(message)
    names = {role: f"{database}_{role.value.lower()}" for role in DatabaseRole}
    if isinstance(admin, Server):
        return Logins(
            host=str(admin.sockets),
            port=admin.port,
            database=database,
            names=names,
            passwords=passwords,
            parameters={},
        )
    given = read_url(admin)
    return Logins(
        host=given.pop("host", "localhost"),
        port=int(given.pop("port", "5432")),
        database=database,
        names=names,
        passwords=passwords,
        parameters={name: value for name, value in given.items() if name not in {"user", "password", "dbname"}},
    )


def read_url(url: str) -> dict[str, str]:
    """Return the libpq parameters of a connection URL or string.

    Raises:
        UnusableDatabaseError: It is none; the text does not repeat it, because it may hold a password.
    """
    try:
        return {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError:
        message = "DATABASE_URL cannot be read; expected postgresql://user:password@host:port/database"
        raise UnusableDatabaseError(message) from None


def is_provisioned(logins: Logins) -> bool:
    """Return whether a finished provisioning left the passwords of all three roles here; asks no server."""
    return set(logins.names.values()) <= _read_passwords(logins.passwords).keys()


def works(logins: Logins, role: DatabaseRole) -> bool:
    """Return whether the password on file opens a connection, asked of the server itself."""
    try:
        with psycopg.connect(logins.conninfo(role), connect_timeout=30):
            return True
    except psycopg.OperationalError:
        return False


def provision(admin: Server | str, *, database: str, passwords: Path, renew: bool = False) -> Logins:
    """Make a database, its three roles and their privileges, or complete what is there; twice is the same as once.

    Args:
        admin: The embedded server, or the connection string or URL of a login with CREATEROLE and, where the database
            is absent, CREATEDB.
        database: Name of the database; it is made when absent.
        passwords: File with the roles' passwords; made with mode 0600, its folder with 0700. Other databases' lines in
            it are kept.
        renew: Give roles that exist on somebody else's server, and whose password is not in the file, a new one. Other
            installations that use these roles then lose their access. The embedded server has no other
            installations; there it is always done.

    Returns:
        The logins.

    Raises:
        UnusableDatabaseError: The login may not do this, the database is not UTF-8, or roles exist whose password is
            not known here.
    """
    logins = describe(admin, database=database, passwords=passwords)
    passwords.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(passwords), _administrator(admin, logins) as connection:
        known = _read_passwords(passwords)
        # Written before a role gets them: a process killed in between finds them here and goes on.
        pending = passwords.with_name(f"{passwords.name}.pending")
        known = {**_read_passwords(pending), **known}
        beginning = replace(logins, passwords=pending)
        fresh = {name: secrets.token_urlsafe(32) for name in logins.names.values() if name not in known}
        _write_passwords(pending, known | fresh)
        try:
            _make_roles(connection, beginning, known, fresh, renew=renew or isinstance(admin, Server))
            _make_database(connection, logins)
        except psycopg.errors.InsufficientPrivilege as error:
            message = (
                f"the login of DATABASE_URL may not provision {database}: {error.diag.message_primary}. "
                "It needs CREATEROLE, CREATEDB (when the database is absent) and, from PostgreSQL 16 on, ADMIN OPTION "
                "on roles that are there already"
            )
            raise UnusableDatabaseError(message) from error
        grant(beginning)
        with psycopg.connect(beginning.conninfo(DatabaseRole.OWNER), connect_timeout=30) as own:
            # So that the administrator can come back where the maintenance database is closed; nothing more is given.
            _run(
                own,
                "GRANT CONNECT ON DATABASE {database} TO {administrator}",
                database=sql.Identifier(database),
                administrator=sql.Identifier(connection.info.user),
            )
        pending.rename(passwords)
    return logins


def grant(logins: Logins) -> None:
    """Give and take the privileges in a database, as its owner, who alone decides about it.

    ``provision`` does this; a copy of a database (``CREATE DATABASE … TEMPLATE``) needs it once more, because
    privileges on the database itself are not copied.

    Args:
        logins: The logins; their ``database`` must be there and belong to their owner.
    """
    names: dict[str, sql.Composable] = {
        "database": sql.Identifier(logins.database),
        "owner": sql.Identifier(logins.names[DatabaseRole.OWNER]),
        "app": sql.Identifier(logins.names[DatabaseRole.APP]),
        "reader": sql.Identifier(logins.names[DatabaseRole.READER]),
    }
    with psycopg.connect(logins.conninfo(DatabaseRole.OWNER), connect_timeout=30) as connection:
        _lock_grants(connection)
        for statement in _GRANTS:
            _run(connection, statement, **names)


def revoke_sql(table: str) -> str:
    """Return the statement that makes a table insert-only for everybody but its owner; for use in a migration.

    It asks the table itself who was granted UPDATE, DELETE or TRUNCATE, so that it needs no role's name and holds in
    copies of the database too. It fails, rather than doing nothing, when nobody else may insert: then the database was
    never provisioned, and the privileges that this migration is about do not exist.

    Args:
        table: Name of the table, from code and never from input.

    Raises:
        ValueError: The name is not a plain table name.

    Example:
        >>> "REVOKE UPDATE, DELETE, TRUNCATE" in revoke_sql("ledger_event")
        True
    """
    if not table.isidentifier() or not table.isascii():
        message = f"not a plain table name: {table!r}"
        raise ValueError(message)
    return f"""
DO $revoke$
DECLARE
    target CONSTANT regclass := '{table}'::regclass;
    grantee text;
    may_insert boolean;
    somebody_may boolean := false;
BEGIN
    FOR grantee, may_insert IN
        SELECT CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END,
               bool_or(acl.privilege_type = 'INSERT')
          FROM pg_class, aclexplode(pg_class.relacl) AS acl
         WHERE pg_class.oid = target AND acl.grantee <> pg_class.relowner
           AND acl.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
         GROUP BY acl.grantee
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON TABLE %s FROM %s', target, grantee);
        somebody_may := somebody_may OR may_insert;
    END LOOP;
    IF NOT somebody_may THEN
        RAISE EXCEPTION 'nobody but the owner may insert into {table}: the roles of this database are not provisioned';
    END IF;
END
$revoke$;
"""


# Passwords ------------------------------------------------------------------------------------------------------------


def _read_passwords(path: Path) -> dict[str, str]:
    """Return the password of each role in a file in libpq's format; an absent file holds none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {
        name.replace("\\:", ":").replace("\\\\", "\\"): password
        for name, password in (line.removeprefix("*:*:*:").rsplit(":", 1) for line in lines if line.strip())
    }


def _write_passwords(path: Path, passwords: Mapping[str, str]) -> None:
    """Write the file, whole or not at all, readable by its owner only."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        for name, password in sorted(passwords.items()):
            escaped = name.replace("\\", "\\\\").replace(":", "\\:")
            file.write(f"*:*:*:{escaped}:{password}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


@contextmanager
def _locked(passwords: Path) -> Iterator[None]:
    """Let one process at a time provision with this file of passwords."""
    descriptor = os.open(passwords.with_name(f"{passwords.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


# The server's side ----------------------------------------------------------------------------------------------------


@contextmanager
def _administrator(admin: Server | str, logins: Logins) -> Iterator[psycopg.Connection]:
    """Give the administrator's connection to a database that is there, holding the lock of provisioning.

    Raises:
        UnusableDatabaseError: No database takes the login.
    """
    if isinstance(admin, Server):
        candidates = [admin.conninfo(MAINTENANCE)]
    else:
        # The maintenance database first: its locks are the same for everybody. Hosted servers may close it to us.
        candidates = [conninfo.make_conninfo(admin, dbname=name) for name in (MAINTENANCE, logins.database)]
    failure: psycopg.OperationalError | None = None
    for candidate in candidates:
        try:
            connection = psycopg.connect(candidate, autocommit=True, connect_timeout=30)
        except psycopg.OperationalError as error:
            failure = error
            continue
        with connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [_PROVISIONING_LOCK])
            yield connection
        return
    message = f"cannot log in to {logins.host}:{logins.port} as administrator: {failure}"
    raise UnusableDatabaseError(message)


def _run(connection: psycopg.Connection, statement: LiteralString, **names: sql.Composable) -> None:
    """Run a statement whose placeholders are names or literals of our own."""
    connection.execute(sql.SQL(statement).format(**names))


def _make_roles(
    connection: psycopg.Connection, logins: Logins, known: Mapping[str, str], fresh: Mapping[str, str], *, renew: bool
) -> None:
    """Make the roles that are absent, and give a password where the one on file does not work.

    Raises:
        UnusableDatabaseError: A role exists and its password is not known here.
    """
    rows = connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(logins.names.values())]
    ).fetchall()
    existing = {str(name) for (name,) in rows}
    strangers = sorted(existing & fresh.keys())
    if strangers and not renew:
        kept = logins.passwords.with_suffix("")
        message = (
            f"the roles {', '.join(strangers)} exist, but {kept} does not hold their passwords. "
            "Copy that file from the installation that made them, or provision anew with renewed passwords, "
            "which locks that installation out"
        )
        raise UnusableDatabaseError(message)
    for role, name in logins.names.items():
        identifier = sql.Identifier(name)
        if name not in existing:
            _run(connection, "CREATE ROLE {role} LOGIN", role=identifier)
        if name not in existing or name in fresh or not works(logins, role):
            verifier = connection.pgconn.encrypt_password(
                {**known, **fresh}[name].encode(), name.encode(), b"scram-sha-256"
            ).decode()
            _run(connection, "ALTER ROLE {role} PASSWORD {verifier}", role=identifier, verifier=sql.Literal(verifier))


def _make_database(connection: psycopg.Connection, logins: Logins) -> None:
    """Make the database where it is absent, and make it the owner's.

    Raises:
        UnusableDatabaseError: It is there and not UTF-8.
    """
    owner = logins.names[DatabaseRole.OWNER]
    row = connection.execute(
        "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s",
        [logins.database],
    ).fetchone()
    if row is not None and row[1] != "UTF8":
        message = f"the database {logins.database} is encoded in {row[1]}; make it anew in UTF8"
        raise UnusableDatabaseError(message)
    if row is not None and row[0] == owner:
        return
    names: dict[str, sql.Composable] = {"database": sql.Identifier(logins.database), "owner": sql.Identifier(owner)}
    with _as_member(connection, owner):
        if row is not None:
            _run(connection, "ALTER DATABASE {database} OWNER TO {owner}", **names)
            return
        # Text is compared by code point everywhere: indexes then survive a new version of the system's locales.
        builtin = connection.info.server_version >= 170000  # noqa: PLR2004 - the first with this provider
        locale = (
            sql.SQL("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'")
            if builtin
            else sql.SQL("LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
        )
        _run(
            connection,
            "CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8' {locale}",
            locale=locale,
            **names,
        )


@contextmanager
def _as_member(connection: psycopg.Connection, owner: str) -> Iterator[None]:
    """Let an administrator who is no superuser act for the owner, and take that back afterwards."""
    new_rules = connection.info.server_version >= 160000  # noqa: PLR2004 - the first with options of a membership
    superuser = connection.info.parameter_status("is_superuser") == "on"
    wanted = "SET" if new_rules else "MEMBER"
    row = connection.execute(
        "SELECT pg_has_role(current_user, %s, %s) AND pg_has_role(current_user, %s, 'USAGE')", [owner, wanted, owner]
    ).fetchone()
    granted = not superuser and row == (False,)
    role = sql.Identifier(owner)
    if granted and new_rules:
        _run(connection, "GRANT {role} TO CURRENT_USER WITH SET TRUE, INHERIT TRUE", role=role)
    elif granted:
        _run(connection, "GRANT {role} TO CURRENT_USER", role=role)
    try:
        yield
    finally:
        if granted:
            _run(connection, "REVOKE {role} FROM CURRENT_USER", role=role)


def _lock_grants(connection: psycopg.Connection) -> None:
    """Wait for others who grant in this database: PostgreSQL refuses two grants on one object at once."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [_PROVISIONING_LOCK])


# Only default privileges are granted on tables: granting on tables that are there would undo ``revoke_sql``.
_GRANTS: tuple[LiteralString, ...] = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
    "GRANT CONNECT ON DATABASE {database} TO {reader}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}, {reader}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON ROUTINES FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT EXECUTE ON ROUTINES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT ON TABLES TO {reader}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT ON SEQUENCES TO {reader}",
)
