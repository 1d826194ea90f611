"""Inside the site's process: signed reports of one person, and Typst alone on the very same documents."""

import time
from datetime import datetime
from statistics import median
from typing import Any

from bench import lines
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.identifiers.identity import IdentityNumber
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.portals.presentation.report_texts import wording_in
from chengxin.reports import operations as reports
from chengxin.reports.layout import Sheet, render
from chengxin.reports.rules import ReportContents, data_of
from chengxin.reports.states import Extent, Language
from chengxin.sealing.reports import report_data

CREDENTIAL_CHARACTERS = 45_000
"""What the credential of fifty items has, about; its contents do not matter to Typst, which embeds it."""


def issue_reports(*, now: datetime, count: int, index: int) -> dict[str, Any]:
    """Issue so many reports of one person, and lay out the same documents with nothing around; return the medians."""
    number = IdentityNumber.parse(lines.number(index), today=civil_date(now))
    person_id = persons.find_person_by_identity(number)
    assert person_id is not None
    person = Actor(kind=ActorKind.PERSON, key="account:0", person_id=person_id, roles=frozenset({Role.CITIZEN}))
    kept: list[tuple[ReportContents, Sheet]] = []
    write = wording_in(Language.ZH_HANS)

    def wording(contents: ReportContents) -> Sheet:
        sheet = write(contents)
        kept.append((contents, sheet))
        return sheet

    issued, sizes, items = [], [], 0
    for _ in range(count + 1):
        begun = time.perf_counter()
        made = reports.issue_report(
            person_id=person_id, language=Language.ZH_HANS, extent=Extent.WHOLE, wording=wording, actor=person, now=now
        )
        issued.append(time.perf_counter() - begun)
        assert isinstance(made, reports.IssuedReport), made
        sizes.append(len(made.pdf))
        items = made.item_count
    alone = []
    for contents, sheet in kept:
        data = report_data(
            issuer=contents.issuer, number=contents.number, issued_at=contents.issued_at,
            valid_until=contents.valid_until, data=data_of(contents),
        )  # fmt: skip
        begun = time.perf_counter()
        render(sheet, data=data, credential="x" * CREDENTIAL_CHARACTERS, moment=now)
        alone.append(time.perf_counter() - begun)
    # The first of each loads fonts and tables, as a worker does once.
    return {"issued": median(issued[1:]), "alone": median(alone[1:]), "bytes": max(sizes), "items": items}
