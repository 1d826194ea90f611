"""Registering a person outside the feed, and keeping how and when somebody was verified."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.identifiers.identity import IdentityNumber
from chengxin.identifiers.names import fold_name
from chengxin.keys.current import keyring
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups, policies, rules
from chengxin.persons.errors import DateNotAccepted, NameNotAccepted, NumberNotAccepted, NumberTaken, PersonUnknown
from chengxin.persons.events import IdentityVerified, PersonRegistered
from chengxin.persons.lookups import PersonId
from chengxin.persons.models import Name, Person, Verification
from chengxin.persons.operations.references import new_references
from chengxin.persons.states import DocumentKind, PersonState, VerificationMethod
from chengxin.sealing.suites import BlindIndex, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredPerson:
    """A person who was registered."""

    person_id: PersonId
    reference: str


@transaction.atomic
def register_person(
    *, number: IdentityNumber, name: str, since_on: date, synthetic: bool, actor: Actor, now: datetime
) -> RegisteredPerson:
    """Register a person whom the feed has not reported (yet).

    Args:
        number: The person's number.
        name: The person's name, as the document writes it.
        since_on: From which day number and name are known to hold.
        synthetic: Whether this is a demonstration: then only made-up numbers are accepted, else only real ones.
        actor: Who registers.
        now: The moment.

    Raises:
        Refused: The actor may not register persons (``REGISTER_NOT_POPULATION_OFFICER``).
        NumberNotAccepted: The number is made up, or real in a demonstration.
        NameNotAccepted: The text is no name; ``fault`` says why.
        DateNotAccepted: The day lies in the future or before the birth.
        NumberTaken: Somebody has this number already; look them up instead.
    """
    policies.may_register_person(actor).require()
    lookups.lock_registry(exclusive=False)
    if not rules.is_accepted_number(number, synthetic=synthetic):
        raise NumberNotAccepted(number=number)
    folded = fold_name(name)
    fault = rules.name_fault(name, folded=folded)
    if fault is not None:
        raise NameNotAccepted(fault=fault)
    if since_on > civil_date(now) or (number.born_on is not None and since_on < number.born_on):
        raise DateNotAccepted(since_on=since_on)
    ring = keyring()
    reference = new_references(1)[0]
    clear = rules.canonical_text(number)
    person = Person.objects.create(reference=reference, state=PersonState.ACTIVE.value, registered_at=now)
    with connection.cursor() as cursor:
        # One statement, because between looking and inserting another officer may register the same person.
        cursor.execute(
            "INSERT INTO persons_identifier (person_id, kind, blind, sealed, since_on, is_current)"
            " VALUES (%s, %s, %s, %s, %s, true) ON CONFLICT (blind) DO NOTHING",
            [
                person.pk,
                number.canonical_kind.value,
                BlindIndex(ring.identity_index()).of(clear),
                seal(ring.vault(), clear.encode(), context=lookups.number_context(reference)),
                since_on,
            ],
        )
        if cursor.rowcount == 0:
            raise NumberTaken(number=number)
    Name.objects.create(
        person=person,
        digest=BlindIndex(ring.name_index()).of(folded),
        sealed=seal(ring.vault(), name.strip().encode(), context=lookups.name_context(reference)),
        since_on=since_on,
    )
    ledger.append(PersonRegistered(person_id=person.pk, reference=reference), actor=actor, at=now)
    return RegisteredPerson(person_id=PersonId(person.pk), reference=reference)


@transaction.atomic
def record_verification(
    *,
    person_id: int,
    method: VerificationMethod,
    document_kind: DocumentKind,
    verified_on: date,
    organisation_code: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep how and when a person was verified; never by which face or finger.

    Args:
        person_id: Who was verified.
        method: How.
        document_kind: Which document was seen.
        verified_on: The day.
        organisation_code: Which organisation did it; the actor must act for it.
        actor: Who records it.
        now: The moment.

    Returns:
        Key of the row.

    Raises:
        Refused: The actor may not record it (``VERIFICATION_NOT_OFFICER``, ``VERIFICATION_OTHER_ORGANISATION``).
        PersonUnknown: There is no such person.
        DateNotAccepted: The day lies in the future.
    """
    policies.may_record_verification(actor, organisation_code=organisation_code).require()
    if verified_on > civil_date(now):
        raise DateNotAccepted(verified_on=verified_on)
    if not Person.objects.filter(pk=person_id).exists():
        raise PersonUnknown
    row = Verification.objects.create(
        person_id=person_id,
        method_code=method.value,
        document_kind=document_kind.value,
        organisation_code=organisation_code,
        verified_on=verified_on,
        recorded_at=now,
        actor_key=actor.key,
    )
    ledger.append(
        IdentityVerified(
            person_id=person_id,
            verification_id=row.pk,
            method_code=method.value,
            organisation_code=organisation_code,
        ),
        actor=actor,
        at=now,
    )
    return row.pk
