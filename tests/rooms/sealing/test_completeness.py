"""The claim that a file holds all looks at one person."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from chengxin.sealing.completeness import LooksFacts, check_growth, verify_looks
from chengxin.sealing.faults import Fault, NotVerified
from factories import sealing as office
from interfaces.citizen.test_looking import plain_check

LOG = office.log()
CLAIM = office.looks_file(LOG)
TRUST = office.trust()


def opened(claim: dict[str, Any], *, at_least: int = 0) -> LooksFacts:
    return verify_looks(json.dumps(claim), TRUST, at_least=at_least)


def test_a_complete_file_is_verified_and_says_what_waits() -> None:
    facts = opened(CLAIM)
    assert (facts.look_count, facts.proven_count) == (7, 6)
    assert [register.person for register in facts.registers] == [office.PERSON]
    assert facts.state.checkpoint.size == len(LOG.leaves)
    assert opened(CLAIM, at_least=7) == facts


def test_the_plain_check_with_nothing_but_hashes_agrees() -> None:
    assert plain_check(json.dumps(CLAIM)) == [6]


def test_nobody_has_looked() -> None:
    facts = opened({**CLAIM, "registers": [{"look_count": 0, "looks": []}]})
    assert (facts.registers[0].person, facts.look_count) == (None, 0)


Change = Callable[[dict[str, Any], list[dict[str, Any]]], object]
CHANGES: dict[str, tuple[Change, Fault]] = {
    "one is left out": (lambda _claim, looks: looks.pop(2), Fault.INCOMPLETE),
    "one is left out and the count is made to fit": (
        lambda claim, looks: (looks.pop(2), claim["registers"][0].update(look_count=6)),
        Fault.INCOMPLETE,
    ),
    "one is left out and the rest numbered anew": (
        lambda claim, looks: (
            looks.pop(2),
            claim["registers"][0].update(look_count=6),
            [look.update(number=number) for number, look in enumerate(looks, 1)],
        ),
        Fault.ALTERED,
    ),
    "a line is changed": (
        lambda _claim, looks: looks[1].update(line=looks[1]["line"].replace("LOAN", "WORK")),
        Fault.ALTERED,
    ),
    "a line is spelled otherwise": (
        lambda _claim, looks: looks[1].update(line=" " + looks[1]["line"]),
        Fault.MALFORMED,
    ),
    "two lines are swapped": (
        lambda _claim, looks: (looks[0].update(number=2), looks[1].update(number=1), looks.reverse()),
        Fault.INCOMPLETE,
    ),
    "a proof is moved": (lambda _claim, looks: looks[1].update(proof=looks[0]["proof"]), Fault.ALTERED),
    "a proof is withheld between others": (lambda _claim, looks: looks[2].update(proof=None), Fault.INCOMPLETE),
    "an event is changed": (
        lambda _claim, looks: looks[1]["proof"].update(
            event=looks[1]["proof"]["event"].replace("account:17", "account:18")
        ),
        Fault.NOT_IN_LEDGER,
    ),
    "a place is changed": (lambda _claim, looks: looks[1]["proof"].update(leaf_index=0), Fault.NOT_IN_LEDGER),
    "a path is cut": (lambda _claim, looks: looks[1]["proof"]["path"].pop(), Fault.NOT_IN_LEDGER),
    "an older state": (lambda claim, _looks: claim.update(checkpoint=LOG.checkpoint(60)), Fault.NOT_IN_LEDGER),
    "a larger state": (
        lambda claim, _looks: claim.update(checkpoint=office.log(looks=7).checkpoint()),
        Fault.NOT_IN_LEDGER,
    ),
    "a state signed by another": (
        lambda claim, _looks: claim.update(checkpoint=LOG.checkpoint(signer=office.ed25519("another"))),
        Fault.UNKNOWN_KEY,
    ),
    "no state": (lambda claim, _looks: claim.update(checkpoint=None), Fault.NOT_IN_LEDGER),
    "a key of its own": (
        lambda claim, _looks: claim.update(ledger_key=office.POLICY.witnesses[0].encoded()),
        Fault.PARTS_DISAGREE,
    ),
    "another person's line": (
        lambda _claim, looks: looks[6].update(line=office.look_line(7, office.OTHER_PERSON)),
        Fault.REPLAYED,
    ),
    "the same register twice": (
        lambda claim, _looks: claim["registers"].append(copy.deepcopy(claim["registers"][0])),
        Fault.REPLAYED,
    ),
    "a salt in another spelling": (lambda _claim, looks: looks[0].update(salt=looks[0]["salt"] + "="), Fault.MALFORMED),
    "a salt too short": (lambda _claim, looks: looks[0].update(salt="AAAA"), Fault.MALFORMED),
    "no register": (lambda claim, _looks: claim.update(registers=None), Fault.MALFORMED),
    "a register that is none": (lambda claim, _looks: claim.update(registers=[1]), Fault.MALFORMED),
    "a look that is none": (lambda _claim, looks: looks.__setitem__(0, 1), Fault.MALFORMED),
    "a line that is none": (lambda _claim, looks: looks[6].update(line="{}"), Fault.MALFORMED),
    "another format": (lambda claim, _looks: claim.update(format="chengxin-looks-2"), Fault.MALFORMED),
    "a proof that is none": (lambda _claim, looks: looks[0].update(proof=[]), Fault.MALFORMED),
    "a path that is none": (lambda _claim, looks: looks[0]["proof"].update(path=None), Fault.MALFORMED),
    "a number that is a truth value": (lambda _claim, looks: looks[0].update(number=True), Fault.INCOMPLETE),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_file_is_refused_with_its_word(name: str) -> None:
    change, fault = CHANGES[name]
    claim = copy.deepcopy(CLAIM)
    change(claim, claim["registers"][0]["looks"])
    with pytest.raises(NotVerified) as caught:
        opened(claim)
    assert caught.value.fault is fault, caught.value


def test_a_cut_tail_is_seen_by_a_number_known_from_elsewhere_and_by_an_older_file() -> None:
    cut = copy.deepcopy(CLAIM)
    del cut["registers"][0]["looks"][5:]
    cut["registers"][0]["look_count"] = 5
    shorter = opened(cut)  # the file alone cannot show it
    with pytest.raises(NotVerified) as caught:
        opened(cut, at_least=6)
    assert caught.value.fault is Fault.TRUNCATED
    with pytest.raises(NotVerified) as caught:
        check_growth(opened(CLAIM), shorter)
    assert caught.value.fault is Fault.TRUNCATED
    check_growth(shorter, opened(CLAIM))


def test_a_line_without_proof_that_changes_later_is_seen() -> None:
    other = copy.deepcopy(CLAIM)
    other["registers"][0]["looks"][6]["line"] = office.look_line(70)
    with pytest.raises(NotVerified) as caught:
        check_growth(opened(CLAIM), opened(other))
    assert caught.value.fault is Fault.ALTERED


def test_members_that_stand_twice_and_texts_that_are_no_json_are_refused() -> None:
    text = json.dumps(CLAIM)
    for wrong in (
        text.replace('"format"', '"made_at": "x", "format"', 1),
        text[:-1],
        "[]",
        "",
        "NaN",
        '{"a": NaN}',
        "[" * 99_999,
    ):
        with pytest.raises(NotVerified) as caught:
            verify_looks(wrong, TRUST)
        assert caught.value.fault is Fault.MALFORMED
