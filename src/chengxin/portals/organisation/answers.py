"""Opening a batch of one's own, and the page for what is refused; every page of this portal goes through both."""

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal, Refused
from chengxin.intake import lookups
from chengxin.intake.errors import BatchUnknown
from chengxin.intake.lookups import BatchLine
from chengxin.portals.organisation.wording import explained_refusal
from chengxin.portals.presentation.access import actor_of

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]

STATUSES: Final[Mapping[str, int]] = MappingProxyType(
    {"BATCH_UNKNOWN": 404, "ITEM_NOT_IN_CATALOGUE": 404, "RESULT_NOT_READY": 409, "MOVE_NOT_ALLOWED": 409}
)
FORBIDDEN: Final = 403


def organisation_of(actor: Actor) -> str:
    """Return for which organisation an officer acts.

    Args:
        actor: Let through for the audience of suppliers.

    Raises:
        RuntimeError: The login is bound to no organisation, which the database does not allow.
    """
    if actor.organisation_code is None:
        message = "an officer's login is bound to an organisation"
        raise RuntimeError(message)
    return actor.organisation_code


def own_batch(request: HttpRequest, reference: str) -> BatchLine:
    """Return a batch of the officer's own organisation.

    Args:
        request: The request being answered.
        reference: As it stands in the address.

    Raises:
        BatchUnknown: There is none, or it is another organisation's: the answer does not tell which.
    """
    actor = actor_of(request)
    found = lookups.access_batch(reference=reference, actor=actor)
    if isinstance(found, Refusal) or found.organisation_code != organisation_of(actor):
        raise BatchUnknown(batch=reference[:24])
    return found


def refused_page(request: HttpRequest, refused: Refused | Refusal) -> HttpResponse:
    """Return the page that says what is refused, why, and what to do.

    Args:
        request: The request being answered.
        refused: What was refused.
    """
    explained = explained_refusal(refused.code, refused.details)
    context = {"explained": explained, "code": refused.code}
    status = STATUSES.get(refused.code, FORBIDDEN)
    return render(request, "organisation/refused.html", context, status=status)


def explaining_refusals(view: View[Rest]) -> View[Rest]:
    """Let a view answer what an operation refused with the page that explains it, in this portal's own frame.

    Args:
        view: Translates, calls once, translates back.
    """

    @wraps(view)
    def explained(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return refused_page(request, refused)

    return explained
