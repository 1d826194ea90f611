"""Forms of the office in two steps: entered and reviewed, then done; and lists that go on behind a key."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from chengxin.authority.decisions import Refused
from chengxin.portals.office.gate_labels import REFUSALS
from chengxin.portals.presentation import values
from chengxin.portals.presentation.labels import refusal_label
from chengxin.portals.presentation.languages import listed
from chengxin.portals.presentation.templatetags.components import day

PAGE = 50


def stepped(
    request: HttpRequest, *, form: forms.Form, context: Mapping[str, Any], act: Callable[[], None], to: str
) -> HttpResponse:
    """Show a form, then what was entered, then act and go on; what is refused is said above the kept form.

    Args:
        request: The request being answered.
        form: Bound when the request sends it.
        context: Title, way back, effect, help.
        act: Does it.
        to: Where to go afterwards.
    """
    shown = {**context, "form": form}
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        status = 422 if form.is_bound and not form.is_valid() else 200
        return render(request, "office/form.html", shown, status=status)
    if "confirmed" not in request.POST:
        return render(request, "office/form.html", {**shown, "review": review_of(form)})
    try:
        act()
    except Refused as refused:
        return render(request, "office/form.html", {**shown, "refusal": refusal_words(refused)}, status=409)
    return HttpResponseRedirect(to)


def refusal_words(refused: Refused) -> object:
    """Return the sentence for what was refused.

    Args:
        refused: What an operation raised.
    """
    return REFUSALS.get(refused.code, refusal_label(refused.code))


def review_of(form: forms.Form) -> list[values.Line]:
    """Return what was entered, as lines; codes become the words that were chosen.

    Args:
        form: A valid form.
    """
    lines = []
    for name, field in form.fields.items():
        value = form.cleaned_data[name]
        if value in {None, ""} if not isinstance(value, list) else not value:
            continue
        lines.append(values.Line(label=field.label or name, value=_shown(field, value)))
    return lines


def _shown(field: forms.Field, value: Any) -> object:  # noqa: ANN401 - whatever a form's field cleans to
    if isinstance(field, forms.DateField):
        return day(value)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        words = {str(code): str(label) for code, label in choices}
        chosen = value if isinstance(value, list) else [value]
        return listed(words.get(str(code), str(code)) for code in chosen)
    return value


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
