"""Give the one function through which other rooms' tables tell the ledger of the rows that are added to them."""

from typing import ClassVar

from django.db import migrations

# Rows are told one by one; of many at once whose keys are whole numbers, those that follow each other without a gap are
# told as one run, so that an event stays small however large its statement is. The texts are canonical as they stand:
# keys are digits, hexadecimal and colons. A random UUID has 122 random bits: enough to keep a digest from being guessed.
SEAL = """
    CREATE FUNCTION ledger_seal(sealed text, keys text[], digests bytea[]) RETURNS void LANGUAGE plpgsql AS $seal$
    DECLARE
        most_told CONSTANT integer := 100;
        told text;
    BEGIN
        IF keys IS NULL THEN
            RETURN;
        END IF;
        IF cardinality(keys) > most_told AND NOT EXISTS (
            SELECT FROM unnest(keys) AS line(key) WHERE line.key !~ '^(0|[1-9][0-9]{0,17})$'
        ) THEN
            SELECT string_agg(format('["%s-%s","%s"]', run.first, run.last, encode(run.digest, 'hex')), ','
                              ORDER BY run.first)
            INTO told FROM (
                SELECT min(placed.key) AS first, max(placed.key) AS last,
                       sha256(string_agg(placed.digest, ''::bytea ORDER BY placed.key)) AS digest
                FROM (
                    SELECT line.key::bigint AS key, line.digest,
                           line.key::bigint - row_number() OVER (ORDER BY line.key::bigint) AS run
                    FROM unnest(keys, digests) AS line(key, digest)
                ) AS placed GROUP BY placed.run
            ) AS run;
        ELSE
            SELECT string_agg(format('["%s","%s"]', line.key, encode(line.digest, 'hex')), ','
                              ORDER BY length(line.key), line.key COLLATE "C")
            INTO told FROM unnest(keys, digests) AS line(key, digest);
        END IF;
        PERFORM ledger_append(
            '{"actor":' || to_json('role:' || session_user)::text
            || ',"at":"' || to_char(transaction_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            || '","body":{"rows":[' || told || '],"table":"' || sealed || '"}'
            || ',"kind":"ledger.rows.added","organisation":null,"person":null}',
            uuid_send(gen_random_uuid())
        );
    END $seal$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0002_append_only")]

    operations: ClassVar = [
        migrations.RunSQL(SEAL, "DROP FUNCTION ledger_seal(text, text[], bytea[])"),
    ]
