"""Work that goes on after the answer to a request: queued in PostgreSQL, run by one worker process.

A job is queued in the transaction of the act that asks for it (``operations.queue_batch``), so that it exists exactly
when the act does. Nothing depends on a job having run: what may be seen on a day is decided when it is looked at.

The tasks stand in ``work`` and are loaded by the worker process only (``worker``), because they bring half the
platform with them.
"""
