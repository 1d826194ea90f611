"""What the person is asked, what it would show, what is allowed, and taking it back; each page leaves its line first."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations.states import RequestState
from chengxin.authority.decisions import Refusal
from chengxin.inquiries.operations import Answer
from chengxin.keys.current import keyring
from chengxin.register import lookups as register
from chengxin.sealing import receipts
from factories import inquiries as asking
from factories import intake as given
from factories.portals import citizen

pytestmark = pytest.mark.django_db
NOW = given.NOW
CHOICE = {"items": [given.ITEM], "data_from": "", "data_last": "", "looks": "1", "days": "7"}


@pytest.fixture(autouse=True)
def _day(settings: Settings) -> None:
    settings.CHENGXIN_TODAY = NOW.date()


@pytest.fixture
def ids() -> list[int]:
    given.edition()
    given.supplier()
    found = given.people(2)
    asking.organisation()
    asking.items_about(2)
    return found


def shown(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"citizen:{name}", args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def line_of(reference: str, person_id: int) -> authorisations.RequestLine:
    return authorisations.request_of_person(reference=reference, person_id=person_id, now=NOW)


def granted(person_id: int) -> str:
    return asking.allow(person_id)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_page_is_there_in_every_language_and_leaves_one_line(ids: list[int], language: str) -> None:
    waiting, allowed = asking.ask(), granted(ids[0])
    client = citizen(ids[0])
    client.cookies["chengxin_language"] = language
    pages = [
        ("authorisations", ()),
        ("requests", ()),
        ("asked", (waiting,)),
        ("grant", (waiting,)),
        ("refuse", (waiting,)),
        ("authorisation", (allowed,)),
        ("withdraw", (allowed,)),
        ("receipt", (allowed,)),
        ("looks", ()),
        ("concerns", ()),
    ]
    for name, args in pages:
        before = register.count_looks(person_id=ids[0])
        page = shown(client, name, *args)
        assert page.count("<h1") == 1, name
        assert given.number(0) not in page
        assert register.count_looks(person_id=ids[0]) == before + 1, name


def test_home_shows_what_waits(ids: list[int]) -> None:
    client = citizen(ids[0])
    assert "等您答复的请求" not in shown(client, "home")
    reference = asking.ask()
    page = shown(client, "home")
    assert reverse("citizen:asked", args=[reference]) in page
    assert "最晚 2026年11月30日 答复" in page


def test_the_request_says_who_what_for_what_and_what_would_be_shown_today(ids: list[int]) -> None:
    page = shown(citizen(ids[0]), "asked", asking.ask())
    for said in (
        "虚构银行福州分行", "审批信贷申请", "征信业管理条例", "第十八条", "市场监管行政处罚", "不限日期", "最多 3 次",
        "如果同意，对方今天会看到什么", asking.CASE,
    ):  # fmt: skip
        assert said in page, said
    assert page.count("&quot;item&quot;: &quot;MARKET.PENALTY&quot;") == 2
    assert "闽市监罚" not in page  # a list gives no details


def test_less_than_asked_is_allowed_after_a_review_and_nothing_is_sent_before(ids: list[int]) -> None:
    reference = asking.ask()
    client = citizen(ids[0])
    review = shown(client, "grant", reference, **CHOICE)
    assert "再看一遍，对了再同意" in review
    assert line_of(reference, ids[0]).state is RequestState.WAITING
    kept = shown(client, "grant", reference, **CHOICE, change="1")
    assert 'name="looks" value="1"' in kept
    response = client.post(reverse("citizen:grant_now", args=[reference]), CHOICE)
    assert response.status_code == 302
    done = client.get(response["Location"]).content.decode()
    line = line_of(reference, ids[0])
    assert line.authorisation_reference is not None
    assert line.authorisation_reference in done
    (allowed,) = authorisations.list_authorisations_of(person_id=ids[0])
    assert (allowed.looks, allowed.last_on, allowed.item_codes) == (1, date(2026, 11, 29), (given.ITEM,))
    assert isinstance(asking.inquire(authorisation=allowed.reference), Answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"items": []}, "至少留一项"),
        ({"items": ["MARKET.ADVERTISING"]}, "MARKET.ADVERTISING"),
        ({"looks": "4"}, "最多 3"),
        ({"days": "31"}, "最多 30"),
        ({"looks": "0"}, "looks-error"),
        ({"data_from": "2026-02-30"}, "data_from-error"),
        ({"data_from": "2026-02-03", "data_last": "2026-02-02"}, "结束的日期早于开始的日期"),
    ],
)
def test_more_than_asked_or_nothing_is_told_beside_its_field(
    ids: list[int], change: dict[str, object], said: str
) -> None:
    reference = asking.ask()
    client = citizen(ids[0])
    for response in (
        client.get(reverse("citizen:grant", args=[reference]), CHOICE | change),
        client.post(reverse("citizen:grant_now", args=[reference]), CHOICE | change),
    ):
        page = response.content.decode()
        assert said in page
        assert "有几处需要修改" in page
    assert line_of(reference, ids[0]).state is RequestState.WAITING


def test_the_asked_period_cannot_be_widened(ids: list[int]) -> None:
    bounded = asking.scope(data_from=date(2026, 1, 1), data_to=date(2026, 7, 1))
    reference = asking.ask(asked=bounded)
    client = citizen(ids[0])
    page = shown(client, "grant", reference)
    assert 'value="2026-06-30"' in page
    wide = client.get(reverse("citizen:grant", args=[reference]), CHOICE).content.decode()
    assert "最早 2026-01-01" in wide
    assert "最晚 2026-06-30" in wide


def test_refusing_takes_two_presses_and_tells_the_requester_nothing_more(ids: list[int]) -> None:
    reference = asking.ask()
    client = citizen(ids[0])
    url = reverse("citizen:refuse", args=[reference])
    assert "30 天内" in client.get(url).content.decode()
    assert line_of(reference, ids[0]).state is RequestState.WAITING
    done = client.post(url, follow=True).content.decode()
    assert "您没有同意" in done
    assert line_of(reference, ids[0]).state is RequestState.REFUSED
    assert client.get(url).status_code == 302


def test_withdrawing_takes_two_presses_and_holds_at_once(ids: list[int]) -> None:
    reference = granted(ids[0])
    assert isinstance(asking.inquire(authorisation=reference), Answer)
    client = citizen(ids[0])
    page = shown(client, "authorisation", reference)
    assert "还能看 2 次" in page
    assert reverse("citizen:withdraw", args=[reference]) in page
    client.get(reverse("citizen:withdraw", args=[reference]))
    done = client.post(reverse("citizen:withdraw", args=[reference]), follow=True).content.decode()
    assert "您在 2026年11月23日 12:00 撤回了。" in done
    refused = asking.inquire(authorisation=reference)
    assert isinstance(refused, Refusal)
    assert refused.code == "AUTHORISATION_WITHDRAWN"
    assert "您已经撤回授权" in shown(client, "looks", outcome="REFUSED")


def test_the_receipt_is_readable_and_the_file_is_signed(ids: list[int]) -> None:
    reference = granted(ids[0])
    client = citizen(ids[0])
    page = shown(client, "receipt", reference)
    for field in ("TS27560-2023", reference, "虚构银行福州分行", "审批信贷申请", "市场监管行政处罚", "明示同意"):
        assert field in page, field
    assert given.name(0) not in page[page.index("<main") :]
    response = client.get(reverse("citizen:receipt_file", args=[reference]))
    assert response["Content-Type"] == "application/jose"
    opened = receipts.open_receipt(
        response.content.decode(),
        kind=receipts.AUTHORISATION_TYPE,
        public_key=keyring().receipt_signer().public_key(),
    )
    assert opened["record_id"] == reference


def test_another_person_s_request_and_authorisation_are_as_if_they_never_were(ids: list[int]) -> None:
    waiting, allowed = asking.ask(), granted(ids[0])
    stranger = citizen(ids[1])
    for reference, names in (
        (waiting, ("asked", "grant", "refuse", "answered")),
        (allowed, ("authorisation", "withdraw", "receipt", "receipt_file")),
    ):
        for name in names:
            theirs = stranger.get(reverse(f"citizen:{name}", args=[reference]))
            never = stranger.get(reverse(f"citizen:{name}", args=["A" * 16]))
            assert (theirs.status_code, never.status_code) == (404, 404), name
            assert "虚构银行" not in theirs.content.decode()
    assert stranger.post(reverse("citizen:withdraw", args=[allowed])).status_code == 404
    assert stranger.post(reverse("citizen:grant_now", args=[waiting]), CHOICE).status_code == 404
    assert isinstance(asking.inquire(authorisation=allowed), Answer)


def test_lists_are_filtered_paged_and_teach_when_empty(ids: list[int], settings: Settings) -> None:
    client = citizen(ids[0])
    assert "您还没有同意过谁" in shown(client, "authorisations")
    assert "还没有单位问过您" in shown(client, "requests")
    assert "没有符合这些条件的结果" in shown(client, "authorisations", which="PAST")
    asking.ask(now=NOW - timedelta(days=8))
    for _ in range(21):
        granted(ids[0])
    asking.ask()
    page = shown(client, "requests")
    assert "本页 20 条" in page
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following is not None
    assert "到期没有答复，已失效" in client.get(following[1].replace("&amp;", "&")).content.decode()
    assert shown(client, "requests", which="LAPSED").count("到期没有答复，已失效") == 1
    assert "到期没有答复" not in shown(client, "requests", which="ANSWERED")
    assert shown(client, "requests", which="WAITING").count("等您答复</strong>") == 1
    assert 'rel="next"' in shown(client, "authorisations", which="STANDING")
    assert "没有符合这些条件的结果" in shown(client, "authorisations", which="PAST")
    settings.CHENGXIN_TODAY = NOW.date() + timedelta(days=30)
    assert "没有符合这些条件的结果" in shown(client, "authorisations", which="STANDING")
    assert "是最后一天，已经过了" in shown(client, "authorisations", which="PAST")
    assert shown(client, "requests", which="NONSENSE", before="x")
