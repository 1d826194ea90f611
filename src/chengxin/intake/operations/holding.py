"""Settling a held line: a clerk attaches it to a person, or dismisses it. No machine does either."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refused
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import ItemType
from chengxin.checking.rules import adults_only
from chengxin.intake import policies
from chengxin.intake.errors import HeldLineUnknown
from chengxin.intake.events import HeldLineSettled
from chengxin.intake.lookups import contents_of
from chengxin.intake.models import Batch, HeldLine
from chengxin.intake.operations.posting import grant_roles
from chengxin.intake.states import HeldState
from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyDestroyed
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date, is_adult
from chengxin.persons import lookups as persons_lookups
from chengxin.persons.errors import PersonUnknown
from chengxin.records import operations as records
from chengxin.records import rules as record_rules
from chengxin.records.operations import KEY_SCHEMA, VERSION_COLUMNS, VERSION_SCHEMA
from chengxin.records.states import Change
from chengxin.sealing.suites import BlindIndex, seal

__all__ = ["PersonUnknown"]


class PersonNotCovered(Refused):
    """The person has no role that would let this item be collected about them."""

    code = "COVERAGE_MISSING"


class RecordTaken(Refused):
    """The record number belongs to an item already; the supplier has to correct or withdraw that one first."""

    code = "RECORD_DIFFERS"


class RecordMissing(Refused):
    """The line corrects or withdraws an item that this person does not have under its number; dismiss it."""

    code = "RECORD_UNKNOWN"


class PersonTooYoung(Refused):
    """The person was under 18 on the day of the event, or the number does not tell (guarantee 2)."""

    code = "MINOR_AT_EVENT"


class KeepingOver(Refused):
    """What the line says may no longer be kept; dismiss it."""

    code = "KEEPING_OVER"


class MonthErased(Refused):
    """The key of the month in which the item's keeping ends was destroyed, so nothing can be sealed; dismiss it."""

    code = "MONTH_ERASED"


def _waiting(held_line_id: int) -> HeldLine:
    held = HeldLine.objects.select_for_update().select_related("batch").filter(pk=held_line_id).first()
    if held is None or held.state != HeldState.WAITING.value:
        raise HeldLineUnknown(held_line=held_line_id)
    return held


@transaction.atomic
def dismiss_held_line(*, held_line_id: int, reasons: str, actor: Actor, now: datetime) -> None:
    """Close a held line without an item; the supplier reads the reasons in its result.

    Args:
        held_line_id: Which line.
        reasons: Why.
        actor: A clerk of the credit office.
        now: The moment.

    Raises:
        HeldLineUnknown: There is no such waiting line.
        Refused: With code NOT_A_CLERK.
    """
    policies.may_settle_held_line(actor).require()
    held = _waiting(held_line_id)
    HeldLine.objects.filter(pk=held.pk).update(
        state=HeldState.DISMISSED.value, decided_by=actor.key, decided_at=now, reasons=reasons
    )
    _tell(held, HeldState.DISMISSED, actor, now)


