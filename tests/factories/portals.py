"""Logins for tests of pages: each role with an account of its own, signed in without a password."""

from django.contrib.auth import get_user_model
from django.test import Client

from chengxin.accounts import operations as accounts
from chengxin.authority.actors import ActorKind, Role
from factories import intake as given

PASSWORD = "not-a-secret-of-anybody"


def signed_in(
    *roles: Role, person_id: int | None = None, organisation_code: str = "OFFICE", name: str = "", shown: str = ""
) -> Client:
    """Open a login with these roles and return a client that is signed in with it."""
    username = name or f"{'-'.join(role.value.lower() for role in roles)}-{person_id or organisation_code.lower()}"
    account_id = accounts.open_account(
        username=username,
        password=PASSWORD,
        kind=ActorKind.OFFICER if person_id is None else ActorKind.PERSON,
        roles=frozenset(roles),
        organisation_code=organisation_code if person_id is None else "",
        person_id=person_id,
        display_name=shown,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    client = Client()
    client.force_login(get_user_model().objects.get(pk=account_id))
    client.cookies["chengxin_language"] = "zh-hans"
    return client


def citizen(person_id: int) -> Client:
    """Return a client signed in as a person."""
    return signed_in(Role.CITIZEN, person_id=person_id)
