"""Settling a batch: read, check as a whole, match, seal, post. One transaction; every line ends with one outcome.

The file is read and checked before the transaction; inside it the checked lines pass in chunks: while PostgreSQL takes
one chunk in, the next is being folded, indexed and sealed.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from django.conf import settings
from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refused
from chengxin.catalogue import lookups as catalogue
from chengxin.checking import engine
from chengxin.checking import rules as checks
from chengxin.checking.rules import CheckContext, HeaderPlan
from chengxin.intake import rules, states
from chengxin.intake.errors import BatchUnknown, DeclaredDiffers, ItemNotInCatalogue
from chengxin.intake.events import BatchMoved, BatchRefused, BatchSettled
from chengxin.intake.models import Batch
from chengxin.intake.operations import spool
from chengxin.intake.operations.posting import Posted, PostingJob
from chengxin.intake.states import BatchMove, BatchState
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date
from chengxin.tabular import reading
from chengxin.tabular.reading import BrokenLine, Limits

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a batch.

    Attributes:
        reference: The batch.
        state: Where it stands now.
        lines: Data records in the file; the sum of the four that follow once it is posted.
        accepted: Lines that are items now.
        rejected: Lines with at least one finding.
        held: Lines that wait for a clerk.
        unchanged: Lines that said nothing new.
        refusal_code: Why the file as a whole was refused, or empty.
        refusal_details: Safe details of it.
        bounds: In which respects it lies outside what is usual, where it waits for a second officer.
    """

    reference: str
    state: BatchState
    lines: int = 0
    accepted: int = 0
    rejected: int = 0
    held: int = 0
    unchanged: int = 0
    refusal_code: str = ""
    refusal_details: dict[str, str] | None = None
    bounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """A file after reading and checking, before anything is looked up about persons.

    Attributes:
        plain: Parquet of the lines as texts; checking them is what :meth:`batches` does.
        lines: Data records, broken ones among them.
        broken: Lines that could not be read as a line of the table.
        repeated: Lines whose record number an earlier line bears.
        withdrawals: Lines that withdraw.
        header_plan: Which column is which.
        context: Under what it was checked.
        file_format: As the content told.
    """

    plain: Path
    lines: int
    broken: tuple[BrokenLine, ...]
    repeated: frozenset[int]
    withdrawals: int
    header_plan: HeaderPlan
    context: CheckContext
    file_format: str

    def batches(self, *, rows: int) -> "AbstractContextManager[Iterator[pa.RecordBatch]]":
        """Check the lines and give them in order, at most so many at a time, while the folder of the file exists."""
        return engine.checked_batches(
            name=settings.CHENGXIN_ENGINE,
            work=self.plain.parent,
            source=self.plain,
            header_plan=self.header_plan,
            context=self.context,
            rows=rows,
        )


