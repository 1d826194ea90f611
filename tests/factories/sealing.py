"""A small office whose keys are the same in every run, and everything that leaves it: keys, reports, archives, proofs."""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from chengxin.sealing import certificates, reports
from chengxin.sealing.archives import ArchiveContents, write_archive
from chengxin.sealing.checkpoints import Verifier, sign_checkpoint
from chengxin.sealing.cosignatures import Witness, WitnessPolicy, cosign, with_cosignatures
from chengxin.sealing.credentials import CredentialContents, StatusReference, issue_credential
from chengxin.sealing.digests import canonical, salted_digest
from chengxin.sealing.event_proofs import written_event
from chengxin.sealing.key_documents import KeyDocument, KeyEntry, KeyUse, RevocationReason, sign_keys
from chengxin.sealing.merkle import inclusion_proof, leaf_hash, node_hash, root_of
from chengxin.sealing.receipts import AUTHORISATION_TYPE, LOOK_TYPE, sign_receipt
from chengxin.sealing.status_lists import ReportState, sign_states
from chengxin.sealing.trust import Trust

ISSUER = "https://credit.example.invalid"
ORIGIN = "credit.example.invalid/ledger"
BEGAN = datetime(2030, 1, 1, tzinfo=UTC)
ROTATED = datetime(2031, 1, 1, tzinfo=UTC)
ENDS = datetime(2032, 1, 1, tzinfo=UTC)
SIGNED = datetime(2030, 6, 30, 16, 0, 1, tzinfo=UTC)
NOW = datetime(2031, 7, 1, 9, 30, tzinfo=UTC)


