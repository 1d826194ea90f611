"""The partitioned table of versions, the SQL twins of the clock rules, and what nobody may change."""

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql
from chengxin.postgres.roles import revoke_sql

PARTITIONS = 16

TABLE = """
CREATE SEQUENCE records_posting_number AS bigint;

CREATE TABLE records_recordversion (
    person_id bigint NOT NULL REFERENCES persons_person (id),
    record_key bytea NOT NULL CONSTRAINT version_record_key_length CHECK (octet_length(record_key) = 16),
    version integer NOT NULL CONSTRAINT version_counts_from_one CHECK (version >= 1),
    posting_id bigint NOT NULL,
    line integer NOT NULL,
    change text NOT NULL CONSTRAINT version_change_known CHECK (change IN ('ADD', 'CORRECT', 'WITHDRAW')),
    severity text NOT NULL,
    occurred_on date NOT NULL,
    ended_on date,
    document_on date,
    shown_until date NOT NULL,
    used_until date NOT NULL,
    kept_until date NOT NULL,
    content_digest bytea NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT version_kept_longest CHECK (kept_until >= used_until AND kept_until >= shown_until),
    PRIMARY KEY (person_id, record_key, version)
) PARTITION BY HASH (person_id);

CREATE INDEX records_recordversion_posting ON records_recordversion USING brin (posting_id) WITH (pages_per_range = 32);
"""

RULES = """
CREATE FUNCTION records_last_day(started_on date, amount integer, unit text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE unit
        WHEN 'CALENDAR_DAY' THEN started_on + amount
        WHEN 'MONTH' THEN (started_on + make_interval(months => amount))::date
        WHEN 'YEAR' THEN (started_on + make_interval(years => amount))::date
    END
$$;

CREATE FUNCTION records_standing(
    change text, is_reversed boolean, is_superseded boolean,
    shown_until date, used_until date, kept_until date, today date
) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE
        WHEN is_reversed THEN 'REVERSED'
        WHEN is_superseded THEN 'SUPERSEDED'
        WHEN change = 'WITHDRAW' THEN 'WITHDRAWN'
        WHEN today > kept_until THEN 'ENDED'
        WHEN today <= shown_until THEN 'SHOWN'
        WHEN today <= used_until THEN 'USED'
        ELSE 'KEPT'
    END
$$;
"""

BACK = """
DROP FUNCTION records_standing(text, boolean, boolean, date, date, date, date);
DROP FUNCTION records_last_day(date, integer, text);
DROP TABLE records_recordversion;
DROP SEQUENCE records_posting_number;
"""


def partitions() -> str:
    """Return the statements that make the hash partitions."""
    return "\n".join(
        f"CREATE TABLE records_recordversion_p{number:02d} PARTITION OF records_recordversion"
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number});"
        for number in range(PARTITIONS)
    )


def guard_of_partition(number: int) -> tuple[str, str]:
    """Return the guard of one partition: its rows are guarded through the parent, truncation of it is not."""
    name = f"records_recordversion_p{number:02d}"
    trigger = f"{name}_no_truncate"
    guard = f"CREATE TRIGGER {trigger} BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();"
    return guard + revoke_sql(name), f"DROP TRIGGER {trigger} ON {name};"


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial"), ("persons", "0001_persons_and_feed"), ("ledger", "0002_append_only")]

    operations = [
        migrations.RunSQL(TABLE + partitions() + RULES, BACK),
        *[
            migrations.RunSQL(*append_only_sql(table))
            for table in ("records_posting", "records_postingreversal", "records_recordkey", "records_recordversion")
        ],
        *[migrations.RunSQL(*guard_of_partition(number)) for number in range(PARTITIONS)],
    ]
