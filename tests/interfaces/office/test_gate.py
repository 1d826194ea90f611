"""The office admits requesters, suspends, sets quotas, settles gaps, records paper, and reviews looks, its own too."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.authorisations import lookups as authorisations
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import QuotaKind
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries import operations as inquiry_acts
from chengxin.inquiries.states import ReviewState
from chengxin.organisations import lookups as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.register import lookups as register
from factories import inquiries as gate
from factories import intake as given
from factories.portals import signed_in

pytestmark = pytest.mark.django_db

CLERK, REVIEWER, CATALOGUE, POPULATION = (
    Role.OFFICE_CLERK,
    Role.OFFICE_REVIEWER,
    Role.OFFICE_CATALOGUE,
    Role.OFFICE_POPULATION,
)
OPEN_TO = {
    "requesters": {CATALOGUE, REVIEWER},
    "requester_new": {CATALOGUE},
    "suspensions": {CATALOGUE, REVIEWER},
    "suspension_new": {REVIEWER},
    "quotas": {CATALOGUE, REVIEWER},
    "quota_new": {CATALOGUE, REVIEWER},
    "gate_rules": {CATALOGUE, REVIEWER},
    "tasks": {CATALOGUE, REVIEWER},
    "reviews": {REVIEWER},
    "review_counts": {REVIEWER},
    "concerns": {REVIEWER},
    "paper": {CLERK},
}
SAMPLER = Actor(kind=ActorKind.SYSTEM, key="system:sampling")
NIGHT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
BUREAU = "FZ_BUREAU"


@pytest.fixture(autouse=True)
def _day(settings: Settings) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()


@pytest.fixture
def ids() -> list[int]:
    given.edition()
    given.supplier()
    gate.organisation()
    return given.people(4)


def test_pages_open_to_their_roles_in_three_languages(ids: list[int]) -> None:
    clients = {role: signed_in(role) for role in (CLERK, REVIEWER, CATALOGUE, POPULATION)}
    for name, roles in OPEN_TO.items():
        for role, client in clients.items():
            for language in ("zh-hans", "zh-hant", "en") if role in roles else ("zh-hans",):
                client.cookies["chengxin_language"] = language
                assert client.get(reverse(f"office:{name}")).status_code == (200 if role in roles else 403), (
                    name,
                    role,
                )


def step(client: Client, url: str, sent: dict[str, object]) -> str:
    """Send a form, see its review, confirm it, and return the page behind."""
    review = client.post(url, sent)
    assert 'name="confirmed"' in review.content.decode(), review.content.decode()
    done = client.post(url, {**sent, "confirmed": "on"}, follow=True)
    return done.content.decode()


def test_a_bureau_is_admitted_licensed_inspected_and_ended(ids: list[int]) -> None:
    keeper, reviewer = signed_in(CATALOGUE), signed_in(REVIEWER)
    step(
        keeper,
        reverse("office:requester_new"),
        {
            "code": BUREAU,
            "kind": "BUREAU",
            "name_zh": "虚构征信公司",
            "name_en": "Made-up Bureau",
            "body": "FJ.MARKET",
            "division": "359900",
        },
    )
    mandate = {
        "purpose": "BUREAU_SERVICE",
        "basis": "CREDIT-REPORTING-18",
        "items": given.ITEM,
        "from_on": "2026-11-01",
    }
    page = step(keeper, reverse("office:mandate_new", args=[BUREAU]), mandate)
    assert "征信机构为本人办理的事项" in page
    licence = {
        "number": "ZX-001",
        "issuer": "人民银行",
        "purposes": ["BUREAU_SERVICE"],
        "from_on": "2026-11-01",
        "last_on": "2026-12-31",
    }
    assert "ZX-001" in step(keeper, reverse("office:licence_new", args=[BUREAU]), licence)
    inspection = {"inspected_on": "2026-11-20", "findings": "查询留痕完整。", "mend_by_on": ""}
    assert "查询留痕完整" in step(reviewer, reverse("office:inspection_new", args=[BUREAU]), inspection)
    assert keeper.get(reverse("office:inspection_new", args=[BUREAU])).status_code == 403
    (line,) = organisations.list_inquiry_mandates(organisation_code=BUREAU)
    assert (line.item_codes, organisations.list_licences(organisation_code=BUREAU)[0].number) == (
        (given.ITEM,),
        "ZX-001",
    )
    step(keeper, reverse("office:mandate_end", args=[BUREAU, "BUREAU_SERVICE"]), {"last_on": "2026-11-22"})
    assert organisations.list_inquiry_mandates(organisation_code=BUREAU, on=given.NOW.date()) == ()
    assert "虚构征信公司" in keeper.get(reverse("office:requesters"), {"kind": "BUREAU"}).content.decode()
    assert "没有符合这些条件的结果" in keeper.get(reverse("office:requesters"), {"q": "不存在"}).content.decode()


def test_items_beyond_the_purpose_and_an_inspection_of_a_bank_are_refused(ids: list[int]) -> None:
    keeper, reviewer = signed_in(CATALOGUE), signed_in(REVIEWER)
    wrong = {"purpose": "LENDING", "basis": "CREDIT-REPORTING-18", "items": "NO.SUCH", "from_on": "2026-11-01"}
    assert keeper.post(reverse("office:mandate_new", args=[gate.BANK]), wrong).status_code == 422
    sent = {"inspected_on": "2026-11-20", "findings": "x", "mend_by_on": "", "confirmed": "on"}
    response = reviewer.post(reverse("office:inspection_new", args=[gate.BANK]), sent)
    assert (response.status_code, "只有征信机构" in response.content.decode()) == (409, True)
    assert organisations.list_inspections(organisation_code=gate.BANK) == ()


def test_a_suspension_holds_on_the_next_request_and_is_lifted(ids: list[int]) -> None:
    reviewer = signed_in(REVIEWER)
    reference = gate.allow(ids[0])
    step(reviewer, reverse("office:suspension_new"), {"organisation": gate.BANK, "key": "", "reasons": "核查异常查询"})
    refused = gate.inquire(authorisation=reference)
    assert isinstance(refused, Refusal)
    assert refused.code == "REQUESTER_SUSPENDED"
    (line,) = organisations.list_suspensions(is_open=True)
    lifted = reviewer.post(reverse("office:suspension", args=[line.suspension_id]), follow=True)
    assert "已解除" in lifted.content.decode()
    assert not isinstance(gate.inquire(authorisation=reference), Refusal)
    both = {"organisation": gate.BANK, "key": "account:1", "reasons": "x"}
    assert reviewer.post(reverse("office:suspension_new"), both).status_code == 422


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("一名经办人", "夜间查看", "22 时到 6 时", "尚未核对原文", "7 天里的第 3 次")),
        ("zh-hant", ("一名經辦人", "夜間查看", "22 時到 6 時", "尚未核對原文", "7 天裡的第 3 次")),
        ("en", ("One officer", "At night", "From 22:00 to 6:00", "own decision", "Look number 3 within 7 days")),
    ],
)
def test_the_rules_of_the_edition_are_there_to_be_read(
    ids: list[int], language: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    keeper = signed_in(CATALOGUE)
    keeper.cookies["chengxin_language"] = language
    page = keeper.get(reverse("office:gate_rules")).content.decode()
    assert [word for word in (*words, "20,000", "5%") if word not in page] == []
    given.changed_edition(tmp_path, ("quotas.toml", "per_day = 200\n", "per_day = 123\n"))
    assert ">123<" in keeper.get(reverse("office:gate_rules")).content.decode()


def test_a_quota_holds_on_the_next_request(ids: list[int]) -> None:
    keeper = signed_in(CATALOGUE)
    step(keeper, reverse("office:quota_new"), {"organisation": gate.BANK, "key": "", "per_day": 0})
    refused = gate.inquire()
    assert isinstance(refused, Refusal)
    assert refused.code == "ORGANISATION_QUOTA_USED_UP"
    assert gate.BANK in keeper.get(reverse("office:quotas"), {"q": gate.BANK}).content.decode()


def test_the_quota_of_batches_is_the_organisations_alone(ids: list[int]) -> None:
    keeper = signed_in(CATALOGUE)
    sent = {"organisation": gate.BANK, "key": "", "counted": "BATCHES", "per_day": 7}
    step(keeper, reverse("office:quota_new"), sent)
    edition = catalogue.edition_in_force(given.NOW.date())
    left = inquiries.quota_left([f"batches:{gate.BANK}"], edition=edition, on=given.NOW.date())
    assert (left.times, left.narrowest) == (7, QuotaKind.BATCHES)
    assert not isinstance(gate.inquire(authorisation=gate.allow(ids[0])), Refusal)
    page = keeper.get(reverse("office:quotas"), {"q": gate.BANK}).content.decode()
    assert "批量查询的行" in page
    of_a_login = {**sent, "organisation": "", "key": "client:3"}
    assert keeper.post(reverse("office:quota_new"), of_a_login).status_code == 422


def test_what_the_gate_could_not_decide_is_settled(ids: list[int]) -> None:
    gate.organisation("XM_SCHOOL", "ADMISSION", kind=OrganisationKind.SCHOOL, basis_code="NO-SUCH-BASIS")
    gate.inquire(asker=gate.requester("XM_SCHOOL"), purpose="ADMISSION")
    (task,) = inquiries.list_tasks(is_open=True)
    keeper = signed_in(CATALOGUE)
    assert "登记的法律依据不在目录里" in keeper.get(reverse("office:tasks")).content.decode()
    page = step(keeper, reverse("office:task", args=[task.task_id]), {"note": "已改用个人信息保护法第二十三条"})
    assert "已改用" in page
    assert inquiries.list_tasks(is_open=True) == ()


def entry_of(page: str) -> str:
    found = re.search(r'name="entry" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


@pytest.fixture
def at_counter(ids: list[int]) -> tuple[Client, str]:
    clerk = signed_in(CLERK)
    page = clerk.post(reverse("office:paper"), {"number": given.number(0), "case_number": "CK-1"}).content.decode()
    assert given.number(0) not in page
    return clerk, entry_of(page)


def record(clerk: Client, entry: str, scan: bytes = b"%PDF-1.7 signed", **changed: object) -> tuple[int, str]:
    page = clerk.post(reverse("office:paper_choose"), {"entry": entry, "target": f"{gate.BANK} LENDING"})
    sent = {"items": [given.ITEM], "looks": 1, "days": 10, "case_number": gate.CASE, "data_from": "", "data_to": ""}
    page = clerk.post(reverse("office:paper_scope"), {"entry": entry_of(page.content.decode())} | sent | changed)
    upload = SimpleUploadedFile("scan.pdf", scan)
    done = clerk.post(reverse("office:paper_record"), {"entry": entry_of(page.content.decode()), "scan": upload})
    return done.status_code, done.content.decode()


def test_a_clerk_records_paper_for_exactly_the_person_found(ids: list[int], at_counter: tuple[Client, str]) -> None:
    clerk, entry = at_counter
    look = register.list_looks(person_id=ids[0])[0]
    assert (look.purpose_code, look.case_number) == ("COUNTER_READ", "CK-1")
    status, page = record(clerk, entry)
    assert (status, "纸质授权已登记" in page) == (200, True)
    (line,) = authorisations.list_authorisations_of(person_id=ids[0])
    assert (line.organisation_code, line.channel.value, line.looks) == (gate.BANK, "COUNTER", 1)
    assert authorisations.open_scan(reference=line.reference) == ("application/pdf", b"%PDF-1.7 signed")
    other = signed_in(CLERK, name="another-clerk")
    assert other.post(reverse("office:paper_choose"), {"entry": entry}).status_code == 403


def test_more_than_the_purpose_or_no_scan_records_nothing(ids: list[int], at_counter: tuple[Client, str]) -> None:
    clerk, entry = at_counter
    assert "扫描件要是 PDF" in record(clerk, entry, b"not a scan")[1]
    assert "超出了这个目的" in record(clerk, entry, looks=99)[1]
    assert authorisations.list_authorisations_of(person_id=ids[0]) == ()


def test_a_clerk_withdraws_at_the_persons_wish_and_nobody_elses(ids: list[int], at_counter: tuple[Client, str]) -> None:
    clerk, entry = at_counter
    own, anothers = gate.allow(ids[0]), gate.allow(ids[1], 1)
    page = clerk.post(reverse("office:paper_withdraw"), {"entry": entry}).content.decode()
    assert own in page
    assert anothers not in page
    assert register.list_looks(person_id=ids[0])[0].shown == {"what": "AUTHORISATIONS"}
    url = reverse("office:paper_withdraw")
    assert clerk.post(url, {"entry": entry, "authorisation": anothers, "confirmed": "on"}).status_code == 403
    done = clerk.post(url, {"entry": entry, "authorisation": own, "confirmed": "on"})
    assert "授权已撤回" in done.content.decode()
    refused = gate.inquire(authorisation=own)
    assert isinstance(refused, Refusal)
    assert refused.code == "AUTHORISATION_WITHDRAWN"
    assert not isinstance(gate.inquire(1, authorisation=anothers), Refusal)


def test_a_reviewer_of_another_office_decides_and_misuse_suspends(ids: list[int]) -> None:
    officer = gate.requester(key="account:501", kind=ActorKind.OFFICER)
    gate.inquire(asker=officer, now=NIGHT)
    inquiry_acts.sample_looks(actor=SAMPLER, now=given.NOW)
    (review,) = inquiries.list_reviews()
    reviewer = signed_in(REVIEWER)
    worklist = reviewer.get(reverse("office:reviews")).content.decode()
    assert "夜间查看" in worklist
    assert given.number(0) not in worklist
    url = reverse("office:review", args=[review.review_id])
    page = step(reviewer, url, {"decision": "LOOKER", "reasons": "没有案件，夜里查看"})
    assert "滥用，已暂停" in page
    assert organisations.is_suspended([officer.key])
    counts = reviewer.get(reverse("office:review_counts")).content.decode()
    assert "虚构银行福州分行" in counts
    assert inquiries.count_reviews() == {gate.BANK: {ReviewState.MISUSE: 1}}


def test_the_offices_own_look_is_in_the_worklist_and_decided_elsewhere(
    ids: list[int], at_counter: tuple[Client, str]
) -> None:
    looker = Actor(kind=ActorKind.OFFICER, key="account:9", organisation_code="OFFICE", roles=frozenset({CLERK}))
    from chengxin.portals.office import gate as office_gate

    office_gate.register_looks(
        [ids[1]], actor=looker, purpose_code="COUNTER_READ", case_number="x", edition=None, now=NIGHT
    )
    inquiry_acts.sample_looks(actor=SAMPLER, now=given.NOW + timedelta(hours=1))
    review = next(line for line in inquiries.list_reviews() if line.actor_key == looker.key)
    own = signed_in(REVIEWER)
    assert "要由别的单位复核" in own.get(reverse("office:review", args=[review.review_id])).content.decode()
    above = signed_in(REVIEWER, organisation_code="PROVINCE_OFFICE")
    url = reverse("office:review", args=[review.review_id])
    assert "正当" in step(above, url, {"decision": "PROPER", "reasons": "窗口有本人在场"})


def test_a_suspended_officer_of_the_office_sees_nobody_and_the_attempt_is_on_record(
    ids: list[int], at_counter: tuple[Client, str]
) -> None:
    clerk, _entry = at_counter
    key = register.list_looks(person_id=ids[0])[0].actor_key
    step(signed_in(REVIEWER), reverse("office:suspension_new"), {"organisation": "", "key": key, "reasons": "滥用"})
    page = clerk.post(reverse("office:persons"), {"number": given.number(1), "reference": "", "case_number": "x"})
    assert (page.status_code, "LOOKER_SUSPENDED" in page.content.decode()) == (403, True)
    assert register.list_looks(person_id=ids[1])[0].refusal_code == "LOOKER_SUSPENDED"
