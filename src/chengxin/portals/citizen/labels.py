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
    "MASKED_IDENTITY": _("遮盖后的姓名和证件号码"),
}

REFUSALS: Final[dict[str, Words]] = {
    "NOT_YOUR_FILE": _("查看的人不是本人"),
    "ITEM_NOT_SHOWN": _("没有这一条"),
    "NUMBER_NOT_OWN": _("查看的人不是本人"),
}


def refusal_words(code: str) -> Words:
    """Return why a look was refused, in a few words.

    Args:
        code: The stable code; an unknown one is shown as it is, so that nothing is hidden.
    """
    return REFUSALS.get(code, code)
