"""Guarantee 7: identity numbers are never shown whole except to the person: a canary through findings and held lines."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from chengxin.checking import rules as checks
from chengxin.intake import lookups as intake
from chengxin.intake.models import Batch, Finding
from chengxin.ledger.models import Event
from chengxin.persons import lookups as persons
from factories import intake as given


def leaked(people: list[int]) -> list[str]:
    """Send lines of every outcome, gather all that others than the person can read, and return the numbers in it."""
    numbers = [given.number(index) for index in range(6)]
    wrong = numbers[5][:-1] + ("0" if numbers[5][-1] != "0" else "1")
    lines = [
        given.line(0),
        given.line(1, 姓名="别人"),
        given.line(2, 失信程度="坏"),
        given.line(3, 违法事实=f"其证件号码为{numbers[3]}"),
        given.line(4, 信息编号=numbers[4]),
        given.line(5, 证件号码=wrong),
    ]
    settled = given.settle(given.csv_bytes(lines))
    rows = [
        list(Finding.objects.values()),
        list(Batch.objects.filter(reference=settled.reference).values("refusal_details", "declared_name", "reasons")),
        list(Event.objects.values("kind", "body", "actor_key")),
        [repr(held) for held in intake.list_held_lines()],
        [repr(persons.identity_of(person)) for person in people[:6]],
    ]
    text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False)
    return [number for number in [*numbers, wrong] if number in text]


def test_no_number_stands_whole_in_what_others_can_read(people: list[int]) -> None:
    assert leaked(people) == []


def test_without_the_mask_it_would(people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "masked_value", lambda _column, value: value[:64])
    assert leaked(people) != []
