"""Receiving a file: whole, or in parts that can be sent again. Received means sealed on disk and in the ledger."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.intake import policies, rules
from chengxin.intake.errors import BatchUnknown, ItemNotInCatalogue, KeyUsedDifferently, PartsMissing
from chengxin.intake.events import BatchReceived
from chengxin.intake.models import Batch, Upload
from chengxin.intake.operations import spool
from chengxin.intake.states import BatchState
from chengxin.ledger import operations as ledger
from chengxin.organisations import lookups as organisations
from chengxin.periods.civil import civil_date
from chengxin.tabular.naming import safe_name

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A batch that is kept.

    Attributes:
        reference: By which everybody names it.
        is_new: False where the same idempotency key had brought it before.
    """

    reference: str
    is_new: bool


def new_reference(*, prefix: str, now: datetime) -> str:
    """Return a reference that nobody can guess the next of: prefix, civil date, eight random characters."""
    chance = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}{civil_date(now):%Y%m%d}-{chance}"


def receive_batch(
    *,
    source: BinaryIO,
    declared_name: str,
    item_code: str,
    organisation_code: str,
    channel: str,
    actor: Actor,
    now: datetime,
    declared_lines: int | None = None,
    declared_sha256: str = "",
    idempotency_key: str = "",
) -> Received:
    """Keep a file as a batch to be settled. Nothing of it is judged yet but who sends it.

    Args:
        source: The file, open for reading at its beginning.
        declared_name: As the sender calls it; never used as a path.
        item_code: What it is said to hold.
        organisation_code: In whose name it is sent.
        channel: PORTAL, API or COMMAND.
        actor: Who sends it.
        now: The moment.
        declared_lines: Lines that the sender says it has, or None.
        declared_sha256: Digest that the sender says it has, in hexadecimal, or empty.
        idempotency_key: The same key again brings the same batch, not a second one.

    Raises:
        Refused: With code NOT_A_SUPPLIER or NOT_MANDATED; nothing is kept.
        ItemNotInCatalogue: The edition in force has no such item.
        KeyUsedDifferently: The key came before with another file or item.
    """
    _judge(actor=actor, organisation_code=organisation_code, item_code=item_code, now=now)
    reference = new_reference(prefix="B", now=now)
    kept = spool.keep(reference=reference, source=source)
    try:
        with transaction.atomic():
            known = _known(organisation_code=organisation_code, idempotency_key=idempotency_key)
            if known is not None:
                spool.discard(reference)
                return _as_before(known, sha256=kept.sha256, item_code=item_code)
            Batch.objects.create(
                reference=reference,
                organisation_code=organisation_code,
                item_code=item_code,
                channel=channel,
                state=BatchState.RECEIVED.value,
                declared_name=safe_name(declared_name),
                size_bytes=kept.size_bytes,
                sha256=kept.sha256,
                declared_lines=declared_lines,
                declared_sha256=declared_sha256.lower(),
                idempotency_key=idempotency_key,
                submitted_by=actor.key,
                submitted_at=now,
                file_kept_until=rules.file_kept_until(received_on=civil_date(now)),
            )
            event = BatchReceived(person_id=None, batch=reference, item_code=item_code, sha256=kept.sha256)
            ledger.append(event, actor=actor, at=now)
    except BaseException:
        # Without its row the file belongs to nobody; the sender was told nothing was kept.
        spool.discard(reference)
        raise
    return Received(reference=reference, is_new=True)


def _judge(*, actor: Actor, organisation_code: str, item_code: str, now: datetime) -> None:
    on = civil_date(now)
    edition = catalogue.edition_in_force(on)
    if item_code not in edition.item_types:
        raise ItemNotInCatalogue(item=item_code[:64])
    policies.may_submit(
        actor,
        is_own_organisation=actor.organisation_code == organisation_code,
        is_mandated=organisations.has_mandate(organisation_code=organisation_code, item_code=item_code, on=on),
    ).require()


def _as_before(known: Batch, *, sha256: str, item_code: str) -> Received:
    if known.sha256 != sha256 or known.item_code != item_code:
        raise KeyUsedDifferently(batch=known.reference)
    return Received(reference=known.reference, is_new=False)


def _known(*, organisation_code: str, idempotency_key: str) -> Batch | None:
    if not idempotency_key:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7201, hashtext(%s))", [f"{organisation_code}|{idempotency_key}"])
    return Batch.objects.filter(organisation_code=organisation_code, idempotency_key=idempotency_key).first()


