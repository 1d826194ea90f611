"""Requests for authorisations that name one person, and what persons have allowed the organisation."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from chengxin.api.v1.cursors import cursor_of, number_of
from chengxin.api.v1.inquiries import number_sent
from chengxin.api.v1.limits import LONGEST_PAGE, PAGE
from chengxin.api.v1.references import opaque_reference
from chengxin.api.v1.tokens import RequesterToken, actor_of, organisation_of
from chengxin.api.v1.values import Code, Line, Moment, Paged
from chengxin.authorisations import lookups
from chengxin.authorisations import operations as authorisations
from chengxin.authorisations.lookups import AuthorisationLine, RequestLine
from chengxin.authorisations.rules import Scope
from chengxin.authorisations.states import Channel
from chengxin.portals.presentation.clock import now_of, today_of

requests = Router(tags=["authorisations"], auth=RequesterToken())
router = Router(tags=["authorisations"], auth=RequesterToken())

MOST = 1_000_000


class RequestStanding(StrEnum):
    """Where a request stands; LAPSED when nobody answered in time."""

    WAITING = "WAITING"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"
    LAPSED = "LAPSED"


class ScopeShown(Schema):
    """Over what, how often."""

    items: list[str] = Field(description="Item types; every one is named.")
    data_from: date | None = Field(description="First day of events; null for no bound.")
    data_to: date | None = Field(description="First day of events that are left out; null for no bound.")
    looks: int


class NewRequest(Schema):
    """What a person is asked to allow."""

    model_config = ConfigDict(extra="forbid")

    purpose: Code
    identity_number: Annotated[str, StringConstraints(max_length=64)]
    name: Annotated[Line, StringConstraints(min_length=1)]
    items: Annotated[list[Code], Field(min_length=1, max_length=200)]
    data_from: date | None = None
    data_to: date | None = Field(default=None, description="First day of events that are left out.")
    looks: Annotated[int, Field(ge=1, le=MOST)]
    days: Annotated[int, Field(ge=1, le=MOST)]
    case_number: Line


class RequestShown(ScopeShown):
    """A request of the organisation. It does not tell whether the registry knows the person who was named."""

    reference: str
    purpose: str
    days: int
    case_number: str
    state: RequestStanding
    asked_at: Moment
    asked_by: str = Field(description="Key of the client or account; it names nobody.")
    answer_by: date = Field(description="Last day for an answer.")
    authorisation: str | None = Field(description="Reference of what came of it; null unless it was granted.")


class RequestPage(Paged):
    """A page of the organisation's requests, newest first."""

    items: list[RequestShown]


class AuthorisationShown(ScopeShown):
    """What a person has allowed the organisation; nobody is named."""

    reference: str
    purpose: str
    basis: str
    edition: str
    used: int
    last_used_at: Moment | None
    case_number: str
    channel: Channel
    granted_at: Moment
    last_on: date = Field(description="Last day on which it can be used.")
    withdrawn_at: Moment | None
    can_be_used: bool = Field(description="Whether it can be used today.")
    receipt: str = Field(description="Compact JWS with the fields of ISO/IEC TS 27560.")


class AuthorisationPage(Paged):
    """A page of what the organisation was allowed, newest first."""

    items: list[AuthorisationShown]


@requests.post("", response={201: RequestShown}, summary="Ask for an authorisation", operation_id="ask_authorisation")
def ask_authorisation(request: HttpRequest, asked: NewRequest) -> RequestShown:
    """Ask one person, by number and name. Whether the registry knows the person is not told."""
    reference = authorisations.ask_authorisation(
        purpose_code=asked.purpose,
        scope=Scope(
            item_codes=frozenset(asked.items),
            data_from=asked.data_from,
            data_to=asked.data_to,
            looks=asked.looks,
            days=asked.days,
        ),
        case_number=asked.case_number,
        number=number_sent(asked.identity_number, today=today_of(request)),
        name=asked.name.strip(),
        actor=actor_of(request),
        now=now_of(request),
    )
    return _request_shown(_own_request(request, reference))


