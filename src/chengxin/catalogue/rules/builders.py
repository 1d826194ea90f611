"""Building the values of an edition from rows of packs: one builder for each section but that of item types."""

import re
from datetime import date, timedelta
from typing import Final

from chengxin.catalogue.rules.reading import (
    Reader,
    reject,
)
from chengxin.catalogue.rules.values import (
    SAMPLING_NUMBERS,
    AnswerForm,
    Basis,
    Body,
    CalendarYear,
    ClockRule,
    Clocks,
    ClockStart,
    ClockUnit,
    CoverageRole,
    Disclosure,
    Division,
    DocumentKind,
    Domain,
    ItemKind,
    Occupation,
    ProhibitedCategory,
    Purpose,
    QuotaKind,
    RequesterKind,
    SamplingCode,
    SamplingRule,
    Sector,
    Severity,
    StatutoryTerm,
    TermUnit,
    UsualQuota,
    Verified,
)

_SATURDAY: Final = 5
_HOURS: Final = 24
_WHOLE: Final = 1000


def basis(read: Reader) -> Basis:
    """Build a legal basis: an act, and an article unless the row says that it was not verified."""
    article = read.optional_text("article")
    title = read.text("title", "ACT_MISSING")
    if article is None and read.verified is not Verified.UNVERIFIED:
        reject("ARTICLE_MISSING", "article")
    first, last = read.optional_day("in_force_from"), read.optional_day("in_force_to")
    if first is not None and last is not None and last < first:
        reject("PERIOD_BROKEN", "in_force_to", last)
    return Basis(
        code=read.text("code"),
        title=title,
        article=article,
        in_force_from=first,
        in_force_to=last,
        source=read.source,
        verified=read.verified,
    )


def body(read: Reader) -> Body:
    """Build a body."""
    first, last = read.optional_day("valid_from"), read.optional_day("valid_to")
    if first is not None and last is not None and last < first:
        reject("PERIOD_BROKEN", "valid_to", last)
    return Body(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        valid_from=first,
        valid_to=last,
        successor=read.optional_text("successor"),
        level=read.text("level"),
        kind=read.text("kind"),
        source=read.source,
        verified=read.verified,
    )


def _clock(read: Reader) -> ClockRule:
    return ClockRule(
        start=read.choice("start", ClockStart),
        count=read.whole("count", least=1),
        unit=read.choice("unit", ClockUnit),
        source=read.text("basis"),
        verified=read.verified,
    )


def clocks(read: Reader) -> Clocks:
    """Build the three clocks; each must be there and finite."""
    return Clocks(
        shown=_clock(read.part("shown", "CLOCKS_MISSING")),
        used=_clock(read.part("used", "CLOCKS_MISSING")),
        kept=_clock(read.part("kept", "CLOCKS_MISSING")),
    )


def severity(read: Reader) -> Severity:
    """Build a severity class."""
    least, most = read.whole("months_min"), read.whole("months_max", least=1)
    if most < least:
        reject("PERIOD_BROKEN", "months_max", most)
    return Severity(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        months_min=least,
        months_max=most,
        clocks=clocks(read),
        basis=read.text("basis"),
        source=read.source,
        verified=read.verified,
    )


def term(read: Reader) -> StatutoryTerm:
    """Build a statutory term."""
    return StatutoryTerm(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        count=read.whole("count"),
        unit=read.choice("unit", TermUnit),
        basis=read.text("basis"),
        source=read.source,
        verified=read.verified,
        note=read.optional_text("note") or "",
    )


def purpose(read: Reader) -> Purpose:
    """Build a purpose."""
    return Purpose(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        who=read.texts("who", "VALUE_MISSING"),
        needs_authorisation=read.flag("needs_authorisation"),
        needs_case_number=read.flag("needs_case_number"),
        basis=read.text("basis"),
        source=read.source,
        verified=read.verified,
        disclosure=_disclosure(read.part("disclosure", "VALUE_MISSING")) if "disclosure" in read.row else None,
    )


def _disclosure(read: Reader) -> Disclosure:
    """Build what requesters may be told for a purpose."""
    pattern = read.optional_text("case_pattern") or ""
    try:
        re.compile(pattern)
    except re.error:
        reject("PATTERN_BROKEN", "case_pattern", pattern)
    return Disclosure(
        requesters=read.choices("requesters", RequesterKind, "VALUE_MISSING"),
        form=read.choice("form", AnswerForm),
        kinds=read.choices("kinds", ItemKind),
        case_pattern=pattern,
        most_days=read.whole("most_days", least=1),
        most_looks=read.whole("most_looks", least=1),
        pause_days=read.whole("pause_days"),
        needs_licence=read.flag("needs_licence"),
    )


def coverage_role(read: Reader) -> CoverageRole:
    """Build a coverage role."""
    return CoverageRole(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        basis=read.text("basis"),
        source=read.source,
        verified=read.verified,
    )


def sector(read: Reader) -> Sector:
    """Build a real-name sector."""
    return Sector(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        source=read.source,
        verified=read.verified,
    )


