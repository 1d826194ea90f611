"""Batches: the list and its export, one batch in each of its states, its findings, and its marked file."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Permit
from chengxin.intake import lookups, policies
from chengxin.intake import operations as intake
from chengxin.intake.lookups import BatchLine, FindingLine
from chengxin.intake.states import BatchState
from chengxin.portals.organisation import tables, wording
from chengxin.portals.organisation.answers import explaining_refusals, organisation_of, own_batch
from chengxin.portals.organisation.exporting import batches_csv
from chengxin.portals.organisation.forms import BatchFilter, FindingFilter
from chengxin.portals.organisation.labels import BOUND_EXPLANATIONS, STATE_TONES, STATES
from chengxin.portals.organisation.pages import PAGE, cursor_of, edition_today, items_today, pager
from chengxin.portals.organisation.views.uploading import upload_url
from chengxin.portals.presentation import rule_texts
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.values import Action, Progress
from chengxin.tabular.values import Format

Translate = Callable[[FindingLine], tuple[str, str]]

SETTLED: Final = frozenset({BatchState.POSTED, BatchState.REVERSED})
RUNNING: Final = frozenset({BatchState.RECEIVED, BatchState.APPROVED})
MISTAKES: Final = 3
HELD_SHOWN: Final = 10
# Every pair of rule and column that one batch can break.
MOST_KINDS: Final = 1_000
SCANNED_AT_ONCE: Final = 1_000
MOST_SCANNED: Final = 20_000
MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.CSV: "text/csv",
    Format.JSON_LINES: "application/x-ndjson",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was just done, for the panel above a batch.

    Attributes:
        states: In which states of the batch the panel tells the truth.
        title: What was done.
        next_step: What happens next.
    """

    states: frozenset[BatchState]
    title: str | Promise
    next_step: str | Promise


DONE: Final[Mapping[str, Done]] = {
    "sent": Done(states=RUNNING, title=_("文件已收到"), next_step=_("平台正在逐行检查。处理完，结果就在这一页。")),
    "known": Done(
        states=frozenset(BatchState),
        title=_("这个文件刚才已经收到"),
        next_step=_("没有另建批次，下面就是它。"),
    ),
    "approved": Done(
        states=RUNNING | SETTLED,
        title=_("已放行"),
        next_step=_("平台接着检查并入库。处理完，结果就在这一页。"),
    ),
    "declined": Done(
        states=frozenset({BatchState.DECLINED}),
        title=_("已记下：不放行"),
        next_step=_("这一批一行也没有入库。报送人可以改正以后另报一批。"),
    ),
    "reversed": Done(
        states=frozenset({BatchState.REVERSED}),
        title=_("这一批已整批撤销"),
        next_step=_("它入库的信息从现在起不再有效，被它更正或撤回的信息恢复原样。要改正，请另报一批。"),
    ),
}


@open_to(Audience.SUPPLIER)
@explaining_refusals
def history(request: HttpRequest) -> HttpResponse:
    """Show the organisation's batches, newest first; the filters stay in the address.

    Args:
        request: The request being answered; reads ``q``, ``item``, ``state`` and ``after``.
    """
    actor = actor_of(request)
    edition = edition_today(request)
    form = BatchFilter(request.GET, items=items_today(request, actor, edition))
    found: tuple[BatchLine, ...] = ()
    if form.is_valid():
        found = lookups.list_batches(
            organisation_code=organisation_of(actor),
            state=form.chosen_state,
            item_code=form.cleaned_data["item"],
            text=form.cleaned_data["q"],
            before=cursor_of(request),
            limit=PAGE + 1,
        )
    page = found[:PAGE]
    query = request.GET.copy()
    query.pop("after", None)
    export = reverse("organisation:batches_csv")
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "clear_url": reverse("organisation:batches"),
        "has_rows": bool(page),
        "table": tables.batches_table(page, edition),
        "pager": pager(request, shown=len(page), following=page[-1].id if len(found) > PAGE else None),
        "export_url": f"{export}?{query.urlencode()}" if query else export,
    }
    return render(request, "organisation/batches.html", context)


