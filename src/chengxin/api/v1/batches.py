"""Batches: sending a small file at once, reading what became of one, and deciding as the second client."""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final, Protocol

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from chengxin.api.v1 import problems, titles
from chengxin.api.v1.catalogue import XLSX
from chengxin.api.v1.cursors import cursor_of, number_of
from chengxin.api.v1.limits import LONGEST_PAGE, PAGE
from chengxin.api.v1.references import checked_reference, refuse_unknown
from chengxin.api.v1.tokens import SupplierToken, actor_of, organisation_of
from chengxin.api.v1.uploads import MOST_LINES, STREAM, IdempotencyKey, Taken, body_of, required_key, take
from chengxin.api.v1.values import Code, Details, Moment, Paged, Searched, Sha256, file_body, file_response
from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.intake import lookups
from chengxin.intake import operations as intake
from chengxin.intake.errors import ResultNotReady
from chengxin.intake.lookups import BatchLine, FindingLine
from chengxin.intake.states import BatchState, Outcome
from chengxin.jobs import operations as jobs
from chengxin.portals.presentation import rule_texts
from chengxin.portals.presentation.clock import now_of
from chengxin.tabular.values import Format
from chengxin.tabular.writing import ResultLabels

CSV: Final = "text/csv"
JSON_LINES: Final = "application/x-ndjson"
PARQUET: Final = "application/vnd.apache.parquet"
ENDINGS: Final = {
    CSV: "csv",
    JSON_LINES: "jsonl",
    "application/jsonl": "jsonl",
    XLSX: "xlsx",
    PARQUET: "parquet",
    STREAM: "bin",
}
"""Content types that are taken. The content itself decides what a file is; the ending is only its name's."""

MEDIA_TYPES: Final = {Format.CSV: CSV, Format.JSON_LINES: JSON_LINES, Format.XLSX: XLSX, Format.PARQUET: PARQUET}
SETTLED: Final = frozenset({BatchState.POSTED, BatchState.REVERSED})

_REFUSED_AS_A_WHOLE: Final = 422
_REASONS: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

router = Router(tags=["batches"], auth=SupplierToken())


class CountsShown(Schema):
    """Every line has exactly one outcome: accepted + rejected + held + unchanged = lines."""

    lines: int
    accepted: int
    rejected: int
    held: int
    unchanged: int
    corrected: int = Field(description="Of the accepted lines, those that corrected an item.")
    withdrawn: int = Field(description="Of the accepted lines, those that withdrew one.")


class RefusalShown(Schema):
    """Why a file as a whole was not taken."""

    code: str
    title: str = Field(description="What is wrong, in the language of Accept-Language.")
    detail: str = Field(description="What to do.")
    details: Details


class BatchShown(Schema):
    """A batch, as lists show it."""

    reference: str
    item: str
    state: BatchState
    name: str = Field(description="As the sender called the file.")
    channel: str
    size: int
    sha256: str
    edition: str = Field(description="Edition of the catalogue that judged it; empty until then.")
    submitted_by: str = Field(description="Key of the client or account; it names nobody.")
    submitted_at: Moment
    settled_at: Moment | None
    decided_by: str
    decided_at: Moment | None
    counts: CountsShown
    refusal: RefusalShown | None
    bounds: list[str] = Field(
        description="In which respects it lies outside the usual, where a second client must look."
    )
    file_kept_until: date = Field(description="Last day on which the result can be fetched.")


class MistakeShown(Schema):
    """A frequent mistake of a batch."""

    rule: str
    column: str
    lines: int


class ProgressShown(Schema):
    """How far the settling has come."""

    phase: str
    done: int
    total: int
    at: Moment


class BatchOpened(BatchShown):
    """One batch, with its progress and its most frequent mistakes."""

    progress: ProgressShown | None
    mistakes: list[MistakeShown]


class BatchPage(Paged):
    """A page of the organisation's batches, newest first."""

    items: list[BatchShown]


class FindingShown(Schema):
    """One fault of one line."""

    line: int = Field(description="Number of the data record in the file, from 1, the header not counted.")
    rule: str
    column: str = Field(description="Code of the column; empty where the line as a whole is at fault.")
    seen: str = Field(description="The value, masked and shortened.")
    params: Details
    wrong: str = Field(description="What is wrong, in the language of Accept-Language.")
    remedy: str = Field(description="What to do.")


class FindingPage(Paged):
    """A page of findings in the order of the lines; it never parts the findings of a line."""

    items: list[FindingShown]


class Decision(Schema):
    """Why the second client decides as it does."""

    model_config = ConfigDict(extra="forbid")

    reasons: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_REASONS)] = Field(
        description="Kept with the batch. Name nobody in it."
    )


