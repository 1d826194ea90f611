"""The published logins are offered in a demonstration and nowhere else, and one press signs in."""

import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from chengxin.accounts import operations as accounts
from chengxin.demonstration.operations import PASSWORD
from chengxin.demonstration.story import ACCOUNTS, DemoAccount
from chengxin.portals.presentation.trial import LOOK_FIRST, SHORT, trial_accounts, trial_password
from factories import intake as given

PAGES = {"account_login": len(ACCOUNTS), "public:home": len(SHORT)}

pytestmark = pytest.mark.django_db


def page_of(client: Client, name: str) -> str:
    return client.get(reverse(name)).content.decode()


def pressed(page: str, login: str) -> dict[str, str]:
    """Return what a browser without scripts sends when the button of a login is pressed."""
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    form = next(form for form in forms if f'value="{login}"' in form)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize(("name", "offered"), PAGES.items())
def test_a_demonstration_offers_its_logins(client: Client, name: str, offered: int) -> None:
    with override_settings(DEMONSTRATION=True):
        page = page_of(client, name)
    assert page.count('name="login" value="demo-') == offered
    identifiers = re.findall(r'\sid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("name", PAGES)
def test_a_production_site_offers_none(client: Client, name: str) -> None:
    with override_settings(DEMONSTRATION=False):
        page = page_of(client, name)
        assert trial_accounts() == ()
        assert trial_password() == ""
    assert "demo-" not in page
    assert PASSWORD not in page
    assert "trial" not in page
    assert "演示" not in page


def test_every_login_says_what_to_look_at_first() -> None:
    assert set(LOOK_FIRST) == {account.username for account in ACCOUNTS}


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
@override_settings(DEMONSTRATION=True)
def test_one_press_signs_in(account: DemoAccount) -> None:
    accounts.open_account(
        username=account.username,
        password=PASSWORD,
        kind=account.kind,
        roles=account.roles,
        organisation_code=account.organisation_code,
        person_id=None if account.person is None else 17,
        display_name=account.display_name,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    client = Client(enforce_csrf_checks=True)
    sent = pressed(page_of(client, "account_login"), account.username)
    response = client.post(reverse("account_login"), sent)
    assert response.status_code == 302
    arrived = client.get(response.headers["Location"])
    assert arrived.headers["Location"] == account.page
    again = page_of(client, "public:home")
    assert account.display_name in again
    assert 'name="login"' not in again
