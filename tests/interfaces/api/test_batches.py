"""Batches by API: sent once whatever the network does, read by their own organisation, decided by another client."""

import pytest
from django.db import connection

from chengxin.authority.actors import Role
from chengxin.intake.models import Batch
from chengxin.intake.states import BatchState
from factories import intake as given
from factories.api import Caller, OpenCaller, send, settle

pytestmark = pytest.mark.django_db

UNKNOWN = "B20261123-ZZZZZZZZ"


def queued() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'reference' FROM procrastinate_jobs ORDER BY id")
        return [reference for (reference,) in cursor.fetchall()]


def test_a_small_file_is_taken_queued_and_settled(supplier: Caller) -> None:
    given.people(4)
    lines = [given.line(0), given.line(1, 姓名="别人"), given.line(2, 失信程度="坏"), given.line(3)]
    reference = send(supplier, lines)
    assert queued() == [reference]
    waiting = supplier.get(f"/batches/{reference}").json()
    assert (waiting["state"], waiting["settled_at"]) == ("RECEIVED", None)
    assert waiting["submitted_at"] == "2026-11-23T12:00:00+08:00"
    settle(reference)
    shown = supplier.get(f"/batches/{reference}").json()
    counts = shown["counts"]
    assert shown["state"] == "POSTED"
    assert counts["lines"] == counts["accepted"] + counts["rejected"] + counts["held"] + counts["unchanged"] == 4
    assert (counts["accepted"], counts["rejected"], counts["held"]) == (2, 1, 1)
    assert shown["mistakes"] == [{"rule": "FIELD_CODE", "column": "severity", "lines": 1}]
    (finding,) = supplier.get(f"/batches/{reference}/findings").json()["items"]
    assert (finding["line"], finding["rule"], finding["column"]) == (3, "FIELD_CODE", "severity")
    assert finding["wrong"]
    assert finding["remedy"]


def test_the_same_key_never_makes_a_second_batch(supplier: Caller) -> None:
    first = send(supplier, [given.line(0)])
    assert send(supplier, [given.line(0)]) == first
    assert queued() == [first]
    other = supplier.post(f"/batches?item={given.ITEM}", b"another", form="text/csv", Idempotency_Key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Batch.objects.count() == 1


def test_two_organisations_may_use_the_same_key(supplier: Caller, neighbour: Caller) -> None:
    assert send(supplier, [given.line(0)]) != send(neighbour, [given.line(0)])


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("", "GET", b""),
        ("/findings", "GET", b""),
        ("/result", "GET", b""),
        ("/approve", "POST", {"reasons": "核对无误"}),
        ("/decline", "POST", {"reasons": "有误"}),
        ("/reverse", "POST", {"reasons": "有误"}),
    ],
)
def test_a_neighbour_cannot_tell_a_batch_from_one_that_nobody_has(
    supplier: Caller, neighbour: Caller, path: str, method: str, body: object
) -> None:
    reference = send(supplier, [given.line(0)])
    settle(reference)
    real = neighbour.call(method, f"/batches/{reference}{path}", body)
    invented = neighbour.call(method, f"/batches/{UNKNOWN}{path}", body)
    assert (real.status_code, real.json()["code"]) == (404, "BATCH_UNKNOWN")
    assert real.content.replace(reference.encode(), UNKNOWN.encode()) == invented.content
    assert supplier.get(f"/batches/{reference}").json()["state"] == "POSTED"
    assert neighbour.get("/batches").json() == {"items": [], "next": None}
    assert neighbour.get(f"/held-lines?batch={reference}").status_code == 404
    assert neighbour.get("/held-lines").json()["items"] == []
    assert neighbour.get("/quality").json()["items"] == []


@pytest.mark.parametrize("reference", ["x", "%00", "B20261123-zzzzzzzz", "U20261123-ZZZZZZZZ", "B2026١١٢٣-ZZZZZZZZ"])
def test_what_cannot_be_a_reference_is_unknown(supplier: Caller, reference: str) -> None:
    assert supplier.get(f"/batches/{reference}").status_code == 404


def test_lists_are_paged_without_gap_or_repeat_and_filtered(supplier: Caller) -> None:
    sent = [send(supplier, [given.line(index)], key=f"k-{index}") for index in range(5)]
    settle(sent[0])
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = supplier.get(f"/batches?limit=2{cursor}").json()
        seen += [batch["reference"] for batch in page["items"]]
        cursor = f"&cursor={page['next']}"
        if page["next"] is None:
            break
    assert seen == sent[::-1]
    assert [one["reference"] for one in supplier.get("/batches?state=POSTED").json()["items"]] == sent[:1]
    assert [one["reference"] for one in supplier.get(f"/batches?q={sent[3][-8:]}").json()["items"]] == [sent[3]]
    assert supplier.get("/batches?item=OTHER").json()["items"] == []


