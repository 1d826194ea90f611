"""The settings of Django, and the databases that the tests themselves stand on."""

import shutil
import threading
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from chengxin.postgres import server
from chengxin.postgres.configuration import DatabaseRole, django_databases, django_settings, server_directory
from chengxin.postgres.roles import Logins, describe


def _one(cursor_sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(cursor_sql)
        row = cursor.fetchone()
    assert row is not None
    return row[0]


@pytest.mark.django_db
def test_tests_work_as_the_application_in_a_migrated_database(database_logins: Logins) -> None:
    assert _one("SELECT current_user") == database_logins.names[DatabaseRole.APP]
    assert _one("SELECT count(*) > 0 FROM django_migrations") is True
    assert _one("SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user") is False


@pytest.mark.django_db
def test_the_application_owns_nothing() -> None:
    assert _one("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == 0


@pytest.mark.django_db
def test_the_application_truncates_no_table() -> None:
    truncatable = _one(
        "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE relkind IN ('r', 'p') AND nspname = 'public' AND has_table_privilege(pg_class.oid, 'TRUNCATE')"
    )
    assert truncatable == 0


@pytest.mark.django_db
def test_an_uncommitted_row_of_a_test_is_seen_by_no_other_connection(owner_connection: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('probe', 'probe')")
    row = owner_connection.execute("SELECT count(*) FROM django_content_type WHERE app_label = 'probe'").fetchone()
    assert row == (0,)


def test_a_fresh_database_commits_and_other_threads_see_it(
    fresh_database: Logins, owner_connection: psycopg.Connection
) -> None:
    assert connection.settings_dict["NAME"] == fresh_database.database
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('probe', 'probe')")
    seen: list[object] = []

    def look() -> None:
        with psycopg.connect(fresh_database.conninfo(DatabaseRole.APP)) as other:
            seen.append(other.execute("SELECT count(*) FROM django_content_type WHERE model = 'probe'").fetchone())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(1,)]
    owner_connection.execute("TRUNCATE django_session")


def test_a_fresh_database_may_lose_its_connections(
    fresh_database: Logins, superuser_connection: psycopg.Connection
) -> None:
    assert _one("SELECT 1") == 1
    superuser_connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s",
        [fresh_database.database, fresh_database.names[DatabaseRole.APP]],
    )
    with pytest.raises(Exception, match=r"terminating connection|server closed"):
        _one("SELECT 1")
    connection.close()
    assert _one("SELECT 1") == 1


def test_settings_hold_no_password(database_logins: Logins) -> None:
    password = database_logins.passwords.read_text(encoding="utf-8").splitlines()[0].rpartition(":")[2]
    assert len(password) > 40
    assert password not in repr(settings.DATABASES)
    made = django_settings(database_logins, DatabaseRole.READER)
    assert made["USER"] == database_logins.names[DatabaseRole.READER]
    assert made["CONN_MAX_AGE"] is None
    assert made["OPTIONS"]["server_side_binding"] is True


def test_parameters_of_the_url_reach_django(tmp_path: Path) -> None:
    logins = describe(
        "postgresql://admin:secret@db.example:6000/credit?sslmode=verify-full",
        database="credit",
        passwords=tmp_path / "p",
    )
    made = django_settings(logins, DatabaseRole.OWNER)
    assert (made["HOST"], made["PORT"], made["NAME"], made["USER"]) == ("db.example", "6000", "credit", "credit_owner")
    assert made["OPTIONS"]["sslmode"] == "verify-full"
    assert "secret" not in repr(made)


def test_a_server_made_anew_beside_old_passwords_is_provisioned(directory: Path) -> None:
    data = directory.parent
    for _ in range(2):
        made = django_databases(data=data, database_url=None, role=DatabaseRole.APP)["default"]
        with psycopg.connect(
            host=made["HOST"],
            port=made["PORT"],
            dbname=made["NAME"],
            user=made["USER"],
            passfile=made["OPTIONS"]["passfile"],
        ) as app:
            assert app.execute("SELECT current_user").fetchone() == ("chengxin_app",)
        server.stop(server_directory(data))
        shutil.rmtree(directory / "cluster")


def test_the_fixed_moment_is_another_day_in_shanghai(now: datetime, today: date) -> None:
    shanghai = timezone(timedelta(hours=8))
    assert now.astimezone(shanghai).date() == today
    assert now.date() != today
