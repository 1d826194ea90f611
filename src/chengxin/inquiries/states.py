"""How an inquiry ended, what an identity check says, and how a concern about a look stands."""

from enum import StrEnum

from chengxin.inquiries.errors import ConcernMoveNotAllowed


class Outcome(StrEnum):
    """How an inquiry ended. Stored; never shown."""

    ANSWERED = "ANSWERED"
    REFUSED = "REFUSED"
    UNDECIDED = "UNDECIDED"


class Match(StrEnum):
    """All that an identity check ever says."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    UNKNOWN = "UNKNOWN"


class ConcernState(StrEnum):
    """How a concern stands. Stored; never shown."""

    UNDER_REVIEW = "UNDER_REVIEW"
    FOUND_IN_ORDER = "FOUND_IN_ORDER"
    FOUND_OUT_OF_ORDER = "FOUND_OUT_OF_ORDER"

    @property
    def is_answered(self) -> bool:
        """Tell whether the office has answered."""
        return self is not ConcernState.UNDER_REVIEW


class ConcernMove(StrEnum):
    """What a reviewer finds about the look that a concern is about."""

    FIND_IN_ORDER = "FIND_IN_ORDER"
    FIND_OUT_OF_ORDER = "FIND_OUT_OF_ORDER"


CONCERN_MOVES: tuple[tuple[ConcernMove, ConcernState, ConcernState], ...] = (
    (ConcernMove.FIND_IN_ORDER, ConcernState.UNDER_REVIEW, ConcernState.FOUND_IN_ORDER),
    (ConcernMove.FIND_OUT_OF_ORDER, ConcernState.UNDER_REVIEW, ConcernState.FOUND_OUT_OF_ORDER),
)


def concern_after(state: ConcernState, move: ConcernMove) -> ConcernState:
    """Return the state of a concern after a move.

    Args:
        state: The state before.
        move: What is found.

    Raises:
        ConcernMoveNotAllowed: The table has no such move from this state: it was answered already.

    Example:
        >>> concern_after(ConcernState.UNDER_REVIEW, ConcernMove.FIND_IN_ORDER).value
        'FOUND_IN_ORDER'
    """
    for known, source, target in CONCERN_MOVES:
        if known is move and source is state:
            return target
    raise ConcernMoveNotAllowed(state=state.value, move=move.value)
