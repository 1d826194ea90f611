"""Reading of reports: how one stands, for anybody; a person's own, for the person; its file, registered.

``state_of`` is the only thing here that needs nobody's permission. It tells a state and two days, and of a superseded
report not what was corrected.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.keys.keyring import KeyDestroyed, KeyMissing
from chengxin.ledger import lookups as ledger
from chengxin.organisations import lookups as organisations
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.records import lookups as records
from chengxin.records.lookups import NamedVersion
from chengxin.register import operations as register
from chengxin.reports import policies, rules
from chengxin.reports.errors import ReportUnknown
from chengxin.reports.events import ReportIssued
from chengxin.reports.models import Report, ReportFile
from chengxin.reports.policies import ReportStanding
from chengxin.reports.states import Channel, Extent, FileVerdict, Language, ReportState
from chengxin.sealing.cosignatures import WitnessPolicy
from chengxin.sealing.faults import Fault
from chengxin.sealing.status_lists import ReportState as ListedState
from chengxin.sealing.suites import unseal
from chengxin.sealing.trust import Trust
from chengxin.sealing.verdicts import Beside, Kind, verify

if TYPE_CHECKING:
    from django.db.models import QuerySet

SELF_REPORT = "SELF_REPORT"
COUNTER_READ = "COUNTER_READ"
BASIS = "PIPL-45"
MASK_RULE = "REPORT"
MASK_VERSION = 1
WHAT = "REPORT"

_BLOCK = 500
_NOT_OURS = frozenset({Fault.MALFORMED, Fault.UNRECOGNISED, Fault.UNKNOWN_KEY})
_BY_LIST = {Fault.WITHDRAWN: FileVerdict.WITHDRAWN, Fault.SUPERSEDED: FileVerdict.SUPERSEDED}
_VERDICTS = {
    Fault.OVER: FileVerdict.OVER,
    Fault.TOO_LARGE: FileVerdict.TOO_LARGE,
    Fault.KEY_REVOKED: FileVerdict.KEY_NOT_GOOD,
    Fault.KEY_NOT_YET_VALID: FileVerdict.KEY_NOT_GOOD,
    Fault.KEY_EXPIRED_AT_SIGNING: FileVerdict.KEY_NOT_GOOD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReport:
    """What anybody is told about a report.

    Attributes:
        number: Its number, as it was asked for.
        state: How it stands.
        issued_on: Civil day of issue; ``None`` where there is no such report.
        last_on: Last day on which it serves; ``None`` where there is no such report.
    """

    number: str
    state: ReportState
    issued_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """One of a person's own reports.

    Attributes:
        report_id: Its key, to read on.
        number: Its number.
        state: How it stands.
        channel: Online, or at a counter.
        language: In which language.
        extent: How much it says.
        issued_at: When.
        last_on: Last day on which it serves.
        withdrawn_at: When it was taken back; ``None`` while it was not.
        changed: References of those items in it that hold no more as they stand there; only the person is told.
        is_fetchable: The file can be fetched once more.
    """

    report_id: int
    number: str
    state: ReportState
    channel: Channel
    language: Language
    extent: Extent
    issued_at: datetime
    last_on: date
    withdrawn_at: datetime | None
    changed: tuple[str, ...]
    is_fetchable: bool


def state_of(*, number: str, now: datetime, sha256: bytes | None = None) -> CheckedReport:
    """Return how a report stands, computed at this moment.

    Args:
        number: As somebody typed or scanned it.
        now: The moment.
        sha256: Digest of the file at hand; another one than was issued under the number is ``UNKNOWN``. ``None``:
            only the number is asked about.
    """
    canonical = rules.read_number(number)
    row = None if canonical is None else _rows(Report.objects.filter(number=canonical)).first()
    if row is None or (sha256 is not None and bytes(row.sha256) != sha256):
        return CheckedReport(number=canonical or "", state=ReportState.UNKNOWN)
    changed = _changed([row], now=now)
    return CheckedReport(
        number=row.number,
        state=_state(row, changed, now),
        issued_on=civil_date(row.issued_at),
        last_on=rules.last_day_of(row.issued_at),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What anybody is told about a file that is said to be a report.

    Attributes:
        verdict: What it is.
        report: The report, where the file is one of ours and untouched.
        is_proven_older: Its key was revoked later; the ledger and its witnesses prove that the file is older.
    """

    verdict: FileVerdict
    report: CheckedReport | None = None
    is_proven_older: bool = False


