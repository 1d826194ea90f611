"""What every test stands on: real databases as the application's role, a data directory of its own, fixed moments.

Each worker has a database, a copy of a template that was migrated once per run by the owner. A test marked
``django_db`` works in it as the application's role inside a transaction that is rolled back. A test that must commit,
kill connections or truncate asks for ``fresh_database`` instead and gets a copy of its own; ``transaction=True`` is
refused, because Django would then truncate append-only tables, which the application's role cannot.

The server is the embedded one under ``var/test``, stopped by the last run that uses it, or that of ``DATABASE_URL``.
"""

import fcntl
import functools
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django
import hypothesis
import psycopg
import pytest
import pytest_socket
from psycopg import sql
from pytest_django import DjangoDbBlocker

DATA = Path(tempfile.mkdtemp(prefix="chengxin-data-"))
"""Data directory of this process, removed at its end."""

os.environ["CHENGXIN_DATA"] = str(DATA)
os.environ.setdefault("CHENGXIN_MODE", "DEMONSTRATION")  # only there are synthetic people taken in
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.settings")
# The settings must not start a server under the data directory: the tests bring their own. This is why pyproject.toml
# does not name the settings: the plugin would read them before this file.
os.environ["CHENGXIN_OFFLINE"] = "1"
django.setup()

from django.conf import settings as site  # noqa: E402 - only after the environment is prepared
from django.contrib.auth.hashers import ScryptPasswordHasher  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from chengxin.catalogue import operations as catalogue  # noqa: E402
from chengxin.catalogue.rules import Pack, load_packs  # noqa: E402
from chengxin.keys import published  # noqa: E402
from chengxin.keys.keyring import Keyring  # noqa: E402
from chengxin.postgres import roles, server  # noqa: E402
from chengxin.postgres.configuration import DatabaseRole, django_settings, server_directory  # noqa: E402
from chengxin.postgres.roles import Logins  # noqa: E402

# Passwords are hashed a thousand times in these tests, with the product's algorithm but a hundredth of its work. The
# servers of their own that some tests start do the whole of it.
ScryptPasswordHasher.work_factor = 1 << 7

pytest_plugins = ["browsing", "journeys.serving"]

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT / "var" / "test"
# Several checkouts may use one external server; each has roles of its own there.
BASE = f"chengxin_test_{hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:8]}"
FORGOTTEN_AFTER_SECONDS = 6 * 60 * 60
DROP_SECONDS = 20

