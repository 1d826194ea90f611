"""The checks of a whole batch as Ibis expressions: one pass over the columns, no loop over the lines.

Only what every engine offers is used (DuckDB here; Spark reads the same expressions): comparisons, regular expressions
without look-around, substrings, whole-number arithmetic, dates made from parts. An invalid part is replaced before a
date is made of it, because engines differ in what they do with a 30th of February.

Not here: whose line it is, and what exists already; that is judged against the database (``intake``).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add, or_

import ibis
import ibis.expr.types as ir

from chengxin.catalogue.rules.values import ClockRule, Clocks, ClockStart, ClockUnit, Format
from chengxin.checking import rules
from chengxin.checking.rules import CheckContext, Fault, HeaderPlan, Rule

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
SYNTHETIC_DIVISION = "359900"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
LOST_DIGITS = r"(?i)^[0-9.]+E\+?[0-9]+$|^[0-9]{15,19}\.0*$"
# 18 digits as a resident number, or a mainland mobile number, standing free in a text.
PERSONAL_NUMBER = (
    r"(^|[^0-9A-Za-z])([1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"|1[3-9][0-9]{9})($|[^0-9A-Za-z])"
)
IDENTITY_18 = r"^[1-9][0-9]{16}[0-9X]$"
IDENTITY_15 = r"^[1-8][0-9]{14}$"
CENTENARIAN = r"99[6-9]$"
LOOSE_DATE = r"^[0-9]{8}$|^[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?$"
# What makes a line need a closer look at its characters: control characters, and what JSON escapes.
ODD = r'[\x00-\x1f\x7f"\\]'
NO_DATE = date(2000, 1, 1)
SHORTEST_PERSONAL = 11
FOREIGN_2017 = r"^[A-Z]{3}[0-9]{12}$"


def checked(*, table: ir.Table, header_plan: HeaderPlan, context: CheckContext) -> ir.Table:
    """Return the checked batch: per line its faults as bits, its dates, its clocks and its details as one text.

    The work is laid out in steps, each a projection over the one before, so that a value that many conditions use is
    computed once. ``ibis.options.sql.fuse_selects`` must be off when the result is compiled; the engine sees to it.

    Args:
        table: Text columns ``c0`` and on, the whole number ``line``, and ``today``, the civil date of the check: the
            same in every line, and no part of the expressions, so that what was compiled once serves on any day.
        header_plan: Which of them carries which column.
        context: Item, edition.

    Returns:
        Columns ``line``, ``fault_0`` and on, ``seen`` (all values of a faulty line in the order of the header plan,
        with :data:`chengxin.checking.rules.SEPARATOR` between them), ``identity``, ``name``, ``record_number``,
        ``action``, ``severity``, ``occurred_on``, ``ended_on`` (null when absent), ``document_on`` (null when absent),
        ``shown_until``, ``used_until``, ``kept_until``, ``details``. Dates of lines with faults are placeholders.
    """
    steps = _Steps(header_plan=header_plan, context=context)
    table = steps.texts(table)
    table = steps.shapes(table)
    table = steps.parts(table)
    table = steps.validity(table)
    table = steps.values(table)
    table = steps.clocks(table)
    table = steps.faults(table)
    return steps.outcome(table)


BORN = "born"
TODAY = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """The steps of the computation.

    ``t_`` columns are texts, ``v_`` columns codes; a date has ``_dashed``, ``_loose``, ``_direct``, ``_number``,
    ``_valid`` and ``_value`` columns on its way.
    """

    header_plan: HeaderPlan
    context: CheckContext

    def dates(self) -> tuple[str, ...]:
        columns = self.header_plan.columns
        return tuple(code for code in self.header_plan.positions if columns[code].format is Format.DATE)

    def texts(self, table: ir.Table) -> ir.Table:
        texts = {
            f"t_{code}": table[f"c{position}"].fill_null("") for code, position in self.header_plan.positions.items()
        }
        texts[f"t_{rules.IDENTITY}"] = texts[f"t_{rules.IDENTITY}"].upper()
        return table.select("line", TODAY, **texts)

    def shapes(self, table: ir.Table) -> ir.Table:
        """Say of each text what it looks like. Rare shapes are looked for only where the usual one is missing."""
        identity = table[f"t_{rules.IDENTITY}"]
        is_18 = identity.re_search(IDENTITY_18)
        everything = reduce(add, [table[f"t_{code}"] for code in self.header_plan.positions])
        shapes: dict[str, ir.Value] = {
            "is_odd": everything.re_search(ODD),
            "is_18": is_18,
            "is_15": is_18.ifelse(False, identity.re_search(IDENTITY_15)),  # noqa: FBT003 -- by position only
            "is_foreign_2017": is_18.ifelse(False, identity.re_search(FOREIGN_2017)),  # noqa: FBT003
        }
        for code in self.dates():
            text = table[f"t_{code}"]
            dashed = text.re_search(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
            usual = dashed | (text == "")
            shapes[f"{code}_dashed"] = dashed
            shapes[f"{code}_loose"] = usual.ifelse(False, text.re_search(LOOSE_DATE))  # noqa: FBT003
        for code in rules.text_columns(header_plan=self.header_plan, context=self.context):
            shapes[f"{code}_suspect"] = self._suspect(table[f"t_{code}"], code)
        return table.mutate(**shapes)

    def _suspect(self, text: ir.StringValue, code: str) -> ir.BooleanValue:
        """Say whether a text needs a closer look: one expression over it instead of three."""
        edition = self.context.edition
        screens = "|".join(rules.screen_of(edition, sealed=sealed) for sealed in (False, True))
        found = text.re_search(f"[0-9]{{11}}|{screens}")
        known = self.code_words(code) if self.header_plan.columns[code].codes else {}
        return text.isin(sorted(known)).ifelse(self._is_screened(known, screens), found) if known else found

    @staticmethod
    def _is_screened(words: Mapping[str, str], screens: str) -> bool:
        """Say whether any of the words that a code may be written with is itself screened."""
        return any(re.search(screens, word) for word in words)

    def parts(self, table: ir.Table) -> ir.Table:
        """Take numbers out of the texts; what has no shape becomes 2000-01-01 and is a fault later."""
        identity, is_18, is_15 = table[f"t_{rules.IDENTITY}"], table["is_18"], table["is_15"]
        parts: dict[str, ir.Value] = {
            "head": is_18.ifelse(identity.substr(0, 9), "0").cast("int64"),
            "tail": is_18.ifelse(identity.substr(9, 8), "0").cast("int64"),
            f"{BORN}_number": ibis.cases(
                (is_18, identity.substr(6, 8)), (is_15, ibis.literal("19") + identity.substr(6, 6)), else_="0"
            ).cast("int64"),
        }
        for code in self.dates():
            text, loose = table[f"t_{code}"], table[f"{code}_loose"]
            compact = text.re_search(r"^[0-9]{8}$")
            year = text.substr(0, 4)
            month = compact.ifelse(text.substr(4, 2), text.re_extract(r"^[0-9]{4}[-/.年]([0-9]{1,2})[-/.月]", 1))
            day = compact.ifelse(text.substr(6, 2), text.re_extract(r"[-/.月]([0-9]{1,2})日?$", 1))
            number = loose.ifelse(year + month.lpad(2, "0") + day.lpad(2, "0"), "0")
            parts[f"{code}_number"] = number.cast("int64")
            parts[f"{code}_direct"] = table[f"{code}_dashed"].ifelse(text, ibis.null("string")).try_cast("date")
        return table.mutate(**parts)

    def validity(self, table: ir.Table) -> ir.Table:
        # The sequences 996 to 999 of fifteen digits marked centenarians, whose century the number does not tell.
        undated = table["is_15"].ifelse(table[f"t_{rules.IDENTITY}"].re_search(CENTENARIAN), False)  # noqa: FBT003
        flags: dict[str, ir.Value] = {
            # As the room of identifiers has it: a day in a far year is a day, and lies in the future.
            f"{BORN}_valid": _is_date(table[f"{BORN}_number"], last_year=9999) & ~undated
        }
        for code in self.dates():
            loosely = table[f"{code}_loose"].ifelse(_is_date(table[f"{code}_number"]), False)  # noqa: FBT003
            flags[f"{code}_valid"] = table[f"{code}_direct"].notnull() | loosely
        digits = [(table["head"] // 10**place) % 10 for place in range(8, -1, -1)]
        digits += [(table["tail"] // 10**place) % 10 for place in range(7, -1, -1)]
        flags["check_sum"] = reduce(add, [digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)])
        return table.mutate(**flags)

    def values(self, table: ir.Table) -> ir.Table:
        values: dict[str, ir.Value] = {f"{BORN}_value": _date(table[f"{BORN}_valid"], table[f"{BORN}_number"])}
        for code in self.dates():
            loosely = table[f"{code}_loose"] & table[f"{code}_valid"]
            values[f"{code}_value"] = loosely.ifelse(
                _date(loosely, table[f"{code}_number"]), table[f"{code}_direct"].fill_null(NO_DATE)
            )
        for code, column in self.header_plan.columns.items():
            if code in self.header_plan.positions and (column.format is Format.CODE or code == rules.ACTION):
                values[f"v_{code}"] = self._code(table[f"t_{code}"], code)
        return table.mutate(**values)

    def _code(self, text: ir.StringValue, code: str) -> ir.StringValue:
        """Replace the words of a code by the code; what is unknown stays as it is and is a fault."""
        words = {word: value for word, value in self.code_words(code).items() if word != value}
        return ibis.cases(*[(text == word, value) for word, value in words.items()], else_=text) if words else text

    def code_words(self, code: str) -> dict[str, str]:
        """Return what a file may write for a code, mapped to the code."""
        if code == rules.ACTION:
            return {word: action.value for word, action in rules.ACTION_WORDS.items()}
        words: dict[str, str] = {}
        for label in self.header_plan.columns[code].codes:
            words.update({label.code: label.code, label.zh: label.code})
        return words

    def clocks(self, table: ir.Table) -> ir.Table:
        """Add the last day of each of the three clocks, by the item's severity where it has several."""
        last_days: dict[str, ir.Value] = {}
        for which in ("shown", "used", "kept"):
            by_severity = {
                code: self._last_day(table, clocks, which) for code, clocks in self.context.item.clocks.items()
            }
            if "*" in by_severity or "v_severity" not in table.columns:
                last_days[f"{which}_until"] = next(iter(by_severity.values()))
                continue
            branches = [(table["v_severity"] == code, value) for code, value in by_severity.items()]
            last_days[f"{which}_until"] = ibis.cases(*branches, else_=branches[0][1])
        # Nothing is shown or used longer than it may be kept.
        kept = last_days["kept_until"]
        return table.mutate(
            kept_until=kept,
            shown_until=ibis.least(last_days["shown_until"], kept),
            used_until=ibis.least(last_days["used_until"], kept),
        )

    def _last_day(self, table: ir.Table, clocks: Clocks, which: str) -> ir.DateValue:
        rule: ClockRule = getattr(clocks, which)
        column = {
            ClockStart.OCCURRED: "occurred_on",
            ClockStart.DOCUMENT: "document_on",
            ClockStart.ENDED: "ended_on",
        }[rule.start]
        started = table["occurred_on_value"]
        if column in self.header_plan.positions:
            started = (table[f"t_{column}"] != "").ifelse(table[f"{column}_value"], started)
        if rule.unit is ClockUnit.CALENDAR_DAY:
            # From the date itself: DuckDB takes thirty days for equal to a month, and would compute once what is two
            # different sums if both began with the same timestamp.
            return (started + ibis.interval(days=rule.count)).cast("date")
        units = {ClockUnit.MONTH: "M", ClockUnit.YEAR: "Y"}
        return (started.cast("timestamp") + ibis.interval(rule.count, unit=units[rule.unit])).cast("date")

    def faults(self, table: ir.Table) -> ir.Table:
        plan = rules.fault_plan(header_plan=self.header_plan, context=self.context)
        conditions = _Conditions(table=table, steps=self)
        words = {
            f"fault_{number}": reduce(
                add,
                [
                    conditions.of(fault).ifelse(ibis.literal(1 << (position % rules.BITS_IN_A_WORD), "int64"), 0)
                    for position, fault in enumerate(plan)
                    if position // rules.BITS_IN_A_WORD == number
                ],
            ).cast("int64")
            for number in rules.words_in(len(plan))
        }
        return table.mutate(**words)

    def outcome(self, table: ir.Table) -> ir.Table:
        words = [name for name in table.columns if name.startswith("fault_")]
        is_faulty = reduce(or_, [table[name] != 0 for name in words])
        plain = [table[f"t_{code}"].re_replace(CONTROL, " ") for code in self.header_plan.positions]
        seen = reduce(lambda left, right: left + rules.SEPARATOR + right, plain)
        action = table[f"v_{rules.ACTION}"] if f"v_{rules.ACTION}" in table.columns else ibis.literal("ADD")
        return table.select(
            line=table["line"],
            **{name: table[name] for name in words},
            seen=is_faulty.ifelse(seen, ""),
            identity=table[f"t_{rules.IDENTITY}"],
            name=table[f"t_{rules.NAME}"],
            record_number=table[f"t_{rules.RECORD_NUMBER}"],
            action=action,
            severity=table["v_severity"] if "v_severity" in table.columns else ibis.literal(""),
            occurred_on=table["occurred_on_value"],
            ended_on=self._optional(table, "ended_on"),
            document_on=self._optional(table, "document_on"),
            shown_until=table["shown_until"],
            used_until=table["used_until"],
            kept_until=table["kept_until"],
            details=self._details(table),
        )

    def _optional(self, table: ir.Table, code: str) -> ir.DateValue:
        if code not in self.header_plan.positions:
            return ibis.null("date")
        return (table[f"t_{code}"] != "").ifelse(table[f"{code}_value"], ibis.null("date"))

    def _details(self, table: ir.Table) -> ir.StringValue:
        """Return the details that are sealed, as the JSON that :func:`chengxin.checking.rules.payload_bytes` writes."""
        members: list[ir.StringValue] = []
        for code in sorted(set(self.header_plan.positions) - rules.CLEAR_COLUMNS):
            text = table[f"t_{code}"]
            if code in self.dates():
                value = table[f"{code}_value"].cast("string")
            elif f"v_{code}" in table.columns:
                value = _escaped(table[f"v_{code}"], table["is_odd"])
            else:
                value = _escaped(text, table["is_odd"])
            members.append((text != "").ifelse(ibis.literal(f',"{code}":"') + value + '"', ""))
        joined = reduce(add, members)
        return ibis.literal("{") + joined.substr(1) + "}"


