"""The address of this site as an OAuth 2.0 issuer (RFC 8414): what clients compare to know with whom they speak."""

from django.http import HttpRequest


def issuer_of(request: HttpRequest) -> str:
    """Return the issuer: scheme and host under which the site was asked for, which the settings admit.

    Args:
        request: The request being answered.
    """
    return f"{request.scheme}://{request.get_host()}"
