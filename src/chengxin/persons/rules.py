"""What a line of the population feed means, and which names and numbers are accepted. Values in, values out.

The law behind it: a person has one number for life (Resident Identity Card Law, Art. 3) and one registered name at a
time (Civil Code, Art. 1012, 1016); what is kept must be accurate (PIPL, Art. 8). A line attaches to a person only
when its number *and* its name agree with what is known; every other line is held for an officer, never guessed.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

from chengxin.identifiers.identity import IdentityNumber
from chengxin.persons.states import FeedKind, FeedOutcome

LONGEST_NAME = 100

NAME_MASK_RULE = "MASK_NAME"
NAME_MASK_VERSION = 1


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One line of the population feed, as it was written.

    Positional on purpose: a feed has a million of them. Numbers stay text here, so that a malformed one rejects its
    line and not the feed.

    Attributes:
        kind: A :class:`~chengxin.persons.states.FeedKind`, as text.
        identity_number: The number under which the person is known.
        name: The name under which the person is known, before the change that the line reports.
        effective_on: From which day the fact holds.
        new_identity_number: The number that replaces or corrects the known one.
        new_name: The name that replaces or corrects the known one.
        died_on: Day of death.
    """

    kind: str
    identity_number: str
    name: str | None = None
    effective_on: date | None = None
    new_identity_number: str | None = None
    new_name: str | None = None
    died_on: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a line ends, and why, as a stable code."""

    outcome: FeedOutcome
    code: str


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line whose texts were understood: numbers checked, names folded and turned into digests.

    Attributes:
        kind: What the line reports.
        born_on: Date of birth that the known number states; ``None`` where it states none.
        blind: Blind index of the known number.
        name_digest: Digest of the known name.
        effective_on: From which day the fact holds.
        new_blind: Blind index of the new number.
        new_name_digest: Digest of the new name.
        died_on: Day of death.
    """

    kind: FeedKind
    born_on: date | None
    blind: bytes
    name_digest: bytes
    effective_on: date | None
    new_blind: bytes | None
    new_name_digest: bytes | None
    died_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the person that a number belongs to.

    Attributes:
        person_key: Tells two persons apart; means nothing else.
        is_current_number: Whether the number is the person's current one.
        number_since_on: First day of that number.
        name_digest: Digest of the current name.
        name_since_on: First day of the current name.
        died_on: Day of death; ``None`` while the person lives.
    """

    person_key: int
    is_current_number: bool
    number_since_on: date
    name_digest: bytes
    name_since_on: date
    died_on: date | None


REQUIRED: dict[FeedKind, tuple[str, ...]] = {
    FeedKind.NEW: ("name", "effective_on"),
    FeedKind.NAME_CHANGE: ("name", "effective_on", "new_name"),
    FeedKind.NUMBER_CHANGE: ("name", "effective_on", "new_identity_number"),
    FeedKind.DEATH: ("name", "died_on"),
    FeedKind.DEATH_WITHDRAWN: ("name",),
    FeedKind.CORRECTION: ("name",),
}
OPTIONAL: dict[FeedKind, tuple[str, ...]] = {
    FeedKind.NEW: (),
    FeedKind.NAME_CHANGE: (),
    FeedKind.NUMBER_CHANGE: (),
    FeedKind.DEATH: ("effective_on",),
    FeedKind.DEATH_WITHDRAWN: ("effective_on",),
    FeedKind.CORRECTION: ("effective_on", "new_identity_number", "new_name", "died_on"),
}
_FACTS = ("name", "effective_on", "new_identity_number", "new_name", "died_on")
_CORRECTABLE = ("new_identity_number", "new_name", "died_on")

_ACCEPTED = Verdict(FeedOutcome.ACCEPTED, "APPLIED")
_UNCHANGED = Verdict(FeedOutcome.UNCHANGED, "KNOWN_ALREADY")


def _rejected(code: str) -> Verdict:
    return Verdict(FeedOutcome.REJECTED, code)


def _held(code: str) -> Verdict:
    return Verdict(FeedOutcome.HELD, code)


KIND_UNKNOWN = _rejected("KIND_UNKNOWN")
_FIELD_MISSING = _rejected("FIELD_MISSING")
_FIELD_UNEXPECTED = _rejected("FIELD_UNEXPECTED")
_NOTHING_TO_CORRECT = _rejected("NOTHING_TO_CORRECT")
_DATE_FUTURE = _rejected("DATE_FUTURE")
_DATE_BEFORE_BIRTH = _rejected("DATE_BEFORE_BIRTH")
_NUMBER_SAME = _rejected("NUMBER_SAME")
_NUMBER_UNKNOWN = _held("NUMBER_UNKNOWN")
_NUMBER_SUPERSEDED = _held("NUMBER_SUPERSEDED")
_NUMBER_TAKEN = _held("NUMBER_TAKEN")
_NUMBER_RETURNS = _held("NUMBER_RETURNS")
_NAME_DISAGREES = _held("NAME_DISAGREES")
_OUT_OF_ORDER = _held("OUT_OF_ORDER")
_PERSON_DECEASED = _held("PERSON_DECEASED")
_PERSON_NOT_DECEASED = _held("PERSON_NOT_DECEASED")
_DEATH_DATE_DISAGREES = _held("DEATH_DATE_DISAGREES")


def canonical_text(number: IdentityNumber) -> str:
    """Return the one clear text under which a number is indexed, whichever of its forms was written.

    A fifteen-digit number and its eighteen-digit successor are the same person's, so they have the same text.
    """
    return number.successor().reveal()


def is_accepted_number(number: IdentityNumber, *, synthetic: bool) -> bool:
    """Tell whether a number may be kept here: made-up ones in a demonstration, real ones everywhere else.

    Args:
        number: The number.
        synthetic: Whether this is a demonstration.
    """
    return number.is_synthetic == synthetic


def name_fault(name: str, *, folded: str) -> str | None:
    """Return why a text is no name, or ``None`` when it may be one.

    Args:
        name: The name as it was written.
        folded: The same, folded: a name of which nothing remains would agree with every other such name.

    Returns:
        ``NAME_EMPTY``, ``NAME_LENGTH`` or ``NAME_CHARACTERS`` (control and unassigned characters, digits).

    Example:
        >>> name_fault("陈小明", folded="陈小明"), name_fault("陈1", folded="陈1")
        (None, 'NAME_CHARACTERS')
    """
    stripped = name.strip()
    if not stripped or not folded:
        return "NAME_EMPTY"
    if len(stripped) > LONGEST_NAME:
        return "NAME_LENGTH"
    # Nearly every name is only letters; the categories are looked at where one is not.
    if not stripped.isalpha():
        for character in stripped:
            category = unicodedata.category(character)
            if category[0] in "CN" and category != "Co":  # private use: rare characters not yet in Unicode
                return "NAME_CHARACTERS"
    return None


def masked_name(name: str) -> str:
    """Return what may be shown of a name to whoever need not read it whole (rule MASK_NAME, version 1).

    Example:
        >>> masked_name("陈小明"), masked_name("")
        ('陈**', '**')
    """
    return f"{name.strip()[:1]}**"


def shape_verdict(kind: FeedKind, line: FeedLine, *, today: date) -> Verdict | None:  # noqa: PLR0911 - one per fault
    """Return why a line's shape rejects it, or ``None`` when every field is there that its kind asks for, and no other.

    Args:
        kind: What the line reports.
        line: The line.
        today: Civil date on which the feed is applied; no fact holds from a later day.
    """
    if kind is FeedKind.NEW:  # the common case, spelled out because a first feed is all of these
        if not line.name or line.effective_on is None:
            return _FIELD_MISSING
        if line.new_name or line.new_identity_number or line.died_on is not None:
            return _FIELD_UNEXPECTED
        return _DATE_FUTURE if line.effective_on > today else None
    present = {fact for fact in _FACTS if getattr(line, fact) not in {None, ""}}
    required = REQUIRED[kind]
    if not present.issuperset(required):
        return _FIELD_MISSING
    if not present.issubset({*required, *OPTIONAL[kind]}):
        return _FIELD_UNEXPECTED
    if kind is FeedKind.CORRECTION and present.isdisjoint(_CORRECTABLE):
        return _NOTHING_TO_CORRECT
    if any(day is not None and day > today for day in (line.effective_on, line.died_on)):
        return _DATE_FUTURE
    return None


def judge(line: ReadLine, known: Known | None, target: Known | None) -> Verdict:  # noqa: PLR0911 - one per outcome
    """Decide how an understood line ends.

    Args:
        line: The line.
        known: The person that the line's number belongs to; ``None`` when nobody.
        target: The person that the line's *new* number belongs to; ``None`` when nobody or when there is none.

    Returns:
        ``ACCEPTED`` when the change is to be made, ``UNCHANGED`` when it was made before, ``HELD`` when an officer
        must look, ``REJECTED`` when the line contradicts itself.
    """
    earliest = line.born_on
    if earliest is not None and any(day is not None and day < earliest for day in (line.effective_on, line.died_on)):
        return _DATE_BEFORE_BIRTH
    if line.kind is FeedKind.NEW:
        return _judge_new(line, known)
    if line.new_blind is not None and line.new_blind == line.blind:
        return _NUMBER_SAME
    if known is None:
        is_applied = (
            line.kind is FeedKind.CORRECTION
            and target is not None
            and target.is_current_number
            and line.name_digest == target.name_digest
        )
        return _UNCHANGED if is_applied else _NUMBER_UNKNOWN
    if _is_applied(line, known, target):
        return _UNCHANGED
    if target is not None:
        return _NUMBER_RETURNS if target.person_key == known.person_key else _NUMBER_TAKEN
    if not known.is_current_number:
        return _NUMBER_SUPERSEDED
    if line.name_digest != known.name_digest:
        return _NAME_DISAGREES
    return _judge_change(line, known)


def _judge_new(line: ReadLine, known: Known | None) -> Verdict:
    """Decide a line that reports a person for the first time."""
    if known is None:
        return _ACCEPTED
    if line.name_digest != known.name_digest:
        return _NAME_DISAGREES
    return _UNCHANGED if known.is_current_number else _NUMBER_SUPERSEDED


def _is_applied(line: ReadLine, known: Known, target: Known | None) -> bool:
    """Tell whether what the line reports is known already, so that sending it again changes nothing."""
    match line.kind:
        case FeedKind.NAME_CHANGE:
            return known.is_current_number and line.new_name_digest == known.name_digest
        case FeedKind.NUMBER_CHANGE:
            return target is not None and target.person_key == known.person_key and target.is_current_number
        case FeedKind.DEATH:
            return known.is_current_number and known.died_on == line.died_on and line.name_digest == known.name_digest
        case FeedKind.DEATH_WITHDRAWN:
            return known.is_current_number and known.died_on is None and line.name_digest == known.name_digest
        case FeedKind.CORRECTION:
            return (
                known.is_current_number
                and line.new_blind is None
                and line.new_name_digest in {None, known.name_digest}
                and line.died_on in {None, known.died_on}
                and (line.new_name_digest is not None or line.name_digest == known.name_digest)
            )
        case FeedKind.NEW:
            return False


def _judge_change(line: ReadLine, known: Known) -> Verdict:  # noqa: PLR0911 - one per outcome
    """Decide a change of a person whose number is current and whose name agrees."""
    match line.kind:
        case FeedKind.NAME_CHANGE:
            if known.died_on is not None:
                return _PERSON_DECEASED
            is_later = line.effective_on is not None and line.effective_on > known.name_since_on
            return _ACCEPTED if is_later else _OUT_OF_ORDER
        case FeedKind.NUMBER_CHANGE:
            if known.died_on is not None:
                return _PERSON_DECEASED
            is_later = line.effective_on is not None and line.effective_on > known.number_since_on
            return _ACCEPTED if is_later else _OUT_OF_ORDER
        case FeedKind.DEATH:
            return _ACCEPTED if known.died_on is None else _DEATH_DATE_DISAGREES
        case FeedKind.CORRECTION:
            if line.died_on is not None and known.died_on is None:
                return _PERSON_NOT_DECEASED
            return _ACCEPTED
        case FeedKind.DEATH_WITHDRAWN | FeedKind.NEW:
            return _ACCEPTED
