"""Registration of this room with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.ledger"
    label = "ledger"
