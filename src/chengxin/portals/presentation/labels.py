"""Words for the codes that all portals meet: roles, refusals, how far a basis was checked.

Rooms return stable codes; the words for them stand here and in each portal's own ``labels``.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

ROLES: Final[dict[str, Words]] = {
    "CITIZEN": _("本人"),
    "SUPPLIER": _("信息提供单位经办人"),
    "SUPPLIER_SECOND": _("信息提供单位复核人"),
    "REQUESTER": _("查询单位经办人"),
    "ORGANISATION_ADMINISTRATOR": _("单位管理员"),
    "OFFICE_CLERK": _("信用办经办人"),
    "OFFICE_REVIEWER": _("信用办复核人"),
    "OFFICE_CATALOGUE": _("目录管理员"),
    "OFFICE_POPULATION": _("人口信息管理员"),
    "OPERATOR": _("运维人员"),
}

REPRESENTATION_KINDS: Final[dict[str, Words]] = {"GUARDIAN": _("监护人"), "AGENT": _("代理人")}

VERIFIED: Final[dict[str, Words]] = {
    "SEEN": _("原文已核对"),
    "SEEN_PART": _("原文部分核对"),
    "DRAFT": _("征求意见稿，尚未生效"),
    "UNVERIFIED": _("尚未核对原文"),
}

REFUSALS: Final[dict[str, Words]] = {
    "REPORT_UNKNOWN": _("没有这份报告，或者它不是您的。"),
    "REPORT_NOT_GOOD": _("这份报告不再有效，不能再取。请重新出具一份。"),
    "NOT_YOUR_REPORT": _("这是另一个人的报告，您不能办理。"),
    "KEY_NOT_IN_USE": _("签名密钥已经吊销，正在更换。什么也没有办，请过一会儿再试。"),
    "NOT_FOUND": _("没有找到您要的内容。"),
    "NO_BASIS": _("没有现行有效的法律依据，因此不能办理。"),
    "NOT_YOUR_ROLE": _("您的岗位没有办理这件事的权限。"),
    "NOT_YOUR_ORGANISATION": _("这件事属于另一个单位，您不能办理。"),
    "NOT_YOUR_RECORD": _("这是另一个人的信息，您不能查看。"),
    "SECOND_OFFICER_NEEDED": _("这件事要由另一位工作人员复核，不能由同一个人办完。"),
    "CALENDAR_NOT_PUBLISHED": _("这一年的工作日历还没有公布，所以现在不能算出到期日。"),
    "EDITION_NOT_FOUND": _("这一天没有生效的目录版本。"),
    "NOT_AN_OFFICER": _("这里只给工作人员用。"),
    "VIEWS_FULL": _("这个列表已经保存了 %(limit)s 个视图，请先移除一个。"),
    "VIEW_HOLDS_NUMBER": _("条件里有像证件号码的数字，不能保存。"),
    "LOGIN_UNCONFIRMED": _("您的账号过了年度核对的期限。请找本单位的管理员核对，核对以后马上就能用。"),
    "NOT_ADMINISTRATOR": _("只有本单位的管理员可以办理。"),
    "OWN_LOGIN": _("谁也不能给自己改岗位、关账号或者发开通码。请另一位管理员办理。"),
    "ROLES_EMPTY": _("请至少选一个岗位。"),
    "ROLE_NOT_OF_KIND": _("本单位这一类单位不能有这个岗位。"),
    "USERNAME_TAKEN": _("这个用户名已经有人用了，请换一个。"),
    "LOGIN_UNKNOWN": _("没有这个账号，或者它已经关闭。"),
    "SET_UP_ALREADY": _("信用办的账号设好以后，不能由一个人重新发码。请关闭它，再由两个人另开一个。"),
    "CHANGE_DECIDED": _("这个任命已经决定过了。"),
    "CLIENT_UNKNOWN": _("没有这个客户端，或者它已经关闭。"),
    "NO_CLIENT_OF_OFFICE": _("信用办的事由人来办，不能开接口客户端。"),
    "SECRET_UNKNOWN": _("没有这个密钥，或者它已经失效。"),
    "SECRETS_FULL": _("最多同时有两个密钥，请先停用一个。"),
    "LAST_SECRET": _("这是最后一个密钥，不能停用。请先加一个新的，或者关闭客户端。"),
    "SESSION_UNKNOWN": _("没有这个登录，或者它已经退出。正在用的这一台，请点“退出”。"),
    "CODE_NOT_VALID": _(
        "开通码或者一起填的内容不对，或者码已经过期、用过。请对照纸条再填一次；还不行，请重新要一个码。"
    ),
    "PERSON_HAS_ACCOUNT": _("您已经有一个账号。忘了怎么登录，请带身份证件到服务窗口。"),
    "PERSON_NOT_LIVING": _("登记显示这个人已经去世，不能开通账号。登记有误的，请到服务窗口更正。"),
    "NOT_A_CLERK": _("只有信用办的经办人可以办理。"),
    "REPRESENTATION_UNKNOWN": _("没有这项监护或代理，或者它已经结束。"),
    "REPRESENTATION_DECIDED": _("这项监护或代理已经决定过了。"),
    "REPRESENTATION_SAME_PERSON": _("两个编号是同一个人。"),
    "REPRESENTATION_PERIOD_EMPTY": _("最后一天早于第一天。"),
    "REPRESENTATION_PERIOD_OVER": _("这段期限已经过去。"),
    "REPRESENTATION_DOCUMENT_NOT_OF_KIND": _("这种文书不能证明这种身份。"),
    "REPRESENTATION_REPRESENTATIVE_NOT_ADULT": _("替别人办事的人，要年满十八岁。"),
    "REPRESENTATION_WARD_ADULT": _("对方成年以后，只有人民法院的裁判才能证明监护。请改期限或者文书。"),
    "ISSUER_NOT_KNOWN": _("这个身份认证服务不在本平台认可的名单里。"),
    "ASSURANCE_TOO_LOW": _("这次认证的强度不够。请用实人认证再登录，或者到服务窗口开通账号。"),
    "NUMBER_NOT_STATED": _("身份认证服务没有给出证件号码，不能确认是您本人。"),
    "NAME_NOT_STATED": _("身份认证服务没有给出姓名，不能确认是您本人。"),
    "NUMBER_NOT_WELL_FORMED": _("身份认证服务给出的证件号码不正确。"),
    "NUMBER_NOT_CURRENT": _("身份认证服务给出的是您以前的证件号码。请先在那里更新，或者到服务窗口。"),
    "PERSON_NOT_REGISTERED": _("人口信息里没有这个证件号码。请带身份证件到服务窗口。"),
    "NAME_DIFFERS": _("姓名与登记的不一致。改过名的，请先到服务窗口更新。"),
    "PROVIDER_FAILED": _("身份认证没有完成。请再试一次，或者用密码登录。"),
    "CORRECTION_ADDRESS_WRONG": _("地址要以 https:// 开头，写主机名，不带登录信息，也不带 # 之后的部分。"),
    "CORRECTION_SUBSCRIPTION_MISSING": _("还没有登记更正通知的地址。"),
    "NOT_AN_ADMINISTRATOR": _("只有本单位的管理员可以办。"),
    "NOTHING_PUBLISHED": _("平台的存证日志还没有第一个检查点，请过一秒再试。"),
    "NOT_YOUR_ARCHIVE": _("只有本人能带走全部信息。替别人办事的，可以出具信用报告。"),
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


def refusal_label(code: str, details: Mapping[str, str] | None = None) -> Words:
    """Return the sentence for a refusal.

    Args:
        code: The stable code of the refusal.
        details: What the refusal says of the rule, such as its limit; one that the sentence needs and that is missing
            leaves a dash.

    Returns:
        The sentence of that code, or a general one; the code itself is shown beside it in either case.
    """
    words = REFUSALS.get(code, UNKNOWN_REFUSAL)
    return words if details is None else str(words) % defaultdict(lambda: "—", details)
