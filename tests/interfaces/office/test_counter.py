"""At the counter: the document is checked, a code handed out; representation entered, confirmed, used in the own name."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.authority.actors import Role
from chengxin.identifiers.identity import IdentityNumber
from chengxin.persons import lookups as persons
from chengxin.register import lookups as register
from factories import intake as given
from factories.portals import citizen, signed_in

pytestmark = pytest.mark.django_db
STRONG = "vier Worte die passen"


@pytest.fixture
def ids(db: None, settings: Settings) -> list[int]:
    settings.CHENGXIN_TODAY = given.NOW.date()
    given.edition()
    given.people(3)
    found = [
        persons.find_person_by_identity(IdentityNumber.parse(given.number(index), today=given.NOW.date()))
        for index in range(3)
    ]
    return [int(one) for one in found if one is not None]


def in_steps(client: Client, url: str, sent: dict[str, Any]) -> Any:  # noqa: ANN401
    review = client.post(url, sent)
    assert review.status_code == 200, review.content.decode()
    assert "提交前请核对" in review.content.decode()
    return client.post(url, {**sent, "confirmed": "on"})


def test_a_person_is_verified_and_opens_the_login_with_the_own_number(ids: list[int]) -> None:
    clerk = signed_in(Role.OFFICE_CLERK)
    reference = persons.reference_of(ids[0])
    found = clerk.post(reverse("office:persons"), {"reference": reference, "case_number": "A-1"}).content.decode()
    place = reverse("office:activation", args=[reference])
    assert place in found
    sent = {"case_number": "A-1", "method": "CHIP_READ", "document_kind": "RESIDENT_CARD"}
    assert clerk.post(place, {**sent, "method": "FACE"}).status_code == 422
    answer = in_steps(clerk, place, sent)
    page = answer.content.decode()
    assert given.number(0) not in page
    assert "no-store" in answer.headers["Cache-Control"]
    (code,) = re.findall(r'<span class="cx-secret">([^<]+)</span>', page)
    assert next(look.case_number for look in register.list_looks(person_id=ids[0])) == "A-1"
    anyone = Client()
    entered = {"code": code, "number": given.number(0), "username": "chen", "password": STRONG, "again": STRONG}
    for wrong in ({"number": "1"}, {"username": "Ä"}, {"again": "other"}, {"password": "123456789012", "again": "1"}):
        refused = anyone.post(reverse("activate"), {**entered, **wrong})
        assert refused.status_code == 422
        assert STRONG not in refused.content.decode()
    assert anyone.post(reverse("activate"), {**entered, "number": given.number(1)}).status_code == 403
    assert anyone.post(reverse("activate"), entered).status_code == 302
    assert get_user_model().objects.get(username="chen").person_id == ids[0]
    again = in_steps(clerk, place, sent).content.decode()
    assert "已经关闭，所有设备都退出了" in again


def test_only_a_clerk_stands_at_the_counter(ids: list[int]) -> None:
    place = reverse("office:activation", args=[persons.reference_of(ids[0])])
    reviewer = signed_in(Role.OFFICE_REVIEWER)
    assert [client.get(place).status_code for client in (reviewer, citizen(ids[0]))] == [403, 403]
    assert signed_in(Role.OFFICE_CLERK).get(reverse("office:activation", args=["AAAAAAAAAAAA"])).status_code == 404


def test_codes_are_not_guessed_at_leisure(ids: list[int], settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"one_time_code": "3/h/ip"}
    entered = {"code": "7" * 26, "number": given.number(0), "username": "x1y", "password": STRONG, "again": STRONG}
    client = Client(REMOTE_ADDR="203.0.113.99")
    answers = [client.post(reverse("activate"), entered).status_code for _ in range(5)]
    assert answers == [403, 403, 403, 429, 429]


def test_an_agent_is_entered_confirmed_and_reads_in_the_own_name(ids: list[int]) -> None:
    clerk, reviewer = signed_in(Role.OFFICE_CLERK), signed_in(Role.OFFICE_REVIEWER)
    today = given.NOW.date()
    sent = {
        "kind": "AGENT",
        "represented": persons.reference_of(ids[0]),
        "representative": persons.reference_of(ids[1]),
        "document": "NOTARISED_POWER",
        "document_number": "公证-7",
        "from_on": today.isoformat(),
        "last_on": (today + timedelta(days=9)).isoformat(),
    }
    enter = reverse("office:representation_enter")
    unknown = clerk.post(enter, {**sent, "represented": "AAAAAAAAAAAA"})
    assert (unknown.status_code, "没有这个编号" in unknown.content.decode()) == (422, True)
    refused = in_steps(clerk, enter, {**sent, "last_on": date(2020, 1, 1).isoformat()})
    assert refused.status_code == 409
    place = in_steps(clerk, enter, sent).headers["Location"]
    reference = place.split("/")[-2]
    assert "录入的人不能自己决定" in clerk.get(place).content.decode()
    assert reviewer.get(enter).status_code == 403
    agent, other = citizen(ids[1]), citizen(ids[2])
    acting = reverse("acting")
    assert "REPRESENTATION_UNKNOWN" in agent.post(acting, {"for": reference}).content.decode()
    in_steps(reviewer, place, {"decision": "APPROVED"})
    assert reference in agent.get(acting).content.decode()
    assert reference not in other.get(acting).content.decode()
    assert other.post(acting, {"for": reference}).status_code == 403
    agent.post(acting, {"for": reference})
    page = agent.get(reverse("citizen:file"))
    assert (page.status_code, "您现在替别人看" in page.content.decode()) == (200, True)
    (look,) = register.list_looks(person_id=ids[0])
    assert (look.shown["representative"], look.shown["mandate"]) == (ids[1], reference)
    ward = citizen(ids[0])
    assert "您的监护人或代理人" in ward.get(reverse("citizen:looks")).content.decode()
    assert reference in ward.get(acting).content.decode()
    clerk.post(reverse("office:representation_end", args=[reference]), {"confirmed": "on"})
    agent.get(reverse("citizen:file"))
    assert len(register.list_looks(person_id=ids[0])) == 2  # the ward's own look alone was added
    assert signed_in(Role.OFFICE_CLERK, name="other").get(reverse("office:representations")).status_code == 200
