"""How the logins of each organisation stand: how many, how many overdue, who may confirm. Counts only, no names."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengxin.accounts import lookups, rules
from chengxin.accounts.lookups import OrganisationLogins
from chengxin.authority.actors import Role
from chengxin.portals.office.naming import Names
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, open_to
from chengxin.portals.presentation.clock import today_of
from chengxin.portals.presentation.templatetags.components import day, moment
from chengxin.portals.presentation.values import Tone

READERS = frozenset({Role.OFFICE_CLERK, Role.OFFICE_REVIEWER})


def _standing(line: OrganisationLogins) -> values.Cell:
    if line.overdue:
        words = ngettext("%(count)s 个过了期限", "%(count)s 个过了期限", line.overdue) % {"count": line.overdue}
        return values.Cell(value=words, tone=Tone.OVERDUE)
    return values.Cell(value=_("都在期限内"), tone=Tone.DONE)


@open_to(Audience.OFFICE, roles=READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show which organisations are overdue with confirming their logins, those with most overdue first.

    Args:
        request: The request being answered.
    """
    lines = lookups.list_organisation_logins(today=today_of(request))
    names = Names(None)
    labels = (_("单位"), _("年度核对"), _("最早的到期日"), _("还在用的账号"), _("管理员"), _("上次有人登录"))
    rows = [
        (
            values.Cell(value=names.organisation(line.organisation_code)),
            _standing(line),
            values.Cell(
                value="—"
                if line.oldest_confirmed_on is None
                else day(rules.confirmation_due_on(line.oldest_confirmed_on))
            ),
            values.Cell(value=line.logins),
            values.Cell(value=line.administrators or _("没有管理员")),
            values.Cell(value=moment(line.last_sign_in_at) or _("从未登录")),
        )
        for line in lines
    ]
    context = {
        "title": _("各单位的账号"),
        "lead": _("每个单位每年核对一次自己的账号。过了期限的账号打不开工作页面，直到该单位的管理员核对。"),
        "table": values.Table(
            caption=_("各单位的账号"),
            hide_caption=True,
            columns=[values.Column(label=label) for label in labels],
            rows=rows,
        ),
        "empty_title": _("还没有单位的账号"),
        "empty_text": _("有了账号的单位会列在这里，核对过期的排在最前面。"),
        "help_text": _("这里只有计数，没有人名。信用办不替别的单位开账号、改岗位，只提醒它核对。"),
    }
    return render(request, "office/list.html", context)
