"""A batch is judged line by line as single inquiries are, registered line by line, and no line is asked twice."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection

from chengxin.accounts import operations as accounts
from chengxin.authorisations import operations as authorisations
from chengxin.authority.actors import Actor, Role
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.inquiries import lookups
from chengxin.inquiries import operations as inquiries
from chengxin.inquiries.operations import batches
from chengxin.inquiries.rules.quotas import batch_subjects
from chengxin.inquiries.states import BatchState, LineOutcome
from chengxin.ledger import lookups as ledger
from chengxin.organisations import operations as organisations
from chengxin.register import lookups as register
from factories import inquiries as gate
from factories import intake as given

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids() -> list[int]:
    given.edition()
    given.supplier()
    gate.organisation()
    return given.people(12)


@pytest.fixture
def client(ids: list[int]) -> Actor:
    opened = accounts.open_api_client(
        organisation_code=gate.BANK,
        name="core banking",
        roles=frozenset({Role.REQUESTER}),
        actor=given.SYSTEM,
        now=given.NOW,
    )
    from chengxin.accounts.models import ApiClient

    return ApiClient.objects.get(application__client_id=opened.client_id).actor


def row(index: int, authorisation: str = "", **changed: str) -> dict[str, str]:
    return {
        "证件号码": given.number(index),
        "姓名": given.name(index),
        "授权编号": authorisation,
        "事项编号": gate.CASE,
    } | changed


def contents(rows: Sequence[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def send(client: Actor, rows: Sequence[dict[str, str]], token: str = "t" * 24, **changed: object) -> str:
    values: dict[str, object] = {
        "contents": contents(rows),
        "declared_name": "查询.csv",
        "purpose_code": "LENDING",
        "item_codes": gate.ITEMS,
        "form": AnswerForm.LIST,
        "token": token,
        "actor": client,
        "now": given.NOW,
    }
    reference, _is_new = inquiries.receive_inquiry_batch(**(values | changed))  # type: ignore[arg-type]
    return reference


def outcomes(reference: str) -> list[tuple[str, str]]:
    return [(line.outcome.value, line.code) for line in lookups.read_batch_lines(reference)]


def test_every_line_is_judged_and_registered_as_if_it_were_asked_alone(ids: list[int], client: Actor) -> None:
    gate.items_about(2)
    allowed = gate.allow(ids[0], granted=gate.scope(looks=2))
    anothers = gate.allow(ids[1], 1)
    over = gate.allow(ids[2], 2, granted=gate.scope(days=1), now=given.NOW - timedelta(days=2))
    taken_back = gate.allow(ids[3], 3)
    authorisations.withdraw_authorisation(reference=taken_back, actor=gate.the_person(ids[3]), now=given.NOW)
    rows = [
        row(0, allowed),
        row(0, allowed),
        row(0, allowed),
        row(4, anothers),
        row(2, over),
        row(3, taken_back),
        row(5),
        row(0, allowed, 证件号码="not a number"),
        row(700),
        row(1, anothers, 事项编号=""),
        row(1, anothers, 姓名="别人"),
    ]
    reference = send(client, rows)
    inquiries.answer_batch(reference=reference, now=given.NOW)
    assert outcomes(reference) == [
        ("ANSWERED", "AUTHORISED_BY_PERSON"),
        ("ANSWERED", "AUTHORISED_BY_PERSON"),
        ("REFUSED", "AUTHORISATION_USED_UP"),
        ("REFUSED", "AUTHORISATION_MISSING"),
        ("REFUSED", "AUTHORISATION_OVER"),
        ("REFUSED", "AUTHORISATION_WITHDRAWN"),
        ("REFUSED", "AUTHORISATION_MISSING"),
        ("UNREADABLE", "UNREADABLE_LINE"),
        ("REFUSED", "AUTHORISATION_MISSING"),
        ("REFUSED", "CASE_NUMBER_MISSING"),
        ("REFUSED", "AUTHORISATION_MISSING"),
    ]
    summary = lookups.inquiry_batch(reference=reference, organisation_code=gate.BANK)
    assert (summary.state, summary.answered, summary.refused, summary.unreadable) == (BatchState.ANSWERED, 2, 8, 1)
    for place, count in ((0, 3), (1, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 0)):
        assert register.count_looks(person_id=ids[place]) == count, place
        assert register.verify_completeness(ids[place]).is_untouched
    assert register.verify().is_untouched
    assert ledger.verify().is_untouched
    first = next(lookups.read_batch_lines(reference))
    assert first.answer is not None
    assert [item["item"] for item in first.answer["items"]] == [given.ITEM, given.ITEM]


def test_a_line_is_answered_as_the_same_inquiry_alone(ids: list[int], client: Actor) -> None:
    gate.items_about(3)
    reference = gate.allow(ids[0], granted=gate.scope(looks=2))
    alone = gate.inquire(authorisation=reference)
    assert not isinstance(alone, Refusal)
    batch = send(client, [row(0, reference)])
    inquiries.answer_batch(reference=batch, now=given.NOW)
    (line,) = lookups.read_batch_lines(batch)
    assert line.answer is not None
    from chengxin.sealing.digests import canonical

    assert canonical(line.answer) == canonical(alone.body)
    single, lined = (
        lookups.inquiry_of_organisation(reference=one, organisation_code=gate.BANK)
        for one in (alone.reference, line.inquiry_reference)
    )
    assert (single.form_given, single.item_codes, single.code) == (lined.form_given, lined.item_codes, lined.code)
    looks = register.list_looks(person_id=ids[0])
    first, second = (look.shown | {"inquiry": ""} for look in looks)
    assert first == second


def test_a_chunk_reads_everybody_behind_drawn_numbers_each_in_the_own_scope(ids: list[int], client: Actor) -> None:
    gate.items_about(2)
    gate.items_about(3, of=1)
    first, second = gate.allow(ids[0], granted=gate.scope(looks=2)), gate.allow(ids[1], 1)
    reference = send(client, [row(1, second), row(0, first), row(0, first), row(2)])
    inquiries.answer_batch(reference=reference, now=given.NOW)
    lines = list(lookups.read_batch_lines(reference))
    assert [None if line.answer is None else len(line.answer["items"]) for line in lines] == [3, 2, 2, None]
    assert [[look.sequence for look in register.list_looks(person_id=person)] for person in ids[:3]] == [
        [2, 1],
        [1],
        [1],
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_anothers_authorisation_tells_nothing_of_itself_by_the_items_kept(ids: list[int], client: Actor) -> None:
    gate.organisation("OTHER_BANK")
    anothers = gate.allow(ids[0], asker=gate.requester(organisation_code="OTHER_BANK"))
    kept = []
    for authorisation, token in (("", "x" * 24), (anothers, "y" * 24)):
        reference = send(client, [row(0, authorisation)], token=token, item_codes=frozenset())
        inquiries.answer_batch(reference=reference, now=given.NOW)
        (line,) = lookups.read_batch_lines(reference)
        asked = lookups.inquiry_of_organisation(reference=line.inquiry_reference, organisation_code=gate.BANK)
        kept.append((asked.code, asked.item_codes))
    assert kept[0] == kept[1]
    assert kept[0][0] == "AUTHORISATION_MISSING"


def test_after_a_crash_the_answered_lines_are_left_alone(
    ids: list[int], client: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHUNK_LINES", 3)
    reference = send(client, [row(index) for index in range(8)])
    whole = batches._write
    calls = []

    def dies(*args: object, **kwargs: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            written = whole(*args, **kwargs)  # type: ignore[arg-type]
            assert written
            raise RuntimeError
        return whole(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(batches, "_write", dies)
    with pytest.raises(RuntimeError):
        inquiries.answer_batch(reference=reference, now=given.NOW)
    assert lookups.inquiry_batch(reference=reference, organisation_code=gate.BANK).done == 6
    before = [line.inquiry_reference for line in lookups.read_batch_lines(reference)]
    monkeypatch.setattr(batches, "_write", whole)
    inquiries.answer_batch(reference=reference, now=given.NOW)
    inquiries.answer_batch(reference=reference, now=given.NOW)
    after = [line.inquiry_reference for line in lookups.read_batch_lines(reference)]
    assert after[:6] == before
    assert len(after) == 8
    assert [register.count_looks(person_id=person) for person in ids[:8]] == [1] * 8


def test_a_suspension_or_a_closed_login_holds_for_the_lines_to_come(ids: list[int], client: Actor) -> None:
    reference = send(client, [row(0)])
    organisations.suspend(subject=client.key, reasons="核查", actor=gate.REVIEWER, now=given.NOW)
    inquiries.answer_batch(reference=reference, now=given.NOW)
    assert outcomes(reference) == [("REFUSED", "REQUESTER_SUSPENDED")]
    gone = send(gate.requester(key="account:999999"), [row(1)], token="u" * 24)
    inquiries.answer_batch(reference=gone, now=given.NOW)
    assert outcomes(gone) == [("REFUSED", "NOT_A_REQUESTER")]
    assert register.list_looks(person_id=ids[1])[0].refusal_code == "NOT_A_REQUESTER"


def test_what_cannot_be_a_batch_is_refused_and_asks_nobody(ids: list[int], client: Actor) -> None:
    for subject, rows, code in (
        ("", [{"号": "1", "姓名": "x"}], "INQUIRY_BATCH_COLUMNS"),
        ("batches", [row(0)] * 2, "INQUIRY_BATCH_BEYOND_QUOTA"),
        ("organisation", [row(0)] * 2, "INQUIRY_BATCH_BEYOND_ORGANISATION_QUOTA"),
    ):
        if subject:
            per_day = 1 if subject == "batches" else 0
            inquiries.set_quota(subject=f"{subject}:{gate.BANK}", per_day=per_day, actor=gate.REVIEWER, now=given.NOW)
        with pytest.raises(inquiries.InquiryBatchRefused) as refused:
            send(client, rows)
        assert refused.value.code == code
    assert register.count_looks(person_id=ids[0]) == 0


def test_a_batch_is_counted_for_the_organisation_and_its_batches_never_for_whoever_sends_it(
    ids: list[int], client: Actor
) -> None:
    inquiries.set_quota(subject=client.key, per_day=1, actor=gate.REVIEWER, now=given.NOW)
    inquiries.set_quota(subject=f"organisation:{gate.BANK}", per_day=5, actor=gate.REVIEWER, now=given.NOW)
    inquiries.set_quota(subject=f"batches:{gate.BANK}", per_day=4, actor=gate.REVIEWER, now=given.NOW)
    reference = send(client, [row(at) for at in range(3)])
    inquiries.answer_batch(reference=reference, now=given.NOW)
    assert outcomes(reference) == [("REFUSED", "AUTHORISATION_MISSING")] * 3
    edition = catalogue.edition_in_force(given.NOW.date())
    assert lookups.quota_left(batch_subjects(gate.BANK), edition=edition, on=given.NOW.date()).times == 1
    with pytest.raises(inquiries.InquiryBatchRefused):
        send(client, [row(0), row(1)], token="y" * 24)
    codes = []
    for _ in range(2):
        refused = gate.inquire(asker=client)
        assert isinstance(refused, Refusal)
        codes.append(refused.code)
    assert codes == ["AUTHORISATION_MISSING", "CLIENT_QUOTA_USED_UP"]


def test_lines_beyond_the_quota_of_the_day_are_refused_one_by_one(ids: list[int], client: Actor) -> None:
    reference = send(client, [row(0), row(1)])
    inquiries.set_quota(subject=f"batches:{gate.BANK}", per_day=1, actor=gate.REVIEWER, now=given.NOW)
    inquiries.answer_batch(reference=reference, now=given.NOW)
    assert outcomes(reference) == [("REFUSED", "AUTHORISATION_MISSING"), ("REFUSED", "BATCHES_QUOTA_USED_UP")]


def test_the_same_page_sent_twice_makes_one_batch(ids: list[int], client: Actor) -> None:
    assert send(client, [row(0)]) == send(client, [row(0)])


def test_file_and_answers_go_when_their_days_are_over_and_the_looks_stay(ids: list[int], client: Actor) -> None:
    gate.items_about(1)
    reference = send(client, [row(0, gate.allow(ids[0]))])
    inquiries.answer_batch(reference=reference, now=given.NOW)
    last = given.NOW + timedelta(days=7)
    assert inquiries.discard_overdue_batches(actor=given.SYSTEM, now=last) == 0
    assert inquiries.discard_overdue_batches(actor=given.SYSTEM, now=last + timedelta(days=1)) == 1
    assert lookups.open_batch_file(reference) is None
    (line,) = lookups.read_batch_lines(reference)
    assert (line.outcome, line.answer) == (LineOutcome.ANSWERED, None)
    assert register.count_looks(person_id=ids[0]) == 1


def test_statements_do_not_grow_with_the_lines(ids: list[int], client: Actor) -> None:
    counts = []
    for size, token in ((2, "v" * 24), (12, "w" * 24)):
        reference = send(client, [row(index) for index in range(size)], token=token)
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        inquiries.answer_batch(reference=reference, now=given.NOW)
        counts.append(len(connection.queries))
        connection.force_debug_cursor = False
    assert counts[0] == counts[1]
