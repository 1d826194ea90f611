"""Lines that wait for the credit office, and what became of them. No name and no number is shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from chengxin.intake import lookups
from chengxin.intake.errors import BatchUnknown
from chengxin.portals.organisation import tables
from chengxin.portals.organisation.answers import explaining_refusals, organisation_of, own_batch
from chengxin.portals.organisation.forms import HeldFilter
from chengxin.portals.organisation.pages import PAGE, cursor_of, edition_today, pager
from chengxin.portals.organisation.wording import explained_refusal
from chengxin.portals.presentation.access import Audience, actor_of, open_to


@open_to(Audience.SUPPLIER)
@explaining_refusals
def held_lines(request: HttpRequest) -> HttpResponse:
    """Show the organisation's held lines, oldest first; the filters stay in the address.

    Args:
        request: The request being answered; reads ``state``, ``batch`` and ``after``.
    """
    form = HeldFilter(request.GET)
    found: tuple[lookups.HeldLineShown, ...] = ()
    if form.is_valid():
        try:
            reference = form.cleaned_data["batch"]
            found = lookups.list_held_lines(
                organisation_code=organisation_of(actor_of(request)),
                batch_id=own_batch(request, reference).id if reference else None,
                state=form.chosen_state,
                after=cursor_of(request) or 0,
                limit=PAGE + 1,
            )
        except BatchUnknown as unknown:
            explained = explained_refusal(unknown.code, unknown.details)
            form.add_error("batch", f"{explained.wrong}{explained.remedy}")
    page = found[:PAGE]
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "clear_url": reverse("organisation:held_lines"),
        "has_rows": bool(page),
        "table": tables.held_table(page, edition_today(request)),
        "pager": pager(request, shown=len(page), following=page[-1].id if len(found) > PAGE else None),
    }
    return render(request, "organisation/held_lines.html", context)
