"""What can be asked of the public catalogue."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chengxin.catalogue.rules import Edition
from chengxin.portals.public.catalogue import named
from chengxin.portals.public.labels import KINDS


class CatalogueSearch(forms.Form):
    """Words, a domain and a kind; all may be left empty."""

    q = forms.CharField(label=_("找什么"), required=False, max_length=80)
    domain = forms.ChoiceField(label=_("领域"), required=False)
    kind = forms.ChoiceField(label=_("性质"), required=False)

    def __init__(self, *args: object, edition: Edition, **kwargs: object) -> None:
        """Offer the domains of an edition.

        Args:
            *args: As for every form.
            edition: The edition in force.
            **kwargs: As for every form.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        domains = [(code, named(edition.domains, code)) for code in edition.domains]
        self.fields["domain"].choices = [("", _("全部领域")), *domains]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("全部性质")), *KINDS.items()]  # type: ignore[attr-defined]


class ReportNumberForm(forms.Form):
    """The number that is printed on a report."""

    number = forms.CharField(
        label=_("报告编号"),
        max_length=60,
        help_text=_("印在报告每一页的右上角，20 位数字，横线可以不打。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )


class ReportFileForm(forms.Form):
    """The file of a report."""

    file = forms.FileField(
        label=_("报告文件"),
        help_text=_("出具时的 PDF 文件，不超过 10 MB。核对完就丢掉，不保存。"),
        error_messages={"required": _("请先选一个文件。"), "empty": _("这个文件是空的。")},
    )
    status = forms.FileField(
        label=_("状态清单（可以不选）"),
        help_text=_("您自己取来的状态清单。不选也一样：这里总会查报告现在的状态。"),
        required=False,
        error_messages={"empty": _("这个文件是空的。")},
    )
