"""The database as Django's settings: where it is, as which role, and how connections behave.

With ``DATABASE_URL`` unset this makes sure that the embedded server runs; in both cases it makes the roles when this
data directory does not know their passwords yet. A process that needs no database must not call it.
"""

from pathlib import Path
from typing import Any

from chengxin.postgres import roles, server
from chengxin.postgres.roles import DatabaseRole, Logins

__all__ = ["DATABASE", "DatabaseRole", "django_databases", "django_settings", "prepare", "server_directory"]

DATABASE = "chengxin"
"""Name of the embedded database, and of an external one when the URL names none."""


def server_directory(data: Path) -> Path:
    """Return where the embedded server of a data directory is kept."""
    return data / "postgres"


def prepare(*, data: Path, database_url: str | None, renew: bool = False, again: bool = False) -> Logins:
    """Start the embedded server when no URL is given, and provision the roles when that was not done yet.

    Args:
        data: The data directory; passwords are kept in ``keys/database.pgpass`` under it.
        database_url: Administrator's URL of an external server; ``None`` or empty for the embedded one.
        renew: As for ``roles.provision``.
        again: Provision even when it was done before, for instance to repair privileges.

    Returns:
        The logins.

    Raises:
        UnusableDatabaseError: The server cannot be started or provisioned.
    """
    admin = database_url or server.ensure_running(server_directory(data))
    database = (roles.read_url(database_url).get("dbname") if database_url else None) or DATABASE
    passwords = data / "keys" / "database.pgpass"
    logins = roles.describe(admin, database=database, passwords=passwords)
    done = roles.is_provisioned(logins) and not again and not renew
    # The embedded server may have been made anew beside old passwords. Somebody else's server is not asked: a site that
    # is provisioned must be able to start before its database does.
    if done and (isinstance(admin, str) or roles.works(logins, DatabaseRole.APP)):
        return logins
    return roles.provision(admin, database=database, passwords=passwords, renew=renew)


def django_databases(*, data: Path, database_url: str | None, role: DatabaseRole) -> dict[str, Any]:
    """Return Django's ``DATABASES``, after making sure that the database is there.

    Args:
        data: The data directory.
        database_url: Administrator's URL of an external server; ``None`` or empty for the embedded one. The site never
            works as that administrator, only as one of the three roles.
        role: As which role this process works.

    Returns:
        One database, ``default``. No password is in it: libpq reads the file of passwords at each connection.

    Raises:
        UnusableDatabaseError: The server cannot be started or provisioned.
    """
    return {"default": django_settings(prepare(data=data, database_url=database_url), role)}


def django_settings(logins: Logins, role: DatabaseRole) -> dict[str, Any]:
    """Return the settings of one connection for one role; asks no server."""
    return {
        "ENGINE": "chengxin.postgres.backend",
        "NAME": logins.database,
        "USER": logins.names[role],
        "HOST": logins.host,
        "PORT": str(logins.port),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,  # a persistent connection must not outlive a restart of the server
        "OPTIONS": {
            **logins.parameters,
            "passfile": str(logins.passwords),
            "server_side_binding": True,
            "prepare_threshold": 5,
            "application_name": f"chengxin {role.value.lower()}",
        },
        "TEST": {"NAME": f"test_{logins.database}"},
    }
