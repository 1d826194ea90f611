"""How well and how fast the organisation supplies each item."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from chengxin.api.v1.tokens import SupplierToken, organisation_of
from chengxin.intake import lookups

router = Router(tags=["quality"], auth=SupplierToken())


class QualityShown(Schema):
    """Quality and timeliness of one item."""

    item: str
    batches: int
    lines: int
    accepted_percent: float | None = Field(description="Accepted or unchanged, of all lines; null without lines.")
    corrected_percent: float | None = Field(description="Corrections and withdrawals, of the accepted lines.")
    delay_days: float | None = Field(description="Mean calendar days from the document to the receipt.")
    last_on: date = Field(description="Day of the newest batch, in the office's calendar.")


class QualityList(Schema):
    """One entry for each item that the organisation has supplied; there are few, so there are no pages."""

    items: list[QualityShown]


@router.get("", response=QualityList, summary="Quality of what was supplied", operation_id="list_quality")
def list_quality(request: HttpRequest) -> QualityList:
    """Return quality and timeliness of the organisation's settled batches, by item."""
    return QualityList(
        items=[
            QualityShown(
                item=found.item_code,
                batches=found.batches,
                lines=found.lines,
                accepted_percent=found.accepted_percent,
                corrected_percent=found.corrected_percent,
                delay_days=found.delay_days,
                last_on=found.last_on,
            )
            for found in lookups.list_quality(organisation_code=organisation_of(request))
        ]
    )
