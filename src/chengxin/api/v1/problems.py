"""Problem documents (RFC 9457): the one form of every answer that is not what was asked for.

``type`` is a path that never changes, ``code`` its last part; ``details`` are values that a room declared safe. Nothing
of a fault of our own leaves the process: no message, no trace, only a number by which the operator finds it in the log.
"""

import json
import logging
import secrets
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from chengxin.api.v1 import titles
from chengxin.api.v1.cursors import CursorInvalid
from chengxin.api.v1.limits import PART_BYTES, BodyTooLarge, TooManyRequests
from chengxin.authorisations import errors as authorisations
from chengxin.authority.decisions import LegalBasis, Refusal, Refused
from chengxin.catalogue import errors as catalogue
from chengxin.identifiers.identity import MalformedIdentityNumber
from chengxin.inquiries import errors as inquiries
from chengxin.intake import errors as intake
from chengxin.ledger import errors as ledger
from chengxin.organisations import operations as organisations
from chengxin.portals.presentation import inquiry_texts

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "/problems/"
_LONGEST_VALUE: Final = 200
_FORBIDDEN: Final = 403
INTEGRATION_SECONDS: Final = 1
"""Within how many seconds the ledger takes a look into its tree, while the site is served."""

_SAFE_CONTEXT: Final = frozenset(
    {"ge", "gt", "le", "lt", "max_length", "min_length", "pattern", "expected", "multiple_of"}
)
_logger = logging.getLogger(__name__)


class RequestRefused(Refused):
    """The request itself is wrong, before anything of ours was asked."""

    code = "REQUEST_MALFORMED"


class TokenRefused(Refused):
    """The token is none of ours, has expired, or its client is closed; fetch a new one."""

    code = "TOKEN_INVALID"


class ScopeMissing(Refused):
    """The token was issued without the scope that the route needs; ask for it."""

    code = "SCOPE_MISSING"


# By class, the nearest class first. A refusal of no listed class that a policy raised means "you may not": 403.
STATUS_OF_CLASS: Final[Mapping[type[Refused], int]] = {
    RequestRefused: 400,
    CursorInvalid: 400,
    TokenRefused: 401,
    ScopeMissing: 403,
    TooManyRequests: 429,
    BodyTooLarge: 413,
    catalogue.UnknownItemType: 404,
    catalogue.UnknownEdition: 404,
    catalogue.NoEditionInForce: 409,
    intake.BatchUnknown: 404,
    intake.HeldLineUnknown: 404,
    intake.ItemNotInCatalogue: 422,
    intake.NotMandated: 403,
    intake.DeclaredDiffers: 422,
    intake.KeyUsedDifferently: 422,
    intake.PartsMissing: 409,
    intake.ResultNotReady: 409,
    intake.MoveNotAllowed: 409,
    intake.ColumnsRefused: 422,
    intake.TabularRefused: 422,
    MalformedIdentityNumber: 422,
    authorisations.AskedWrongly: 422,
    authorisations.AuthorisationUnknown: 404,
    authorisations.RequestMoveNotAllowed: 409,
    authorisations.RequestUnknown: 404,
    inquiries.AskedWrongly: 422,
    organisations.CorrectionAddressWrong: 422,
    organisations.CorrectionSubscriptionMissing: 404,
    inquiries.InquiryUnknown: 404,
    inquiries.InquiryWithoutProof: 404,
    inquiries.KeyUsedDifferently: 422,
    ledger.EventNotIntegrated: 409,
}
STATUS_OF_CODE: Final[Mapping[str, int]] = {"FILE_TOO_LARGE": 413, "CONTENT_TYPE_REFUSED": 415, "BODY_MISSING": 411}
CODE_OF_STATUS: Final[Mapping[int, str]] = {
    400: "REQUEST_MALFORMED",
    401: "NOT_AUTHENTICATED",
    403: "FORBIDDEN",
    404: "ADDRESS_UNKNOWN",
    405: "METHOD_NOT_ALLOWED",
    413: "BODY_TOO_LARGE",
    429: "RATE_LIMITED",
    500: "FAULT",
}
# To another organisation its neighbour's batch does not exist; every trace of the difference would tell that it does.
UNKNOWN_TO_OTHERS: Final = frozenset({"NOT_YOUR_BATCH"})


