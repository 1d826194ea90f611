"""Sending a file. It is sealed while it comes in; checking and posting are the worker's, and the batch page shows them.

The page carries a token that becomes the batch's idempotency key: pressing the button twice, or sending the page again
after a broken connection, leads to the same batch.
"""

from typing import BinaryIO, cast
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from chengxin.authority.decisions import Refused
from chengxin.intake import operations as intake
from chengxin.intake.errors import ItemNotInCatalogue, KeyUsedDifferently
from chengxin.jobs import operations as jobs
from chengxin.portals.organisation.answers import explaining_refusals, organisation_of
from chengxin.portals.organisation.forms import UploadForm, new_token
from chengxin.portals.organisation.pages import edition_today, items_today
from chengxin.portals.organisation.tables import batch_url
from chengxin.portals.organisation.wording import explained_refusal
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of


@open_to(Audience.SUPPLIER, write=("POST",))
@explaining_refusals
def upload(request: HttpRequest) -> HttpResponse:
    """Show the form; take a file, keep it as a batch, queue its settling, and go to its page.

    Args:
        request: The request being answered; ``item`` in the address chooses an item beforehand.
    """
    edition = edition_today(request)
    items = items_today(request, actor_of(request), edition)
    if request.method != "POST":
        form = UploadForm(items=items, initial={"token": new_token(), "item": request.GET.get("item", "")})
        return render(request, "organisation/upload.html", {"form": form, "has_items": bool(items)})
    form = UploadForm(request.POST, request.FILES, items=items)
    if form.is_valid():
        received = _received(request, form)
        if received is not None:
            done = urlencode({"done": "sent" if received.is_new else "known"})
            return HttpResponseRedirect(f"{batch_url(received.reference)}?{done}")
    return render(request, "organisation/upload.html", {"form": form, "has_items": bool(items)}, status=422)


def _received(request: HttpRequest, form: UploadForm) -> intake.Received | None:
    """Keep the file and queue its settling; what is refused becomes an error of the form."""
    actor = actor_of(request)
    sent = form.cleaned_data
    try:
        with transaction.atomic():
            received = intake.receive_batch(
                source=cast("BinaryIO", sent["file"]),
                declared_name=sent["file"].name,
                item_code=sent["item"],
                organisation_code=organisation_of(actor),
                channel="PORTAL",
                actor=actor,
                now=now_of(request),
                declared_lines=sent["declared_lines"],
                declared_sha256=sent["declared_sha256"],
                idempotency_key=f"portal:{sent['token']}",
            )
            if received.is_new:
                jobs.queue_batch(received.reference)
    except KeyUsedDifferently as refused:
        _offer_new_token(form, refused)
    except ItemNotInCatalogue as refused:
        _complain(form, "item", refused)
    except Refused as refused:
        _complain(form, "item" if refused.code == "NOT_MANDATED" else None, refused)
    else:
        return received
    return None


def _complain(form: UploadForm, field: str | None, refused: Refused) -> None:
    explained = explained_refusal(refused.code, refused.details)
    form.add_error(field, f"{explained.wrong}{explained.remedy}")


def _offer_new_token(form: UploadForm, refused: KeyUsedDifferently) -> None:
    """Let the next try be a batch of its own: this page's token belongs to another file already."""
    _complain(form, None, refused)
    form.data = {**form.data.dict(), "token": new_token()} if isinstance(form.data, QueryDict) else form.data


def upload_url(item_code: str) -> str:
    """Return where a file of an item is sent.

    Args:
        item_code: The item, chosen beforehand.
    """
    return f"{reverse('organisation:upload')}?{urlencode({'item': item_code})}"
