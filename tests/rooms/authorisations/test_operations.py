"""Asking, granting less, refusing, lapsing, taking back, paper; against the real tables."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from chengxin.authorisations import lookups, operations, rules
from chengxin.authorisations.operations import RedirectTarget
from chengxin.authorisations.states import RequestState
from chengxin.authority.decisions import Refused
from chengxin.keys.current import keyring
from chengxin.organisations import operations as organisations
from chengxin.sealing import receipts
from factories import inquiries as asking
from factories import intake as given

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"
VERIFIER = "v" * 43
TARGET = RedirectTarget(
    redirect_uri="https://bank.invalid/back",
    state="s-1",
    code_challenge=base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("="),
)


@pytest.fixture
def persons() -> list[int]:
    given.edition()
    found = given.people(2)
    asking.organisation()
    return found


def requests_to(person_id: int) -> tuple[lookups.RequestLine, ...]:
    return lookups.list_requests_to(person_id=person_id, now=asking.NOW)


def test_the_person_asked_sees_the_request_and_nobody_else(persons: list[int]) -> None:
    reference = asking.ask()
    assert [line.reference for line in requests_to(persons[0])] == [reference]
    assert requests_to(persons[1]) == ()
    with pytest.raises(operations.RequestUnknown):
        lookups.request_of_person(reference=reference, person_id=persons[1], now=asking.NOW)


def test_less_than_asked_can_be_granted_and_more_cannot(persons: list[int]) -> None:
    person = asking.the_person(persons[0])
    request = asking.ask(asked=asking.scope(looks=2, days=10))
    for more in (asking.scope(looks=3, days=10), asking.scope(looks=2, days=11), asking.scope("TAX.ARREARS", looks=1)):
        with pytest.raises(operations.GrantedMoreThanAsked):
            operations.grant_authorisation(request_reference=request, scope=more, actor=person, now=asking.NOW)
    granted = operations.grant_authorisation(
        request_reference=request, scope=asking.scope(looks=1, days=5), actor=person, now=asking.NOW
    )
    line = lookups.authorisation_of_person(reference=granted, person_id=persons[0])
    assert (line.looks, (line.last_on - asking.NOW.date()).days) == (1, 4)
    assert requests_to(persons[0])[0].authorisation_reference == granted


def test_a_request_is_answered_once_and_by_the_person_alone(persons: list[int]) -> None:
    request = asking.ask()
    with pytest.raises(Refused, match="NOT_ASKED_OF_YOU"):
        operations.grant_authorisation(
            request_reference=request, scope=asking.scope(), actor=asking.the_person(persons[1]), now=asking.NOW
        )
    operations.refuse_authorisation(request_reference=request, actor=asking.the_person(persons[0]), now=asking.NOW)
    with pytest.raises(operations.RequestMoveNotAllowed):
        operations.grant_authorisation(
            request_reference=request, scope=asking.scope(), actor=asking.the_person(persons[0]), now=asking.NOW
        )


def test_asking_again_after_a_refusal_waits(persons: list[int]) -> None:
    operations.refuse_authorisation(request_reference=asking.ask(), actor=asking.the_person(persons[0]), now=asking.NOW)
    with pytest.raises(Refused, match="ASKED_AGAIN_TOO_SOON"):
        asking.ask()
    asking.ask(1)


def test_an_unanswered_request_lapses_at_midnight(persons: list[int]) -> None:
    request = asking.ask()
    person = asking.the_person(persons[0])
    last = asking.NOW + timedelta(days=rules.WAITING_DAYS)
    for at, lapsed in ((last, False), (last + timedelta(days=1), True)):
        line = lookups.request_of_person(reference=request, person_id=persons[0], now=at)
        assert line.is_lapsed is lapsed
        assert len(lookups.list_requests_to(person_id=persons[0], now=at, is_waiting=True)) == (not lapsed)
    with pytest.raises(Refused, match="REQUEST_LAPSED"):
        operations.grant_authorisation(
            request_reference=request, scope=asking.scope(), actor=person, now=last + timedelta(days=1)
        )


def test_whether_somebody_is_registered_is_not_told(persons: list[int]) -> None:
    known, unknown = asking.ask(0), asking.ask(9)
    lines = {line.reference: line for line in lookups.list_requests_of(organisation_code=asking.BANK, now=asking.NOW)}
    assert lines[known].state is lines[unknown].state is RequestState.WAITING
    with pytest.raises(Refused, match="NOT_ASKED_OF_YOU"):
        operations.grant_authorisation(
            request_reference=unknown, scope=asking.scope(), actor=asking.the_person(persons[1]), now=asking.NOW
        )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"asked": asking.scope("NO.SUCH")}, "ASKED_BEYOND_PURPOSE"),
        ({"asked": asking.scope(looks=10_000)}, "ASKED_BEYOND_PURPOSE"),
        ({"asked": asking.scope(days=10_000)}, "ASKED_BEYOND_PURPOSE"),
        ({"purpose": "ADMINISTRATIVE_MATTER"}, "PURPOSE_NOT_BY_AUTHORISATION"),
        ({"purpose": "EMPLOYMENT"}, "NO_INQUIRY_MANDATE"),
        ({"asker": given.SENDER}, "NOT_A_REQUESTER"),
        ({"purpose": "SELF_READ"}, "AUTHORISATION_ASKED_WRONGLY"),
        ({"asked": asking.scope(looks=0)}, "AUTHORISATION_ASKED_WRONGLY"),
    ],
)
def test_what_may_not_be_asked(persons: list[int], changed: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        asking.ask(**changed)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_whoever_is_suspended_may_not_ask(persons: list[int]) -> None:
    organisations.suspend(subject=f"organisation:{asking.BANK}", reasons="滥用", actor=asking.REVIEWER, now=asking.NOW)
    with pytest.raises(Refused, match="REQUESTER_SUSPENDED"):
        asking.ask()


def test_the_receipt_says_what_was_allowed_and_names_nobody(persons: list[int]) -> None:
    granted = asking.allow(persons[0])
    line = lookups.authorisation_of_person(reference=granted, person_id=persons[0])
    said = receipts.open_receipt(
        line.receipt, kind=receipts.AUTHORISATION_TYPE, public_key=keyring().receipt_signer().public_key()
    )
    assert (said["record_id"], said["schema_version"]) == (granted, rules.RECEIPT_VERSION)
    assert said["pii_processing"]["pii_types"] == [given.ITEM]
    assert given.number(0) not in str(said)
    assert given.name(0) not in str(said)


def test_only_the_person_or_a_clerk_takes_it_back(persons: list[int]) -> None:
    granted = asking.allow(persons[0])
    for other in (asking.the_person(persons[1]), asking.CLIENT, asking.REVIEWER):
        with pytest.raises(Refused, match="NOT_YOUR_AUTHORISATION"):
            operations.withdraw_authorisation(reference=granted, actor=other, now=asking.NOW)
    for _ in range(2):
        operations.withdraw_authorisation(reference=granted, actor=given.CLERK, now=asking.NOW)
    line = lookups.authorisation_of_person(reference=granted, person_id=persons[0])
    assert not line.holds_on(asking.NOW.date())


def test_paper_at_the_counter_is_kept_sealed(persons: list[int]) -> None:
    granted = operations.record_paper_authorisation(
        person_id=persons[0],
        organisation_code=asking.BANK,
        purpose_code="LENDING",
        scope=asking.scope(),
        case_number=asking.CASE,
        scan=PDF,
        actor=given.CLERK,
        now=asking.NOW,
    )
    assert lookups.open_scan(reference=granted) == ("application/pdf", PDF)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM authorisations_paperscan")
        assert b"%PDF" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scan": b""}, "SCAN_UNREADABLE"),
        ({"scan": b"<html>"}, "SCAN_UNREADABLE"),
        ({"scan": PDF + bytes(6 * 1024 * 1024)}, "SCAN_UNREADABLE"),
        ({"actor": asking.REVIEWER}, "NOT_A_CLERK"),
        ({"organisation_code": "NOBODY"}, "AUTHORISATION_ASKED_WRONGLY"),
        ({"case_number": " "}, "AUTHORISATION_ASKED_WRONGLY"),
        ({"scope": asking.scope(looks=99)}, "GRANTED_MORE_THAN_ASKED"),
    ],
)
def test_paper_that_is_not_recorded(persons: list[int], changed: dict[str, object], code: str) -> None:
    right = {
        "person_id": persons[0], "organisation_code": asking.BANK, "purpose_code": "LENDING",
        "scope": asking.scope(), "case_number": asking.CASE, "scan": PDF, "actor": given.CLERK, "now": asking.NOW,
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        operations.record_paper_authorisation(**(right | changed))  # type: ignore[arg-type]
    assert refused.value.code == code


def _pushed() -> str:
    return operations.ask_authorisation(
        purpose_code="LENDING",
        scope=asking.scope(),
        case_number=asking.CASE,
        redirect=TARGET,
        actor=asking.CLIENT,
        now=asking.NOW,
    )


def test_a_code_is_redeemed_once_in_time_by_the_client_that_can_prove_itself(persons: list[int]) -> None:
    reference = _pushed()
    operations.grant_authorisation(
        request_reference=reference, scope=asking.scope(), actor=asking.the_person(persons[0]), now=asking.NOW
    )
    code = operations.issue_code(reference=reference, now=asking.NOW)
    right = {
        "code": code, "code_verifier": VERIFIER, "redirect_uri": TARGET.redirect_uri, "actor": asking.CLIENT,
        "now": asking.NOW,
    }  # fmt: skip
    for wrong in (
        {"code": code + "x"},
        {"code_verifier": "w" * 43},
        {"redirect_uri": "https://bank.invalid/other"},
        {"actor": asking.requester(key="client:902")},
        {"now": asking.NOW + timedelta(seconds=61)},
    ):
        with pytest.raises(operations.RequestUnknown):
            operations.redeem_code(**(right | wrong))  # type: ignore[arg-type]
    assert operations.redeem_code(**right) == reference  # type: ignore[arg-type]
    with pytest.raises(operations.RequestUnknown):
        operations.redeem_code(**right)  # type: ignore[arg-type]


def test_whoever_signs_in_first_answers_a_pushed_request(persons: list[int]) -> None:
    reference = _pushed()
    operations.refuse_authorisation(request_reference=reference, actor=asking.the_person(persons[1]), now=asking.NOW)
    assert requests_to(persons[1])[0].state is RequestState.REFUSED
    with pytest.raises(operations.RequestUnknown):
        lookups.request_of_person(reference=reference, person_id=persons[0], now=asking.NOW)


def test_a_request_is_cancelled_by_the_organisation_that_asked(persons: list[int]) -> None:
    request = asking.ask()
    with pytest.raises(operations.RequestUnknown):
        operations.cancel_request(
            reference=request, actor=asking.requester(asking.NEIGHBOUR, "client:3"), now=asking.NOW
        )
    operations.cancel_request(reference=request, actor=asking.CLIENT, now=asking.NOW)
    with pytest.raises(operations.RequestMoveNotAllowed):
        operations.cancel_request(reference=request, actor=asking.CLIENT, now=asking.NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE authorisations_authorisation SET looks = 99",
        "DELETE FROM authorisations_authorisation",
        "TRUNCATE authorisations_withdrawal",
        "UPDATE authorisations_usage SET used_count = looks + 1",
        "UPDATE authorisations_authorisationrequest SET state = 'GRANTED'",
    ],
)
def test_the_database_refuses_what_must_not_be(persons: list[int], statement: str) -> None:
    asking.allow(persons[0])
    asking.ask(1)
    with pytest.raises((IntegrityError, Exception), match=r"denied|refused|violates"), transaction.atomic():
        connection.cursor().execute(statement)
