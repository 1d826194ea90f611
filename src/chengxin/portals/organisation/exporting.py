"""The list of batches as a CSV file, made page by page while it is sent."""

import csv
from collections.abc import Iterator, Mapping
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from chengxin.intake import lookups
from chengxin.intake.lookups import BatchLine
from chengxin.intake.states import BatchState
from chengxin.portals.organisation.labels import STATES
from chengxin.portals.presentation import rule_texts
from chengxin.portals.presentation.exporting import safe_cell

PAGE: Final = 500
BYTE_ORDER_MARK: Final = "\ufeff"


class _Echo:
    """Gives back each written line instead of keeping it."""

    def write(self, text: str) -> str:
        """Return the line.

        Args:
            text: As the writer made it.
        """
        return text


def batches_csv(
    *, organisation_code: str, state: BatchState | None, item_code: str, text: str, item_names: Mapping[str, str]
) -> Iterator[str]:
    """Return the lines of the file, the newest batch first. The words are those of the page that asked.

    Args:
        organisation_code: Whose batches.
        state: In one state, or ``None``.
        item_code: Of one item, or empty.
        text: Part of a reference or a file's name.
        item_names: Names of items by code, in the language of the page.
    """
    # Made before the first line is asked for: by then the page's language is no longer active.
    states = {code: str(words) for code, words in STATES.items()}
    outcomes = [str(rule_texts.RESULT_OUTCOMES[code]) for code in ("ACCEPTED", "REJECTED", "HELD", "UNCHANGED")]
    headers = [
        _("批次号"),
        _("信息项代码"),
        _("信息项"),
        _("状态"),
        _("文件名"),
        _("报送时间"),
        _("办结时间"),
        _("行数"),
        *outcomes,
        "SHA-256",
    ]
    writer = csv.writer(_Echo())

    def pages() -> Iterator[BatchLine]:
        before: int | None = None
        while True:
            page = lookups.list_batches(
                organisation_code=organisation_code,
                state=state,
                item_code=item_code,
                text=text,
                before=before,
                limit=PAGE,
            )
            yield from page
            if len(page) < PAGE:
                return
            before = page[-1].id

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + str(writer.writerow(headers))
        for batch in pages():
            cells = _cells(batch, states, item_names)
            yield str(writer.writerow([safe_cell(cell) for cell in cells]))

    return lines()


def _cells(batch: BatchLine, states: Mapping[BatchState, str], item_names: Mapping[str, str]) -> tuple[object, ...]:
    zone = timezone.get_default_timezone()
    moments = [
        "" if at is None else timezone.localtime(at, zone).strftime("%Y-%m-%d %H:%M:%S%z")
        for at in (batch.submitted_at, batch.settled_at)
    ]
    return (
        batch.reference,
        batch.item_code,
        item_names.get(batch.item_code, ""),
        states[batch.state],
        batch.declared_name,
        *moments,
        batch.lines,
        batch.accepted,
        batch.rejected,
        batch.held,
        batch.unchanged,
        batch.sha256,
    )
