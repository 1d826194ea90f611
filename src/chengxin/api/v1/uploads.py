"""Large files in parts that can be sent again, until they are committed and become a batch."""

from typing import Annotated, Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Header, Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from chengxin.api.v1.limits import FILE_BYTES, PART_BYTES
from chengxin.api.v1.problems import RequestRefused
from chengxin.api.v1.references import checked_reference
from chengxin.api.v1.tokens import SupplierToken, actor_of, organisation_of
from chengxin.api.v1.values import Code, Sha256, empty_response, file_body
from chengxin.intake import operations as intake
from chengxin.jobs import operations as jobs
from chengxin.portals.presentation.clock import now_of

MOST_LINES: Final = 2**31 - 1
OFFSET_STREAM: Final = "application/offset+octet-stream"
STREAM: Final = "application/octet-stream"

router = Router(tags=["uploads"], auth=SupplierToken())

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Yours, one for each file: the same key again brings the same answer, never a second batch.",
    ),
]


class NewUpload(Schema):
    """A file that is going to be sent in parts."""

    model_config = ConfigDict(extra="forbid")

    item: Code = Field(description="Code of the item type that the file holds.")
    name: Annotated[str, StringConstraints(min_length=1, max_length=255)] = Field(
        description="What you call the file; shown to your officers, never used as a path. Name nobody in it."
    )
    size: int = Field(ge=1, le=FILE_BYTES, strict=True, description="Size of the whole file in bytes.")
    lines: Annotated[int, Field(ge=0, le=MOST_LINES, strict=True)] | None = Field(
        default=None,
        description="Data records in the file; the batch is refused as a whole where it has another count.",
    )
    sha256: Sha256 | None = Field(
        default=None, description="Digest of the file; the batch is refused as a whole where it has another one."
    )


class OpenedUpload(Schema):
    """An upload that takes parts."""

    reference: str
    size: int
    part_bytes: int = Field(description="Largest part that is taken.")


class UploadShown(Schema):
    """How much of an upload is there."""

    reference: str
    offset: int = Field(description="Bytes that are there from the beginning without a gap.")


class Taken(Schema):
    """A batch that was received and waits to be settled."""

    reference: str
    is_new: bool = Field(description="False where the same key, or the same upload, had brought it before.")


def required_key(key: str | None) -> str:
    """Return the idempotency key of a request.

    Args:
        key: As it was sent, or None.

    Raises:
        RequestRefused: It is missing, or holds other than 1 to 128 printable ASCII characters without spaces.
    """
    if key is None:
        raise RequestRefused("IDEMPOTENCY_KEY_MISSING")  # noqa: EM101 -- a code, not a sentence
    if not 0 < len(key) <= 128 or not all("!" <= character <= "~" for character in key):  # noqa: PLR2004 -- as stored
        raise RequestRefused("IDEMPOTENCY_KEY_MALFORMED", limit=128)  # noqa: EM101 -- a code, not a sentence
    return key


def body_of(request: HttpRequest) -> bytes:
    """Return the bytes of a request whose body is a file or a part of one.

    Args:
        request: The request being answered.

    Raises:
        RequestRefused: There is no body, or its length was not said.
    """
    body = request.body
    if not body:
        raise RequestRefused("BODY_MISSING")  # noqa: EM101 -- a code, not a sentence
    return body


def take(received: intake.Received) -> Taken:
    """Queue a batch that has just come and return it; called inside the transaction that received it.

    Args:
        received: What intake has kept.
    """
    if received.is_new:
        jobs.queue_batch(received.reference)
    return Taken(reference=received.reference, is_new=received.is_new)


@router.post("", response={201: OpenedUpload}, summary="Open an upload", operation_id="open_upload")
def open_upload(
    request: HttpRequest, response: HttpResponse, upload: NewUpload, idempotency_key: IdempotencyKey = None
) -> OpenedUpload:
    """Announce a file. The same key with the same file answers with the same upload."""
    reference = intake.open_upload(
        declared_name=upload.name,
        item_code=upload.item,
        organisation_code=organisation_of(request),
        size_bytes=upload.size,
        actor=actor_of(request),
        now=now_of(request),
        declared_lines=upload.lines,
        declared_sha256=upload.sha256 or "",
        idempotency_key=required_key(idempotency_key),
    )
    response.headers["Location"] = f"/api/v1/uploads/{reference}"
    return OpenedUpload(reference=reference, size=upload.size, part_bytes=PART_BYTES)


def _offset(request: HttpRequest, reference: str) -> int:
    # An empty part at the beginning changes nothing and answers how much is there, for the own organisation only.
    return intake.receive_part(
        reference=checked_reference(reference, prefix="U"),
        offset=0,
        part=b"",
        organisation_code=organisation_of(request),
    )


@router.get("/{reference}", response=UploadShown, summary="How much is there", operation_id="read_upload")
def read_upload(request: HttpRequest, response: HttpResponse, reference: str) -> UploadShown:
    """Return how many bytes of an open upload are there; continue from that place."""
    offset = _offset(request, reference)
    response.headers["Upload-Offset"] = str(offset)
    return UploadShown(reference=reference, offset=offset)


_AT_OFFSET: Final = "Bytes that are there from the beginning without a gap."
_HEADERS: Final[dict[str, Any]] = {
    "responses": {200: empty_response("The upload is open.", Upload_Offset=_AT_OFFSET)},
}


@router.api_operation(
    ["HEAD"],
    "/{reference}",
    response={200: None},
    summary="How much is there, without a body",
    operation_id="head_upload",
    openapi_extra=_HEADERS,
)
def head_upload(request: HttpRequest, response: HttpResponse, reference: str) -> None:
    """Say in Upload-Offset how many bytes of an open upload are there."""
    response.headers["Upload-Offset"] = str(_offset(request, reference))


@router.patch(
    "/{reference}",
    response={204: None},
    summary="Send a part",
    operation_id="send_part",
    openapi_extra={
        "requestBody": file_body("The bytes of the part, at most 8 MiB.", OFFSET_STREAM, STREAM),
        "responses": {204: empty_response("The part is kept.", Upload_Offset=_AT_OFFSET)},
    },
)
def send_part(
    request: HttpRequest,
    response: HttpResponse,
    reference: str,
    upload_offset: Annotated[
        int, Header(alias="Upload-Offset", ge=0, le=FILE_BYTES, description="Where in the file the part begins.")
    ],
) -> None:
    """Keep one part. It may be sent again; it may not leave a gap behind what is there."""
    present = intake.receive_part(
        reference=checked_reference(reference, prefix="U"),
        offset=upload_offset,
        part=body_of(request),
        organisation_code=organisation_of(request),
    )
    response.headers["Upload-Offset"] = str(present)


@router.post(
    "/{reference}/commit", response={202: Taken}, summary="Make the upload a batch", operation_id="commit_upload"
)
def commit_upload(request: HttpRequest, response: HttpResponse, reference: str) -> Taken:
    """Make a complete upload a batch that will be settled. Doing it again answers with the same batch."""
    with transaction.atomic():
        taken = take(
            intake.commit_upload(
                reference=checked_reference(reference, prefix="U"),
                organisation_code=organisation_of(request),
                actor=actor_of(request),
                now=now_of(request),
            )
        )
    response.headers["Location"] = f"/api/v1/batches/{taken.reference}"
    return taken
