"""Writing of items: posting lines, reversing a posting, erasing a month. The only way in.

A posting is written in chunks inside the caller's transaction: ``open_posting``, ``write_chunk`` as often as needed,
``close_posting``. Rows travel as Arrow columns to PostgreSQL's binary COPY; nothing here loops over Django objects.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pgpq
import pyarrow as pa
from django.db import connection, transaction
from pgpq.encoders import StringEncoderBuilder
from pgpq.schema import Jsonb

from chengxin.authority.actors import Actor
from chengxin.keys.current import keyring
from chengxin.ledger import operations as ledger
from chengxin.records import rules
from chengxin.records.errors import PostingReversedAlready, PostingUnknown
from chengxin.records.events import MonthKeyDestroyed, PostingMade, PostingReversed
from chengxin.records.models import Posting, PostingReversal
from chengxin.sealing.merkle import Frontier

__all__ = ["PostingReversedAlready", "PostingUnknown"]

VERSION_COLUMNS = (
    "person_id",
    "record_key",
    "version",
    "posting_id",
    "line",
    "change",
    "severity",
    "occurred_on",
    "ended_on",
    "document_on",
    "shown_until",
    "used_until",
    "kept_until",
    "content_digest",
    "sealed",
)
VERSION_SCHEMA = pa.schema(
    [
        ("person_id", pa.int64()),
        ("record_key", pa.binary()),
        ("version", pa.int32()),
        ("posting_id", pa.int64()),
        ("line", pa.int32()),
        ("change", pa.string()),
        ("severity", pa.string()),
        ("occurred_on", pa.date32()),
        ("ended_on", pa.date32()),
        ("document_on", pa.date32()),
        ("shown_until", pa.date32()),
        ("used_until", pa.date32()),
        ("kept_until", pa.date32()),
        ("content_digest", pa.binary()),
        ("sealed", pa.binary()),
    ]
)
KEY_SCHEMA = pa.schema([("record_key", pa.binary()), ("person_id", pa.int64())])


@dataclass(slots=True, kw_only=True)
class OpenPosting:
    """A posting being written: its key and the tree over the lines written so far."""

    posting_id: int
    tree: Frontier = field(default_factory=Frontier)


def open_posting() -> OpenPosting:
    """Reserve a posting's number. Nothing is written before ``close_posting``; call inside one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('records_posting_number')")
        (number,) = cursor.fetchone()
    return OpenPosting(posting_id=number)


def write_chunk(*, posting: OpenPosting, versions: pa.Table, new_keys: pa.Table) -> None:
    """Write versions and the keys of items that are new, by binary COPY.

    Args:
        posting: As opened in this transaction.
        versions: Columns as in ``VERSION_SCHEMA``, in the order of the lines.
        new_keys: Columns as in ``KEY_SCHEMA``; keys that exist must not be in it.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        # The tree grows while PostgreSQL takes the rows in.
        grown = beside.submit(_grow, posting, versions)
        # Sorted by the leading column of each index, so that the random keys become one sweep through its pages.
        copy_in(table="records_recordkey", rows=new_keys.sort_by("record_key"))
        copy_in(table="records_recordversion", rows=versions.sort_by("person_id"))
        grown.result()


def _grow(posting: OpenPosting, versions: pa.Table) -> None:
    posting.tree.extend(_leaves(versions))


def _leaves(versions: pa.Table) -> list[bytes]:
    days = {
        name: versions[column].cast(pa.int32()).fill_null(rules.ABSENT_DAY).to_numpy()
        for name, column in {
            "occurred": "occurred_on",
            "ended": "ended_on",
            "document": "document_on",
            "shown": "shown_until",
            "used": "used_until",
            "kept": "kept_until",
        }.items()
    }
    return rules.leaves_of(
        rules.LineColumns(
            person_id=versions["person_id"].to_numpy(),
            record_key=encoded(versions["record_key"]),
            version=versions["version"].to_numpy(),
            line=versions["line"].to_numpy(),
            change=_words(versions["change"]),
            severity=_words(versions["severity"]),
            content_digest=encoded(versions["content_digest"]),
            sealed=encoded(versions["sealed"]),
            **days,
        )
    )


def encoded(column: pa.ChunkedArray) -> list[bytes]:
    """Return texts or bytes of a column without nulls as bytes, cut from its buffer: a third of ``to_pylist``'s time.

    Args:
        column: Texts (UTF-8) or bytes.
    """
    array = column.cast(pa.binary()).combine_chunks()
    if len(array) == 0:
        return []
    _, places, contents = array.buffers()
    ends = np.frombuffer(places, dtype=np.int32)[array.offset : array.offset + len(array) + 1].tolist()
    whole = b"" if contents is None else contents.slice(0, ends[-1]).to_pybytes()
    return [whole[start:end] for start, end in pairwise(ends)]


def _words(column: pa.ChunkedArray) -> npt.NDArray[np.str_]:
    """Return a column of few distinct words as an array of fixed width."""
    coded = column.combine_chunks().dictionary_encode()
    words: npt.NDArray[np.str_] = np.array(coded.dictionary.to_pylist() or [""], dtype=np.str_)
    of_rows: npt.NDArray[np.str_] = words[coded.indices.to_numpy()]
    return of_rows


def copy_in(*, table: str, rows: pa.Table, json_columns: Sequence[str] = ()) -> None:
    """Send Arrow columns to a table by PostgreSQL's binary COPY.

    Args:
        table: Name of the table, from code.
        rows: Columns named like the table's.
        json_columns: Text columns that are ``jsonb`` in the table.
    """
    if rows.num_rows:
        copy_encoded(table=table, columns=rows.schema.names, parts=encode_rows(rows, json_columns=json_columns))


def encode_rows(rows: pa.Table, *, json_columns: Sequence[str] = ()) -> Iterator[bytes]:
    """Yield Arrow columns as PostgreSQL's binary COPY wants them.

    Args:
        rows: Columns named like the table's.
        json_columns: Text columns that are ``jsonb`` in the table.
    """
    builders = {
        column.name: StringEncoderBuilder.new_with_output(column, Jsonb())
        if column.name in json_columns
        else pgpq.ArrowToPostgresBinaryEncoder.infer_encoder(column)
        for column in rows.schema
    }
    encoder = pgpq.ArrowToPostgresBinaryEncoder.new_with_encoders(rows.schema, builders)
    yield encoder.write_header()
    for batch in rows.to_batches(max_chunksize=8_192):
        yield encoder.write_batch(batch)
    yield encoder.finish()


def copy_encoded(*, table: str, columns: Sequence[str], parts: Iterable[bytes]) -> None:
    """Send rows that are encoded already.

    Args:
        table: Name of the table, from code.
        columns: Their columns, in the order of the encoding.
        parts: As :func:`encode_rows` yields them.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        for part in parts:
            copy.write(part)


