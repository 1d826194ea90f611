"""The states of a person and of what happens to one, and the moves between them, as data."""

from enum import StrEnum

from chengxin.persons.errors import MoveNotOffered


class PersonState(StrEnum):
    """What is known of a person's life. Stored; never shown."""

    ACTIVE = "ACTIVE"
    DECEASED = "DECEASED"


class Move(StrEnum):
    """What changes a person's state."""

    RECORD_DEATH = "RECORD_DEATH"
    CORRECT_DEATH = "CORRECT_DEATH"
    WITHDRAW_DEATH = "WITHDRAW_DEATH"


MOVES: tuple[tuple[Move, PersonState, PersonState], ...] = (
    (Move.RECORD_DEATH, PersonState.ACTIVE, PersonState.DECEASED),
    (Move.CORRECT_DEATH, PersonState.DECEASED, PersonState.DECEASED),
    (Move.WITHDRAW_DEATH, PersonState.DECEASED, PersonState.ACTIVE),
)


def after(state: PersonState, move: Move) -> PersonState:
    """Return the state that a move leads to.

    Raises:
        MoveNotOffered: The move is not offered in this state; nothing may be written.
    """
    for offered, source, target in MOVES:
        if offered is move and source is state:
            return target
    raise MoveNotOffered(state=state.value, move=move.value)


class FeedKind(StrEnum):
    """What one line of the population feed reports."""

    NEW = "NEW"
    NAME_CHANGE = "NAME_CHANGE"
    NUMBER_CHANGE = "NUMBER_CHANGE"
    DEATH = "DEATH"
    DEATH_WITHDRAWN = "DEATH_WITHDRAWN"
    CORRECTION = "CORRECTION"


class FeedOutcome(StrEnum):
    """How a line of the population feed ended. Every line ends in exactly one of these."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    HELD = "HELD"
    UNCHANGED = "UNCHANGED"


class VerificationMethod(StrEnum):
    """How somebody made sure who a person is.

    The list is closed, in code and by constraint, and none of it is a biometric: fingerprints and faces stay with the
    police (clause R1c).
    """

    DOCUMENT_IN_PERSON = "DOCUMENT_IN_PERSON"
    CHIP_READ = "CHIP_READ"
    POPULATION_BASE = "POPULATION_BASE"
    OFFICIAL_ANSWER = "OFFICIAL_ANSWER"


class DocumentKind(StrEnum):
    """Which document was seen when somebody was verified."""

    RESIDENT_CARD = "RESIDENT_CARD"
    HOUSEHOLD_REGISTER = "HOUSEHOLD_REGISTER"
    HMT_RESIDENCE_PERMIT = "HMT_RESIDENCE_PERMIT"
    FOREIGN_PERMANENT_CARD = "FOREIGN_PERMANENT_CARD"
    NONE = "NONE"


class CoverageSource(StrEnum):
    """What a coverage role rests on."""

    RECORD = "RECORD"
    OFFICE = "OFFICE"


class Decision(StrEnum):
    """How the second officer decided a proposal."""

    APPROVED = "APPROVED"
    DECLINED = "DECLINED"


class FactKind(StrEnum):
    """Which fact of a person a correction struck out."""

    NUMBER = "NUMBER"
    NAME = "NAME"
    DEATH = "DEATH"
