"""One more narrow door to the versions: whether versions that somebody already holds still hold and may be shown.

A report names the versions it carries. Whether it still serves is asked by anybody, without a look at the person: so the
answer is one yes or no for each version that the caller names, and nothing of what stands in it.
"""

from typing import ClassVar

from django.db import migrations

DOOR = """
CREATE FUNCTION records_still_shown(persons bigint[], keys bytea[], versions integer[], today date)
RETURNS TABLE (place bigint, holds boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $still$
    SELECT asked.place, coalesce(newest.version = asked.version AND newest.standing = 'SHOWN', false)
    FROM unnest(keys, versions) WITH ORDINALITY AS asked (key, version, place)
    LEFT JOIN LATERAL (
        SELECT v.version,
            records_standing(v.change, false, false, v.shown_until, v.used_until, v.kept_until, today) AS standing
        FROM records_recordkey k
        JOIN records_recordversion v ON v.person_id = k.person_id AND v.record_key = k.record_key
        LEFT JOIN records_postingreversal r ON r.posting_id = v.posting_id
        WHERE k.record_key = asked.key AND k.person_id = ANY (persons) AND r.posting_id IS NULL
        ORDER BY v.version DESC LIMIT 1
    ) AS newest ON true
$still$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0003_contents_behind_looks")]

    operations: ClassVar = [
        migrations.RunSQL(DOOR, "DROP FUNCTION records_still_shown(bigint[], bytea[], integer[], date)"),
    ]
