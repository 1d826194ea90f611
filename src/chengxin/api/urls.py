"""Addresses of this interface."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from chengxin.api.v1 import envelope
from chengxin.api.v1.router import version_1

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include((version_1(), "v1"))),
    # Last: whatever has no address here is answered in the form of the API, not with a page.
    re_path(r"", envelope.answered(envelope.unknown_address), name="unknown"),
]
