"""A look that the person does not know: its worklist with the clock, one of them, and the answer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.authority.actors import Role
from chengxin.inquiries import lookups, operations
from chengxin.inquiries.states import ConcernState
from chengxin.organisations import operations as organisations
from chengxin.register import lookups as register
from factories import inquiries as gate
from factories import intake as given
from factories.portals import signed_in

pytestmark = pytest.mark.django_db

WORDS = "我没有去过这家银行。\n请查一下。"
ANSWER = {"move": "FIND_OUT_OF_ORDER", "answer": "对方没有授权。\n已经暂停它的查询。"}


@pytest.fixture(autouse=True)
def _day(settings: Settings) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()


@pytest.fixture
def person() -> int:
    given.edition()
    given.supplier()
    gate.organisation()
    return given.people(1)[0]


@pytest.fixture
def concern(person: int) -> str:
    """Return the reference of a concern about a refused inquiry of the bank."""
    gate.inquire()
    look = register.list_looks(person_id=person)[0]
    return operations.raise_concern(look_id=look.look_id, words=WORDS, actor=gate.the_person(person), now=given.NOW)


@pytest.fixture
def reviewer() -> Client:
    return signed_in(Role.OFFICE_REVIEWER)


def page_of(client: Client, reference: str) -> str:
    return client.get(reverse("office:concern", args=[reference])).content.decode()


def test_the_worklist_marks_what_is_overdue_and_says_nothing_of_anybody(
    concern: str, reviewer: Client, settings: Settings
) -> None:
    (line,) = lookups.list_concerns()
    assert line.due_on is not None
    for day, mark in (
        (given.NOW.date(), "cx-status--waiting"),
        (line.due_on, 'cx-status--due"'),
        (line.due_on + timedelta(days=1), "cx-status--overdue"),
    ):
        settings.CHENGXIN_TODAY = day
        page = reviewer.get(reverse("office:concerns")).content.decode()
        assert (concern in page, mark in page) == (True, True), mark
    assert "我没有去过" not in page
    assert given.name(0) not in page
    assert "没有符合这些条件的结果" in reviewer.get(reverse("office:concerns"), {"state": "ANSWERED"}).content.decode()


def test_reading_one_is_a_look_that_the_person_sees(concern: str, reviewer: Client, person: int) -> None:
    page = page_of(reviewer, concern)
    assert "我没有去过这家银行。<br>请查一下。" in page
    assert "虚构银行福州分行" in page
    assert given.name(0) not in page
    look = register.list_looks(person_id=person)[0]
    assert (look.purpose_code, look.case_number, look.shown) == ("OFFICE_REVIEW", concern, {"what": "CONCERN"})


def test_an_answer_is_reviewed_then_sent_and_the_person_reads_it(concern: str, reviewer: Client, person: int) -> None:
    url = reverse("office:concern", args=[concern])
    review = reviewer.post(url, ANSWER).content.decode()
    assert ('name="confirmed"' in review, "提交前请核对" in review) == (True, True)
    looks = register.count_looks(person_id=person)
    done = reviewer.post(url, {**ANSWER, "confirmed": "on"})
    assert (done.status_code, "已经答复" in done.content.decode()) == (200, True)
    assert register.count_looks(person_id=person) == looks
    (read,) = lookups.access_own_concerns(actor=gate.the_person(person), now=given.NOW)
    assert (read.line.state, read.answer.splitlines()[0]) == (ConcernState.FOUND_OUT_OF_ORDER, "对方没有授权。")
    after = page_of(reviewer, concern)
    assert ("暂停查看的账号" in after, 'name="answer"' in after) == (True, False)
    again = reviewer.post(url, {**ANSWER, "confirmed": "on"})
    assert (again.status_code, "别人已经答复了" in again.content.decode()) == (409, True)


def test_an_answer_without_words_or_finding_is_asked_for_again(concern: str, reviewer: Client) -> None:
    url = reverse("office:concern", args=[concern])
    for sent in ({"move": "FIND_IN_ORDER", "answer": " "}, {"answer": "合规"}, {**ANSWER, "answer": "x" * 2001}):
        assert reviewer.post(url, {**sent, "confirmed": "on"}).status_code == 422
    assert len(lookups.list_concerns(is_open=True)) == 1


def test_whoever_took_the_look_or_is_suspended_reads_nothing_and_the_attempt_is_on_record(
    person: int, reviewer: Client
) -> None:
    reviewer.post(reverse("office:persons"), {"number": given.number(0), "reference": "", "case_number": "x"})
    own_look = register.list_looks(person_id=person)[0]
    reference = operations.raise_concern(
        look_id=own_look.look_id, words=WORDS, actor=gate.the_person(person), now=given.NOW
    )
    refused = reviewer.get(reverse("office:concern", args=[reference]))
    assert (refused.status_code, "要由别人复核" in refused.content.decode()) == (403, True)
    assert "我没有去过" not in refused.content.decode()
    assert register.list_looks(person_id=person)[0].refusal_code == "LOOKER_CANNOT_REVIEW"
    other = signed_in(Role.OFFICE_REVIEWER, name="another-reviewer")
    assert "我没有去过" in page_of(other, reference)
    key = register.list_looks(person_id=person)[0].actor_key
    organisations.suspend(subject=key, reasons="核查", actor=gate.REVIEWER, now=given.NOW)
    assert "我没有去过" not in page_of(other, reference)
    assert register.list_looks(person_id=person)[0].refusal_code == "LOOKER_SUSPENDED"


def test_only_reviewers_open_it_and_an_unknown_one_is_said_to_be_unknown(concern: str, reviewer: Client) -> None:
    clerk = signed_in(Role.OFFICE_CLERK)
    assert clerk.get(reverse("office:concerns")).status_code == 403
    assert clerk.get(reverse("office:concern", args=[concern])).status_code == 403
    assert reviewer.get(reverse("office:concern", args=["A" * 16])).status_code == 403


def test_the_pages_speak_three_languages(concern: str, reviewer: Client) -> None:
    for language, word in (("zh-hans", "本人写的话"), ("zh-hant", "本人寫的話"), ("en", "What the person wrote")):
        reviewer.cookies["chengxin_language"] = language
        assert reviewer.get(reverse("office:concerns")).status_code == 200
        assert word in page_of(reviewer, concern)