def _shown(line: BatchLine) -> BatchShown:
    refusal = None
    if line.refusal_code:
        details = dict(problems.shown_details(line.refusal_code, line.refusal_details))
        wording = titles.wording_of(line.refusal_code, details, status=_REFUSED_AS_A_WHOLE)
        refusal = RefusalShown(code=line.refusal_code, title=wording.wrong, detail=wording.remedy, details=details)
    return BatchShown(
        reference=line.reference,
        item=line.item_code,
        state=line.state,
        name=line.declared_name,
        channel=line.channel,
        size=line.size_bytes,
        sha256=line.sha256,
        edition=line.edition_code,
        submitted_by=line.submitted_by,
        submitted_at=line.submitted_at,
        settled_at=line.settled_at,
        decided_by=line.decided_by,
        decided_at=line.decided_at,
        counts=CountsShown(
            lines=line.lines,
            accepted=line.accepted,
            rejected=line.rejected,
            held=line.held,
            unchanged=line.unchanged,
            corrected=line.corrected,
            withdrawn=line.withdrawn,
        ),
        refusal=refusal,
        bounds=list(line.bounds),
        file_kept_until=line.file_kept_until,
    )


def own_batch(request: HttpRequest, reference: str) -> BatchLine:
    """Return a batch of the caller's own organisation.

    Args:
        request: The request being answered.
        reference: As it stands in the address.

    Raises:
        BatchUnknown: There is none, or it is another organisation's: the answer does not tell which.
    """
    found = lookups.access_batch(reference=checked_reference(reference, prefix="B"), actor=actor_of(request))
    if isinstance(found, Refusal) or found.organisation_code != organisation_of(request):
        refuse_unknown(reference, prefix="B")
    return found


def _opened(request: HttpRequest, reference: str) -> BatchOpened:
    line = own_batch(request, reference)
    progress = lookups.find_progress(reference=line.reference)
    mistakes = lookups.list_mistakes(batch_id=line.id)
    return BatchOpened(
        **_shown(line).model_dump(),
        progress=None
        if progress is None
        else ProgressShown(phase=progress.phase, done=progress.done, total=progress.total, at=progress.at),
        mistakes=[MistakeShown(rule=found.rule, column=found.column, lines=found.lines) for found in mistakes],
    )


@router.post(
    "",
    response={202: Taken},
    summary="Send a small file",
    operation_id="send_batch",
    openapi_extra={"requestBody": file_body("The file, at most 8 MiB.", *ENDINGS)},
)
def send_batch(
    request: HttpRequest,
    response: HttpResponse,
    *,
    item: Annotated[Code, Query(description="Code of the item type that the file holds.")],
    lines: Annotated[int | None, Query(ge=0, le=MOST_LINES, description="Data records it is said to have.")] = None,
    sha256: Annotated[Sha256 | None, Query(description="Digest it is said to have, in hexadecimal.")] = None,
    idempotency_key: IdempotencyKey = None,
) -> Taken:
    """Send a file of at most 8 MiB in one request. The same key with the same file answers with the same batch.

    Raises:
        RequestRefused: The content type is not taken, the key is missing, or there is no body.
    """
    key = required_key(idempotency_key)
    contents = body_of(request)
    ending = ENDINGS.get(request.content_type or "")
    if ending is None:
        raise problems.RequestRefused("CONTENT_TYPE_REFUSED", taken=", ".join(ENDINGS))  # noqa: EM101 -- a code
    with transaction.atomic():
        taken = take(
            intake.receive_batch(
                source=io.BytesIO(contents),
                declared_name=f"{item}.{ending}",
                item_code=item,
                organisation_code=organisation_of(request),
                channel="API",
                actor=actor_of(request),
                now=now_of(request),
                declared_lines=lines,
                declared_sha256=sha256 or "",
                idempotency_key=key,
            )
        )
    response.headers["Location"] = f"/api/v1/batches/{taken.reference}"
    return taken


