"""How reports stand, for readers who fetch the whole list of a month and so tell nobody which report they hold."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from chengxin.keys import published
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.reports import lookups, operations, rules
from chengxin.reports.models import Report
from chengxin.reports.operations.issuing import IssuedReport
from chengxin.reports.states import Extent, FileVerdict, Language
from chengxin.sealing.credentials import StatusReference
from chengxin.sealing.faults import Fault
from chengxin.sealing.reports import verify_report
from chengxin.sealing.status_lists import ReportState, find_state, read_states, sign_states
from chengxin.sealing.trust import Trust
from chengxin.sealing.verdicts import Beside, Verdict, verify
from factories import inquiries as asking
from factories import intake as given

pytestmark = pytest.mark.django_db
NOW = given.NOW
LATER = NOW + timedelta(hours=1)
MONTH = rules.list_of(NOW)

Commits = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Give the folder of the lists."""
    settings.CHENGXIN_DATA = tmp_path
    return tmp_path / "status"


@pytest.fixture
def issued() -> list[IssuedReport]:
    """Give the reports of two people; the first has two items."""
    given.edition()
    given.supplier()
    people = given.people(2)
    asking.items_about(2)
    return [issue(person_id) for person_id in people]


def issue(person_id: int) -> IssuedReport:
    made = operations.issue_report(
        person_id=person_id, language=Language.ZH_HANS, extent=Extent.ITEMS, wording=wording_in(Language.ZH_HANS),
        actor=asking.the_person(person_id), now=NOW,
    )  # fmt: skip
    assert isinstance(made, IssuedReport)
    return made


def place_of(report: IssuedReport) -> StatusReference:
    status = verify_report(report.pdf, published.key_document()).credential.status
    assert status is not None
    return status


def list_text() -> str:
    text = lookups.status_list_text(MONTH)
    assert text is not None
    return text


def listed(report: IssuedReport) -> ReportState:
    return find_state(list_text(), place_of(report), published.key_document(), now=LATER).state


def judged(report: IssuedReport, status: str, now: Any = LATER) -> Verdict:  # noqa: ANN401 - a moment
    return verify(io.BytesIO(report.pdf), Trust.parse(published.trust_text()), now=now, beside=Beside(status=status))


def withdraw(report: IssuedReport, commits: Commits) -> None:
    person = Report.objects.get(number=report.number).person_id
    with commits(execute=True):
        operations.withdraw_report(number=report.number, actor=asking.the_person(person), now=LATER)


def correct() -> None:
    """Correct an item of the first person."""
    given.settle(given.csv_bytes([given.line(0, 信息编号="MS-0-0001", 操作="更正", 违法事实="经复核，事实有变。")]))


def test_every_report_names_a_place_of_its_own_in_the_list_of_its_month(issued: list[IssuedReport]) -> None:
    references = [place_of(report) for report in issued]
    assert {reference.uri for reference in references} == {rules.address_of(published.key_document().issuer, MONTH)}
    places = [reference.index for reference in references]
    assert places == list(Report.objects.order_by("pk").values_list("status_place", flat=True))
    assert len(set(places)) == 2
    assert max(places) < rules.PLACES


def test_withdrawn_and_superseded_stand_in_the_list_and_nothing_else(
    issued: list[IssuedReport], django_capture_on_commit_callbacks: Commits
) -> None:
    assert operations.publish_status_lists(now=LATER) == rules.lists_at(LATER)
    assert [listed(report) for report in issued] == [ReportState.VALID] * 2
    assert judged(issued[0], list_text()).is_verified

    correct()
    withdraw(issued[1], django_capture_on_commit_callbacks)
    # Withdrawn at once; superseded with the next run.
    assert [listed(report) for report in issued] == [ReportState.VALID, ReportState.WITHDRAWN]
    operations.publish_status_lists(now=LATER)
    assert [listed(report) for report in issued] == [ReportState.SUPERSEDED, ReportState.WITHDRAWN]
    uri = rules.address_of(published.key_document().issuer, MONTH)
    assert len(read_states(list_text(), uri=uri, keys=published.key_document())) == 2
    assert judged(issued[0], list_text()).fault is Fault.SUPERSEDED
    assert judged(issued[1], list_text()).fault is Fault.WITHDRAWN


