"""Looks for tests of the register."""

from datetime import UTC, datetime
from typing import Any

from chengxin.register import operations as register
from factories.ledger import OFFICER

MOMENT = datetime(2028, 2, 28, 16, 0, 1, tzinfo=UTC)


def look_at(person_id: int, **changed: Any) -> register.Look:  # noqa: ANN401 - any argument of the operation
    """Register a look at a person, like any other but for what is given."""
    arguments: dict[str, Any] = {
        "actor": OFFICER,
        "purpose_code": "LICENSING",
        "basis_code": "BASIS",
        "case_number": None,
        "shown": {"items": ["A1", "B2"], "count": 2},
        "mask_rule": "MASK_IDENTITY",
        "mask_version": 1,
        "refusal": None,
        "at": MOMENT,
    }
    return register.register_look(person_id=person_id, **(arguments | changed))
