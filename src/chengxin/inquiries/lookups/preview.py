"""What an answer would say today: shown to the person who is asked, before anything is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations.errors import RequestUnknown
from chengxin.authorisations.lookups import RequestLine
from chengxin.authorisations.rules import Scope, is_within
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import AnswerForm, Edition
from chengxin.inquiries.lookups.asked import quota_left
from chengxin.inquiries.lookups.usable import counts_of, usable_items_without_register
from chengxin.inquiries.policies import OWN_DATA, AuthorisationStanding, GateFacts, may_be_answered, may_preview
from chengxin.inquiries.rules import answers
from chengxin.inquiries.states import Match
from chengxin.organisations import lookups as organisations
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.register import operations as register

SELF_READ: Final = "SELF_READ"
_GRANTED: Final = AuthorisationStanding(
    is_of_this_person=True,
    is_to_this_organisation=True,
    is_for_this_purpose=True,
    is_withdrawn=False,
    is_over=False,
    is_used_up=False,
    covers_items=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the requester would be answered today, if the person allowed it.

    Attributes:
        request: What is asked.
        scope: For which scope this is the answer: what was asked, or what the person is about to allow.
        form: The largest form of answer that the purpose needs; the requester may ask for less, never for more.
        body: What would be said, as the gate would form it; empty where it would be refused.
        refusal_code: Why the gate would refuse today even with an authorisation; empty where it would answer.
        item_count: How many items the answer rests on.
        look_number: The number under which this look was registered.
    """

    request: RequestLine
    scope: Scope
    form: AnswerForm
    body: Mapping[str, Any]
    refusal_code: str
    item_count: int
    look_number: int


def preview_for_person(*, reference: str, actor: Actor, now: datetime, scope: Scope | None = None) -> Preview | Refusal:
    """Return what an answer under a request would show today: a look of the person's own, registered before it.

    The facts are judged by the gate's own policy with the authorisation taken as granted; items are read, counted and
    masked by the very functions that form the answer.

    Args:
        reference: The request.
        actor: The person who is asked.
        now: The moment.
        scope: What the person is about to allow; what was asked where it is left out.

    Returns:
        The preview, or the refusal where somebody else was asked; either way there is a line of the register.

    Raises:
        ValueError: The scope goes beyond what was asked.
        RuntimeError: The login is nobody's, and there is no file in which the look could be registered.
    """
    if actor.person_id is None:
        message = "only persons preview, and a person's login is bound to a person"
        raise RuntimeError(message)
    try:
        request = authorisations.request_of_person(reference=reference, person_id=actor.person_id, now=now)
    except RequestUnknown:
        request = None
    decision = may_preview(actor, is_asked=request is not None)
    with transaction.atomic():
        if isinstance(decision, Refusal) or request is None:
            refusal = decision if isinstance(decision, Refusal) else Refusal(code="NOT_ASKED_OF_YOU", basis=OWN_DATA)
            _register(actor, person_id=actor.person_id, shown={}, refusal=refusal, now=now)
            return refusal
        return _previewed(request, scope or request.scope, actor=actor, person_id=actor.person_id, now=now)


def _previewed(request: RequestLine, scope: Scope, *, actor: Actor, person_id: int, now: datetime) -> Preview:
    if not is_within(scope, request.scope):
        message = "the person can allow less than was asked, never more"
        raise ValueError(message)
    today = civil_date(now)
    edition = catalogue.edition_in_force(today)
    purpose = edition.purposes.get(request.purpose_code)
    disclosure = None if purpose is None else purpose.disclosure
    form = AnswerForm.YES_NO if disclosure is None else disclosure.form
    decision = may_be_answered(_anybody_of(request), _facts(request, scope, edition, now=now), basis=None)
    body: Mapping[str, Any] = {}
    items: tuple[answers.UsableItem, ...] = ()
    if not isinstance(decision, Refusal):
        if disclosure is not None and not disclosure.kinds:
            body = answers.identity_body(Match.MATCH)
        else:
            register.draw_look(person_id=person_id)
            items = usable_items_without_register(
                cluster=persons.cluster_of(person_id),
                scope=scope,
                edition=edition,
                today=today,
                with_details=form is AnswerForm.DOCUMENT,
            )
            body = answers.body_of(form, items)
    number = _register(
        actor,
        person_id=person_id,
        shown={"what": "PREVIEW", "items": counts_of(items), "form": form.value, "request": request.reference},
        refusal=None,
        now=now,
    )
    return Preview(
        request=request,
        scope=scope,
        form=form,
        body=body,
        refusal_code=decision.code if isinstance(decision, Refusal) else "",
        item_count=len(items),
        look_number=number,
    )


def _anybody_of(request: RequestLine) -> Actor:
    """Return an actor of the requester who is not suspended personally; which officer will ask is not known yet."""
    return Actor(
        kind=ActorKind.OFFICER,
        key=request.asked_by,
        organisation_code=request.organisation_code,
        roles=frozenset({Role.REQUESTER}),
    )


def _facts(request: RequestLine, scope: Scope, edition: Edition, *, now: datetime) -> GateFacts:
    today = civil_date(now)
    purpose = edition.purposes.get(request.purpose_code)
    disclosure = None if purpose is None else purpose.disclosure
    subjects = (f"organisation:{request.organisation_code}",)
    asking = organisations.asking_facts(
        organisation_code=request.organisation_code, purpose_code=request.purpose_code, subjects=subjects, on=today
    )
    allowed = frozenset() if purpose is None else edition.items_for(purpose)
    if asking.mandate_items:
        allowed &= asking.mandate_items
    left = quota_left(subjects, edition=edition, on=today)
    basis = None if asking.mandate_basis is None else edition.bases.get(asking.mandate_basis)
    return GateFacts(
        is_suspended=bool(asking.suspended),
        is_purpose_offered=disclosure is not None,
        is_kind_admitted=disclosure is not None and disclosure.admits(asking.kind or ""),
        is_mandated=asking.mandate_basis is not None,
        is_basis_known=basis is not None,
        is_basis_in_force=basis is not None and basis.holds_on(today),
        needs_licence=disclosure is not None and disclosure.needs_licence,
        is_licensed=asking.is_licensed,
        needs_case_number=purpose is not None and purpose.needs_case_number,
        is_case_formed=disclosure is not None and disclosure.takes_case(request.case_number),
        are_items_allowed=scope.item_codes <= allowed,
        is_quota_known=left.narrowest is not None,
        quota_used_up=None if left.times else left.narrowest,
        needs_authorisation=True,
        authorisation=_GRANTED,
        is_person_identified=True,
        asks_identity_only=disclosure is not None and not disclosure.kinds,
    )


def _register(actor: Actor, *, person_id: int, shown: Mapping[str, Any], refusal: Refusal | None, now: datetime) -> int:
    return register.register_look(
        person_id=person_id,
        actor=actor,
        purpose_code=SELF_READ,
        basis_code=OWN_DATA.code,
        case_number=None,
        shown=shown,
        mask_rule=answers.MASK_RULE,
        mask_version=answers.MASK_VERSION,
        refusal=refusal,
        at=now,
    ).sequence
