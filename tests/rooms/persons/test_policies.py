from dataclasses import replace

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Permit, Refusal
from chengxin.persons import policies
from chengxin.persons.policies import ProposalStanding
from factories import persons as factory
from mutants import Case, living, wrong

OFFICER = factory.officer(organisation_code="BUREAU-A")
PERSON = Actor(kind=ActorKind.PERSON, key="account:9", person_id=9, roles=frozenset({Role.CITIZEN}))
NOBODY = replace(PERSON, person_id=None)
PROPOSED = ProposalStanding(proposed_by="account:somebody", is_decided=False)
BUREAU = {"organisation_code": "BUREAU-A"}
CASES = [
    *(
        Case(act, (actor,), code)
        for act, name in (("may_apply_feed", "FEED"), ("may_register_person", "REGISTER"))
        for actor, code in (
            (factory.system(), f"{name}_BY_SYSTEM"),
            (factory.population_officer(), f"{name}_BY_POPULATION_OFFICER"),
            (factory.clerk(), f"{name}_NOT_POPULATION_OFFICER"),
        )
    ),
    Case("may_record_verification", (factory.system(),), "VERIFICATION_BY_SYSTEM", BUREAU),
    Case("may_record_verification", (OFFICER,), "VERIFICATION_BY_OWN_OFFICER", BUREAU),
    Case("may_record_verification", (replace(OFFICER, kind=ActorKind.CLIENT),), "VERIFICATION_NOT_OFFICER", BUREAU),
    Case("may_record_verification", (factory.clerk(),), "VERIFICATION_OTHER_ORGANISATION", BUREAU),
    Case("may_grant_coverage", (factory.system(),), "COVERAGE_BY_SYSTEM"),
    Case("may_grant_coverage", (factory.clerk(),), "COVERAGE_BY_OFFICE"),
    Case("may_grant_coverage", (factory.population_officer(),), "COVERAGE_BY_OFFICE"),
    Case("may_grant_coverage", (factory.reviewer(),), "COVERAGE_NOT_OFFICE"),
    Case("may_grant_coverage", (replace(factory.clerk(), kind=ActorKind.CLIENT),), "COVERAGE_NOT_OFFICE"),
    *(
        Case("may_post_coverages", (actor,), "COVERAGE_BY_POSTING")
        for actor in (
            factory.system(),
            replace(OFFICER, kind=ActorKind.CLIENT),
            factory.officer("a", Role.SUPPLIER),
            factory.officer("a", Role.SUPPLIER_SECOND),
            factory.clerk(),
        )
    ),
    Case("may_post_coverages", (factory.reviewer(),), "COVERAGE_NOT_POSTING"),
    Case("may_post_coverages", (replace(factory.clerk(), kind=ActorKind.PERSON),), "COVERAGE_NOT_POSTING"),
    *(
        Case("may_propose_merge", (actor,), "MERGE_BY_OFFICE")
        for actor in (factory.clerk(), factory.population_officer(), factory.reviewer())
    ),
    Case("may_propose_merge", (OFFICER,), "MERGE_NOT_OFFICE"),
    Case("may_propose_merge", (replace(factory.clerk(), kind=ActorKind.CLIENT),), "MERGE_NOT_OFFICER"),
    Case("may_decide_merge", (factory.reviewer(), PROPOSED), "MERGE_BY_SECOND_OFFICER"),
    Case("may_decide_merge", (factory.clerk(), PROPOSED), "MERGE_NOT_REVIEWER"),
    Case("may_decide_merge", (replace(factory.reviewer(), kind=ActorKind.CLIENT), PROPOSED), "MERGE_NOT_REVIEWER"),
    Case("may_decide_merge", (factory.reviewer(), replace(PROPOSED, is_decided=True)), "PROPOSAL_DECIDED"),
    Case("may_decide_merge", (factory.reviewer("account:somebody"), PROPOSED), "MERGE_SAME_OFFICER"),
    Case("may_read_number", (PERSON,), "NUMBER_OWN", {"cluster": (8, 9)}),
    Case("may_read_number", (PERSON,), "NUMBER_NOT_OWN", {"cluster": (8, 10)}),
    Case("may_read_number", (NOBODY,), "NUMBER_NOT_OWN", {"cluster": (8, 9)}),
    Case("may_read_number", (replace(PERSON, kind=ActorKind.OFFICER),), "NUMBER_NOT_OWN", {"cluster": (9,)}),
]


