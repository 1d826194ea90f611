"""Taking everything away: one signed archive of all that is kept about a person, with the proofs of it.

What is in it is read in the transaction of its look, a part at a time into files; the archive is written after the
commit, from those files, so that no lock is held while a large one is being put together. Nothing is left out for being
too much: all but the items themselves passes through memory in parts.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

from django.db import transaction

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations.lookups import AuthorisationLine
from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal, Refused
from chengxin.keys import published as keys
from chengxin.keys.current import keyring
from chengxin.ledger import lookups as ledger
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.records import lookups as records
from chengxin.records.lookups import ShownItem
from chengxin.register import lookups as looks
from chengxin.register import operations as register
from chengxin.register.lookups import LookLine
from chengxin.reports import lookups, policies
from chengxin.reports.operations.looks_file import written_looks
from chengxin.sealing.archives import AUTHORISATIONS_FORMAT, ArchiveContents, write_archive
from chengxin.sealing.checkpoints import Checkpoint
from chengxin.sealing.digests import moment_text
from chengxin.sealing.event_proofs import written_event
from chengxin.sealing.signed_texts import decode_base64url

FILE_FORMAT: Final = "chengxin-file-1"
PURPOSE: Final = "SELF_REPORT"
MASK_RULE: Final = "OWN_ARCHIVE"
MASK_VERSION: Final = 1
_AT_ONCE: Final = 1_000
_FILE: Final = "file"
_RECEIPTS: Final = "receipts"


class NothingPublished(Refused):
    """The ledger has no published state yet, so that nothing could be proven; it has one within a second."""

    code = "NOTHING_PUBLISHED"


def take_away(*, person_id: int, texts: Mapping[str, str], actor: Actor, now: datetime, folder: Path) -> Path | Refusal:
    """Write the archive of a person and return where it lies. A refusal is returned, so that its line is kept.

    Args:
        person_id: Whose.
        texts: Readable texts that explain it, by language: ``en``, ``zh-Hans``, ``zh-Hant``.
        actor: The person.
        now: The moment.
        folder: A private folder, which the caller removes.

    Raises:
        NothingPublished: There is no state of the ledger to which proofs could lead.
    """
    standing = ledger.find_published_checkpoint(keyring().ledger_verifier())
    if standing is None:
        raise NothingPublished
    cluster = persons.cluster_of(person_id)
    head = persons.head_of(person_id)
    decision = policies.may_take_away(actor, lookups.standing_of(actor, person_id=person_id))
    with transaction.atomic():
        if isinstance(decision, Refusal):
            _register(person_id, actor, {}, decision, now)
            return decision
        register.draw_look(person_id=person_id)
        items = records.shown_items_without_register(person_ids=cluster, today=civil_date(now))
        counts = dict(Counter(item.item.code for item in items))
        _register(person_id, actor, {"what": "ARCHIVE", "items": counts}, None, now)
        reference = persons.reference_of(head)
        # After its own line, so that this look stands in the file too.
        _write_file(folder, head=head, cluster=cluster, items=items, reference=reference, now=now)
    with (folder / "looks").open("w", encoding="utf-8") as target:
        rows = [(row, looks.count_looks(person_id=row)) for row in cluster]
        target.writelines(written_looks(rows, made_at=now, published=standing))
    _write_events(folder / "events", cluster, standing)
    archive = folder / "archive.zip"
    with archive.open("wb") as target:
        write_archive(
            target,
            ArchiveContents(
                issuer=keys.key_document().issuer,
                reference=reference,
                persons=cluster,
                made_at=now,
                keys=keys.key_document_text(),
                checkpoint=standing.text,
                events=_opener(folder / "events"),
                looks=_opener(folder / "looks"),
                authorisations=_opener(folder / _RECEIPTS),
                file=_opener(folder / _FILE),
                texts=texts,
            ),
            keys.archive_signer(),
        )
    return archive


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _write_events(path: Path, cluster: Sequence[int], standing: Checkpoint) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as target:
        for proof in ledger.proofs_about(person_ids=cluster, published=standing):
            target.write(written_event(proof.payload, proof.salt, proof.leaf_index, proof.path) + "\n")


def _write_file(
    folder: Path, *, head: int, cluster: Sequence[int], items: Iterable[ShownItem], reference: str, now: datetime
) -> None:
    """Write all that is kept, and beside it the receipts, a part at a time: nobody has too much to take along."""
    identities = persons.list_identities(cluster)
    receipts = _Writing(folder / _RECEIPTS, {"format": AUTHORISATIONS_FORMAT})
    file = _Writing(folder / _FILE, {"format": FILE_FORMAT, "made_at": moment_text(now)})
    with receipts, file:
        receipts.begin("receipts")
        file.write_all("identity", (_identity(identity, head) for identity in _current_first(identities, head)))
        file.write_all("items", (_item(item, cluster) for item in items))
        file.begin("authorisations")
        for line in _allowed_by(head):
            file.write(_allowed(line))
            # Those of a merged row name the person by another reference, and stand in the file alone.
            if _named_in(line.receipt) == reference:
                receipts.write(line.receipt)
        file.write_all("given_to", (_given(row, look) for row in cluster for look in _looks_of(row)))


class _Writing:
    """One JSON object in a file, whose lists are written member by member."""

    _target: TextIO
    _end: str

    def __init__(self, path: Path, members: Mapping[str, str]) -> None:
        self._path = path
        self._members = members
        self._is_first = True

    def __enter__(self) -> None:
        self._target = self._path.open("w", encoding="utf-8", newline="\n")
        self._target.write(json.dumps(self._members, ensure_ascii=False)[:-1])
        self._end = ""

    def __exit__(self, *_raised: object) -> None:
        self._target.write(f"{self._end}}}\n")
        self._target.close()

    def begin(self, name: str) -> None:
        self._target.write(f'{self._end},\n"{name}": [')
        self._end, self._is_first = "]", True

    def write(self, member: object) -> None:
        self._target.write(f"{'' if self._is_first else ','}\n{json.dumps(member, ensure_ascii=False)}")
        self._is_first = False

    def write_all(self, name: str, members: Iterable[object]) -> None:
        self.begin(name)
        for member in members:
            self.write(member)


def _allowed_by(person_id: int) -> Iterable[AuthorisationLine]:
    """Yield all authorisations of a person, the newest first; so many at a time that memory does not grow."""
    before: int | None = None
    while found := authorisations.list_authorisations_of(person_id=person_id, before=before, limit=_AT_ONCE):
        yield from found
        before = found[-1].authorisation_id


def _named_in(receipt: str) -> str:
    contents = json.loads(decode_base64url(receipt.split(".")[1]))
    return str(contents["pii_principal_id"])


def _current_first(identities: Iterable[persons.Identity], head: int) -> list[persons.Identity]:
    return sorted(identities, key=lambda one: one.person_id != head)


def _identity(identity: persons.Identity, head: int) -> dict[str, Any]:
    return {
        "row": identity.person_id,
        "is_current": identity.person_id == head,
        "name": identity.name,
        "number": identity.number.reveal(),
    }


def _item(item: ShownItem, cluster: Sequence[int]) -> dict[str, Any]:
    basis = item.edition.bases[item.item.basis]
    history = records.history_without_register(person_ids=cluster, reference=item.reference)
    return {
        "reference": item.reference,
        "item": item.item.code,
        "name_zh": item.item.name_zh,
        "name_en": item.item.name_en,
        "kind": item.item.kind.value,
        "domain": item.item.domain,
        "severity": item.severity,
        "basis": {"title": basis.title, "article": basis.article, "verified": basis.verified.value},
        "supplier": item.supplier_code,
        "occurred_on": item.occurred_on.isoformat(),
        "ended_on": None if item.ended_on is None else item.ended_on.isoformat(),
        "document_on": None if item.document_on is None else item.document_on.isoformat(),
        "shown_until": item.shown_until.isoformat(),
        "used_until": item.used_until.isoformat(),
        "kept_until": item.kept_until.isoformat(),
        "is_erased": item.is_erased,
        "details": {detail.code: detail.value for detail in item.details},
        "versions": [
            {
                "version": version.version,
                "change": version.change.value,
                "received_at": moment_text(version.received_at),
                "batch": version.batch_reference,
                "holds": version.holds,
            }
            for version in history
        ],
    }


def _allowed(line: AuthorisationLine) -> dict[str, Any]:
    return {
        "reference": line.reference,
        "organisation": line.organisation_code,
        "purpose": line.purpose_code,
        "items": list(line.item_codes),
        "looks": line.looks,
        "used": line.used_count,
        "granted_at": moment_text(line.granted_at),
        "last_on": line.last_on.isoformat(),
        "withdrawn_at": None if line.withdrawn_at is None else moment_text(line.withdrawn_at),
        "receipt": line.receipt,
    }


def _looks_of(row: int) -> Iterable[LookLine]:
    """Yield all looks at a row, the newest first; so many at a time that memory does not grow with a block."""
    before: int | None = None
    while found := looks.list_looks(person_id=row, before=before, limit=_AT_ONCE):
        yield from found
        before = found[-1].sequence


def _given(row: int, look: LookLine) -> dict[str, Any]:
    return {
        "row": row,
        "number": look.sequence,
        "at": moment_text(look.at),
        "organisation": look.organisation_code,
        "purpose": look.purpose_code,
        "case": look.case_number,
        "outcome": look.outcome.value,
        "shown": dict(look.shown),
    }


def _register(person_id: int, actor: Actor, shown: Mapping[str, Any], refusal: Refusal | None, now: datetime) -> None:
    register.register_look(
        person_id=person_id,
        actor=actor,
        purpose_code=PURPOSE,
        basis_code=policies.OWN_FILE.code,
        case_number=None,
        shown=shown,
        mask_rule=MASK_RULE,
        mask_version=MASK_VERSION,
        refusal=refusal,
        at=now,
    )
