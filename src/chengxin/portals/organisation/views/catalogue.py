"""What the organisation may supply: the list with its search, and how a file of each item is filled in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from chengxin.catalogue.rules import Edition, ItemType
from chengxin.portals.organisation import tables
from chengxin.portals.organisation.answers import explaining_refusals
from chengxin.portals.organisation.forms import CatalogueSearch
from chengxin.portals.organisation.pages import edition_today, items_today
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.languages import in_current_language, to_simplified


@open_to(Audience.SUPPLIER)
@explaining_refusals
def items(request: HttpRequest) -> HttpResponse:
    """Show the items that the organisation may supply today; the search stays in the address.

    Args:
        request: The request being answered; reads ``q``.
    """
    edition = edition_today(request)
    codes = items_today(request, actor_of(request), edition)
    form = CatalogueSearch(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = [
        edition.item_types[code]
        for code in codes
        if edition is not None and _has_all(edition, edition.item_types[code], words)
    ]
    context = {
        "form": form,
        "active": bool(words),
        "clear_url": reverse("organisation:catalogue"),
        "items": found,
        "has_mandates": bool(codes),
    }
    return render(request, "organisation/catalogue.html", context)


def _has_all(edition: Edition, item: ItemType, words: str) -> bool:
    """Tell whether an item's names contain all words, in any of the three languages."""
    bodies = (edition.bodies[code].name_zh for code in item.competent_bodies if code in edition.bodies)
    parts = (item.code, item.name_zh, item.name_en, item.plain_zh, item.plain_en, *bodies)
    searched = " ".join(parts).casefold()
    return all(to_simplified(word).casefold() in searched for word in words.split())


@open_to(Audience.SUPPLIER)
@explaining_refusals
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show how a file of one item is filled in: data dictionary, template, schema.

    Args:
        request: The request being answered.
        code: Code of the item type.

    Raises:
        Http404: The edition in force has no such type.
    """
    edition = edition_today(request)
    found = None if edition is None else edition.item_types.get(code)
    if edition is None or found is None:
        raise Http404
    context = {
        "item": found,
        "edition": edition,
        "basis": edition.bases[found.basis],
        "is_mandated": code in items_today(request, actor_of(request), edition),
        "roles": [
            in_current_language(edition.coverage_roles[role].name_zh, edition.coverage_roles[role].name_en)
            for role in found.coverage_roles
            if role in edition.coverage_roles
        ],
        "dictionary": tables.dictionary_table(found),
    }
    return render(request, "organisation/item.html", context)
