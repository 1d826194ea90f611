"""The rules around the gate as they stand in the edition in force: usual quotas, and which looks are sampled."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.catalogue.rules import Edition, SamplingRule
from chengxin.portals.office.naming import Names, edition_on
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, open_to
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.labels import verified_label
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.templatetags.components import day, number
from chengxin.portals.presentation.values import Cell

READERS = frozenset({Role.OFFICE_CATALOGUE, Role.OFFICE_REVIEWER})
NONE = "—"
_WHOLE = 1000


@open_to(Audience.OFFICE, roles=READERS)
def shown(request: HttpRequest) -> HttpResponse:
    """Show quotas and sampling rules of the edition in force, each with its basis and how far that was checked.

    Args:
        request: The request being answered.
    """
    edition = edition_on(today_of(request))
    names = Names(edition)
    context = {
        "frame": "office/base.html",
        "title": _("抽查和次数的规则"),
        "back_url": reverse("office:quotas"),
        "summary": [
            values.Line(label=_("目录版本"), value=_("没有") if edition is None else edition.code),
            values.Line(label=_("从哪一天起"), value=NONE if edition is None else day(edition.in_force_from)),
        ],
        "tables": [_quotas(edition, names), _sampling(edition, names)],
        "help_text": _("这些规则随目录一起发布，改了就是新的版本。为谁另外规定次数，在「查询次数」里办。"),
    }
    return render(request, "presentation/pages/detail.html", context)


def _table(caption: str, labels: Iterable[str], rows: list[list[Cell]], *, numeric: range) -> values.Table:
    columns = [values.Column(label=label, numeric=place in numeric) for place, label in enumerate(labels)]
    return values.Table(caption=caption, hide_caption=True, columns=columns, rows=rows, stacks=True)


def _quotas(edition: Edition | None, names: Names) -> values.Table:
    rows = [
        [
            Cell(value=in_current_language(quota.name_zh, quota.name_en), note=quota.code.value),
            Cell(value=number(quota.per_day)),
            Cell(value=names.basis(quota.basis), note=verified_label(quota.verified.value)),
            Cell(value=quota.source),
        ]
        for quota in (() if edition is None else edition.quotas.values())
    ]
    labels = [_("谁"), _("每天几次"), _("法律依据"), _("出处")]
    return _table(_("通常的查询次数"), labels, rows, numeric=range(1, 2))


def _sampling(edition: Edition | None, names: Names) -> values.Table:
    rows = [
        [
            Cell(value=in_current_language(rule.name_zh, rule.name_en), note=rule.code.value),
            Cell(value=_when(rule)),
            Cell(value=_("全部") if rule.per_mille == _WHOLE else f"{rule.per_mille / 10:g}%"),
            Cell(value=number(rule.due_days)),
            Cell(value=names.basis(rule.basis), note=verified_label(rule.verified.value)),
            Cell(value=rule.source),
        ]
        for rule in (() if edition is None else edition.sampling_rules.values())
    ]
    labels = [_("抽查规则"), _("什么时候算"), _("抽多少"), _("几天内复核"), _("法律依据"), _("出处")]
    return _table(_("抽查规则"), labels, rows, numeric=range(2, 4))


def _when(rule: SamplingRule) -> str:
    """Return the numbers of a rule in words; a dash where it has none."""
    if rule.count is not None and rule.days is not None:
        return _("%(days)s 天里的第 %(count)s 次") % {"days": rule.days, "count": rule.count}
    if rule.count is not None:
        return _("一小时里的第 %(count)s 次") % {"count": rule.count}
    if rule.days is not None:
        return _("过了 %(days)s 天") % {"days": rule.days}
    if rule.from_hour is not None and rule.to_hour is not None:
        return _("%(first)s 时到 %(last)s 时") % {"first": rule.from_hour, "last": rule.to_hour}
    return NONE
