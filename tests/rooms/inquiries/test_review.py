"""Looks are sampled by rules that are data; somebody else decides; misuse suspends in the same act."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from chengxin.authorisations import operations as authorisations
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal, Refused
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import AnswerForm, SamplingCode
from chengxin.inquiries import lookups, policies
from chengxin.inquiries import operations as inquiries
from chengxin.inquiries.states import ReviewState, Suspends
from chengxin.organisations import lookups as organisations
from chengxin.register import operations as register
from factories import inquiries as gate
from factories import intake as given

pytestmark = pytest.mark.django_db

SYSTEM = Actor(kind=ActorKind.SYSTEM, key="system:sampling")
OFFICER = gate.requester(key="account:501", kind=ActorKind.OFFICER)
NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai
DAY = datetime(2026, 11, 23, 13, 59, tzinfo=UTC)


@pytest.fixture
def ids() -> list[int]:
    given.edition()
    given.supplier()
    gate.organisation()
    return given.people(40)


def sampled(now: datetime = NIGHT + timedelta(hours=4)) -> list[str]:
    inquiries.sample_looks(actor=SYSTEM, now=now)
    return [review.rule_code for review in lookups.list_reviews()]


def test_every_rule_stands_in_the_edition_and_is_carried_out(ids: list[int]) -> None:
    from chengxin.inquiries.operations.sampling import CANDIDATES

    assert set(catalogue.edition_in_force(given.NOW.date()).sampling_rules) == set(SamplingCode) == set(CANDIDATES)


def test_the_edition_in_force_says_which_looks_are_sampled(ids: list[int], tmp_path: Path) -> None:
    hours = ("from_hour = 22\nto_hour = 6\n", "from_hour = 9\nto_hour = 22\n")
    given.changed_edition(
        tmp_path, ("sampling.toml", *hours), ("sampling.toml", "count = 3\ndays = 7", "count = 2\ndays = 1")
    )
    for moment in (DAY - timedelta(days=2), DAY, DAY - timedelta(hours=10)):  # 21:59, and 11:59
        gate.inquire(asker=OFFICER, now=moment)
    gate.inquire(1, asker=OFFICER, now=NIGHT)
    assert sorted(set(sampled()) - {"SHARE"}) == ["NIGHT", "REPEATED"]
    assert DAY - timedelta(days=2) in {review.looked_at for review in lookups.list_reviews(rule_code="NIGHT")}
    assert [review.looked_at for review in lookups.list_reviews(rule_code="REPEATED")] == [DAY]


def test_without_rules_nothing_is_sampled_and_the_looks_wait(ids: list[int], tmp_path: Path) -> None:
    gate.inquire(asker=OFFICER, now=NIGHT)
    with transaction.atomic():
        given.changed_edition(tmp_path, ("sampling.toml", "[[sampling_rule]]", None))
        assert inquiries.sample_looks(actor=SYSTEM, now=NIGHT + timedelta(hours=4)) == 0
        transaction.set_rollback(True)
    assert sampled() == ["NIGHT"]


def test_night_begins_at_ten_in_shanghai_and_is_of_officers(ids: list[int]) -> None:
    for moment in (DAY, NIGHT, NIGHT + timedelta(hours=7, minutes=59), NIGHT + timedelta(hours=8)):
        gate.inquire(asker=OFFICER, now=moment)
    gate.inquire(1, asker=gate.CLIENT, now=NIGHT)
    # The third look at the same person within a week is sampled as such, and night it is too.
    assert sorted(set(sampled(NIGHT + timedelta(hours=9))) - {"SHARE"}) == ["NIGHT", "REPEATED"]
    night = [review.looked_at for review in lookups.list_reviews(rule_code="NIGHT")]
    assert night == [NIGHT]


def test_a_person_looked_at_again_and_again_is_sampled_once(ids: list[int]) -> None:
    for at in range(4):
        gate.inquire(asker=OFFICER, now=DAY - timedelta(hours=at))
    assert sampled().count("REPEATED") == 1
    assert inquiries.sample_looks(actor=SYSTEM, now=NIGHT + timedelta(hours=5)) == 0


def test_the_thirtieth_look_within_an_hour_and_the_fifth_refusal_are_sampled(ids: list[int]) -> None:
    for index in range(30):
        gate.inquire(index, asker=OFFICER, now=DAY)
    rules = sampled()
    assert rules.count("REFUSED_SERIES") == 1
    assert rules.count("BULK") == 1


def test_the_first_use_of_paper_and_a_look_under_another_case_are_sampled(ids: list[int]) -> None:
    reference = authorisations.record_paper_authorisation(
        person_id=ids[0],
        organisation_code=gate.BANK,
        purpose_code="LENDING",
        scope=gate.scope(),
        case_number=gate.CASE,
        scan=b"%PDF-1.7 signed",
        actor=given.CLERK,
        now=DAY,
    )
    gate.inquire(authorisation=reference, now=DAY, form=AnswerForm.YES_NO)
    gate.inquire(authorisation=reference, now=DAY, case="DK-OTHER")
    assert sorted(set(sampled()) - {"SHARE"}) == ["OTHER_CASE", "PAPER_FIRST"]


def test_the_offices_own_looks_are_sampled_too(ids: list[int]) -> None:
    for index, person_id in enumerate(ids):
        register.register_look(
            person_id=person_id,
            actor=given.CLERK,
            purpose_code="CLERICAL_MATCH",
            basis_code="PIPL-46",
            case_number=f"free {index}",
            shown={"what": "MASKED_IDENTITY"},
            mask_rule="MASK_IDENTITY",
            mask_version=1,
            at=NIGHT,
        )
    assert sampled().count("NIGHT") == len(ids)


@pytest.fixture
def review(ids: list[int]) -> lookups.ReviewLine:
    gate.inquire(asker=OFFICER, now=NIGHT)
    sampled()
    return lookups.list_reviews()[0]


def decide(review: lookups.ReviewLine, actor: Actor = gate.REVIEWER, **changed: object) -> None:
    values: dict[str, object] = {
        "review_id": review.review_id,
        "decision": ReviewState.MISUSE,
        "reasons": "夜里没有案件",
        "suspends": Suspends.LOOKER,
        "actor": actor,
        "now": NIGHT + timedelta(days=1),
    }
    inquiries.decide_review(**(values | changed))  # type: ignore[arg-type]


def test_misuse_suspends_in_the_same_act_and_the_next_request_is_refused(review: lookups.ReviewLine) -> None:
    decide(review)
    assert organisations.is_suspended([OFFICER.key])
    found = lookups.find_review(review.review_id)
    assert found is not None
    assert (found.state, found.suspended_subject) == (ReviewState.MISUSE, OFFICER.key)
    answer = gate.inquire(asker=OFFICER, now=NIGHT + timedelta(days=1))
    assert isinstance(answer, Refusal)
    assert answer.code == "REQUESTER_SUSPENDED"
    assert lookups.count_reviews() == {gate.BANK: {ReviewState.MISUSE: 1}}
    with pytest.raises(inquiries.ReviewUnknown):
        decide(review)


def test_neither_the_looker_nor_the_own_organisation_decides(review: lookups.ReviewLine) -> None:
    looker = given.officer(OFFICER.key, Role.OFFICE_REVIEWER, organisation_code="ANOTHER")
    colleague = given.officer("account:502", Role.OFFICE_REVIEWER, organisation_code=gate.BANK)
    for actor, code in (
        (looker, "LOOKER_CANNOT_REVIEW"),
        (colleague, "OWN_ORGANISATIONS_LOOK"),
        (given.CLERK, "NOT_A_REVIEWER"),
    ):
        with pytest.raises(Refused) as refused:
            decide(review, actor)
        assert refused.value.code == code
    assert not organisations.is_suspended([OFFICER.key])
    standing = policies.ReviewStanding(is_looker=False, is_own_organisation=False)
    assert not isinstance(policies.may_decide_review(gate.REVIEWER, standing), Refusal)


@pytest.mark.parametrize(
    "changed",
    [
        {"reasons": " "},
        {"suspends": None},
        {"decision": ReviewState.PROPER},
        {"decision": ReviewState.WAITING},
    ],
)
def test_a_decision_has_reasons_and_misuse_a_subject(review: lookups.ReviewLine, changed: dict[str, object]) -> None:
    with pytest.raises(inquiries.ReviewReasonsMissing):
        decide(review, **changed)
    assert not organisations.is_suspended([OFFICER.key])


def test_the_worklist_comes_by_due_day_and_goes_on(review: lookups.ReviewLine, ids: list[int]) -> None:
    for index in range(1, 4):
        gate.inquire(index, asker=OFFICER, now=NIGHT + timedelta(days=index))
        inquiries.sample_looks(actor=SYSTEM, now=NIGHT + timedelta(days=index, hours=1))
    lines = lookups.list_reviews(state=ReviewState.WAITING)
    assert [line.due_on for line in lines] == sorted(line.due_on for line in lines)
    rest = lookups.list_reviews(after=(lines[0].due_on, lines[0].review_id))
    assert rest == lines[1:]
