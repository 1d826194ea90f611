"""The gate: one setup, one changed fact; and mutants of the module, every one of which some case here must notice."""

import inspect
from dataclasses import fields, replace

import pytest

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import LegalBasis, Permit, Refusal, Undecided
from chengxin.catalogue.rules.values import QuotaKind
from chengxin.inquiries import policies
from chengxin.inquiries.policies import AuthorisationStanding, ConcernStanding, GateFacts, ReviewStanding
from mutants import Case, living, wrong

BASIS = LegalBasis(code="CREDIT-REPORTING-18", title="征信业管理条例", article="第十八条", verified=True)
REQUESTER = Actor(kind=ActorKind.CLIENT, key="client:1", organisation_code="BANK", roles=frozenset({Role.REQUESTER}))
SUPPLIER = replace(REQUESTER, roles=frozenset(Role) - {Role.REQUESTER})
ALLOWED = AuthorisationStanding(
    is_of_this_person=True,
    is_to_this_organisation=True,
    is_for_this_purpose=True,
    is_withdrawn=False,
    is_over=False,
    is_used_up=False,
    covers_items=True,
)
RIGHT = GateFacts(
    is_suspended=False,
    is_purpose_offered=True,
    is_kind_admitted=True,
    is_mandated=True,
    is_basis_known=True,
    is_basis_in_force=True,
    needs_licence=True,
    is_licensed=True,
    needs_case_number=True,
    is_case_formed=True,
    are_items_allowed=True,
    is_quota_known=True,
    quota_used_up=None,
    needs_authorisation=True,
    authorisation=ALLOWED,
    is_person_identified=True,
    asks_identity_only=False,
)
STATUTORY = replace(RIGHT, needs_authorisation=False, authorisation=None)
NOBODY = replace(ALLOWED, is_of_this_person=False)
OTHER_BANK = replace(ALLOWED, is_to_this_organisation=False)

# A near miss each: who asks, the facts with one of them changed, and the code of the refusal.
NEAR_MISSES: tuple[tuple[str, Actor, GateFacts, str], ...] = (
    ("every role but the one", SUPPLIER, RIGHT, "NOT_A_REQUESTER"),
    ("suspended", REQUESTER, replace(RIGHT, is_suspended=True), "REQUESTER_SUSPENDED"),
    ("a purpose of yesterday", REQUESTER, replace(RIGHT, is_purpose_offered=False), "PURPOSE_NOT_OFFERED"),
    ("a purpose of schools", REQUESTER, replace(RIGHT, is_kind_admitted=False), "PURPOSE_NOT_OF_THIS_KIND"),
    ("a mandate that ended", REQUESTER, replace(RIGHT, is_mandated=False), "NO_INQUIRY_MANDATE"),
    ("a basis nobody knows", REQUESTER, replace(RIGHT, is_basis_known=False), "BASIS_UNKNOWN"),
    ("a basis repealed", REQUESTER, replace(RIGHT, is_basis_in_force=False), "BASIS_NOT_IN_FORCE"),
    ("no licence", REQUESTER, replace(RIGHT, is_licensed=False), "NO_LICENCE"),
    ("no case", REQUESTER, replace(RIGHT, is_case_formed=False), "CASE_NUMBER_MISSING"),
    ("one item too many", REQUESTER, replace(RIGHT, are_items_allowed=False), "ITEMS_BEYOND_PURPOSE"),
    ("a count nobody named", REQUESTER, replace(RIGHT, is_quota_known=False), "QUOTA_UNKNOWN"),
    *(
        (f"once too often: {kind}", REQUESTER, replace(RIGHT, quota_used_up=kind), f"{kind}_QUOTA_USED_UP")
        for kind in QuotaKind
    ),
    ("no authorisation", REQUESTER, replace(RIGHT, authorisation=None), "AUTHORISATION_MISSING"),
    ("another person's", REQUESTER, replace(RIGHT, authorisation=NOBODY), "AUTHORISATION_MISSING"),
    ("another bank's", REQUESTER, replace(RIGHT, authorisation=OTHER_BANK), "AUTHORISATION_MISSING"),
    (
        "for another purpose",
        REQUESTER,
        replace(RIGHT, authorisation=replace(ALLOWED, is_for_this_purpose=False)),
        "AUTHORISATION_FOR_OTHER_PURPOSE",
    ),
    (
        "taken back",
        REQUESTER,
        replace(RIGHT, authorisation=replace(ALLOWED, is_withdrawn=True)),
        "AUTHORISATION_WITHDRAWN",
    ),
    ("ended yesterday", REQUESTER, replace(RIGHT, authorisation=replace(ALLOWED, is_over=True)), "AUTHORISATION_OVER"),
    (
        "all looks used",
        REQUESTER,
        replace(RIGHT, authorisation=replace(ALLOWED, is_used_up=True)),
        "AUTHORISATION_USED_UP",
    ),
    (
        "one item not allowed",
        REQUESTER,
        replace(RIGHT, authorisation=replace(ALLOWED, covers_items=False)),
        "AUTHORISATION_COVERS_LESS",
    ),
    ("unknown person", REQUESTER, replace(STATUTORY, is_person_identified=False), "PERSON_NOT_IDENTIFIED"),
)
PERMITTED: tuple[tuple[str, GateFacts, str], ...] = (
    ("allowed by the person", RIGHT, "AUTHORISED_BY_PERSON"),
    ("by statute", STATUTORY, "STATUTORY_TASK"),
    (
        "without a licence where none is asked for",
        replace(RIGHT, needs_licence=False, is_licensed=False),
        "AUTHORISED_BY_PERSON",
    ),
    (
        "without a case where none is asked for",
        replace(RIGHT, needs_case_number=False, is_case_formed=False),
        "AUTHORISED_BY_PERSON",
    ),
    (
        "by statute, whatever an authorisation says",
        replace(STATUTORY, authorisation=replace(NOBODY, is_over=True)),
        "STATUTORY_TASK",
    ),
    (
        "identity of an unknown person",
        replace(STATUTORY, is_person_identified=False, asks_identity_only=True),
        "STATUTORY_TASK",
    ),
)
KEEPERS = (
    (Actor(kind=ActorKind.OFFICER, key="a", roles=frozenset({Role.OFFICE_CATALOGUE})), True),
    (Actor(kind=ActorKind.OFFICER, key="a", roles=frozenset({Role.OFFICE_REVIEWER})), True),
    (Actor(kind=ActorKind.CLIENT, key="a", roles=frozenset({Role.OFFICE_REVIEWER})), False),
    (Actor(kind=ActorKind.OFFICER, key="a", roles=frozenset({Role.OFFICE_CLERK})), False),
)

