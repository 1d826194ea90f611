"""What is accepted: an identity provider's statement, and a representation. Values in, values out.

Source:
    民法典 Art. 23, 27, 28 (guardians), 161 to 173 (agents); not verified against the printed text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from chengxin.admission.states import RepresentationDocument, RepresentationKind
from chengxin.periods.terms import Unit, last_day

ADULT_YEARS: Final = 18
DOCUMENTS: Final[Mapping[RepresentationKind, frozenset[RepresentationDocument]]] = MappingProxyType(
    {
        RepresentationKind.GUARDIAN: frozenset(
            {
                RepresentationDocument.HOUSEHOLD_REGISTER,
                RepresentationDocument.BIRTH_CERTIFICATE,
                RepresentationDocument.COURT_DECISION,
                RepresentationDocument.GUARDIANSHIP_DESIGNATION,
            }
        ),
        RepresentationKind.AGENT: frozenset(
            {RepresentationDocument.NOTARISED_POWER, RepresentationDocument.SIGNED_POWER}
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTerms:
    """What an identity provider must state before its word is taken; configured for each issuer.

    Attributes:
        issuer: The issuer, compared letter by letter.
        levels: Values of ``acr`` that stand for enough assurance.
        number_claim: The claim that holds the identity number.
        name_claim: The claim that holds the name.
    """

    issuer: str
    levels: frozenset[str]
    number_claim: str
    name_claim: str = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a provider states of a person, once its statement is accepted in form.

    Attributes:
        number: The identity number, as it was stated.
        name: The name, as it was stated.
        level: The assurance.
    """

    number: str
    name: str
    level: str

    def __repr__(self) -> str:
        """Show the level only, so that no log holds a number."""
        return f"<Stated {self.level}>"


def stated(claims: Mapping[str, Any], terms: ProviderTerms | None) -> Stated | str:
    """Return what a provider states of a person, or the code of the reason why it is not taken.

    Args:
        claims: Of the verified ID token.
        terms: The terms of the issuer that the provider is configured with; ``None`` where there are none.

    Example:
        >>> terms = ProviderTerms(issuer="https://id.invalid", levels=frozenset({"loa3"}), number_claim="id_number")
        >>> stated({"iss": "https://id.invalid", "acr": "loa1"}, terms)
        'ASSURANCE_TOO_LOW'
        >>> stated({"iss": "https://other.invalid", "acr": "loa3"}, terms)
        'ISSUER_NOT_KNOWN'
    """
    if terms is None or claims.get("iss") != terms.issuer:
        return "ISSUER_NOT_KNOWN"
    level = claims.get("acr")
    if not isinstance(level, str) or level not in terms.levels:
        return "ASSURANCE_TOO_LOW"
    number, name = claims.get(terms.number_claim), claims.get(terms.name_claim)
    if not isinstance(number, str) or not number.strip():
        return "NUMBER_NOT_STATED"
    if not isinstance(name, str) or not name.strip():
        return "NAME_NOT_STATED"
    return Stated(number=number.strip(), name=name.strip(), level=level)


def adult_on(born_on: date) -> date:
    """Return the eighteenth birthday; of a leap day, the twenty-eighth of February.

    Args:
        born_on: Civil date of birth.

    Example:
        >>> adult_on(date(2010, 6, 1))
        datetime.date(2028, 6, 1)
    """
    return last_day(started_on=born_on, count=ADULT_YEARS, unit=Unit.YEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A representation as a clerk enters it.

    Attributes:
        kind: As what.
        document: On which document it rests.
        from_on: First day.
        to_on: First day without it.
        is_same_person: Whether both are one person.
        represented_born_on: Birth of whom it is for; ``None`` where the number states none.
        representative_born_on: Birth of who acts; ``None`` where the number states none.
        today: The civil date.
    """

    kind: RepresentationKind
    document: RepresentationDocument
    from_on: date
    to_on: date
    is_same_person: bool
    represented_born_on: date | None
    representative_born_on: date | None
    today: date


def representation_fault(entered: Entered) -> str:  # noqa: PLR0911 - one for each reason
    """Return the code of the reason why a representation cannot be; empty where it can.

    A guardian of a minor acts until the eighteenth birthday at the latest; beyond it only a court's decision that an
    adult lacks capacity makes a guardian. Whoever acts for others is an adult.
    """
    if entered.is_same_person:
        return "SAME_PERSON"
    if entered.to_on <= entered.from_on:
        return "PERIOD_EMPTY"
    if entered.to_on <= entered.today:
        return "PERIOD_OVER"
    if entered.document not in DOCUMENTS[entered.kind]:
        return "DOCUMENT_NOT_OF_KIND"
    born_on = entered.representative_born_on
    if born_on is None or adult_on(born_on) > entered.from_on:
        return "REPRESENTATIVE_NOT_ADULT"
    if entered.kind is RepresentationKind.GUARDIAN and entered.document is not RepresentationDocument.COURT_DECISION:
        ward_born_on = entered.represented_born_on
        if ward_born_on is None or entered.to_on > adult_on(ward_born_on):
            return "WARD_ADULT"
    return ""