@open_to(Audience.SUPPLIER)
@explaining_refusals
def history_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the list of batches as a CSV file, filtered as the page is.

    Args:
        request: The request being answered; reads the filters of the list.
    """
    actor = actor_of(request)
    edition = edition_today(request)
    form = BatchFilter(request.GET, items=items_today(request, actor, edition))
    if not form.is_valid():
        return history(request)
    names = {} if edition is None else {code: wording.item_name(edition, code) for code in edition.item_types}
    lines = batches_csv(
        organisation_code=organisation_of(actor),
        state=form.chosen_state,
        item_code=form.cleaned_data["item"],
        text=form.cleaned_data["q"],
        item_names=names,
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="batches-{today_of(request):%Y%m%d}.csv"'
    return response


@open_to(Audience.SUPPLIER)
@explaining_refusals
def batch(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one batch as it stands: running, waiting, refused, or with its result.

    Args:
        request: The request being answered; ``done`` says what was just done.
        reference: The batch.
    """
    shown = own_batch(request, reference)
    actor = actor_of(request)
    edition = wording.edition_of(shown)
    done = DONE.get(request.GET.get("done", ""))
    is_kept = shown.file_kept_until >= today_of(request)
    context: dict[str, Any] = {
        "batch": shown,
        "state": STATES[shown.state],
        "tone": STATE_TONES[shown.state],
        "item": wording.item_name(edition, shown.item_code),
        "facts": tables.facts_of(shown, edition, actor),
        "done": done if done is not None and shown.state in done.states else None,
        "upload_url": upload_url(shown.item_code),
        "decision": _standing(shown, actor),
    }
    if shown.state in RUNNING:
        context["job"] = tables.progress_of(shown, lookups.find_progress(reference=shown.reference))
    elif shown.state is BatchState.REFUSED:
        item = None if edition is None else edition.item_types.get(shown.item_code)
        context["refusal"] = wording.explained_refusal(
            shown.refusal_code, shown.refusal_details, edition=edition, item=item
        )
    elif shown.state in SETTLED:
        context |= _result_context(shown, is_kept=is_kept)
    else:
        context["bounds"] = _bounds(shown)
    return render(request, "organisation/batch.html", context)


def _standing(shown: BatchLine, actor: Actor) -> Mapping[str, Any]:
    """Return whether the officer may decide of this batch as the second one, and if not, why."""
    standing = policies.BatchStanding(is_own_organisation=True, is_submitter=shown.submitted_by == actor.key)
    judged = policies.may_decide_as_second(actor, standing)
    if isinstance(judged, Permit):
        return {"is_open": True, "explained": None}
    return {"is_open": False, "explained": wording.explained_refusal(judged.code, judged.details)}


def _bounds(shown: BatchLine) -> list[tuple[object, object]]:
    return [(rule_texts.bound_label(code), BOUND_EXPLANATIONS.get(code, "")) for code in shown.bounds]


def _result_context(shown: BatchLine, *, is_kept: bool) -> dict[str, Any]:
    held = lookups.list_held_lines(batch_id=shown.id, state=None, limit=HELD_SHOWN)
    counted = lookups.list_mistakes(batch_id=shown.id, limit=MISTAKES)
    outcomes = rule_texts.RESULT_OUTCOMES
    return {
        "outcomes": [
            (outcomes["ACCEPTED"], shown.accepted),
            (outcomes["REJECTED"], shown.rejected),
            (outcomes["HELD"], shown.held),
            (outcomes["UNCHANGED"], shown.unchanged),
        ],
        "mistakes": wording.mistakes_of(shown, counted),
        "held": tables.held_table(held, None, with_batch=False) if held else None,
        "has_more_held": shown.held > HELD_SHOWN,
        "held_url": f"{reverse('organisation:held_lines')}?batch={shown.reference}",
        "is_kept": is_kept,
        "actions": _actions(shown) if shown.state is BatchState.POSTED else [],
    }


def _actions(shown: BatchLine) -> list[Action]:
    """Return what to do next with a settled batch."""
    found: list[Action] = []
    if shown.rejected:
        found.append(
            Action(
                label=_("改正没有收的行，另报一批"),
                url=upload_url(shown.item_code),
                hint=_(
                    "下载标好的文件，改正标出的行，删去最后的「结果、原因、处理办法」三列，再报送。"
                    "已经入库的行再报一次不会重复，会算作无变化。"
                ),
            )
        )
    if shown.held:
        found.append(
            Action(
                label=_("看待核的行"),
                url=f"{reverse('organisation:held_lines')}?batch={shown.reference}",
                hint=_("不用重报。信用办逐行核对，结果会更新在这里和标好的文件里。"),
            )
        )
    if not found:
        found.append(
            Action(
                label=_("没有要做的了"),
                hint=_("每一行都已入库，或者与以前报送的相同。要改以前的信息，把「操作」填成更正或撤回，另报一批。"),
            )
        )
    return found


