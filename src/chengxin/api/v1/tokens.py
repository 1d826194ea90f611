"""Who acts: an access token (OAuth 2.0) stands for a client of one organisation, a session for a person.

Nothing is written when a token is checked. A token has a scope, and a scope opens the routes of one kind of client:
what a supplier may do, a requester may not, and the other way round. The token endpoint is django-oauth-toolkit's for
client credentials, and our own for the code of an answered request (``redirecting``); its errors have the form of
RFC 6749, which OAuth libraries expect.
"""

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, cast
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from ninja.security import APIKeyCookie, HttpBearer
from oauth2_provider.views import TokenView

from chengxin.accounts import lookups as accounts
from chengxin.accounts.lookups import ClientLine
from chengxin.accounts.rules import INQUIRY, INTAKE, ROLES_OF_SCOPE
from chengxin.accounts.scopes import WORDS
from chengxin.api.v1 import limits, redirecting
from chengxin.api.v1.problems import ScopeMissing, TokenRefused
from chengxin.authority.actors import Actor, ActorKind
from chengxin.authority.decisions import Refused

_LONGEST_TOKEN: Final = 512


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from; behind a proxy it is the proxy's.

    Args:
        request: The request being answered.
    """
    return str(request.META.get("REMOTE_ADDR", ""))


class ClientToken(HttpBearer):
    """Takes a bearer token and gives the client that acts; only tokens of one scope pass, of clients appointed for it.

    Attributes:
        scope: The scope that the token must have.
        refusal: Code of the refusal of a client that is not appointed for it.
    """

    scope: ClassVar[str]
    refusal: ClassVar[str]
    openapi_type = "oauth2"

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return who acts, or None where the request bears no token at all.

        Args:
            request: The request being answered.

        Raises:
            TokenRefused: The token is not valid.
            ScopeMissing: It was issued for something else.
            Refused: The client is not appointed for this.
            TooManyRequests: The client, or the address without a valid token, asks too often.
        """
        try:
            actor: Actor | None = super().__call__(request)
        except TokenRefused:
            limits.ADDRESSES.take(address_of(request))
            raise
        if actor is None:
            limits.ADDRESSES.take(address_of(request))
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Actor:  # noqa: ARG002 -- the signature is ninja's
        """Return who acts by a token.

        Args:
            request: The request being answered.
            token: As it stands behind ``Bearer``.

        Raises:
            TokenRefused: The token is not valid, or its client is closed.
            ScopeMissing: It was issued for something else.
            Refused: The client is not appointed for this.
            TooManyRequests: The client asks too often.
        """
        if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
            raise TokenRefused
        found = accounts.find_token(checksum=hashlib.sha256(token.encode("ascii")).hexdigest())
        if found is None or found.expires_at <= datetime.now(UTC):
            raise TokenRefused
        limits.CLIENTS.take(found.actor.key)
        if not found.actor.roles & ROLES_OF_SCOPE[self.scope]:
            raise Refused(self.refusal)
        if self.scope not in found.scopes:
            raise ScopeMissing(scope=self.scope)
        return found.actor


def _flows(scope: str) -> dict[str, Any]:
    return {"clientCredentials": {"tokenUrl": "/api/v1/token", "scopes": {scope: WORDS[scope]}}}


class SupplierToken(ClientToken):
    """Lets clients of suppliers pass."""

    scope = INTAKE
    refusal = "NOT_A_SUPPLIER"
    openapi_flows: Final = _flows(INTAKE)


class RequesterToken(ClientToken):
    """Lets clients of requesters pass."""

    scope = INQUIRY
    refusal = "NOT_A_REQUESTER"
    openapi_flows: Final = _flows(INQUIRY) | {
        "authorizationCode": {
            "authorizationUrl": "/me/authorise/",
            "tokenUrl": "/api/v1/token",
            "scopes": {INQUIRY: WORDS[INQUIRY]},
        }
    }


