"""Concerns: the person does not know a look, and a reviewer of the office who did not take it says what it was."""

import base64
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import Edition
from chengxin.inquiries import lookups, policies, states
from chengxin.inquiries.errors import ConcernWordsMissing, LookUnknown
from chengxin.inquiries.events import ConcernAnswered, ConcernRaised
from chengxin.inquiries.models import Concern
from chengxin.inquiries.rules.concerns import ANSWER_TERM, answer_due_on
from chengxin.inquiries.states import ConcernMove, ConcernState
from chengxin.keys.current import keyring
from chengxin.ledger import operations as ledger
from chengxin.periods.calendars import WorkCalendar
from chengxin.periods.civil import civil_date
from chengxin.periods.terms import Term
from chengxin.persons import lookups as persons
from chengxin.register import lookups as register
from chengxin.register.lookups import LookLine
from chengxin.sealing.suites import seal

REFERENCE_BYTES: Final = 10
MOST_CHARACTERS: Final = 2_000


@transaction.atomic
def raise_concern(*, look_id: int, words: str, actor: Actor, now: datetime) -> str:
    """Ask the office to examine a look that the person does not know, and return the concern's reference.

    Args:
        look_id: The look; one of those at this person.
        words: What the person wants to say about it; may be empty.
        actor: The person.
        now: The moment.

    Raises:
        LookUnknown: There is no such look, or it was at somebody else.
        ConcernWordsMissing: The words are too long.
        Refused: It was the person's own look, or there is a concern about it already.
    """
    row_of, look = _find_look(actor, look_id)
    text = words.strip()
    if len(text) > MOST_CHARACTERS:
        raise ConcernWordsMissing(limit=MOST_CHARACTERS)
    edition = catalogue.edition_in_force(civil_date(now))
    reference = base64.b32encode(secrets.token_bytes(REFERENCE_BYTES)).decode()
    due = answer_due_on(raised_on=civil_date(now), term=_term(edition), calendar=_calendar(edition))
    standing = lookups.standing_of(actor, person_id=row_of, looker_key=look.actor_key, is_raised=False)
    policies.may_raise_concern(actor, standing).require()
    _, is_new = Concern.objects.get_or_create(
        look_id=look_id,
        defaults={
            "reference": reference,
            "look_sequence": look.sequence,
            "person_id": row_of,
            "looker_key": look.actor_key,
            "organisation_code": look.organisation_code or "",
            "purpose_code": look.purpose_code,
            "words_sealed": _sealed(text, reference, "person"),
            "raised_by": actor.key,
            "raised_at": now,
            "edition_code": edition.code,
            "due_on": due,
            "state": ConcernState.UNDER_REVIEW.value,
        },
    )
    # One concern for a look, also where the button was pressed twice at once.
    policies.may_raise_concern(actor, replace(standing, is_raised=not is_new)).require()
    ledger.append(
        ConcernRaised(person_id=row_of, concern=reference, look=look.sequence, due_on=due), actor=actor, at=now
    )
    return reference


@transaction.atomic
def answer_concern(*, reference: str, move: ConcernMove, answer: str, actor: Actor, now: datetime) -> ConcernState:
    """Tell the person what a look was, and whether it was in order; return how the concern stands now.

    Args:
        reference: The concern.
        move: What was found.
        answer: What the person is told; never empty.
        actor: A reviewer of the office, who neither took the look nor is the person.
        now: The moment.

    Raises:
        ConcernUnknown: There is no such concern.
        ConcernMoveNotAllowed: It was answered already.
        ConcernWordsMissing: The answer is empty or too long.
        Refused: The actor may not.
    """
    row = lookups.lock_concern(reference)
    policies.may_answer_concern(
        actor, lookups.standing_of(actor, person_id=row.person_id, looker_key=row.looker_key, is_raised=True)
    ).require()
    text = answer.strip()
    if not text or len(text) > MOST_CHARACTERS:
        raise ConcernWordsMissing(limit=MOST_CHARACTERS)
    state = states.concern_after(ConcernState(row.state), move)
    Concern.objects.filter(pk=row.pk).update(
        state=state.value,
        answered_by=actor.key,
        answered_at=now,
        answer_sealed=_sealed(text, row.reference, "office"),
    )
    ledger.append(
        ConcernAnswered(person_id=row.person_id, concern=row.reference, state=state.value), actor=actor, at=now
    )
    return state


def _find_look(actor: Actor, look_id: int) -> tuple[int, LookLine]:
    if actor.person_id is not None:
        for row_of in persons.cluster_of(actor.person_id):
            look = register.find_look(person_id=row_of, look_id=look_id)
            if look is not None:
                return row_of, look
    raise LookUnknown


def _term(edition: Edition) -> Term | None:
    found = edition.terms.get(ANSWER_TERM)
    return None if found is None else found.as_term()


def _calendar(edition: Edition) -> WorkCalendar | None:
    return edition.work_calendar() if edition.calendars else None


def _sealed(text: str, reference: str, whose: str) -> bytes:
    return seal(keyring().vault(), text.encode(), context=lookups.words_context(reference, whose))
