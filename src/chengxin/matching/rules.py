"""What makes somebody a lead, which features a lead shows, and how weighty each is. Values in, values out.

A feature compares one thing of the line with the same thing of a candidate and says what it found. Its docstring is
what the officer reads (translated by its code), so a feature without one cannot be registered.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chengxin.identifiers.identity import IdentityKind, IdentityNumber, check_character, mask
from chengxin.identifiers.names import DifferenceKind, explain_difference
from chengxin.persons.rules import canonical_text, masked_name

BODY_DIGITS = 17
PREFIX_DIGITS = 14  # division and birth date
SEQUENCES = 1000
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """The two values of a held line by which a person is looked for.

    Attributes:
        number: The number as the line writes it, checked.
        name: The name as the line writes it.
    """

    number: IdentityNumber
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person who was found under a number close to the line's.

    Attributes:
        person_id: The person.
        reference: Their public reference.
        number: The number under which they were found, current or former.
        name: Their current name.
        former_names: Their names before.
    """

    person_id: int
    reference: str
    number: IdentityNumber
    name: str
    former_names: tuple[str, ...]


class LeadReason(StrEnum):
    """Why somebody is a lead at all."""

    NUMBER_SAME_NAME_SAME = "NUMBER_SAME_NAME_SAME"
    NUMBER_SAME_NAME_OTHER = "NUMBER_SAME_NAME_OTHER"
    NUMBER_CLOSE_NAME_SAME = "NUMBER_CLOSE_NAME_SAME"
    BIRTH_AND_DIVISION_SAME_NAME_SAME = "BIRTH_AND_DIVISION_SAME_NAME_SAME"


class NumberRelation(StrEnum):
    """How two numbers stand to each other."""

    SAME = "SAME"
    ONE_DIGIT = "ONE_DIGIT"
    SWAPPED = "SWAPPED"
    BIRTH_AND_DIVISION = "BIRTH_AND_DIVISION"
    OTHER = "OTHER"


class NameRelation(StrEnum):
    """How the line's name stands to the names of a person."""

    SAME = "SAME"
    VARIANT = "VARIANT"
    FORMER = "FORMER"
    OTHER = "OTHER"


class BirthRelation(StrEnum):
    """How two birth dates stand to each other."""

    SAME = "SAME"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One comparison of a lead, to be read by the officer.

    Attributes:
        code: Which feature; its docstring, translated by this code, explains it.
        found: What was found: a relation's code.
        left: The line's value, masked.
        right: The candidate's value, masked.
        detail: How two spellings of one name differ, as codes; empty where that does not apply.
        explanation: The feature's docstring.
    """

    code: str
    found: str
    left: str
    right: str
    detail: tuple[str, ...]
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Somebody to whom a held line may belong, and why. It helps an officer to look, and decides nothing.

    Attributes:
        person_id: The person.
        reference: Their public reference.
        reason: Why they are a lead.
        features: Every feature, in the order of registration.
        weight: Orders the leads of one line; ``None`` until ordered. Compares nothing else, and is never shown.
    """

    person_id: int
    reference: str
    reason: LeadReason
    features: tuple[Feature, ...]
    weight: float | None = None


Comparison = Callable[[HeldLine, Candidate], tuple[str, str, str, tuple[str, ...]]]
FEATURES: dict[str, Comparison] = {}


def feature(code: str) -> Callable[[Comparison], Comparison]:
    """Register a comparison as a feature.

    Args:
        code: Stable code, by which its explanation is translated.

    Raises:
        ValueError: The comparison has no docstring, so nobody could be told what it means; or the code is taken.
    """

    def register(comparison: Comparison) -> Comparison:
        if not inspect.getdoc(comparison) or code in FEATURES:
            message = f"feature {code} needs a docstring and a code of its own"
            raise ValueError(message)
        FEATURES[code] = comparison
        return comparison

    return register


