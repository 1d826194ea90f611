"""The worked examples of tests/cases/identifiers.toml, and that their rules are in the law table."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chengxin.authority.decisions import Refused
from chengxin.identifiers import identity, organisation
from chengxin.identifiers.identity import IdentityNumber
from chengxin.identifiers.names import explain_difference
from chengxin.identifiers.organisation import OrganisationCode

ROOT = Path(__file__).parents[3]
TABLE = tomllib.loads((ROOT / "tests/cases/identifiers.toml").read_text("utf-8"))

Facts = Mapping[str, Any]


def parse_identity(facts: Facts) -> dict[str, object]:
    number = IdentityNumber.parse(facts["text"], today=facts["today"])
    return {"kind": number.kind, "born_on": number.born_on, "division_code": number.division_code}


def explained(facts: Facts) -> dict[str, object]:
    difference = explain_difference(facts["left"], facts["right"])
    return {"kind": difference.kind, "kinds": list(difference.kinds)}


FUNCTIONS: dict[str, Callable[[Facts], object]] = {
    "parse_identity": parse_identity,
    "identity_check_character": lambda facts: identity.check_character(facts["first17"]),
    "successor": lambda facts: IdentityNumber.parse(facts["text"], today=facts["today"]).successor().reveal(),
    "mask": lambda facts: identity.mask(facts["text"]),
    "synthetic_number": lambda facts: identity.synthetic_number(born_on=facts["born_on"], sequence=facts["sequence"]),
    "parse_organisation": lambda facts: str(OrganisationCode.parse(facts["text"])),
    "organisation_check_character": lambda facts: organisation.check_character(facts["first17"]),
    "explain_difference": explained,
}


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["name"])
def test_worked_example(case: Mapping[str, Any]) -> None:
    function = FUNCTIONS[case["function"]]
    if "refused" in case:
        with pytest.raises(Refused) as caught:
            function(case["facts"])
        assert caught.value.code == case["refused"]
        return
    found, expected = function(case["facts"]), case["expected"]
    if isinstance(found, dict):
        # A case names the facts it is about; for a number without a date that is its absence.
        assert {name: found[name] for name in expected} == expected
        assert ("born_on" in expected) or not found.get("born_on")
    else:
        assert found == expected


def test_every_rule_of_a_case_is_in_the_law_table() -> None:
    law = (ROOT / "docs/law/rules.md").read_text("utf-8")
    assert {case["rule"] for case in TABLE["case"] if f"| {case['rule']} |" not in law} == set()
