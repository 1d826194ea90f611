"""What the office enters around the gate: who may ask, who is suspended, how often, and how looks are decided."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengxin.inquiries.operations.concerns import MOST_CHARACTERS
from chengxin.inquiries.states import ConcernMove, ReviewState, Suspends
from chengxin.portals.office.forms import ReasonsForm, organisation_choices
from chengxin.portals.office.gate_labels import KINDS, REVIEW_STATES
from chengxin.portals.office.labels import COUNTER_DOCUMENTS, COUNTER_METHODS
from chengxin.portals.presentation.report_texts import EXTENTS, LANGUAGES

Choices = list[tuple[str, str | Promise]]
PLAIN: Final[dict[str, Any]] = {"autocomplete": "off", "spellcheck": "false"}
KEY: Final = RegexValidator(r"^(account|client):[0-9]{1,18}$", _("写成 account:17 或者 client:3 这样。"))


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
    field: Any = form.fields[name]
    field.choices = list(choices)


def one_organisation() -> Choices:
    """Return every organisation as a choice, behind none of them."""
    return [("", _("不选单位")), *organisation_choices()[1:]]


class RequesterFilter(forms.Form):
    """By part of code or name, and of one kind."""

    q = forms.CharField(label=_("代码或名称"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("单位类型"), required=False, choices=[("", _("全部类型")), *KINDS.items()])


class OrganisationForm(forms.Form):
    """A new organisation."""

    code = forms.CharField(
        label=_("单位代码"),
        max_length=40,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9_]{1,39}$", _("用大写字母、数字和下划线，字母开头。"))],
        help_text=_("大写字母、数字和下划线，例如 FZ_BANK。以后不能改。"),
        widget=forms.TextInput(attrs=PLAIN),
    )
    kind = forms.ChoiceField(label=_("单位类型"), choices=list(KINDS.items()))
    name_zh = forms.CharField(label=_("中文名称"), max_length=120)
    name_en = forms.CharField(label=_("英文名称"), max_length=160)
    body = forms.ChoiceField(label=_("目录里的主管单位"))
    division = forms.CharField(
        label=_("行政区划代码"),
        max_length=6,
        validators=[RegexValidator(r"^[0-9]{6}$", _("行政区划代码是 6 位数字。"))],
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, *args: object, bodies: Choices, **kwargs: object) -> None:
        """Offer the bodies of the catalogue.

        Args:
            *args: As for every form.
            bodies: Codes and names.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        _offer(self, "body", bodies)


class PeriodForm(forms.Form):
    """A first day, and a last one where there is one."""

    from_on = forms.DateField(label=_("第一天"), widget=forms.DateInput(attrs=PLAIN), help_text=_("例如 2026-12-01。"))
    last_on = forms.DateField(
        label=_("最后一天"), required=False, widget=forms.DateInput(attrs=PLAIN), help_text=_("不填，就是没有期限。")
    )

    @property
    def to_on(self) -> date | None:
        """Return the first day that no longer counts, or ``None``."""
        last: date | None = self.cleaned_data["last_on"]
        return None if last is None else last + timedelta(days=1)


