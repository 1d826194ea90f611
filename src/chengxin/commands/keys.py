"""Commands about the published keys that sign, and about the keys of the months in which keeping ends."""

import argparse
import re
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from chengxin.commands.running import SHANGHAI, Answer, CommandRefused, Run, table
from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyState
from chengxin.records import operations as records
from chengxin.sealing.key_documents import KeyEntry, KeyUse, RevocationReason

MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
WORDS: Final = {KeyState.PRESENT: "在用", KeyState.DESTROYED: "已销毁"}
USES: Final = {
    KeyUse.REPORT: "信用报告",
    KeyUse.RECEIPT: "凭证",
    KeyUse.CHECKPOINT: "存证日志",
    KeyUse.ARCHIVE: "个人档案包",
}
REASONS: Final = {
    RevocationReason.COMPROMISED: "可能泄露",
    RevocationReason.LOST: "遗失",
    RevocationReason.MISISSUED: "误发",
}


def list_keys(called: argparse.Namespace, run: Run) -> Answer:
    """List the published keys and the keys of the months, without their secrets."""
    del called, run
    document, used = published.key_document(), published.names_in_use()
    months = keyring().months()
    root = "在本机" if published.is_root_here() else "离线"
    lines = (
        f"密钥清单第 {document.number} 号，签发者 {document.issuer}，根密钥{root}",
        *table(
            [
                ("用途", "名称", "从", "到", "状态"),
                *(
                    (
                        USES[entry.use],
                        entry.name,
                        _told(entry.valid_from),
                        _told(entry.valid_until),
                        _state(entry, used),
                    )
                    for entry in document.keys
                ),
            ]
        ),
        *table([("月份", "状态"), *((key.month, WORDS[key.state]) for key in months)]),
    )
    body = {
        "number": document.number,
        "issuer": document.issuer,
        "root_here": published.is_root_here(),
        "keys": [_entry(entry, used) for entry in document.keys],
        "months": [{"month": key.month, "state": key.state} for key in months],
    }
    return Answer(body=body, lines=lines)


def rotate(called: argparse.Namespace, run: Run) -> Answer:
    """Say which key would end; with ``--apply``, replace it and publish the list that says so."""
    use = KeyUse(called.use)
    if not called.apply:
        ended = published.rotation(use, now=run.now)
        body: dict[str, Any] = {"applied": False, "ended": ended.name, "until": ended.valid_until}
        told = [
            f"将更换{USES[use]}的签名密钥：{ended.name} 到 {_told(ended.valid_until)} 为止。",
            "此前的签名仍然有效，旧密钥随即销毁。这只是预演；确定要更换请加 --apply。",
        ]
        return Answer(body=body, lines=tuple(told))
    change = published.rotate(use, now=run.now)
    ended_name = None if change.replaced is None else change.replaced.name
    body = {"applied": True, "ended": ended_name, "begun": change.entry.name, "number": change.document.number}
    lines = (
        f"已更换{USES[use]}的签名密钥：{ended_name} → {change.entry.name}",
        f"已公布密钥清单第 {change.document.number} 号；旧密钥已销毁，此前的签名仍然有效。",
        "办完请把根密钥移到离线保存的地方。",
    )
    return Answer(body=body, lines=lines)


def revoke(called: argparse.Namespace, run: Run) -> Answer:
    """Say what revoking a key would mean; with ``--apply``, publish the list that says so.

    Raises:
        CommandRefused: The moment is none, or has no zone.
    """
    try:
        since = datetime.fromisoformat(called.since)
    except ValueError:
        since = None
    if since is None or since.tzinfo is None:
        raise CommandRefused(code="MOMENT_WRONG", moment=called.since[:40])
    asked: dict[str, Any] = {"since": since, "reason": RevocationReason(called.reason), "now": run.now}
    act = published.revoke if called.apply else published.revocation
    change = act(called.name, **asked)
    entry = change.entry
    is_used = published.names_in_use().get(entry.use) == entry.name
    body = {
        "applied": called.apply,
        "name": entry.name,
        "use": entry.use,
        "since": since,
        "reason": entry.revocation_reason,
        "number": change.document.number,
        "in_use": is_used,
    }
    lines = [
        f"{USES[entry.use]}的密钥 {entry.name}：从 {_told(since)} 起，其签名不再可信，除非另有证明在此之前就已存在。",
    ]
    if is_used:
        lines.append(f"这个密钥正在使用：请同时执行 chengxin keys rotate {entry.use} --apply。")
    lines.append(
        f"已吊销，已公布密钥清单第 {change.document.number} 号。"
        if called.apply
        else "这只是预演，没有吊销；吊销不能撤回。确定要吊销请加 --apply。"
    )
    return Answer(body=body, lines=tuple(lines))


def _told(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _state(entry: KeyEntry, used: dict[KeyUse, str]) -> str:
    if entry.revoked_from is not None and entry.revocation_reason is not None:
        return f"自 {_told(entry.revoked_from)} 起吊销（{REASONS[entry.revocation_reason]}）"
    return "在用" if used.get(entry.use) == entry.name else "已更换"


def _entry(entry: KeyEntry, used: dict[KeyUse, str]) -> dict[str, Any]:
    return {
        "use": entry.use,
        "name": entry.name,
        "valid_from": entry.valid_from,
        "valid_until": entry.valid_until,
        "revoked_from": entry.revoked_from,
        "reason": entry.revocation_reason,
        "in_use": used.get(entry.use) == entry.name,
    }


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
