"""Identity numbers of natural persons: five kinds, checked, and masked unless somebody asks for the clear value.

Citizens carry eighteen characters (GB 11643-1999) for life, or on old papers the fifteen digits that came before.
Residents from Hong Kong, Macao and Taiwan carry eighteen under the division codes 810000, 820000 and 830000. Foreign
permanent residents carry eighteen digits beginning with 9 (cards issued since 2023-12-01) or three letters and twelve
digits (cards of 2017, still valid).

A division code is never a reason to refuse a number: it is the code of the place where the number was assigned, may
have been abolished since, and may be younger than its holder. See ``divisions`` for the warning.

Sex can be read from a citizen's number. It is not read here, because nothing in this platform needs it (Personal
Information Protection Law, article 6).
"""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NoReturn, Self

from chengxin.authority.decisions import Refused

MASK_RULE: Final = "MASK_IDENTITY"
"""Name of the mask rule, stored with every answer in which a masked number was shown."""

MASK_VERSION: Final = 1
"""Version of the mask rule. A change of :func:`mask` needs a new one; old answers name the old one."""

SYNTHETIC_DIVISION: Final = "359900"
"""Division code that no real number carries; numbers of demonstrations and tests have it."""

EARLIEST_BIRTH_YEAR: Final = 1850
"""Numbers were first assigned in 1984; nobody born before this year can have received one."""

_HMT_DIVISIONS: Final = frozenset({"810000", "820000", "830000"})
_FULL_LENGTH: Final = 18
_LEGACY_LENGTH: Final = 15
_MASK_STARS: Final = "*" * 15
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"
_SEVENTEEN_DIGITS: Final = re.compile(r"[0-9]{17}", re.ASCII)
_FULL_SHAPE: Final = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_LEGACY_SHAPE: Final = re.compile(r"[1-8][0-9]{14}", re.ASCII)
_FOREIGN_2017_SHAPE: Final = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
_CENTENARIAN_SEQUENCES: Final = frozenset({"996", "997", "998", "999"})


class IdentityKind(StrEnum):
    """Which document a number belongs to. Stored; never shown."""

    RESIDENT = "RESIDENT"
    RESIDENT_LEGACY = "RESIDENT_LEGACY"
    HMT_RESIDENCE = "HMT_RESIDENCE"
    FOREIGN_PERMANENT = "FOREIGN_PERMANENT"
    FOREIGN_PERMANENT_2017 = "FOREIGN_PERMANENT_2017"


class IdentityFault(StrEnum):
    """Why a text is not an identity number; the codes of :class:`MalformedIdentityNumber`."""

    LENGTH = "IDENTITY_LENGTH"
    CHARACTERS = "IDENTITY_CHARACTERS"
    DATE = "IDENTITY_DATE"
    FUTURE = "IDENTITY_FUTURE"
    CHECK = "IDENTITY_CHECK"


class MalformedIdentityNumber(Refused):
    """A text is not an identity number; the code, one of :class:`IdentityFault`, says why.

    The only detail is the text, masked (``value``).
    """

    code = "IDENTITY_MALFORMED"