class MandateForm(PeriodForm):
    """For what an organisation may ask, and which provision gives it the task."""

    purpose = forms.ChoiceField(label=_("查询目的"))
    basis = forms.ChoiceField(label=_("法律依据"), help_text=_("是哪一条把这件事交给这个单位办的。"))
    items = forms.CharField(
        label=_("信息代码"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3} | PLAIN),
        help_text=_("一行一个。不填，就是目的允许的全部。"),
    )
    field_order = ("purpose", "basis", "items", "from_on", "last_on")

    def __init__(
        self, *args: object, purposes: Choices, bases: Choices, allowed: Mapping[str, frozenset[str]], **kwargs: object
    ) -> None:
        """Offer the purposes of the organisation's kind, and the catalogue's bases.

        Args:
            *args: As for every form.
            purposes: Codes and names.
            bases: Codes and names.
            allowed: Item types that each purpose allows.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        _offer(self, "purpose", purposes)
        _offer(self, "basis", bases)
        self._allowed = allowed

    def clean(self) -> dict[str, Any]:
        """Take only items that the purpose allows.

        Raises:
            ValidationError: One is beyond it.
        """
        cleaned = super().clean() or {}
        codes = frozenset(cleaned.get("items", "").split())
        if not codes <= self._allowed.get(cleaned.get("purpose", ""), frozenset()):
            raise forms.ValidationError(_("有的信息代码不在这个目的里，请对照目录核对。"))
        return cleaned

    @property
    def item_codes(self) -> tuple[str, ...]:
        """Return the item types, none for all."""
        return tuple(sorted(self.cleaned_data["items"].split()))


class EndForm(forms.Form):
    """Until when a mandate holds."""

    last_on = forms.DateField(
        label=_("最后一天"), widget=forms.DateInput(attrs=PLAIN), help_text=_("第二天起，查询都不答复。")
    )


class SectorForm(PeriodForm):
    """In which real-name sector an operator works."""

    sector = forms.ChoiceField(label=_("实名登记领域"))
    field_order = ("sector", "from_on", "last_on")

    def __init__(self, *args: object, sectors: Choices, **kwargs: object) -> None:
        """Offer the sectors of the catalogue.

        Args:
            *args: As for every form.
            sectors: Codes and names.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        _offer(self, "sector", sectors)


class SectorEndForm(forms.Form):
    """Until when an operator works in a sector."""

    last_on = forms.DateField(
        label=_("最后一天"), widget=forms.DateInput(attrs=PLAIN), help_text=_("第二天起，不再算在这个领域里。")
    )


class LicenceForm(PeriodForm):
    """A licence as it stands on paper."""

    number = forms.CharField(label=_("许可证编号"), max_length=64, widget=forms.TextInput(attrs=PLAIN))
    issuer = forms.CharField(label=_("发证机关"), max_length=120)
    purposes = forms.MultipleChoiceField(label=_("许可范围里的目的"), widget=forms.CheckboxSelectMultiple)
    field_order = ("number", "issuer", "purposes", "from_on", "last_on")

    def __init__(self, *args: object, purposes: Choices, **kwargs: object) -> None:
        """Offer the purposes of the organisation's kind.

        Args:
            *args: As for every form.
            purposes: Codes and names.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        _offer(self, "purposes", purposes)


class InspectionForm(forms.Form):
    """What an inspection of a bureau found."""

    inspected_on = forms.DateField(
        label=_("检查日期"), widget=forms.DateInput(attrs=PLAIN), help_text=_("例如 2026-12-01。")
    )
    findings = forms.CharField(
        label=_("发现了什么"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("没有问题也要写。请不要写任何人的姓名和号码。"),
    )
    mend_by_on = forms.DateField(
        label=_("整改到哪一天"), required=False, widget=forms.DateInput(attrs=PLAIN), help_text=_("不用整改，就不填。")
    )


class SubjectForm(forms.Form):
    """A whole organisation, or one login or client."""

    organisation = forms.ChoiceField(label=_("整个单位"), required=False, choices=one_organisation)
    key = forms.CharField(
        label=_("一个账号或者接口"),
        required=False,
        max_length=40,
        validators=[KEY],
        help_text=_("照列表里的写法，例如 account:17 或者 client:3。"),
        widget=forms.TextInput(attrs=PLAIN),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two.

        Raises:
            ValidationError: Neither or both were given.
        """
        cleaned = super().clean() or {}
        if bool(cleaned.get("organisation")) == bool(cleaned.get("key")) and "key" not in self.errors:
            raise forms.ValidationError(_("请选一个单位，或者写一个账号，只要一个。"))
        return cleaned

    @property
    def subject(self) -> str:
        """Return the key under which it is suspended or counted."""
        code = self.cleaned_data["organisation"]
        return f"organisation:{code}" if code else str(self.cleaned_data["key"])


