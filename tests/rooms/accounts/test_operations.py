"""Logins and machine clients: each speaks for one, holds known roles only, and keeps no secret in clear."""

from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest

from chengxin.accounts import lookups
from chengxin.accounts import operations as accounts
from chengxin.accounts.adapters import ClosedAccountAdapter
from chengxin.authority.actors import ActorKind, Role
from chengxin.authority.decisions import Refused
from chengxin.ledger import lookups as ledger
from factories import intake as given

pytestmark = pytest.mark.django_db
PASSWORD = "ein langes Wort 17"


def open_account(**changed: Any) -> int:  # noqa: ANN401 - any argument of the operation
    arguments: dict[str, Any] = {
        "username": "officer",
        "password": PASSWORD,
        "kind": ActorKind.OFFICER,
        "roles": frozenset({Role.SUPPLIER}),
        "organisation_code": given.SUPPLIER,
        "actor": given.SYSTEM,
        "now": given.NOW,
    }
    return accounts.open_account(**(arguments | changed))


def person_account(**changed: Any) -> int:  # noqa: ANN401 - any argument of the operation
    person = {
        "username": "person",
        "kind": ActorKind.PERSON,
        "roles": frozenset({Role.CITIZEN}),
        "organisation_code": "",
        "person_id": 7,
    }
    return open_account(**(person | changed))


def test_a_login_speaks_for_a_person_or_for_an_organisation() -> None:
    assert open_account() != person_account()
    for wrong in (
        {"username": "a", "person_id": 8},
        {"username": "b", "organisation_code": ""},
        {"username": "c", "kind": ActorKind.PERSON, "person_id": 9},
        {"username": "d", "kind": ActorKind.PERSON, "organisation_code": ""},
    ):
        with pytest.raises(ValueError, match="speaks for"):
            open_account(**wrong)


def test_a_name_and_a_person_have_one_login() -> None:
    open_account()
    person_account()
    with pytest.raises(Refused, match="USERNAME_TAKEN"):
        open_account()
    with pytest.raises(Refused, match="PERSON_HAS_ACCOUNT"):
        person_account(username="again")
    found = lookups.find_account_of_person(person_id=7)
    assert found is not None
    assert (found.username, lookups.find_account_of_person(person_id=8)) == ("person", None)
    assert [line.username for line in lookups.list_accounts(organisation_code=given.SUPPLIER)] == ["officer"]


def test_no_password_and_no_secret_is_kept_in_clear() -> None:
    open_account()
    opened = accounts.open_api_client(
        organisation_code=given.SUPPLIER,
        name="系统",
        roles=frozenset({Role.SUPPLIER}),
        actor=given.SYSTEM,
        now=given.NOW,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM accounts_account")
        (password,) = cursor.fetchone()
        cursor.execute("SELECT client_secret FROM oauth2_provider_application WHERE client_id = %s", [opened.client_id])
        (secret,) = cursor.fetchone()
    assert identify_hasher(password).algorithm == "scrypt"
    assert PASSWORD not in password
    assert opened.client_secret not in secret
    assert PASSWORD not in "".join(str(event.body) for event in ledger.read_events(kind="accounts.account.opened"))


def test_a_client_acts_while_it_is_open() -> None:
    accounts.open_api_client(
        organisation_code=given.SUPPLIER,
        name="系统",
        roles=frozenset({Role.SUPPLIER}),
        actor=given.SYSTEM,
        now=given.NOW,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT application_id FROM accounts_apiclient")
        (application,) = cursor.fetchone()
        actor = lookups.find_client_actor(application_pk=application)
        assert actor is not None
        assert (actor.kind, actor.organisation_code, actor.person_id) == (ActorKind.CLIENT, given.SUPPLIER, None)
        cursor.execute("UPDATE accounts_apiclient SET closed_at = now()")
    assert lookups.find_client_actor(application_pk=application) is None
    assert lookups.find_client_actor(application_pk=application + 1) is None


ROW = {
    "password": "''",
    "username": "'x'",
    "email": "''",
    "first_name": "''",
    "last_name": "''",
    "kind": "'OFFICER'",
    "organisation_code": "'ORG'",
    "person_id": "NULL",
    "roles": "'{SUPPLIER}'",
    "is_active": "true",
    "opened_at": "now()",
}


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"kind": "'SYSTEM'"}, "account_kind_known"),
        ({"organisation_code": "''"}, "account_speaks_for_one"),
        ({"person_id": "1"}, "account_speaks_for_one"),
        ({"kind": "'PERSON'", "organisation_code": "''"}, "account_speaks_for_one"),
        ({"roles": "'{EMPEROR}'"}, "account_roles_known"),
        ({"username": "'first'"}, "accounts_account_username_key"),
    ],
)
def test_the_database_refuses_a_login_that_cannot_be(changed: dict[str, str], constraint: str) -> None:
    def insert(row: dict[str, str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO accounts_account ({', '.join(row)}) VALUES ({', '.join(row.values())})")

    insert(ROW | {"username": "'first'"})
    with pytest.raises(IntegrityError, match=constraint):
        insert(ROW | changed)


def test_nobody_signs_up_by_themselves() -> None:
    assert not ClosedAccountAdapter().is_open_for_signup(HttpRequest())


def test_people_are_sent_to_registered_addresses_only() -> None:
    opened = accounts.open_api_client(
        organisation_code="FZ_BANK", name="x", roles=frozenset({Role.REQUESTER}), actor=given.SYSTEM, now=given.NOW
    )
    addresses = ("https://bank.example/back", "http://127.0.0.1:8123/back")
    accounts.register_redirects(client_id=opened.client_id, redirect_uris=addresses, actor=given.SYSTEM, now=given.NOW)
    found = lookups.find_client(client_id=opened.client_id)
    assert found is not None
    assert found.redirect_uris == addresses
    for wrong in (
        "http://bank.example/",
        "https://bank.example/#a",
        "https://a@bank.example/",
        "javascript:x",
        "https://",
    ):
        with pytest.raises(accounts.RedirectRefused):
            accounts.register_redirects(
                client_id=opened.client_id, redirect_uris=(wrong,), actor=given.SYSTEM, now=given.NOW
            )
    with pytest.raises(accounts.ClientUnknown):
        accounts.register_redirects(client_id="nobody", redirect_uris=(), actor=given.SYSTEM, now=given.NOW)


def test_a_client_proves_itself_by_its_secret_and_gets_tokens_of_its_roles() -> None:
    opened = accounts.open_api_client(
        organisation_code="FZ_BANK", name="x", roles=frozenset({Role.REQUESTER}), actor=given.SYSTEM, now=given.NOW
    )
    known = lookups.authenticate_client(client_id=opened.client_id, client_secret=opened.client_secret, now=given.NOW)
    assert known is not None
    assert known.actor.organisation_code == "FZ_BANK"
    assert lookups.authenticate_client(client_id=opened.client_id, client_secret="x", now=given.NOW) is None
    assert lookups.authenticate_client(client_id="nobody", client_secret=opened.client_secret, now=given.NOW) is None
    assert accounts.issue_token(client_id=opened.client_id, scope="inquiry", now=given.NOW)
    with pytest.raises(accounts.ClientUnknown):
        accounts.issue_token(client_id=opened.client_id, scope="intake", now=given.NOW)
