"""Settings of the Django site: the one place where the environment is read.

Statutory content is not here: it is dated data in the catalogue. Every name read from the environment is listed in
docs/operations/settings.md (a guard test compares the two). Nothing unsafe is a default: demonstration mode must be
asked for, and a production site refuses to start with a demonstration data directory.
"""

import os
import secrets
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chengxin.postgres.configuration import DatabaseRole, django_databases
from chengxin.watching.asking import WitnessPlace

SOURCE = Path(__file__).resolve().parent
PROJECT = SOURCE.parent.parent

CHENGXIN_DATA = Path(os.environ.get("CHENGXIN_DATA", "var")).resolve()
CHENGXIN_PORT = int(os.environ.get("CHENGXIN_PORT", "8000"))
# Read by `init`, which writes it into the first list of keys; from then on it stands there.
CHENGXIN_ISSUER = os.environ.get("CHENGXIN_ISSUER", "")
CHENGXIN_ENGINE = os.environ.get("CHENGXIN_ENGINE", "duckdb")
CHENGXIN_HOSTS = os.environ.get("CHENGXIN_HOSTS", "127.0.0.1,localhost").split(",")
CHENGXIN_DATABASE_ROLE = DatabaseRole(os.environ.get("CHENGXIN_DATABASE_ROLE", "APP"))
PACKS = PROJECT / "packs"


def _mode() -> str:
    """Return DEMONSTRATION or PRODUCTION, as the data directory was made; the environment may only agree with it.

    Raises:
        RuntimeError: The environment asks for another mode than the data directory was made for.
    """
    marker = CHENGXIN_DATA / "mode"
    asked = os.environ.get("CHENGXIN_MODE", "").upper()
    kept = marker.read_text(encoding="utf-8").strip() if marker.exists() else ""
    if asked and kept and asked != kept:
        message = f"CHENGXIN_MODE is {asked}, but this data directory was made for {kept}"
        raise RuntimeError(message)
    return asked or kept or "PRODUCTION"


def _session_key() -> str:
    """Return the key that signs sessions; it is made once per data directory and readable by its owner only."""
    path = CHENGXIN_DATA / "keys" / "session.key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


def _identity_providers() -> list[dict[str, Any]]:
    """Return the configured identity providers; the file stands with the keys, because it holds clients' secrets.

    Raises:
        RuntimeError: An issuer is reached without TLS from another machine, or a needed field is missing.
    """
    path = CHENGXIN_DATA / "keys" / "identity-providers.toml"
    if not path.exists():
        return []
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("provider", [])
    for one in found:
        missing = {"id", "name", "issuer", "client_id", "client_secret", "levels", "number_claim"} - one.keys()
        address = urlsplit(str(one.get("issuer", "")))
        if missing or not one["levels"]:
            message = f"identity-providers.toml: a provider lacks {', '.join(sorted(missing)) or 'levels'}"
            raise RuntimeError(message)
        if address.scheme != "https" and address.hostname != "127.0.0.1":
            message = f"identity-providers.toml: {one['issuer']} is not reached by https"
            raise RuntimeError(message)
    return found


def _witnesses() -> tuple[WitnessPlace, ...]:
    """Return the witnesses that are asked to cosign the ledger.

    Raises:
        RuntimeError: One is written in another way than ``ADDRESS NAME+HASH+KEY``.
    """
    written = os.environ.get("CHENGXIN_WITNESSES", "")
    try:
        return tuple(WitnessPlace.parse(text) for text in written.split(",") if text.strip())
    except ValueError as wrong:
        message = f"CHENGXIN_WITNESSES: {wrong}"
        raise RuntimeError(message) from None


CHENGXIN_MODE = _mode()
DEMONSTRATION = CHENGXIN_MODE == "DEMONSTRATION"

CHENGXIN_WITNESSES = _witnesses()

