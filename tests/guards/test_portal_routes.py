"""Every route of the portals declares audience, way of signing in, and what each method may do."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from chengxin.portals.presentation.access import (
    ROLES_OF,
    Audience,
    Declared,
    Effect,
    Login,
    WroteWhileReading,
    is_reading,
    only_reading,
)

AUDIENCES = {
    "me/": {Audience.PERSON},
    "office/": {Audience.OFFICE},
    "organisation/": {Audience.SUPPLIER, Audience.REQUESTER, Audience.ADMINISTRATION},
}


def views_under(prefix: str) -> Iterator[tuple[str, object]]:
    def walk(patterns: list[URLPattern | URLResolver], so_far: str) -> Iterator[tuple[str, object]]:
        for pattern in patterns:
            path = f"{so_far}{pattern.pattern}"
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif path.startswith(prefix):
                yield path, pattern.callback

    yield from walk(get_resolver().url_patterns, "")


@pytest.mark.parametrize("prefix", AUDIENCES)
def test_every_route_declares_itself(prefix: str) -> None:
    routes = list(views_under(prefix))
    assert routes
    for path, view in routes:
        declared = getattr(view, "declared", None)
        assert isinstance(declared, Declared), path
        audience = declared.audience
        assert audience in AUDIENCES[prefix], path
        assert declared.login is (Login.SESSION if audience is Audience.PERSON else Login.SECOND_FACTOR), path
        assert declared.roles, path
        assert declared.roles <= ROLES_OF[audience], path
        assert declared.methods, path
        assert declared.methods.get("GET", Effect.READ) is Effect.READ, path


@pytest.mark.parametrize("path", ["me/", "office/"])
def test_no_address_has_room_for_a_number(path: str) -> None:
    for route, _view in views_under(path):
        assert "number" not in route.replace("about/number/", ""), route


@pytest.mark.django_db
def test_a_reading_page_cannot_write() -> None:
    for statement in (
        "INSERT INTO persons_person DEFAULT VALUES",
        "WITH x AS (DELETE FROM intake_batch RETURNING 1) SELECT * FROM x",
        "SELECT ledger_append('', '')",
    ):
        with only_reading(), connection.cursor() as cursor, pytest.raises(WroteWhileReading):
            cursor.execute(statement)
    assert is_reading("SELECT look_number FROM register_add_look(%s::text, %s::bytea, %s::text, %s::text, %s::bytea)")
