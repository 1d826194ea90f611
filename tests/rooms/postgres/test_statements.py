"""Statements of the hot paths: several questions in one, the kept cursor, the health check that asks the socket."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from chengxin.postgres.backend.base import DatabaseWrapper
from chengxin.postgres.statements import Question, Row, ask, ask_together, rows_of


def question(number: int | None) -> Question[Row | None]:
    """Return a question that answers with the number and its double, or with no row."""
    return Question(
        statement="SELECT %s::int AS number, 2 * %s::int AS doubled WHERE %s::int IS NOT NULL",
        values=(number, number, number),
        width=2,
        read=lambda row: row,
    )


@pytest.mark.django_db
@given(numbers=st.lists(st.none() | st.integers(-1000, 1000), min_size=1, max_size=6))
def test_asked_together_each_question_is_answered_as_it_is_alone(numbers: list[int | None]) -> None:
    together = ask_together(*(question(number) for number in numbers))
    assert together == tuple(ask(question(number)) for number in numbers)
    assert together == tuple(None if number is None else (number, 2 * number) for number in numbers)


@pytest.mark.django_db
def test_a_row_of_nothing_but_nulls_is_a_row() -> None:
    empty = Question(statement="SELECT NULL::int, NULL::text", values=(), width=2, read=lambda row: row)
    assert ask_together(empty, question(None), empty) == ((None, None), None, (None, None))


@pytest.mark.django_db
def test_questions_asked_together_are_one_statement() -> None:
    with CaptureQueriesContext(connection) as sent:
        ask_together(question(1), question(None), question(3))
    assert len(sent) == 1


@pytest.mark.django_db
def test_a_statement_without_rows_gives_none() -> None:
    assert rows_of("SELECT 1 WHERE false", []) == []
    assert rows_of("SET LOCAL statement_timeout = 60000", []) == []


@pytest.fixture
def lost(fresh_database: object) -> Callable[[], None]:
    """Give a deed that lets the server end this process's session, as its restart does."""

    def lose() -> None:
        (number,) = rows_of("SELECT pg_backend_pid()", [])[0]
        with psycopg.connect(**_parameters(), autocommit=True) as other:
            # With a limit in milliseconds the server answers when the session is gone, not when it was told to go.
            ended = other.execute("SELECT pg_terminate_backend(%s, 30000)", [number]).fetchone()
        assert ended == (True,)

    return lose


def _parameters() -> dict[str, object]:
    return {
        key: value
        for key, value in connection.get_connection_params().items()
        if key not in {"cursor_factory", "context", "prepare_threshold", "server_side_binding"}
    }


def test_after_the_server_ended_the_session_the_next_request_is_answered(lost: Callable[[], None]) -> None:
    wrapper = connections["default"]
    assert isinstance(wrapper, DatabaseWrapper)
    wrapper.ensure_connection()
    assert wrapper.is_usable()
    lost()
    assert not wrapper.is_usable()
    # What Django does as a request begins: the check is due again, at its first statement.
    wrapper.close_if_unusable_or_obsolete()
    assert rows_of("SELECT 1", []) == [(1,)]


def test_a_silent_connection_is_not_asked(fresh_database: object) -> None:
    wrapper = connections["default"]
    wrapper.ensure_connection()
    with CaptureQueriesContext(wrapper) as sent:
        assert wrapper.is_usable()
    assert len(sent) == 0
