"""Operators of the nine real-name sectors and the checks of names that they make; some never checked anybody.

The operators are made up. Whose name is checked are sole traders of the story, who allowed it on paper at the office's
counter: for one of them the operator has the name wrong, and now and then somebody checks without having been allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Final

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations import operations as authorisation_acts
from chengxin.authorisations.rules import Scope
from chengxin.authority.actors import Actor
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.demonstration.asking import MOST, officer_of, register_requester
from chengxin.demonstration.batches import moment
from chengxin.demonstration.people import Person
from chengxin.demonstration.requesters import Requester
from chengxin.identifiers.identity import IdentityNumber
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries import operations as inquiry_acts
from chengxin.organisations import lookups as organisations
from chengxin.organisations import operations as organisation_acts
from chengxin.organisations.states import OrganisationKind
from chengxin.periods.civil import civil_date

PURPOSE: Final = "REAL_NAME_CHECK"
FIRST_DAYS_AGO: Final = 320
"""So long ago the first check was made; all of them lie within the year of which the figures speak."""
_SCAN: Final = "%PDF-1.7\n% 合成的扫描件，不是任何人的签名\n".encode()
_SCOPE: Final = Scope(item_codes=frozenset(), data_from=None, data_to=None, looks=1, days=30)


class Ended(StrEnum):
    """How a check ends."""

    MATCHED = "MATCHED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator of one or two sectors.

    Attributes:
        code: Its code.
        sectors: Where it is entered.
        division_code: Where it is at home.
        name_zh: Name in Chinese.
        name_en: Name in English.
        matched: How many of its checks find that name and number belong together.
        failed: How many find that they do not.
        refused: How many were not answered, because nobody had allowed them.
    """

    code: str
    sectors: tuple[str, ...]
    division_code: str
    name_zh: str
    name_en: str
    matched: int
    failed: int
    refused: int

    @property
    def requester(self) -> Requester:
        """Return it as one who may ask."""
        return Requester(
            self.code,
            OrganisationKind.REAL_NAME_OPERATOR,
            self.division_code,
            self.name_zh,
            self.name_en,
            ((PURPOSE, "PIPL-23"),),
        )


OPERATORS: Final = (
    Operator("MINTU_COACH", ("TRANSPORT",), "350500", "闽途客运公司（虚构）", "Mintu Coaches (fictional)", 4, 1, 0),
    Operator(
        "WUYI_RAILBUS", ("TRANSPORT",), "350700", "武夷旅游客运公司（虚构）", "Wuyi Tour Buses (fictional)", 0, 0, 0
    ),
    Operator("RONGCHENG_FORUM", ("INTERNET",), "350100", "榕城社区网（虚构）", "Rongcheng Forum (fictional)", 3, 1, 1),
    Operator("HAIXI_PARCELS", ("POSTAL",), "350200", "海西速运公司（虚构）", "Haixi Parcels (fictional)", 5, 0, 0),
    Operator("CITONG_COURIER", ("POSTAL",), "350500", "刺桐快递站（虚构）", "Citong Couriers (fictional)", 1, 0, 1),
    Operator(
        "MINHAI_EXAMS", ("EXAMINATIONS",), "350500", "闽海考试中心（虚构）", "Minhai Examinations (fictional)", 3, 1, 0
    ),
    Operator(
        "QINGYUAN_CHEM",
        ("DANGEROUS_GOODS",),
        "350500",
        "清源化工商行（虚构）",
        "Qingyuan Chemicals (fictional)",
        0,
        0,
        0,
    ),
    Operator("MINYUE_TELECOM", ("TELECOM",), "350100", "闽越通信公司（虚构）", "Minyue Telecom (fictional)", 6, 2, 0),
    Operator("LUDAO_SIM", ("TELECOM",), "350200", "鹭岛号卡门市部（虚构）", "Ludao SIM Shop (fictional)", 2, 0, 1),
    Operator(
        "CITONG_PAY", ("FINANCE", "INTERNET"), "350500", "刺桐支付公司（虚构）", "Citong Pay (fictional)", 4, 1, 0
    ),
    Operator(
        "ANPING_LABOUR",
        ("EMPLOYMENT",),
        "350500",
        "安平人力服务公司（虚构）",
        "Anping Labour Services (fictional)",
        2,
        0,
        0,
    ),
    Operator("WENLING_INN", ("SPECIAL_TRADES",), "350500", "温陵客栈（虚构）", "Wenling Inn (fictional)", 3, 1, 0),
    Operator(
        "TUMEN_LOCKS",
        ("SPECIAL_TRADES",),
        "350500",
        "涂门开锁刻章店（虚构）",
        "Tumen Locks and Seals (fictional)",
        0,
        0,
        0,
    ),
)
"""Every one of the nine sectors has one."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a name.

    Attributes:
        at: When.
        operator: Who checks.
        person: Whose number it is.
        ended: How it ends.
        case: The operator's own case.
    """

    at: datetime
    operator: str
    person: Person
    ended: Ended
    case: str


