"""Uploads in parts: what was acknowledged stays, what was lost is sent again, a gap is never taken."""

import hashlib

import pytest

from chengxin.api.v1.limits import PART_BYTES
from chengxin.intake.models import Batch
from factories import intake as given
from factories.api import Caller, settle

pytestmark = pytest.mark.django_db

PART = "application/offset+octet-stream"


def announce(caller: Caller, contents: bytes, *, key: str = "u-1", **changed: object) -> object:
    body = {"item": given.ITEM, "name": "三月.csv", "size": len(contents)} | changed
    return caller.post("/uploads", body, Idempotency_Key=key)


def part(caller: Caller, reference: str, offset: int, contents: bytes) -> object:
    return caller.call("PATCH", f"/uploads/{reference}", contents, form=PART, Upload_Offset=str(offset))


def file_of(count: int) -> bytes:
    return given.csv_bytes([given.line(index) for index in range(count)])


def test_a_file_in_parts_becomes_a_batch_even_when_an_answer_was_lost(supplier: Caller) -> None:
    given.people(3)
    contents = file_of(3)
    digest = hashlib.sha256(contents).hexdigest()
    opened = announce(supplier, contents, sha256=digest, lines=3)
    assert opened.status_code == 201
    assert opened.json()["part_bytes"] == PART_BYTES
    reference = opened.json()["reference"]
    assert opened.headers["Location"] == f"/api/v1/uploads/{reference}"
    assert part(supplier, reference, 0, contents[:100]).headers["Upload-Offset"] == "100"
    # The sender believes that its second part arrived; it did not.
    lost = part(supplier, reference, 200, contents[200:])
    assert (lost.status_code, lost.json()["code"]) == (409, "PARTS_MISSING")
    assert lost.headers["Upload-Offset"] == "100"
    early = supplier.post(f"/uploads/{reference}/commit")
    assert (early.status_code, early.json()["code"]) == (409, "PARTS_MISSING")
    head = supplier.call("HEAD", f"/uploads/{reference}")
    assert (head.status_code, head.headers["Upload-Offset"], head.content) == (200, "100", b"")
    assert supplier.get(f"/uploads/{reference}").json() == {"reference": reference, "offset": 100}
    # The answer to this part is lost, so it is sent once more.
    for _ in range(2):
        assert part(supplier, reference, 100, contents[100:]).status_code == 204
    committed = supplier.post(f"/uploads/{reference}/commit")
    assert committed.status_code == 202
    again = supplier.post(f"/uploads/{reference}/commit")
    assert (again.json()["reference"], again.json()["is_new"]) == (committed.json()["reference"], False)
    settled = settle(committed.json()["reference"])
    assert (settled.lines, settled.accepted) == (3, 3)
    shown = supplier.get(f"/batches/{committed.json()['reference']}").json()
    assert (shown["sha256"], shown["name"], shown["channel"]) == (digest, "三月.csv", "API")


def test_the_same_key_opens_the_same_upload_and_no_other_file(supplier: Caller) -> None:
    contents = file_of(1)
    first = announce(supplier, contents)
    assert announce(supplier, contents).json() == first.json()
    other = announce(supplier, contents + b"x")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_to_another_organisation_an_upload_is_unknown(supplier: Caller, neighbour: Caller) -> None:
    contents = file_of(1)
    reference = announce(supplier, contents).json()["reference"]
    strange = "U20261123-ZZZZZZZZ"
    for path, method in (("", "GET"), ("/commit", "POST")):
        real = neighbour.call(method, f"/uploads/{reference}{path}")
        invented = neighbour.call(method, f"/uploads/{strange}{path}")
        assert real.status_code == 404
        assert real.content.replace(reference.encode(), strange.encode()) == invented.content
    assert part(neighbour, reference, 0, b"x").status_code == 404
    assert supplier.get(f"/uploads/{reference}").json()["offset"] == 0


def test_a_part_may_not_be_empty_too_large_or_run_over_the_size(supplier: Caller) -> None:
    reference = announce(supplier, b"12345").json()["reference"]
    assert part(supplier, reference, 0, b"").json()["code"] == "BODY_MISSING"
    assert part(supplier, reference, 0, b"123456").status_code == 409
    large = part(supplier, reference, 0, bytes(PART_BYTES + 1))
    assert (large.status_code, large.json()["code"]) == (413, "BODY_TOO_LARGE")
    assert supplier.call("PATCH", f"/uploads/{reference}", b"1", form=PART).status_code == 422
    assert supplier.call("PATCH", f"/uploads/{reference}", b"1", form=PART, Upload_Offset="-1").status_code == 422


def test_what_is_wrong_with_an_announcement_is_told_by_field(supplier: Caller) -> None:
    answer = announce(supplier, b"12345", size=0, item="a b", extra="x", sha256="zz", lines=2**40)
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == "REQUEST_INVALID"
    assert {fault["field"] for fault in told["errors"]} == {"size", "item", "extra", "sha256", "lines"}
    assert "a b" not in answer.content.decode()


def test_a_key_is_needed_and_an_item_of_the_mandate(supplier: Caller) -> None:
    body = {"item": given.ITEM, "name": "a.csv", "size": 5}
    missing = supplier.post("/uploads", body)
    assert (missing.status_code, missing.json()["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")
    unknown = announce(supplier, b"12345", item="NO.SUCH")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "ITEM_NOT_IN_CATALOGUE")
    others = next(
        item["code"]
        for item in supplier.get("/catalogue/items?limit=500").json()["items"]
        if item["code"] != given.ITEM
    )
    refused = announce(supplier, b"12345", item=others)
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_MANDATED")
    assert not Batch.objects.exists()
