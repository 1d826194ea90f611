"""What an answer holds in each of its forms: the smallest that serves the purpose, whatever was asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from chengxin.catalogue.rules.values import AnswerForm, ItemKind
from chengxin.inquiries.states import Match

MASK_RULE: Final = "ANSWER"
MASK_VERSION: Final = 1
"""Version of what each form lets out. A change needs a new one; old looks name the old one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsableItem:
    """One item that may be used today, as far as any form of answer can show it.

    Attributes:
        item_code: Its type.
        kind: What it says of a person.
        severity: Severity code; empty where the type has none.
        occurred_on: Day of the event.
        ended_on: Its end, or ``None``.
        document_on: Day of the effective document, or ``None``.
        used_until: Last day on which it may be used.
        supplier_code: Who says so.
        details: What else was supplied; read only for a document.
    """

    item_code: str
    kind: ItemKind
    severity: str
    occurred_on: date
    ended_on: date | None
    document_on: date | None
    used_until: date
    supplier_code: str
    details: Mapping[str, str]


def form_given(*, asked: AnswerForm, needed: AnswerForm) -> AnswerForm:
    """Return the form in which an inquiry is answered: never larger than the purpose needs.

    Args:
        asked: What the requester asked for.
        needed: The largest form that the purpose needs.

    Source:
        R-ANSWER-01 (docs/law/rules.md).

    Example:
        >>> form_given(asked=AnswerForm.DOCUMENT, needed=AnswerForm.COUNT).value
        'COUNT'
        >>> form_given(asked=AnswerForm.YES_NO, needed=AnswerForm.LIST).value
        'YES_NO'
    """
    return asked if asked.extent <= needed.extent else needed


def body_of(form: AnswerForm, items: Sequence[UsableItem]) -> dict[str, Any]:
    """Return what an answer says of a person's items in a form.

    Yes or no, and counts, speak of kinds; a list names types, days, severity and supplier; only a document holds
    details. Nothing in any form names the person.

    Args:
        form: The form given.
        items: The items in scope that may be used today.

    Source:
        R-ANSWER-02 (docs/law/rules.md).
    """
    kinds = Counter(item.kind.value for item in items)
    if form is AnswerForm.YES_NO:
        return {"found": dict.fromkeys(sorted(kinds), True)}
    if form is AnswerForm.COUNT:
        return {"counts": dict(sorted(kinds.items()))}
    return {"items": [_listed(item, with_details=form is AnswerForm.DOCUMENT) for item in items]}


def identity_body(match: Match) -> dict[str, Any]:
    """Return the whole answer of an identity check.

    Args:
        match: What was found.

    Source:
        R-ANSWER-03 (docs/law/rules.md).

    Example:
        >>> identity_body(Match.NO_MATCH)
        {'match': 'NO_MATCH'}
    """
    return {"match": match.value}


def _listed(item: UsableItem, *, with_details: bool) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "item": item.item_code,
        "kind": item.kind.value,
        "severity": item.severity or None,
        "occurred_on": item.occurred_on.isoformat(),
        "ended_on": None if item.ended_on is None else item.ended_on.isoformat(),
        "document_on": None if item.document_on is None else item.document_on.isoformat(),
        "used_until": item.used_until.isoformat(),
        "supplier": item.supplier_code,
    }
    return {**listed, "details": dict(item.details)} if with_details else listed
