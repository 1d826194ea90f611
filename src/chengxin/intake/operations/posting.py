"""Posting the checked lines of one batch, chunk after chunk, inside the settling transaction.

Preparing a chunk (folding names, blind indexes, sealing) needs no database and runs in a thread beside PostgreSQL's
work on the chunk before. Matching is one statement a chunk. Columns stay columns: a Python object for a line exists
only where a text has to be hashed or sealed.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from chengxin.authority.actors import Actor
from chengxin.checking import engine
from chengxin.checking import rules as checks
from chengxin.checking.rules import Action, Fault, Finding, HeldReason, Rule
from chengxin.identifiers.identity import IdentityNumber
from chengxin.identifiers.names import fold_many
from chengxin.intake.lookups import held_context
from chengxin.intake.models import Batch
from chengxin.intake.states import OUTCOME_BYTE, HeldState, Outcome
from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyDestroyed
from chengxin.periods.civil import civil_date
from chengxin.persons import operations as persons
from chengxin.persons.operations.coverage import CoverageGrant
from chengxin.persons.rules import canonical_text
from chengxin.records import operations as records
from chengxin.records.operations import (
    KEY_SCHEMA,
    VERSION_COLUMNS,
    VERSION_SCHEMA,
    OpenPosting,
    copy_encoded,
    copy_in,
    encode_rows,
    encoded,
)
from chengxin.sealing.suites import BlindIndex, seal, seal_many

if TYPE_CHECKING:
    from chengxin.intake.operations.settling import CheckedFile, Tell

CHUNK_LINES = 25_000
FULL_LENGTH = 18

STAGE = """
CREATE TEMP TABLE intake_stage (
    place integer, blind bytea, name_digest bytea, record_key bytea, content_digest bytea, occurred_on date
) ON COMMIT DROP
"""
# Names and roles are looked up in the order of the persons, so that neighbours lie on the same pages.
MATCH = """
SELECT s.place::bigint AS place, coalesce(s.person_id, 0) AS person_id,
    (EXISTS (
        SELECT 1 FROM persons_name n WHERE n.person_id = s.person_id AND n.digest = s.name_digest
    ))::int::bigint + 2 * ({covered})::int AS flags,
    coalesce(s.key_person, 0) AS key_person
FROM (
    SELECT s.place, s.name_digest, s.occurred_on, i.person_id, k.person_id AS key_person
    FROM intake_stage s
    LEFT JOIN persons_identifier i ON i.blind = s.blind
    LEFT JOIN records_recordkey k ON k.record_key = s.record_key
    ORDER BY i.person_id
    OFFSET 0
) s
"""
# A chunk is matched by probing indexes, whatever the statistics say: joining by hash or merge reads whole tables, so
# that a line would cost more the more is stored; and the stage would have to be analysed for each chunk.
PROBE = ("enable_hashjoin", "enable_mergejoin", "enable_memoize")
COVERED = """EXISTS (
    SELECT 1 FROM persons_coverage c
    WHERE c.person_id = s.person_id AND c.role_code IN ({roles})
        AND c.period @> s.occurred_on AND c.annulled_at IS NULL
)"""
EXISTING = """
SELECT n.place - 1 AS place, n.version::bigint AS top,
    CASE coalesce(n.change, '') WHEN '' THEN 0 WHEN 'WITHDRAW' THEN 2 ELSE 1 END::bigint AS latest,
    n.is_same::int::bigint AS same
