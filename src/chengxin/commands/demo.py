"""The synthetic province: built once in an empty demonstration, found again afterwards, finished if interrupted."""

import argparse
import json
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from chengxin.commands.running import SHANGHAI, Answer, CommandRefused, Run
from chengxin.demonstration import operations as demonstration
from chengxin.demonstration.operations import PASSWORD, Province

NOTE: Final = "demonstration.json"
ACCOUNTS_FILE: Final = "demonstration-accounts.txt"
_PHASES: Final = {"PEOPLE": "人口", "POPULATION": "人口库", "BATCHES": "报送", "LEDGER": "存证"}
_TOLD_EVERY: Final = 10_000


def load(called: argparse.Namespace, run: Run) -> Answer:
    """Build the synthetic province.

    What is being built is noted in the data directory first, so that an interrupted building is finished with the same
    seed and the same day by calling the command again, and a finished one is only reported.

    Raises:
        CommandRefused: The site is no demonstration, another province is there, or too few people are asked for.
    """
    if not settings.DEMONSTRATION:
        raise CommandRefused(code="NOT_DEMONSTRATION")
    if called.people < demonstration.FEWEST_PEOPLE:
        raise CommandRefused(code="DEMONSTRATION_TOO_SMALL", people=called.people, fewest=demonstration.FEWEST_PEOPLE)
    note = run.data / NOTE
    asked = {"people": called.people, "seed": called.seed}
    kept: dict[str, Any] = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    if kept and {key: kept[key] for key in asked} != asked:
        raise CommandRefused(code="DEMONSTRATION_NOT_EMPTY", people=kept["people"], seed=kept["seed"])
    if kept.get("finished"):
        lines = (f"合成省已经装入（{called.people} 人，种子 {called.seed}），没有再次装入。", *_told_accounts(run.data))
        return Answer(body={**kept["province"], "was_there": True, "run": run.run_id}, lines=lines)
    today = date.fromisoformat(kept["today"]) if kept else run.today
    if not kept and demonstration.is_inhabited():
        raise CommandRefused(code="DEMONSTRATION_NOT_EMPTY", people="", seed="")
    if not kept:
        _write(note, {**asked, "today": today.isoformat(), "finished": False})
    province = demonstration.build_province(
        people=called.people,
        seed=called.seed,
        now=datetime.combine(today, time(12), tzinfo=SHANGHAI) if kept else run.now,
        tell=_Telling(is_silent=run.wants_json),
        goes_on=bool(kept),
    )
    lines = _account_lines(province)
    path = run.data / ACCOUNTS_FILE
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    body = _counts(province)
    _write(note, {**asked, "today": today.isoformat(), "finished": True, "province": body})
    told = (
        f"已装入合成省：{province.people} 人，{province.batches} 个批次，{province.lines} 行，"
        f"入库 {province.accepted}，退回 {province.rejected}，待核 {province.held}，无变化 {province.unchanged}。"
    )
    return Answer(body={**body, "was_there": False, "run": run.run_id}, lines=(told, *lines))


def _counts(province: Province) -> dict[str, Any]:
    return {
        "people": province.people,
        "feeds": province.feeds,
        "batches": province.batches,
        "lines": province.lines,
        "accepted": province.accepted,
        "rejected": province.rejected,
        "held": province.held,
        "unchanged": province.unchanged,
        "accounts": [account.username for account in province.accounts],
        "client_id": province.client_id,
    }


def _account_lines(province: Province) -> tuple[str, ...]:
    width = max(len(account.username) for account in province.accounts)
    return (
        f"演示账号（密码都是 {PASSWORD}）：",
        *(f"  {account.username:<{width}}  {account.page:<15} {account.display_name}" for account in province.accounts),
        f"接口客户端（{province.client_organisation}）：",
        f"  client_id      {province.client_id}",
        f"  client_secret  {province.client_secret}",
    )


def _told_accounts(data: Path) -> tuple[str, ...]:
    path = data / ACCOUNTS_FILE
    return tuple(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else ()


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write a note so that it is there whole or not at all."""
    draft = path.with_name(f".{path.name}")
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


class _Telling:
    """Tells a waiting person how far the building has come."""

    def __init__(self, *, is_silent: bool) -> None:
        self._is_silent = is_silent
        self._told = -_TOLD_EVERY

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Tell, but not for every batch."""
        if self._is_silent or (phase == "BATCHES" and done - self._told < _TOLD_EVERY):
            return
        self._told = done if phase == "BATCHES" else self._told
        much = f"{done}/约{total} 行" if phase == "BATCHES" else ""
        print(f"  {_PHASES[phase]} {much}".rstrip(), file=sys.stderr, flush=True)
