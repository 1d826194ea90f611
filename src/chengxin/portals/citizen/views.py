"""The person's own pages. Every page that shows something of the person registers it before it is answered."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.errors import NoEditionInForce
from chengxin.catalogue.rules import Edition
from chengxin.inquiries import lookups as inquiries
from chengxin.persons import lookups as persons
from chengxin.portals.citizen import gate, shown
from chengxin.portals.citizen import looks as looked
from chengxin.portals.citizen.authorisations import waiting_requests
from chengxin.portals.citizen.forms import FileFilter
from chengxin.portals.citizen.labels import CHANGES, DOCUMENTS, METHODS
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, lacks_second_factor, open_to, refused_page
from chengxin.portals.presentation.clock import now_of, today_of
from chengxin.records import lookups as records
from chengxin.records.lookups import PersonFile, ShownItem

PAGE = 20
PREVIOUS_VISIT = "citizenprevious_visit_at"
NEVER = "never"


def _edition(request: HttpRequest) -> Edition | None:
    try:
        return catalogue.edition_in_force(today_of(request))
    except NoEditionInForce:
        return None


def previous_visit(request: HttpRequest, actor: Actor) -> datetime | None:
    """Return when the person was here before this sign-in, or ``None`` where this is the first time.

    It is read once per sign-in, before that sign-in's first look, and kept with the session.
    """
    kept = request.session.get(PREVIOUS_VISIT)
    if kept is None:
        at = looked.last_own_look_at(cluster=persons.cluster_of(gate.person_of(actor)), actor=actor)
        kept = NEVER if at is None else at.isoformat()
        request.session[PREVIOUS_VISIT] = kept
    return None if kept == NEVER else datetime.fromisoformat(kept)


def _open_file(request: HttpRequest, actor: Actor) -> PersonFile | Refusal:
    return records.access_file(
        person_id=gate.person_of(actor), actor=actor, purpose_code=gate.SELF_READ, now=now_of(request)
    )


def _is_new(item: ShownItem, since: datetime | None) -> bool:
    return since is None or item.received_at > since


@open_to(Audience.PERSON)
def home(request: HttpRequest) -> HttpResponse:
    """Show what is new since the last visit, who looked, and what waits for the person.

    Args:
        request: The request being answered.
    """
    actor = actor_of(request)
    since = previous_visit(request, actor)
    file = _open_file(request, actor)
    if isinstance(file, Refusal):
        return refused_page(request, file.code)
    cluster = persons.cluster_of(gate.person_of(actor))
    new = [item for item in file.items if _is_new(item, since)]
    waiting = waiting_requests(request)
    answered = inquiries.count_answered_since(cluster=cluster, since=since)
    context = {
        "since": since,
        "today": file.today,
        "item_count": len(file.items),
        "new_count": len(new),
        "newest": shown.answers_of(new[:3]),
        "look_count": looked.count_of_others_since(cluster=cluster, actor=actor, since=since),
        "look_number": file.look_sequence,
        "lacks_second_factor": lacks_second_factor(request),
        "waiting": waiting,
        "answered_count": answered,
        "task_count": len(waiting) + answered + lacks_second_factor(request),
    }
    return render(request, "citizen/home.html", context)


@open_to(Audience.PERSON)
def file(request: HttpRequest) -> HttpResponse:
    """Show everything of the person that may be shown today, by domain; filters stay in the address.

    Args:
        request: The request being answered; reads ``domain``, ``new`` and ``from``.
    """
    actor = actor_of(request)
    since = previous_visit(request, actor)
    opened = _open_file(request, actor)
    if isinstance(opened, Refusal):
        return refused_page(request, opened.code)
    form = FileFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    domain, only_new = asked.get("domain", ""), asked.get("new", False)
    chosen = [
        item
        for item in opened.items
        if (not domain or shown.domain_of(item) == domain) and (not only_new or _is_new(item, since))
    ]
    ordered = _by_domain(chosen)
    first = request.GET.get("from", "")
    start = int(first) if first.isdigit() and len(first) < 9 else 0  # noqa: PLR2004 - a place in a list
    page = ordered[start : start + PAGE]
    context = {
        "today": opened.today,
        "groups": shown.groups(opened.items, page=page),
        "item_count": len(opened.items),
        "domain": domain,
        "only_new": only_new,
        "has_new": any(_is_new(item, since) for item in opened.items) and since is not None,
        "shown_count": len(page),
        "pager": _pager("citizen:file", asked=_asked(domain, only_new), start=start, page=page, total=len(chosen)),
        "clear_url": reverse("citizen:file"),
        "look_number": opened.look_sequence,
    }
    return render(request, "citizen/file.html", context)


def _by_domain(items: list[ShownItem]) -> list[ShownItem]:
    """Put items of one domain together, domains in the order of their groups, so that a page cuts few of them."""
    order = {code: place for place, code in enumerate(shown.domains_in_order(items))}
    return sorted(items, key=lambda item: order[shown.domain_of(item)])


def _asked(domain: str, only_new: bool) -> dict[str, str]:  # noqa: FBT001 - a filter that is set or not
    return ({"domain": domain} if domain else {}) | ({"new": "on"} if only_new else {})


def _pager(name: str, *, asked: dict[str, str], start: int, page: list[ShownItem], total: int) -> values.Pager | None:
    if total <= PAGE:
        return None
    following = start + len(page)
    return values.Pager(
        first_url=f"{reverse(name)}?{urlencode(asked)}" if start else "",
        next_url=f"{reverse(name)}?{urlencode({**asked, 'from': following})}" if following < total else "",
        shown=len(page),
        total=total,
    )


@open_to(Audience.PERSON)
def item(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one item with its history. An item of somebody else is answered like one that never was.

    Args:
        request: The request being answered.
        reference: The item's reference.
    """
    actor = actor_of(request)
    previous_visit(request, actor)
    opened = records.access_item(
        person_id=gate.person_of(actor),
        reference=reference,
        actor=actor,
        purpose_code=gate.SELF_READ,
        now=now_of(request),
    )
    if isinstance(opened, Refusal):
        return render(request, "citizen/item_unknown.html", {"reference": reference}, status=404)
    found, history = opened
    (answers,) = shown.answers_of([found], with_history=False)
    context = {
        "today": today_of(request),
        "answers": answers,
        "reference": shown.short_reference(found.reference),
        "supplier": answers.supplied_by or answers.body,
        "edition": found.edition,
        "history": [
            (version, CHANGES[version.change.value], _("现在有效") if version.holds else _("已被后来的代替"))
            for version in history
        ],
    }
    return render(request, "citizen/item.html", context)


