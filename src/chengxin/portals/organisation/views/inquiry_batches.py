"""Batches of inquiries: sending a file, its progress, its result, and the list.

The page carries a token, so that the same page sent twice makes one batch; its lines are answered by the worker.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.decisions import Refused
from chengxin.catalogue.rules.values import AnswerForm, Edition, ItemKind
from chengxin.inquiries import lookups
from chengxin.inquiries import operations as inquiries
from chengxin.inquiries.lookups import InquiryBatchLineShown, InquiryBatchSummary
from chengxin.inquiries.rules.batches import KEPT_DAYS, MOST_LINES
from chengxin.inquiries.rules.quotas import batch_subjects
from chengxin.inquiries.states import BatchState, Match
from chengxin.intake.operations import spool
from chengxin.jobs import operations as jobs
from chengxin.portals.organisation.forms import new_token
from chengxin.portals.organisation.gate_forms import BatchForm
from chengxin.portals.organisation.gate_pages import (
    actor_and_code,
    explaining_gate,
    offered_today,
    purpose_name,
)
from chengxin.portals.organisation.gate_words import (
    BATCH_STATES,
    FORMS,
    KINDS,
    LINE_OUTCOMES,
    MATCHES,
    REASONS,
    UNKNOWN_REASON,
)
from chengxin.portals.organisation.pages import PAGE, cursor_of, edition_today, pager
from chengxin.portals.organisation.views.batches import MEDIA_TYPES
from chengxin.portals.organisation.wording import explained_refusal, item_name
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.languages import listed as one_after_another
from chengxin.portals.presentation.templatetags.components import day, moment, number
from chengxin.portals.presentation.values import Cell
from chengxin.tabular import reading, writing

if TYPE_CHECKING:
    from django.utils.functional import Promise


@open_to(Audience.REQUESTER)
@explaining_gate
def listed(request: HttpRequest) -> HttpResponse:
    """Show the organisation's batches of inquiries, newest first.

    Args:
        request: The request being answered; reads ``after``.
    """
    _actor, code = actor_and_code(request)
    edition = edition_today(request)
    found = lookups.list_inquiry_batches(organisation_code=code, before=cursor_of(request), limit=PAGE + 1)
    page = found[:PAGE]
    labels = [_("批次号和文件"), _("查询目的"), _("状态"), _("行数"), _("已答复"), _("未答复"), _("读不懂"), _("时间")]
    rows = [
        [
            Cell(
                value=line.reference,
                url=reverse("organisation:inquiry_batch", args=[line.reference]),
                note=line.declared_name,
            ),
            Cell(value=purpose_name(edition, line.purpose_code)),
            Cell(value=BATCH_STATES[line.state][0], tone=BATCH_STATES[line.state][1]),
            Cell(value=number(line.lines)),
            Cell(value=number(line.answered)),
            Cell(value=number(line.refused)),
            Cell(value=number(line.unreadable)),
            Cell(value=moment(line.received_at)),
        ]
        for line in page
    ]
    context = {
        "title": _("批量查询"),
        "lead": _("一个文件一次最多 %(lines)s 行。每一行都像单独查询一样判断、登记，本人看得到自己的那一行。")
        % {"lines": number(MOST_LINES)},
        "form": None,
        "active": False,
        "clear_url": reverse("organisation:inquiry_batches"),
        "create_url": reverse("organisation:inquiry_batch_new"),
        "create_label": _("批量查询"),
        "table": values.Table(
            caption=_("批量查询"),
            hide_caption=True,
            columns=[values.Column(label=label) for label in labels],
            rows=rows,
        ),
        "pager": pager(request, shown=len(page), following=page[-1].batch_id if len(found) > PAGE else None),
        "empty_title": _("还没有批量查询过"),
        "empty_text": _("报送一个文件以后，这里列出它的进度和结果。"),
    }
    return render(request, "organisation/asking/list.html", context)


@open_to(Audience.REQUESTER, write=("POST",))
@explaining_gate
def new(request: HttpRequest) -> HttpResponse:
    """Show the form; take a file, keep it as a batch, queue its answering, and go to its page.

    Args:
        request: The request being answered.
    """
    actor, code = actor_and_code(request)
    offered = offered_today(request, actor)
    purposes: list[tuple[str, str | Promise]] = [(purpose, offer.name) for purpose, offer in offered.items()]
    form = BatchForm(request.POST or None, request.FILES or None, purposes=purposes, initial={"token": new_token()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                reference = _receive(request, form)
            except Refused as refused:
                form.add_error("file", _words(refused))
            else:
                return HttpResponseRedirect(reverse("organisation:inquiry_batch", args=[reference]))
    edition = edition_today(request)
    left = (
        0 if edition is None else lookups.quota_left(batch_subjects(code), edition=edition, on=today_of(request)).times
    )
    context = {"form": form, "has_purposes": bool(offered), "left": left, "most": MOST_LINES, "days": KEPT_DAYS}
    return render(request, "organisation/asking/batch_form.html", context, status=status)


def _words(refused: Refused) -> str:
    reason = REASONS.get(refused.code)
    if reason is not None:
        return f"{reason.wrong}{reason.change}"
    explained = explained_refusal(refused.code, refused.details)
    return f"{explained.wrong}{explained.remedy}"


def _receive(request: HttpRequest, form: BatchForm) -> str:
    actor, _code = actor_and_code(request)
    sent = form.cleaned_data
    with transaction.atomic():
        reference, is_new = inquiries.receive_inquiry_batch(
            contents=sent["file"].read(),
            declared_name=sent["file"].name,
            purpose_code=sent["purpose"],
            item_codes=frozenset(),
            form=AnswerForm(sent["form"]),
            token=sent["token"],
            actor=actor,
            now=now_of(request),
        )
        if is_new:
            jobs.queue_inquiry_batch(reference)
    return reference


@open_to(Audience.REQUESTER)
@explaining_gate
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one batch: how far it is, and where its result is.

    Args:
        request: The request being answered.
        reference: The batch.
    """
    _actor, code = actor_and_code(request)
    batch = lookups.inquiry_batch(reference=reference, organisation_code=code)
    words, tone = BATCH_STATES[batch.state]
    context = {
        "batch": batch,
        "state": words,
        "tone": tone,
        "job": _progress(batch),
        "is_done": batch.state is BatchState.ANSWERED,
        "facts": [
            values.Line(label=_("查询目的"), value=purpose_name(edition_today(request), batch.purpose_code)),
            values.Line(label=_("要求的程度"), value=FORMS[AnswerForm(batch.form)]),
            values.Line(label=_("文件名"), value=batch.declared_name),
            values.Line(label="SHA-256", value=batch.sha256),
            values.Line(label=_("报送时间"), value=moment(batch.received_at)),
            values.Line(label=_("结果保存到"), value=day(batch.kept_until)),
        ],
    }
    return render(request, "organisation/asking/batch.html", context)


