"""Statements that are sent at each request, at the least cost; and several small questions asked in one statement.

An answer that needs a handful of facts from as many rooms would make as many round trips; each costs more in this
process than in the database. A room gives its question as a value, so that what is asked stays where it belongs, and
whoever needs several asks them together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.db import connection

if TYPE_CHECKING:
    import psycopg

    from chengxin.postgres.backend.base import DatabaseWrapper

Value = TypeVar("Value")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[Value]):
    """A statement that answers with one row or none, and how the answer is read.

    Attributes:
        statement: A SELECT with ``%s`` for each value; its text does not vary with the values.
        values: What stands for each ``%s``, in order.
        width: How many columns the answer has.
        read: Makes of the row, or of ``None`` where there is none, what was asked for.
    """

    statement: str
    values: Sequence[Any]
    width: int
    read: Callable[[Row | None], Value]


def rows_of(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Row]:
    """Execute a statement and return all its rows; none for one that answers with none.

    For statements that every request sends: the connection keeps the cursor. Never for answers of unknown length.

    Args:
        statement: With ``%s`` or ``%(name)s`` for each value.
        values: What stands for them.
    """
    kept = cast("DatabaseWrapper", connection).kept_cursor()
    kept.execute(statement, values)
    # From the driver's own cursor: Django's looks each name up anew, and a description is made of all columns.
    found = cast("psycopg.Cursor[Row]", kept.cursor)
    result = found.pgresult
    return found.fetchall() if result is not None and result.nfields else []


def ask(question: Question[Value]) -> Value:
    """Ask one question.

    Args:
        question: What is asked.
    """
    rows = rows_of(question.statement, question.values)
    return question.read(rows[0] if rows else None)


def ask_together(*questions: Question[Any]) -> tuple[Any, ...]:
    """Ask several questions in one round trip, and return their answers in order; all see the same moment.

    Args:
        *questions: What is asked; at least one.
    """
    statement = _joined(tuple(question.statement for question in questions))
    (row,) = rows_of(statement, list(chain.from_iterable(question.values for question in questions)))
    answers, start = [], 0
    for question in questions:
        is_found, following = row[start], start + 1 + question.width
        answers.append(question.read(row[start + 1 : following] if is_found else None))
        start = following
    return tuple(answers)


@lru_cache(maxsize=64)
def _joined(statements: tuple[str, ...]) -> str:
    asked = [
        f"LEFT JOIN LATERAL (SELECT true AS is_found, answer.* FROM ({statement}) AS answer) AS q{place} ON true"
        for place, statement in enumerate(statements)
    ]
    columns = ", ".join(f"q{place}.*" for place in range(len(statements)))
    return f"SELECT {columns} FROM (SELECT 1) AS always {' '.join(asked)}"
