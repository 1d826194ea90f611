"""Who acts: an access token (OAuth 2.0, client credentials) stands for a client of one organisation.

Nothing is written when a token is checked. The token endpoint is django-oauth-toolkit's, narrowed to the one grant that
this interface knows; its errors have the form of RFC 6749, which OAuth libraries expect.
"""

import base64
import binascii
import hashlib
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from ninja.security import HttpBearer
from oauth2_provider.models import get_access_token_model
from oauth2_provider.views import TokenView

from chengxin.accounts import lookups as accounts
from chengxin.api.v1 import limits
from chengxin.api.v1.problems import ScopeMissing, TokenRefused
from chengxin.authority.actors import Actor, Role
from chengxin.authority.decisions import Refused

SCOPE: Final = "intake"
_LONGEST_TOKEN: Final = 512
_FORM: Final = "application/x-www-form-urlencoded"
_SUPPLIERS: Final = frozenset({Role.SUPPLIER, Role.SUPPLIER_SECOND})


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from; behind a proxy it is the proxy's.

    Args:
        request: The request being answered.
    """
    return str(request.META.get("REMOTE_ADDR", ""))


class SupplierToken(HttpBearer):
    """Takes a bearer token and gives the client that acts; only clients of suppliers pass."""

    openapi_type = "oauth2"
    openapi_flows: Final = {
        "clientCredentials": {"tokenUrl": "/api/v1/token", "scopes": {SCOPE: "Send batches and read their results"}}
    }

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return who acts, or None where the request bears no token at all.

        Args:
            request: The request being answered.

        Raises:
            TokenRefused: The token is not valid.
            ScopeMissing: It was issued for something else.
            Refused: With code NOT_A_SUPPLIER.
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
            Refused: With code NOT_A_SUPPLIER.
            TooManyRequests: The client asks too often.
        """
        if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
            raise TokenRefused
        checksum = hashlib.sha256(token.encode("ascii")).hexdigest()
        found = get_access_token_model().objects.filter(token_checksum=checksum).first()
        if found is None or found.is_expired() or found.application_id is None:
            raise TokenRefused
        actor = accounts.find_client_actor(application_pk=found.application_id)
        if actor is None:
            raise TokenRefused
        limits.CLIENTS.take(actor.key)
        if not found.allow_scopes([SCOPE]):
            raise ScopeMissing
        if not actor.roles & _SUPPLIERS:
            raise Refused("NOT_A_SUPPLIER")  # noqa: EM101 -- a code, not a sentence
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


@method_decorator(csrf_exempt, name="dispatch")
class ClientTokenView(TokenView):  # type: ignore[misc]
    """Issues tokens to clients that prove themselves by their secret, and for nothing else."""

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
        if request.content_type != _FORM or not _is_plain(request):
            return _oauth_error("invalid_request")
        if request.POST.get("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type")
        return cast("HttpResponse", super().post(request, *args, **kwargs))


def _oauth_error(error: str) -> HttpResponse:
    return JsonResponse({"error": error}, status=400, headers={"Cache-Control": "no-store"})


def _is_plain(request: HttpRequest) -> bool:
    """Return whether no credential holds what neither a client id nor a secret of ours can hold."""
    texts = [text for values in request.POST.lists() for text in values[1]]
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            texts.append(base64.b64decode(encoded, validate=True).decode("utf-8"))
        except (binascii.Error, ValueError):
            return False
    elif scheme:
        return False
    return all(text.isprintable() and len(text) <= _LONGEST_TOKEN for text in texts)
