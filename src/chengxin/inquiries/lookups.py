"""Reading of inquiries, tasks and quotas. Nothing here is about a person's items: only the gate reads those."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from chengxin.authority.actors import Actor
from chengxin.inquiries.errors import InquiryBatchUnknown, InquiryUnknown
from chengxin.inquiries.models import (
    DayCount,
    Inquiry,
    InquiryBatch,
    InquiryBatchFile,
    InquiryBatchLine,
    Quota,
    Review,
    Task,
)
from chengxin.inquiries.policies import ReviewStanding
from chengxin.inquiries.rules.quotas import usual_quota
from chengxin.inquiries.states import BatchState, LineOutcome, Outcome, ReviewState
from chengxin.keys.current import keyring
from chengxin.sealing.suites import unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryLine:
    """An inquiry, as its organisation and the office read it; it names nobody.

    Attributes:
        inquiry_id: Its key, to read on.
        reference: Its reference.
        organisation_code: Who asked.
        actor_key: Which officer or client.
        purpose_code: For what.
        case_number: The requester's case.
        item_codes: About which item types.
        form_asked: How much was asked for.
        form_given: How much was given.
        outcome: How it ended.
        code: Why.
        receipt: The signed receipt; empty unless it was answered.
        asked_at: When.
        authorisation_id: Under which authorisation; ``None`` without one.
        look_id: Its line of the register; ``None`` where it was about nobody.
    """

    inquiry_id: int
    reference: str
    organisation_code: str
    actor_key: str
    purpose_code: str
    case_number: str
    item_codes: tuple[str, ...]
    form_asked: str
    form_given: str
    outcome: Outcome
    code: str
    receipt: str
    asked_at: datetime
    authorisation_id: int | None
    look_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A gap that kept the gate from deciding; ``settled_at`` is ``None`` while nobody filled it."""

    task_id: int
    inquiry_reference: str
    organisation_code: str
    purpose_code: str
    code: str
    opened_at: datetime
    settled_at: datetime | None
    note: str


def has_quota_left(subjects: Sequence[str], on: date) -> bool:
    """Tell whether every subject may ask once more on a day.

    Args:
        subjects: The organisation, and the officer or client.
        on: The civil day.
    """
    limits = dict(Quota.objects.filter(subject__in=subjects).values_list("subject", "per_day"))
    counts = dict(DayCount.objects.filter(subject__in=subjects, day_on=on).values_list("subject", "asked_count"))
    return all(counts.get(subject, 0) < limits.get(subject, usual_quota(subject)) for subject in subjects)


def inquiry_of_organisation(*, reference: str, organisation_code: str) -> InquiryLine:
    """Return one inquiry of an organisation.

    Args:
        reference: Which.
        organisation_code: Who asked.

    Raises:
        InquiryUnknown: There is none, or another organisation asked.
    """
    row = Inquiry.objects.filter(reference=reference.strip().upper(), organisation_code=organisation_code).first()
    if row is None:
        raise InquiryUnknown
    return _line(row)


