"""Registration of this room with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room's registration."""

    name = "chengxin.accounts"
    label = "accounts"
