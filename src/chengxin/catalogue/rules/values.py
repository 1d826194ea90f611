"""Values of the catalogue: what may be collected, on which basis, for how long.

All of it is law as data, read from packs and frozen. Nothing here reads a file, a database or the clock. Every row
carries where it was read (`source`) and how far (`verified`); what nobody has read in a text says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from chengxin.authority.decisions import LegalBasis
from chengxin.periods.calendars import WorkCalendar
from chengxin.periods.terms import Term, Unit

LONGEST_CASE: Final = 100
"""Characters of a case number, at most."""


class ItemKind(StrEnum):
    """What an item says of a person."""

    IDENTIFICATION = "IDENTIFICATION"
    COMMENDATION = "COMMENDATION"
    ADVERSE = "ADVERSE"
    PLEDGE = "PLEDGE"


class Format(StrEnum):
    """How the value of a column is written."""

    TEXT = "TEXT"
    CODE = "CODE"
    DATE = "DATE"
    MONEY = "MONEY"
    INTEGER = "INTEGER"


class Verified(StrEnum):
    """How far the text behind a row was read.

    `SEEN`: the full sentence was read in the text. `SEEN_PART`: read in an excerpt or at second hand. `DRAFT`: read in
    a draft. `UNVERIFIED`: not read; to be confirmed by the operator before anything relies on it.
    """

    SEEN = "SEEN"
    SEEN_PART = "SEEN_PART"
    DRAFT = "DRAFT"
    UNVERIFIED = "UNVERIFIED"


class Sensitivity(StrEnum):
    """How carefully a value is to be handled."""

    ORDINARY = "ORDINARY"
    RESTRICTED = "RESTRICTED"
    SENSITIVE = "SENSITIVE"


class ClockStart(StrEnum):
    """The date on which a clock starts: of the document, of the event, or of the event's end."""

    DOCUMENT = "DOCUMENT"
    OCCURRED = "OCCURRED"
    ENDED = "ENDED"


class ClockUnit(StrEnum):
    """Units of a clock; never working days, so that a clock depends on no calendar."""

    CALENDAR_DAY = "CALENDAR_DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"


class TermUnit(StrEnum):
    """Units of a statutory term; the first four agree with the units of `chengxin.periods`."""

    CALENDAR_DAY = "CALENDAR_DAY"
    WORKING_DAY = "WORKING_DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"
    TIMES = "TIMES"


