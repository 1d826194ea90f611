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
from factories import intake as given
from factories.api import NEIGHBOUR, Caller, OpenCaller, fetch_token


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
def anyone() -> Caller:
    """Give a caller without a token."""
    return Caller(Client(), "")
