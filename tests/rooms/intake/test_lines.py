"""Every line is accounted for, in any mix; and no number gets into findings, logs, refusals or results."""

import csv
import io
import json
import logging
import random
from pathlib import Path

import pytest
from django.db import connection

from chengxin.intake import lookups
from chengxin.intake.operations import ResultWords
from chengxin.intake.states import Outcome
from chengxin.tabular.writing import ResultLabels
from factories import intake as given

pytestmark = pytest.mark.django_db
MADE: dict[str, dict[str, str]] = {
    "right": {},
    "unknown": {"证件号码": given.number(899)},
    "misnamed": {"姓名": "别的人"},
    "format": {"失信程度": "坏"},
    "date": {"发生日期": "2026-02-30"},
    "check": {"证件号码": given.number(3)[:-1] + ("0" if given.number(3)[-1] != "0" else "1")},
    "missing": {"操作": "更正"},
}
EXPECTED = {
    "right": Outcome.ACCEPTED,
    "unknown": Outcome.HELD,
    "misnamed": Outcome.HELD,
    "format": Outcome.REJECTED,
    "date": Outcome.REJECTED,
    "check": Outcome.REJECTED,
    "missing": Outcome.REJECTED,
    "again": Outcome.UNCHANGED,
    "broken": Outcome.REJECTED,
}


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_every_line_has_the_outcome_of_its_kind(seed: int) -> None:
    chance = random.Random(seed)
    given.edition()
    given.supplier()
    given.people(60)
    already = [given.line(index) for index in range(10)]
    given.settle(given.csv_bytes(already))
    kinds = [chance.choice(sorted(EXPECTED)) for _ in range(50)]
    rows = []
    for place, kind in enumerate(kinds):
        row = already.pop() if kind == "again" and already else given.line(10 + place, **MADE.get(kind, {}))
        if kind == "again" and row["信息编号"] == given.line(10 + place)["信息编号"]:
            kinds[place] = "right"
        rows.append(row)
    text = given.csv_bytes(rows).decode().splitlines()
    contents = "\r\n".join(
        line + (",多余" if place > 0 and kinds[place - 1] == "broken" else "") for place, line in enumerate(text)
    )
    settled = given.settle(contents.encode())
    batch = lookups.access_batch(reference=settled.reference, actor=given.SENDER)
    expected = [EXPECTED[kind] for kind in kinds]
    assert lookups.outcomes_of(batch_id=batch.id) == expected  # type: ignore[union-attr]
    assert (settled.lines, settled.accepted, settled.rejected, settled.held, settled.unchanged) == (
        50,
        *(expected.count(outcome) for outcome in (Outcome.ACCEPTED, Outcome.REJECTED, Outcome.HELD, Outcome.UNCHANGED)),
    )


CANARY = given.number(17)
SPELLINGS = [CANARY, f"{CANARY[:6]} {CANARY[6:14]} {CANARY[14:]}", "".join(chr(ord(c) + 0xFEE0) for c in CANARY)]


def test_no_number_gets_into_findings_logs_refusals_or_reasons(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    given.edition()
    given.supplier()
    given.people(20)
    lines = [
        given.line(place, **{column: text})
        for place, (column, text) in enumerate(
            (column, f"{before}{spelling}")
            for column in given.line(0)
            for spelling in SPELLINGS
            for before in ("", "坏", "3")
        )
    ]
    settled = given.settle(given.csv_bytes(lines))
    headless = given.csv_bytes([dict(zip(lines[0].values(), lines[1].values(), strict=True))])
    refused = given.settle(headless)
    assert (refused.refusal_code, settled.rejected > 0) == ("HEADER_UNKNOWN", True)
    with connection.cursor() as cursor:
        told = []
        for table in ("intake_finding", "intake_batch", "ledger_event", "intake_upload"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            told += [row[0] for row in cursor.fetchall()]
    told += [record.getMessage() for record in caplog.records]
    told.append(json.dumps(refused.refusal_details, ensure_ascii=False))
    serial = CANARY[6:17]
    leaks = [text for text in told if any(part in text for part in (CANARY, serial, SPELLINGS[1], SPELLINGS[2][6:17]))]
    assert leaks == []

    words = ResultWords(
        labels=ResultLabels(outcome="结果", reason="原因", remedy="处理", original="原文"),
        outcomes={outcome: outcome.value for outcome in Outcome},
    )
    result = given.intake.write_result(
        reference=settled.reference,
        target=tmp_path / "result.csv",
        translate=lambda finding: (f"{finding.rule} {finding.seen} {dict(finding.params)}", "改"),
        words=words,
        actor=given.SENDER,
    )
    rows = list(csv.DictReader(io.StringIO(result.path.read_text("utf-8-sig"))))
    assert len(rows) == len(lines)
    assert [row["原因"] for row in rows if CANARY in row["原因"] or serial in row["原因"]] == []
    assert {row["结果"] for row in rows} <= {outcome.value for outcome in Outcome}
