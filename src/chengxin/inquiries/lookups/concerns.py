"""Reading of concerns: the person's own, and one by one for the office's reviewers; both registered before shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.inquiries.errors import ConcernUnknown
from chengxin.inquiries.models import Concern
from chengxin.inquiries.policies import OWN_DATA, STATUTORY_POWER, ConcernStanding, may_answer_concern
from chengxin.inquiries.states import ConcernState
from chengxin.keys.current import keyring
from chengxin.organisations import lookups as organisations
from chengxin.persons import lookups as persons
from chengxin.register import lookups as register
from chengxin.register import operations as register_acts
from chengxin.register.lookups import LookLine
from chengxin.sealing.suites import unseal

SELF_READ: Final = "SELF_READ"
OFFICE_REVIEW: Final = "OFFICE_REVIEW"
MASK_RULE: Final = "CONCERN"
MASK_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernLine:
    """A concern as a list of the office shows it; it names nobody and says nothing that anybody wrote.

    Attributes:
        concern_id: Its key, to read on.
        reference: Its reference.
        look_id: The look that it is about.
        look_sequence: That look's number among the person's.
        organisation_code: Whose look it was; empty where nobody's.
        looker_key: Which login took it.
        purpose_code: For what.
        raised_at: When the person raised it.
        due_on: Last day for an answer; ``None`` where the calendar is not published.
        state: Where it stands.
        answered_at: When it was answered; ``None`` while it was not.
        answered_by: By which login; empty while it was not.
    """

    concern_id: int
    reference: str
    look_id: int
    look_sequence: int
    organisation_code: str
    looker_key: str
    purpose_code: str
    raised_at: datetime
    due_on: date | None
    state: ConcernState
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernRead:
    """A concern with what was written, and the look that it is about.

    Attributes:
        line: How it stands.
        look: The look as the register holds it.
        words: What the person wrote; may be empty.
        answer: What the office answered; empty while it did not.
        look_number: The number under which this reading was registered.
    """

    line: ConcernLine
    look: LookLine | None
    words: str
    answer: str
    look_number: int


def words_context(reference: str, whose: str) -> bytes:
    """Return what sealed words are bound to.

    Args:
        reference: The concern.
        whose: ``person`` or ``office``.
    """
    return f"inquiries.concern.{whose}:{reference}".encode("ascii")


def open_words(row: Concern) -> tuple[str, str]:
    """Return what the person wrote and what the office answered.

    Args:
        row: The concern.
    """
    vault = keyring().vault()
    words = unseal(vault, bytes(row.words_sealed), context=words_context(row.reference, "person"))
    if row.answer_sealed is None:
        return words.decode(), ""
    answer = unseal(vault, bytes(row.answer_sealed), context=words_context(row.reference, "office"))
    return words.decode(), answer.decode()


def lock_concern(reference: str) -> Concern:
    """Return a concern, locked until the transaction ends.

    Args:
        reference: Which.

    Raises:
        ConcernUnknown: There is none.
    """
    row = Concern.objects.select_for_update().filter(reference=reference.strip().upper()).first()
    if row is None:
        raise ConcernUnknown
    return row


def standing_of(actor: Actor, *, person_id: int, looker_key: str, is_raised: bool) -> ConcernStanding:
    """Return how somebody stands to a look.

    Args:
        actor: Who.
        person_id: At whom the look was.
        looker_key: Which login took it.
        is_raised: Whether there is a concern about it.
    """
    return ConcernStanding(
        is_the_person=actor.person_id is not None and person_id in persons.cluster_of(actor.person_id),
        is_the_looker=actor.key == looker_key,
        is_suspended=organisations.is_suspended([actor.key, f"organisation:{actor.organisation_code}"]),
        is_raised=is_raised,
    )


def list_concerns(*, is_open: bool | None = None, after: int | None = None, limit: int = 50) -> tuple[ConcernLine, ...]:
    """Return concerns, the oldest first, for the office's work queue; they name nobody.

    They are raised in the order of their due days, so the oldest is due first.

    Args:
        is_open: Only those that wait for an answer, only the others, or all.
        after: Only concerns with a larger key, to read on.
        limit: At most so many.
    """
    rows = Concern.objects.order_by("id")
    if is_open is not None:
        waiting = {"state": ConcernState.UNDER_REVIEW.value}
        rows = rows.filter(**waiting) if is_open else rows.exclude(**waiting)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return tuple(_line(row) for row in rows[:limit])


def count_open_concerns() -> int:
    """Return how many concerns wait for an answer."""
    return Concern.objects.filter(state=ConcernState.UNDER_REVIEW.value).count()


def count_answered_since(*, cluster: Sequence[int], since: datetime | None) -> int:
    """Return how many concerns of a person were answered after a moment, or ever.

    Args:
        cluster: All rows that are the person.
        since: The moment; ``None`` for ever.
    """
    rows = Concern.objects.filter(person_id__in=cluster, answered_at__isnull=False)
    return rows.count() if since is None else rows.filter(answered_at__gt=since).count()


def access_own_concerns(*, actor: Actor, now: datetime, look_id: int | None = None) -> tuple[ConcernRead, ...]:
    """Return the person's concerns with what was written, the newest first: a look of the person's own.

    Args:
        actor: The person.
        now: The moment.
        look_id: Only the one about this look.
    """
    if actor.person_id is None:
        return ()
    cluster = persons.cluster_of(actor.person_id)
    rows = Concern.objects.filter(person_id__in=cluster).order_by("-id")
    if look_id is not None:
        rows = rows.filter(look_id=look_id)
    with transaction.atomic():
        number = _register(
            person_id=actor.person_id,
            actor=actor,
            purpose_code=SELF_READ,
            basis_code=OWN_DATA.code,
            case_number=None,
            refusal=None,
            now=now,
        )
        return tuple(_read(row, number) for row in rows[:200])


def access_concern_for_review(*, reference: str, actor: Actor, now: datetime) -> ConcernRead | Refusal:
    """Return a concern with what the person wrote, to a reviewer of the office: registered as a look at the person.

    A refusal is registered in the same way and returned.

    Args:
        reference: Which.
        actor: A reviewer, who is not the one who took the look, and not suspended.
        now: The moment.

    Raises:
        ConcernUnknown: There is none.
    """
    row = Concern.objects.filter(reference=reference.strip().upper()).first()
    if row is None:
        raise ConcernUnknown
    decision = may_answer_concern(
        actor, standing_of(actor, person_id=row.person_id, looker_key=row.looker_key, is_raised=True)
    )
    refusal = decision if isinstance(decision, Refusal) else None
    with transaction.atomic():
        number = _register(
            person_id=row.person_id,
            actor=actor,
            purpose_code=OFFICE_REVIEW,
            basis_code=STATUTORY_POWER.code,
            case_number=row.reference,
            refusal=refusal,
            now=now,
        )
        return _read(row, number) if refusal is None else refusal


def _register(
    *,
    person_id: int,
    actor: Actor,
    purpose_code: str,
    basis_code: str,
    case_number: str | None,
    refusal: Refusal | None,
    now: datetime,
) -> int:
    return register_acts.register_look(
        person_id=person_id,
        actor=actor,
        purpose_code=purpose_code,
        basis_code=basis_code,
        case_number=case_number,
        shown={"what": "CONCERN"} if refusal is None else {},
        mask_rule=MASK_RULE,
        mask_version=MASK_VERSION,
        refusal=refusal,
        at=now,
    ).sequence


def _read(row: Concern, number: int) -> ConcernRead:
    words, answer = open_words(row)
    return ConcernRead(
        line=_line(row),
        look=register.find_look(person_id=row.person_id, sequence=row.look_sequence),
        words=words,
        answer=answer,
        look_number=number,
    )


def _line(row: Concern) -> ConcernLine:
    return ConcernLine(
        concern_id=row.pk,
        reference=row.reference,
        look_id=row.look_id,
        look_sequence=row.look_sequence,
        organisation_code=row.organisation_code,
        looker_key=row.looker_key,
        purpose_code=row.purpose_code,
        raised_at=row.raised_at,
        due_on=row.due_on,
        state=ConcernState(row.state),
        answered_at=row.answered_at,
        answered_by=row.answered_by,
    )
