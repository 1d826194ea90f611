"""How allauth behaves here: nobody signs up by themselves; an account is opened by an act that names who did it."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Keeps open sign-up off."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- the signature is allauth's
        """Return False always: accounts are opened by an officer after real identity verification."""
        return False
