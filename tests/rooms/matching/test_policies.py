from dataclasses import replace

import pytest

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Permit
from chengxin.matching import policies
from factories import persons as factory
from mutants import Case, living, wrong

CASES = [
    Case("may_see_leads", (factory.clerk(),), "LEAD_FOR_REVIEW"),
    Case("may_see_leads", (factory.reviewer(),), "LEAD_FOR_REVIEW"),
    Case("may_see_leads", (factory.population_officer(),), "LEAD_THIRD_PARTY"),
    Case("may_see_leads", (replace(factory.clerk(), kind=ActorKind.CLIENT),), "LEAD_NOT_OFFICER"),
]


@pytest.mark.parametrize("reviewing", [factory.clerk(), factory.reviewer()], ids=["clerk", "reviewer"])
def test_officers_of_the_review_see_leads_and_nobody_else(reviewing: Actor) -> None:
    assert isinstance(policies.may_see_leads(reviewing), Permit)
    supplier_of_the_line = replace(reviewing, roles=frozenset({Role.SUPPLIER, Role.SUPPLIER_SECOND}))
    assert policies.may_see_leads(supplier_of_the_line).code == "LEAD_THIRD_PARTY"
    colleague = replace(reviewing, roles=frozenset({Role.OFFICE_CATALOGUE, Role.OFFICE_POPULATION}))
    assert policies.may_see_leads(colleague).code == "LEAD_THIRD_PARTY"
    for kind in (ActorKind.CLIENT, ActorKind.PERSON, ActorKind.SYSTEM):
        assert policies.may_see_leads(replace(reviewing, kind=kind)).code == "LEAD_NOT_OFFICER"


def test_one_changed_fact_changes_the_decision() -> None:
    assert wrong(policies, CASES) == []


def test_no_condition_is_there_for_nothing() -> None:
    assert living(policies, CASES) == []