def check_file(file: BinaryIO, *, now: datetime, status: str | None = None) -> CheckedFile:
    """Check a file by its signature, then ask how the report stands. The file is kept nowhere.

    Args:
        file: Any file, from its beginning.
        now: The moment.
        status: A status list that is to be checked with it. What is asked here is newer than any list: a list can only
            add that a report is withdrawn or superseded. ``None``: none.
    """
    trust, beside = Trust.parse(published.trust_text()), Beside()
    found = verify(file, trust, now=now)
    if found.fault is Fault.KEY_REVOKED:
        older = _by_witnesses(file, now=now)
        if older is not None:
            trust, beside = older
            file.seek(0)
            again = verify(file, trust, now=now, beside=beside)
            found = again if again.fault in {None, Fault.OVER} else found
    if found.kind is not Kind.REPORT or found.fault in _NOT_OURS:
        return CheckedFile(
            verdict=FileVerdict.TOO_LARGE if found.fault is Fault.TOO_LARGE else FileVerdict.NOT_A_REPORT
        )
    if found.fault is not None:
        return CheckedFile(verdict=_VERDICTS.get(found.fault, FileVerdict.ALTERED))
    report = state_of(number=str(found.facts["number"]), now=now, sha256=bytes.fromhex(str(found.facts["sha256"])))
    verdict = FileVerdict(report.state.value)
    if status is not None and verdict is FileVerdict.GOOD:
        file.seek(0)
        listed = verify(file, trust, now=now, beside=replace(beside, status=status))
        verdict = verdict if listed.fault is None else _BY_LIST.get(listed.fault, FileVerdict.LIST_NOT_GOOD)
    return CheckedFile(verdict=verdict, report=report, is_proven_older=found.facts["proven_at"] is not None)


def _by_witnesses(file: BinaryIO, *, now: datetime) -> tuple[Trust, Beside] | None:
    """Return with which trust and proof a file is checked once more, to show that it is older than a revocation.

    The platform's own word is not enough: whoever took the key may have taken more. At least one witness must have
    cosigned a state of the ledger that holds the issuing. ``None``: there is no such proof.
    """
    witnesses = tuple(place.witness for place in settings.CHENGXIN_WITNESSES)
    file.seek(0)
    digest = hashlib.sha256(file.read()).digest()
    row = Report.objects.filter(sha256=digest).first()
    if row is None or not witnesses:
        return None
    proof = ledger.prove_age(kind=ReportIssued.kind, person_id=row.person_id, digest=digest.hex(), before=now)
    if proof is None:
        return None
    trust = Trust.parse(published.trust_text(WitnessPolicy(needed=1, witnesses=witnesses)))
    return trust, Beside(proof=proof.to_text())


def status_folder() -> Path:
    """Return the folder of the status lists."""
    return Path(settings.CHENGXIN_DATA) / "status"


def status_list_text(name: str) -> str | None:
    """Return a signed status list as it is handed out; ``None`` where none of this name is published.

    Args:
        name: Its month, ``2026-11``.
    """
    if not rules.is_name(name):
        return None
    try:
        return (status_folder() / f"{name}.jws").read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def withdrawn_places(*, name: str, now: datetime) -> tuple[int, ...]:
    """Return the places in a status list at which a report stands that was withdrawn and is not over.

    Args:
        name: The list.
        now: The moment.
    """
    rows = Report.objects.filter(status_list=name, valid_until__gt=now, withdrawal__isnull=False)
    return tuple(place for place in rows.values_list("status_place", flat=True) if place is not None)


def superseded_places(*, name: str, now: datetime) -> Mapping[int, ListedState]:
    """Return the places in a status list at which a report stands that is superseded. Looks at all that may serve.

    Args:
        name: The list.
        now: The moment.
    """
    found: dict[int, ListedState] = {}
    after = 0
    while True:
        chosen = Report.objects.filter(status_list=name, valid_until__gt=now, withdrawal__isnull=True, pk__gt=after)
        rows = list(_rows(chosen).order_by("pk")[:_BLOCK])
        if not rows:
            return found
        after = rows[-1].pk
        changed = _changed(rows, now=now)
        for row in rows:
            if row.status_place is not None and _state(row, changed, now) is ReportState.SUPERSEDED:
                found[row.status_place] = ListedState.SUPERSEDED


def list_reports_of(
    *, person_id: int, now: datetime, before: int | None = None, limit: int = 20
) -> tuple[OwnReport, ...]:
    """Return a person's own reports, the newest first. Nothing that stands in one is told.

    Args:
        person_id: Whose; rows merged with this one count.
        now: The moment.
        before: Only reports with a smaller key, to read on.
        limit: At most so many.
    """
    rows = Report.objects.filter(person_id__in=persons.cluster_of(person_id))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _own(list(_rows(rows).order_by("-id")[:limit]), now=now)


def report_of_person(*, number: str, person_id: int, now: datetime) -> OwnReport:
    """Return one of a person's own reports.

    Args:
        number: Which.
        person_id: Whose; rows merged with this one count.
        now: The moment.

    Raises:
        ReportUnknown: There is none, or it is another person's.
    """
    return _own([_row_of_person(number, person_id)], now=now)[0]


