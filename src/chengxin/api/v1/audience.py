"""Who may call each route, how it is known who calls, and whether the route writes.

One row for every route; a guard test compares the rows with the routes that exist and with the authentication they
really ask for, and runs the reading ones where nothing can be written.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chengxin.api.v1.limits import JSON_BYTES, PART_BYTES


class Audience(StrEnum):
    """Who may call a route."""

    ANYONE = "ANYONE"
    CLIENT = "CLIENT"  # any registered client, to fetch its token
    SUPPLIER = "SUPPLIER"  # a client of a supplier, for its own organisation
    REQUESTER = "REQUESTER"  # a client of a requester, for its own organisation
    PERSON = "PERSON"  # a natural person, about the own data
    SECOND_CLIENT = "SECOND_CLIENT"  # a client that may decide as the second officer, and is not the sender


class Proof(StrEnum):
    """How it is known who calls."""

    NONE = "NONE"
    CLIENT_SECRET = "CLIENT_SECRET"  # noqa: S105 -- a way of proving, not a secret
    TOKEN = "TOKEN"  # noqa: S105 -- a way of proving, not a secret
    SESSION = "SESSION"


class Access(StrEnum):
    """Whether a route changes anything."""

    READ = "READ"
    WRITE = "WRITE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What is declared about a route.

    Attributes:
        method: HTTP method.
        path: Below ``/api/v1``.
        audience: Who may call it.
        proof: How it is known who calls.
        access: Whether it changes anything.
        body_bytes: Largest body that it takes.
    """

    method: str
    path: str
    audience: Audience
    proof: Proof
    access: Access
    body_bytes: int = 0


def _open(path: str) -> Route:
    return Route(method="GET", path=path, audience=Audience.ANYONE, proof=Proof.NONE, access=Access.READ)


def _read(path: str, *, method: str = "GET", audience: Audience = Audience.SUPPLIER) -> Route:
    return Route(method=method, path=path, audience=audience, proof=Proof.TOKEN, access=Access.READ)


def _write(method: str, path: str, *, body_bytes: int = JSON_BYTES, audience: Audience = Audience.SUPPLIER) -> Route:
    return Route(
        method=method, path=path, audience=audience, proof=Proof.TOKEN, access=Access.WRITE, body_bytes=body_bytes
    )


ROUTES: Final = (
    Route(
        method="POST",
        path="/token",
        audience=Audience.CLIENT,
        proof=Proof.CLIENT_SECRET,
        access=Access.WRITE,
        body_bytes=JSON_BYTES,
    ),
    Route(
        method="POST",
        path="/par",
        audience=Audience.CLIENT,
        proof=Proof.CLIENT_SECRET,
        access=Access.WRITE,
        body_bytes=JSON_BYTES,
    ),
    _open("/openapi.json"),
    _open("/receipt-keys"),
    _open("/heartbeat"),
    _open("/catalogue"),
    _open("/catalogue/items"),
    _open("/catalogue/items/{code}"),
    _open("/catalogue/items/{code}/schema"),
    _open("/catalogue/items/{code}/template"),
    _write("POST", "/uploads"),
    _read("/uploads/{reference}"),
    _read("/uploads/{reference}", method="HEAD"),
    _write("PATCH", "/uploads/{reference}", body_bytes=PART_BYTES),
    _write("POST", "/uploads/{reference}/commit"),
    _write("POST", "/batches", body_bytes=PART_BYTES),
    _read("/batches"),
    _read("/batches/{reference}"),
    _read("/batches/{reference}/findings"),
    _read("/batches/{reference}/result"),
    _write("POST", "/batches/{reference}/approve", audience=Audience.SECOND_CLIENT),
    _write("POST", "/batches/{reference}/decline", audience=Audience.SECOND_CLIENT),
    _write("POST", "/batches/{reference}/reverse", audience=Audience.SECOND_CLIENT),
    _read("/held-lines"),
    _read("/quality"),
    _write("POST", "/inquiries", audience=Audience.REQUESTER),
    _read("/inquiries", audience=Audience.REQUESTER),
    _read("/inquiries/{reference}", audience=Audience.REQUESTER),
    _read("/inquiries/{reference}/proof", audience=Audience.REQUESTER),
    _write("POST", "/authorisation-requests", audience=Audience.REQUESTER),
    _read("/authorisation-requests", audience=Audience.REQUESTER),
    _read("/authorisation-requests/{reference}", audience=Audience.REQUESTER),
    _write("POST", "/authorisation-requests/{reference}/cancel", audience=Audience.REQUESTER),
    _read("/authorisations", audience=Audience.REQUESTER),
    _read("/authorisations/{reference}", audience=Audience.REQUESTER),
    _read("/corrections-subscription", audience=Audience.REQUESTER),
    _write("PUT", "/corrections-subscription", audience=Audience.REQUESTER),
    _write("DELETE", "/corrections-subscription", audience=Audience.REQUESTER),
    # It leaves the line of the register that a look leaves, and writes nothing else.
    Route(method="GET", path="/me/usage", audience=Audience.PERSON, proof=Proof.SESSION, access=Access.READ),
)
_BY_PLACE: Final = {(route.method, route.path): route for route in ROUTES}


def find_route(*, method: str, path: str) -> Route | None:
    """Return what is declared about a route, or None for one that nobody declared.

    Args:
        method: HTTP method.
        path: Below ``/api/v1``, with placeholders in braces.

    Example:
        >>> find_route(method="GET", path="/quality").audience.value
        'SUPPLIER'
    """
    return _BY_PLACE.get((method, path))