class SuspensionForm(SubjectForm):
    """Whom to suspend, and why."""

    reasons = forms.CharField(
        label=_("理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明发生了什么。被暂停的单位可以问到。请不要写任何人的姓名和号码。"),
    )


class QuotaForm(SubjectForm):
    """How often somebody may ask on one day; of an organisation all inquiries, or its lines in batches alone."""

    counted = forms.ChoiceField(
        label=_("算哪些查询"),
        required=False,
        choices=[("", _("全部查询")), ("BATCHES", _("只算批量查询的行"))],
        help_text=_("只有整个单位才分开算。"),
    )
    per_day = forms.IntegerField(label=_("每天几次"), min_value=0, max_value=1_000_000)

    def clean(self) -> dict[str, Any]:
        """Ask for a whole organisation where batches are counted."""
        cleaned = super().clean()
        if cleaned.get("counted") and cleaned.get("key"):
            self.add_error("counted", _("批量查询的行只按整个单位算，请选单位，不写账号。"))
        return cleaned

    @property
    def subject(self) -> str:
        """Return the key under which it is counted."""
        code = self.cleaned_data["organisation"]
        return f"batches:{code}" if code and self.cleaned_data["counted"] else super().subject


class StateFilter(forms.Form):
    """Those that are open, or the others."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部状态")), ("OPEN", _("还没有了结")), ("ENDED", _("已经了结"))],
    )

    @property
    def is_open(self) -> bool | None:
        """Return whether only open ones are wanted, only the others, or all."""
        return {"OPEN": True, "ENDED": False}.get(self.cleaned_data["state"])


class TextFilter(forms.Form):
    """By part of a key."""

    q = forms.CharField(label=_("单位代码或者账号"), required=False, max_length=60)


class TaskForm(forms.Form):
    """What was done about a gap."""

    note = forms.CharField(label=_("怎样办的"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReviewFilter(forms.Form):
    """Of one organisation, by one rule, in one state."""

    organisation = forms.ChoiceField(label=_("单位"), required=False, choices=organisation_choices)
    rule = forms.ChoiceField(label=_("为什么抽到"), required=False)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[*((code, words) for code, (words, _tone) in REVIEW_STATES.items()), ("ALL", _("全部状态"))],
        initial=ReviewState.WAITING.value,
    )

    def __init__(self, *args: object, rules: Choices, **kwargs: object) -> None:
        """Offer the rules of the catalogue.

        Args:
            args: As for a form.
            rules: Codes and names.
            kwargs: As for a form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as a form takes them
        _offer(self, "rule", [("", _("全部")), *rules])

    @property
    def chosen_state(self) -> ReviewState | None:
        """Return the state that was chosen; waiting ones where none was, ``None`` for all."""
        chosen = self.cleaned_data["state"] or ReviewState.WAITING.value
        return None if chosen == "ALL" else ReviewState(chosen)


class ReviewForm(ReasonsForm):
    """How a sampled look is decided."""

    decision = forms.ChoiceField(
        label=_("决定"),
        widget=forms.RadioSelect,
        choices=[
            ("PROPER", _("正当：有目的，有事项，看得不多")),
            (Suspends.LOOKER.value, _("滥用：暂停查看的账号")),
            (Suspends.ORGANISATION.value, _("滥用：暂停整个单位")),
        ],
    )
    field_order = ("decision", "reasons")

    @property
    def decided(self) -> tuple[ReviewState, Suspends | None]:
        """Return the decision and whom it suspends."""
        chosen = self.cleaned_data["decision"]
        if chosen == ReviewState.PROPER.value:
            return ReviewState.PROPER, None
        return ReviewState.MISUSE, Suspends(chosen)


