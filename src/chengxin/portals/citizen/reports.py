"""The person's own reports: issuing one in a chosen language, fetching it once more, taking it back."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from chengxin.authority.decisions import Refusal
from chengxin.portals.citizen import gate
from chengxin.portals.citizen.forms import ReportForm
from chengxin.portals.citizen.labels import REPORT_MEANINGS
from chengxin.portals.citizen.shown import short_reference
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to, refused_page
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.report_texts import (
    EXTENTS,
    LANGUAGES,
    STATES,
    file_name,
    language_of_page,
    wording_in,
)
from chengxin.reports import lookups, operations
from chengxin.reports.lookups import OwnReport
from chengxin.reports.rules import VALID_DAYS
from chengxin.reports.states import Extent, Language, ReportState

PAGE = 20
PDF = "application/pdf"


def _shown(report: OwnReport) -> dict[str, Any]:
    """Return a report as the pages show it."""
    return {
        "report": report,
        "state": STATES[report.state.value],
        "meaning": REPORT_MEANINGS[report.state.value],
        "tone": values.Tone.DONE if report.state is ReportState.GOOD else values.Tone.NEUTRAL,
        "language": LANGUAGES[report.language.value],
        "extent": EXTENTS[report.extent.value],
        "is_of_counter": report.channel.value == "COUNTER",
    }


def _before(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) <= 18 else None  # noqa: PLR2004 - a bigint


def _list_page(request: HttpRequest, form: ReportForm, *, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    look_number = gate.register_own_look(actor=actor, shown="REPORTS", now=now_of(request))
    before = _before(request)
    found = lookups.list_reports_of(person_id=gate.person_of(actor), now=now_of(request), before=before, limit=PAGE + 1)
    page = found[:PAGE]
    url = reverse("citizen:reports")
    context = {
        "form": form,
        "entries": [_shown(report) for report in page],
        "pager": values.Pager(
            first_url="" if before is None else url,
            next_url=f"{url}?before={page[-1].report_id}" if len(found) > PAGE else "",
            shown=len(page),
        ),
        "valid_days": VALID_DAYS,
        "look_number": look_number,
    }
    return render(request, "citizen/reports.html", context, status=status)


@open_to(Audience.PERSON)
def reports(request: HttpRequest) -> HttpResponse:
    """Show the person's reports and how each stands, and offer a new one.

    Args:
        request: The request being answered; reads ``before``.
    """
    first = {"language": language_of_page().value, "extent": Extent.WHOLE.value}
    return _list_page(request, ReportForm(initial=first))


@open_to(Audience.PERSON, read=(), write=("POST",))
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a report and lead to its page, from which it is fetched.

    Args:
        request: The request being answered.
    """
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    actor = actor_of(request)
    language = Language(form.cleaned_data["language"])
    issued = operations.issue_report(
        person_id=gate.person_of(actor),
        language=language,
        extent=Extent(form.cleaned_data["extent"]),
        wording=wording_in(language),
        actor=actor,
        now=now_of(request),
    )
    if isinstance(issued, Refusal):
        return refused_page(request, issued.code)
    return HttpResponseRedirect(f"{reverse('citizen:report', args=[issued.number])}?done=1")


def _report_of(request: HttpRequest, reference: str) -> OwnReport:
    try:
        return lookups.report_of_person(
            number=reference, person_id=gate.person_of(actor_of(request)), now=now_of(request)
        )
    except operations.ReportUnknown:
        raise Http404 from None


@open_to(Audience.PERSON)
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one report: how it stands and what that means, and what can be done with it.

    Args:
        request: The request being answered.
        reference: The report.
    """
    found = _report_of(request, reference)
    look_number = gate.register_own_look(actor=actor_of(request), shown="REPORTS", now=now_of(request))
    context = {
        **_shown(found),
        "changed": [short_reference(one) for one in found.changed],
        "today": today_of(request),
        "was_issued_now": request.GET.get("done") == "1" and found.state is ReportState.GOOD,
        "was_withdrawn_now": request.GET.get("done") == "2" and found.state is ReportState.WITHDRAWN,
        "can_withdraw": found.state in {ReportState.GOOD, ReportState.SUPERSEDED},
        "check_url": reverse("public:verify_number", args=[found.number]),
        "look_number": look_number,
    }
    return render(request, "citizen/report.html", context)


@open_to(Audience.PERSON)
def report_file(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the signed file while the report serves.

    Args:
        request: The request being answered.
        reference: The report.
    """
    found = _report_of(request, reference)
    actor = actor_of(request)
    contents = lookups.access_report_file(
        number=found.number, person_id=gate.person_of(actor), actor=actor, now=now_of(request)
    )
    if isinstance(contents, Refusal):
        return refused_page(request, contents.code, status=410)
    response = HttpResponse(contents, content_type=PDF)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(found.number)}"'
    return response


@open_to(Audience.PERSON, write=("POST",))
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a report back: one press leads here, the second does it.

    Args:
        request: The request being answered.
        reference: The report.
    """
    found = _report_of(request, reference)
    target = reverse("citizen:report", args=[found.number])
    if request.method == "POST":
        operations.withdraw_report(number=found.number, actor=actor_of(request), now=now_of(request))
        return HttpResponseRedirect(f"{target}?done=2")
    if found.state is ReportState.WITHDRAWN:
        return HttpResponseRedirect(target)
    gate.register_own_look(actor=actor_of(request), shown="REPORTS", now=now_of(request))
    return render(request, "citizen/report_withdraw.html", _shown(found))
