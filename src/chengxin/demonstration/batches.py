"""Six years of batches: which supplier sends what about whom, and on which day. Files and days, nothing sent yet.

Registrations come first, because only they make the roles without which nothing adverse is taken. Every batch has a
few lines that are wrong, unknown, corrected or sent again, as real ones have.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from chengxin.catalogue.rules.values import Edition, ItemKind
from chengxin.demonstration.files import FileKind, MadeFile, written
from chengxin.demonstration.lines import Line, LineMaker, days_before_document
from chengxin.demonstration.names import misspelled, respelled
from chengxin.demonstration.people import Person, Work
from chengxin.demonstration.suppliers import BY_CODE, Supplier
from chengxin.identifiers.identity import synthetic_number
from chengxin.periods.civil import CIVIL_ZONE

WINDOWS: Final = 6
WINDOW_DAYS: Final = 365
NEWEST: Final = WINDOWS - 1
FEWEST_LINES: Final = 8
_WORKBOOK_LINES: Final = 600
_DOCUMENT_DAYS: Final = 90
_PORTAL_KINDS: Final = (FileKind.CSV, FileKind.CSV_GB18030)
_API_KINDS: Final = (FileKind.JSON_LINES, FileKind.CSV)
# Workbooks and Parquet are read by a process of their own, which takes seconds; some of each are enough.
_USUAL_KINDS: Final = {
    "TEA_ASSOCIATION|ASSOCIATION.MEMBER": FileKind.XLSX,
    "PT_MARKET|MARKET.PENALTY": FileKind.XLSX,
    "FJ_HEALTH|DOCTOR.HONOUR": FileKind.PARQUET,
}
_SUNDAY_AND_SATURDAY: Final = (5, 6)

_WRONG_SHARE: Final = 0.007
_UNKNOWN_SHARE: Final = 0.003
_MISNAMED_SHARE: Final = 0.002
_RESPELLED_SHARE: Final = 0.01
_KEPT_FOR_LATER: Final = 40


@dataclass(frozen=True, slots=True)
class Programme:
    """What one supplier sends of one item type, year by year.

    Attributes:
        supplier: Code of the supplier.
        item: Code of the item type.
        who: Registrations of which the person has one; empty for every adult.
        rate: Lines a year for each of them; 0 for registrations, which come from the people's works.
        windows: In which of the six years something is sent; the last one is 5 and reaches to the present.
        nearby: Whether only people of the supplier's own prefecture.
        away: Code of a prefecture whose people are another supplier's, or empty.
        part: Of how many suppliers sharing the registrations this is which: ``(which, of)``.
    """

    supplier: str
    item: str
    who: tuple[str, ...] = ()
    rate: float = 0.0
    windows: tuple[int, ...] = (5,)
    nearby: bool = False
    away: str = ""
    part: tuple[int, int] = (0, 1)

    @property
    def is_register(self) -> bool:
        """Tell whether its lines are the people's registrations."""
        return not self.rate


_TRADERS: Final = ("TRADER.REGISTRATION", "COMPANY.LEGAL-REPRESENTATIVE", "COMPANY.MANAGER")
_XIAMEN: Final = "350200"
_COMPANIES: Final = ("COMPANY.LEGAL-REPRESENTATIVE", "COMPANY.MANAGER", "COMPANY.RESPONSIBLE-PERSON")
STOCK: Final = -1
"""The window of what was registered before the six years; it is sent on their first days."""


