"""Commands of the main job: template, check, submit, decide, result."""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chengxin.authority.actors import Actor, Role
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.columns import Column, columns_of
from chengxin.commands.entry import refusal
from chengxin.commands.running import FAILED, Answer, CommandRefused, Run, table
from chengxin.intake import lookups
from chengxin.intake import operations as intake
from chengxin.intake.errors import ResultNotReady
from chengxin.intake.operations import spool
from chengxin.intake.states import BatchState, Outcome
from chengxin.jobs.progress import ProgressWriter
from chengxin.portals.presentation import rule_texts
from chengxin.tabular.template import TemplateColumn, write_template
from chengxin.tabular.writing import ResultLabels

PHASES = {"READING": "读取", "CHECKING": "检查", "POSTING": "入库", "DONE": "完成"}
MOST_SHOWN = 20


def template(called: argparse.Namespace, run: Run) -> Answer:
    """Write the empty workbook of an item."""
    item = catalogue.item_type(code=called.item, on=run.today)
    columns = [_template_column(column) for column in columns_of(item)]
    write_template(called.output, title=f"{item.name_zh}（{item.code}）", columns=columns)
    body = {"file": str(called.output), "item": item.code, "columns": len(columns)}
    return Answer(body=body, lines=(f"已写出模板：{called.output}（{len(columns)} 列）",))


def _template_column(column: Column) -> TemplateColumn:
    return TemplateColumn(
        code=column.code,
        header=column.header_zh,
        required=column.required,
        hint=column.hint,
        example=column.example,
        codes=tuple((code.code, code.zh) for code in column.codes),
    )


def result_words() -> intake.ResultWords:
    """Return the words of result files."""
    headers = {name: str(words) for name, words in rule_texts.RESULT_HEADERS.items()}
    return intake.ResultWords(
        labels=ResultLabels(**headers),
        outcomes={outcome: str(rule_texts.RESULT_OUTCOMES[outcome.value]) for outcome in Outcome},
    )


def check(called: argparse.Namespace, run: Run) -> Answer:
    """Read and check a file; keep nothing of it."""
    item_code = called.item or _fitting_item(called.file, run)
    with spool.working_folder() as work:
        checked = intake.check_file(
            clear=called.file,
            declared_name=called.file.name,
            item_code=item_code,
            today=run.today,
            work=work,
            tell=_teller(run),
        )
        translate = rule_texts.translator(item=checked.context.item, edition=checked.context.edition)
        wrong, shown, counted = _read_faults(intake.list_faults(checked))
        if called.output is not None:
            intake.write_check_result(
                original=called.file,
                declared_name=called.file.name,
                checked=checked,
                target=called.output,
                translate=translate,
                words=result_words(),
            )
    body: dict[str, Any] = {
        "item": item_code,
        "lines": checked.lines,
        "wrong": wrong,
        "rules": dict(counted),
        "findings": [asdict(finding) for finding in shown],
    }
    told = [("行", "规则", "原因", "处理办法")]
    told += [(str(each.line), each.rule, *translate(each)) for each in shown]
    lines = [f"{item_code}：{checked.lines} 行，{wrong} 行有误。"]
    if wrong:
        lines += [*table(told), *((f"只列出前 {MOST_SHOWN} 处。",) if counted.total() > MOST_SHOWN else ())]
    lines.append("本人是否在库、身份和重复等，报送时才检查。")
    return Answer(body=body, lines=tuple(lines), status=FAILED if wrong else 0)


def _fitting_item(file: Path, run: Run) -> str:
    fitting = intake.fitting_items(original=file, declared_name=file.name, today=run.today)
    if len(fitting) != 1:
        raise CommandRefused(code="ITEM_UNCLEAR", fitting="、".join(fitting[:10]) or "无")
    return fitting[0]


def _read_faults(
    faults: Iterable[lookups.FindingLine],
) -> tuple[int, list[lookups.FindingLine], Counter[str]]:
    """Count wrong lines and rules, and keep the first findings."""
    shown: list[lookups.FindingLine] = []
    counted: Counter[str] = Counter()
    wrong = last = 0
    for finding in faults:
        counted[finding.rule] += 1
        wrong += finding.line != last
        last = finding.line
        if len(shown) < MOST_SHOWN:
            shown.append(finding)
    return wrong, shown, counted


def submit(called: argparse.Namespace, run: Run) -> Answer:
    """Send a file and settle it at once."""
    actor = run.officer(called.by) if called.by else _supplier(called.supplier, run)
    with called.file.open("rb") as source:
        received = intake.receive_batch(
            source=source,
            declared_name=called.file.name,
            item_code=called.item,
            organisation_code=called.supplier,
            channel="COMMAND",
            actor=actor,
            now=run.now,
            declared_lines=called.declared_lines,
            declared_sha256=called.declared_sha256,
            idempotency_key=called.key,
        )
    return _settle(received.reference, actor, run)


def _supplier(organisation_code: str, run: Run) -> Actor:
    return run.operator([Role.SUPPLIER], organisation_code=organisation_code)


