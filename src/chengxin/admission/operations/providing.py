"""Sign-in through an identity provider: only what it states with enough assurance, of exactly one person, opens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from chengxin.accounts import lookups as accounts_lookups
from chengxin.accounts import operations as accounts
from chengxin.admission import rules
from chengxin.admission.events import PersonSignedInByProvider
from chengxin.admission.rules import ProviderTerms
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal
from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber
from chengxin.identifiers.names import fold_name
from chengxin.ledger import operations as ledger
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.persons.states import PersonState


@transaction.atomic
def admit_by_provider(  # noqa: PLR0911 - one for each reason
    *, claims: Mapping[str, Any], terms: ProviderTerms | None, now: datetime
) -> int | Refusal:
    """Return the login of the person for whom a provider vouches, opened where there is none; or a refusal.

    The provider's verification of identity stands in the place of the counter's. A number attaches exactly or not at
    all, and the name must agree with the registered one.

    Args:
        claims: Of the ID token, whose signature, audience and time were verified.
        terms: Of the configured issuer; ``None`` where the issuer is not configured.
        now: The moment.

    Returns:
        The login, or a refusal: ``ISSUER_NOT_KNOWN``, ``ASSURANCE_TOO_LOW``, ``NUMBER_NOT_STATED``,
        ``NAME_NOT_STATED``, ``NUMBER_NOT_WELL_FORMED``, ``PERSON_NOT_REGISTERED``, ``NUMBER_NOT_CURRENT``,
        ``NAME_DIFFERS`` or ``PERSON_NOT_LIVING``.
    """
    said = rules.stated(claims, terms)
    if isinstance(said, str) or terms is None:
        return Refusal(code=str(said))
    try:
        number = IdentityNumber.parse(said.number, today=civil_date(now))
    except MalformedIdentityNumber:
        return Refusal(code="NUMBER_NOT_WELL_FORMED")
    owner = persons.find_person_by_identity(number)
    if owner is None:
        return Refusal(code="PERSON_NOT_REGISTERED")
    head = persons.head_of(owner)
    identities = {one.person_id: one for one in persons.list_identities({owner, head})}
    if identities[head].state is not PersonState.ACTIVE:
        return Refusal(code="PERSON_NOT_LIVING")
    if identities[owner].number != number:
        return Refusal(code="NUMBER_NOT_CURRENT")
    if fold_name(said.name) != fold_name(identities[owner].name):
        return Refusal(code="NAME_DIFFERS")
    for row in persons.cluster_of(head):
        known = accounts_lookups.find_open_login(person_id=row)
        if known is not None:
            return known
    actor = Actor(kind=ActorKind.PERSON, key=f"provider:{terms.issuer}"[:100], person_id=head)
    account_id = accounts.open_account(
        username=f"p-{identities[head].reference.lower()}-{accounts_lookups.count_logins(person_id=head) + 1}",
        password=None,
        kind=ActorKind.PERSON,
        roles=frozenset({Role.CITIZEN}),
        person_id=head,
        actor=actor,
        now=now,
    )
    ledger.append(
        PersonSignedInByProvider(person_id=head, account_id=account_id, issuer=terms.issuer, level=said.level),
        actor=actor,
        at=now,
    )
    return account_id
