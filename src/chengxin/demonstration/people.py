"""The people: born, named, living somewhere, and working as people in Fujian do. Nobody of them exists.

A person's works are the registrations that suppliers will send: a shop, a licence, a term at a school. They make the
coverage roles, and only through the batches in which they are sent.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from chengxin.demonstration.names import full_name, surnames
from chengxin.demonstration.places import County, weights_of
from chengxin.identifiers.identity import synthetic_number

ADULT_YEARS: Final = 18
OLDEST: Final = 96
_AGE_BANDS: Final = ((0, 17, 18), (18, 24, 9), (25, 39, 26), (40, 59, 29), (60, 79, 15), (80, 95, 3))
_LONGEST_CAREER_YEARS: Final = 14
_ENDED_SHARE: Final = 0.07


@dataclass(frozen=True, slots=True)
class Work:
    """A registration of a person.

    Attributes:
        item_code: The item type by which it is reported.
        since_on: First day.
        ended_on: Last day, or None while it lasts.
        serial: Number of the licence, shop or matriculation; unique within the item.
    """

    item_code: str
    since_on: date
    ended_on: date | None
    serial: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who never was.

    Attributes:
        index: Place among the people, from 0.
        number: Identity number of division 359900.
        name: As registered.
        is_female: Whether a woman.
        born_on: Date of birth, also in the number.
        county: Where living.
        works: Registrations, in the order of their item codes.
    """

    index: int
    number: str
    name: str
    is_female: bool
    born_on: date
    county: County
    works: tuple[Work, ...]

    def adult_from(self) -> date:
        """Return the first day as an adult; born on 29 February it is 1 March, as the checks count it at the latest."""
        year = self.born_on.year + ADULT_YEARS
        if (self.born_on.month, self.born_on.day) == (2, 29):
            return date(year, 3, 1)
        return self.born_on.replace(year=year)

    def has(self, item_code: str) -> bool:
        """Tell whether the person has such a registration, at any time."""
        return any(work.item_code == item_code for work in self.works)


@dataclass(frozen=True, slots=True)
class Career:
    """How common a registration is.

    Attributes:
        item_code: Its item type.
        share: Share of those of that age who have it.
        age_from: Youngest, in years.
        age_to: Oldest, in years.
        since_age: Age at which it can begin.
        with_item: Only with this other registration, or empty.
    """

    item_code: str
    share: float
    age_from: int
    age_to: int
    since_age: int = 20
    with_item: str = ""


CAREERS: Final = (
    Career("TRADER.REGISTRATION", 0.18, 21, 68),
    Career("COMPANY.LEGAL-REPRESENTATIVE", 0.09, 24, 70),
    Career("COMPANY.MANAGER", 0.03, 25, 65),
    Career("COMPANY.RESPONSIBLE-PERSON", 0.02, 24, 60),
    Career("TAX.REGISTRATION", 0.9, 21, 70, with_item="TRADER.REGISTRATION"),
    Career("E-COMMERCE.OPERATOR", 0.15, 20, 55, with_item="TRADER.REGISTRATION"),
    Career("FOOD.LICENCE", 0.3, 20, 65, with_item="TRADER.REGISTRATION"),
    Career("TEACHER.LICENCE", 0.045, 23, 60, 22),
    Career("DOCTOR.LICENCE", 0.014, 26, 65, 25),
    Career("NURSE.LICENCE", 0.02, 22, 55, 21),
    Career("PHARMACIST.LICENCE", 0.006, 24, 60, 23),
    Career("LAWYER.LICENCE", 0.007, 25, 70, 24),
    Career("GUIDE.LICENCE", 0.012, 20, 60),
    Career("CONSTRUCTOR.LICENCE", 0.02, 25, 60, 24),
    Career("SAFETY.SPECIAL-WORKER", 0.035, 20, 59),
    Career("EQUIPMENT.OPERATOR", 0.02, 20, 59),
    Career("TRANSPORT.QUALIFICATION", 0.045, 21, 60),
    Career("INSURANCE-AGENT.REGISTRATION", 0.015, 20, 55),
    Career("CIVIL-SERVANT.ROSTER", 0.025, 23, 60, 22),
    Career("ASSOCIATION.MEMBER", 0.03, 25, 70),
    Career("BENEFIT.RECIPIENT", 0.75, 60, 95, 55),
    Career("STUDENT.REGISTRATION", 0.55, 18, 24, 18),
    Career("VOLUNTEER.REGISTRATION", 0.48, 18, 69, 18),
    Career("COURT.ENFORCEMENT-CASE", 0.025, 24, 70, 24),
)
"""What people work as. Those who depend on another registration stand behind it."""


