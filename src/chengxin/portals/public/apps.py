"""Registration of this room with Django."""

from django.apps import AppConfig


class PortalPublicConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.portals.public"
    label = "portal_public"
