"""The sentence of each problem, in the language that the caller asks for.

Only for people who read a log or an error on a screen: programs act on the code, which never changes. What intake and
the catalogue refuse has the same words here as in the portals and in result files; here stand only the words for what
this interface refuses by itself.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chengxin.portals.presentation import inquiry_texts, rule_texts
from chengxin.portals.presentation.languages import in_current_language


class Sentence(NamedTuple):
    """One sentence in two languages; Traditional characters are derived from the first."""

    zh: str
    en: str


class Wording(NamedTuple):
    """What is wrong, and what to do; the second may be empty."""

    wrong: str
    remedy: str


SENTENCES: Final[Mapping[str, Sentence]] = {
    "REQUEST_MALFORMED": Sentence("请求无法读取。", "The request cannot be read."),
    "REQUEST_INVALID": Sentence("请求中有的字段不符合要求。", "Some fields of the request are wrong."),
    "NOT_AUTHENTICATED": Sentence("请先取得访问令牌。", "Fetch an access token first."),
    "TOKEN_INVALID": Sentence("访问令牌无效或者已经过期。", "The access token is not valid or has expired."),
    "SCOPE_MISSING": Sentence("访问令牌没有所需的范围。", "The access token lacks the scope that is needed."),
    "FORBIDDEN": Sentence("您不能这样做。", "You may not do this."),
    "ADDRESS_UNKNOWN": Sentence("没有这个地址。", "There is nothing at this address."),
    "METHOD_NOT_ALLOWED": Sentence("这个地址不接受这种方法。", "This address does not take this method."),
    "CONTENT_TYPE_REFUSED": Sentence("不接受这种内容类型。", "This content type is not taken."),
    "BODY_MISSING": Sentence(
        "请求没有内容，或者没有注明长度。", "The request has no body, or does not say how long it is."
    ),
    "BODY_TOO_LARGE": Sentence(
        "内容超过一次请求的上限，请分段上传。", "The body is larger than one request may be; send it in parts."
    ),
    "RATE_LIMITED": Sentence("请求太频繁，请稍后再试。", "Too many requests; wait as long as Retry-After says."),
    "CURSOR_INVALID": Sentence("分页游标无效，请从头开始。", "The cursor is not valid; begin again without one."),
    "FAULT": Sentence("系统出了故障，已经记录；请稍后再试。", "A fault occurred and was recorded; try again later."),
    "NOT_A_PERSON": Sentence("这里只供本人登录后使用。", "This is for persons who are signed in, about themselves."),
    "CORRECTION_ADDRESS_WRONG": Sentence(
        "更正通知的地址应以 https 开头，写主机名，不带登录信息和 # 之后的部分。",
        "Corrections go to an https address under the name of a host, without login and fragment.",
    ),
    "CORRECTION_SUBSCRIPTION_MISSING": Sentence(
        "还没有登记更正通知的地址。", "No address for corrections has been given."
    ),
    "LEDGER_EVENT_NOT_INTEGRATED": Sentence(
        "这次查询还没有并入存证树，请按 Retry-After 再来取。",
        "The look is not in the ledger's tree yet; come again as Retry-After says.",
    ),
    "LEDGER_BROKEN": Sentence(
        "存证日志正在核验，暂时不能给出证明。", "The ledger is being verified; no proof can be given for now."
    ),
    "KEY_NOT_IN_USE": Sentence(
        "签名密钥已经吊销，正在更换；什么也没有办，请过一会儿再试。",
        "The signing key was revoked and is being replaced; nothing was done, try again later.",
    ),
    "IDEMPOTENCY_KEY_MISSING": Sentence("请求缺少 Idempotency-Key。", "The request lacks its Idempotency-Key."),
    "IDEMPOTENCY_KEY_MALFORMED": Sentence(
        "Idempotency-Key 应为 1 至 128 个可见的 ASCII 字符。",
        "An Idempotency-Key has 1 to 128 visible ASCII characters.",
    ),
}
_OF_STATUS: Final[Mapping[int, Sentence]] = {
    403: SENTENCES["FORBIDDEN"],
    404: SENTENCES["ADDRESS_UNKNOWN"],
    409: Sentence("现在不能这样做。", "This cannot be done now."),
    422: Sentence("内容不符合要求。", "The content is not acceptable."),
}


def wording_of(code: str, details: Mapping[str, str], *, status: int) -> Wording:
    """Return the words for a problem in the active language.

    Args:
        code: Stable code of the problem.
        details: Its safe values; some words repeat them.
        status: HTTP status; it gives the sentence where the code has none of its own.
    """
    for texts in (rule_texts, inquiry_texts):
        if texts.has_words(code):
            explained = texts.explain(code, details)
            return Wording(explained.wrong, explained.remedy)
    sentence = SENTENCES.get(code) or _OF_STATUS.get(status) or SENTENCES["REQUEST_MALFORMED"]
    return Wording(in_current_language(sentence.zh, sentence.en), "")
