"""Reading of batches: lists, one batch with its findings, held lines, quality. Values only; identifiers masked."""

import json
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import Count, Max, Q, QuerySet, Sum

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.identifiers.identity import mask
from chengxin.intake import policies, rules
from chengxin.intake.errors import BatchUnknown, HeldLineUnknown
from chengxin.intake.models import Batch, Finding, HeldLine, Progress
from chengxin.intake.rules import Quality
from chengxin.intake.states import OUTCOME_OF_BYTE, BatchState, HeldState, Outcome
from chengxin.keys.current import keyring
from chengxin.periods.civil import civil_date
from chengxin.sealing.suites import unseal

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One batch, as lists and its own page show it."""

    id: int
    reference: str
    organisation_code: str
    item_code: str
    edition_code: str
    channel: str
    state: BatchState
    declared_name: str
    file_format: str
    size_bytes: int
    sha256: str
    submitted_by: str
    submitted_at: datetime
    settled_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    reasons: str
    lines: int
    accepted: int
    rejected: int
    held: int
    unchanged: int
    corrected: int
    withdrawn: int
    refusal_code: str
    refusal_details: Mapping[str, str]
    bounds: tuple[str, ...]
    posting_id: int | None
    file_kept_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One fault of one line, as shown and exported."""

    line: int
    rule: str
    column: str
    seen: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeCount:
    """How often a rule was broken in a column, in one batch."""

    rule: str
    column: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressLine:
    """How far a batch has come: phase, lines done, lines in all."""

    phase: str
    done: int
    total: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLineShown:
    """A held line, as queues show it: no name and no number in clear.

    Attributes:
        id: Key of the line.
        batch: Reference of its batch.
        line: Number in the file.
        reason: Why it waits.
        state: Where it stands.
        organisation_code: Who sent it.
        item_code: As what.
        submitted_at: When.
        decided_at: When it was settled, or None.
        reasons: What the clerk wrote.
    """

    id: int
    batch: str
    line: int
    reason: str
    state: HeldState
    organisation_code: str
    item_code: str
    submitted_at: datetime
    decided_at: datetime | None
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLineOpened:
    """A held line opened by a clerk, with what the line says; the number is masked, the name is not.

    Attributes:
        shown: What the queue shows of it.
        name: As the supplier wrote it.
        masked_number: The number, masked.
        number: The number in clear, for finding leads; never to be rendered.
        occurred_on: Day of the event.
        record_number: The supplier's own number.
    """

    shown: HeldLineShown
    name: str
    masked_number: str
    number: str
    occurred_on: date
    record_number: str


def standing_of(actor: Actor, batch: Batch) -> policies.BatchStanding:
    """Gather how an actor stands to a batch."""
    return policies.BatchStanding(
        is_own_organisation=actor.organisation_code == batch.organisation_code,
        is_submitter=actor.key == batch.submitted_by,
    )


def held_context(reference: str, line: int) -> bytes:
    """Return what a held line's seal is bound to."""
    return f"held|{reference}|{line}".encode()


def contents_of(held: HeldLine) -> dict[str, Any]:
    """Return a held line's contents in clear; whoever calls has judged and registered the look."""
    context = held_context(held.batch.reference, held.line)
    contents: dict[str, Any] = json.loads(unseal(keyring().vault(), bytes(held.sealed), context=context))
    return contents


def _line(row: Batch) -> BatchLine:
    return BatchLine(
        id=row.pk,
        reference=row.reference,
        organisation_code=row.organisation_code,
        item_code=row.item_code,
        edition_code=row.edition_code,
        channel=row.channel,
        state=BatchState(row.state),
        declared_name=row.declared_name,
        file_format=row.file_format,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        settled_at=row.settled_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reasons=row.reasons,
        lines=row.lines_count,
        accepted=row.accepted_count,
        rejected=row.rejected_count,
        held=row.held_count,
        unchanged=row.unchanged_count,
        corrected=row.corrected_count,
        withdrawn=row.withdrawn_count,
        refusal_code=row.refusal_code,
        refusal_details=dict(row.refusal_details),
        bounds=tuple(row.bounds),
        posting_id=row.posting_id,
        file_kept_until=row.file_kept_until,
    )


