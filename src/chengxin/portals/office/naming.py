"""Names for the codes of organisations and item types, in the language of the page."""

from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.errors import NoEditionInForce
from chengxin.catalogue.rules import Edition, SamplingCode
from chengxin.organisations import lookups as organisations
from chengxin.portals.presentation.actors import Actors
from chengxin.portals.presentation.languages import in_current_language

_FITTING: Final = 11
_LATIN_FITTING: Final = 20


def edition_on(today: date) -> Edition | None:
    """Return the edition in force on a day, or ``None`` before the first.

    Args:
        today: The civil date.
    """
    try:
        return catalogue.edition_in_force(today)
    except NoEditionInForce:
        return None


def subject_words(names: "Names", actors: Actors, subject: str) -> str:
    """Return who is suspended or has a quota: by name, and by the key under which forms of the office take it.

    Args:
        names: Names of organisations.
        actors: Names of logins and programs, with this one's.
        subject: ``organisation:CODE``, ``batches:CODE``, ``account:17`` or ``client:3``.
    """
    kind, _colon, key = subject.partition(":")
    if kind not in {"organisation", "batches"}:
        words = actors.words(subject)
        return words if words == subject else f"{words} · {subject}"
    name = f"{names.organisation(key)} · {key}"
    return name if kind == "organisation" else _("%(name)s · 批量查询的行") % {"name": name}


class Names:
    """Names by code; what is unknown is shown as its code."""

    def __init__(self, edition: Edition | None) -> None:
        """Read the organisations once for a page.

        Args:
            edition: Names the item types.
        """
        self._edition = edition
        self._organisations = {line.code: line for line in organisations.list_organisations()}

    def organisation(self, code: str) -> str:
        """Return an organisation's name.

        Args:
            code: The organisation.
        """
        line = self._organisations.get(code)
        return code if line is None else in_current_language(line.name_zh, line.name_en)

    def item(self, code: str) -> str:
        """Return an item type's name.

        Args:
            code: The item type.
        """
        item = None if self._edition is None else self._edition.item_types.get(code)
        return code if item is None else in_current_language(item.name_zh, item.name_en)

    def purpose(self, code: str) -> str:
        """Return a purpose's name.

        Args:
            code: The purpose.
        """
        found = None if self._edition is None else self._edition.purposes.get(code)
        return code if found is None else in_current_language(found.name_zh, found.name_en)

    def sampling_rule(self, code: str) -> str:
        """Return the name of the rule by which a look was sampled.

        Args:
            code: The rule.
        """
        found = None if self._edition is None else self._edition.sampling_rules.get(SamplingCode(code))
        return code if found is None else in_current_language(found.name_zh, found.name_en)

    def basis(self, code: str) -> str:
        """Return the act of a provision, and its article where it names one.

        Args:
            code: The provision; may be empty.
        """
        found = None if self._edition is None else self._edition.bases.get(code)
        return code if found is None else f"{found.title} {found.article or ''}".rstrip()

    def short_item(self, code: str) -> str:
        """Return an item type's name as it fits beside a bar of a chart.

        Args:
            code: The item type.
        """
        name = self.item(code)
        longest = _LATIN_FITTING if name.isascii() else _FITTING
        return name if len(name) <= longest else f"{name[: longest - 1]}…"
