"""Close the table of versions to the application, and give it narrow doors instead.

The application may add versions (by COPY) and may not read the table at all. What it needs without a person's look is
given by functions that tell nothing about a person: whether a key that it already holds exists, counts, leaf hashes.
Versions with their contents come from ``records_open_versions`` alone, for persons whose look drew its number in this
transaction (see the register's third migration); a row of a merged person opens with any row that is the same person.
"""

from typing import ClassVar

from django.db import migrations

# The grantees are asked of the table itself, so that no role's name is needed and copies of the database hold it too.
CLOSE = """
DO $close$
DECLARE
    target regclass;
    grantee text;
BEGIN
    FOR target, grantee IN
        SELECT c.oid, quote_ident(pg_get_userbyid(acl.grantee))
        FROM pg_class c, aclexplode(c.relacl) AS acl
        WHERE c.relname ~ '^records_recordversion(_p[0-9]+)?$' AND acl.privilege_type = 'INSERT'
            AND acl.grantee <> c.relowner AND acl.grantee <> 0
    LOOP
        EXECUTE format('REVOKE SELECT ON TABLE %s FROM %s', target, grantee);
    END LOOP;
END $close$;
"""
OPEN = """
DO $open$
DECLARE
    target regclass;
    grantee text;
BEGIN
    FOR target, grantee IN
        SELECT c.oid, quote_ident(pg_get_userbyid(acl.grantee))
        FROM pg_class c, aclexplode(c.relacl) AS acl
        WHERE c.relname ~ '^records_recordversion(_p[0-9]+)?$' AND acl.privilege_type = 'INSERT'
            AND acl.grantee <> c.relowner AND acl.grantee <> 0
    LOOP
        EXECUTE format('GRANT SELECT ON TABLE %s TO %s', target, grantee);
    END LOOP;
END $open$;
"""

