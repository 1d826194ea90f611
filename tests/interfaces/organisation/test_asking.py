"""A requester's officer asks for mandated purposes, reviews first, sees an answer once, and reads why there was none."""

import ast
import inspect
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations import policies as authorisation_policies
from chengxin.authority.actors import Role
from chengxin.inquiries import lookups, policies
from chengxin.inquiries import operations as inquiries
from chengxin.keys.current import keyring
from chengxin.organisations import operations as organisations
from chengxin.portals.organisation.gate_words import REASONS
from chengxin.register import lookups as register
from chengxin.sealing import receipts
from factories import asking
from factories import inquiries as gate
from factories import intake as given
from factories.portals import citizen, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids() -> list[int]:
    gate.organisation()
    gate.organisation(gate.NEIGHBOUR)
    return [owner.person_id for owner in given._owners(3)]


@pytest.fixture
def officer(ids: list[int]) -> Client:
    return asking.officer()


PAGES = ["asking", "ask", "identity", "inquiries", "requests", "request_new", "authorisations"]


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_open_to_officers_who_ask_and_to_nobody_else(ids: list[int], name: str, language: str) -> None:
    client = asking.officer()
    client.cookies["chengxin_language"] = language
    assert client.get(reverse(f"organisation:{name}"), follow=True).status_code == 200
    near_misses = (
        signed_in(Role.SUPPLIER, Role.SUPPLIER_SECOND, organisation_code=gate.BANK),
        signed_in(Role.OFFICE_CLERK),
        citizen(ids[0]),
    )
    for other in near_misses:
        assert other.get(reverse(f"organisation:{name}")).status_code == 403
    assert client.get(reverse("organisation:upload")).status_code == 403


def test_arriving_leads_to_the_own_home_and_only_mandated_purposes_are_offered(officer: Client) -> None:
    page = officer.get(reverse("arrival"), follow=True)
    assert page.request["PATH_INFO"] == reverse("organisation:asking")
    shown = page.content.decode()
    assert "审批信贷申请" in shown
    assert "升学录取" not in shown


def test_an_answer_is_reviewed_masked_given_once_and_kept_nowhere(ids: list[int], officer: Client) -> None:
    reference = gate.allow(ids[0])
    review, page, status = asking.confirm(
        officer, "organisation:ask", asking.entered(authorisation=reference, form="DOCUMENT")
    )
    assert given.number(0) not in review
    assert given.name(0) not in review
    assert status == 200
    assert "个人信息保护法第六条" in page  # less than asked, and why
    assert given.number(0) not in page
    (line,) = lookups.list_inquiries(organisation_code=gate.BANK)
    (look,) = register.list_looks(person_id=ids[0])
    assert (look.case_number, look.purpose_code, line.form_given) == (gate.CASE, "LENDING", "LIST")
    detail = officer.get(reverse("organisation:inquiry", args=[line.reference])).content.decode()
    assert "平台不保存" in detail
    assert register.count_looks(person_id=ids[0]) == 1
    receipt = officer.get(reverse("organisation:inquiry_receipt", args=[line.reference]))
    opened = receipts.open_receipt(
        receipt.content.decode(), kind=receipts.LOOK_TYPE, public_key=keyring().receipt_signer().public_key()
    )
    assert opened["inquiry"] == line.reference
    assert "attachment" in receipt.headers["Content-Disposition"]


def test_another_organisations_inquiry_and_a_refused_ones_receipt_are_not_found(
    ids: list[int], officer: Client
) -> None:
    _review, _page, status = asking.confirm(officer, "organisation:ask", asking.entered())
    assert status == 403
    (line,) = lookups.list_inquiries(organisation_code=gate.BANK)
    assert officer.get(reverse("organisation:inquiry_receipt", args=[line.reference])).status_code == 404
    neighbour = asking.officer(gate.NEIGHBOUR)
    assert neighbour.get(reverse("organisation:inquiry", args=[line.reference])).status_code == 404
    page = officer.get(reverse("organisation:inquiry", args=[line.reference])).content.decode()
    assert "AUTHORISATION_MISSING" in page


def test_going_back_keeps_what_was_entered_and_another_login_cannot_hand_it_in(ids: list[int], officer: Client) -> None:
    review = officer.post(reverse("organisation:ask"), asking.entered(case_number="CASE-77")).content.decode()
    entry = review.split('name="entry" value="')[1].split('"')[0]
    back = officer.post(reverse("organisation:ask"), {"entry": entry, "back": "on"}).content.decode()
    assert "CASE-77" in back
    assert asking.officer(name="colleague").post(reverse("organisation:ask"), {"entry": entry}).status_code == 422
    assert officer.post(reverse("organisation:ask"), {"entry": "bm90IG91cnM="}).status_code == 422
    assert lookups.list_inquiries() == ()


def test_what_is_entered_wrongly_is_said_beside_the_field(officer: Client) -> None:
    page = officer.post(reverse("organisation:ask"), asking.entered(number="359900199001019999", name=""))
    assert page.status_code == 422
    assert "govuk-error-summary" in page.content.decode()
    assert "请写姓名。" in page.content.decode()
    assert lookups.list_inquiries() == ()


