"""Asking a person for an authorisation: form, review, list, one request, taking it back; and what was allowed."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengxin.authorisations import lookups, rules
from chengxin.authorisations import operations as authorisations
from chengxin.authorisations.lookups import AuthorisationLine, RequestLine
from chengxin.authorisations.rules import Scope
from chengxin.authorisations.states import RequestState
from chengxin.catalogue.rules.values import Edition
from chengxin.persons.rules import masked_name
from chengxin.portals.organisation.gate_forms import RequestFilter, RequestForm
from chengxin.portals.organisation.gate_pages import (
    Offered,
    actor_and_code,
    explaining_gate,
    items_shown,
    offered_today,
    purpose_name,
)
from chengxin.portals.organisation.gate_words import CHANNELS, REQUEST_STATES
from chengxin.portals.organisation.pages import PAGE, cursor_of, edition_today, pager
from chengxin.portals.organisation.wording import item_name
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.keeping import keep, kept
from chengxin.portals.presentation.templatetags.components import day, moment, number
from chengxin.portals.presentation.values import Tone

TASK: Final = "authorisation-request"
NO_VALUE: Final = "—"


@open_to(Audience.REQUESTER)
@explaining_gate
def listed(request: HttpRequest) -> HttpResponse:
    """Show what the organisation asked of persons; nobody is named.

    Args:
        request: The request being answered; reads ``state`` and ``after``.
    """
    _actor, code = actor_and_code(request)
    edition = edition_today(request)
    form = RequestFilter(request.GET)
    found: tuple[RequestLine, ...] = ()
    if form.is_valid():
        found = lookups.list_requests_of(
            organisation_code=code,
            now=now_of(request),
            is_waiting=form.is_waiting,
            before=cursor_of(request),
            limit=PAGE + 1,
        )
    page = found[:PAGE]
    context = {
        "title": _("授权请求"),
        "lead": _("向本人请求授权，由本人决定给、少给或者不给。这里不写请求的是谁。"),
        "form": form,
        "active": bool(request.GET.get("state")),
        "clear_url": reverse("organisation:requests"),
        "create_url": reverse("organisation:request_new"),
        "create_label": _("请求授权"),
        "table": _requests_table(page, edition),
        "pager": pager(request, shown=len(page), following=page[-1].request_id if len(found) > PAGE else None),
        "empty_title": _("还没有请求过授权"),
        "empty_text": _("请求发出以后，这里列出每一件等到了哪一步。"),
    }
    return render(request, "organisation/asking/list.html", context)


def _state(line: RequestLine) -> tuple[str | Promise, Tone]:
    return REQUEST_STATES["LAPSED" if line.is_lapsed else line.state.value]


def _requests_table(lines: tuple[RequestLine, ...], edition: Edition | None) -> values.Table:
    labels = [_("请求编号"), _("查询目的"), _("事项编号"), _("状态"), _("请求时间"), _("最晚答复日"), _("授权编号")]
    return values.Table(
        caption=_("授权请求"),
        hide_caption=True,
        columns=[values.Column(label=label) for label in labels],
        rows=[
            [
                values.Cell(value=line.reference, url=reverse("organisation:request", args=[line.reference])),
                values.Cell(value=purpose_name(edition, line.purpose_code)),
                values.Cell(value=line.case_number or NO_VALUE),
                values.Cell(value=_state(line)[0], tone=_state(line)[1]),
                values.Cell(value=moment(line.asked_at)),
                values.Cell(value=day(line.answer_by_on)),
                values.Cell(value=line.authorisation_reference or NO_VALUE),
            ]
            for line in lines
        ],
    )


@open_to(Audience.REQUESTER, write=("POST",))
@explaining_gate
def new(request: HttpRequest) -> HttpResponse:
    """Show the form of a purpose; then what was entered, masked; then ask.

    Args:
        request: The request being answered; reads ``purpose`` and, while asking, ``entry``.
    """
    actor, _code = actor_and_code(request)
    offered = {code: one for code, one in offered_today(request, actor).items() if one.purpose.needs_authorisation}
    entry = None
    data: QueryDict | None = None
    if request.method == "POST":
        entry = kept(request.POST["entry"], task=TASK, actor=actor) if "entry" in request.POST else None
        data = request.POST if entry is None else _query(entry)
    one = offered.get((request.GET if data is None else data).get("purpose", ""))
    if one is None:
        context = {"offered": list(offered.values()), "is_request": True}
        return render(request, "organisation/asking/purposes.html", context)
    form = _form(request, one, data)
    if data is None or not form.is_valid() or "back" in request.POST:
        status = 422 if form.is_bound and not form.is_valid() else 200
        context = {"form": form, "one": one, "waiting_days": rules.WAITING_DAYS}
        return render(request, "organisation/asking/request_form.html", context, status=status)
    if entry is None:
        kept_entry = {name: found for name, found in request.POST.lists() if name != "csrfmiddlewaretoken"}
        context = {
            "one": one,
            "entry": keep(kept_entry, task=TASK, actor=actor),
            "review": _review(one, form),
            "waiting_days": rules.WAITING_DAYS,
        }
        return render(request, "organisation/asking/request_review.html", context)
    entered = form.cleaned_data
    reference = authorisations.ask_authorisation(
        purpose_code=one.purpose.code,
        scope=_scope(form),
        case_number=entered["case_number"],
        number=entered["number"],
        name=entered["name"],
        actor=actor,
        now=now_of(request),
    )
    return HttpResponseRedirect(f"{reverse('organisation:request', args=[reference])}?done=asked")


def _query(entry: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, found in entry.items():
        data.setlist(name, found)
    return data


def _form(request: HttpRequest, one: Offered, data: QueryDict | None) -> RequestForm:
    disclosure = one.purpose.disclosure
    return RequestForm(
        data,
        today=today_of(request),
        items=one.items,
        most_looks=0 if disclosure is None else disclosure.most_looks,
        most_days=0 if disclosure is None else disclosure.most_days,
    )


def _scope(form: RequestForm) -> Scope:
    entered = form.cleaned_data
    return Scope(
        item_codes=frozenset(entered["items"]),
        data_from=entered["data_from"],
        data_to=entered["data_to"],
        looks=entered["looks"],
        days=entered["days"],
    )


def _review(one: Offered, form: RequestForm) -> list[values.Line]:
    entered = form.cleaned_data
    return [
        values.Line(label=_("查询目的"), value=one.name),
        values.Line(label=_("证件号码（遮盖）"), value=str(entered["number"])),
        values.Line(label=_("姓名（遮盖）"), value=masked_name(entered["name"])),
        values.Line(label=_("事项编号"), value=entered["case_number"] or _("没有写")),
        *scope_lines(_scope(form), one.items),
    ]


def scope_lines(scope: Scope, names: Any) -> list[values.Line]:  # noqa: ANN401 - a mapping of names, or anything like it
    """Return what is asked for, or allowed, as lines.

    Args:
        scope: Over what, how often, how long.
        names: Names of items by code.
    """
    items = items_shown(names.get(code, code) for code in sorted(scope.item_codes))
    return [
        values.Line(label=_("信息项"), value=items),
        values.Line(label=_("时间范围"), value=period_words(scope.data_from, scope.data_to)),
        values.Line(label=_("查几次"), value=_("%(count)s 次") % {"count": number(scope.looks)}),
        values.Line(label=_("几天以内"), value=_("%(count)s 天") % {"count": number(scope.days)}),
    ]


def period_words(begins: date | None, ends: date | None) -> str:
    """Return a period of events in words.

    Args:
        begins: First day, or ``None``.
        ends: First day that is left out, or ``None``.
    """
    if begins is None and ends is None:
        return _("不限")
    if ends is None:
        return _("%(begins)s 起") % {"begins": day(begins)}
    if begins is None:
        return _("%(ends)s 以前") % {"ends": day(ends)}
    return _("%(begins)s 起，%(ends)s 以前") % {"begins": day(begins), "ends": day(ends)}


@open_to(Audience.REQUESTER)
@explaining_gate
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request: what was asked, where it stands, what came of it.

    Args:
        request: The request being answered; ``done`` says what was just done.
        reference: The request.
    """
    _actor, code = actor_and_code(request)
    line = lookups.request_of_organisation(reference=reference, organisation_code=code, now=now_of(request))
    edition = edition_today(request)
    names = {item: item_name(edition, item) for item in line.scope.item_codes}
    words, tone = _state(line)
    granted = None
    if line.authorisation_reference:
        granted = lookups.authorisation_of_organisation(reference=line.authorisation_reference, organisation_code=code)
    context = {
        "line": line,
        "state": words,
        "tone": tone,
        "is_new": request.GET.get("done") == "asked",
        "may_cancel": line.state is RequestState.WAITING and not line.is_lapsed,
        "summary": [
            values.Line(label=_("查询目的"), value=purpose_name(edition, line.purpose_code)),
            values.Line(label=_("事项编号"), value=line.case_number or _("没有写")),
            values.Line(label=_("请求时间"), value=moment(line.asked_at)),
            values.Line(label=_("最晚答复日"), value=day(line.answer_by_on)),
            *scope_lines(line.scope, names),
        ],
        "granted": None if granted is None else granted_lines(granted, edition),
        "ask_url": f"{reverse('organisation:ask')}?purpose={line.purpose_code}"
        f"&authorisation={line.authorisation_reference or ''}",
    }
    return render(request, "organisation/asking/request.html", context)


