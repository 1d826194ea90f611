"""Registration of this room with Django."""

from django.apps import AppConfig


class PortalOrganisationConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.portals.organisation"
    label = "portal_organisation"
