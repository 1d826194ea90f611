"""Ten thousand lines of one officer, each judged and registered on its own; what it takes is kept with the report."""

import time
from collections.abc import Callable

import pytest
from django.db import connection

from chengxin.accounts import operations as accounts
from chengxin.accounts.models import Account
from chengxin.authority.actors import ActorKind, Role
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.inquiries import lookups
from chengxin.inquiries import operations as inquiries
from chengxin.postgres.roles import Logins
from factories import asking
from factories import inquiries as gate
from factories import intake as given
from factories.portals import PASSWORD

pytestmark = pytest.mark.slow

LINES = 10_000
PEOPLE = 2_000
MOST_SECONDS_A_THOUSAND = 20.0


def test_ten_thousand_lines_are_answered_line_by_line(
    fresh_database: Logins, record_property: Callable[[str, object], None]
) -> None:
    given.edition()
    given.supplier()
    asking.department()
    given.people(PEOPLE, role=None)
    account_id = accounts.open_account(
        username="bulk",
        password=PASSWORD,
        kind=ActorKind.OFFICER,
        roles=frozenset({Role.REQUESTER}),
        organisation_code=gate.DEPARTMENT,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    officer = Account.objects.get(pk=account_id).actor
    rows = [f"{given.number(at % PEOPLE)},{given.name(at % PEOPLE)},JT-{at:06d}" for at in range(LINES)]
    contents = "\n".join(["证件号码,姓名,事项编号", *rows, ""]).encode()
    started = time.perf_counter()
    reference, _is_new = inquiries.receive_inquiry_batch(
        contents=contents,
        declared_name="bulk.csv",
        purpose_code="ADMINISTRATIVE_MATTER",
        item_codes=frozenset(),
        form=AnswerForm.LIST,
        token="t" * 24,
        actor=officer,
        now=given.NOW,
    )
    received = time.perf_counter()
    inquiries.answer_batch(reference=reference, now=given.NOW)
    seconds = time.perf_counter() - received
    record_property("received_seconds", round(received - started, 2))
    record_property("answered_seconds", round(seconds, 2))
    summary = lookups.inquiry_batch(reference=reference, organisation_code=gate.DEPARTMENT)
    assert (summary.answered, summary.refused, summary.unreadable) == (LINES, 0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT person_id), max(sequence) FROM register_look")
        assert cursor.fetchone() == (LINES, PEOPLE, LINES // PEOPLE)
    # Far above what it takes: several other runs may use the machine.
    assert seconds < LINES / 1000 * MOST_SECONDS_A_THOUSAND