@feature("NUMBER")
def compare_numbers(line: HeldLine, candidate: Candidate) -> tuple[str, str, str, tuple[str, ...]]:
    """The identity numbers: the same, different in one digit, with two neighbouring digits swapped, or different."""
    left, right = canonical_text(line.number), canonical_text(candidate.number)
    return number_relation(left, right), mask(left), mask(right), ()


@feature("NAME")
def compare_names(line: HeldLine, candidate: Candidate) -> tuple[str, str, str, tuple[str, ...]]:
    """The names: the same, the same in another way of writing, one that the person had before, or another name."""
    difference = explain_difference(line.name, candidate.name)
    left, right = masked_name(line.name), masked_name(candidate.name)
    if difference.kind is DifferenceKind.SAME:
        return NameRelation.SAME, left, right, ()
    if difference.agrees:
        return NameRelation.VARIANT, left, right, tuple(kind.value for kind in difference.kinds)
    for former in candidate.former_names:
        if explain_difference(line.name, former).agrees:
            return NameRelation.FORMER, left, masked_name(former), ()
    return NameRelation.OTHER, left, right, ()


@feature("BIRTH")
def compare_births(line: HeldLine, candidate: Candidate) -> tuple[str, str, str, tuple[str, ...]]:
    """The birth dates that the two numbers state: the same day, another day, or not stated."""
    left, right = line.number.born_on, candidate.number.born_on
    if left is None or right is None:
        return BirthRelation.UNKNOWN, _masked_day(left), _masked_day(right), ()
    return (BirthRelation.SAME if left == right else BirthRelation.OTHER), _masked_day(left), _masked_day(right), ()


def number_relation(left: str, right: str) -> NumberRelation:
    """Return how two canonical numbers stand to each other; the same both ways.

    The check character is not compared: it follows from the digits before it.

    Example:
        >>> number_relation("359900199001010076", "359900199001019990").value
        'BIRTH_AND_DIVISION'
    """
    if left == right:
        return NumberRelation.SAME
    if len(left) != len(right):
        return NumberRelation.OTHER
    places = [at for at in range(min(len(left), BODY_DIGITS)) if left[at] != right[at]]
    if len(places) == 1:
        return NumberRelation.ONE_DIGIT
    if len(places) == 2 and _is_swap(left, right, places):  # noqa: PLR2004 - a pair
        return NumberRelation.SWAPPED
    if len(left) > BODY_DIGITS and min(places) >= PREFIX_DIGITS:
        return NumberRelation.BIRTH_AND_DIVISION
    return NumberRelation.OTHER


def _is_swap(left: str, right: str, places: Sequence[int]) -> bool:
    first, second = places
    return second == first + 1 and left[first] == right[second] and left[second] == right[first]


def close_numbers(number: IdentityNumber) -> tuple[str, ...]:
    """Return every number that differs from one in a digit, or has two neighbouring digits swapped.

    Such a slip does not survive a check character; but the character is often computed after the slip, when a
    fifteen-digit number is lengthened or a form is filled from a list. So it is computed anew for each.

    Returns:
        At most 169 canonical texts; none of them is the number itself.
    """
    text = canonical_text(number)
    if number.kind is IdentityKind.FOREIGN_PERMANENT_2017:
        bodies = _close_bodies(text, first_digit=3)
        return tuple(sorted(set(bodies)))
    bodies = _close_bodies(text[:BODY_DIGITS], first_digit=0)
    return tuple(sorted({body + check_character(body) for body in bodies}))


def _close_bodies(body: str, *, first_digit: int) -> Iterator[str]:
    for at in range(first_digit, len(body)):
        for digit in _DIGITS:
            if digit != body[at]:
                yield body[:at] + digit + body[at + 1 :]
    for at in range(first_digit, len(body) - 1):
        if body[at] != body[at + 1]:
            yield body[:at] + body[at + 1] + body[at] + body[at + 2 :]