def ed25519(name: str) -> Ed25519PrivateKey:
    """Return the key of a name."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def p256(name: str) -> EllipticCurvePrivateKey:
    """Return the key of a name."""
    return derive_private_key(int.from_bytes(hashlib.sha256(name.encode()).digest()[:31]), SECP256R1())


ROOT = ed25519("root")
REPORT_ROOT = p256("report root")
REPORT = p256("report 2030")
NEXT_REPORT = p256("report 2031")
RECEIPT = ed25519("receipt")
LEDGER = ed25519("ledger")
ARCHIVE = ed25519("archive")
WITNESSES = {f"witness.example.invalid/{name}": ed25519(name) for name in ("jia", "yi", "bing")}

ROOT_CERTIFICATE = certificates.make_root(REPORT_ROOT, name="诚信 demonstration root", valid_from=BEGAN, serial=1)


def certified(key: EllipticCurvePrivateKey, serial: int, valid_from: datetime, valid_until: datetime) -> bytes:
    """Return the certificate of a key of reports."""
    return certificates.make_report_certificate(
        key.public_key(),
        name=f"诚信 demonstration reports {serial}",
        valid_from=valid_from,
        valid_until=valid_until,
        root=REPORT_ROOT,
        root_certificate=ROOT_CERTIFICATE,
        serial=serial,
    )


REPORT_CERTIFICATE = certified(REPORT, 2, BEGAN, ROTATED)
NEXT_CERTIFICATE = certified(NEXT_REPORT, 3, ROTATED - timedelta(days=1), ENDS)


def entries() -> tuple[KeyEntry, ...]:
    """Return the keys before anything was revoked: two of reports that follow each other, one of each other use."""
    return (
        KeyEntry(
            use=KeyUse.REPORT,
            public_key=REPORT.public_key(),
            valid_from=BEGAN,
            valid_until=ROTATED,
            certificate=REPORT_CERTIFICATE,
        ),
        KeyEntry(
            use=KeyUse.REPORT,
            public_key=NEXT_REPORT.public_key(),
            valid_from=ROTATED - timedelta(days=1),
            valid_until=ENDS,
            certificate=NEXT_CERTIFICATE,
        ),
        KeyEntry(use=KeyUse.RECEIPT, public_key=RECEIPT.public_key(), valid_from=BEGAN, valid_until=ENDS),
        KeyEntry(
            use=KeyUse.CHECKPOINT, public_key=LEDGER.public_key(), valid_from=BEGAN, valid_until=ENDS, origin=ORIGIN
        ),
        KeyEntry(use=KeyUse.ARCHIVE, public_key=ARCHIVE.public_key(), valid_from=BEGAN, valid_until=ENDS),
    )


def document(
    keys: Iterable[KeyEntry] | None = None, *, number: int = 1, previous: bytes | None = None, issuer: str = ISSUER
) -> KeyDocument:
    """Return an unsigned list of keys."""
    return KeyDocument(
        issuer=issuer,
        number=number,
        previous=previous,
        made_at=BEGAN + timedelta(days=number),
        report_roots=(ROOT_CERTIFICATE,),
        keys=entries() if keys is None else tuple(keys),
    )


def keys_text(keys: Iterable[KeyEntry] | None = None) -> str:
    """Return a signed list of keys."""
    return sign_keys(document(keys), ROOT)


def revoked(use: KeyUse, since: datetime) -> tuple[KeyEntry, ...]:
    """Return the keys with all of one use revoked."""
    return tuple(
        replace(entry, revoked_from=since, revocation_reason=RevocationReason.COMPROMISED)
        if entry.use is use
        else entry
        for entry in entries()
    )


# Reports --------------------------------------------------------------------------------------------------------------

NUMBER = "R2030-0000-0001"
VALID_UNTIL = datetime(2031, 9, 30, 16, tzinfo=UTC)
DATA = {
    "subject": {"reference": "P-1"},
    "items": [{"item": "A-01", "text": "守信"}, {"item": "B-07", "text": "已履行"}],
}


def report_json(number: str = NUMBER, *, issued_at: datetime = SIGNED, issuer: str = ISSUER) -> bytes:
    """Return the data of a report."""
    return reports.report_data(issuer=issuer, number=number, issued_at=issued_at, valid_until=VALID_UNTIL, data=DATA)


def contents(data: bytes, number: str = NUMBER, *, issued_at: datetime = SIGNED) -> CredentialContents:
    """Return what a credential is issued over."""
    return CredentialContents(
        issuer=ISSUER,
        kind=f"{ISSUER}/credentials/report-1",
        number=number,
        issued_at=issued_at,
        valid_until=VALID_UNTIL,
        report_sha256=hashlib.sha256(data).digest(),
        subject={"name": "陈测试", "reference": "P-1"},
        items=DATA["items"],
        status=StatusReference(uri=f"{ISSUER}/statuses/1", index=17),
    )


def salts(seed: str = "salt") -> Callable[[int], bytes]:
    """Return a source of salts that is the same in every run."""
    numbers = count()
    return lambda length: hashlib.sha256(f"{seed}{next(numbers)}".encode()).digest()[:length]


def credential(data: bytes | None = None, number: str = NUMBER, *, issued_at: datetime = SIGNED) -> str:
    """Return a credential of a report."""
    own = report_json(number, issued_at=issued_at) if data is None else data
    return issue_credential(contents(own, number, issued_at=issued_at), signer=REPORT, draw=salts())


def plain_pdf(files: Mapping[str, bytes]) -> bytes:
    """Return a small PDF with embedded files and without a signature."""
    writer = PdfFileWriter(stream_xrefs=False)
    page = PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=(0, 0, 200, 200))
    writer.insert_page(page)
    for name, data in files.items():
        stream = EmbeddedFileObject.from_file_data(writer, data=data, mime_type="application/octet-stream")
        embed_file(writer, FileSpec(file_spec_string=name, embedded_data=stream))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def report(
    number: str = NUMBER,
    *,
    at: datetime = SIGNED,
    key: EllipticCurvePrivateKey = REPORT,
    certificate: bytes = REPORT_CERTIFICATE,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a signed report."""
    data = report_json(number, issued_at=at)
    inside = {"report.json": data, "report.sd-jwt": credential(data, number, issued_at=at).encode()}
    pdf = plain_pdf(inside if files is None else files)
    return reports.sign_pdf(pdf, key=key, certificate=certificate, moment=at)


# The ledger -----------------------------------------------------------------------------------------------------------

