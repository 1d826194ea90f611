"""The page that checks files without a network: one file with everything in it, to be opened here or kept.

It carries its script, its style, its words and what it trusts; its own policy lets it load and send nothing at all. The
checking is the script's (``assets/js/offline``), a twin of ``chengxin.sealing``; the sentences of verdicts are taken
from there. Texts of the page stand here, because the page speaks all three languages without asking a server.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chengxin.keys import published
from chengxin.portals.presentation import languages
from chengxin.sealing.sentences import wording

FILE_NAME: Final = "chengxin-verify.html"
BUILT: Final = Path(__file__).resolve().parents[1] / "static" / "built"

TEXTS: Final[Mapping[str, Promise]] = {
    "title": _("不联网核对文件"),
    "skip": _("跳到正文"),
    "demonstration": _("演示数据，均为虚构"),
    "demonstration_label": _("演示"),
    "brand": _("诚信"),
    "brand_about": _("个人公共信用信息平台"),
    "language": _("语言"),
    "back": _("核对信用报告"),
    "lead": _("文件只在您自己的设备上核对，不会发给任何人。把这一页存下来，断了网也能用。"),
    "keep": _("把这一页存到自己的设备上"),
    "needs_script": _("这一页要开着 JavaScript 才能核对。文件仍然只在您自己的设备上读。"),
    "file": _("要核对的文件"),
    "file_hint": _(
        "平台给的原文件：信用报告（PDF）、凭证、账本的摘要或者密钥清单。打印后再扫描的、另存过的都没有签名，核对不了。"
    ),
    "drop": _("也可以把文件拖到这个框里。"),
    "busy": _("正在核对……"),
    "outcome": _("核对结果"),
    "verified_title": _("通过核验"),
    "refused_title": _("没有通过核验"),
    "elsewhere_title": _("这里不核对这种文件"),
    "browser_title": _("这个浏览器不能核对"),
    "browser": _("浏览器太旧，缺少核对要用的功能。请换一个新一些的浏览器，或者用核对程序 chengxin-verify。"),
    "insecure": _("这一页不是用 https 打开的，浏览器不让它核对。请先存下来，再打开存下来的那一份。"),
    "unreadable": _("文件读不出来，可能已经移走了或者改了名。请再选一次。"),
    "trust_file": _("这是信任文件，不是要核对的文件。想用它来核对别的文件，请在下面「凭什么相信」里选它。"),
    "elsewhere_ARCHIVE": _(
        "个人档案包要用核对程序：它会查每个文件的摘要和签名、每一笔事件在账本里的证明，以及查看记录有没有缺号。"
        "装好程序、下载 trust.json 以后，运行这一句："
    ),
    "elsewhere_LOOKS": _(
        "查看记录要用核对程序：它会查编号有没有缺、每一次查看是不是都在账本里。"
        "装好程序、下载 trust.json 以后，运行这一句："
    ),
    "elsewhere_CONSISTENCY": _(
        "这是账本前后一致的证明，要跟您以前留下的账本摘要一起核对。装好程序、下载 trust.json 以后，运行这一句："
    ),
    "after_ALTERED": _("请不要相信它，请出示人提供原来的文件。"),
    "after_MALFORMED": _("请看看选的是不是平台给的原文件。打印后再扫描的、另存过的文件都没有签名。"),
    "after_UNRECOGNISED": _("请看看选的是不是平台给的原文件。"),
    "after_PARTS_DISAGREE": _("请不要相信它，请出示人提供原来的文件。"),
    "after_UNKNOWN_KEY": _("它可能不是本平台出具的，也可能这一页带的密钥清单太旧。请换一份新的信任文件再试一次。"),
    "after_KEY_REVOKED": _("请本人重新出具一份。手上另有账本证明的，可以用核对程序一起核对。"),
    "after_OVER": _("需要的话，请本人重新出具。"),
    "after_TRUST_MISSING": _("请在下面选一个信任文件。"),
    "next": _("通过核验，说明文件是平台出具的，没有改过。它现在还有没有效，要联网打开下面这个地址才知道。"),
    "limits": _("这里看不出来的"),
    "limit_state": _("报告有没有撤回、有没有被新的取代。只有平台知道，请联网以后用编号核对。"),
    "limit_holder": _("出示的人是不是本人。请对照证件上的姓名。"),
    "limit_revoked": _("这一页做好以后才作废的密钥。请隔些时候换一份新的。"),
    "trust": _("凭什么相信"),
    "trust_text": _(
        "文件的签名，用根密钥签发的密钥清单来核对。请把下面的指纹跟印在别处的比一比，比如服务窗口的公告：一样，才可以相信这一页。"
    ),
    "fingerprint": _("根密钥的指纹"),
    "trust_own": _("现在用的是这一页自带的信任材料。"),
    "trust_given": _("现在用的是您选的信任文件："),
    "trust_none": _("这一页没有带信任材料，请选一个信任文件。"),
    "trust_unusable": _("这个信任文件不能用。"),
    "trust_pick": _("换成您自己的信任文件"),
    "trust_hint": _("从平台、从别的单位拿到的，或者以前留下来的 trust.json。"),
    "trust_back": _("用回这一页自带的"),
    "trust_keys": _("密钥清单"),
    "trust_no_keys": _("没有"),
    "trust_ledger": _("账本"),
    "trust_witnesses": _("要求联署的见证方"),
    "fact_number": _("编号"),
    "fact_issuer": _("平台地址"),
    "fact_issued_at": _("出具时间"),
    "fact_valid_until": _("有效至"),
    "fact_signed_at": _("签署时间"),
    "fact_key": _("签名密钥的名字"),
    "fact_sha256": _("文件摘要（SHA-256）"),
    "fact_disclosed": _("已披露的项数"),
    "fact_withheld": _("未披露的项数"),
    "fact_leaf": _("账本里的序号"),
    "fact_at": _("账本记载的时间"),
    "fact_origin": _("账本的名字"),
    "fact_size": _("记了多少笔"),
    "fact_witnesses": _("联署的见证方"),
    "fact_seen_at": _("见证时间"),
    "fact_made_at": _("签发时间"),
    "fact_keys": _("密钥个数"),
    "fact_revoked": _("其中已吊销"),
    "help": _("本页帮助"),
    "help_policy": _("这一页自己带着一条规定：不许它连到任何地方。浏览器会执行这条规定，断网再用结果也一样。"),
    "help_same": _("它说的话跟核对程序 chengxin-verify 一样：同一份文件，同一个结论。"),
}

_POLICY: Final = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; "
    "form-action 'none'; base-uri 'none'"
)


class AssetsMissing(Exception):  # noqa: N818 - says what is the case
    """The script or the style of the page was not built. Run ``make assets``."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the page that checks without a network.

    Args:
        request: The request being answered.
    """
    return _answer(request)


@require_safe
def page_file(request: HttpRequest) -> HttpResponse:
    """Send the same page as a file to be kept.

    Args:
        request: The request being answered.
    """
    response = _answer(request)
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    policy, contents = _made(languages.current_language())
    del request
    response = HttpResponse(contents)
    # A page in a file cannot forbid to be framed; the header can.
    response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    response.headers["Cache-Control"] = "no-cache"  # the newest list of keys is in it
    return response


def _made(language: str) -> tuple[str, str]:
    """Return the policy of the page, and the page, which opens in a language and speaks all of them."""
    script, style = _built("offline.js"), _built("offline.css")
    policy = _POLICY.format(script=_digest(script), style=_digest(style))
    told = {code: _told(code) for code in languages.LANGUAGES}
    context = {
        "policy": policy,
        "language": language,
        "language_tag": languages.DOCUMENT_TAGS[language],
        "switches": [(code, languages.SHORT_NAMES[code], languages.FULL_NAMES[code]) for code in languages.LANGUAGES],
        "demonstration": settings.DEMONSTRATION,
        "texts": told[language]["texts"],
        "given_languages": languages.DOCUMENT_TAGS,
        "given_texts": {code: of["texts"] for code, of in told.items()},
        "given_words": {code: of["words"] for code, of in told.items()},
        "given_trust": _trust(),
    }
    skeleton = render_to_string("public/offline.html", context)
    # Put in after rendering, byte for byte: the policy names their digests.
    filled = skeleton.replace("<!-- script -->", f"<script>{script}</script>", 1)
    return policy, filled.replace("<!-- style -->", f"<style>{style}</style>", 1)


def _trust() -> str | None:
    """Return the trust file that the page carries; ``None`` before keys were published: the reader brings one."""
    try:
        return published.trust_text()
    except published.KeysNotPublished:
        return None


@cache
def _told(language: str) -> Mapping[str, Any]:
    """Return texts of the page and words of verdicts in a language."""
    words = wording("en" if language == "en" else "zh")
    with translation.override(language):
        texts = {name: str(text) for name, text in TEXTS.items()}
    return {"texts": texts, "words": _traditional(words) if language == "zh-hant" else words}


def _traditional(words: Any) -> Any:  # noqa: ANN401 - a tree of texts
    if isinstance(words, str):
        return languages.to_traditional(words)
    if isinstance(words, Mapping):
        return {name: _traditional(member) for name, member in words.items()}
    return words


@cache
def _built(name: str) -> str:
    """Return a built asset as it will stand inside the page.

    Raises:
        AssetsMissing: It was not built, or would end its element too early.
    """
    try:
        text = (BUILT / name).read_bytes().decode()  # byte for byte, as the digest is
    except FileNotFoundError:
        raise AssetsMissing(name) from None
    if re.search(r"</(?:script|style)|<!--", text, re.IGNORECASE) or "\r" in text:
        raise AssetsMissing(name)
    return text


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
