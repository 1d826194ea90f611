"""R2: real-name sectors with their operators; a check of names for them; coverage and failures shown per sector."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.authorisations import operations as authorisations
from chengxin.authorisations.rules import Scope
from chengxin.authority.actors import Actor, Role
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.inquiries.operations import Answer
from chengxin.organisations import lookups as organisations
from chengxin.organisations import operations as organisation_acts
from chengxin.organisations.states import OrganisationKind
from chengxin.register import lookups as register
from factories import inquiries as gate
from factories import intake as given
from factories.portals import signed_in

pytestmark = pytest.mark.django_db

TELECOM, IDLE = "FZ_TELECOM", "FZ_PARCELS"
NOTHING = Scope(item_codes=frozenset(), data_from=None, data_to=None, looks=5, days=30)
PLAN = ("交通运输", "互联网", "邮寄递送", "教育考试", "危险物品流通", "电信", "金融", "就业和社会保障", "特种行业")
CLIENT: Actor = gate.requester(TELECOM, "client:77")


@pytest.fixture
def operators(province: list[int]) -> list[int]:
    for code in (TELECOM, IDLE):
        gate.organisation(code, "REAL_NAME_CHECK", kind=OrganisationKind.REAL_NAME_OPERATOR, basis_code="PIPL-23")
    return province


def check(index: int, allowed: str, name: str | None = None) -> Answer | Refusal:
    return gate.inquire(
        index,
        authorisation=allowed,
        asker=CLIENT,
        purpose="REAL_NAME_CHECK",
        form=AnswerForm.YES_NO,
        items=frozenset(),
        name=name,
    )


def answered(outcome: Answer | Refusal) -> object:
    assert isinstance(outcome, Answer), outcome
    return outcome.body


def enter(client: Client, organisation_code: str, sector: str) -> str:
    """Enter an operator through the office's page, reviewed and confirmed."""
    url = reverse("office:sector_new", args=[organisation_code])
    sent = {"sector": sector, "from_on": "2026-11-01", "last_on": ""}
    assert 'name="confirmed"' in client.post(url, sent).content.decode()
    return client.post(url, sent | {"confirmed": "on"}, follow=True).content.decode()


def figures(sector: str) -> dict[str, str]:
    """Return what anyone can download about a sector."""
    answer = Client().get(reverse("public:sectors_export"))
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    (row,) = [row for row in rows if row["sector"] == sector]
    return row


def test_the_catalogue_names_the_nine_sectors_of_the_plan(province: list[int]) -> None:
    edition = catalogue.edition_in_force(given.NOW.date())
    assert tuple(sector.name_zh for sector in edition.sectors.values()) == PLAN
    page = Client().get(reverse("public:sectors")).content.decode()
    for name in PLAN:
        assert name in page


def test_operators_are_entered_check_names_and_the_figures_say_how_it_ended(operators: list[int]) -> None:
    keeper = signed_in(Role.OFFICE_CATALOGUE)
    assert "电信" in enter(keeper, TELECOM, "TELECOM")
    enter(keeper, IDLE, "TELECOM")
    assert figures("TELECOM")["coverage"] == "0.0"

    request = gate.ask(0, asker=CLIENT, purpose="REAL_NAME_CHECK", asked=NOTHING)
    allowed = authorisations.grant_authorisation(
        request_reference=request, scope=NOTHING, actor=gate.the_person(operators[0]), now=given.NOW
    )
    assert answered(check(0, allowed)) == {"match": "MATCH"}
    # Another name beside the number is what is asked about: answered, and no refusal. Another number was never allowed.
    assert answered(check(0, allowed, "别人")) == {"match": "NO_MATCH"}
    for index in (1, 700):
        refused = check(index, allowed)
        assert isinstance(refused, Refusal)
        assert refused.code == "AUTHORISATION_MISSING"

    row = figures("TELECOM")
    assert (row["operators"], row["checking"], row["coverage"]) == ("2", "1", "0.5")
    assert (row["checks"], row["matched"], row["failed"], row["refused"]) == ("4", "1", "1", "2")
    assert figures("FINANCE")["operators"] == "0"
    looks = register.list_looks(person_id=operators[0])
    assert [look.outcome for look in looks].count("SHOWN") == 2

    page = Client().get(reverse("public:sector", args=["TELECOM"])).content.decode()
    assert TELECOM in page
    assert "50%" in page
    for index in (0, 1):
        assert given.number(index) not in page
        assert given.name(index) not in page


def test_whoever_leaves_a_sector_is_listed_there_no_more(operators: list[int]) -> None:
    keeper = signed_in(Role.OFFICE_CATALOGUE)
    enter(keeper, TELECOM, "TELECOM")
    page = enter(keeper, TELECOM, "TELECOM")
    assert "这几天里已经登记在这个领域" in page
    url = reverse("office:sector_end", args=[TELECOM, "TELECOM"])
    keeper.post(url, {"last_on": str(given.NOW.date() - timedelta(days=1)), "confirmed": "on"})
    assert organisations.list_sector_entries(on=given.NOW.date()) == ()
    assert len(organisations.list_sector_entries(organisation_code=TELECOM)) == 1
    assert TELECOM not in Client().get(reverse("public:sector", args=["TELECOM"])).content.decode()
    assert signed_in(Role.OFFICE_CLERK).get(reverse("office:sector_new", args=[TELECOM])).status_code == 403


def test_only_an_operator_is_entered(province: list[int]) -> None:
    gate.organisation()
    with pytest.raises(organisation_acts.NotAnOperator):
        organisation_acts.enter_sector(
            organisation_code=gate.BANK,
            sector_code="FINANCE",
            from_on=given.NOW.date(),
            to_on=None,
            actor=given.SYSTEM,
            now=given.NOW,
        )


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "实名登记领域"), ("zh-hant", "實名登記領域"), ("en", "Real-name sectors")]
)
def test_anyone_reads_it_in_three_languages(province: list[int], language: str, words: str) -> None:
    client = Client()
    client.cookies["chengxin_language"] = language
    page = client.get(reverse("public:sectors")).content.decode()
    assert words in page
    assert len(re.findall(r"<tr", page)) == len(PLAN) + 1
    assert client.get(reverse("public:sector", args=["TELECOM"])).status_code == 200
    assert client.get(reverse("public:sector", args=["NO_SUCH"])).status_code == 404
