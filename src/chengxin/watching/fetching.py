"""One request over HTTP with a limit on time and size, and what can go wrong with it as one error."""

import http.client
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

LARGEST_ANSWER: Final = 64 * 1024
SECONDS: Final = 10.0

_BLOCK: Final = 8192


class Unreachable(Exception):  # noqa: N818 - says what is the case
    """Nobody answered, not in time, or not as HTTP has it; the text says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered.

    Attributes:
        status: Of HTTP.
        body: At most ``LARGEST_ANSWER`` bytes.
    """

    status: int
    body: bytes

    def text(self) -> str:
        """Return the body as text; what is no UTF-8 is replaced."""
        return self.body.decode(errors="replace")


def check_address(address: str) -> str:
    """Return an address with a slash at its end.

    Raises:
        ValueError: It is no address of HTTP.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        message = f"{address}: an address such as https://example.org/ledger/ is expected"
        raise ValueError(message)
    return address if address.endswith("/") else f"{address}/"


def ask(address: str, *, body: bytes | None = None, seconds: float = SECONDS) -> Answer:
    """Send one request; redirections are not followed.

    Args:
        address: Of HTTP or HTTPS.
        body: What is posted; ``None``: nothing, it is fetched.
        seconds: For all of it together.

    Raises:
        Unreachable: No answer came in time, or a larger one than allowed.
    """
    parts = urlsplit(address)
    until = time.monotonic() + seconds
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=seconds)
        try:
            headers = {"User-Agent": "chengxin-watching", "Connection": "close"}
            connection.request("GET" if body is None else "POST", parts.path or "/", body=body, headers=headers)
            response = connection.getresponse()
            read = b""
            while block := response.read(_BLOCK):
                read += block
                if len(read) > LARGEST_ANSWER or time.monotonic() > until:
                    message = f"{address}: too much, or too slow"
                    raise Unreachable(message)
            return Answer(status=response.status, body=read)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as wrong:
        message = f"{address}: {str(wrong) or type(wrong).__name__}"
        raise Unreachable(message) from None
