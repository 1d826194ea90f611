"""Synthetic people and files about them: the same for the same arguments."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from chengxin.identifiers.identity import synthetic_number

ITEM = "MARKET.PENALTY"
HEADER = "证件号码,姓名,信息编号,发生日期,失信程度,文书类型,文书号,作出单位,文书日期,违法事实\n"
SURNAMES, GIVEN = "陈林黄张吴李王郑刘杨", "明华丽强芳伟娜敏静秀英"
SEVERITIES = ("轻微", "一般", "严重")
# The first people: those who open their own page, and those whom others ask about. No other file is about them.
CITIZENS = range(20)
ITEMS_OF_A_CITIZEN = 50
ASKED = range(20, 40)
ITEMS_OF_AN_ASKED = 20
DAYS = 600


def number(index: int) -> str:
    """Return the identity number of the person of that index, under the division that no real number carries."""
    return synthetic_number(born_on=date(1960, 1, 1) + timedelta(days=index // 999), sequence=index % 999 + 1)


def name(index: int) -> str:
    """Return the name of the person of that index."""
    return SURNAMES[index % 10] + GIVEN[index // 10 % 11] + GIVEN[index // 110 % 11]


def people(count: int) -> list[str]:
    """Return number and name, as they stand in a file, of so many people."""
    return [f"{number(index)},{name(index)}" for index in range(count)]


def write_file(*, target: Path, known: Sequence[str], count: int, prefix: str, today: date) -> None:
    """Write a file of right lines of ten columns, each about a person drawn at random.

    Args:
        target: The CSV file.
        known: As :func:`people` returns them.
        count: How many lines.
        prefix: Begins every record number, so that two files have none in common.
        today: All dates lie in the two years before it.
    """
    draw = random.Random(f"{prefix}{count}")  # noqa: S311 - benchmark data
    days = _days(today)
    with target.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for at in range(count):
            person = known[draw.randrange(ASKED.stop, len(known))]
            file.write(_line(person, f"{prefix}-{at:09d}", at, SEVERITIES[at % 3], days))


def write_file_about(indexes: range, *, each: int, target: Path, known: Sequence[str], today: date) -> None:
    """Write a file that gives some people items that are shown and used today.

    Args:
        indexes: Whom it is about.
        each: How many items of each.
        target: The CSV file.
        known: As :func:`people` returns them.
        today: All dates lie in the two years before it.
    """
    days = _days(today)
    with target.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for at in range(len(indexes) * each):
            index = indexes[at % len(indexes)]
            file.write(_line(known[index], f"OF-{index}-{at:09d}", at, SEVERITIES[2], days))


def _days(today: date) -> list[tuple[date, date]]:
    first = today - timedelta(days=DAYS + 30)
    return [(first + timedelta(days=day), first + timedelta(days=day + 10)) for day in range(DAYS)]


def _line(person: str, record: str, at: int, severity: str, days: Sequence[tuple[date, date]]) -> str:
    occurred_on, document_on = days[at % DAYS]
    return (
        f"{person},{record},{occurred_on},{severity},行政处罚决定书,闽市监罚〔2026〕{at}号,"
        f"福州市市场监督管理局,{document_on},销售不合格产品第{at}次抽检未按期整改\n"
    )
