"""The looks of the person's own pages that show something else than items: who one is, and who looked.

Each is judged and registered before it is answered, like every look. Items go through the gate of ``records``.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.persons import policies
from chengxin.persons.lookups import Identity, VerificationLine
from chengxin.register import operations as register

SELF_READ = "SELF_READ"
BASIS = "PIPL-45"
MASK_RULE = "OWN_FILE"
MASK_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPerson:
    """Who somebody is, over all rows that are the person.

    Attributes:
        head: The row that stands for all.
        others: Rows that were merged with it.
        verifications: How and when the person was verified, oldest first.
        coverage_codes: Coverage roles of today.
    """

    head: Identity
    others: tuple[Identity, ...]
    verifications: tuple[VerificationLine, ...]
    coverage_codes: tuple[str, ...]


def person_of(actor: Actor) -> int:
    """Return whose pages these are: the own, or those of the person for whom a guardian or agent acts.

    Args:
        actor: Who is signed in, let through for the audience of persons.

    Raises:
        RuntimeError: The login is bound to nobody, which the database does not allow.
    """
    if actor.person_id is None:
        message = "a person's login is bound to a person"
        raise RuntimeError(message)
    return actor.person_id if actor.for_person_id is None else actor.for_person_id


def register_own_look(*, actor: Actor, shown: str, now: datetime) -> int:
    """Register that a person looked at something of their own, and return the look's number.

    Args:
        actor: The person.
        shown: What was shown, as a code.
        now: The moment.
    """
    return _register(person_id=person_of(actor), actor=actor, shown=shown, refusal=None, now=now)


def access_own_identity(*, actor: Actor, now: datetime) -> AboutPerson:
    """Open who one is: registered, then shown; the number masks itself.

    Args:
        actor: The person.
        now: The moment.
    """
    person_id = person_of(actor)
    with transaction.atomic():
        register_own_look(actor=actor, shown="IDENTITY", now=now)
        cluster = persons.cluster_of(person_id)
        head = persons.head_of(person_id)
        identities = {identity.person_id: identity for identity in persons.list_identities(cluster)}
        verifications = [line for row in cluster for line in persons.list_verifications(row)]
        return AboutPerson(
            head=identities.pop(head),
            others=tuple(identities.values()),
            verifications=tuple(sorted(verifications, key=lambda line: line.verified_on)),
            coverage_codes=tuple(sorted(persons.coverage_on(person_id, civil_date(now)))),
        )


def access_own_number(*, actor: Actor, now: datetime) -> tuple[str, ...] | Refusal:
    """Return one's own identity numbers in clear, the current one first: a look of its own.

    Args:
        actor: Who asks.
        now: The moment.
    """
    person_id = person_of(actor)
    cluster = persons.cluster_of(person_id)
    decision = policies.may_read_number(actor, cluster=cluster)
    with transaction.atomic():
        if isinstance(decision, Refusal):
            _register(person_id=person_id, actor=actor, shown="NUMBER", refusal=decision, now=now)
            return decision
        register_own_look(actor=actor, shown="NUMBER", now=now)
    head = persons.head_of(person_id)
    ordered = sorted(persons.list_identities(cluster), key=lambda identity: identity.person_id != head)
    return tuple(identity.number.reveal() for identity in ordered)


def _register(*, person_id: int, actor: Actor, shown: str, refusal: Refusal | None, now: datetime) -> int:
    look = register.register_look(
        person_id=person_id,
        actor=actor,
        purpose_code=SELF_READ,
        basis_code=BASIS,
        case_number=None,
        shown={} if refusal is not None else {"what": shown},
        mask_rule=MASK_RULE,
        mask_version=MASK_VERSION,
        refusal=refusal,
        at=now,
    )
    return look.sequence
