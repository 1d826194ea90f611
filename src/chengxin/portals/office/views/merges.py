"""Deciding that two rows are one person, or are not: proposed by one officer, decided by another."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refused
from chengxin.persons import lookups as persons
from chengxin.persons import operations
from chengxin.persons.lookups import MergeLine
from chengxin.persons.states import Decision
from chengxin.portals.office.forms import DecisionForm, MergeProposalForm, ReasonsForm
from chengxin.portals.office.labels import DECISIONS, REFUSALS
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.clock import now_of
from chengxin.portals.presentation.labels import refusal_label
from chengxin.portals.presentation.templatetags.components import moment
from chengxin.portals.presentation.values import Tone

MOST = 200
PROPOSERS = frozenset({Role.OFFICE_CLERK, Role.OFFICE_POPULATION, Role.OFFICE_REVIEWER})
DECIDERS = frozenset({Role.OFFICE_REVIEWER})


def _standing(line: MergeLine) -> tuple[str, Tone]:
    if line.split_proposal_id is not None:
        return _("等待另一位复核人决定是否拆分"), Tone.WAITING
    if line.merge_id is None:
        return _("等待另一位复核人决定是否合并"), Tone.WAITING
    if line.is_in_force:
        return _("已合并"), Tone.DONE
    return (_("已拆分") if line.decision is Decision.APPROVED else _("没有合并")), Tone.DONE


def _find(proposal_id: int) -> MergeLine:
    """Return a proposal.

    Raises:
        Http404: There is no such proposal.
    """
    for line in persons.list_merges(limit=10_000):
        if line.proposal_id == proposal_id:
            return line
    raise Http404


@open_to(Audience.OFFICE, roles=PROPOSERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show proposals to merge and what became of them; those that wait come first.

    Args:
        request: The request being answered.
    """
    waiting = persons.list_merges(is_undecided=True, limit=MOST)
    others = persons.list_merges(is_undecided=False, limit=MOST)
    actors = Actors(key for line in (*waiting, *others) for key in (line.proposed_by, line.decided_by))
    rows = []
    for line in (*waiting, *others):
        words, tone = _standing(line)
        rows.append(
            (
                values.Cell(value=line.proposal_id, url=reverse("office:merge", args=[line.proposal_id])),
                values.Cell(value=line.merged_reference),
                values.Cell(value=line.into_reference),
                values.Cell(value=words, tone=tone),
                values.Cell(value=moment(line.proposed_at)),
                values.Cell(value=actors.words(line.proposed_by)),
                values.Cell(value=actors.words(line.decided_by) or "—"),
            )
        )
    context = {
        "title": _("合并和拆分"),
        "lead": _("两个编号是不是同一个人，由一位工作人员提出，由另一位复核人决定。合并不改动任何内容，可以拆分。"),
        "create_url": reverse("office:merge_propose"),
        "create_label": _("提出合并"),
        "table": values.Table(
            caption=_("合并和拆分"),
            hide_caption=True,
            columns=(
                values.Column(label=_("编号")),
                values.Column(label=_("并入的")),
                values.Column(label=_("并到")),
                values.Column(label=_("状态")),
                values.Column(label=_("提出时间")),
                values.Column(label=_("提出人")),
                values.Column(label=_("决定人")),
            ),
            rows=rows,
        ),
        "empty_title": _("还没有提出过合并"),
        "empty_text": _("发现同一个人有两个编号时，在这里提出合并，由另一位复核人决定。"),
        "help_text": _("先在「查找人员」里按号码找到两个编号。提出的人不能自己决定。"),
        "limit": MOST if len(rows) >= MOST else 0,
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=PROPOSERS, read=("GET",), write=("POST",))
def propose(request: HttpRequest) -> HttpResponse:
    """Propose that two rows are one person, after a review of the effect.

    Args:
        request: The request being answered.
    """
    form = MergeProposalForm(request.POST or None)
    context = {
        "title": _("提出合并"),
        "back_url": reverse("office:merges"),
        "form": form,
        "effect": _("提出以后，等另一位复核人决定。同意后，两个编号合成一份档案；任何一条内容都不改动，以后可以拆分。"),
        "help_text": _("编号是人员编号，不是证件号码。先在「查找人员」里找到它。"),
    }
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, "office/form.html", context)
    found = {name: persons.find_by_reference(form.cleaned_data[name]) for name in ("merged", "into")}
    for name, person_id in found.items():
        if person_id is None:
            form.add_error(name, _("没有这个编号。"))
    merged, into = found["merged"], found["into"]
    if merged is None or into is None:
        return render(request, "office/form.html", context)
    if "confirmed" not in request.POST:
        lines = [
            values.Line(label=form.fields[name].label or name, value=value) for name, value in form.cleaned_data.items()
        ]
        return render(request, "office/form.html", {**context, "review": lines})
    try:
        operations.propose_merge(
            merged_person_id=merged,
            into_person_id=into,
            reasons=form.cleaned_data["reasons"],
            actor=actor_of(request),
            now=now_of(request),
        )
    except Refused as refused:
        return _refused(request, context, refused)
    return redirect("office:merges")


def _refused(request: HttpRequest, context: dict[str, object], refused: Refused) -> HttpResponse:
    words = REFUSALS.get(refused.code, refusal_label(refused.code))
    return render(request, "office/form.html", {**context, "refusal": words, "review": None}, status=409)


