"""Version 1, put together: its routes, its token endpoint, its document."""

import copy
import json
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI

from chengxin.api.v1 import batches, catalogue, envelope, held_lines, problems, quality, uploads
from chengxin.api.v1.audience import ROUTES, Proof
from chengxin.api.v1.limits import CLIENTS
from chengxin.api.v1.tokens import SCOPE, ClientTokenView
from chengxin.api.v1.values import KEY_PATTERN

PREFIX: Final = "/api/v1"
DESCRIPTION: Final = (
    "Suppliers of personal public credit information send batches here and read what became of every line. "
    "A machine never sees a person here. Errors are problem documents (RFC 9457); lists are paged by cursor; "
    f"moments are RFC 3339 with +08:00. A client may ask {CLIENTS.per_minute} times a minute."
)
_OAUTH_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
_TOKEN_ROUTE: Final[dict[str, Any]] = {
    "operationId": "fetch_token",
    "summary": "Fetch an access token",
    "description": "Client credentials (RFC 6749, 4.4). The client proves itself by HTTP Basic or in the form.",
    "tags": ["token"],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"const": "client_credentials"},
                        "scope": {"const": SCOPE},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                    },
                }
            }
        },
    },
    "responses": {
        "200": {
            "description": "The token.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["access_token", "token_type", "expires_in", "scope"],
                        "properties": {
                            "access_token": {"type": "string"},
                            "token_type": {"const": "Bearer"},
                            "expires_in": {"type": "integer", "description": "Seconds."},
                            "scope": {"type": "string"},
                        },
                    }
                }
            },
        },
        "400": {"description": "The request is wrong.", "content": {"application/json": {"schema": _OAUTH_ERROR}}},
        "401": {
            "description": "The client is unknown or its secret wrong.",
            "content": {"application/json": {"schema": _OAUTH_ERROR}},
        },
    },
}
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
    return api


API: Final = build()


def document() -> dict[str, Any]:
    """Return the OpenAPI document: that of the routes, with the token endpoint and the problems that any may answer."""
    made: dict[str, Any] = json.loads(json.dumps(API.get_openapi_schema(path_prefix=f"{PREFIX}/")))
    schemas = made["components"].setdefault("schemas", {})
    problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    # The framework's bearer class adds a word that OAuth 2.0 schemes do not have.
    made["components"]["securitySchemes"]["SupplierToken"].pop("scheme", None)
    made["paths"][f"{PREFIX}/token"] = {"post": copy.deepcopy(_TOKEN_ROUTE)}
    for route in ROUTES:
        operation = made["paths"].get(f"{PREFIX}{route.path}", {}).get(route.method.lower())
        if operation is None:
            continue
        # The first paragraph of the function's text; what follows speaks to programmers of this side.
        operation["description"] = operation["description"].partition("\n\n")[0]
        operation["responses"]["default"] = _ANY_PROBLEM
        for parameter in operation.get("parameters", ()):
            if parameter["name"] == "Idempotency-Key":
                # Its absence is refused by a code of its own, so the routes take None; callers may not leave it out.
                parameter |= {"required": True, "schema": {"type": "string", "pattern": KEY_PATTERN}}
        operation["x-audience"] = route.audience.value
        operation["x-access"] = route.access.value
        if route.proof is Proof.TOKEN:
            operation["security"] = [{"SupplierToken": [SCOPE]}]
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
    patterns.append(path("openapi.json", read_document, name="openapi"))
    for pattern in patterns:
        pattern.callback = envelope.answered(pattern.callback)
    return patterns
