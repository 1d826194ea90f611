"""On the way of a redirect the person sees all of what is asked, answers, and goes back to the registered address alone."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django import Settings

from browsing import violations
from chengxin.accounts import lookups as clients
from chengxin.accounts import operations as accounts
from chengxin.authorisations import lookups, rules
from chengxin.authorisations import operations as authorisations
from chengxin.authority.actors import Actor, Role
from chengxin.register import lookups as register
from factories import inquiries as asking
from factories import intake as given
from factories.portals import citizen, signed_in

BACK = "https://bank.example/back?from=chengxin"


def furnish(now: datetime = given.NOW) -> tuple[int, int, Actor, dict[str, str]]:
    """Give two persons, a bank's client, and the address of a request that it pushed."""
    given.edition()
    given.supplier()
    first, second = given.people(2)
    asking.organisation()
    asking.items_about(2)
    opened = accounts.open_api_client(
        organisation_code=asking.BANK, name="x", roles=frozenset({Role.REQUESTER}), actor=given.SYSTEM, now=now
    )
    accounts.register_redirects(client_id=opened.client_id, redirect_uris=(BACK,), actor=given.SYSTEM, now=now)
    client = clients.find_client(client_id=opened.client_id)
    assert client is not None
    return first, second, client.actor, push(client.actor, opened.client_id, now)


def push(actor: Actor, client_id: str, now: datetime, state: str = "s & t") -> dict[str, str]:
    reference = authorisations.ask_authorisation(
        purpose_code="LENDING",
        scope=asking.scope(),
        case_number=asking.CASE,
        redirect=authorisations.RedirectTarget(redirect_uri=BACK, state=state, code_challenge="c" * 43),
        actor=actor,
        now=now,
    )
    return {"client_id": client_id, "request_uri": rules.request_uri_of(reference)}


@pytest.fixture
def _day(settings: Settings) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()


@pytest.fixture
def asked(db: None, _day: None) -> tuple[int, int, Actor, dict[str, str]]:
    return furnish()


Asked = tuple[int, int, Actor, dict[str, str]]
CHOICE = {"items": given.ITEM, "data_from": "", "data_last": "", "looks": "1", "days": "7"}


def page_of(client: Client, sent: dict[str, str]) -> Any:  # noqa: ANN401 -- the test client adds to its type
    return client.get(reverse("citizen:authorise"), sent)


