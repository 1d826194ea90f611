"""R1a: one code per person: checked, unique, and a merge that loses nothing and can be undone."""

import pytest
from django.db import IntegrityError, connection, transaction

from chengxin.persons import lookups as persons
from factories import intake as given
from journeys.conftest import Journey


def test_a_wrong_check_character_or_date_is_refused_with_the_rule(journey: Journey) -> None:
    good = given.number(0)
    wrong_check = good[:-1] + ("0" if good[-1] != "0" else "1")
    sent = journey.send(
        [given.line(0, 证件号码=wrong_check), given.line(1, 证件号码="359900199902300015"), given.line(2)]
    )
    assert wrong_check[6:17] in sent.result  # the sender's own cells come back as they were sent
    lines = sent.result.splitlines()
    assert "校验" in lines[1]
    assert "日期" in lines[2]


def test_the_database_holds_each_number_once(journey: Journey, province: list[int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_identifier (person_id, kind, blind, sealed, since_on, until_on, is_current)"
            " SELECT %s, kind, blind, sealed, since_on, current_date, false FROM persons_identifier"
            " WHERE person_id = %s",
            [province[1], province[0]],
        )


def test_two_officers_merge_and_both_files_read_as_one(journey: Journey, province: list[int]) -> None:
    from chengxin.persons import operations
    from chengxin.persons.states import Decision
    from factories.persons import clerk, reviewer

    journey.send([given.line(0), given.line(1)])
    proposal = operations.propose_merge(
        merged_person_id=province[1], into_person_id=province[0], reasons="同一人", actor=clerk(), now=given.NOW
    )
    operations.decide_merge(
        proposal_id=proposal, decision=Decision.APPROVED, reasons="核实", actor=reviewer(), now=given.NOW
    )
    read = journey.file_of(province[0])
    assert "闽市监罚〔2026〕0号" in read
    assert "闽市监罚〔2026〕1号" in read
    assert set(persons.cluster_of(province[0])) == {province[0], province[1]}
