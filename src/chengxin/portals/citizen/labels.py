"""Words of the person's own pages for codes of the rooms."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

KINDS: Final[dict[str, Words]] = {
    "IDENTIFICATION": _("基本情况"),
    "COMMENDATION": _("守信"),
    "ADVERSE": _("失信"),
    "PLEDGE": _("承诺"),
}

CHANGES: Final[dict[str, Words]] = {
    "ADD": _("第一次收到"),
    "CORRECT": _("提供单位作了更正"),
    "WITHDRAW": _("提供单位撤回"),
}

METHODS: Final[dict[str, Words]] = {
    "DOCUMENT_IN_PERSON": _("工作人员当面核对了您的证件"),
    "CHIP_READ": _("读取了您证件的芯片"),
    "POPULATION_BASE": _("由人口基础信息库确认"),
    "OFFICIAL_ANSWER": _("由主管机关书面答复确认"),
}

DOCUMENTS: Final[dict[str, Words]] = {
    "RESIDENT_CARD": _("居民身份证"),
    "HOUSEHOLD_REGISTER": _("户口簿"),
    "HMT_RESIDENCE_PERMIT": _("港澳台居民居住证"),
    "FOREIGN_PERMANENT_CARD": _("外国人永久居留身份证"),
    "NONE": "",
}

CLOCK_STARTS: Final[dict[str, Words]] = {
    "DOCUMENT": _("从文书日期起"),
    "OCCURRED": _("从发生日期起"),
    "ENDED": _("从终止日期起"),
}

# What a look showed, apart from items: named by the pages that register it.
SHOWN: Final[dict[str, Words]] = {
    "NUMBER": _("您的证件号码（全部）"),
    "IDENTITY": _("您的姓名和身份信息"),
    "LOOKS": _("查询登记"),
    "AUTHORISATIONS": _("您的授权"),
    "REQUESTS": _("请您授权的请求"),
    "RECEIPT": _("授权凭证"),
    "PREVIEW": _("同意以后对方会看到什么"),
    "CONCERN": _("您对一次查询的疑问"),
    "PROOFS": _("查询登记和存证证明"),
    "REPORT": _("信用报告"),
    "REPORTS": _("您的信用报告目录"),
    "IDENTITY_CHECK": _("姓名和号码是否相符"),
    "MASKED_IDENTITY": _("遮盖后的姓名和证件号码"),
}

REPORT_MEANINGS: Final[dict[str, Words]] = {
    "GOOD": _("收到它的人核对时会看到：有效。"),
    "WITHDRAWN": _("您已经撤回。收到它的人核对时会看到：已撤回。"),
    "SUPERSEDED": _(
        "里面有的信息后来更正、撤回或者到期了。收到它的人核对时只看到：已被取代，看不到是哪一条。请重新出具一份。"
    ),
    "OVER": _("过了有效的最后一天。还要用，请重新出具一份。"),
}

REFUSALS: Final[dict[str, Words]] = {
    "NOT_YOUR_FILE": _("查看的人不是本人"),
    "ITEM_NOT_SHOWN": _("没有这一条"),
    "NUMBER_NOT_OWN": _("查看的人不是本人"),
    "NOT_ASKED_OF_YOU": _("这个请求问的不是您"),
    "NOT_A_REQUESTER": _("经办人没有查询的岗位"),
    "REQUESTER_SUSPENDED": _("这个单位被暂停查询"),
    "PURPOSE_NOT_OFFERED": _("目录里没有这个目的"),
    "PURPOSE_NOT_OF_THIS_KIND": _("这类单位不能为这个目的查询"),
    "NO_INQUIRY_MANDATE": _("这个单位没有为这个目的查询的依据"),
    "BASIS_UNKNOWN": _("说不清依据的是哪一条"),
    "BASIS_NOT_IN_FORCE": _("依据的条文当天没有效力"),
    "NO_LICENCE": _("这个单位没有许可证"),
    "CASE_NUMBER_MISSING": _("没有写明办的是哪件事"),
    "ITEMS_BEYOND_PURPOSE": _("要看的超出了这个目的需要的范围"),
    "QUOTA_UNKNOWN": _("没有规定一天可以查几次"),
    "ACCOUNT_QUOTA_USED_UP": _("经办人当天的查询次数用完了"),
    "CLIENT_QUOTA_USED_UP": _("查询程序当天的次数用完了"),
    "ORGANISATION_QUOTA_USED_UP": _("这个单位当天的查询次数用完了"),
    "BATCHES_QUOTA_USED_UP": _("这个单位当天批量查询的行数用完了"),
    "QUOTA_USED_UP": _("这个单位当天的查询次数用完了"),
    "AUTHORISATION_MISSING": _("没有您的授权"),
    "AUTHORISATION_FOR_OTHER_PURPOSE": _("您授权的是另一个目的"),
    "AUTHORISATION_WITHDRAWN": _("您已经撤回授权"),
    "AUTHORISATION_OVER": _("授权已经过期"),
    "AUTHORISATION_USED_UP": _("授权的次数已经用完"),
    "AUTHORISATION_COVERS_LESS": _("要看的超出了您授权的范围"),
    "PERSON_NOT_IDENTIFIED": _("姓名和号码对不上"),
    "LOOKER_SUSPENDED": _("经办账号被暂停查看"),
    "NOT_A_REVIEWER": _("经办人没有审核的岗位"),
    "LOOKER_CANNOT_REVIEW": _("自己查的不能由自己审核"),
    "PERSON_CANNOT_REVIEW": _("自己的事不能由自己审核"),
    "NOT_YOUR_REPORT": _("要报告的人不是本人"),
    "NOT_A_CLERK": _("经办人没有窗口的岗位"),
    "REPORT_NOT_GOOD": _("这份报告不再有效"),
}

CONCERNS: Final[dict[str, Words]] = {
    "UNDER_REVIEW": _("正在审核"),
    "FOUND_IN_ORDER": _("审核认为合规"),
    "FOUND_OUT_OF_ORDER": _("审核认为不合规"),
}


def refusal_words(code: str) -> Words:
    """Return why a look was refused, in a few words.

    Args:
        code: The stable code; an unknown one is shown as it is, so that nothing is hidden.
    """
    return REFUSALS.get(code, code)
