"""Which scopes the token endpoint knows, and which of them a client may have: those of its appointments."""

from collections.abc import Mapping, Sequence
from typing import Final

from oauth2_provider.scopes import BaseScopes

from chengxin.accounts import lookups, rules

WORDS: Final[Mapping[str, str]] = {
    rules.INTAKE: "Send batches and read their results",
    rules.INQUIRY: "Ask about persons, as the law or the person allows",
}


class RoleScopes(BaseScopes):  # type: ignore[misc]  # the library has no types
    """Gives a client the scopes of its appointments; without asking for one it gets all of them."""

    def get_all_scopes(self) -> Mapping[str, str]:
        """Return every scope with what it opens."""
        return WORDS

    def get_available_scopes(
        self, application: object = None, request: object = None, *args: object, **kwargs: object
    ) -> Sequence[str]:
        """Return the scopes that a client may have.

        Args:
            application: The OAuth application, or None where it is not known yet.
            request: Not looked at.
            *args: Not looked at.
            **kwargs: Not looked at.
        """
        del request, args, kwargs
        key = getattr(application, "pk", None)
        actor = None if key is None else lookups.find_client_actor(application_pk=key)
        return () if actor is None else rules.scopes_of(actor.roles)

    def get_default_scopes(
        self, application: object = None, request: object = None, *args: object, **kwargs: object
    ) -> Sequence[str]:
        """Return the scopes of a client that asks for none in particular: all that it may have.

        Args:
            application: The OAuth application.
            request: Not looked at.
            *args: Not looked at.
            **kwargs: Not looked at.
        """
        return self.get_available_scopes(application, request, *args, **kwargs)
