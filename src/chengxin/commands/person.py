"""Commands about persons: finding, merging, splitting, and the feed of the population base."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from django.conf import settings

from chengxin.authority.actors import Role
from chengxin.commands.running import Answer, CommandRefused, Run, table
from chengxin.identifiers.identity import IdentityNumber
from chengxin.intake.operations import spool
from chengxin.persons import lookups
from chengxin.persons import operations as persons
from chengxin.persons.states import Decision, FeedOutcome
from chengxin.tabular import reading

DECISIONS: Final = {"approve": Decision.APPROVED, "decline": Decision.DECLINED}
MOST_SHOWN: Final = 20
FEED_COLUMNS: Final = {
    "kind": "类型",
    "identity_number": "证件号码",
    "name": "姓名",
    "effective_on": "生效日期",
    "new_identity_number": "新证件号码",
    "new_name": "新姓名",
    "died_on": "死亡日期",
}
FEED_KINDS: Final = {
    "新增": "NEW",
    "姓名变更": "NAME_CHANGE",
    "号码变更": "NUMBER_CHANGE",
    "死亡": "DEATH",
    "撤销死亡": "DEATH_WITHDRAWN",
    "更正": "CORRECTION",
}
NEEDED: Final = frozenset({"kind", "identity_number"})
DATES: Final = frozenset({"effective_on", "died_on"})


def find(called: argparse.Namespace, run: Run) -> Answer:
    """Find a person by exactly one number or reference; what is shown is masked.

    Raises:
        CommandRefused: What to search by is unclear or missing.
        PersonUnknown: There is no such person.
    """
    if called.number_from_stdin == (called.reference is not None):
        raise CommandRefused(code="SEARCH_UNCLEAR")
    if called.number_from_stdin:
        text = sys.stdin.readline().strip()
        if not text:
            raise CommandRefused(code="NOTHING_ON_STDIN")
        found = lookups.list_persons(number=IdentityNumber.parse(text, today=run.today))
    else:
        found = lookups.list_persons(reference=called.reference)
    if not found:
        raise persons.PersonUnknown
    rows = [("编号", "状态", "号码", "姓名")]
    rows += [(each.reference, each.state.value, each.masked_number, each.masked_name) for each in found]
    body = {"persons": [{key: value for key, value in asdict(each).items() if key != "person_id"} for each in found]}
    return Answer(body=body, lines=table(rows))


def _person(reference: str) -> int:
    found = lookups.find_by_reference(reference)
    if found is None:
        raise persons.PersonUnknown
    return found


def propose_merge(called: argparse.Namespace, run: Run) -> Answer:
    """Propose that two persons are one, as the first officer."""
    proposal = persons.propose_merge(
        merged_person_id=_person(called.merged),
        into_person_id=_person(called.into),
        reasons=called.reason,
        actor=run.officer(called.by),
        now=run.now,
    )
    return _proposed("merge", proposal, run)


def propose_split(called: argparse.Namespace, run: Run) -> Answer:
    """Propose that a merge was wrong, as the first officer."""
    proposal = persons.propose_split(
        merge_id=called.merge, reasons=called.reason, actor=run.officer(called.by), now=run.now
    )
    return _proposed("split", proposal, run)


def _proposed(kind: str, proposal: int, run: Run) -> Answer:
    lines = (
        f"已提出，提案号 {proposal}。",
        f"由另一位复核人执行 chengxin person {kind} decide {proposal} approve --by 登录名 --reason 理由",
    )
    return Answer(body={"proposal": proposal, "run": run.run_id}, lines=lines)


def decide_merge(called: argparse.Namespace, run: Run) -> Answer:
    """Decide a proposal to merge, as the second officer."""
    decided = persons.decide_merge(
        proposal_id=called.proposal,
        decision=DECISIONS[called.decision],
        reasons=called.reason,
        actor=run.officer(called.by),
        now=run.now,
    )
    return _decided(decided.merge_id, decided.decision, run)


def decide_split(called: argparse.Namespace, run: Run) -> Answer:
    """Decide a proposal to split, as the second officer."""
    decided = persons.decide_split(
        proposal_id=called.proposal,
        decision=DECISIONS[called.decision],
        reasons=called.reason,
        actor=run.officer(called.by),
        now=run.now,
    )
    return _decided(decided.merge_id, decided.decision, run)


def _decided(merge: int, decision: Decision, run: Run) -> Answer:
    words = "同意" if decision is Decision.APPROVED else "不同意"
    return Answer(body={"merge": merge, "decision": decision, "run": run.run_id}, lines=(f"合并 {merge}：{words}。",))


def list_merges(called: argparse.Namespace, run: Run) -> Answer:
    """List proposals to merge, with what became of them."""
    del called, run
    merges = lookups.list_merges()
    rows = [("提案", "合并号", "并入者", "并入", "决定", "生效")]
    rows += [
        (
            str(each.proposal_id),
            str(each.merge_id or ""),
            each.merged_reference,
            each.into_reference,
            each.decision.value if each.decision else "待决定",
            "是" if each.is_in_force else "",
        )
        for each in merges
    ]
    return Answer(body={"merges": [asdict(each) for each in merges]}, lines=table(rows))


def apply_population(called: argparse.Namespace, run: Run) -> Answer:
    """Apply one feed of the population base, whole or not at all.

    Raises:
        CommandRefused: A line, a date or a column of the file cannot be read.
    """
    actor = run.officer(called.by) if called.by else run.operator([Role.OFFICE_POPULATION])
    with spool.working_folder() as work:
        plain = work / "feed.parquet"
        inspection = reading.inspect(called.file, declared_name=called.file.name)
        read = reading.to_parquet(called.file, inspection, plain)
        if read.broken:
            raise CommandRefused(code="FEED_LINES_UNREADABLE", count=len(read.broken), line=read.broken[0].line)
        applied = persons.apply_population_feed(
            lines=_feed_lines(plain, _feed_positions(read.headers)),
            feed_number=called.feed,
            declared_count=read.lines if called.declared_lines is None else called.declared_lines,
            synthetic=bool(settings.DEMONSTRATION),
            actor=actor,
            now=run.now,
        )
    findings = _feed_findings(applied.feed_number)
    body = {
        "feed": applied.feed_number,
        "lines": applied.lines,
        "accepted": applied.accepted,
        "rejected": applied.rejected,
        "held": applied.held,
        "unchanged": applied.unchanged,
        "applied_before": applied.was_applied_before,
        "findings": findings,
    }
    lines = (
        _feed_summary(applied),
        *(("这一期以前应用过，没有再写入。",) if applied.was_applied_before else ()),
        *(f"第 {line} 行：{outcome} {code}" for line, outcome, code in findings),
    )
    return Answer(body=body, lines=lines)


def _feed_summary(applied: persons.AppliedFeed) -> str:
    counts = f"生效 {applied.accepted}，未收 {applied.rejected}，待核 {applied.held}，无变化 {applied.unchanged}"
    return f"第 {applied.feed_number} 期：共 {applied.lines} 行，{counts}。"


def _feed_findings(feed_number: int) -> list[tuple[int, str, str]]:
    return [
        (line.line_number, line.outcome.value, line.code)
        for outcome in (FeedOutcome.REJECTED, FeedOutcome.HELD)
        for line in lookups.list_feed_lines(feed_number=feed_number, outcome=outcome, limit=MOST_SHOWN)
    ]


def _feed_positions(headers: tuple[str, ...]) -> dict[str, int]:
    """Return where each column stands; a header may be the code or the Chinese name.

    Raises:
        CommandRefused: A column is unknown, missing or there twice.
    """
    codes = {**{code: code for code in FEED_COLUMNS}, **{zh: code for code, zh in FEED_COLUMNS.items()}}
    unknown = [header for header in headers if header not in codes]
    positions = {codes[header]: at for at, header in enumerate(headers) if header in codes}
    missing = NEEDED - positions.keys()
    if unknown or missing or len(positions) != len(headers):
        raise CommandRefused(code="FEED_COLUMNS", headers="、".join([*unknown[:10], *sorted(missing)]) or "重复")
    return positions


def _feed_lines(plain: Path, positions: dict[str, int]) -> Iterator[persons.FeedLine]:
    with pq.ParquetFile(plain) as file:
        for batch in file.iter_batches(batch_size=20_000):
            numbers = batch.column("line").to_pylist()
            columns = {code: batch.column(f"c{at}").to_pylist() for code, at in positions.items()}
            for place, line in enumerate(numbers):
                row = {code: values[place] for code, values in columns.items()}
                days = {code: _day(row.get(code), line) for code in DATES}
                kind = row["kind"] or ""
                yield persons.FeedLine(
                    kind=FEED_KINDS.get(kind, kind),
                    identity_number=row["identity_number"] or "",
                    name=row.get("name"),
                    effective_on=days["effective_on"],
                    new_identity_number=row.get("new_identity_number"),
                    new_name=row.get("new_name"),
                    died_on=days["died_on"],
                )


def _day(text: str | None, line: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.removesuffix(" 00:00:00"))
    except ValueError:
        raise CommandRefused(code="FEED_DATE", line=line) from None