def numbers_of_same_birth_and_division(number: IdentityNumber) -> tuple[str, ...]:
    """Return every other number with the same division and birth date; none for cards that state no birth date."""
    if number.born_on is None:
        return ()
    text = canonical_text(number)
    bodies = (f"{text[:PREFIX_DIGITS]}{sequence:03d}" for sequence in range(SEQUENCES))
    return tuple(full for full in (body + check_character(body) for body in bodies) if full != text)


def explain_leads(line: HeldLine, candidates: Sequence[Candidate]) -> tuple[Lead, ...]:
    """Return those candidates who are leads, each with its reason and every feature compared.

    Args:
        line: The held line.
        candidates: Persons found under numbers close to the line's.
    """
    leads = []
    for candidate in candidates:
        features = tuple(
            Feature(
                code=code,
                found=str(found),
                left=left,
                right=right,
                detail=detail,
                explanation=inspect.getdoc(comparison) or "",
            )
            for code, comparison in FEATURES.items()
            for found, left, right, detail in (comparison(line, candidate),)
        )
        reason = _reason({shown.code: shown.found for shown in features})
        if reason is not None:
            leads.append(
                Lead(person_id=candidate.person_id, reference=candidate.reference, reason=reason, features=features)
            )
    return tuple(leads)


def _reason(found: dict[str, str]) -> LeadReason | None:
    """Return why a candidate is a lead; ``None`` when there is no reason."""
    agrees = found["NAME"] != NameRelation.OTHER
    match NumberRelation(found["NUMBER"]):
        case NumberRelation.SAME:
            # Both agree where the line was held for another cause.
            return LeadReason.NUMBER_SAME_NAME_SAME if agrees else LeadReason.NUMBER_SAME_NAME_OTHER
        case NumberRelation.ONE_DIGIT | NumberRelation.SWAPPED:
            return LeadReason.NUMBER_CLOSE_NAME_SAME if agrees else None
        case NumberRelation.BIRTH_AND_DIVISION:
            return LeadReason.BIRTH_AND_DIVISION_SAME_NAME_SAME if agrees else None
        case NumberRelation.OTHER:
            return None


@dataclass(frozen=True, slots=True)
class Level:
    """How often one finding occurs among lines of one person (``m``) and of two (``u``). See decision 0007.

    The figures are fixed and rounded estimates, not trained on anybody's data. They order leads and decide nothing.
    """

    found: str
    m: float
    u: float


LEVELS: dict[str, tuple[Level, ...]] = {
    "NUMBER": (
        Level(NumberRelation.SAME, 0.90, 0.00001),
        Level(NumberRelation.ONE_DIGIT, 0.05, 0.0001),
        Level(NumberRelation.SWAPPED, 0.03, 0.0001),
        Level(NumberRelation.BIRTH_AND_DIVISION, 0.015, 0.001),
        Level(NumberRelation.OTHER, 0.005, 0.99879),
    ),
    "NAME": (
        Level(NameRelation.SAME, 0.90, 0.002),
        Level(NameRelation.VARIANT, 0.05, 0.0005),
        Level(NameRelation.FORMER, 0.03, 0.0005),
        Level(NameRelation.OTHER, 0.02, 0.997),
    ),
    # The birth date is part of the number: it may add little on top.
    "BIRTH": (
        Level(BirthRelation.SAME, 0.95, 0.50),
        Level(BirthRelation.UNKNOWN, 0.01, 0.01),
        Level(BirthRelation.OTHER, 0.04, 0.49),
    ),
}
PRIOR = 0.001


def weight_of(features: Sequence[Feature]) -> float:
    """Return the sum of the binary logarithms of m / u over features, with the prior odds.

    This is what Splink computes from the same table; tests hold the two together.
    """
    weight = math.log2(PRIOR / (1 - PRIOR))
    for shown in features:
        level = next(level for level in LEVELS[shown.code] if level.found == shown.found)
        weight += math.log2(level.m / level.u)
    return weight


def _masked_day(day: date | None) -> str:
    """Return the year alone."""
    return "" if day is None else f"{day.year:04d}-**-**"
