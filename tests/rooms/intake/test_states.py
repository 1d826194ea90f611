"""The states of a batch: every pair of state and move."""

from itertools import product

import pytest

from chengxin.intake import states
from chengxin.intake.states import BATCH_MOVES, BatchMove, BatchState, MoveNotAllowed


@pytest.mark.parametrize(("state", "move"), list(product(BatchState, BatchMove)))
def test_a_batch_moves_as_the_table_says(state: BatchState, move: BatchMove) -> None:
    targets = [target for known, source, target in BATCH_MOVES if (known, source) == (move, state)]
    if targets:
        assert [states.after(state, move)] == targets
    else:
        with pytest.raises(MoveNotAllowed) as caught:
            states.after(state, move)
        assert caught.value.details == {"state": state.value, "move": move.value}


def test_what_is_refused_declined_or_reversed_stays_so() -> None:
    ends = {BatchState.REFUSED, BatchState.DECLINED, BatchState.REVERSED}
    assert {state for state in BatchState if all(source is not state for _, source, _ in BATCH_MOVES)} == ends


def test_every_outcome_has_a_byte_of_its_own_that_is_not_zero() -> None:
    assert set(states.OUTCOME_BYTE) == set(states.Outcome)
    assert sorted(states.OUTCOME_BYTE.values()) == [1, 2, 3, 4]