PERSON = Actor(kind=ActorKind.PERSON, key="account:1", person_id=1, roles=frozenset({Role.CITIZEN}))
OFFICE = Actor(kind=ActorKind.OFFICER, key="account:2", organisation_code="OFFICE", roles=frozenset(Role))
MINE = ConcernStanding(is_the_person=True, is_the_looker=False, is_suspended=False, is_raised=False)
THEIRS = replace(MINE, is_the_person=False, is_raised=True)
# Who, how they stand to the look, and the code of the decision.
RAISING = (
    (PERSON, MINE, "PERSON_ASKS_WHO_LOOKED"),
    (PERSON, replace(MINE, is_the_person=False), "NOT_YOUR_LOOK"),
    (OFFICE, MINE, "NOT_YOUR_LOOK"),
    (PERSON, replace(MINE, is_the_looker=True), "OWN_LOOK"),
    (PERSON, replace(MINE, is_raised=True), "CONCERN_RAISED_ALREADY"),
)
ANSWERING = (
    (OFFICE, THEIRS, "REVIEWED_BY_OFFICE"),
    (replace(OFFICE, roles=frozenset(Role) - {Role.OFFICE_REVIEWER}), THEIRS, "NOT_A_REVIEWER"),
    (replace(OFFICE, kind=ActorKind.CLIENT), THEIRS, "NOT_A_REVIEWER"),
    (OFFICE, replace(THEIRS, is_suspended=True), "LOOKER_SUSPENDED"),
    (OFFICE, replace(THEIRS, is_the_looker=True), "LOOKER_CANNOT_REVIEW"),
    (OFFICE, replace(THEIRS, is_the_person=True), "PERSON_CANNOT_REVIEW"),
)
PREVIEWING = (
    (PERSON, True, "PERSON_PREVIEWS"),
    (PERSON, False, "NOT_ASKED_OF_YOU"),
    (OFFICE, True, "NOT_ASKED_OF_YOU"),
)


def test_concerns_and_previews_one_changed_fact_refuses() -> None:
    for actor, standing, code in RAISING:
        decision = policies.may_raise_concern(actor, standing)
        assert (decision.code, isinstance(decision, Permit)) == (code, code == RAISING[0][2])
    for actor, standing, code in ANSWERING:
        decision = policies.may_answer_concern(actor, standing)
        assert (decision.code, isinstance(decision, Permit)) == (code, code == ANSWERING[0][2])
    for actor, is_asked, code in PREVIEWING:
        decision = policies.may_preview(actor, is_asked=is_asked)
        assert (decision.code, isinstance(decision, Permit)) == (code, code == PREVIEWING[0][2])


