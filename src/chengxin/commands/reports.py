"""Commands about reports: issuing one as at a counter, and checking a file."""

import argparse
import os
from typing import Final

from chengxin.authority.actors import Actor, Role
from chengxin.authority.decisions import Refusal
from chengxin.commands.entry import refusal
from chengxin.commands.running import Answer, CommandRefused, Run
from chengxin.persons import lookups as persons
from chengxin.persons import operations as registry
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.reports import lookups
from chengxin.reports import operations as reports
from chengxin.reports.states import Extent, FileVerdict, Language

OFFICE: Final = "OFFICE"


def issue(called: argparse.Namespace, run: Run) -> Answer:
    """Issue a report about a person and write it to a file that only its owner can read.

    Raises:
        CommandRefused: The report was refused; the attempt is in the register.
        PersonUnknown: There is no such person.
    """
    person_id = persons.find_by_reference(called.person)
    if person_id is None:
        raise registry.PersonUnknown
    language = Language(called.language)
    issued = reports.issue_report(
        person_id=person_id,
        language=language,
        extent=Extent(called.extent),
        wording=wording_in(language),
        actor=_clerk(called, run),
        now=run.now,
        case_number=called.case or f"command:{run.run_id}",
    )
    if isinstance(issued, Refusal):
        raise CommandRefused(code=issued.code)
    with os.fdopen(os.open(called.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(issued.pdf)
    body = {
        "number": issued.number,
        "valid_until": issued.last_on,
        "items": issued.item_count,
        "look": issued.look_sequence,
        "file": str(called.output),
        "run": run.run_id,
    }
    lines = (
        f"已出具报告 {issued.number}，共 {issued.item_count} 条，有效到 {issued.last_on}。",
        f"已写出：{called.output}",
        f"这是关于本人的第 {issued.look_sequence} 次查看，本人看得到。",
    )
    return Answer(body=body, lines=lines)


def _clerk(called: argparse.Namespace, run: Run) -> Actor:
    return run.officer(called.by) if called.by else run.operator([Role.OFFICE_CLERK], organisation_code=OFFICE)


def verify(called: argparse.Namespace, run: Run) -> Answer:
    """Check the file of a report: by its signature, then how the report stands here."""
    status = None if called.status is None else called.status.read_text(encoding="ascii", errors="replace").strip()
    with called.file.open("rb") as file:
        checked = lookups.check_file(file, now=run.now, status=status)
    report = checked.report
    known = report if report is not None and report.issued_on is not None else None
    body = {
        "verdict": checked.verdict.value,
        "number": None if known is None else known.number,
        "issued_on": None if known is None else known.issued_on,
        "valid_until": None if known is None else known.last_on,
        "is_proven_older": checked.is_proven_older,
    }
    if checked.verdict is not FileVerdict.GOOD or known is None:
        return refusal(f"REPORT_{checked.verdict.value}", {}, **body)
    older = "签它的密钥后来作废了，账本和见证方证明它出具在那之前。" if checked.is_proven_older else ""
    told = f"有效：报告 {known.number}，{known.issued_on} 出具，有效到 {known.last_on}。{older}"
    return Answer(body=body, lines=(told,))
