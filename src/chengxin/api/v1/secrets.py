"""How a client proves itself at the token endpoint: by one of its valid secrets, of which two may overlap.

A token never outlives the secret that fetched it.
"""

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator

from chengxin.accounts import lookups as accounts
from chengxin.accounts import operations
from chengxin.accounts.lookups import SecretLine

# The library compares secrets and writes tokens in two calls of one request, and hands nothing from one to the other.
_proved_by: ContextVar[SecretLine | None] = ContextVar("_proved_by", default=None)


class RotatingSecrets(OAuth2Validator):  # type: ignore[misc]
    """Compares secrets with the rows of ``accounts`` and with nothing else."""

    def _load_application(self, client_id: str, request: Any) -> Any:  # noqa: ANN401 - the library has no types
        application = super()._load_application(client_id, request)
        if application is not None:
            # What the library hands on to the comparison; never saved.
            request.client.client_secret = str(application.pk)
        return application

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        now = timezone.now()
        found = accounts.find_secret(application_pk=int(stored_secret), client_secret=provided_secret, now=now)
        _proved_by.set(found)
        if found is not None:
            operations.note_secret_use(secret_id=found.secret_id, now=now)
        return found is not None

    def _create_access_token(self, expires: datetime, request: Any, token: Any, *rest: Any) -> Any:  # noqa: ANN401
        secret = _proved_by.get()
        if secret is not None and secret.valid_until is not None:
            expires = min(expires, secret.valid_until)
        return super()._create_access_token(expires, request, token, *rest)
