"""The issued editions of the catalogue, and what changed from one to another."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.catalogue import lookups
from chengxin.portals.office.forms import DifferenceFilter
from chengxin.portals.office.labels import CHANGE_KINDS, SECTIONS
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, open_to
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.templatetags.components import day, moment, number

READERS = frozenset({Role.OFFICE_CATALOGUE, Role.OFFICE_REVIEWER, Role.OFFICE_CLERK})
MOST = 500


@open_to(Audience.OFFICE, roles=READERS)
def editions(request: HttpRequest) -> HttpResponse:
    """Show all issued editions.

    Args:
        request: The request being answered.
    """
    lines = lookups.list_editions()
    actors = Actors(line.issued_by for line in lines)
    context = {
        "title": _("目录版本"),
        "lead": _("发布过的版本谁也改不了。每一批、每一条都写明用的是哪一版。"),
        "create_url": reverse("office:differences") if len(lines) > 1 else "",
        "create_label": _("比较两个版本"),
        "table": values.Table(
            caption=_("目录版本"),
            hide_caption=True,
            columns=(
                values.Column(label=_("版本")),
                values.Column(label=_("生效")),
                values.Column(label=_("信息类别"), numeric=True),
                values.Column(label=_("发布时间")),
                values.Column(label=_("发布人")),
                values.Column(label=_("摘要")),
            ),
            rows=[
                (
                    values.Cell(value=line.code),
                    values.Cell(value=day(line.in_force_from)),
                    values.Cell(value=number(line.item_count)),
                    values.Cell(value=moment(line.issued_at)),
                    values.Cell(value=actors.words(line.issued_by)),
                    values.Cell(value=line.digest[:16]),
                )
                for line in lines
            ],
        ),
        "empty_title": _("还没有发布目录"),
        "empty_text": _("由运维人员用命令发布；发布以后列在这里，写明从哪一天生效。"),
        "help_text": _("同一天有两个版本生效的，以后发布的为准。"),
    }
    return render(request, "office/list.html", context)


@open_to(Audience.OFFICE, roles=READERS)
def differences(request: HttpRequest) -> HttpResponse:
    """Show what changed from one edition to another.

    Args:
        request: The request being answered; reads ``left`` and ``right``.
    """
    codes = [line.code for line in lookups.list_editions()]
    form = DifferenceFilter(request.GET or None, codes=codes)
    rows = []
    if form.is_valid() and form.cleaned_data["left"] and form.cleaned_data["right"]:
        changes = lookups.diff(form.cleaned_data["left"], form.cleaned_data["right"]).changes
        rows = [
            (
                values.Cell(value=change.row),
                values.Cell(value=SECTIONS.get(change.section, change.section)),
                values.Cell(value=CHANGE_KINDS[change.kind.value]),
                values.Cell(
                    value="；".join(
                        f"{field.field}: {_short(field.before)} → {_short(field.after)}" for field in change.fields
                    )
                ),
            )
            for change in changes
        ]
    context = {
        "title": _("比较两个版本"),
        "form": form,
        "active": False,
        "clear_url": reverse("office:differences"),
        "back_url": reverse("office:editions"),
        "found_count": len(rows) if form.is_bound else None,
        "table": values.Table(
            caption=_("改了什么"),
            hide_caption=True,
            columns=(
                values.Column(label=_("代码")),
                values.Column(label=_("部分")),
                values.Column(label=_("怎样变")),
                values.Column(label=_("从什么到什么")),
            ),
            rows=rows[:MOST],
        ),
        "limit": MOST if len(rows) > MOST else 0,
        "total": len(rows),
        "empty_title": _("没有不同") if form.is_bound else _("请选两个版本"),
        "empty_text": _("选好以后，这里逐项列出新增、删除和改动。"),
        "help_text": _("从旧版比到新版：「新增」是旧版没有的，「删除」是新版没有的。"),
    }
    return render(request, "office/list.html", context)


def _short(text: str | None) -> str:
    longest = 80
    if text is None:
        return "—"
    return text if len(text) <= longest else f"{text[:longest]}…"