PERSON = 4021
OTHER_PERSON = 9
POLICY = WitnessPolicy(needed=2, witnesses=tuple(Witness.of(name, key) for name, key in WITNESSES.items()))
VERIFIER = Verifier.of(ORIGIN, LEDGER)


def trust(keys: str | None = None, **changes: Any) -> Trust:  # noqa: ANN401 - fields of the class
    """Return what a reader has from elsewhere: root, ledger, two of three witnesses, and the list of keys."""
    made = Trust(issuer=ISSUER, root=ROOT.public_key(), ledger=VERIFIER, witnesses=POLICY)
    return replace(made.with_keys(keys_text() if keys is None else keys), **changes)


def salt(number: int) -> bytes:
    """Return the salt of a number."""
    return hashlib.sha256(f"salt {number}".encode()).digest()[:16]


def event_payload(kind: str, body: Mapping[str, Any], *, person: int | None = PERSON, at: datetime = SIGNED) -> str:
    """Return the canonical text of an event."""
    members = {"actor": "account:17", "at": at, "body": body, "kind": kind, "organisation": None, "person": person}
    return canonical(members).decode()


def look_line(number: int, person: int = PERSON) -> str:
    """Return the canonical text of a line of the register."""
    return canonical({"actor": f"account:{number}", "outcome": "SHOWN", "person": person, "purpose": "LOAN"}).decode()


