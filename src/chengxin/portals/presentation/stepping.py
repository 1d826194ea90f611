"""A form in three steps: fill in, read again, confirm. What an operation refuses is said in the form's own page."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import linebreaksbr

from chengxin.authority.decisions import Refused
from chengxin.portals.presentation.labels import Words, refusal_label
from chengxin.portals.presentation.languages import listed
from chengxin.portals.presentation.templatetags.components import day
from chengxin.portals.presentation.values import Line

TEMPLATE: Final = "presentation/pages/form.html"
EMPTY: Final = "—"


def review_of(form: forms.Form) -> list[Line]:
    """Return what was filled in, in the words of the form; what was left empty is a dash.

    Args:
        form: A valid form.
    """
    return [
        Line(label=field.label or name, value=_shown(field, form.cleaned_data.get(name)))
        for name, field in form.fields.items()
    ]


def _shown(field: forms.Field, value: Any) -> object:  # noqa: ANN401 - whatever a form's field cleans to
    choices = {str(code): label for code, label in getattr(field, "choices", ())}
    if isinstance(value, list | tuple | set):
        return listed(str(choices.get(str(one), one)) for one in value) or EMPTY
    if isinstance(value, date):
        return day(value)
    word = choices.get(str(value), value)
    if word in {None, ""}:
        return EMPTY
    return linebreaksbr(word) if isinstance(word, str) else word


def in_steps(
    request: HttpRequest,
    *,
    form: forms.Form,
    context: Mapping[str, Any],
    act: Callable[[dict[str, Any]], HttpResponse],
    words: Callable[[str], Words] = refusal_label,
) -> HttpResponse:
    """Answer one step of a form: filled in wrongly, filled in to be read again, or confirmed and done.

    Args:
        request: The request being answered.
        form: Bound to what was sent, if anything was.
        context: ``frame``, ``title``, ``effect``, ``help_text``, ``back_url``, and ``facts`` where there are some.
        act: Does what was confirmed, and returns the page after it.
        words: The sentence for a refusal's code.
    """
    # A form without fields asks nothing: what it does is read at once, and confirmed.
    shown = {**context, "form": form, "is_only_confirmed": not form.fields}
    if request.method != "POST":
        return render(request, TEMPLATE, shown)
    if not form.is_valid() or "back" in request.POST:
        return render(request, TEMPLATE, shown, status=422 if form.errors else 200)
    if "confirmed" not in request.POST:
        return render(request, TEMPLATE, {**shown, "review": review_of(form)})
    try:
        return act(form.cleaned_data)
    except Refused as refused:
        return render(request, TEMPLATE, {**shown, "refusal": words(refused.code)}, status=409)
