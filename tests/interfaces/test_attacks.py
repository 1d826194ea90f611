"""What an attacker tries first: other people's objects, forged forms, fixed sessions, missing headers, many guesses.

Whoever tries is a near miss: signed in, with the same roles, of another person or another organisation.
"""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from chengxin.accounts import operations as accounts
from chengxin.accounts.models import ApiClient, ClientSecret
from chengxin.authority.actors import Role
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.inquiries import operations as inquiries
from chengxin.organisations import lookups as organisations
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.records import lookups as records
from chengxin.register import lookups as register
from chengxin.reports import operations as reports
from chengxin.reports.states import Extent, Language
from factories import inquiries as gate
from factories import intake as given
from factories.portals import PASSWORD, citizen, signed_in

pytestmark = pytest.mark.django_db

OTHER = "XM_MARKET"
# A proposed change of roles has two officers of its own; tests/interfaces/organisation/test_administration.py tries it.
NO_OBJECT_HERE = {"organisation/officers/changes/<int:change_id>/"}
POLICY = "default-src 'none'"


@pytest.fixture(autouse=True)
def _day(settings: Settings) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()
    cache.clear()


Objects = dict[str, tuple[Client, Client, dict[str, object]]]
"""By the beginning of an address: the owner, the near miss, and what names the owner's object."""


def addresses() -> list[tuple[str, str, frozenset[str]]]:
    """Return route, name and methods of every address of a person's or an organisation's own object."""

    def walk(
        patterns: list[URLPattern | URLResolver], before: str, space: str
    ) -> Iterator[tuple[str, str, frozenset[str]]]:
        for pattern in patterns:
            route = f"{before}{pattern.pattern}"
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route, pattern.namespace or space)
            elif "<" in route and route.startswith(("me/", "organisation/")):
                declared = pattern.callback.declared  # type: ignore[attr-defined]
                yield route, f"{space}:{pattern.name}", frozenset(declared.methods)

    # What may be supplied is the catalogue's, and nobody's own.
    found = walk(get_resolver().url_patterns, "", "")
    return [one for one in found if not one[0].startswith("organisation/catalogue/")]


@pytest.fixture
def objects() -> Objects:
    """Give objects of every kind, each with its owner and somebody like the owner."""
    given.edition()
    given.supplier()
    given.supplier(code=OTHER)
    gate.organisation()
    gate.organisation(gate.NEIGHBOUR)
    person, other = given.people(2)
    gate.items_about(2)
    batch = given.receive(given.csv_bytes([given.line(1)]))
    bank = gate.CLIENT
    allowed = gate.allow(person)
    answer = gate.inquire(authorisation=allowed)
    assert isinstance(answer, inquiries.Answer)
    waiting = gate.ask()
    headers = "证件号码,姓名,授权编号,事项编号"
    asked_in_batch, _is_new = inquiries.receive_inquiry_batch(
        contents=f"{headers}\n{given.number(0)},{given.name(0)},{allowed},{gate.CASE}\n".encode(),
        declared_name="asked.csv",
        purpose_code="LENDING",
        item_codes=gate.ITEMS,
        form=AnswerForm.LIST,
        token="t" * 24,
        actor=bank,
        now=given.NOW,
    )
    shown = records.access_file(
        person_id=person, actor=gate.the_person(person), purpose_code="SELF_READ", now=given.NOW
    )
    assert isinstance(shown, records.PersonFile)
    look = next(look for look in register.list_looks(person_id=person) if look.organisation_code == gate.BANK)
    report = reports.issue_report(
        person_id=person,
        language=Language.ZH_HANS,
        extent=Extent.WHOLE,
        wording=wording_in(Language.ZH_HANS),
        actor=gate.the_person(person),
        now=given.NOW,
    )
    assert isinstance(report, reports.IssuedReport)
    persons = (citizen(person), citizen(other))
    roles = (Role.SUPPLIER, Role.SUPPLIER_SECOND)
    suppliers = tuple(signed_in(*roles, organisation_code=code) for code in (given.SUPPLIER, OTHER))
    banks = tuple(signed_in(Role.REQUESTER, organisation_code=code) for code in (gate.BANK, gate.NEIGHBOUR))
    chiefs = tuple(
        signed_in(Role.ORGANISATION_ADMINISTRATOR, organisation_code=code) for code in (given.SUPPLIER, OTHER)
    )
    users = get_user_model().objects
    officer = users.get(organisation_code=given.SUPPLIER, roles__contains=[Role.SUPPLIER.value])
    chief = users.get(organisation_code=given.SUPPLIER, roles=[Role.ORGANISATION_ADMINISTRATOR.value])
    accounts.open_own_client(
        organisation_code=given.SUPPLIER,
        name="machine",
        roles=frozenset({Role.SUPPLIER}),
        appointments=organisations.appointments_of(given.SUPPLIER),
        actor=chief.actor,
        now=given.NOW,
    )
    secret = ClientSecret.objects.get()
    machine = {"client_pk": ApiClient.objects.get().pk, "secret_id": secret.pk}
    return {
        "me/file/": (*persons, {"reference": shown.items[0].reference}),
        "me/looks/": (*persons, {"look_id": look.look_id}),
        "me/requests/": (*persons, {"reference": waiting}),
        "me/authorisations/": (*persons, {"reference": allowed}),
        "me/reports/": (*persons, {"reference": report.number}),
        "organisation/batches/": (*suppliers, {"reference": batch}),
        "organisation/officers/": (*chiefs, {"account_id": officer.pk}),
        "organisation/clients/": (*chiefs, machine),
        "organisation/asking/inquiries/": (*banks, {"reference": answer.reference}),
        "organisation/asking/requests/": (*banks, {"reference": waiting}),
        "organisation/asking/batches/": (*banks, {"reference": asked_in_batch}),
    }  # type: ignore[dict-item]


