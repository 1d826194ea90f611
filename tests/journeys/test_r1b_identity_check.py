"""R1B: a department checks whether a name and a number belong together: three answers, and nothing more."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.register import lookups as register
from factories import asking
from factories import inquiries as gate
from factories import intake as given

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(province: list[int]) -> Client:
    asking.department()
    gate.items_about(1)
    return asking.officer(gate.DEPARTMENT)


@pytest.mark.parametrize(
    ("index", "name", "words"),
    [
        (0, None, "号码和姓名相符"),
        (0, "别人", "号码和姓名不相符"),
        (700, None, "无法核对"),
    ],
)
def test_there_are_three_answers_and_nothing_more(
    province: list[int], officer: Client, index: int, name: str | None, words: str
) -> None:
    form = officer.get(reverse("organisation:identity"), follow=True).content.decode()
    assert 'name="form"' not in form
    assert 'name="items"' not in form
    sent = {
        "purpose": "IDENTITY_CHECK",
        "number": given.number(index),
        "name": name or given.name(index),
        "case_number": "SL-2026-1",
    }
    _review, page, status = asking.confirm(officer, "organisation:ask", sent)
    assert status == 200
    assert words in page
    for word in ("处罚", "失信信息", "守信信息", given.number(index)):
        assert word not in page
    looks = register.list_looks(person_id=province[0])
    assert [look.shown["what"] for look in looks] == (["IDENTITY_CHECK"] if index == 0 else [])


def test_whoever_may_not_check_identities_is_told_so(province: list[int]) -> None:
    gate.organisation()
    page = asking.officer().get(reverse("organisation:identity")).content.decode()
    assert "本单位今天不能核验身份" in page
