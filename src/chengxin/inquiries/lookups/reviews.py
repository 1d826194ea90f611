"""Reading of sampled looks and how they were reviewed. Nothing here is of the person who was looked at."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from chengxin.authority.actors import Actor
from chengxin.inquiries.models import Review
from chengxin.inquiries.policies import ReviewStanding
from chengxin.inquiries.states import ReviewState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """A sampled look, as reviewers read it; it holds nothing of the person.

    Attributes:
        review_id: Its key.
        look_id: The line of the register.
        rule_code: Why it was sampled.
        organisation_code: For whom was looked.
        actor_key: Who looked.
        purpose_code: For what.
        case_number: The looker's case; may be empty.
        outcome: Whether something was shown.
        looked_at: When.
        due_on: Last day for the review.
        state: Where it stands.
        reasons: Why it was decided so; empty while it waits.
        suspended_subject: Whom the decision suspended; empty for none.
        decided_by: Who decided; empty while it waits.
        decided_at: When; ``None`` while it waits.
    """

    review_id: int
    look_id: int
    rule_code: str
    organisation_code: str
    actor_key: str
    purpose_code: str
    case_number: str
    outcome: str
    looked_at: datetime
    due_on: date
    state: ReviewState
    reasons: str
    suspended_subject: str
    decided_by: str
    decided_at: datetime | None


def list_reviews(
    *,
    state: ReviewState | None = None,
    organisation_code: str = "",
    rule_code: str = "",
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> tuple[ReviewLine, ...]:
    """Return sampled looks by due day, the earliest first.

    Args:
        state: Only those in this state.
        organisation_code: Only looks for this organisation; empty for all.
        rule_code: Only those sampled by this rule; empty for all.
        after: Only those behind this due day and key, to read on.
        limit: At most so many.
    """
    rows = Review.objects.order_by("due_on", "id")
    if state is not None:
        rows = rows.filter(state=state.value)
    if organisation_code:
        rows = rows.filter(organisation_code=organisation_code)
    if rule_code:
        rows = rows.filter(rule_code=rule_code)
    if after is not None:
        rows = rows.filter(Q(due_on__gt=after[0]) | Q(due_on=after[0], pk__gt=after[1]))
    return tuple(review_line(row) for row in rows[:limit])


def find_review(review_id: int) -> ReviewLine | None:
    """Return one sampled look, or ``None``."""
    row = Review.objects.filter(pk=review_id).first()
    return None if row is None else review_line(row)


def count_reviews() -> dict[str, dict[ReviewState, int]]:
    """Return how many sampled looks each organisation has, by state."""
    counts: dict[str, dict[ReviewState, int]] = {}
    rows = Review.objects.values_list("organisation_code", "state").annotate(count=Count("id"))
    for organisation_code, state, count in rows.order_by("organisation_code"):
        counts.setdefault(organisation_code, {})[ReviewState(state)] = count
    return counts


def review_standing(line: ReviewLine, actor: Actor) -> ReviewStanding:
    """Return how a reviewer stands to a sampled look.

    Args:
        line: The sampled look.
        actor: The reviewer.
    """
    return ReviewStanding(
        is_looker=line.actor_key == actor.key, is_own_organisation=line.organisation_code == actor.organisation_code
    )


def review_line(row: Review) -> ReviewLine:
    """Return a sampled look as values.

    Args:
        row: The review.
    """
    return ReviewLine(
        review_id=row.pk,
        look_id=row.look_id,
        rule_code=row.rule_code,
        organisation_code=row.organisation_code,
        actor_key=row.actor_key,
        purpose_code=row.purpose_code,
        case_number=row.case_number,
        outcome=row.outcome,
        looked_at=row.looked_at,
        due_on=row.due_on,
        state=ReviewState(row.state),
        reasons=row.reasons,
        suspended_subject=row.suspended_subject,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
