"""Batches of inquiries: receiving a file, answering its lines through the gate, deleting it when its days are over.

Every line is judged by the same conditions as an inquiry that is asked alone, and leaves the same line of the register,
event, receipt and row. What differs is that facts are read and lines are written for a chunk at a time: a chunk is one
transaction, and how far a batch has come is part of it, so that a line which was answered is never asked again, and
one that was not is.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq
from django.db import connection, transaction

from chengxin.accounts import lookups as accounts
from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations import operations as authorisation_acts
from chengxin.authorisations.lookups import AuthorisationFacts
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Permit, Refusal, Undecided
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import AnswerForm, QuotaKind
from chengxin.identifiers.identity import IdentityNumber, MalformedIdentityNumber
from chengxin.inquiries import lookups, policies
from chengxin.inquiries.errors import AskedWrongly, InquiryBatchRefused, InquiryBatchUnknown
from chengxin.inquiries.events import InquiryBatchDiscarded, InquiryBatchReceived
from chengxin.inquiries.models import Inquiry, InquiryBatch, InquiryBatchFile, InquiryBatchLine, Task
from chengxin.inquiries.operations import asking
from chengxin.inquiries.operations.asking import Asked, Case
from chengxin.inquiries.rules import batches as rules
from chengxin.inquiries.rules.checks import REFUSED
from chengxin.inquiries.rules.quotas import batch_subjects
from chengxin.inquiries.states import BatchState, LineOutcome
from chengxin.intake.operations import spool
from chengxin.keys.current import keyring
from chengxin.ledger import operations as ledger
from chengxin.organisations import lookups as organisations
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.register import operations as register
from chengxin.sealing.digests import canonical
from chengxin.sealing.suites import seal, seal_many
from chengxin.tabular import reading
from chengxin.tabular.values import Limits, Read

if TYPE_CHECKING:
    from chengxin.inquiries.rules.answers import UsableItem

CHUNK_LINES: Final = 500
LIMITS: Final = Limits(file_bytes=rules.MOST_BYTES, workbook_bytes=rules.MOST_BYTES, lines=rules.MOST_LINES)
NOBODY: Final = "UNREADABLE_LINE"
BEYOND_QUOTA: Final[Mapping[QuotaKind | None, str]] = {
    QuotaKind.ORGANISATION: "INQUIRY_BATCH_BEYOND_ORGANISATION_QUOTA",
    QuotaKind.BATCHES: "INQUIRY_BATCH_BEYOND_QUOTA",
    None: "QUOTA_UNKNOWN",
}
"""How the refusal of a whole file names the quota that does not suffice."""
_COPIED: Final = tuple(column for column in asking.STORED if column != "item_codes")
_values_of = attrgetter(*_COPIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of the file; the values are ``None`` where the record could not be read."""

    line: int
    number: str | None
    name: str
    authorisation: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A line with its case and what was decided about it."""

    line: int
    case: Case
    decision: Permit | Refusal


@transaction.atomic
def receive_inquiry_batch(
    *,
    contents: bytes,
    declared_name: str,
    purpose_code: str,
    item_codes: frozenset[str],
    form: AnswerForm,
    token: str,
    actor: Actor,
    now: datetime,
) -> tuple[str, bool]:
    """Keep a file of inquiries, sealed; its lines are answered by :func:`answer_batch`. The same token makes one batch.

    Args:
        contents: The file: CSV or XLSX with the columns of ``rules.batches.HEADERS``, at most 10,000 lines.
        declared_name: The sender's name for it.
        purpose_code: For what.
        item_codes: About which item types; empty for all that are allowed.
        form: How much is asked for.
        token: Of the page that sends it.
        actor: An officer or client of the requester.
        now: The moment.

    Returns:
        The batch's reference, and whether it is new.

    Raises:
        AskedWrongly: An item type is not in the catalogue, or the actor acts for nobody.
        InquiryBatchRefused: Columns are missing, there is no line, or the day's quota of the organisation, or of its
            batches, does not suffice.
        TabularRefused: The file cannot be read.
        Refused: The actor does not ask for anybody.
    """
    known = InquiryBatch.objects.filter(token=token, organisation_code=actor.organisation_code or "").first()
    if known is not None:
        return known.reference, False
    if actor.organisation_code is None or not actor.has(Role.REQUESTER):
        Refusal(code="NOT_A_REQUESTER", basis=policies.MINIMUM_NECESSARY).require()
    today = civil_date(now)
    edition = catalogue.edition_in_force(today)
    if not item_codes <= edition.item_types.keys():
        raise AskedWrongly(field="items")
    with spool.working_folder() as folder:
        read = _read(contents, declared_name, folder)
    if rules.columns_of(read.headers) is None:
        code = "INQUIRY_BATCH_COLUMNS"
        raise InquiryBatchRefused(code)
    if read.lines == 0:
        code = "INQUIRY_BATCH_EMPTY"
        raise InquiryBatchRefused(code)
    left = lookups.quota_left(batch_subjects(actor.organisation_code), edition=edition, on=today)
    if read.lines > left.times:
        code = BEYOND_QUOTA[left.narrowest]
        raise InquiryBatchRefused(code, left=left.times, lines=read.lines)
    reference = asking.new_reference()
    digest = hashlib.sha256(contents).hexdigest()
    batch = InquiryBatch.objects.create(
        reference=reference,
        organisation_code=actor.organisation_code,
        actor_key=actor.key,
        token=token,
        purpose_code=purpose_code[:64],
        item_codes=sorted(item_codes),
        form=form.value,
        declared_name=reading.safe_name(declared_name)[:255],
        sha256=digest,
        state=BatchState.WAITING.value,
        line_count=read.lines,
        received_at=now,
        kept_until=rules.kept_until(today),
    )
    sealed = seal(keyring().vault(), contents, context=lookups.file_context(reference))
    InquiryBatchFile.objects.create(batch=batch, sealed=sealed)
    event = InquiryBatchReceived(batch=reference, purpose_code=purpose_code[:64], lines=read.lines, sha256=digest)
    ledger.append(event, actor=actor, at=now)
    return reference, True


def answer_batch(*, reference: str, now: datetime) -> None:
    """Answer the lines of a batch that were not answered yet, chunk by chunk; call outside of any transaction.

    Two who answer the same batch at once take turns and never answer a line twice.

    Args:
        reference: The batch.
        now: The moment.

    Raises:
        InquiryBatchUnknown: There is none.
    """
    batch = InquiryBatch.objects.filter(reference=reference).first()
    if batch is None:
        raise InquiryBatchUnknown
    contents = lookups.open_batch_file(reference)
    if contents is None or batch.state == BatchState.ANSWERED.value:
        return
    with spool.working_folder() as folder:
        read = _read(contents, batch.declared_name, folder)
        for chunk in _chunks(folder / "columns", read):
            if chunk[-1].line > batch.done_count:
                _answer_chunk(reference, chunk, now)


def _read(contents: bytes, declared_name: str, folder: Path) -> Read:
    path = folder / "file"
    path.write_bytes(contents)
    inspection = reading.inspect(path, declared_name=declared_name, limits=LIMITS)
    return reading.to_parquet(path, inspection, folder / "columns", limits=LIMITS)


def _chunks(path: Path, read: Read) -> Iterator[list[_Line]]:
    """Return all lines in order, broken ones in their places."""
    columns = rules.columns_of(read.headers)
    if columns is None:
        return
    broken = {line.line for line in read.broken}
    chunk: list[_Line] = []
    records_read = _records(path, columns)
    for at in range(1, read.lines + 1):
        if at in broken:
            chunk.append(_Line(line=at, number=None, name="", authorisation="", case=""))
        else:
            number, name, authorisation, case = next(records_read)
            chunk.append(_Line(line=at, number=number, name=name, authorisation=authorisation, case=case))
        if len(chunk) == CHUNK_LINES or at == read.lines:
            yield chunk
            chunk = []


def _records(path: Path, columns: rules.Columns) -> Iterator[tuple[str, str, str, str]]:
    places = (columns.number, columns.name, columns.authorisation, columns.case)
    with pq.ParquetFile(path) as file:
        for part in file.iter_batches(batch_size=CHUNK_LINES, use_threads=False):
            lists = [
                [""] * part.num_rows if place is None else part.column(f"c{place}").to_pylist() for place in places
            ]
            for number, name, authorisation, case in zip(*lists, strict=True):
                yield number or "", name or "", authorisation or "", case or ""


def _actor_of(batch: InquiryBatch) -> Actor:
    """Return who sent a batch, with the roles held now; a login that was closed meanwhile holds none."""
    found = accounts.find_actor(batch.actor_key)
    if found is not None and found.organisation_code == batch.organisation_code:
        return found
    return Actor(kind=ActorKind.OFFICER, key=batch.actor_key, organisation_code=batch.organisation_code)


@transaction.atomic
def _answer_chunk(reference: str, chunk: Sequence[_Line], now: datetime) -> None:
    batch = InquiryBatch.objects.select_for_update().get(reference=reference)
    lines = [line for line in chunk if line.line > batch.done_count]
    if not lines:
        return
    actor = _actor_of(batch)
    judged, unreadable = _judge(batch, lines, actor, now)
    outcomes = _write(judged, actor, now)
    rows = [
        InquiryBatchLine(batch=batch, line=line, outcome=LineOutcome.UNREADABLE.value, code=NOBODY)
        for line in unreadable
    ]
    contexts = [lookups.answer_context(reference, one.line) for one in judged]
    sealed = seal_many(keyring().vault(), [answer or b"" for answer in outcomes], contexts)
    rows += [
        InquiryBatchLine(
            batch=batch,
            line=one.line,
            inquiry_reference=one.case.reference,
            outcome=asking.outcome_of(one.decision).value,
            code=one.decision.code,
            sealed=None if answer is None else contents,
        )
        for one, answer, contents in zip(judged, outcomes, sealed, strict=True)
    ]
    InquiryBatchLine.objects.bulk_create(rows)
    answered = sum(isinstance(one.decision, Permit) for one in judged)
    batch.done_count += len(lines)
    batch.answered_count += answered
    batch.refused_count += len(judged) - answered
    batch.unreadable_count += len(unreadable)
    if batch.done_count == batch.line_count:
        batch.state, batch.finished_at = BatchState.ANSWERED.value, now
    batch.save(force_update=True)
    checked = Counter(
        subject
        for one in judged
        for subject in asking.check_subjects(
            one.case, asking.match_of(one.case).value if isinstance(one.decision, Permit) else REFUSED
        )
    )
    # In the order in which a single inquiry locks the counts, so that the two never wait in a circle.
    for subject, count in sorted(checked.items()):
        asking.count_inquiries([subject], civil_date(now), count)
    asking.count_inquiries(batch_subjects(batch.organisation_code), civil_date(now), len(judged))


def _judge(batch: InquiryBatch, lines: Sequence[_Line], actor: Actor, now: datetime) -> tuple[list[_Judged], list[int]]:
    """Gather the facts of all lines at once, and decide line by line, in their order."""
    today = civil_date(now)
    asked, unreadable = _asked(batch, lines, today)
    edition = catalogue.edition_in_force(today)
    asking_facts = organisations.asking_facts(
        organisation_code=batch.organisation_code,
        purpose_code=batch.purpose_code,
        subjects=asking.subjects_of(actor),
        on=today,
    )
    allowed = authorisations.lock_facts([one.authorisation for one in asked.values() if one.authorisation])
    people = persons.identify_many([(one.number, one.name) for one in asked.values()])
    left = lookups.quota_left(batch_subjects(batch.organisation_code), edition=edition, on=today)
    used: Counter[int] = Counter()
    judged = []
    for place, ((line, one), person) in enumerate(zip(asked.items(), people, strict=True)):
        authorisation = _less(allowed.get(one.authorisation), used)
        case = Case(
            reference=asking.new_reference(),
            asked=one,
            actor=actor,
            organisation_code=batch.organisation_code,
            now=now,
            today=today,
            edition=edition,
            purpose=edition.purposes.get(batch.purpose_code),
            asking=asking_facts,
            items=asking.items_of(
                one,
                edition=edition,
                asking=asking_facts,
                authorisation=authorisation,
                organisation_code=batch.organisation_code,
            ),
            person_id=person.person_id,
            cluster=person.cluster,
            name_agrees=person.name_agrees,
            authorisation=authorisation,
        )
        facts = asking.facts_of(case, left=replace(left, times=max(0, left.times - place)))
        decision = policies.may_be_answered(actor, facts, basis=case.basis)
        if isinstance(decision, Permit) and authorisation is not None and facts.needs_authorisation:
            used[authorisation.authorisation_id] += 1
        judged.append(_Judged(line=line, case=case, decision=decision))
    if used:
        authorisation_acts.use_authorisations(counts=used, now=now)
    return judged, unreadable


def _asked(batch: InquiryBatch, lines: Sequence[_Line], today: date) -> tuple[dict[int, Asked], list[int]]:
    """Return what each line asks; one without a number of a person asks nothing."""
    asked: dict[int, Asked] = {}
    unreadable: list[int] = []
    items, form = frozenset(batch.item_codes), AnswerForm(batch.form)
    for line in lines:
        try:
            number = IdentityNumber.parse(line.number or "", today=today)
        except MalformedIdentityNumber:
            unreadable.append(line.line)
            continue
        asked[line.line] = Asked(
            purpose_code=batch.purpose_code,
            number=number,
            name=line.name,
            item_codes=items,
            form=form,
            case_number=line.case.strip(),
            authorisation=line.authorisation.strip().upper(),
        )
    return asked, unreadable


def _less(facts: AuthorisationFacts | None, used: Mapping[int, int]) -> AuthorisationFacts | None:
    """Return an authorisation as it stands after the lines before this one."""
    if facts is None or facts.authorisation_id not in used:
        return facts
    return replace(facts, looks_left=facts.looks_left - used[facts.authorisation_id])


def _write(judged: Sequence[_Judged], actor: Actor, now: datetime) -> list[bytes | None]:
    """Register every line, write its row, and return the answers as canonical bytes; ``None`` where there is none.

    Numbers are drawn for everybody before anything is read, for the refused too: each of them gets a line, and drawn
    at once in ascending order they never wait in a circle for another chunk.
    """
    about_somebody = {at: person for at, one in enumerate(judged) if (person := one.case.person_id) is not None}
    register.draw_looks(person_ids=about_somebody.values())
    bodies, shown = _contents(judged)
    looks = dict(
        zip(
            about_somebody,
            register.register_looks(
                [asking.line_of_register(judged[at].case, shown[at], _refusal(judged[at])) for at in about_somebody],
                actor=actor,
                at=now,
            ),
            strict=True,
        )
    )
    ledger.append_many(
        [asking.event_of(one.case, _refusal(one)) for one in judged if one.case.person_id is None], actor=actor, at=now
    )
    rows: list[Inquiry] = []
    for at, one in enumerate(judged):
        look, body = looks.get(at), bodies[at]
        digest = None if body is None else hashlib.sha256(body).digest()
        receipt = ""
        if isinstance(one.decision, Permit) and digest is not None:
            receipt = asking.receipt_of(one.case, one.decision, digest, look)
        outcome = asking.outcome_of(one.decision)
        rows.append(
            asking.row_of(one.case, outcome=outcome, code=one.decision.code, look=look, digest=digest, receipt=receipt)
        )
    _store(rows)
    Task.objects.bulk_create(
        [asking.task_of(one.case, one.decision) for one in judged if isinstance(one.decision, Undecided)]
    )
    return bodies


def _store(rows: Sequence[Inquiry]) -> None:
    """Add rows of inquiries by COPY; the item types, many and mostly the same, are written out once for all."""
    literals: dict[tuple[str, ...], str] = {}
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY inquiries_inquiry (item_codes, {', '.join(_COPIED)}) FROM STDIN") as copy,
    ):
        for row in rows:
            codes = tuple(row.item_codes)
            if codes not in literals:
                literals[codes] = f"{{{','.join(codes)}}}"
            copy.write_row((literals[codes], *_values_of(row)))


def _refusal(one: _Judged) -> Refusal | None:
    return one.decision if isinstance(one.decision, Refusal) else None


def _contents(judged: Sequence[_Judged]) -> tuple[list[bytes | None], list[Mapping[str, object]]]:
    """Read the items of everybody who may be answered about in one statement; make each answer of its own scope."""
    open_cases = {
        at: one.case
        for at, one in enumerate(judged)
        if isinstance(one.decision, Permit) and not one.case.asks_identity_only
    }
    items: Mapping[int, Sequence[UsableItem]] = {}
    if open_cases:
        first = next(iter(open_cases.values()))
        found = lookups.usable_items_of_many_without_register(
            asked=[(case.cluster, case.scope) for case in open_cases.values()],
            edition=first.edition,
            today=first.today,
            with_details=first.form is AnswerForm.DOCUMENT,
        )
        items = dict(zip(open_cases, found, strict=True))
    bodies: list[bytes | None] = []
    shown: list[Mapping[str, object]] = []
    for at, one in enumerate(judged):
        if isinstance(one.decision, Refusal):
            bodies.append(None)
            shown.append({"inquiry": one.case.reference})
            continue
        body, said = asking.content_of(one.case, items.get(at, ()))
        bodies.append(canonical(body))
        shown.append(said)
    return bodies, shown


def discard_overdue_batches(*, actor: Actor, now: datetime) -> int:
    """Delete files and answers of batches whose days are over, answered or not; what was registered stays.

    Args:
        actor: The system.
        now: The moment.

    Returns:
        How many batches.
    """
    due = InquiryBatch.objects.filter(kept_until__lt=civil_date(now), discarded_at__isnull=True)
    references = list(due.values_list("reference", flat=True))
    for reference in references:
        with transaction.atomic():
            batch = InquiryBatch.objects.select_for_update().get(reference=reference)
            InquiryBatchFile.objects.filter(batch=batch).delete()
            InquiryBatchLine.objects.filter(batch=batch).update(sealed=None)
            InquiryBatch.objects.filter(pk=batch.pk).update(discarded_at=now)
            ledger.append(InquiryBatchDiscarded(batch=reference), actor=actor, at=now)
    return len(references)
