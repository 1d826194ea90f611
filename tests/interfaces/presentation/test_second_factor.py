"""A second factor is compulsory for officers: without a verified one nothing opens; only a demonstration has a way by."""

import time
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from chengxin.accounts import operations as accounts
from chengxin.authority.actors import ActorKind, Role
from factories import intake as given
from factories.portals import PASSWORD

pytestmark = pytest.mark.django_db
SET_UP = "/account/2fa/"
OPEN_BEFORE = {"/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/logout/"}
# Files for anybody's program, at which nobody looks who is signed in.
OPEN_BEFORE |= {"/ledger/checkpoint", "/ledger/cosigned"}


@pytest.fixture(autouse=True)
def _production(settings: Settings) -> Iterator[None]:
    settings.DEMONSTRATION = False
    cache.clear()
    yield
    cache.clear()


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def open_officer(*, role: Role = Role.OFFICE_CLERK) -> int:
    return accounts.open_account(
        username="officer",
        password=PASSWORD,
        kind=ActorKind.OFFICER,
        roles=frozenset({role}),
        organisation_code="OFFICE",
        actor=given.SYSTEM,
        now=given.NOW,
    )


def signed_in_by_password() -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": "officer", "password": PASSWORD})
    return client


def fixed_paths() -> Iterator[str]:
    def walk(patterns: list[URLPattern | URLResolver], so_far: str) -> Iterator[str]:
        for pattern in patterns:
            path = f"{so_far}{pattern.pattern}"
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif "<" not in path and "(" not in path:
                yield f"/{path}".replace("^", "").replace("$", "")

    yield from walk(get_resolver().url_patterns, "")


def test_an_officer_without_a_factor_reaches_only_the_page_that_sets_one_up() -> None:
    open_officer()
    client = signed_in_by_password()
    paths = {path for path in fixed_paths() if not path.startswith("/api/")}
    assert {"/office/", "/organisation/", "/me/", "/account/sessions/", "/account/password/change/", "/"} <= paths
    for path in paths - OPEN_BEFORE - {"/account/reauthenticate/", "/help/", "/accessibility/"}:
        for method in (client.get, client.post):
            answer = method(path)
            assert (answer.status_code, answer.headers.get("Location")) == (302, SET_UP), path
    assert "设好两步验证，才能打开工作页面" in client.get(SET_UP).content.decode()


def test_setting_a_factor_up_and_proving_it_opens_the_pages_and_the_secret_is_sealed() -> None:
    account_id = open_officer()
    client = signed_in_by_password()
    page = client.get("/account/2fa/totp/activate/")
    if page.status_code == 302:
        client.post(page.headers["Location"], {"password": PASSWORD})
        page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    set_up = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert set_up.status_code == 302
    # Set up is not yet proved in this session: nothing but proving it is open.
    assert client.get("/office/").headers["Location"].startswith("/account/2fa/reauthenticate/")
    assert client.get("/account/2fa/totp/deactivate/").headers["Location"].startswith("/account/2fa/reauthenticate/")
    client.post("/account/2fa/reauthenticate/", {"code": code_of(secret)})
    assert client.get("/office/").status_code == 200
    stored = Authenticator.objects.get(user_id=account_id, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)


def test_signing_in_with_a_factor_asks_for_it_and_a_session_from_before_stays_shut() -> None:
    account_id = open_officer()
    before = signed_in_by_password()
    secret = generate_totp_secret()
    TOTP.activate(get_user_model().objects.get(pk=account_id), secret)
    assert before.get("/office/").headers["Location"].startswith("/account/2fa/reauthenticate/")
    client = signed_in_by_password()
    assert client.get("/office/").headers["Location"].startswith("/account/login/")
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert client.get("/office/").headers["Location"].startswith("/account/login/")
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.get("/office/").status_code == 200


def test_only_a_demonstration_counts_its_sessions_as_verified_and_says_so(settings: Settings) -> None:
    open_officer()
    client = signed_in_by_password()
    assert client.get("/office/").status_code == 302
    settings.DEMONSTRATION = True
    page = client.get("/office/")
    assert page.status_code == 200
    assert "按已经通过两步验证对待" in page.content.decode()
    settings.DEMONSTRATION = False
    assert client.get("/office/").status_code == 302


def test_a_person_may_read_without_a_second_factor_and_anybody_the_public_pages() -> None:
    accounts.open_account(
        username="officer",
        password=PASSWORD,
        kind=ActorKind.PERSON,
        roles=frozenset({Role.CITIZEN}),
        person_id=17,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    assert signed_in_by_password().get("/account/sessions/").status_code == 200
    assert Client().get("/").status_code == 200