def _silent(_phase: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def check_file(
    *, clear: Path, declared_name: str, item_code: str, today: date, work: Path, tell: Tell = _silent
) -> CheckedFile:
    """Read a file and check all its lines as a whole, without touching any person's data.

    Args:
        clear: The file.
        declared_name: As its sender calls it.
        item_code: What it is said to hold.
        today: Civil date of the check.
        work: Private folder for what lies in between.
        tell: Told the phase, lines done and lines in all.

    Raises:
        TabularRefused: The file cannot be read as a table.
        ColumnsRefused: Its columns are not this item's.
        ItemNotInCatalogue: There is no such item.
    """
    edition = catalogue.edition_in_force(today)
    item = edition.item_types.get(item_code)
    if item is None:
        raise ItemNotInCatalogue(item=item_code[:64])
    tell("READING", 0, 0)
    inspection = reading.inspect(clear, declared_name=declared_name)
    plain = work / "plain.parquet"
    read = reading.to_parquet(clear, inspection, plain, limits=Limits())
    # What reading took is of no use to checking, which has a bound of its own.
    pa.default_memory_pool().release_unused()
    context = CheckContext(today=today, synthetic=settings.DEMONSTRATION, edition=edition, item=item)
    header_plan = checks.assign_headers(headers=read.headers, context=context)
    tell("CHECKING", 0, read.lines)
    with engine.engine(name=settings.CHENGXIN_ENGINE, work=work) as backend:
        repeated = engine.repeated_lines(backend=backend, source=plain, header_plan=header_plan)
        withdrawals = engine.count_withdrawals(backend=backend, source=plain, header_plan=header_plan)
    return CheckedFile(
        plain=plain,
        lines=read.lines,
        broken=read.broken,
        repeated=repeated,
        withdrawals=withdrawals,
        header_plan=header_plan,
        context=context,
        file_format=inspection.format.value,
    )


def settle_batch(*, reference: str, actor: Actor, now: datetime, tell: Tell = _silent) -> Settled:
    """Settle a received or approved batch. A batch that is settled already is only reported.

    A file that cannot be taken is refused as a whole: that is an outcome, not an exception.

    Args:
        reference: The batch.
        actor: In whose name it is posted.
        now: The moment; its civil date decides edition, mandate and clocks.
        tell: Told the phase, lines done and lines in all; called outside and inside the transaction.

    Raises:
        BatchUnknown: There is no such batch.
    """
    batch = Batch.objects.filter(reference=reference).first()
    if batch is None:
        raise BatchUnknown(batch=reference[:24])
    if BatchState(batch.state) not in {BatchState.RECEIVED, BatchState.APPROVED}:
        return settled_of(batch)
    with spool.working_folder() as work:
        clear = work / "original"
        spool.read_clear(reference=reference, target=clear)
        try:
            _compare_digest(batch)
            checked = check_file(
                clear=clear,
                declared_name=batch.declared_name,
                item_code=batch.item_code,
                today=civil_date(now),
                work=work,
                tell=tell,
            )
            _compare_count(batch, checked)
        except Refused as refused:
            return _refuse(batch=batch, refused=refused, actor=actor, now=now)
        clear.unlink()
        outside = _outside_usual(batch, checked) if batch.state == BatchState.RECEIVED.value else ()
        if outside:
            return _stop(batch=batch, checked=checked, outside=outside, actor=actor, now=now)
        return _post(batch=batch, checked=checked, actor=actor, now=now, tell=tell)


def _compare_digest(batch: Batch) -> None:
    if batch.declared_sha256 and batch.declared_sha256 != batch.sha256:
        raise DeclaredDiffers(code="DECLARED_DIGEST", declared=batch.declared_sha256, found=batch.sha256)


def _compare_count(batch: Batch, checked: CheckedFile) -> None:
    if batch.declared_lines is not None and batch.declared_lines != checked.lines:
        raise DeclaredDiffers(code="DECLARED_COUNT", declared=batch.declared_lines, found=checked.lines)


def _outside_usual(batch: Batch, checked: CheckedFile) -> tuple[str, ...]:
    rows = Batch.objects.filter(
        organisation_code=batch.organisation_code, item_code=batch.item_code, state=BatchState.POSTED.value
    ).order_by("-submitted_at")[:50]
    history = [
        rules.PastBatch(lines=row.lines_count, withdrawn=row.withdrawn_count)
        for row in rows.only("lines_count", "withdrawn_count")
    ]
    return rules.outside_usual(lines=checked.lines, withdrawals=checked.withdrawals, history=history)


@transaction.atomic
def _refuse(*, batch: Batch, refused: Refused, actor: Actor, now: datetime) -> Settled:
    _lock(batch)
    state = states.after(BatchState(batch.state), BatchMove.REFUSE)
    details = dict(refused.details)
    Batch.objects.filter(pk=batch.pk).update(
        state=state.value, refusal_code=refused.code, refusal_details=details, settled_at=now
    )
    ledger.append(BatchRefused(person_id=None, batch=batch.reference, refusal_code=refused.code), actor=actor, at=now)
    return Settled(reference=batch.reference, state=state, refusal_code=refused.code, refusal_details=details)


@transaction.atomic
def _stop(*, batch: Batch, checked: CheckedFile, outside: tuple[str, ...], actor: Actor, now: datetime) -> Settled:
    _lock(batch)
    state = states.after(BatchState(batch.state), BatchMove.STOP)
    Batch.objects.filter(pk=batch.pk).update(
        state=state.value, bounds=list(outside), lines_count=checked.lines, withdrawn_count=checked.withdrawals
    )
    ledger.append(
        BatchMoved(person_id=None, batch=batch.reference, move=BatchMove.STOP.value, state=state.value),
        actor=actor,
        at=now,
    )
    return Settled(reference=batch.reference, state=state, lines=checked.lines, bounds=outside)


def _lock(batch: Batch) -> None:
    """Take the batch for this transaction and read its state anew; a second settler waits and then sees the outcome."""
    batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())


def _post(*, batch: Batch, checked: CheckedFile, actor: Actor, now: datetime, tell: Tell) -> Settled:
    with transaction.atomic():
        _lock(batch)
        if BatchState(batch.state) not in {BatchState.RECEIVED, BatchState.APPROVED}:
            return settled_of(batch)
        _lock_keys(batch)
        state = states.after(BatchState(batch.state), BatchMove.SETTLE)
        posted = PostingJob(batch=batch, checked=checked, actor=actor, now=now, tell=tell).run()
        _write(batch=batch, checked=checked, posted=posted, state=state, now=now)
        ledger.append(
            BatchSettled(
                person_id=None, batch=batch.reference, posting_id=posted.posting_id, counts=posted.tally(checked.lines)
            ),
            actor=actor,
            at=now,
        )
    tell("DONE", checked.lines, checked.lines)
    return settled_of(batch)


def _lock_keys(batch: Batch) -> None:
    """Let batches of one supplier and item follow one another, so that no key is judged new twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(7203, hashtext(%s))", [f"{batch.organisation_code}|{batch.item_code}"]
        )


def _write(*, batch: Batch, checked: CheckedFile, posted: Posted, state: BatchState, now: datetime) -> None:
    batch.state = state.value
    batch.edition_code = checked.context.edition.code
    batch.file_format = checked.file_format
    batch.settled_at = now
    batch.posting_id = posted.posting_id
    (
        batch.lines_count,
        batch.accepted_count,
        batch.rejected_count,
        batch.held_count,
        batch.unchanged_count,
    ) = posted.tally(checked.lines)
    batch.corrected_count = posted.corrected
    batch.withdrawn_count = posted.withdrawn
    batch.delay_days_sum = posted.delay_days
    batch.delay_count = posted.delay_lines
    batch.outcomes = zlib.compress(posted.outcomes.tobytes(), 6)
    batch.save(force_update=True)


def settled_of(batch: Batch) -> Settled:
    """Return what became of a batch, from its row."""
    return Settled(
        reference=batch.reference,
        state=BatchState(batch.state),
        lines=batch.lines_count,
        accepted=batch.accepted_count,
        rejected=batch.rejected_count,
        held=batch.held_count,
        unchanged=batch.unchanged_count,
        refusal_code=batch.refusal_code,
        refusal_details=dict(batch.refusal_details),
        bounds=tuple(batch.bounds),
    )