@open_to(Audience.SUPPLIER)
@explaining_refusals
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """Send how far the settling has come, as a fragment; when it has ended, tell the page to load its result.

    Args:
        request: The request being answered.
        reference: The batch.
    """
    shown = own_batch(request, reference)
    if shown.state in RUNNING:
        job = tables.progress_of(shown, lookups.find_progress(reference=shown.reference))
        return render(request, "presentation/components/progress_fragment.html", {"job": job})
    ended = Progress(
        title=_("处理完了"),
        stage=STATES[shown.state],
        done=shown.lines,
        total=shown.lines,
        unit=_("行"),
        result_url=tables.batch_url(shown.reference),
        result_label=_("看结果"),
    )
    response = render(request, "presentation/components/progress_fragment.html", {"job": ended})
    response.headers["HX-Refresh"] = "true"
    return response


@open_to(Audience.SUPPLIER)
@explaining_refusals
def findings(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is wrong with the lines of a batch, in their order; one kind of mistake alone where asked.

    Args:
        request: The request being answered; reads ``rule`` and ``after``.
        reference: The batch.
    """
    shown = own_batch(request, reference)
    counted: Counter[str] = Counter()
    for one in lookups.list_mistakes(batch_id=shown.id, limit=MOST_KINDS):
        counted[one.rule] += one.lines
    rules = {rule: f"{rule_texts.title_of(rule)} · {count:,}" for rule, count in counted.most_common()}
    form = FindingFilter(request.GET, rules=rules)
    rule = form.cleaned_data["rule"] if form.is_valid() else ""
    page, following = _findings_page(shown.id, rule=rule, after=cursor_of(request) or 0)
    context = {
        "batch": shown,
        "form": form,
        "active": bool(rule),
        "clear_url": reverse("organisation:findings", args=[shown.reference]),
        "has_any": bool(counted),
        "table": tables.findings_table(shown, page) if page else None,
        "pager": pager(request, shown=len(page), following=following),
        "is_kept": shown.file_kept_until >= today_of(request),
    }
    return render(request, "organisation/findings.html", context)


def _findings_page(batch_id: int, *, rule: str, after: int) -> tuple[list[FindingLine], int | None]:
    """Return one page of findings and the line behind which the next begins.

    For one rule alone the findings are walked until the page is full or so many were walked that the reader should not
    wait longer; the next page then goes on from there.
    """
    if not rule:
        found = lookups.list_findings(batch_id=batch_id, after=after, limit=PAGE)
        return list(found), found[-1].line if len(found) >= PAGE else None
    page: list[FindingLine] = []
    for _step in range(MOST_SCANNED // SCANNED_AT_ONCE):
        scanned = lookups.list_findings(batch_id=batch_id, after=after, limit=SCANNED_AT_ONCE)
        for finding in scanned:
            if len(page) >= PAGE and finding.line != page[-1].line:
                return page, page[-1].line
            if finding.rule == rule:
                page.append(finding)
        if len(scanned) < SCANNED_AT_ONCE:
            return page, None
        after = scanned[-1].line
    return page, after


@open_to(Audience.SUPPLIER)
@explaining_refusals
def result(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Send the marked file, in the shape of the file that was sent.

    Args:
        request: The request being answered.
        reference: The batch.
    """
    shown = own_batch(request, reference)
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix=f"{os.getpid()}-") as private:
        written = intake.write_result(
            reference=shown.reference,
            target=Path(private) / "result",
            translate=_late_translator(shown),
            words=wording.result_words(),
            actor=actor_of(request),
        )
        file = written.path.open("rb")  # still readable when its folder is gone; the response closes it
    return FileResponse(file, as_attachment=True, filename=written.file_name, content_type=MEDIA_TYPES[written.format])


def _late_translator(shown: BatchLine) -> Translate:
    """Return the translator of a batch, made at its first finding: an unsettled batch has no edition to make it of."""
    made: list[Translate] = []

    def translate(finding: FindingLine) -> tuple[str, str]:
        if not made:
            made.append(wording.translator_of(shown))
        return made[0](finding)

    return translate
