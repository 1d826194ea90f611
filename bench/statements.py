"""The statements that an answer sends to the database, for pgbench to send again."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponseBase
from psycopg import ClientCursor


def statements_of(ask: Callable[[], HttpResponseBase], *, status: int) -> list[str]:
    """Ask once in this process and return what was sent, values written in, with the bounds of transactions.

    Args:
        ask: Asks and returns the answer.
        status: What the answer must have.
    """
    said: list[str] = []
    in_transaction = False

    def listen(execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - the signature is Django's
        nonlocal in_transaction
        if connection.in_atomic_block != in_transaction:
            said.append("COMMIT" if in_transaction else "BEGIN")
            in_transaction = connection.in_atomic_block
        said.append(ClientCursor(connection.connection).mogrify(statement, params))
        return execute(statement, params, many, context)

    with connection.execute_wrapper(listen):
        answer = ask()
    assert answer.status_code == status, answer.content  # type: ignore[attr-defined]
    if in_transaction:
        said.append("COMMIT")
    return said
