"""Unified social credit codes of organisations (GB 32100-2015 with its amendment of 2016).

Eighteen characters of an alphabet of thirty-one, without I, O, S, V and Z: registering body, kind of organisation, six
digits of division, nine of the subject (GB 11714), one check character. The inner check of GB 11714 is not enforced:
the standard's text could not be read, and refusing a valid code is worse than missing an error that the outer check
character already finds.

The codes are public; they are not masked.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from chengxin.authority.decisions import Refused

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The thirty-one characters in the order of their values."""

_LENGTH: Final = 18
_SUBJECT_LENGTH: Final = 17
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(_SUBJECT_LENGTH))
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}", re.ASCII)


class OrganisationFault(StrEnum):
    """Why a text is not a unified social credit code; the codes of :class:`MalformedOrganisationCode`."""

    LENGTH = "ORGANISATION_LENGTH"
    CHARACTERS = "ORGANISATION_CHARACTERS"
    CHECK = "ORGANISATION_CHECK"


class MalformedOrganisationCode(Refused):
    """A text is not a unified social credit code; the code, one of :class:`OrganisationFault`, says why."""

    code = "ORGANISATION_MALFORMED"


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """A checked unified social credit code. Made by :meth:`parse` only.

    Attributes:
        text: The canonical eighteen characters.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a unified social credit code.

        Spaces around it and lower-case letters are tolerated; nothing else is.

        Args:
            text: The code as it was written.

        Returns:
            The checked code.

        Raises:
            MalformedOrganisationCode: The text is no such code; its code says why. Tell whoever wrote it.

        Source:
            R-ID-09.

        Example:
            >>> str(OrganisationCode.parse("91350100m000100y43"))
            '91350100M000100Y43'
        """
        canonical = text.strip()
        if canonical.isascii():  # outside ASCII there are letters whose upper case lies inside
            canonical = canonical.upper()
        if len(canonical) != _LENGTH:
            raise MalformedOrganisationCode(OrganisationFault.LENGTH.value)
        if not _SHAPE.fullmatch(canonical):
            raise MalformedOrganisationCode(OrganisationFault.CHARACTERS.value)
        if check_character(canonical[:_SUBJECT_LENGTH]) != canonical[_SUBJECT_LENGTH]:
            raise MalformedOrganisationCode(OrganisationFault.CHECK.value)
        return cls(canonical)

    @property
    def registering_body(self) -> str:
        """One character: the sort of body that registered the organisation."""
        return self.text[0]

    @property
    def organisation_kind(self) -> str:
        """One character: the kind of organisation, meaningful only under its registering body."""
        return self.text[1]

    @property
    def division_code(self) -> str:
        """Six digits: where the organisation was registered."""
        return self.text[2:8]

    @property
    def subject_code(self) -> str:
        """Nine characters: the organisation code proper (GB 11714)."""
        return self.text[8:17]

    def __str__(self) -> str:
        """Return the canonical text."""
        return self.text


def check_character(first17: str) -> str:
    """Return the check character of a unified social credit code (modulo 31, weights of powers of three).

    Args:
        first17: The first seventeen characters, in upper case.

    Returns:
        One character of :data:`ALPHABET`.

    Raises:
        ValueError: The text is not seventeen characters of the alphabet.

    Source:
        R-ID-10.
    """
    if len(first17) != _SUBJECT_LENGTH or any(character not in _VALUES for character in first17):
        message = "a check character is computed over seventeen characters of the alphabet"
        raise ValueError(message)
    total = sum(weight * _VALUES[character] for weight, character in zip(_WEIGHTS, first17, strict=True))
    return ALPHABET[-total % 31]
