"""P3d: past its last day an item is neither shown nor used, from midnight in Shanghai, whether or not a job has run."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from pytest_django import Settings

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.records import lookups as records
from factories import intake as given
from journeys.conftest import Journey


@pytest.mark.parametrize(
    ("severity", "last_day"),
    [("轻微", date(2026, 12, 10)), ("一般", date(2027, 9, 10)), ("严重", date(2029, 9, 10))],
)
def test_the_page_shows_an_item_through_its_last_day_and_not_after(
    journey: Journey, province: list[int], settings: Settings, severity: str, last_day: date
) -> None:
    journey.send([given.line(0, 失信程度=severity, 发生日期="2026-09-01", 文书日期="2026-09-10")])
    settings.CHENGXIN_TODAY = last_day
    assert "市场监管行政处罚" in journey.file_of(province[0])
    settings.CHENGXIN_TODAY = date.fromordinal(last_day.toordinal() + 1)
    assert "市场监管行政处罚" not in journey.file_of(province[0])


def test_midnight_is_that_of_shanghai(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(0, 发生日期="2026-09-01", 文书日期="2026-09-10")])
    actor = Actor(kind=ActorKind.PERSON, key="account:x", person_id=province[0], roles=frozenset({Role.CITIZEN}))

    def shown_at(moment: datetime) -> int:
        opened = records.access_file(person_id=province[0], actor=actor, purpose_code="SELF_READ", now=moment)
        assert isinstance(opened, records.PersonFile)
        return len(opened.items)

    assert shown_at(datetime(2027, 9, 10, 15, 59, 59, tzinfo=UTC)) == 1
    assert shown_at(datetime(2027, 9, 10, 16, 0, 0, tzinfo=UTC)) == 0


def test_an_expired_item_s_own_address_answers_as_if_it_had_never_been(
    journey: Journey, province: list[int], settings: Settings
) -> None:
    journey.send([given.line(0, 失信程度="轻微", 发生日期="2026-09-01", 文书日期="2026-09-10")])
    citizen = journey.citizen(province[0])
    page = citizen.get(reverse("citizen:file")).content.decode()
    reference = re.search(r"/me/file/([A-Z2-7]{26})/", page)
    assert reference is not None
    url = reverse("citizen:item", args=[reference[1]])
    assert citizen.get(url).status_code == 200
    settings.CHENGXIN_TODAY = date(2026, 12, 11)
    assert citizen.get(url).status_code == citizen.get(reverse("citizen:item", args=["A" * 26])).status_code == 404