@router.get("", response=BatchPage, summary="Batches of the organisation", operation_id="list_batches")
def list_batches(
    request: HttpRequest,
    *,
    state: BatchState | None = None,
    item: Annotated[Code | None, Query()] = None,
    q: Annotated[Searched | None, Query(description="Part of a reference or of a file's name.")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> BatchPage:
    """Return the organisation's batches, newest first."""
    found = lookups.list_batches(
        organisation_code=organisation_of(request),
        state=state,
        item_code=item,
        text="" if q is None else q,
        before=number_of(cursor),
        limit=limit + 1,
    )
    page = found[:limit]
    following = cursor_of(page[-1].id) if len(found) > limit else None
    return BatchPage(items=[_shown(line) for line in page], next=following)


@router.get("/{reference}", response=BatchOpened, summary="One batch", operation_id="read_batch")
def read_batch(request: HttpRequest, reference: str) -> BatchOpened:
    """Return a batch with its counts, progress and most frequent mistakes. Ask again with If-None-Match."""
    return _opened(request, reference)


@router.get("/{reference}/findings", response=FindingPage, summary="Faults of the lines", operation_id="list_findings")
def list_findings(
    request: HttpRequest,
    reference: str,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> FindingPage:
    """Return what is wrong with the lines of a batch, in their order; values are masked."""
    line = own_batch(request, reference)
    found = lookups.list_findings(batch_id=line.id, after=number_of(cursor) or 0, limit=limit)
    if not found:
        return FindingPage(items=[], next=None)
    translate = _translator(line)
    return FindingPage(
        items=[_finding(one, *translate(one)) for one in found],
        next=cursor_of(found[-1].line) if len(found) >= limit else None,
    )


def _finding(found: FindingLine, wrong: str, remedy: str) -> FindingShown:
    return FindingShown(
        line=found.line,
        rule=found.rule,
        column=found.column,
        seen=found.seen,
        params=dict(found.params),
        wrong=wrong,
        remedy=remedy,
    )


def _translator(line: BatchLine) -> Callable[[FindingLine], tuple[str, str]]:
    edition = catalogue.edition(line.edition_code)
    return rule_texts.translator(item=edition.item_types[line.item_code], edition=edition)


@router.get(
    "/{reference}/result",
    summary="The file with its result",
    operation_id="read_result",
    openapi_extra={"responses": {200: file_response("The file with columns added.", CSV, JSON_LINES, XLSX, PARQUET)}},
)
def read_result(request: HttpRequest, reference: str) -> FileResponse:
    """Return the file as it was sent, with the outcome of every line added. No line says more than was sent.

    Raises:
        ResultNotReady: The batch is not settled, or its file is no longer kept.
    """
    line = own_batch(request, reference)
    if line.state not in SETTLED:
        raise ResultNotReady(batch=line.reference, state=line.state.value)
    explain = _translator(line)

    def translate(found: FindingLine) -> tuple[str, str]:
        # What a clerk wrote about a person is for the supplier's officers to read, not for their machines.
        return explain(replace(found, params={**found.params, "reasons": "—"}) if "reasons" in found.params else found)

    folder = settings.FILE_UPLOAD_TEMP_DIR
    with TemporaryDirectory(dir=folder, prefix=f"{os.getpid()}-") as private:
        written = intake.write_result(
            reference=line.reference,
            target=Path(private) / "result",
            translate=translate,
            words=_words(),
            actor=actor_of(request),
        )
        file = written.path.open("rb")  # still readable when its folder is gone; the response closes it
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{line.reference}-result{Path(written.file_name).suffix}",
        content_type=MEDIA_TYPES[written.format],
    )


def _words() -> intake.ResultWords:
    headers = {name: str(words) for name, words in rule_texts.RESULT_HEADERS.items()}
    outcomes = {Outcome(code): str(words) for code, words in rule_texts.RESULT_OUTCOMES.items()}
    return intake.ResultWords(labels=ResultLabels(**headers), outcomes=outcomes)


class Decide(Protocol):
    """An act of the second client about a batch."""

    def __call__(self, *, reference: str, reasons: str, actor: Actor, now: datetime) -> None:
        """Do it."""


def _decided(request: HttpRequest, reference: str, decide: Decide, decision: Decision) -> BatchOpened:
    # Read first: to another organisation's client the batch must be unknown, not refused.
    line = own_batch(request, reference)
    with transaction.atomic():
        decide(reference=line.reference, reasons=decision.reasons, actor=actor_of(request), now=now_of(request))
        if decide is intake.approve_batch:
            jobs.queue_batch(line.reference)
    return _opened(request, reference)


@router.post("/{reference}/approve", response=BatchOpened, summary="Let it pass", operation_id="approve_batch")
def approve_batch(request: HttpRequest, reference: str, decision: Decision) -> BatchOpened:
    """Let a batch outside the usual pass; it is settled then. Another client than the sender's must do it."""
    return _decided(request, reference, intake.approve_batch, decision)


@router.post("/{reference}/decline", response=BatchOpened, summary="Decline it", operation_id="decline_batch")
def decline_batch(request: HttpRequest, reference: str, decision: Decision) -> BatchOpened:
    """Decline a batch outside the usual; nothing of it is posted. Another client than the sender's must do it."""
    return _decided(request, reference, intake.decline_batch, decision)


@router.post("/{reference}/reverse", response=BatchOpened, summary="Take it back", operation_id="reverse_batch")
def reverse_batch(request: HttpRequest, reference: str, decision: Decision) -> BatchOpened:
    """Take a posted batch back as a whole. Another client than the sender's must do it."""
    return _decided(request, reference, intake.reverse_batch, decision)
