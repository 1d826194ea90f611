"""Sign-in of persons through a configured identity provider (OpenID Connect), by what it states and nothing else.

The library fetches the ID token itself from the issuer's token endpoint (code flow with PKCE) and checks issuer,
audience and time. What the token states is judged by ``admission``; no row of the library's own is written, and nothing
is connected to an account that is open already.
"""

from typing import Any, NoReturn, cast

from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from chengxin.admission import operations as admission
from chengxin.admission.rules import ProviderTerms
from chengxin.authority.decisions import Refusal
from chengxin.portals.presentation.access import refused_page
from chengxin.portals.presentation.clock import now_of

FAILED = "PROVIDER_FAILED"


def providers() -> tuple[tuple[str, str], ...]:
    """Return the address and the name of each configured identity provider."""
    configured = cast("dict[str, dict[str, list[dict[str, str]]]]", settings.SOCIALACCOUNT_PROVIDERS)
    apps = configured.get("openid_connect", {}).get("APPS", [])
    return tuple((reverse("openid_connect_login", args=[app["provider_id"]]), app["name"]) for app in apps)


def claims_of(said: dict[str, Any]) -> dict[str, Any]:
    """Return what a provider states; what the user-info endpoint adds counts only for the same subject.

    Args:
        said: ``id_token`` and ``userinfo`` as the library fetched them.
    """
    token, further = said.get("id_token") or {}, said.get("userinfo") or {}
    return {**further, **token} if token and further.get("sub") == token.get("sub") else dict(token)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Takes a provider's word for a person, or refuses it with a reason."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002 - the library's
        """Return False always: what opens a login is a provider's statement, never a form."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:  # noqa: ANN401 - the library's
        """Sign the person in for whom the provider vouches, or answer with the reason why not.

        Args:
            request: The request being answered.
            sociallogin: What the library fetched.

        Raises:
            ImmediateHttpResponse: Always; the library goes no further.
        """
        terms = ProviderTerms(**found) if (found := self._terms(sociallogin.account.provider)) else None
        done = admission.admit_by_provider(
            claims=claims_of(sociallogin.account.extra_data), terms=terms, now=now_of(request)
        )
        raise ImmediateHttpResponse(self._answer(request, done))

    @staticmethod
    def _terms(provider_id: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = settings.IDENTITY_PROVIDERS.get(provider_id)
        return found

    @staticmethod
    def _answer(request: HttpRequest, done: int | Refusal) -> HttpResponse:
        if isinstance(done, Refusal):
            return refused_page(request, done.code)
        account = get_user_model().objects.get(pk=done)
        answer: HttpResponse = perform_login(request, account, redirect_url=reverse("arrival"))
        return answer

    def on_authentication_error(self, request: HttpRequest, provider: object, **details: object) -> NoReturn:  # noqa: ARG002 - the library's
        """Say that the provider's part did not succeed; what it said of itself is shown to nobody.

        Args:
            request: The request being answered.
            provider: The provider.
            **details: What the library knows.

        Raises:
            ImmediateHttpResponse: Always.
        """
        raise ImmediateHttpResponse(refused_page(request, FAILED))


def failed(request: HttpRequest) -> HttpResponse:
    """Say that signing in through the provider was broken off.

    Args:
        request: The request being answered.
    """
    return refused_page(request, FAILED)
