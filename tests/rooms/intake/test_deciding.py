"""What lies outside the usual waits for a second officer; who that is, and what a decision does."""

from dataclasses import replace

import pytest

from chengxin.authority.decisions import Refused
from chengxin.intake import lookups, rules
from chengxin.intake.rules import PastBatch
from chengxin.intake.states import BatchState
from chengxin.records import lookups as records
from factories import intake as given

USUAL = [PastBatch(lines=300, withdrawn=30)] * 5


@pytest.mark.parametrize(
    ("lines", "withdrawals", "history", "found"),
    [
        (1_500, 0, USUAL, ()),
        (1_501, 0, USUAL, ("MANY_LINES",)),
        (1_501, 0, USUAL[:4], ()),
        (1_000, 0, [PastBatch(lines=1, withdrawn=0)] * 5, ()),
        (1_001, 0, [PastBatch(lines=1, withdrawn=0)] * 5, ("MANY_LINES",)),
        (10, 5, USUAL, ()),
        (10, 6, USUAL, ("MANY_WITHDRAWALS",)),
        (5, 5, USUAL, ()),
        (10, 9, [*USUAL, PastBatch(lines=10, withdrawn=9)], ()),
        (2_000, 2_000, USUAL, ("MANY_LINES", "MANY_WITHDRAWALS")),
        (10, 10, [PastBatch(lines=0, withdrawn=0)] * 5, ("MANY_WITHDRAWALS",)),
    ],
)
def test_what_lies_outside_the_usual(
    lines: int, withdrawals: int, history: list[PastBatch], found: tuple[str, ...]
) -> None:
    assert rules.outside_usual(lines=lines, withdrawals=withdrawals, history=history) == found


@pytest.fixture
def stopped(db: None) -> str:
    """Send five usual batches and one that withdraws everything; return the last one's reference."""
    given.edition()
    given.supplier()
    given.people(8)
    for index in range(5):
        given.settle(given.csv_bytes([given.line(index)]))
    withdrawing = given.settle(given.csv_bytes([given.line(index, 操作="撤回") for index in range(8)]))
    assert withdrawing.state is BatchState.AWAITING_APPROVAL
    assert withdrawing.bounds == ("MANY_WITHDRAWALS",)
    return withdrawing.reference


def state_of(reference: str) -> BatchState:
    return next(batch.state for batch in lookups.list_batches() if batch.reference == reference)


def test_a_stopped_batch_waits_and_is_posted_once_approved(stopped: str) -> None:
    again = given.intake.settle_batch(reference=stopped, actor=given.SENDER, now=given.NOW)
    assert again.state is BatchState.AWAITING_APPROVAL
    given.intake.approve_batch(reference=stopped, reasons="已核实", actor=given.SECOND, now=given.NOW)
    settled = given.intake.settle_batch(reference=stopped, actor=given.SENDER, now=given.NOW)
    assert (settled.state, settled.accepted, settled.rejected) == (BatchState.POSTED, 5, 3)
    assert list(records.verify_postings()) == []


def test_a_batch_is_declined_by_another_officer_than_the_sender_and_never_posted(stopped: str) -> None:
    refused_to_near_misses(stopped)
    given.intake.decline_batch(reference=stopped, reasons="误报", actor=given.SECOND, now=given.NOW)
    settled = given.intake.settle_batch(reference=stopped, actor=given.SENDER, now=given.NOW)
    assert (settled.state, settled.accepted) == (BatchState.DECLINED, 0)
    with pytest.raises(Refused, match="MOVE_NOT_ALLOWED"):
        given.intake.approve_batch(reference=stopped, reasons="x", actor=given.SECOND, now=given.NOW)


def refused_to_near_misses(stopped: str) -> None:
    near = {
        "NOT_SECOND_OFFICER": given.SENDER,
        "SAME_OFFICER": replace(given.SECOND, key=given.SENDER.key),
    }
    for act in (given.intake.approve_batch, given.intake.decline_batch, given.intake.reverse_batch):
        for code, actor in near.items():
            with pytest.raises(Refused) as caught:
                act(reference=stopped, reasons="x", actor=actor, now=given.NOW)
            assert caught.value.code == code
        with pytest.raises(Refused) as caught:
            act(
                reference=stopped,
                reasons="x",
                actor=replace(given.SECOND, organisation_code="NEIGHBOUR"),
                now=given.NOW,
            )
        assert caught.value.code == "NOT_SECOND_OFFICER"
    assert state_of(stopped) is BatchState.AWAITING_APPROVAL


def test_a_batch_that_is_not_posted_is_not_reversed_and_a_reversed_one_not_again(stopped: str) -> None:
    with pytest.raises(Refused, match="MOVE_NOT_ALLOWED"):
        given.intake.reverse_batch(reference=stopped, reasons="x", actor=given.SECOND, now=given.NOW)
    posted = next(batch for batch in lookups.list_batches() if batch.state is BatchState.POSTED)
    given.intake.reverse_batch(reference=posted.reference, reasons="x", actor=given.SECOND, now=given.NOW)
    with pytest.raises(Refused, match="MOVE_NOT_ALLOWED"):
        given.intake.reverse_batch(reference=posted.reference, reasons="x", actor=given.SECOND, now=given.NOW)
    with pytest.raises(Refused, match="BATCH_UNKNOWN"):
        given.intake.reverse_batch(reference="B0", reasons="x", actor=given.SECOND, now=given.NOW)


def test_quality_counts_what_was_settled(db: None) -> None:
    given.edition()
    given.supplier()
    given.people(5)
    given.settle(given.csv_bytes([given.line(index) for index in range(5)]))
    (quality,) = lookups.list_quality(organisation_code=given.SUPPLIER)
    assert (quality.batches, quality.lines, quality.accepted_percent) == (1, 5, 100.0)
    assert quality.delay_days == 286.0  # from 10 February to 23 November 2026
