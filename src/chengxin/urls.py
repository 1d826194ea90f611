"""Where each interface is mounted."""

from django.urls import include, path

from chengxin.api.v1.redirecting import discovery
from chengxin.portals.presentation import acting, devices, joining, providing, saved_views
from chengxin.portals.presentation.arrival import arrive
from chengxin.portals.presentation.mail import never_there, password_reset

urlpatterns = [
    # First what is asked most: addresses are compared one after the other.
    path("api/", include("chengxin.api.urls")),
    path("account/home/", arrive, name="arrival"),
    path("account/sessions/", devices.sessions, name="usersessions_list"),
    path("account/views/", saved_views.saved_views, name="saved_views"),
    path("account/acting/", acting.acting, name="acting"),
    path("account/activate/", joining.activate, name="activate"),
    path("account/set-up/", joining.set_up, name="set_up"),
    path("account/password/reset/", password_reset),
    path("account/password/reset/done/", never_there),
    path("account/email/", never_there),
    path("account/3rdparty/", never_there),
    path("account/3rdparty/signup/", never_there),
    path("account/3rdparty/login/cancelled/", providing.failed),
    path("account/3rdparty/login/error/", providing.failed),
    path("account/confirm-email/", never_there),
    path("account/", include("allauth.urls")),
    path("me/", include("chengxin.portals.citizen.urls")),
    path("organisation/", include("chengxin.portals.organisation.urls")),
    path("office/", include("chengxin.portals.office.urls")),
    path(".well-known/oauth-authorization-server", discovery),
    path("", include("chengxin.portals.public.urls")),
]
