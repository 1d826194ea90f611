"""Version 1, put together: its routes, its token endpoint, its document."""

import copy
import json
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI

from chengxin.accounts.rules import INQUIRY
from chengxin.api.v1 import (
    authorisations,
    batches,
    catalogue,
    corrections,
    envelope,
    held_lines,
    inquiries,
    problems,
    quality,
    receipt_keys,
    redirecting,
    uploads,
    usage,
)
from chengxin.api.v1.audience import ROUTES, Audience, Proof
from chengxin.api.v1.limits import CLIENTS
from chengxin.api.v1.tokens import ClientTokenView, RequesterToken, SupplierToken, push
from chengxin.api.v1.values import KEY_PATTERN

PREFIX: Final = "/api/v1"
DESCRIPTION: Final = (
    "Suppliers of personal public credit information send batches here and read what became of every line; a supplier "
    "never sees a person here. Requesters ask about persons through one gate, as the law or the person allows: every "
    "look is registered before it is answered, and no answer names anybody. "
    "Errors are problem documents (RFC 9457); lists are paged by cursor; "
    f"moments are RFC 3339 with +08:00. A client may ask {CLIENTS.per_minute} times a minute."
)
_OAUTH_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
_OAUTH_ERRORS: Final = {
    "400": {"description": "The request is wrong.", "content": {"application/json": {"schema": _OAUTH_ERROR}}},
    "401": {
        "description": "The client is unknown or its secret wrong.",
        "content": {"application/json": {"schema": _OAUTH_ERROR}},
    },
}
_CREDENTIALS: Final = {"client_id": {"type": "string"}, "client_secret": {"type": "string"}}


def _form_route(
    *,
    name: str,
    summary: str,
    description: str,
    fields: dict[str, Any],
    required: list[str],
    answer: dict[str, Any],
    status: int = 200,
) -> dict[str, Any]:
    """Return how the document describes a route that takes a form and answers as RFC 6749 does."""
    schema = {"type": "object", "required": required, "properties": {**fields, **_CREDENTIALS}}
    told = {"type": "object", "required": sorted(answer), "properties": answer}
    return {
        "operationId": name,
        "summary": summary,
        "description": description,
        "tags": ["token"],
        "requestBody": {"required": True, "content": {redirecting.FORM: {"schema": schema}}},
        "responses": {
            str(status): {"description": "Done.", "content": {"application/json": {"schema": told}}},
            **_OAUTH_ERRORS,
        },
    }


