"""For whom somebody acts: guardians and agents choose, in the own name; those acted for see who may."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chengxin.admission import lookups
from chengxin.admission.lookups import RepresentationLine
from chengxin.authority.actors import ActorKind
from chengxin.persons import lookups as persons
from chengxin.persons.rules import masked_name
from chengxin.portals.presentation.access import ACTING, own_actor_of, refused_page
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.labels import REPRESENTATION_KINDS
from chengxin.portals.presentation.templatetags.components import day
from chengxin.portals.presentation.values import Cell, Column, Table, Tone


def _table(lines: tuple[RepresentationLine, ...], request: HttpRequest) -> Table:
    """Return who may, or might, act for whoever is signed in."""
    today = today_of(request)
    return Table(
        caption=_("谁可以替我看"),
        hide_caption=True,
        columns=[Column(label=label) for label in (_("编号"), _("身份"), _("谁来办"), _("状态"), _("最后一天"))],
        rows=[
            (
                Cell(value=line.reference),
                Cell(value=REPRESENTATION_KINDS[line.kind.value]),
                Cell(value=masked_name(persons.identity_of(line.representative_id).name)),
                Cell(value=_("有效"), tone=Tone.DONE)
                if line.is_in_force(today)
                else Cell(value=_("无效"), tone=Tone.NEUTRAL),
                Cell(value=day(line.to_on - timedelta(days=1))),
            )
            for line in lines
        ],
    )


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def acting(request: HttpRequest) -> HttpResponse:
    """Choose for whom one acts, and see who may act for oneself.

    Args:
        request: The request being answered; reads ``for``: a representation, or nothing for oneself.
    """
    own = own_actor_of(request)
    if own.kind is not ActorKind.PERSON or own.person_id is None:
        return refused_page(request, "NOT_YOUR_ROLE")
    today = today_of(request)
    if request.method == "POST":
        asked = request.POST.get("for", "")[:32]
        if not asked:
            request.session.pop(ACTING, None)
        elif lookups.acting_for(own, reference=asked, on=today) is None:
            return refused_page(request, "REPRESENTATION_UNKNOWN")
        else:
            request.session[ACTING] = asked
        return HttpResponseRedirect(reverse("arrival"))
    chosen = request.session.get(ACTING, "")
    offered: list[dict[str, Any]] = [
        {
            "reference": line.reference,
            "name": masked_name(persons.identity_of(line.represented_id).name),
            "kind": REPRESENTATION_KINDS[line.kind.value],
            "last_on": line.to_on - timedelta(days=1),
            "is_chosen": line.reference == chosen,
        }
        for line in lookups.list_for_representative(person_id=own.person_id, on=today)
    ]
    context = {
        "offered": offered,
        "is_acting": any(one["is_chosen"] for one in offered),
        "table": _table(lookups.list_for_represented(person_id=own.person_id), request),
    }
    return render(request, "presentation/acting.html", context)
