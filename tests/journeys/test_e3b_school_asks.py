"""E3B: a school asks for admission and graduation under the student's authorisation, and gets the smallest answer."""

import pytest
from django.test import Client

from chengxin.authorisations import operations as authorisations
from chengxin.organisations.states import OrganisationKind
from chengxin.register import lookups as register
from factories import asking
from factories import inquiries as gate

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(province: list[int]) -> Client:
    gate.organisation(
        asking.SCHOOL, "ADMISSION", "GRADUATION", "AWARD", kind=OrganisationKind.SCHOOL, basis_code="PIPL-23"
    )
    gate.items_about(2)
    return asking.officer(asking.SCHOOL)


SCHOOL = gate.requester(asking.SCHOOL, "client:902")


@pytest.mark.parametrize(
    ("purpose", "given_words", "counted"),
    [("ADMISSION", "有或者没有", False), ("GRADUATION", "有或者没有", False), ("AWARD", "每类有几条", True)],
)
def test_under_the_students_authorisation_the_smallest_answer_is_given(
    province: list[int], officer: Client, purpose: str, given_words: str, *, counted: bool
) -> None:
    reference = gate.allow(province[0], asker=SCHOOL, purpose=purpose, granted=gate.scope(looks=1))
    sent = asking.entered(purpose=purpose, authorisation=reference, form="LIST")
    _review, page, status = asking.confirm(officer, "organisation:ask", sent)
    assert status == 200
    assert given_words in page
    assert "这个目的用不着那么多" in page
    assert ("2 条" in page) is counted
    assert "2026年1月5日" not in page
    assert register.list_looks(person_id=province[0])[0].purpose_code == purpose
    _review, again, status = asking.confirm(officer, "organisation:ask", sent)
    assert (status, "AUTHORISATION_USED_UP" in again) == (403, True)


def test_without_or_after_the_students_authorisation_there_is_no_answer(province: list[int], officer: Client) -> None:
    reference = gate.allow(province[0], asker=SCHOOL, purpose="ADMISSION", granted=gate.scope(looks=2))
    _review, page, status = asking.confirm(officer, "organisation:ask", asking.entered(purpose="ADMISSION"))
    assert (status, "AUTHORISATION_MISSING" in page) == (403, True)
    other = asking.entered(purpose="GRADUATION", authorisation=reference)
    _review, page, _status = asking.confirm(officer, "organisation:ask", other)
    assert "AUTHORISATION_FOR_OTHER_PURPOSE" in page
    neighbour = asking.entered(1, purpose="ADMISSION", authorisation=reference)
    _review, page, _status = asking.confirm(officer, "organisation:ask", neighbour)
    assert "AUTHORISATION_MISSING" in page
    authorisations.withdraw_authorisation(reference=reference, actor=gate.the_person(province[0]), now=gate.NOW)
    own = asking.entered(purpose="ADMISSION", authorisation=reference)
    _review, page, _status = asking.confirm(officer, "organisation:ask", own)
    assert "AUTHORISATION_WITHDRAWN" in page
