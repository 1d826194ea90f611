import dataclasses
import pickle

import pytest

from chengxin.authority import decisions
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal, Refused, all_of
from mutants import Case, living, wrong

BASIS = LegalBasis(code="B-1", title="某条例", article="第十四条", verified=True)


class BatchTooLarge(Refused):
    code = "BATCH_TOO_LARGE"


def test_codes_are_upper_case_symbols() -> None:
    assert all(member.value == member.name for member in (*ActorKind, *Role))


def test_an_actor_has_the_roles_it_was_given_and_no_others() -> None:
    actor = Actor(kind=ActorKind.OFFICER, key="account:17", roles=frozenset({Role.OFFICE_CLERK}))
    assert actor.has(Role.OFFICE_CLERK)
    assert not actor.has(Role.OFFICE_REVIEWER)


def test_an_actor_needs_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        Actor(kind=ActorKind.SYSTEM, key="")


def test_an_actor_cannot_be_changed() -> None:
    actor = Actor(kind=ActorKind.SYSTEM, key="system:demo")
    with pytest.raises(dataclasses.FrozenInstanceError):
        actor.key = "system:other"  # type: ignore[misc]


def test_a_permit_lets_pass_and_a_refusal_raises_with_all_it_carries() -> None:
    Permit(code="OWN_FILE", basis=BASIS).require()
    with pytest.raises(Refused) as caught:
        Refusal(code="NOT_YOUR_FILE", basis=BASIS, details={"until": "2026-04-01"}).require()
    assert caught.value.code == "NOT_YOUR_FILE"
    assert caught.value.basis == BASIS
    assert caught.value.details == {"until": "2026-04-01"}
    assert str(caught.value) == "NOT_YOUR_FILE"


def test_a_refusal_takes_the_code_of_its_class_unless_given_one() -> None:
    assert Refused().code == "REFUSED"
    assert BatchTooLarge().code == "BATCH_TOO_LARGE"
    assert BatchTooLarge(limit=5).details == {"limit": "5"}
    assert BatchTooLarge("BATCH_FAR_TOO_LARGE").code == "BATCH_FAR_TOO_LARGE"
    assert BatchTooLarge.code == "BATCH_TOO_LARGE"


def test_a_refusal_crosses_a_process_boundary_whole() -> None:
    refused = pickle.loads(pickle.dumps(BatchTooLarge(basis=BASIS, limit=5)))  # noqa: S301 - made two calls before
    assert (type(refused), refused.code, refused.basis, refused.details) == (
        BatchTooLarge,
        "BATCH_TOO_LARGE",
        BASIS,
        {"limit": "5"},
    )


def test_nothing_in_the_joining_of_conditions_is_there_for_nothing() -> None:
    yes, also, no = Permit(code="YES"), Permit(code="ALSO"), Refusal(code="NO")
    cases = [
        Case("all_of", ([],), "NO_CONDITION"),
        Case("all_of", ([yes, also],), "ALSO"),
        Case("all_of", ([yes, no, also],), "NO"),
        Case("all_of", ([no, Refusal(code="OTHER")],), "NO"),
    ]
    assert wrong(decisions, cases) == []
    assert living(decisions, cases) == []
    # Without the near miss a mutant gets away: this is what the search for them finds.
    assert living(decisions, cases[:2])


def test_no_condition_is_a_refusal_and_the_first_refusal_wins() -> None:
    yes, no, other = Permit(code="YES"), Refusal(code="NO"), Refusal(code="OTHER")
    assert all_of([]) == Refusal(code="NO_CONDITION")
    assert all_of([yes]) is yes
    assert all_of([yes, no, other]) is no
