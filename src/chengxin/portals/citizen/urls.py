"""Addresses of the person's own pages. No address holds a number, a name or a key of the person."""

from django.urls import URLPattern, URLResolver, path

from chengxin.portals.citizen import views

app_name = "citizen"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("file/", views.file, name="file"),
    path("file/<str:reference>/", views.item, name="item"),
    path("looks/", views.looks, name="looks"),
    path("about/", views.about, name="about"),
    path("about/number/", views.own_number, name="own_number"),
    path("periods/", views.periods, name="periods"),
]
