"""Reading of items. ``access_*`` is the only door to one person's data: judged, registered, then shown.

A file shows what may be shown or used on the day, by the latest version that holds. What is past its dates is not
reachable here at all: the filter stands in the one query, next to the SQL twin of the rule.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import Edition, Field, ItemType
from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyDestroyed, KeyMissing, Keyring
from chengxin.ledger import lookups as ledger
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.postgres.statements import rows_of
from chengxin.records import policies, rules
from chengxin.records.events import PostingMade, PostingReversed
from chengxin.records.models import Posting, PostingReversal
from chengxin.records.states import READABLE, Change
from chengxin.register import operations as register
from chengxin.sealing.merkle import Frontier
from chengxin.sealing.suites import SealBroken, unseal

MASK_RULE = "OWN_FILE"
MASK_VERSION = 1
SELF_READ = "SELF_READ"

CURRENT = """
    SELECT DISTINCT ON (v.person_id, v.record_key)
        v.record_key, v.version, v.change, v.severity, v.occurred_on, v.ended_on, v.document_on,
        v.shown_until, v.used_until, v.kept_until, v.sealed, v.line,
        p.id AS posting_id, p.supplier_code, p.item_code, p.edition_code, p.posted_at, p.batch_reference,
        v.person_id
    FROM records_open_versions(%(persons)s::bigint[]) v
    JOIN records_posting p ON p.id = v.posting_id
    LEFT JOIN records_postingreversal r ON r.posting_id = p.id
    WHERE r.posting_id IS NULL
    ORDER BY v.person_id, v.record_key, v.version DESC
"""
READABLE_SQL = f"""
    SELECT * FROM ({CURRENT}) latest
    WHERE records_standing(change, false, false, shown_until, used_until, kept_until, %(today)s)
        IN ({", ".join(f"'{state.value}'" for state in sorted(READABLE))})
    ORDER BY occurred_on DESC, record_key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDetail:
    """One detail of an item: its field and its value, as the supplier gave it."""

    code: str
    field: Field | None
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """One item as its person reads it.

    Attributes:
        reference: Opaque reference, stable over versions.
        version: Which version holds.
        item: The item type as in the edition under which it was posted.
        edition: That edition.
        severity: Severity code, empty where the item has none.
        occurred_on: Day of the event.
        ended_on: Its end, or None.
        document_on: Day of the effective document, or None.
        shown_until: Last day on which it is shown, inclusive.
        used_until: Last day on which it is used, inclusive.
        kept_until: Last day on which it is kept, inclusive.
        supplier_code: Which organisation supplied it.
        received_at: When it was posted.
        batch_reference: In which batch.
        line: In which line of it.
        details: What else was supplied; empty where the key is gone.
        is_erased: Whether the details' key was destroyed.
    """

    reference: str
    version: int
    item: ItemType
    edition: Edition
    severity: str
    occurred_on: date
    ended_on: date | None
    document_on: date | None
    shown_until: date
    used_until: date
    kept_until: date
    supplier_code: str
    received_at: datetime
    batch_reference: str
    line: int
    details: tuple[ShownDetail, ...]
    is_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """All that may be shown of a person's items on a day, with the number of the look by which it was shown."""

    person_id: int
    today: date
    items: tuple[ShownItem, ...]
    look_sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVersion:
    """One version of an item in its history: what changed, when, by which batch."""

    version: int
    change: Change
    received_at: datetime
    batch_reference: str
    holds: bool