@pytest.mark.parametrize(("what", "actor", "facts", "code"), NEAR_MISSES, ids=[case[0] for case in NEAR_MISSES])
def test_one_changed_fact_refuses(what: str, actor: Actor, facts: GateFacts, code: str) -> None:
    decision = policies.may_be_answered(actor, facts, basis=BASIS)
    assert isinstance(decision, Refusal)
    assert decision.code == code
    assert decision.basis is not None


@pytest.mark.parametrize(("what", "facts", "code"), PERMITTED, ids=[case[0] for case in PERMITTED])
def test_what_may_be_answered(what: str, facts: GateFacts, code: str) -> None:
    decision = policies.may_be_answered(REQUESTER, facts, basis=BASIS)
    assert isinstance(decision, Permit), decision
    assert (decision.basis, decision.code) == (BASIS, code)


def test_only_a_gap_in_the_catalogue_is_undecided() -> None:
    undecided = {
        code
        for _, actor, facts, code in NEAR_MISSES
        if isinstance(policies.may_be_answered(actor, facts, basis=BASIS), Undecided)
    }
    assert undecided == {"BASIS_UNKNOWN", "QUOTA_UNKNOWN"}


def test_whether_the_person_exists_decides_nothing_before_consent() -> None:
    known, unknown = (replace(RIGHT, is_person_identified=found, authorisation=None) for found in (True, False))
    assert policies.may_be_answered(REQUESTER, known, basis=BASIS) == policies.may_be_answered(
        REQUESTER, unknown, basis=BASIS
    )


def test_every_condition_is_there_for_a_case_of_its_own() -> None:
    """Taking any one condition out lets some near miss through."""
    for taken in policies.CONDITIONS:
        rest = tuple(condition for condition in policies.CONDITIONS if condition is not taken)
        through = [
            what
            for what, actor, facts, _ in NEAR_MISSES
            if all(isinstance(condition(actor, facts), Permit) for condition in rest)
        ]
        assert through, taken.__name__


def test_no_conditions_at_all_permit_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "CONDITIONS", ())
    assert isinstance(policies.may_be_answered(REQUESTER, RIGHT, basis=BASIS), Refusal)


def test_every_fact_is_looked_at() -> None:
    source = inspect.getsource(policies)
    for fact in (*fields(GateFacts), *fields(AuthorisationStanding)):
        assert f".{fact.name}" in source, fact.name


def test_every_condition_says_why_to_whoever_reads() -> None:
    for condition in policies.CONDITIONS:
        assert condition.__doc__, condition


# Mutants ---------------------------------------------------------------------------------------------------------------


def _reviewer(kind: ActorKind, *roles: Role) -> Actor:
    return Actor(kind=kind, key="account:77", organisation_code="OFFICE", roles=frozenset(roles))


REVIEWERS = [
    (_reviewer(ActorKind.OFFICER, Role.OFFICE_REVIEWER), False, False, "REVIEWED_BY_ANOTHER"),
    (_reviewer(ActorKind.OFFICER, Role.OFFICE_REVIEWER), True, False, "LOOKER_CANNOT_REVIEW"),
    (_reviewer(ActorKind.OFFICER, Role.OFFICE_REVIEWER), False, True, "OWN_ORGANISATIONS_LOOK"),
    (_reviewer(ActorKind.OFFICER, Role.OFFICE_CLERK), False, False, "NOT_A_REVIEWER"),
    (_reviewer(ActorKind.CLIENT, Role.OFFICE_REVIEWER), False, False, "NOT_A_REVIEWER"),
]
CASES = [
    # That an authorisation is there at all is a condition of its own, which stands before those that read it.
    Case("authorisation_is_for_this", (REQUESTER, replace(RIGHT, authorisation=None)), "CONDITION_MET"),
    *(Case("may_be_answered", (actor, facts), code, {"basis": BASIS}) for _, actor, facts, code in NEAR_MISSES),
    *(Case("may_be_answered", (REQUESTER, facts), code, {"basis": BASIS}) for _, facts, code in PERMITTED),
    *(Case("may_keep_gate", (actor,), "GATE_KEPT_BY_OFFICE" if may else "NOT_A_GATE_KEEPER") for actor, may in KEEPERS),
    *(Case("may_raise_concern", case[:2], case[2]) for case in RAISING),
    *(Case("may_answer_concern", case[:2], case[2]) for case in ANSWERING),
    *(Case("may_preview", (who,), code, {"is_asked": asked}) for who, asked, code in PREVIEWING),
    *(
        Case("may_decide_review", (actor, ReviewStanding(is_looker=own, is_own_organisation=ours)), code)
        for actor, own, ours, code in REVIEWERS
    ),
]


def test_every_case_is_decided_as_it_must() -> None:
    assert wrong(policies, CASES) == []


def test_no_mutant_of_the_gate_lives() -> None:
    assert living(policies, CASES) == []