FROM (
    SELECT array_agg(record_key ORDER BY place) AS keys, array_agg(content_digest ORDER BY place) AS digests
    FROM intake_stage
) AS asked, records_newest_of(asked.keys, asked.digests) AS n
"""
# The answers travel as one value a column: a million rows would become a million tuples.
PACKED = "SELECT {columns} FROM ({statement}) found"
PACKED_COLUMN = "coalesce(string_agg(int8send({name}), ''::bytea), ''::bytea)"
MATCH_COLUMNS = ("place", "person_id", "flags", "key_person")
EXISTING_COLUMNS = ("place", "top", "latest", "same")
SWITCH_SECONDS = 0.0005
NAMED, COVERS = 1, 2
STAGE_SCHEMA = pa.schema(
    [
        ("place", pa.int32()),
        ("blind", pa.binary()),
        ("name_digest", pa.binary()),
        ("record_key", pa.binary()),
        ("content_digest", pa.binary()),
        ("occurred_on", pa.date32()),
    ]
)
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


@dataclass(slots=True, kw_only=True)
class Posted:
    """What posting found, line by line and in sums."""

    outcomes: npt.NDArray[np.uint8]
    posting_id: int | None = None
    corrected: int = 0
    withdrawn: int = 0
    delay_days: int = 0
    delay_lines: int = 0

    def tally(self, lines: int) -> tuple[int, int, int, int, int]:
        """Return lines, accepted, rejected, held, unchanged.

        Args:
            lines: As the file was read; every one of them must have an outcome.

        Raises:
            RuntimeError: A line has none. That is a bug, and the transaction must not commit.
        """
        counts = np.bincount(self.outcomes, minlength=5)
        if counts[0] or len(self.outcomes) != lines:
            message = f"{counts[0]} of {lines} lines have no outcome"
            raise RuntimeError(message)
        return (lines, *(int(counts[OUTCOME_BYTE[outcome]]) for outcome in Outcome))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Lines ready to be matched: those without a fault, with their indexes and sealed details.

    ``stage`` is what matching needs of them, encoded for the database in the order in which it looks persons up.
    ``erased`` are the findings of lines that have no fault of their own, but whose month can seal nothing any more.
    """

    source: pa.Table
    lines: Numbers
    faulty: list[tuple[int, tuple[Fault, ...], dict[str, str]]]
    erased: list[Finding]
    good: pa.Table
    stage: tuple[bytes, ...]
    record_key: pa.ChunkedArray
    content_digest: pa.ChunkedArray
    sealed: pa.Array


