"""Who did something, as officers read it: name and organisation, not the key under which the ledger knows them."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from chengxin.accounts import lookups as accounts
from chengxin.authority.actors import ActorKind
from chengxin.organisations import lookups as organisations
from chengxin.portals.presentation.languages import in_current_language

# Of keys that are no login and no program: a code or a provider opens a login for the person alone.
_PERSONS: Final = frozenset({"code", "provider"})


class Actors:
    """Names for the keys of one page, read at once."""

    def __init__(self, keys: Iterable[str | None]) -> None:
        """Read names and organisations.

        Args:
            keys: The keys that the page shows; ``None`` and empty ones are nobody's.
        """
        self._found = accounts.name_actors(key for key in keys if key)
        self._organisations = organisations.find_organisations(
            {named.organisation_code for named in self._found.values() if named.organisation_code}
        )

    def name(self, key: str) -> str:
        """Return who acted: an officer or program by name; a person, whose name is nobody's business here, as such.

        Args:
            key: As ``account:17``; of somebody unknown it is shown as it is, so that nothing is hidden.
        """
        sort = key.partition(":")[0]
        if sort == "system":
            return _("平台自动办理")
        if sort == "command":
            return _("运维人员（命令行）")
        named = self._found.get(key)
        if sort in _PERSONS or (named is not None and named.kind is ActorKind.PERSON):
            return _("本人")
        if named is None:
            return key
        return _("接口程序「%(name)s」") % {"name": named.name} if named.kind is ActorKind.CLIENT else named.name

    def organisation(self, key: str) -> str:
        """Return the name of the organisation for which somebody acted; empty where it was for none.

        Args:
            key: As ``account:17``.
        """
        named = self._found.get(key)
        if named is None or not named.organisation_code:
            return ""
        line = self._organisations.get(named.organisation_code)
        return named.organisation_code if line is None else in_current_language(line.name_zh, line.name_en)

    def words(self, key: str | None) -> str:
        """Return name and organisation of whoever acted, in one text.

        Args:
            key: As ``account:17``; ``None`` or empty where nobody did, which gives an empty text.
        """
        if not key:
            return ""
        return " · ".join(part for part in (self.name(key), self.organisation(key)) if part)
