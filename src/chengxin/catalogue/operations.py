"""Writing of the catalogue: the one act is issuing an edition."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups, models, policies
from chengxin.catalogue.errors import EditionUnchanged
from chengxin.catalogue.events import EditionIssued
from chengxin.catalogue.rules.packs import canonical_body, compose, edition_body, load_packs
from chengxin.ledger import operations as ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedEdition:
    """What was issued."""

    code: str
    digest: str
    in_force_from: date
    item_count: int


@transaction.atomic
def issue_edition(*, pack: Path, actor: Actor, now: datetime) -> IssuedEdition:
    """Read a pack with all it extends, compose it, and issue it as an edition.

    Args:
        pack: Folder of the pack.
        actor: Who issues it: the officer for the catalogue, the operator or the system.
        now: The moment of issue.

    Raises:
        PackRefused: A row is wrong or incomplete; its findings list everything. Nothing is issued.
        EditionUnchanged: The same catalogue was issued already (code ``UNCHANGED``).
        Refused: The actor may not issue editions.
    """
    policies.may_issue_edition(actor).require()
    packs = load_packs(pack)
    edition = compose(packs)
    # Two issuers at once would both find the digest new; the second waits here and then sees the first one's row.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalogue.edition'))")
    if lookups.has_digest(edition.digest):
        raise EditionUnchanged(edition=edition.code)
    body = edition_body(packs)
    models.Edition.objects.create(
        code=edition.code,
        pack=edition.packs[-1],
        digest=edition.digest,
        body=canonical_body(body).decode("utf-8"),
        item_count=len(edition.item_types),
        in_force_from=edition.in_force_from,
        issued_at=now,
        issued_by=actor.key,
    )
    ledger.append(
        EditionIssued(
            person_id=None,
            edition_code=edition.code,
            edition_digest=edition.digest,
            in_force_from=edition.in_force_from.isoformat(),
            item_count=len(edition.item_types),
        ),
        actor=actor,
        at=now,
    )
    return IssuedEdition(
        code=edition.code,
        digest=edition.digest,
        in_force_from=edition.in_force_from,
        item_count=len(edition.item_types),
    )
