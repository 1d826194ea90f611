"""Registration of this room with Django."""

from django.apps import AppConfig


class PortalCitizenConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.portals.citizen"
    label = "portal_citizen"
