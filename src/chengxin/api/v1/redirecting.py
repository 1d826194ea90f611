"""Asking a person on the way of a redirect: pushed requests (RFC 9126), rich details (RFC 9396), PKCE (RFC 7636).

A client pushes what it asks for, sends the person to the citizen pages with the reference that it got, and takes the
code that the person brings back once. What was granted stands in the answer to the code. Nothing of the request
travels through the browser but references; the person is named by nobody, whoever signs in is asked.
"""

import json
import re
from datetime import date
from typing import Annotated, Any, Final, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, ValidationError

from chengxin.accounts import operations as accounts
from chengxin.accounts.lookups import ClientLine
from chengxin.accounts.rules import INQUIRY, scopes_of
from chengxin.accounts.scopes import WORDS
from chengxin.authorisations import lookups
from chengxin.authorisations import operations as authorisations
from chengxin.authorisations.lookups import AuthorisationLine
from chengxin.authorisations.rules import PUSHED_SECONDS, Scope, request_uri_of
from chengxin.authority.decisions import Refused
from chengxin.portals.presentation.clock import now_of
from chengxin.portals.presentation.issuer import issuer_of
from chengxin.portals.presentation.languages import DOCUMENT_TAGS

FORM: Final = "application/x-www-form-urlencoded"
DETAILS_TYPE: Final = "personal-credit-inquiry"
LONGEST: Final = {"authorization_details": 16 * 1024, "state": 500, "redirect_uri": 500}
"""Characters that a parameter may have, where it differs from the rest."""

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
_MOST: Final = 1_000_000


