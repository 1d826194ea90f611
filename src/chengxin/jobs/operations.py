"""Queueing: the only thing that interfaces ask of this room."""

from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

SETTLE_BATCH: Final = "chengxin.settle_batch"
ANSWER_BATCH: Final = "chengxin.answer_inquiry_batch"
APPLICATION_NAME: Final = "chengxin worker"


def queue_batch(reference: str) -> bool:
    """Queue the settling of a received or approved batch, in the caller's transaction.

    A batch that waits in the queue already is not queued twice.

    Args:
        reference: The batch.

    Returns:
        Whether it was queued now; False where it waited already.
    """
    return _queue(SETTLE_BATCH, f"batch:{reference}", reference)


def queue_inquiry_batch(reference: str) -> bool:
    """Queue the answering of a batch of inquiries, in the caller's transaction.

    One that waits in the queue already is not queued twice.

    Args:
        reference: The batch of inquiries.

    Returns:
        Whether it was queued now; False where it waited already.
    """
    return _queue(ANSWER_BATCH, f"inquiry-batch:{reference}", reference)


def _queue(task: str, lock: str, reference: str) -> bool:
    deferrer = app.configure_task(task, queueing_lock=lock)
    try:
        with transaction.atomic():  # a savepoint: the lock's refusal must not spoil the caller's transaction
            deferrer.defer(reference=reference)
    except AlreadyEnqueued:
        return False
    return True
