"""Queueing: the only thing that interfaces ask of this room."""

from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

SETTLE_BATCH: Final = "chengxin.settle_batch"
APPLICATION_NAME: Final = "chengxin worker"


def queue_batch(reference: str) -> bool:
    """Queue the settling of a received or approved batch, in the caller's transaction.

    A batch that waits in the queue already is not queued twice.

    Args:
        reference: The batch.

    Returns:
        Whether it was queued now; False where it waited already.
    """
    deferrer = app.configure_task(SETTLE_BATCH, queueing_lock=f"batch:{reference}")
    try:
        with transaction.atomic():  # a savepoint: the lock's refusal must not spoil the caller's transaction
            deferrer.defer(reference=reference)
    except AlreadyEnqueued:
        return False
    return True