SECRET_KEY = _session_key()
(CHENGXIN_DATA / "work").mkdir(mode=0o700, exist_ok=True)
DEBUG = False
ALLOWED_HOSTS = [*CHENGXIN_HOSTS, "testserver"]
ROOT_URLCONF = "chengxin.urls"
WSGI_APPLICATION = "chengxin.wsgi.application"
AUTH_USER_MODEL = "accounts.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Type checkers and translation tools read the settings without a database: CHENGXIN_OFFLINE starts none.
DATABASES: dict[str, Any] = (
    {"default": {"ENGINE": "chengxin.postgres.backend", "NAME": "offline"}}
    if os.environ.get("CHENGXIN_OFFLINE")
    else django_databases(data=CHENGXIN_DATA, database_url=os.environ.get("DATABASE_URL"), role=CHENGXIN_DATABASE_ROLE)
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before allauth, so that our pages of sign-in win over its own.
    "chengxin.portals.presentation",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "oauth2_provider",
    "procrastinate.contrib.django",
    "chengxin.ledger",
    "chengxin.register",
    "chengxin.accounts",
    "chengxin.persons",
    "chengxin.organisations",
    "chengxin.admission",
    "chengxin.catalogue",
    "chengxin.records",
    "chengxin.intake",
    "chengxin.authorisations",
    "chengxin.inquiries",
    "chengxin.reports",
    "chengxin.portals.public",
    "chengxin.portals.citizen",
    "chengxin.portals.organisation",
    "chengxin.portals.office",
    "chengxin.api",
    "chengxin.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chengxin.portals.presentation.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "chengxin.portals.presentation.middleware.RefusalMiddleware",
    "chengxin.portals.presentation.middleware.SecondFactorMiddleware",
    "chengxin.portals.presentation.middleware.HeadersMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "chengxin.portals.presentation.middleware.LastUseMiddleware",
]
# Where programs come, which bring no cookie; nothing there is a page.
PATHS_FOR_PROGRAMS = ("/api/", "/ledger/checkpoint", "/ledger/cosigned", "/ledger/tile/")
# What they pass there: what the other layers do needs a session or a page.
MIDDLEWARE_WITHOUT_SESSION = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "chengxin.portals.presentation.middleware.HeadersMiddleware",
    "chengxin.portals.presentation.middleware.NobodyMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "chengxin.portals.presentation.template_loading.LanguageLoader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chengxin.portals.presentation.context.site",
            ],
        },
    },
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "chengxin.accounts.adapters.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_USERNAME_BLACKLIST: list[str] = []
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key", "one_time_code": "20/h/ip"}
MFA_ADAPTER = "chengxin.accounts.adapters.SealedFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Chengxin"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMONSTRATION
SOCIALACCOUNT_ADAPTER = "chengxin.portals.presentation.providing.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": one["id"],
                "name": one["name"],
                "client_id": one["client_id"],
                "secret": one["client_secret"],
                "settings": {"server_url": one["issuer"], "scope": one.get("scope", ["openid", "profile"])},
            }
            for one in _identity_providers()
        ],
    }
}
# What each must state before its word is taken; the fields of ``admission.rules.ProviderTerms``.
IDENTITY_PROVIDERS = {
    one["id"]: {
        "issuer": one["issuer"],
        "levels": frozenset(one["levels"]),
        "number_claim": one["number_claim"],
        "name_claim": one.get("name_claim", "name"),
    }
    for one in _identity_providers()
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/home/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEMONSTRATION
CSRF_COOKIE_SECURE = not DEMONSTRATION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(CHENGXIN_DATA / "work")
FILE_UPLOAD_PERMISSIONS = 0o600

OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "SCOPES_BACKEND_CLASS": "chengxin.accounts.scopes.RoleScopes",
    "ALLOWED_GRANT_TYPES": ["client_credentials"],
    "OAUTH2_VALIDATOR_CLASS": "chengxin.api.v1.secrets.RotatingSecrets",
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = CHENGXIN_DATA / "static"
STATICFILES_DIRS = [SOURCE / "portals" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