@open_to(Audience.REQUESTER, read=(), write=("POST",))
@explaining_gate
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a request back before it is answered.

    Args:
        request: The request being answered.
        reference: The request.
    """
    actor, _code = actor_and_code(request)
    authorisations.cancel_request(reference=reference, actor=actor, now=now_of(request))
    return HttpResponseRedirect(reverse("organisation:request", args=[reference]))


def granted_lines(line: AuthorisationLine, edition: Edition | None) -> list[values.Line]:
    """Return what was allowed, as lines.

    Args:
        line: The authorisation.
        edition: Names its items.
    """
    return [
        values.Line(label=_("授权编号"), value=line.reference),
        values.Line(label=_("怎样授权的"), value=CHANNELS[line.channel.value]),
        values.Line(label=_("信息项"), value=items_shown(item_name(edition, code) for code in line.item_codes)),
        values.Line(label=_("时间范围"), value=period_words(line.data_from, line.data_to)),
        values.Line(
            label=_("次数"),
            value=_("允许 %(most)s 次，用了 %(used)s 次") % {"most": line.looks, "used": line.used_count},
        ),
        values.Line(label=_("最后一天"), value=day(line.last_on)),
    ]


@open_to(Audience.REQUESTER)
@explaining_gate
def granted(request: HttpRequest) -> HttpResponse:
    """Show what persons allowed the organisation, paper included; nobody is named.

    Args:
        request: The request being answered; reads ``after``.
    """
    _actor, code = actor_and_code(request)
    edition = edition_today(request)
    found = lookups.list_authorisations_to(organisation_code=code, before=cursor_of(request), limit=PAGE + 1)
    page = found[:PAGE]
    labels = [_("授权编号"), _("查询目的"), _("事项编号"), _("状态"), _("还能查几次"), _("最后一天"), _("怎样授权的")]
    context = {
        "title": _("得到的授权"),
        "lead": _("本人给过本单位的授权。用它查询时，写上授权编号。本人随时可以撤回。"),
        "form": None,
        "active": False,
        "clear_url": reverse("organisation:authorisations"),
        "table": values.Table(
            caption=_("得到的授权"),
            hide_caption=True,
            columns=[values.Column(label=label) for label in labels],
            rows=[_granted_row(line, edition, today_of(request)) for line in page],
        ),
        "pager": pager(request, shown=len(page), following=page[-1].authorisation_id if len(found) > PAGE else None),
        "empty_title": _("还没有得到过授权"),
        "empty_text": _("本人同意以后，授权编号列在这里。"),
    }
    return render(request, "organisation/asking/list.html", context)


def _granted_row(line: AuthorisationLine, edition: Edition | None, today: date) -> list[values.Cell]:
    if line.withdrawn_at is not None:
        words, tone = _("本人已撤回"), Tone.NEUTRAL
    elif line.holds_on(today):
        words, tone = _("可以用"), Tone.DONE
    else:
        words, tone = _("已到期或者用完"), Tone.NEUTRAL
    url = f"{reverse('organisation:ask')}?purpose={line.purpose_code}&authorisation={line.reference}"
    return [
        values.Cell(value=line.reference, url=url if line.holds_on(today) else ""),
        values.Cell(value=purpose_name(edition, line.purpose_code)),
        values.Cell(value=line.case_number or NO_VALUE),
        values.Cell(value=words, tone=tone),
        values.Cell(value=number(line.looks - line.used_count)),
        values.Cell(value=day(line.last_on)),
        values.Cell(value=CHANNELS[line.channel.value]),
    ]
