"""What happens around every page: its language, the page for a refusal, and the protective headers."""

from collections.abc import Callable
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from chengxin.accounts import operations as accounts
from chengxin.authority.actors import ActorKind
from chengxin.authority.decisions import Refused
from chengxin.portals.presentation import languages
from chengxin.portals.presentation.access import has_verified_factor, lacks_second_factor, second_factor_url
from chengxin.portals.presentation.labels import refusal_label

Answer = Callable[[HttpRequest], HttpResponseBase]

LANGUAGE_COOKIE: Final = "chengxin_language"
LANGUAGE_COOKIE_SECONDS: Final = 365 * 24 * 60 * 60
UNPAGED: Final = (*settings.PATHS_FOR_PROGRAMS, "/static/")

# Strict on purpose: no inline script, no inline style, nothing from elsewhere. ``data:`` images are the QR code of the
# authenticator app.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class LanguageMiddleware:
    """Choose the language of the page: the switch, then the cookie, then what the browser prefers.

    The switch is a plain link to the same page with ``lang`` added. It answers with a redirect to the page without it
    and keeps the choice in a cookie that holds nothing else, so it works without JavaScript and without signing in.
    """

    def __init__(self, get_response: Answer) -> None:
        """Keep the next layer.

        Args:
            get_response: The next layer.
        """
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the chosen language.

        Args:
            request: The request being answered.
        """
        if request.path.startswith(UNPAGED):
            return self.get_response(request)
        asked = request.GET.get("lang", "").lower()
        if asked in languages.LANGUAGES and request.method in {"GET", "HEAD"}:
            return self._switch(request, asked)
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        if chosen not in languages.LANGUAGES:
            preferred = translation.get_language_from_request(request)
            chosen = preferred if preferred in languages.LANGUAGES else languages.LANGUAGES[0]
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        response.headers.setdefault("Content-Language", languages.DOCUMENT_TAGS[chosen])
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    @staticmethod
    def _switch(request: HttpRequest, asked: str) -> HttpResponseBase:
        """Return to the same page and remember the language."""
        query = request.GET.copy()
        del query["lang"]
        # The path of this request, never one given by it: the switch cannot lead elsewhere.
        path = "/" + request.path.lstrip("/")
        response = HttpResponseRedirect(f"{path}?{query.urlencode()}" if query else path)
        response.set_cookie(
            LANGUAGE_COOKIE,
            asked,
            max_age=LANGUAGE_COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
        return response


class RefusalMiddleware:
    """Turn a refusal that an operation raised into a page that says what, why and what to do; catch nothing else."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next layer.

        Args:
            get_response: The next layer.
        """
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on.

        Args:
            request: The request being answered.
        """
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal with its page; leave every other exception to be the fault it is.

        Args:
            request: The request being answered.
            exception: What was raised.

        Returns:
            The page, or ``None`` for anything that is not a refusal of ours, and for the API, which has its own form.
        """
        if not isinstance(exception, Refused) or request.path.startswith(UNPAGED):
            return None
        context = {
            "code": exception.code,
            "sentence": refusal_label(exception.code, exception.details),
            "basis": exception.basis,
        }
        return render(request, "presentation/errors/refused.html", context, status=403)


class LastUseMiddleware:
    """Keep when a session was last used, exact to a few minutes, so that its owner sees which one is a stranger's."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next layer.

        Args:
            get_response: The next layer.
        """
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Note the use of a signed-in session, and pass the request on.

        Args:
            request: The request being answered.
        """
        if not request.path.startswith(UNPAGED) and request.user.is_authenticated and request.session.session_key:
            accounts.note_session_use(
                session_key=request.session.session_key,
                address=get_adapter().get_client_ip(request),
                now=timezone.now(),
            )
        return self.get_response(request)


class NobodyMiddleware:
    """Say that nobody is signed in, where a request brings no cookie and sessions are not even looked for."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next layer.

        Args:
            get_response: The next layer.
        """
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on.

        Args:
            request: The request being answered.
        """
        request.user = AnonymousUser()
        return self.get_response(request)


class SecondFactorMiddleware:
    """Open nothing to an officer without a verified second factor but the page that sets one up or verifies it.

    The portals' own pages ask the same by what they declare; this stands before everything else that a signed-in
    officer could reach: the account's settings, the list of devices, the library's pages, the public pages.
    """

    SETTING_UP: Final = frozenset(
        {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"}
    )
    VERIFYING: Final = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"})
    EXPLAINING: Final = frozenset({"public:help", "public:accessibility"})

    def __init__(self, get_response: Answer) -> None:
        """Keep the next layer.

        Args:
            get_response: The next layer.
        """
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on.

        Args:
            request: The request being answered.
        """
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: object,  # noqa: ARG002 - the signature is Django's
        arguments: object,  # noqa: ARG002
        named: object,  # noqa: ARG002
    ) -> HttpResponseBase | None:
        """Lead an officer without a verified factor to it, whatever was asked for.

        Args:
            request: The request being answered.
            view: What would answer.
            arguments: Of the address.
            named: Of the address.
        """
        account = request.user
        if request.path.startswith(UNPAGED) or not account.is_authenticated:
            return None
        if account.kind != ActorKind.OFFICER.value or has_verified_factor(request):
            return None
        name = "" if request.resolver_match is None else request.resolver_match.view_name
        opened = self.SETTING_UP if lacks_second_factor(request) else self.VERIFYING
        return None if name in opened | self.EXPLAINING else HttpResponseRedirect(second_factor_url(request))


class HeadersMiddleware:
    """Set the headers that keep pages from being framed, indexed, cached with personal content, or scripted."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next layer.

        Args:
            get_response: The next layer.
        """
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers set.

        Args:
            request: The request being answered.
        """
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        account = getattr(request, "user", None)
        if account is not None and account.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response
