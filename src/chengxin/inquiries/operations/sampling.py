"""Sampling of looks for review, and deciding them. Looks of every organisation are sampled, the office's own too.

The statements read the register and the rooms below in place: a sample of millions of lines is not carried through
Python. They take keys, times and codes, and nothing that a look has shown.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.errors import NoEditionInForce
from chengxin.catalogue.rules.values import Edition, SamplingCode, SamplingRule
from chengxin.inquiries import lookups, policies
from chengxin.inquiries.errors import ReviewReasonsMissing, ReviewUnknown
from chengxin.inquiries.events import LooksSampled, ReviewDecided
from chengxin.inquiries.models import Review, Sampling
from chengxin.inquiries.rules.sampling import review_due_on
from chengxin.inquiries.states import ReviewState, Suspends
from chengxin.ledger import operations as ledger
from chengxin.organisations import operations as organisations
from chengxin.periods.civil import civil_date
from chengxin.register import lookups as register

FIRST_DAYS: Final = 30
"""How far back the very first run looks."""
SETTLE_MINUTES: Final = 10
"""Looks are considered when their transactions have surely ended."""
_LOCK: Final = 0x7265_7669_6577  # "review", for pg_advisory_xact_lock

# A look of an officer or client; a person's own reading is for no organisation.
_LOOKS: Final = """
    SELECT * FROM register_look
    WHERE organisation_code IS NOT NULL AND actor_key ~ '^(account|client):' AND at >= {since} AND at < %(until)s
"""
_INQUIRIES: Final = """
    SELECT look.* FROM looks look
    JOIN inquiries_inquiry inquiry ON inquiry.look_id = look.id AND inquiry.outcome = 'ANSWERED'
    JOIN authorisations_authorisation allowed ON allowed.id = inquiry.authorisation_id
"""
_HOURLY: Final = """
    SELECT * FROM (
        SELECT look.*, row_number() OVER (PARTITION BY actor_key, date_trunc('hour', at) ORDER BY id) AS place
        FROM looks look WHERE actor_key LIKE 'account:%%' {condition}
    ) counted WHERE place = %(count)s AND at >= %(since)s
"""
# How far back each rule reads, and which of those looks it takes.
CANDIDATES: Final[Mapping[SamplingCode, tuple[str, str]]] = {
    SamplingCode.PAPER_FIRST: (
        "%(since)s",
        f"""{_INQUIRIES} WHERE allowed.channel = 'COUNTER' AND NOT EXISTS (
            SELECT 1 FROM inquiries_inquiry earlier WHERE earlier.authorisation_id = allowed.id
                AND earlier.outcome = 'ANSWERED' AND earlier.id < inquiry.id)""",
    ),
    SamplingCode.OTHER_CASE: (
        "%(since)s",
        f"{_INQUIRIES} WHERE allowed.case_number <> inquiry.case_number",
    ),
    SamplingCode.REFUSED_SERIES: ("%(since)s - interval '1 hour'", _HOURLY.format(condition="AND outcome = 'REFUSED'")),
    SamplingCode.REPEATED: (
        "%(since)s - make_interval(days => %(days)s)",
        """SELECT * FROM (
            SELECT look.*, count(*) OVER (
                PARTITION BY actor_key, person_id ORDER BY at
                RANGE BETWEEN make_interval(days => %(days)s) PRECEDING AND CURRENT ROW) AS place
            FROM looks look WHERE actor_key LIKE 'account:%%'
        ) counted WHERE place = %(count)s AND at >= %(since)s""",
    ),
    SamplingCode.NIGHT: (
        "%(since)s",
        # Hours since the first one, round the clock, fewer than the rule's hours have.
        """SELECT * FROM looks WHERE actor_key LIKE 'account:%%'
            AND (extract(hour FROM at AT TIME ZONE 'Asia/Shanghai')::integer - %(from_hour)s + 24) %% 24
                < (%(to_hour)s - %(from_hour)s + 24) %% 24""",
    ),
    SamplingCode.BULK: ("%(since)s - interval '1 hour'", _HOURLY.format(condition="")),
    SamplingCode.NO_FOLLOW_UP: (
        "%(since)s - make_interval(days => %(days)s)",
        """SELECT look.* FROM looks look
        JOIN intake_heldline held ON held.state = 'WAITING'
        JOIN intake_batch batch ON batch.id = held.batch_id AND look.case_number = batch.reference || '/' || held.line
        WHERE look.purpose_code = 'CLERICAL_MATCH' AND look.at < %(until)s - make_interval(days => %(days)s)""",
    ),
    SamplingCode.OFFICE_SHARE: ("%(since)s", "SELECT * FROM looks WHERE purpose_code = ANY (%(office_purposes)s)"),
    SamplingCode.SHARE: ("%(since)s", "SELECT * FROM looks"),
}
# Which of the fitting looks are taken, two bytes of the salted digest decide.
TAKE: Final = """
    WITH looks AS NOT MATERIALIZED ({looks}), fitting AS ({candidates})
    INSERT INTO inquiries_review (
        look_id, rule_code, organisation_code, actor_key, purpose_code, case_number, outcome, looked_at, sampled_at,
        due_on, state, reasons, suspended_subject, decided_by
    )
    SELECT id, %(rule)s, organisation_code, actor_key, purpose_code, coalesce(case_number, ''), outcome, at, %(now)s,
        %(due_on)s, 'WAITING', '', '', ''
    FROM fitting WHERE (get_byte(digest, 0) * 256 + get_byte(digest, 1)) %% 1000 < %(per_mille)s
    ON CONFLICT (look_id) DO NOTHING
