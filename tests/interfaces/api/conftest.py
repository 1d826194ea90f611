"""Callers of the API: machine clients of two organisations, with tokens fetched the way integrators fetch them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from chengxin.accounts import operations as accounts
from chengxin.api.v1 import limits
from chengxin.authority.actors import Role
from factories import catalogue
from factories import inquiries as asking
from factories import intake as given
from factories.api import BACK, NEIGHBOUR, Caller, OpenCaller, fetch_token


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    for limiter in (limits.CLIENTS, limits.ADDRESSES, limits.TOKENS):
        limiter.forget()
    yield
    for limiter in (limits.CLIENTS, limits.ADDRESSES, limits.TOKENS):
        limiter.forget()


@pytest.fixture(autouse=True)
def _fixed_day(settings: Any) -> None:  # noqa: ANN401 -- the plugin does not export its type
    settings.CHENGXIN_TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _quick_secrets(settings: Any) -> None:  # noqa: ANN401 -- the plugin does not export its type
    """Hash clients' secrets quickly: scrypt takes most of a second, and is not what is tested here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def province(db: None) -> None:
    catalogue.edition()
    given.supplier()
    given.supplier(code=NEIGHBOUR)


@pytest.fixture
def open_caller(province: None) -> OpenCaller:
    """Give what opens a client of an organisation and fetches its token."""

    def opened(*roles: Role, organisation_code: str = given.SUPPLIER) -> Caller:
        credentials = accounts.open_api_client(
            organisation_code=organisation_code,
            name="integration",
            roles=frozenset(roles),
            actor=given.SYSTEM,
            now=given.NOW,
        )
        http = Client()
        answer = fetch_token(http, credentials)
        assert answer.status_code == 200, answer.content
        return Caller(http, answer.json()["access_token"], credentials)

    return opened


@pytest.fixture
def supplier(open_caller: OpenCaller) -> Caller:
    return open_caller(Role.SUPPLIER)


@pytest.fixture
def second(open_caller: OpenCaller) -> Caller:
    return open_caller(Role.SUPPLIER_SECOND)


@pytest.fixture
def neighbour(open_caller: OpenCaller) -> Caller:
    """Give a client with the same roles, of another organisation."""
    return open_caller(Role.SUPPLIER, Role.SUPPLIER_SECOND, organisation_code=NEIGHBOUR)


@pytest.fixture
def bank(open_caller: OpenCaller) -> Caller:
    """Give a client of a bank that may ask about loans, with an address to which people may be sent back."""
    return _asking(open_caller, asking.BANK)


@pytest.fixture
def other_bank(open_caller: OpenCaller) -> Caller:
    """Give a client of another bank with the same mandate: a near miss."""
    return _asking(open_caller, asking.NEIGHBOUR)


def _asking(open_caller: OpenCaller, organisation_code: str) -> Caller:
    asking.organisation(organisation_code)
    caller = open_caller(Role.REQUESTER, organisation_code=organisation_code)
    assert caller.credentials is not None
    accounts.register_redirects(
        client_id=caller.credentials.client_id, redirect_uris=(BACK,), actor=given.SYSTEM, now=given.NOW
    )
    return caller


@pytest.fixture
def anyone() -> Caller:
    """Give a caller without a token."""
    return Caller(Client(), "")
