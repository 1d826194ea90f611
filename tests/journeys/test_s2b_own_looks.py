"""S2b, the person's side: every query is there before its answer was, and one that nobody knows is examined and told."""

import re

import pytest
from django.urls import reverse

from chengxin.authority.decisions import Refusal
from factories import inquiries as asking
from factories import intake as given
from journeys.conftest import Journey, text_of


@pytest.fixture
def bank(province: list[int]) -> str:
    asking.organisation()
    return asking.BANK


@pytest.mark.usefixtures("bank")
def test_a_refused_query_is_seen_questioned_and_answered(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(0)])
    assert isinstance(asking.inquire(), Refusal)
    person = journey.citizen(province[0])
    page = person.get(reverse("citizen:looks"), {"which": "OTHERS"}).content.decode()
    assert "没有看到内容：没有您的授权" in text_of(page)
    look = re.search(r"/me/looks/(\d+)/", page)
    assert look is not None
    concern = reverse("citizen:concern", args=[look[1]])
    shown = person.post(concern, {"words": "我没有和这家银行打过交道。"}, follow=True).content.decode()
    assert "最晚 2026年12月2日 答复" in text_of(shown)
    reference = re.search(r"编号 ([A-Z2-7]{16})", text_of(shown))
    assert reference is not None
    reviewer = journey.sign_in("reviewer")
    worklist = text_of(reviewer.get(reverse("office:concerns")).content.decode())
    assert reference[1] in worklist
    assert given.name(0) not in worklist
    url = reverse("office:concern", args=[reference[1]])
    assert "我没有和这家银行打过交道。" in text_of(reviewer.get(url).content.decode())
    sent = {"move": "FIND_OUT_OF_ORDER", "answer": "对方没有授权，已经暂停它的查询。"}
    assert "提交前请核对" in text_of(reviewer.post(url, sent).content.decode())
    assert "已经答复" in text_of(reviewer.post(url, {**sent, "confirmed": "on"}).content.decode())
    told = text_of(person.get(reverse("citizen:concerns")).content.decode())
    assert "审核认为不合规" in told
    assert "对方没有授权，已经暂停它的查询。" in told


@pytest.mark.usefixtures("bank")
def test_every_query_is_numbered_and_none_is_missing(journey: Journey, province: list[int]) -> None:
    for _ in range(2):
        asking.inquire()
    person = journey.citizen(province[0])
    page = text_of(person.get(reverse("citizen:looks")).content.decode())
    assert [int(number) for number in re.findall(r"第 (\d+) 次", page)[::2]] == [3, 2, 1]
