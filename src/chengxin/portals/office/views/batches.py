"""Batches of all suppliers, one batch with its findings, and quality per supplier and item; no line in clear."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.errors import UnknownEdition
from chengxin.intake import lookups as intake
from chengxin.intake.errors import BatchUnknown
from chengxin.intake.lookups import BatchLine, FindingLine
from chengxin.intake.rules import Quality
from chengxin.intake.states import BatchState
from chengxin.portals.office.forms import BatchFilter, QualityFilter
from chengxin.portals.office.labels import BATCH_STATES
from chengxin.portals.office.naming import Names, edition_on
from chengxin.portals.presentation import rule_texts, values
from chengxin.portals.presentation.access import Audience, actor_of, open_to, refused_page
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.exporting import csv_answer
from chengxin.portals.presentation.templatetags.components import day, moment, number

PAGE = 50
MOST_EXPORTED = 10_000
LONGEST_KEY = 19
READERS = frozenset({Role.OFFICE_CLERK, Role.OFFICE_REVIEWER})


def _asked(form: BatchFilter) -> dict[str, str]:
    return {name: str(value) for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}


def _batches(asked: dict[str, str], *, before: int | None, limit: int) -> tuple[BatchLine, ...]:
    return intake.list_batches(
        organisation_code=asked.get("organisation"),
        state=BatchState(asked["state"]) if "state" in asked else None,
        item_code=asked.get("item"),
        text=asked.get("q", ""),
        before=before,
        limit=limit,
    )


def _row(line: BatchLine, names: Names) -> tuple[values.Cell, ...]:
    words, tone = BATCH_STATES[line.state.value]
    return (
        values.Cell(value=line.reference, url=reverse("office:batch", args=[line.reference])),
        values.Cell(value=names.organisation(line.organisation_code)),
        values.Cell(value=names.item(line.item_code)),
        values.Cell(value=words, tone=tone),
        values.Cell(value=moment(line.submitted_at)),
        values.Cell(value=number(line.lines)),
        values.Cell(value=number(line.accepted)),
        values.Cell(value=number(line.unchanged)),
        values.Cell(value=number(line.rejected)),
        values.Cell(value=number(line.held)),
    )


def _headings() -> list[str]:
    return [
        _("批次号"),
        _("提供单位"),
        _("信息类别"),
        _("状态"),
        _("收到"),
        _("行数"),
        _("入库"),
        _("无变化"),
        _("未收"),
        _("待核"),
    ]


@open_to(Audience.OFFICE, roles=READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show batches of all suppliers, newest first; filters stay in the address.

    Args:
        request: The request being answered; reads the filter and ``before``.
    """
    form = BatchFilter(request.GET)
    asked = _asked(form)
    before = request.GET.get("before", "")
    start = int(before) if before.isdigit() and len(before) < LONGEST_KEY else None
    lines = _batches(asked, before=start, limit=PAGE + 1)
    shown = lines[:PAGE]
    names = Names(edition_on(today_of(request)))
    base = reverse("office:batches")
    headings = _headings()
    context = {
        "title": _("各单位的批次"),
        "form": form,
        "active": bool(asked),
        "clear_url": base,
        "table": values.Table(
            caption=_("各单位的批次"),
            hide_caption=True,
            columns=[values.Column(label=label, numeric=place > 4) for place, label in enumerate(headings)],  # noqa: PLR2004 - counts begin there
            rows=[_row(line, names) for line in shown],
        ),
        "pager": values.Pager(
            first_url=f"{base}?{urlencode(asked)}" if before else "",
            next_url=f"{base}?{urlencode({**asked, 'before': shown[-1].id})}" if len(lines) > PAGE else "",
            shown=len(shown),
        ),
        "export_url": f"{reverse('office:batches_export')}?{urlencode(asked)}",
        "empty_title": _("还没有批次"),
        "empty_text": _("提供单位第一次报送以后，这里会列出每一批和它的结果。"),
        "help_text": _("条件留在地址里，可以收藏或发给同事。导出的表格只有计数，没有任何人的信息。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=READERS)
def export(request: HttpRequest) -> HttpResponse:
    """Send the filtered batches as CSV: references and counts, nothing of any person.

    Args:
        request: The request being answered; reads the filter.
    """
    names = Names(edition_on(today_of(request)))
    lines = _batches(_asked(BatchFilter(request.GET)), before=None, limit=MOST_EXPORTED)
    rows = (
        [
            line.reference,
            names.organisation(line.organisation_code),
            names.item(line.item_code),
            BATCH_STATES[line.state.value][0],
            moment(line.submitted_at),
            line.lines,
            line.accepted,
            line.unchanged,
            line.rejected,
            line.held,
        ]
        for line in lines
    )
    return csv_answer("batches.csv", headers=_headings(), rows=rows)


def _summary(batch: BatchLine, names: Names) -> list[values.Line]:
    lines = [
        values.Line(label=_("提供单位"), value=names.organisation(batch.organisation_code)),
        values.Line(label=_("信息类别"), value=names.item(batch.item_code)),
        values.Line(label=_("收到"), value=moment(batch.submitted_at)),
        values.Line(label=_("处理完"), value=moment(batch.settled_at) or _("还没有")),
        values.Line(label=_("目录版本"), value=batch.edition_code or _("还没有")),
        values.Line(label=_("文件"), value=f"{batch.declared_name} {batch.file_format}"),
        values.Line(label=_("文件摘要"), value=batch.sha256),
        values.Line(label=_("原文件保存到"), value=day(batch.file_kept_until)),
    ]
    if batch.bounds:
        bounds = "，".join(str(rule_texts.bound_label(code)) for code in batch.bounds)
        lines.append(values.Line(label=_("与以往不同"), value=bounds))
    if batch.refusal_code:
        explained = rule_texts.explain(batch.refusal_code, batch.refusal_details)
        lines.append(values.Line(label=_("为什么未收"), value=f"{explained.wrong}{explained.remedy}"))
    if batch.reasons:
        lines.append(values.Line(label=_("复核人的理由"), value=batch.reasons))
    return lines


@open_to(Audience.OFFICE, roles=READERS)
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one batch: how it was judged, its counts, and its findings; values are masked.

    Args:
        request: The request being answered; reads ``after``.
        reference: The batch.

    Raises:
        Http404: There is no such batch.
    """
    try:
        batch = intake.access_batch(reference=reference, actor=actor_of(request))
    except BatchUnknown:
        raise Http404 from None
    if isinstance(batch, Refusal):
        return refused_page(request, batch.code)
    after = request.GET.get("after", "")
    start = int(after) if after.isdigit() and len(after) < 10 else 0  # noqa: PLR2004 - an integer
    findings = intake.list_findings(batch_id=batch.id, after=start, limit=PAGE)
    words, tone = BATCH_STATES[batch.state.value]
    labels, translate = _words_of(batch)
    rows = []
    for finding in findings:
        wrong, remedy = translate(finding)
        rows.append(
            (
                values.Cell(value=finding.line),
                values.Cell(value=rule_texts.title_of(finding.rule)),
                values.Cell(value=labels.get(finding.column, finding.column)),
                values.Cell(value=wrong, note=remedy),
            )
        )
    base = reverse("office:batch", args=[batch.reference])
    context = {
        "batch": batch,
        "state": words,
        "tone": tone,
        "summary": _summary(batch, Names(edition_on(today_of(request)))),
        "counts": [
            (_("行数"), batch.lines),
            (_("入库"), batch.accepted),
            (_("无变化"), batch.unchanged),
            (_("未收"), batch.rejected),
            (_("待核"), batch.held),
            (_("更正"), batch.corrected),
            (_("撤回"), batch.withdrawn),
        ],
        "mistakes": [
            (rule_texts.title_of(mistake.rule), labels.get(mistake.column, mistake.column), mistake.lines)
            for mistake in intake.list_mistakes(batch_id=batch.id)
        ],
        "table": values.Table(
            caption=_("每一行的问题"),
            columns=(
                values.Column(label=_("行"), numeric=True),
                values.Column(label=_("问题")),
                values.Column(label=_("栏目")),
                values.Column(label=_("说明")),
            ),
            rows=rows,
        ),
        "pager": values.Pager(
            first_url=base if start else "",
            next_url=f"{base}?after={findings[-1].line}" if len(findings) >= PAGE else "",
            shown=len(findings),
        ),
    }
    return render(request, "office/batch.html", context)


def _words_of(batch: BatchLine) -> tuple[Mapping[str, str], Callable[[FindingLine], tuple[str, str]]]:
    try:
        edition = catalogue.edition(batch.edition_code)
    except UnknownEdition:
        edition = None
    item = None if edition is None else edition.item_types.get(batch.item_code)
    if edition is None or item is None:
        return {}, lambda finding: (str(rule_texts.title_of(finding.rule)), "")
    return rule_texts.column_labels(item), rule_texts.translator(item=item, edition=edition)


def _quality_headings() -> list[str]:
    return [
        _("提供单位"),
        _("信息类别"),
        _("批次"),
        _("行数"),
        _("收下 %"),
        _("更正和撤回 %"),
        _("平均多少天送到"),
        _("最近一批"),
    ]


def _quality_values(line: Quality, names: Names) -> list[object]:
    return [
        names.organisation(line.organisation_code),
        names.item(line.item_code),
        line.batches,
        line.lines,
        line.accepted_percent,
        line.corrected_percent,
        line.delay_days,
        day(line.last_on),
    ]


def _quality_lines(request: HttpRequest) -> tuple[QualityFilter, Sequence[Quality]]:
    form = QualityFilter(request.GET)
    organisation = form.cleaned_data["organisation"] if form.is_valid() else ""
    return form, intake.list_quality(organisation_code=organisation or None)


SUPERVISORS = frozenset({Role.OFFICE_CLERK, Role.OFFICE_REVIEWER, Role.OFFICE_CATALOGUE})


@open_to(Audience.OFFICE, roles=SUPERVISORS)
def quality(request: HttpRequest) -> HttpResponse:
    """Show quality and timeliness per supplier and item, as table and chart.

    Args:
        request: The request being answered; reads ``organisation``.
    """
    form, lines = _quality_lines(request)
    names = Names(edition_on(today_of(request)))
    base = reverse("office:quality")
    asked = form.cleaned_data.get("organisation", "") if form.is_valid() else ""
    timed = [line for line in lines if line.delay_days is not None]
    slowest = sorted(timed, key=lambda line: -(line.delay_days or 0.0))[:8]
    context = {
        "title": _("质量和时效"),
        "lead": _("按单位和信息类别统计已处理的批次。「平均多少天送到」从文书日期算到收到那天，按日历天。"),
        "form": form,
        "active": bool(asked),
        "clear_url": base,
        "chart": values.Chart(
            title=_("平均多少天送到，最慢的几项"),
            points=[
                (
                    names.short_item(line.item_code),
                    line.delay_days or 0.0,
                )
                for line in slowest
            ],
            unit=_("天"),
            label_heading=_("信息类别"),
        )
        if slowest
        else None,
        "table": values.Table(
            caption=_("质量和时效"),
            hide_caption=True,
            columns=[
                values.Column(label=label, numeric=2 <= place <= 6)  # noqa: PLR2004 - where the numbers are
                for place, label in enumerate(_quality_headings())
            ],
            rows=[
                tuple(values.Cell(value="—" if value is None else value) for value in _quality_values(line, names))
                for line in lines
            ],
        ),
        "export_url": f"{reverse('office:quality_export')}?{urlencode({'organisation': asked})}",
        "empty_title": _("还没有可以统计的批次"),
        "empty_text": _("第一批处理完以后，这里按单位和信息类别列出收下的比例和送到的快慢。"),
        "help_text": _("这里只比较报送，不评价任何人。比例按行计算；没有文书日期的行不计入快慢。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=SUPERVISORS)
def quality_export(request: HttpRequest) -> HttpResponse:
    """Send quality and timeliness as CSV.

    Args:
        request: The request being answered; reads ``organisation``.
    """
    names = Names(edition_on(today_of(request)))
    _form, lines = _quality_lines(request)
    return csv_answer("quality.csv", headers=_quality_headings(), rows=(_quality_values(line, names) for line in lines))
