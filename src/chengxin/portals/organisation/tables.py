"""Tables, summaries and progress of the organisation's pages, made from what the rooms return."""

from collections.abc import Sequence
from typing import Final

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Actor
from chengxin.catalogue.rules import Edition, ItemType, columns_of
from chengxin.intake.lookups import BatchLine, FindingLine, HeldLineShown, ProgressLine
from chengxin.intake.rules import Quality
from chengxin.portals.organisation import labels
from chengxin.portals.organisation.wording import headers_of, item_name, translator_of
from chengxin.portals.presentation import rule_texts
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.templatetags.components import day, moment, number
from chengxin.portals.presentation.values import Cell, Chart, Column, Line, Progress, Table

NO_FIGURE: Final = "—"


def batch_url(reference: str) -> str:
    """Return where a batch is shown.

    Args:
        reference: The batch.
    """
    return reverse("organisation:batch", args=[reference])


def batches_table(batches: Sequence[BatchLine], edition: Edition | None, *, caption: str = "") -> Table:
    """Return batches as a table: what, when, where it stands, and what became of its lines.

    Args:
        batches: The batches.
        edition: The edition in force, for the names of items.
        caption: What is listed; spoken only.
    """
    rows = [
        (
            Cell(value=batch.reference, url=batch_url(batch.reference), note=batch.declared_name),
            Cell(value=item_name(edition, batch.item_code)),
            Cell(value=labels.STATES[batch.state], tone=labels.STATE_TONES[batch.state]),
            Cell(value=moment(batch.submitted_at)),
            *(Cell(value=number(count)) for count in _counts(batch)),
        )
        for batch in batches
    ]
    outcomes = rule_texts.RESULT_OUTCOMES
    return Table(
        caption=caption or _("批次"),
        hide_caption=True,
        columns=(
            Column(label=_("批次号和文件")),
            Column(label=_("信息项")),
            Column(label=_("状态")),
            Column(label=_("报送时间")),
            Column(label=_("行数"), numeric=True),
            *(Column(label=outcomes[code], numeric=True) for code in ("ACCEPTED", "REJECTED", "HELD", "UNCHANGED")),
        ),
        rows=rows,
    )


def _counts(batch: BatchLine) -> tuple[int | None, ...]:
    """Return the counts of a batch; none of them before it was settled."""
    if batch.settled_at is None or batch.refusal_code:
        return (batch.lines or None, None, None, None, None)
    return (batch.lines, batch.accepted, batch.rejected, batch.held, batch.unchanged)


def sender_words(batch: BatchLine, actor: Actor) -> str:
    """Say who sent a batch without naming anybody.

    Args:
        batch: The batch.
        actor: Who reads the page.
    """
    if batch.submitted_by == actor.key:
        return _("您")
    if batch.submitted_by.startswith("client:"):
        return _("本单位的系统（接口）")
    return _("本单位的另一位经办人")


def facts_of(batch: BatchLine, edition: Edition | None, actor: Actor) -> tuple[Line, ...]:
    """Return what is known of a batch's file.

    Args:
        batch: The batch.
        edition: Gives the item its name.
        actor: Who reads the page.
    """
    item_url = reverse("organisation:item", args=[batch.item_code])
    facts = [
        Line(label=_("信息项"), value=item_name(edition, batch.item_code), url=item_url, action=_("查看要求")),
        Line(label=_("文件名"), value=batch.declared_name),
        Line(label=_("大小"), value=filesizeformat(batch.size_bytes)),
        Line(label=_("报送人"), value=f"{sender_words(batch, actor)} · {_channel(batch)}"),
        Line(label=_("报送时间"), value=moment(batch.submitted_at)),
    ]
    if batch.settled_at is not None:
        facts.append(Line(label=_("办结时间"), value=moment(batch.settled_at)))
    if batch.edition_code:
        facts.append(Line(label=_("检查所依据的目录版本"), value=batch.edition_code))
    facts.append(Line(label="SHA-256", value=batch.sha256))
    facts.append(Line(label=_("文件保存到"), value=day(batch.file_kept_until)))
    return tuple(facts)


def _channel(batch: BatchLine) -> str:
    return str(labels.CHANNELS.get(batch.channel, batch.channel))


def progress_of(batch: BatchLine, progress: ProgressLine | None) -> Progress:
    """Return how far the settling of a batch has come.

    Args:
        batch: The batch.
        progress: As settling last told, or ``None`` before it began.
    """
    phase = "" if progress is None else progress.phase
    return Progress(
        title=_("正在处理您报送的文件"),
        stage=labels.PHASES.get(phase, labels.PHASES[""]),
        done=0 if progress is None else progress.done,
        total=0 if progress is None else progress.total,
        unit=_("行"),
        poll_url=reverse("organisation:batch_progress", args=[batch.reference]),
        result_url=batch_url(batch.reference),
        result_label=batch.reference,
    )


