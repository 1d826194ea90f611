"""What the second officer decides of a whole batch: letting it pass, and taking it back. First read, then confirm."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengxin.intake import lookups, policies
from chengxin.intake import operations as intake
from chengxin.intake.lookups import BatchLine
from chengxin.intake.states import BatchMove, HeldState, after
from chengxin.jobs import operations as jobs
from chengxin.portals.organisation import tables, wording
from chengxin.portals.organisation.answers import explaining_refusals, own_batch
from chengxin.portals.organisation.forms import APPROVE, CHOICES, DecisionForm, ReasonsForm
from chengxin.portals.organisation.labels import BOUND_EXPLANATIONS
from chengxin.portals.presentation import rule_texts
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of
from chengxin.portals.presentation.templatetags.components import number
from chengxin.portals.presentation.values import Line

MOST_COUNTED = 1_000


def _judged_batch(request: HttpRequest, reference: str, move: BatchMove) -> BatchLine:
    """Return the batch where this officer may make this move now; the operation judges again when it is made.

    Raises:
        BatchUnknown: There is none, or it is another organisation's.
        Refused: With code NOT_SECOND_OFFICER or SAME_OFFICER.
        MoveNotAllowed: The batch's state does not allow it.
    """
    shown = own_batch(request, reference)
    actor = actor_of(request)
    standing = policies.BatchStanding(is_own_organisation=True, is_submitter=shown.submitted_by == actor.key)
    policies.may_decide_as_second(actor, standing).require()
    after(shown.state, move)
    return shown


@open_to(Audience.SUPPLIER, write=("POST",))
@explaining_refusals
def decision(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the second officer pass or decline a batch outside the usual: fill in, read again, confirm.

    Args:
        request: The request being answered.
        reference: The batch.
    """
    shown = _judged_batch(request, reference, BatchMove.APPROVE)
    edition = wording.edition_of(shown)
    item = None if edition is None else edition.item_types.get(shown.item_code)
    context = {
        "batch": shown,
        "item": wording.item_name(edition, shown.item_code),
        "basis": None if edition is None or item is None else edition.bases.get(item.basis),
        "bounds": [(rule_texts.bound_label(code), BOUND_EXPLANATIONS.get(code, "")) for code in shown.bounds],
        "facts": [
            Line(label=_("行数"), value=number(shown.lines)),
            Line(label=_("其中撤回"), value=number(shown.withdrawn)),
            *tables.facts_of(shown, edition, actor_of(request))[:5],
        ],
    }
    if request.method != "POST":
        return render(request, "organisation/decision.html", context | {"form": DecisionForm()})
    form = DecisionForm(request.POST)
    if not form.is_valid() or "change" in request.POST:
        status = 200 if form.is_valid() else 422
        return render(request, "organisation/decision.html", context | {"form": form}, status=status)
    is_approval = form.cleaned_data["choice"] == APPROVE
    if not form.is_confirmed:
        review = [
            Line(label=_("批次号"), value=shown.reference),
            Line(label=_("行数"), value=number(shown.lines)),
            Line(label=_("您的决定"), value=CHOICES[form.cleaned_data["choice"]]),
            Line(label=_("理由"), value=form.cleaned_data["reasons"]),
        ]
        return render(
            request,
            "organisation/decision_review.html",
            context | {"form": form, "review": review, "is_approval": is_approval},
        )
    decide = intake.approve_batch if is_approval else intake.decline_batch
    with transaction.atomic():
        decide(
            reference=shown.reference,
            reasons=form.cleaned_data["reasons"],
            actor=actor_of(request),
            now=now_of(request),
        )
        if is_approval:
            jobs.queue_batch(shown.reference)
    done = "approved" if is_approval else "declined"
    return HttpResponseRedirect(f"{tables.batch_url(shown.reference)}?done={done}")


@open_to(Audience.SUPPLIER, write=("POST",))
@explaining_refusals
def reversal(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the second officer take a posted batch back as a whole: fill in, read what will happen, confirm.

    Args:
        request: The request being answered.
        reference: The batch.
    """
    shown = _judged_batch(request, reference, BatchMove.REVERSE)
    edition = wording.edition_of(shown)
    effects = _effects(shown)
    context = {
        "batch": shown,
        "item": wording.item_name(edition, shown.item_code),
        "effects": effects,
    }
    if request.method != "POST":
        return render(request, "organisation/reversal.html", context | {"form": ReasonsForm()})
    form = ReasonsForm(request.POST)
    if not form.is_valid() or "change" in request.POST:
        status = 200 if form.is_valid() else 422
        return render(request, "organisation/reversal.html", context | {"form": form}, status=status)
    if not form.is_confirmed:
        review = [
            Line(label=_("批次号"), value=shown.reference),
            *effects,
            Line(label=_("理由"), value=form.cleaned_data["reasons"]),
        ]
        return render(request, "organisation/reversal_review.html", context | {"form": form, "review": review})
    intake.reverse_batch(
        reference=shown.reference, reasons=form.cleaned_data["reasons"], actor=actor_of(request), now=now_of(request)
    )
    return HttpResponseRedirect(f"{tables.batch_url(shown.reference)}?done=reversed")


def _effects(shown: BatchLine) -> list[Line]:
    """Return what taking a batch back does, with how many lines each."""
    waiting = lookups.list_held_lines(batch_id=shown.id, state=HeldState.WAITING, limit=MOST_COUNTED)
    attached = lookups.list_held_lines(batch_id=shown.id, state=HeldState.ATTACHED, limit=MOST_COUNTED)
    added = shown.accepted - shown.corrected - shown.withdrawn
    return [
        Line(label=_("新增的信息，不再有效"), value=_lines(added)),
        Line(label=_("被更正的信息，恢复成更正以前"), value=_lines(shown.corrected)),
        Line(label=_("被撤回的信息，恢复有效"), value=_lines(shown.withdrawn)),
        Line(label=_("待核后已入库的行，不再有效"), value=_lines(len(attached))),
        Line(label=_("还在待核的行，不再核对"), value=_lines(len(waiting))),
        Line(label=_("没有收和无变化的行，不受影响"), value=_lines(shown.rejected + shown.unchanged)),
    ]


def _lines(count: int) -> str:
    return ngettext("%(lines)s 行", "%(lines)s 行", count) % {"lines": number(count)}
