"""The result of a batch in the shape of the file that was sent, and the findings of a file that was only checked.

Findings are read from the database in the order of the lines, one after the other, so that memory does not grow with
the batch. The words come from the interface that asks; nothing here is translated.
"""

import heapq
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.checking import engine
from chengxin.checking import rules as checks
from chengxin.checking.rules import CheckContext, Fault, Rule, rule_of_broken
from chengxin.intake import lookups, policies
from chengxin.intake.errors import BatchUnknown, ColumnsRefused, ResultNotReady
from chengxin.intake.lookups import standing_of
from chengxin.intake.models import Batch, Finding, HeldLine, Upload
from chengxin.intake.operations import spool
from chengxin.intake.operations.posting import CHUNK_LINES
from chengxin.intake.states import BatchState, Outcome
from chengxin.periods.civil import civil_date
from chengxin.tabular import reading, writing
from chengxin.tabular.naming import safe_name
from chengxin.tabular.values import Format, Inspection
from chengxin.tabular.writing import LineResult, ResultLabels, ResultMessage

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from chengxin.intake.lookups import FindingLine
    from chengxin.intake.operations.settling import CheckedFile

Translate = Callable[["FindingLine"], tuple[str, str]]

ENDINGS: Mapping[Format, str] = {
    Format.CSV: ".csv",
    Format.XLSX: ".xlsx",
    Format.JSON_LINES: ".jsonl",
    Format.PARQUET: ".parquet",
}
ORPHAN_AGE = timedelta(days=2)
SETTLED_STATES = frozenset({BatchState.POSTED, BatchState.REVERSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultWords:
    """The words of a result, in the reader's language.

    Attributes:
        labels: Headers of the added columns.
        outcomes: What each outcome is called.
    """

    labels: ResultLabels
    outcomes: Mapping[Outcome, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenResult:
    """A result that was written.

    Attributes:
        path: Where; it holds personal data in clear, so the caller hands it over and removes it.
        file_name: What to call it towards the supplier: the name of the file that was sent, marked as its result.
        format: Kind of file.
    """

    path: Path
    file_name: str
    format: Format


def write_result(
    *, reference: str, target: Path, translate: Translate, words: ResultWords, actor: Actor
) -> WrittenResult:
    """Write the result of a settled batch in the shape of the file that was sent.

    Args:
        reference: The batch.
        target: File to write; readable by its owner only.
        translate: Gives the reason and the remedy of a finding in the reader's language.
        words: Headers and outcomes in the reader's language.
        actor: An officer or client of the batch's organisation, or the credit office.

    Raises:
        BatchUnknown: There is no such batch.
        Refused: With code NOT_YOUR_BATCH.
        ResultNotReady: The batch is not settled (detail ``state``), or its file is no longer kept (``kept_until``).
    """
    batch = Batch.objects.filter(reference=reference).first()
    if batch is None:
        raise BatchUnknown(batch=reference[:24])
    policies.may_read_batch(actor, standing_of(actor, batch)).require()
    if BatchState(batch.state) not in SETTLED_STATES:
        raise ResultNotReady(batch=batch.reference, state=batch.state)
    with spool.working_folder() as work:
        clear = work / "original"
        try:
            spool.read_clear(reference=reference, target=clear)
        except FileNotFoundError:
            raise ResultNotReady(batch=batch.reference, kept_until=batch.file_kept_until.isoformat()) from None
        inspection = reading.inspect(clear, declared_name=batch.declared_name)
        positions = _positions(batch, clear, inspection, work)
        written = work / "result"
        with transaction.atomic():  # one snapshot, and cursors on the server
            writing.write_result(clear, inspection, written, _results(batch, positions, translate, words), words.labels)
        _hand_over(written, target)
    return WrittenResult(
        path=target, file_name=_file_name(batch.declared_name, inspection.format), format=inspection.format
    )


def _file_name(declared_name: str, file_format: Format) -> str:
    stem, dot, _ = declared_name.rpartition(".")
    return safe_name(f"{stem if dot else declared_name}-结果{ENDINGS[file_format]}")


def _hand_over(written: Path, target: Path) -> None:
    """Copy a finished file to where it was asked for; a half-written one never stands there."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, written.open("rb") as source:
            shutil.copyfileobj(source, file)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _positions(batch: Batch, clear: Path, inspection: Inspection, work: Path) -> Mapping[str, int]:
    """Return where each column stands in the file; only a workbook shows its wrong cells, so only there."""
    if inspection.format is not Format.XLSX:
        return {}
    plain = work / "plain.parquet"
    headers = reading.to_parquet(clear, inspection, plain).headers
    plain.unlink()
    edition = catalogue.edition(batch.edition_code)
    item = edition.item_types[batch.item_code]
    context = CheckContext(today=civil_date(batch.submitted_at), synthetic=False, edition=edition, item=item)
    return checks.assign_headers(headers=headers, context=context).positions


def _results(
    batch: Batch, positions: Mapping[str, int], translate: Translate, words: ResultWords
) -> Iterator[LineResult]:
    grouped = groupby(heapq.merge(_findings(batch), _held(batch), key=attrgetter("line")), key=attrgetter("line"))
    waiting = next(grouped, None)
    for line, outcome in enumerate(lookups.outcomes_of(batch_id=batch.pk), start=1):
        found: tuple[FindingLine, ...] = ()
        if waiting is not None and waiting[0] == line:
            found = tuple(waiting[1])
            waiting = next(grouped, None)
        yield _result(line, words.outcomes[outcome], found, positions, translate)


def _result(
    line: int, outcome: str, found: "tuple[FindingLine, ...]", positions: Mapping[str, int], translate: Translate
) -> LineResult:
    messages = tuple(ResultMessage(*translate(finding)) for finding in found)
    bad = tuple(sorted({positions[finding.column] for finding in found if finding.column in positions}))
    return LineResult(line=line, outcome=outcome, messages=messages, bad_columns=bad)


def _findings(batch: Batch) -> "Iterator[FindingLine]":
    for row in Finding.objects.filter(batch=batch).order_by("line", "pk").iterator(chunk_size=5_000):
        yield lookups.FindingLine(
            line=row.line, rule=row.rule, column=row.column, seen=row.seen, params=dict(row.params)
        )


def _held(batch: Batch) -> "Iterator[FindingLine]":
    """Yield the held lines as findings: the reason as the rule, with what the clerk decided meanwhile."""
    rows = HeldLine.objects.filter(batch=batch).order_by("line").values_list("line", "reason", "state", "reasons")
    for line, reason, state, reasons in rows.iterator(chunk_size=5_000):
        params = {"state": state, "reasons": reasons}
        yield lookups.FindingLine(line=line, rule=reason, column="", seen="", params=params)


def list_faults(checked: "CheckedFile") -> "Iterator[FindingLine]":
    """Yield the findings of a file that was only checked, in the order of its lines.

    What needs the store (the person, the role, the supplier's earlier lines) is not among them.

    Args:
        checked: As ``check_file`` returned it, while its working folder exists.
    """
    return heapq.merge(_broken(checked), _faults(checked), key=attrgetter("line"))


def _broken(checked: "CheckedFile") -> "Iterator[FindingLine]":
    for broken in checked.broken:
        rule = rule_of_broken(broken.code)
        params = {**broken.params, "what": broken.code}
        yield lookups.FindingLine(line=broken.line, rule=rule.value, column="", seen="", params=params)


def _faults(checked: "CheckedFile") -> "Iterator[FindingLine]":
    plan = checks.fault_plan(header_plan=checked.header_plan, context=checked.context)
    codes = tuple(checked.header_plan.positions)
    with checked.batches(rows=CHUNK_LINES) as batches:
        for batch in batches:
            yield from _faults_of_batch(batch, plan, codes, checked)


def _faults_of_batch(
    batch: "pa.RecordBatch", plan: Sequence[Fault], codes: Sequence[str], checked: "CheckedFile"
) -> "Iterator[FindingLine]":
    lines = batch["line"].to_numpy()
    words = [batch[name].to_numpy() for name in engine.fault_columns(len(plan))]
    is_faulty = np.isin(lines, np.fromiter(checked.repeated, dtype=np.int64, count=len(checked.repeated)))
    for word in words:
        is_faulty |= word != 0
    seen = batch["seen"]
    for place in np.flatnonzero(is_faulty).tolist():
        line = int(lines[place])
        faults = checks.faults_of([int(word[place]) for word in words], plan)
        if line in checked.repeated:
            faults = (*faults, Fault(Rule.RECORD_NUMBER_TWICE, checks.RECORD_NUMBER))
        values = dict(zip(codes, str(seen[place].as_py()).split(checks.SEPARATOR), strict=False))
        for fault in faults:
            yield _finding(line, fault, values, checked)


def _finding(line: int, fault: Fault, values: Mapping[str, str], checked: "CheckedFile") -> "FindingLine":
    value = values.get(fault.column or "", "")
    params: dict[str, str] = {}
    if fault.rule in {Rule.PROHIBITED_CATEGORY, Rule.SEALED_CATEGORY}:
        params = dict(checks.detected_word(value=value, rule=fault.rule, edition=checked.context.edition))
    # A text refused for what it says is not repeated to anybody.
    is_screened = fault.rule in {Rule.PROHIBITED_CATEGORY, Rule.SEALED_CATEGORY, Rule.PERSONAL_NUMBER_IN_TEXT}
    seen = "" if is_screened else checks.masked_value(fault.column, value)
    return lookups.FindingLine(line=line, rule=fault.rule.value, column=fault.column or "", seen=seen, params=params)


def write_check_result(
    *,
    original: Path,
    declared_name: str,
    checked: "CheckedFile",
    target: Path,
    translate: Translate,
    words: ResultWords,
) -> WrittenResult:
    """Write the findings of a file that was only checked, in its own shape.

    Args:
        original: The file that was checked.
        declared_name: As its sender calls it.
        checked: As ``check_file`` returned it, while its working folder exists.
        target: File to write; readable by its owner only.
        translate: As for ``write_result``.
        words: As for ``write_result``; lines without a fault get the word for accepted.

    Raises:
        TabularRefused: The original changed meanwhile.
    """
    inspection = reading.inspect(original, declared_name=declared_name)
    with spool.working_folder() as work:
        written = work / "result"
        results = _checked_results(checked, translate, words)
        writing.write_result(original, inspection, written, results, words.labels)
        _hand_over(written, target)
    return WrittenResult(path=target, file_name=_file_name(declared_name, inspection.format), format=inspection.format)


def _checked_results(checked: "CheckedFile", translate: Translate, words: ResultWords) -> Iterator[LineResult]:
    grouped = groupby(list_faults(checked), key=attrgetter("line"))
    waiting = next(grouped, None)
    for line in range(1, checked.lines + 1):
        found: tuple[FindingLine, ...] = ()
        if waiting is not None and waiting[0] == line:
            found = tuple(waiting[1])
            waiting = next(grouped, None)
        outcome = words.outcomes[Outcome.REJECTED if found else Outcome.ACCEPTED]
        yield _result(line, outcome, found, checked.header_plan.positions, translate)


def fitting_items(*, original: Path, declared_name: str, today: date) -> tuple[str, ...]:
    """Return the codes of the item types whose columns a file has, by its headers alone, in order.

    Args:
        original: The file.
        declared_name: As its sender calls it.
        today: Civil date; decides the edition.

    Raises:
        TabularRefused: The file cannot be read as a table.
    """
    edition = catalogue.edition_in_force(today)
    inspection = reading.inspect(original, declared_name=declared_name)
    with spool.working_folder() as work:
        headers = reading.to_parquet(original, inspection, work / "plain.parquet").headers
    fitting: list[str] = []
    for code, item in edition.item_types.items():
        context = CheckContext(today=today, synthetic=False, edition=edition, item=item)
        with suppress(ColumnsRefused):
            checks.assign_headers(headers=headers, context=context)
            fitting.append(code)
    return tuple(sorted(fitting))


def discard_overdue_files(*, now: "datetime") -> int:
    """Remove sealed originals whose keeping is over, and files that no batch and no upload ever came to own.

    Args:
        now: The moment; its civil date is compared with each batch's ``file_kept_until``.

    Returns:
        How many files were removed.
    """
    today = civil_date(now)
    removed = 0
    for path in sorted(spool.path_of("any").parent.iterdir()):
        reference = path.name.split(".", 1)[0]
        kept_until = Batch.objects.filter(reference=reference).values_list("file_kept_until", flat=True).first()
        if kept_until is None:
            is_owned = Upload.objects.filter(reference=reference, batch__isnull=True).exists()
            is_overdue = not is_owned and now.timestamp() - path.stat().st_mtime > ORPHAN_AGE.total_seconds()
        else:
            is_overdue = kept_until < today
        if is_overdue:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