def _registers() -> Iterator[Programme]:
    yearly = (STOCK, 1, 3, 5)
    yield Programme("FJ_MARKET", "TRADER.REGISTRATION", windows=yearly)
    yield Programme("FJ_MARKET", "COMPANY.LEGAL-REPRESENTATIVE", windows=yearly)
    yield Programme("FJ_MARKET", "COMPANY.MANAGER", windows=(STOCK, 4))
    yield Programme("FJ_MARKET", "COMPANY.RESPONSIBLE-PERSON", windows=(STOCK, 4))
    yield Programme("FJ_TAX", "TAX.REGISTRATION", windows=(STOCK, 2, 5), away=_XIAMEN)
    yield Programme("XM_TAX", "TAX.REGISTRATION", windows=(STOCK, 4), nearby=True)
    yield Programme("FJ_MARKET", "E-COMMERCE.OPERATOR", windows=(STOCK, 3))
    yield Programme("FJ_MARKET", "FOOD.LICENCE", windows=(STOCK, 3, 5))
    yield Programme("FJ_HUMAN_RESOURCES", "BENEFIT.RECIPIENT", windows=(STOCK, 3, 5))
    for which, supplier in enumerate(("FJ_SOCIAL_WORK", "FJ_YOUTH_LEAGUE", "VOLUNTEERS_UNION")):
        yield Programme(supplier, "VOLUNTEER.REGISTRATION", windows=(STOCK, which, 4), part=(which, 3))
    for which, supplier in enumerate(("MINHAI_UNIVERSITY", "WUYI_COLLEGE", "LUDAO_VOCATIONAL")):
        yield Programme(supplier, "STUDENT.REGISTRATION", windows=(3, 5), part=(which, 3))
    for which, supplier in enumerate(("FZ_COURT", "XM_COURT", "QZ_COURT")):
        yield Programme(supplier, "COURT.ENFORCEMENT-CASE", windows=(STOCK, 3), part=(which, 3))
    for supplier, item in (
        ("FJ_EDUCATION", "TEACHER.LICENCE"),
        ("FJ_HEALTH", "DOCTOR.LICENCE"),
        ("FJ_HEALTH", "NURSE.LICENCE"),
        ("FJ_CULTURE_TOURISM", "GUIDE.LICENCE"),
        ("FJ_TRANSPORT", "TRANSPORT.QUALIFICATION"),
        ("FJ_EMERGENCY", "SAFETY.SPECIAL-WORKER"),
    ):
        yield Programme(supplier, item, windows=(STOCK, 3))
    for supplier, item in (
        ("FJ_DRUG", "PHARMACIST.LICENCE"),
        ("FJ_JUSTICE", "LAWYER.LICENCE"),
        ("FJ_HOUSING", "CONSTRUCTOR.LICENCE"),
        ("FJ_MARKET", "EQUIPMENT.OPERATOR"),
        ("FJ_FINANCE", "INSURANCE-AGENT.REGISTRATION"),
        ("FJ_CIVIL_SERVICE", "CIVIL-SERVANT.ROSTER"),
        ("TEA_ASSOCIATION", "ASSOCIATION.MEMBER"),
    ):
        yield Programme(supplier, item, windows=(2,))


