"""Requesters' officers at their pages: signed in, filling forms, reviewing and confirming. Synthetic persons only."""

import re
from collections.abc import Mapping

from django.test import Client
from django.urls import reverse

from chengxin.authority.actors import Role
from chengxin.organisations.states import OrganisationKind
from factories import inquiries as gate
from factories import intake as given
from factories.portals import signed_in

SCHOOL = "FZ_SCHOOL"


def officer(organisation_code: str = gate.BANK, name: str = "") -> Client:
    """Return a browser of an officer who asks."""
    return signed_in(Role.REQUESTER, organisation_code=organisation_code, name=name)


def department() -> None:
    gate.organisation(
        gate.DEPARTMENT,
        "ADMINISTRATIVE_MATTER",
        "IDENTITY_CHECK",
        kind=OrganisationKind.DEPARTMENT,
        basis_code="PIPL-34",
    )


def entered(index: int = 0, **changed: object) -> dict[str, object]:
    """Return what an officer enters about the person of an index."""
    return {
        "purpose": "LENDING",
        "number": given.number(index),
        "name": given.name(index),
        "case_number": gate.CASE,
        "authorisation": "",
        "form": "LIST",
        "items": [given.ITEM],
    } | changed


def confirm(client: Client, url: str, sent: Mapping[str, object]) -> tuple[str, str, int]:
    """Send a form, then its review; return the review, the page behind it, and its status."""
    review = client.post(reverse(url), sent)
    page = review.content.decode()
    entry = re.search(r'name="entry" value="([^"]+)"', page)
    assert entry is not None, page
    done = client.post(reverse(url), {"entry": entry[1]}, follow=True)
    return page, done.content.decode(), done.status_code
