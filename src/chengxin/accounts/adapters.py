"""How allauth behaves here: nobody signs up by themselves; an account is opened by an act that names who did it."""

import base64
from typing import Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from chengxin.keys.current import keyring
from chengxin.sealing.suites import seal, unseal

_FACTOR: Final = b"accounts.second_factor"


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Keeps open sign-up off."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- the signature is allauth's
        """Return False always: accounts are opened by an officer after real identity verification."""
        return False


class SealedFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors sealed under the vault key; the library itself would keep them in clear."""

    def encrypt(self, text: str) -> str:
        """Return a factor's secret sealed.

        Args:
            text: The secret, such as the seed of an authenticator app.
        """
        return base64.b64encode(seal(keyring().vault(), text.encode(), context=_FACTOR)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Return a factor's secret in clear, while a code is checked.

        Args:
            encrypted_text: As it is stored.
        """
        return unseal(keyring().vault(), base64.b64decode(encrypted_text), context=_FACTOR).decode()