hypothesis.settings.register_profile(
    "fast", max_examples=50, deadline=None, derandomize=True, database=None, print_blob=True
)
hypothesis.settings.register_profile("long", max_examples=200, deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("fast")

_run_key = pytest.StashKey[str]()


# The run --------------------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Name the run, the same in the controller and its workers; the moment in it tells forgotten databases."""
    workerinput = getattr(config, "workerinput", None)
    own = f"{int(time.time())}_{secrets.token_hex(3)}"
    config.stash[_run_key] = own if workerinput is None else workerinput["chengxin_run"]
    # A worker takes over the environment of the controller, which runs no test itself: there the settings stay offline
    # and unnamed until the worker's own copy of this file prepares them.
    controller = workerinput is None and config.getoption("dist", "no") != "no"
    os.environ.pop("DJANGO_SETTINGS_MODULE" if controller else "CHENGXIN_OFFLINE", None)
    # Settings that were named on the command line were read before this file.
    for name, path in (
        ("CHENGXIN_DATA", DATA),
        ("STATIC_ROOT", DATA / "static"),
        ("FILE_UPLOAD_TEMP_DIR", DATA / "work"),
    ):
        setattr(site, name, path)
    (DATA / "work").mkdir(exist_ok=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - the plugin has no types
    """Hand the run's name to a worker."""
    node.workerinput["chengxin_run"] = node.config.stash[_run_key]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that would have Django truncate the tables."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        names = getattr(item, "fixturenames", ())
        if (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in names:
            message = f"{item.nodeid}: use the fixture fresh_database instead of transaction=True"
            raise pytest.UsageError(message)
        if "fresh_database" in names and marker is not None:
            message = f"{item.nodeid}: fresh_database replaces the mark django_db"
            raise pytest.UsageError(message)


def pytest_runtest_setup() -> None:
    """Let nothing connect beyond this machine."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove the data directory; the last process of a run removes its databases, the last run stops the server."""
    shutil.rmtree(DATA, ignore_errors=True)
    if _use_server.cache_info().currsize:
        os.close(_use_server())
        _use_server.cache_clear()
    if hasattr(session.config, "workerinput") or not (SHARED / "users.lock").exists():
        return
    with _held("users.lock", fcntl.LOCK_SH):
        if os.environ.get("DATABASE_URL") or server.is_running(server_directory(SHARED)):
            _drop_databases(_logins(), session.config.stash[_run_key])
        (SHARED / f"{session.config.stash[_run_key]}.lock").unlink(missing_ok=True)
    if os.environ.get("DATABASE_URL"):
        return
    try:
        with _held("users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            server.stop(server_directory(SHARED))
    except BlockingIOError:
        pass  # another run uses it


@pytest.fixture(scope="session", autouse=True)
def _packs_are_read_once() -> Iterator[None]:
    """Read and check the project's packs once: hundreds of tests issue the same edition, each in a fresh database."""
    kept = functools.cache(load_packs)

    def read(path: Path) -> tuple[Pack, ...]:
        return kept(path) if path.parent == site.PACKS else load_packs(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "load_packs", read)
        yield


# The server and its databases -----------------------------------------------------------------------------------------


@contextmanager
def _held(name: str, kind: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold a lock that the runs and workers of this checkout share."""
    SHARED.mkdir(parents=True, exist_ok=True)
    with (SHARED / name).open("a") as file:
        fcntl.flock(file, kind)
        yield


@functools.cache
def _use_server() -> int:
    """Say that this process uses the server, until the returned descriptor is closed."""
    SHARED.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(SHARED / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _admin() -> server.Server | str:
    """Return the administrator: of the external server, or of the embedded one, which then runs."""
    return os.environ.get("DATABASE_URL") or server.ensure_running(server_directory(SHARED))


@functools.cache
def _logins() -> Logins:
    """Return the logins of the tests; the owner may make databases here, to copy the template."""
    admin = _admin()
    passwords = SHARED / "keys" / f"{'external' if isinstance(admin, str) else 'database'}.pgpass"
    logins = roles.provision(admin, database=BASE, passwords=passwords, renew=True)
    with _held("roles.lock"):  # PostgreSQL refuses two changes of one role at once
        if isinstance(admin, server.Server):
            # These databases are thrown away; durability is tested on servers of their own (tests/rooms/postgres).
            with psycopg.connect(admin.conninfo(), autocommit=True) as connection:
                for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                    connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
                connection.execute("SELECT pg_reload_conf()")
        target = admin if isinstance(admin, str) else admin.conninfo()
        with psycopg.connect(target, autocommit=True, dbname=BASE) as connection:
            owner = sql.Identifier(logins.names[DatabaseRole.OWNER])
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(owner))
    return logins


@contextmanager
def _maintenance(logins: Logins) -> Iterator[psycopg.Connection]:
    """Give the owner's connection to the database beside those of the tests."""
    with psycopg.connect(logins.conninfo(DatabaseRole.OWNER, database=BASE), autocommit=True) as connection:
        yield connection


def _drop(logins: Logins, name: str) -> None:
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    until = time.monotonic() + DROP_SECONDS
    with _maintenance(logins) as connection:
        while True:
            try:
                connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                # An autovacuum that is still ending, or a connection of another role, is not the owner's to end.
                if time.monotonic() > until:
                    raise
                _end_connections(logins, name)
                time.sleep(0.1)
            else:
                return


def _end_connections(logins: Logins, name: str) -> None:
    """End what the threads of a server left open in a database, each role its own."""
    for role in (DatabaseRole.APP, DatabaseRole.READER):
        with psycopg.connect(logins.conninfo(role, database=BASE), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
                [name],
            )


def _drop_databases(logins: Logins, run: str) -> None:
    """Drop the databases of a run that ends, and those of runs that were killed long ago."""
    with _maintenance(logins) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{BASE}_[0-9]+_"]).fetchall()
    for (name,) in rows:
        begun = re.fullmatch(rf"{BASE}_([0-9]+)_.*", name)
        forgotten = begun is not None and int(begun[1]) < time.time() - FORGOTTEN_AFTER_SECONDS
        if name.startswith(f"{BASE}_{run}") or forgotten:
            _drop(logins, name)


def _copy(logins: Logins, template: str, name: str) -> Logins:
    """Copy a database and grant in the copy what copying leaves out."""
    with _maintenance(logins) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    copied = replace(logins, database=name)
    roles.grant(copied)
    return copied


def _point_django_at(logins: Logins, role: DatabaseRole) -> None:
    """Let Django's default connection, in every thread, be the given database as the given role."""
    connections.close_all()
    made = django_settings(logins, role)
    del made["TEST"]  # Django has filled in the rest of it
    site.DATABASES["default"].update(made)


def _migrated_template(logins: Logins, run: str) -> str:
    """Return the run's migrated template; the first worker makes it while the others wait."""
    name = f"{BASE}_{run}_template"
    with _held(f"{run}.lock"):
        with _maintenance(logins) as connection:
            row = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
            if row is not None:
                return name
        making = f"{name}_new"
        _drop(logins, making)
        _point_django_at(_copy(logins, BASE, making), DatabaseRole.OWNER)
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        with _maintenance(logins) as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
            )
    return name


@pytest.fixture(scope="session")
def database_logins(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[Logins]:
    """Give the logins of this worker's own migrated database, with Django pointed at it as the application's role."""
    run = request.config.stash[_run_key]
    worker = getattr(request.config, "workerinput", {"workerid": "alone"})["workerid"]
    _use_server()
    logins = _logins()
    with django_db_blocker.unblock():
        template = _migrated_template(logins, run)
        own = _copy(logins, template, f"{BASE}_{run}_{worker}")
        _point_django_at(own, DatabaseRole.APP)
        yield own
        connections.close_all()
    _drop(logins, own.database)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, database_logins: Logins) -> None:
    """Replace the plugin's own databases by ours."""


@pytest.fixture
def owner_connection(
    django_db_setup: None,
    database_logins: Logins,
) -> Iterator[psycopg.Connection]:
    """Give a connection of the owner, who may what the application may not, in autocommit, to this test's database."""
    with psycopg.connect(
        database_logins.conninfo(DatabaseRole.OWNER, database=site.DATABASES["default"]["NAME"]), autocommit=True
    ) as connection:
        yield connection


@pytest.fixture
def superuser_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """Give a connection of the superuser in autocommit to this test's database; only the embedded server has one."""
    admin = _admin()
    if isinstance(admin, str):
        pytest.skip("the login of DATABASE_URL is no superuser")
    with psycopg.connect(admin.conninfo(site.DATABASES["default"]["NAME"]), autocommit=True) as connection:
        yield connection


@pytest.fixture
def fresh_database(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    database_logins: Logins,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Logins]:
    """Give the test a migrated database of its own as Django's default connection, dropped afterwards.

    Its ``conninfo(role)`` opens further connections, from threads and other processes too. Ask for it before
    ``owner_connection``.
    """
    template = f"{BASE}_{request.config.stash[_run_key]}_template"
    own = _copy(database_logins, template, f"{database_logins.database}_{secrets.token_hex(3)}")
    with django_db_blocker.unblock():
        _point_django_at(own, DatabaseRole.APP)
        try:
            yield own
        finally:
            _point_django_at(database_logins, DatabaseRole.APP)
            _drop(database_logins, own.database)


@dataclass(frozen=True, slots=True)
class Backups:
    """Copies of a test's own database, to be taken at one moment and worked with at a later one."""

    own: Logins
    taken: list[Logins] = field(default_factory=list)

    def take(self) -> Logins:
        """Copy the database that Django works in, as a backup would."""
        connections.close_all()
        name = str(site.DATABASES["default"]["NAME"])
        self.taken.append(_copy(self.own, name, f"{self.own.database}_{secrets.token_hex(2)}"))
        return self.taken[-1]

    def restore(self, backup: Logins) -> None:
        """Let Django work in a backup from now on."""
        _point_django_at(backup, DatabaseRole.APP)


@pytest.fixture
def backups(fresh_database: Logins) -> Iterator[Backups]:
    """Give backups of the test's own database, dropped afterwards."""
    made = Backups(fresh_database)
    yield made
    made.restore(fresh_database)
    for backup in made.taken:
        _drop(fresh_database, backup.database)


# Data directory and time ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def data_directory() -> Path:
    """Give the data directory of this process, with its keys made."""
    published.publish_first(
        Keyring.open(DATA / "keys", create=True),
        issuer="https://credit.example.invalid",
        name="诚信测试",
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return DATA


@pytest.fixture(autouse=True)
def _nothing_published() -> Iterator[None]:
    """Let no test find the ledger's files of another one: their events went with that test's database."""
    yield
    shutil.rmtree(DATA / "ledger", ignore_errors=True)


@pytest.fixture(scope="session")
def keyring_directory(data_directory: Path) -> Path:
    """Give the directory of the keys that ``chengxin.keys.current.keyring`` reads."""
    return data_directory / "keys"


@pytest.fixture
def keys_of_its_own(keyring_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a copy of the keyring: what is destroyed or revoked stays so, for every other test too."""
    shutil.copytree(keyring_directory, tmp_path / "keys")
    monkeypatch.setenv("CHENGXIN_DATA", str(tmp_path))


@pytest.fixture
def now() -> datetime:
    """Give a moment at which the civil date in Shanghai is a leap day and that of UTC is still the day before."""
    return datetime(2028, 2, 28, 16, 0, 1, tzinfo=UTC)


@pytest.fixture
def today() -> date:
    """Give the civil date in Shanghai of ``now``."""
    return date(2028, 2, 29)


@pytest.fixture(
    params=[
        datetime(2027, 12, 31, 15, 59, 59, 999999, tzinfo=UTC),  # the last moment of a year
        datetime(2027, 12, 31, 16, 0, tzinfo=UTC),  # the first moment of the next, while UTC is in the old one
        datetime(2028, 2, 28, 16, 0, tzinfo=UTC),  # a leap day begins
        datetime(2028, 2, 29, 15, 59, 59, tzinfo=UTC),  # a leap day ends
        datetime(2031, 3, 1, 0, 0, tzinfo=UTC),  # the day after the February of a common year
    ],
    ids=["year-ends", "year-begins", "leap-day-begins", "leap-day-ends", "first-of-march"],
)
def awkward_moment(request: pytest.FixtureRequest) -> datetime:
    """Give one after another the moments at which days, months and years are counted wrongly."""
    moment: datetime = request.param
    return moment
