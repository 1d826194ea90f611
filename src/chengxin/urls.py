"""Where each interface is mounted."""

from django.urls import include, path

from chengxin.portals.presentation.arrival import arrive

urlpatterns = [
    path("account/home/", arrive, name="arrival"),
    path("account/", include("allauth.urls")),
    path("me/", include("chengxin.portals.citizen.urls")),
    path("organisation/", include("chengxin.portals.organisation.urls")),
    path("office/", include("chengxin.portals.office.urls")),
    path("api/", include("chengxin.api.urls")),
    path("", include("chengxin.portals.public.urls")),
]