def quota(read: Reader) -> UsualQuota:
    """Build how often one of a kind may usually ask on one day."""
    return UsualQuota(
        code=read.choice("code", QuotaKind),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        per_day=read.whole("per_day"),
        basis=read.text("basis"),
        source=read.source,
        verified=read.verified,
    )


def sampling_rule(read: Reader) -> SamplingRule:
    """Build a rule by which looks are sampled; the numbers that it works with must be there, and no other ones."""
    code = read.choice("code", SamplingCode)
    needed = SAMPLING_NUMBERS.get(code, ())
    for name in ("count", "days", "from_hour", "to_hour"):
        if (name in read.row) != (name in needed):
            reject("VALUE_MISSING" if name in needed else "VALUE_UNKNOWN", name)
    built = SamplingRule(
        code=code,
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        per_mille=read.whole("per_mille"),
        count=read.optional_whole("count", least=1),
        days=read.optional_whole("days", least=1),
        from_hour=read.optional_whole("from_hour"),
        to_hour=read.optional_whole("to_hour"),
        due_days=read.whole("due_days", least=1),
        basis=read.text("basis"),
        source=read.source,
        verified=read.verified,
    )
    if built.per_mille > _WHOLE:
        reject("VALUE_UNKNOWN", "per_mille", built.per_mille)
    for name, hour in (("from_hour", built.from_hour), ("to_hour", built.to_hour)):
        if hour is not None and hour >= _HOURS:
            reject("VALUE_UNKNOWN", name, hour)
    return built


def counterpart(read: Reader) -> tuple[str, tuple[str, ...]]:
    """Build a pair of a body and those that act for it in the pack's own territory."""
    if not read.source or not read.verified:
        reject("VALUE_MISSING", "source")
    return read.text("body"), read.texts("here", "VALUE_MISSING")


def _patterns(read: Reader, name: str) -> tuple[str, ...]:
    patterns = read.texts(name)
    for pattern in patterns:
        # RE2, which DuckDB uses, knows no look-around and no back-references; Python would accept them silently.
        if re.search(r"\(\?[=!<]|\\[1-9]", pattern):
            reject("PATTERN_NOT_PORTABLE", name, pattern)
        try:
            re.compile(pattern)
        except re.error:
            reject("PATTERN_BROKEN", name, pattern)
    return patterns


def prohibited(read: Reader) -> ProhibitedCategory:
    """Build a prohibited or sealed category; it must be recognisable by something."""
    built = ProhibitedCategory(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        sealed=read.flag("sealed"),
        in_force_from=read.optional_day("in_force_from"),
        words=read.texts("words"),
        field_patterns=_patterns(read, "field_patterns"),
        value_patterns=_patterns(read, "value_patterns"),
        document_kinds=read.texts("document_kinds"),
        basis=read.text("basis"),
        source=read.source,
        verified=read.verified,
    )
    if not (built.words or built.field_patterns or built.value_patterns or built.document_kinds):
        reject("DETECTION_MISSING", "words")
    return built


def calendar(read: Reader) -> CalendarYear:
    """Build the days off of a year: its weekends without the make-up working days, and the holidays."""
    year = read.whole("year", least=1949)
    holidays, working = frozenset(read.days("holidays")), frozenset(read.days("working_weekends"))
    for name, days in (("holidays", holidays), ("working_weekends", working)):
        for day in days:
            if day.year != year:
                reject("DATE_OUTSIDE_YEAR", name, day)
    for day in working:
        if day.weekday() < _SATURDAY or day in holidays:
            reject("DATE_NOT_A_WEEKEND", "working_weekends", day)
    count = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    every = (date(year, 1, 1) + timedelta(days=offset) for offset in range(count))
    weekends = frozenset(day for day in every if day.weekday() >= _SATURDAY)
    return CalendarYear(year=year, days_off=(weekends - working) | holidays, source=read.source, verified=read.verified)


def division(read: Reader) -> Division:
    """Build a division."""
    code = read.text("code")
    if not re.fullmatch(r"\d{6}", code):
        reject("DIVISION_CODE_BROKEN", "code", code)
    return Division(
        code=code,
        name_zh=read.text("name_zh"),
        level=read.text("level"),
        parent=read.optional_text("parent"),
        first_year=read.optional_whole("first_year"),
        last_year=read.optional_whole("last_year"),
        synthetic=read.flag("synthetic"),
        source=read.source,
        verified=read.verified,
    )


def domain(read: Reader) -> Domain:
    """Build a domain."""
    return Domain(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        in_plan=read.flag("in_plan"),
        source=read.source,
        verified=read.verified,
    )


def occupation(read: Reader) -> Occupation:
    """Build an occupation."""
    return Occupation(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        source=read.source,
        verified=read.verified,
    )


def document_kind(read: Reader) -> DocumentKind:
    """Build a kind of document."""
    kinds = read.texts("kinds", "VALUE_MISSING")
    if not set(kinds) <= {kind.value for kind in ItemKind}:
        reject("VALUE_UNKNOWN", "kinds", kinds)
    return DocumentKind(
        code=read.text("code"),
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        kinds=tuple(ItemKind(kind) for kind in kinds),
        source=read.source,
        verified=read.verified,
    )
