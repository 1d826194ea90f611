"""Clerical review: the queue of held lines, one line beside its leads, and settling it by a named clerk's decision."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refusal, Refused
from chengxin.identifiers.identity import IdentityNumber
from chengxin.intake import lookups as intake
from chengxin.intake import operations
from chengxin.intake.errors import HeldLineUnknown
from chengxin.intake.lookups import HeldLineOpened, HeldLineShown
from chengxin.intake.states import HeldState
from chengxin.matching import lookups as matching
from chengxin.matching.rules import HeldLine, Lead
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.portals.office import gate
from chengxin.portals.office.forms import Choices, HeldFilter, SettlingForm
from chengxin.portals.office.labels import FEATURES, FOUND, HELD_STATES, LEAD_REASONS, REFUSALS, SPELLINGS
from chengxin.portals.office.naming import Names, edition_on
from chengxin.portals.presentation import rule_texts, values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.labels import refusal_label
from chengxin.portals.presentation.templatetags.components import moment

PAGE = 50
DISMISS = "DISMISS"
CLERK = frozenset({Role.OFFICE_CLERK})
REVIEW = frozenset({Role.OFFICE_CLERK, Role.OFFICE_REVIEWER})


def _row(line: HeldLineShown, *, names: Names, today: date, may_open: bool) -> tuple[values.Cell, ...]:
    words, tone = HELD_STATES[line.state.value]
    url = reverse("office:held_line", args=[line.id]) if may_open and line.state is HeldState.WAITING else ""
    return (
        values.Cell(value=_("%(batch)s 第 %(line)s 行") % {"batch": line.batch, "line": line.line}, url=url),
        values.Cell(value=rule_texts.title_of(line.reason)),
        values.Cell(value=names.organisation(line.organisation_code)),
        values.Cell(value=names.item(line.item_code)),
        values.Cell(value=moment(line.submitted_at)),
        values.Cell(value=(today - civil_date(line.submitted_at)).days),
        values.Cell(value=words, tone=tone, note=line.reasons),
    )


@open_to(Audience.OFFICE, roles=REVIEW)
def queue(request: HttpRequest) -> HttpResponse:
    """Show held lines, the oldest first; filters stay in the address.

    Args:
        request: The request being answered; reads ``organisation``, ``state`` and ``after``.
    """
    form = HeldFilter(request.GET or {"state": HeldState.WAITING.value})
    asked = form.cleaned_data if form.is_valid() else {}
    chosen = asked.get("state") or HeldState.WAITING.value
    after = request.GET.get("after", "")
    lines = intake.list_held_lines(
        organisation_code=asked.get("organisation") or None,
        state=None if chosen == "ALL" else HeldState(chosen),
        after=int(after) if after.isdigit() and len(after) < 19 else 0,  # noqa: PLR2004 - a bigint
        limit=PAGE + 1,
    )
    today = today_of(request)
    names = Names(edition_on(today))
    may_open = actor_of(request).has(Role.OFFICE_CLERK)
    shown = lines[:PAGE]
    base = reverse("office:held")
    kept = {"state": chosen} | ({"organisation": asked["organisation"]} if asked.get("organisation") else {})
    context = {
        "title": _("等待核对的行"),
        "lead": _("这些行找不到对应的人，或者姓名和号码对不上。机器不作决定，由经办人核对。最早的在最上面。"),
        "form": form,
        "active": bool(asked.get("organisation")) or chosen != HeldState.WAITING.value,
        "clear_url": base,
        "table": values.Table(
            caption=_("等待核对的行"),
            hide_caption=True,
            columns=(
                values.Column(label=_("批次和行")),
                values.Column(label=_("为什么等")),
                values.Column(label=_("提供单位")),
                values.Column(label=_("信息类别")),
                values.Column(label=_("收到")),
                values.Column(label=_("已等天数"), numeric=True),
                values.Column(label=_("状态")),
            ),
            rows=[_row(line, names=names, today=today, may_open=may_open) for line in shown],
        ),
        "pager": values.Pager(
            first_url=f"{base}?{urlencode(kept)}" if after else "",
            next_url=f"{base}?{urlencode({**kept, 'after': shown[-1].id})}" if len(lines) > PAGE else "",
            shown=len(shown),
        ),
        "empty_title": _("没有等待核对的行"),
        "empty_text": _("提供单位报送后，对不上人的行会出现在这里。"),
        "help_text": _("点开一行，左边是报来的内容，右边是可能的人和每一点比较的结果。看过谁，都会登记，本人看得到。"),
    }
    return render(request, "office/list.html", context)


def _open(request: HttpRequest, held_line_id: int) -> HeldLineOpened:
    """Open a waiting line.

    Raises:
        Http404: There is no such waiting line.
        Refused: The actor is no clerk.
    """
    try:
        opened_line = intake.access_held_line(held_line_id=held_line_id, actor=actor_of(request))
    except HeldLineUnknown:
        raise Http404 from None
    if isinstance(opened_line, Refusal):
        opened_line.require()
    if opened_line.shown.state is not HeldState.WAITING:
        raise Http404
    return opened_line


def _case_of(line: HeldLineShown) -> str:
    return f"{line.batch}/{line.line}"


def _leads(request: HttpRequest, line: HeldLineOpened) -> tuple[Lead, ...]:
    """Return the leads of a line; whoever is shown by them has it registered first."""
    actor, now = actor_of(request), now_of(request)
    number = IdentityNumber.parse(line.number, today=today_of(request))
    leads = matching.list_leads(line=HeldLine(number=number, name=line.name), actor=actor)
    gate.register_looks(
        [lead.person_id for lead in leads],
        actor=actor,
        purpose_code=gate.CLERICAL_MATCH,
        case_number=_case_of(line.shown),
        edition=edition_on(today_of(request)),
        now=now,
    )
    return leads


def _choices(leads: tuple[Lead, ...]) -> Choices:
    attach: Choices = [
        (
            lead.reference,
            _("归到 %(reference)s（%(reason)s）")
            % {"reference": lead.reference, "reason": LEAD_REASONS[lead.reason.value]},
        )
        for lead in leads
    ]
    return [*attach, (DISMISS, _("不入库：不能确定是谁，或者行本身有错"))]


def _lead_table(lead: Lead) -> values.Table:
    return values.Table(
        caption=_("人员 %(reference)s：%(reason)s")
        % {"reference": lead.reference, "reason": LEAD_REASONS[lead.reason.value]},
        columns=(
            values.Column(label=_("比较什么")),
            values.Column(label=_("这一行")),
            values.Column(label=_("这个人")),
            values.Column(label=_("结果")),
        ),
        rows=[
            (
                values.Cell(value=FEATURES.get(feature.code, feature.code)),
                values.Cell(value=feature.left),
                values.Cell(value=feature.right),
                values.Cell(
                    value=FOUND.get((feature.code, feature.found), feature.found),
                    note="，".join(str(SPELLINGS.get(kind, kind)) for kind in feature.detail),
                ),
            )
            for feature in lead.features
        ],
    )


def _line_summary(line: HeldLineOpened, names: Names) -> list[values.Line]:
    explained = rule_texts.explain(line.shown.reason, {})
    return [
        values.Line(label=_("为什么等"), value=explained.wrong),
        values.Line(label=_("姓名"), value=line.name),
        values.Line(label=_("证件号码"), value=line.masked_number),
        values.Line(label=_("信息类别"), value=names.item(line.shown.item_code)),
        values.Line(label=_("发生日期"), value=line.occurred_on.isoformat()),
        values.Line(label=_("提供单位"), value=names.organisation(line.shown.organisation_code)),
        values.Line(label=_("信息编号"), value=line.record_number),
        values.Line(
            label=_("批次和行"),
            value=_("%(batch)s 第 %(line)s 行") % {"batch": line.shown.batch, "line": line.shown.line},
        ),
    ]


def _page(
    request: HttpRequest, line: HeldLineOpened, leads: tuple[Lead, ...], form: SettlingForm, refusal: str = ""
) -> HttpResponse:
    names = Names(edition_on(today_of(request)))
    context = {
        "line": line.shown,
        "summary": _line_summary(line, names),
        "tables": [_lead_table(lead) for lead in leads],
        "form": form,
        "refusal": REFUSALS.get(refusal, refusal_label(refusal)) if refusal else "",
    }
    return render(request, "office/held_line.html", context, status=200 if not refusal else 409)


@open_to(Audience.OFFICE, roles=CLERK)
def opened(request: HttpRequest, held_line_id: int) -> HttpResponse:
    """Show a held line beside its leads, each compared feature in words.

    Args:
        request: The request being answered.
        held_line_id: Which line.
    """
    line = _open(request, held_line_id)
    leads = _leads(request, line)
    return _page(request, line, leads, SettlingForm(choices=_choices(leads)))


@open_to(Audience.OFFICE, roles=CLERK, read=("POST",))
def review(request: HttpRequest, held_line_id: int) -> HttpResponse:
    """Show what a decision will do, before it is sent.

    Args:
        request: The request being answered.
        held_line_id: Which line.
    """
    line = _open(request, held_line_id)
    leads = _leads(request, line)
    form = SettlingForm(request.POST, choices=_choices(leads))
    if not form.is_valid() or "back" in request.POST:
        return _page(request, line, leads, form)
    choice = form.cleaned_data["choice"]
    effect = (
        _("这一行不入库。提供单位在结果里看到理由，可以改正后另报。")
        if choice == DISMISS
        else _("这一行作为一条信息归到 %(reference)s，本人马上能看到。提供单位在结果里看到已入库。")
        % {"reference": choice}
    )
    names = Names(edition_on(today_of(request)))
    context = {
        "line": line.shown,
        "summary": [
            *_line_summary(line, names),
            values.Line(label=_("决定"), value=dict(_choices(leads))[choice]),
            values.Line(label=_("理由"), value=form.cleaned_data["reasons"]),
            values.Line(label=_("结果"), value=effect),
        ],
        "form": form,
        "choice": choice,
        "reasons": form.cleaned_data["reasons"],
    }
    return render(request, "office/held_review.html", context)


@open_to(Audience.OFFICE, roles=CLERK, read=(), write=("POST",))
def settle(request: HttpRequest, held_line_id: int) -> HttpResponse:
    """Attach or dismiss a held line, by the clerk's decision.

    Args:
        request: The request being answered.
        held_line_id: Which line.
    """
    line = _open(request, held_line_id)
    leads = _leads(request, line)
    form = SettlingForm(request.POST, choices=_choices(leads))
    if not form.is_valid():
        return _page(request, line, leads, form)
    actor, now = actor_of(request), now_of(request)
    choice, reasons = form.cleaned_data["choice"], form.cleaned_data["reasons"]
    try:
        if choice == DISMISS:
            operations.dismiss_held_line(held_line_id=held_line_id, reasons=reasons, actor=actor, now=now)
        else:
            chosen = next(lead.person_id for lead in leads if lead.reference == choice)
            operations.attach_held_line(
                held_line_id=held_line_id,
                person_id=persons.head_of(chosen),
                reasons=reasons,
                actor=actor,
                now=now,
            )
    except Refused as refused:
        return _page(request, line, leads, form, refused.code)
    return redirect(f"{reverse('office:held_done', args=[held_line_id])}?{urlencode({'of': _case_of(line.shown)})}")


@open_to(Audience.OFFICE, roles=CLERK)
def done(request: HttpRequest, held_line_id: int) -> HttpResponse:
    """Confirm that a held line was settled, and lead to the next.

    Args:
        request: The request being answered.
        held_line_id: Which line.

    Raises:
        Http404: The line is not settled.
    """
    opened_line = intake.access_held_line(held_line_id=held_line_id, actor=actor_of(request))
    if isinstance(opened_line, Refusal):
        opened_line.require()
    if opened_line.shown.state is HeldState.WAITING:
        raise Http404
    following = intake.list_held_lines(limit=1)
    context = {
        "title": HELD_STATES[opened_line.shown.state.value][0],
        "number": _case_of(opened_line.shown),
        "next_step": _("提供单位现在就能在批次结果里看到。"),
        "next_url": reverse("office:held_line", args=[following[0].id]) if following else reverse("office:held"),
        "next_label": _("核对下一行") if following else _("回到队列"),
    }
    return render(request, "office/done.html", context)
