"""Taking everything home: one archive of all that is kept about the person, with its proofs."""

from typing import Final

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from chengxin.authority.decisions import Refusal, Refused
from chengxin.intake.operations import spool
from chengxin.portals.citizen.gate import person_of
from chengxin.portals.presentation import languages
from chengxin.portals.presentation.access import Audience, actor_of, open_to, refused_page
from chengxin.portals.presentation.clock import now_of
from chengxin.reports import operations as reports

NAMES: Final = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


@open_to(Audience.PERSON, write=("POST",))
def takeaway(request: HttpRequest) -> HttpResponseBase:
    """Explain the archive; on request make it and give it, registered like any look.

    Args:
        request: The request being answered.
    """
    if request.method != "POST":
        return render(request, "citizen/takeaway.html", {})
    actor, now = actor_of(request), now_of(request)
    with spool.working_folder() as folder:
        try:
            made = reports.take_away(person_id=person_of(actor), texts=_texts(), actor=actor, now=now, folder=folder)
        except Refused as refused:
            return refused_page(request, refused.code)
        if isinstance(made, Refusal):
            return refused_page(request, made.code)
        # The folder goes when this returns; what is open is given to its end.
        opened = made.open("rb")
    response = FileResponse(opened, as_attachment=True, filename=f"chengxin-{now:%Y%m%d}.zip")
    response.headers["Content-Type"] = "application/zip"
    return response


def _texts() -> dict[str, str]:
    """Return the words that explain the archive, in each language."""
    texts = {}
    for language in languages.LANGUAGES:
        with translation.override(language):
            texts[NAMES[language]] = _readme()
    return texts


def _readme() -> str:
    lines = [
        _("这里是平台保存的关于您的全部信息，以及证明。"),
        "",
        "file.json — " + _("您的姓名和号码、每一条信息和它的历次更改、您的授权、每次有谁看了什么"),
        "looks.json — " + _("查询登记，一次不少，可以离线核对"),
        "authorisations.json — " + _("您给出的授权的签名回执"),
        "ledger.jsonl, checkpoint — " + _("存证日志里关于您的每一笔，和它们的证明"),
        "keys.jws, manifest.json, manifest.jws — " + _("平台的密钥目录、文件清单和签名"),
        "",
        _("核对：安装 chengxin-verify，用它打开这个文件。"),
        _("信任文件请到平台的“密钥”页取，并和印刷的指纹对照。"),
        _("文件里有您的完整证件号码。请放在只有您能打开的地方。"),
    ]
    return "\n".join(lines) + "\n"
