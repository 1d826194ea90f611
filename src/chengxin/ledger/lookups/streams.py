"""How verification reads: everything once, in constant memory, as of one moment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, transaction

_BLOCK: Final = 5_000


@contextmanager
def snapshot() -> Iterator[None]:
    """Read under one snapshot, so that what is written meanwhile changes nothing in what is compared."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def stream(query: str, parameters: Sequence[int | str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query through a cursor on the server, in constant memory; must run in a transaction.

    Args:
        query: The query, from code.
        parameters: Its values.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        while rows := cursor.fetchmany(_BLOCK):
            yield from rows