"""


@transaction.atomic
def sample_looks(*, actor: Actor, now: datetime) -> int:
    """Take the looks since the last run for review, by every rule of the edition in force, and return how many.

    Where no edition is in force, or it has no rules, nothing is taken and the looks wait for a run that has some.

    Args:
        actor: The system.
        now: The moment; looks of the last minutes wait for the next run.
    """
    edition = _edition(now)
    if edition is None or not edition.sampling_rules:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = Sampling.objects.order_by("-until_at").values_list("until_at", flat=True).first()
        until = now - timedelta(minutes=SETTLE_MINUTES)
        since = now - timedelta(days=FIRST_DAYS) if last is None else last
        if until <= since:
            return 0
        sampled = 0
        for rule in edition.sampling_rules.values():
            reach, candidates = CANDIDATES[rule.code]
            parameters = {"since": since, "until": until, "now": now, **_parameters(rule, edition, now)}
            cursor.execute(TAKE.format(looks=_LOOKS.format(since=reach), candidates=candidates), parameters)
            sampled += cursor.rowcount
    Sampling.objects.create(since_at=since, until_at=until, sampled_count=sampled, sampled_at=now)
    ledger.append(LooksSampled(until=until.isoformat(), sampled=sampled), actor=actor, at=now)
    return sampled


def _edition(now: datetime) -> Edition | None:
    try:
        return catalogue.edition_in_force(civil_date(now))
    except NoEditionInForce:
        return None


def _parameters(rule: SamplingRule, edition: Edition, now: datetime) -> dict[str, Any]:
    """Return what a rule's statements are given; the office's own purposes are those of its roles."""
    return {
        "rule": rule.code.value,
        "count": rule.count,
        "days": rule.days,
        "from_hour": rule.from_hour,
        "to_hour": rule.to_hour,
        "per_mille": rule.per_mille,
        "due_on": review_due_on(sampled_on=civil_date(now), due_days=rule.due_days),
        "office_purposes": [
            code
            for code, purpose in edition.purposes.items()
            if any(role.startswith("OFFICE_") for role in purpose.who)
        ],
    }


@transaction.atomic
def decide_review(
    *, review_id: int, decision: ReviewState, reasons: str, suspends: Suspends | None, actor: Actor, now: datetime
) -> None:
    """Decide that a sampled look was proper, or misuse; misuse suspends the looker or the organisation in the same act.

    Args:
        review_id: Which.
        decision: ``PROPER`` or ``MISUSE``.
        reasons: Why, in words.
        suspends: Whom misuse suspends; ``None`` for a proper look.
        actor: A reviewer who is not the looker and acts for another organisation.
        now: The moment.

    Raises:
        ReviewUnknown: There is none, or it was decided already.
        ReviewReasonsMissing: There are no reasons, or misuse suspends nobody, or a proper look somebody.
        Refused: The actor may not decide it.
    """
    row = Review.objects.select_for_update().filter(pk=review_id, state=ReviewState.WAITING.value).first()
    if row is None:
        raise ReviewUnknown
    standing = lookups.review_standing(lookups.review_line(row), actor)
    policies.may_decide_review(actor, standing).require()
    is_misuse = decision is ReviewState.MISUSE
    if decision is ReviewState.WAITING or not reasons.strip() or is_misuse != (suspends is not None):
        raise ReviewReasonsMissing
    subject = ""
    if suspends is not None:
        subject = row.actor_key if suspends is Suspends.LOOKER else f"organisation:{row.organisation_code}"
        _suspend(subject, reasons=reasons, actor=actor, now=now)
    Review.objects.filter(pk=row.pk).update(
        state=decision.value,
        reasons=reasons.strip(),
        suspended_subject=subject,
        decided_by=actor.key,
        decided_at=now,
    )
    ledger.append(
        ReviewDecided(
            person_id=register.person_of_look(row.look_id), review=row.pk, look=row.look_id, decision=decision.value
        ),
        actor=actor,
        at=now,
    )


def _suspend(subject: str, *, reasons: str, actor: Actor, now: datetime) -> None:
    """Suspend somebody, unless that was done already."""
    try:
        organisations.suspend(subject=subject, reasons=reasons, actor=actor, now=now)
    except organisations.SuspendedAlready:
        return