def _is_date(number: ir.IntegerValue, *, last_year: int = 2199) -> ir.BooleanValue:
    """Say whether a number YYYYMMDD is a day of the calendar between 1850 and the last year."""
    year, month, day = number // 10_000, (number // 100) % 100, number % 100
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = ibis.cases(
        (month == 2, leap.ifelse(29, 28)),  # noqa: PLR2004
        (month.isin([4, 6, 9, 11]), 30),
        else_=31,
    )
    return year.between(1850, last_year) & month.between(1, 12) & (day >= 1) & (day <= longest)


def _date(valid: ir.BooleanValue, number: ir.IntegerValue) -> ir.DateValue:
    safe = valid.ifelse(number, 20_000_101)
    return ibis.date((safe // 10_000).cast("int32"), ((safe // 100) % 100).cast("int32"), (safe % 100).cast("int32"))


def _escaped(value: ir.StringValue, is_odd: ir.BooleanValue) -> ir.StringValue:
    """Escape a text for JSON; the slow way is taken only in lines where there is something to escape."""
    escaped = value
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        escaped = escaped.replace(plain, written)
    return is_odd.ifelse(escaped, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conditions:
    """One condition for each fault; none of them is ever null."""

    table: ir.Table
    steps: _Steps

    def of(self, fault: Fault) -> ir.BooleanValue:
        return self._table()[fault.rule](fault.column or "").fill_null(False)  # noqa: FBT003 -- by position only

    def _table(self) -> Mapping[Rule, Callable[[str], ir.BooleanValue]]:
        table, today = self.table, self.table[TODAY]
        columns = self.steps.header_plan.columns
        return {
            Rule.FIELD_REQUIRED: lambda code: self.text(code) == "",
            Rule.CONTROL_CHARACTER: lambda code: self._where("is_odd", self.text(code).re_search(CONTROL)),
            Rule.FIELD_TOO_LONG: lambda code: self.text(code).length() > columns[code].max_length,
            Rule.FIELD_CODE: lambda code: ~self.text(code).isin(sorted({"", *self.steps.code_words(code)})),
            Rule.FIELD_FORMAT: self._misformed,
            Rule.PROHIBITED_CATEGORY: lambda code: self._screened(code, sealed=False),
            Rule.SEALED_CATEGORY: lambda code: self._screened(code, sealed=True),
            Rule.PERSONAL_NUMBER_IN_TEXT: lambda code: self._where(
                f"{code}_suspect", self.text(code).re_search(PERSONAL_NUMBER)
            ),
            Rule.RECORD_NUMBER_PERSONAL: lambda code: (self.text(code).length() >= SHORTEST_PERSONAL).ifelse(
                self.text(code).re_search(PERSONAL_NUMBER),
                False,  # noqa: FBT003
            ),
            Rule.IDENTITY_LOST_DIGITS: lambda code: self._shapeless().ifelse(
                self.text(code).re_search(LOST_DIGITS),
                False,  # noqa: FBT003
            ),
            Rule.IDENTITY_FORMAT: lambda code: self._shapeless().ifelse(
                ~self.text(code).re_search(LOST_DIGITS),
                False,  # noqa: FBT003
            ),
            Rule.IDENTITY_DATE: lambda _code: (table["is_18"] | table["is_15"]) & ~table[f"{BORN}_valid"],
            Rule.IDENTITY_FUTURE: lambda _code: table[f"{BORN}_valid"] & (table[f"{BORN}_value"] > today),
            Rule.IDENTITY_CHECK: lambda _code: self._check_fails(),
            Rule.IDENTITY_NOT_SYNTHETIC: lambda code: (
                ~self._shapeless() & (self.text(code) != "") & (self.text(code).substr(0, 6) != SYNTHETIC_DIVISION)
            ),
            Rule.IDENTITY_SYNTHETIC: lambda code: self.text(code).substr(0, 6) == SYNTHETIC_DIVISION,
            Rule.DATE_FUTURE: lambda code: table[f"{code}_valid"] & (table[f"{code}_value"] > today),
            Rule.DATE_ORDER: self._out_of_order,
            Rule.BASIS_NOT_IN_FORCE: lambda _code: self._basis_not_in_force(),
            Rule.KEEPING_OVER: lambda _code: table["occurred_on_valid"] & (table["kept_until"] < today),
            Rule.MINOR_AT_EVENT: lambda _code: (
                table[f"{BORN}_valid"] & table["occurred_on_valid"] & (table["occurred_on_value"] < self._adult_from())
            ),
            Rule.AGE_UNKNOWN: lambda _code: table["is_foreign_2017"],
        }

    def text(self, code: str) -> ir.StringValue:
        return self.table[f"t_{code}"]

    def _shapeless(self) -> ir.BooleanValue:
        known = self.table["is_18"] | self.table["is_15"] | self.table["is_foreign_2017"]
        return (self.text(rules.IDENTITY) != "") & ~known

    def _check_fails(self) -> ir.BooleanValue:
        # A branch for each remainder: a substring of a literal by a column is read differently by the engines.
        remainder = self.table["check_sum"] % 11
        expected = ibis.cases(
            *[(remainder == value, character) for value, character in enumerate(CHECK_CHARACTERS)], else_=""
        )
        return self.table["is_18"] & (self.text(rules.IDENTITY).substr(17, 1) != expected)

    def _adult_from(self) -> ir.DateValue:
        born = self.table[f"{BORN}_value"].cast("timestamp")
        return (born + ibis.interval(years=rules.ADULT_YEARS)).cast("date")

    def _misformed(self, code: str) -> ir.BooleanValue:
        given = self.text(code) != ""
        match self.steps.header_plan.columns[code].format:
            case Format.DATE:
                return given & ~self.table[f"{code}_valid"]
            case Format.MONEY:
                return given & ~self.text(code).re_search(r"^[0-9]{1,15}(\.[0-9]{1,2})?$")
            case _:
                return given & ~self.text(code).re_search(r"^-?[0-9]{1,15}$")

    def _where(self, flag: str, condition: ir.BooleanValue) -> ir.BooleanValue:
        """Evaluate a costly condition only in the lines where a cheap flag asks for it."""
        return self.table[flag].ifelse(condition, False)  # noqa: FBT003 -- Ibis takes the value by position

    def _screened(self, code: str, *, sealed: bool) -> ir.BooleanValue:
        screen = rules.screen_of(self.steps.context.edition, sealed=sealed)
        return self._where(f"{code}_suspect", self.text(code).re_search(screen))

    def _out_of_order(self, code: str) -> ir.BooleanValue:
        earlier = "document_on" if code == "effective_on" else "occurred_on"
        if earlier not in self.steps.header_plan.positions:
            return ibis.literal(False)  # noqa: FBT003 -- Ibis takes the value by position
        table = self.table
        return table[f"{earlier}_valid"] & table[f"{code}_valid"] & (table[f"{code}_value"] < table[f"{earlier}_value"])

    def _basis_not_in_force(self) -> ir.BooleanValue:
        context, table = self.steps.context, self.table
        basis = context.edition.bases[context.item.basis]
        on = table["occurred_on_value"]
        if "document_on" in self.steps.header_plan.positions:
            on = table["document_on_valid"].ifelse(table["document_on_value"], on)
        outside: list[ir.BooleanValue] = []
        if basis.in_force_from is not None:
            outside.append(on < ibis.literal(basis.in_force_from))
        if basis.in_force_to is not None:
            outside.append(on > ibis.literal(basis.in_force_to))
        return table["occurred_on_valid"] & reduce(or_, outside) if outside else ibis.literal(False)  # noqa: FBT003