_SECONDS: Final = {"type": "integer", "description": "Seconds."}
_TOKEN_ROUTE: Final = _form_route(
    name="fetch_token",
    summary="Fetch an access token",
    description="Client credentials (RFC 6749, 4.4), or the code of an answered request with its verifier (4.1, RFC "
    "7636); then `authorization_details` names what was granted (RFC 9396, 7). The client proves itself by HTTP Basic "
    "or in the form.",
    fields={
        "grant_type": {"enum": ["client_credentials", "authorization_code"]},
        "scope": {"enum": [SupplierToken.scope, RequesterToken.scope]},
        "code": {"type": "string"},
        "redirect_uri": {"type": "string"},
        "code_verifier": {"type": "string"},
    },
    required=["grant_type"],
    answer={
        "access_token": {"type": "string"},
        "token_type": {"const": "Bearer"},
        "expires_in": _SECONDS,
        "scope": {"type": "string"},
    },
)
_PUSH_ROUTE: Final = _form_route(
    name="push_request",
    summary="Push a request for an authorisation",
    description="Pushed authorisation requests (RFC 9126). `authorization_details` is a JSON array with one object of "
    f"type `{redirecting.DETAILS_TYPE}` (schema AskedDetails). Send the person to the authorisation endpoint with "
    "`client_id` and `request_uri`.",
    fields={
        "response_type": {"const": "code"},
        "redirect_uri": {"type": "string", "description": "Registered for the client, letter by letter."},
        "state": {"type": "string"},
        "code_challenge": {"type": "string"},
        "code_challenge_method": {"const": "S256"},
        "authorization_details": {"type": "string"},
        "scope": {"const": INQUIRY},
    },
    required=["authorization_details", "code_challenge", "code_challenge_method", "redirect_uri", "response_type"],
    answer={"request_uri": {"type": "string"}, "expires_in": _SECONDS},
    status=201,
)
_ANY_PROBLEM: Final = {
    "description": "Anything else: what is wrong, and what to do.",
    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_NOT_MODIFIED: Final = {"description": "The caller has it already (If-None-Match)."}


def build() -> NinjaAPI:
    """Put the resources together."""
    api = NinjaAPI(
        title="Chengxin",
        version="1",
        description=DESCRIPTION,
        urls_namespace="api:v1",
        docs_url=None,
        openapi_url=None,
    )
    problems.install(api)
    api.add_router("/catalogue", catalogue.router)
    api.add_router("/uploads", uploads.router)
    api.add_router("/batches", batches.router)
    api.add_router("/held-lines", held_lines.router)
    api.add_router("/quality", quality.router)
    api.add_router("/inquiries", inquiries.router)
    api.add_router("/authorisation-requests", authorisations.requests)
    api.add_router("/authorisations", authorisations.router)
    api.add_router("/corrections-subscription", corrections.router)
    api.add_router("/receipt-keys", receipt_keys.router)
    api.add_router("", usage.router)
    return api


API: Final = build()


def document() -> dict[str, Any]:
    """Return the OpenAPI document: that of the routes, with the token endpoint and the problems that any may answer."""
    made: dict[str, Any] = json.loads(json.dumps(API.get_openapi_schema(path_prefix=f"{PREFIX}/")))
    schemas = made["components"].setdefault("schemas", {})
    problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    asked = redirecting.AskedDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas["AskedDetails"] = asked
    for token in (SupplierToken, RequesterToken):
        # The framework's bearer class adds a word that OAuth 2.0 schemes do not have.
        made["components"]["securitySchemes"][token.__name__].pop("scheme", None)
    made["paths"][f"{PREFIX}/token"] = {"post": copy.deepcopy(_TOKEN_ROUTE)}
    made["paths"][f"{PREFIX}/par"] = {"post": copy.deepcopy(_PUSH_ROUTE)}
    for route in ROUTES:
        operation = made["paths"].get(f"{PREFIX}{route.path}", {}).get(route.method.lower())
        if operation is None:
            continue
        # The first paragraph of the function's text; what follows speaks to programmers of this side.
        operation["description"] = operation["description"].partition("\n\n")[0]
        operation["responses"]["default"] = _ANY_PROBLEM
        for parameter in operation.get("parameters", ()):
            if parameter["name"] == "Idempotency-Key" and route.audience is not Audience.REQUESTER:
                # Its absence is refused by a code of its own, so the routes take None; callers may not leave it out.
                parameter |= {"required": True, "schema": {"type": "string", "pattern": KEY_PATTERN}}
        operation["x-audience"] = route.audience.value
        operation["x-access"] = route.access.value
        if route.proof is Proof.TOKEN:
            token = RequesterToken if route.audience is Audience.REQUESTER else SupplierToken
            operation["security"] = [{token.__name__: [token.scope]}]
        if route.method == "GET":
            operation["responses"]["304"] = _NOT_MODIFIED
    return made


def document_text() -> str:
    """Return the OpenAPI document as the file ``docs/api/openapi.json`` holds it."""
    return json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_document(_request: HttpRequest) -> JsonResponse:
    """Answer with the OpenAPI document."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def version_1() -> list[URLPattern]:
    """Return the addresses of version 1, each surrounded by the envelope."""
    patterns = [pattern for pattern in API.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
    patterns.append(path("token", ClientTokenView.as_view(), name="token"))
    patterns.append(path("par", push, name="par"))
    patterns.append(path("openapi.json", read_document, name="openapi"))
    for pattern in patterns:
        pattern.callback = envelope.answered(pattern.callback)
    return patterns