@contextmanager
def _quick_switching() -> Iterator[None]:
    """Let threads follow one another quickly while one of them feeds PostgreSQL.

    The socket takes some two hundred kilobytes at a time, so a chunk needs dozens of turns; at the usual five
    milliseconds a turn the database would wait for the preparing thread more than it works.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


@dataclass(slots=True, kw_only=True)
class PostingJob:
    """One batch on its way into the tables."""

    batch: Batch
    checked: "CheckedFile"
    actor: Actor
    now: datetime
    tell: "Tell"
    _posting: OpenPosting | None = None
    _months: dict[str, bytes] = field(default_factory=dict)

    def run(self) -> Posted:
        """Post all lines and return what became of them. Call inside a transaction that holds the batch."""
        posted = Posted(outcomes=np.zeros(self.checked.lines, dtype=np.uint8))
        plan = checks.fault_plan(header_plan=self.checked.header_plan, context=self.checked.context)
        self._write_broken(posted)
        with connection.cursor() as cursor:
            cursor.execute(STAGE)
        done = 0
        with (
            _quick_switching(),
            ThreadPoolExecutor(max_workers=1) as beside,
            self.checked.batches(rows=CHUNK_LINES) as batches,
        ):
            following = beside.submit(self._prepare_next, batches, plan)
            while (chunk := following.result()) is not None:
                following = beside.submit(self._prepare_next, batches, plan)
                self._post_chunk(chunk, posted)
                done += len(chunk.lines)
                self.tell("POSTING", done, self.checked.lines)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE intake_stage")
        if self._posting is not None:
            posted.posting_id = records.close_posting(
                posting=self._posting,
                supplier_code=self.batch.organisation_code,
                item_code=self.batch.item_code,
                edition_code=self.checked.context.edition.code,
                batch_reference=self.batch.reference,
                actor=self.actor,
                now=self.now,
            )
        return posted

    def _write_broken(self, posted: Posted) -> None:
        findings = []
        for broken in self.checked.broken:
            posted.outcomes[broken.line - 1] = OUTCOME_BYTE[Outcome.REJECTED]
            rule = checks.rule_of_broken(broken.code)
            params = {**broken.params, "what": broken.code}
            column = self._column_at(broken.params.get("column"))
            findings.append(Finding(line=broken.line, rule=rule, column=column, seen="", params=params))
        self._write_findings(findings)

    def _column_at(self, position: str | None) -> str | None:
        """Return the item's column at a 1-based position of the file, where the reader named one."""
        places = {str(place + 1): code for code, place in self.checked.header_plan.positions.items()}
        return places.get(position or "")

    def _prepare_next(self, batches: Iterator[pa.RecordBatch], plan: Sequence[Fault]) -> Chunk | None:
        batch = next(batches, None)
        return None if batch is None else self._prepare(pa.Table.from_batches([batch]), plan)

    def _prepare(self, table: pa.Table, plan: Sequence[Fault]) -> Chunk:
        lines = table["line"].to_numpy()
        words = [table[name].to_numpy() for name in engine.fault_columns(len(plan))]
        is_faulty: Flags = np.zeros(len(lines), dtype=bool)
        for word in words:
            is_faulty |= word != 0
        if self.checked.repeated:
            is_faulty |= np.isin(lines, np.fromiter(self.checked.repeated, dtype=np.int64))
        faulty = self._faulty(table, lines, words, is_faulty, plan)
        good, erased = self._sealable(table.filter(pa.array(~is_faulty)) if is_faulty.any() else table)
        ring = keyring()
        prefix = f"{self.batch.organisation_code}|{self.batch.item_code}|"
        record_key = BlindIndex(ring.line_index()).of_encoded(encoded(good["record_number"]), prefix=prefix.encode())
        blind = BlindIndex(ring.identity_index()).of_encoded(
            text if len(text) == FULL_LENGTH else _canonical(text.decode(), self.now).encode()
            for text in encoded(good["identity"])
        )
        content_digest = BlindIndex(ring.line_index()).of_encoded(encoded(_contents(good)), prefix=b"content|")
        stage = pa.table(
            {
                "place": pa.array(np.arange(good.num_rows, dtype=np.int32)),
                "blind": _bytes(blind),
                "name_digest": _name_digests(good["name"]),
                "record_key": _bytes(record_key),
                "content_digest": _bytes(content_digest),
                "occurred_on": good["occurred_on"].cast(pa.date32()),
            },
            schema=STAGE_SCHEMA,
        )
        return Chunk(
            source=table,
            lines=lines,
            faulty=faulty,
            erased=erased,
            good=good,
            # Neighbours in the index lie on the same pages.
            stage=tuple(encode_rows(stage.sort_by("blind"))),
            record_key=stage["record_key"],
            content_digest=stage["content_digest"],
            sealed=_bytes(self._sealed(good, encoded(good["details"]), record_key)),
        )

    def _faulty(
        self,
        table: pa.Table,
        lines: Numbers,
        words: Sequence[Numbers],
        is_faulty: Flags,
        plan: Sequence[Fault],
    ) -> list[tuple[int, tuple[Fault, ...], dict[str, str]]]:
        places = np.flatnonzero(is_faulty)
        if not len(places):
            return []
        codes = tuple(self.checked.header_plan.positions)
        seen = table["seen"].take(pa.array(places)).to_pylist()
        result = []
        for place, texts in zip(places.tolist(), seen, strict=True):
            faults = checks.faults_of([int(word[place]) for word in words], plan)
            line = int(lines[place])
            if line in self.checked.repeated:
                faults = (*faults, Fault(Rule.RECORD_NUMBER_TWICE, checks.RECORD_NUMBER))
            result.append((line, faults, dict(zip(codes, texts.split(checks.SEPARATOR), strict=False))))
        return result

    def _sealed(self, good: pa.Table, details: list[bytes], contexts: list[bytes]) -> list[bytes]:
        """Seal each line's details under the key of the month in which its keeping ends."""
        months = _months_of_keeping(good)
        sealed: list[bytes] = [b""] * len(details)
        for number in np.unique(months):
            places = np.flatnonzero(months == number).tolist()
            key = self._months[_month(number)]
            texts = seal_many(key, [details[place] for place in places], [contexts[place] for place in places])
            for place, text in zip(places, texts, strict=True):
                sealed[place] = text
        return sealed

    def _sealable(self, good: pa.Table) -> tuple[pa.Table, list[Finding]]:
        """Set apart the lines whose keeping would end in a month whose key was destroyed: nothing is sealed there."""
        months = _months_of_keeping(good)
        gone = [number for number in np.unique(months) if not self._has_key(_month(number))]
        if not gone:
            return good, []
        is_erased: Flags = np.isin(months, gone)
        lines = good["line"].to_numpy()[is_erased].tolist()
        findings = [
            Finding(line=line, rule=Rule.MONTH_ERASED, column=None, seen="", params={"month": _month(number)})
            for line, number in zip(lines, months[is_erased], strict=True)
        ]
        return good.filter(pa.array(~is_erased)), findings

    def _has_key(self, month: str) -> bool:
        """Tell whether a month has a key, which is made where there was none yet; a destroyed one stays destroyed."""
        if month in self._months:
            return True
        try:
            self._months[month] = keyring().month(month, create=True)
        except KeyDestroyed:
            return False
        return True

    def _post_chunk(self, chunk: Chunk, posted: Posted) -> None:
        self._write_faulty(chunk, posted)
        if chunk.good.num_rows == 0:
            return
        matched = self._match(chunk)
        judged = _Judged.of(chunk, matched)
        lines = chunk.good["line"].to_numpy()
        for outcome, flags in judged.outcomes():
            posted.outcomes[lines[flags] - 1] = OUTCOME_BYTE[outcome]
        self._write_judged_findings(chunk, judged, lines)
        self._write_held(chunk, judged, lines)
        if judged.accepted.any():
            self._write_accepted(chunk, judged, posted)

    def _write_faulty(self, chunk: Chunk, posted: Posted) -> None:
        findings: list[Finding] = list(chunk.erased)
        for finding in chunk.erased:
            posted.outcomes[finding.line - 1] = OUTCOME_BYTE[Outcome.REJECTED]
        for line, faults, values in chunk.faulty:
            posted.outcomes[line - 1] = OUTCOME_BYTE[Outcome.REJECTED]
            findings += [self._finding(line, fault, values) for fault in faults]
        self._write_findings(findings)

    def _finding(self, line: int, fault: Fault, values: dict[str, str]) -> Finding:
        value = values.get(fault.column or "", "")
        params: dict[str, str] = {}
        if fault.rule in {Rule.PROHIBITED_CATEGORY, Rule.SEALED_CATEGORY}:
            params = dict(checks.detected_word(value=value, rule=fault.rule, edition=self.checked.context.edition))
        screened = fault.rule in {Rule.PROHIBITED_CATEGORY, Rule.SEALED_CATEGORY, Rule.PERSONAL_NUMBER_IN_TEXT}
        # A text refused for what it says is not repeated to anybody.
        seen = "" if screened else checks.masked_value(fault.column, value)
        return Finding(line=line, rule=fault.rule, column=fault.column, seen=seen, params=params)

    def _write_findings(self, findings: Sequence[Finding]) -> None:
        if not findings:
            return
        copy_in(
            table="intake_finding",
            rows=pa.table(
                {
                    "batch_id": pa.array([self.batch.pk] * len(findings), pa.int64()),
                    "line": pa.array([finding.line for finding in findings], pa.int32()),
                    "rule": [finding.rule.value for finding in findings],
                    "column": [finding.column or "" for finding in findings],
                    "seen": [finding.seen for finding in findings],
                    "params": [json.dumps(dict(finding.params), ensure_ascii=False) for finding in findings],
                }
            ),
            json_columns=("params",),
        )

    def _match(self, chunk: Chunk) -> "Matched":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE intake_stage")
        copy_encoded(table="intake_stage", columns=STAGE_SCHEMA.names, parts=chunk.stage)
        places, *found = _numbers(MATCH.format(covered=self._covered()), MATCH_COLUMNS)
        person, flags, key_person = (_in_order(column, places) for column in found)
        existing = _numbers(EXISTING, EXISTING_COLUMNS) if key_person.any() else None
        return Matched(
            person=person,
            named=flags & NAMED != 0,
            covered=flags & COVERS != 0,
            key_person=key_person,
            existing=existing,
        )

    def _covered(self) -> str:
        item = self.checked.context.item
        if not item.coverage_roles:
            return "true"
        # Role codes come from the pack and match the schema's pattern of upper-case symbols.
        return COVERED.format(roles=", ".join(f"'{role}'" for role in item.coverage_roles))

    def _write_judged_findings(self, chunk: Chunk, judged: "_Judged", lines: Numbers) -> None:
        findings: list[Finding] = []
        for rule, flags in judged.rejections:
            column = checks.RECORD_NUMBER if rule in {Rule.RECORD_DIFFERS, Rule.RECORD_UNKNOWN} else None
            roles = ", ".join(self.checked.context.item.coverage_roles)
            params = {"roles": roles} if rule is Rule.COVERAGE_MISSING else {}
            places = np.flatnonzero(flags)
            values = _pick(chunk.good["record_number"], places) if column else [""] * len(places)
            for place, value in zip(places.tolist(), values, strict=True):
                seen = checks.masked_value(column, value)
                findings.append(Finding(line=int(lines[place]), rule=rule, column=column, seen=seen, params=params))
        self._write_findings(findings)

    def _write_held(self, chunk: Chunk, judged: "_Judged", lines: Numbers) -> None:
        rows: list[tuple[int, str, bytes]] = []
        vault = keyring().vault()
        for reason, flags in judged.held:
            places = np.flatnonzero(flags)
            for place, row in zip(places.tolist(), _rows(chunk.good, places), strict=True):
                line = int(lines[place])
                plain = json.dumps(row, ensure_ascii=False, default=str).encode()
                rows.append((line, reason.value, seal(vault, plain, context=held_context(self.batch.reference, line))))
        if not rows:
            return
        rows.sort()
        copy_in(
            table="intake_heldline",
            rows=pa.table(
                {
                    "batch_id": pa.array([self.batch.pk] * len(rows), pa.int64()),
                    "line": pa.array([row[0] for row in rows], pa.int32()),
                    "reason": [row[1] for row in rows],
                    "state": [HeldState.WAITING.value] * len(rows),
                    "sealed": pa.array([row[2] for row in rows], pa.binary()),
                    "decided_by": [""] * len(rows),
                    "reasons": [""] * len(rows),
                }
            ),
        )

    def _write_accepted(self, chunk: Chunk, judged: "_Judged", posted: Posted) -> None:
        if self._posting is None:
            self._posting = records.open_posting()
        places = pa.array(np.flatnonzero(judged.accepted))
        good = chunk.good.take(places)
        versions = _versions(chunk, judged, good, places, self._posting.posting_id)
        is_new = judged.is_new[judged.accepted]
        keys = pa.table(
            {"record_key": versions["record_key"], "person_id": versions["person_id"]}, schema=KEY_SCHEMA
        ).filter(pa.array(is_new))
        records.write_chunk(posting=self._posting, versions=versions, new_keys=keys)
        self._grant_roles(versions)
        changes = versions["change"].to_numpy(zero_copy_only=False)
        posted.corrected += int((changes == Action.CORRECT.value).sum())
        posted.withdrawn += int((changes == Action.WITHDRAW.value).sum())
        documented = versions["document_on"].drop_null()
        received = civil_date(self.now)
        days = pc.sum(documented.cast(pa.int32())).as_py() or 0
        posted.delay_lines += len(documented)
        posted.delay_days += len(documented) * (received.toordinal() - 719_163) - days

    def _grant_roles(self, versions: pa.Table) -> None:
        role = self.checked.context.item.grants_role
        if role is None or self._posting is None:
            return
        grant_roles(role=role, posting_id=self._posting.posting_id, versions=versions, actor=self.actor, now=self.now)


