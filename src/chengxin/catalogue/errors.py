"""What a caller of the catalogue may have to handle."""

from dataclasses import dataclass

from chengxin.authority.decisions import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFinding:
    """One thing wrong with a pack: a stable code, and the place (file or section, row, field) with what was seen."""

    code: str
    pack: str
    section: str
    row: str
    field: str
    seen: str = ""


class PackRefused(Refused):
    """A pack cannot be read or composed; `findings` holds everything that is wrong, the first one gives the code."""

    code = "PACK_REFUSED"
    findings: tuple[PackFinding, ...]

    def __init__(self, findings: tuple[PackFinding, ...]) -> None:
        first = findings[0]
        super().__init__(
            first.code,
            pack=first.pack,
            section=first.section,
            row=first.row,
            field=first.field,
            seen=first.seen,
            finding_count=len(findings),
        )
        self.findings = findings


class EditionUnchanged(Refused):
    """The composed catalogue is the same as one already issued; there is nothing to issue."""

    code = "UNCHANGED"


class NoEditionInForce(Refused):
    """No edition is in force on the day; issue one first."""

    code = "NO_EDITION_IN_FORCE"


class UnknownEdition(Refused):
    """No edition has this code; list the editions."""

    code = "EDITION_UNKNOWN"


class UnknownItemType(Refused):
    """The edition holds no item type with this code: what is outside the catalogue may not be collected."""

    code = "ITEM_UNKNOWN"
