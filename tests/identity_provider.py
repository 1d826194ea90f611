"""An identity provider for tests: django-oauth-toolkit as an OpenID provider, in a process and a store of its own.

    python tests/identity_provider.py FOLDER CLIENT_ID CLIENT_SECRET CALLBACK

prints its port and serves until it is ended. Whoever comes is taken for the person that ``FOLDER/claims.json`` states.
"""

import json
import sys
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

FOLDER = Path(sys.argv[1])


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def settings_of(key: str) -> dict[str, Any]:
    return {
        "SECRET_KEY": "only-for-tests",
        "ALLOWED_HOSTS": ["127.0.0.1"],
        "ROOT_URLCONF": __name__,
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "provider.sqlite"}},
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        "MIDDLEWARE": [
            "django.contrib.sessions.middleware.SessionMiddleware",
            f"{__name__}.WhoeverComes",
        ],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "OAUTH2_PROVIDER": {
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key,
            "OAUTH2_VALIDATOR_CLASS": f"{__name__}.Claims",
            "SCOPES": {"openid": "who", "profile": "name"},
            "PKCE_REQUIRED": True,
        },
    }


def main() -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    import django
    from django.conf import settings

    settings.configure(**settings_of(pem))
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.urls import include, path
    from oauth2_provider.models import Application
    from oauth2_provider.oauth2_validators import OAuth2Validator

    class Claims(OAuth2Validator):
        """States what the file says, whatever was asked for."""

        oidc_claim_scope = None

        def get_additional_claims(self, request: Any) -> dict[str, Any]:  # noqa: ANN401, ARG002 - the signature is the library's
            stated: dict[str, Any] = json.loads((FOLDER / "claims.json").read_text("utf-8"))
            return stated

    class WhoeverComes:
        """Signs the one user in without asking."""

        def __init__(self, answer: Any) -> None:  # noqa: ANN401
            self.answer = answer

        def __call__(self, request: Any) -> Any:  # noqa: ANN401
            request.user = User.objects.get(username="somebody")
            return self.answer(request)

    module = sys.modules[__name__]
    module.Claims = Claims  # type: ignore[attr-defined]
    module.WhoeverComes = WhoeverComes  # type: ignore[attr-defined]
    module.urlpatterns = [path("o/", include("oauth2_provider.urls"))]  # type: ignore[attr-defined]
    call_command("migrate", verbosity=0)
    User.objects.create_user("somebody")
    Application.objects.create(
        client_id=sys.argv[2],
        client_secret=sys.argv[3],
        redirect_uris=sys.argv[4],
        client_type="confidential",
        authorization_grant_type="authorization-code",
        algorithm="RS256",
        skip_authorization=True,
    )
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    sys.modules["identity_provider"] = sys.modules["__main__"]
    __name__ = "identity_provider"
    main()
