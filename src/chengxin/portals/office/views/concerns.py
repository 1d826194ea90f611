"""Looks that a person does not know: the worklist by due day, and one of them with its answer.

Reading one opens what the person wrote, and is a look at that person: it is registered, and the person sees it.
"""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refusal
from chengxin.inquiries import lookups, operations
from chengxin.inquiries.lookups import ConcernLine, ConcernRead
from chengxin.inquiries.states import ConcernMove, ConcernState
from chengxin.portals.office.gate_forms import ConcernAnswerForm, ConcernFilter
from chengxin.portals.office.gate_labels import CONCERN_STATES, LOOK_OUTCOMES, SHOWN
from chengxin.portals.office.naming import Names, edition_on
from chengxin.portals.office.stepping import PAGE, going_on, number_behind, refusal_words, table
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.languages import listed as one_after_another
from chengxin.portals.presentation.stepping import in_steps
from chengxin.portals.presentation.templatetags.components import day, days_left, moment
from chengxin.portals.presentation.values import Cell, Tone
from chengxin.register.lookups import LookLine

FRAME: Final = "office/base.html"
REVIEWERS: Final = frozenset({Role.OFFICE_REVIEWER})
SOON_DAYS: Final = 2


def _due(line: ConcernLine, today: date) -> Cell:
    if line.due_on is None:
        return Cell(value=_("工作日历还没有公布，不猜"))
    if line.state.is_answered:
        return Cell(value=day(line.due_on))
    left = (line.due_on - today).days
    tone = Tone.OVERDUE if left < 0 else Tone.DUE_SOON if left <= SOON_DAYS else Tone.WAITING
    return Cell(value=day(line.due_on), tone=tone, note=days_left(line.due_on, today))