DOORS = """
CREATE FUNCTION records_open_versions(persons bigint[]) RETURNS SETOF records_recordversion
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 50 AS $open$
DECLARE
    opened bigint[];
BEGIN
    SELECT array_agg(counter.person_id) INTO opened FROM register_counter AS counter
        WHERE counter.person_id = ANY (persons) AND counter.drawn_in = pg_current_xact_id_if_assigned();
    IF opened IS NULL THEN
        RETURN;
    END IF;
    IF NOT (persons <@ opened) THEN
        WITH RECURSIVE up (id) AS (
            SELECT unnest(opened)
            UNION
            SELECT link.into_person_id FROM persons_mergelink link JOIN up ON link.merged_person_id = up.id
        ), same (id) AS (
            SELECT id FROM up
            UNION
            SELECT link.merged_person_id FROM persons_mergelink link JOIN same ON link.into_person_id = same.id
        )
        SELECT array_agg(id) INTO opened FROM same WHERE id = ANY (persons);
    END IF;
    RETURN QUERY SELECT * FROM records_recordversion version WHERE version.person_id = ANY (opened);
END $open$;

-- Of keys that the caller holds already: the newest version, what it does where it holds, whether it says the same.
CREATE FUNCTION records_newest_of(keys bytea[], digests bytea[])
RETURNS TABLE (place bigint, person_id bigint, version integer, change text, is_same boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $newest$
    SELECT asked.place, k.person_id, max(v.version),
        (array_agg(v.change ORDER BY v.version DESC) FILTER (WHERE r.posting_id IS NULL))[1],
        coalesce((array_agg(v.content_digest = asked.digest ORDER BY v.version DESC)
            FILTER (WHERE r.posting_id IS NULL))[1], false)
    FROM unnest(keys, digests) WITH ORDINALITY AS asked (key, digest, place)
    JOIN records_recordkey k ON k.record_key = asked.key
    JOIN records_recordversion v ON v.person_id = k.person_id AND v.record_key = k.record_key
    LEFT JOIN records_postingreversal r ON r.posting_id = v.posting_id
    GROUP BY asked.place, k.person_id
$newest$;

-- Of items that a reversed posting had changed: the version that holds now, as far as coverage roles need it.
CREATE FUNCTION records_standing_again(postings bigint[])
RETURNS TABLE (posting_id bigint, change text, person_id bigint, record_key bytea, occurred_on date, ended_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $again$
    SELECT DISTINCT ON (v.person_id, v.record_key)
        v.posting_id, v.change, v.person_id, v.record_key, v.occurred_on, v.ended_on
    FROM records_recordversion v
    LEFT JOIN records_postingreversal r ON r.posting_id = v.posting_id
    WHERE r.posting_id IS NULL AND (v.person_id, v.record_key) IN (
        SELECT changed.person_id, changed.record_key FROM records_recordversion changed
        WHERE changed.posting_id = ANY (postings) AND changed.version > 1
            AND changed.posting_id IN (SELECT reversed.posting_id FROM records_postingreversal reversed)
    )
    ORDER BY v.person_id, v.record_key, v.version DESC
$again$;

CREATE FUNCTION records_count_kept(first_on date, before_on date)
RETURNS TABLE (items bigint, versions bigint, postings bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $count$
    SELECT count(DISTINCT record_key), count(*), count(DISTINCT posting_id)
    FROM records_recordversion WHERE kept_until >= first_on AND kept_until < before_on
$count$;

-- Versions that no posting covers, and those whose item's key is gone or another person's.
CREATE FUNCTION records_strays() RETURNS TABLE (posting_id bigint, has_no_posting boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $strays$
    SELECT v.posting_id, bool_or(p.id IS NULL)
    FROM records_recordversion v
    LEFT JOIN records_posting p ON p.id = v.posting_id
    LEFT JOIN records_recordkey k ON k.record_key = v.record_key AND k.person_id = v.person_id
    WHERE p.id IS NULL OR k.record_key IS NULL
    GROUP BY v.posting_id ORDER BY v.posting_id
$strays$;

-- The leaf of each line of a posting: the twin of records.rules.line_bytes, hashed as RFC 9162, 2.1.1 says.
CREATE FUNCTION records_day(day date) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $day$
    SELECT int4send(coalesce(day - date '1970-01-01', -2147483648))
$day$;
CREATE FUNCTION records_leaves(posting bigint) RETURNS TABLE (line integer, leaf bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $leaves$
    SELECT v.line, sha256(
        '\\x00'::bytea || int8send(v.person_id) || v.record_key || int4send(v.version) || int4send(v.line)
        || CASE v.change WHEN 'ADD' THEN '\\x01'::bytea WHEN 'CORRECT' THEN '\\x02'::bytea ELSE '\\x03'::bytea END
        || records_day(v.occurred_on) || records_day(v.ended_on) || records_day(v.document_on)
        || records_day(v.shown_until) || records_day(v.used_until) || records_day(v.kept_until)
        || v.content_digest
        || convert_to(v.severity, 'UTF8')
        || substring('\\x00000000000000000000000000000000'::bytea FROM octet_length(convert_to(v.severity, 'UTF8')) + 1)
        || v.sealed
    )
    FROM records_recordversion v WHERE v.posting_id = posting ORDER BY v.line
$leaves$;
"""
SHUT = """
DROP FUNCTION records_leaves(bigint);
DROP FUNCTION records_day(date);
DROP FUNCTION records_strays();
DROP FUNCTION records_count_kept(date, date);
DROP FUNCTION records_standing_again(bigint[]);
DROP FUNCTION records_newest_of(bytea[], bytea[]);
DROP FUNCTION records_open_versions(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("records", "0002_versions"),
        ("register", "0003_numbers_drawn_before_reading"),
        ("persons", "0002_append_only_and_decisions"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(DOORS, SHUT),
        migrations.RunSQL(CLOSE, OPEN),
    ]
