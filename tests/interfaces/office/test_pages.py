"""The office sees counts and masked lists, decides by named officers, and leaves a line for every person it sees."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.authority.actors import Role
from chengxin.intake import lookups as intake
from chengxin.intake.states import HeldState
from chengxin.ledger import operations as ledger
from chengxin.persons import lookups as persons
from chengxin.register import lookups as register
from factories import intake as given
from factories.portals import citizen, signed_in

pytestmark = pytest.mark.django_db

OFFICE = [Role.OFFICE_CLERK, Role.OFFICE_REVIEWER, Role.OFFICE_CATALOGUE, Role.OFFICE_POPULATION]
CLERK, REVIEWER, CATALOGUE, POPULATION = OFFICE
OPEN_TO = {
    "home": set(OFFICE),
    "held": {CLERK, REVIEWER},
    "batches": {CLERK, REVIEWER},
    "batches_export": {CLERK, REVIEWER},
    "quality": {CLERK, REVIEWER, CATALOGUE},
    "quality_export": {CLERK, REVIEWER, CATALOGUE},
    "persons": {CLERK, REVIEWER, POPULATION},
    "merges": {CLERK, REVIEWER, POPULATION},
    "merge_propose": {CLERK, REVIEWER, POPULATION},
    "feeds": {REVIEWER, POPULATION},
    "editions": {CLERK, REVIEWER, CATALOGUE},
    "differences": {CLERK, REVIEWER, CATALOGUE},
    "ledger": {REVIEWER, CATALOGUE},
    "keys": {REVIEWER, CATALOGUE},
}


@pytest.fixture(autouse=True)
def _day(settings: Settings) -> None:
    settings.CHENGXIN_TODAY = date(2026, 11, 23)


@pytest.fixture
def ids() -> list[int]:
    given.edition()
    given.supplier()
    found = given.people(6)
    lines = [
        given.line(0),
        given.line(1, 姓名="别人"),
        given.line(2, 证件号码=given.number(700)),
        given.line(3, 失信程度="坏"),
    ]
    given.settle(given.csv_bytes(lines))
    return found


def held_id() -> int:
    return intake.list_held_lines()[0].id


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("name", OPEN_TO)
def test_each_page_opens_to_its_roles_alone(ids: list[int], name: str, language: str) -> None:
    for role in OFFICE:
        client = signed_in(role, name=f"{role}-{name}")
        client.cookies["chengxin_language"] = language
        response = client.get(reverse(f"office:{name}"))
        assert response.status_code == (200 if role in OPEN_TO[name] else 403), role
        if response.status_code == 403:
            assert "NOT_YOUR_ROLE" in response.content.decode()


def test_a_suppliers_officer_and_a_person_are_refused_everywhere(ids: list[int]) -> None:
    for client in (
        signed_in(Role.SUPPLIER, Role.SUPPLIER_SECOND, organisation_code=given.SUPPLIER),
        citizen(ids[0]),
    ):
        for name in OPEN_TO:
            assert client.get(reverse(f"office:{name}")).status_code == 403
        assert client.get(reverse("office:held_line", args=[held_id()])).status_code == 403
        settle = client.post(reverse("office:held_settle", args=[held_id()]), {"choice": "DISMISS", "reasons": "x"})
        assert settle.status_code == 403
    assert intake.count_held_lines() == 2


def test_without_a_second_factor_an_officer_is_led_to_set_it_up(settings: Settings) -> None:
    client = signed_in(CLERK)
    assert "按已经通过两步验证对待" in client.get(reverse("office:home")).content.decode()
    settings.DEMONSTRATION = False
    response = client.get(reverse("office:home"))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("mfa_index"))


def test_a_held_line_stands_beside_its_leads_and_they_are_told(ids: list[int]) -> None:
    client = signed_in(CLERK)
    page = client.get(reverse("office:held_line", args=[held_id()])).content.decode()
    assert "号码相同，姓名不同" in page
    assert given.number(1) not in page
    assert given.name(1) not in page
    (look,) = register.list_looks(person_id=ids[1])
    assert (look.purpose_code, look.shown) == ("CLERICAL_MATCH", {"what": "MASKED_IDENTITY"})
    assert look.case_number == f"{intake.list_held_lines()[0].batch}/2"


def test_a_held_line_about_nobody_known_opens_too(ids: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(4, 证件号码=given.number(701), 姓名="欧阳无人识")]))
    newest = max(intake.list_held_lines(), key=lambda held: held.id)
    page = signed_in(CLERK).get(reverse("office:held_line", args=[newest.id]))
    assert (page.status_code, newest.line) == (200, 1)
    assert not any(register.count_looks(person_id=person) for person in ids)


def test_a_line_is_attached_after_review_and_the_person_reads_it(ids: list[int]) -> None:
    client, line = signed_in(CLERK), held_id()
    choice = persons.reference_of(ids[1])
    sent = {"choice": choice, "reasons": "看过决定书原件，是曾用名。"}
    review = client.post(reverse("office:held_review", args=[line]), sent).content.decode()
    assert "本人马上能看到" in review
    assert intake.count_held_lines() == 2
    done = client.post(reverse("office:held_settle", args=[line]), sent, follow=True)
    assert done.status_code == 200
    assert "核对下一行" in done.content.decode()
    assert intake.list_held_lines(state=HeldState.ATTACHED)[0].id == line
    assert "闽市监罚〔2026〕1号" in citizen(ids[1]).get(reverse("citizen:file")).content.decode()
    assert client.post(reverse("office:held_settle", args=[line]), sent).status_code == 404


def test_a_line_is_dismissed_with_reasons_and_not_without(ids: list[int]) -> None:
    client, line = signed_in(CLERK), held_id()
    wrong = client.post(reverse("office:held_review", args=[line]), {"choice": "DISMISS", "reasons": " "})
    assert "govuk-error-summary" in wrong.content.decode()
    client.post(reverse("office:held_settle", args=[line]), {"choice": "DISMISS", "reasons": "不能确定"})
    (dismissed,) = intake.list_held_lines(state=HeldState.DISMISSED)
    assert (dismissed.id, dismissed.reasons) == (line, "不能确定")


def test_somebody_who_is_no_lead_cannot_be_chosen(ids: list[int]) -> None:
    client, line = signed_in(CLERK), held_id()
    sent = {"choice": persons.reference_of(ids[5]), "reasons": "x"}
    assert client.post(reverse("office:held_settle", args=[line]), sent).status_code == 200
    assert intake.count_held_lines() == 2


def test_a_reviewer_sees_the_queue_but_settles_nothing(ids: list[int]) -> None:
    client = signed_in(REVIEWER)
    assert reverse("office:held_line", args=[held_id()]) not in client.get(reverse("office:held")).content.decode()
    assert client.get(reverse("office:held_line", args=[held_id()])).status_code == 403


def test_batches_are_filtered_and_exported_without_any_person(ids: list[int]) -> None:
    client = signed_in(CLERK)
    reference = intake.list_batches()[0].reference
    assert reference in client.get(reverse("office:batches"), {"q": reference, "state": "POSTED"}).content.decode()
    assert "没有符合这些条件的结果" in client.get(reverse("office:batches"), {"state": "REVERSED"}).content.decode()
    exported = client.get(reverse("office:batches_export")).content.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(exported))
    assert (row[0], row[5:], len(header)) == (reference, ["4", "1", "0", "1", "2"], 10)
    page = client.get(reverse("office:batch", args=[reference])).content.decode()
    assert "代码不在目录中" in page
    assert given.number(1) not in page
    assert client.get(reverse("office:batch", args=["NEVER"])).status_code == 404


def test_a_person_is_found_by_exact_number_in_the_body_masked_and_told(ids: list[int]) -> None:
    client, url = signed_in(POPULATION), reverse("office:persons")
    page = client.post(url, {"number": given.number(0), "case_number": "窗口-7"}).content.decode()
    assert persons.reference_of(ids[0]) in page
    assert given.number(0) not in page
    assert given.name(0) not in page
    (look,) = register.list_looks(person_id=ids[0])
    assert (look.purpose_code, look.case_number) == ("POPULATION_UPKEEP", "窗口-7")


@pytest.mark.parametrize(
    "sent",
    [
        {"case_number": "1"},
        {"number": given.number(0), "reference": "A", "case_number": "1"},
        {"number": given.number(0)},
        {"number": "359900198003010011"[:17] + "Z", "case_number": "1"},
    ],
)
def test_a_wrong_search_finds_nobody_and_says_why(ids: list[int], sent: dict[str, str]) -> None:
    page = signed_in(CLERK).post(reverse("office:persons"), sent).content.decode()
    assert "govuk-error-summary" in page
    assert register.count_looks(person_id=ids[0]) == 0


def test_a_merge_needs_two_officers_and_can_be_split(ids: list[int]) -> None:
    clerk, first, second = signed_in(CLERK), signed_in(REVIEWER, name="first"), signed_in(REVIEWER, name="second")
    sent = {"merged": persons.reference_of(ids[1]), "into": persons.reference_of(ids[0]), "reasons": "同一人"}
    assert "提交前请核对" in first.post(reverse("office:merge_propose"), sent).content.decode()
    assert persons.list_merges() == ()
    first.post(reverse("office:merge_propose"), sent | {"confirmed": "on"})
    (line,) = persons.list_merges()
    decision = {"decision": "APPROVED", "reasons": "已核实"}
    url = reverse("office:merge_decide", args=[line.proposal_id])
    assert clerk.post(url, decision).status_code == 403
    same = first.post(url, decision)
    assert same.status_code == 409
    assert "提出的人不能自己决定" in same.content.decode()
    assert second.post(url, decision).status_code == 302
    assert persons.cluster_of(ids[0]) == (ids[0], ids[1])
    clerk.post(reverse("office:split_propose", args=[line.proposal_id]), {"reasons": "并非同一人"})
    second.post(reverse("office:split_decide", args=[line.proposal_id]), decision)
    assert persons.cluster_of(ids[0]) == (ids[0],)
    assert "已拆分" in clerk.get(reverse("office:merge", args=[line.proposal_id])).content.decode()


def test_an_unknown_reference_is_said_beside_its_field(ids: list[int]) -> None:
    sent = {"merged": "NOBODY", "into": persons.reference_of(ids[0]), "reasons": "同一人"}
    assert "没有这个编号" in signed_in(CLERK).post(reverse("office:merge_propose"), sent).content.decode()


@pytest.mark.usefixtures("ids")
def test_the_ledger_is_verified_on_demand_by_reviewers() -> None:
    ledger.integrate(now=given.NOW)
    reviewer, catalogue = signed_in(REVIEWER), signed_in(CATALOGUE)
    assert catalogue.post(reverse("office:ledger_verify")).status_code == 403
    assert reviewer.get(reverse("office:ledger_verify")).status_code == 405
    assert "核验通过" in reviewer.post(reverse("office:ledger_verify")).content.decode()


def test_nobody_reads_the_office_without_signing_in() -> None:
    for name in OPEN_TO:
        response = Client().get(reverse(f"office:{name}"))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/?next=")
