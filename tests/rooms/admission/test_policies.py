"""Who hands out activation codes and decides representations: the right one and the near miss beside."""

from dataclasses import replace

from chengxin.admission import policies
from chengxin.admission.policies import RepresentationStanding
from chengxin.authority.actors import ActorKind
from factories import persons as factory
from mutants import Case, living, wrong

CLERK, REVIEWER = factory.clerk(), factory.reviewer()
OTHERS = RepresentationStanding(is_enterer=False, is_decided=False)
CASES = [
    Case("may_serve_at_counter", (CLERK,), "BY_CLERK"),
    Case("may_serve_at_counter", (REVIEWER,), "NOT_A_CLERK"),
    Case("may_serve_at_counter", (replace(CLERK, kind=ActorKind.CLIENT),), "NOT_A_CLERK"),
    Case("may_decide_representation", (CLERK, OTHERS), "BY_SECOND_OFFICER"),
    Case("may_decide_representation", (REVIEWER, OTHERS), "BY_SECOND_OFFICER"),
    Case("may_decide_representation", (factory.population_officer(), OTHERS), "NOT_A_CLERK"),
    Case("may_decide_representation", (replace(CLERK, kind=ActorKind.PERSON), OTHERS), "NOT_A_CLERK"),
    Case("may_decide_representation", (CLERK, replace(OTHERS, is_decided=True)), "REPRESENTATION_DECIDED"),
    Case("may_decide_representation", (CLERK, replace(OTHERS, is_enterer=True)), "SECOND_OFFICER_NEEDED"),
]


def test_one_changed_fact_changes_the_decision() -> None:
    assert wrong(policies, CASES) == []


def test_no_condition_is_there_for_nothing() -> None:
    assert living(policies, CASES) == []