@open_to(Audience.OFFICE, roles=PROPOSERS)
def one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Show one proposal with its reasons, and what the reader may do with it.

    Args:
        request: The request being answered.
        proposal_id: The proposal.
    """
    line = _find(proposal_id)
    actor = actor_of(request)
    words, tone = _standing(line)
    decides = actor.has(Role.OFFICE_REVIEWER)
    actors = Actors((line.proposed_by, line.decided_by))
    actions = []
    if line.merge_id is None and decides and actor.key != line.proposed_by:
        actions.append(
            values.Action(label=_("决定"), url=reverse("office:merge_decide", args=[proposal_id]), primary=True)
        )
    if line.is_in_force and line.split_proposal_id is None:
        actions.append(values.Action(label=_("提出拆分"), url=reverse("office:split_propose", args=[proposal_id])))
    if line.split_proposal_id is not None and decides and actor.key != line.split_proposed_by:
        actions.append(
            values.Action(label=_("决定拆分"), url=reverse("office:split_decide", args=[proposal_id]), primary=True)
        )
    context = {
        "line": line,
        "state": words,
        "tone": tone,
        "summary": [
            values.Line(label=_("并入的"), value=line.merged_reference),
            values.Line(label=_("并到"), value=line.into_reference),
            values.Line(label=_("理由"), value=line.reasons),
            values.Line(label=_("提出"), value=f"{moment(line.proposed_at)} {actors.words(line.proposed_by)}"),
            values.Line(
                label=_("决定"),
                value=_("还没有")
                if line.decision is None
                else f"{DECISIONS[line.decision.value]} {actors.words(line.decided_by)}",
            ),
        ],
        "actions": actions,
    }
    return render(request, "office/merge.html", context)


@open_to(Audience.OFFICE, roles=DECIDERS, read=("GET",), write=("POST",))
def decide(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Decide a proposal to merge, as a second officer.

    Args:
        request: The request being answered.
        proposal_id: The proposal.
    """
    line = _find(proposal_id)
    form = DecisionForm(request.POST or None)
    context = {
        "title": _("决定合并"),
        "back_url": reverse("office:merge", args=[proposal_id]),
        "form": form,
        "facts": [
            values.Line(label=_("并入的"), value=line.merged_reference),
            values.Line(label=_("并到"), value=line.into_reference),
            values.Line(label=_("提出的理由"), value=line.reasons),
        ],
        "effect": _("同意后，两个编号马上合成一份档案，本人能看到合在一起的内容。不同意，就保持分开。"),
        "help_text": _("错误的合并会让一个人看到另一个人的档案，请对照原始材料再决定。"),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "office/form.html", context)
    try:
        operations.decide_merge(
            proposal_id=proposal_id,
            decision=Decision(form.cleaned_data["decision"]),
            reasons=form.cleaned_data["reasons"],
            actor=actor_of(request),
            now=now_of(request),
        )
    except Refused as refused:
        return _refused(request, context, refused)
    return redirect("office:merge", proposal_id=proposal_id)


@open_to(Audience.OFFICE, roles=PROPOSERS, read=("GET",), write=("POST",))
def propose_split(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Propose that a merge was wrong.

    Args:
        request: The request being answered.
        proposal_id: The proposal of the merge.

    Raises:
        Http404: The merge was never decided.
    """
    line = _find(proposal_id)
    if line.merge_id is None:
        raise Http404
    form = ReasonsForm(request.POST or None)
    context = {
        "title": _("提出拆分"),
        "back_url": reverse("office:merge", args=[proposal_id]),
        "form": form,
        "effect": _("提出以后，等另一位复核人决定。同意后，两个编号马上分开，各自只看到自己的内容。"),
        "help_text": _("写明为什么不是同一个人。提出的人不能自己决定。"),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "office/form.html", context)
    try:
        operations.propose_split(
            merge_id=line.merge_id, reasons=form.cleaned_data["reasons"], actor=actor_of(request), now=now_of(request)
        )
    except Refused as refused:
        return _refused(request, context, refused)
    return redirect("office:merge", proposal_id=proposal_id)


@open_to(Audience.OFFICE, roles=DECIDERS, read=("GET",), write=("POST",))
def decide_split(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Decide a proposal to split, as a second officer.

    Args:
        request: The request being answered.
        proposal_id: The proposal of the merge.

    Raises:
        Http404: No split of it waits.
    """
    line = _find(proposal_id)
    if line.split_proposal_id is None:
        raise Http404
    form = DecisionForm(request.POST or None)
    context = {
        "title": _("决定拆分"),
        "back_url": reverse("office:merge", args=[proposal_id]),
        "form": form,
        "effect": _("同意后，两个编号马上分开，各自只看到自己的内容。不同意，就保持合并。"),
        "help_text": _("请对照原始材料再决定。提出的人不能自己决定。"),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "office/form.html", context)
    try:
        operations.decide_split(
            proposal_id=line.split_proposal_id,
            decision=Decision(form.cleaned_data["decision"]),
            reasons=form.cleaned_data["reasons"],
            actor=actor_of(request),
            now=now_of(request),
        )
    except Refused as refused:
        return _refused(request, context, refused)
    return redirect("office:merge", proposal_id=proposal_id)