def reference_of(record_key: bytes) -> str:
    """Return the reference by which an item is named outside.

    Example:
        >>> reference_of(bytes(16))
        'AAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return base64.b32encode(record_key).decode().rstrip("=")


def key_of(reference: str) -> bytes:
    """Return the key of the item that a reference names.

    Args:
        reference: As :func:`reference_of` gives it.

    Raises:
        ValueError: It is no reference.
    """
    return base64.b32decode(reference + "=" * (-len(reference) % 8))


def _standing_of(actor: Actor, person_id: int) -> policies.FileStanding:
    """Return how an actor stands to a file; whoever acts for another does not act for himself at the same time."""
    return policies.FileStanding(
        is_the_person=actor.mandate is None and actor.person_id == person_id,
        is_represented=actor.for_person_id == person_id,
    )


def access_file(*, person_id: int, actor: Actor, purpose_code: str, now: datetime) -> PersonFile | Refusal:
    """Open a person's file: judge, write the line of the register, then return what may be shown today.

    A refusal is returned, not raised, so that its line is committed with it.

    Args:
        person_id: Whose file.
        actor: Who looks.
        purpose_code: Purpose of the catalogue; ``SELF_READ`` for the person.
        now: The moment; the civil date in Asia/Shanghai is taken from it.
    """
    with transaction.atomic():
        decision = policies.may_open_file(actor, _standing_of(actor, person_id))
        if isinstance(decision, Refusal):
            _register(person_id, actor, purpose_code, {}, decision, now)
            return decision
        today = civil_date(now)
        register.draw_look(person_id=person_id)
        items = _read_items(persons.cluster_of(person_id), today)
        shown: dict[str, int] = {}
        for item in items:
            shown[item.item.code] = shown.get(item.item.code, 0) + 1
        sequence = _register(person_id, actor, purpose_code, {"items": shown}, None, now)
    return PersonFile(person_id=person_id, today=today, items=items, look_sequence=sequence)


def access_item(
    *, person_id: int, reference: str, actor: Actor, purpose_code: str, now: datetime
) -> tuple[ShownItem, tuple[ShownVersion, ...]] | Refusal:
    """Open one item of a person's file with its history; judged and registered like the file.

    An item that is past its dates, withdrawn or reversed is answered like one that never was.

    Args:
        person_id: Whose item.
        reference: As :func:`reference_of` gives it.
        actor: Who looks.
        purpose_code: Purpose of the catalogue.
        now: The moment.
    """
    with transaction.atomic():
        decision = policies.may_open_file(actor, _standing_of(actor, person_id))
        if isinstance(decision, Refusal):
            _register(person_id, actor, purpose_code, {}, decision, now)
            return decision
        register.draw_look(person_id=person_id)
        cluster = persons.cluster_of(person_id)
        found = [item for item in _read_items(cluster, civil_date(now)) if item.reference == reference]
        if not found:
            refusal = Refusal(code="ITEM_NOT_SHOWN", basis=None, details={})
            _register(person_id, actor, purpose_code, {}, refusal, now)
            return refusal
        _register(person_id, actor, purpose_code, {"items": {found[0].item.code: 1}}, None, now)
        return found[0], _history(cluster, reference)


def _register(  # noqa: PLR0917 - one line of the register, in the order of its columns
    person_id: int,
    actor: Actor,
    purpose_code: str,
    shown: Mapping[str, object],
    refusal: Refusal | None,
    now: datetime,
) -> int:
    look = register.register_look(
        person_id=person_id,
        actor=actor,
        purpose_code=purpose_code,
        basis_code="PIPL-45",
        case_number=None,
        shown=shown,
        mask_rule=MASK_RULE,
        mask_version=MASK_VERSION,
        outcome="SHOWN" if refusal is None else "REFUSED",
        refusal_code=None if refusal is None else refusal.code,
        at=now,
    )
    return look.sequence


USABLE_SQL = f"""
    SELECT item_code, edition_code, severity, occurred_on, ended_on, document_on, used_until, kept_until, supplier_code,
        record_key, sealed, person_id
    FROM ({CURRENT}) latest
    WHERE records_standing(change, false, false, shown_until, used_until, kept_until, %(today)s)
            IN ({", ".join(f"'{state.value}'" for state in sorted(READABLE))})
        AND used_until >= %(today)s
        AND item_code = ANY(%(items)s)
        AND (%(data_from)s::date IS NULL OR occurred_on >= %(data_from)s::date)
        AND (%(data_to)s::date IS NULL OR occurred_on < %(data_to)s::date)
    ORDER BY occurred_on DESC, record_key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """One item that may be used today, for the gate; its details stay sealed until somebody may read them.

    Attributes:
        item_code: Its type.
        edition_code: Edition under which it was posted.
        severity: Severity code; empty where the type has none.
        occurred_on: Day of the event.
        ended_on: Its end, or ``None``.
        document_on: Day of the effective document, or ``None``.
        used_until: Last day on which it may be used.
        kept_until: Last day of keeping; names the key of the details.
        supplier_code: Who says so.
        record_key: What the sealed details are bound to.
        sealed: The sealed details.
    """

    item_code: str
    edition_code: str
    severity: str
    occurred_on: date
    ended_on: date | None
    document_on: date | None
    used_until: date
    kept_until: date
    supplier_code: str
    record_key: bytes
    sealed: bytes


