"""The worker process: ``python -m chengxin.jobs.worker``. It runs until it gets SIGTERM or SIGINT.

At its start it takes up what its predecessor left: batches that nobody settles, clear copies in working folders, and
status lists that may have become old meanwhile.
A job that is being run when the signal comes gets some seconds to end; if it does not, its transaction is rolled back
with the process, and the batch is settled again by the next worker.
"""

import asyncio
import logging
import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from procrastinate import App

STOP_SECONDS = 20


def main() -> int:
    """Run jobs, one at a time, until told to stop.

    Returns:
        Exit status 0.

    Raises:
        TypeError: The settings name another connector than procrastinate's for Django; a bug.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.settings")
    django.setup()
    # After the setup, because the tasks bring models with them.
    from procrastinate.contrib.django import app  # noqa: PLC0415
    from procrastinate.contrib.django.django_connector import DjangoConnector  # noqa: PLC0415

    from chengxin.intake.operations import spool  # noqa: PLC0415
    from chengxin.jobs import work  # noqa: PLC0415

    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    logging.getLogger("chengxin").setLevel(logging.INFO)
    spool.sweep_work()
    work.queue_waiting(older_than=timedelta(0))
    work.publish_status_lists()
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        message = "the worker needs procrastinate's connector for Django"
        raise TypeError(message)
    with app.replace_connector(connector.get_worker_connector()) as working:
        asyncio.run(_run(working))
    return 0


async def _run(app: "App") -> None:
    async with app.open_async():
        await app.run_worker_async(
            name="chengxin", concurrency=1, shutdown_graceful_timeout=STOP_SECONDS, delete_jobs="successful"
        )


if __name__ == "__main__":
    sys.exit(main())
