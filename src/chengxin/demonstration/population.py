"""The feeds of the population base over the six years: everybody, then births, new names, new numbers and deaths."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from chengxin.demonstration.batches import first_day, stranger
from chengxin.demonstration.names import misspelled
from chengxin.demonstration.people import Person
from chengxin.identifiers.identity import synthetic_number
from chengxin.persons.rules import FeedLine
from chengxin.persons.states import FeedKind

LATER_FEEDS_DAYS_AGO: Final = (1400, 700, 45, 9)
_OLD_YEARS: Final = 72
_NAME_CHANGE_SHARE: Final = 0.003
_NUMBER_CHANGE_SHARE: Final = 0.0012
_CORRECTION_SHARE: Final = 0.0012
_DEATH_SHARE: Final = 0.04
_RESERVED_SEQUENCE: Final = 996


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """A feed, ready to be applied.

    Attributes:
        number: Its number, from 1.
        on: Civil day on which it is applied.
        lines: Its lines.
    """

    number: int
    on: date
    lines: tuple[FeedLine, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """All feeds, and who has died by then.

    Attributes:
        feeds: In their order.
        died: Index of a person to the day of death.
    """

    feeds: tuple[MadeFeed, ...]
    died: Mapping[int, date]


def make_population(*, people: tuple[Person, ...], seed: int, today: date, steady: frozenset[int]) -> Population:
    """Make the feeds.

    Args:
        people: Everybody.
        seed: Where chance begins.
        today: The day on which the demonstration stands.
        steady: Indexes of people to whom nothing happens here.
    """
    random = Random(f"population|{seed}")
    days = (first_day(today) - timedelta(days=8), *(today - timedelta(days=ago) for ago in LATER_FEEDS_DAYS_AGO))
    died: dict[int, date] = {}
    feeds = []
    untouched = [person for person in people if person.index not in steady]
    before = date.min
    for number, on in enumerate(days, start=1):
        lines = [_new(person) for person in people if before < person.born_on <= on - timedelta(days=1)]
        if number > 1:
            lines += _changes(random, untouched, died, before, on)
        if number == len(days):
            lines += _mistakes(random, untouched, on)
        feeds.append(MadeFeed(number, on, tuple(lines)))
        before = on - timedelta(days=1)
    return Population(tuple(feeds), died)


def _new(person: Person) -> FeedLine:
    return FeedLine(FeedKind.NEW.value, person.number, person.name, person.born_on)


def _changes(
    random: Random, untouched: list[Person], died: dict[int, date], before: date, on: date
) -> Iterator[FeedLine]:
    """Yield what happened between two feeds; nobody changes twice, so that every line finds its person as it says."""
    first = before + timedelta(days=1)
    room = max((on - first).days, 1)
    for person in list(untouched):
        if person.born_on > before:
            continue
        day = first + timedelta(days=random.randrange(room))
        chance = random.random()
        if person.born_on.year < on.year - _OLD_YEARS:
            chance /= 10  # the old die; what else happens is rare
            if chance < _DEATH_SHARE / 10:
                died[person.index] = day
                untouched.remove(person)
                yield FeedLine(FeedKind.DEATH.value, person.number, person.name, died_on=day)
            continue
        line = _change(chance, person, day)
        if line is not None:
            untouched.remove(person)
            yield line


def _change(chance: float, person: Person, day: date) -> FeedLine | None:
    if chance < _NAME_CHANGE_SHARE:
        new_name = person.name[:1] + ("安" if "安" not in person.name else "宁") + person.name[-1]
        return FeedLine(FeedKind.NAME_CHANGE.value, person.number, person.name, day, new_name=new_name)
    chance -= _NAME_CHANGE_SHARE
    sequence = _RESERVED_SEQUENCE + (0 if person.is_female else 1)
    if chance < _NUMBER_CHANGE_SHARE:
        number = synthetic_number(born_on=person.born_on, sequence=sequence)
        return FeedLine(FeedKind.NUMBER_CHANGE.value, person.number, person.name, day, new_identity_number=number)
    chance -= _NUMBER_CHANGE_SHARE
    if chance < _CORRECTION_SHARE:
        number = synthetic_number(born_on=person.born_on - timedelta(days=1), sequence=sequence + 2)
        return FeedLine(FeedKind.CORRECTION.value, person.number, person.name, day, new_identity_number=number)
    return None


def _mistakes(random: Random, untouched: list[Person], on: date) -> Iterator[FeedLine]:
    """Yield lines that the population office has to look at, and some that are wrong or say nothing new."""
    some = random.sample(untouched[:200], 5)
    named = some[0]
    yield FeedLine(FeedKind.NAME_CHANGE.value, stranger(random), named.name, on, new_name=f"{named.name[:1]}宁")
    yield FeedLine(FeedKind.DEATH.value, some[1].number, misspelled(random, some[1].name), died_on=on)
    yield FeedLine(FeedKind.NUMBER_CHANGE.value, some[2].number, some[2].name, on, new_identity_number=some[3].number)
    yield FeedLine("MOVED", some[3].number, some[3].name, on)
    yield FeedLine(FeedKind.NEW.value, stranger(random), None, on)
    yield FeedLine(FeedKind.DEATH.value, some[4].number, some[4].name, died_on=on + timedelta(days=400))
    yield FeedLine(FeedKind.NEW.value, f"{some[4].number[:-1]}*", some[4].name, on)
    yield _new(some[4])
