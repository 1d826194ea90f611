"""What holds the gate back: suspensions, quotas, and the tasks that it could not decide."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refused
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries import operations as inquiry_acts
from chengxin.organisations import lookups as organisations
from chengxin.organisations import operations as organisation_acts
from chengxin.portals.office.gate_forms import QuotaForm, StateFilter, SuspensionForm, TaskForm, TextFilter
from chengxin.portals.office.gate_labels import TASK_CODES
from chengxin.portals.office.naming import Names, edition_on, subject_words
from chengxin.portals.office.stepping import PAGE, going_on, number_behind, refusal_words, stepped, table
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.templatetags.components import moment, number
from chengxin.portals.presentation.values import Cell, Tone

if TYPE_CHECKING:
    from chengxin.inquiries.lookups import QuotaLine, TaskLine
    from chengxin.organisations.lookups import SuspensionLine

REVIEWERS = frozenset({Role.OFFICE_REVIEWER})
KEEPERS = frozenset({Role.OFFICE_CATALOGUE, Role.OFFICE_REVIEWER})


@open_to(Audience.OFFICE, roles=KEEPERS)
def suspensions(request: HttpRequest) -> HttpResponse:
    """Show suspensions, the newest first.

    Args:
        request: The request being answered; reads ``state`` and ``after``.
    """
    form = StateFilter(request.GET)
    names = Names(edition_on(today_of(request)))
    found: tuple[SuspensionLine, ...] = ()
    if form.is_valid():
        found = organisations.list_suspensions(is_open=form.is_open, before=number_behind(request), limit=PAGE + 1)
    page = found[:PAGE]
    actors = Actors(key for line in page for key in (line.subject, line.suspended_by))
    rows = [
        [
            Cell(
                value=subject_words(names, actors, line.subject),
                url=reverse("office:suspension", args=[line.suspension_id]),
            ),
            Cell(value=_("暂停中"), tone=Tone.WAITING)
            if line.lifted_at is None
            else Cell(value=_("已解除"), tone=Tone.DONE),
            Cell(value=line.reasons),
            Cell(value=moment(line.since_at)),
            Cell(value=actors.words(line.suspended_by)),
        ]
        for line in page
    ]
    may = actor_of(request).has(Role.OFFICE_REVIEWER)
    context = {
        "title": _("暂停查询"),
        "lead": _("被暂停的单位、账号或者接口，从下一次请求起得不到答复，直到解除。"),
        "form": form,
        "active": bool(request.GET.get("state")),
        "clear_url": reverse("office:suspensions"),
        "create_url": reverse("office:suspension_new") if may else "",
        "create_label": _("暂停"),
        "table": table(_("暂停查询"), [_("谁"), _("状态"), _("理由"), _("从什么时候起"), _("办理人")], rows),
        "pager": going_on(request, shown=len(page), following=str(page[-1].suspension_id) if len(found) > PAGE else ""),
        "empty_title": _("没有暂停过谁"),
        "empty_text": _("暂停以后列在这里，连同理由。"),
        "help_text": _("不能暂停自己的账号。解除也要由复核人办。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=REVIEWERS, write=("POST",))
def suspension_new(request: HttpRequest) -> HttpResponse:
    """Suspend an organisation, officer or client.

    Args:
        request: The request being answered; ``organisation`` in the address chooses one beforehand.
    """
    initial = {"organisation": request.GET.get("organisation", ""), "key": request.GET.get("key", "")}
    form = SuspensionForm(request.POST or None, initial=initial)
    context = {
        "title": _("暂停查询"),
        "back_url": reverse("office:suspensions"),
        "effect": _("从下一次请求起，它的每一次查询都不答复，也都登记。解除以前一直有效。"),
        "help_text": _("暂停一个单位，它的全部账号和接口都停。"),
    }

    def act() -> None:
        organisation_acts.suspend(
            subject=form.subject, reasons=form.cleaned_data["reasons"], actor=actor_of(request), now=now_of(request)
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:suspensions"))


@open_to(Audience.OFFICE, roles=KEEPERS, write=("POST",))
def suspension(request: HttpRequest, suspension_id: int) -> HttpResponse:
    """Show one suspension; a reviewer lifts it.

    Args:
        request: The request being answered.
        suspension_id: Which.

    Raises:
        Http404: There is none.
    """
    found = organisations.list_suspensions(before=suspension_id + 1, limit=1)
    if not found or found[0].suspension_id != suspension_id:
        raise Http404
    line = found[0]
    refusal = None
    if request.method == "POST":
        try:
            organisation_acts.lift_suspension(subject=line.subject, actor=actor_of(request), now=now_of(request))
            return HttpResponseRedirect(reverse("office:suspension", args=[suspension_id]))
        except Refused as refused:
            refusal = refusal_words(refused.code)
    names = Names(edition_on(today_of(request)))
    actors = Actors((line.subject, line.suspended_by))
    context = {
        "refusal": refusal,
        "line": line,
        "state": _("暂停中") if line.lifted_at is None else _("已解除"),
        "tone": Tone.WAITING if line.lifted_at is None else Tone.DONE,
        "may_lift": line.lifted_at is None and actor_of(request).has(Role.OFFICE_REVIEWER),
        "summary": [
            values.Line(label=_("谁"), value=subject_words(names, actors, line.subject)),
            values.Line(label=_("理由"), value=line.reasons),
            values.Line(label=_("从什么时候起"), value=moment(line.since_at)),
            values.Line(label=_("办理人"), value=actors.words(line.suspended_by)),
            values.Line(label=_("什么时候解除"), value=moment(line.lifted_at) or _("还没有")),
        ],
    }
    return render(request, "office/suspension.html", context, status=409 if refusal else 200)


@open_to(Audience.OFFICE, roles=KEEPERS)
def quotas(request: HttpRequest) -> HttpResponse:
    """Show the quotas that differ from the usual ones.

    Args:
        request: The request being answered; reads ``q`` and ``after``.
    """
    form = TextFilter(request.GET)
    found: tuple[QuotaLine, ...] = ()
    if form.is_valid():
        found = inquiries.list_quotas(text=form.cleaned_data["q"], after=number_behind(request) or 0, limit=PAGE + 1)
    page = found[:PAGE]
    names = Names(edition_on(today_of(request)))
    actors = Actors(key for line in page for key in (line.subject, line.set_by))
    rows = [
        [
            Cell(value=subject_words(names, actors, line.subject)),
            Cell(value=number(line.per_day)),
            Cell(value=moment(line.set_at)),
            Cell(value=actors.words(line.set_by)),
        ]
        for line in page
    ]
    context = {
        "title": _("每天的查询次数"),
        "lead": _("没有另外规定的，按现行目录里通常的次数；另外规定的列在这里。"),
        "form": form,
        "active": bool(request.GET.get("q")),
        "clear_url": reverse("office:quotas"),
        "create_url": reverse("office:quota_new"),
        "create_label": _("另外规定"),
        "more_url": reverse("office:gate_rules"),
        "more_label": _("抽查和次数的规则"),
        "table": table(_("每天的查询次数"), [_("谁"), _("每天几次"), _("什么时候定的"), _("办理人")], rows),
        "pager": going_on(request, shown=len(page), following=str(page[-1].quota_id) if len(found) > PAGE else ""),
        "empty_title": _("都按通常的次数"),
        "empty_text": _("为谁另外规定了次数，列在这里。"),
        "help_text": _("批量查询的行算单位的次数，不算账号的次数。次数改了，下一次请求就按新的算。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=KEEPERS, write=("POST",))
def quota_new(request: HttpRequest) -> HttpResponse:
    """Say how often somebody may ask on one day.

    Args:
        request: The request being answered; ``organisation`` in the address chooses one beforehand.
    """
    form = QuotaForm(request.POST or None, initial={"organisation": request.GET.get("organisation", "")})
    context = {
        "title": _("规定每天的查询次数"),
        "back_url": reverse("office:quotas"),
        "effect": _("下一次请求就按新的次数算。写 0，就是今天起不能查询。"),
        "help_text": _("逐个查询，单位和账号的次数都要够；批量查询，单位的次数和批量查询的行数都要够。"),
    }

    def act() -> None:
        inquiry_acts.set_quota(
            subject=form.subject, per_day=form.cleaned_data["per_day"], actor=actor_of(request), now=now_of(request)
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:quotas"))


@open_to(Audience.OFFICE, roles=KEEPERS)
def tasks(request: HttpRequest) -> HttpResponse:
    """Show the gaps that kept the gate from deciding, the oldest first.

    Args:
        request: The request being answered; reads ``state`` and ``after``.
    """
    form = StateFilter(request.GET)
    found: tuple[TaskLine, ...] = ()
    if form.is_valid():
        found = inquiries.list_tasks(is_open=form.is_open, after=number_behind(request) or 0, limit=PAGE + 1)
    page = found[:PAGE]
    names = Names(edition_on(today_of(request)))
    rows = [
        [
            Cell(value=line.task_id, url=reverse("office:task", args=[line.task_id])),
            Cell(value=TASK_CODES.get(line.code, line.code)),
            Cell(value=names.organisation(line.organisation_code)),
            Cell(value=names.purpose(line.purpose_code)),
            Cell(value=moment(line.opened_at)),
            Cell(value=_("还没有了结"), tone=Tone.WAITING)
            if line.settled_at is None
            else Cell(value=_("已经了结"), tone=Tone.DONE),
        ]
        for line in page
    ]
    context = {
        "title": _("平台判断不了的查询"),
        "lead": _("目录或者授权里缺了什么，平台不能判断，就不答复，并在这里开一件待办。"),
        "form": form,
        "active": bool(request.GET.get("state")),
        "clear_url": reverse("office:tasks"),
        "table": table(
            _("平台判断不了的查询"),
            [_("编号"), _("缺什么"), _("单位"), _("查询目的"), _("什么时候"), _("状态")],
            rows,
        ),
        "pager": going_on(request, shown=len(page), following=str(page[-1].task_id) if len(found) > PAGE else ""),
        "empty_title": _("没有判断不了的查询"),
        "empty_text": _("有的话，列在这里，写明缺什么。"),
        "help_text": _("补上以后写明怎样办的，请单位再查一次。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=KEEPERS, write=("POST",))
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show one gap, and settle it.

    Args:
        request: The request being answered.
        task_id: Which.

    Raises:
        Http404: There is none.
    """
    found = inquiries.list_tasks(after=task_id - 1, limit=1)
    if not found or found[0].task_id != task_id:
        raise Http404
    line = found[0]
    names = Names(edition_on(today_of(request)))
    form = TaskForm(request.POST or None)
    facts = [
        values.Line(label=_("缺什么"), value=TASK_CODES.get(line.code, line.code)),
        values.Line(label=_("单位"), value=names.organisation(line.organisation_code)),
        values.Line(label=_("查询目的"), value=names.purpose(line.purpose_code)),
        values.Line(label=_("查询编号"), value=line.inquiry_reference),
        values.Line(label=_("什么时候"), value=moment(line.opened_at)),
    ]
    if line.settled_at is not None:
        facts += [
            values.Line(label=_("怎样办的"), value=line.note),
            values.Line(label=_("什么时候办的"), value=moment(line.settled_at)),
        ]
    context = {
        "title": _("判断不了的查询 %(number)s") % {"number": task_id},
        "back_url": reverse("office:tasks"),
        "facts": facts,
        "effect": _("只记下怎样办的。缺的依据要在目录或者授权里补上，查询要由单位再提。"),
        "help_text": _("不要在这里写任何人的姓名和号码。"),
    }

    def act() -> None:
        inquiry_acts.settle_task(
            task_id=task_id, note=form.cleaned_data["note"], actor=actor_of(request), now=now_of(request)
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:task", args=[task_id]))
