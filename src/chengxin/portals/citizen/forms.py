"""What can be asked of the person's own lists, and what the person chooses to allow."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chengxin.authorisations.rules import Scope
from chengxin.inquiries.operations.concerns import MOST_CHARACTERS
from chengxin.portals.citizen.allowed import Item
from chengxin.portals.presentation.report_texts import EXTENTS, LANGUAGES

DAY = {"type": "date"}


class LooksFilter(forms.Form):
    """Which looks are listed; left empty all of them."""

    which = forms.ChoiceField(
        label=_("谁看的"),
        required=False,
        choices=[("", _("全部")), ("OTHERS", _("别人看的")), ("OWN", _("我自己看的"))],
    )
    outcome = forms.ChoiceField(
        label=_("看成了没有"),
        required=False,
        choices=[("", _("全部")), ("SHOWN", _("看到了内容")), ("REFUSED", _("没有看成"))],
    )
    organisation = forms.ChoiceField(label=_("单位"), required=False)
    purpose = forms.ChoiceField(label=_("目的"), required=False)
    since = forms.DateField(label=_("从哪一天起"), required=False, widget=forms.DateInput(attrs=DAY))
    until = forms.DateField(label=_("到哪一天（含）"), required=False, widget=forms.DateInput(attrs=DAY))

    def __init__(
        self, data: QueryDict, *, organisations: Sequence[tuple[str, str]], purposes: Sequence[tuple[str, str]]
    ) -> None:
        """Offer the organisations and purposes that are among the looks.

        Args:
            data: What was asked for in the address.
            organisations: Code and name.
            purposes: Code and name.
        """
        super().__init__(data)
        for name, choices in (("organisation", organisations), ("purpose", purposes)):
            cast("forms.ChoiceField", self.fields[name]).choices = [("", gettext("全部")), *choices]


class FileFilter(forms.Form):
    """Which items are shown: of one domain, or new since the last visit."""

    domain = forms.CharField(required=False, max_length=40)
    new = forms.BooleanField(required=False)


class RequestsFilter(forms.Form):
    """Which requests are listed; left empty all of them."""

    which = forms.ChoiceField(
        label=_("看哪些"),
        required=False,
        choices=[
            ("", _("全部")),
            ("WAITING", _("等我答复的")),
            ("ANSWERED", _("答复过的")),
            ("LAPSED", _("过期失效的")),
        ],
    )


class AuthorisationsFilter(forms.Form):
    """Which authorisations are listed; left empty all of them."""

    which = forms.ChoiceField(
        label=_("看哪些"),
        required=False,
        choices=[("", _("全部")), ("STANDING", _("现在有效的")), ("PAST", _("已经结束的"))],
    )


class ConcernForm(forms.Form):
    """What the person wants to say about a look."""

    words = forms.CharField(
        label=_("您想说明什么"),
        help_text=_("只有审核的人能看到。不用写证件号码。"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class GrantForm(forms.Form):
    """What the person allows: nothing beyond what was asked."""

    items = forms.MultipleChoiceField(
        label=_("让对方看哪些信息"),
        help_text=_("不想给的，去掉勾。"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("至少留一项。一项也不想给，请返回选「我不同意」。")},
    )
    data_from = forms.DateField(
        label=_("只看哪一天以后发生的"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    data_last = forms.DateField(
        label=_("只看哪一天以前发生的（含当天）"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    looks = forms.IntegerField(label=_("最多看几次"), min_value=1)
    days = forms.IntegerField(label=_("多少天内可以看，今天算第一天"), min_value=1)

    def __init__(self, data: QueryDict | None, *, asked: Scope, items: Sequence[Item]) -> None:
        """Begin with what was asked.

        Args:
            data: What the person chose; ``None`` while nothing was.
            asked: What was asked.
            items: Its item types in words.
        """
        data_last = None if asked.data_to is None else asked.data_to - timedelta(days=1)
        super().__init__(
            data,
            initial={
                "items": [item.code for item in items],
                "data_from": asked.data_from,
                "data_last": data_last,
                "looks": asked.looks,
                "days": asked.days,
            },
        )
        self.asked = asked
        self.asked_last = data_last
        if items:
            choices = [(item.code, f"{item.name}：{item.plain}" if item.plain else item.name) for item in items]
            cast("forms.MultipleChoiceField", self.fields["items"]).choices = choices
        else:
            del self.fields["items"]
        self.fields["looks"].help_text = ngettext("对方要 %(count)s 次。", "对方要 %(count)s 次。", asked.looks) % {
            "count": asked.looks
        }
        self.fields["days"].help_text = ngettext("对方要 %(count)s 天。", "对方要 %(count)s 天。", asked.days) % {
            "count": asked.days
        }

    def clean(self) -> dict[str, Any]:
        """Refuse whatever goes beyond what was asked, each beside its field."""
        cleaned = super().clean() or {}
        for name, most in (("looks", self.asked.looks), ("days", self.asked.days)):
            if cleaned.get(name) is not None and cleaned[name] > most:
                self.add_error(name, gettext("不能比对方要的多，最多 %(most)s。") % {"most": most})
        first, last = cleaned.get("data_from"), cleaned.get("data_last")
        if self.asked.data_from is not None and (first is None or first < self.asked.data_from):
            self.add_error("data_from", gettext("不能比对方要的早，最早 %(day)s。") % {"day": self.asked.data_from})
        if self.asked_last is not None and (last is None or last > self.asked_last):
            self.add_error("data_last", gettext("不能比对方要的晚，最晚 %(day)s。") % {"day": self.asked_last})
        if first is not None and last is not None and last < first:
            self.add_error("data_last", gettext("结束的日期早于开始的日期。"))
        return cleaned

    def scope(self) -> Scope:
        """Return what the person allows, once it was found to be right."""
        last = self.cleaned_data["data_last"]
        return replace(
            self.asked,
            item_codes=frozenset(self.cleaned_data.get("items", ())),
            data_from=self.cleaned_data["data_from"],
            data_to=None if last is None else last + timedelta(days=1),
            looks=self.cleaned_data["looks"],
            days=self.cleaned_data["days"],
        )


class ReportForm(forms.Form):
    """In which language a report is written, and how much it says."""

    extent = forms.ChoiceField(label=_("要哪一份"), widget=forms.RadioSelect, choices=list(EXTENTS.items()))
    language = forms.ChoiceField(label=_("用哪种文字"), widget=forms.RadioSelect, choices=list(LANGUAGES.items()))
