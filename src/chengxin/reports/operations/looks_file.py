"""One file with all looks at a person and their proofs; what it holds is written in ``docs/ledger.md``."""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from chengxin.keys.current import keyring
from chengxin.ledger import lookups as ledger
from chengxin.ledger.rules import Proof
from chengxin.register import lookups as register
from chengxin.register.lookups import LookOpened
from chengxin.sealing.checkpoints import Checkpoint
from chengxin.sealing.digests import moment_text

FORMAT: Final = "chengxin-looks-1"
BLOCK: Final = 1_000


def written_looks(
    rows: Sequence[tuple[int, int]], *, made_at: datetime, published: Checkpoint | None = None
) -> Iterator[str]:
    """Yield the file in parts, so that memory does not grow with the number of looks.

    Args:
        rows: Each row of the registry that is the person, with how many looks it has.
        made_at: The moment.
        published: The checkpoint to which all proofs lead; ``None`` for the newest.
    """
    verifier = keyring().ledger_verifier()
    if published is None:
        published = ledger.find_published_checkpoint(verifier)
    head = {
        "format": FORMAT,
        "made_at": moment_text(made_at),
        "ledger_key": verifier.encoded(),
        "checkpoint": None if published is None else published.text,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "registers": ['
    for place, (person_id, count) in enumerate(rows):
        yield ("," if place else "") + f'\n{{"look_count": {count}, "looks": ['
        for first in range(1, count + 1, BLOCK):
            lines = register.open_lines(person_id=person_id, first=first, end=min(first + BLOCK, count + 1))
            events = [line.event_id for line in lines]
            proofs = {} if published is None else ledger.prove_many(events, published=published)
            entries = (json.dumps(_entry(line, proofs.get(line.event_id)), ensure_ascii=False) for line in lines)
            yield ("\n" if first == 1 else ",\n") + ",\n".join(entries)
        yield "\n]}"
    yield "\n]}\n"


def _entry(line: LookOpened, proof: Proof | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"number": line.sequence, "line": line.line, "salt": _encoded(line.salt), "proof": None}
    if proof is not None:
        entry["proof"] = {
            "event": proof.payload,
            "salt": _encoded(proof.salt),
            "leaf_index": proof.leaf_index,
            "path": [_encoded(value) for value in proof.path],
        }
    return entry


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
