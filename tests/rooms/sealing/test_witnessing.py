"""The rule of a witness, against a model of ten lines; and that of a monitor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.sealing.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.merkle import consistency_proof, leaf_hash, root_of
from chengxin.sealing.witnessing import (
    HTTP_STATUS,
    Judgement,
    Request,
    check_consistent,
    check_same_history,
    judge_checkpoint,
)
from factories import sealing as office

LEAVES = [leaf_hash(str(number).encode()) for number in range(40)]
FORGED = [*LEAVES[:20], leaf_hash(b"forged"), *LEAVES[21:]]


def state(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    return open_checkpoint(sign_checkpoint(office.ORIGIN, size, root_of(leaves[:size]), office.LEDGER), office.VERIFIER)


def request(old: int, new: int, leaves: list[bytes] = LEAVES) -> Request:
    path = consistency_proof(leaves, old, new) if 0 < old <= new else []
    return Request(old_size=old, path=tuple(path), checkpoint=state(new, leaves).text)


def judged(asked: Request, last: Checkpoint | None) -> Judgement:
    return judge_checkpoint(asked, last=last, verifier=office.VERIFIER).judgement


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_a_witness_cosigns_what_continues_and_nothing_else(last: int, old: int, new: int, forged: bool) -> None:  # noqa: FBT001
    leaves = FORGED if forged else LEAVES
    if new < last:
        expected = Judgement.TRUNCATED
    elif new == last:
        same = root_of(leaves[:new]) == root_of(LEAVES[:last])
        expected = Judgement.SPLIT_VIEW if not same else Judgement.COSIGN if old == last else Judgement.STALE
    elif old != last:
        expected = Judgement.STALE
    else:
        same = root_of(leaves[:last]) == root_of(LEAVES[:last])
        expected = Judgement.COSIGN if same else Judgement.NOT_CONSISTENT
    answer = judge_checkpoint(request(old, new, leaves), last=state(last) if last else None, verifier=office.VERIFIER)
    assert (answer.judgement, answer.size) == (expected, last)
    assert answer.checkpoint is not None
    assert HTTP_STATUS[answer.judgement] in {200, 400, 409, 422}


def test_other_logs_and_other_keys_are_refused() -> None:
    by_another = sign_checkpoint(office.ORIGIN, 3, root_of(LEAVES[:3]), office.ed25519("another"))
    elsewhere = sign_checkpoint("another.example/log", 3, root_of(LEAVES[:3]), office.LEDGER)
    assert judged(Request(old_size=0, path=(), checkpoint=by_another), None) is Judgement.NOT_SIGNED
    assert judged(Request(old_size=0, path=(), checkpoint=elsewhere), None) is Judgement.UNKNOWN_LOG
    assert judged(Request(old_size=0, path=(), checkpoint=""), None) is Judgement.UNKNOWN_LOG
    damaged = Request(old_size=3, path=tuple(LEAVES[:2]), checkpoint=state(9).text)
    assert judged(damaged, state(3)) is Judgement.NOT_CONSISTENT


@given(st.integers(1, 40), st.integers(1, 40))
def test_requests_are_written_and_read(old: int, new: int) -> None:
    asked = request(min(old, new), max(old, new))
    assert Request.parse(asked.to_text()) == asked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "old 1",
        "old 01\n\nx",
        "old -1\n\nx",
        "new 1\n\nx",
        "old 1\nAA==\n\nx",
        "old 1\n!\n\nx",
        "old 1\n\u4e00\n\nx",
    ],
)
def test_other_texts_are_no_request(text: str) -> None:
    with pytest.raises(NotVerified) as caught:
        Request.parse(text)
    assert caught.value.fault is Fault.MALFORMED


def test_a_request_has_a_limit() -> None:
    with pytest.raises(NotVerified) as caught:
        Request.parse("old 1\n" + "A" * 100_000)
    assert caught.value.fault is Fault.TOO_LARGE


@given(st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_two_people_see_whether_they_were_shown_one_history(one: int, other: int, forged: bool) -> None:  # noqa: FBT001
    leaves = FORGED if forged else LEAVES
    smaller, larger = min(one, other), max(one, other)
    path = consistency_proof(leaves, smaller, larger) if smaller else []
    shown = (state(one), state(other, leaves)) if one <= other else (state(one, leaves), state(other))
    try:
        check_same_history(*shown, path)
        fault = None
    except NotVerified as refused:
        fault = refused.fault
    if root_of(leaves[:smaller]) == root_of(LEAVES[:smaller]):
        assert fault is None
    else:
        assert fault is (Fault.SPLIT_VIEW if smaller == larger else Fault.NOT_CONSISTENT)


def test_a_monitor_sees_a_cut_tail_a_split_view_and_a_missing_proof() -> None:
    path = consistency_proof(LEAVES, 20, 30)
    check_consistent(state(20), state(30), path)
    check_consistent(state(20), state(20), None)
    check_consistent(state(0), state(20), None)
    elsewhere = Checkpoint(origin="another", size=30, root=state(30).root, text="")
    for kept, shown, given_path, fault in (
        (state(30), state(20), path, Fault.TRUNCATED),
        (state(30), state(30, FORGED), (), Fault.SPLIT_VIEW),
        (state(20), state(30), None, Fault.NOT_CONSISTENT),
        (state(20), state(30), path[:-1], Fault.NOT_CONSISTENT),
        (state(21), state(30, FORGED), consistency_proof(FORGED, 21, 30), Fault.NOT_CONSISTENT),
        (state(20), elsewhere, path, Fault.PARTS_DISAGREE),
    ):
        with pytest.raises(NotVerified) as caught:
            check_consistent(kept, shown, given_path)
        assert caught.value.fault is fault
    with pytest.raises(NotVerified) as caught:
        check_same_history(state(20), elsewhere, path)
    assert caught.value.fault is Fault.PARTS_DISAGREE
