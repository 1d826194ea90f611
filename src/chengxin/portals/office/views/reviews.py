"""Review of looks: the worklist by due day, one sampled look and its decision, and the counts of each organisation."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refusal
from chengxin.catalogue.rules.values import SamplingCode
from chengxin.inquiries import lookups, operations, policies
from chengxin.inquiries.lookups import ReviewLine
from chengxin.inquiries.states import ReviewState
from chengxin.portals.office.gate_forms import ReviewFilter, ReviewForm
from chengxin.portals.office.gate_labels import LOOK_OUTCOMES, REFUSALS, REVIEW_STATES
from chengxin.portals.office.naming import Names, edition_on, subject_words
from chengxin.portals.office.stepping import PAGE, going_on, stepped, table
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.templatetags.components import day, days_left, moment, number
from chengxin.portals.presentation.values import Cell, Tone

REVIEWERS = frozenset({Role.OFFICE_REVIEWER})
SOON_DAYS = 2


def _behind(request: HttpRequest) -> tuple[date, int] | None:
    due, _dot, key = request.GET.get("after", "").partition(".")
    try:
        return date.fromisoformat(due), int(key[:18])
    except ValueError:
        return None


def _due(line: ReviewLine, today: date) -> Cell:
    if line.state is not ReviewState.WAITING:
        return Cell(value=day(line.due_on))
    left = (line.due_on - today).days
    tone = Tone.OVERDUE if left < 0 else Tone.DUE_SOON if left <= SOON_DAYS else Tone.WAITING
    return Cell(value=day(line.due_on), tone=tone, note=days_left(line.due_on, today))


@open_to(Audience.OFFICE, roles=REVIEWERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show sampled looks by due day; nothing of any person.

    Args:
        request: The request being answered; reads the filters and ``after``.
    """
    today = today_of(request)
    names = Names(edition_on(today))
    form = ReviewFilter(request.GET, rules=[(code.value, names.sampling_rule(code)) for code in SamplingCode])
    found: tuple[ReviewLine, ...] = ()
    if form.is_valid():
        found = lookups.list_reviews(
            state=form.chosen_state,
            organisation_code=form.cleaned_data["organisation"],
            rule_code=form.cleaned_data["rule"],
            after=_behind(request),
            limit=PAGE + 1,
        )
    page = found[:PAGE]
    actors = Actors(line.actor_key for line in page)
    rows = [
        [
            Cell(value=line.review_id, url=reverse("office:review", args=[line.review_id])),
            _due(line, today),
            Cell(value=names.sampling_rule(line.rule_code)),
            Cell(value=actors.name(line.actor_key), note=names.organisation(line.organisation_code)),
            Cell(value=names.purpose(line.purpose_code)),
            Cell(value=moment(line.looked_at)),
            Cell(value=REVIEW_STATES[line.state.value][0], tone=REVIEW_STATES[line.state.value][1]),
        ]
        for line in page
    ]
    last = page[-1] if page else None
    labels = [_("编号"), _("最晚复核日"), _("为什么抽到"), _("谁看的"), _("目的"), _("什么时候看的"), _("状态")]
    context = {
        "title": _("抽查查看记录"),
        "lead": _(
            "平台按公开的规则抽取查看记录，由没有看过、也不在那个单位的复核人判断是否正当。信用办自己的查看也抽。"
        ),
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "clear_url": reverse("office:reviews"),
        "export_url": "",
        "create_url": reverse("office:review_counts"),
        "create_label": _("各单位的数目"),
        "more_url": reverse("office:gate_rules"),
        "more_label": _("抽查和次数的规则"),
        "table": table(_("抽查查看记录"), labels, rows),
        "pager": going_on(
            request,
            shown=len(page),
            following=f"{last.due_on}.{last.review_id}" if last is not None and len(found) > PAGE else "",
        ),
        "empty_title": _("没有等待复核的查看"),
        "empty_text": _("每天凌晨抽取一次。抽到的列在这里，先到期的在前面。"),
        "help_text": _("这里没有任何人的信息，只有谁、为什么、什么时候看过。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=REVIEWERS)
def counts(request: HttpRequest) -> HttpResponse:
    """Show how many sampled looks each organisation has, by state.

    Args:
        request: The request being answered.
    """
    names = Names(edition_on(today_of(request)))
    rows = [
        [
            Cell(value=names.organisation(code), url=f"{reverse('office:reviews')}?organisation={code}&state=ALL"),
            *(Cell(value=number(by_state.get(state, 0))) for state in ReviewState),
        ]
        for code, by_state in lookups.count_reviews().items()
    ]
    labels = [_("单位"), *(words for words, _tone in REVIEW_STATES.values())]
    context = {
        "title": _("抽查的数目，按单位"),
        "lead": _("每个单位抽到多少次查看，复核的结果怎样。"),
        "back_url": reverse("office:reviews"),
        "clear_url": reverse("office:review_counts"),
        "table": table(_("抽查的数目，按单位"), labels, rows),
        "empty_title": _("还没有抽查过"),
        "empty_text": _("每天凌晨抽取一次，这里按单位列出数目。"),
        "help_text": _("只数次数，不给单位排名。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=REVIEWERS, write=("POST",))
def one(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show one sampled look and decide it, after a review of the effect.

    Args:
        request: The request being answered.
        review_id: Which.

    Raises:
        Http404: There is none.
    """
    line = lookups.find_review(review_id)
    if line is None:
        raise Http404
    actor = actor_of(request)
    facts = _facts(request, line)
    may = policies.may_decide_review(actor, lookups.review_standing(line, actor))
    title = _("抽查 %(number)s") % {"number": review_id}
    if line.state is not ReviewState.WAITING or isinstance(may, Refusal):
        why = REFUSALS.get(may.code) if isinstance(may, Refusal) and line.state is ReviewState.WAITING else None
        words, tone = REVIEW_STATES[line.state.value]
        context = {"title": title, "state": words, "tone": tone, "summary": facts, "why": why}
        return render(request, "office/review.html", context)
    form = ReviewForm(request.POST or None)
    context = {
        "title": title,
        "back_url": reverse("office:reviews"),
        "facts": facts,
        "effect": _("认定滥用，同时暂停您选的账号或者单位，从下一次请求起得不到答复。决定和理由写进存证，不能改。"),
        "help_text": _("判断看四件事：目的对不对，有没有事项，时间和次数合不合理，给得是不是太多。"),
    }

    def act() -> None:
        decision, suspends = form.decided
        operations.decide_review(
            review_id=review_id,
            decision=decision,
            reasons=form.cleaned_data["reasons"],
            suspends=suspends,
            actor=actor,
            now=now_of(request),
        )

    return stepped(request, form=form, context=context, act=act, to=reverse("office:review", args=[review_id]))


def _facts(request: HttpRequest, line: ReviewLine) -> list[values.Line]:
    names = Names(edition_on(today_of(request)))
    actors = Actors((line.actor_key, line.decided_by, line.suspended_subject))
    facts = [
        values.Line(label=_("为什么抽到"), value=names.sampling_rule(line.rule_code)),
        values.Line(label=_("单位"), value=names.organisation(line.organisation_code)),
        values.Line(label=_("谁看的"), value=actors.name(line.actor_key)),
        values.Line(label=_("目的"), value=names.purpose(line.purpose_code)),
        values.Line(label=_("事项编号"), value=line.case_number or _("没有写")),
        values.Line(label=_("什么时候看的"), value=moment(line.looked_at)),
        values.Line(label=_("结果"), value=LOOK_OUTCOMES.get(line.outcome, line.outcome)),
        values.Line(label=_("最晚复核日"), value=day(line.due_on)),
    ]
    if line.decided_at is not None:
        facts += [
            values.Line(label=_("理由"), value=line.reasons),
            values.Line(label=_("决定人"), value=f"{actors.words(line.decided_by)} · {moment(line.decided_at)}"),
        ]
    if line.suspended_subject:
        facts.append(values.Line(label=_("暂停了谁"), value=subject_words(names, actors, line.suspended_subject)))
    return facts
