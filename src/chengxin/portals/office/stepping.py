"""Forms of the office in two steps: entered and reviewed, then done; and lists that go on behind a key."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from chengxin.portals.office.gate_labels import REFUSALS
from chengxin.portals.presentation import values
from chengxin.portals.presentation.labels import Words, refusal_label
from chengxin.portals.presentation.stepping import in_steps

PAGE = 50


def stepped(
    request: HttpRequest, *, form: forms.Form, context: Mapping[str, Any], act: Callable[[], object], to: str
) -> HttpResponse:
    """Show a form, then what was entered, then act and go on; what is refused is said above the kept form.

    Args:
        request: The request being answered.
        form: Bound when the request sends it.
        context: Title, way back, effect, help.
        act: Does it.
        to: Where to go afterwards.
    """

    def done(_cleaned: dict[str, Any]) -> HttpResponse:
        act()
        return HttpResponseRedirect(to)

    return in_steps(request, form=form, context={"frame": "office/base.html", **context}, act=done, words=refusal_words)


def refusal_words(code: str) -> Words:
    """Return the sentence for what was refused around the gate.

    Args:
        code: The refusal's stable code.
    """
    return REFUSALS.get(code, refusal_label(code))


def table(caption: Any, labels: list[Any], rows: list[list[values.Cell]]) -> values.Table:  # noqa: ANN401 - lazy texts
    """Return a table whose heading says what its caption does.

    Args:
        caption: What it lists.
        labels: The headings.
        rows: The cells.
    """
    return values.Table(
        caption=caption, hide_caption=True, columns=[values.Column(label=label) for label in labels], rows=rows
    )


def going_on(request: HttpRequest, *, shown: int, following: str) -> values.Pager:
    """Return the ways out of one page of a list; filters stay in the address.

    Args:
        request: The request being answered; reads ``after``.
        shown: Lines on this page.
        following: Key behind which the next page begins; empty on the last.
    """
    query = request.GET.copy()
    is_first = not query.pop("after", None)
    first = f"{request.path}?{query.urlencode()}" if query else request.path
    query["after"] = following
    following_url = f"{request.path}?{query.urlencode()}"
    return values.Pager(first_url="" if is_first else first, next_url=following_url if following else "", shown=shown)


def number_behind(request: HttpRequest) -> int | None:
    """Return the key behind which a list goes on; ``None`` for its beginning, and for what is no key.

    Args:
        request: The request being answered; reads ``after``.
    """
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() and len(text) <= 18 else None  # noqa: PLR2004 - fits eight bytes
