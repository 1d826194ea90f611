"""What the office does around the gate: filling the gaps it named, setting quotas."""

from datetime import datetime

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.inquiries.errors import TaskUnknown
from chengxin.inquiries.events import QuotaSet, TaskSettled
from chengxin.inquiries.models import Quota, Task
from chengxin.inquiries.policies import may_keep_gate
from chengxin.ledger import operations as ledger


@transaction.atomic
def settle_task(*, task_id: int, note: str, actor: Actor, now: datetime) -> None:
    """Settle a task: say what was done about the gap.

    Args:
        task_id: Which.
        note: What was done, in words.
        actor: Keeper of the catalogue, or a reviewer.
        now: The moment.

    Raises:
        TaskUnknown: There is no such open task.
        Refused: The actor may not.
    """
    may_keep_gate(actor).require()
    done = Task.objects.filter(pk=task_id, settled_at__isnull=True).update(
        settled_at=now, settled_by=actor.key, note=note.strip()
    )
    if not done:
        raise TaskUnknown
    ledger.append(TaskSettled(task=task_id), actor=actor, at=now)


@transaction.atomic
def set_quota(*, subject: str, per_day: int, actor: Actor, now: datetime) -> None:
    """Say how often somebody may ask on one day; effective on the next request.

    Args:
        subject: ``organisation:CODE``, ``batches:CODE``, ``account:17`` or ``client:3``.
        per_day: How often; 0 for not at all.
        actor: Keeper of the catalogue, or a reviewer.
        now: The moment.

    Raises:
        Refused: The actor may not.
    """
    may_keep_gate(actor).require()
    Quota.objects.update_or_create(subject=subject, defaults={"per_day": per_day, "set_by": actor.key, "set_at": now})
    ledger.append(QuotaSet(subject=subject, per_day=per_day), actor=actor, at=now)
