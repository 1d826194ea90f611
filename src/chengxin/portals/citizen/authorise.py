"""Answering a request on the way of a redirect: an organisation's site sends the person here, and gets them back.

Only references travel in the address. What is asked was pushed by the organisation's own client before; the person sees
it in plain words with the very answer that would be given today, takes away from it or refuses, reads it again, and
goes back with a code, or with the word that nothing was allowed.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from chengxin.accounts import lookups as accounts
from chengxin.authorisations import lookups, operations
from chengxin.authorisations.lookups import PushedRequest
from chengxin.authorisations.rules import Scope, pushed_reference
from chengxin.authorisations.states import RequestState
from chengxin.authority.decisions import Refusal
from chengxin.catalogue.rules import Edition
from chengxin.inquiries import lookups as inquiries
from chengxin.portals.citizen import allowed, gate
from chengxin.portals.citizen.authorisations import edition_of
from chengxin.portals.citizen.forms import GrantForm
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.portals.presentation.issuer import issuer_of
from chengxin.portals.presentation.middleware import CONTENT_SECURITY_POLICY

CAME_IN_TIME: Final = "citizen_authorise_came"
MOST_KEPT: Final = 20
_LONGEST_CLIENT: Final = 255
_FORM_ACTION: Final = "form-action 'self'"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """A request to which a person came, in words, with what names it in the address."""

    pushed: PushedRequest
    shown: allowed.ShownRequest
    edition: Edition
    address: dict[str, str]

    @property
    def back_to(self) -> str:
        """Return the host to which the person goes back."""
        return urlsplit(self.pushed.redirect_uri).netloc


def _arrival(request: HttpRequest, sent: dict[str, str]) -> _Arrival | None:
    """Return the request to which somebody came; ``None`` where there is none that can be answered in this way."""
    client_id, reference = sent["client_id"], pushed_reference(sent["request_uri"])
    if reference is None or not (client_id.isprintable() and client_id.isascii() and len(client_id) <= _LONGEST_CLIENT):
        return None
    client, edition = accounts.find_client(client_id=client_id), edition_of(request)
    if client is None or edition is None:
        return None
    try:
        pushed = lookups.pushed_request(
            reference=reference,
            client_key=client.actor.key,
            person_id=gate.person_of(actor_of(request)),
            now=now_of(request),
        )
    except operations.RequestUnknown:
        return None
    came: list[str] = request.session.get(CAME_IN_TIME, [])
    if reference not in came:
        if pushed.is_late:
            return None
        # Whoever came in time may take the time to read: the address does not run out under their hands.
        request.session[CAME_IN_TIME] = [*came, reference][-MOST_KEPT:]
    shown = allowed.shown_request(pushed.request, edition=edition, today=today_of(request))
    return _Arrival(pushed=pushed, shown=shown, edition=edition, address=sent)


def _sent(request: HttpRequest) -> dict[str, str]:
    given = request.POST if request.method == "POST" else request.GET
    return {name: given.get(name, "") for name in ("client_id", "request_uri")}


def _unknown(request: HttpRequest, arrival: _Arrival | None = None) -> HttpResponse:
    context = {"asked": None if arrival is None else arrival.shown}
    return render(request, "citizen/authorise_unknown.html", context, status=404 if arrival is None else 200)


def _leading_back(response: HttpResponse, arrival: _Arrival) -> HttpResponse:
    """Let the forms of a page lead, after they were sent, to the registered address, and nowhere else but here."""
    parts = urlsplit(arrival.pushed.redirect_uri)
    allowed_targets = f"{_FORM_ACTION} {parts.scheme}://{parts.netloc}"
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(_FORM_ACTION, allowed_targets)
    return response


@open_to(Audience.PERSON)
def authorise(request: HttpRequest) -> HttpResponse:
    """Show what is asked and what would be shown today; then the choice once more; or the refusal before it is sent.

    The choice stands in the address, so that going back loses nothing.

    Args:
        request: The request being answered; reads ``client_id`` and ``request_uri``, and the choice.
    """
    arrival = _arrival(request, _sent(request))
    if arrival is None:
        return _unknown(request)
    if not arrival.shown.is_waiting:
        gate.register_own_look(actor=actor_of(request), shown="REQUESTS", now=now_of(request))
        return _unknown(request, arrival)
    if "refuse" in request.GET:
        return _leading_back(_refusing(request, arrival), arrival)
    chosen = "looks" in request.GET
    form = GrantForm(request.GET if chosen else None, asked=arrival.pushed.request.scope, items=arrival.shown.items)
    is_review = chosen and "change" not in request.GET and form.is_valid()
    preview = _preview(request, arrival, form.scope() if is_review else None)
    if preview is None:
        return _unknown(request)
    context = _context(arrival) | {
        "form": form,
        "preview": allowed.shown_preview(preview, edition=arrival.edition),
        "look_number": preview.look_number,
    }
    if not is_review:
        return render(request, "citizen/authorise.html", context)
    context |= {
        "lines": allowed.scope_lines(form.scope(), edition=arrival.edition, today=today_of(request)),
        "hidden": [(name, value) for name in request.GET if name != "change" for value in request.GET.getlist(name)],
        "change_url": f"{request.path}?{request.GET.urlencode()}&change=1",
    }
    return _leading_back(render(request, "citizen/authorise_review.html", context), arrival)


def _context(arrival: _Arrival) -> dict[str, object]:
    return {
        "asked": arrival.shown,
        "back_to": arrival.back_to,
        "address": arrival.address,
        "refuse_url": f"{reverse('citizen:authorise')}?{urlencode(arrival.address | {'refuse': '1'})}",
        "start_url": f"{reverse('citizen:authorise')}?{urlencode(arrival.address)}",
    }


def _preview(request: HttpRequest, arrival: _Arrival, scope: Scope | None) -> inquiries.Preview | None:
    found = inquiries.preview_for_person(
        reference=arrival.shown.reference, actor=actor_of(request), now=now_of(request), scope=scope
    )
    return None if isinstance(found, Refusal) else found


def _refusing(request: HttpRequest, arrival: _Arrival) -> HttpResponse:
    gate.register_own_look(actor=actor_of(request), shown="REQUESTS", now=now_of(request))
    purpose = arrival.edition.purposes.get(arrival.pushed.request.purpose_code)
    pause = 0 if purpose is None or purpose.disclosure is None else purpose.disclosure.pause_days
    return render(request, "citizen/authorise_refuse.html", _context(arrival) | {"pause_days": pause})


@open_to(Audience.PERSON, read=(), write=("POST",))
def answer(request: HttpRequest) -> HttpResponse:
    """Grant or refuse what was reviewed, and send the person back.

    Args:
        request: The request being answered; reads ``client_id``, ``request_uri``, ``answer`` and the choice.
    """
    arrival = _arrival(request, _sent(request))
    if arrival is None:
        return _unknown(request)
    reference, actor, now = arrival.shown.reference, actor_of(request), now_of(request)
    is_grant = request.POST.get("answer") == "grant"
    if arrival.shown.is_waiting and is_grant:
        form = GrantForm(request.POST, asked=arrival.pushed.request.scope, items=arrival.shown.items)
        if not form.is_valid():
            return HttpResponseRedirect(f"{reverse('citizen:authorise')}?{_without_token(request)}")
        operations.grant_authorisation(request_reference=reference, scope=form.scope(), actor=actor, now=now)
    elif arrival.shown.is_waiting:
        operations.refuse_authorisation(request_reference=reference, actor=actor, now=now)
    answered = lookups.request_of_person(reference=reference, person_id=gate.person_of(actor), now=now)
    if answered.state is RequestState.GRANTED:
        # Pressed twice, the button brings a new code in place of the first, as long as that was not taken.
        return _back(request, arrival, code=operations.issue_code(reference=reference, now=now))
    if answered.state is RequestState.REFUSED:
        return _back(request, arrival, error="access_denied")
    return _unknown(request, arrival)


def _without_token(request: HttpRequest) -> str:
    kept = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "answer"):
        kept.pop(name, None)
    return kept.urlencode()


def _back(request: HttpRequest, arrival: _Arrival, **told: str) -> HttpResponse:
    """Send the person back to the registered address, with the answer, the client's state and our name (RFC 9207)."""
    if arrival.pushed.state:
        told["state"] = arrival.pushed.state
    target = arrival.pushed.redirect_uri
    separator = "&" if urlsplit(target).query else "?"
    return HttpResponseRedirect(f"{target}{separator}{urlencode(told | {'iss': issuer_of(request)})}")