def make_people(
    *,
    count: int,
    seed: int,
    today: date,
    counties: tuple[County, ...],
    reserved: tuple[Person, ...] = (),
    earliest: dict[str, date] | None = None,
) -> tuple[Person, ...]:
    """Make the people.

    Args:
        count: How many in all.
        seed: Where chance begins.
        today: The day on which their ages are counted.
        counties: Where they can live.
        reserved: Those who are told of by name; they come first and are among ``count``.
        earliest: First day on which a registration of an item type can have begun, where its basis sets one.
    """
    random = Random(f"people|{seed}")
    rest = max(count - len(reserved), 0)
    families = surnames(random, rest)
    homes = random.choices(counties, weights_of(counties), k=rest)
    bands = random.choices(_AGE_BANDS, [band[2] for band in _AGE_BANDS], k=rest)
    taken: defaultdict[tuple[date, bool], int] = defaultdict(int)
    for person in reserved:
        taken[person.born_on, person.is_female] = 500
    serials: defaultdict[str, int] = defaultdict(lambda: 1000)
    people = list(reserved)
    for surname, home, (youngest, oldest, _) in zip(families, homes, bands, strict=True):
        is_female = random.random() < 0.49
        born_on, sequence = _birth(random, taken, today, (youngest, oldest), is_female=is_female)
        people.append(
            Person(
                index=len(people),
                number=synthetic_number(born_on=born_on, sequence=sequence),
                name=full_name(random, surname=surname, is_female=is_female, born_in=born_on.year),
                is_female=is_female,
                born_on=born_on,
                county=home,
                works=_works(random, born_on, today, serials, earliest or {}),
            )
        )
    return tuple(people)


def _birth(
    random: Random,
    taken: defaultdict[tuple[date, bool], int],
    today: date,
    ages: tuple[int, int],
    *,
    is_female: bool,
) -> tuple[date, int]:
    """Draw a date of birth on which a number is still free, and the number's sequence: odd for men, even for women."""
    youngest, oldest = ages
    while True:
        born_on = today - timedelta(days=random.randrange(youngest * 365 + 30, oldest * 365 + 365))
        used = taken[born_on, is_female]
        if used < 500:
            taken[born_on, is_female] = used + 1
            return born_on, 2 * used + (0 if is_female else 1)


def _works(
    random: Random, born_on: date, today: date, serials: defaultdict[str, int], earliest: dict[str, date]
) -> tuple[Work, ...]:
    age = (today - born_on).days / 365.25
    if age < ADULT_YEARS + 0.1:
        return ()
    works: dict[str, Work] = {}
    for career in CAREERS:
        if not career.age_from <= age < career.age_to + 1 or random.random() >= career.share:
            continue
        if career.with_item and career.with_item not in works:
            continue
        first = born_on + timedelta(days=career.since_age * 366 + 5)
        first = max(first, today - timedelta(days=_LONGEST_CAREER_YEARS * 365), earliest.get(career.item_code, first))
        if career.with_item:
            first = max(first, works[career.with_item].since_on)
        if career.item_code == "STUDENT.REGISTRATION":
            first = max(first, today - timedelta(days=4 * 365))
        room = (today - first).days - 20
        if room <= 0:
            continue
        since_on = first + timedelta(days=random.randrange(room))
        if career.item_code == "STUDENT.REGISTRATION":
            since_on = _term_begin(since_on, earliest=first)
        serials[career.item_code] += 1
        ended_on = None
        if random.random() < _ENDED_SHARE and (today - since_on).days > 400:
            ended_on = since_on + timedelta(days=random.randrange(365, (today - since_on).days - 20))
        works[career.item_code] = Work(career.item_code, since_on, ended_on, serials[career.item_code])
    return tuple(works[code] for code in sorted(works))


def _term_begin(day: date, *, earliest: date) -> date:
    """Return the first of September before a day, where that is not too early."""
    begin = date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    return begin if begin >= earliest else day
