"""Reading of inquiries, tasks and quotas. Nothing here is about a person's items: only the gate reads those."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from chengxin.catalogue.rules.values import Edition
from chengxin.inquiries.errors import InquiryUnknown, InquiryWithoutProof
from chengxin.inquiries.models import Inquiry, Quota, Task
from chengxin.inquiries.rules.quotas import Counted, QuotaLeft
from chengxin.inquiries.rules.quotas import quota_left as left_of
from chengxin.inquiries.states import Outcome
from chengxin.ledger import lookups as ledger
from chengxin.ledger.rules import Proof
from chengxin.postgres.statements import Question, Row, ask
from chengxin.register import lookups as register

QUOTA_SQL = """
    SELECT array_agg(asking.subject), array_agg(quota.per_day), array_agg(coalesce(counted.asked_count, 0))
    FROM unnest(%s::text[]) AS asking (subject)
    LEFT JOIN inquiries_quota quota ON quota.subject = asking.subject
    LEFT JOIN inquiries_daycount counted ON counted.subject = asking.subject AND counted.day_on = %s
"""


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


def prove_inquiry(*, reference: str, organisation_code: str) -> Proof:
    """Return the proof that the look of an answered inquiry is in the ledger, for the organisation that asked.

    Its payload names the person's key and how often others looked: whoever hands the proof out leaves the payload and
    the salt behind. The receipt holds the leaf, which is all that a check needs.

    Args:
        reference: The inquiry.
        organisation_code: Who asked.

    Raises:
        InquiryUnknown: There is none, or another organisation asked.
        InquiryWithoutProof: It was refused, or answered about nobody. Of refusals nothing is proved to whoever was
            refused: a proof would tell whether the registry knows the person.
        EventNotIntegrated: The look is not under a published checkpoint yet; ask again after a second.
    """
    line = inquiry_of_organisation(reference=reference, organisation_code=organisation_code)
    if line.outcome is not Outcome.ANSWERED or line.look_id is None:
        raise InquiryWithoutProof
    return ledger.prove(register.event_of_look(line.look_id))


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


def quota_left(subjects: Sequence[str], *, edition: Edition, on: date) -> QuotaLeft:
    """Return how many more times all of some subjects together may ask on a day, and which of them allows the least.

    Args:
        subjects: The organisation, and the officer or client, or its batches.
        edition: In force on that day.
        on: The civil day.
    """
    counted = ask(quota_question(subjects, on))
    return left_of(counted, edition.quotas)


def quota_question(subjects: Sequence[str], on: date) -> Question[tuple[Counted, ...]]:
    """Return the question on which :func:`quota_left` rests: what was asked on the day, and what the office set.

    Args:
        subjects: The organisation, and the officer or client, or its batches; at least one.
        on: The civil day.
    """
    return Question(statement=QUOTA_SQL, values=(list(subjects), on), width=3, read=_counted)


def _counted(row: Row | None) -> tuple[Counted, ...]:
    columns = cast("Row", row)  # an aggregate answers with one row
    return tuple(
        Counted(subject=subject, per_day=per_day, asked=asked) for subject, per_day, asked in zip(*columns, strict=True)
    )


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
