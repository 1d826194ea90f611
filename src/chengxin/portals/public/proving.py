"""The public pages by which anybody checks the platform: which keys sign, and the ledger itself as files.

The ledger is served as C2SP tlog-tiles lays it out; it holds hashes of salted digests and nothing else.

Nothing here speaks of any person, so nothing is registered and nobody need sign in.
"""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.ledger import lookups
from chengxin.ledger.errors import LedgerBroken
from chengxin.portals.presentation import values
from chengxin.portals.presentation.languages import listed
from chengxin.portals.presentation.templatetags.components import moment, number
from chengxin.reports import lookups as reports
from chengxin.sealing.checkpoints import Checkpoint
from chengxin.sealing.cosignatures import Witness, WitnessPolicy, cosignatures_of
from chengxin.sealing.faults import NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyEntry, KeyUse, RevocationReason
from chengxin.sealing.signed_texts import key_name
from chengxin.sealing.tiles import TILE_WIDTH, read_tile_path

COMPACT_JWS: Final = "application/jose"
STATUS_LIST: Final = "application/statuslist+jwt"
STATUS_SECONDS: Final = 300
JSON: Final = "application/json; charset=utf-8"
FULL_TILE: Final = "public, max-age=31536000, immutable"
PARTIAL_TILE: Final = "public, max-age=3600"  # true for ever too, but soon of no use

USES: Final[dict[KeyUse, Promise]] = {
    KeyUse.REPORT: gettext_lazy("信用报告"),
    KeyUse.RECEIPT: gettext_lazy("凭证"),
    KeyUse.CHECKPOINT: gettext_lazy("账本的摘要"),
    KeyUse.ARCHIVE: gettext_lazy("个人档案包"),
}
REASONS: Final[dict[RevocationReason, Promise]] = {
    RevocationReason.COMPROMISED: gettext_lazy("可能落到了别人手里"),
    RevocationReason.LOST: gettext_lazy("遗失了"),
    RevocationReason.MISISSUED: gettext_lazy("当初不该公布"),
}


def _document() -> KeyDocument | None:
    """Return the newest list of keys, ``None`` before the first one was published."""
    try:
        return published.key_document()
    except published.KeysNotPublished:
        return None


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show which keys are good, since when and until when, which were revoked and why, and how to check.

    Args:
        request: The request being answered.
    """
    document = _document()
    if document is None:
        return render(request, "public/keys.html", {"document": None})
    context = {
        "document": document,
        "table": _table(document),
        "root_name": key_name(published.root_key()),
        "earlier": range(document.number - 1, 0, -1),
    }
    return render(request, "public/keys.html", context)


def _table(document: KeyDocument) -> values.Table:
    """Return the keys as a table, those of one use under each other, the newest first."""
    used = published.names_in_use()
    rows = [
        (
            values.Cell(value=USES[use], note=entry.name),
            values.Cell(value=moment(entry.valid_from)),
            values.Cell(value=moment(entry.valid_until)),
            _state(entry, is_used=used.get(use) == entry.name),
        )
        for use in KeyUse
        for entry in reversed(document.of_use(use))
    ]
    return values.Table(
        caption=_("签名密钥"),
        hide_caption=True,
        stacks=True,
        columns=(
            values.Column(label=_("签什么")),
            values.Column(label=_("从什么时候起")),
            values.Column(label=_("最晚到")),
            values.Column(label=_("现在怎样")),
        ),
        rows=rows,
    )


def _state(entry: KeyEntry, *, is_used: bool) -> values.Cell:
    if entry.revoked_from is not None and entry.revocation_reason is not None:
        since = _("自 %(since)s 起作废：%(reason)s。") % {
            "since": moment(entry.revoked_from),
            "reason": REASONS[entry.revocation_reason],
        }
        note = _("只有能另外证明在那之前就已经有的文件，才算数。")
        return values.Cell(value=_("已作废"), note=f"{since}{note}")
    if is_used:
        return values.Cell(value=_("正在用"))
    return values.Cell(value=_("已换成新的"), note=_("在那之前签的文件仍然算数。"))


@require_safe
def keys_file(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Send a signed list of keys.

    Args:
        request: The request being answered.
        number: Which; ``None``: the newest.

    Raises:
        Http404: There is none.
    """
    del request
    try:
        text = published.key_document_text(number)
    except published.KeysNotPublished:
        raise Http404 from None
    return _file(text, "keys.jws" if number is None else f"keys-{number}.jws", COMPACT_JWS)


