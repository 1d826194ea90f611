"""Why an inquiry or a request for an authorisation was refused, and what would change it, for every stable code.

Used by the API and by whoever shows a requester its refusals. A guard test checks that every code of the gate has its
words. Some codes are those of rules too, with other words there: ask here for what the gate refused.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from chengxin.portals.presentation.rule_texts import Explained, RuleText, filled

_ASK_OFFICE: Final = _("请与信用办联系。")
_ASK_MORE: Final = _("明天再查；经常不够的，请信用办调整次数。")
_ASK_PERSON: Final = _("请向本人请求新的授权，写明用途、信息项、次数和期限。")

TEXTS: Final[Mapping[str, RuleText]] = {
    "NOT_A_REQUESTER": RuleText(
        _("没有查询岗位"),
        _("这个账号或者程序没有被单位任命为查询人。"),
        _("由本单位任命查询人，或者为查询开立一个接口客户端。"),
    ),
    "REQUESTER_SUSPENDED": RuleText(
        _("查询已暂停"),
        _("本单位、这名经办人或者这个程序的查询已被暂停。"),
        _("向信用办说明情况；信用办解除暂停以后可以再查。"),
    ),
    "PURPOSE_NOT_OFFERED": RuleText(
        _("没有这种用途"),
        _("现行目录里没有这种查询用途。"),
        _("从目录里选用途；目录里没有的用途不能查询。"),
    ),
    "PURPOSE_NOT_OF_THIS_KIND": RuleText(
        _("用途不适用于本单位"),
        _("这种用途不是本单位这一类单位可以用的。"),
        _("选用本单位可以用的用途。"),
    ),
    "NO_INQUIRY_MANDATE": RuleText(
        _("没有查询授权依据"),
        _("今天本单位没有为这种用途查询的依据。"),
        _("向信用办提交有关规定，登记以后可以再查。"),
    ),
    "BASIS_UNKNOWN": RuleText(
        _("依据无法核对"),
        _("本单位登记的依据在目录里查不到，不能判断它今天是否有效。"),
        _("信用办已经收到待办，补齐以后可以再查。"),
    ),
    "BASIS_NOT_IN_FORCE": RuleText(
        _("依据今天没有生效"),
        _("本单位登记的依据今天没有生效。"),
        _("以现行有效的规定向信用办重新登记。"),
    ),
    "NO_LICENCE": RuleText(
        _("没有许可"),
        _("这种用途要有许可，今天本单位没有包含这种用途的许可。"),
        _("把有效的许可交信用办登记。"),
    ),
    "CASE_NUMBER_MISSING": RuleText(
        _("缺少事项编号"),
        _("这种用途要写明事项编号，编号没有写或者格式不对。"),
        _("写上本单位正在办理的事项的编号。"),
    ),
    "ITEMS_BEYOND_PURPOSE": RuleText(
        _("信息项超出用途"),
        _("所问的信息项中有这种用途或者本单位的依据不允许的。"),
        _("只问这种用途需要的信息项；不写信息项，就是全部允许的。"),
    ),
    "QUOTA_UNKNOWN": RuleText(
        _("没有规定次数"),
        _("现行目录和信用办都没有说一天可以查几次，不能判断是否超出。"),
        _("信用办已经收到待办，补齐以后可以再查。"),
    ),
    "ACCOUNT_QUOTA_USED_UP": RuleText(_("今天的次数已用完"), _("这名经办人今天的查询次数已经用完。"), _ASK_MORE),
    "CLIENT_QUOTA_USED_UP": RuleText(_("今天的次数已用完"), _("这个程序今天的查询次数已经用完。"), _ASK_MORE),
    "ORGANISATION_QUOTA_USED_UP": RuleText(_("今天的次数已用完"), _("本单位今天的查询次数已经用完。"), _ASK_MORE),
    "BATCHES_QUOTA_USED_UP": RuleText(_("今天的次数已用完"), _("本单位今天批量查询的行数已经用完。"), _ASK_MORE),
    # Not given any more; inquiries of earlier releases hold it.
    "QUOTA_USED_UP": RuleText(
        _("今天的次数已用完"), _("今天本单位、这名经办人或者这个程序的查询次数已经用完。"), _ASK_MORE
    ),
    "AUTHORISATION_MISSING": RuleText(
        _("没有本人授权"),
        _("没有写明授权，或者写明的授权不是这个人给本单位的。"),
        _ASK_PERSON,
    ),
    "AUTHORISATION_FOR_OTHER_PURPOSE": RuleText(
        _("授权是为别的用途"),
        _("本人给的授权是为另一种用途。"),
        _ASK_PERSON,
    ),
    "AUTHORISATION_WITHDRAWN": RuleText(
        _("授权已撤回"),
        _("本人已经撤回这项授权。"),
        _("撤回是本人的权利，立即生效。确有需要，向本人说明后请求新的授权。"),
    ),
    "AUTHORISATION_OVER": RuleText(
        _("授权已到期"),
        _("这项授权的最后一天已经过去。"),
        _ASK_PERSON,
    ),
    "AUTHORISATION_USED_UP": RuleText(
        _("授权的次数已用完"),
        _("这项授权允许的次数已经用完。"),
        _ASK_PERSON,
    ),
    "AUTHORISATION_COVERS_LESS": RuleText(
        _("授权不包含所问的信息项"),
        _("所问的信息项中有本人没有授权的。"),
        _("只问授权写明的信息项，或者请求新的授权。"),
    ),
    "PERSON_NOT_IDENTIFIED": RuleText(
        _("对不上人"),
        _("登记中没有证件号码和姓名都一致的人。"),
        _("对照证件核对号码和姓名后再查。"),
    ),
    "NOT_A_GATE_KEEPER": RuleText(
        _("不是管理查询的岗位"),
        _("只有信用办的目录管理员和复核人可以这样做。"),
        _ASK_OFFICE,
    ),
    "INQUIRY_ASKED_WRONGLY": RuleText(
        _("查询写得不对"),
        _("查询的这一项不对：%(field)s。"),
        _("对照目录和接口说明改正后再查。"),
    ),
    "INQUIRY_UNKNOWN": RuleText(_("没有这次查询"), _("本单位没有这个编号的查询。"), _("核对编号。")),
    "INQUIRY_WITHOUT_PROOF": RuleText(
        _("没有可以证明的"),
        _("这次查询没有答复，或者答复不涉及任何人，所以没有存证可以给出。"),
        _("只有得到答复的查询才有证明。"),
    ),
    "INQUIRY_KEY_REUSED": RuleText(
        _("幂等标识已用过"),
        _("同一个标识以前用于另一个问题。"),
        _("换一个新的标识再查。"),
    ),
    "PURPOSE_NOT_BY_AUTHORISATION": RuleText(
        _("这种用途不靠授权"),
        _("这种用途由法律规定，不由本人授权。"),
        _("有依据的，直接查询；没有依据的，不能查询。"),
    ),
    "ASKED_BEYOND_PURPOSE": RuleText(
        _("请求超出用途"),
        _("所请求的信息项、次数或者天数超出这种用途或者本单位的依据。"),
        _("减少到这种用途允许的范围后再请求。"),
    ),
    "ASKED_AGAIN_TOO_SOON": RuleText(
        _("请求得太早"),
        _("本人不久前拒绝过同样的请求。"),
        _("从 %(again_on)s 起可以再请求。"),
    ),
    "AUTHORISATION_ASKED_WRONGLY": RuleText(
        _("授权请求写得不对"),
        _("授权请求的这一项不对：%(field)s。"),
        _("对照目录和接口说明改正后再请求。"),
    ),
    "AUTHORISATION_REQUEST_UNKNOWN": RuleText(_("没有这个请求"), _("没有这个编号的授权请求。"), _("核对编号。")),
    "AUTHORISATION_REQUEST_ANSWERED": RuleText(
        _("请求已有答复"),
        _("这个请求已经有了答复，或者已经取消。"),
        _("读取这个请求，看它的结果。"),
    ),
    "AUTHORISATION_UNKNOWN": RuleText(_("没有这项授权"), _("没有这个编号的授权。"), _("核对编号。")),
    "GRANTED_MORE_THAN_ASKED": RuleText(
        _("授权超出请求"),
        _("授权只能比请求少，不能比请求多。"),
        _("回到请求，重新选择。"),
    ),
    "NOT_ASKED_OF_YOU": RuleText(
        _("问的不是您"),
        _("这个请求问的是另一个人。"),
        _("请退出，由被问的人自己登录后答复。"),
    ),
    "REQUEST_LAPSED": RuleText(
        _("请求已过期"),
        _("这个请求没有按期答复，已经过期。"),
        _("需要的话，请那个单位再请求一次。"),
    ),
}

UNKNOWN: Final = RuleText(_("现在不能办理"), _("这件事现在不能办理。"), _ASK_OFFICE)


def has_words(code: str) -> bool:
    """Tell whether a code has words of its own here.

    Args:
        code: The stable code.
    """
    return code in TEXTS


def explain(code: str, details: Mapping[str, str]) -> Explained:
    """Explain a refusal with its details, in the language of the request.

    Args:
        code: Of the refusal; an unknown one gets general words.
        details: As the refusal carries them; safe to show.
    """
    return filled(TEXTS.get(code, UNKNOWN), details)
