"""Where somebody who has just signed in arrives: the home of the own portal, by role.

Everybody signs in on one page, so one address must know where each belongs. Nobody is asked, and nothing is shown here.
"""

from collections.abc import Set as AbstractSet
from typing import Final

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chengxin.authority.actors import ActorKind, Role
from chengxin.portals.presentation.access import ROLES_OF, Audience, actor_of

ANYBODY: Final = "public:home"
_OFFICE: Final = ROLES_OF[Audience.OFFICE] | {Role.OPERATOR}


def home_of(kind: ActorKind, roles: AbstractSet[Role]) -> str:
    """Return the name of the home of somebody with these roles.

    Args:
        kind: A person has the own file for a home, whatever else the login says.
        roles: An officer's home is the portal that the roles open; an officer who has none sees what anyone may.

    Example:
        >>> home_of(ActorKind.OFFICER, {Role.SUPPLIER_SECOND}), home_of(ActorKind.OFFICER, set())
        ('organisation:home', 'public:home')
    """
    if kind is ActorKind.PERSON:
        return "citizen:home"
    if roles & ROLES_OF[Audience.SUPPLIER]:
        return "organisation:home"
    if roles & ROLES_OF[Audience.REQUESTER]:
        return "organisation:asking"
    if roles & _OFFICE:
        return "office:home"
    return "organisation:officers" if Role.ORGANISATION_ADMINISTRATOR in roles else ANYBODY


@require_safe
@never_cache
def arrive(request: HttpRequest) -> HttpResponseRedirect:
    """Lead whoever is signed in to the own portal, and everybody else to the public start page.

    Args:
        request: The request being answered.
    """
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse(ANYBODY))
    actor = actor_of(request)
    return HttpResponseRedirect(reverse(home_of(actor.kind, actor.roles)))