class BasisShown(Schema):
    """The provision that commands a refusal."""

    code: str
    title: str
    article: str | None
    verified: bool = Field(description="Whether somebody has read the provision in its text.")


class Fault(Schema):
    """One thing wrong with the request; the value that was sent is not repeated."""

    place: str = Field(description="`query`, `path`, `header` or `body`.")
    field: str = Field(description="Name of the field, dotted where it lies inside another.")
    rule: str = Field(description="Stable name of the broken rule.")
    limits: dict[str, str] = Field(description="What the rule asks for.")


class Problem(Schema):
    """What was wrong, in a form that a program can act on (RFC 9457)."""

    type: str = Field(description="Stable path that names the kind of problem.", examples=["/problems/BATCH_UNKNOWN"])
    title: str = Field(description="What is wrong, in the language of Accept-Language: zh-Hans, zh-Hant or en.")
    detail: str = Field(description="What to do, in the same language; may be empty.")
    status: int
    code: str = Field(description="Last part of `type`.")
    details: dict[str, str] = Field(description="Safe values that belong to the code.")
    basis: BasisShown | None = None
    remedy: str | None = Field(default=None, description="What would change a refusal (403), in the same language.")
    errors: list[Fault] = Field(description="What is wrong with the request, where that is the problem.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a problem document says.

    Attributes:
        code: Stable code.
        status: HTTP status.
        details: Safe values.
        basis: The provision that commands it, or None.
        faults: What is wrong with the request.
        headers: Further headers of the answer.
        wording: The words, where the same code means something else elsewhere; ``None`` for the usual ones.
    """

    code: str
    status: int
    details: Mapping[str, str]
    basis: LegalBasis | None = None
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] | None = None
    wording: titles.Wording | None = None


def respond(saying: Saying) -> HttpResponse:
    """Write a problem document in the active language.

    Args:
        saying: What to say.
    """
    basis = saying.basis
    shown = (
        None
        if basis is None
        else BasisShown(code=basis.code, title=basis.title, article=basis.article, verified=basis.verified)
    )
    details = {name: value[:_LONGEST_VALUE] for name, value in saying.details.items()}
    wording = saying.wording or titles.wording_of(saying.code, details, status=saying.status)
    problem = Problem(
        type=f"{TYPE_PREFIX}{saying.code}",
        title=wording.wrong,
        detail=wording.remedy,
        status=saying.status,
        code=saying.code,
        details=details,
        basis=shown,
        remedy=(wording.remedy or None) if saying.status == _FORBIDDEN else None,
        errors=list(saying.faults),
    )
    content = json.dumps(problem.model_dump(), ensure_ascii=False)
    response = HttpResponse(content, status=saying.status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    for name, value in (saying.headers or {}).items():
        response.headers[name] = value
    return response


def of_status(status: int, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with the problem document of an HTTP status.

    Args:
        status: One of ``CODE_OF_STATUS``; any other becomes that of its class.
        headers: Further headers, such as ``Allow``.
    """
    code = CODE_OF_STATUS.get(status, "REQUEST_MALFORMED")
    return respond(Saying(code=code, status=status, details={}, headers=headers))


def status_of(refused: Refused) -> int:
    """Return the HTTP status of a refusal.

    A code listed in ``STATUS_OF_CODE`` decides first, then the nearest listed class. What a policy refuses is no class
    of its own and means that the caller may not; a class that nobody listed means that it cannot be done now.

    Args:
        refused: The refusal.
    """
    if refused.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[refused.code]
    for ancestor in type(refused).__mro__:
        if ancestor in STATUS_OF_CLASS:
            return STATUS_OF_CLASS[ancestor]
    return 403 if type(refused) is Refused else 409


def of_refusal(_request: HttpRequest, refused: Refused) -> HttpResponse:
    """Answer a refusal of any room.

    Args:
        refused: What was raised.
    """
    if refused.code in UNKNOWN_TO_OTHERS:
        return of_refusal(_request, intake.BatchUnknown())
    status = status_of(refused)
    headers: dict[str, str] = {}
    if isinstance(refused, TooManyRequests):
        headers["Retry-After"] = refused.details["retry_after"]
    elif isinstance(refused, TokenRefused):
        headers["WWW-Authenticate"] = 'Bearer realm="chengxin", error="invalid_token"'
    elif isinstance(refused, ScopeMissing):
        needed = refused.details.get("scope", "")
        headers["WWW-Authenticate"] = f'Bearer realm="chengxin", error="insufficient_scope", scope="{needed}"'
    elif isinstance(refused, ledger.EventNotIntegrated):
        headers["Retry-After"] = str(INTEGRATION_SECONDS)
    elif isinstance(refused, intake.PartsMissing) and "present" in refused.details:
        headers["Upload-Offset"] = refused.details["present"]
    return respond(
        Saying(
            code=refused.code,
            status=status,
            details=shown_details(refused.code, refused.details),
            basis=refused.basis,
            headers=headers,
        )
    )


def of_gate(refusal: Refusal) -> HttpResponse:
    """Answer what the gate refused. Its line of the register is committed: the gate returned it, nothing was raised.

    Args:
        refusal: What the gate returned.
    """
    explained = inquiry_texts.explain(refusal.code, refusal.details)
    return respond(
        Saying(
            code=refusal.code,
            status=_FORBIDDEN,
            details=refusal.details,
            basis=refusal.basis,
            wording=titles.Wording(explained.wrong, explained.remedy),
        )
    )


def shown_details(code: str, details: Mapping[str, str]) -> Mapping[str, str]:
    """Return details as a machine may see them.

    Where a file has no header row, its first record stands in place of the headers, so unknown headers are told by
    their positions alone.

    Args:
        code: Code of the refusal.
        details: Its details.

    Example:
        >>> dict(shown_details("HEADER_UNKNOWN", {"headers": "1: 张三; 2: 359900199001010010"}))
        {'headers': '1; 2'}
    """
    if code in {"LEDGER_EVENT_NOT_INTEGRATED", "LEDGER_EVENT_UNKNOWN"}:
        return {}  # numbers of events count what happened to others
    if code.startswith("IDENTITY_") and "value" in details:
        return {"value": details["value"], "seen": details["value"]}  # masked; the words of rules call it so
    if code != "HEADER_UNKNOWN":
        return details
    positions = [text.partition(":")[0].strip() for text in details.get("headers", "").split("; ")]
    return {"headers": "; ".join(position for position in positions if position.isdecimal())}


def of_validation(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request whose fields are wrong, without repeating a value.

    Args:
        error: What the schemas found.
    """
    faults = []
    for found in error.errors:
        place, *within = (str(part) for part in found["loc"])
        context = found.get("ctx") or {}
        limits = {name: str(value)[:_LONGEST_VALUE] for name, value in context.items() if name in _SAFE_CONTEXT}
        # The first part below the place is the name of the function's argument for bodies; it says nothing outside.
        path = within[1:] if place == "body" and len(within) > 1 else within
        faults.append(Fault(place=place, field=".".join(path)[:64], rule=str(found["type"]), limits=limits))
    return respond(Saying(code="REQUEST_INVALID", status=422, details={}, faults=faults))


def of_http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework refuses by itself.

    Args:
        error: What the framework raised.
    """
    if isinstance(error, AuthenticationError):
        return of_status(401, headers={"WWW-Authenticate": 'Bearer realm="chengxin"'})
    return of_status(error.status_code)


def of_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer everything else: malformed requests by their status, faults of our own without any content.

    The log gets the kind of the exception and the places it passed, never its message: a database's message may repeat
    a row.

    Args:
        request: The request being answered.
        error: What was raised.
    """
    if isinstance(error, Http404):
        return of_status(404)
    if isinstance(error, RequestDataTooBig):
        return of_refusal(request, BodyTooLarge(limit_bytes=PART_BYTES))
    if isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError):
        return of_status(400)
    number = secrets.token_hex(6).upper()
    places = "".join(traceback.format_tb(error.__traceback__))
    match = request.resolver_match
    route = "" if match is None else match.route
    _logger.error("fault %s: %s at %s %s\n%s", number, type(error).__name__, request.method, route, places)
    return respond(Saying(code="FAULT", status=500, details={"fault": number}))


def install(api: NinjaAPI) -> None:
    """Let these functions answer everything that the routes raise.

    Args:
        api: The version that is being put together.
    """
    handlers: Mapping[type[Exception], Any] = {
        Refused: of_refusal,
        ValidationError: of_validation,
        HttpError: of_http_error,
        Http404: of_fault,
        Exception: of_fault,
    }
    for raised, handler in handlers.items():
        api.add_exception_handler(raised, handler)
