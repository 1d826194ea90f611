"""Let the looks at many persons draw their numbers in one statement, and in one order for everybody."""

from typing import ClassVar

from django.db import migrations

# Rows are drawn in the order of the persons: two who draw for the same persons wait for each other, never in a circle.
DRAW = """
    CREATE FUNCTION register_draw_looks(persons bigint[]) RETURNS void LANGUAGE sql AS $draw$
        INSERT INTO register_counter AS counter (person_id, look_count, drawn_in)
        SELECT DISTINCT person, 1, pg_current_xact_id() FROM unnest(persons) AS person ORDER BY person
        ON CONFLICT (person_id) DO UPDATE
            SET look_count = counter.look_count + 1, drawn_in = pg_current_xact_id()
    $draw$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("register", "0004_look_by_time")]

    operations: ClassVar = [migrations.RunSQL(DRAW, "DROP FUNCTION register_draw_looks(bigint[])")]
