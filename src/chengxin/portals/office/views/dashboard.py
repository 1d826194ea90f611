"""The office's first page: what waits, for how long, and how supply goes. Counts only, nothing of any person."""

from collections import Counter
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chengxin.authority.actors import Role
from chengxin.inquiries import lookups as inquiries
from chengxin.intake import lookups as intake
from chengxin.ledger import lookups as ledger
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons
from chengxin.portals.office.labels import BATCH_STATES
from chengxin.portals.office.naming import Names, edition_on
from chengxin.portals.presentation import values
from chengxin.portals.presentation.access import Audience, actor_of, open_to
from chengxin.portals.presentation.clock import today_of

_AGES = ((0, 1), (2, 3), (4, 7), (8, 14))
_MOST_AGED = 2000
_MOST_CHARTED = 8


def _ages(today: date) -> values.Chart:
    """Count waiting lines by their age in calendar days."""
    counts: Counter[int] = Counter()
    for line in intake.list_held_lines(limit=_MOST_AGED):
        age = (today - civil_date(line.submitted_at)).days
        counts[next((place for place, (_low, high) in enumerate(_AGES) if age <= high), len(_AGES))] += 1
    labels = [_("%(low)s–%(high)s 天") % {"low": low, "high": high} for low, high in _AGES]
    labels.append(_("15 天及以上"))
    return values.Chart(
        title=_("等待核对的行，按等了多久"),
        points=[(label, counts[place]) for place, label in enumerate(labels)],
        unit=_("行"),
        label_heading=_("等了多久"),
    )


@open_to(Audience.OFFICE)
def home(request: HttpRequest) -> HttpResponse:
    """Show counts and small charts of the work.

    Args:
        request: The request being answered.
    """
    actor = actor_of(request)
    today = today_of(request)
    names = Names(edition_on(today))
    states = intake.count_batches()
    worst = sorted(
        (line for line in intake.list_quality() if line.accepted_percent is not None),
        key=lambda line: line.accepted_percent or 0.0,
    )[:_MOST_CHARTED]
    reads_batches = actor.has(Role.OFFICE_CLERK) or actor.has(Role.OFFICE_REVIEWER)
    counts = [
        (_("等待核对的行"), intake.count_held_lines(), reverse("office:held") if reads_batches else ""),
        (_("批次"), sum(states.values()), reverse("office:batches") if reads_batches else ""),
        (
            _("本人不认识的查看，等待答复"),
            inquiries.count_open_concerns(),
            reverse("office:concerns") if actor.has(Role.OFFICE_REVIEWER) else "",
        ),
        (_("等待决定的合并和拆分"), len(persons.list_merges(is_undecided=True)), _merges_url(actor.roles)),
        (_("人员"), persons.count_persons(), ""),
        (_("等待并入存证的事件"), ledger.count_pending(), ""),
    ]
    context = {
        "counts": counts,
        "today": today,
        "charts": [
            _ages(today),
            values.Chart(
                title=_("批次，按状态"),
                points=[(BATCH_STATES[state.value][0], count) for state, count in sorted(states.items())],
                unit=_("批"),
                label_heading=_("状态"),
            ),
            values.Chart(
                title=_("收下的行所占比例，最低的几项"),
                points=[
                    (
                        names.short_item(line.item_code),
                        line.accepted_percent or 0.0,
                    )
                    for line in worst
                ],
                unit="%",
                label_heading=_("信息类别"),
            ),
        ],
    }
    return render(request, "office/home.html", context)


def _merges_url(roles: frozenset[Role]) -> str:
    return reverse("office:merges") if roles & {Role.OFFICE_CLERK, Role.OFFICE_REVIEWER, Role.OFFICE_POPULATION} else ""