def _commendations() -> Iterator[Programme]:
    volunteers = ("VOLUNTEER.REGISTRATION",)
    yield Programme("FJ_SOCIAL_WORK", "VOLUNTEER.SERVICE", volunteers, 2.8, (0, 1, 2, 3, 4, 5))
    yield Programme("VOLUNTEERS_UNION", "VOLUNTEER.SERVICE", volunteers, 2.4, (0, 1, 2, 3, 4, 5))
    yield Programme("FJ_YOUTH_LEAGUE", "VOLUNTEER.SERVICE", volunteers, 2.4, (1, 3, 5))
    yield Programme("CHARITY_FEDERATION", "CHARITY.DONATION", (), 0.32, (0, 2, 3, 4, 5))
    yield Programme("FJ_HUMAN_RESOURCES", "SKILL.CERTIFICATE", (), 0.22, (1, 3, 5))
    yield Programme("FJ_HUMAN_RESOURCES", "PLEDGE.EMPLOYMENT", (), 0.3, (2, 4, 5))
    yield Programme("FJ_MARKET", "PLEDGE.LICENSING", _TRADERS, 0.5, (3, 5))
    yield Programme("FJ_MARKET", "PLEDGE.FULFILLED", _TRADERS, 0.45, (4, 5))
    yield Programme("FJ_TAX", "HONOUR.GOOD-COUNTERPART", ("TAX.REGISTRATION",), 0.6, (2, 4))
    yield Programme("FJ_COMMERCE", "E-COMMERCE.PLEDGE", ("E-COMMERCE.OPERATOR",), 0.6, (4,))
    yield Programme("MINHAI_UNIVERSITY", "STUDENT.PLEDGE", ("STUDENT.REGISTRATION",), 1.2, (5,))
    yield Programme("WUYI_COLLEGE", "STUDENT.PLEDGE", ("STUDENT.REGISTRATION",), 0.8, (5,))
    yield Programme("MINHAI_UNIVERSITY", "STUDENT.HONOUR", ("STUDENT.REGISTRATION",), 0.3, (4, 5))
    yield Programme("MINHAI_UNIVERSITY", "STUDENT.VOLUNTEER", ("STUDENT.REGISTRATION",), 0.15, (5,))
    yield Programme("FZ_COURT", "COURT.PERFORMED", (), 0.006, (4,))
    yield Programme("FJ_TRANSPORT", "TRAFFIC.SAFE-DRIVER", ("TRANSPORT.QUALIFICATION",), 0.6, (3, 5))
    yield Programme("FJ_EDUCATION", "TEACHER.HONOUR", ("TEACHER.LICENCE",), 0.1, (1, 4))
    yield Programme("FJ_HEALTH", "DOCTOR.HONOUR", ("DOCTOR.LICENCE",), 0.1, (4,))
    yield Programme("FJ_CIVILISATION", "VOLUNTEER.HONOUR", volunteers, 0.03, (2, 5))
    yield Programme("FJ_TRADE_UNION", "LABOUR.MODEL-WORKER", (), 0.002, (3,))
    yield Programme("FJ_NDRC", "HONOUR.CREDIT-EXEMPLAR", (), 0.002, (5,))
    yield Programme("FJ_POLICE", "HONOUR.BRAVERY", (), 0.001, (4,))
    yield Programme("FJ_JUSTICE", "LAWYER.LEGAL-AID", ("LAWYER.LICENCE",), 0.2, (4,))
    yield Programme("FJ_CIVIL_SERVICE", "CIVIL-SERVANT.HONOUR", ("CIVIL-SERVANT.ROSTER",), 0.15, (3,))
    yield Programme("TEA_ASSOCIATION", "ASSOCIATION.PLEDGE", ("ASSOCIATION.MEMBER",), 0.6, (4,))


