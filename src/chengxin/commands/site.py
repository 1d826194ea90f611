"""Setting up: the data directory with its mode and keys, the database with its roles, tables and editions."""

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from chengxin.authority.actors import Actor, ActorKind
from chengxin.commands.running import Answer, CommandRefused, Run
from chengxin.keys import published
from chengxin.keys.keyring import Keyring, Signing

DEMONSTRATION: Final = "DEMONSTRATION"
PRODUCTION: Final = "PRODUCTION"
# A demonstration's catalogue is in force years before the real one, and must be the only one: of two editions that of
# the later day holds.
PACKS: Final = {PRODUCTION: ("national", "fujian"), DEMONSTRATION: ("demo",)}
DATED_BACK: Final = timedelta(days=1826)
INSTALLER: Final = Actor(kind=ActorKind.SYSTEM, key="system:init")


def init(called: argparse.Namespace, run: Run) -> Answer:
    """Set up everything that is missing; twice is the same as once.

    The mode is written last: a data directory without it is not finished, and no other command works with it.

    Raises:
        CommandRefused: The directory was made for the other mode.
    """
    asked = DEMONSTRATION if called.demonstration else PRODUCTION
    marker = run.data / "mode"
    kept = marker.read_text(encoding="utf-8").strip() if marker.is_file() else ""
    if kept and kept != asked:
        raise CommandRefused(code="MODE_DIFFERS", kept=kept, asked=asked)
    run.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    run.data.chmod(0o700)
    (run.data / "static").mkdir(exist_ok=True)
    # New keys open nothing old: once the directory is finished, a missing key is to be restored, not made.
    Keyring.open(run.data / "keys", create=not kept)
    os.environ["CHENGXIN_MODE"] = asked
    migrated = _migrate_as_owner(run)
    keys = _publish_keys(run, asked)
    issued = _issue_editions(run, PACKS[asked])
    if not kept:
        _write_durably(marker, f"{asked}\n")
    updated = (f"数据库结构更新 {len(migrated)} 项",) if migrated else ()
    lines = (f"已建立：{run.data}（{asked}）", *updated, *(f"发布目录版本 {code}" for code in issued))
    body = {
        "directory": str(run.data),
        "mode": asked,
        "migrated": migrated,
        "editions": issued,
        "keys": keys,
        "run": run.run_id,
    }
    return Answer(body=body, lines=lines)


def migrate(called: argparse.Namespace, run: Run) -> Answer:
    """Bring the tables up to date, as the database's owner."""
    del called
    migrated = _migrate_as_owner(run)
    lines = tuple(f"已更新 {name}" for name in migrated) or ("结构已是最新。",)
    return Answer(body={"migrated": migrated, "run": run.run_id}, lines=lines)


def _write_durably(path: Path, text: str) -> None:
    """Write a small file so that it is there whole after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _migrate_as_owner(run: Run) -> list[str]:
    """Load Django as the owner, migrate, and go on as the application's role; return what was applied."""
    import django  # noqa: PLC0415 - the role must be in the environment before the settings are read

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.settings")
    os.environ["CHENGXIN_DATABASE_ROLE"] = "OWNER"
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    from chengxin.postgres.configuration import DatabaseRole, django_settings, prepare  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    os.environ["CHENGXIN_DATABASE_ROLE"] = "APP"
    logins = prepare(data=run.data, database_url=os.environ.get("DATABASE_URL"))
    working: dict[str, Any] = django_settings(logins, DatabaseRole.APP)
    working.pop("TEST")
    settings.DATABASES["default"].update(working)
    connection.settings_dict.update(working)
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _publish_keys(run: Run, mode: str) -> int:
    """Publish the first list of keys where there is none; return the number of the newest.

    Keys that are there already have signed since they were made. In a demonstration acts are dated back.

    Raises:
        CommandRefused: Outside a demonstration nobody said under which address the platform signs, for ever.
    """
    from django.conf import settings  # noqa: PLC0415 - after the setup

    ring = Keyring.open(run.data / "keys")
    made_at = datetime.fromtimestamp((ring.folder / f"{Signing.RECEIPT}.key").stat().st_mtime, UTC)
    since = min(run.now, made_at) - (DATED_BACK if mode == DEMONSTRATION else timedelta())
    issuer = settings.CHENGXIN_ISSUER
    if mode == DEMONSTRATION:
        issuer = issuer or f"http://127.0.0.1:{settings.CHENGXIN_PORT}"
    elif not published.is_published(ring) and not issuer.startswith("https://"):
        raise CommandRefused(code="ISSUER_MISSING")
    name = "诚信演示（虚构）" if mode == DEMONSTRATION else "诚信"
    document = published.publish_first(ring, issuer=issuer, name=name, valid_from=since, now=run.now)
    return document.number


def _issue_editions(run: Run, packs: tuple[str, ...]) -> list[str]:
    """Issue the packs whose catalogue changed, each after the one it extends; return the codes of the new editions."""
    from django.conf import settings  # noqa: PLC0415 - after the setup

    from chengxin.catalogue import operations as catalogue  # noqa: PLC0415
    from chengxin.catalogue.errors import EditionUnchanged  # noqa: PLC0415

    issued: list[str] = []
    for name in packs:
        try:
            edition = catalogue.issue_edition(pack=settings.PACKS / name, actor=INSTALLER, now=run.now)
        except EditionUnchanged:
            continue
        issued.append(edition.code)
    return issued
