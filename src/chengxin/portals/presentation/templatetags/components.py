"""The shared components: ``{% load components %}``.

Each tag takes plain values (``presentation.values``) and renders one template of
``templates/presentation/components``. Filters write dates, numbers and pack texts in the language of the page.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import loader
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengxin.accounts import lookups as accounts
from chengxin.portals.presentation import charts, languages, saved_views, values
from chengxin.portals.presentation.labels import verified_label
from chengxin.portals.presentation.trial import trial_accounts, trial_password

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()

# Most browsers claim to be others as well: the first mark that is found decides.
BROWSERS: Final = (
    ("MicroMessenger/", "WeChat"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
TONE_CLASSES: Final = {
    values.Tone.NEUTRAL: "cx-status--neutral",
    values.Tone.WAITING: "cx-status--waiting",
    values.Tone.DUE_SOON: "cx-status--due",
    values.Tone.OVERDUE: "cx-status--overdue",
    values.Tone.DONE: "cx-status--done",
}


# --- filters ---------------------------------------------------------------------------------------------------------


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a legal date: 2026年11月23日， or 23 November 2026.

    Args:
        value: The date; a moment is first turned into its civil date in Asia/Shanghai. ``None`` gives an empty text.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value, timezone.get_default_timezone()).date()
    if languages.current_language() == "en":
        return f"{value.day} {calendar.month_name[value.month]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment in Beijing time, to the minute.

    Args:
        value: An aware moment; ``None`` gives an empty text.
    """
    if value is None or value == "":
        return ""
    local = timezone.localtime(value, timezone.get_default_timezone())
    return f"{day(local.date())} {local:%H:%M}"


@register.filter
def days_left(until: date | None, today: date) -> str:
    """Say how many days are left until a last day, which itself still counts.

    Args:
        until: The last day; ``None`` gives an empty text.
        today: The civil date of the page.
    """
    if until is None:
        return ""
    left = (until - today).days
    if left < 0:
        return _("已过期")
    if left == 0:
        return _("今天是最后一天")
    return ngettext("还有 %(count)s 天", "还有 %(count)s 天", left) % {"count": number(left)}


@register.filter
def number(value: float | str | None) -> str:
    """Write a number with thousands separated.

    Args:
        value: The number; ``None`` gives an empty text, and a text, such as a missing value in a template, stays.
    """
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:,}"