def grant_roles(*, role: str, posting_id: int, versions: pa.Table, actor: Actor, now: datetime) -> None:
    """Let coverage roles follow the items that give them: a correction replaces the role, a withdrawal ends it.

    Args:
        role: The role that the item type gives.
        posting_id: The posting being written.
        versions: Its versions; a role lasts from the event's day through the end's, or is open without one.
        actor: Who posts.
        now: The moment.
    """
    rows = zip(
        versions["change"].to_pylist(),
        versions["person_id"].to_pylist(),
        versions["record_key"].to_pylist(),
        versions["occurred_on"].to_pylist(),
        versions["ended_on"].to_pylist(),
        strict=True,
    )
    replaced: list[bytes] = []
    grants: list[CoverageGrant] = []
    for change, person_id, record_key, occurred_on, ended_on in rows:
        if change != Action.ADD.value:
            replaced.append(record_key)
        if change != Action.WITHDRAW.value:
            until_on = None if ended_on is None else ended_on + timedelta(days=1)
            grants.append(
                CoverageGrant(
                    person_id=person_id,
                    role_code=role,
                    since_on=occurred_on,
                    until_on=until_on,
                    source_key=record_key,
                )
            )
    if replaced:
        persons.annul_coverages(actor=actor, now=now, source_keys=replaced)
    if grants:
        persons.grant_coverages(grants=grants, posting_id=posting_id, actor=actor, now=now)


