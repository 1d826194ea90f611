"""Guardians and agents: a clerk enters on which document somebody acts for another, a second officer confirms."""

import base64
import secrets
from datetime import date, datetime

from django.db import IntegrityError, transaction

from chengxin.admission import lookups, policies, rules
from chengxin.admission.errors import RepresentationNotAccepted, RepresentationUnknown
from chengxin.admission.events import RepresentationDecided, RepresentationEnded, RepresentationEntered
from chengxin.admission.models import Representation, RepresentationDecision, RepresentationEnd
from chengxin.admission.states import Decision, RepresentationDocument, RepresentationKind
from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refused
from chengxin.keys.current import keyring
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.sealing.suites import seal


@transaction.atomic
def enter_representation(
    *,
    kind: RepresentationKind,
    represented_id: int,
    representative_id: int,
    document: RepresentationDocument,
    document_number: str,
    from_on: date,
    to_on: date,
    actor: Actor,
    now: datetime,
) -> str:
    """Enter that somebody acts for another person; nobody acts under it before a second officer confirms.

    Args:
        kind: As guardian or as agent.
        represented_id: For whom.
        representative_id: Who acts.
        document: Which document shows it.
        document_number: Its number; kept sealed.
        from_on: First day.
        to_on: First day without it.
        actor: The clerk.
        now: The moment.

    Returns:
        Its reference.

    Raises:
        Refused: The actor is no clerk (``NOT_A_CLERK``).
        RepresentationNotAccepted: It cannot be; ``fault`` says why.
        PersonUnknown: There is no such person.
    """
    policies.may_serve_at_counter(actor).require()
    represented, representative = persons.head_of(represented_id), persons.head_of(representative_id)
    fault = rules.representation_fault(
        rules.Entered(
            kind=kind,
            document=document,
            from_on=from_on,
            to_on=to_on,
            is_same_person=represented == representative,
            represented_born_on=persons.identity_of(represented).born_on,
            representative_born_on=persons.identity_of(representative).born_on,
            today=civil_date(now),
        )
    )
    if fault:
        code = f"REPRESENTATION_{fault}"
        raise RepresentationNotAccepted(code, fault=fault)
    reference = base64.b32encode(secrets.token_bytes(10)).decode()
    row = Representation.objects.create(
        reference=reference,
        kind=kind.value,
        represented_id=represented,
        representative_id=representative,
        document=document.value,
        document_number=seal(
            keyring().vault(), document_number.strip().encode(), context=lookups.document_context(reference)
        ),
        period=(from_on, to_on),
        organisation_code=actor.organisation_code or "",
        entered_by=actor.key,
        entered_at=now,
    )
    ledger.append(
        RepresentationEntered(
            person_id=represented,
            representation_id=row.pk,
            representation_kind=kind.value,
            representative_id=representative,
            from_on=from_on.isoformat(),
            to_on=to_on.isoformat(),
        ),
        actor=actor,
        at=now,
    )
    return reference


@transaction.atomic
def decide_representation(*, reference: str, decision: Decision, actor: Actor, now: datetime) -> None:
    """Decide a representation as a second officer.

    Args:
        reference: Which.
        decision: How.
        actor: Another officer than the one who entered it.
        now: The moment.

    Raises:
        RepresentationUnknown: There is none.
        Refused: The actor may not (``NOT_A_CLERK``, ``SECOND_OFFICER_NEEDED``), or it was decided already
            (``REPRESENTATION_DECIDED``).
    """
    line = lookups.find_representation(reference=reference)
    if line is None:
        raise RepresentationUnknown
    standing = policies.RepresentationStanding(
        is_enterer=actor.key == line.entered_by, is_decided=line.decision is not None
    )
    policies.may_decide_representation(actor, standing).require()
    try:
        # Rows that are only ever added cannot be locked; of two officers at once the constraint lets one decide.
        with transaction.atomic():
            RepresentationDecision.objects.create(
                representation_id=line.representation_id,
                entered_by=line.entered_by,
                decided_by=actor.key,
                decision=decision.value,
                decided_at=now,
            )
    except IntegrityError as taken:
        raise Refused("REPRESENTATION_DECIDED") from taken  # noqa: EM101 - a code, not a sentence
    ledger.append(
        RepresentationDecided(
            person_id=line.represented_id, representation_id=line.representation_id, decision=decision.value
        ),
        actor=actor,
        at=now,
    )


@transaction.atomic
def end_representation(*, reference: str, actor: Actor, now: datetime) -> None:
    """End a representation before its last day; the next request under it is refused.

    Args:
        reference: Which.
        actor: A clerk, at the wish of either person or on a document.
        now: The moment.

    Raises:
        RepresentationUnknown: There is none that is in force or to come.
        Refused: The actor is no clerk (``NOT_A_CLERK``).
    """
    policies.may_serve_at_counter(actor).require()
    line = lookups.find_representation(reference=reference)
    if line is None or line.ended_at is not None or line.to_on <= civil_date(now):
        raise RepresentationUnknown
    RepresentationEnd.objects.create(representation_id=line.representation_id, ended_by=actor.key, ended_at=now)
    ledger.append(
        RepresentationEnded(person_id=line.represented_id, representation_id=line.representation_id),
        actor=actor,
        at=now,
    )
