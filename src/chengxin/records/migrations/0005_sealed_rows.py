"""Tell the ledger of postings and reversals as rows, and let verification find keys of items that no line has."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import sealed_sql

KEYS_ALONE = """
    CREATE FUNCTION records_keys_alone() RETURNS TABLE (record_key bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $alone$
        SELECT k.record_key FROM records_recordkey k
        WHERE NOT EXISTS (
            SELECT FROM records_recordversion v WHERE v.person_id = k.person_id AND v.record_key = k.record_key
        )
        ORDER BY k.record_key
    $alone$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0004_still_shown"), ("ledger", "0003_sealed_rows")]

    operations: ClassVar = [
        migrations.RunSQL(*sealed_sql("records_posting")),
        migrations.RunSQL(*sealed_sql("records_postingreversal", key=("posting_id",))),
        migrations.RunSQL(KEYS_ALONE, "DROP FUNCTION records_keys_alone()"),
    ]
