"""Trying the platform in a demonstration: its published logins, each with what to look at first.

The logins and their password belong to the synthetic province. Here stand only the words. Outside a demonstration there
is nothing: neither the words nor the logins reach a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chengxin.authority.actors import ActorKind
from chengxin.portals.presentation.labels import Words, role_label

LOOK_FIRST: Final[Mapping[str, Words]] = {
    "demo-citizen": _("先看首页，再打开“我的档案”：执照、志愿服务、荣誉、一条处罚，还有一条已经更正的欠税。"),
    "demo-newcomer": _("看看没有任何记录的人会看到什么。"),
    "demo-student": _("打开“我的档案”，看学校报送的学籍、承诺和荣誉。"),
    "demo-supplier": _("打开“报送记录”里名为“错误示例”的批次：哪一行没有收，为什么，怎样改。"),
    "demo-second": _("有一个批次要撤回许多行，等您决定：先看它与以往有什么不同。"),
    "demo-administrator": _("看本单位谁有账号、核对还剩几天；再试试开一个账号、给接口换一个密钥。"),
    "demo-office-administrator": _("试试给一位工作人员改岗位：信用办的任命，要另一个人同意才生效。"),
    "demo-requester": _("先看本单位今天可以查询的目的，再到“得到的授权”里挑一份，查询一次。"),
    "demo-bank-administrator": _("看本单位谁有账号、核对还剩几天；再试试开一个账号、给接口换一个密钥。"),
    "demo-clerk": _("打开“待核的行”：号码查不到、姓名对不上的，由人来核对。"),
    "demo-reviewer": _("打开“合并和拆分”：两个人是不是同一个人，由您复核；再到“存证”里验证记录。"),
    "demo-catalogue": _("打开“目录版本”，再看“质量和时效”。"),
    "demo-population": _("打开“人口信息变更”，看每一次更新带来了什么。"),
}
"""What somebody who tries a login should look at first."""

SHORT: Final = ("demo-citizen", "demo-supplier", "demo-clerk")
"""The three that the public start page offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialAccount:
    """A login that may be tried.

    Attributes:
        login: The published login name.
        role: What it is, in words.
        name: Whose file it opens; empty for an officer.
        first: What to look at first.
    """

    login: str
    role: Words
    name: str
    first: Words


def trial_accounts(*, short: bool = False) -> tuple[TrialAccount, ...]:
    """Return the logins that may be tried; outside a demonstration there are none.

    Args:
        short: Only the three that the start page offers.
    """
    if not settings.DEMONSTRATION:
        return ()
    from chengxin.demonstration.story import ACCOUNTS  # noqa: PLC0415 - a production site never reads it

    return tuple(
        TrialAccount(
            login=account.username,
            role=role_label(min(role.value for role in account.roles)),
            name=account.display_name if account.kind is ActorKind.PERSON else "",
            first=LOOK_FIRST[account.username],
        )
        for account in ACCOUNTS
        if account.username in (SHORT if short else LOOK_FIRST)
    )


def trial_password() -> str:
    """Return the published password of the logins that may be tried; empty outside a demonstration."""
    if not settings.DEMONSTRATION:
        return ""
    from chengxin.demonstration.operations import PASSWORD  # noqa: PLC0415 - a production site never reads it

    return PASSWORD