def _adverse() -> Iterator[Programme]:
    yield Programme("QZ_MARKET", "MARKET.PENALTY", _TRADERS, 0.14, (0, 1, 2, 3, 4, 5), nearby=True)
    for place, supplier in enumerate(("FZ", "XM", "PT", "SM", "ZZ", "NP", "LY", "ND")):
        windows = (3, 5) if place < 3 else (4 + place % 2,)
        yield Programme(f"{supplier}_MARKET", "MARKET.PENALTY", _TRADERS, 0.16, windows, nearby=True)
    yield Programme("QZ_MARKET", "FOOD.PENALTY", ("FOOD.LICENCE",), 0.12, (3, 5), nearby=True)
    yield Programme("FZ_MARKET", "FOOD.PENALTY", ("FOOD.LICENCE",), 0.12, (4,), nearby=True)
    yield Programme("FJ_TAX", "TAX.ARREARS", ("TAX.REGISTRATION",), 0.12, (2, 4, 5), away=_XIAMEN)
    yield Programme("XM_TAX", "TAX.ARREARS", ("TAX.REGISTRATION",), 0.1, (5,), nearby=True)
    yield Programme("FJ_TRANSPORT", "TRANSPORT.VIOLATION", ("TRANSPORT.QUALIFICATION",), 0.2, (3, 5))
    yield Programme("FJ_FIRE", "FIRE.PENALTY", _TRADERS, 0.03, (3, 5))
    yield Programme("FJ_ECOLOGY", "ENVIRONMENT.VIOLATION", _COMPANIES, 0.05, (3, 5))
    yield Programme("FJ_EMERGENCY", "SAFETY.VIOLATION", _COMPANIES, 0.05, (4, 5))
    yield Programme("FJ_HUMAN_RESOURCES", "WAGES.ARREARS", _COMPANIES, 0.04, (4,))
    yield Programme("FJ_MARKET", "E-COMMERCE.VIOLATION", ("E-COMMERCE.OPERATOR",), 0.1, (5,))
    yield Programme("FJ_CULTURE_TOURISM", "GUIDE.VIOLATION", ("GUIDE.LICENCE",), 0.12, (5,))
    yield Programme("FZ_COURT", "COURT.CONSUMPTION-LIMIT", ("COURT.ENFORCEMENT-CASE",), 0.4, (3, 5))
    yield Programme("FZ_COURT", "COURT.DEFAULT-LIST", ("COURT.ENFORCEMENT-CASE",), 0.3, (3, 5))
    yield Programme("FJ_EDUCATION", "TEACHER.SANCTION", ("TEACHER.LICENCE",), 0.02, (5,))
    yield Programme("FJ_HEALTH", "DOCTOR.PENALTY", ("DOCTOR.LICENCE",), 0.05, (5,))
    yield Programme("FJ_HOUSING", "CONSTRUCTOR.PENALTY", ("CONSTRUCTOR.LICENCE",), 0.05, (5,))
    yield Programme("FJ_TAX", "TAX.EVASION", ("TAX.REGISTRATION",), 0.008, (4,))
    yield Programme("FJ_MARKET", "MARKET.SERIOUS-LIST", _TRADERS, 0.004, (5,))
    yield Programme("FJ_MARKET", "PLEDGE.BREACH", _TRADERS, 0.01, (5,))
    yield Programme("MINHAI_UNIVERSITY", "STUDENT.EXAM-CHEATING", ("STUDENT.REGISTRATION",), 0.04, (5,))
    yield Programme("FJ_HUMAN_RESOURCES", "SOCIAL-INSURANCE.FRAUD", ("BENEFIT.RECIPIENT",), 0.005, (5,))


PROGRAMMES: Final[tuple[Programme, ...]] = (*_registers(), *_commendations(), *_adverse())


@dataclass(frozen=True, slots=True)
class MadeBatch:
    """A batch, ready to be sent.

    Attributes:
        key: Tells it from every other of the same seed and day.
        supplier: Who sends it.
        item_code: As what.
        sent_at: When.
        file: What.
        lines: How many lines it has.
        declared_lines: How many its sender declares, or None.
    """

    key: str
    supplier: Supplier
    item_code: str
    sent_at: datetime
    file: MadeFile
    lines: int
    declared_lines: int | None = None


@dataclass(frozen=True, slots=True)
class _Slot:
    """One programme in one of its years: events from ``begins_on`` through ``ends_on``, sent at ``sent_at``."""

    sent_at: datetime
    place: int
    programme: Programme
    begins_on: date
    ends_on: date

    @property
    def key(self) -> str:
        return f"{self.programme.supplier}|{self.programme.item}|{self.sent_at.date()}"


def first_day(today: date) -> date:
    """Return the day on which the six years begin.

    Args:
        today: The day on which the demonstration stands.
    """
    return today - timedelta(days=WINDOWS * WINDOW_DAYS)


