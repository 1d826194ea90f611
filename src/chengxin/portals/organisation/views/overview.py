"""The first page, with what waits, and the page of the organisation's own quality."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chengxin.authority.actors import Role
from chengxin.intake import lookups
from chengxin.intake.states import BatchState
from chengxin.organisations import lookups as organisations
from chengxin.portals.organisation import tables
from chengxin.portals.organisation.answers import explaining_refusals, organisation_of
from chengxin.portals.organisation.labels import FIGURES
from chengxin.portals.organisation.pages import edition_today
from chengxin.portals.presentation.access import Audience, actor_of, open_to

LAST_BATCHES = 5
GLANCE = 5
MOST_COUNTED = 100


@open_to(Audience.SUPPLIER)
@explaining_refusals
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits, the last batches, and quality at a glance.

    Args:
        request: The request being answered.
    """
    actor = actor_of(request)
    code = organisation_of(actor)
    edition = edition_today(request)
    counts = lookups.count_batches(organisation_code=code)
    waiting = lookups.list_batches(organisation_code=code, state=BatchState.AWAITING_APPROVAL, limit=MOST_COUNTED)
    is_second = actor.has(Role.SUPPLIER_SECOND)
    mine = [batch for batch in waiting if is_second and batch.submitted_by != actor.key]
    held = lookups.list_held_lines(organisation_code=code, limit=MOST_COUNTED + 1)
    last = lookups.list_batches(organisation_code=code, limit=LAST_BATCHES)
    figures = lookups.list_quality(organisation_code=code)
    context = {
        "organisation": organisations.find_organisation(code),
        "organisation_code": code,
        "is_second": is_second,
        "to_decide": mine,
        "waiting_count": counts.get(BatchState.AWAITING_APPROVAL, 0),
        "running_count": counts.get(BatchState.RECEIVED, 0) + counts.get(BatchState.APPROVED, 0),
        "held_count": min(len(held), MOST_COUNTED),
        "has_more_held": len(held) > MOST_COUNTED,
        "has_batches": bool(last),
        "last": tables.batches_table(last, edition),
        "has_figures": bool(figures),
        "glance": tables.quality_table(figures[:GLANCE], edition),
    }
    return render(request, "organisation/home.html", context)


@open_to(Audience.SUPPLIER)
@explaining_refusals
def quality(request: HttpRequest) -> HttpResponse:
    """Show the organisation's own figures for each item, and what each figure means.

    Args:
        request: The request being answered.
    """
    edition = edition_today(request)
    figures = lookups.list_quality(organisation_code=organisation_of(actor_of(request)))
    context = {
        "has_figures": bool(figures),
        "charts": tables.quality_charts(figures, edition),
        "table": tables.quality_table(figures, edition),
        "meanings": FIGURES,
    }
    return render(request, "organisation/quality.html", context)
