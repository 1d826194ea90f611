"""Reading of representations: for whom somebody acts on a day, and what the office has to decide."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from chengxin.admission.models import Representation
from chengxin.admission.states import Decision, RepresentationDocument, RepresentationKind
from chengxin.authority.actors import Actor
from chengxin.keys.current import keyring
from chengxin.persons import lookups as persons
from chengxin.sealing.suites import unseal

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationLine:
    """A representation, as the office and those concerned read it.

    Attributes:
        representation_id: Its row.
        reference: Its reference.
        kind: As what somebody acts.
        represented_id: For whom.
        representative_id: Who acts.
        represented_reference: Public reference of for whom.
        representative_reference: Public reference of who acts.
        document: On which document it rests.
        from_on: First day.
        to_on: First day without it.
        entered_by: The clerk's key.
        entered_at: When it was entered.
        decision: How it was decided; ``None`` while it waits.
        decided_by: The second officer's key.
        ended_at: When it was ended early; ``None`` where it was not.
    """

    representation_id: int
    reference: str
    kind: RepresentationKind
    represented_id: int
    representative_id: int
    represented_reference: str
    representative_reference: str
    document: RepresentationDocument
    from_on: date
    to_on: date
    entered_by: str
    entered_at: datetime
    decision: Decision | None
    decided_by: str
    ended_at: datetime | None

    def is_in_force(self, on: date) -> bool:
        """Tell whether somebody may act under it on a day."""
        return self.decision is Decision.APPROVED and self.ended_at is None and self.from_on <= on < self.to_on


def document_context(reference: str) -> bytes:
    """Return what a sealed document number is bound to."""
    return b"admission.representation:" + reference.encode("ascii")


def document_number_of(representation_id: int) -> str:
    """Return the number of the document on which a representation rests; for the officers who decide on it."""
    row = Representation.objects.get(pk=representation_id)
    return unseal(keyring().vault(), bytes(row.document_number), context=document_context(row.reference)).decode()


def _rows() -> "QuerySet[Representation]":
    return Representation.objects.select_related("decided", "ended", "represented", "representative")


def _line(row: Representation) -> RepresentationLine:
    decided, ended = getattr(row, "decided", None), getattr(row, "ended", None)
    return RepresentationLine(
        representation_id=row.pk,
        reference=row.reference,
        kind=RepresentationKind(row.kind),
        represented_id=row.represented_id,
        representative_id=row.representative_id,
        represented_reference=row.represented.reference,
        representative_reference=row.representative.reference,
        document=RepresentationDocument(row.document),
        from_on=row.period.lower,
        to_on=row.period.upper,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        decision=None if decided is None else Decision(decided.decision),
        decided_by="" if decided is None else decided.decided_by,
        ended_at=None if ended is None else ended.ended_at,
    )


def list_representations(*, is_undecided: bool | None = None, limit: int = 100) -> tuple[RepresentationLine, ...]:
    """Return representations for office work, the newest first."""
    rows = _rows().order_by("-pk")
    if is_undecided is not None:
        rows = rows.filter(decided__isnull=is_undecided)
    return tuple(_line(row) for row in rows[:limit])


def find_representation(*, reference: str) -> RepresentationLine | None:
    """Return one representation, or ``None``."""
    row = _rows().filter(reference=reference.strip().upper()).first()
    return None if row is None else _line(row)


def list_for_representative(*, person_id: int, on: date) -> tuple[RepresentationLine, ...]:
    """Return the representations under which a person may act on a day."""
    rows = _rows().filter(representative_id__in=persons.cluster_of(person_id), period__contains=on)
    return tuple(line for line in map(_line, rows.order_by("pk")) if line.is_in_force(on))


def list_for_represented(*, person_id: int) -> tuple[RepresentationLine, ...]:
    """Return every representation of a person, in force or not: who acted for them, the newest first."""
    rows = _rows().filter(represented_id__in=persons.cluster_of(person_id)).order_by("-pk")
    return tuple(map(_line, rows))


def acting_for(actor: Actor, *, reference: str, on: date) -> Actor | None:
    """Return a person as acting for another under a representation, in the own name; ``None`` where none is in force.

    Args:
        actor: The person who is signed in.
        reference: The representation.
        on: The civil date; judged anew for each request.
    """
    if actor.person_id is None:
        return None
    for line in list_for_representative(person_id=actor.person_id, on=on):
        if line.reference == reference:
            return replace(actor, for_person_id=line.represented_id, mandate=line.reference)
    return None