def moment(day: date, *, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment of a civil day.

    Args:
        day: The day in the civil calendar of China.
        hour: Hour of that day.
        minute: Minute of it.
    """
    return datetime.combine(day, time(hour, minute), tzinfo=CIVIL_ZONE)


def _slots(today: date) -> list[_Slot]:
    """Return all years of all programmes in the order in which they are sent."""
    slots: list[_Slot] = []
    for place, programme in enumerate(PROGRAMMES):
        shift = place * 53 % 320
        begins_on = date.min
        for window in programme.windows:
            slot = (
                _stock_slot(today, place, programme)
                if window == STOCK
                else _slot(today, place, programme, window, shift)
            )
            if programme.is_register:
                slot = _Slot(slot.sent_at, place, programme, begins_on, slot.ends_on)
                begins_on = slot.ends_on + timedelta(days=1)
            slots.append(slot)
    return sorted(slots, key=lambda slot: (slot.sent_at, slot.place))


def _stock_slot(today: date, place: int, programme: Programme) -> _Slot:
    ends_on = first_day(today)
    sent_on = _working(ends_on + timedelta(days=3 + place % 17))
    return _Slot(moment(sent_on, hour=9 + place % 8, minute=place * 7 % 60), place, programme, date.min, ends_on)


def _slot(today: date, place: int, programme: Programme, window: int, shift: int) -> _Slot:
    begins_on = first_day(today) + timedelta(days=window * WINDOW_DAYS + shift)
    ends_on = begins_on + timedelta(days=WINDOW_DAYS - 1)
    if window == NEWEST:
        begins_on = min(begins_on, today - timedelta(days=150))
        ends_on = today - timedelta(days=20 + place % 25)
    sent_on = min(_working(ends_on + timedelta(days=6 + place % 11)), today - timedelta(days=2))
    return _Slot(moment(sent_on, hour=9 + place % 8, minute=place * 11 % 60), place, programme, begins_on, ends_on)


def _working(day: date) -> date:
    """Return the day, or the Monday after it where it is a weekend."""
    return day + timedelta(days=2) if day.weekday() in _SUNDAY_AND_SATURDAY else day


@dataclass(slots=True, kw_only=True)
class Sending:
    """Makes the batches of all programmes, one after the other.

    Attributes:
        people: Everybody.
        edition: The catalogue.
        seed: Where chance begins.
        today: The day on which the demonstration stands.
        gone: Who has died, by index, and when.
        shy: Indexes of people about whom no programme reports, because their story is told elsewhere.
        steady: Indexes of people about whom everything is sent as it should be, because the story builds on it.
    """

    people: tuple[Person, ...]
    edition: Edition
    seed: int
    today: date
    gone: Mapping[int, date]
    shy: frozenset[int]
    steady: frozenset[int]
    _makers: dict[tuple[str, str], LineMaker] = field(default_factory=dict)
    _known: defaultdict[str, list[tuple[Person, Work]]] = field(default_factory=lambda: defaultdict(list))
    _numbers: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _earlier: defaultdict[tuple[str, str], list[Line]] = field(default_factory=lambda: defaultdict(list))
    _adults: list[Person] = field(default_factory=list)
    _steady_numbers: frozenset[str] = frozenset()
    _works: defaultdict[str, list[tuple[Person, Work]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Keep the numbers by which lines about steady people are known."""
        self._steady_numbers = frozenset(self.people[index].number for index in self.steady)

    def batches(self) -> Iterator[MadeBatch]:
        """Yield all batches in the order in which they are sent; those with hardly a line are not sent."""
        self._adults = [
            person
            for person in self.people
            if person.index not in self.shy and person.adult_from() < self.today - timedelta(days=40)
        ]
        for person in self._adults:
            for work in person.works:
                self._works[work.item_code].append((person, work))
        for slot in _slots(self.today):
            lines = self._lines(slot)
            if len(lines) >= FEWEST_LINES:
                yield self._batch(slot, lines)

    def maker(self, supplier: str, item_code: str) -> LineMaker:
        """Return what makes lines of an item for a supplier.

        Args:
            supplier: Code of the supplier.
            item_code: Code of the item type.
        """
        key = supplier, item_code
        if key not in self._makers:
            self._makers[key] = LineMaker(self.edition.item_types[item_code], BY_CODE[supplier])
        return self._makers[key]

    def next_number(self, supplier: str, item_code: str, year: int) -> tuple[str, int]:
        """Return the supplier's next record number for an item, and its running number.

        Args:
            supplier: Code of the supplier.
            item_code: Code of the item type.
            year: Year that the number names.
        """
        self._numbers[supplier, item_code] += 1
        running = self._numbers[supplier, item_code]
        mark = "".join(part[:2] for part in item_code.replace("-", ".").split("."))
        return f"{mark}-{year}-{running:06d}", running

    def _lines(self, slot: _Slot) -> list[Line]:
        random = Random(f"{self.seed}|{slot.key}")
        own = slot.programme.supplier, slot.programme.item
        right = self._registrations(random, slot) if slot.programme.is_register else self._events(random, slot)
        if len(right) < FEWEST_LINES:
            return []
        kept = [dict(line) for line in right[:: max(len(right) // _KEPT_FOR_LATER, 1)]]
        lines = [self._as_sent(random, line, slot) for line in right]
        lines += self._repetitions(random, own)
        self._earlier[own] = [line for line in kept if "action" not in line]
        return lines

    def _registrations(self, random: Random, slot: _Slot) -> list[Line]:
        """Return what was registered in the time, and corrections of what ended in it."""
        programme, lines, sent_on = slot.programme, [], slot.sent_at.date()
        maker = self.maker(programme.supplier, programme.item)
        for person, work in self._works[programme.item]:
            if not self._is_ours(programme, person) or not self._lives(person, work.since_on):
                continue
            has_ended = work.ended_on is not None and slot.begins_on <= work.ended_on <= slot.ends_on
            if slot.begins_on <= work.since_on <= slot.ends_on:
                number = f"{programme.item[:3]}-{work.serial:06d}"
                lines.append(maker.work_line(random, person=person, work=work, record_number=number, sent_on=sent_on))
                self._known[programme.item].append((person, work))
            elif has_ended and work.since_on < slot.begins_on:
                number = f"{programme.item[:3]}-{work.serial:06d}"
                line = maker.work_line(random, person=person, work=work, record_number=number, sent_on=sent_on)
                lines.append(line | {"action": "CORRECT"})
        return lines

    @staticmethod
    def _is_ours(programme: Programme, person: Person) -> bool:
        which, of = programme.part
        return person.index % of == which and _is_near(programme, person)

    def _lives(self, person: Person, on: date) -> bool:
        return person.index not in self.gone or on < self.gone[person.index]

    def _events(self, random: Random, slot: _Slot) -> list[Line]:
        programme = slot.programme
        candidates = self._candidates(programme)
        if not candidates:
            return []
        share = ((slot.ends_on - slot.begins_on).days + 1) / WINDOW_DAYS
        count = int(programme.rate * len(candidates) * share + 0.5)
        maker = self.maker(programme.supplier, programme.item)
        basis = self.edition.bases[maker.item.basis]
        # Documents are sent within a quarter; what needs none is told of once a year.
        begins_on = slot.ends_on - timedelta(days=_DOCUMENT_DAYS) if maker.is_documented else slot.begins_on
        first = max(begins_on, basis.in_force_from or begins_on) + timedelta(days=1)
        lines = []
        for _ in range(count if first < slot.ends_on else 0):
            person, work = random.choice(candidates)
            line = self._event(random, slot, maker, person, work, first)
            if line is not None:
                lines.append(line)
        return lines

    def _candidates(self, programme: Programme) -> list[tuple[Person, Work | None]]:
        if not programme.who:
            return [(person, None) for person in self._adults]
        return [
            (person, work)
            for item_code in programme.who
            for person, work in self._known[item_code]
            if _is_near(programme, person)
        ]

    def _event(
        self, random: Random, slot: _Slot, maker: LineMaker, person: Person, work: Work | None, first: date
    ) -> Line | None:
        """Make the line of one event, or nothing where the person was not there, not of age or not registered."""
        document_on = first + timedelta(days=random.randrange((slot.ends_on - first).days + 1))
        is_adverse = maker.item.kind is ItemKind.ADVERSE
        occurred_on = document_on - days_before_document(random) if is_adverse else document_on
        if work is not None and not work.since_on <= occurred_on <= (work.ended_on or occurred_on):
            return None
        if occurred_on < person.adult_from() or not self._lives(person, occurred_on):
            return None
        number, running = self.next_number(slot.programme.supplier, slot.programme.item, document_on.year)
        return maker.line(
            random,
            person=person,
            occurred_on=occurred_on,
            record_number=number,
            serial=running,
            document_on=document_on,
        )

    def _repetitions(self, random: Random, own: tuple[str, str]) -> list[Line]:
        """Return what a supplier says again about earlier lines: the same, something corrected, something withdrawn."""
        earlier = self._earlier[own]
        if len(earlier) < 6:
            return []
        chosen = random.sample(earlier, 6)
        again, (withdrawn, *corrected) = chosen[:3], chosen[3:]
        changes = [line | {"action": "CORRECT", "occurred_on": _day_earlier(line["occurred_on"])} for line in corrected]
        return [*again, *changes, withdrawn | {"action": "WITHDRAW"}]

    def _as_sent(self, random: Random, line: Line, slot: _Slot) -> Line:
        """Return the line as it is sent: nearly always as it should be, and always about steady people."""
        if line["identity_number"] in self._steady_numbers:
            return line
        chance = random.random()
        if chance < _WRONG_SHARE:
            return wrong(random, line, sent_on=slot.sent_at.date())
        chance -= _WRONG_SHARE
        if chance < _UNKNOWN_SHARE:
            return line | {"identity_number": stranger(random)}
        chance -= _UNKNOWN_SHARE
        if chance < _MISNAMED_SHARE:
            return line | {"name": misspelled(random, line["name"])}
        chance -= _MISNAMED_SHARE
        if chance < _RESPELLED_SHARE:
            return line | {"name": respelled(random, line["name"])}
        return line

    def _batch(self, slot: _Slot, lines: list[Line]) -> MadeBatch:
        random = Random(f"file|{self.seed}|{slot.key}")
        supplier = BY_CODE[slot.programme.supplier]
        kind = _USUAL_KINDS.get(slot.key[: slot.key.rindex("|")])
        if kind is None or len(lines) > _WORKBOOK_LINES:
            kind = random.choice(_API_KINDS if supplier.channel == "API" else _PORTAL_KINDS)
        maker = self.maker(slot.programme.supplier, slot.programme.item)
        stem = f"{maker.item.name_zh}_{slot.sent_at:%Y%m%d}"
        return MadeBatch(
            key=slot.key,
            supplier=supplier,
            item_code=slot.programme.item,
            sent_at=slot.sent_at,
            file=written(stem=stem, kind=kind, columns=maker.columns, lines=lines),
            lines=len(lines),
            declared_lines=len(lines),
        )


def _is_near(programme: Programme, person: Person) -> bool:
    home = person.county.prefecture_code
    if programme.nearby:
        return home == BY_CODE[programme.supplier].division_code
    return home != programme.away


def _day_earlier(text: str) -> str:
    return (date.fromisoformat(text) - timedelta(days=1)).isoformat()


def stranger(random: Random) -> str:
    """Return a number of nobody: born in years in which none of the people is.

    Args:
        random: Where chance comes from.
    """
    born_on = date(1905, 1, 1) + timedelta(days=random.randrange(3650))
    return synthetic_number(born_on=born_on, sequence=random.randrange(1000))


def wrong(random: Random, line: Line, *, sent_on: date) -> Line:
    """Return the line with one mistake that suppliers make.

    Args:
        random: Where chance comes from.
        line: The right line.
        sent_on: Civil date of sending.
    """
    number = line["identity_number"]
    check = "0123456789X".replace(number[-1], "")
    return random.choice(
        (
            line | {"identity_number": number[:-1] + random.choice(check)},
            line | {"identity_number": number[:10] + number[11:]},
            line | {"identity_number": f"{number[:6]}19870231{number[14:]}"},
            line | {"identity_number": "3.599E+17"},
            line | {"occurred_on": (sent_on + timedelta(days=40)).isoformat()},
            line | {"occurred_on": line["occurred_on"].replace("-", "年", 1)},
            line | {"name": ""},
            line | {"occurred_on": ""},
            line | {"action": "更新"},
        )
    )