def access_batch(*, reference: str, actor: Actor) -> BatchLine | Refusal:
    """Open one batch: its counts and how it was judged. It shows no person, so no line of the register is due.

    Args:
        reference: The batch.
        actor: Who looks: an officer or client of its organisation, or the credit office.

    Raises:
        BatchUnknown: There is no such batch.
    """
    row = Batch.objects.defer("outcomes").filter(reference=reference).first()
    if row is None:
        raise BatchUnknown(batch=reference[:24])
    decision = policies.may_read_batch(actor, standing_of(actor, row))
    return decision if isinstance(decision, Refusal) else _line(row)


def list_batches(
    *,
    organisation_code: str | None = None,
    state: BatchState | None = None,
    item_code: str | None = None,
    text: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[BatchLine, ...]:
    """Return batches, newest first.

    Args:
        organisation_code: Of one organisation, or None for all.
        state: In one state, or None.
        item_code: Of one item type, or None.
        text: Part of a reference or of a declared name.
        before: Only batches with a smaller key: the last of the page before.
        limit: At most so many.
    """
    rows = Batch.objects.defer("outcomes").order_by("-pk")
    if organisation_code is not None:
        rows = rows.filter(organisation_code=organisation_code)
    if state is not None:
        rows = rows.filter(state=state.value)
    if item_code:
        rows = rows.filter(item_code=item_code)
    if text:
        rows = rows.filter(Q(reference__icontains=text) | Q(declared_name__icontains=text))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(_line(row) for row in rows[:limit])


def count_batches(*, organisation_code: str | None = None) -> Mapping[BatchState, int]:
    """Return how many batches stand in each state."""
    rows = Batch.objects.all()
    if organisation_code is not None:
        rows = rows.filter(organisation_code=organisation_code)
    counted = rows.values_list("state").annotate(count=Count("pk"))
    return {BatchState(state): count for state, count in counted}


def list_findings(*, batch_id: int, after: int = 0, limit: int = PAGE) -> tuple[FindingLine, ...]:
    """Return findings of a batch in the order of its lines; ``after`` is the last line of the page before.

    A page never cuts a line's findings in two, so it may be a little longer than ``limit``.
    """
    rows = list(Finding.objects.filter(batch_id=batch_id, line__gt=after).order_by("line", "pk")[:limit])
    if len(rows) == limit:
        last = rows[-1]
        rows += list(Finding.objects.filter(batch_id=batch_id, line=last.line, pk__gt=last.pk).order_by("pk"))
    return tuple(_finding(row) for row in rows)


def _finding(row: Finding) -> FindingLine:
    return FindingLine(line=row.line, rule=row.rule, column=row.column, seen=row.seen, params=dict(row.params))


def list_mistakes(*, batch_id: int, limit: int = 3) -> tuple[MistakeCount, ...]:
    """Return the most frequent mistakes of a batch."""
    counted = (
        Finding.objects.filter(batch_id=batch_id)
        .values_list("rule", "column")
        .annotate(lines=Count("line", distinct=True))
        .order_by("-lines", "rule", "column")[:limit]
    )
    return tuple(MistakeCount(rule=rule, column=column, lines=lines) for rule, column, lines in counted)


def outcomes_of(*, batch_id: int) -> list[Outcome]:
    """Return the outcome of every line of a settled batch, in order."""
    (packed,) = Batch.objects.filter(pk=batch_id).values_list("outcomes", flat=True)
    packed_bytes = zlib.decompress(bytes(packed)) if packed else b""
    return [OUTCOME_OF_BYTE[byte] for byte in np.frombuffer(packed_bytes, dtype=np.uint8).tolist()]


def find_progress(*, reference: str) -> ProgressLine | None:
    """Return how far the settling of a batch has come, or None where it has not begun."""
    row = Progress.objects.filter(pk=reference).first()
    return None if row is None else ProgressLine(phase=row.phase, done=row.done, total=row.total, at=row.at)


def list_held_lines(
    *,
    organisation_code: str | None = None,
    batch_id: int | None = None,
    state: HeldState | None = HeldState.WAITING,
    after: int = 0,
    limit: int = PAGE,
) -> tuple[HeldLineShown, ...]:
    """Return held lines, oldest first.

    Args:
        organisation_code: Of one supplier, or None for all.
        batch_id: Of one batch, or None for all.
        state: In one state, or None for all.
        after: Only lines with a larger key: the last of the page before.
        limit: At most so many.
    """
    rows: QuerySet[HeldLine] = HeldLine.objects.select_related("batch").defer("sealed", "batch__outcomes")
    rows = rows.filter(pk__gt=after).order_by("pk")
    if organisation_code is not None:
        rows = rows.filter(batch__organisation_code=organisation_code)
    if batch_id is not None:
        rows = rows.filter(batch_id=batch_id)
    if state is not None:
        rows = rows.filter(state=state.value)
    return tuple(_held(row) for row in rows[:limit])


def count_held_lines() -> int:
    """Return how many lines wait for a clerk."""
    return HeldLine.objects.filter(state=HeldState.WAITING.value).count()


def _held(row: HeldLine) -> HeldLineShown:
    return HeldLineShown(
        id=row.pk,
        batch=row.batch.reference,
        line=row.line,
        reason=row.reason,
        state=HeldState(row.state),
        organisation_code=row.batch.organisation_code,
        item_code=row.batch.item_code,
        submitted_at=row.batch.submitted_at,
        decided_at=row.decided_at,
        reasons=row.reasons,
    )


def access_held_line(*, held_line_id: int, actor: Actor) -> HeldLineOpened | Refusal:
    """Open a held line for clerical review. No person stands behind it yet, so nobody's register has a line for it.

    Args:
        held_line_id: Which line.
        actor: A clerk of the credit office.

    Raises:
        HeldLineUnknown: There is no such line.
    """
    decision = policies.may_settle_held_line(actor)
    if isinstance(decision, Refusal):
        return decision
    row = HeldLine.objects.select_related("batch").filter(pk=held_line_id).first()
    if row is None:
        raise HeldLineUnknown(held_line=held_line_id)
    contents = contents_of(row)
    return HeldLineOpened(
        shown=_held(row),
        name=contents["name"],
        masked_number=mask(contents["identity"]),
        number=contents["identity"],
        occurred_on=date.fromisoformat(contents["occurred_on"]),
        record_number=contents["record_number"],
    )


def list_quality(*, organisation_code: str | None = None) -> tuple[Quality, ...]:
    """Return quality and timeliness per supplier and item, of settled batches.

    Args:
        organisation_code: Of one supplier, or None for all.
    """
    rows = Batch.objects.filter(state=BatchState.POSTED.value)
    if organisation_code is not None:
        rows = rows.filter(organisation_code=organisation_code)
    sums = (
        rows.values("organisation_code", "item_code")
        .annotate(
            batches=Count("pk"),
            lines=Sum("lines_count"),
            accepted=Sum("accepted_count"),
            unchanged=Sum("unchanged_count"),
            corrected=Sum("corrected_count"),
            withdrawn=Sum("withdrawn_count"),
            days=Sum("delay_days_sum"),
            documents=Sum("delay_count"),
            last=Max("submitted_at"),
        )
        .order_by("organisation_code", "item_code")
    )
    return tuple(
        Quality(
            organisation_code=row["organisation_code"],
            item_code=row["item_code"],
            batches=row["batches"],
            lines=row["lines"],
            accepted_percent=rules.share(row["accepted"] + row["unchanged"], row["lines"]),
            corrected_percent=rules.share(row["corrected"] + row["withdrawn"], row["accepted"]),
            delay_days=None if not row["documents"] else round(row["days"] / row["documents"], 1),
            last_on=civil_date(row["last"]),
        )
        for row in sums
    )


def count_refusals_of_prohibited() -> Mapping[str, int]:
    """Return how often each prohibited or sealed category was refused, for publication: counts only."""
    counts: Counter[str] = Counter()
    for params in Finding.objects.filter(rule__in=["PROHIBITED_CATEGORY", "SEALED_CATEGORY"]).values_list(
        "params", flat=True
    ):
        counts[params.get("category", "")] += 1
    for details in Batch.objects.filter(refusal_code="PROHIBITED_COLUMN").values_list("refusal_details", flat=True):
        counts[details.get("category", "")] += 1
    return dict(counts)
