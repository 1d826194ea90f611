"""The command that tells how the platform is."""

import argparse
import os
import shutil
from typing import Any

from django.conf import settings
from django.db import connection

from chengxin.authority.decisions import Refused
from chengxin.catalogue import lookups as catalogue
from chengxin.commands.running import Answer, Run
from chengxin.commands.serving import serving_process
from chengxin.intake import lookups as intake
from chengxin.keys.current import keyring
from chengxin.ledger import lookups as ledger
from chengxin.persons import lookups as persons
from chengxin.records import lookups as records

GIBIBYTE = 1 << 30


def status(called: argparse.Namespace, run: Run) -> Answer:
    """Tell mode, database, editions, batches, held lines, jobs, ledger and disk."""
    del called
    body: dict[str, Any] = {
        "mode": settings.CHENGXIN_MODE,
        "directory": str(run.data),
        "server": serving_process(run.data),
        "database": _database(),
        "edition": _edition_in_force(run),
        "editions": [line.code for line in catalogue.list_editions()],
        "persons": persons.count_persons(),
        "versions": records.count_versions(),
        "batches": {state.value: count for state, count in sorted(intake.count_batches().items())},
        "held": intake.count_held_lines(),
        "jobs": _jobs(),
        "ledger": _ledger(),
        "disk": _disk(run),
    }
    serving = f"进程 {body['server']}" if body["server"] else "没有运行"
    where = "内嵌" if body["database"]["embedded"] else "外部"
    size = body["database"]["bytes"] / GIBIBYTE
    free = body["disk"]["free_bytes"] / GIBIBYTE
    lines = (
        f"环境        {body['mode']}（{body['directory']}）",
        f"服务        {serving}",
        f"数据库      PostgreSQL {body['database']['version']}（{where}），{size:.2f} GiB",
        f"目录        {body['edition'] or '没有生效的版本'}（共 {len(body['editions'])} 个版本）",
        f"自然人      {body['persons']}",
        f"信息版本    {body['versions']}",
        f"批次        {_counts(body['batches'])}",
        f"待核行      {body['held']}",
        f"后台任务    {_counts(body['jobs'])}",
        f"存证        {body['ledger']['size']} 个叶子，{body['ledger']['pending']} 个事件等待并入",
        f"磁盘        剩余 {free:.1f} GiB，共 {body['disk']['bytes'] / GIBIBYTE:.1f} GiB",
    )
    return Answer(body=body, lines=lines)


def _counts(counts: dict[str, int]) -> str:
    return "，".join(f"{name} {count}" for name, count in counts.items()) or "无"


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
    return {"version": version.split()[0], "bytes": size, "embedded": not os.environ.get("DATABASE_URL")}


def _edition_in_force(run: Run) -> str | None:
    try:
        return catalogue.edition_in_force(run.today).code
    except Refused:
        return None


def _jobs() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())


def _ledger() -> dict[str, Any]:
    try:
        newest = ledger.find_newest_checkpoint(keyring().ledger_verifier())
    except Refused as broken:
        return {"size": 0, "pending": ledger.count_pending(), "broken": dict(broken.details)}
    return {
        "size": 0 if newest is None else newest.size,
        "pending": ledger.count_pending(),
        "root": None if newest is None else newest.root.hex(),
    }


def _disk(run: Run) -> dict[str, int]:
    usage = shutil.disk_usage(run.data)
    return {"bytes": usage.total, "free_bytes": usage.free}
