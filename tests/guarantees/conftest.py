"""A province in which each guarantee is tried: an edition, a supplier, covered people, and ways to read their files."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.checking import engine
from chengxin.records import lookups as records
from factories import intake as given

FileOf = Callable[..., records.PersonFile]


@pytest.fixture
def people(db: None) -> list[int]:
    """Give thirty covered people by their keys, in order."""
    given.edition()
    given.supplier()
    return given.people(30)


@pytest.fixture
def statements_anew() -> Iterator[None]:
    """Have the checks compiled anew for a test that takes a guard out, and again after it: statements are kept."""
    engine._compiled.cache_clear()
    yield
    engine._compiled.cache_clear()


@pytest.fixture
def file_of() -> FileOf:
    """Open a person's own file at a moment."""

    def opened(person_id: int, *, now: datetime = given.NOW) -> records.PersonFile:
        actor = Actor(
            kind=ActorKind.PERSON,
            key=f"account:{person_id}",
            person_id=person_id,
            roles=frozenset({Role.CITIZEN}),
        )
        found = records.access_file(person_id=person_id, actor=actor, purpose_code="SELF_READ", now=now)
        assert isinstance(found, records.PersonFile)
        return found

    return opened
