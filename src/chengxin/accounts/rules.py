"""What the appointments of a machine client open: each scope of the API belongs to some of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from chengxin.authority.actors import Role

INTAKE: Final = "intake"
INQUIRY: Final = "inquiry"

ROLES_OF_SCOPE: Final[Mapping[str, frozenset[Role]]] = MappingProxyType(
    {
        INTAKE: frozenset({Role.SUPPLIER, Role.SUPPLIER_SECOND}),
        INQUIRY: frozenset({Role.REQUESTER}),
    }
)
"""The scopes there are, each with the appointments of which a client needs one."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "[::1]", "localhost"})
_LONGEST: Final = 500


def scopes_of(roles: frozenset[Role]) -> tuple[str, ...]:
    """Return the scopes that appointments open, in their order.

    Args:
        roles: The client's appointments.

    Example:
        >>> scopes_of(frozenset({Role.REQUESTER, Role.SUPPLIER})), scopes_of(frozenset({Role.OPERATOR}))
        (('intake', 'inquiry'), ())
    """
    return tuple(scope for scope, needed in ROLES_OF_SCOPE.items() if needed & roles)


def is_redirect_address(address: str) -> bool:
    """Tell whether people may be sent to an address after answering a client's request.

    It is compared letter by letter later, so nothing in it is left to interpretation: no fragment, no credentials.

    Args:
        address: As it is to be registered.

    Example:
        >>> is_redirect_address("https://bank.example/back"), is_redirect_address("http://127.0.0.1:8123/back")
        (True, True)
        >>> is_redirect_address("http://bank.example/back"), is_redirect_address("https://bank.example/back#here")
        (False, False)
    """
    if not (0 < len(address) <= _LONGEST and address.isascii() and address.isprintable()) or " " in address:
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    if not host or "@" in parts.netloc or "#" in address or any(mark in address for mark in "\"'<>\\;,*"):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
