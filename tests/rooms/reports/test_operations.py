"""Issuing and withdrawing, how a report stands after that, and what its file holds; against the real tables."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from chengxin.authority.actors import Actor, Role
from chengxin.authority.decisions import Refusal, Refused
from chengxin.intake import operations as intake
from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.ledger import lookups as ledger
from chengxin.persons.states import DocumentKind, VerificationMethod
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.register import lookups as register
from chengxin.reports import lookups, operations, rules
from chengxin.reports.events import ReportIssued
from chengxin.reports.models import ReportFile
from chengxin.reports.operations.issuing import IssuedReport, SeenDocument
from chengxin.reports.states import Extent, Language, ReportState
from chengxin.sealing.reports import ReportFacts, verify_report
from factories import inquiries as asking
from factories import intake as given

pytestmark = pytest.mark.django_db
NOW = given.NOW
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def people() -> list[int]:
    given.edition()
    given.supplier()
    return given.people(3)


def issue(person_id: int, *, actor: Actor | None = None, **changed: Any) -> IssuedReport:  # noqa: ANN401 - arguments
    language = changed.pop("language", Language.ZH_HANS)
    arguments: dict[str, Any] = {
        "extent": Extent.WHOLE, "now": NOW, "wording": wording_in(language)
    } | changed  # fmt: skip
    issued = operations.issue_report(
        person_id=person_id, language=language, actor=actor or asking.the_person(person_id), **arguments
    )
    assert isinstance(issued, IssuedReport), issued
    return issued


def proven(issued: IssuedReport) -> ReportFacts:
    return verify_report(issued.pdf, published.key_document())


def state(issued: IssuedReport, *, now: Any = LATER, sha256: bytes | None = None) -> ReportState:  # noqa: ANN401 - a moment
    return lookups.state_of(number=issued.number, now=now, sha256=sha256).state


def test_a_report_is_signed_says_what_may_be_shown_and_is_good(people: list[int]) -> None:
    asking.organisation()
    asking.allow(people[0])
    asking.inquire()
    asking.items_about(2)
    issued = issue(people[0])
    facts = proven(issued)
    assert (facts.number, facts.issued_at, facts.issuer) == (issued.number, NOW, published.key_document().issuer)
    assert facts.data["subject"] == {"name": given.name(0), "masked_number": "3***************", "birth_year": 1980}
    assert [item["item"] for item in facts.data["items"]] == [given.ITEM] * 2
    assert facts.data["items"][0]["document"]["zh"].startswith("行政处罚决定书 闽市监罚")
    assert (len(facts.data["authorisations"]), facts.data["looks"]["count"]) == (1, 1)
    assert len(facts.credential.items) == 2
    assert state(issued) is ReportState.GOOD
    assert state(issued, sha256=hashlib.sha256(issued.pdf).digest()) is ReportState.GOOD
    assert state(issued, sha256=hashlib.sha256(issued.pdf + b" ").digest()) is ReportState.UNKNOWN


def test_a_report_holds_no_whole_number(people: list[int]) -> None:
    asking.items_about(1)
    issued = issue(people[0])
    assert given.number(0).encode() not in issued.pdf
    assert given.number(0) not in str(proven(issued).data)


def test_a_report_for_others_leaves_out_what_was_allowed_and_who_looked(people: list[int]) -> None:
    data = proven(issue(people[0], extent=Extent.ITEMS)).data
    assert "authorisations" not in data
    assert "looks" not in data


@pytest.mark.parametrize("language", list(Language))
def test_a_report_is_written_in_each_language(people: list[int], language: Language) -> None:
    asking.items_about(1)
    issued = issue(people[0], language=language)
    assert proven(issued).data["extent"] == "WHOLE"


def test_it_is_a_look_and_an_event_with_the_digest_of_the_very_file(people: list[int]) -> None:
    asking.items_about(1)
    issued = issue(people[0])
    look = register.find_look(person_id=people[0], sequence=issued.look_sequence)
    assert look is not None
    assert (look.purpose_code, look.basis_code, look.case_number) == ("SELF_REPORT", "PIPL-45", None)
    assert look.shown == {"what": "REPORT", "extent": "WHOLE", "items": {given.ITEM: 1}}
    (event,) = ledger.read_events(kind=ReportIssued.kind)
    assert event.body == {"file_sha256": hashlib.sha256(issued.pdf).hexdigest(), "channel": "ONLINE", "items": 1}


def test_a_corrected_item_supersedes_and_only_the_person_is_told_which(people: list[int]) -> None:
    asking.items_about(2)
    issued = issue(people[0])
    neighbour = issue(people[1])
    given.settle(given.csv_bytes([given.line(0, 信息编号="MS-0-0001", 操作="更正", 违法事实="经复核，事实有变。")]))
    told = lookups.state_of(number=issued.number, now=LATER)
    assert told == lookups.CheckedReport(
        number=issued.number, state=ReportState.SUPERSEDED, issued_on=NOW.date(), last_on=issued.last_on
    )
    own = lookups.report_of_person(number=issued.number, person_id=people[0], now=LATER)
    assert len(own.changed) == 1
    assert not own.is_fetchable
    assert state(neighbour) is ReportState.GOOD
    assert state(issue(people[0], now=LATER)) is ReportState.GOOD


def test_a_reversed_batch_supersedes_and_a_new_item_does_not(people: list[int]) -> None:
    reference = given.receive(given.csv_bytes([given.line(0)]))
    intake.settle_batch(reference=reference, actor=given.SENDER, now=NOW)
    issued = issue(people[0])
    given.settle(given.csv_bytes([given.line(0, 信息编号="MS-NEW")]))
    assert state(issued) is ReportState.GOOD
    intake.reverse_batch(reference=reference, reasons="报错了", actor=given.SECOND, now=LATER)
    assert state(issued, now=LATER + timedelta(seconds=1)) is ReportState.SUPERSEDED


def test_an_item_past_its_last_day_supersedes_and_stands_in_no_new_report(people: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0)]))
    (item,) = proven(issue(people[0])).data["items"]
    last = NOW.replace(
        year=int(item["shown_until"][:4]), month=int(item["shown_until"][5:7]), day=int(item["shown_until"][8:])
    )
    issued = issue(people[0], now=last)
    assert issued.item_count == 1
    assert state(issued, now=last + timedelta(hours=11)) is ReportState.GOOD
    assert state(issued, now=last + timedelta(hours=12)) is ReportState.SUPERSEDED
    assert issue(people[0], now=last + timedelta(hours=12)).item_count == 0


def test_a_report_is_over_at_midnight_after_its_last_day(people: list[int]) -> None:
    issued = issue(people[0])
    until = rules.valid_until(NOW)
    assert state(issued, now=until - timedelta(microseconds=1)) is ReportState.GOOD
    assert state(issued, now=until) is ReportState.OVER


def test_the_person_withdraws_and_a_neighbour_does_not(people: list[int]) -> None:
    issued = issue(people[0])
    with pytest.raises(Refused) as refused:
        operations.withdraw_report(number=issued.number, actor=asking.the_person(people[1]), now=LATER)
    assert refused.value.code == "NOT_YOUR_REPORT"
    for _ in range(2):
        operations.withdraw_report(number=issued.number, actor=asking.the_person(people[0]), now=LATER)
    assert state(issued) is ReportState.WITHDRAWN
    assert state(issued, now=rules.valid_until(NOW)) is ReportState.WITHDRAWN
    assert not ReportFile.objects.exists()
    with pytest.raises(operations.ReportUnknown):
        operations.withdraw_report(number="1", actor=asking.the_person(people[0]), now=LATER)


def fetched(issued: IssuedReport, person_id: int, *, actor: Actor | None = None, now: Any = LATER) -> bytes | Refusal:  # noqa: ANN401
    return lookups.access_report_file(
        number=issued.number, person_id=person_id, actor=actor or asking.the_person(person_id), now=now
    )


def test_the_file_is_fetched_by_the_person_while_it_serves_and_each_time_is_a_look(people: list[int]) -> None:
    issued = issue(people[0])
    assert fetched(issued, people[0]) == issued.pdf
    assert register.count_looks(person_id=people[0]) == 2
    refused = fetched(issued, people[0], actor=asking.the_person(people[1]))
    assert isinstance(refused, Refusal)
    assert refused.code == "NOT_YOUR_REPORT"
    with pytest.raises(operations.ReportUnknown):
        fetched(issued, people[1])
    over = fetched(issued, people[0], now=rules.valid_until(NOW))
    assert isinstance(over, Refusal)
    assert over.code == "REPORT_NOT_GOOD"


def test_a_file_is_unreadable_when_the_key_of_its_month_is_gone(people: list[int]) -> None:
    last = NOW.replace(year=2033, month=8)
    issued = issue(people[0], now=last)
    (month,) = ReportFile.objects.values_list("month", flat=True)
    assert month == "2033-09"
    assert issued.pdf[:200] not in bytes(ReportFile.objects.values_list("sealed", flat=True)[0])
    keyring().destroy_month(month)
    gone = fetched(issued, people[0], now=last)
    assert isinstance(gone, Refusal)


def test_files_that_serve_no_more_go_when_another_report_is_issued(people: list[int]) -> None:
    issue(people[0])
    later = rules.valid_until(NOW)
    issue(people[1], now=later)
    assert ReportFile.objects.count() == 1


# At the counter -------------------------------------------------------------------------------------------------------

CLERK = replace(given.CLERK, organisation_code="OFFICE")
SEEN = SeenDocument(method=VerificationMethod.DOCUMENT_IN_PERSON, kind=DocumentKind.RESIDENT_CARD)


def test_a_clerk_issues_at_the_counter_under_a_case_and_is_named(people: list[int]) -> None:
    issued = issue(people[0], actor=CLERK, case_number="CK-1", seen=SEEN)
    look = register.find_look(person_id=people[0], sequence=issued.look_sequence)
    assert look is not None
    assert (look.purpose_code, look.case_number, look.actor_key) == ("COUNTER_READ", "CK-1", CLERK.key)
    (own,) = lookups.list_reports_of(person_id=people[0], now=LATER)
    assert own.channel.value == "COUNTER"


@pytest.mark.parametrize(
    ("actor", "case", "code"),
    [
        (given.officer("account:r", Role.OFFICE_REVIEWER, organisation_code="OFFICE"), "CK-1", "NOT_A_CLERK"),
        (CLERK, None, "NOT_YOUR_REPORT"),
        (CLERK, " ", "CASE_NUMBER_MISSING"),
        (asking.the_person(1), "CK-1", "NOT_A_CLERK"),
    ],
)
def test_who_may_not_issue_is_refused_and_the_attempt_is_on_record(
    people: list[int], actor: Actor, case: str | None, code: str
) -> None:
    refused = operations.issue_report(
        person_id=people[2], language=Language.EN, extent=Extent.WHOLE, actor=actor, now=NOW, case_number=case,
        wording=wording_in(Language.EN),
    )  # fmt: skip
    assert isinstance(refused, Refusal)
    assert refused.code == code
    (look,) = register.list_looks(person_id=people[2])
    assert (look.outcome.value, look.refusal_code) == ("REFUSED", code)
    assert lookups.list_reports_of(person_id=people[2], now=LATER) == ()


# The tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["reports_report", "reports_reportitem", "reports_reportwithdrawal"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET report_id = report_id", "TRUNCATE {}"])
def test_nothing_issued_is_changed(people: list[int], table: str, statement: str) -> None:
    from django.db import DatabaseError

    asking.items_about(1)
    issued = issue(people[0])
    operations.withdraw_report(number=issued.number, actor=asking.the_person(people[0]), now=LATER)
    sent = statement.format(table)
    if table == "reports_report":
        sent = sent.replace("report_id = report_id", "number = number")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sent)


ROW = {
    "number": "0000-0000-0000-0000-0071", "sha256": b"x", "channel": "ONLINE", "language": "EN", "extent": "WHOLE",
    "edition_code": "e", "issued_by": "x", "organisation_code": "", "issued_at": NOW, "valid_until": LATER,
    "look_sequence": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"number": "1"}, "report_number_in_groups"),
        ({"channel": "POST"}, "report_codes_known"),
        ({"valid_until": NOW}, "report_serves_at_all"),
    ],
)
def test_each_constraint_of_a_report(people: list[int], changed: dict[str, Any], constraint: str) -> None:
    row = ROW | changed | {"person_id": people[0]}
    sent = f"INSERT INTO reports_report ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})"
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sent, list(row.values()))


def test_the_door_of_versions_tells_nothing_of_another_person(people: list[int]) -> None:
    asking.items_about(1)
    issued = issue(people[0])
    (item,) = proven(issued).data["items"]
    from chengxin.records import lookups as records

    named = records.NamedVersion(record_key=records.key_of(item["reference"]), version=1)
    today = NOW.date()
    assert records.still_shown(person_ids=[people[0]], versions=[named], today=today) == (True,)
    assert records.still_shown(person_ids=[people[1]], versions=[named], today=today) == (False,)
    assert records.still_shown(person_ids=[people[0]], versions=[], today=today) == ()