def found_at(objects: Objects, route: str, name: str) -> tuple[Client, Client, str]:
    """Return the owner, the near miss, and the address of the owner's object; an address that nobody tries fails."""
    owner, near_miss, naming = next(found for begin, found in objects.items() if route.startswith(begin))
    wanted = set(re.findall(r"<(?:\w+:)?(\w+)>", route))
    return owner, near_miss, reverse(name, kwargs={key: value for key, value in naming.items() if key in wanted})


def test_a_near_miss_finds_nobodys_object(objects: Objects) -> None:
    tried = 0
    for route, name, methods in addresses():
        if route in NO_OBJECT_HERE:
            continue
        owner, near_miss, url = found_at(objects, route, name)
        if "GET" in methods:
            # The address does find the object, for whom it is: else the rest would prove nothing.
            assert owner.get(url).status_code in {200, 302, 409}, (name, owner.get(url).status_code)
        for method in methods & {"GET", "POST"}:
            answer = near_miss.generic(method, url)
            assert answer.status_code == 404, (method, name, answer.status_code)
            assert given.name(0) not in answer.content.decode(), (method, name)
            tried += 1
    assert tried > len(objects)


def test_no_form_is_taken_without_its_token(objects: Objects) -> None:
    """Every address that takes a form: of a signed-in owner, from a page of somebody else's site."""
    for route, name, methods in addresses():
        if "POST" not in methods or route in NO_OBJECT_HERE:
            continue
        owner, _near_miss, url = found_at(objects, route, name)
        forged = Client(enforce_csrf_checks=True)
        forged.cookies = owner.cookies
        assert forged.post(url, headers={"Origin": "https://elsewhere.example"}).status_code == 403, name


def test_a_session_fixed_before_signing_in_is_worth_nothing(plain_static_files: None) -> None:
    signed_in(Role.SUPPLIER, organisation_code=given.SUPPLIER, name="victim")
    victim = Client()
    victim.get(reverse("account_login"))
    session = victim.session
    session["planted"] = "by an attacker"
    session.save()
    fixed = session.session_key
    victim.cookies["sessionid"] = fixed
    victim.post(reverse("account_login"), {"login": "victim", "password": PASSWORD})
    assert victim.cookies["sessionid"].value != fixed
    attacker = Client()
    attacker.cookies["sessionid"] = fixed
    assert attacker.get(reverse("organisation:home")).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("path", ["/", "/account/login/", "/me/", "/no/such/page/", "/api/v1/heartbeat", "/api/v1/no"])
def test_every_answer_bears_the_headers(path: str, plain_static_files: None) -> None:
    headers = Client().get(path).headers
    assert POLICY in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Server" not in headers


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(plain_static_files: None) -> None:
    signed_in(Role.SUPPLIER, organisation_code=given.SUPPLIER, name="somebody")
    client = Client()
    client.post(reverse("account_login"), {"login": "somebody", "password": PASSWORD})
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_guessing_a_password_ends_before_it_gets_anywhere(plain_static_files: None) -> None:
    signed_in(Role.SUPPLIER, organisation_code=given.SUPPLIER, name="victim")
    guesser = Client()
    for guess in range(5):
        guesser.post(reverse("account_login"), {"login": "victim", "password": f"guess {guess}"})
    guesser.post(reverse("account_login"), {"login": "victim", "password": PASSWORD})
    assert "_auth_user_id" not in guesser.session
