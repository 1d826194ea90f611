"""What every page knows without its view saying so: language, sign-in, demonstration, addresses of the switch."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from chengxin.authority.actors import ActorKind
from chengxin.portals.presentation import languages
from chengxin.portals.presentation.access import actor_of
from chengxin.portals.presentation.labels import role_label


def _switches(request: HttpRequest) -> list[dict[str, str | bool]]:
    """Return the links of the language switch: this very page, in each language."""
    current = languages.current_language()
    query = request.GET.copy()
    links: list[dict[str, str | bool]] = []
    for code in languages.LANGUAGES:
        query["lang"] = code
        links.append(
            {
                "tag": languages.DOCUMENT_TAGS[code],
                "short": languages.SHORT_NAMES[code],
                "name": languages.FULL_NAMES[code],
                "url": f"{request.path}?{query.urlencode()}",
                "current": code == current,
            }
        )
    return links


def _signed_in(request: HttpRequest) -> dict[str, Any] | None:
    """Return name and roles of whoever is signed in, or ``None``."""
    account = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return None
    written = f"{account.last_name}{account.first_name}"
    return {
        "name": written or account.get_username(),
        "roles": [role_label(role) for role in account.roles],
        "mandate": actor_of(request).mandate,
        "is_officer": account.kind == ActorKind.OFFICER.value,
    }


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the context shared by all pages.

    Args:
        request: The request being answered.

    Returns:
        ``document_language`` (for ``html lang``), ``language_code``, ``language_switches``, ``demonstration``,
        ``signed_in`` (``name``, ``roles``, ``mandate``, ``is_officer``) or ``None``.
    """
    language = languages.current_language()
    return {
        "document_language": languages.DOCUMENT_TAGS[language],
        "language_code": language,
        "language_switches": _switches(request),
        "demonstration": bool(getattr(settings, "DEMONSTRATION", False)),
        "signed_in": _signed_in(request),
    }