def test_every_refusal_of_the_gate_has_its_reason_and_what_would_change_it() -> None:
    codes = set()
    for module in (policies, authorisation_policies):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper():
                codes.add(node.value)
    not_of_requesters = {
        "NOT_A_GATE_KEEPER",
        "GATE_KEPT_BY_OFFICE",
        "CONDITION_MET",
        "AUTHORISED_BY_PERSON",
        "STATUTORY_TASK",
        "NOT_ASKED_OF_YOU",
        "REQUEST_LAPSED",
        "PERSON_ANSWERS",
        "NOT_A_CLERK",
        "PAPER_AT_COUNTER",
        "PERSON_WITHDRAWS",
        "WITHDRAWN_AT_COUNTER",
        "NOT_YOUR_AUTHORISATION",
        "NOT_A_REVIEWER",
        "OWN_ORGANISATIONS_LOOK",
        "REVIEWED_BY_ANOTHER",
        "NOT_YOUR_LOOK",
        "OWN_LOOK",
        "CONCERN_RAISED_ALREADY",
        "PERSON_ASKS_WHO_LOOKED",
        "LOOKER_CANNOT_REVIEW",
        "LOOKER_SUSPENDED",
        "PERSON_CANNOT_REVIEW",
        "REVIEWED_BY_OFFICE",
        "PERSON_PREVIEWS",
    }
    codes = {code for code in codes if "_" in code and not code.startswith(("PIPL", "CREDIT"))} - not_of_requesters
    assert codes <= set(REASONS), codes - set(REASONS)
    assert len(codes) > 20


def test_a_suspension_is_told_on_the_next_request(ids: list[int], officer: Client) -> None:
    reference = gate.allow(ids[0])
    organisations.suspend(subject=f"organisation:{gate.BANK}", reasons="核查中", actor=gate.REVIEWER, now=given.NOW)
    _review, page, status = asking.confirm(officer, "organisation:ask", asking.entered(authorisation=reference))
    assert status == 403
    assert "REQUESTER_SUSPENDED" in page
    assert register.list_looks(person_id=ids[0])[0].refusal_code == "REQUESTER_SUSPENDED"


def test_the_list_filters_and_pages_without_losing_any(ids: list[int], officer: Client) -> None:
    for at in range(52):
        gate.inquire(asker=gate.CLIENT, case=f"CASE-{at:04d}")
    first = officer.get(reverse("organisation:inquiries"))
    assert first.content.decode().count("CASE-") == 50
    last = lookups.list_inquiries(organisation_code=gate.BANK, limit=50)[-1].inquiry_id
    second = officer.get(reverse("organisation:inquiries"), {"after": last}).content.decode()
    assert second.count("CASE-") == 2
    empty = officer.get(reverse("organisation:inquiries"), {"outcome": "ANSWERED"}).content.decode()
    assert "没有符合这些条件的结果" in empty
    assert "还没有查询过" in asking.officer(gate.NEIGHBOUR).get(reverse("organisation:inquiries")).content.decode()


def request_entered(index: int = 0, **changed: object) -> dict[str, object]:
    return {
        "purpose": "LENDING",
        "number": given.number(index),
        "name": given.name(index),
        "case_number": gate.CASE,
        "items": [given.ITEM],
        "data_from": "2024-01-01",
        "data_to": "",
        "looks": 2,
        "days": 30,
    } | changed


def test_an_authorisation_is_asked_for_listed_and_cancelled(ids: list[int], officer: Client) -> None:
    review, page, status = asking.confirm(officer, "organisation:request_new", request_entered())
    assert given.number(0) not in review
    assert (status, "请求已发出" in page) == (200, True)
    (line,) = authorisations.list_requests_of(organisation_code=gate.BANK, now=given.NOW)
    assert line.scope == gate.scope(looks=2, data_from=date(2024, 1, 1))
    assert line.reference in officer.get(reverse("organisation:requests")).content.decode()
    neighbour = asking.officer(gate.NEIGHBOUR)
    assert neighbour.get(reverse("organisation:request", args=[line.reference])).status_code == 404
    assert neighbour.post(reverse("organisation:request_cancel", args=[line.reference])).status_code == 404
    cancelled = officer.post(reverse("organisation:request_cancel", args=[line.reference]), follow=True)
    assert "本单位已取消" in cancelled.content.decode()
    assert officer.post(reverse("organisation:request_cancel", args=[line.reference])).status_code == 409


def test_asking_somebody_unknown_looks_like_asking_somebody_known(officer: Client) -> None:
    pages = [
        asking.confirm(officer, "organisation:request_new", request_entered(index, case_number="CASE-SAME"))[1]
        for index in (1, 700)
    ]
    references = [
        line.reference for line in authorisations.list_requests_of(organisation_code=gate.BANK, now=given.NOW)
    ]
    known, unknown = (
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.replace(reference, ""))
        for page, reference in zip(pages, reversed(references), strict=True)
    )
    assert known == unknown


def test_a_request_beyond_the_purpose_is_refused_with_the_reason(officer: Client) -> None:
    _review, page, status = asking.confirm(officer, "organisation:request_new", request_entered(looks=99))
    assert (status, "ASKED_BEYOND_PURPOSE" in page) == (403, True)


def test_what_was_allowed_is_listed_with_what_is_left(ids: list[int], officer: Client) -> None:
    reference = gate.allow(ids[0])
    page = officer.get(reverse("organisation:authorisations")).content.decode()
    assert reference in page
    assert "可以用" in page
    request = authorisations.list_requests_of(organisation_code=gate.BANK, now=given.NOW)[0].reference
    assert reference in officer.get(reverse("organisation:request", args=[request])).content.decode()
    later = given.NOW + timedelta(days=1)
    assert not isinstance(gate.inquire(authorisation=reference, now=later), inquiries.AskedWrongly)
    assert given.number(0) not in page
