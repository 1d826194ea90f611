"""What a second officer decides of a whole batch: letting it pass, declining it, taking it back."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.intake import policies, states
from chengxin.intake.errors import BatchUnknown
from chengxin.intake.events import BatchMoved
from chengxin.intake.lookups import standing_of
from chengxin.intake.models import Batch, HeldLine
from chengxin.intake.states import BatchMove, BatchState, HeldState
from chengxin.ledger import operations as ledger
from chengxin.persons import operations as persons
from chengxin.persons.operations.coverage import CoverageGrant
from chengxin.records import operations as records
from chengxin.records.states import Change


def _locked(reference: str) -> Batch:
    batch = Batch.objects.select_for_update().filter(reference=reference).first()
    if batch is None:
        raise BatchUnknown(batch=reference[:24])
    return batch


def _move(*, batch: Batch, move: BatchMove, reasons: str, actor: Actor, now: datetime) -> None:
    policies.may_decide_as_second(actor, standing_of(actor, batch)).require()
    state = states.after(BatchState(batch.state), move)
    Batch.objects.filter(pk=batch.pk).update(state=state.value, decided_by=actor.key, decided_at=now, reasons=reasons)
    ledger.append(
        BatchMoved(person_id=None, batch=batch.reference, move=move.value, state=state.value), actor=actor, at=now
    )


@transaction.atomic
def approve_batch(*, reference: str, reasons: str, actor: Actor, now: datetime) -> None:
    """Let a batch that lies outside the usual pass; it is posted by the next settling.

    Args:
        reference: The batch.
        reasons: Why it is right.
        actor: A second officer of the same organisation, not the sender.
        now: The moment.

    Raises:
        BatchUnknown: There is no such batch.
        Refused: With code NOT_SECOND_OFFICER or SAME_OFFICER.
        MoveNotAllowed: It does not wait for approval.
    """
    _move(batch=_locked(reference), move=BatchMove.APPROVE, reasons=reasons, actor=actor, now=now)


@transaction.atomic
def decline_batch(*, reference: str, reasons: str, actor: Actor, now: datetime) -> None:
    """Decline a batch that waits; nothing of it is posted.

    Args:
        reference: The batch.
        reasons: Why.
        actor: A second officer of the same organisation, not the sender.
        now: The moment.

    Raises:
        BatchUnknown: There is no such batch.
        Refused: With code NOT_SECOND_OFFICER or SAME_OFFICER.
        MoveNotAllowed: It does not wait for approval.
    """
    _move(batch=_locked(reference), move=BatchMove.DECLINE, reasons=reasons, actor=actor, now=now)


@transaction.atomic
def reverse_batch(*, reference: str, reasons: str, actor: Actor, now: datetime) -> None:
    """Take a posted batch back by one act: its lines hold no more, what they had replaced holds again.

    Items of its held lines that a clerk attached meanwhile are taken back too; lines still waiting are closed.

    Args:
        reference: The batch.
        reasons: Why; shown to the supplier and the office.
        actor: A second officer of the same organisation, not the sender.
        now: The moment.

    Raises:
        BatchUnknown: There is no such batch.
        Refused: With code NOT_SECOND_OFFICER or SAME_OFFICER.
        MoveNotAllowed: It is not posted, or was reversed before.
    """
    batch = _locked(reference)
    _move(batch=batch, move=BatchMove.REVERSE, reasons=reasons, actor=actor, now=now)
    attached = HeldLine.objects.filter(batch=batch, posting_id__isnull=False).values_list("posting_id", flat=True)
    reversed_ids = [posting_id for posting_id in [batch.posting_id, *attached] if posting_id is not None]
    for posting_id in reversed_ids:
        records.reverse_posting(posting_id=posting_id, reasons=reasons, actor=actor, now=now)
        persons.annul_coverages(actor=actor, now=now, posting_id=posting_id)
    _restore_roles(batch=batch, reversed_ids=reversed_ids, actor=actor, now=now)
    HeldLine.objects.filter(batch=batch, state=HeldState.WAITING.value).update(state=HeldState.REVERSED.value)


def _restore_roles(*, batch: Batch, reversed_ids: list[int], actor: Actor, now: datetime) -> None:
    """Give again the coverage roles of the items whose earlier version holds now, as their records say."""
    role = catalogue.edition(batch.edition_code).item_types[batch.item_code].grants_role
    if role is None or not reversed_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT posting_id, change, person_id, record_key, occurred_on, ended_on FROM records_standing_again(%s)",
            [reversed_ids],
        )
        rows = cursor.fetchall()
    grants: dict[int, list[CoverageGrant]] = defaultdict(list)
    for posting_id, change, person_id, record_key, occurred_on, ended_on in rows:
        if change == Change.WITHDRAW.value:
            continue
        until_on = None if ended_on is None else ended_on + timedelta(days=1)
        grants[posting_id].append(
            CoverageGrant(
                person_id=person_id,
                role_code=role,
                since_on=occurred_on,
                until_on=until_on,
                source_key=bytes(record_key),
            )
        )
    for posting_id, given in grants.items():
        persons.grant_coverages(grants=given, posting_id=posting_id, actor=actor, now=now)