class Log:
    """A small ledger: events are appended, and proven against its newest state."""

    def __init__(self) -> None:
        self.payloads: list[str] = []
        self.leaves: list[bytes] = []
        self._source: tuple[int, list[list[bytes]]] | None = None

    def append(self, payload: str) -> int:
        """Append an event and return its place."""
        index = len(self.payloads)
        self.payloads.append(payload)
        self.leaves.append(leaf_hash(salted_digest(salt(index), payload.encode())))
        return index

    def look(self, number: int, person: int = PERSON) -> int:
        """Append the event of a look."""
        digest = salted_digest(salt(10_000 + number), look_line(number, person).encode())
        return self.append(
            event_payload("register.look.made", {"look": digest.hex(), "sequence": number}, person=person)
        )

    def checkpoint(self, size: int | None = None, *, signer: Ed25519PrivateKey = LEDGER, at: datetime = SIGNED) -> str:
        """Return a state, cosigned by all witnesses, each a minute after the other."""
        upto = len(self.leaves) if size is None else size
        text = sign_checkpoint(ORIGIN, upto, root_of(self.leaves[:upto]), signer)
        lines = [
            cosign(text, name=name, signer=key, now=at + timedelta(minutes=place))
            for place, (name, key) in enumerate(WITNESSES.items(), start=1)
        ]
        return with_cosignatures(text, lines)

    def path(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof of an event."""
        upto = len(self.leaves) if size is None else size
        if self._source is None or self._source[0] != upto:
            self._source = (upto, levels_of(self.leaves[:upto]))
        return inclusion_proof(_Levels(self._source[1]), index, upto)

    def proof(self, index: int) -> dict[str, Any]:
        """Return the proof of an event as a member of a file of looks."""
        return {
            "event": self.payloads[index],
            "salt": _base64(salt(index)),
            "leaf_index": index,
            "path": [_base64(value) for value in self.path(index)],
        }

    def event_proof(self, index: int) -> str:
        """Return the proof of an event as it is handed out."""
        proof = self.proof(index)
        return json.dumps(
            {
                "event": 17,
                "payload": proof["event"],
                "salt": proof["salt"],
                "leaf": index,
                "path": proof["path"],
                "checkpoint": self.checkpoint(),
            }
        )


def levels_of(leaves: list[bytes]) -> list[list[bytes]]:
    """Return all levels of complete subtrees."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return levels


class _Levels:
    def __init__(self, levels: list[list[bytes]]) -> None:
        self._levels = levels

    def node(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree."""
        return self._levels[level][index]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def log(*, looks: int = 6, others: int = 5) -> Log:
    """Return a ledger in which looks at one person stand between other events."""
    made = Log()
    for number in range(1, looks + 1):
        made.look(number)
        for other in range(others):
            made.append(event_payload("records.item.posted", {"item": other}))
            made.append(event_payload("records.item.posted", {"item": other}, person=OTHER_PERSON))
    return made


def looks_file(made: Log, *, waiting: int = 1, person: int = PERSON) -> dict[str, Any]:
    """Return a file of looks; the newest wait for the next checkpoint."""
    places = [index for index, payload in enumerate(made.payloads) if '"kind":"register.look.made"' in payload]
    looks = []
    for number in range(1, len(places) + waiting + 1):
        entry = {"number": number, "line": look_line(number, person), "salt": _base64(salt(10_000 + number))}
        proof = made.proof(places[number - 1]) if number <= len(places) else None
        looks.append({**entry, "proof": proof})
    return {
        "format": "chengxin-looks-1",
        "made_at": "2030-06-30T16:00:01.000000Z",
        "ledger_key": VERIFIER.encoded(),
        "checkpoint": made.checkpoint(),
        "registers": [{"look_count": len(looks), "looks": looks}],
    }


# Receipts and archives ------------------------------------------------------------------------------------------------

REFERENCE = "P-1"


def authorisation(record: str = "A-1", reference: str = REFERENCE, *, at: datetime = SIGNED) -> str:
    """Return the receipt of an authorisation."""
    contents = {"record_id": record, "pii_principal_id": reference, "event": {"event_time": at}}
    return sign_receipt(contents, kind=AUTHORISATION_TYPE, signer=RECEIPT)


def look_receipt(*, at: datetime = SIGNED) -> str:
    """Return the receipt of a look."""
    contents = {"inquiry": "Q-1", "organisation": "BANK", "answered_at": at}
    return sign_receipt(contents, kind=LOOK_TYPE, signer=RECEIPT)


def archive_contents(made: Log, **changes: Any) -> ArchiveContents:  # noqa: ANN401 - fields of the class
    """Return what goes into an archive of one person's events."""
    own = [index for index, payload in enumerate(made.payloads) if f'"person":{PERSON}' in payload]
    lines = [
        written_event(made.payloads[index], salt(index), index, made.path(index)).encode() + b"\n" for index in own
    ]
    receipts = {"format": "chengxin-authorisations-1", "receipts": [authorisation("A-1"), authorisation("A-2")]}
    contents = ArchiveContents(
        issuer=ISSUER,
        reference=REFERENCE,
        persons=[PERSON],
        made_at=SIGNED,
        keys=keys_text(),
        checkpoint=made.checkpoint(),
        events=opener(b"".join(lines)),
        looks=opener(json.dumps(looks_file(made)).encode()),
        authorisations=opener(json.dumps(receipts).encode()),
        file=opener(json.dumps({"reference": REFERENCE, "items": []}).encode()),
        texts={"en": "How to read this.\n", "zh-Hans": "如何阅读。\n", "zh-Hant": "如何閱讀。\n"},
    )
    return replace(contents, **changes)


def opener(raw: bytes) -> Callable[[], BinaryIO]:
    """Return what opens some bytes from their beginning."""
    return lambda: io.BytesIO(raw)


def archive(made: Log | None = None, **changes: Any) -> bytes:  # noqa: ANN401 - fields of the class
    """Return an archive."""
    target = io.BytesIO()
    write_archive(target, archive_contents(log() if made is None else made, **changes), ARCHIVE)
    return target.getvalue()


def sha256(raw: bytes) -> str:
    """Return the digest of some bytes as text."""
    return hashlib.sha256(raw).hexdigest()


def forked(made: Log, size: int) -> str:
    """Return a state of the same size with another history."""
    other = Log()
    other.leaves = [*made.leaves[: size - 1], leaf_hash(b"another")]
    return other.checkpoint()


def status_list(state: ReportState, *, uri: str = f"{ISSUER}/statuses/1", until: datetime = ENDS) -> str:
    """Return a status list in which the credential of a report has a state and its neighbours have others."""
    states = [ReportState.WITHDRAWN] * 17 + [state, ReportState.SUPERSEDED]
    places = dict(enumerate(states))
    return sign_states(places, size=len(states), uri=uri, signed_at=NOW, valid_until=until, signer=NEXT_REPORT)
