"""Forms, words and tables of the pages on which an organisation's administrator looks after logins and clients."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chengxin.accounts import rules
from chengxin.accounts.lookups import ActLine, ApiClientLine, ChangeLine, OfficerLine
from chengxin.accounts.rules import Appointments
from chengxin.accounts.states import Act, Decision
from chengxin.authority.actors import Role
from chengxin.organisations import lookups as organisations
from chengxin.portals.organisation.answers import organisation_of
from chengxin.portals.presentation.access import actor_of
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.labels import role_label
from chengxin.portals.presentation.templatetags.components import day, moment
from chengxin.portals.presentation.values import Cell, Column, Line, Table, Tone

FRAME: Final = "organisation/administration.html"
NOTHING: Final = "—"
USERNAME: Final = RegexValidator(
    r"^[a-z][a-z0-9.-]{2,31}$", gettext_lazy("3 到 32 个小写字母、数字、点或横线，以字母开头。")
)

ACTS: Final[Mapping[Act, Any]] = {
    Act.OPENED: gettext_lazy("开立账号"),
    Act.CODE_ISSUED: gettext_lazy("发出一次性开通码"),
    Act.SET_UP: gettext_lazy("本人设好密码"),
    Act.ROLES_CHANGED: gettext_lazy("更改岗位"),
    Act.CONFIRMED: gettext_lazy("年度核对，确认还需要"),
    Act.CLOSED: gettext_lazy("关闭账号"),
    Act.SESSIONS_ENDED: gettext_lazy("本人让设备退出"),
}

DECISIONS: Final[Mapping[Decision, Any]] = {
    Decision.APPROVED: gettext_lazy("同意"),
    Decision.DECLINED: gettext_lazy("不同意"),
}

Choices = list[tuple[str, str | Promise]]


def appointments_here(request: HttpRequest) -> Appointments:
    """Return what the organisation of whoever is signed in may appoint.

    Args:
        request: The request being answered.
    """
    return organisations.appointments_of(organisation_of(actor_of(request)))


def role_choices(roles: frozenset[Role]) -> Choices:
    """Return roles as choices, in the order in which they are declared.

    Args:
        roles: Which.
    """
    return [(role.value, role_label(role.value)) for role in Role if role in roles]


def roles_of(cleaned: Mapping[str, Any]) -> frozenset[Role]:
    """Return the roles that were ticked.

    Args:
        cleaned: Of a form with ``roles``.
    """
    return frozenset(Role(code) for code in cleaned["roles"])


class OfficerFilter(forms.Form):
    """Which logins to list."""

    q = forms.CharField(label=gettext_lazy("用户名或显示名"), required=False, max_length=64)
    role = forms.ChoiceField(label=gettext_lazy("岗位"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("还在用的")), ("CLOSED", gettext_lazy("已关闭的"))],
    )

    def __init__(self, *args: object, roles: frozenset[Role], **kwargs: object) -> None:
        """Offer the organisation's roles.

        Args:
            *args: As for every form.
            roles: What the organisation may appoint.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen: Any = self.fields["role"]
        chosen.choices = [("", gettext_lazy("全部岗位")), *role_choices(roles)]


class RolesForm(forms.Form):
    """Which roles somebody has from now on."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("岗位"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只能选本单位这一类单位可以有的岗位。"),
        error_messages={
            "required": gettext_lazy("请至少选一个岗位。"),
            "invalid_choice": gettext_lazy("本单位不能有这个岗位。"),
        },
    )

    def __init__(self, *args: object, roles: frozenset[Role], **kwargs: object) -> None:
        """Offer the organisation's roles.

        Args:
            *args: As for every form.
            roles: What the organisation may appoint.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen: Any = self.fields["roles"]
        chosen.choices = role_choices(roles)


class OfficerForm(RolesForm):
    """A new officer's login. No password: the officer chooses it."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=32,
        validators=[USERNAME],
        help_text=gettext_lazy("登录时用，以后不能改。不要用证件号码。例如 wang.li"),
    )
    display_name = forms.CharField(
        label=gettext_lazy("显示名"), max_length=32, help_text=gettext_lazy("显示在页面顶部，例如“食品科 王丽”。")
    )
    field_order = ("username", "display_name", "roles")


class ClientForm(RolesForm):
    """A new client."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60, help_text=gettext_lazy("例如“执法系统接口”。"))
    field_order = ("name", "roles")


