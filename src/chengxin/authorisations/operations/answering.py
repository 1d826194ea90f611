"""Granting and refusing what was asked: by the person, online."""

import hashlib
from datetime import datetime

from django.db import transaction

from chengxin.authorisations import lookups, policies, rules, states
from chengxin.authorisations.errors import GrantedMoreThanAsked, RequestUnknown
from chengxin.authorisations.events import AuthorisationGranted, AuthorisationRefused
from chengxin.authorisations.models import Authorisation, AuthorisationRequest, Usage
from chengxin.authorisations.operations.references import new_reference
from chengxin.authorisations.rules import ReceiptFacts, Scope
from chengxin.authorisations.states import Channel, RequestMove, RequestState
from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.keys import published
from chengxin.ledger import operations as ledger
from chengxin.organisations import lookups as organisations
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.sealing import receipts

OFFICE_NAME = "福建省公共信用信息平台"


@transaction.atomic
def grant_authorisation(*, request_reference: str, scope: Scope, actor: Actor, now: datetime) -> str:
    """Grant what was asked, or less, and return the authorisation's reference.

    Args:
        request_reference: What was asked.
        scope: What is granted; nothing beyond what was asked.
        actor: The person.
        now: The moment.

    Raises:
        RequestUnknown: There is no such request.
        RequestMoveNotAllowed: It was answered already.
        GrantedMoreThanAsked: The scope is empty or goes beyond what was asked.
        Refused: Somebody else was asked, or the request lapsed.
    """
    request = _lock_request(request_reference)
    _judge(request, actor, now)
    state = states.after(RequestState(request.state), RequestMove.GRANT)
    if not (scope.is_sound and scope.item_codes <= set(request.item_codes)):
        raise GrantedMoreThanAsked
    if bool(request.item_codes) != bool(scope.item_codes) or not rules.is_within(scope, lookups.scope_of(request)):
        raise GrantedMoreThanAsked
    AuthorisationRequest.objects.filter(pk=request.pk).update(
        state=state.value, ended_at=now, person_id=actor.person_id if request.person_id is None else request.person_id
    )
    return write_authorisation(
        request=request,
        person_id=actor.person_id or 0,
        organisation_code=request.organisation_code,
        purpose_code=request.purpose_code,
        scope=scope,
        case_number=request.case_number,
        channel=Channel.ONLINE,
        actor=actor,
        now=now,
    ).reference


@transaction.atomic
def refuse_authorisation(*, request_reference: str, actor: Actor, now: datetime) -> None:
    """Refuse what was asked; the same organisation may not ask again for a while.

    Args:
        request_reference: What was asked.
        actor: The person.
        now: The moment.

    Raises:
        RequestUnknown: There is no such request.
        RequestMoveNotAllowed: It was answered already.
        Refused: Somebody else was asked, or the request lapsed.
    """
    request = _lock_request(request_reference)
    _judge(request, actor, now)
    state = states.after(RequestState(request.state), RequestMove.REFUSE)
    AuthorisationRequest.objects.filter(pk=request.pk).update(
        state=state.value, ended_at=now, person_id=actor.person_id if request.person_id is None else request.person_id
    )
    ledger.append(
        AuthorisationRefused(person_id=actor.person_id, request=request.reference, state=state.value),
        actor=actor,
        at=now,
    )


def _lock_request(reference: str) -> AuthorisationRequest:
    request = AuthorisationRequest.objects.select_for_update().filter(reference=reference.strip().upper()).first()
    if request is None:
        raise RequestUnknown
    return request


def _judge(request: AuthorisationRequest, actor: Actor, now: datetime) -> None:
    standing = policies.AnswerStanding(
        is_the_person=lookups.is_asked(request, actor.person_id),
        is_lapsed=rules.has_lapsed(asked_at=request.asked_at, now=now),
    )
    policies.may_answer(actor, standing).require()


def write_authorisation(
    *,
    request: AuthorisationRequest | None,
    person_id: int,
    organisation_code: str,
    purpose_code: str,
    scope: Scope,
    case_number: str,
    channel: Channel,
    actor: Actor,
    now: datetime,
) -> Authorisation:
    """Write an authorisation, its counter, its signed receipt and its event. Only for operations of this room.

    Args:
        request: What it answers; ``None`` for paper.
        person_id: Who allows it.
        organisation_code: To whom.
        purpose_code: For what.
        scope: Over what, how often, how long.
        case_number: The requester's case.
        channel: Online, or on paper.
        actor: The person, or the clerk who records the paper.
        now: The moment.
    """
    today = civil_date(now)
    edition = catalogue.edition_in_force(today)
    purpose = edition.purposes[purpose_code]
    organisation = organisations.find_organisation(organisation_code)
    reference, last_on = new_reference(), rules.last_day(granted_on=today, days=scope.days)
    receipt = receipts.sign_receipt(
        rules.receipt_contents(
            ReceiptFacts(
                reference=reference,
                person_reference=persons.reference_of(person_id),
                organisation_code=organisation_code,
                organisation_name="" if organisation is None else organisation.name_zh,
                purpose_code=purpose_code,
                basis_code=purpose.basis,
                scope=scope,
                granted_at=now,
                last_on=last_on,
                channel=channel.value,
                office_name=OFFICE_NAME,
            )
        ),
        kind=receipts.AUTHORISATION_TYPE,
        signer=published.receipt_signer(),
    )
    row = Authorisation.objects.create(
        reference=reference,
        request=request,
        person_id=person_id,
        organisation_code=organisation_code,
        purpose_code=purpose_code,
        basis_code=purpose.basis,
        edition_code=edition.code,
        item_codes=sorted(scope.item_codes),
        data_from=scope.data_from,
        data_to=scope.data_to,
        looks=scope.looks,
        case_number=case_number,
        channel=channel.value,
        granted_by=actor.key,
        granted_at=now,
        last_on=last_on,
        receipt=receipt,
    )
    Usage.objects.create(authorisation=row, looks=scope.looks)
    ledger.append(
        AuthorisationGranted(
            person_id=person_id,
            authorisation=reference,
            organisation_code=organisation_code,
            purpose_code=purpose_code,
            channel=channel.value,
            receipt_digest=hashlib.sha256(receipt.encode()).hexdigest(),
        ),
        actor=actor,
        at=now,
    )
    return row