def findings_table(batch: BatchLine, findings: Sequence[FindingLine]) -> Table:
    """Return what is wrong with the lines of a batch.

    Args:
        batch: A settled batch.
        findings: In the order of the lines.
    """
    translate = translator_of(batch)
    headers = headers_of(batch)
    rows = []
    for finding in findings:
        wrong, remedy = translate(finding)
        rows.append(
            (
                Cell(value=number(finding.line)),
                Cell(value=headers.get(finding.column, finding.column) or _("整行")),
                Cell(value=wrong, note=finding.rule),
                Cell(value=remedy),
            )
        )
    return Table(
        caption=_("发现的问题"),
        hide_caption=True,
        columns=(
            Column(label=_("第几行")),
            Column(label=_("栏目")),
            Column(label=_("哪里不对")),
            Column(label=_("怎样改")),
        ),
        rows=rows,
    )


def held_table(lines: Sequence[HeldLineShown], edition: Edition | None, *, with_batch: bool = True) -> Table:
    """Return held lines with where they stand; nobody's name or number is among it.

    Args:
        lines: The held lines.
        edition: The edition in force, for the names of items.
        with_batch: Whether batch and item are shown too.
    """
    columns = [
        Column(label=_("第几行")),
        *((Column(label=_("批次号")), Column(label=_("信息项"))) if with_batch else ()),
        Column(label=_("为什么待核")),
        Column(label=_("状态")),
        Column(label=_("信用办的说明")),
    ]
    rows = []
    for line in lines:
        explained = rule_texts.explain(line.reason, {})
        where = (
            Cell(value=line.batch, url=batch_url(line.batch), note=moment(line.submitted_at)),
            Cell(value=item_name(edition, line.item_code)),
        )
        rows.append(
            (
                Cell(value=number(line.line)),
                *(where if with_batch else ()),
                Cell(value=explained.title, note=explained.remedy if line.decided_at is None else ""),
                Cell(value=labels.HELD_STATES[line.state], tone=labels.HELD_TONES[line.state]),
                Cell(value=line.reasons or NO_FIGURE, note=moment(line.decided_at)),
            )
        )
    return Table(caption=_("待核行"), hide_caption=True, columns=tuple(columns), rows=rows)


def _percent(value: float | None) -> str:
    return NO_FIGURE if value is None else f"{value:g}%"


def quality_table(figures: Sequence[Quality], edition: Edition | None) -> Table:
    """Return an organisation's own figures, one row for each item.

    Args:
        figures: As the lookup returned them.
        edition: The edition in force, for the names of items.
    """
    rows = [
        (
            Cell(value=item_name(edition, one.item_code), url=reverse("organisation:item", args=[one.item_code])),
            Cell(value=number(one.batches)),
            Cell(value=number(one.lines)),
            Cell(value=_percent(one.accepted_percent)),
            Cell(value=_percent(one.corrected_percent)),
            Cell(value=NO_FIGURE if one.delay_days is None else f"{one.delay_days:g}"),
            Cell(value=day(one.last_on)),
        )
        for one in figures
    ]
    return Table(
        caption=_("本单位的质量与及时性"),
        hide_caption=True,
        columns=(
            Column(label=_("信息项")),
            Column(label=_("批次"), numeric=True),
            Column(label=_("行数"), numeric=True),
            Column(label=_("收下的比例"), numeric=True),
            Column(label=_("事后改动的比例"), numeric=True),
            Column(label=_("文书到报送的天数"), numeric=True),
            Column(label=_("最近一次报送")),
        ),
        rows=rows,
    )


def quality_charts(figures: Sequence[Quality], edition: Edition | None) -> tuple[Chart, ...]:
    """Return the charts of an organisation's own figures; one without any point is left out.

    Args:
        figures: As the lookup returned them.
        edition: The edition in force, for the names of items.
    """
    accepted = [(item_name(edition, one.item_code), one.accepted_percent) for one in figures]
    delays = [(item_name(edition, one.item_code), one.delay_days) for one in figures]
    charts = (
        Chart(
            title=_("收下的比例"),
            points=[(name, value) for name, value in accepted if value is not None],
            unit="%",
            label_heading=_("信息项"),
        ),
        Chart(
            title=_("文书到报送的天数"),
            points=[(name, value) for name, value in delays if value is not None],
            unit=_("天"),
            label_heading=_("信息项"),
        ),
    )
    return tuple(chart for chart in charts if chart.points)


def dictionary_table(item: ItemType) -> Table:
    """Return the data dictionary of an item type: each column of its batch file.

    Args:
        item: The item type.
    """
    rows = []
    for column in columns_of(item):
        codes = "，".join(f"{label.code} {in_current_language(label.zh, label.en)}" for label in column.codes)
        rows.append(
            (
                Cell(value=in_current_language(column.header_zh, column.header_en), note=column.code),
                Cell(value=labels.FORMATS[column.format.value]),
                Cell(value=_("必填") if column.required else _("可不填")),
                Cell(value="" if column.max_length is None else column.max_length),
                Cell(value=in_current_language(column.hint, column.hint_en), note=codes),
                Cell(value=column.example),
            )
        )
    return Table(
        caption=_("数据字典"),
        hide_caption=True,
        columns=(
            Column(label=_("栏目")),
            Column(label=_("格式")),
            Column(label=_("是否必填")),
            Column(label=_("最长字数"), numeric=True),
            Column(label=_("怎样填")),
            Column(label=_("例子")),
        ),
        rows=rows,
    )
