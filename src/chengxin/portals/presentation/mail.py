"""What the accounts' library would do by e-mail, which this platform does not send: it knows nobody's address.

These views stand before the library's own, so that no form leads to a message that never arrives.
"""

from typing import NoReturn

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def password_reset(request: HttpRequest) -> HttpResponse:
    """Say where a forgotten password is set anew.

    Args:
        request: The request being answered.
    """
    return render(request, "account/password_reset.html")


def never_there(request: HttpRequest) -> NoReturn:  # noqa: ARG001 - the signature is that of a view
    """Answer as any address that does not exist.

    Args:
        request: The request being answered.

    Raises:
        Http404: Always.
    """
    raise Http404
