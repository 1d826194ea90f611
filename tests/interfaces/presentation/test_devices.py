"""Everybody sees the own sessions and ends one or all others; nobody another's."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from chengxin.authority.actors import Role
from chengxin.ledger import lookups as ledger
from factories.portals import PASSWORD
from factories.portals import signed_in as opened

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def another_device(username: str) -> Client:
    client = Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR="203.0.113.7")
    client.cookies["chengxin_language"] = "zh-hans"
    client.post(reverse("account_login"), {"login": username, "password": PASSWORD})
    return client


def signed_in(role: Role, *, name: str) -> Client:
    opened(role, name=name)
    return another_device(name)


def is_in(client: Client) -> bool:
    return client.get(reverse("usersessions_list")).status_code == 200


def test_a_session_is_seen_with_device_place_and_last_use_and_ended() -> None:
    here = signed_in(Role.OFFICE_CLERK, name="me")
    lost, kept = another_device("me"), another_device("me")
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Firefox · Linux" in page
    assert "203.0.113.7" in page
    assert page.count("就是这一台") == 1
    assert page.count('name="end"') == 3
    session_id = UserSession.objects.get(session_key=lost.session.session_key).pk
    here.post(reverse("usersessions_list"), {"end": str(session_id)})
    assert [is_in(client) for client in (here, lost, kept)] == [True, False, True]
    here.post(reverse("usersessions_list"), {"end": "others"})
    assert [is_in(client) for client in (here, kept)] == [True, False]
    assert [event.body["count"] for event in ledger.read_events(kind="accounts.session.ended")] == [1, 1]


def test_nobody_ends_anothers_session_or_the_one_in_use() -> None:
    here, stranger = signed_in(Role.OFFICE_CLERK, name="me"), signed_in(Role.OFFICE_CLERK, name="you")
    for client, victim in ((stranger, here), (here, here)):
        row = UserSession.objects.get(session_key=victim.session.session_key)
        refused = client.post(reverse("usersessions_list"), {"end": str(row.pk)})
        assert refused.status_code == 403
        assert "SESSION_UNKNOWN" in refused.content.decode()
    for wrong in ("", "x", "9" * 30):
        assert here.post(reverse("usersessions_list"), {"end": wrong}).status_code == 302
    assert [is_in(client) for client in (here, stranger)] == [True, True]


def test_the_last_use_is_noted_every_few_minutes_only() -> None:
    here = signed_in(Role.OFFICE_CLERK, name="me")
    row = UserSession.objects.get(session_key=here.session.session_key)
    before = row.last_seen_at
    here.get("/")
    row.refresh_from_db()
    assert row.last_seen_at == before
    UserSession.objects.filter(pk=row.pk).update(last_seen_at=before - timedelta(minutes=6))
    here.get("/")
    row.refresh_from_db()
    assert row.last_seen_at > before - timedelta(minutes=1)


def test_the_address_of_the_page_is_the_librarys() -> None:
    assert re.fullmatch(r"/account/sessions/", reverse("usersessions_list"))
