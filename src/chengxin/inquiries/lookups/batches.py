"""Reading of batches of inquiries: how far they have come, their sealed files, and how each line ended."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chengxin.inquiries.errors import InquiryBatchUnknown
from chengxin.inquiries.models import InquiryBatch, InquiryBatchFile, InquiryBatchLine
from chengxin.inquiries.states import BatchState, LineOutcome
from chengxin.keys.current import keyring
from chengxin.sealing.suites import unseal


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
