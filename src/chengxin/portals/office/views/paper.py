"""Paper at the counter: a clerk records what a person signed, or withdraws an authorisation at the person's wish.

The person stands at the counter with the document. The clerk finds exactly that person, which is a registered look;
from then on the pages carry the person's key sealed, so that nobody can be put in the person's place.
"""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations import operations
from chengxin.authorisations.rules import Scope
from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refused
from chengxin.catalogue.rules.values import Edition
from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber
from chengxin.organisations import lookups as organisations
from chengxin.portals.office import gate
from chengxin.portals.office.gate_forms import CounterPersonForm, CounterScopeForm, CounterTargetForm, ScanForm
from chengxin.portals.office.naming import Names, edition_on
from chengxin.portals.office.stepping import refusal_words, table
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.keeping import keep, kept
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.stepping import review_of
from chengxin.portals.presentation.templatetags.components import day
from chengxin.portals.presentation.values import Cell

CLERKS: Final = frozenset({Role.OFFICE_CLERK})
TASK: Final = "paper"
Entry = dict[str, list[str]]


def _entry(request: HttpRequest) -> Entry:
    """Return what the pages before have kept.

    Raises:
        Refused: It is none of ours, or another login's.
    """
    found = kept(request.POST.get("entry", ""), task=TASK, actor=actor_of(request))
    if found is None:
        code = "NOT_YOUR_RECORD"
        raise Refused(code)
    return found


def _step(
    request: HttpRequest, entry: Entry, *, form: forms.Form | None, to: str, title: str, **context: object
) -> HttpResponse:
    shown = {
        "title": title,
        "form": form,
        "entry": keep(entry, task=TASK, actor=actor_of(request)),
        "action": reverse(f"office:{to}"),
        **context,
    }
    status = 422 if form is not None and form.is_bound and not form.is_valid() else 200
    return render(request, "office/paper.html", shown, status=status)


@open_to(Audience.OFFICE, roles=CLERKS, read=("GET", "POST"))
def find(request: HttpRequest) -> HttpResponse:
    """Find exactly the person at the counter: registered, then shown masked, with what can be done.

    Args:
        request: The request being answered.
    """
    form = CounterPersonForm(request.POST or None)
    context: dict[str, Any] = {
        "title": _("窗口授权"),
        "form": form,
        "action": reverse("office:paper"),
        "is_first": True,
    }
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "office/paper.html", context, status=status)
    try:
        number = IdentityNumber.parse(form.cleaned_data["number"], today=today_of(request))
    except MalformedIdentityNumber:
        form.add_error("number", _("这不是一个正确的证件号码，请对照证件核对。"))
        return render(request, "office/paper.html", context, status=422)
    found = gate.access_person_lines(
        number=number,
        reference=None,
        actor=actor_of(request),
        case_number=form.cleaned_data["case_number"],
        edition=edition_on(today_of(request)),
        now=now_of(request),
        purpose_code=gate.COUNTER,
    )
    if not found:
        case = {"case_number": form.cleaned_data["case_number"]}
        return render(
            request, "office/paper.html", {**context, "form": CounterPersonForm(initial=case), "nobody": True}
        )
    person = found[0]
    entry = {"person": [str(person.person_id)], "case": [form.cleaned_data["case_number"]]}
    shown = [
        values.Line(label=_("人员编号"), value=person.reference),
        values.Line(label=_("姓名（遮盖）"), value=person.masked_name),
        values.Line(label=_("证件号码（遮盖）"), value=person.masked_number),
    ]
    return _step(request, entry, form=None, to="paper_choose", title=_("窗口授权"), found=shown)


def _targets(edition: Edition | None, names: Names, request: HttpRequest) -> list[tuple[str, str | Promise]]:
    purposes = {} if edition is None else edition.purposes
    return [
        (
            f"{line.organisation_code} {line.purpose_code}",
            f"{names.organisation(line.organisation_code)} · "
            + in_current_language(purposes[line.purpose_code].name_zh, purposes[line.purpose_code].name_en),
        )
        for line in organisations.list_inquiry_mandates(on=today_of(request))
        if line.purpose_code in purposes and purposes[line.purpose_code].needs_authorisation
    ]


@open_to(Audience.OFFICE, roles=CLERKS, read=("POST",))
def choose(request: HttpRequest) -> HttpResponse:
    """Choose to which organisation and for which purpose the paper is.

    Args:
        request: The request being answered.
    """
    entry = _entry(request)
    edition = edition_on(today_of(request))
    names = Names(edition)
    data = request.POST if "target" in request.POST else None
    form = CounterTargetForm(data, targets=_targets(edition, names, request))
    if data is None or not form.is_valid():
        return _step(request, entry, form=form, to="paper_choose", title=_("给哪个单位，为什么目的"))
    entry = {**entry, "target": form.cleaned_data["target"].split()}
    scope_form = _scope_form(request, entry, None)
    return _step(
        request, entry, form=scope_form, to="paper_scope", title=_("纸上写了什么"), hint=_limits(request, entry)
    )


def _scope_form(request: HttpRequest, entry: Entry, data: QueryDict | None) -> CounterScopeForm:
    edition = edition_on(today_of(request))
    names = Names(edition)
    organisation_code, purpose_code = entry["target"]
    allowed: frozenset[str] = frozenset()
    if edition is not None and purpose_code in edition.purposes:
        allowed = edition.items_for(edition.purposes[purpose_code])
    for mandate in organisations.list_inquiry_mandates(organisation_code=organisation_code, on=today_of(request)):
        if mandate.purpose_code == purpose_code and mandate.item_codes:
            allowed &= frozenset(mandate.item_codes)
    return CounterScopeForm(data, items=[(code, names.item(code)) for code in sorted(allowed)])


