"""The states of a batch and of a held line, and the moves between them, as data."""

from enum import StrEnum

from chengxin.intake.errors import MoveNotAllowed


class BatchState(StrEnum):
    """Where a batch stands."""

    RECEIVED = "RECEIVED"  # kept; not yet judged
    AWAITING_APPROVAL = "AWAITING_APPROVAL"  # outside what this supplier usually sends: a second officer looks
    APPROVED = "APPROVED"  # the second officer let it pass; to be posted
    POSTED = "POSTED"  # every line has its outcome
    REFUSED = "REFUSED"  # the file as a whole could not be taken; nothing of it was
    DECLINED = "DECLINED"  # the second officer did not let it pass
    REVERSED = "REVERSED"  # posted, then taken back as a whole


class BatchMove(StrEnum):
    """What can be done with a batch."""

    SETTLE = "SETTLE"
    STOP = "STOP"
    REFUSE = "REFUSE"
    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    REVERSE = "REVERSE"


BATCH_MOVES: tuple[tuple[BatchMove, BatchState, BatchState], ...] = (
    (BatchMove.SETTLE, BatchState.RECEIVED, BatchState.POSTED),
    (BatchMove.SETTLE, BatchState.APPROVED, BatchState.POSTED),
    (BatchMove.STOP, BatchState.RECEIVED, BatchState.AWAITING_APPROVAL),
    (BatchMove.REFUSE, BatchState.RECEIVED, BatchState.REFUSED),
    (BatchMove.REFUSE, BatchState.APPROVED, BatchState.REFUSED),
    (BatchMove.APPROVE, BatchState.AWAITING_APPROVAL, BatchState.APPROVED),
    (BatchMove.DECLINE, BatchState.AWAITING_APPROVAL, BatchState.DECLINED),
    (BatchMove.REVERSE, BatchState.POSTED, BatchState.REVERSED),
)


class HeldState(StrEnum):
    """Where a held line stands."""

    WAITING = "WAITING"
    ATTACHED = "ATTACHED"
    DISMISSED = "DISMISSED"
    REVERSED = "REVERSED"  # its batch was taken back while it waited


class Outcome(StrEnum):
    """What became of a line. Every line has exactly one."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    HELD = "HELD"
    UNCHANGED = "UNCHANGED"


OUTCOME_BYTE = {Outcome.ACCEPTED: 1, Outcome.REJECTED: 2, Outcome.HELD: 3, Outcome.UNCHANGED: 4}
OUTCOME_OF_BYTE = {byte: outcome for outcome, byte in OUTCOME_BYTE.items()}


def after(state: BatchState, move: BatchMove) -> BatchState:
    """Return the state after a move.

    Args:
        state: The state before.
        move: What is done.

    Raises:
        MoveNotAllowed: The table has no such move from this state.

    Example:
        >>> after(BatchState.POSTED, BatchMove.REVERSE).value
        'REVERSED'
    """
    for known, source, target in BATCH_MOVES:
        if known is move and source is state:
            return target
    raise MoveNotAllowed(state=state.value, move=move.value)
