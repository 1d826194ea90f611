"""After signing in everybody arrives at the own portal, and nobody can be led anywhere else."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.accounts import operations as accounts
from chengxin.accounts.models import Account
from chengxin.authority.actors import ActorKind, Role
from chengxin.portals.presentation.arrival import home_of
from factories import intake as given

PASSWORD = "a long enough one"

pytestmark = pytest.mark.django_db


def opened(kind: ActorKind, *roles: Role) -> Account:
    is_person = kind is ActorKind.PERSON
    number = accounts.open_account(
        username="somebody",
        password=PASSWORD,
        kind=kind,
        roles=frozenset(roles),
        organisation_code="" if is_person else "OFFICE",
        person_id=17 if is_person else None,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    return Account.objects.get(pk=number)


@pytest.mark.parametrize(
    ("kind", "role", "home"),
    [
        (ActorKind.PERSON, Role.CITIZEN, "/me/"),
        (ActorKind.OFFICER, Role.SUPPLIER, "/organisation/"),
        (ActorKind.OFFICER, Role.SUPPLIER_SECOND, "/organisation/"),
        (ActorKind.OFFICER, Role.OFFICE_CLERK, "/office/"),
        (ActorKind.OFFICER, Role.OFFICE_REVIEWER, "/office/"),
        (ActorKind.OFFICER, Role.OFFICE_CATALOGUE, "/office/"),
        (ActorKind.OFFICER, Role.OFFICE_POPULATION, "/office/"),
        (ActorKind.OFFICER, Role.OPERATOR, "/office/"),
    ],
)
def test_each_role_arrives_at_its_portal(client: Client, kind: ActorKind, role: Role, home: str) -> None:
    client.force_login(opened(kind, role), "allauth.account.auth_backends.AuthenticationBackend")
    response = client.get("/account/home/")
    assert response.status_code == 302
    assert response.headers["Location"] == home


@pytest.mark.parametrize("role", list(Role))
def test_no_role_is_forgotten(role: Role) -> None:
    kind = ActorKind.PERSON if role is Role.CITIZEN else ActorKind.OFFICER
    assert home_of(kind, {role}) != "public:home"


def test_an_officer_without_a_role_sees_what_anyone_may(client: Client) -> None:
    client.force_login(opened(ActorKind.OFFICER), "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/account/home/").headers["Location"] == "/"


def test_nobody_arrives_at_the_public_start_page(client: Client) -> None:
    assert client.get("/account/home/").headers["Location"] == "/"


def test_arriving_only_reads(client: Client) -> None:
    assert client.post("/account/home/").status_code == 405


def test_signing_in_leads_home(client: Client) -> None:
    opened(ActorKind.OFFICER, Role.SUPPLIER)
    response = client.post(reverse("account_login"), {"login": "somebody", "password": PASSWORD})
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/home/"