@open_to(Audience.OFFICE, roles=REVIEWERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show concerns by due day; nothing that anybody wrote, and nothing of any person.

    Args:
        request: The request being answered; reads ``state`` and ``after``.
    """
    form = ConcernFilter(request.GET)
    today = today_of(request)
    names = Names(edition_on(today))
    found: tuple[ConcernLine, ...] = ()
    if form.is_valid():
        found = lookups.list_concerns(is_open=form.is_open, after=number_behind(request), limit=PAGE + 1)
    page = found[:PAGE]
    rows = [
        [
            Cell(value=line.reference, url=reverse("office:concern", args=[line.reference])),
            _due(line, today),
            Cell(value=names.organisation(line.organisation_code), note=line.looker_key),
            Cell(value=names.purpose(line.purpose_code)),
            Cell(value=moment(line.raised_at)),
            Cell(value=CONCERN_STATES[line.state.value][0], tone=CONCERN_STATES[line.state.value][1]),
        ]
        for line in page
    ]
    labels = [_("编号"), _("最晚答复日"), _("谁看的"), _("目的"), _("什么时候提出"), _("状态")]
    context = {
        "title": _("本人不认识的查看"),
        "lead": _("本人看到一次查看，不知道是谁、为什么，请信用办核查。由没有看过、也不是本人的复核人答复。"),
        "form": form,
        "active": bool(request.GET.get("state")),
        "clear_url": reverse("office:concerns"),
        "table": table(_("本人不认识的查看"), labels, rows),
        "pager": going_on(request, shown=len(page), following=str(page[-1].concern_id) if len(found) > PAGE else ""),
        "empty_title": _("没有等待答复的"),
        "empty_text": _("有人请信用办核查一次查看，就列在这里，先到期的在前面。"),
        "help_text": _("这里没有任何人的信息。打开一件，就看到本人写的话；这也是一次查看，本人看得到。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=REVIEWERS, write=("POST",))
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one concern, registered as a look at the person, and answer it after a review of the effect.

    Args:
        request: The request being answered.
        reference: Which.
    """
    form = ConcernAnswerForm(request.POST or None)
    context: dict[str, Any] = {
        "frame": FRAME,
        "title": _("答复 %(reference)s") % {"reference": reference},
        "back_url": reverse("office:concerns"),
        "effect": _(
            "本人在「谁看过我」里看到您的答复。答复写进存证，不能改。认定不合规，不会自动暂停谁：要暂停，另外办理。"
        ),
        "help_text": _("先向查看的单位核实，再答复。写明是谁、为什么看、合不合规。打开这一页是一次查看，本人看得到。"),
    }
    # Whoever confirms has read it on the page before; nothing of the person is shown again.
    if not (request.method == "POST" and "confirmed" in request.POST and form.is_valid()):
        read = lookups.access_concern_for_review(reference=reference, actor=actor_of(request), now=now_of(request))
        if isinstance(read, Refusal):
            refused = {"code": read.code, "sentence": refusal_words(read.code), "basis": read.basis}
            return render(request, "presentation/errors/refused.html", refused, status=403)
        context["facts"] = _facts(request, read)
        if read.line.state.is_answered:
            return _answered(request, read, context)

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        operations.answer_concern(
            reference=reference,
            move=ConcernMove(cleaned["move"]),
            answer=cleaned["answer"],
            actor=actor_of(request),
            now=now_of(request),
        )
        done = {
            "title": _("已经答复"),
            "number": reference,
            "next_step": _("本人现在就能看到。核查时发现别的事，请另外办理。"),
            "next_url": reverse("office:concerns"),
            "next_label": _("回到本人不认识的查看"),
            "help_text": _("要暂停查看的账号或者单位，请到「暂停查询」。"),
        }
        return render(request, "office/done.html", done)

    return in_steps(request, form=form, context=context, act=act, words=refusal_words)


def _answered(request: HttpRequest, read: ConcernRead, context: dict[str, Any]) -> HttpResponse:
    words, tone = CONCERN_STATES[read.line.state.value]
    answered_by = Actors((read.line.answered_by,)).words(read.line.answered_by)
    shown = {
        **context,
        "title": read.line.reference,
        "state": words,
        "tone": tone,
        "summary": [
            *context["facts"],
            values.Line(label=_("答复"), value=linebreaksbr(read.answer)),
            values.Line(label=_("答复人"), value=f"{answered_by} · {moment(read.line.answered_at)}"),
        ],
        "actions": [
            values.Action(
                label=_("暂停查看的账号"),
                url=f"{reverse('office:suspension_new')}?key={read.line.looker_key}",
                hint=_("从下一次请求起得不到答复，要写明理由。"),
            )
        ]
        if read.line.state is ConcernState.FOUND_OUT_OF_ORDER
        else [],
    }
    return render(request, "presentation/pages/detail.html", shown)


def _facts(request: HttpRequest, read: ConcernRead) -> list[values.Line]:
    """Return what the person wrote and what the register holds of the look."""
    line, today = read.line, today_of(request)
    names = Names(edition_on(today))
    due = _due(line, today)
    looker = Actors((line.looker_key,)).name(line.looker_key)
    facts = [
        values.Line(label=_("本人写的话"), value=linebreaksbr(read.words) if read.words else _("没有写")),
        values.Line(label=_("什么时候提出"), value=moment(line.raised_at)),
        values.Line(label=_("最晚答复日"), value=f"{due.value} · {due.note}" if due.note else due.value),
        values.Line(label=_("谁看的"), value=f"{looker} · {names.organisation(line.organisation_code)}"),
        values.Line(label=_("目的"), value=names.purpose(line.purpose_code)),
    ]
    return facts if read.look is None else [*facts, *_look_facts(read.look, names)]


def _look_facts(look: LookLine, names: Names) -> list[values.Line]:
    ended = LOOK_OUTCOMES[look.outcome.value]
    facts = [
        values.Line(label=_("依据"), value=names.basis(look.basis_code) or _("没有")),
        values.Line(label=_("事项编号"), value=look.case_number or _("没有写")),
        values.Line(label=_("什么时候看的"), value=moment(look.at)),
        values.Line(label=_("结果"), value=ended if look.refusal_code is None else f"{ended} · {look.refusal_code}"),
    ]
    if look.refusal_code is None:
        facts.append(values.Line(label=_("看到了什么"), value=_shown(look, names)))
    if inquiry := look.shown.get("inquiry"):
        facts.append(values.Line(label=_("查询编号"), value=inquiry))
    if authorisation := look.shown.get("authorisation"):
        facts.append(values.Line(label=_("授权编号"), value=authorisation))
    return facts


def _shown(look: LookLine, names: Names) -> object:
    counts = look.shown.get("items")
    if isinstance(counts, dict):
        if not counts:
            return _("没有一条")
        return one_after_another(
            _("%(item)s %(count)s 条") % {"item": names.item(code), "count": count} for code, count in counts.items()
        )
    what = str(look.shown.get("what", ""))
    return SHOWN.get(what, what) or _("没有")
