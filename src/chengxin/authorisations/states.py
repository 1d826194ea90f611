"""The states of a request for an authorisation, and the moves between them, as data."""

from enum import StrEnum

from chengxin.authorisations.errors import RequestMoveNotAllowed


class RequestState(StrEnum):
    """Where a request stands. One that nobody answered by its last moment has lapsed, whether or not a row says so."""

    WAITING = "WAITING"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"


class RequestMove(StrEnum):
    """What can be done with a request."""

    GRANT = "GRANT"
    REFUSE = "REFUSE"
    CANCEL = "CANCEL"


REQUEST_MOVES: tuple[tuple[RequestMove, RequestState, RequestState], ...] = (
    (RequestMove.GRANT, RequestState.WAITING, RequestState.GRANTED),
    (RequestMove.REFUSE, RequestState.WAITING, RequestState.REFUSED),
    (RequestMove.CANCEL, RequestState.WAITING, RequestState.CANCELLED),
)


class Channel(StrEnum):
    """How the person allowed it."""

    ONLINE = "ONLINE"
    COUNTER = "COUNTER"


def after(state: RequestState, move: RequestMove) -> RequestState:
    """Return the state after a move.

    Args:
        state: The state before.
        move: What is done.

    Raises:
        RequestMoveNotAllowed: The table has no such move from this state.

    Example:
        >>> after(RequestState.WAITING, RequestMove.REFUSE).value
        'REFUSED'
    """
    for known, source, target in REQUEST_MOVES:
        if known is move and source is state:
            return target
    raise RequestMoveNotAllowed(state=state.value, move=move.value)
