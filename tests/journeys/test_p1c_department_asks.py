"""P1C: a department asks with purpose, case and basis; without any of them it is refused, and either way registered."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.organisations import operations as organisations
from chengxin.register import lookups as register
from factories import asking
from factories import inquiries as gate
from factories import intake as given

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(province: list[int]) -> Client:
    asking.department()
    gate.items_about(1)
    return asking.officer(gate.DEPARTMENT)


def matter(**changed: object) -> dict[str, object]:
    return asking.entered(purpose="ADMINISTRATIVE_MATTER", case_number="JT-2026-0042", **changed)


def test_with_purpose_case_and_basis_it_is_answered_and_the_person_reads_who_and_why(
    province: list[int], officer: Client
) -> None:
    page = officer.get(reverse("organisation:ask"), {"purpose": "ADMINISTRATIVE_MATTER"}).content.decode()
    assert "第三十四条" in page
    _review, answer, status = asking.confirm(officer, "organisation:ask", matter())
    assert status == 200
    assert "行政处罚" in answer or "处罚" in answer
    (look,) = register.list_looks(person_id=province[0])
    assert (look.organisation_code, look.purpose_code, look.basis_code, look.case_number) == (
        gate.DEPARTMENT,
        "ADMINISTRATIVE_MATTER",
        "PIPL-34",
        "JT-2026-0042",
    )
    assert register.verify_completeness(province[0]).is_untouched


def test_without_a_case_it_is_refused_with_the_reason_and_registered(province: list[int], officer: Client) -> None:
    _review, page, status = asking.confirm(officer, "organisation:ask", matter() | {"case_number": ""})
    assert (status, "CASE_NUMBER_MISSING" in page) == (403, True)
    assert "本人看得到" in page
    assert register.list_looks(person_id=province[0])[0].refusal_code == "CASE_NUMBER_MISSING"


def test_for_a_purpose_that_is_not_its_own_it_is_refused_and_registered(province: list[int], officer: Client) -> None:
    _review, page, status = asking.confirm(officer, "organisation:ask", matter() | {"purpose": "LENDING", "items": []})
    assert (status, "PURPOSE_NOT_OF_THIS_KIND" in page) == (403, True)
    assert register.list_looks(person_id=province[0])[0].refusal_code == "PURPOSE_NOT_OF_THIS_KIND"


def test_without_a_mandate_of_that_day_it_is_refused_and_registered(province: list[int], officer: Client) -> None:
    organisations.end_inquiry_mandate(
        organisation_code=gate.DEPARTMENT,
        purpose_code="ADMINISTRATIVE_MATTER",
        to_on=date(2026, 11, 23),
        actor=given.SYSTEM,
        now=given.NOW,
    )
    _review, page, status = asking.confirm(officer, "organisation:ask", matter() | {"items": []})
    assert (status, "NO_INQUIRY_MANDATE" in page) == (403, True)
    assert register.list_looks(person_id=province[0])[0].refusal_code == "NO_INQUIRY_MANDATE"