@open_to(Audience.REQUESTER)
@explaining_gate
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """Show how far a batch is, as the fragment that asks for its own next state.

    Args:
        request: The request being answered.
        reference: The batch.
    """
    _actor, code = actor_and_code(request)
    batch = lookups.inquiry_batch(reference=reference, organisation_code=code)
    return render(request, "presentation/components/progress_fragment.html", {"job": _progress(batch)})


def _progress(batch: InquiryBatchSummary) -> values.Progress:
    is_done = batch.state is BatchState.ANSWERED
    result = "" if batch.is_discarded else reverse("organisation:inquiry_batch_result", args=[batch.reference])
    return values.Progress(
        title=_("批量查询"),
        stage=_("每一行都有结果了") if is_done else _("正在逐行判断、登记和答复"),
        done=batch.done,
        total=batch.lines,
        unit=_("行"),
        counts=[
            (_("已答复"), batch.answered),
            (_("未答复"), batch.refused),
            (_("读不懂"), batch.unreadable),
        ],
        poll_url="" if is_done else reverse("organisation:inquiry_batch_progress", args=[batch.reference]),
        result_url=result if is_done else reverse("organisation:inquiry_batch", args=[batch.reference]),
        result_label=_("下载结果") if is_done else _("这一页"),
    )


# The result ----------------------------------------------------------------------------------------------------------


@open_to(Audience.REQUESTER)
@explaining_gate
def result(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Send the result in the shape of the file that was sent, with the answers beside the lines.

    Args:
        request: The request being answered.
        reference: The batch.

    Raises:
        ResultGone: The batch is not answered yet, or its days are over.
    """
    _actor, code = actor_and_code(request)
    batch = lookups.inquiry_batch(reference=reference, organisation_code=code)
    contents = lookups.open_batch_file(batch.reference)
    if contents is None or batch.state is not BatchState.ANSWERED or batch.kept_until < today_of(request):
        raise inquiries.ResultGone
    labels = writing.ResultLabels(outcome=_("结果"), reason=_("答复或者原因"), remedy=_("查询编号"), original=_("原文"))
    with spool.working_folder() as folder:
        path, target = folder / "file", folder / "result"
        path.write_bytes(contents)
        inspection = reading.inspect(path, declared_name=batch.declared_name)
        writing.write_result(path, inspection, target, _results(batch, edition_today(request)), labels)
        file = target.open("rb")  # still readable when its folder is gone; the response closes it
    name = f"{Path(batch.declared_name).stem}-{batch.reference}{Path(batch.declared_name).suffix}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPES[inspection.format])


def _results(batch: InquiryBatchSummary, edition: Edition | None) -> Iterator[writing.LineResult]:
    for line in lookups.read_batch_lines(batch.reference):
        message = writing.ResultMessage(reason=_said(line, edition), remedy=line.inquiry_reference)
        yield writing.LineResult(line=line.line, outcome=str(LINE_OUTCOMES[line.outcome]), messages=(message,))


def _said(line: InquiryBatchLineShown, edition: Edition | None) -> str:
    """Return an answer, or why there is none, in one cell."""
    if line.answer is None:
        reason = REASONS.get(line.code, UNKNOWN_REASON)
        return f"{reason.wrong} [{line.code}]"
    answer: dict[str, Any] = dict(line.answer)
    if "match" in answer:
        return str(MATCHES[Match(answer["match"])])
    if "found" in answer:
        kinds = [str(KINDS[ItemKind(kind)]) for kind in answer["found"]]
        return _("有：%(kinds)s") % {"kinds": one_after_another(kinds)} if kinds else _("没有可以用的信息")
    if "counts" in answer:
        counts = [f"{KINDS[ItemKind(kind)]} {count}" for kind, count in answer["counts"].items()]
        return one_after_another(counts) or _("没有可以用的信息")
    items = [
        " ".join(
            str(part)
            for part in (item_name(edition, item["item"]), item["occurred_on"], item["severity"], item["used_until"])
            if part
        )
        for item in answer["items"]
    ]
    return "；".join(items) or _("没有可以用的信息")
