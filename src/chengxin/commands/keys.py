"""Commands about the keys of the months in which keeping ends."""

import argparse
import re
from datetime import date
from typing import Final

from django.db import connection

from chengxin.commands.running import Answer, CommandRefused, Run, table
from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyState
from chengxin.records import operations as records

MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
WORDS: Final = {KeyState.PRESENT: "在用", KeyState.DESTROYED: "已销毁"}


def list_keys(called: argparse.Namespace, run: Run) -> Answer:
    """List the keys of the months, without their secrets."""
    del called, run
    months = keyring().months()
    lines = table([("月份", "状态"), *((key.month, WORDS[key.state]) for key in months)])
    return Answer(body={"months": [{"month": key.month, "state": key.state} for key in months]}, lines=lines)


def destroy(called: argparse.Namespace, run: Run) -> Answer:
    """Say what destroying a month's key would make unreadable; with ``--apply``, destroy it.

    Raises:
        CommandRefused: The month is none, or has no key.
    """
    if MONTH.fullmatch(called.month) is None:
        raise CommandRefused(code="MONTH_WRONG", month=called.month[:20])
    states = {key.month: key.state for key in keyring().months()}
    state = states.get(called.month)
    if state is None:
        raise CommandRefused(code="MONTH_WITHOUT_KEY", month=called.month)
    first = date.fromisoformat(f"{called.month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    items, versions, postings = _count(first, following)
    is_early = run.today < following
    body = {
        "month": called.month,
        "items": items,
        "versions": versions,
        "postings": postings,
        "early": is_early,
        "applied": False,
        "destroyed": state is KeyState.DESTROYED,
    }
    lines = [f"{called.month} 的密钥密封着 {postings} 次入库中 {items} 条信息的 {versions} 个版本。"]
    if is_early:
        lines.append("注意：这个月还没有过去，其中的信息还在保存期内；销毁后也不能再收保存到这个月的信息。")
    if state is KeyState.DESTROYED:
        lines.append("密钥已经销毁，这些内容已不可读。")
    elif called.apply:
        records.erase_months(months=[called.month], actor=run.operator(), now=run.now)
        body |= {"applied": True, "destroyed": True, "run": run.run_id}
        lines.append("密钥已销毁：这些内容在数据库、日志、副本和所有备份中都不再可读；存证仍可核验。")
    else:
        lines.append("这只是预演，没有销毁。确定要销毁请加 --apply。")
    return Answer(body=body, lines=tuple(lines))


def _count(first: date, following: date) -> tuple[int, int, int]:
    """Count the items, versions and postings that are sealed under a month's key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT items, versions, postings FROM records_count_kept(%s, %s)",
            [first, following],
        )
        items, versions, postings = cursor.fetchone()
    return items, versions, postings
