"""Checking a report: by its number, as the code on it leads here, or by the file itself.

Open to anybody. What is told is how a report stands and two days; nothing about the person, and of a superseded report
not what changed. A file that is handed in is checked and kept nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from chengxin.keys import published
from chengxin.portals.presentation import values
from chengxin.portals.presentation.clock import now_of
from chengxin.portals.presentation.frequency import is_too_often
from chengxin.portals.presentation.issuer import issuer_of
from chengxin.portals.presentation.templatetags.components import day
from chengxin.portals.public.forms import ReportFileForm, ReportNumberForm
from chengxin.reports import lookups
from chengxin.reports.lookups import CheckedReport
from chengxin.reports.rules import read_number
from chengxin.reports.states import FileVerdict, ReportState

LARGEST_FILE: Final = 10 * 1024 * 1024
PER_MINUTE: Final = 60
_WHAT: Final = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a check ended, in words.

    Attributes:
        title: In a few words.
        text: What it means, and what to do.
        status: Status of the answer.
        is_good: The report serves.
    """

    title: str | Promise
    text: str | Promise
    status: int = 200
    is_good: bool = False


OUTCOMES: Final[Mapping[str, Outcome]] = {
    "GOOD": Outcome(
        title=_("报告有效"),
        text=_("这份报告由本平台出具，没有撤回，里面的信息到现在没有变化。请再对照出示人的证件核对姓名。"),
        is_good=True,
    ),
    "GOOD_PROVEN_OLDER": Outcome(
        title=_("有效，出具在密钥作废之前"),
        text=_(
            "签这份报告的密钥后来作废了，但是账本和见证方能证明这份报告在那之前就有。它没有撤回，里面的信息到现在没有变化。"
            "请再对照出示人的证件核对姓名。"
        ),
        is_good=True,
    ),
    "WITHDRAWN": Outcome(
        title=_("已撤回"), text=_("这份报告是真的，但是本人已经撤回，请不要再使用。需要的话，请本人重新出具。")
    ),
    "SUPERSEDED": Outcome(
        title=_("已被取代"),
        text=_(
            "这份报告是真的，但是出具以后里面的信息有了变化，请不要再使用。变了什么，只有本人看得到。请本人重新出具。"
        ),
    ),
    "OVER": Outcome(title=_("已过期"), text=_("这份报告是真的，但是过了有效的最后一天。需要的话，请本人重新出具。")),
    "UNKNOWN": Outcome(
        title=_("查无此报告"),
        text=_("本平台没有出具过这份报告。编号请对照报告再核对一遍；核对过还是这样，请不要相信它。"),
        status=404,
    ),
    "NUMBER_WRONG": Outcome(
        title=_("编号不对"), text=_("编号是 20 位数字，最后一位用来检查有没有抄错。请对照报告再输入一次。"), status=404
    ),
    "ALTERED": Outcome(
        title=_("被改动过"),
        text=_("这个文件不是出具时的样子：签名对不上。请不要相信它，请出示人提供原来的文件。"),
    ),
    "NOT_A_REPORT": Outcome(
        title=_("不是本平台的信用报告"),
        text=_("这里只能核对本平台出具的 PDF 报告。打印后再扫描的、另存过的文件都没有签名，请用报告上的编号核对。"),
    ),
    "KEY_NOT_GOOD": Outcome(
        title=_("不能确认"),
        text=_(
            "签这份报告的密钥已经作废，又没有见证方能证明报告在那之前就有，所以不能证明它是真的。请本人重新出具一份。"
        ),
    ),
    "LIST_NOT_GOOD": Outcome(
        title=_("状态清单不能用"),
        text=_(
            "报告本身没有问题，但是一起交来的状态清单过期了、被改过，或者不是这份报告的。请重新取一份，或者不选它再核对。"
        ),
    ),
    "TOO_LARGE": Outcome(title=_("文件太大"), text=_("报告不会超过 10 MB，所以没有核对这个文件。"), status=413),
    "TOO_OFTEN": Outcome(title=_("操作太频繁"), text=_("请过一分钟再试。"), status=429),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_report(request: HttpRequest) -> HttpResponse:
    """Take a number, or a file, and say how the report stands.

    Args:
        request: The request being answered; reads ``number``, or the uploaded ``file``.
    """
    numbers = ReportNumberForm(request.GET if "number" in request.GET else None)
    if numbers.is_bound and numbers.is_valid():
        number = read_number(numbers.cleaned_data["number"])
        if number is not None:
            return HttpResponseRedirect(reverse("public:verify_number", args=[number]))
        return _page(request, "NUMBER_WRONG", numbers=numbers)
    return _by_file(request) if request.method == "POST" else _page(request, None, numbers=numbers)


def _by_file(request: HttpRequest) -> HttpResponse:
    if is_too_often(request, what=_WHAT, per_minute=PER_MINUTE):
        return _page(request, "TOO_OFTEN")
    files = ReportFileForm(request.POST, request.FILES)
    if not files.is_valid():
        return _page(request, None, files=files)
    file = files.cleaned_data["file"]
    if file.size > LARGEST_FILE:
        return _page(request, "TOO_LARGE")
    beside = files.cleaned_data["status"]
    status = None if beside is None else beside.read(LARGEST_FILE).decode("ascii", "replace").strip()
    checked = lookups.check_file(cast("BinaryIO", file.file), now=now_of(request), status=status)
    is_older = checked.is_proven_older and checked.verdict is FileVerdict.GOOD
    return _page(request, "GOOD_PROVEN_OLDER" if is_older else checked.verdict.value, found=checked.report)


@never_cache
@require_safe
def check_number(request: HttpRequest, number: str) -> HttpResponse:
    """Say how a report stands, by its number.

    Args:
        request: The request being answered.
        number: As the code has it.
    """
    if is_too_often(request, what=_WHAT, per_minute=PER_MINUTE):
        return _page(request, "TOO_OFTEN")
    if read_number(number) is None:
        return _page(request, "NUMBER_WRONG")
    found = lookups.state_of(number=number, now=now_of(request))
    return _page(request, found.state.value, found=found)


def _issuer(request: HttpRequest) -> str:
    """Return the address that the codes on our reports lead to."""
    try:
        return published.key_document().issuer
    except published.KeysNotPublished:
        return issuer_of(request)


def _page(
    request: HttpRequest,
    code: str | None,
    *,
    found: CheckedReport | None = None,
    numbers: ReportNumberForm | None = None,
    files: ReportFileForm | None = None,
) -> HttpResponse:
    outcome = None if code is None else OUTCOMES[code]
    facts = []
    if found is not None and found.state is not ReportState.UNKNOWN:
        facts = [
            values.Line(label=_("报告编号"), value=found.number),
            values.Line(label=_("出具日期"), value=day(found.issued_on)),
            values.Line(label=_("有效到"), value=day(found.last_on)),
        ]
    context = {
        "outcome": outcome,
        "facts": facts,
        "by_file": request.method == "POST",
        "numbers": numbers or ReportNumberForm(),
        "files": files or ReportFileForm(),
        "issuer": _issuer(request),
    }
    status = 422 if files is not None and files.errors else 200 if outcome is None else outcome.status
    response = render(request, "public/verify.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
