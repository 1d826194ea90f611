"""Guard the ledger's tables, and give the one function through which events are written."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql

REFUSE = """
    CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $refuse$
    BEGIN
        RAISE EXCEPTION '% on % is refused: rows are only ever added', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END $refuse$;
"""

# The columns are taken from the very text that is put under the digest, so that they cannot say something else.
APPEND = """
    CREATE FUNCTION ledger_append(payload text, salt bytea) RETURNS bigint LANGUAGE plpgsql AS $append$
    DECLARE
        read CONSTANT jsonb := payload::jsonb;
        appended bigint;
    BEGIN
        INSERT INTO ledger_event (kind, at, actor_key, organisation_code, person_id, body, salt, digest)
        VALUES (read->>'kind', (read->>'at')::timestamptz, read->>'actor', read->>'organisation',
                (read->>'person')::bigint, read->'body', salt, sha256(salt || convert_to(payload, 'UTF8')))
        RETURNING id INTO appended;
        INSERT INTO ledger_pending (event_id) VALUES (appended);
        RETURN appended;
    END $append$;
"""

PENDING = """
    CREATE TRIGGER ledger_pending_no_update BEFORE UPDATE ON ledger_pending
        FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
    CREATE TRIGGER ledger_pending_no_truncate BEFORE TRUNCATE ON ledger_pending
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""

UNGUARD_PENDING = """
    DROP TRIGGER ledger_pending_no_update ON ledger_pending;
    DROP TRIGGER ledger_pending_no_truncate ON ledger_pending;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0001_tables")]

    operations: ClassVar = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION ledger_refuse_change()"),
        migrations.RunSQL(*append_only_sql("ledger_event")),
        migrations.RunSQL(*append_only_sql("ledger_leaf")),
        migrations.RunSQL(*append_only_sql("ledger_checkpoint")),
        migrations.RunSQL(PENDING, UNGUARD_PENDING),
        migrations.RunSQL(APPEND, "DROP FUNCTION ledger_append(text, bytea)"),
    ]
