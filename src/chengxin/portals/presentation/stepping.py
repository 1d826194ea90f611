"""A form in three steps: fill in, read again, confirm. What an operation refuses is said in the form's own page."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chengxin.authority.decisions import Refused
from chengxin.portals.presentation.labels import refusal_label
from chengxin.portals.presentation.values import Line

TEMPLATE: Final = "presentation/pages/form.html"


def review_of(form: forms.Form) -> list[Line]:
    """Return what was filled in, in the words of the form.

    Args:
        form: A valid form.
    """
    lines = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        choices = {str(code): label for code, label in getattr(field, "choices", ())}
        if isinstance(value, list | tuple | set):
            value = "、".join(str(choices.get(str(one), one)) for one in value)
        elif choices:
            value = choices.get(str(value), value)
        lines.append(Line(label=field.label or name, value="—" if value in {None, ""} else value))
    return lines


def in_steps(
    request: HttpRequest,
    *,
    form: forms.Form,
    context: Mapping[str, Any],
    act: Callable[[dict[str, Any]], HttpResponse],
) -> HttpResponse:
    """Answer one step of a form: filled in wrongly, filled in to be read again, or confirmed and done.

    Args:
        request: The request being answered.
        form: Bound to what was sent, if anything was.
        context: ``frame``, ``title``, ``effect``, ``help_text``, ``back_url``, and ``facts`` where there are some.
        act: Does what was confirmed, and returns the page after it.
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
        return render(request, TEMPLATE, {**shown, "refusal": refusal_label(refused.code)}, status=409)
