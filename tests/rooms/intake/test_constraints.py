"""What the database itself refuses about batches, by raw insert, one named constraint each."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

pytestmark = pytest.mark.django_db

BATCH: dict[str, Any] = {
    "reference": "B1",
    "organisation_code": "ORG",
    "item_code": "ITEM",
    "edition_code": "",
    "channel": "PORTAL",
    "state": "RECEIVED",
    "declared_name": "",
    "file_format": "",
    "size_bytes": 1,
    "sha256": "",
    "declared_sha256": "",
    "idempotency_key": "",
    "submitted_by": "account:1",
    "submitted_at": "2026-11-23T04:00:00Z",
    "decided_by": "",
    "reasons": "",
    "lines_count": 0,
    "accepted_count": 0,
    "rejected_count": 0,
    "held_count": 0,
    "unchanged_count": 0,
    "corrected_count": 0,
    "withdrawn_count": 0,
    "delay_days_sum": 0,
    "delay_count": 0,
    "outcomes": b"",
    "refusal_code": "",
    "refusal_details": "{}",
    "bounds": [],
    "file_kept_until": "2027-02-21",
}
SETTLED = {"state": "POSTED", "settled_at": "2026-11-23T04:00:00Z"}


def insert(table: str, row: dict[str, Any]) -> int:
    names = ", ".join(f'"{name}"' for name in row)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(row))}) RETURNING id", list(row.values())
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"state": "LOST"}, "batch_state_known"),
        (SETTLED | {"lines_count": 5, "accepted_count": 2, "rejected_count": 1, "held_count": 1}, "accounted_for"),
        (SETTLED | {"lines_count": 1, "accepted_count": 1, "settled_at": None}, "batch_settled_has_moment"),
        ({"state": "REFUSED"}, "batch_refused_has_code"),
        ({"decided_by": "account:1"}, "batch_decided_by_another"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(changed: dict[str, Any], constraint: str) -> None:
    insert("intake_batch", BATCH)
    with pytest.raises(IntegrityError, match=constraint):
        insert("intake_batch", BATCH | {"reference": "B2"} | changed)


def test_a_settled_batch_whose_lines_are_all_accounted_for_is_taken() -> None:
    counts = {"lines_count": 10, "accepted_count": 1, "rejected_count": 2, "held_count": 3, "unchanged_count": 4}
    assert insert("intake_batch", BATCH | SETTLED | counts)


def test_a_key_is_used_once_in_an_organisation() -> None:
    insert("intake_batch", BATCH | {"idempotency_key": "K"})
    insert("intake_batch", BATCH | {"reference": "B2", "idempotency_key": "K", "organisation_code": "OTHER"})
    insert("intake_batch", BATCH | {"reference": "B3"})
    with pytest.raises(IntegrityError, match="batch_idempotency_key_once"):
        insert("intake_batch", BATCH | {"reference": "B4", "idempotency_key": "K"})


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"line": 1}, "held_line_once"),
        ({"state": "LOST"}, "held_line_state_known"),
        ({"state": "ATTACHED"}, "held_line_attached_has_person"),
        ({"state": "ATTACHED", "person_id": 1}, "held_line_attached_has_person"),
    ],
)
def test_a_held_line_that_cannot_be_is_refused(changed: dict[str, Any], constraint: str) -> None:
    row = {
        "batch_id": insert("intake_batch", BATCH),
        "line": 1,
        "reason": "PERSON_UNKNOWN",
        "state": "WAITING",
        "sealed": b"",
        "decided_by": "",
        "reasons": "",
    }
    insert("intake_heldline", row)
    with pytest.raises(IntegrityError, match=constraint):
        insert("intake_heldline", row | {"line": 2} | changed)


def test_an_upload_key_is_used_once_in_an_organisation() -> None:
    row = {
        "reference": "U1",
        "organisation_code": "ORG",
        "item_code": "ITEM",
        "declared_name": "",
        "declared_sha256": "",
        "idempotency_key": "K",
        "size_bytes": 1,
        "opened_by": "account:1",
        "opened_at": "2026-11-23T04:00:00Z",
    }
    insert("intake_upload", row)
    with pytest.raises(IntegrityError, match="upload_idempotency_key_once"):
        insert("intake_upload", row | {"reference": "U2"})