class PersonSession(APIKeyCookie):
    """Lets a person pass who is signed in on the citizen pages, for reading about themselves; nothing is written so."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002 -- the session is read already
        """Return the person who is signed in, or None.

        Args:
            request: The request being answered.
            key: The cookie.

        Raises:
            Refused: With code NOT_A_PERSON, where an officer is signed in.
            TooManyRequests: The person, or the address without a session, asks too often.
        """
        if not request.user.is_authenticated:
            limits.ADDRESSES.take(address_of(request))
            return None
        actor: Actor = request.user.actor
        limits.CLIENTS.take(actor.key)
        if actor.kind is not ActorKind.PERSON:
            raise Refused("NOT_A_PERSON")  # noqa: EM101 -- a code, not a sentence
        return actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; only for routes that ask for a token.

    Args:
        request: The request being answered.
    """
    return cast("Actor", cast("Any", request).auth)


def organisation_of(request: HttpRequest) -> str:
    """Return the organisation in whose name the client acts.

    Args:
        request: The request being answered.
    """
    return actor_of(request).organisation_code or ""


def client_of(request: HttpRequest) -> ClientLine | None:
    """Return the client that proves itself by HTTP Basic or in the form, by one of the two; None where none does.

    Args:
        request: A request whose credentials are plain.
    """
    form_id, form_secret = request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        pair = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        client_id, client_secret = unquote_plus(pair[0]), unquote_plus(pair[2])
        if form_secret or (form_id and form_id != client_id):
            return None
    else:
        client_id, client_secret = form_id, form_secret
    if not (client_id and client_secret) or "\x00" in client_id + client_secret:
        return None
    return accounts.authenticate_client(client_id=client_id, client_secret=client_secret, now=datetime.now(UTC))


def plain_form(request: HttpRequest) -> bool:
    """Tell whether a request is a form that gives each parameter once, with credentials of printable characters.

    Args:
        request: The request being answered.
    """
    return request.content_type == redirecting.FORM and _is_plain(request)


@method_decorator(csrf_exempt, name="dispatch")
class ClientTokenView(TokenView):  # type: ignore[misc]
    """Issues tokens to clients that prove themselves by their secret: of their own, or for an answered request."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with a token, or with an error of RFC 6749.

        Args:
            request: The request being answered.
            *args: Of the address.
            **kwargs: Of the address.

        Raises:
            TooManyRequests: The address asks for tokens too often.
        """
        limits.TOKENS.take(address_of(request))
        if not plain_form(request):
            return redirecting.oauth_error("invalid_request")
        grant = request.POST.get("grant_type")
        if grant == "authorization_code":
            return redirecting.exchange(request, client_of(request))
        if grant != "client_credentials":
            return redirecting.oauth_error("unsupported_grant_type")
        return cast("HttpResponse", super().post(request, *args, **kwargs))


@csrf_exempt
def push(request: HttpRequest) -> HttpResponse:
    """Take a pushed authorisation request (RFC 9126), or answer with an error of RFC 6749.

    Args:
        request: The request being answered.

    Raises:
        TooManyRequests: The address pushes too often.
    """
    limits.TOKENS.take(address_of(request))
    if not plain_form(request):
        return redirecting.oauth_error("invalid_request")
    return redirecting.push(request, client_of(request))


def _is_plain(request: HttpRequest) -> bool:
    """Return whether every parameter is given once, and no credential holds what none of ours can hold."""
    lists = dict(request.POST.lists())
    if any(len(values) != 1 for values in lists.values()):
        return False
    longest = {name: redirecting.LONGEST.get(name, _LONGEST_TOKEN) for name in lists}
    if not all(values[0].isprintable() and len(values[0]) <= longest[name] for name, values in lists.items()):
        return False
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return True
    if scheme.lower() != "basic":
        return False
    try:
        pair = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return False
    return pair.isprintable() and len(pair) <= _LONGEST_TOKEN
