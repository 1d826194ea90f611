"""Coverage roles: what makes a person one about whom certain items may be collected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from psycopg.types.range import Range

from chengxin.authority.actors import Actor
from chengxin.ledger import operations as ledger
from chengxin.persons import policies
from chengxin.persons.errors import DateNotAccepted, PersonUnknown
from chengxin.persons.events import CoverageGranted
from chengxin.persons.models import Coverage, Person
from chengxin.persons.states import CoverageSource


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageGrant:
    """A coverage role that a posted record gives a person.

    Attributes:
        person_id: Who gets it.
        role_code: Code of the role in the catalogue.
        since_on: First day.
        until_on: First day without it; ``None`` means open.
        source_key: Key of the record that gives it; the same record gives it once.
    """

    person_id: int
    role_code: str
    since_on: date
    until_on: date | None
    source_key: bytes


@transaction.atomic
def grant_coverage(
    *,
    person_id: int,
    role_code: str,
    since_on: date,
    until_on: date | None,
    case_key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Give a person a coverage role by hand, on a case of the office.

    Args:
        person_id: Who gets it.
        role_code: Code of the role in the catalogue.
        since_on: First day.
        until_on: First day without it; ``None`` means open.
        case_key: The office's case that says why, at most 64 bytes.
        actor: Who grants it.
        now: The moment.

    Returns:
        Key of the row; of the one there is, when the same case gave the same role before.

    Raises:
        Refused: The actor may not grant roles (``COVERAGE_NOT_OFFICE``).
        PersonUnknown: There is no such person.
        DateNotAccepted: The period is empty.
    """
    policies.may_grant_coverage(actor).require()
    if until_on is not None and until_on <= since_on:
        raise DateNotAccepted(since_on=since_on, until_on=until_on)
    if not Person.objects.filter(pk=person_id).exists():
        raise PersonUnknown
    row, is_new = Coverage.objects.get_or_create(
        person_id=person_id,
        role_code=role_code,
        source_kind=CoverageSource.OFFICE.value,
        source_key=case_key.encode(),
        annulled_at=None,
        defaults={"period": Range(since_on, until_on), "granted_at": now},
    )
    if is_new:
        ledger.append(
            CoverageGranted(person_id=person_id, coverage_id=row.pk, role_code=role_code), actor=actor, at=now
        )
    return row.pk


@transaction.atomic
def grant_coverages(*, grants: Iterable[CoverageGrant], posting_id: int, actor: Actor, now: datetime) -> int:
    """Give the coverage roles that the records of one posting carry, set by set.

    Only for a posting that was judged, and that is appended to the ledger as one act with its own leaf: that is the
    caller's. A record that gave its role before gives nothing.

    Args:
        grants: What the records give.
        posting_id: The posting; :func:`annul_coverages` takes it back whole.
        actor: Who posts.
        now: The moment of the posting.

    Returns:
        How many roles are new.

    Raises:
        Refused: The actor does not post batches (``COVERAGE_NOT_POSTING``).
    """
    policies.may_post_coverages(actor).require()
    with connection.cursor() as cursor:
        # Staged, because COPY itself knows no conflicts.
        cursor.execute(
            "CREATE TEMPORARY TABLE persons_coverage_staged (person_id bigint, role_code varchar,"
            " since_on date, until_on date, source_key bytea) ON COMMIT DROP"
        )
        with cursor.copy("COPY persons_coverage_staged FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(("int8", "varchar", "date", "date", "bytea"))
            for grant in grants:
                copy.write_row((grant.person_id, grant.role_code, grant.since_on, grant.until_on, grant.source_key))
        cursor.execute(
            "INSERT INTO persons_coverage (person_id, role_code, period, source_kind, source_key, posting_id,"
            " granted_at) SELECT person_id, role_code, daterange(since_on, until_on), %s, source_key, %s, %s"
            " FROM persons_coverage_staged"
            " ON CONFLICT (person_id, role_code, source_kind, source_key) WHERE annulled_at IS NULL DO NOTHING",
            [CoverageSource.RECORD.value, posting_id, now],
        )
        granted = int(cursor.rowcount)
        cursor.execute("DROP TABLE persons_coverage_staged")
        return granted


@transaction.atomic
def annul_coverages(
    *, actor: Actor, now: datetime, posting_id: int | None = None, source_keys: Sequence[bytes] = ()
) -> int:
    """Take back the roles of a reversed posting, or of records that were corrected or withdrawn.

    The rows stay, annulled: whether an item could be collected on an earlier day stays decidable.

    Args:
        actor: Who reverses, corrects or withdraws.
        now: The moment.
        posting_id: Roles of this posting.
        source_keys: Roles of these records.

    Returns:
        How many roles were annulled.

    Raises:
        Refused: The actor does not post batches (``COVERAGE_NOT_POSTING``).
        ValueError: Neither a posting nor a record was named.
    """
    policies.may_post_coverages(actor).require()
    if posting_id is None and not source_keys:
        message = "name a posting or records"
        raise ValueError(message)
    rows = Coverage.objects.filter(annulled_at__isnull=True, source_kind=CoverageSource.RECORD.value)
    if posting_id is not None:
        rows = rows.filter(posting_id=posting_id)
    if source_keys:
        rows = rows.filter(source_key__in=list(source_keys))
    return rows.update(annulled_at=now)