def usable_items_without_register(
    *,
    person_ids: Sequence[int],
    item_codes: Sequence[str],
    data_from: date | None,
    data_to: date | None,
    today: date,
) -> tuple[StoredItem, ...]:
    """Return the items of some types that may be used on a day. Writes no look: only the gate may call it.

    The look must have drawn its number in this transaction; else the database answers with nothing.

    Args:
        person_ids: All rows that are the person.
        item_codes: Which types.
        data_from: First day of events; ``None`` for no bound.
        data_to: First day of events that are left out; ``None`` for no bound.
        today: Civil date in Asia/Shanghai.
    """
    rows = rows_of(
        USABLE_SQL,
        {
            "persons": list(person_ids),
            "items": list(item_codes),
            "data_from": data_from,
            "data_to": data_to,
            "today": today,
        },
    )
    return tuple(_stored(row) for row in rows)


def usable_items_of_many_without_register(
    *, person_ids: Sequence[int], item_codes: Sequence[str], today: date
) -> Mapping[int, tuple[StoredItem, ...]]:
    """Return what :func:`usable_items_without_register` returns, by row of the registry, for many persons at once.

    Only the gate may call it: it narrows what each inquiry may see by types and days of events. The looks must have
    drawn their numbers in this transaction; of others the database answers with nothing.

    Args:
        person_ids: All rows of all the persons.
        item_codes: Which types.
        today: Civil date in Asia/Shanghai.
    """
    found: dict[int, list[StoredItem]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            USABLE_SQL,
            {
                "persons": list(person_ids),
                "items": list(item_codes),
                "data_from": None,
                "data_to": None,
                "today": today,
            },
        )
        for row in cursor.fetchall():
            found.setdefault(row[-1], []).append(_stored(row))
    return {person_id: tuple(items) for person_id, items in found.items()}


def _stored(row: tuple[Any, ...]) -> StoredItem:
    return StoredItem(
        item_code=row[0],
        edition_code=row[1],
        severity=row[2],
        occurred_on=row[3],
        ended_on=row[4],
        document_on=row[5],
        used_until=row[6],
        kept_until=row[7],
        supplier_code=row[8],
        record_key=bytes(row[9]),
        sealed=bytes(row[10]),
    )