@register.filter
def localised(value: object, field: str = "name") -> str:
    """Show a pack's text in the language of the page.

    Args:
        value: A Chinese text, or a value with the two attributes ``<field>_zh`` and ``<field>_en``.
        field: Which pair of attributes is meant.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return languages.in_current_script(value)
    chinese = str(getattr(value, f"{field}_zh", "") or "")
    return languages.in_current_language(chinese, str(getattr(value, f"{field}_en", "") or ""))


@register.filter
def browser(sent: str) -> str:
    """Name the browser and the system of a device, so that its owner knows it again.

    Args:
        sent: What the browser says of itself.

    Example:
        >>> browser("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        'Firefox · Linux'
    """
    named = (next((name for mark, name in marks if mark in sent), "") for marks in (BROWSERS, SYSTEMS))
    return " · ".join(filter(None, named)) or _("认不出的浏览器")


@register.filter
def is_verified(state: str) -> bool:
    """Tell whether a basis was checked against its printed text as a whole.

    Args:
        state: A value of ``Verified``.
    """
    return str(state) == values.Verified.SEEN


@register.filter
def verified_words(state: str) -> str:
    """Say how far a basis was checked.

    Args:
        state: A value of ``Verified``.
    """
    return str(verified_label(str(state)))


# --- the page --------------------------------------------------------------------------------------------------------


@register.inclusion_tag("presentation/components/nav_link.html", takes_context=True)
def nav_link(context: template.Context, url: str, label: str, *, exact: bool = False, count: int = 0) -> dict[str, Any]:
    """Render one link of a portal's navigation, marked when the page lies below it.

    Args:
        context: The page's context; its request tells the current address.
        url: Where it leads.
        label: What it is called.
        exact: Whether only the very address counts as current.
        count: How many things wait there; not shown when 0.
    """
    request: HttpRequest | None = context.get("request")
    path = "" if request is None else request.path
    current = path == url if exact else path.startswith(url)
    return {"url": url, "label": label, "current": current, "count": count}


@register.simple_tag
def identity_providers() -> tuple[tuple[str, str], ...]:
    """Return the address and the name of each identity provider by which persons may sign in."""
    from chengxin.portals.presentation.providing import providers  # noqa: PLC0415 - needs the models, which load later

    return providers()


@register.inclusion_tag("presentation/components/trial.html", takes_context=True)
def trial(context: template.Context, *, short: bool = False) -> dict[str, Any]:
    """Render the logins of a demonstration, each signed in to with one press; nothing on a production site.

    Args:
        context: The page's context, which tells who is signed in.
        short: Only the three of the start page.
    """
    return {
        "accounts": trial_accounts(short=short),
        "password": trial_password(),
        "signed_in": context.get("signed_in"),
        "short": short,
    }


@register.inclusion_tag("presentation/components/status.html")
def status(label: str, tone: str = "NEUTRAL") -> dict[str, Any]:
    """Render the state of a procedure. Never use it for a person or an item.

    Args:
        label: The state in words.
        tone: A value of ``Tone``.
    """
    return {"label": label, "css": TONE_CLASSES[values.Tone(tone)]}


@register.inclusion_tag("presentation/components/banner.html")
def banner(heading: str, text: str = "", *, url: str = "", action: str = "", success: bool = False) -> dict[str, Any]:
    """Render a notification: what has just happened, or what waits.

    Args:
        heading: What it is about.
        text: One sentence more.
        url: Where to go on.
        action: What going there does.
        success: Whether it reports something done.
    """
    return {"heading": heading, "text": text, "url": url, "action": action, "success": success}


@register.inclusion_tag("presentation/components/confirmation.html")
def confirmation(title: str, number: str = "", next_step: str = "", next_day: date | None = None) -> dict[str, Any]:
    """Render the panel after something was done: its number, what happens next and by which day.

    Args:
        title: What was done.
        number: The number to quote.
        next_step: What happens next.
        next_day: By which day.
    """
    return {"title": title, "number": number, "next_step": next_step, "next_day": next_day}


@register.inclusion_tag("presentation/components/steps.html")
def steps(items: Sequence[values.Step]) -> dict[str, Any]:
    """Render the steps of a task.

    Args:
        items: The steps, in order.
    """
    return {"steps": items}


@register.inclusion_tag("presentation/components/actions.html")
def actions(items: Sequence[values.Action]) -> dict[str, Any]:
    """Render what can be done now, each with what happens then.

    Args:
        items: The acts; the primary one comes first.
    """
    return {"actions": _in_order(items)}


def _in_order(items: Sequence[values.Action]) -> list[dict[str, object]]:
    return [_fields(action) for action in sorted(items, key=lambda action: not action.primary)]


def _fields(value: values.Answers | values.Action) -> dict[str, object]:
    """Return a value's fields by name: a template finds a key at once, an attribute only after a raised error."""
    return {name: getattr(value, name) for name in value.__slots__}


# --- items -----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("presentation/components/answers.html")
def five_answers(item: values.Answers, today: date, heading: int = 3) -> dict[str, Any]:
    """Render an item with the five answers, in their fixed order.

    Args:
        item: The answers.
        today: The civil date of the page, for the days left.
        heading: Level of the card's heading, 2 to 4.
    """
    return {"item": _fields(item), "actions": _in_order(item.actions), "today": today, "heading": heading}


@register.simple_tag
def basis_mark(title: str, article: str = "", verified: str = "UNVERIFIED", url: str = "") -> str:
    """Render a legal basis with the mark of how far it was checked.

    Args:
        title: The act.
        article: Its article.
        verified: A value of ``Verified``.
        url: Where the basis is explained.
    """
    return _basis_mark(languages.current_language(), str(title), str(article or ""), str(verified), str(url))


# A page of items names few acts and names them often; they are of the catalogue and tell nothing about anybody.
@lru_cache(maxsize=1024)
def _basis_mark(language: str, title: str, article: str, verified: str, url: str) -> str:
    del language  # only distinguishes
    context = {"title": title, "article": article, "verified": verified, "url": url}
    return loader.get_template("presentation/components/basis.html").render(context)


@register.inclusion_tag("presentation/components/summary.html")
def summary(lines: Sequence[values.Line]) -> dict[str, Any]:
    """Render a summary list.

    Args:
        lines: Question and answer, and where to change it.
    """
    return {"lines": lines}


# --- lists -----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("presentation/components/table.html")
def data_table(table: values.Table) -> dict[str, Any]:
    """Render a data table with sticky headings that scrolls inside its own frame.

    Args:
        table: Caption, columns and rows.
    """
    rows = [list(zip(table.columns, row, strict=True)) for row in table.rows]
    return {"table": table, "rows": rows, "tones": TONE_CLASSES}


@register.filter
def tone_class(tone: str) -> str:
    """Return the style class of a procedure's state.

    Args:
        tone: A value of ``Tone``.
    """
    return TONE_CLASSES[values.Tone(tone)]


@register.inclusion_tag("presentation/components/filters.html", takes_context=True)
def filter_bar(
    context: Mapping[str, Any], form: forms.Form, clear_url: str = "", *, active: bool = False
) -> dict[str, Any]:
    """Render a filter form; its values stay in the address, so that a view can be kept and sent.

    Args:
        context: Of the page; its request tells which columns were chosen, which a new search keeps.
        form: A form bound to the query.
        clear_url: The list without filters.
        active: Whether any filter is set.
    """
    request = context.get("request")
    shown = [] if request is None else request.GET.getlist(saved_views.SHOW)
    return {"form": form, "clear_url": clear_url, "active": active, "shown": shown}


@register.inclusion_tag("presentation/components/list_views.html", takes_context=True)
def list_views(context: Mapping[str, Any], table: values.Table) -> dict[str, Any]:
    """Render the saved views of a list, the choice of its columns, and where it can be saved under a name.

    Args:
        context: Of the page.
        table: The whole table.
    """
    request: HttpRequest = context["request"]
    shown = saved_views.shown_columns(table, request.GET.getlist(saved_views.SHOW))
    left_out = saved_views.LEFT_OUT | {saved_views.SHOW}
    return {
        "views": accounts.list_saved_views(account_id=int(request.user.pk or 0), place=request.path),
        "query": saved_views.query_of(request),
        "place": request.path,
        "kept": [(name, value) for name, each in request.GET.lists() if name not in left_out for value in each],
        "columns": [(place, column, place in shown) for place, column in enumerate(table.columns) if place],
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag(takes_context=True)
def chosen_columns(context: Mapping[str, Any], table: values.Table) -> values.Table:
    """Return a table with the columns that the address asks for.

    Args:
        context: Of the page.
        table: The whole table.
    """
    request: HttpRequest = context["request"]
    return saved_views.with_columns(table, request.GET.getlist(saved_views.SHOW))


@register.inclusion_tag("presentation/components/pager.html")
def pager(page: values.Pager) -> dict[str, Any]:
    """Render the ways out of one page of a long list.

    Args:
        page: The addresses of the beginning and of the next page.
    """
    return {"page": page}


@register.inclusion_tag("presentation/components/empty.html")
def nothing_yet(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, Any]:
    """Render an empty list: say what will appear here.

    Args:
        title: That there is nothing yet.
        text: What will appear here, and when.
        url: What can be done meanwhile.
        action: What that is called.
    """
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("presentation/components/filtered_empty.html")
def nothing_found(clear_url: str, text: str = "") -> dict[str, Any]:
    """Render a list that is empty because of its filters.

    Args:
        clear_url: The list without filters.
        text: What else could be tried.
    """
    return {"clear_url": clear_url, "text": text}


@register.inclusion_tag("presentation/components/too_many.html")
def too_many(limit: int, total: int | None = None) -> dict[str, Any]:
    """Render the note that more was found than is shown, and how to narrow it down.

    Args:
        limit: How many are shown.
        total: How many there are, when known.
    """
    return {"limit": limit, "total": total}


@register.inclusion_tag("presentation/components/failed.html")
def list_failed(retry_url: str, text: str = "") -> dict[str, Any]:
    """Render a list that could not be read.

    Args:
        retry_url: The same list again.
        text: What is known about it.
    """
    return {"retry_url": retry_url, "text": text}


# --- long jobs and charts --------------------------------------------------------------------------------------------


@register.inclusion_tag("presentation/components/progress.html")
def progress(job: values.Progress) -> dict[str, Any]:
    """Render a long job as it stands; it asks for its own next state while it runs, and offers a link without scripts.

    Args:
        job: The job.
    """
    known = job.total > 0
    percent = min(100, 100 * job.done // job.total) if known else 0
    return {"job": job, "known": known, "percent": percent}


@register.inclusion_tag("presentation/components/chart.html")
def chart(drawn: values.Chart) -> dict[str, Any]:
    """Render a small chart as SVG, with its table.

    Args:
        drawn: Title, points and kind.
    """
    return {"chart": drawn, "picture": charts.draw(drawn)}


# --- forms -----------------------------------------------------------------------------------------------------------


def _kind_of(bound: BoundField) -> str:
    """Return which template shows a form field."""
    widget = bound.field.widget
    kinds: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.Select, "select"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
        (forms.PasswordInput, "password"),
    )
    for widget_class, kind in kinds:
        if isinstance(widget, widget_class):
            return kind
    return "input"


CSS_CLASSES: Final = {
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "govuk-file-upload",
    "checkbox": "govuk-checkboxes__input",
    "checkboxes": "govuk-checkboxes__input",
    "radios": "govuk-radios__input",
    "input": "govuk-input",
    "password": "govuk-input",
}


@register.inclusion_tag("presentation/components/field.html")
def field(
    bound: BoundField,
    hint: str = "",
    example: str = "",
    *,
    label: str = "",
    width: str = "",
    large: bool = False,
    needed: bool = False,
) -> dict[str, Any]:
    """Render a form field: label, hint, example, error, control.

    Args:
        bound: The field.
        hint: What to enter, and why; the field's ``help_text`` when empty.
        example: One example.
        label: Another label than the field's own.
        width: ``2``, ``5``, ``10`` or ``20`` characters, or ``full``.
        large: Whether the label is the heading of a page with one question.
        needed: Whether it is needed although the form lets it be empty: whoever judges it answers that, on record.
    """
    kind = _kind_of(bound)
    hint = hint or str(bound.help_text or "")
    described = [
        f"{bound.auto_id}-{part}" for part, present in (("hint", hint or example), ("error", bound.errors)) if present
    ]
    css = CSS_CLASSES[kind]
    if width and kind in {"input", "password"}:
        css += f" govuk-input--width-{width}" if width != "full" else ""
    if bound.errors and kind not in {"radios", "checkboxes", "checkbox"}:
        css += f" {css.split()[0]}--error"
    # What to enter stands in hint and example, which stay readable while typing; libraries' placeholders go.
    attributes: dict[str, str | bool] = {"class": css, "placeholder": False}
    if described and kind not in {"radios", "checkboxes"}:
        attributes["aria-describedby"] = " ".join(described)
    control: SafeString | str = "" if kind in {"radios", "checkboxes"} else bound.as_widget(attrs=attributes)
    return {
        "field": bound,
        "kind": kind,
        "hint": hint,
        "example": example,
        "label": label or bound.label,
        "described": " ".join(described),
        "control": control,
        "large": large,
        "optional": not (bound.field.required or needed),
    }


@register.inclusion_tag("presentation/components/error_summary.html")
def error_summary(form: forms.Form | Sequence[forms.Form]) -> dict[str, Any]:
    """Render the summary of a form's errors, each leading to its field; nothing when there are none.

    Args:
        form: The form, or several that are sent together.
    """
    lines: list[Mapping[str, str]] = []
    for one in [form] if isinstance(form, forms.BaseForm) else form:
        if not one.is_bound:
            continue
        lines.extend({"label": "", "text": str(text), "target": ""} for text in one.non_field_errors())
        for bound in one:
            first = "_0" if _kind_of(bound) in {"radios", "checkboxes"} else ""
            lines.extend(
                {"label": str(bound.label), "text": str(text), "target": f"{bound.auto_id}{first}"}
                for text in bound.errors
            )
    return {"lines": lines}


@register.simple_tag
def field_list(form: forms.Form) -> SafeString:
    """Render all fields of a form in their order: hidden ones as they are, the others as components.

    Args:
        form: The form.
    """
    parts: list[str] = [str(bound) for bound in form.hidden_fields()]
    shown = loader.get_template("presentation/components/field.html")
    parts.extend(shown.render(field(bound)) for bound in form.visible_fields())
    return mark_safe("".join(parts))  # noqa: S308 - only the output of templates is joined


@register.filter
def describes(bound: BoundField, index: int) -> str:
    """Return the id of one choice of a field, as Django numbers them.

    Args:
        bound: The field.
        index: Position of the choice, from 0.
    """
    return f"{bound.auto_id}_{index}"