@require_safe
def status_list(request: HttpRequest, name: str) -> HttpResponse:
    """Send a signed status list: how every report of a month stands, so that nobody need say which one is asked about.

    Args:
        request: The request being answered.
        name: The month, ``2026-11``.

    Raises:
        Http404: There is none: no report of that month can serve any more, or yet.
    """
    del request
    text = reports.status_list_text(name)
    if text is None:
        raise Http404
    response = _file(text, f"status-{name}.jws", STATUS_LIST)
    response.headers["Cache-Control"] = f"public, max-age={STATUS_SECONDS}"
    return response


@require_safe
def trust_file(request: HttpRequest) -> HttpResponse:
    """Send the trust file for the verifier.

    Args:
        request: The request being answered.

    Raises:
        Http404: No list of keys was published yet.
    """
    del request
    try:
        # How many of them are needed is the reader's to say.
        text = published.trust_text(WitnessPolicy(witnesses=_witnesses()))
    except published.KeysNotPublished:
        raise Http404 from None
    return _file(text, "trust.json", JSON)


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show what the ledger is, its newest checkpoint, and how to keep watch over it.

    Args:
        request: The request being answered.
    """
    verifier = keyring().ledger_verifier()
    try:
        checkpoint, is_broken = lookups.find_published_checkpoint(verifier), False
    except LedgerBroken:
        checkpoint, is_broken = None, True
    context = {
        "checkpoint": checkpoint,
        "is_broken": is_broken,
        "lines": () if checkpoint is None else _lines(checkpoint),
        "verifier": verifier.encoded(),
        "witnesses": _witnesses(),
        "address": request.build_absolute_uri(reverse("public:ledger")),
    }
    return render(request, "public/ledger.html", context)


def _witnesses() -> tuple[Witness, ...]:
    return tuple(place.witness for place in settings.CHENGXIN_WITNESSES)


def _lines(checkpoint: Checkpoint) -> list[values.Line]:
    signed_at = lookups.find_signed_at(checkpoint)
    return [
        values.Line(label=_("账本的名字"), value=checkpoint.origin),
        values.Line(label=_("记了多少笔"), value=number(checkpoint.size)),
        values.Line(label=_("摘要"), value=checkpoint.root.hex()),
        values.Line(label=_("什么时候签的"), value=moment(signed_at) or _("没有记录")),
        values.Line(label=_("谁见证过"), value=_cosigned(checkpoint)),
    ]


def _cosigned(newest: Checkpoint) -> str:
    """Say who cosigned the newest checkpoint that was cosigned, and when."""
    witnesses = _witnesses()
    if not witnesses:
        return _("还没有请见证方。")
    cosigned = lookups.find_cosigned_checkpoint(keyring().ledger_verifier())
    try:
        found = () if cosigned is None else cosignatures_of(cosigned.text, witnesses)
    except NotVerified:
        found = ()
    if cosigned is None or not found:
        return _("见证方还没有签过。")
    told = listed(f"{one.name}（{moment(one.at)}）" for one in found)
    if cosigned.size == newest.size:
        return told
    return _("%(witnesses)s，见证到第 %(size)s 笔") % {"witnesses": told, "size": number(cosigned.size)}


@require_safe
def ledger_checkpoint(request: HttpRequest, name: str) -> HttpResponse:
    """Send the newest checkpoint, or the newest that witnesses cosigned: a signed note.

    Args:
        request: The request being answered.
        name: Which of the two files.

    Raises:
        Http404: None was published yet.
    """
    del request
    text = lookups.read_note(name)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def ledger_tile(request: HttpRequest, tile: str) -> HttpResponse:
    """Send a tile of the ledger's tree. What is at such an address never changes.

    Args:
        request: The request being answered.
        tile: Its path below the ledger.

    Raises:
        Http404: There is no such tile, or the path is none.
    """
    del request
    try:
        level, index, width = read_tile_path(tile)
    except ValueError:
        raise Http404 from None
    contents = lookups.read_tile(level, index, width)
    if contents is None:
        raise Http404
    response = HttpResponse(contents, content_type="application/octet-stream")
    response.headers["Cache-Control"] = FULL_TILE if width == TILE_WIDTH else PARTIAL_TILE
    return response


def _file(text: str, name: str, media_type: str) -> HttpResponse:
    """Return a file to be kept; what is newest may change at any moment."""
    response = HttpResponse(text, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-cache"
    return response