def brought_back(answer: Any) -> dict[str, str]:  # noqa: ANN401
    assert answer.status_code == 302
    target = urlsplit(answer["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == "https://bank.example/back"
    return {name: values[0] for name, values in parse_qs(target.query).items()}


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_page_says_who_for_what_on_which_basis_and_what_exactly(asked: Asked, language: str) -> None:
    person, _, _, sent = asked
    client = citizen(person)
    client.cookies["chengxin_language"] = language
    answer = page_of(client, sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    for said in (asking.CASE, "bank.example", "Made-up Bank" if language == "en" else "福州分行"):
        assert said in page
    assert "&quot;items&quot;" in page
    assert given.number(0) not in page
    (look,) = register.list_looks(person_id=person)
    assert (look.purpose_code, look.shown["what"]) == ("SELF_READ", "PREVIEW")


def test_somebody_who_is_not_signed_in_comes_back_to_the_very_request(asked: Asked) -> None:
    answer = page_of(Client(), asked[3])
    assert answer.status_code == 302
    assert urlencode({"next": f"{reverse('citizen:authorise')}?{urlencode(asked[3])}"}) in answer["Location"]


def test_less_is_reviewed_then_granted_and_the_code_goes_back(asked: Asked) -> None:
    person, _, actor, sent = asked
    client = citizen(person)
    review = page_of(client, sent | CHOICE)
    assert review.status_code == 200
    assert "form-action 'self' https://bank.example;" in review["Content-Security-Policy"]
    told = brought_back(client.post(reverse("citizen:authorise_answer"), sent | CHOICE | {"answer": "grant"}))
    assert told["from"] == "chengxin"
    assert (told["state"], told["iss"]) == ("s & t", "http://testserver")
    line = lookups.list_authorisations_to(organisation_code=asking.BANK)[0]
    assert (line.looks, line.item_codes) == (1, (given.ITEM,))
    with pytest.raises(authorisations.RequestUnknown):
        authorisations.redeem_code(
            code=told["code"], code_verifier="v" * 43, redirect_uri=BACK, actor=actor, now=given.NOW
        )
    again = brought_back(client.post(reverse("citizen:authorise_answer"), sent | CHOICE | {"answer": "grant"}))
    assert again["code"] != told["code"]
    assert len(lookups.list_authorisations_to(organisation_code=asking.BANK)) == 1


def test_a_refusal_goes_back_without_a_code(asked: Asked) -> None:
    person, _, _, sent = asked
    client = citizen(person)
    assert page_of(client, sent | {"refuse": "1"}).status_code == 200
    told = brought_back(client.post(reverse("citizen:authorise_answer"), sent | {"answer": "refuse"}))
    assert (told["error"], told["state"]) == ("access_denied", "s & t")
    assert "code" not in told
    assert lookups.list_authorisations_to(organisation_code=asking.BANK) == ()


@pytest.mark.parametrize(
    "wrong", [{"looks": "4"}, {"days": "31"}, {"items": "TRAFFIC.PENALTY"}, {"items": ""}, {"looks": "0"}], ids=str
)
def test_nothing_beyond_what_was_asked_can_be_granted(asked: Asked, wrong: dict[str, str]) -> None:
    person, _, _, sent = asked
    client = citizen(person)
    page = page_of(client, sent | CHOICE | wrong)
    assert "govuk-error-summary" in page.content.decode()
    answer = client.post(reverse("citizen:authorise_answer"), sent | CHOICE | wrong | {"answer": "grant"})
    assert answer["Location"].startswith(reverse("citizen:authorise"))
    assert lookups.list_authorisations_to(organisation_code=asking.BANK) == ()


def test_what_one_person_answered_another_cannot_see(asked: Asked) -> None:
    person, other, _, sent = asked
    citizen(person).post(reverse("citizen:authorise_answer"), sent | CHOICE | {"answer": "grant"})
    stranger = citizen(other)
    assert page_of(stranger, sent).status_code == 404
    assert stranger.post(reverse("citizen:authorise_answer"), sent | {"answer": "refuse"}).status_code == 404
    login = Client()
    login.force_login(get_user_model().objects.get(person_id=person))
    assert page_of(login, sent).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "another"},
        {"client_id": "\x00"},
        {"client_id": ""},
        {"request_uri": ""},
        {"request_uri": "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAA"},
        {"request_uri": "https://elsewhere.example/"},
    ],
    ids=str,
)
def test_an_address_that_names_no_request_shows_nothing_and_leads_nowhere(
    asked: Asked, changed: dict[str, str]
) -> None:
    person, _, _, sent = asked
    client = citizen(person)
    assert page_of(client, sent | changed).status_code == 404
    answer = client.post(reverse("citizen:authorise_answer"), sent | changed | CHOICE | {"answer": "grant"})
    assert answer.status_code == 404
    assert register.count_looks(person_id=person) == 0


def test_a_request_of_another_client_is_not_found_under_ones_own_name(asked: Asked) -> None:
    person, _, _, sent = asked
    opened = accounts.open_api_client(
        organisation_code=asking.BANK, name="y", roles=frozenset({Role.REQUESTER}), actor=given.SYSTEM, now=given.NOW
    )
    assert page_of(citizen(person), sent | {"client_id": opened.client_id}).status_code == 404


def test_the_address_holds_ten_minutes_and_whoever_came_in_time_may_read_on(asked: Asked, settings: Settings) -> None:
    person, other, _, sent = asked
    in_time, late = citizen(person), citizen(other)
    assert page_of(in_time, sent).status_code == 200
    settings.CHENGXIN_TODAY = (given.NOW + timedelta(days=1)).date()
    assert page_of(late, sent).status_code == 404
    assert page_of(in_time, sent | CHOICE).status_code == 200


def test_no_officer_answers_for_a_person(asked: Asked) -> None:
    assert page_of(signed_in(Role.OFFICE_CLERK), asked[3]).status_code == 403


@pytest.mark.browser
def test_the_pages_are_accessible_and_fit_a_phone(
    browser: Browser, site_address: str, axe: str, settings: Settings
) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()
    person, _, _, sent = furnish()
    session = citizen(person).cookies["sessionid"].value
    wrong: list[str] = []
    for language, width in (("zh-hans", 390), ("zh-hant", 390), ("en", 390), ("en", 1280)):
        context = browser.new_context(viewport={"width": width, "height": 844}, bypass_csp=True)
        for name, value in (("chengxin_language", language), ("sessionid", session)):
            context.add_cookies([{"name": name, "value": value, "url": site_address}])
        pages = {"start": sent, "review": sent | CHOICE, "refuse": sent | {"refuse": "1"}, "unknown": {}}
        for name, query in pages.items():
            page = context.new_page()
            page.goto(f"{site_address}{reverse('citizen:authorise')}?{urlencode(query)}")
            page.evaluate(axe)
            wrong.extend(f"{name} {language} {width}: {found}" for found in violations(page))
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wrong.append(f"{name} {language} {width}: wider than the screen")
            page.close()
        context.close()
    assert wrong == []