def access_report_file(*, number: str, person_id: int, actor: Actor, now: datetime) -> bytes | Refusal:
    """Hand out the file of a report once more: judged, registered as a look, then opened.

    What serves no more is not handed out: an item in it may be past its last day, or somebody else's.

    Args:
        number: Which.
        person_id: Whose.
        actor: Who asks.
        now: The moment.

    Raises:
        ReportUnknown: There is none, or it is another person's.
    """
    with transaction.atomic():
        row = _row_of_person(number, person_id)
        standing = standing_of(actor, person_id=person_id)
        decision = policies.may_open(actor, standing)
        (own,) = _own([row], now=now)
        if not isinstance(decision, Refusal) and not own.is_fetchable:
            decision = Refusal(code="REPORT_NOT_GOOD")
        if isinstance(decision, Refusal):
            _register(person_id, actor, decision, now)
            return decision
        contents = _open(row)
        if contents is None:
            gone = Refusal(code="REPORT_NOT_GOOD")
            _register(person_id, actor, gone, now)
            return gone
        _register(person_id, actor, None, now)
        return contents


def _register(person_id: int, actor: Actor, refusal: Refusal | None, now: datetime) -> None:
    register.register_look(
        person_id=person_id,
        actor=actor,
        purpose_code=SELF_REPORT,
        basis_code=BASIS,
        case_number=None,
        shown={} if refusal is not None else {"what": WHAT},
        mask_rule=MASK_RULE,
        mask_version=MASK_VERSION,
        refusal=refusal,
        at=now,
    )


def _row_of_person(number: str, person_id: int) -> Report:
    canonical = rules.read_number(number)
    rows = Report.objects.filter(number=canonical or "", person_id__in=persons.cluster_of(person_id))
    row = _rows(rows).first()
    if row is None:
        raise ReportUnknown
    return row


def _rows(rows: "QuerySet[Report]") -> "QuerySet[Report]":
    return rows.select_related("withdrawal").prefetch_related("items")


def _own(rows: Sequence[Report], *, now: datetime) -> tuple[OwnReport, ...]:
    changed = _changed(rows, now=now)
    kept = set(ReportFile.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return tuple(_line(row, changed, now=now, is_kept=row.pk in kept) for row in rows)


def _line(row: Report, changed: Mapping[int, tuple[str, ...]], *, now: datetime, is_kept: bool) -> OwnReport:
    withdrawal = getattr(row, "withdrawal", None)
    state = _state(row, changed, now)
    return OwnReport(
        report_id=row.pk,
        number=row.number,
        state=state,
        channel=Channel(row.channel),
        language=Language(row.language),
        extent=Extent(row.extent),
        issued_at=row.issued_at,
        last_on=rules.last_day_of(row.issued_at),
        withdrawn_at=None if withdrawal is None else withdrawal.withdrawn_at,
        changed=changed.get(row.pk, ()) if state is ReportState.SUPERSEDED else (),
        is_fetchable=is_kept and state is ReportState.GOOD,
    )


def _state(row: Report, changed: Mapping[int, tuple[str, ...]], now: datetime) -> ReportState:
    return rules.state_of(
        is_withdrawn=getattr(row, "withdrawal", None) is not None,
        valid_until=row.valid_until,
        holds=not changed.get(row.pk),
        now=now,
    )


def _changed(rows: Sequence[Report], *, now: datetime) -> Mapping[int, tuple[str, ...]]:
    """Return for each report that is neither withdrawn nor over which of its items hold no more.

    The rows that are the person are asked for anew: after a split, an item of the other person's holds no more here.
    """
    open_rows = [row for row in rows if getattr(row, "withdrawal", None) is None and now < row.valid_until]
    found: dict[int, tuple[str, ...]] = {}
    clusters: dict[int, Sequence[int]] = {}
    for row in open_rows:
        if row.person_id not in clusters:
            clusters[row.person_id] = persons.cluster_of(row.person_id)
        items = list(row.items.all())
        holding = records.still_shown(
            person_ids=clusters[row.person_id],
            versions=[NamedVersion(record_key=bytes(item.record_key), version=item.version) for item in items],
            today=civil_date(now),
        )
        found[row.pk] = tuple(
            records.reference_of(bytes(item.record_key))
            for item, holds in zip(items, holding, strict=True)
            if not holds
        )
    return found


def standing_of(actor: Actor, *, person_id: int, case_number: str | None = None) -> ReportStanding:
    """Return how an actor stands to a person's reports.

    Args:
        actor: Who acts.
        person_id: Whose reports.
        case_number: The case that an officer named.
    """
    cluster = persons.cluster_of(person_id)
    subjects = [actor.key]
    if actor.organisation_code is not None:
        subjects.append(f"organisation:{actor.organisation_code}")
    return ReportStanding(
        is_the_person=actor.mandate is None and actor.person_id is not None and actor.person_id in cluster,
        is_represented=actor.for_person_id is not None and actor.for_person_id in cluster,
        is_suspended=organisations.is_suspended(subjects),
        has_case=bool((case_number or "").strip()),
    )


def file_context(number: str) -> bytes:
    """Return what a sealed file is bound to."""
    return b"reports.file:" + number.encode("ascii")


def _open(row: Report) -> bytes | None:
    """Return the file of a report, ``None`` where it or its key is gone."""
    file = ReportFile.objects.filter(pk=row.pk).first()
    if file is None:
        return None
    try:
        key = keyring().month(file.month)
    except (KeyDestroyed, KeyMissing):
        return None
    return unseal(key, bytes(file.sealed), context=file_context(row.number))