def test_the_population_officer_applies_feeds_and_the_clerk_beside_does_not() -> None:
    right = factory.population_officer()
    near = replace(right, roles=frozenset({Role.OFFICE_CLERK}))
    assert isinstance(policies.may_apply_feed(right), Permit)
    assert policies.may_apply_feed(near).code == "FEED_NOT_POPULATION_OFFICER"
    assert isinstance(policies.may_register_person(right), Permit)
    assert policies.may_register_person(near).code == "REGISTER_NOT_POPULATION_OFFICER"


def test_an_officer_records_what_their_own_organisation_verified() -> None:
    right = factory.officer(organisation_code="BUREAU-A")
    assert isinstance(policies.may_record_verification(right, organisation_code="BUREAU-A"), Permit)
    other = policies.may_record_verification(right, organisation_code="BUREAU-B")
    assert other.code == "VERIFICATION_OTHER_ORGANISATION"
    client = replace(right, kind=ActorKind.CLIENT)
    assert policies.may_record_verification(client, organisation_code="BUREAU-A").code == "VERIFICATION_NOT_OFFICER"


def test_the_office_grants_roles_by_hand_and_a_supplier_only_by_posting() -> None:
    supplier = factory.officer("account:s", Role.SUPPLIER)
    assert isinstance(policies.may_grant_coverage(factory.clerk()), Permit)
    assert policies.may_grant_coverage(supplier).code == "COVERAGE_NOT_OFFICE"
    assert isinstance(policies.may_post_coverages(supplier), Permit)
    assert isinstance(policies.may_post_coverages(factory.clerk()), Permit)  # who attaches a held line posts it
    assert policies.may_post_coverages(factory.reviewer()).code == "COVERAGE_NOT_POSTING"


def test_a_merge_is_proposed_by_the_office() -> None:
    supplier = factory.officer("account:s", Role.SUPPLIER, Role.SUPPLIER_SECOND)
    assert isinstance(policies.may_propose_merge(factory.clerk()), Permit)
    assert policies.may_propose_merge(supplier).code == "MERGE_NOT_OFFICE"
    assert policies.may_propose_merge(replace(factory.clerk(), kind=ActorKind.CLIENT)).code == "MERGE_NOT_OFFICER"


def test_a_merge_is_decided_by_a_reviewer_who_did_not_propose_it() -> None:
    reviewer = factory.reviewer()
    standing = ProposalStanding(proposed_by="account:clerk", is_decided=False)
    assert isinstance(policies.may_decide_merge(reviewer, standing), Permit)
    own = replace(standing, proposed_by=reviewer.key)
    assert policies.may_decide_merge(reviewer, own).code == "MERGE_SAME_OFFICER"
    assert policies.may_decide_merge(reviewer, replace(standing, is_decided=True)).code == "PROPOSAL_DECIDED"
    clerk = factory.clerk("account:other")
    assert policies.may_decide_merge(clerk, standing).code == "MERGE_NOT_REVIEWER"


def test_only_the_person_reads_their_own_number_whole() -> None:
    person = Actor(kind=ActorKind.PERSON, key="account:9", person_id=9, roles=frozenset({Role.CITIZEN}))
    assert isinstance(policies.may_read_number(person, cluster=(8, 9)), Permit)
    neighbour = policies.may_read_number(person, cluster=(8, 10))
    assert isinstance(neighbour, Refusal)
    assert neighbour.code == "NUMBER_NOT_OWN"
    officer_who_is_the_person = replace(person, kind=ActorKind.OFFICER)
    assert policies.may_read_number(officer_who_is_the_person, cluster=(9,)).code == "NUMBER_NOT_OWN"


def test_one_changed_fact_changes_the_decision() -> None:
    assert wrong(policies, CASES) == []


def test_no_condition_is_there_for_nothing() -> None:
    assert living(policies, CASES) == []
