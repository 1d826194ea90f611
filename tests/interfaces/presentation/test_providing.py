"""Sign-in by an identity provider: a real one in a process of its own, accepted by what it states and nothing else."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.identifiers.identity import IdentityNumber
from chengxin.ledger import lookups as ledger
from chengxin.persons import lookups as persons
from factories import intake as given

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCRIPT = Path(__file__).resolve().parents[2] / "identity_provider.py"
CLIENT, SECRET = "chengxin", "only-for-tests-0123456789"
CALLBACK = "http://testserver/account/oidc/province/login/callback/"


@pytest.fixture
def provider(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Give the folder of a provider that runs; what stands in ``claims.json`` there is what it states."""
    command = [sys.executable, str(SCRIPT), str(tmp_path), CLIENT, SECRET, CALLBACK]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PATH": ""})
    try:
        assert process.stdout is not None
        issuer = f"http://127.0.0.1:{int(process.stdout.readline())}/o"
        app = {"provider_id": "province", "name": "闽政通", "client_id": CLIENT, "secret": SECRET}
        app["settings"] = {"server_url": issuer, "scope": ["openid", "profile"]}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        settings.IDENTITY_PROVIDERS = {
            "province": {
                "issuer": issuer,
                "levels": frozenset({"loa3"}),
                "number_claim": "id_number",
                "name_claim": "name",
            }
        }
        settings.CHENGXIN_TODAY = given.NOW.date()
        yield tmp_path
    finally:
        process.terminate()
        process.communicate(timeout=10)


def state(folder: Path, **changed: Any) -> None:  # noqa: ANN401
    claims = {"acr": "loa3", "id_number": given.number(0), "name": given.name(0)} | changed
    stated = {name: value for name, value in claims.items() if value is not None}
    (folder / "claims.json").write_text(json.dumps(stated), encoding="utf-8")


def come_in(client: Client) -> Any:  # noqa: ANN401
    """Walk the code flow as a browser does: to the provider and back."""
    client.cookies["chengxin_language"] = "zh-hans"
    sent = client.post(reverse("openid_connect_login", args=["province"]))
    assert sent.status_code == 302
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=10)
    assert back.status_code == 302, back.text
    place = urlsplit(back.headers["Location"])
    return client.get(f"{place.path}?{place.query}")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_who_is_vouched_for_with_enough_assurance_is_signed_in(provider: Path) -> None:
    given.people(3)
    state(provider)
    first, second = Client(), Client()
    assert "闽政通" in first.get(reverse("account_login")).content.decode()
    answer = come_in(first)
    assert answer.headers["Location"] == reverse("arrival")
    come_in(second)
    owner = persons.find_person_by_identity(IdentityNumber.parse(given.number(0), today=given.NOW.date()))
    (account,) = get_user_model().objects.all()
    assert (account.person_id, account.has_usable_password()) == (owner, False)
    assert [is_in(client) for client in (first, second)] == [True, True]
    (event,) = ledger.read_events(kind="admission.login.opened_by_provider")
    assert (event.body["level"], event.person_id) == ("loa3", owner)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"acr": "loa2"}, "ASSURANCE_TOO_LOW"),
        ({"acr": None}, "ASSURANCE_TOO_LOW"),
        ({"id_number": None}, "NUMBER_NOT_STATED"),
        ({"id_number": given.number(0)[:17]}, "NUMBER_NOT_WELL_FORMED"),
        ({"id_number": given.number(700)}, "PERSON_NOT_REGISTERED"),
        ({"name": given.name(1)}, "NAME_DIFFERS"),
        ({"name": None}, "NAME_NOT_STATED"),
    ],
)
def test_anything_less_is_refused_with_its_reason(provider: Path, changed: dict[str, Any], code: str) -> None:
    given.people(3)
    state(provider, **changed)
    client = Client()
    answer = come_in(client)
    assert (answer.status_code, code in answer.content.decode()) == (403, True)
    assert not is_in(client)
    assert not get_user_model().objects.exists()
    assert given.number(0) not in answer.content.decode()


def test_an_issuer_without_terms_and_a_broken_answer_are_refused(provider: Path, settings: Settings) -> None:
    given.people(3)
    state(provider)
    terms = settings.IDENTITY_PROVIDERS["province"]
    settings.IDENTITY_PROVIDERS = {"province": {**terms, "issuer": "https://other.invalid"}}
    client = Client()
    assert "ISSUER_NOT_KNOWN" in come_in(client).content.decode()
    settings.IDENTITY_PROVIDERS = {}
    assert "ISSUER_NOT_KNOWN" in come_in(client).content.decode()
    broken = client.get(reverse("openid_connect_callback", args=["province"]), {"code": "x", "state": "y"})
    assert (broken.status_code, "PROVIDER_FAILED" in broken.content.decode()) == (403, True)
    assert client.post("/account/oidc/unknown/login/").status_code == 404
    assert client.get("/account/3rdparty/").status_code == 404
    assert not is_in(client)
