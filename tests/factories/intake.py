"""Suppliers with a mandate, and batches as they send them. Synthetic persons only."""

import csv
import io
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue import operations as catalogue
from chengxin.catalogue.errors import EditionUnchanged
from chengxin.identifiers.identity import synthetic_number
from chengxin.intake import operations as intake
from chengxin.organisations import operations as organisations
from chengxin.persons import operations as persons
from chengxin.persons.operations import FeedColumns

PACKS = Path(__file__).resolve().parent.parent.parent / "packs"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SYSTEM = Actor(kind=ActorKind.SYSTEM, key="system:test", roles=frozenset({Role.OPERATOR, Role.OFFICE_POPULATION}))
SUPPLIER = "FZ_MARKET"
ITEM = "MARKET.PENALTY"


def officer(key: str, *roles: Role, organisation_code: str = SUPPLIER) -> Actor:
    return Actor(kind=ActorKind.OFFICER, key=key, organisation_code=organisation_code, roles=frozenset(roles))


SENDER = officer("account:sender", Role.SUPPLIER)
SECOND = officer("account:second", Role.SUPPLIER_SECOND)
CLERK = officer("account:clerk", Role.OFFICE_CLERK, organisation_code="OFFICE")


@cache
def _pack() -> Path:
    return PACKS / "fujian"


def edition(*, now: datetime = NOW) -> None:
    """Issue the province's edition in this test's database."""
    with suppress(EditionUnchanged):
        catalogue.issue_edition(pack=_pack(), actor=SYSTEM, now=now)


def changed_edition(folder: Path, *changes: tuple[str, str, str | None]) -> None:
    """Issue the province's edition with something else in files of the national pack.

    Args:
        folder: An empty one, for the copy of the packs.
        changes: File, text in it, and what stands there instead; ``None`` leaves out all rows of the file.
    """
    packs = Path(shutil.copytree(PACKS, folder / "packs"))
    for name, old, new in changes:
        file = packs / "national" / name
        text = file.read_text(encoding="utf-8")
        assert old in text, old
        file.write_text("" if new is None else text.replace(old, new), encoding="utf-8")
    catalogue.issue_edition(pack=packs / "fujian", actor=SYSTEM, now=NOW)


def supplier(*items: str, code: str = SUPPLIER, body_code: str = "FJ.MARKET") -> None:
    """Register a supplier and let it supply item types since 2017."""
    organisations.register_organisation(
        code=code,
        body_code=body_code,
        division_code="359900",
        name_zh="福州市市场监督管理局",
        name_en="Fuzhou Market Regulation",
        actor=SYSTEM,
        now=NOW,
    )
    for item in items or (ITEM,):
        organisations.grant_mandate(
            organisation_code=code, item_code=item, from_on=date(2017, 1, 1), to_on=None, actor=SYSTEM, now=NOW
        )


def number(index: int) -> str:
    return synthetic_number(born_on=date(1980 + index // 900, 3, 1), sequence=index % 900 + 1)


def name(index: int) -> str:
    return "陈林黄张吴"[index % 5] + "明华丽强芳"[index // 5 % 5] + "杰敏静伟秀"[index // 25 % 5]


def people(count: int, *, role: str | None = "LEGAL_REPRESENTATIVE") -> list[int]:
    """Register persons through the population feed, each with a coverage role, and return their keys in order."""
    persons.apply_population_feed(
        lines=FeedColumns(
            kind=["NEW"] * count,
            identity_number=[number(index) for index in range(count)],
            name=[name(index) for index in range(count)],
            effective_on=[date(2017, 1, 1)] * count,
        ),
        feed_number=1,
        declared_count=count,
        synthetic=True,
        actor=SYSTEM,
        now=NOW,
    )
    ids = [owner.person_id for owner in _owners(count)]
    if role is not None:
        persons.grant_coverages(
            grants=[
                persons.CoverageGrant(
                    person_id=person_id, role_code=role, since_on=date(2017, 1, 1), until_on=None, source_key=b"test"
                )
                for person_id in ids
            ],
            posting_id=0,
            actor=SYSTEM,
            now=NOW,
        )
    return ids


def _owners(count: int) -> list[persons.RegisteredPerson]:
    from chengxin.identifiers.identity import IdentityNumber
    from chengxin.persons import lookups

    found = []
    for index in range(count):
        person_id = lookups.find_person_by_identity(IdentityNumber.parse(number(index), today=date(2026, 11, 23)))
        assert person_id is not None
        found.append(persons.RegisteredPerson(person_id=person_id, reference=lookups.reference_of(person_id)))
    return found


def line(index: int, **changed: str) -> dict[str, str]:
    """Return one right line of ``MARKET.PENALTY`` about the person of that index, changed where asked."""
    return {
        "证件号码": number(index),
        "姓名": name(index),
        "信息编号": f"MS-{index:06d}",
        "发生日期": "2026-01-05",
        "失信程度": "一般",
        "文书类型": "行政处罚决定书",
        "文书号": f"闽市监罚〔2026〕{index}号",
        "作出单位": "福州市市场监督管理局",
        "文书日期": "2026-02-10",
        "违法事实": "销售不合格产品，已责令改正。",
    } | changed


def csv_bytes(lines: Sequence[Mapping[str, str]], *, encoding: str = "utf-8") -> bytes:
    """Return lines as a CSV file; the columns are all that any line has, in order of first sight."""
    columns = list(dict.fromkeys(column for row in lines for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode(encoding)


def receive(
    contents: bytes,
    *,
    item_code: str = ITEM,
    organisation_code: str = SUPPLIER,
    actor: Actor = SENDER,
    now: datetime = NOW,
    name: str = "batch.csv",
    key: str = "",
) -> str:
    """Send a file and return the batch's reference."""
    return intake.receive_batch(
        source=io.BytesIO(contents),
        declared_name=name,
        item_code=item_code,
        organisation_code=organisation_code,
        channel="PORTAL",
        actor=actor,
        now=now,
        idempotency_key=key,
    ).reference


def settle(contents: bytes, *, now: datetime = NOW, item_code: str = ITEM) -> intake.Settled:
    """Send a file and settle it."""
    reference = receive(contents, now=now, item_code=item_code)
    return intake.settle_batch(reference=reference, actor=SENDER, now=now)