def _limits(request: HttpRequest, entry: Entry) -> str:
    edition = edition_on(today_of(request))
    purpose = None if edition is None else edition.purposes.get(entry["target"][1])
    if purpose is None or purpose.disclosure is None:
        return ""
    return _("这个目的最多 %(looks)s 次、%(days)s 天。照纸上写的填，不能多。") % {
        "looks": purpose.disclosure.most_looks,
        "days": purpose.disclosure.most_days,
    }


@open_to(Audience.OFFICE, roles=CLERKS, read=("POST",))
def scope(request: HttpRequest) -> HttpResponse:
    """Enter what the paper says; then review it beside the paper, and choose the scan.

    Args:
        request: The request being answered.
    """
    entry = _entry(request)
    form = _scope_form(request, entry, request.POST)
    if not form.is_valid():
        return _step(request, entry, form=form, to="paper_scope", title=_("纸上写了什么"), hint=_limits(request, entry))
    entry = {**entry, **{name: request.POST.getlist(name) for name in form.fields}}
    return _review_page(request, entry, form, ScanForm())


def _review_page(
    request: HttpRequest, entry: Entry, form: CounterScopeForm, scan: ScanForm, refusal: object = None
) -> HttpResponse:
    edition = edition_on(today_of(request))
    targets = dict(_targets(edition, Names(edition), request))
    target = values.Line(label=_("给哪个单位，为什么目的"), value=targets.get(" ".join(entry["target"]), ""))
    return _step(
        request,
        entry,
        form=scan,
        to="paper_record",
        title=_("对照纸质授权核对"),
        review=[target, *review_of(form)],
        is_upload=True,
        refusal=refusal,
    )


@open_to(Audience.OFFICE, roles=CLERKS, read=(), write=("POST",))
def record(request: HttpRequest) -> HttpResponse:
    """Record the signed paper with its scan.

    Args:
        request: The request being answered.
    """
    entry = _entry(request)
    form = _scope_form(request, entry, _as_data(entry))
    scan = ScanForm(request.POST, request.FILES)
    if not form.is_valid() or not scan.is_valid():
        return _review_page(request, entry, form, scan)
    entered = form.cleaned_data
    try:
        reference = operations.record_paper_authorisation(
            person_id=int(entry["person"][0]),
            organisation_code=entry["target"][0],
            purpose_code=entry["target"][1],
            scope=Scope(
                item_codes=frozenset(entered["items"]),
                data_from=entered["data_from"],
                data_to=entered["data_to"],
                looks=entered["looks"],
                days=entered["days"],
            ),
            case_number=entered["case_number"],
            scan=scan.cleaned_data["scan"].read(),
            actor=actor_of(request),
            now=now_of(request),
        )
    except Refused as refused:
        return _review_page(request, entry, form, ScanForm(), refusal_words(refused.code))
    return _done(
        request,
        _("纸质授权已登记"),
        reference,
        _("请把授权编号写在本人的回执上。本人随时可以撤回，马上能在自己的页面上看到。"),
    )


def _as_data(entry: Entry) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, found in entry.items():
        data.setlist(name, found)
    return data


def _done(request: HttpRequest, title: str, reference: str, next_step: str) -> HttpResponse:
    context = {
        "title": title,
        "number": reference,
        "next_step": next_step,
        "next_url": reverse("office:paper"),
        "next_label": _("下一位"),
        "help_text": _("编号是这份授权的编号，本人和单位看到的是同一个。"),
    }
    return render(request, "office/done.html", context)


@open_to(Audience.OFFICE, roles=CLERKS, read=(), write=("POST",))
def withdraw(request: HttpRequest) -> HttpResponse:
    """Show what the person allowed, registered as a look; withdraw the one that the person names.

    Args:
        request: The request being answered.
    """
    entry = _entry(request)
    person_id = int(entry["person"][0])
    reference = request.POST.get("authorisation", "")
    if reference and "confirmed" in request.POST:
        authorisations.authorisation_of_person(reference=reference, person_id=person_id)
        operations.withdraw_authorisation(reference=reference, actor=actor_of(request), now=now_of(request))
        return _done(request, _("授权已撤回"), reference, _("从下一次请求起，这个单位不能再用这份授权。"))
    edition = edition_on(today_of(request))
    gate.register_looks(
        [person_id],
        actor=actor_of(request),
        purpose_code=gate.COUNTER,
        case_number=entry["case"][0],
        edition=edition,
        now=now_of(request),
        what="AUTHORISATIONS",
    )
    names = Names(edition)
    lines = [
        line
        for line in authorisations.list_authorisations_of(person_id=person_id, limit=100)
        if line.holds_on(today_of(request))
    ]
    labels = [_("授权编号"), _("单位"), _("目的"), _("最后一天")]
    rows = [
        [
            Cell(value=line.reference),
            Cell(value=names.organisation(line.organisation_code)),
            Cell(value=_purpose(edition, line.purpose_code)),
            Cell(value=day(line.last_on)),
        ]
        for line in lines
    ]
    return _step(
        request,
        entry,
        form=None,
        to="paper_withdraw",
        title=_("替本人撤回授权"),
        table=table(_("还能用的授权"), labels, rows),
        open_references=[line.reference for line in lines],
        is_withdrawal=True,
    )


def _purpose(edition: Edition | None, code: str) -> str:
    purpose = None if edition is None else edition.purposes.get(code)
    return code if purpose is None else in_current_language(purpose.name_zh, purpose.name_en)
