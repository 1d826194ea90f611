"""Lines that wait for a clerk of the credit office: which, and why; what they say stays sealed."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from chengxin.api.v1.batches import own_batch
from chengxin.api.v1.cursors import cursor_of, number_of
from chengxin.api.v1.limits import LONGEST_PAGE, PAGE
from chengxin.api.v1.tokens import SupplierToken, organisation_of
from chengxin.api.v1.values import Moment, Paged
from chengxin.intake import lookups
from chengxin.intake.states import HeldState

router = Router(tags=["held lines"], auth=SupplierToken())


class HeldLineShown(Schema):
    """A line that waits, or waited."""

    batch: str
    line: int = Field(description="Number of the data record in the file, from 1, the header not counted.")
    item: str
    reason: str = Field(description="PERSON_UNKNOWN, NAME_DISAGREES or RECORD_OF_ANOTHER.")
    state: HeldState
    submitted_at: Moment
    decided_at: Moment | None


class HeldLinePage(Paged):
    """A page of held lines, oldest first."""

    items: list[HeldLineShown]


@router.get("", response=HeldLinePage, summary="Held lines of the organisation", operation_id="list_held_lines")
def list_held_lines(
    request: HttpRequest,
    batch: Annotated[str | None, Query(description="Only of this batch.")] = None,
    state: Annotated[HeldState, Query(description="In this state.")] = HeldState.WAITING,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> HeldLinePage:
    """Return lines that wait for clerical review, oldest first."""
    found = lookups.list_held_lines(
        organisation_code=organisation_of(request),
        batch_id=None if batch is None else own_batch(request, batch).id,
        state=state,
        after=number_of(cursor) or 0,
        limit=limit + 1,
    )
    page = found[:limit]
    return HeldLinePage(
        items=[
            HeldLineShown(
                batch=line.batch,
                line=line.line,
                item=line.item_code,
                reason=line.reason,
                state=line.state,
                submitted_at=line.submitted_at,
                decided_at=line.decided_at,
            )
            for line in page
        ],
        next=cursor_of(page[-1].id) if len(found) > limit else None,
    )
