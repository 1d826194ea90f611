"""S2F, the interface's side: banks and bureaus read under authorisation by programs, and say where corrections go."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.accounts import operations as accounts
from chengxin.api.v1 import limits
from chengxin.authority.actors import ActorKind, Role
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from factories import inquiries as gate
from factories import intake as given
from factories.api import Caller, actor_of, fetch_token
from journeys.conftest import PASSWORD, Journey, text_of

pytestmark = pytest.mark.django_db
BUREAU = "FZ_BUREAU"
PLACE = "/corrections-subscription"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    for limiter in (limits.CLIENTS, limits.ADDRESSES, limits.TOKENS):
        limiter.forget()


def program_of(organisation_code: str) -> Caller:
    """Return an organisation's program with a token that it fetched."""
    opened = accounts.open_api_client(
        organisation_code=organisation_code,
        name="core",
        roles=frozenset({Role.REQUESTER}),
        actor=given.SYSTEM,
        now=given.NOW,
    )
    http = Client()
    return Caller(http, fetch_token(http, opened).json()["access_token"], opened)


def question(purpose: str, authorisation: str) -> dict[str, object]:
    return {
        "purpose": purpose,
        "identity_number": given.number(0),
        "name": given.name(0),
        "items": [given.ITEM],
        "form": "LIST",
        "case_number": gate.CASE,
        "authorisation": authorisation,
    }


@pytest.mark.parametrize(("code", "purpose"), [(gate.BANK, "LENDING"), (BUREAU, "BUREAU_SERVICE")])
def test_it_reads_what_the_person_allowed_and_is_known_by_its_address_for_corrections(
    province: list[int], journey: Journey, code: str, purpose: str
) -> None:
    kind = OrganisationKind.BANK if code == gate.BANK else OrganisationKind.BUREAU
    gate.organisation(code, purpose, kind=kind)
    if kind is OrganisationKind.BUREAU:
        organisations.record_licence(
            organisation_code=code,
            number="ZX-001",
            issuer="人民银行",
            purpose_codes=(purpose,),
            from_on=gate.SINCE,
            to_on=None,
            actor=given.SYSTEM,
            now=given.NOW,
        )
    journey.send([given.line(0)])
    program = program_of(code)
    refused = program.post("/inquiries", question(purpose, ""))
    assert (refused.status_code, refused.json()["code"]) == (403, "AUTHORISATION_MISSING")
    allowed = gate.allow(province[0], asker=actor_of(program), purpose=purpose)
    answered = program.post("/inquiries", question(purpose, allowed)).json()
    assert len(answered["answer"]["items"]) == 1
    assert answered["receipt"]
    assert program.get(PLACE).status_code == 404
    address = f"https://{code.lower().replace('_', '-')}.example/corrections"
    assert program.call("PUT", PLACE, {"address": address}).json()["address"] == address
    office = text_of(journey.sign_in("catalogue").get(reverse("office:requester", args=[code])).content.decode())
    assert address in office


def test_its_administrator_changes_the_address_by_page(province: list[int], journey: Journey) -> None:
    gate.organisation()
    accounts.open_account(
        username="chief",
        password=PASSWORD,
        kind=ActorKind.OFFICER,
        roles=frozenset({Role.ORGANISATION_ADMINISTRATOR}),
        organisation_code=gate.BANK,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    chief = journey.sign_in("chief")
    assert "还没有登记" in text_of(chief.get(reverse("organisation:corrections")).content.decode())
    new = reverse("organisation:corrections_new")
    wrong = chief.post(new, {"address": "http://bank.example/", "confirmed": "on"})
    assert (wrong.status_code, "https://" in text_of(wrong.content.decode())) == (409, True)
    sent = {"address": "https://bank.example/corrections"}
    assert "提交前请核对" in text_of(chief.post(new, sent).content.decode())
    page = text_of(chief.post(new, {**sent, "confirmed": "on"}, follow=True).content.decode())
    assert "https://bank.example/corrections" in page
    ended = chief.post(reverse("organisation:corrections_end"), {"confirmed": "on"}, follow=True)
    assert "还没有登记" in text_of(ended.content.decode())
    assert "登记过的地址" in text_of(ended.content.decode())