def _about(request: HttpRequest, actor: Actor, *, numbers: tuple[str, ...] = ()) -> HttpResponse:
    about_person = gate.access_own_identity(actor=actor, now=now_of(request))
    edition = _edition(request)
    bodies = shown.organisation_names(
        {line.organisation_code for line in about_person.verifications if line.organisation_code}
    )
    roles = {} if edition is None else edition.coverage_roles
    bases = {} if edition is None else edition.bases
    context = {
        "person": about_person,
        "numbers": numbers,
        "verifications": [
            (
                line,
                METHODS[line.method_code.value],
                DOCUMENTS[line.document_kind.value],
                bodies[line.organisation_code] if line.organisation_code else "",
            )
            for line in about_person.verifications
        ],
        "roles": [
            (
                shown.named(roles.get(code), code),
                bases.get(roles[code].basis) if code in roles else None,
                0 if edition is None else sum(code in item.coverage_roles for item in edition.item_types.values()),
            )
            for code in about_person.coverage_codes
        ],
    }
    return render(request, "citizen/about.html", context)


@open_to(Audience.PERSON)
def about(request: HttpRequest) -> HttpResponse:
    """Show who the person is here: name, masked number, how identity was verified, coverage roles.

    Args:
        request: The request being answered.
    """
    actor = actor_of(request)
    previous_visit(request, actor)
    return _about(request, actor)


@open_to(Audience.PERSON, read=("POST",))
def own_number(request: HttpRequest) -> HttpResponse:
    """Show the person's own number whole, once, after its look was registered.

    Args:
        request: The request being answered; only the press of the button leads here.
    """
    actor = actor_of(request)
    previous_visit(request, actor)
    numbers = gate.access_own_number(actor=actor, now=now_of(request))
    if isinstance(numbers, Refusal):
        return refused_page(request, numbers.code)
    return _about(request, actor, numbers=numbers)


@open_to(Audience.PERSON)
def periods(request: HttpRequest) -> HttpResponse:
    """Show how long what is shown, used and kept, from the clocks of the edition in force.

    Args:
        request: The request being answered.
    """
    edition = _edition(request)
    context = {"edition": edition, "kinds": () if edition is None else shown.periods_by_kind(edition)}
    return render(request, "citizen/periods.html", context)