@requests.get("", response=RequestPage, summary="Requests of the organisation", operation_id="list_requests")
def list_requests(
    request: HttpRequest,
    waiting: Annotated[bool | None, Query(description="Only those that wait for an answer, or only others.")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> RequestPage:
    """Return what the organisation asked persons to allow, newest first."""
    found = lookups.list_requests_of(
        organisation_code=organisation_of(request),
        now=now_of(request),
        is_waiting=waiting,
        before=number_of(cursor),
        limit=limit + 1,
    )
    page = found[:limit]
    following = cursor_of(page[-1].request_id) if len(found) > limit else None
    return RequestPage(items=[_request_shown(line) for line in page], next=following)


@requests.get("/{reference}", response=RequestShown, summary="One request", operation_id="read_request")
def read_request(request: HttpRequest, reference: str) -> RequestShown:
    """Return one request of the organisation."""
    return _request_shown(_own_request(request, reference))


@requests.post("/{reference}/cancel", response=RequestShown, summary="Cancel a request", operation_id="cancel_request")
def cancel_request(request: HttpRequest, reference: str) -> RequestShown:
    """Take a request back before it is answered."""
    own = _own_request(request, reference)
    authorisations.cancel_request(reference=own.reference, actor=actor_of(request), now=now_of(request))
    return _request_shown(_own_request(request, reference))


def _own_request(request: HttpRequest, reference: str) -> RequestLine:
    return lookups.request_of_organisation(
        reference=opaque_reference(reference, unknown=authorisations.RequestUnknown),
        organisation_code=organisation_of(request),
        now=now_of(request),
    )


def _request_shown(line: RequestLine) -> RequestShown:
    return RequestShown(
        reference=line.reference,
        purpose=line.purpose_code,
        items=sorted(line.scope.item_codes),
        data_from=line.scope.data_from,
        data_to=line.scope.data_to,
        looks=line.scope.looks,
        days=line.scope.days,
        case_number=line.case_number,
        state=RequestStanding.LAPSED if line.is_lapsed else RequestStanding(line.state.value),
        asked_at=line.asked_at,
        asked_by=line.asked_by,
        answer_by=line.answer_by_on,
        authorisation=line.authorisation_reference,
    )


@router.get("", response=AuthorisationPage, summary="What was allowed", operation_id="list_authorisations")
def list_authorisations(
    request: HttpRequest,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> AuthorisationPage:
    """Return what persons allowed the organisation, newest first, with its use and withdrawal."""
    found = lookups.list_authorisations_to(
        organisation_code=organisation_of(request), before=number_of(cursor), limit=limit + 1
    )
    page = found[:limit]
    following = cursor_of(page[-1].authorisation_id) if len(found) > limit else None
    return AuthorisationPage(items=[_shown(line, today_of(request)) for line in page], next=following)


@router.get("/{reference}", response=AuthorisationShown, summary="One authorisation", operation_id="read_authorisation")
def read_authorisation(request: HttpRequest, reference: str) -> AuthorisationShown:
    """Return one authorisation that a person gave the organisation."""
    found = lookups.authorisation_of_organisation(
        reference=opaque_reference(reference, unknown=authorisations.AuthorisationUnknown),
        organisation_code=organisation_of(request),
    )
    return _shown(found, today_of(request))


def _shown(line: AuthorisationLine, today: date) -> AuthorisationShown:
    return AuthorisationShown(
        reference=line.reference,
        purpose=line.purpose_code,
        basis=line.basis_code,
        edition=line.edition_code,
        items=list(line.item_codes),
        data_from=line.data_from,
        data_to=line.data_to,
        looks=line.looks,
        used=line.used_count,
        last_used_at=line.last_used_at,
        case_number=line.case_number,
        channel=line.channel,
        granted_at=line.granted_at,
        last_on=line.last_on,
        withdrawn_at=line.withdrawn_at,
        can_be_used=line.holds_on(today),
        receipt=line.receipt,
    )
