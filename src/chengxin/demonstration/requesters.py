"""Those who ask about the citizen of the story: a bank, an employer, a school, a department, and what comes of it.

Banks, employers and schools are made up. What happens is a list of acts with their days, so that every kind of request,
authorisation, look and concern is there to be seen; :mod:`chengxin.demonstration.operations` does them one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from chengxin.demonstration.suppliers import DEMO_SCHOOL_CODE, DEMO_SUPPLIER_CODE
from chengxin.organisations.states import OrganisationKind

BANK: Final = "CITONG_BANK"
OTHER_BANK: Final = "LUDAO_BANK"
EMPLOYER: Final = "QINGYUAN_TEA"
DEPARTMENT: Final = DEMO_SUPPLIER_CODE
OTHER_DEPARTMENT: Final = "FJ_TRANSPORT"


@dataclass(frozen=True, slots=True)
class Requester:
    """An organisation that may ask about persons.

    Attributes:
        code: Its code here; a supplier's where it supplies too.
        kind: What it is.
        division_code: Where it is at home.
        name_zh: Name in Chinese.
        name_en: Name in English.
        purposes: For what it may ask, each with the provision of its own task.
    """

    code: str
    kind: OrganisationKind
    division_code: str
    name_zh: str
    name_en: str
    purposes: tuple[tuple[str, str], ...]


REQUESTERS: Final = (
    Requester(
        BANK, OrganisationKind.BANK, "350500", "刺桐银行泉州分行（虚构）", "Citong Bank, Quanzhou branch (fictional)",
        (("LENDING", "CREDIT-REPORTING-18"),),
    ),
    Requester(
        OTHER_BANK, OrganisationKind.BANK, "350200", "鹭岛银行（虚构）", "Ludao Bank (fictional)",
        (("LENDING", "CREDIT-REPORTING-18"),),
    ),
    Requester(
        EMPLOYER, OrganisationKind.EMPLOYER, "350500", "清源茶业有限公司（虚构）", "Qingyuan Tea Company (fictional)",
        (("EMPLOYMENT", "PIPL-23"), ("AWARD", "PIPL-23")),
    ),
    Requester(
        DEMO_SCHOOL_CODE, OrganisationKind.SCHOOL, "350500", "闽海大学（虚构）", "Minhai University (fictional)",
        (("ADMISSION", "PIPL-23"), ("GRADUATION", "PIPL-23"), ("AWARD", "PIPL-23")),
    ),
    Requester(
        DEPARTMENT, OrganisationKind.DEPARTMENT, "350500", "泉州市市场监督管理局",
        "Quanzhou Administration for Market Regulation", (("ADMINISTRATIVE_MATTER", "PIPL-34"),),
    ),
    Requester(
        OTHER_DEPARTMENT, OrganisationKind.DEPARTMENT, "350000", "福建省交通运输厅",
        "Fujian Department of Transport", (("ADMINISTRATIVE_MATTER", "PIPL-34"),),
    ),
)  # fmt: skip

KINDS: Final = {requester.code: requester.kind for requester in REQUESTERS}


class Act(StrEnum):
    """What somebody does."""

    ASK = "ASK"
    GRANT = "GRANT"
    REFUSE = "REFUSE"
    LOOK = "LOOK"
    WITHDRAW = "WITHDRAW"
    QUESTION = "QUESTION"
    ANSWER = "ANSWER"


@dataclass(frozen=True, slots=True)
class Told:
    """One act of the story.

    Attributes:
        days: How many days before the day of the demonstration.
        hour: At which hour.
        act: What is done.
        organisation: Who asks or looks, or about whose look it is.
        purpose: For what.
        case: The requester's case; it ties the acts together.
        items: Item types that are asked for.
        looks: How many looks are asked for.
        lasting: For how many days is asked.
        granted: What the person leaves of the items; empty for all of them.
        words: What the person or the office writes.
    """

    days: int
    hour: int
    act: Act
    organisation: str
    purpose: str
    case: str
    items: tuple[str, ...] = ()
    looks: int = 1
    lasting: int = 30
    granted: tuple[str, ...] = field(default=())
    words: str = ""


_LOAN: Final = ("TRADER.REGISTRATION", "HONOUR.CREDIT-EXEMPLAR", "MARKET.PENALTY", "TAX.ARREARS")
_JOB: Final = ("GUIDE.LICENCE", "SKILL.CERTIFICATE", "VOLUNTEER.HONOUR")
_COURSE: Final = ("VOLUNTEER.SERVICE", "VOLUNTEER.HONOUR", "MARKET.PENALTY")
_MATTER: Final = ("TRADER.REGISTRATION", "MARKET.PENALTY", "TAX.ARREARS")


def _case(organisation: str, purpose: str, case: str, *acts: tuple[int, int, Act, Mapping[str, object]]) -> list[Told]:
    return [Told(days, hour, act, organisation, purpose, case, **more) for days, hour, act, more in acts]  # type: ignore[arg-type]  # the fields of Told


TOLD: Final[tuple[Told, ...]] = (
    # A loan that runs: asked, allowed without the arrears, looked at month by month.
    *_case(
        BANK, "LENDING", "DK-0871-A",
        (100, 10, Act.ASK, {"items": _LOAN, "looks": 12, "lasting": 180}),
        (99, 19, Act.GRANT, {"granted": _LOAN[:3]}),
        *((days, hour, Act.LOOK, {"items": _LOAN[:3]})
          for days, hour in ((98, 9), (70, 9), (26, 9), (26, 11), (26, 15), (26, 16), (3, 10))),
    ),
    # A job: allowed, looked at once, withdrawn; the next look is refused.
    *_case(
        EMPLOYER, "EMPLOYMENT", "LY-0871-B",
        (52, 9, Act.ASK, {"items": _JOB, "looks": 3, "lasting": 90}),
        (52, 20, Act.GRANT, {}),
        (50, 11, Act.LOOK, {"items": _JOB}),
        (33, 21, Act.WITHDRAW, {}),
        (24, 14, Act.LOOK, {"items": _JOB}),
    ),
    # A course of last term: its last day is over.
    *_case(
        DEMO_SCHOOL_CODE, "ADMISSION", "ZS-0871-C",
        (160, 9, Act.ASK, {"items": _COURSE, "looks": 2, "lasting": 30}),
        (159, 20, Act.GRANT, {}),
        (157, 10, Act.LOOK, {"items": _COURSE}),
    ),
    # Refused, lapsed.
    *_case(
        OTHER_BANK, "LENDING", "DK-0871-D",
        (120, 9, Act.ASK, {"items": _LOAN, "looks": 12, "lasting": 365}),
        (119, 20, Act.REFUSE, {}),
    ),
    *_case(EMPLOYER, "AWARD", "PX-0871-E", (38, 9, Act.ASK, {"items": _COURSE, "looks": 2, "lasting": 30})),
    # Statutory looks of departments: one that is in order, one that the person does not know.
    *_case(DEPARTMENT, "ADMINISTRATIVE_MATTER", "XK-0871-F", (45, 10, Act.LOOK, {"items": _MATTER})),
    *_case(
        OTHER_DEPARTMENT, "ADMINISTRATIVE_MATTER", "YS-0871-G",
        (40, 10, Act.LOOK, {"items": _MATTER}),
        (39, 20, Act.QUESTION, {"words": "我没有申请过运输方面的证件。"}),
        (35, 10, Act.ANSWER, {"words": "经查，经办人把另一件申请的号码输错了，看到了您的信息。该次查询不合规，已要求该单位整改。"}),
    ),
    *_case(
        OTHER_DEPARTMENT, "ADMINISTRATIVE_MATTER", "YS-0871-H",
        (4, 15, Act.LOOK, {"items": _MATTER}),
        (2, 20, Act.QUESTION, {"words": "又是这个单位。"}),
    ),
    # Waiting for an answer.
    *_case(
        OTHER_BANK, "LENDING", "DK-0871-I", (5, 9, Act.ASK, {"items": _LOAN, "looks": 6, "lasting": 90}),
    ),
    *_case(
        DEMO_SCHOOL_CODE, "AWARD", "PX-0871-J", (1, 9, Act.ASK, {"items": _COURSE[:2], "looks": 1, "lasting": 14}),
    ),
)  # fmt: skip
"""What happens, case by case."""
