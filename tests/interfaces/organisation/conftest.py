"""A supplier with its officers, an edition in force and people; logins by their keys in the tests' own words."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from chengxin.accounts import operations as accounts
from chengxin.accounts.models import Account
from chengxin.authority.actors import ActorKind, Role
from factories import intake as given

OTHER = "XM_MARKET"


@pytest.fixture(autouse=True)
def _supplier(db: None, settings: Settings) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()
    given.edition()
    given.supplier()
    given.supplier(code=OTHER)
    given.people(40)
    for username, roles, code in [
        ("sender", {Role.SUPPLIER}, given.SUPPLIER),
        ("second", {Role.SUPPLIER_SECOND}, given.SUPPLIER),
        ("both", {Role.SUPPLIER, Role.SUPPLIER_SECOND}, given.SUPPLIER),
        ("stranger", {Role.SUPPLIER, Role.SUPPLIER_SECOND}, OTHER),
        ("clerk", {Role.OFFICE_CLERK}, "OFFICE"),
    ]:
        accounts.open_account(
            username=username,
            password="a long enough one",
            kind=ActorKind.OFFICER,
            roles=frozenset(roles),
            organisation_code=code,
            actor=given.SYSTEM,
            now=given.NOW,
        )


@pytest.fixture
def signed_in() -> Callable[[str], Client]:
    """Give a browser in which an officer is signed in."""

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(
            Account.objects.get(username=username), "allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return sign_in