def _settle(reference: str, actor: Actor, run: Run) -> Answer:
    tell = _teller(run)
    with ProgressWriter(reference) as progress:

        def both(phase: str, done: int, total: int) -> None:
            progress.tell(phase, done, total)
            tell(phase, done, total)

        settled = intake.settle_batch(reference=reference, actor=actor, now=run.now, tell=both)
    return _settled(settled)


def _settled(settled: intake.Settled) -> Answer:
    if settled.refusal_code:
        return refusal(
            settled.refusal_code, dict(settled.refusal_details or {}), batch=settled.reference, state=settled.state
        )
    body = {
        "batch": settled.reference,
        "lines": settled.lines,
        "accepted": settled.accepted,
        "rejected": settled.rejected,
        "held": settled.held,
        "unchanged": settled.unchanged,
        "state": settled.state,
    }
    if settled.state is BatchState.AWAITING_APPROVAL:
        bounds = "、".join(str(rule_texts.bound_label(bound)) for bound in settled.bounds)
        lines = (
            f"批次 {settled.reference} 超出以往的范围（{bounds}），等待复核，尚未入库。",
            f"由本单位复核人执行 chengxin intake approve {settled.reference} --by 登录名 --reason 理由",
        )
        return Answer(body={**body, "bounds": settled.bounds}, lines=lines, status=FAILED)
    counts = f"入库 {settled.accepted}，未收 {settled.rejected}，待核 {settled.held}，无变化 {settled.unchanged}"
    lines = (
        f"批次 {settled.reference}：共 {settled.lines} 行，{counts}。",
        *((f"取结果：chengxin intake result {settled.reference} -o 文件",) if settled.rejected + settled.held else ()),
    )
    return Answer(body=body, lines=lines)


def _teller(run: Run) -> Callable[[str, int, int], None]:
    """Return what tells people at a terminal how far it has come."""

    def tell(phase: str, done: int, total: int) -> None:
        if run.wants_json or not sys.stderr.isatty():
            return
        share = f" {100 * done // total} %" if total else ""
        end = "\n" if phase == "DONE" else ""
        print(f"\r{PHASES.get(phase, phase)}{share}    ", end=end, file=sys.stderr, flush=True)

    return tell


def approve(called: argparse.Namespace, run: Run) -> Answer:
    """Let a waiting batch pass as its organisation's second officer, and settle it."""
    actor = run.officer(called.by)
    intake.approve_batch(reference=called.batch, reasons=called.reason, actor=actor, now=run.now)
    return _settle(called.batch, actor, run)


def decline(called: argparse.Namespace, run: Run) -> Answer:
    """Decline a waiting batch as its organisation's second officer."""
    intake.decline_batch(reference=called.batch, reasons=called.reason, actor=run.officer(called.by), now=run.now)
    return _moved(called.batch, BatchState.DECLINED, "未通过，没有入库", run)


def reverse(called: argparse.Namespace, run: Run) -> Answer:
    """Take a posted batch back as its organisation's second officer."""
    intake.reverse_batch(reference=called.batch, reasons=called.reason, actor=run.officer(called.by), now=run.now)
    return _moved(called.batch, BatchState.REVERSED, "已整批撤销", run)


def _moved(batch: str, state: BatchState, words: str, run: Run) -> Answer:
    return Answer(body={"batch": batch, "state": state, "run": run.run_id}, lines=(f"批次 {batch} {words}。",))


def result(called: argparse.Namespace, run: Run) -> Answer:
    """Write the result of a batch in the shape of the file that was sent.

    Raises:
        ResultNotReady: It was never settled.
    """
    actor = run.operator([Role.OFFICE_REVIEWER])
    batch = lookups.access_batch(reference=called.batch, actor=actor)
    if not isinstance(batch, lookups.BatchLine):
        batch.require()
    if not batch.edition_code:
        raise ResultNotReady(batch=batch.reference, state=batch.state)
    edition = catalogue.edition(batch.edition_code)
    item = edition.item_types[batch.item_code]
    written = intake.write_result(
        reference=batch.reference,
        target=called.output,
        translate=rule_texts.translator(item=item, edition=edition),
        words=result_words(),
        actor=actor,
    )
    body = {"batch": batch.reference, "file": str(written.path), "name": written.file_name, "format": written.format}
    return Answer(body=body, lines=(f"已写出结果：{written.path}（含个人信息，用后请删除）",))


def list_batches(called: argparse.Namespace, run: Run) -> Answer:
    """List batches, newest first.

    Raises:
        CommandRefused: There is no such state.
    """
    del run
    state = None
    if called.state is not None:
        known = [each.value for each in BatchState]
        if called.state not in known:
            raise CommandRefused(code="STATE_UNKNOWN", state=called.state[:24], known="、".join(known))
        state = BatchState(called.state)
    batches = lookups.list_batches(
        organisation_code=called.supplier, item_code=called.item, state=state, limit=called.limit
    )
    rows: list[tuple[object, ...]] = [("批次", "单位", "信息项", "状态", "行", "入库", "未收", "待核", "无变化")]
    for each in batches:
        counts = (each.lines, each.accepted, each.rejected, each.held, each.unchanged)
        rows.append((each.reference, each.organisation_code, each.item_code, each.state, *counts))
    lines = table(rows) if batches else ("没有批次。",)
    return Answer(body={"batches": [asdict(each) for each in batches]}, lines=lines)
