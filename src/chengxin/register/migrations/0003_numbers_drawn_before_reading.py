"""Let a look draw its number before anything is read, and hold every drawn number to a line of the register.

Whoever reads a person's items first draws the number of the look; the items' door (``records_open_versions``) opens
only for persons whose number was drawn in this very transaction; and no transaction commits with a number that has no
line. So nothing that leaves after a commit was read without its line.
"""

import importlib
from typing import ClassVar

from django.db import migrations

earlier = importlib.import_module("chengxin.register.migrations.0002_append_only")

DRAW = """
    ALTER TABLE register_counter ADD COLUMN drawn_in xid8;

    CREATE OR REPLACE FUNCTION register_refuse_uncounted() RETURNS trigger LANGUAGE plpgsql AS $refuse$
    BEGIN
        IF NEW.person_id = OLD.person_id AND NEW.look_count = OLD.look_count + 1
            AND NEW.drawn_in = pg_current_xact_id() THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'UPDATE on register_counter is refused: it only counts up by one'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END $refuse$;

    CREATE FUNCTION register_draw_look(person bigint) RETURNS bigint LANGUAGE sql AS $draw$
        INSERT INTO register_counter AS counter (person_id, look_count, drawn_in)
        VALUES (person, 1, pg_current_xact_id())
        ON CONFLICT (person_id) DO UPDATE
            SET look_count = counter.look_count + 1, drawn_in = pg_current_xact_id()
        RETURNING look_count
    $draw$;

    CREATE FUNCTION register_require_line() RETURNS trigger LANGUAGE plpgsql AS $require$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM register_look WHERE person_id = NEW.person_id AND sequence = NEW.look_count
        ) THEN
            RAISE EXCEPTION 'a look drew its number and has no line in register_look'
                USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN NULL;
    END $require$;
    CREATE CONSTRAINT TRIGGER register_counter_has_line AFTER INSERT OR UPDATE ON register_counter
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION register_require_line();
"""
UNDRAW = """
    DROP TRIGGER register_counter_has_line ON register_counter;
    DROP FUNCTION register_require_line();
    DROP FUNCTION register_draw_look(bigint);
    CREATE OR REPLACE FUNCTION register_refuse_uncounted() RETURNS trigger LANGUAGE plpgsql AS $refuse$
    BEGIN
        IF NEW.person_id = OLD.person_id AND NEW.look_count = OLD.look_count + 1 THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'UPDATE on register_counter is refused: it only counts up by one'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END $refuse$;
    ALTER TABLE register_counter DROP COLUMN drawn_in;
"""

# As before, but a number that this transaction drew and that has no line yet is taken instead of a new one.
ADD = """
    CREATE OR REPLACE FUNCTION register_add_look(
        line text, salt bytea, before text, behind text, event_salt bytea, OUT look_number bigint, OUT look_id bigint
    ) LANGUAGE plpgsql AS $add$
    DECLARE
        read CONSTANT jsonb := line::jsonb;
        person CONSTANT bigint := (read->>'person')::bigint;
    BEGIN
        SELECT counter.look_count INTO look_number FROM register_counter AS counter
            WHERE counter.person_id = person AND counter.drawn_in = pg_current_xact_id_if_assigned()
                AND NOT EXISTS (
                    SELECT 1 FROM register_look AS look
                    WHERE look.person_id = person AND look.sequence = counter.look_count
                );
        IF look_number IS NULL THEN
            look_number := register_draw_look(person);
        END IF;
        INSERT INTO register_look (
            person_id, sequence, at, actor_key, organisation_code, purpose_code, basis_code, case_number, shown,
            mask_rule, mask_version, outcome, refusal_code, salt, digest, event_id
        ) VALUES (
            person, look_number, (read->>'at')::timestamptz, read->>'actor', read->>'organisation',
            read->>'purpose', read->>'basis', read->>'case', read->'shown', read->'mask'->>0,
            (read->'mask'->>1)::int, read->>'outcome', read->>'refusal', salt,
            sha256(salt || convert_to(line, 'UTF8')), ledger_append(before || look_number || behind, event_salt)
        ) RETURNING id INTO look_id;
    END $add$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("register", "0002_append_only")]

    operations: ClassVar = [
        migrations.RunSQL(DRAW, UNDRAW),
        migrations.RunSQL(ADD, "DROP FUNCTION register_add_look(text, bytea, text, text, bytea);" + earlier.ADD),
    ]
