"""Saved views of lists: kept under a name, and removed, by the login that they belong to. No act for the ledger."""

import re
from datetime import datetime
from typing import Final
from urllib.parse import unquote_plus

from django.db import transaction

from chengxin.accounts.errors import ViewHoldsNumber, ViewsFull
from chengxin.accounts.models import Account, SavedView

MOST_VIEWS: Final = 20
"""Of one list and login."""
_LONG_NUMBER: Final = re.compile(r"\d[\d\s-]{13,}")


@transaction.atomic
def save_view(*, account_id: int, place: str, name: str, query: str, now: datetime) -> None:
    """Keep a list's filters and columns under a name; the same name of the same list is written anew.

    Args:
        account_id: Whose view.
        place: Path of the list.
        name: What it is called, at most 60 characters.
        query: What stands behind the path, at most 500 characters.
        now: The moment.

    Raises:
        ViewHoldsNumber: Something in the query may be an identity number.
        ViewsFull: There are as many views of this list as there can be.
    """
    if _LONG_NUMBER.search(unquote_plus(query)):
        raise ViewHoldsNumber
    Account.objects.select_for_update().get(pk=account_id)
    kept = SavedView.objects.filter(account_id=account_id, place=place)
    if not kept.filter(name=name).exists() and kept.count() >= MOST_VIEWS:
        raise ViewsFull(limit=MOST_VIEWS)
    SavedView.objects.update_or_create(
        account_id=account_id, place=place, name=name, defaults={"query": query, "saved_at": now}
    )


def remove_view(*, account_id: int, view_id: int) -> bool:
    """Remove one of the own views; return whether there was one.

    Args:
        account_id: Whose view.
        view_id: Which.
    """
    removed, _by_model = SavedView.objects.filter(account_id=account_id, pk=view_id).delete()
    return bool(removed)
