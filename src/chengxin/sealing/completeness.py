"""The claim that a file holds *all* looks at one person, checked off line (``chengxin-looks-1``, ``docs/ledger.md``).

Looks are numbered for each person, from 1 without gaps, in the statement that registers them; refused ones too. So a
look that is left out between two others leaves a gap, and a look that is changed no longer has the digest that its
event in the ledger holds. Only the newest may still be without proof, because no checkpoint holds them yet.

What a file alone cannot show is that nothing was cut off at its end. Against this stand numbers that the reader knows
from elsewhere (``at_least``: the page shows the newest number, and an older file holds one), and ``check_growth``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chengxin.sealing.checkpoints import CheckpointBroken, note_parts
from chengxin.sealing.digests import salted_digest
from chengxin.sealing.event_proofs import check_event, read_base64
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.key_documents import KeyDocument
from chengxin.sealing.signed_texts import read_json, read_object
from chengxin.sealing.trust import LedgerState, Trust

FORMAT: Final = "chengxin-looks-1"
LARGEST_CLAIM: Final = 64 << 20
EVENT_KIND: Final = "register.look.made"

_CLAIM: Final = {"format", "made_at", "ledger_key", "checkpoint", "registers"}
_LOOK: Final = {"number", "line", "salt", "proof"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFacts:
    """What is proven about the looks at one row of the registry.

    Attributes:
        person: Internal key of the row; ``None`` where nobody has looked.
        look_count: Number of looks, numbered from 1 without gaps.
        proven_count: The first so many are in the ledger; the rest waits for the next checkpoint.
        digests: Digest of each look's line, in order.
    """

    person: int | None
    look_count: int
    proven_count: int
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksFacts:
    """What a file of looks proves.

    Attributes:
        registers: One for each row of the registry that is the person.
        state: The state of the ledger that holds the proven ones.
    """

    registers: tuple[RegisterFacts, ...]
    state: LedgerState

    @property
    def look_count(self) -> int:
        """Return how many looks the file holds."""
        return sum(register.look_count for register in self.registers)

    @property
    def proven_count(self) -> int:
        """Return how many of them are proven."""
        return sum(register.proven_count for register in self.registers)


def verify_looks(
    text: str | bytes,
    trust: Trust,
    keys: KeyDocument | None = None,
    *,
    at_least: int = 0,
    state: LedgerState | None = None,
) -> LooksFacts:
    """Check a file of looks and return what it proves.

    Args:
        text: The file.
        trust: What the reader has from elsewhere.
        keys: The list of keys to judge the checkpoint by; ``None``: the newest known.
        at_least: Number of looks that is known from elsewhere.
        state: A state that was checked already, and must be that of the file; ``None``: the file's own is checked.

    Raises:
        NotVerified: It is malformed; a number is missing between others (``INCOMPLETE``); there are fewer looks than
            are known from elsewhere (``TRUNCATED``); a line is not the one registered (``ALTERED``); an event is not in
            the ledger (``NOT_IN_LEDGER``), or stands twice (``REPLAYED``); the state is not to be trusted.
    """
    if len(text) > LARGEST_CLAIM:
        raise NotVerified(Fault.TOO_LARGE)
    claim = read_json(text, place="looks")
    if not isinstance(claim, dict) or set(claim) != _CLAIM or claim["format"] != FORMAT:
        raise NotVerified(Fault.MALFORMED, "looks")
    if claim["checkpoint"] is None:
        raise NotVerified(Fault.NOT_IN_LEDGER, "checkpoint")
    if not isinstance(claim["checkpoint"], str) or not isinstance(claim["registers"], list):
        raise NotVerified(Fault.MALFORMED, "looks")
    state = trust.open_state(claim["checkpoint"], keys) if state is None else _same(claim["checkpoint"], state)
    if claim["ledger_key"] != state.verifier.encoded():
        raise NotVerified(Fault.PARTS_DISAGREE, "ledger_key")
    leaves: set[int] = set()
    registers = tuple(_register(member, state, leaves) for member in claim["registers"])
    persons = [register.person for register in registers if register.person is not None]
    if len(set(persons)) != len(persons):
        raise NotVerified(Fault.REPLAYED, "person")
    facts = LooksFacts(registers=registers, state=state)
    if facts.look_count < at_least:
        raise NotVerified(Fault.TRUNCATED, f"{facts.look_count} < {at_least}")
    return facts


def check_growth(older: LooksFacts, newer: LooksFacts) -> None:
    """Check that a newer file holds every look of an older one, unchanged.

    Raises:
        NotVerified: A look of the older file is gone (``TRUNCATED``) or another (``ALTERED``).
    """
    kept = {register.person: register.digests for register in newer.registers}
    for register in older.registers:
        digests = kept.get(register.person, ())
        if len(digests) < register.look_count:
            raise NotVerified(Fault.TRUNCATED, f"{len(digests)} < {register.look_count}")
        if digests[: register.look_count] != register.digests:
            raise NotVerified(Fault.ALTERED, "line")


def _same(text: str, state: LedgerState) -> LedgerState:
    """Return the state if a checkpoint has its body; the signatures were checked on the state's own text.

    Raises:
        NotVerified: It has another.
    """
    try:
        body, _ = note_parts(text)
    except CheckpointBroken:
        raise NotVerified(Fault.MALFORMED, "checkpoint") from None
    if body != note_parts(state.checkpoint.text)[0]:
        raise NotVerified(Fault.PARTS_DISAGREE, "checkpoint")
    return state


def _register(member: object, state: LedgerState, leaves: set[int]) -> RegisterFacts:
    if not isinstance(member, dict) or set(member) != {"look_count", "looks"} or not isinstance(member["looks"], list):
        raise NotVerified(Fault.MALFORMED, "looks")
    looks = member["looks"]
    if type(member["look_count"]) is not int or member["look_count"] != len(looks):
        raise NotVerified(Fault.INCOMPLETE, "look_count")
    person: int | None = None
    proven = 0
    digests = []
    for number, look in enumerate(looks, start=1):
        if not isinstance(look, dict) or set(look) != _LOOK or not isinstance(look["line"], str):
            raise NotVerified(Fault.MALFORMED, f"look {number}")
        if type(look["number"]) is not int or look["number"] != number:
            raise NotVerified(Fault.INCOMPLETE, f"look {number}")
        own, digest = _line(look, number)
        if person not in {None, own}:
            raise NotVerified(Fault.REPLAYED, f"look {number}")
        person = own
        digests.append(digest)
        if look["proof"] is None:
            continue
        if proven != number - 1:
            raise NotVerified(Fault.INCOMPLETE, f"look {number - 1}")
        _check_proof(look["proof"], (number, own, digest), state, leaves)
        proven = number
    return RegisterFacts(person=person, look_count=len(looks), proven_count=proven, digests=tuple(digests))


def _line(look: Mapping[str, Any], number: int) -> tuple[int, bytes]:
    try:
        raw = look["line"].encode()
        digest = salted_digest(read_base64(look["salt"]), raw)
    except ValueError:
        raise NotVerified(Fault.MALFORMED, f"look {number}") from None
    person = read_object(raw, place=f"look {number}").get("person")
    if type(person) is not int:
        raise NotVerified(Fault.MALFORMED, f"look {number}")
    return person, digest


def _check_proof(proof: object, look: tuple[int, int, bytes], state: LedgerState, leaves: set[int]) -> None:
    number, person, digest = look
    event = check_event(proof, state)
    if event.kind != EVENT_KIND or event.body != {"look": digest.hex(), "sequence": number} or event.person != person:
        raise NotVerified(Fault.ALTERED, f"look {number}")
    if event.leaf_index in leaves:
        raise NotVerified(Fault.REPLAYED, f"look {number}")
    leaves.add(event.leaf_index)