def _numbers(statement: str, columns: Sequence[str]) -> list[Numbers]:
    """Run a statement that answers with rows of whole numbers, and return them as columns.

    Aggregates without an order of their own see the rows in one and the same order.
    """
    packed = ", ".join(PACKED_COLUMN.format(name=name) for name in columns)
    connection.ensure_connection()
    with connection.connection.cursor(binary=True) as cursor:
        for setting in PROBE:
            cursor.execute(f"SET LOCAL {setting} = off")
        found = cursor.execute(PACKED.format(columns=packed, statement=statement)).fetchone()
        for setting in PROBE:
            cursor.execute(f"SET LOCAL {setting} = DEFAULT")
    return [np.frombuffer(values, dtype=">i8").astype(np.int64) for values in found]


def _in_order(values: Numbers, places: Numbers) -> Numbers:
    """Return values in the order of the places that they belong to."""
    ordered = np.zeros_like(values)
    ordered[places] = values
    return ordered


# What the newest version that holds does to its item, as EXISTING answers it; 0 where none holds.
STANDS, WITHDRAWN = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What the store knows about each line of a chunk; ``existing`` only of items that have a key already."""

    person: Numbers
    named: Flags
    covered: Flags
    key_person: Numbers
    existing: list[Numbers] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """For each line without a fault: what the store says about it."""

    person: Numbers
    next_version: Numbers
    is_new: Flags
    accepted: Flags
    unchanged: Flags
    rejections: tuple[tuple[Rule, Flags], ...]
    held: tuple[tuple[HeldReason, Flags], ...]

    @classmethod
    def of(cls, chunk: Chunk, matched: Matched) -> "_Judged":
        count = chunk.good.num_rows
        action = chunk.good["action"].to_numpy(zero_copy_only=False)
        person, key_person = matched.person, matched.key_person
        has_key = key_person != 0
        top = np.zeros(count, dtype=np.int64)
        same = np.zeros(count, dtype=bool)
        latest = np.zeros(count, dtype=np.int64)
        if matched.existing is not None:
            places, tops, states, sames = matched.existing
            top[places] = tops
            same[places] = sames == 1
            latest[places] = states
        stands, withdrawn = latest == STANDS, latest == WITHDRAWN
        withdraws, corrects = action == Action.WITHDRAW.value, action == Action.CORRECT.value
        adds = ~withdraws & ~corrects

        left: Flags = np.ones(count, dtype=bool)

        def take(condition: Flags) -> Flags:
            nonlocal left
            taken: Flags = left & condition
            left = left & ~taken
            return taken

        unknown = take(person == 0)
        misnamed = take(~matched.named)
        of_another = take(has_key & (key_person != person))
        missing = take((corrects & ~stands) | (withdraws & ~stands & ~withdrawn))
        unchanged = take((withdraws & withdrawn) | (~withdraws & stands & same))
        differs = take(adds & stands)
        # A withdrawal takes an item away; it needs no role that would let one be collected.
        uncovered = take(~matched.covered & ~withdraws)
        return cls(
            person=person,
            next_version=top + 1,
            is_new=~has_key,
            accepted=left,
            unchanged=unchanged,
            rejections=(
                (Rule.RECORD_UNKNOWN, missing),
                (Rule.RECORD_DIFFERS, differs),
                (Rule.COVERAGE_MISSING, uncovered),
            ),
            held=(
                (HeldReason.PERSON_UNKNOWN, unknown),
                (HeldReason.NAME_DISAGREES, misnamed),
                (HeldReason.RECORD_OF_ANOTHER, of_another),
            ),
        )

    def outcomes(self) -> Iterator[tuple[Outcome, Flags]]:
        """Yield each outcome with its lines."""
        yield Outcome.ACCEPTED, self.accepted
        yield Outcome.UNCHANGED, self.unchanged
        for _, flags in self.rejections:
            yield Outcome.REJECTED, flags
        for _, flags in self.held:
            yield Outcome.HELD, flags


def _months_of_keeping(good: pa.Table) -> Numbers:
    """Return of each line the month in which its keeping ends, as months since the year nought."""
    kept = good["kept_until"].cast(pa.date32())
    months: Numbers = pc.year(kept).to_numpy() * 12 + pc.month(kept).to_numpy() - 1
    return months


def _month(number: int) -> str:
    return f"{int(number) // 12:04d}-{int(number) % 12 + 1:02d}"


def _canonical(text: str, now: datetime) -> str:
    """Return the text under which a short number is indexed: a 15-digit one is the same person's as its successor."""
    return canonical_text(IdentityNumber.parse(text, today=civil_date(now)))