def test_what_is_superseded_stays_so_when_another_is_withdrawn(
    issued: list[IssuedReport], folder: Path, django_capture_on_commit_callbacks: Commits
) -> None:
    correct()
    operations.publish_status_lists(now=LATER)
    withdraw(issued[1], django_capture_on_commit_callbacks)
    assert [listed(report) for report in issued] == [ReportState.SUPERSEDED, ReportState.WITHDRAWN]
    # A damaged list is written anew from what is known for certain.
    (folder / f"{MONTH}.jws").write_text("x", encoding="ascii")
    operations.list_withdrawals(name=MONTH, now=LATER)
    assert [listed(report) for report in issued] == [ReportState.VALID, ReportState.WITHDRAWN]


def test_after_its_last_day_nothing_is_told_of_a_report_and_its_list_goes(
    issued: list[IssuedReport], folder: Path, django_capture_on_commit_callbacks: Commits
) -> None:
    correct()
    withdraw(issued[1], django_capture_on_commit_callbacks)
    over = rules.valid_until(NOW)
    operations.publish_status_lists(now=over)
    assert [listed(report) for report in issued] == [ReportState.VALID] * 2
    assert judged(issued[0], list_text(), now=over).fault is Fault.OVER
    operations.publish_status_lists(now=NOW + timedelta(days=70))
    assert MONTH not in {path.stem for path in folder.iterdir()}
    assert lookups.status_list_text(MONTH) is None
    assert lookups.status_list_text("../keys/root") is None


def test_the_check_takes_a_list_and_what_is_asked_here_counts_more(
    issued: list[IssuedReport], django_capture_on_commit_callbacks: Commits
) -> None:
    def checked(status: str) -> FileVerdict:
        return lookups.check_file(io.BytesIO(issued[0].pdf), now=LATER, status=status).verdict

    operations.publish_status_lists(now=LATER)
    good, place = list_text(), place_of(issued[0])
    assert checked(good) is FileVerdict.GOOD
    assert checked("text") is FileVerdict.LIST_NOT_GOOD
    key, _ = published.report_signing()
    for state, uri, verdict in (
        (ReportState.WITHDRAWN, place.uri, FileVerdict.WITHDRAWN),
        (ReportState.SUPERSEDED, place.uri, FileVerdict.SUPERSEDED),
        (ReportState.VALID, place.uri + "x", FileVerdict.LIST_NOT_GOOD),
    ):
        arguments: dict[str, Any] = {"size": rules.PLACES, "signed_at": LATER, "valid_until": LATER + rules.LIST_LIFE}
        assert checked(sign_states({place.index: state}, uri=uri, signer=key, **arguments)) is verdict
    withdraw(issued[0], django_capture_on_commit_callbacks)
    assert checked(good) is FileVerdict.WITHDRAWN


def test_a_taken_place_is_not_drawn_again_and_a_full_list_is_refused() -> None:
    drawn = iter([7, 7, 9])
    assert rules.draw_place({7}.__contains__, lambda _limit: next(drawn)) == 9
    with pytest.raises(RuntimeError, match="full"):
        rules.draw_place(lambda _place: True)


@pytest.mark.parametrize(
    ("places", "constraint"),
    [
        ("'2031-04', NULL", "report_place_in_a_list"),
        ("NULL, 1", "report_place_in_a_list"),
        ("'April', 1", "report_place_in_a_list"),
        ("'2031-04', -1", "report_place_in_a_list"),
        ("status_list, status_place", "report_place_of_its_own"),
    ],
)
def test_the_database_lets_no_two_reports_stand_at_one_place(
    issued: list[IssuedReport], places: str, constraint: str
) -> None:
    columns = (
        "person_id, sha256, channel, language, extent, edition_code, issued_by, organisation_code, issued_at,"
        " valid_until, look_sequence"
    )
    copied = (
        f"INSERT INTO reports_report (number, {columns}, status_list, status_place)"
        f" SELECT '0000-0000-0000-0000-0071', {columns}, {places} FROM reports_report WHERE number = %s"
    )
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copied, [issued[0].number])