class OverlapForm(forms.Form):
    """For how long two secrets are valid together."""

    overlap_days = forms.IntegerField(
        label=gettext_lazy("旧密钥还可以用几天"),
        min_value=rules.OVERLAP_DAYS[0],
        max_value=rules.OVERLAP_DAYS[1],
        initial=7,
        help_text=gettext_lazy("这几天里新旧两个都能用，1 到 90 天。到时候旧的自动失效。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class ConfirmingForm(forms.Form):
    """Which officers still need their logins."""

    accounts = forms.MultipleChoiceField(
        label=gettext_lazy("还在本单位、还需要账号的人"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("没有勾的不会被关闭，但过了到期日就打不开工作页面。已经离开的，请直接关闭账号。"),
        error_messages={"required": gettext_lazy("请至少勾一个账号。")},
    )

    def __init__(self, *args: object, officers: Sequence[OfficerLine], **kwargs: object) -> None:
        """Offer the open logins.

        Args:
            *args: As for every form.
            officers: The logins.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen: Any = self.fields["accounts"]
        chosen.choices = [
            (str(one.account_id), f"{one.display_name or one.username}（{one.username}）") for one in officers
        ]


class ChangeDecisionForm(forms.Form):
    """How a second officer decides."""

    decision = forms.ChoiceField(
        label=gettext_lazy("您的决定"),
        widget=forms.RadioSelect,
        choices=[(one.value, words) for one, words in DECISIONS.items()],
    )


def role_words(roles: Sequence[str]) -> str:
    """Return roles in words.

    Args:
        roles: Their codes.
    """
    return "、".join(str(role_label(role)) for role in roles)


def due_cell(confirmed_on: date | None, today: date) -> Cell:
    """Return until when a login works without being confirmed again, with how many days are left.

    Args:
        confirmed_on: The last confirmation.
        today: The civil date.
    """
    if confirmed_on is None:
        return Cell(value=_("从未核对"), tone=Tone.OVERDUE)
    standing = rules.confirmation_on(confirmed_on=confirmed_on, today=today)
    if standing.is_overdue:
        return Cell(value=_("已过期，打不开工作页面"), tone=Tone.OVERDUE, note=day(standing.due_on))
    words = ngettext("还有 %(days)s 天", "还有 %(days)s 天", standing.days_left) % {"days": standing.days_left}
    return Cell(value=words, tone=Tone.DUE_SOON if standing.is_near else Tone.DONE, note=day(standing.due_on))


def factor_words(line: OfficerLine) -> str:
    """Say how far a login is set up.

    Args:
        line: The login.
    """
    if not line.is_set_up:
        return _("还没有设密码")
    return _("已设好") if line.has_factor else _("还没有设")


def officers_table(lines: Sequence[OfficerLine], today: date) -> Table:
    """Return logins as a table.

    Args:
        lines: The logins.
        today: The civil date.
    """
    return Table(
        caption=_("工作人员账号"),
        hide_caption=True,
        columns=[
            Column(label=label)
            for label in (_("用户名"), _("显示名"), _("岗位"), _("两步验证"), _("上次登录"), _("年度核对"))
        ],
        rows=[
            (
                Cell(value=one.username, url=reverse("organisation:officer", args=[one.account_id])),
                Cell(value=one.display_name or NOTHING),
                Cell(value=role_words(one.roles)),
                Cell(value=factor_words(one)),
                Cell(value=moment(one.last_sign_in_at) or _("从未登录")),
                due_cell(one.confirmed_on, today) if one.is_open else Cell(value=_("已关闭"), tone=Tone.NEUTRAL),
            )
            for one in lines
        ],
    )


def acts_table(acts: Sequence[ActLine]) -> Table:
    """Return what was done to a login, the newest first.

    Args:
        acts: The acts.
    """
    actors = Actors(one.actor_key for one in acts)
    return Table(
        caption=_("这个账号的经过"),
        hide_caption=True,
        columns=[Column(label=label) for label in (_("时间"), _("做了什么"), _("当时的岗位"), _("谁做的"))],
        rows=[
            (
                Cell(value=moment(one.at)),
                Cell(value=ACTS[one.act]),
                Cell(value=role_words(one.roles)),
                Cell(value=actors.words(one.actor_key)),
            )
            for one in acts
        ],
    )


def changes_table(lines: Sequence[ChangeLine]) -> Table:
    """Return proposed appointments as a table.

    Args:
        lines: The proposals.
    """
    actors = Actors(key for one in lines for key in (one.proposed_by, one.decided_by))
    return Table(
        caption=_("任命的复核"),
        hide_caption=True,
        columns=[Column(label=label) for label in (_("用户名"), _("提议的岗位"), _("状态"), _("提出"), _("决定人"))],
        rows=[
            (
                Cell(value=one.username, url=reverse("organisation:change", args=[one.change_id])),
                Cell(value=role_words(one.roles)),
                Cell(
                    value=_("等待另一位工作人员决定") if one.decision is None else DECISIONS[one.decision],
                    tone=Tone.WAITING if one.decision is None else Tone.DONE,
                ),
                Cell(value=moment(one.proposed_at), note=actors.words(one.proposed_by)),
                Cell(value=actors.words(one.decided_by) or NOTHING),
            )
            for one in lines
        ],
    )


def clients_table(lines: Sequence[ApiClientLine]) -> Table:
    """Return clients as a table.

    Args:
        lines: The clients.
    """
    return Table(
        caption=_("接口客户端"),
        hide_caption=True,
        columns=[Column(label=label) for label in (_("名称"), _("岗位"), _("有效的密钥"), _("上次使用"), _("状态"))],
        rows=[
            (
                Cell(value=one.name, url=reverse("organisation:client", args=[one.client_pk])),
                Cell(value=role_words(one.roles)),
                Cell(value=sum(secret.is_valid for secret in one.secrets) if one.closed_at is None else 0),
                Cell(value=moment(one.last_used_at) or _("从未使用")),
                Cell(
                    value=_("开着") if one.closed_at is None else _("已关闭"),
                    tone=Tone.DONE if one.closed_at is None else Tone.NEUTRAL,
                ),
            )
            for one in lines
        ],
    )


def secrets_table(line: ApiClientLine) -> Table:
    """Return a client's secrets without the secrets.

    Args:
        line: The client.
    """
    rows = []
    for one in line.secrets:
        if one.is_valid:
            state = Cell(
                value=_("有效"), tone=Tone.DONE, note="" if one.valid_until is None else moment(one.valid_until)
            )
        else:
            state = Cell(value=_("已失效"), tone=Tone.NEUTRAL)
        rows.append(
            (
                Cell(
                    value=f"#{one.secret_id}",
                    url=reverse("organisation:secret_end", args=[line.client_pk, one.secret_id])
                    if one.is_valid and line.closed_at is None
                    else "",
                ),
                state,
                Cell(value=moment(one.opened_at)),
                Cell(value=moment(one.last_used_at) or _("从未使用")),
            )
        )
    return Table(
        caption=_("密钥"),
        hide_caption=True,
        columns=[Column(label=label) for label in (_("编号"), _("状态"), _("从何时起"), _("上次使用"))],
        rows=rows,
    )


def officer_facts(line: OfficerLine, today: date) -> list[Line]:
    """Return what is known of a login.

    Args:
        line: The login.
        today: The civil date.
    """
    due = due_cell(line.confirmed_on, today)
    return [
        Line(label=_("用户名"), value=line.username),
        Line(label=_("显示名"), value=line.display_name or NOTHING),
        Line(label=_("岗位"), value=role_words(line.roles)),
        Line(label=_("两步验证"), value=factor_words(line)),
        Line(label=_("上次登录"), value=moment(line.last_sign_in_at) or _("从未登录")),
        Line(label=_("年度核对"), value=f"{due.value} · {due.note}" if due.note else due.value),
        Line(label=_("开立时间"), value=moment(line.opened_at)),
    ]