def shown_items_without_register(*, person_ids: Sequence[int], today: date) -> tuple[ShownItem, ...]:
    """Return the items that may be shown to others on a day. Writes no look: only the room of reports may call it.

    The look must have drawn its number in this transaction; else the database answers with nothing.

    Args:
        person_ids: All rows that are the person.
        today: Civil date in Asia/Shanghai.
    """
    return tuple(item for item in _read_items(person_ids, today) if today <= item.shown_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVersion:
    """One version of an item, as somebody holds it who was shown it before."""

    record_key: bytes
    version: int


def still_shown(*, person_ids: Sequence[int], versions: Sequence[NamedVersion], today: date) -> tuple[bool, ...]:
    """Tell of each version whether it is its item's newest that holds, is the person's, and may be shown on a day.

    Tells nothing of what stands in a version, so it is no look.

    Args:
        person_ids: All rows that are the person.
        versions: The versions.
        today: Civil date in Asia/Shanghai.
    """
    rows = rows_of(
        "SELECT holds FROM records_still_shown(%s::bigint[], %s::bytea[], %s::integer[], %s) ORDER BY place",
        [
            list(person_ids),
            [version.record_key for version in versions],
            [version.version for version in versions],
            today,
        ],
    )
    return tuple(bool(holds) for (holds,) in rows)


class _Row(NamedTuple):
    """One row of the reading, in the order of its columns."""

    record_key: bytes
    version: int
    change: str
    severity: str
    occurred_on: date
    ended_on: date | None
    document_on: date | None
    shown_until: date
    used_until: date
    kept_until: date
    sealed: bytes
    line: int
    posting_id: int
    supplier_code: str
    item_code: str
    edition_code: str
    posted_at: datetime
    batch_reference: str
    person_id: int


def _read_items(cluster: Sequence[int], today: date) -> tuple[ShownItem, ...]:
    with connection.cursor() as cursor:
        cursor.execute(READABLE_SQL, {"persons": list(cluster), "today": today})
        rows = [_Row._make(row) for row in cursor.fetchall()]
    editions = {code: catalogue.edition(code) for code in {row.edition_code for row in rows}}
    # Each month's key is asked for once in a reading, and anew in the next: it may be destroyed at any time.
    ring = keyring()
    keys = {month: _month_key(ring, month) for month in {rules.keeping_month(row.kept_until) for row in rows}}
    return tuple(
        _shown(row, edition=editions[row.edition_code], key=keys[rules.keeping_month(row.kept_until)]) for row in rows
    )


def _shown(row: _Row, *, edition: Edition, key: bytes | None) -> ShownItem:
    item = edition.item_types[row.item_code]
    record_key = bytes(row.record_key)
    values = None if key is None else _unsealed(key, bytes(row.sealed), record_key)
    fields = {field.code: field for field in item.fields}
    return ShownItem(
        reference=reference_of(record_key),
        version=row.version,
        item=item,
        edition=edition,
        severity=row.severity,
        occurred_on=row.occurred_on,
        ended_on=row.ended_on,
        document_on=row.document_on,
        shown_until=row.shown_until,
        used_until=row.used_until,
        kept_until=row.kept_until,
        supplier_code=row.supplier_code,
        received_at=row.posted_at,
        batch_reference=row.batch_reference,
        line=row.line,
        details=tuple(
            ShownDetail(code=code, field=fields.get(code), value=value) for code, value in (values or {}).items()
        ),
        is_erased=values is None,
    )


def open_details(*, sealed: bytes, record_key: bytes, kept_until: date) -> Mapping[str, str] | None:
    """Return an item's details, or None where the key of its month was destroyed.

    Args:
        sealed: Ciphertext.
        record_key: The item's key, which the seal is bound to.
        kept_until: Last day of keeping; names the month's key.

    Raises:
        SealBroken: The ciphertext was changed or moved to another item.
    """
    key = _month_key(keyring(), rules.keeping_month(kept_until))
    return None if key is None else _unsealed(key, sealed, record_key)


def _month_key(ring: Keyring, month: str) -> bytes | None:
    """Return the key of a month, or None where it was destroyed."""
    try:
        return ring.month(month)
    except (KeyDestroyed, KeyMissing):
        return None


def _unsealed(key: bytes, sealed: bytes, record_key: bytes) -> Mapping[str, str]:
    details: Mapping[str, str] = json.loads(unseal(key, sealed, context=record_key))
    return details


def history_without_register(*, person_ids: Sequence[int], reference: str) -> tuple[ShownVersion, ...]:
    """Return the versions of an item, the newest first. Writes no look: only for whoever registers one.

    The look must have drawn its number in this transaction; else the database answers with nothing.

    Args:
        person_ids: All rows that are the person.
        reference: As :func:`reference_of` gives it.
    """
    return _history(person_ids, reference)


def _history(cluster: Sequence[int], reference: str) -> tuple[ShownVersion, ...]:
    record_key = key_of(reference)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT v.version, v.change, p.posted_at, p.batch_reference, r.posting_id IS NULL
            FROM records_open_versions(%s::bigint[]) v
            JOIN records_posting p ON p.id = v.posting_id
            LEFT JOIN records_postingreversal r ON r.posting_id = p.id
            WHERE v.record_key = %s
            ORDER BY v.version DESC
            """,
            [list(cluster), record_key],
        )
        rows = cursor.fetchall()
    holding = next((version for version, *_rest, not_reversed in rows if not_reversed), None)
    return tuple(
        ShownVersion(
            version=version,
            change=Change(change),
            received_at=posted_at,
            batch_reference=batch_reference,
            holds=version == holding,
        )
        for version, change, posted_at, batch_reference, _ in rows
    )


POSTINGS: Final = "records_posting"
REVERSALS: Final = "records_postingreversal"
KEYS: Final = "records_recordkey"
VERSIONS: Final = "records_recordversion"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFault:
    """Rows that no longer give the root that was written into the ledger.

    Attributes:
        posting_id: Of which posting; 0 where a row belongs to none.
        what: What is wrong, in words for the operator.
        table: In which table.
    """

    posting_id: int
    what: str
    table: str

    @property
    def place(self) -> str:
        """Return the table and the number of the posting whose rows are meant."""
        return f"{self.table}:{self.posting_id}"


def verify_postings() -> Iterator[PostingFault]:
    """Recompute every posting's root from its rows and yield those that differ from the ledger's, naming them.

    Finds a changed, added, removed or moved row of versions and of keys, and a posting or reversal that the ledger
    knows nothing of, even when a superuser did it. That the rows of postings and reversals say what they said is
    verified with all sealed rows (``ledger.lookups.verify_rows``). Memory grows with the number of postings, not with
    that of their lines.
    """
    # The rows' keys first, then the ledger: what is posted meanwhile is in the second reading and not yet in the first.
    present = list(Posting.objects.order_by("pk").values_list("pk", flat=True))
    told = _told_postings()
    yield from _verify_reversals()
    yield from _verify_keys()
    for posting_id in sorted(set(told) - set(present)):
        if not Posting.objects.filter(pk=posting_id).exists():
            yield PostingFault(posting_id=posting_id, what="the posting was removed", table=POSTINGS)
    for posting in Posting.objects.filter(pk__in=present).order_by("pk").iterator():
        lines, root = told.get(posting.pk, (None, ""))
        if lines is None:
            yield PostingFault(posting_id=posting.pk, what="the ledger knows no such posting", table=POSTINGS)
            continue
        tree = Frontier()
        with transaction.atomic(), connection.connection.cursor(name="verify_posting") as rows:
            rows.itersize = 20_000
            rows.execute("SELECT leaf FROM records_leaves(%s)", [posting.pk])
            for (leaf,) in rows:
                tree.append(bytes(leaf))
        if tree.size != lines:
            what = f"{tree.size} lines instead of {lines}"
            yield PostingFault(posting_id=posting.pk, what=what, table=VERSIONS)
        elif tree.root().hex() != root:
            yield PostingFault(posting_id=posting.pk, what="a line was changed", table=VERSIONS)
        elif (posting.lines_count, bytes(posting.root).hex()) != (lines, root):
            yield PostingFault(posting_id=posting.pk, what="the posting's own row was changed", table=POSTINGS)


def _told_postings() -> dict[int, tuple[int, str]]:
    """Return what the ledger was told of each posting: its lines and their root."""
    with transaction.atomic():
        return {
            event.body["posting"]: (event.body["lines"], event.body["root"])
            for event in ledger.read_events(kind=PostingMade.kind)
        }


def _verify_reversals() -> Iterator[PostingFault]:
    present = set(PostingReversal.objects.values_list("pk", flat=True))
    with transaction.atomic():
        told = {event.body["posting"] for event in ledger.read_events(kind=PostingReversed.kind)}
    for posting_id in sorted(present - told):
        yield PostingFault(posting_id=posting_id, what="the ledger knows no reversal of it", table=REVERSALS)
    for posting_id in sorted(told - present):
        if not PostingReversal.objects.filter(pk=posting_id).exists():
            yield PostingFault(posting_id=posting_id, what="its reversal was removed", table=REVERSALS)


def _verify_keys() -> Iterator[PostingFault]:
    """Find versions that no posting covers, those whose item's key is gone or another person's, and keys of no item."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT posting_id, has_no_posting FROM records_strays()")
        rows = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM records_keys_alone()")
        (alone,) = cursor.fetchone()
    for posting_id, is_stray in rows:
        if is_stray:
            yield PostingFault(posting_id=posting_id, what="lines of no posting", table=VERSIONS)
        else:
            yield PostingFault(posting_id=posting_id, what="the key of an item was changed", table=KEYS)
    if alone:
        yield PostingFault(posting_id=0, what=f"{alone} keys of items without a line", table=KEYS)


def count_versions() -> int:
    """Return the number of versions that were ever posted, as their postings count them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(lines_count), 0) FROM records_posting")
        (count,) = cursor.fetchone()
    return int(count)


__all__ = ["SealBroken"]
