"""A register in a database and a data directory of its own."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from pytest_django.fixtures import Settings

from chengxin.postgres.roles import Logins

TABLES = ("register_look", "register_counter", "ledger_event", "ledger_leaf", "ledger_checkpoint", "ledger_pending")


@pytest.fixture
def fresh_register(fresh_database: Logins, settings: Settings, tmp_path: Path) -> Logins:
    """Give a database of its own, whose ledger publishes to a folder of its own."""
    settings.CHENGXIN_DATA = tmp_path
    return fresh_database


@pytest.fixture
def tamper(fresh_register: Logins, superuser_connection: psycopg.Connection) -> Callable[..., None]:
    """Do as a superuser who has switched off the guards."""
    assert fresh_register

    def tamper(*statements: str) -> None:
        with superuser_connection.transaction():
            for table in TABLES:
                superuser_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                superuser_connection.execute(statement)
            for table in TABLES:
                superuser_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return tamper
