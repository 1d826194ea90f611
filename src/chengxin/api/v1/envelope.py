"""What surrounds every answer: language, size limits, undeclared routes, entity tags, the last catching of faults."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from chengxin.api.v1 import audience, limits, problems
from chengxin.api.v1.audience import Proof
from chengxin.api.v1.tokens import address_of
from chengxin.authority.decisions import Refused
from chengxin.portals.presentation import languages

View = Callable[..., HttpResponseBase]

_MOUNTED: Final = "api/v1"
_TAG_CHARACTERS: Final = 32


def answered(view: View) -> View:
    """Surround a view so that whatever happens in it leaves in the form of the API.

    Args:
        view: The view.
    """

    @csrf_exempt  # no cookie means anything here: who acts is told by a token or a client's secret
    @wraps(view)
    def surrounded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        language = translation.get_language_from_request(request)
        chosen = language if language in languages.LANGUAGES else languages.LANGUAGES[0]
        with translation.override(chosen):
            try:
                response = _answer(view, request, *args, **kwargs)
            except Refused as refused:
                response = problems.of_refusal(request, refused)
            except Exception as error:  # noqa: BLE001 -- the last place where a fault can be kept from showing itself
                response = problems.of_fault(request, error)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Language", languages.DOCUMENT_TAGS[chosen])
        patch_vary_headers(response, ("Accept-Language", "Authorization"))
        return response

    return surrounded


def _answer(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
    match = request.resolver_match
    template = "" if match is None else match.route.removeprefix(_MOUNTED).replace("<", "{").replace(">", "}")
    route = audience.find_route(method=request.method or "", path=template)
    if route is None:
        allowed = sorted({known.method for known in audience.ROUTES if known.path == template})
        if not allowed:
            return problems.of_status(404)
        return problems.of_status(405, headers={"Allow": ", ".join(allowed)})
    if route.proof is Proof.NONE:
        limits.ADDRESSES.take(address_of(request))
    _refuse_large(request, body_bytes=route.body_bytes)
    response = view(request, *args, **kwargs)
    return _tagged(request, response)


def _refuse_large(request: HttpRequest, *, body_bytes: int) -> None:
    """Refuse a body before a byte of it is read; without a length nothing of it would be read anyway.

    Raises:
        BodyTooLarge: It is larger than the route takes.
    """
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > body_bytes:
        raise limits.BodyTooLarge(limit_bytes=body_bytes)


def _tagged(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give an answer that was read its entity tag, and leave out what the caller has already."""
    readable = request.method == "GET" and response.status_code == 200 and not response.streaming  # noqa: PLR2004
    if not (readable and isinstance(response, HttpResponse)):
        return response
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:_TAG_CHARACTERS]}"'
    known = [text.strip().removeprefix("W/") for text in request.headers.get("If-None-Match", "").split(",")]
    if tag in known or known == ["*"]:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    response.headers["ETag"] = tag
    # Whoever keeps it asks again each time; intermediaries keep nothing that a token has opened.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def unknown_address(_request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponseBase:
    """Answer an address that nobody has."""
    return problems.of_status(404)
