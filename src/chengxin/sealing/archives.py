"""The archive that a person takes away: everything about them, with the proofs, in one ZIP file that checks itself.

First of all stands ``keys.jws`` (the list of keys), then ``manifest.json`` with the digest of every other file, then
``manifest.jws``: a detached signature (RFC 7515, appendix F) over the bytes of ``manifest.json`` by a key with the use
``ARCHIVE``. An own use, and not that of receipts: archives are made by the thousand by a web process, receipts bind the
office towards third parties, and revoking one of the keys must not shake what the other has signed.

What is checked beyond the digests: the checkpoint, with the cosignatures that the reader demands; every event, one by
one, as a stream; the file of looks (``completeness``); every receipt of an authorisation, that it was issued to the
reference of this archive, and that none stands twice. The order of files is fixed, so one pass over the file is enough.

The ZIP's form is fixed to the bit (``stored_zips``): every changed bit of the archive is found.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chengxin.sealing.completeness import LARGEST_CLAIM, LooksFacts, verify_looks
from chengxin.sealing.digests import canonical
from chengxin.sealing.event_proofs import check_event
from chengxin.sealing.faults import LARGEST_TEXT, Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument, KeyUse
from chengxin.sealing.moments import read_moment
from chengxin.sealing.receipts import AUTHORISATION_TYPE, verify_receipt
from chengxin.sealing.signed_texts import (
    PublicKey,
    encode_base64url,
    open_text,
    read_json,
    read_object,
    sign_text,
)
from chengxin.sealing.stored_zips import Stored, ZipReader, blocks_of, write_zip
from chengxin.sealing.trust import LedgerState, Trust

FORMAT: Final = "chengxin-archive-1"
KIND: Final = "chengxin-archive"
AUTHORISATIONS_FORMAT: Final = "chengxin-authorisations-1"

KEYS: Final = "keys.jws"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.jws"
CHECKPOINT: Final = "checkpoint"
EVENTS: Final = "ledger.jsonl"
LOOKS: Final = "looks.json"
AUTHORISATIONS: Final = "authorisations.json"
FILE: Final = "file.json"

NAMES: Final = (CHECKPOINT, EVENTS, LOOKS, AUTHORISATIONS, FILE)
"""The files after the manifest, in this order; after them any readable texts."""

_MEDIA_TYPES: Final = {
    CHECKPOINT: "text/plain; charset=utf-8",
    EVENTS: "application/jsonl",
    LOOKS: "application/json",
    AUTHORISATIONS: "application/json",
    FILE: "application/json",
}
_TEXT: Final = re.compile(r"README\.[A-Za-z-]{2,10}\.txt\Z", re.ASCII)
_TEXT_MEDIA_TYPE: Final = "text/plain; charset=utf-8"
_MANIFEST: Final = {"format", "issuer", "reference", "persons", "made_at", "keys_sha256", "files"}
_ENTRY: Final = {"name", "media_type", "size", "sha256"}
_LONGEST_LINE: Final = 1 << 18
_LONGEST_REFERENCE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveContents:
    """What goes into an archive. Contents are opened twice, from their beginning.

    Attributes:
        issuer: Address of the platform.
        reference: The person's own reference, as it stands in receipts.
        persons: Internal keys of the rows of the registry that are the person.
        made_at: The moment.
        keys: Signed text of the newest list of keys.
        checkpoint: The checkpoint that all proofs lead to, with its cosignatures.
        events: ``ledger.jsonl``: one event with its proof on each line (``event_proofs.written_event``).
        looks: ``looks.json`` in the format ``chengxin-looks-1``.
        authorisations: ``authorisations.json``: format and ``receipts``, a list of signed receipts.
        file: ``file.json``: all that is kept about the person.
        texts: Readable texts, by language: ``en``, ``zh-Hans``, ``zh-Hant``.
    """

    issuer: str
    reference: str
    persons: Sequence[int]
    made_at: datetime
    keys: str
    checkpoint: str
    events: Callable[[], BinaryIO]
    looks: Callable[[], BinaryIO]
    authorisations: Callable[[], BinaryIO]
    file: Callable[[], BinaryIO]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFacts:
    """What an archive proves.

    Attributes:
        reference: Whose it is.
        made_at: When it was made, by the signer's own word.
        key_name: Key that signed it.
        keys: The list of keys it was judged by: the newer of its own and the reader's.
        state: The state of the ledger that its proofs lead to.
        event_count: Events in the ledger.
        looks: What is proven about the looks.
        receipt_count: Receipts of authorisations.
        files: Names of all files.
    """

    reference: str
    made_at: datetime
    key_name: str
    keys: KeyDocument
    state: LedgerState
    event_count: int
    looks: LooksFacts
    receipt_count: int
    files: tuple[str, ...]


def write_archive(target: BinaryIO, contents: ArchiveContents, signer: Ed25519PrivateKey) -> None:
    """Write an archive as a stream.

    Args:
        target: Where to; written from front to end, never read.
        contents: What goes into it.
        signer: The key of archives.

    Raises:
        ValueError: A file is too large, or a text has no name of a language.
    """
    sources: dict[str, Callable[[], BinaryIO]] = {
        CHECKPOINT: _opener(contents.checkpoint),
        EVENTS: contents.events,
        LOOKS: contents.looks,
        AUTHORISATIONS: contents.authorisations,
        FILE: contents.file,
    }
    for language in sorted(contents.texts):
        sources[f"README.{language}.txt"] = _opener(contents.texts[language])
    manifest = canonical(
        {
            "format": FORMAT,
            "issuer": contents.issuer,
            "reference": contents.reference,
            "persons": sorted(contents.persons),
            "made_at": contents.made_at,
            "keys_sha256": hashlib.sha256(contents.keys.encode()).hexdigest(),
            "files": [_described(name, source) for name, source in sources.items()],
        }
    )
    header, _, signature = sign_text(manifest, kind=KIND, signer=signer).split(".")
    head = {KEYS: contents.keys, MANIFEST: manifest.decode(), SIGNATURE: f"{header}..{signature}"}
    files = [Stored(name=name, open=_opener(text)) for name, text in head.items()]
    write_zip(target, [*files, *(Stored(name=name, open=source) for name, source in sources.items())])


def verify_archive(source: BinaryIO, trust: Trust) -> ArchiveFacts:
    """Check an archive in one pass and return what it proves.

    Args:
        source: The archive, from its beginning; only read, never sought.
        trust: What the reader has from elsewhere.

    Raises:
        NotVerified: It is malformed, altered in any bit, signed with a key that is not good, one of its parts belongs
            to somebody else, or one of its proofs does not hold.
    """
    reader = ZipReader(source)
    keys_text = _text(reader, KEYS, LARGEST_TEXT)
    keys = trust.newest(keys_text)
    manifest, key_name = _manifest(reader, keys)
    if manifest["issuer"] != keys.issuer or manifest["keys_sha256"] != _sha256(keys_text):
        raise NotVerified(Fault.PARTS_DISAGREE, KEYS)
    entries = {entry["name"]: entry for entry in manifest["files"]}
    persons = frozenset(manifest["persons"])
    state = trust.open_state(_checked_text(reader, entries[CHECKPOINT], LARGEST_TEXT), keys)
    event_count = _check_events(_checked(reader, entries[EVENTS]), state, persons)
    looks = verify_looks(_checked_text(reader, entries[LOOKS], LARGEST_CLAIM), trust, keys, state=state)
    if not {register.person for register in looks.registers} - {None} <= persons:
        raise NotVerified(Fault.REPLAYED, LOOKS)
    reference = manifest["reference"]
    authorisations = _checked_text(reader, entries[AUTHORISATIONS], LARGEST_CLAIM)
    receipt_count = _check_receipts(authorisations, keys, reference)
    for name in [FILE, *list(entries)[len(NAMES) :]]:
        for _ in _checked(reader, entries[name]):
            pass
    if reader.next_name() is not None:
        raise NotVerified(Fault.PARTS_DISAGREE, MANIFEST)
    return ArchiveFacts(
        reference=reference,
        made_at=read_moment(manifest["made_at"], place="made_at"),
        key_name=key_name,
        keys=keys,
        state=state,
        event_count=event_count,
        looks=looks,
        receipt_count=receipt_count,
        files=(KEYS, MANIFEST, SIGNATURE, *entries),
    )


# The manifest ---------------------------------------------------------------------------------------------------------


def _described(name: str, opener: Callable[[], BinaryIO]) -> dict[str, int | str]:
    if name not in NAMES and not _TEXT.match(name):
        message = f"{name!r} is not the name of a text"
        raise ValueError(message)
    digest, size = hashlib.sha256(), 0
    for block in blocks_of(opener):
        digest.update(block)
        size += len(block)
    return {"name": name, "media_type": _media_type(name), "size": size, "sha256": digest.hexdigest()}


def _media_type(name: str) -> str:
    return _MEDIA_TYPES.get(name, _TEXT_MEDIA_TYPE)


def _opener(text: str) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(text.encode())


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(reader: ZipReader, keys: KeyDocument) -> tuple[dict[str, Any], str]:
    manifest = _text(reader, MANIFEST, LARGEST_TEXT).encode()
    detached = _text(reader, SIGNATURE, LARGEST_TEXT)
    header, gap, signature = detached.partition("..")
    if not gap:
        raise NotVerified(Fault.MALFORMED, SIGNATURE)
    whole = f"{header}.{encode_base64url(manifest)}.{signature}"
    opened = open_text(whole, kind=KIND, find_key=lambda name: _key(keys, name))
    contents = read_object(manifest, place=MANIFEST)
    if set(contents) != _MANIFEST or contents["format"] != FORMAT or not _is_whole(contents):
        raise NotVerified(Fault.MALFORMED, MANIFEST)
    made_at = read_moment(contents["made_at"], place="made_at")
    keys.require_good(opened.key_name, KeyUse.ARCHIVE, claimed_at=made_at)
    return contents, opened.key_name


def _is_whole(contents: Mapping[str, Any]) -> bool:
    reference, persons, files = contents["reference"], contents["persons"], contents["files"]
    if not isinstance(reference, str) or not 0 < len(reference) <= _LONGEST_REFERENCE:
        return False
    if not isinstance(persons, list) or not all(type(person) is int for person in persons):
        return False
    if not isinstance(files, list) or not all(isinstance(file, dict) and set(file) == _ENTRY for file in files):
        return False
    names = [file["name"] for file in files]
    if names[: len(NAMES)] != list(NAMES) or not all(_is_text(name) for name in names[len(NAMES) :]):
        return False
    return len(set(names)) == len(names) and all(file["media_type"] == _media_type(file["name"]) for file in files)


def _is_text(name: object) -> bool:
    return isinstance(name, str) and _TEXT.match(name) is not None


def _key(keys: KeyDocument, name: str) -> PublicKey | None:
    entry = keys.find(name, KeyUse.ARCHIVE)
    return None if entry is None else entry.public_key


# The parts ------------------------------------------------------------------------------------------------------------


def _text(reader: ZipReader, name: str, largest: int) -> str:
    if reader.next_name() != name:
        raise NotVerified(Fault.MALFORMED, name)
    return _decoded(_joined(reader, reader.blocks(), largest), name)


def _checked_text(reader: ZipReader, entry: Mapping[str, Any], largest: int) -> str:
    return _decoded(_joined(reader, _checked(reader, entry), largest, begun=False), entry["name"])


def _joined(reader: ZipReader, blocks: Iterable[bytes], largest: int, *, begun: bool = True) -> bytes:
    if begun and reader.size > largest:
        raise NotVerified(Fault.TOO_LARGE)
    made = bytearray()
    for block in blocks:
        made += block
        if len(made) > largest:
            raise NotVerified(Fault.TOO_LARGE)
    return bytes(made)


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise NotVerified(Fault.MALFORMED, name) from None


def _checked(reader: ZipReader, entry: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the contents of the next file, and refuse them at their end unless they have the digest in the manifest.

    Raises:
        NotVerified: It is another file, or has another digest.
    """
    if reader.next_name() != entry["name"]:
        raise NotVerified(Fault.PARTS_DISAGREE, str(entry["name"]))
    digest = hashlib.sha256()
    if reader.size != entry["size"]:
        raise NotVerified(Fault.ALTERED, str(entry["name"]))
    for block in reader.blocks():
        digest.update(block)
        yield block
    if digest.hexdigest() != entry["sha256"]:
        raise NotVerified(Fault.ALTERED, str(entry["name"]))


