"""The people one meets in the demonstration, and the letters about them: for every page something to see.

One sole trader and guide of Quanzhou with licences, volunteering, an honour, pledges, a penalty that is still shown, one
that has expired, an item that was corrected and one that was withdrawn; somebody about whom nothing is held; a student.
Around them what happens to batches: held, wrong in every way, reversed, refused, waiting for a second officer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from chengxin.authority.actors import ActorKind, Role
from chengxin.catalogue.rules.columns import Column
from chengxin.catalogue.rules.values import Edition
from chengxin.demonstration.batches import MadeBatch, first_day, moment, stranger
from chengxin.demonstration.files import FileKind, MadeFile, written
from chengxin.demonstration.lines import Line, LineMaker
from chengxin.demonstration.names import full_name, respelled
from chengxin.demonstration.people import Person, Work
from chengxin.demonstration.places import County
from chengxin.demonstration.requesters import BANK
from chengxin.demonstration.suppliers import (
    BY_CODE,
    DEMO_SCHOOL_CODE,
    DEMO_SUPPLIER_CODE,
    OFFICE_CODE,
)
from chengxin.identifiers.identity import synthetic_number

CITIZEN, NEWCOMER, STUDENT, TWICE, TWICE_AGAIN, MERGED, MERGED_AGAIN, CHILD, PLAIN = range(9)
"""Indexes of the people of the story."""
STORY_PEOPLE: Final = 9
FILLERS: Final = 12
"""How many sole traders follow them, about whom lines are that accompany the story's."""
_QUANZHOU: Final = "350502"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A login that the demonstration opens.

    Attributes:
        username: Login name.
        kind: Whether a person or an officer.
        roles: What it may do.
        display_name: Shown at the head of pages.
        person: Index of the person, or None for an officer.
        organisation_code: Of the officer, or empty.
        page: Where it leads.
    """

    username: str
    kind: ActorKind
    roles: frozenset[Role]
    display_name: str
    person: int | None = None
    organisation_code: str = ""
    page: str = "/me/"


ACCOUNTS: Final = (
    DemoAccount("demo-citizen", ActorKind.PERSON, frozenset({Role.CITIZEN}), "陈月梅（合成）", CITIZEN),
    DemoAccount("demo-newcomer", ActorKind.PERSON, frozenset({Role.CITIZEN}), "林志远（合成）", NEWCOMER),
    DemoAccount("demo-student", ActorKind.PERSON, frozenset({Role.CITIZEN}), "黄雨桐（合成）", STUDENT),
    DemoAccount(
        "demo-supplier", ActorKind.OFFICER, frozenset({Role.SUPPLIER}), "报送经办人",
        organisation_code=DEMO_SUPPLIER_CODE, page="/organisation/",
    ),
    DemoAccount(
        "demo-second", ActorKind.OFFICER, frozenset({Role.SUPPLIER_SECOND}), "报送复核人",
        organisation_code=DEMO_SUPPLIER_CODE, page="/organisation/",
    ),
    DemoAccount(
        "demo-administrator", ActorKind.OFFICER, frozenset({Role.ORGANISATION_ADMINISTRATOR}), "单位管理员",
        organisation_code=DEMO_SUPPLIER_CODE, page="/organisation/officers/",
    ),
    DemoAccount(
        "demo-office-administrator", ActorKind.OFFICER, frozenset({Role.ORGANISATION_ADMINISTRATOR}), "信用办管理员",
        organisation_code=OFFICE_CODE, page="/organisation/officers/",
    ),
    DemoAccount(
        "demo-requester", ActorKind.OFFICER, frozenset({Role.REQUESTER}), "查询经办人",
        organisation_code=BANK, page="/organisation/asking/",
    ),
    DemoAccount(
        "demo-bank-administrator", ActorKind.OFFICER, frozenset({Role.ORGANISATION_ADMINISTRATOR}), "银行管理员",
        organisation_code=BANK, page="/organisation/officers/",
    ),
    DemoAccount(
        "demo-clerk", ActorKind.OFFICER, frozenset({Role.OFFICE_CLERK}), "信用办经办人",
        organisation_code=OFFICE_CODE, page="/office/",
    ),
    DemoAccount(
        "demo-reviewer", ActorKind.OFFICER, frozenset({Role.OFFICE_REVIEWER}), "信用办复核人",
        organisation_code=OFFICE_CODE, page="/office/",
    ),
    DemoAccount(
        "demo-catalogue", ActorKind.OFFICER, frozenset({Role.OFFICE_CATALOGUE}), "目录管理员",
        organisation_code=OFFICE_CODE, page="/office/",
    ),
    DemoAccount(
        "demo-population", ActorKind.OFFICER, frozenset({Role.OFFICE_POPULATION}), "人口信息管理员",
        organisation_code=OFFICE_CODE, page="/office/",
    ),
)  # fmt: skip


def story_people(*, today: date, counties: Sequence[County]) -> tuple[Person, ...]:
    """Return the people of the story and the traders around them, in the order of their indexes.

    Args:
        today: The day on which their ages are counted.
        counties: Where they can live.
    """
    home = next((county for county in counties if county.code == _QUANZHOU), counties[0])

    def born(years: int, *, month: int, day: int) -> date:
        return date(today.year - years, month, day)

    described = (
        ("陈月梅", True, born(39, month=3, day=12)),
        ("林志远", False, born(30, month=7, day=2)),
        ("黄雨桐", True, born(21, month=5, day=19)),
        ("郑文彬", False, born(45, month=9, day=8)),
        ("郑文彬", False, born(45, month=9, day=9)),
        ("吴秀珠", True, born(52, month=2, day=17)),
        ("吴秀珠", True, born(52, month=12, day=17)),
        ("蔡子轩", False, born(15, month=6, day=1)),
        ("苏建平", False, born(58, month=10, day=10)),
    )
    told = [
        Person(
            index=index,
            number=synthetic_number(born_on=born_on, sequence=980 + (0 if is_female else 1)),
            name=name,
            is_female=is_female,
            born_on=born_on,
            county=home,
            works=(),
        )
        for index, (name, is_female, born_on) in enumerate(described)
    ]
    return (*told, *_fillers(today=today, home=home))


def _fillers(*, today: date, home: County) -> Iterator[Person]:
    """Yield the sole traders of long standing about whom accompanying lines are."""
    random = Random("fillers")
    for place, surname in enumerate("陈林黄张吴李王郑刘杨叶郭"):
        born_on = date(today.year - 38 - place, place % 12 + 1, 11 + place)
        is_female = place % 2 == 0
        since_on = first_day(today) - timedelta(days=90 + 40 * place)
        yield Person(
            index=STORY_PEOPLE + place,
            number=synthetic_number(born_on=born_on, sequence=980 + (0 if is_female else 1)),
            name=full_name(random, surname=surname, is_female=is_female, born_in=born_on.year),
            is_female=is_female,
            born_on=born_on,
            county=home,
            works=(Work("TRADER.REGISTRATION", since_on, None, place + 1),),
        )


@dataclass(frozen=True, slots=True)
class StoryBatch:
    """A batch of the story, with the name by which the story speaks of it again."""

    name: str
    batch: MadeBatch


@dataclass(frozen=True, slots=True)
class _About:
    """One event: about whom, when, which number, and what differs from a line as it would be made.

    Attributes:
        person: About whom.
        days: How many days before today it happened.
        number: The supplier's number.
        document_days: How many days before today its document is dated; None for the day of the event.
        changed: Columns that have another value.
        ended_days: How many days before today it ended, or None.
    """

    person: Person
    days: int
    number: str
    document_days: int | None = None
    changed: Mapping[str, str] = field(default_factory=dict)
    ended_days: int | None = None


@dataclass(slots=True, kw_only=True)
class Story:
    """Makes the story's batches.

    Attributes:
        people: Everybody; the story's own come first.
        edition: The catalogue.
        seed: Where chance begins.
        today: The day on which the demonstration stands.
    """

    people: tuple[Person, ...]
    edition: Edition
    seed: int
    today: date
    _makers: dict[tuple[str, str], LineMaker] = field(default_factory=dict)

    def batches(self) -> list[StoryBatch]:
        """Return all batches of the story in the order in which they are sent."""
        made = [*self._registrations(), *self._good_things(), *self._penalties(), *self._student(), *self._troubles()]
        return sorted(made, key=lambda one: (one.batch.sent_at, one.name))

    @property
    def _fillers(self) -> tuple[Person, ...]:
        return self.people[STORY_PEOPLE : STORY_PEOPLE + FILLERS]

    def _day(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _maker(self, supplier: str, item_code: str) -> LineMaker:
        key = supplier, item_code
        if key not in self._makers:
            self._makers[key] = LineMaker(self.edition.item_types[item_code], BY_CODE[supplier])
        return self._makers[key]

    def _line(self, supplier: str, item_code: str, about: _About) -> Line:
        random = Random(f"{self.seed}|{item_code}|{about.number}")
        line = self._maker(supplier, item_code).line(
            random,
            person=about.person,
            occurred_on=self._day(about.days),
            record_number=about.number,
            serial=int("".join(filter(str.isdigit, about.number))[-6:] or 1),
            document_on=None if about.document_days is None else self._day(about.document_days),
            ended_on=None if about.ended_days is None else self._day(about.ended_days),
        )
        return line | dict(about.changed)

    def _letter(
        self,
        name: str,
        supplier: str,
        item_code: str,
        sent_days: int,
        *about: _About,
        lines: Sequence[Line] = (),
        kind: FileKind = FileKind.CSV,
    ) -> StoryBatch:
        all_lines = [*(self._line(supplier, item_code, one) for one in about), *lines]
        columns = self._maker(supplier, item_code).columns
        title = self.edition.item_types[item_code].name_zh
        file = written(stem=f"{title}_{self._day(sent_days):%Y%m%d}", kind=kind, columns=columns, lines=all_lines)
        return self._sent(name, supplier, item_code, sent_days, file, len(all_lines))

    def _sent(
        self,
        name: str,
        supplier: str,
        item_code: str,
        sent_days: int,
        file: MadeFile,
        lines: int,
        *,
        declared_lines: int | None = None,
    ) -> StoryBatch:
        return StoryBatch(
            name,
            MadeBatch(
                key=f"story|{name}",
                supplier=BY_CODE[supplier],
                item_code=item_code,
                sent_at=moment(self._day(sent_days), hour=15, minute=len(name) * 3 % 60),
                file=file,
                lines=lines,
                declared_lines=declared_lines,
            ),
        )

    def _registrations(self) -> Iterator[StoryBatch]:
        citizen = self.people[CITIZEN]
        shop = {"business_name": "鲤城区月梅茶铺", "business_scope": "茶叶零售"}
        begun = (self.today - first_day(self.today)).days
        market = DEMO_SUPPLIER_CODE
        yield self._letter(
            "trader", market, "TRADER.REGISTRATION", begun - 25, _About(citizen, 2650, "QZ-TR-000871", changed=shop)
        )
        yield self._letter(
            "taxpayer", "FJ_TAX", "TAX.REGISTRATION", begun - 30,
            _About(citizen, 2600, "QZ-TAX-000871", changed={"tax_name": "鲤城区月梅茶铺"}),
        )  # fmt: skip
        yield self._letter(
            "guide", "FJ_CULTURE_TOURISM", "GUIDE.LICENCE", 1480,
            _About(citizen, 1500, "DY-3505-00412", changed={"work_unit": "泉州市古城旅行社", "grade": "MIDDLE"}),
        )  # fmt: skip
        yield self._letter(
            "volunteer", "VOLUNTEERS_UNION", "VOLUNTEER.REGISTRATION", 1380, _About(citizen, 1400, "ZY-004120")
        )
        yield self._letter(
            "shop", "FJ_MARKET", "E-COMMERCE.OPERATOR", 1290,
            _About(citizen, 1300, "WD-003301", changed={"shop": "月梅家茶铺", "platform": "样例商城"}),
        )  # fmt: skip
        yield self._letter(
            "food", market, "FOOD.LICENCE", 1090,
            _About(citizen, 1100, "JY-000871", changed={"business_items": "预包装食品销售"}),
        )  # fmt: skip

    def _good_things(self) -> Iterator[StoryBatch]:
        citizen, plain = self.people[CITIZEN], self.people[PLAIN]
        service = "VOLUNTEER.SERVICE"
        tours = {"project": "古城文明劝导", "hours": "4", "field_kind": "EVENT"}
        yield self._letter(
            "served-long-ago", "VOLUNTEERS_UNION", service, 1180, _About(citizen, 1200, "FW-120001", changed=tours)
        )
        yield self._letter(
            "served", "VOLUNTEERS_UNION", service, 50,
            *(_About(citizen, days, f"FW-12{days:04d}", changed=tours) for days in (900, 620, 400, 200, 60)),
            _About(plain, 75, "FW-130001"), _About(self.people[STUDENT], 90, "FW-130002"),
        )  # fmt: skip
        yield self._letter(
            "honoured", "FJ_CIVILISATION", "VOLUNTEER.HONOUR", 230,
            _About(citizen, 240, "BZ-000077", changed={"honour_name": "五星级志愿者", "reason": "坚持为游客义务讲解"}),
        )  # fmt: skip
        yield self._letter(
            "exemplar", "FJ_NDRC", "HONOUR.CREDIT-EXEMPLAR", 420,
            _About(citizen, 430, "CX-000012", changed={"honour_name": "诚信经营户", "honour_level": "PREFECTURE"}),
        )  # fmt: skip
        yield self._letter(
            "pledged", DEMO_SUPPLIER_CODE, "PLEDGE.LICENSING", 690,
            _About(citizen, 700, "P-000155", changed={"fulfilment": "OPEN", "matter": "食品经营许可"}),
        )  # fmt: skip
        yield self._letter(
            "pledge-kept", DEMO_SUPPLIER_CODE, "PLEDGE.FULFILLED", 410,
            _About(citizen, 420, "PF-000155", changed={"about_record": "P-000155"}),
        )  # fmt: skip
        yield self._letter(
            "pledged-on-line", "FJ_COMMERCE", "E-COMMERCE.PLEDGE", 290,
            _About(citizen, 300, "EP-000018", changed={"fulfilment": "OPEN"}),
        )  # fmt: skip
        yield self._letter("gave", "CHARITY_FEDERATION", "CHARITY.DONATION", 320, _About(citizen, 330, "JZ-007001"))
        yield self._letter(
            "skilled", "FJ_HUMAN_RESOURCES", "SKILL.CERTIFICATE", 780,
            _About(citizen, 800, "JN-007001", changed={"skill": "茶艺师", "grade": "THREE"}),
        )  # fmt: skip

    def _penalties(self) -> Iterator[StoryBatch]:
        citizen, market = self.people[CITIZEN], DEMO_SUPPLIER_CODE
        penalty, general = "MARKET.PENALTY", {"severity": "GENERAL"}
        for which, sent_days in enumerate((1500, 1120, 730)):
            lines = self._filler_lines(market, penalty, sent_days, mark=f"QS{which}", count=6)
            yield self._letter(f"usual-{which}", market, penalty, sent_days, lines=lines)
        yield self._letter(
            "penalty", market, penalty, 110,
            _About(citizen, 165, "QS-000871", 125, general | {"facts": "商品标签虚标茶叶等级，已改正"}),
            lines=self._filler_lines(market, penalty, 110, mark="QSA", count=FILLERS),
        )  # fmt: skip
        minor = {"severity": "MINOR", "penalty_kind": "WARNING", "fine_amount": ""}
        yield self._letter(
            "minor", market, "FOOD.PENALTY", 225,
            _About(citizen, 270, "QF-000310", 240, minor | {"facts": "未按规定建立进货查验记录", "food_kind": "茶叶"}),
        )  # fmt: skip
        arrears = _About(citizen, 170, "QS-TAX-0442", 150, general | {"arrears": "36500.00", "tax_kind": "VAT"})
        yield self._letter("arrears", "FJ_TAX", "TAX.ARREARS", 140, arrears)
        corrected = self._line("FJ_TAX", "TAX.ARREARS", arrears) | {"arrears": "3650.00", "action": "CORRECT"}
        yield self._letter("arrears-corrected", "FJ_TAX", "TAX.ARREARS", 118, lines=[corrected])
        advert = _About(citizen, 200, "QG-000052", 180, general | {"facts": "宣称产品为国家级"})
        yield self._letter("mistaken", market, "MARKET.ADVERTISING", 170, advert)
        withdrawn = self._line(market, "MARKET.ADVERTISING", advert) | {"action": "WITHDRAW"}
        yield self._letter("mistaken-withdrawn", market, "MARKET.ADVERTISING", 155, lines=[withdrawn])

    def _filler_lines(self, supplier: str, item_code: str, sent_days: int, *, mark: str, count: int) -> list[Line]:
        return [
            self._line(
                supplier,
                item_code,
                _About(person, sent_days + 60 + place, f"{mark}-{place:04d}", sent_days + 15 + place),
            )
            for place, person in enumerate(self._fillers[:count])
        ]

    def _student(self) -> Iterator[StoryBatch]:
        student, school = self.people[STUDENT], DEMO_SCHOOL_CODE
        yield self._letter(
            "enrolled", school, "STUDENT.REGISTRATION", 420,
            _About(student, 449, "XJ-0088", changed={"programme": "BACHELOR", "student_number": "S0088"}),
        )  # fmt: skip
        yield self._letter(
            "student-pledge", school, "STUDENT.PLEDGE", 380,
            _About(student, 400, "CN-0088", changed={"topic": "EXAM", "fulfilment": "OPEN"}),
        )  # fmt: skip
        yield self._letter("student-honour", school, "STUDENT.HONOUR", 115, _About(student, 120, "RY-0088"))

    def _troubles(self) -> Iterator[StoryBatch]:
        market, penalty = DEMO_SUPPLIER_CODE, "MARKET.PENALTY"
        doubled = self._filler_lines(market, "FOOD.PENALTY", 75, mark="QFX", count=FILLERS)
        citizen_too = _About(self.people[CITIZEN], 140, "QFX-0871", 95, {"severity": "GENERAL"})
        yield self._letter("reversed", market, "FOOD.PENALTY", 75, citizen_too, lines=doubled)
        yield self._letter("held", market, penalty, 20, lines=self._held_lines(), kind=FileKind.XLSX)
        yield self._every_mistake()
        yield from self._refused_files()
        taken_back = [
            line | {"action": "WITHDRAW"}
            for line in self._filler_lines(market, penalty, 110, mark="QSA", count=FILLERS)
        ]
        yield self._letter("declined", market, penalty, 8, lines=taken_back)
        yield self._letter("waiting", market, penalty, 3, lines=taken_back[:8])

    def _held_lines(self) -> list[Line]:
        """Return lines that wait for a clerk, after them some that are right though differently written."""
        random = Random(f"held|{self.seed}")
        market, penalty = DEMO_SUPPLIER_CODE, "MARKET.PENALTY"
        lines = self._filler_lines(market, penalty, 20, mark="QSH", count=FILLERS)
        about_citizen = _About(self.people[CITIZEN], 70, "QSH-0871", 35, {"severity": "GENERAL", "name": "陈月枚"})
        lines[0]["name"] = f"{lines[0]['name'][:-1]}某"
        for line in lines[1:5]:
            line["identity_number"] = stranger(random)
        digits = lines[5]["identity_number"]
        born_on = self._fillers[5].born_on
        lines[5]["identity_number"] = synthetic_number(born_on=born_on, sequence=(int(digits[14:17]) + 2) % 1000)
        for line in lines[6:9]:
            line["name"] = respelled(random, line["name"])
        return [self._line(market, penalty, about_citizen), *lines]

    def _every_mistake(self) -> StoryBatch:
        """Return a batch with a line for every rule that a line can break."""
        market, penalty = DEMO_SUPPLIER_CODE, "MARKET.PENALTY"
        columns = self._maker(market, penalty).columns
        right = self._filler_lines(market, penalty, 16, mark="QSW", count=1)[0]
        lines = [
            right | {"record_number": f"QSW-{place + 1:04d}"} | change
            for place, change in enumerate(self._mistakes(right))
        ]
        known = self._filler_lines(market, penalty, 110, mark="QSA", count=1)
        lines += [line | {"facts": "与前次不同的事实"} for line in known]
        file = written(stem="市场监管行政处罚_错误示例", kind=FileKind.CSV, columns=columns, lines=lines)
        cut = "359900,只有两格\r\n".encode()
        return self._sent("mistakes", market, penalty, 16, MadeFile(file.name, file.contents + cut), len(lines) + 1)

    def _mistakes(self, right: Line) -> Iterator[Line]:
        number = right.get("identity_number", "")
        other = "1" if number[-1:] != "1" else "2"
        child, plain = self.people[CHILD], self.people[PLAIN]
        yield {}
        yield {"record_number": "QSW-0001"}
        yield {"name": ""}
        yield {"facts": "很长" * 150}
        yield {"document_on": "2026-02-30"}
        yield {"severity": "极重"}
        yield {"facts": "含有\u0007控制字符"}
        yield {"identity_number": "3.599E+17"}
        yield {"identity_number": number[:-3]}
        yield {"identity_number": f"{number[:6]}19870231{number[14:]}"}
        yield {"identity_number": synthetic_number(born_on=self._day(-400), sequence=7)}
        yield {"identity_number": f"{number[:-1]}{other}"}
        yield {"identity_number": "110105" + number[6:]}
        yield {"identity_number": "CHN350019800101"}
        yield {"record_number": number}
        yield {"document_on": self._day(-30).isoformat()}
        yield {"occurred_on": self._day(20).isoformat(), "document_on": self._day(90).isoformat()}
        yield {"occurred_on": "2021-03-01", "document_on": "2021-06-01"}
        yield {"occurred_on": self._day(2300).isoformat()}
        yield {"identity_number": child.number, "name": child.name}
        yield {"identity_number": plain.number, "name": plain.name}
        yield {"facts": "当事人系佛教徒，销售不合格产品"}
        yield {"facts": "因违反治安管理被处理，另销售不合格产品"}
        yield {"facts": f"系 {number} 本人销售不合格产品"}
        yield {"action": "CORRECT"}
        yield {"action": "WITHDRAW"}

    def _refused_files(self) -> Iterator[StoryBatch]:
        market, penalty = DEMO_SUPPLIER_CODE, "MARKET.PENALTY"
        columns = self._maker(market, penalty).columns
        lines = self._filler_lines(market, penalty, 12, mark="QSR", count=3)
        forbidden = written(stem="市场监管行政处罚_含宗教列", kind=FileKind.CSV, columns=columns, lines=lines)
        first, _, rest = forbidden.contents.decode("utf-8-sig").partition("\r\n")
        contents = f"{first},宗教信仰\r\n" + "".join(f"{row},无\r\n" for row in rest.splitlines())
        yield self._sent("forbidden", market, penalty, 12, MadeFile(forbidden.name, contents.encode()), len(lines))
        short = _without(columns, "document_number")
        missing = written(stem="市场监管行政处罚_缺列", kind=FileKind.XLSX, columns=short, lines=lines)
        yield self._sent("column-missing", market, penalty, 11, missing, len(lines))
        picture = MadeFile("扫描件.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(256))
        yield self._sent("unreadable", market, penalty, 10, picture, 0)
        counted = written(stem="市场监管行政处罚_行数不符", kind=FileKind.CSV, columns=columns, lines=lines)
        yield self._sent("count-differs", market, penalty, 9, counted, len(lines), declared_lines=len(lines) + 5)


def _without(columns: Sequence[Column], code: str) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.code != code)