@transaction.atomic
def open_upload(
    *,
    declared_name: str,
    item_code: str,
    organisation_code: str,
    size_bytes: int,
    actor: Actor,
    now: datetime,
    declared_lines: int | None = None,
    declared_sha256: str = "",
    idempotency_key: str = "",
) -> str:
    """Open an upload in parts and return its reference. The same idempotency key opens the same one again.

    Args:
        declared_name: As the sender calls the file.
        item_code: What it is said to hold.
        organisation_code: In whose name.
        size_bytes: Size of the whole file.
        actor: Who sends it.
        now: The moment.
        declared_lines: Lines it is said to have, or None.
        declared_sha256: Digest it is said to have, or empty.
        idempotency_key: See above.

    Raises:
        Refused: With code NOT_A_SUPPLIER or NOT_MANDATED.
        ItemNotInCatalogue: The edition in force has no such item.
        KeyUsedDifferently: The key came before with another file.
    """
    _judge(actor=actor, organisation_code=organisation_code, item_code=item_code, now=now)
    if idempotency_key:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(7202, hashtext(%s))", [f"{organisation_code}|{idempotency_key}"]
            )
        known = Upload.objects.filter(organisation_code=organisation_code, idempotency_key=idempotency_key).first()
        if known is not None:
            same = (known.size_bytes, known.declared_sha256, known.item_code) == (
                size_bytes,
                declared_sha256.lower(),
                item_code,
            )
            if not same:
                raise KeyUsedDifferently(upload=known.reference)
            return known.reference
    upload = Upload.objects.create(
        reference=new_reference(prefix="U", now=now),
        organisation_code=organisation_code,
        item_code=item_code,
        declared_name=safe_name(declared_name),
        declared_lines=declared_lines,
        declared_sha256=declared_sha256.lower(),
        idempotency_key=idempotency_key,
        size_bytes=size_bytes,
        opened_by=actor.key,
        opened_at=now,
    )
    return upload.reference


def receive_part(*, reference: str, offset: int, part: bytes, organisation_code: str) -> int:
    """Keep one part of an upload and return how many bytes from the beginning are there without a gap.

    A part may be sent again; parts may not leave a gap, so a sender that lost its place asks for the length first.

    Args:
        reference: Of the upload.
        offset: Where in the file the part begins.
        part: Its bytes.
        organisation_code: In whose name; another's upload is unknown.

    Raises:
        BatchUnknown: There is no such open upload of this organisation.
        PartsMissing: The part begins behind what is there, or runs over the size that was declared.
    """
    upload = Upload.objects.filter(reference=reference, organisation_code=organisation_code, batch__isnull=True).first()
    if upload is None:
        raise BatchUnknown(upload=reference[:24])
    path = _parts_path(reference)
    present = path.stat().st_size if path.exists() else 0
    if offset > present or offset + len(part) > upload.size_bytes:
        raise PartsMissing(present=present, expected=upload.size_bytes)
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(offset)
        file.write(part)
    return max(present, offset + len(part))


def _parts_path(reference: str) -> Path:
    return spool.path_of(f"{reference}.parts")


def present_bytes(reference: str) -> int:
    """Return how many bytes of an upload are there."""
    path = _parts_path(reference)
    return path.stat().st_size if path.exists() else 0


def commit_upload(*, reference: str, organisation_code: str, actor: Actor, now: datetime) -> Received:
    """Make a complete upload a batch. Doing it again returns the same batch.

    Args:
        reference: Of the upload.
        organisation_code: In whose name.
        actor: Who commits it.
        now: The moment.

    Raises:
        BatchUnknown: There is no such upload of this organisation.
        PartsMissing: Not all bytes are there.
    """
    with transaction.atomic():
        upload = (
            Upload.objects.select_for_update().filter(reference=reference, organisation_code=organisation_code).first()
        )
        if upload is None:
            raise BatchUnknown(upload=reference[:24])
        if upload.batch_id is not None:
            return Received(reference=Batch.objects.get(pk=upload.batch_id).reference, is_new=False)
        present = present_bytes(reference)
        if present != upload.size_bytes:
            raise PartsMissing(present=present, expected=upload.size_bytes)
        with _parts_path(reference).open("rb") as source:
            received = receive_batch(
                source=source,
                declared_name=upload.declared_name,
                item_code=upload.item_code,
                organisation_code=organisation_code,
                channel="API",
                actor=actor,
                now=now,
                declared_lines=upload.declared_lines,
                declared_sha256=upload.declared_sha256,
                idempotency_key=upload.idempotency_key,
            )
        batch = Batch.objects.get(reference=received.reference)
        Upload.objects.filter(pk=upload.pk).update(batch=batch)
        transaction.on_commit(lambda: _parts_path(reference).unlink(missing_ok=True))
    return received
