"""Guard the register's tables, and give the one function through which looks are written."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql

COUNTER = """
    CREATE FUNCTION register_refuse_uncounted() RETURNS trigger LANGUAGE plpgsql AS $refuse$
    BEGIN
        IF NEW.person_id = OLD.person_id AND NEW.look_count = OLD.look_count + 1 THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'UPDATE on register_counter is refused: it only counts up by one'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END $refuse$;
    CREATE TRIGGER register_counter_counts BEFORE UPDATE ON register_counter
        FOR EACH ROW EXECUTE FUNCTION register_refuse_uncounted();
    CREATE TRIGGER register_counter_no_delete BEFORE DELETE ON register_counter
        FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
    CREATE TRIGGER register_counter_no_truncate BEFORE TRUNCATE ON register_counter
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""

UNGUARD_COUNTER = """
    DROP TRIGGER register_counter_counts ON register_counter;
    DROP TRIGGER register_counter_no_delete ON register_counter;
    DROP TRIGGER register_counter_no_truncate ON register_counter;
    DROP FUNCTION register_refuse_uncounted();
"""


# The number is drawn, the ledger's event appended with it, and the line written, in one round trip. The number is known
# to the database alone until then: the event's text comes in two halves around it. The columns are taken from the very
# text that is put under the digest, so that they cannot say something else.
ADD = """
    CREATE FUNCTION register_add_look(
        line text, salt bytea, before text, behind text, event_salt bytea, OUT look_number bigint, OUT look_id bigint
    ) LANGUAGE plpgsql AS $add$
    DECLARE
        read CONSTANT jsonb := line::jsonb;
    BEGIN
        INSERT INTO register_counter AS counter (person_id, look_count) VALUES ((read->>'person')::bigint, 1)
            ON CONFLICT (person_id) DO UPDATE SET look_count = counter.look_count + 1
            RETURNING look_count INTO look_number;
        INSERT INTO register_look (
            person_id, sequence, at, actor_key, organisation_code, purpose_code, basis_code, case_number, shown,
            mask_rule, mask_version, outcome, refusal_code, salt, digest, event_id
        ) VALUES (
            (read->>'person')::bigint, look_number, (read->>'at')::timestamptz, read->>'actor', read->>'organisation',
            read->>'purpose', read->>'basis', read->>'case', read->'shown', read->'mask'->>0,
            (read->'mask'->>1)::int, read->>'outcome', read->>'refusal', salt,
            sha256(salt || convert_to(line, 'UTF8')), ledger_append(before || look_number || behind, event_salt)
        ) RETURNING id INTO look_id;
    END $add$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("register", "0001_tables"), ("ledger", "0002_append_only")]

    operations: ClassVar = [
        migrations.RunSQL(*append_only_sql("register_look")),
        migrations.RunSQL(COUNTER, UNGUARD_COUNTER),
        migrations.RunSQL(ADD, "DROP FUNCTION register_add_look(text, bytea, text, text, bytea)"),
    ]
