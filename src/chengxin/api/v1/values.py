"""What several resources' schemas are made of: moments with their zone, bounded texts without control characters."""

from datetime import datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from ninja import Schema
from pydantic import Field, PlainSerializer, StringConstraints, WithJsonSchema

OFFICE_ZONE: Final = ZoneInfo("Asia/Shanghai")
CODE_PATTERN: Final = r"^[A-Za-z0-9_.-]{1,64}$"
SHA256_PATTERN: Final = r"^[0-9A-Fa-f]{64}$"
KEY_PATTERN: Final = r"^[!-~]{1,128}$"
_SEARCHED: Final = r"^[^\x00-\x1f\x7f]*$"


def rfc3339(moment: datetime) -> str:
    """Return a moment as RFC 3339 writes it, in the office's zone, to the second.

    Args:
        moment: Aware, in any zone.

    Example:
        >>> from datetime import UTC
        >>> rfc3339(datetime(2028, 2, 28, 16, 0, 1, tzinfo=UTC))
        '2028-02-29T00:00:01+08:00'
    """
    return moment.astimezone(OFFICE_ZONE).isoformat(timespec="seconds")


Moment = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2028-02-29T08:00:01+08:00"]}),
]
"""A moment, written with +08:00."""

Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
"""A stable code, such as an item's."""

Sha256 = Annotated[str, StringConstraints(pattern=SHA256_PATTERN)]
"""A digest in hexadecimal."""

Searched = Annotated[str, StringConstraints(max_length=64, pattern=_SEARCHED)]
"""A text to look for."""

Line = Annotated[str, StringConstraints(max_length=100, pattern=_SEARCHED)]
"""One line of text, such as a name or a case number."""

Details = Annotated[
    dict[str, str], Field(description="Safe values that belong to the code: positions, counts, limits, masked values.")
]


class Paged(Schema):
    """What every list says about its next page."""

    next: str | None = Field(description="Pass as `cursor` for the next page; null on the last one.")


def empty_response(description: str, **headers: str) -> dict[str, Any]:
    """Return how the OpenAPI document describes an answer without a body.

    Args:
        description: What the answer means.
        **headers: Header names, with underscores for hyphens, to what they say.
    """
    return {
        "description": description,
        "headers": {
            name.replace("_", "-"): {"description": meaning, "schema": {"type": "string"}}
            for name, meaning in headers.items()
        },
    }


def file_response(description: str, *media_types: str) -> dict[str, Any]:
    """Return how the OpenAPI document describes an answer that is a file.

    Args:
        description: What the file is.
        *media_types: What it may be sent as.
    """
    content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}
    return {"description": description, "content": content}


def file_body(description: str, *media_types: str) -> dict[str, Any]:
    """Return how the OpenAPI document describes a request whose body is a file or a part of one.

    Args:
        description: What the body is.
        *media_types: What it may be sent as.
    """
    return {**file_response(description, *media_types), "required": True}