def checks(*, people: Sequence[Person], seed: int, today: date) -> list[Check]:
    """Return every check, in the order of its days; the same for the same seed.

    Args:
        people: Whose names are checked.
        seed: Where chance begins.
        today: The day of the demonstration.
    """
    made = []
    for operator in OPERATORS:
        random = Random(f"{seed}|operators|{operator.code}")
        endings = [Ended.MATCHED] * operator.matched + [Ended.FAILED] * operator.failed
        endings += [Ended.REFUSED] * operator.refused
        random.shuffle(endings)
        for place, ended in enumerate(endings):
            day_on = today - timedelta(days=random.randint(1, FIRST_DAYS_AGO))
            at = moment(day_on, hour=random.randint(9, 16), minute=random.randint(0, 59))
            case = f"SM-{operator.code}-{place + 1:03d}"
            made.append(Check(at, operator.code, random.choice(people), ended, case))
    return sorted(made, key=lambda check: (check.at, check.case))


def register_operators(*, actor: Actor, at: datetime) -> None:
    """Register the operators with their mandate and enter them in their sectors; what is there already stays.

    Args:
        actor: Who registers them.
        at: The moment.
    """
    on = civil_date(at)
    for operator in OPERATORS:
        register_requester(operator.requester, actor=actor, at=at)
        entered = {line.sector_code for line in organisations.list_sector_entries(organisation_code=operator.code)}
        for sector in operator.sectors:
            if sector not in entered:
                organisation_acts.enter_sector(
                    organisation_code=operator.code, sector_code=sector, from_on=on, to_on=None, actor=actor, now=at
                )


def make_check(check: Check, *, person_id: int, wrong_name: str, clerk: Actor) -> None:
    """Let the person allow a check at the counter and the operator make it, unless it was made before.

    Args:
        check: The check.
        person_id: The person.
        wrong_name: The name that the operator has where the check is to fail.
        clerk: Who records what the person signed.
    """
    asked = inquiries.list_inquiries(organisation_code=check.operator, limit=MOST)
    if any(line.case_number == check.case for line in asked):
        return
    allowed = "" if check.ended is Ended.REFUSED else _allowed(check, person_id=person_id, clerk=clerk)
    inquiry_acts.make_inquiry(
        asked=inquiry_acts.Asked(
            purpose_code=PURPOSE,
            number=IdentityNumber.parse(check.person.number, today=civil_date(check.at)),
            name=wrong_name if check.ended is Ended.FAILED else check.person.name,
            item_codes=frozenset(),
            form=AnswerForm.YES_NO,
            case_number=check.case,
            authorisation=allowed,
        ),
        actor=officer_of(check.operator),
        now=check.at,
    )


def _allowed(check: Check, *, person_id: int, clerk: Actor) -> str:
    known = authorisations.list_authorisations_to(organisation_code=check.operator, limit=MOST)
    reference = next((line.reference for line in known if line.case_number == check.case), None)
    if reference is not None:
        return reference
    return authorisation_acts.record_paper_authorisation(
        person_id=person_id,
        organisation_code=check.operator,
        purpose_code=PURPOSE,
        scope=_SCOPE,
        case_number=check.case,
        scan=_SCAN,
        actor=clerk,
        now=check.at - timedelta(minutes=30),
    )
