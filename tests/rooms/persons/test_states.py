import itertools

import pytest

from chengxin.persons.errors import MoveNotOffered
from chengxin.persons.states import MOVES, Move, PersonState, VerificationMethod, after


@pytest.mark.parametrize(("state", "move"), list(itertools.product(PersonState, Move)))
def test_every_pair_of_state_and_move_is_either_in_the_table_or_refused(state: PersonState, move: Move) -> None:
    targets = [target for offered, source, target in MOVES if offered is move and source is state]
    if targets:
        assert [after(state, move)] == targets
    else:
        with pytest.raises(MoveNotOffered) as refused:
            after(state, move)
        assert refused.value.code == "PERSON_MOVE_NOT_OFFERED"


def test_r1c_no_method_of_verification_is_a_biometric() -> None:
    for method in VerificationMethod:
        assert not any(word in method.value for word in ("FINGER", "FACE", "IRIS", "VOICE", "BIO", "GENE", "PALM"))