def close_posting(
    *,
    posting: OpenPosting,
    supplier_code: str,
    item_code: str,
    edition_code: str,
    batch_reference: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Write the posting's row and its one leaf in the ledger, and return its key.

    Args:
        posting: As opened in this transaction, with at least one line.
        supplier_code: Whose lines.
        item_code: Of which item type.
        edition_code: Under which edition they were checked.
        batch_reference: Of which batch.
        actor: Who posted them.
        now: The moment.
    """
    root = posting.tree.root()
    Posting.objects.create(
        id=posting.posting_id,
        supplier_code=supplier_code,
        item_code=item_code,
        edition_code=edition_code,
        batch_reference=batch_reference,
        lines_count=posting.tree.size,
        root=root,
        posted_by=actor.key,
        posted_at=now,
    )
    ledger.append(
        PostingMade(
            person_id=None,
            posting_id=posting.posting_id,
            item_code=item_code,
            edition_code=edition_code,
            lines=posting.tree.size,
            root=root,
        ),
        actor=actor,
        at=now,
    )
    return posting.posting_id


@transaction.atomic
def reverse_posting(*, posting_id: int, reasons: str, actor: Actor, now: datetime) -> None:
    """Take a whole posting back: from this moment none of its lines holds, and what they replaced holds again.

    Args:
        posting_id: Which posting.
        reasons: Why, in words.
        actor: Who reverses it; who may is judged by the room that posted.
        now: The moment.

    Raises:
        PostingUnknown: There is no such posting.
        PostingReversedAlready: It was reversed before; nothing changes.
    """
    posting = Posting.objects.filter(pk=posting_id).first()
    if posting is None:
        raise PostingUnknown(posting=posting_id)
    if PostingReversal.objects.filter(pk=posting_id).exists():
        raise PostingReversedAlready(posting=posting_id)
    PostingReversal.objects.create(posting=posting, reasons=reasons, reversed_by=actor.key, reversed_at=now)
    ledger.append(PostingReversed(person_id=None, posting_id=posting_id), actor=actor, at=now)


@transaction.atomic
def erase_months(*, months: Sequence[str], actor: Actor, now: datetime) -> None:
    """Destroy the keys of months: their items become unreadable in tables, log, replicas and every backup at once.

    The event is written first and the keys fall after the transaction has committed, so that no key is ever gone
    without its line in the ledger; destroying is repeated safely.

    Args:
        months: As ``2031-04``.
        actor: Who erases.
        now: The moment.
    """
    for month in months:
        ledger.append(MonthKeyDestroyed(person_id=None, month=month), actor=actor, at=now)
    transaction.on_commit(lambda: _destroy_keys(months))


def _destroy_keys(months: Sequence[str]) -> None:
    for month in months:
        keyring().destroy_month(month)
