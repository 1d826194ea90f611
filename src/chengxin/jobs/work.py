"""The tasks, as the worker process runs them. A worker reads the clock: nobody else could tell it the time."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import close_old_connections
from procrastinate.contrib.django import app

from chengxin.authority.actors import Actor, ActorKind
from chengxin.inquiries import lookups as inquiry_batches
from chengxin.inquiries import operations as inquiries
from chengxin.intake import lookups as batches
from chengxin.intake import operations as intake
from chengxin.intake.operations import spool
from chengxin.intake.states import BatchState
from chengxin.jobs.operations import ANSWER_BATCH, SETTLE_BATCH, queue_batch, queue_inquiry_batch
from chengxin.jobs.progress import ProgressWriter
from chengxin.keys.keyring import KeyMissing
from chengxin.keys.published import KeyNotInUse, KeysNotPublished
from chengxin.reports import operations as reports

logger = logging.getLogger(__name__)
# The decorators are marked untyped because the library is not followed by the type checker (pyproject.toml).

SETTLER: Final = Actor(kind=ActorKind.SYSTEM, key="system:settling")
SAMPLER: Final = Actor(kind=ActorKind.SYSTEM, key="system:sampling")
TIDIER: Final = Actor(kind=ActorKind.SYSTEM, key="system:tidying")
FORGOTTEN_AFTER: Final = timedelta(minutes=10)
MOST_BATCHES: Final = 1_000


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - see the module's text


@contextmanager
def _connections() -> Iterator[None]:
    """Let a task begin and end without a connection that broke or grew old: a worker has no requests to do so."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


@app.task(name=SETTLE_BATCH)  # type: ignore[untyped-decorator]
def settle_batch(reference: str) -> None:
    """Settle one batch and tell how far it has come. A batch that is settled already is left alone.

    Args:
        reference: The batch.
    """
    with _connections(), ProgressWriter(reference) as progress:
        settled = intake.settle_batch(reference=reference, actor=SETTLER, now=_now(), tell=progress.tell)
    logger.info("batch %s: %s, %d lines", reference, settled.state.value, settled.lines)


@app.task(name=ANSWER_BATCH)  # type: ignore[untyped-decorator]
def answer_inquiry_batch(reference: str) -> None:
    """Answer the lines of a batch of inquiries that were not answered yet.

    Args:
        reference: The batch.
    """
    with _connections():
        inquiries.answer_batch(reference=reference, now=_now())
    logger.info("batch of inquiries %s: answered", reference)


@app.periodic(cron="40 2 * * *")  # type: ignore[untyped-decorator]
@app.task(name="chengxin.sample_looks", queueing_lock="chengxin.sample_looks")  # type: ignore[untyped-decorator]
def sample_looks(timestamp: int) -> None:
    """Take looks for review by the rules of the table.

    Args:
        timestamp: When it was due; not needed.
    """
    del timestamp
    with _connections():
        logger.info("%d looks taken for review", inquiries.sample_looks(actor=SAMPLER, now=_now()))


@app.periodic(cron="*/5 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="chengxin.queue_forgotten", queueing_lock="chengxin.queue_forgotten")  # type: ignore[untyped-decorator]
def queue_forgotten(timestamp: int) -> None:
    """Queue batches whose settling was broken off, by the death of a worker or of a command.

    Args:
        timestamp: When it was due; not needed.
    """
    del timestamp
    with _connections():
        queue_waiting(older_than=FORGOTTEN_AFTER)


@app.periodic(cron="*/30 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="chengxin.list_reports", queueing_lock="chengxin.list_reports")  # type: ignore[untyped-decorator]
def list_reports(timestamp: int) -> None:
    """Publish how every report that may still serve stands.

    Args:
        timestamp: When it was due; not needed.
    """
    del timestamp
    with _connections():
        publish_status_lists()


def publish_status_lists() -> None:
    """Publish the status lists; where they cannot be signed just now, say so and go on: other work does not wait."""
    try:
        names = reports.publish_status_lists(now=_now())
    except (KeyMissing, KeyNotInUse, KeysNotPublished) as wrong:
        logger.error("status lists were not published: %s", wrong.code)  # noqa: TRY400 - the code says it all
    else:
        logger.info("status lists published: %s", ", ".join(names))


@app.periodic(cron="17 3 * * *")  # type: ignore[untyped-decorator]
@app.task(name="chengxin.tidy", queueing_lock="chengxin.tidy")  # type: ignore[untyped-decorator]
def tidy(timestamp: int) -> None:
    """Remove sealed originals whose keeping is over, and what killed processes left in the working folder.

    Args:
        timestamp: When it was due; not needed.
    """
    del timestamp
    with _connections():
        removed = intake.discard_overdue_files(now=_now())
        spool.sweep_work()
        inquiries.discard_overdue_batches(actor=TIDIER, now=_now())
    logger.info("%d files removed from the spool", removed)


def queue_waiting(*, older_than: timedelta) -> int:
    """Queue every received or approved batch that was sent before some time; return how many were queued.

    Args:
        older_than: How long ago, at least.
    """
    before = _now() - older_than
    for waiting in inquiry_batches.list_inquiry_batches(is_waiting=True, limit=MOST_BATCHES):
        if waiting.received_at <= before and not waiting.is_discarded:
            queue_inquiry_batch(waiting.reference)
    return sum(
        queue_batch(batch.reference)
        for state in (BatchState.RECEIVED, BatchState.APPROVED)
        for batch in batches.list_batches(state=state, limit=MOST_BATCHES)
        if batch.submitted_at <= before
    )
