"""Asking for an authorisation, cancelling it, and the code by which a client learns what came of it."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from chengxin.authorisations import lookups, policies, rules, states
from chengxin.authorisations.errors import AskedWrongly, RequestUnknown
from chengxin.authorisations.events import AuthorisationAsked, AuthorisationRefused
from chengxin.authorisations.models import AuthorisationRequest, Redirection
from chengxin.authorisations.operations.references import new_reference
from chengxin.authorisations.rules import Scope
from chengxin.authorisations.states import RequestMove, RequestState
from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.identifiers.identity import IdentityNumber
from chengxin.ledger import operations as ledger
from chengxin.organisations import lookups as organisations
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.persons.lookups import PersonId

CODE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectTarget:
    """Where a client wants the person sent after answering.

    Attributes:
        redirect_uri: As registered for the client.
        state: The client's own text, returned unchanged.
        code_challenge: PKCE challenge, S256 (RFC 7636).
    """

    redirect_uri: str
    state: str
    code_challenge: str


@transaction.atomic
def ask_authorisation(
    *,
    purpose_code: str,
    scope: Scope,
    case_number: str,
    actor: Actor,
    now: datetime,
    number: IdentityNumber | None = None,
    name: str | None = None,
    redirect: RedirectTarget | None = None,
) -> str:
    """Ask for an authorisation and return the request's reference.

    A request either names one person, by number and name, or goes to whoever signs in on the way of a redirect. A
    person whom the registry does not know is asked in vain, and the requester is not told so.

    Args:
        purpose_code: For what.
        scope: Over what, how often, how long.
        case_number: The requester's own case.
        actor: An officer or client of the requester.
        now: The moment.
        number: Whom; with ``name``.
        name: The same person's name.
        redirect: Where the person goes after answering; only without a named person.

    Raises:
        AskedWrongly: The purpose is unknown, the scope empty, the case number of another form, or the person is named
            by half.
        Refused: The organisation may not ask this, or not yet again; the code says why.
    """
    today = civil_date(now)
    edition = catalogue.edition_in_force(today)
    purpose = edition.purposes.get(purpose_code)
    if purpose is None or purpose.disclosure is None or actor.organisation_code is None:
        raise AskedWrongly(field="purpose")
    if (number is None) != (name is None) or (number is None) == (redirect is None):
        raise AskedWrongly(field="person")
    case = case_number.strip()
    if not scope.is_sound or not purpose.disclosure.takes_case(case):
        raise AskedWrongly(field="case_number" if scope.is_sound else "scope")
    person_id = None if number is None or name is None else _find_named(number, name)
    asking = organisations.asking_facts(
        organisation_code=actor.organisation_code,
        purpose_code=purpose_code,
        subjects=(f"organisation:{actor.organisation_code}", actor.key),
        on=today,
    )
    limit = rules.widest_scope(
        purpose_items=edition.items_for(purpose),
        mandate_items=asking.mandate_items,
        most_looks=purpose.disclosure.most_looks,
        most_days=purpose.disclosure.most_days,
    )
    refused_on = (
        None
        if person_id is None
        else lookups.refused_on(
            organisation_code=actor.organisation_code, purpose_code=purpose_code, person_id=person_id
        )
    )
    policies.may_ask(
        actor,
        policies.AskStanding(
            is_mandated=asking.mandate_basis is not None and purpose.disclosure.admits(asking.kind or ""),
            is_suspended=bool(asking.suspended),
            is_purpose_by_authorisation=purpose.needs_authorisation,
            is_within_purpose=rules.is_within(scope, limit),
            again_on=None
            if refused_on is None
            else rules.may_ask_again_on(refused_on=refused_on, pause_days=purpose.disclosure.pause_days),
            today=today,
        ),
    ).require()
    request = AuthorisationRequest.objects.create(
        reference=new_reference(),
        organisation_code=actor.organisation_code,
        purpose_code=purpose_code,
        item_codes=sorted(scope.item_codes),
        data_from=scope.data_from,
        data_to=scope.data_to,
        looks=scope.looks,
        days=scope.days,
        case_number=case,
        is_directed=number is not None,
        person_id=person_id,
        asked_by=actor.key,
        asked_at=now,
        state=RequestState.WAITING.value,
    )
    if redirect is not None:
        Redirection.objects.create(
            request=request,
            client_key=actor.key,
            redirect_uri=redirect.redirect_uri,
            state=redirect.state,
            code_challenge=redirect.code_challenge,
        )
    ledger.append(
        AuthorisationAsked(
            person_id=person_id,
            request=request.reference,
            organisation_code=actor.organisation_code,
            purpose_code=purpose_code,
        ),
        actor=actor,
        at=now,
    )
    return request.reference


def _find_named(number: IdentityNumber, name: str) -> PersonId | None:
    """Return the person whose number and name these are; ``None`` where either is not."""
    found = persons.identify(number, name)
    return found.person_id if found.name_agrees else None


@transaction.atomic
def cancel_request(*, reference: str, actor: Actor, now: datetime) -> None:
    """Take an own request back before it is answered.

    Args:
        reference: The request.
        actor: An officer or client of the organisation that asked.
        now: The moment.

    Raises:
        RequestUnknown: There is none, or another organisation asked.
        RequestMoveNotAllowed: It was answered already.
    """
    request = AuthorisationRequest.objects.select_for_update().filter(reference=reference.strip().upper()).first()
    if request is None or request.organisation_code != actor.organisation_code:
        raise RequestUnknown
    state = states.after(RequestState(request.state), RequestMove.CANCEL)
    AuthorisationRequest.objects.filter(pk=request.pk).update(state=state.value, ended_at=now)
    ledger.append(
        AuthorisationRefused(person_id=request.person_id, request=request.reference, state=state.value),
        actor=actor,
        at=now,
    )


@transaction.atomic
def issue_code(*, reference: str, now: datetime) -> str:
    """Return a new code for an answered request, valid for a minute and once; stored as a digest only.

    Args:
        reference: A request that was pushed with a redirect.
        now: The moment.

    Raises:
        RequestUnknown: There is no such request.
    """
    redirection = Redirection.objects.select_for_update().filter(request__reference=reference).first()
    if redirection is None:
        raise RequestUnknown
    code = secrets.token_urlsafe(32)
    Redirection.objects.filter(pk=redirection.pk, code_used_at__isnull=True).update(
        code_digest=hashlib.sha256(code.encode()).digest(), code_until_at=now + timedelta(seconds=CODE_SECONDS)
    )
    return code


@transaction.atomic
def redeem_code(*, code: str, code_verifier: str, redirect_uri: str, actor: Actor, now: datetime) -> str:
    """Take a code once and return the request's reference.

    Args:
        code: As it came by the redirect.
        code_verifier: The secret behind the challenge (RFC 7636).
        redirect_uri: The same as in the request.
        actor: The client that pushed the request.
        now: The moment.

    Raises:
        RequestUnknown: The code is unknown, used, late, another client's, or the verifier does not fit.
    """
    digest = hashlib.sha256(code.encode()).digest()
    redirection = Redirection.objects.select_for_update().select_related("request").filter(code_digest=digest).first()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
    if (
        redirection is None
        or redirection.code_used_at is not None
        or redirection.code_until_at is None
        or now > redirection.code_until_at
        or redirection.client_key != actor.key
        or redirection.redirect_uri != redirect_uri
        or not secrets.compare_digest(redirection.code_challenge, challenge)
    ):
        raise RequestUnknown
    Redirection.objects.filter(pk=redirection.pk).update(code_used_at=now)
    return str(redirection.request.reference)
