"""The guard of append-only tables: SQL for a migration, the same for every room.

Rows may be inserted and read. Changing, deleting and truncating are refused twice: the application's role lacks the
privilege, and a trigger refuses everybody else, the owner included. A superuser can still remove the trigger; that is
what the ledger's proofs are for.

A statement trigger against truncation does not reach the partitions of a table: give each partition its own guard.
"""

import re
from typing import Final

from chengxin.postgres.roles import revoke_sql

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)


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
    _check_names(table)
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


def sealed_sql(table: str, *, key: tuple[str, ...] = ("id",)) -> tuple[str, str]:
    """Return the SQL that has every row added to a table told to the ledger, and the SQL that ends it.

    One event for each statement that adds rows, written in it, holds the key and the digest of every row; what is in
    the table already is told at once. The table's model is derived from ``ledger.models.SealedRow``, and
    ``ledger.lookups.verify_rows`` compares. Rows that have a proof of their own (looks, lines of a posting) need none.
    The migration must depend on the ledger's third one.

    Args:
        table: Name of the table, in the public schema.
        key: The columns of its primary key, in their order.

    Raises:
        ValueError: This is no name of a table or column.

    Example:
        >>> forward, reverse = sealed_sql("reports_reportitem", key=("report_id", "record_key"))
    """
    _check_names(table, *key)
    parts = ", ".join(f"line.{column}::text" for column in key)
    told = f"""ledger_seal('{table}', array_agg(translate(concat_ws(':', {parts}), '\\', '')),
                array_agg(sha256(convert_to(jsonb_strip_nulls(to_jsonb(line))::text, 'UTF8'))))"""
    settings = "SET TimeZone TO 'UTC' SET DateStyle TO 'ISO, YMD' SET bytea_output TO 'hex'"
    forward = f"""
        CREATE FUNCTION {table}_seal() RETURNS trigger LANGUAGE plpgsql {settings} AS $seal$
        BEGIN
            PERFORM {told}
            FROM added AS line;
            RETURN NULL;
        END $seal$;
        CREATE TRIGGER {table}_sealed AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_seal();
        CREATE FUNCTION {table}_seal_present() RETURNS void LANGUAGE sql {settings} AS $seal$
            SELECT {told}
            FROM {table} AS line
        $seal$;
        SELECT {table}_seal_present();
        DROP FUNCTION {table}_seal_present();
    """
    reverse = f"""
        DROP TRIGGER {table}_sealed ON {table};
        DROP FUNCTION {table}_seal();
    """
    return forward, reverse


def _check_names(*names: str) -> None:
    for name in names:
        if not _NAME.match(name):
            message = "this is no name of a table or column"
            raise ValueError(message)
