"""Guardians and agents: entered by a clerk on a document, confirmed by a second officer, ended at any time."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.admission import lookups
from chengxin.admission import operations as admission
from chengxin.admission.lookups import RepresentationLine
from chengxin.admission.states import Decision, RepresentationDocument, RepresentationKind
from chengxin.authority.actors import Role
from chengxin.persons import lookups as persons
from chengxin.portals.office.forms import RepresentationDecisionForm, RepresentationForm
from chengxin.portals.office.labels import DECISIONS, REPRESENTATION_DOCUMENTS
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.labels import REPRESENTATION_KINDS
from chengxin.portals.presentation.stepping import in_steps
from chengxin.portals.presentation.templatetags.components import day, moment
from chengxin.portals.presentation.values import Tone

READERS = frozenset({Role.OFFICE_CLERK, Role.OFFICE_REVIEWER})
CLERKS = frozenset({Role.OFFICE_CLERK})
FRAME = "office/base.html"
MOST = 200


def _standing(line: RepresentationLine, request: HttpRequest) -> tuple[str, Tone]:
    if line.decision is None:
        return _("等待另一位工作人员决定"), Tone.WAITING
    if line.decision is Decision.DECLINED:
        return _("没有同意"), Tone.DONE
    if line.is_in_force(today_of(request)):
        return _("有效"), Tone.DONE
    return _("还没有开始，或者已经结束"), Tone.NEUTRAL


def _find(reference: str) -> RepresentationLine:
    found = lookups.find_representation(reference=reference)
    if found is None:
        raise Http404
    return found


@open_to(Audience.OFFICE, roles=READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show representations, those that wait for a second officer first.

    Args:
        request: The request being answered.
    """
    waiting = lookups.list_representations(is_undecided=True, limit=MOST)
    decided = lookups.list_representations(is_undecided=False, limit=MOST)
    rows = []
    for line in (*waiting, *decided):
        words, tone = _standing(line, request)
        rows.append(
            (
                values.Cell(value=line.reference, url=reverse("office:representation", args=[line.reference])),
                values.Cell(value=REPRESENTATION_KINDS[line.kind.value]),
                values.Cell(value=line.represented_reference),
                values.Cell(value=line.representative_reference),
                values.Cell(value=words, tone=tone),
                values.Cell(value=day(line.to_on - timedelta(days=1))),
            )
        )
    labels = (_("编号"), _("身份"), _("替谁"), _("谁来办"), _("状态"), _("最后一天"))
    context = {
        "title": _("监护和代理"),
        "lead": _("监护人和代理人用自己的名字办事，登记里两个人都看得到。由一位工作人员录入，由另一位决定。"),
        "create_url": reverse("office:representation_enter") if actor_of(request).has(Role.OFFICE_CLERK) else "",
        "create_label": _("录入监护或代理"),
        "table": values.Table(
            caption=_("监护和代理"),
            hide_caption=True,
            columns=[values.Column(label=label) for label in labels],
            rows=rows,
        ),
        "limit": MOST if len(rows) >= MOST else 0,
        "empty_title": _("还没有录入过"),
        "empty_text": _("监护人、代理人带着文书来窗口时，在这里录入，由另一位工作人员决定以后生效。"),
        "help_text": _("先在「查找人员」里按号码找到两个人的编号。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=CLERKS, write=("POST",))
def entered(request: HttpRequest) -> HttpResponse:
    """Enter a representation: fill in, read again, confirm.

    Args:
        request: The request being answered.
    """
    form = RepresentationForm(request.POST or None)
    found: dict[str, int] = {}
    if request.method == "POST" and form.is_valid():
        for name in ("represented", "representative"):
            person_id = persons.find_by_reference(form.cleaned_data[name])
            if person_id is None:
                form.add_error(name, _("没有这个编号。"))
            else:
                found[name] = person_id

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        reference = admission.enter_representation(
            kind=RepresentationKind(cleaned["kind"]),
            represented_id=found["represented"],
            representative_id=found["representative"],
            document=RepresentationDocument(cleaned["document"]),
            document_number=cleaned["document_number"],
            from_on=cleaned["from_on"],
            to_on=cleaned["last_on"] + timedelta(days=1),
            actor=actor_of(request),
            now=now_of(request),
        )
        return HttpResponseRedirect(reverse("office:representation", args=[reference]))

    context = {
        "frame": FRAME,
        "title": _("录入监护或代理"),
        "back_url": reverse("office:representations"),
        "effect": _("录入以后，等另一位工作人员决定；决定以前，谁也不能替别人看。"),
        "help_text": _("两个人都要当面核对过身份，看文书原件。"),
    }
    return in_steps(request, form=form, context=context, act=act)


@open_to(Audience.OFFICE, roles=READERS, write=("POST",))
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a representation, and let a second officer decide it.

    Args:
        request: The request being answered.
        reference: Which.
    """
    line = _find(reference)
    actor = actor_of(request)
    actors = Actors((line.entered_by, line.decided_by))
    facts = [
        values.Line(label=_("身份"), value=REPRESENTATION_KINDS[line.kind.value]),
        values.Line(label=_("替谁"), value=line.represented_reference),
        values.Line(label=_("谁来办"), value=line.representative_reference),
        values.Line(label=_("凭什么文书"), value=REPRESENTATION_DOCUMENTS[line.document.value]),
        values.Line(label=_("文书编号"), value=lookups.document_number_of(line.representation_id)),
        values.Line(label=_("从哪一天起"), value=day(line.from_on)),
        values.Line(label=_("最后一天"), value=day(line.to_on - timedelta(days=1))),
        values.Line(label=_("录入"), value=f"{moment(line.entered_at)} {actors.words(line.entered_by)}"),
    ]
    if line.decision is not None or actor.key == line.entered_by:
        words, tone = _standing(line, request)
        if line.decision is not None:
            decided = f"{DECISIONS[line.decision.value]} {actors.words(line.decided_by)}"
            facts.append(values.Line(label=_("决定"), value=decided))
        may_end = line.decision is Decision.APPROVED and line.ended_at is None and actor.has(Role.OFFICE_CLERK)
        ending = values.Action(label=_("提前结束"), url=reverse("office:representation_end", args=[line.reference]))
        context = {
            "frame": FRAME,
            "title": _("监护或代理 %(reference)s") % {"reference": line.reference},
            "back_url": reverse("office:representations"),
            "state": words,
            "tone": tone,
            "summary": facts,
            "actions": [ending] if may_end else [],
            "no_actions": _("现在没有您能办的。录入的人不能自己决定。"),
            "help_text": _("提前结束马上生效。"),
        }
        return render(request, "presentation/pages/detail.html", context)

    def act(cleaned: dict[str, Any]) -> HttpResponse:
        admission.decide_representation(
            reference=reference, decision=Decision(cleaned["decision"]), actor=actor, now=now_of(request)
        )
        return HttpResponseRedirect(reverse("office:representation", args=[reference]))

    context = {
        "frame": FRAME,
        "title": _("决定监护或代理"),
        "back_url": reverse("office:representations"),
        "facts": facts,
        "effect": _("同意后，这个人从第一天起可以用自己的名字看对方的档案；每看一次都登记两个人。"),
        "help_text": _("对照文书原件再决定。录入的人不能自己决定。"),
    }
    return in_steps(request, form=RepresentationDecisionForm(request.POST or None), context=context, act=act)


@open_to(Audience.OFFICE, roles=CLERKS, write=("POST",))
def end(request: HttpRequest, reference: str) -> HttpResponse:
    """End a representation before its last day.

    Args:
        request: The request being answered.
        reference: Which.
    """
    line = _find(reference)

    def act(_cleaned: dict[str, Any]) -> HttpResponse:
        admission.end_representation(reference=reference, actor=actor_of(request), now=now_of(request))
        return HttpResponseRedirect(reverse("office:representation", args=[reference]))

    context = {
        "frame": FRAME,
        "title": _("提前结束"),
        "back_url": reverse("office:representation", args=[line.reference]),
        "facts": [values.Line(label=_("编号"), value=line.reference)],
        "effect": _("马上生效：下一步操作就打不开对方的档案。"),
        "help_text": _("任何一方要求，或者文书失效，就结束。"),
    }
    return in_steps(request, form=forms.Form(request.POST or None), context=context, act=act)