class CodeLabel(NamedTuple):
    """A code with the words for it."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A legal basis: one article of one act, with the days on which it holds.

    `article` is `None` where the act was not read; `verified` is then `UNVERIFIED`. `in_force_to` is the last day.
    """

    code: str
    title: str
    article: str | None
    in_force_from: date | None
    in_force_to: date | None
    source: str
    verified: Verified

    def holds_on(self, on: date) -> bool:
        """Say whether the basis is in force on a day; an unknown first day counts as long ago."""
        begun = self.in_force_from is None or self.in_force_from <= on
        return begun and (self.in_force_to is None or on <= self.in_force_to)

    def as_legal_basis(self) -> LegalBasis:
        """Return the basis as permits and refusals carry it."""
        return LegalBasis(
            code=self.code, title=self.title, article=self.article, verified=self.verified is Verified.SEEN
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A public body or another organisation as it was in a period; `valid_to` is its last day.

    `level` is one of `PROVINCE`, `PREFECTURE`, `CENTRAL_LINE`; `kind` says what it is, as `DEPARTMENT` or `COURT`.
    """

    code: str
    name_zh: str
    name_en: str
    valid_from: date | None
    valid_to: date | None
    successor: str | None
    level: str
    kind: str
    source: str
    verified: Verified

    def exists_on(self, on: date) -> bool:
        """Say whether the body exists on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """One clock: from which date, how long, on which basis; always finite."""

    start: ClockStart
    count: int
    unit: ClockUnit
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The three clocks of an item: how long it is shown, used and kept. They are different clocks."""

    shown: ClockRule
    used: ClockRule
    kept: ClockRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """A class of adverse items with its shortest and longest publication in months, and the clocks that follow."""

    code: str
    name_zh: str
    name_en: str
    months_min: int
    months_max: int
    clocks: Clocks
    basis: str
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutoryTerm:
    """A statutory term or number: count and unit, with its source."""

    code: str
    name_zh: str
    name_en: str
    count: int
    unit: TermUnit
    basis: str
    source: str
    verified: Verified
    note: str = ""

    def as_term(self) -> Term:
        """Return the term as `chengxin.periods` counts it.

        Raises:
            ValueError: The row is a number of times, or zero, and no term.
        """
        return Term(self.count, Unit(self.unit.value), rule=self.code)


class RequesterKind(StrEnum):
    """What an organisation that asks about persons is. Stored; never shown."""

    DEPARTMENT = "DEPARTMENT"
    SCHOOL = "SCHOOL"
    EMPLOYER = "EMPLOYER"
    BANK = "BANK"
    BUREAU = "BUREAU"
    REAL_NAME_OPERATOR = "REAL_NAME_OPERATOR"


class AnswerForm(StrEnum):
    """How much an answer says, the least first."""

    YES_NO = "YES_NO"
    COUNT = "COUNT"
    LIST = "LIST"
    DOCUMENT = "DOCUMENT"

    @property
    def extent(self) -> int:
        """Return the place among the forms; a larger one says more."""
        return _EXTENTS[self]


_EXTENTS: Final[Mapping[AnswerForm, int]] = {form: place for place, form in enumerate(AnswerForm)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What an organisation may be told for a purpose.

    `form` is the largest form of answer that the purpose needs; more is never given, whatever is asked. `kinds` are the
    kinds of items that may be spoken of; none means that the purpose is about identity alone. `case_pattern` is a
    regular expression for the whole case number. An authorisation for the purpose may last `most_days` and allow
    `most_looks`; whoever was refused by the person may ask again after `pause_days`. `needs_licence` where the
    requester must hold a licence with this purpose in its scope.
    """

    requesters: tuple[RequesterKind, ...]
    form: AnswerForm
    kinds: tuple[ItemKind, ...]
    case_pattern: str
    most_days: int
    most_looks: int
    pause_days: int
    needs_licence: bool

    def admits(self, kind: str) -> bool:
        """Tell whether organisations of a kind may ask for the purpose."""
        return kind in self.requesters

    def takes_case(self, case_number: str) -> bool:
        """Tell whether a case number has the form that the purpose asks for; without one any short text will do."""
        if self.case_pattern:
            return re.fullmatch(self.case_pattern, case_number) is not None
        return 0 < len(case_number) <= LONGEST_CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """A purpose for which somebody may look at a person's items; `who` names the roles that may state it.

    `disclosure` is there exactly where the purpose is one of requesters, outside the platform's own work.
    """

    code: str
    name_zh: str
    name_en: str
    who: tuple[str, ...]
    needs_authorisation: bool
    needs_case_number: bool
    basis: str
    source: str
    verified: Verified
    disclosure: Disclosure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRole:
    """A role by which a natural person is covered at all; without one there is no adverse item."""

    code: str
    name_zh: str
    name_en: str
    basis: str
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A sector in which people are registered under their real name; its operators may have the name checked."""

    code: str
    name_zh: str
    name_en: str
    source: str
    verified: Verified


class QuotaKind(StrEnum):
    """Whose inquiries of a day are counted: a login, a program, an organisation in all, its lines in batches."""

    ACCOUNT = "ACCOUNT"
    CLIENT = "CLIENT"
    ORGANISATION = "ORGANISATION"
    BATCHES = "BATCHES"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualQuota:
    """How often one of a kind may ask on one day, where the office set no other number for it."""

    code: QuotaKind
    name_zh: str
    name_en: str
    per_day: int
    basis: str
    source: str
    verified: Verified


class SamplingCode(StrEnum):
    """Why a look was sampled. Stored; what each means is carried out by the inquiries room."""

    PAPER_FIRST = "PAPER_FIRST"
    OTHER_CASE = "OTHER_CASE"
    NO_FOLLOW_UP = "NO_FOLLOW_UP"
    REFUSED_SERIES = "REFUSED_SERIES"
    REPEATED = "REPEATED"
    NIGHT = "NIGHT"
    BULK = "BULK"
    OFFICE_SHARE = "OFFICE_SHARE"
    SHARE = "SHARE"


SAMPLING_NUMBERS: Final[Mapping[SamplingCode, tuple[str, ...]]] = {
    SamplingCode.REFUSED_SERIES: ("count",),
    SamplingCode.REPEATED: ("count", "days"),
    SamplingCode.NIGHT: ("from_hour", "to_hour"),
    SamplingCode.BULK: ("count",),
    SamplingCode.NO_FOLLOW_UP: ("days",),
}
"""Which numbers a rule cannot do without, beside its share and its days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingRule:
    """Which looks are sampled for review, and for how long a review may wait.

    Of a thousand fitting looks `per_mille` are taken; which ones, the look's salted digest decides, so that nobody can
    choose. `count` is the look at which the rule fits, `days` the days over which it counts or waits, `from_hour` and
    `to_hour` the hours of the civil day between which it fits (across midnight where the first is the later); each is
    `None` where the rule has no use for it. `due_days` are calendar days, the day of sampling not counted.
    """

    code: SamplingCode
    name_zh: str
    name_en: str
    per_mille: int
    count: int | None
    days: int | None
    from_hour: int | None
    to_hour: int | None
    due_days: int
    basis: str
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class ProhibitedCategory:
    """A category that must never enter, and by what it is recognised.

    `words` are plain substrings (any script). `field_patterns` are searched in column headers, `value_patterns` in
    values; both are regular expressions without look-around, so that Python, DuckDB and Java read them alike.
    `document_kinds` are plain substrings of a document's kind. A `sealed` category exists elsewhere but may be handed
    to nobody; a prohibited one may not be collected.
    """

    code: str
    name_zh: str
    name_en: str
    sealed: bool
    in_force_from: date | None
    words: tuple[str, ...]
    field_patterns: tuple[str, ...]
    value_patterns: tuple[str, ...]
    document_kinds: tuple[str, ...]
    basis: str
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """The published days off of one year, weekends included; a year without a row is not published."""

    year: int
    days_off: frozenset[date]
    source: str
    verified: Verified

    def is_working_day(self, on: date) -> bool:
        """Say whether a day of this year is a working day.

        Raises:
            ValueError: The day lies in another year.
        """
        if on.year != self.year:
            message = f"{on} lies outside {self.year}"
            raise ValueError(message)
        return on not in self.days_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """An administrative division of GB/T 2260 in one period of its life; years as seen in the tables, inclusive.

    `last_year` is `None` while the code is current. One code may have several rows, one for each name it carried.
    """

    code: str
    name_zh: str
    level: str
    parent: str | None
    first_year: int | None
    last_year: int | None
    synthetic: bool
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A field of life by which a person's file is grouped; `in_plan` marks the sixteen domains of the plan."""

    code: str
    name_zh: str
    name_en: str
    in_plan: bool
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """One of the fourteen key occupations of the plan."""

    code: str
    name_zh: str
    name_en: str
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """A kind of document on which an item may rest; only some can found an adverse item."""

    code: str
    name_zh: str
    name_en: str
    kinds: tuple[ItemKind, ...]
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an item's own, beside the common columns.

    `element` is the name of the data element, after GB/T 39445 where that is known. `codes` is empty unless the format
    is `CODE`. `max_length` counts characters and is `None` where the format bounds the value itself.
    """

    code: str
    name_zh: str
    name_en: str
    element: str
    format: Format
    max_length: int | None
    required: bool
    codes: tuple[CodeLabel, ...]
    free_text: bool
    sensitivity: Sensitivity
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemType:
    """A type of item that may be collected.

    `severities` names the classes an adverse item may have and is empty otherwise; `clocks` is keyed by them, or by
    `"*"` alone. `plain_zh` and `plain_en` tell the person in one sentence what the item means. `verified` is true only
    where the basis was read in full.
    """

    code: str
    name_zh: str
    name_en: str
    domain: str
    kind: ItemKind
    basis: str
    competent_bodies: tuple[str, ...]
    suppliers: tuple[str, ...]
    coverage_roles: tuple[str, ...]
    grants_role: str | None
    sensitivity: Sensitivity
    severities: tuple[str, ...]
    clocks: Mapping[str, Clocks]
    fields: tuple[Field, ...]
    notice_required: bool
    plain_zh: str
    plain_en: str
    verified: bool
    note: str
    source: str
    occupations: tuple[str, ...]
    severity_labels: tuple[CodeLabel, ...]
    document_kinds: tuple[CodeLabel, ...]

    def clocks_for(self, severity: str | None) -> Clocks:
        """Return the clocks for a severity, or the item's only ones where it knows no severity.

        Raises:
            KeyError: The severity is not one of the item's; check it first.
        """
        if "*" in self.clocks:
            return self.clocks["*"]
        return self.clocks[severity if severity is not None else ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A whole catalogue, composed from packs, as it is in force from a day.

    The first of `sampling_rules` that fits names a review; they stand in the order of the packs.
    """

    code: str
    digest: str
    in_force_from: date
    packs: tuple[str, ...]
    item_types: Mapping[str, ItemType]
    bases: Mapping[str, Basis]
    bodies: Mapping[str, Body]
    severities: Mapping[str, Severity]
    terms: Mapping[str, StatutoryTerm]
    purposes: Mapping[str, Purpose]
    coverage_roles: Mapping[str, CoverageRole]
    prohibited: Mapping[str, ProhibitedCategory]
    calendars: Mapping[int, CalendarYear]
    divisions: tuple[Division, ...]
    domains: Mapping[str, Domain]
    occupations: Mapping[str, Occupation]
    document_kinds: Mapping[str, DocumentKind]
    sectors: Mapping[str, Sector]
    quotas: Mapping[QuotaKind, UsualQuota]
    sampling_rules: Mapping[SamplingCode, SamplingRule]
    name_zh: str
    name_en: str
    synthetic: bool
    _codes_of_kind: Mapping[ItemKind, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the item types by kind, which every inquiry asks for."""
        items = self.item_types.values()
        codes = {kind: frozenset(item.code for item in items if item.kind is kind) for kind in ItemKind}
        object.__setattr__(self, "_codes_of_kind", codes)

    def body_on(self, code: str, on: date) -> Body | None:
        """Return the body that answers for `code` on a day: itself, or the successor that then exists; else `None`."""
        body = self.bodies.get(code)
        walked: set[str] = set()
        while body is not None and not body.exists_on(on):
            walked.add(body.code)
            later = body.valid_to is not None and on > body.valid_to
            following = body.successor if later else None
            body = self.bodies.get(following) if following is not None and following not in walked else None
        return body

    def items_for(self, purpose: Purpose) -> frozenset[str]:
        """Return the item types of which a requester may be told for a purpose; none for the platform's own."""
        if purpose.disclosure is None:
            return frozenset()
        return frozenset[str]().union(*(self._codes_of_kind[kind] for kind in purpose.disclosure.kinds))

    def work_calendar(self) -> WorkCalendar:
        """Return the published working days up to the first year that is not published.

        Raises:
            ValueError: The edition publishes no year at all.
        """
        years = sorted(self.calendars)
        if not years:
            message = f"edition {self.code} publishes no calendar"
            raise ValueError(message)
        last = years[0]
        while last + 1 in self.calendars:
            last += 1
        days_off = frozenset[date]().union(*(self.calendars[year].days_off for year in range(years[0], last + 1)))
        return WorkCalendar(first_on=date(years[0], 1, 1), last_on=date(last, 12, 31), days_off=days_off)

    def division_codes(self) -> frozenset[str]:
        """Return every division code that was ever valid, for warnings about identity numbers."""
        return frozenset(division.code for division in self.divisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One folder of law as data, read and checked against the schema but not yet composed.

    `rows` holds the rows of each section as they stand in the files.
    """

    code: str
    name_zh: str
    name_en: str
    extends: str | None
    in_force_from: date
    synthetic: bool
    rows: Mapping[str, tuple[Mapping[str, object], ...]]
