"""Recording at a counter what a person signed on paper; the scan is kept sealed and sampled by review."""

import hashlib
from datetime import datetime
from typing import Final

from django.db import transaction

from chengxin.authorisations import lookups, policies, rules
from chengxin.authorisations.errors import AskedWrongly, GrantedMoreThanAsked, ScanUnreadable
from chengxin.authorisations.models import PaperScan
from chengxin.authorisations.operations.answering import write_authorisation
from chengxin.authorisations.rules import Scope
from chengxin.authorisations.states import Channel
from chengxin.authority.actors import Actor
from chengxin.catalogue import lookups as catalogue
from chengxin.keys.current import keyring
from chengxin.organisations import lookups as organisations
from chengxin.periods.civil import civil_date
from chengxin.sealing.suites import seal

SCAN_BYTES: Final = 5 * 1024 * 1024
_BEGINNINGS: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


@transaction.atomic
def record_paper_authorisation(
    *,
    person_id: int,
    organisation_code: str,
    purpose_code: str,
    scope: Scope,
    case_number: str,
    scan: bytes,
    actor: Actor,
    now: datetime,
) -> str:
    """Record what a person signed at the counter and return the authorisation's reference.

    The clerk has checked the person's document before; see ``persons.record_verification``.

    Args:
        person_id: Who signed.
        organisation_code: Who may look.
        purpose_code: For what.
        scope: Over what, how often, how long.
        case_number: The requester's case.
        scan: PDF, PNG or JPEG of the signed paper, at most 5 MiB.
        actor: A clerk of the credit office.
        now: The moment.

    Raises:
        AskedWrongly: The purpose is not one that persons allow, or the case number has another form.
        GrantedMoreThanAsked: The scope is empty, or goes beyond the purpose or the organisation's mandate.
        ScanUnreadable: The scan is no PDF, PNG or JPEG, is empty, or is too large.
        Refused: The actor is no clerk, or the organisation is suspended or may not ask.
    """
    today = civil_date(now)
    asking = organisations.asking_facts(
        organisation_code=organisation_code,
        purpose_code=purpose_code,
        subjects=(f"organisation:{organisation_code}", actor.key),
        on=today,
    )
    policies.may_record_paper(actor, is_suspended=bool(asking.suspended)).require()
    edition = catalogue.edition_in_force(today)
    purpose = edition.purposes.get(purpose_code)
    if purpose is None or purpose.disclosure is None or not purpose.needs_authorisation:
        raise AskedWrongly(field="purpose")
    if asking.mandate_basis is None or not purpose.disclosure.admits(asking.kind or ""):
        raise AskedWrongly(field="organisation")
    case = case_number.strip()
    if not purpose.disclosure.takes_case(case):
        raise AskedWrongly(field="case_number")
    limit = rules.widest_scope(
        purpose_items=edition.items_for(purpose),
        mandate_items=asking.mandate_items,
        most_looks=purpose.disclosure.most_looks,
        most_days=purpose.disclosure.most_days,
    )
    if not scope.is_sound or not rules.is_within(scope, limit):
        raise GrantedMoreThanAsked
    media_type = _media_type(scan)
    row = write_authorisation(
        request=None,
        person_id=person_id,
        organisation_code=organisation_code,
        purpose_code=purpose_code,
        scope=scope,
        case_number=case,
        channel=Channel.COUNTER,
        actor=actor,
        now=now,
    )
    PaperScan.objects.create(
        authorisation=row,
        media_type=media_type,
        sha256=hashlib.sha256(scan).hexdigest(),
        sealed=seal(keyring().vault(), scan, context=lookups.scan_context(row.reference)),
    )
    return row.reference


def _media_type(scan: bytes) -> str:
    found = next((kind for beginning, kind in _BEGINNINGS.items() if scan.startswith(beginning)), None)
    if found is None or len(scan) > SCAN_BYTES:
        raise ScanUnreadable(limit=SCAN_BYTES)
    return found