def list_inquiries(
    *,
    organisation_code: str | None = None,
    outcome: Outcome | None = None,
    purpose_code: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[InquiryLine, ...]:
    """Return inquiries, the newest first.

    Args:
        organisation_code: Whose; ``None`` for all.
        outcome: Only those that ended so.
        purpose_code: Only for this purpose.
        before: Only inquiries with a smaller key, to read on.
        limit: At most so many.
    """
    rows = Inquiry.objects.order_by("-id")
    if organisation_code is not None:
        rows = rows.filter(organisation_code=organisation_code)
    if outcome is not None:
        rows = rows.filter(outcome=outcome.value)
    if purpose_code is not None:
        rows = rows.filter(purpose_code=purpose_code)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(_line(row) for row in rows[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLine:
    """How often somebody may ask on one day, where the office said so."""

    quota_id: int
    subject: str
    per_day: int
    set_by: str
    set_at: datetime


def list_quotas(*, text: str = "", after: int = 0, limit: int = 50) -> tuple[QuotaLine, ...]:
    """Return the quotas that the office set, by key.

    Args:
        text: Only those with this text in their subject; empty for all.
        after: Only quotas with a larger key, to read on.
        limit: At most so many.
    """
    rows = Quota.objects.filter(pk__gt=after, subject__icontains=text).order_by("id")
    return tuple(
        QuotaLine(quota_id=row.pk, subject=row.subject, per_day=row.per_day, set_by=row.set_by, set_at=row.set_at)
        for row in rows[:limit]
    )


def quota_left(subjects: Sequence[str], on: date) -> int:
    """Return how many more times all of some subjects together may ask on a day.

    Args:
        subjects: The organisation, and the officer or client.
        on: The civil day.
    """
    limits = dict(Quota.objects.filter(subject__in=subjects).values_list("subject", "per_day"))
    counts = dict(DayCount.objects.filter(subject__in=subjects, day_on=on).values_list("subject", "asked_count"))
    return max(0, min(limits.get(subject, usual_quota(subject)) - counts.get(subject, 0) for subject in subjects))


def list_tasks(*, is_open: bool | None = None, after: int = 0, limit: int = 100) -> tuple[TaskLine, ...]:
    """Return tasks that the gate opened, the oldest first.

    Args:
        is_open: Only those that nobody settled, only the others, or all.
        after: Only tasks with a larger key, to read on.
        limit: At most so many.
    """
    rows = Task.objects.filter(pk__gt=after).order_by("id")
    if is_open is not None:
        rows = rows.filter(settled_at__isnull=is_open)
    return tuple(
        TaskLine(
            task_id=row.pk,
            inquiry_reference=row.inquiry_reference,
            organisation_code=row.organisation_code,
            purpose_code=row.purpose_code,
            code=row.code,
            opened_at=row.opened_at,
            settled_at=row.settled_at,
            note=row.note,
        )
        for row in rows[:limit]
    )


def _line(row: Inquiry) -> InquiryLine:
    return InquiryLine(
        inquiry_id=row.pk,
        reference=row.reference,
        organisation_code=row.organisation_code,
        actor_key=row.actor_key,
        purpose_code=row.purpose_code,
        case_number=row.case_number,
        item_codes=tuple(row.item_codes),
        form_asked=row.form_asked,
        form_given=row.form_given,
        outcome=Outcome(row.outcome),
        code=row.code,
        receipt=row.receipt,
        asked_at=row.asked_at,
        authorisation_id=row.authorisation_id,
        look_id=row.look_id,
    )


# Review --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """A sampled look, as reviewers read it; it holds nothing of the person.

    Attributes:
        review_id: Its key.
        look_id: The line of the register.
        rule_code: Why it was sampled.
        organisation_code: For whom was looked.
        actor_key: Who looked.
        purpose_code: For what.
        case_number: The looker's case; may be empty.
        outcome: Whether something was shown.
        looked_at: When.
        due_on: Last day for the review.
        state: Where it stands.
        reasons: Why it was decided so; empty while it waits.
        suspended_subject: Whom the decision suspended; empty for none.
        decided_by: Who decided; empty while it waits.
        decided_at: When; ``None`` while it waits.
    """

    review_id: int
    look_id: int
    rule_code: str
    organisation_code: str
    actor_key: str
    purpose_code: str
    case_number: str
    outcome: str
    looked_at: datetime
    due_on: date
    state: ReviewState
    reasons: str
    suspended_subject: str
    decided_by: str
    decided_at: datetime | None


def list_reviews(
    *,
    state: ReviewState | None = None,
    organisation_code: str = "",
    rule_code: str = "",
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> tuple[ReviewLine, ...]:
    """Return sampled looks by due day, the earliest first.

    Args:
        state: Only those in this state.
        organisation_code: Only looks for this organisation; empty for all.
        rule_code: Only those sampled by this rule; empty for all.
        after: Only those behind this due day and key, to read on.
        limit: At most so many.
    """
    rows = Review.objects.order_by("due_on", "id")
    if state is not None:
        rows = rows.filter(state=state.value)
    if organisation_code:
        rows = rows.filter(organisation_code=organisation_code)
    if rule_code:
        rows = rows.filter(rule_code=rule_code)
    if after is not None:
        rows = rows.filter(Q(due_on__gt=after[0]) | Q(due_on=after[0], pk__gt=after[1]))
    return tuple(review_line(row) for row in rows[:limit])


def find_review(review_id: int) -> ReviewLine | None:
    """Return one sampled look, or ``None``."""
    row = Review.objects.filter(pk=review_id).first()
    return None if row is None else review_line(row)


def count_reviews() -> dict[str, dict[ReviewState, int]]:
    """Return how many sampled looks each organisation has, by state."""
    counts: dict[str, dict[ReviewState, int]] = {}
    rows = Review.objects.values_list("organisation_code", "state").annotate(count=Count("id"))
    for organisation_code, state, count in rows.order_by("organisation_code"):
        counts.setdefault(organisation_code, {})[ReviewState(state)] = count
    return counts


def review_standing(line: ReviewLine, actor: Actor) -> ReviewStanding:
    """Return how a reviewer stands to a sampled look.

    Args:
        line: The sampled look.
        actor: The reviewer.
    """
    return ReviewStanding(
        is_looker=line.actor_key == actor.key, is_own_organisation=line.organisation_code == actor.organisation_code
    )


def review_line(row: Review) -> ReviewLine:
    """Return a sampled look as values.

    Args:
        row: The review.
    """
    return ReviewLine(
        review_id=row.pk,
        look_id=row.look_id,
        rule_code=row.rule_code,
        organisation_code=row.organisation_code,
        actor_key=row.actor_key,
        purpose_code=row.purpose_code,
        case_number=row.case_number,
        outcome=row.outcome,
        looked_at=row.looked_at,
        due_on=row.due_on,
        state=ReviewState(row.state),
        reasons=row.reasons,
        suspended_subject=row.suspended_subject,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


# Batches -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryBatchLineShown:
    """How one line of a batch ended; ``answer`` is ``None`` unless it was answered."""

    line: int
    inquiry_reference: str
    outcome: LineOutcome
    code: str
    answer: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryBatchSummary:
    """A batch of inquiries, as its organisation reads it.

    Attributes:
        batch_id: Its key, to read on.
        reference: Its reference.
        organisation_code: Who asks.
        actor_key: Which officer or client sent it.
        purpose_code: For what.
        item_codes: About which item types; empty for all that are allowed.
        form: How much is asked for.
        declared_name: The sender's name for the file.
        sha256: Digest of the file.
        state: Where it stands.
        lines: How many lines.
        done: How many are answered, refused or unreadable.
        answered: How many were answered.
        refused: How many were refused.
        unreadable: How many asked nothing.
        received_at: When it was sent.
        finished_at: When its last line ended; ``None`` before.
        kept_until: Last day on which the result can be had.
        is_discarded: File and answers are deleted.
    """

    batch_id: int
    reference: str
    organisation_code: str
    actor_key: str
    purpose_code: str
    item_codes: tuple[str, ...]
    form: str
    declared_name: str
    sha256: str
    state: BatchState
    lines: int
    done: int
    answered: int
    refused: int
    unreadable: int
    received_at: datetime
    finished_at: datetime | None
    kept_until: date
    is_discarded: bool


def inquiry_batch(*, reference: str, organisation_code: str) -> InquiryBatchSummary:
    """Return one batch of inquiries of an organisation.

    Args:
        reference: Which.
        organisation_code: Who asks.

    Raises:
        InquiryBatchUnknown: There is none, or it is another organisation's.
    """
    row = InquiryBatch.objects.filter(reference=reference.strip().upper(), organisation_code=organisation_code).first()
    if row is None:
        raise InquiryBatchUnknown
    return batch_summary(row)


def list_inquiry_batches(
    *, organisation_code: str | None = None, is_waiting: bool | None = None, before: int | None = None, limit: int = 50
) -> tuple[InquiryBatchSummary, ...]:
    """Return batches of inquiries, the newest first.

    Args:
        organisation_code: Whose; ``None`` for all.
        is_waiting: Only those with lines to come, only the others, or all.
        before: Only batches with a smaller key, to read on.
        limit: At most so many.
    """
    rows = InquiryBatch.objects.order_by("-id")
    if organisation_code is not None:
        rows = rows.filter(organisation_code=organisation_code)
    if is_waiting is not None:
        rows = rows.filter(state=(BatchState.WAITING if is_waiting else BatchState.ANSWERED).value)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(batch_summary(row) for row in rows[:limit])


def batch_summary(row: InquiryBatch) -> InquiryBatchSummary:
    """Return a batch of inquiries as values.

    Args:
        row: The batch.
    """
    return InquiryBatchSummary(
        batch_id=row.pk,
        reference=row.reference,
        organisation_code=row.organisation_code,
        actor_key=row.actor_key,
        purpose_code=row.purpose_code,
        item_codes=tuple(row.item_codes),
        form=row.form,
        declared_name=row.declared_name,
        sha256=row.sha256,
        state=BatchState(row.state),
        lines=row.line_count,
        done=row.done_count,
        answered=row.answered_count,
        refused=row.refused_count,
        unreadable=row.unreadable_count,
        received_at=row.received_at,
        finished_at=row.finished_at,
        kept_until=row.kept_until,
        is_discarded=row.discarded_at is not None,
    )


def file_context(reference: str) -> bytes:
    """Return what the sealed file of a batch is bound to."""
    return b"inquiries.batch.file:" + reference.encode("ascii")


def answer_context(reference: str, line: int) -> bytes:
    """Return what the sealed answer of a line is bound to."""
    return f"inquiries.batch.answer:{reference}:{line}".encode()


def open_batch_file(reference: str) -> bytes | None:
    """Return the file of a batch; ``None`` where it is deleted. Only answering and the result read it."""
    row = InquiryBatchFile.objects.filter(batch__reference=reference).first()
    return None if row is None else unseal(keyring().vault(), bytes(row.sealed), context=file_context(reference))


def read_batch_lines(reference: str) -> Iterator[InquiryBatchLineShown]:
    """Return how every line of a batch ended, in order, with the answers. Each was registered when it was given.

    Args:
        reference: The batch, of which the caller has made sure that it is the reader's.
    """
    key = keyring().vault()
    rows = InquiryBatchLine.objects.filter(batch__reference=reference).order_by("line")
    for row in rows.iterator(chunk_size=1000):
        answer = None
        if row.sealed is not None:
            answer = json.loads(unseal(key, bytes(row.sealed), context=answer_context(reference, row.line)))
        yield InquiryBatchLineShown(
            line=row.line,
            inquiry_reference=row.inquiry_reference,
            outcome=LineOutcome(row.outcome),
            code=row.code,
            answer=answer,
        )