@transaction.atomic
def attach_held_line(*, held_line_id: int, person_id: int, reasons: str, actor: Actor, now: datetime) -> None:
    """Attach a held line to a person by a clerk's decision, and post it as an item of its own posting.

    Everything else is judged here as in a batch, about the person whom the clerk names: age, role, what stands under
    the record number. Only the identity question is the clerk's.

    Args:
        held_line_id: Which line.
        person_id: Whom the clerk found it to be about.
        reasons: On which evidence.
        actor: A clerk of the credit office.
        now: The moment.

    Raises:
        HeldLineUnknown: There is no such waiting line.
        Refused: With code NOT_A_CLERK.
        PersonUnknown: There is no such person.
        PersonTooYoung: The person was under 18 on the day of the event (``MINOR_AT_EVENT``), or no age is known
            (``AGE_UNKNOWN``).
        PersonNotCovered: The person has no role that the item type names.
        KeepingOver: The item's keeping ended while the line waited.
        MonthErased: The key of the month in which its keeping ends was destroyed.
        RecordTaken: The supplier's number belongs to an item already, or to another person's.
        RecordMissing: The line corrects or withdraws what this person does not have.
    """
    policies.may_settle_held_line(actor).require()
    held = _waiting(held_line_id)
    row = contents_of(held)
    batch = held.batch
    edition = catalogue.edition(batch.edition_code)
    item = edition.item_types[batch.item_code]
    _judge_person(item=item, row=row, person_id=person_id, today=civil_date(now))
    _lock(batch)
    record_key = BlindIndex(keyring().line_index()).of(
        f"{batch.organisation_code}|{batch.item_code}|{row['record_number']}"
    )
    standing = _standing_of(record_key)
    _judge_record(row=row, standing=standing, person_id=person_id)
    posting = records.open_posting()
    versions = _version(
        row=row,
        person_id=person_id,
        record_key=record_key,
        version=1 if standing is None else standing.top + 1,
        posting_id=posting.posting_id,
    )
    keys = pa.table({name: versions[name] for name in KEY_SCHEMA.names}, schema=KEY_SCHEMA)
    records.write_chunk(posting=posting, versions=versions, new_keys=keys if standing is None else keys.slice(0, 0))
    posting_id = records.close_posting(
        posting=posting,
        supplier_code=batch.organisation_code,
        item_code=batch.item_code,
        edition_code=batch.edition_code,
        batch_reference=batch.reference,
        actor=actor,
        now=now,
    )
    if item.grants_role is not None:
        grant_roles(role=item.grants_role, posting_id=posting_id, versions=versions, actor=actor, now=now)
    HeldLine.objects.filter(pk=held.pk).update(
        state=HeldState.ATTACHED.value,
        person_id=person_id,
        posting_id=posting_id,
        decided_by=actor.key,
        decided_at=now,
        reasons=reasons,
    )
    _tell(held, HeldState.ATTACHED, actor, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecordStanding:
    """What stands under a record number: whose it is, its newest version, what the newest one that holds did."""

    person_id: int
    top: int
    change: str | None


def _judge_person(*, item: ItemType, row: dict[str, Any], person_id: int, today: date) -> None:
    occurred_on = date.fromisoformat(row["occurred_on"])
    cluster = persons_lookups.list_identities(persons_lookups.cluster_of(person_id))
    if adults_only(item):
        births = [identity.born_on for identity in cluster]
        if any(born_on is None for born_on in births):
            raise PersonTooYoung(code="AGE_UNKNOWN")
        if not all(born_on is not None and is_adult(born_on=born_on, on=occurred_on) for born_on in births):
            raise PersonTooYoung
    if date.fromisoformat(row["kept_until"]) < today:
        raise KeepingOver(kept_until=row["kept_until"])
    if row["action"] == Change.WITHDRAW.value or not item.coverage_roles:
        return
    if not set(item.coverage_roles) & persons_lookups.coverage_on(person_id, occurred_on):
        raise PersonNotCovered(roles=", ".join(item.coverage_roles))


def _judge_record(*, row: dict[str, Any], standing: _RecordStanding | None, person_id: int) -> None:
    shown = row["record_number"][:4] + "…"
    if standing is not None and standing.person_id != person_id:
        raise RecordTaken(record_number=shown)
    stands = standing is not None and standing.change in {Change.ADD.value, Change.CORRECT.value}
    adds = row["action"] == Change.ADD.value
    if adds and stands:
        raise RecordTaken(record_number=shown)
    if not adds and not stands:
        raise RecordMissing(record_number=shown)


def _standing_of(record_key: bytes) -> _RecordStanding | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, version, change FROM records_newest_of(ARRAY[%s::bytea], ARRAY[NULL::bytea])",
            [record_key],
        )
        found = cursor.fetchone()
    return None if found is None else _RecordStanding(person_id=found[0], top=found[1], change=found[2])


def _version(*, row: dict[str, Any], person_id: int, record_key: bytes, version: int, posting_id: int) -> pa.Table:
    index = BlindIndex(keyring().line_index())
    kept_until = date.fromisoformat(row["kept_until"])
    month = record_rules.keeping_month(kept_until)
    try:
        month_key = keyring().month(month, create=True)
    except KeyDestroyed:
        raise MonthErased(month=month) from None
    days = [
        "" if row[name] is None else str(record_rules.days_since_epoch(date.fromisoformat(row[name])))
        for name in ("occurred_on", "ended_on", "document_on")
    ]
    content = "\x1f".join([row["details"], row["severity"], *days])
    values: dict[str, list[Any]] = {
        "person_id": [person_id],
        "record_key": [record_key],
        "version": [version],
        "posting_id": [posting_id],
        "line": [row["line"]],
        "change": [row["action"]],
        "severity": [row["severity"]],
        **{
            name: [None if row[name] is None else date.fromisoformat(row[name])]
            for name in ("occurred_on", "ended_on", "document_on", "shown_until", "used_until", "kept_until")
        },
        "content_digest": [index.of(f"content|{content}")],
        "sealed": [seal(month_key, row["details"].encode(), context=record_key)],
    }
    return pa.table({name: values[name] for name in VERSION_COLUMNS}, schema=VERSION_SCHEMA)


def _lock(batch: Batch) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(7203, hashtext(%s))", [f"{batch.organisation_code}|{batch.item_code}"]
        )


def _tell(held: HeldLine, state: HeldState, actor: Actor, now: datetime) -> None:
    ledger.append(
        HeldLineSettled(person_id=None, batch=held.batch.reference, line=held.line, state=state.value),
        actor=actor,
        at=now,
    )
