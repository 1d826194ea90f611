"""Where a requester is told that what it received was corrected or withdrawn."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from chengxin.api.v1.tokens import RequesterToken, actor_of, organisation_of
from chengxin.api.v1.values import Moment
from chengxin.organisations import lookups
from chengxin.organisations import operations as organisations
from chengxin.organisations.lookups import SubscriptionLine
from chengxin.organisations.rules import MOST_ADDRESS
from chengxin.portals.presentation.clock import now_of

router = Router(tags=["corrections"], auth=RequesterToken())


class NewSubscription(Schema):
    """Where the organisation wants to be told. By it the organisation undertakes to acknowledge what it is told."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[str, StringConstraints(max_length=MOST_ADDRESS)] = Field(
        description="An https address under the name of a host, without login and fragment.",
        examples=["https://bank.example/corrections"],
    )


class SubscriptionShown(Schema):
    """Where the organisation is told of corrections. This release keeps the address and delivers nothing to it yet."""

    address: str
    since: Moment


def _shown(line: SubscriptionLine) -> SubscriptionShown:
    return SubscriptionShown(address=line.address, since=line.since_at)


def _standing(request: HttpRequest) -> SubscriptionLine:
    found = lookups.find_correction_subscription(organisation_code=organisation_of(request))
    if found is None:
        raise organisations.CorrectionSubscriptionMissing
    return found


@router.get("", response=SubscriptionShown, summary="Where corrections go", operation_id="read_subscription")
def read_subscription(request: HttpRequest) -> SubscriptionShown:
    """Return where the organisation is told of corrections."""
    return _shown(_standing(request))


@router.put("", response=SubscriptionShown, summary="Say where corrections go", operation_id="put_subscription")
def put_subscription(request: HttpRequest, subscription: NewSubscription) -> SubscriptionShown:
    """Say where the organisation is told of corrections, in place of what was said before."""
    organisations.subscribe_corrections(address=subscription.address, actor=actor_of(request), now=now_of(request))
    return _shown(_standing(request))


@router.delete("", response={204: None}, summary="End it", operation_id="delete_subscription")
def delete_subscription(request: HttpRequest) -> HttpResponse:
    """Be told of corrections there no more."""
    organisations.unsubscribe_corrections(actor=actor_of(request), now=now_of(request))
    return HttpResponse(status=204)
