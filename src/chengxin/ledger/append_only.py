"""The guard of append-only tables: SQL for a migration, the same for every room.

Rows may be inserted and read. Changing, deleting and truncating are refused twice: the application's role lacks the
privilege, and a trigger refuses everybody else, the owner included. A superuser can still remove the trigger; that is
what the ledger's proofs are for.

A statement trigger against truncation does not reach the partitions of a table: give each partition its own guard.
"""

import re
from typing import Final

from chengxin.postgres.roles import revoke_sql

_TABLE: Final = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)


def append_only_sql(table: str) -> tuple[str, str]:
    """Return the SQL that puts the guard on a table, and the SQL that takes it off, for ``migrations.RunSQL``.

    The migration must depend on the ledger's first one, which makes the trigger function. It fails where the
    database's roles are not provisioned: a guard that is half there is none.

    Args:
        table: Name of the table, in the public schema.

    Raises:
        ValueError: This is no name of a table.

    Example:
        >>> forward, reverse = append_only_sql("register_look")
    """
    if not _TABLE.match(table):
        message = "this is no name of a table"
        raise ValueError(message)
    forward = f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
        {revoke_sql(table)}
    """
    reverse = f"""
        DROP TRIGGER {table}_append_only ON {table};
        DROP TRIGGER {table}_no_truncate ON {table};
    """
    return forward, reverse
