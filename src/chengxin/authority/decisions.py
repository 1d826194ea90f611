"""What is decided about an act: permitted, refused, or undecided (which refuses), with a code and a legal basis.

Policies return a :class:`Permit` or a :class:`Refusal`. An operation calls ``.require()`` on the result; a gate that
must write its line of the register first keeps the value instead. Codes are stable and never shown; interfaces
translate them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

# What somebody typed may stand in a refusal, and may be anybody's number: masked as R-ID-07 masks it.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])([1-9])[0-9]{13,16}[0-9Xx](?![0-9A-Za-z])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """The provision that a decision rests on.

    Attributes:
        code: Stable code of the basis in the catalogue.
        title: Title of the act as it is officially called.
        article: Article, as it is cited; ``None`` when the whole act is meant.
        verified: Whether somebody read the provision; where not, every page that shows it says so.
    """

    code: str
    title: str
    article: str | None
    verified: bool


class Refused(Exception):  # noqa: N818 - a refusal is a lawful answer, not an error
    """The root of all refusals: a lawful answer of "no", with a code and details that are safe to show.

    Rooms derive their own and give them a ``code``; one handler in the interfaces turns them into a page or a problem
    document. Wrong calls raise ``ValueError`` or ``TypeError`` and are bugs.

    Attributes:
        code: Stable code of this refusal; the class gives the default.
        basis: Provision that commands the refusal; ``None`` when none does.
        details: Values that are safe to show to whoever asked, as text; what looks like an identity number is masked.

    Example:
        >>> refused = Refused("BATCH_TOO_LARGE", limit=5)
        >>> refused.code, dict(refused.details)
        ('BATCH_TOO_LARGE', {'limit': '5'})
        >>> Refused("BATCH_UNKNOWN", batch="359900199003070018").details["batch"]
        '3***************'
    """

    code: str = "REFUSED"
    basis: LegalBasis | None
    details: Mapping[str, str]

    def __init__(self, code: str | None = None, basis: LegalBasis | None = None, **details: object) -> None:
        if code is not None:
            self.code = code
        super().__init__(self.code)
        self.basis = basis
        self.details = {name: _NUMBER.sub(r"\1" + 15 * "*", str(value)) for name, value in details.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A decision that an act may be done.

    Attributes:
        code: Why it may be done.
        basis: Provision that allows it; ``None`` for acts about nobody's data.
    """

    code: str
    basis: LegalBasis | None = None

    def require(self) -> None:
        """Do nothing, because the act is permitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A decision that an act may not be done.

    Attributes:
        code: Why it may not be done.
        basis: Provision that forbids it; ``None`` when it is merely not allowed.
        details: Values that are safe to show to whoever asked.
    """

    code: str
    basis: LegalBasis | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    def require(self) -> NoReturn:
        """Raise, because the act is refused.

        Raises:
            Refused: Always, with this decision's code, basis and details.
        """
        refused = Refused(self.code, self.basis)
        refused.details = dict(self.details)
        raise refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided(Refusal):
    """A decision that could not be made: a fact is missing that the catalogue or the registry should hold.

    It refuses, like any other refusal, and somebody has to fill the gap: whoever judges opens a task for it.
    """


def all_of(decisions: Iterable[Permit | Refusal]) -> Permit | Refusal:
    """Combine conditions that must all hold.

    Args:
        decisions: The outcome of each condition, the one to report first coming first.

    Returns:
        The first refusal, else the last permit. No condition at all is a refusal (``NO_CONDITION``), never a permit:
        a rule whose conditions got lost must not open anything.

    Example:
        >>> all_of([]).code
        'NO_CONDITION'
    """
    outcome: Permit | Refusal = Refusal(code="NO_CONDITION")
    for decision in decisions:
        if isinstance(decision, Refusal):
            return decision
        outcome = decision
    return outcome
