"""A person's login: a clerk verifies the document and hands out a code; the person opens the login with it.

A lost login is recovered in the same way and in no other: identity is verified again, the old login is closed.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from chengxin.accounts import operations as accounts
from chengxin.accounts.errors import PersonHasAccount, UsernameTaken
from chengxin.admission import policies
from chengxin.admission.errors import PersonNotLiving
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal
from chengxin.identifiers.identity import IdentityNumber
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.persons import operations as registry
from chengxin.persons.states import DocumentKind, PersonState, VerificationMethod

AT_THE_COUNTER = frozenset({VerificationMethod.DOCUMENT_IN_PERSON, VerificationMethod.CHIP_READ})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A code that a clerk hands over.

    Attributes:
        code: In groups, shown this once.
        valid_until: Last day on which it may be used.
        closed_login: Whether an older login was closed for it.
    """

    code: str
    valid_until: date
    closed_login: bool

    def __repr__(self) -> str:
        """Show no code, so that no log holds one."""
        return f"<HandedOver until {self.valid_until}>"


@transaction.atomic
def hand_out_code(
    *, person_id: int, method: VerificationMethod, document_kind: DocumentKind, actor: Actor, now: datetime
) -> HandedOver:
    """Keep that a clerk verified a person, close the login there was, and issue a code that opens a new one.

    Args:
        person_id: Who stands at the counter.
        method: How the clerk made sure; by the document, never by a face or finger kept here.
        document_kind: Which document was seen.
        actor: The clerk.
        now: The moment.

    Raises:
        Refused: The actor is no clerk (``NOT_A_CLERK``).
        PersonNotLiving: A death is registered.
        PersonUnknown: There is no such person.
        ValueError: The method is none of the counter's, or no document was seen.
    """
    policies.may_serve_at_counter(actor).require()
    if method not in AT_THE_COUNTER or document_kind is DocumentKind.NONE:
        message = "at the counter a document is seen"
        raise ValueError(message)
    head = persons.head_of(person_id)
    if persons.identity_of(head).state is not PersonState.ACTIVE:
        raise PersonNotLiving
    registry.record_verification(
        person_id=head,
        method=method,
        document_kind=document_kind,
        verified_on=civil_date(now),
        organisation_code=actor.organisation_code or "",
        actor=actor,
        now=now,
    )
    closed = [accounts.close_login_of_person(person_id=row, actor=actor, now=now) for row in persons.cluster_of(head)]
    issued = accounts.issue_activation_code(person_id=head, actor=actor, now=now)
    return HandedOver(code=issued.text, valid_until=issued.valid_until, closed_login=any(closed))


@transaction.atomic
def activate_person(*, code: str, number: IdentityNumber, username: str, password: str, now: datetime) -> int | Refusal:
    """Open a person's login by the code and the own identity number.

    A refusal is returned, not raised, so that the attempt it used up stays used up.

    Args:
        code: As it was handed over.
        number: The person's own number.
        username: As the person chose it.
        password: As the person chose it, checked for strength by the form.
        now: The moment.

    Returns:
        The login; or a refusal: ``CODE_NOT_VALID``, which does not tell why, ``USERNAME_TAKEN``, or
        ``PERSON_HAS_ACCOUNT``.
    """
    taken = accounts.take_activation_code(code=code, now=now)
    if taken is None:
        return Refusal(code=accounts.NO_SUCH_CODE)
    owner = persons.find_person_by_identity(number)
    if owner is None or persons.head_of(owner) != persons.head_of(taken.person_id):
        accounts.spend_attempt_of(code_id=taken.code_id)
        return Refusal(code=accounts.NO_SUCH_CODE)
    head = persons.head_of(owner)
    try:
        with transaction.atomic():
            account_id = accounts.open_account(
                username=username,
                password=password,
                kind=ActorKind.PERSON,
                roles=frozenset({Role.CITIZEN}),
                person_id=head,
                actor=Actor(kind=ActorKind.PERSON, key=f"code:{taken.code_id}", person_id=head),
                now=now,
            )
    except (UsernameTaken, PersonHasAccount) as refused:
        return Refusal(code=refused.code)
    accounts.mark_code_used(code_id=taken.code_id, now=now)
    return account_id
