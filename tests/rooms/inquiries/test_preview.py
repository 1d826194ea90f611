"""What the person is shown before allowing is what the gate answers afterwards, and both leave their line."""

from datetime import date

import pytest

from chengxin.authorisations import operations as authorisations
from chengxin.authorisations.rules import Scope
from chengxin.authority.decisions import Refusal
from chengxin.inquiries import lookups
from chengxin.inquiries.lookups import Preview
from chengxin.inquiries.operations import Answer
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.register import lookups as register
from factories import inquiries as asking
from factories import intake as given

pytestmark = pytest.mark.django_db
NOW = given.NOW


@pytest.fixture
def people() -> list[int]:
    given.edition()
    given.supplier()
    found = given.people(2)
    asking.organisation()
    asking.items_about(3)
    return found


def preview(person_id: int, reference: str, scope: Scope | None = None) -> Preview:
    found = lookups.preview_for_person(reference=reference, actor=asking.the_person(person_id), now=NOW, scope=scope)
    assert isinstance(found, Preview), found
    return found


@pytest.mark.parametrize(
    "granted",
    [
        asking.scope(),
        asking.scope(data_from=date(2026, 1, 1)),
        asking.scope(data_from=date(2019, 1, 1), data_to=date(2020, 1, 1)),
        asking.scope(given.ITEM, "MARKET.ADVERTISING"),
    ],
    ids=["all", "since", "before", "two types"],
)
def test_the_preview_is_the_answer(people: list[int], granted: Scope) -> None:
    request = asking.ask(asked=granted)
    seen = preview(people[0], request)
    reference = authorisations.grant_authorisation(
        request_reference=request, scope=granted, actor=asking.the_person(people[0]), now=NOW
    )
    answer = asking.inquire(authorisation=reference, items=granted.item_codes)
    assert isinstance(answer, Answer)
    assert (seen.body, seen.form) == (answer.body, answer.form)
    ours, theirs = reversed(register.list_looks(person_id=people[0]))
    assert (ours.purpose_code, ours.look_id < theirs.look_id) == ("SELF_READ", True)
    assert ours.shown["items"] == theirs.shown["items"]
    assert (ours.mask_rule, ours.mask_version) == (theirs.mask_rule, theirs.mask_version)


def test_a_narrower_scope_shows_less_and_a_wider_one_is_a_wrong_call(people: list[int]) -> None:
    request = asking.ask(asked=asking.scope(data_from=date(2020, 1, 1)))
    narrow = asking.scope(data_from=date(2026, 11, 1))
    assert preview(people[0], request).item_count == 3
    assert preview(people[0], request, narrow).body == {"items": []}
    with pytest.raises(ValueError, match="never more"):
        preview(people[0], request, asking.scope())


def test_another_person_s_request_shows_nothing_and_the_attempt_is_registered(people: list[int]) -> None:
    request = asking.ask()
    refused = lookups.preview_for_person(reference=request, actor=asking.the_person(people[1]), now=NOW)
    assert isinstance(refused, Refusal)
    assert register.count_looks(person_id=people[0]) == 0
    (look,) = register.list_looks(person_id=people[1])
    assert (look.refusal_code, look.shown) == ("NOT_ASKED_OF_YOU", {})


def test_only_a_person_previews(people: list[int]) -> None:
    with pytest.raises(RuntimeError):
        lookups.preview_for_person(reference=asking.ask(), actor=asking.CLIENT, now=NOW)


def test_what_the_gate_would_refuse_today_is_said(people: list[int]) -> None:
    request = asking.ask()
    organisations.suspend(subject=f"organisation:{asking.BANK}", reasons="检查中", actor=asking.REVIEWER, now=NOW)
    seen = preview(people[0], request)
    assert (seen.refusal_code, seen.body) == ("REQUESTER_SUSPENDED", {})


def test_an_identity_check_shows_a_match_and_no_item(people: list[int]) -> None:
    asking.organisation("TELECOM", "REAL_NAME_CHECK", kind=OrganisationKind.REAL_NAME_OPERATOR, basis_code="PIPL-23")
    nothing = Scope(item_codes=frozenset(), data_from=None, data_to=None, looks=1, days=1)
    request = asking.ask(asker=asking.requester("TELECOM", "client:77"), purpose="REAL_NAME_CHECK", asked=nothing)
    seen = preview(people[0], request)
    assert (seen.body, seen.item_count) == ({"match": "MATCH"}, 0)
