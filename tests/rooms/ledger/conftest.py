"""A ledger in a database and a data directory of its own."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from chengxin.ledger import operations as ledger
from chengxin.postgres.roles import Logins
from factories.ledger import OFFICER, ThingDone


@pytest.fixture
def folder(fresh_database: Logins, settings: Settings, tmp_path: Path) -> Path:
    """Give the ledger's own folder; its database is fresh too."""
    assert fresh_database
    settings.CHENGXIN_DATA = tmp_path
    return tmp_path / "ledger"


@pytest.fixture
def grow(folder: Path, now: datetime) -> Callable[..., list[int]]:
    """Append events and integrate them."""
    assert folder

    def grow(count: int, *, integrated: bool = True) -> list[int]:
        with transaction.atomic():
            events = [ThingDone(number=number, person_id=number or None) for number in range(count)]
            ids = ledger.append_many(events, actor=OFFICER, at=now)
        if integrated:
            ledger.integrate(now=now)
        return ids

    return grow


@pytest.fixture
def tamper(folder: Path, superuser_connection: psycopg.Connection) -> Callable[..., None]:
    """Do as a superuser who has switched off the guards."""
    assert folder

    def tamper(*statements: str) -> None:
        with superuser_connection.transaction():
            superuser_connection.execute("SET LOCAL session_replication_role = replica")
            for table in ("ledger_event", "ledger_leaf", "ledger_checkpoint", "ledger_pending"):
                superuser_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                superuser_connection.execute(statement)
            for table in ("ledger_event", "ledger_leaf", "ledger_checkpoint", "ledger_pending"):
                superuser_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return tamper