def _check_events(blocks: Iterable[bytes], state: LedgerState, persons: frozenset[int]) -> int:
    last = -1
    count = 0
    for line in _lines(blocks):
        event = check_event(read_json(line, place=EVENTS), state)
        if event.person not in persons:
            raise NotVerified(Fault.REPLAYED, f"event {event.leaf_index}")
        if event.leaf_index <= last:
            raise NotVerified(Fault.REPLAYED, f"event {event.leaf_index}")
        last = event.leaf_index
        count += 1
    return count


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise NotVerified(Fault.TOO_LARGE, EVENTS)
        yield from lines
    if rest:
        raise NotVerified(Fault.MALFORMED, EVENTS)


def _check_receipts(text: str, keys: KeyDocument, reference: str) -> int:
    contents = read_json(text, place=AUTHORISATIONS)
    if not isinstance(contents, dict) or contents.get("format") != AUTHORISATIONS_FORMAT:
        raise NotVerified(Fault.MALFORMED, AUTHORISATIONS)
    receipts = contents.get("receipts")
    if not isinstance(receipts, list) or not all(isinstance(receipt, str) for receipt in receipts):
        raise NotVerified(Fault.MALFORMED, AUTHORISATIONS)
    if len(set(receipts)) != len(receipts):
        raise NotVerified(Fault.REPLAYED, AUTHORISATIONS)
    for receipt in receipts:
        verify_receipt(receipt, AUTHORISATION_TYPE, keys, expected={"pii_principal_id": reference})
    return len(receipts)
