"""What several pages need: the edition in force, the items one may supply, and the ways through a list."""

from collections.abc import Mapping

from django.http import HttpRequest

from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.errors import NoEditionInForce
from chengxin.catalogue.rules import Edition
from chengxin.organisations import lookups as organisations
from chengxin.portals.organisation.answers import organisation_of
from chengxin.portals.organisation.forms import CursorForm
from chengxin.portals.organisation.wording import item_name
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.values import Pager

PAGE = 50


def edition_today(request: HttpRequest) -> Edition | None:
    """Return the edition in force today, or ``None`` before the first one was issued.

    Args:
        request: The request being answered.
    """
    try:
        return catalogue.edition_in_force(today_of(request))
    except NoEditionInForce:
        return None


def items_today(request: HttpRequest, actor: Actor, edition: Edition | None) -> Mapping[str, str]:
    """Return the names, by code, of the items that the actor's organisation may supply today.

    Args:
        request: The request being answered.
        actor: An officer.
        edition: The edition in force; an item that it lacks may not be supplied, mandate or not.
    """
    if edition is None:
        return {}
    mandated = organisations.list_mandated_items(organisation_code=organisation_of(actor), on=today_of(request))
    return {code: item_name(edition, code) for code in mandated if code in edition.item_types}


def cursor_of(request: HttpRequest) -> int | None:
    """Return behind which key a list goes on, or ``None`` for its beginning; what is no key counts as none.

    Args:
        request: The request being answered; reads ``after``.
    """
    form = CursorForm(request.GET)
    key: int | None = form.cleaned_data["after"] if form.is_valid() else None
    return key


def pager(request: HttpRequest, *, shown: int, following: int | None, total: int | None = None) -> Pager:
    """Return the ways out of one page of a list; filters stay in the address.

    Args:
        request: The request being answered.
        shown: Lines on this page.
        following: Key behind which the next page begins, or ``None`` on the last.
        total: Lines in all, where known.
    """
    query = request.GET.copy()
    is_first = not query.pop("after", None)
    first = f"{request.path}?{query.urlencode()}" if query else request.path
    if following is not None:
        query["after"] = str(following)
    return Pager(
        first_url="" if is_first else first,
        next_url="" if following is None else f"{request.path}?{query.urlencode()}",
        shown=shown,
        total=total,
    )
