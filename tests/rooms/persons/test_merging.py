"""Clause R1a: two rows of one person become one by two officers, apart again by two officers, and nothing is lost."""

from collections.abc import Iterable

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chengxin.authority.decisions import Refused
from chengxin.ledger.models import Event
from chengxin.persons import lookups
from chengxin.persons import operations as persons
from chengxin.persons.states import Decision
from factories import persons as factory

pytestmark = pytest.mark.django_db


def rows_of(person_ids: Iterable[int]) -> list[tuple[str]]:
    with connection.cursor() as cursor:
        found: list[tuple[str]] = []
        for table, column in (("person", "id"), ("identifier", "person_id"), ("name", "person_id")):
            cursor.execute(
                f"SELECT t::text FROM persons_{table} t WHERE {column} = ANY(%s) ORDER BY 1", [list(person_ids)]
            )
            found.extend(cursor.fetchall())
    return found


def test_r1a_a_merge_and_its_split_change_no_row_of_either_person() -> None:
    first, second = factory.person(1), factory.person(2)
    before = rows_of([first, second])
    merge_id = factory.merge(first, second)
    assert lookups.cluster_of(first) == lookups.cluster_of(second) == (first, second)
    assert lookups.head_of(first) == second
    factory.split(merge_id)
    assert (lookups.cluster_of(first), lookups.cluster_of(second)) == ((first,), (second,))
    assert rows_of([first, second]) == before
    kinds = Event.objects.filter(kind__startswith="persons.").order_by("id").values_list("kind", flat=True)
    assert list(kinds)[2:] == [
        "persons.merge.proposed",
        "persons.merge.decided",
        "persons.split.proposed",
        "persons.split.decided",
    ]


def test_r1a_the_officer_who_proposed_decides_neither_merge_nor_split() -> None:
    first, second = factory.person(1), factory.person(2)
    both = factory.reviewer("account:both")
    proposal = persons.propose_merge(
        merged_person_id=first, into_person_id=second, reasons="x", actor=both, now=factory.NOW
    )
    with pytest.raises(Refused) as refused, transaction.atomic():
        persons.decide_merge(proposal_id=proposal, decision=Decision.APPROVED, reasons="x", actor=both, now=factory.NOW)
    assert refused.value.code == "MERGE_SAME_OFFICER"
    decided = persons.decide_merge(
        proposal_id=proposal, decision=Decision.APPROVED, reasons="x", actor=factory.reviewer(), now=factory.NOW
    )
    split = persons.propose_split(merge_id=decided.merge_id, reasons="x", actor=both, now=factory.NOW)
    with pytest.raises(Refused) as refused, transaction.atomic():
        persons.decide_split(proposal_id=split, decision=Decision.APPROVED, reasons="x", actor=both, now=factory.NOW)
    assert refused.value.code == "MERGE_SAME_OFFICER"


def test_a_declined_proposal_links_nobody_and_is_decided_once() -> None:
    first, second = factory.person(1), factory.person(2)
    proposal = persons.propose_merge(
        merged_person_id=first, into_person_id=second, reasons="x", actor=factory.clerk(), now=factory.NOW
    )
    (waiting,) = lookups.list_merges(is_undecided=True)
    assert (waiting.proposal_id, waiting.decision) == (proposal, None)
    decided = persons.decide_merge(
        proposal_id=proposal, decision=Decision.DECLINED, reasons="x", actor=factory.reviewer(), now=factory.NOW
    )
    assert decided.clusters == ((first,), (second,))
    (line,) = lookups.list_merges(is_undecided=False)
    assert (line.decision, line.is_in_force) == (Decision.DECLINED, False)
    assert lookups.list_merges(is_undecided=True) == ()
    with pytest.raises(Refused) as refused, transaction.atomic():
        persons.decide_merge(
            proposal_id=proposal, decision=Decision.APPROVED, reasons="x", actor=factory.reviewer(), now=factory.NOW
        )
    assert refused.value.code == "PROPOSAL_DECIDED"
    with pytest.raises(persons.MergeNotInForce):
        persons.propose_split(merge_id=decided.merge_id, reasons="x", actor=factory.clerk(), now=factory.NOW)


def test_what_cannot_be_merged_is_refused_with_its_reason() -> None:
    first, second, third = factory.person(1), factory.person(2), factory.person(3)

    def propose(merged: int, into: int, reasons: str = "x") -> int:
        with transaction.atomic():
            return persons.propose_merge(
                merged_person_id=merged, into_person_id=into, reasons=reasons, actor=factory.clerk(), now=factory.NOW
            )

    with pytest.raises(persons.MergeWithSelf):
        propose(first, first)
    with pytest.raises(persons.ReasonsMissing):
        propose(first, second, " ")
    with pytest.raises(persons.PersonUnknown):
        propose(first, 0)
    with pytest.raises(persons.ProposalUnknown):
        persons.decide_merge(
            proposal_id=0, decision=Decision.APPROVED, reasons="x", actor=factory.reviewer(), now=factory.NOW
        )
    late = propose(first, third)
    factory.merge(first, second)
    with pytest.raises(persons.NotClusterHead) as refused:
        propose(first, third)
    assert refused.value.details["head"] == lookups.reference_of(second)
    with pytest.raises(persons.MergeWithSelf):
        propose(second, first)
    with pytest.raises(persons.NotClusterHead), transaction.atomic():
        persons.decide_merge(
            proposal_id=late, decision=Decision.APPROVED, reasons="x", actor=factory.reviewer(), now=factory.NOW
        )
    assert lookups.list_merges()[0].proposal_id != late


class Merging(RuleBasedStateMachine):
    """Drives merges and splits, and compares the clusters with a model: a set of links, walked naively."""

    @initialize()
    def people(self) -> None:
        self.savepoint = transaction.savepoint()
        self.ids = [factory.person(sequence) for sequence in range(1, 6)]
        self.links: dict[int, tuple[int, int]] = {}
        self.rows = rows_of(self.ids)

    def head(self, person: int) -> int:
        while person in self.links:
            person = self.links[person][0]
        return person

    @rule(merged=st.integers(0, 4), into=st.integers(0, 4))
    def merge(self, merged: int, into: int) -> None:
        one, two = self.ids[merged], self.ids[into]
        if self.head(one) == self.head(two):
            expected = "MERGE_WITH_SELF"
        elif self.head(one) != one or self.head(two) != two:
            expected = "PERSON_MERGED_ALREADY"
        else:
            self.links[one] = (two, factory.merge(one, two))
            return
        with pytest.raises(Refused) as refused, transaction.atomic():
            factory.merge(one, two)
        assert refused.value.code == expected

    @precondition(lambda self: self.links)
    @rule(choice=st.integers(0, 100))
    def split(self, choice: int) -> None:
        merged = sorted(self.links)[choice % len(self.links)]
        _, merge_id = self.links.pop(merged)
        factory.split(merge_id)

    @invariant()
    def clusters_are_those_of_the_model(self) -> None:
        for person in getattr(self, "ids", ()):
            expected = tuple(other for other in self.ids if self.head(other) == self.head(person))
            assert lookups.cluster_of(person) == expected
            assert lookups.head_of(person) == self.head(person)

    def teardown(self) -> None:
        if hasattr(self, "ids"):
            assert rows_of(self.ids) == self.rows
            transaction.savepoint_rollback(self.savepoint)


def test_r1a_any_sequence_of_merges_and_splits_leads_to_the_clusters_of_the_model() -> None:
    run_state_machine_as_test(Merging, settings=settings(max_examples=15, stateful_step_count=12, deadline=None))
