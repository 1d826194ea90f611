"""Who looked at one's own data, for the person who is signed in, after the Estonian data tracker's ``findUsage``.

The same looks as on the citizen's page, for programs of the person's own. Reading them is itself a look and stands
among them.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from chengxin.api.v1.cursors import cursor_of, number_of
from chengxin.api.v1.limits import LONGEST_PAGE, PAGE
from chengxin.api.v1.tokens import PersonSession, actor_of
from chengxin.api.v1.values import OFFICE_ZONE, Moment, Paged
from chengxin.persons import lookups as persons
from chengxin.portals.presentation.clock import now_of
from chengxin.register import lookups
from chengxin.register import operations as register
from chengxin.register.lookups import LookFilter, LookLine

BASIS: Final = "PIPL-45"
MASK_RULE: Final = "OWN_FILE"
MASK_VERSION: Final = 1
LAST_YEAR: Final = 9998

router = Router(tags=["usage"])


class UsageShown(Schema):
    """One look, or the attempt."""

    number: int = Field(description="Its number among the looks at the person, from 1 without gaps.")
    logtime: Moment
    action: str = Field(description="Purpose of the catalogue.")
    receiver: str | None = Field(description="Code of the organisation that looked; null for nobody's.")
    actor: str = Field(description="Key of the client or account; it names nobody.")
    basis: str
    case_number: str | None
    # Spelled out: another room has an enumeration of the same name, and the document knows types by name alone.
    outcome: Literal["SHOWN", "REFUSED"]
    refusal: str | None = Field(description="Why nothing was shown; null where something was.")
    shown: dict[str, Any] = Field(description="What was shown, as codes and counts.")


class UsagePeriod(Schema):
    """Between which moments looks can be found; both null while nobody has ever looked."""

    first_at: Moment | None
    last_at: Moment | None


class UsagePage(Paged):
    """A page of one's own looks, newest first."""

    usage_period: UsagePeriod
    items: list[UsageShown]


class Heartbeat(Schema):
    """That the service answers."""

    name: str
    now: Moment


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=OFFICE_ZONE)


@router.get(
    "/me/usage", auth=PersonSession(), response=UsagePage, summary="Who looked at me", operation_id="find_usage"
)
def find_usage(
    request: HttpRequest,
    *,
    since: Annotated[date | None, Query(description="First day, in the office's calendar.")] = None,
    until: Annotated[date | None, Query(description="Last day, in the office's calendar.")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> UsagePage:
    """Return the looks at the person who is signed in, this one included. Nobody else's can be asked for."""
    actor, now = actor_of(request), now_of(request)
    before = number_of(cursor)
    person_id = actor.person_id or 0
    with transaction.atomic():
        register.register_look(
            person_id=person_id,
            actor=actor,
            purpose_code="SELF_READ",
            basis_code=BASIS,
            case_number=None,
            shown={"what": "LOOKS"},
            mask_rule=MASK_RULE,
            mask_version=MASK_VERSION,
            at=now,
        )
        rows = persons.cluster_of(person_id)
        found = lookups.list_looks_of_rows(
            person_ids=rows,
            before=before,
            limit=limit + 1,
            chosen=LookFilter(
                from_at=None if since is None else _midnight(since),
                until_at=None if until is None or until.year > LAST_YEAR else _midnight(until + timedelta(days=1)),
            ),
        )
        first_at = lookups.first_look_at(person_ids=rows)
    page = found[:limit]
    return UsagePage(
        usage_period=UsagePeriod(first_at=first_at, last_at=None if first_at is None else now),
        items=[_shown(look) for look in page],
        next=cursor_of(page[-1].look_id) if len(found) > limit else None,
    )


def _shown(look: LookLine) -> UsageShown:
    return UsageShown(
        number=look.sequence,
        logtime=look.at,
        action=look.purpose_code,
        receiver=look.organisation_code,
        actor=look.actor_key,
        basis=look.basis_code,
        case_number=look.case_number,
        outcome=look.outcome.value,
        refusal=look.refusal_code,
        shown=dict(look.shown),
    )


@router.get("/heartbeat", response=Heartbeat, summary="Whether the service answers", operation_id="heartbeat")
def heartbeat(request: HttpRequest) -> Heartbeat:
    """Return the name of the service and its time."""
    return Heartbeat(name="chengxin", now=now_of(request))
