"""A report at the counter: a clerk checks the person's document, issues, prints, and hands it over.

Finding the person is a look; issuing is another, under the counter's case, with the document that was seen. The person
sees both, and the report among the own ones. Between the pages the person's key travels sealed.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refusal, Refused
from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber
from chengxin.persons.states import DocumentKind, VerificationMethod
from chengxin.portals.office import gate
from chengxin.portals.office.gate_forms import CounterPersonForm, CounterReportForm
from chengxin.portals.office.naming import edition_on
from chengxin.portals.office.stepping import refusal_words
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.keeping import keep, kept
from chengxin.portals.presentation.report_texts import file_name, language_of_page, wording_in
from chengxin.reports import operations
from chengxin.reports.states import Extent, Language

CLERKS: Final = frozenset({Role.OFFICE_CLERK})
TASK: Final = "report"


@open_to(Audience.OFFICE, roles=CLERKS, read=("GET", "POST"))
def find(request: HttpRequest) -> HttpResponse:
    """Find exactly the person at the counter: registered, then shown masked, with what has to be entered.

    Args:
        request: The request being answered.
    """
    form = CounterPersonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _first(request, form)
    try:
        number = IdentityNumber.parse(form.cleaned_data["number"], today=today_of(request))
    except MalformedIdentityNumber:
        form.add_error("number", _("这不是一个正确的证件号码，请对照证件核对。"))
        return _first(request, form)
    case_number = form.cleaned_data["case_number"]
    found = gate.access_person_lines(
        number=number,
        reference=None,
        actor=actor_of(request),
        case_number=case_number,
        edition=edition_on(today_of(request)),
        now=now_of(request),
        purpose_code=gate.COUNTER,
    )
    if not found:
        return _first(request, CounterPersonForm(initial={"case_number": case_number}), nobody=True)
    person = found[0]
    entry = {
        "person": [str(person.person_id)],
        "case": [case_number],
        "shown": [person.reference, person.masked_name, person.masked_number],
    }
    first = {"language": language_of_page().value, "extent": Extent.WHOLE.value}
    return _second(request, entry, CounterReportForm(initial=first))


def _first(request: HttpRequest, form: CounterPersonForm, *, nobody: bool = False) -> HttpResponse:
    context = {"form": form, "is_first": True, "nobody": nobody}
    return render(request, "office/report.html", context, status=422 if form.errors else 200)


def _second(
    request: HttpRequest, entry: dict[str, list[str]], form: CounterReportForm, *, refusal: object = None
) -> HttpResponse:
    labels = (_("人员编号"), _("姓名（遮盖）"), _("证件号码（遮盖）"), _("窗口受理号"))
    facts = (*entry["shown"], *entry["case"])
    context = {
        "form": form,
        "entry": keep(entry, task=TASK, actor=actor_of(request)),
        "found": [values.Line(label=label, value=value) for label, value in zip(labels, facts, strict=True)],
        "refusal": refusal,
    }
    status = 422 if form.errors else 409 if refusal else 200
    return render(request, "office/report.html", context, status=status)


@open_to(Audience.OFFICE, roles=CLERKS, read=(), write=("POST",))
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the report and answer with the file itself, to be printed and handed over; it is not kept on a page.

    Args:
        request: The request being answered.

    Raises:
        Refused: What the page before kept is none of ours, or another login's.
    """
    actor = actor_of(request)
    entry = kept(request.POST.get("entry", ""), task=TASK, actor=actor)
    if entry is None:
        code = "NOT_YOUR_RECORD"
        raise Refused(code)
    form = CounterReportForm(request.POST)
    if not form.is_valid():
        return _second(request, entry, form)
    entered: dict[str, Any] = form.cleaned_data
    language = Language(entered["language"])
    issued = operations.issue_report(
        person_id=int(entry["person"][0]),
        language=language,
        extent=Extent(entered["extent"]),
        wording=wording_in(language),
        actor=actor,
        now=now_of(request),
        case_number=entry["case"][0],
        seen=operations.SeenDocument(
            method=VerificationMethod(entered["method"]), kind=DocumentKind(entered["document_kind"])
        ),
    )
    if isinstance(issued, Refusal):
        return _second(request, entry, form, refusal=refusal_words(issued.code))
    response = HttpResponse(issued.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name(issued.number)}"'
    return response
