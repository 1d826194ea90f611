"""Words for the codes that all portals meet: roles, refusals, how far a basis was checked.

Rooms return stable codes; the words for them stand here and in each portal's own ``labels``.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

ROLES: Final[dict[str, Words]] = {
    "CITIZEN": _("本人"),
    "SUPPLIER": _("信息提供单位经办人"),
    "SUPPLIER_SECOND": _("信息提供单位复核人"),
    "REQUESTER": _("查询单位经办人"),
    "OFFICE_CLERK": _("信用办经办人"),
    "OFFICE_REVIEWER": _("信用办复核人"),
    "OFFICE_CATALOGUE": _("目录管理员"),
    "OFFICE_POPULATION": _("人口信息管理员"),
    "OPERATOR": _("运维人员"),
}

VERIFIED: Final[dict[str, Words]] = {
    "SEEN": _("原文已核对"),
    "SEEN_PART": _("原文部分核对"),
    "DRAFT": _("征求意见稿，尚未生效"),
    "UNVERIFIED": _("尚未核对原文"),
}

REFUSALS: Final[dict[str, Words]] = {
    "NOT_FOUND": _("没有找到您要的内容。"),
    "NO_BASIS": _("没有现行有效的法律依据，因此不能办理。"),
    "NOT_YOUR_ROLE": _("您的岗位没有办理这件事的权限。"),
    "NOT_YOUR_ORGANISATION": _("这件事属于另一个单位，您不能办理。"),
    "NOT_YOUR_RECORD": _("这是另一个人的信息，您不能查看。"),
    "SECOND_OFFICER_NEEDED": _("这件事要由另一位工作人员复核，不能由同一个人办完。"),
    "CALENDAR_NOT_PUBLISHED": _("这一年的工作日历还没有公布，所以现在不能算出到期日。"),
    "EDITION_NOT_FOUND": _("这一天没有生效的目录版本。"),
    "LOOKER_SUSPENDED": _("您的账号已被暂停查看。有不同意见，请向信用办书面说明。"),
    "RATE_LIMITED": _("操作太频繁，请稍后再试。"),
}

UNKNOWN_REFUSAL: Final[Words] = _("这件事现在不能办理。")


def role_label(code: str) -> Words:
    """Return the word for a role; an unknown code is shown as it is, so that nothing is hidden.

    Args:
        code: The stable code of the role.
    """
    return ROLES.get(code, code)


def verified_label(code: str) -> Words:
    """Return the words for how far a legal basis was checked.

    Args:
        code: A value of ``Verified``.
    """
    return VERIFIED.get(code, VERIFIED["UNVERIFIED"])


def refusal_label(code: str) -> Words:
    """Return the sentence for a refusal.

    Args:
        code: The stable code of the refusal.

    Returns:
        The sentence of that code, or a general one; the code itself is shown beside it in either case.
    """
    return REFUSALS.get(code, UNKNOWN_REFUSAL)