class AskedDetails(Schema):
    """What is asked of a person (RFC 9396)."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["personal-credit-inquiry"]
    purpose: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
    items: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]], Field(max_length=200)]
    data_from: date | None = None
    data_to: date | None = Field(default=None, description="First day of events that are left out.")
    looks: Annotated[int, Field(ge=1, le=_MOST)]
    days: Annotated[int, Field(ge=1, le=_MOST)]
    case_number: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


def oauth_error(error: str, *, status: int = 400, description: str = "") -> HttpResponse:
    """Answer with an error of RFC 6749.

    Args:
        error: Its registered name.
        status: HTTP status.
        description: A stable code of ours that says more; empty where there is none.
    """
    body = {"error": error} | ({"error_description": description} if description else {})
    headers = {"Cache-Control": "no-store"} | ({"WWW-Authenticate": 'Basic realm="chengxin"'} if status == 401 else {})  # noqa: PLR2004 -- an HTTP status
    return JsonResponse(body, status=status, headers=headers)


def push(request: HttpRequest, client: ClientLine | None) -> HttpResponse:
    """Take what a client asks for, and answer with the reference with which it sends the person here.

    Args:
        request: The request being answered; a plain form.
        client: The client that proved itself, or None.
    """
    if client is None:
        return oauth_error("invalid_client", status=401)
    error = _wrong_push(request, client)
    if error:
        return oauth_error(error)
    asked = _details_of(request.POST.get("authorization_details", ""))
    if asked is None:
        return oauth_error("invalid_authorization_details")
    try:
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
            redirect=authorisations.RedirectTarget(
                redirect_uri=request.POST["redirect_uri"],
                state=request.POST.get("state", ""),
                code_challenge=request.POST["code_challenge"],
            ),
            actor=client.actor,
            now=now_of(request),
        )
    except Refused as refused:
        # The form of RFC 6749 instead of a problem document; nothing was written that could be lost.
        return oauth_error("invalid_authorization_details", description=refused.code)
    return JsonResponse(
        {"request_uri": request_uri_of(reference), "expires_in": PUSHED_SECONDS},
        status=201,
        headers={"Cache-Control": "no-store"},
    )


def _wrong_push(request: HttpRequest, client: ClientLine) -> str:
    """Return the error of a pushed request, or an empty text."""
    form = request.POST
    if INQUIRY not in scopes_of(client.actor.roles):
        return "unauthorized_client"
    if "request_uri" in form or form.get("client_id", client.client_id) != client.client_id:
        return "invalid_request"
    if form.get("response_type") != "code":
        return "unsupported_response_type"
    if form.get("scope", INQUIRY) != INQUIRY:
        return "invalid_scope"
    is_proved = form.get("code_challenge_method") == "S256" and _CHALLENGE.fullmatch(form.get("code_challenge", ""))
    is_registered = form.get("redirect_uri", "") in client.redirect_uris
    return "" if is_proved and is_registered and form.get("state", "").isascii() else "invalid_request"


def _details_of(text: str) -> AskedDetails | None:
    """Return the one thing that is asked for, or None where it is not exactly one, of the one type there is."""
    try:
        read = json.loads(text)
        if not isinstance(read, list) or len(read) != 1:
            return None
        asked = AskedDetails.model_validate(read[0])
    except (ValidationError, ValueError, RecursionError):
        return None
    return asked if asked.items else None


def exchange(request: HttpRequest, client: ClientLine | None) -> HttpResponse:
    """Take a code once, and answer with a token and with what the person granted (RFC 9396, section 7).

    Args:
        request: The request being answered; a plain form.
        client: The client that proved itself, or None.
    """
    if client is None:
        return oauth_error("invalid_client", status=401)
    form = request.POST
    verifier = form.get("code_verifier", "")
    if not (form.get("code") and form.get("redirect_uri") and _VERIFIER.fullmatch(verifier)):
        return oauth_error("invalid_request")
    try:
        with transaction.atomic():
            reference = authorisations.redeem_code(
                code=form["code"],
                code_verifier=verifier,
                redirect_uri=form["redirect_uri"],
                actor=client.actor,
                now=now_of(request),
            )
            granted = _granted(reference, client, request)
            # Tokens live by the clock, also where a demonstration stands still on one day.
            token = accounts.issue_token(client_id=client.client_id, scope=INQUIRY, now=timezone.now())
    except Refused:
        return oauth_error("invalid_grant")
    body = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": accounts.TOKEN_SECONDS,
        "scope": INQUIRY,
        "authorization_details": [_granted_details(granted)],
    }
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


def _granted(reference: str, client: ClientLine, request: HttpRequest) -> AuthorisationLine:
    """Return what was granted for a request.

    Raises:
        RequestUnknown: Nothing was.
    """
    organisation_code = client.actor.organisation_code or ""
    answered = lookups.request_of_organisation(
        reference=reference, organisation_code=organisation_code, now=now_of(request)
    )
    if answered.authorisation_reference is None:
        raise authorisations.RequestUnknown
    return lookups.authorisation_of_organisation(
        reference=answered.authorisation_reference, organisation_code=organisation_code
    )


def _granted_details(granted: AuthorisationLine) -> dict[str, Any]:
    return {
        "type": DETAILS_TYPE,
        "authorisation": granted.reference,
        "purpose": granted.purpose_code,
        "items": list(granted.item_codes),
        "data_from": None if granted.data_from is None else granted.data_from.isoformat(),
        "data_to": None if granted.data_to is None else granted.data_to.isoformat(),
        "looks": granted.looks,
        "last_on": granted.last_on.isoformat(),
        "case_number": granted.case_number,
    }


def discovery(request: HttpRequest) -> JsonResponse:
    """Answer with the metadata of the authorisation server (RFC 8414).

    Args:
        request: The request being answered.
    """
    issuer = issuer_of(request)
    api = f"{issuer}/api/v1"
    body = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/me/authorise/",
        "token_endpoint": f"{api}/token",
        "pushed_authorization_request_endpoint": f"{api}/par",
        "require_pushed_authorization_requests": True,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": list(WORDS),
        "authorization_details_types_supported": [DETAILS_TYPE],
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": list(DOCUMENT_TAGS.values()),
        "service_documentation": f"{api}/openapi.json",
    }
    return JsonResponse(body, headers={"Cache-Control": "public, max-age=300"})