@pytest.mark.parametrize("cursor", ["x", "", "LTE", "MS4w", "//8", "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"])
@pytest.mark.parametrize("path", ["/batches", "/held-lines"])
def test_a_wrong_cursor_is_an_answer(supplier: Caller, path: str, cursor: str) -> None:
    answer = supplier.get(f"{path}?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "CURSOR_INVALID")


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "state=X", "item=a%20b", "q=%00", "limit=x"])
def test_a_wrong_filter_is_told_by_field(supplier: Caller, query: str) -> None:
    answer = supplier.get(f"/batches?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_INVALID")
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_findings_are_paged_by_line(supplier: Caller) -> None:
    given.people(5)
    reference = send(supplier, [given.line(index, 失信程度="坏", 文书号="") for index in range(5)])
    settle(reference)
    seen: list[int] = []
    cursor = ""
    while True:
        page = supplier.get(f"/batches/{reference}/findings?limit=3{cursor}").json()
        seen += [finding["line"] for finding in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == sorted(seen)
    assert {line: seen.count(line) for line in set(seen)} == {1: 2, 2: 2, 3: 2, 4: 2, 5: 2}


def test_the_tag_changes_with_the_batch_and_not_otherwise(supplier: Caller) -> None:
    reference = send(supplier, [given.line(0)])
    first = supplier.get(f"/batches/{reference}")
    tag = first.headers["ETag"]
    unchanged = supplier.get(f"/batches/{reference}", If_None_Match=tag)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", tag)
    settle(reference)
    changed = supplier.get(f"/batches/{reference}", If_None_Match=tag)
    assert (changed.status_code, changed.json()["state"]) == (200, "POSTED")


def test_the_result_is_the_file_with_its_outcomes(supplier: Caller) -> None:
    given.people(2)
    reference = send(supplier, [given.line(0), given.line(1, 失信程度="坏")])
    early = supplier.get(f"/batches/{reference}/result")
    assert (early.status_code, early.json()["code"]) == (409, "RESULT_NOT_READY")
    settle(reference)
    answer = supplier.get(f"/batches/{reference}/result")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{reference}-result.csv"'
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("证件号码,姓名")


def test_no_answer_about_lines_holds_a_name_or_number(supplier: Caller) -> None:
    given.people(4)
    lines = [
        given.line(0, 姓名="欧阳测试"),
        given.line(1, 证件号码="110105194912310021"),
        given.line(2, 姓名=""),
        given.line(3, 信息编号=given.number(3)),
    ]
    reference = send(supplier, lines)
    settle(reference)
    answers = [
        supplier.get(path).content.decode()
        for path in (f"/batches/{reference}", f"/batches/{reference}/findings", "/held-lines", "/quality", "/batches")
    ]
    for answer in answers:
        for secret in ("欧阳", "110105194912310021", *(given.number(index) for index in range(4))):
            assert secret not in answer


def test_a_file_without_headers_does_not_put_its_first_person_into_the_refusal(supplier: Caller) -> None:
    contents = f"{given.number(0)},{given.name(0)},A-1\n{given.number(1)},{given.name(1)},A-2\n".encode()
    sent = supplier.post(f"/batches?item={given.ITEM}", contents, form="text/csv", Idempotency_Key="k-1")
    reference = sent.json()["reference"]
    settle(reference)
    answer = supplier.get(f"/batches/{reference}")
    assert answer.json()["state"] == "REFUSED"
    assert answer.json()["refusal"]["code"]
    assert given.name(0) not in answer.content.decode()
    assert given.number(0) not in answer.content.decode()


def test_held_lines_tell_why_and_nothing_of_the_person(supplier: Caller) -> None:
    reference = send(supplier, [given.line(index) for index in range(3)])
    settle(reference)
    page = supplier.get(f"/held-lines?batch={reference}&limit=2").json()
    rest = supplier.get(f"/held-lines?batch={reference}&limit=2&cursor={page['next']}").json()
    assert [line["line"] for line in page["items"] + rest["items"]] == [1, 2, 3]
    assert {line["reason"] for line in page["items"]} == {"PERSON_UNKNOWN"}
    assert rest["next"] is None
    assert set(page["items"][0]) == {"batch", "line", "item", "reason", "state", "submitted_at", "decided_at"}


def test_quality_is_told_by_item(supplier: Caller) -> None:
    given.people(2)
    settle(send(supplier, [given.line(0), given.line(1, 失信程度="坏")]))
    (shown,) = supplier.get("/quality").json()["items"]
    assert (shown["item"], shown["lines"], shown["accepted_percent"], shown["last_on"]) == (
        given.ITEM, 2, 50.0, "2026-11-23",
    )  # fmt: skip


def stopped(caller: Caller) -> str:
    """Give a batch outside what its supplier usually sends."""
    reference = send(caller, [given.line(0)])
    Batch.objects.filter(reference=reference).update(state=BatchState.AWAITING_APPROVAL.value, bounds=["MANY_LINES"])
    return reference


def test_only_another_second_client_lets_a_batch_pass(open_caller: OpenCaller, second: Caller) -> None:
    sender = open_caller(Role.SUPPLIER, Role.SUPPLIER_SECOND)
    reference = stopped(sender)
    decision = {"reasons": "核对无误"}
    own = sender.post(f"/batches/{reference}/approve", decision)
    assert (own.status_code, own.json()["code"]) == (403, "SAME_OFFICER")
    plain = open_caller(Role.SUPPLIER).post(f"/batches/{reference}/approve", decision)
    assert (plain.status_code, plain.json()["code"]) == (403, "NOT_SECOND_OFFICER")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute("DELETE FROM procrastinate_jobs")
    approved = second.post(f"/batches/{reference}/approve", decision)
    assert (approved.status_code, approved.json()["state"]) == (200, "APPROVED")
    assert queued() == [reference]
    again = second.post(f"/batches/{reference}/approve", decision)
    assert (again.status_code, again.json()["code"]) == (409, "MOVE_NOT_ALLOWED")
    given.people(1)
    assert settle(reference).accepted == 1


def test_a_second_client_declines_or_reverses(supplier: Caller, second: Caller) -> None:
    assert second.post(f"/batches/{stopped(supplier)}/decline", {"reasons": "有误"}).json()["state"] == "DECLINED"
    given.people(1)
    reference = send(supplier, [given.line(0)], key="k-2")
    settle(reference)
    assert second.post(f"/batches/{reference}/reverse", {"reasons": "整批有误"}).json()["state"] == "REVERSED"


@pytest.mark.parametrize(
    "body", [{}, {"reasons": ""}, {"reasons": "长" * 501}, {"reasons": "\x00"}, {"reasons": "a", "b": 1}, b"{", b"[]"]
)
def test_a_decision_needs_reasons(supplier: Caller, second: Caller, body: object) -> None:
    answer = second.post(f"/batches/{stopped(supplier)}/approve", body, form="application/json")
    assert answer.status_code in {400, 422}
    assert Batch.objects.get().state == "AWAITING_APPROVAL"


@pytest.mark.parametrize(
    ("query", "form", "contents", "status", "code"),
    [
        (f"item={given.ITEM}", "application/pdf", b"x", 415, "CONTENT_TYPE_REFUSED"),
        (f"item={given.ITEM}", "text/csv", b"", 411, "BODY_MISSING"),
        ("", "text/csv", b"x", 422, "REQUEST_INVALID"),
        (f"item={given.ITEM}&sha256=1", "text/csv", b"x", 422, "REQUEST_INVALID"),
        (f"item={given.ITEM}&lines=-1", "text/csv", b"x", 422, "REQUEST_INVALID"),
        ("item=NO.SUCH", "text/csv", b"x", 422, "ITEM_NOT_IN_CATALOGUE"),
    ],
)
def test_a_wrong_sending_keeps_nothing(
    supplier: Caller, *, query: str, form: str, contents: bytes, status: int, code: str
) -> None:
    answer = supplier.post(f"/batches?{query}", contents, form=form, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Batch.objects.exists()


def test_a_file_that_is_not_what_was_declared_is_refused_as_a_whole(supplier: Caller) -> None:
    contents = given.csv_bytes([given.line(0)])
    path = f"/batches?item={given.ITEM}&lines=2"
    reference = supplier.post(path, contents, form="text/csv", Idempotency_Key="k-1").json()["reference"]
    settle(reference)
    refusal = supplier.get(f"/batches/{reference}").json()["refusal"]
    assert (refusal["code"], refusal["details"]) == ("DECLARED_COUNT", {"declared": "2", "found": "1"})


def test_a_malformed_key_is_refused(supplier: Caller) -> None:
    for key in ("", "a b", "x" * 129):
        answer = supplier.post(f"/batches?item={given.ITEM}", b"x", form="text/csv", Idempotency_Key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_MALFORMED")