@dataclass(frozen=True, slots=True, repr=False)
class IdentityNumber:
    """A checked identity number, which shows itself masked.

    Made by :meth:`parse` only. Two are equal when their canonical texts are; the fifteen-digit number of a citizen is
    *not* equal to the same citizen's eighteen-digit one (see :meth:`successor`).

    Attributes:
        kind: Which document the number belongs to.
        born_on: Date of birth that the number states; ``None`` for the cards of 2017, which state none for certain.
    """

    _text: str
    kind: IdentityKind = field(compare=False)
    born_on: date | None = field(compare=False)

    @classmethod
    def parse(cls, text: str, *, today: date) -> Self:
        """Read an identity number of any kind.

        Spaces around it and lower-case letters are tolerated; nothing else is.

        Args:
            text: The number as it was written.
            today: The civil date on which the reading happens; nobody is born later.

        Returns:
            The checked number.

        Raises:
            MalformedIdentityNumber: The text is no identity number; the code says why. Tell whoever wrote it.

        Source:
            R-ID-01 to R-ID-06.

        Example:
            >>> number = IdentityNumber.parse("11010519491231002x", today=date(2026, 4, 1))
            >>> number, number.born_on
            (<IdentityNumber RESIDENT 1***************>, datetime.date(1949, 12, 31))
        """
        canonical = text.strip()
        if canonical.isascii():  # outside ASCII there are letters whose upper case lies inside
            canonical = canonical.upper()
        if len(canonical) == _LEGACY_LENGTH:
            return cls._parse_short(canonical, today=today)
        if len(canonical) != _FULL_LENGTH:
            _refuse(IdentityFault.LENGTH, canonical)
        return cls._parse_full(canonical, today=today)

    @classmethod
    def _parse_full(cls, canonical: str, *, today: date) -> Self:
        if not _FULL_SHAPE.fullmatch(canonical):
            _refuse(IdentityFault.CHARACTERS, canonical)
        born_on = _date_of(canonical[6:14])
        if born_on is None:
            _refuse(IdentityFault.DATE, canonical)
        if check_character(canonical[:17]) != canonical[17]:
            _refuse(IdentityFault.CHECK, canonical)
        if born_on > today:
            _refuse(IdentityFault.FUTURE, canonical)
        if canonical[0] == "9":
            kind = IdentityKind.FOREIGN_PERMANENT
        elif canonical[:6] in _HMT_DIVISIONS:
            kind = IdentityKind.HMT_RESIDENCE
        else:
            kind = IdentityKind.RESIDENT
        return cls(canonical, kind, born_on)

    @classmethod
    def _parse_short(cls, canonical: str, *, today: date) -> Self:
        if _FOREIGN_2017_SHAPE.fullmatch(canonical):
            return cls(canonical, IdentityKind.FOREIGN_PERMANENT_2017, None)
        if not _LEGACY_SHAPE.fullmatch(canonical):
            _refuse(IdentityFault.CHARACTERS, canonical)
        born_on = _date_of("19" + canonical[6:12])
        # These sequence numbers marked centenarians, whose century the number does not tell: refuse, do not guess.
        if born_on is None or canonical[12:] in _CENTENARIAN_SEQUENCES:
            _refuse(IdentityFault.DATE, canonical)
        if born_on > today:
            _refuse(IdentityFault.FUTURE, canonical)
        return cls(canonical, IdentityKind.RESIDENT_LEGACY, born_on)

    @property
    def division_code(self) -> str | None:
        """The code of the place where the number was assigned; ``None`` for foreign permanent residents."""
        if self.kind in {IdentityKind.FOREIGN_PERMANENT, IdentityKind.FOREIGN_PERMANENT_2017}:
            return None
        return self._text[:6]

    @property
    def canonical_kind(self) -> IdentityKind:
        """The kind of the number under which the person is kept: that of the successor, where there is one."""
        return IdentityKind.RESIDENT if self.kind is IdentityKind.RESIDENT_LEGACY else self.kind

    @property
    def is_synthetic(self) -> bool:
        """Whether the number was made up for a demonstration or a test."""
        return self.division_code == SYNTHETIC_DIVISION

    def successor(self) -> "IdentityNumber":
        """Return the eighteen-digit number that replaced a fifteen-digit one; itself for every other kind.

        The foreign permanent residents' cards of 2017 have successors too, but those cannot be computed.

        Source:
            R-ID-03.
        """
        if self.kind is not IdentityKind.RESIDENT_LEGACY:
            return self
        first17 = f"{self._text[:6]}19{self._text[6:]}"
        return IdentityNumber(first17 + check_character(first17), IdentityKind.RESIDENT, self.born_on)

    def reveal(self) -> str:
        """Return the clear canonical text. Only for sealing, blind indexes, and the person themselves."""
        return self._text

    def __str__(self) -> str:
        """Return the masked number."""
        return mask(self._text)

    def __repr__(self) -> str:
        """Return the kind and the masked number."""
        return f"<IdentityNumber {self.kind} {mask(self._text)}>"


def check_character(first17: str) -> str:
    """Return the check character of an eighteen-character number (ISO 7064, MOD 11-2).

    Args:
        first17: The first seventeen digits.

    Returns:
        A digit or ``X``.

    Raises:
        ValueError: The text is not seventeen digits.

    Source:
        R-ID-02.

    Example:
        >>> check_character("11010519491231002")
        'X'
    """
    if not _SEVENTEEN_DIGITS.fullmatch(first17):
        message = "a check character is computed over seventeen digits"
        raise ValueError(message)
    return _CHECK_CHARACTERS[sum(w * int(c) for w, c in zip(_WEIGHTS, first17, strict=True)) % 11]


def mask(text: str) -> str:
    """Return what may be shown of an identity number, or of a text that was meant to be one.

    The first character, then always fifteen stars, so that not even the length shows. Neither date nor serial nor
    check character: with a check character shown, as courts do, only some thirty numbers remain possible. Of a text
    shorter than any identity number nothing shows, because its first character would be too much of it.

    Args:
        text: The number, right or wrong.

    Returns:
        Sixteen characters; fifteen stars where nothing may show.

    Source:
        R-ID-07; stored as rule ``MASK_IDENTITY``, version 1.

    Example:
        >>> mask("11010519491231002X")
        '1***************'
    """
    first = text[:1]
    if len(text) < _LEGACY_LENGTH or not (first.isascii() and first.isalnum()):
        return _MASK_STARS
    return first + _MASK_STARS


def synthetic_number(*, born_on: date, sequence: int) -> str:
    """Return a made-up number that is valid in form and that no real person can have.

    Args:
        born_on: Date of birth to state.
        sequence: 0 to 999; tells apart those born on one day.

    Returns:
        Eighteen characters under the division code 359900.

    Raises:
        ValueError: The sequence or the year is out of range.

    Source:
        R-ID-08.

    Example:
        >>> synthetic_number(born_on=date(1990, 1, 1), sequence=7)
        '359900199001010074'
    """
    if not 0 <= sequence <= 999:  # noqa: PLR2004 - three digits
        message = "a sequence has three digits"
        raise ValueError(message)
    if born_on.year < EARLIEST_BIRTH_YEAR:
        message = "nobody born then has a number"
        raise ValueError(message)
    first17 = f"{SYNTHETIC_DIVISION}{born_on:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


def _date_of(eight_digits: str) -> date | None:
    """Return the date of birth written as YYYYMMDD, or nothing when it is no possible one."""
    try:
        born_on = date(int(eight_digits[:4]), int(eight_digits[4:6]), int(eight_digits[6:]))
    except ValueError:
        return None
    return born_on if born_on.year >= EARLIEST_BIRTH_YEAR else None


def _refuse(fault: IdentityFault, text: str) -> NoReturn:
    """Refuse a text, masked.

    Raises:
        MalformedIdentityNumber: Always.
    """
    raise MalformedIdentityNumber(fault.value, value=mask(text))
