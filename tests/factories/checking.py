"""Lines checked as a batch checks them, without a database: texts in, faults and values out."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chengxin.catalogue.rules.columns import columns_of
from chengxin.catalogue.rules.packs import compose, load_packs
from chengxin.catalogue.rules.values import Edition
from chengxin.checking import engine, rules
from chengxin.checking.rules import CheckContext

PACKS = Path(__file__).parents[2] / "packs"
TODAY = date(2026, 11, 23)
ITEM = "MARKET.PENALTY"


@cache
def edition(pack: str = "fujian") -> Edition:
    return compose(load_packs(PACKS / pack))


def context(*, item_code: str = ITEM, today: date = TODAY, synthetic: bool = True) -> CheckContext:
    return CheckContext(today=today, synthetic=synthetic, edition=edition(), item=edition().item_types[item_code])


def line(**changed: str | None) -> dict[str, str | None]:
    """Return one right line of ``MARKET.PENALTY``, by column code, changed where asked."""
    return {
        "identity_number": "359900199001010074",
        "name": "陈小明",
        "record_number": "MS-000001",
        "action": "",
        "occurred_on": "2026-01-05",
        "ended_on": "",
        "severity": "一般",
        "document_kind": "行政处罚决定书",
        "document_number": "闽市监罚〔2026〕1号",
        "issuing_body": "福州市市场监督管理局",
        "document_on": "2026-02-10",
        "effective_on": "",
        "facts": "销售不合格产品，已责令改正。",
    } | changed


class Checked:
    """One checked line: the faults as (rule, column), and the values that come out."""

    def __init__(self, row: Mapping[str, Any], faults: frozenset[tuple[str, str | None]]) -> None:
        self.values = row
        self.faults = faults

    def rules(self, column: str | None = None) -> set[str]:
        return {rule for rule, where in self.faults if column is None or where == column}


def checked(
    lines: Sequence[Mapping[str, str | None]], *, of: CheckContext | None = None, rows: int = 50_000
) -> list[Checked]:
    """Check lines, given by column code; the columns are those of the first line."""
    asked = of or context()
    columns = list(lines[0])
    table = pa.table(
        {f"c{place}": pa.array([row[code] for row in lines], pa.string()) for place, code in enumerate(columns)}
        | {"line": pa.array(range(1, len(lines) + 1), pa.int64())}
    )
    plan_of_headers = rules.assign_headers(headers=columns, context=asked)
    plan = rules.fault_plan(header_plan=plan_of_headers, context=asked)
    found: list[Checked] = []
    with TemporaryDirectory() as folder:
        source = Path(folder) / "plain.parquet"
        pq.write_table(table, source)
        with engine.checked_batches(
            name="duckdb", work=Path(folder), source=source, header_plan=plan_of_headers, context=asked, rows=rows
        ) as batches:
            for batch in batches:
                for row in batch.to_pylist():
                    words = [row[name] for name in engine.fault_columns(len(plan))]
                    faults = rules.faults_of(words, plan)
                    found.append(Checked(row, frozenset((fault.rule.value, fault.column) for fault in faults)))
    return found


def all_columns(item_code: str = ITEM) -> list[str]:
    return [column.code for column in columns_of(context(item_code=item_code).item)]