def _versions(chunk: Chunk, judged: _Judged, good: pa.Table, places: pa.Array, posting_id: int) -> pa.Table:
    chosen = places.to_numpy()
    columns = {
        "person_id": pa.array(judged.person[chosen]),
        "record_key": chunk.record_key.take(places),
        "version": pa.array(judged.next_version[chosen].astype(np.int32)),
        "posting_id": pa.array(np.full(len(chosen), posting_id, dtype=np.int64)),
        "line": good["line"].cast(pa.int32()),
        "change": good["action"],
        "severity": good["severity"],
        **{
            name: good[name].cast(pa.date32())
            for name in ("occurred_on", "ended_on", "document_on", "shown_until", "used_until", "kept_until")
        },
        "content_digest": chunk.content_digest.take(places),
        "sealed": chunk.sealed.take(places),
    }
    return pa.table({name: columns[name] for name in VERSION_COLUMNS}, schema=VERSION_SCHEMA)


def _bytes(values: list[bytes]) -> pa.Array:
    return pa.array(values, pa.binary())


def _name_digests(names: pa.ChunkedArray) -> pa.Array:
    """Return the blind index of each name; a name that several lines bear is folded and indexed once."""
    coded = names.combine_chunks().dictionary_encode()
    digests = BlindIndex(keyring().name_index()).of_many(fold_many(coded.dictionary.to_pylist()))
    return _bytes(digests).take(coded.indices)


def _contents(good: pa.Table) -> pa.ChunkedArray:
    """Return the text by which two lines of one item say the same: details, severity and dates, without the action."""
    dates = [
        good[name].cast(pa.date32()).cast(pa.int32()).cast(pa.string()).fill_null("")
        for name in ("occurred_on", "ended_on", "document_on")
    ]
    return pc.binary_join_element_wise(good["details"], good["severity"], *dates, "\x1f")


def _pick(column: pa.ChunkedArray, places: Iterable[int]) -> list[str]:
    values: list[str] = column.take(pa.array(places)).to_pylist()
    return values


def _rows(table: pa.Table, places: Numbers) -> list[dict[str, Any]]:
    names = (
        "line",
        "identity",
        "name",
        "record_number",
        "action",
        "severity",
        "occurred_on",
        "ended_on",
        "document_on",
        "shown_until",
        "used_until",
        "kept_until",
        "details",
    )
    rows: list[dict[str, Any]] = table.select(names).take(pa.array(places)).to_pylist()
    return rows