class ConcernFilter(forms.Form):
    """Those that wait for an answer, the others, or all."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("等待答复")), ("ANSWERED", _("已经答复")), ("ALL", _("全部状态"))],
    )

    @property
    def is_open(self) -> bool | None:
        """Return whether only open ones are wanted, only the others, or all."""
        return {"": True, "ANSWERED": False}.get(self.cleaned_data["state"])


class ConcernAnswerForm(forms.Form):
    """What was found about a look that the person does not know, and what the person is told."""

    move = forms.ChoiceField(
        label=_("查下来怎样"),
        widget=forms.RadioSelect,
        choices=[
            (ConcernMove.FIND_IN_ORDER.value, _("合规：有目的，有依据，有事项")),
            (ConcernMove.FIND_OUT_OF_ORDER.value, _("不合规")),
        ],
        error_messages={"required": _("请选查下来怎样。")},
    )
    answer = forms.CharField(
        label=_("给本人的答复"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("写明是谁、为什么看、合不合规；不合规的，写明怎样处理。请不要写任何人的证件号码。"),
        error_messages={"required": _("请写给本人的答复。")},
    )


class CounterPersonForm(forms.Form):
    """Whose paper it is: the whole number from the document, and the case."""

    number = forms.CharField(
        label=_("证件号码"), max_length=18, widget=forms.TextInput(attrs=PLAIN), help_text=_("对照证件原件，写全。")
    )
    case_number = forms.CharField(
        label=_("窗口受理号"),
        max_length=60,
        help_text=_("为哪件事查找。会登记，本人看得到。"),
        widget=forms.TextInput(attrs=PLAIN),
    )


class CounterReportForm(forms.Form):
    """How the clerk made sure who stands at the counter, and which report the person wants."""

    method = forms.ChoiceField(label=_("怎样核对的"), widget=forms.RadioSelect, choices=list(COUNTER_METHODS.items()))
    document_kind = forms.ChoiceField(
        label=_("看了哪一种证件"), widget=forms.RadioSelect, choices=list(COUNTER_DOCUMENTS.items())
    )
    extent = forms.ChoiceField(label=_("要哪一份"), widget=forms.RadioSelect, choices=list(EXTENTS.items()))
    language = forms.ChoiceField(label=_("用哪种文字"), widget=forms.RadioSelect, choices=list(LANGUAGES.items()))


class CounterTargetForm(forms.Form):
    """To which organisation, for which purpose."""

    target = forms.ChoiceField(label=_("给哪个单位，为什么目的"))

    def __init__(self, *args: object, targets: Choices, **kwargs: object) -> None:
        """Offer the mandates that rest on the person's authorisation.

        Args:
            *args: As for every form.
            targets: Organisation and purpose, and their names.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        _offer(self, "target", targets)


class CounterScopeForm(forms.Form):
    """What the person signed."""

    items = forms.MultipleChoiceField(label=_("信息项"), widget=forms.CheckboxSelectMultiple)
    data_from = forms.DateField(label=_("从哪一天的事起"), required=False, widget=forms.DateInput(attrs=PLAIN))
    data_to = forms.DateField(label=_("到哪一天以前的事"), required=False, widget=forms.DateInput(attrs=PLAIN))
    looks = forms.IntegerField(label=_("查几次"), min_value=1, max_value=99)
    days = forms.IntegerField(label=_("几天以内"), min_value=1, max_value=999)
    case_number = forms.CharField(
        label=_("单位的事项编号"), max_length=60, required=False, widget=forms.TextInput(attrs=PLAIN)
    )

    def __init__(self, *args: object, items: Choices, **kwargs: object) -> None:
        """Offer the items that purpose and mandate allow.

        Args:
            *args: As for every form.
            items: Codes and names.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        _offer(self, "items", items)


class ScanForm(forms.Form):
    """The scan of the signed paper."""

    scan = forms.FileField(
        label=_("扫描件"),
        help_text=_("PDF、PNG 或者 JPEG，不超过 5 MB。加密保存，复核时才打开。"),
        error_messages={"required": _("请选扫描件。"), "empty": _("扫描件是空的。")},
    )
