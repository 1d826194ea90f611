"""Guarantee 3: the person can read all of what is held: every line, every detail; no hidden item, no hidden field."""

import random

import pytest

from chengxin.records import lookups as records
from factories import intake as given
from guarantees.conftest import FileOf


def sent_lines() -> list[dict[str, str]]:
    chance = random.Random(3)
    return [
        given.line(
            index % 10,
            信息编号=f"S-{index}",
            失信程度=chance.choice(["一般", "严重"]),
            违法事实=f"事实之{index}：“引号”、\\反斜杠\\和{'甲乙丙丁'[index % 4]}。",
        )
        for index in range(40)
    ]


def unseen(people: list[int], file_of: FileOf) -> list[str]:
    """Return the record numbers of accepted lines of which some detail cannot be read by their person."""
    lines = sent_lines()
    assert given.settle(given.csv_bytes(lines)).accepted == len(lines)
    read = {
        (people.index(person), detail["record_number"]): detail
        for person in people[:10]
        for detail in ({shown.code: shown.value for shown in item.details} for item in file_of(person).items)
    }
    missing = []
    for index, line in enumerate(lines):
        found = read.get((index % 10, line["信息编号"]), {})
        if found.get("facts") != line["违法事实"] or found.get("document_number") != line["文书号"]:
            missing.append(line["信息编号"])
    return missing


def test_every_accepted_line_is_read_whole_by_its_person(people: list[int], file_of: FileOf) -> None:
    assert unseen(people, file_of) == []


def test_an_item_kept_from_the_file_would_be_noticed(
    people: list[int], file_of: FileOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiding = records.READABLE_SQL.replace("WHERE records_standing", "WHERE severity <> 'SERIOUS' AND records_standing")
    monkeypatch.setattr(records, "READABLE_SQL", hiding)
    assert unseen(people, file_of) != []


def test_the_person_sees_the_looks_at_the_file_this_one_included(people: list[int], file_of: FileOf) -> None:
    from chengxin.register import lookups as register

    for _ in range(3):
        file_of(people[0])
    assert [look.sequence for look in register.list_looks(person_id=people[0])] == [3, 2, 1]
