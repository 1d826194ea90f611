"""What the platform rests on: population feeds, the ledger's state and verification, keys by month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.keys.current import keyring
from chengxin.ledger import lookups as ledger_lookups
from chengxin.ledger.errors import LedgerBroken
from chengxin.ledger.rules import joined
from chengxin.persons import lookups as persons
from chengxin.portals.office.labels import KEY_STATES, LEDGER_FINDINGS
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of
from chengxin.portals.presentation.templatetags.components import moment, number
from chengxin.records import lookups as records
from chengxin.register import lookups as register

POPULATION = frozenset({Role.OFFICE_POPULATION, Role.OFFICE_REVIEWER})
REVIEWERS = frozenset({Role.OFFICE_REVIEWER})
SUPERVISORS = frozenset({Role.OFFICE_REVIEWER, Role.OFFICE_CATALOGUE})
MOST = 200


@open_to(Audience.OFFICE, roles=POPULATION)
def feeds(request: HttpRequest) -> HttpResponse:
    """Show the population feeds that were applied, with their counts.

    Args:
        request: The request being answered.
    """
    lines = persons.list_feeds(limit=MOST)
    labels = [_("期号"), _("应用时间"), _("行数"), _("入库"), _("无变化"), _("未收"), _("待核"), _("摘要")]
    context = {
        "title": _("人口信息变更"),
        "lead": _("人口基础信息库的新增、改名、换号和死亡，按期号一期一期应用，中间不能缺。"),
        "table": values.Table(
            caption=_("人口信息变更"),
            hide_caption=True,
            columns=[values.Column(label=label, numeric=2 <= place <= 6) for place, label in enumerate(labels)],  # noqa: PLR2004 - counts
            rows=[
                (
                    values.Cell(value=line.number),
                    values.Cell(value=moment(line.applied_at)),
                    values.Cell(value=number(line.lines)),
                    values.Cell(value=number(line.accepted)),
                    values.Cell(value=number(line.unchanged)),
                    values.Cell(value=number(line.rejected)),
                    values.Cell(value=number(line.held)),
                    values.Cell(value=line.root.hex()[:16]),
                )
                for line in lines
            ],
        ),
        "limit": MOST if len(lines) == MOST else 0,
        "empty_title": _("还没有应用过人口信息"),
        "empty_text": _("第一期应用以后，这里列出每一期的行数和结果。"),
        "help_text": _("变更由命令应用。每一行都有结果，没有一行会不见。"),
    }
    return render(request, "office/list.html", context)


def _state() -> list[values.Line]:
    lines = [
        values.Line(label=_("存证树的叶子"), value=number(ledger_lookups.count_leaves())),
        values.Line(label=_("等待并入的事件"), value=number(ledger_lookups.count_pending())),
    ]
    try:
        newest = ledger_lookups.find_newest_checkpoint(keyring().ledger_verifier())
    except LedgerBroken as broken:
        return [*lines, values.Line(label=_("最近的检查点"), value=_("不成立：%(place)s") % broken.details)]
    if newest is None:
        return [*lines, values.Line(label=_("最近的检查点"), value=_("还没有"))]
    return [
        *lines,
        values.Line(label=_("最近的检查点包含"), value=_("%(count)s 个叶子") % {"count": number(newest.size)}),
        values.Line(label=_("树根"), value=newest.root.hex()),
    ]


@open_to(Audience.OFFICE, roles=SUPERVISORS)
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the ledger's size and its last checkpoint; reviewers can have it verified.

    Args:
        request: The request being answered.
    """
    may_verify = actor_of(request).has(Role.OFFICE_REVIEWER)
    return render(request, "office/ledger.html", {"summary": _state(), "may_verify": may_verify, "verdict": None})


@open_to(Audience.OFFICE, roles=REVIEWERS, read=("POST",))
def verify(request: HttpRequest) -> HttpResponse:
    """Verify ledger, register, append-only rows and postings now, and show what was found with its place.

    Args:
        request: The request being answered.
    """
    verdict = joined([ledger_lookups.verify(), register.verify(), ledger_lookups.verify_rows()])
    found = [(finding.code.value, finding.place) for finding in verdict.findings]
    found += [("POSTING_CHANGED", fault.place) for fault in records.verify_postings()]
    context = {
        "summary": _state(),
        "may_verify": True,
        "verdict": verdict,
        "verified_at": now_of(request),
        "found": [(LEDGER_FINDINGS.get(code, code), place) for code, place in found],
        "is_untouched": verdict.is_untouched and not found,
    }
    return render(request, "office/ledger.html", context)


@open_to(Audience.OFFICE, roles=SUPERVISORS)
def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys by month: what is kept until when, and what is gone.

    Args:
        request: The request being answered.
    """
    months = sorted(keyring().months(), key=lambda key: key.month)
    context = {
        "title": _("按月的密钥"),
        "lead": _("每一条信息的细节，用它保存期结束那个月的密钥封存。密钥一销毁，那个月到期的细节谁也读不出来。"),
        "table": values.Table(
            caption=_("按月的密钥"),
            hide_caption=True,
            columns=(
                values.Column(label=_("月份")),
                values.Column(label=_("密钥")),
                values.Column(label=_("结束什么")),
            ),
            rows=[
                (
                    values.Cell(value=key.month),
                    values.Cell(value=KEY_STATES[key.state.value]),
                    values.Cell(value=_("保存到 %(month)s 的信息") % {"month": key.month}),
                )
                for key in months
            ],
        ),
        "back_url": reverse("office:home"),
        "empty_title": _("还没有按月的密钥"),
        "empty_text": _("第一条信息入库时，会为它到期的月份生成密钥，列在这里。"),
        "help_text": _("销毁由命令执行，执行前后都写进存证。过期的信息不等销毁，从零时起就不再展示和使用。"),
    }
    return render(request, "office/list.html", context)
