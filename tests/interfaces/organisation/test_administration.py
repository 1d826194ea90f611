"""The administrator's pages: joiners, movers, leavers and clients, each read again before it is sent."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.accounts import operations as accounts
from chengxin.authority.actors import ActorKind, Role
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from factories import intake as given

SignIn = Callable[[str], Client]
STRONG = "vier Worte die passen"


@pytest.fixture(autouse=True)
def _administrators(_supplier: None) -> None:
    organisations.register_organisation(
        code="OFFICE",
        body_code="FJ.NDRC",
        division_code="359900",
        name_zh="信用办",
        name_en="Office",
        kind=OrganisationKind.OFFICE,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    for username, code in [
        ("chief", given.SUPPLIER),
        ("neighbour", "XM_MARKET"),
        ("office-chief", "OFFICE"),
        ("office-deputy", "OFFICE"),
    ]:
        accounts.open_account(
            username=username,
            password=STRONG,
            kind=ActorKind.OFFICER,
            roles=frozenset({Role.ORGANISATION_ADMINISTRATOR}),
            organisation_code=code,
            actor=given.SYSTEM,
            now=given.NOW,
        )


def at(name: str, *rest: object) -> str:
    return reverse(f"organisation:{name}", args=rest)


def id_of(username: str) -> int:
    return int(get_user_model().objects.get(username=username).pk)


def in_steps(client: Client, url: str, sent: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
    """Fill in, read again, confirm."""
    sent = sent or {}
    if sent:
        review = client.post(url, sent)
        assert review.status_code == 200, review.content.decode()
        assert "提交前请核对" in review.content.decode()
    return client.post(url, {**sent, "confirmed": "on"})


def shown_once(answer: Any) -> list[str]:  # noqa: ANN401
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return re.findall(r'<span class="cx-secret">([^<]+)</span>', answer.content.decode())


JOINER = {"username": "wang.li", "display_name": "王丽", "roles": ["SUPPLIER"]}


def test_a_joiner_gets_a_code_once_and_sets_up_the_login(signed_in: SignIn, settings: Settings) -> None:
    chief = signed_in("chief")
    assert chief.get(reverse("arrival")).headers["Location"] == at("officers")
    answer = in_steps(chief, at("officer_open"), JOINER)
    username, code = shown_once(answer)
    assert code not in chief.get(at("officer", id_of("wang.li"))).content.decode()
    joiner = Client()
    sent = {"username": username, "code": code.lower(), "password": STRONG, "again": STRONG}
    assert joiner.post(reverse("set_up"), {**sent, "password": "short", "again": "short"}).status_code == 422
    assert joiner.post(reverse("set_up"), {**sent, "code": "7" * 26}).status_code == 403
    done = joiner.post(reverse("set_up"), sent)
    assert done.headers["Location"] == f"{reverse('account_login')}?next={reverse('mfa_index')}"
    assert joiner.post(reverse("set_up"), sent).status_code == 403
    settings.DEMONSTRATION = False
    joiner.post(reverse("account_login"), {"login": username, "password": STRONG})
    assert joiner.get(at("home")).headers["Location"] == reverse("mfa_index")


def test_wrong_entries_are_said_next_to_the_field(signed_in: SignIn) -> None:
    chief = signed_in("chief")
    wrong = chief.post(at("officer_open"), {"username": "1", "display_name": "", "roles": ["OFFICE_CLERK"]})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    for words in ("3 到 32 个小写字母", "本单位不能有这个岗位"):
        assert words in page
    taken = in_steps(chief, at("officer_open"), {**JOINER, "username": "sender"})
    assert (taken.status_code, "已经有人用了" in taken.content.decode()) == (409, True)


def test_the_list_is_searched_and_the_detail_tells_what_was_done(signed_in: SignIn) -> None:
    chief = signed_in("chief")
    everybody = chief.get(at("officers")).content.decode()
    found = chief.get(at("officers"), {"q": "send"}).content.decode()
    assert ">sender<" in everybody
    assert ">second<" in everybody
    assert ">sender<" in found
    assert ">second<" not in found
    assert ">stranger<" not in everybody
    assert "没有符合这些条件的结果" in chief.get(at("officers"), {"q": "nobody"}).content.decode()
    in_steps(chief, at("officer_roles", id_of("sender")), {"roles": ["SUPPLIER_SECOND"]})
    page = chief.get(at("officer", id_of("sender"))).content.decode()
    assert "更改岗位" in page
    assert get_user_model().objects.get(username="sender").roles == ["SUPPLIER_SECOND"]


def test_a_leaver_is_out_on_the_next_request(signed_in: SignIn) -> None:
    chief, sender = signed_in("chief"), signed_in("sender")
    assert sender.get(at("home")).status_code == 200
    in_steps(chief, at("officer_close", id_of("sender")))
    assert sender.get(at("home")).headers["Location"].startswith("/account/login/")
    assert ">sender<" in chief.get(at("officers"), {"state": "CLOSED"}).content.decode()


@pytest.mark.parametrize("name", ["officer", "officer_roles", "officer_code", "officer_close"])
def test_another_organisations_administrator_finds_nobody(signed_in: SignIn, name: str) -> None:
    assert signed_in("neighbour").get(at(name, id_of("sender"))).status_code == 404


@pytest.mark.parametrize("name", ["officers", "officer_open", "confirming", "clients", "client_open"])
def test_who_is_no_administrator_is_refused(signed_in: SignIn, name: str) -> None:
    for username in ("sender", "both", "clerk"):
        assert signed_in(username).get(at(name)).status_code == 403


def test_an_unconfirmed_login_opens_no_work_until_the_list_is_confirmed(signed_in: SignIn, settings: Settings) -> None:
    due = given.NOW.date().replace(year=given.NOW.year + 1)
    settings.CHENGXIN_TODAY = due
    assert signed_in("sender").get(at("home")).status_code == 200
    settings.CHENGXIN_TODAY = due + timedelta(days=1)
    refused = signed_in("sender").get(at("home"))
    assert (refused.status_code, "LOGIN_UNCONFIRMED" in refused.content.decode()) == (403, True)
    chief = signed_in("chief")
    assert chief.get(at("officer_open")).status_code == 403
    assert "过了核对期限" in chief.get(at("officers")).content.decode()
    assert signed_in("office-chief").get(reverse("office:logins")).status_code == 403
    in_steps(chief, at("confirming"), {"accounts": [str(id_of("sender")), str(id_of("chief"))]})
    assert signed_in("sender").get(at("home")).status_code == 200
    assert signed_in("second").get(at("home")).status_code == 403


def test_the_office_sees_which_organisations_are_overdue(signed_in: SignIn, settings: Settings) -> None:
    accounts.open_account(
        username="late-clerk",
        password=STRONG,
        kind=ActorKind.OFFICER,
        roles=frozenset({Role.OFFICE_CLERK}),
        organisation_code="OFFICE",
        actor=given.SYSTEM,
        now=given.NOW + timedelta(days=300),
    )
    settings.CHENGXIN_TODAY = given.NOW.date() + timedelta(days=400)
    page = signed_in("late-clerk").get(reverse("office:logins")).content.decode()
    assert "4 个过了期限" in page
    assert "sender" not in page


def test_an_office_appointment_takes_two(signed_in: SignIn) -> None:
    chief, deputy = signed_in("office-chief"), signed_in("office-deputy")
    proposed = in_steps(chief, at("officer_open"), {**JOINER, "roles": ["OFFICE_CLERK"]})
    place = proposed.headers["Location"]
    assert "提出的人和本人都不能决定" in chief.get(place).content.decode()
    assert chief.post(place, {"decision": "APPROVED", "confirmed": "on"}).status_code == 200
    assert not get_user_model().objects.filter(username="wang.li").exists()
    username, _code = shown_once(in_steps(deputy, place, {"decision": "APPROVED"}))
    assert get_user_model().objects.get(username=username).roles == ["OFFICE_CLERK"]
    own = deputy.get(at("officer", id_of("office-deputy"))).content.decode()
    assert "由另一位管理员办理" in own
    self_service = in_steps(deputy, at("officer_roles", id_of("office-deputy")), {"roles": ["OFFICE_REVIEWER"]})
    assert (self_service.status_code, "谁也不能给自己" in self_service.content.decode()) == (409, True)


def test_a_client_is_opened_changed_and_closed(signed_in: SignIn) -> None:
    chief = signed_in("chief")
    assert "还没有接口客户端" in chief.get(at("clients")).content.decode()
    client_id, secret = shown_once(in_steps(chief, at("client_open"), {"name": "接口", "roles": ["SUPPLIER"]}))
    listed = chief.get(at("clients")).content.decode()
    assert "从未使用" in listed
    place = re.search(r'href="(/organisation/clients/\d+/)"', listed)
    assert place is not None
    page = chief.get(place.group(1)).content.decode()
    assert client_id in page
    assert secret not in page
    pk = int(place.group(1).split("/")[3])
    assert chief.post(at("secret_add", pk), {"overlap_days": "91"}).status_code == 422
    again = shown_once(in_steps(chief, at("secret_add", pk), {"overlap_days": "7"}))
    assert again[0] == client_id
    assert again[1] != secret
    assert in_steps(chief, at("secret_add", pk), {"overlap_days": "7"}).status_code == 409
    assert signed_in("neighbour").get(at("client", pk)).status_code == 404
    in_steps(chief, at("client_close", pk))
    assert "已关闭" in chief.get(place.group(1)).content.decode()
    assert signed_in("office-chief").get(at("client_open")).status_code == 200
