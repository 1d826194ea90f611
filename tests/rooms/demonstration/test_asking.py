"""What the story tells of requesters: every kind is there, each act fits the one before, and doing it again adds none."""

from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings

from chengxin.authorisations import lookups as authorisations
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue import operations as catalogue_acts
from chengxin.demonstration.asking import Asking, officer_of, open_officers, register_requester
from chengxin.demonstration.batches import moment
from chengxin.demonstration.requesters import REQUESTERS, TOLD, Act
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries.states import ConcernState, Outcome
from chengxin.register import lookups as register
from factories import inquiries as asking
from factories import intake as given

pytestmark = pytest.mark.django_db
TODAY = given.NOW.date()


def register_all() -> None:
    at = given.NOW - timedelta(days=400)
    for requester in REQUESTERS:
        register_requester(requester, actor=given.SYSTEM, at=at)
    open_officers([requester.code for requester in REQUESTERS], actor=given.SYSTEM, at=at)


def tell_all(person_id: int) -> None:
    takes_part = Asking(
        citizen=asking.the_person(person_id),
        reviewer=asking.REVIEWER,
        number=asking.number_of(0),
        name=given.name(0),
    )
    for told in sorted(TOLD, key=lambda told: (-told.days, told.hour)):
        takes_part.do(told, moment(TODAY - timedelta(days=told.days), hour=told.hour))


def test_everything_is_there_and_is_not_done_twice() -> None:
    catalogue_acts.issue_edition(pack=settings.PACKS / "demo", actor=given.SYSTEM, now=given.NOW)
    (person_id,) = given.people(1, role=None)
    register_all()
    register_all()
    tell_all(person_id)
    count = register.count_looks(person_id=person_id)
    tell_all(person_id)
    assert register.count_looks(person_id=person_id) == count == sum(told.act is Act.LOOK for told in TOLD)

    of_person = {"person_id": person_id, "now": given.NOW}
    assert len(authorisations.list_requests_to(**of_person, is_waiting=True)) == 2
    assert len(authorisations.list_requests_to(**of_person, is_lapsed=True)) == 1
    assert len(authorisations.list_requests_to(**of_person, is_waiting=False, is_lapsed=False)) == 4
    assert len(authorisations.list_authorisations_of(person_id=person_id, holds_on=TODAY)) == 1
    ended = authorisations.list_authorisations_of(person_id=person_id, ended_by=TODAY)
    assert Counter(line.withdrawn_at is None for line in ended) == {True: 1, False: 1}
    looks = register.list_looks(person_id=person_id)
    assert {look.organisation_code for look in looks} >= {
        requester.code for requester in REQUESTERS if requester.code != "LUDAO_BANK"
    }
    refused = inquiries.list_inquiries(outcome=Outcome.REFUSED)
    assert [line.code for line in refused] == ["AUTHORISATION_WITHDRAWN"]
    states = Counter(line.state for line in inquiries.list_concerns())
    assert states == {ConcernState.UNDER_REVIEW: 1, ConcernState.FOUND_OUT_OF_ORDER: 1}


def test_the_story_asks_only_for_what_purposes_and_the_catalogue_know() -> None:
    catalogue_acts.issue_edition(pack=settings.PACKS / "demo", actor=given.SYSTEM, now=given.NOW)
    edition = catalogue.edition_in_force(TODAY)
    register_all()
    for told in TOLD:
        assert set(told.items) <= edition.items_for(edition.purposes[told.purpose]), told
        assert set(told.granted) <= set(told.items) or told.act is Act.GRANT, told
    for requester in REQUESTERS:
        disclosures = [edition.purposes[purpose].disclosure for purpose, _ in requester.purposes]
        assert all(found is not None and found.admits(requester.kind.value) for found in disclosures), requester
        assert all(basis in edition.bases for _, basis in requester.purposes)
        assert officer_of(requester.code).organisation_code == requester.code
