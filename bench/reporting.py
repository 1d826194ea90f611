"""Inside the site's process: signed reports of one person, and Typst alone on the very same documents."""

import io
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connections
from pyhanko.pdf_utils.reader import PdfFileReader

from bench import lines
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.identifiers.identity import IdentityNumber
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.reports import operations as reports
from chengxin.reports.layout import Sheet
from chengxin.reports.layout.rendering import lay_out, prepare
from chengxin.reports.rules import ReportContents
from chengxin.reports.states import Extent, Language
from chengxin.sealing.reports import CREDENTIAL_NAME, DATA_NAME

_PAGE = os.sysconf("SC_PAGE_SIZE")
_MEGABYTE = 1024 * 1024


def issue_reports(*, now: datetime, count: int, index: int) -> dict[str, Any]:
    """Issue so many reports of one person, then let Typst alone make the same documents; return the medians."""
    kept: list[Sheet] = []
    issue = _issuer(now, index, kept)
    issued, alone, made = [], [], []
    for _ in range(count + 1):
        begun = time.perf_counter()
        made.append(issue())
        issued.append(time.perf_counter() - begun)
    # Only now: what Typst remembers of a document would make the same one cheaper right behind it.
    for sheet, report in zip(kept, made, strict=True):
        files = _embedded(report.pdf)
        prepared = prepare(sheet, data=files[DATA_NAME], credential=files[CREDENTIAL_NAME].decode(), moment=now)
        begun = time.perf_counter()
        lay_out(prepared)
        alone.append(time.perf_counter() - begun)
    # The first of each loads fonts and tables, as a worker does once.
    return {
        "issued": median(issued[1:]),
        "alone": median(alone[1:]),
        "bytes": max(len(report.pdf) for report in made),
        "items": made[-1].item_count,
    }


def issue_at_once(*, now: datetime, rounds: int, indices: list[int]) -> dict[str, Any]:
    """Issue a report of each person at once, again and again; return the slowest, the failures, the memory after each."""
    issuers = [_issuer(now, index, []) for index in indices]
    seconds: list[float] = []
    failures: list[str] = []

    def one(issue: Callable[[], reports.IssuedReport]) -> None:
        begun = time.perf_counter()
        try:
            issue()
        except Exception as wrong:  # noqa: BLE001 - a benchmark counts what fails, whatever it is
            failures.append(repr(wrong))
        finally:
            connections.close_all()
        seconds.append(time.perf_counter() - begun)

    resident = []
    for _ in range(rounds):
        threads = [threading.Thread(target=one, args=[issue]) for issue in issuers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        resident.append(_resident_megabytes())
    return {"slowest": max(seconds), "failures": failures, "resident": resident}


def _issuer(now: datetime, index: int, kept: list[Sheet]) -> Callable[[], reports.IssuedReport]:
    """Return what issues one report of a person, and keeps the sheets."""
    number = IdentityNumber.parse(lines.number(index), today=civil_date(now))
    person_id = persons.find_person_by_identity(number)
    assert person_id is not None
    person = Actor(kind=ActorKind.PERSON, key="account:0", person_id=person_id, roles=frozenset({Role.CITIZEN}))
    write = wording_in(Language.ZH_HANS)

    def wording(contents: ReportContents) -> Sheet:
        sheet = write(contents)
        kept.append(sheet)
        return sheet

    def issue() -> reports.IssuedReport:
        made = reports.issue_report(
            person_id=person_id, language=Language.ZH_HANS, extent=Extent.WHOLE, wording=wording, actor=person, now=now
        )
        assert isinstance(made, reports.IssuedReport), made
        return made

    return issue


def _embedded(pdf: bytes) -> dict[str, bytes]:
    """Return the files embedded in a report, by name."""
    members = PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    described = [member.get_object() for member in list(members)[1::2]]
    return {str(one["/UF"]): bytes(one["/EF"]["/F"].data) for one in described}


def _resident_megabytes() -> float:
    """Return what this process holds in memory."""
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return round(int(fields[1]) * _PAGE / _MEGABYTE, 1)
