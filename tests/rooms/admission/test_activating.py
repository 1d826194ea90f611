"""A login is bound to a person only after a clerk saw the document; a lost one is recovered only so."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from chengxin.accounts.rules import CODE_TERMS
from chengxin.accounts.states import CodePurpose
from chengxin.admission import operations as admission
from chengxin.admission.operations import HandedOver
from chengxin.authority.actors import Actor, Role
from chengxin.authority.decisions import Refusal, Refused
from chengxin.identifiers.identity import IdentityNumber
from chengxin.ledger import lookups as ledger
from chengxin.persons import lookups as persons
from chengxin.persons.states import DocumentKind, VerificationMethod
from factories import intake as given

pytestmark = pytest.mark.django_db
PASSWORD = "vier Worte die passen"
TERM = CODE_TERMS[CodePurpose.PERSON_ACTIVATION]


def number(index: int) -> IdentityNumber:
    return IdentityNumber.parse(given.number(index), today=given.NOW.date())


@pytest.fixture
def ids(db: None) -> list[int]:
    given.people(3)
    found = [persons.find_person_by_identity(number(index)) for index in range(3)]
    return [int(one) for one in found if one is not None]


def hand_out(person_id: int, actor: Actor = given.CLERK) -> HandedOver:
    return admission.hand_out_code(
        person_id=person_id,
        method=VerificationMethod.DOCUMENT_IN_PERSON,
        document_kind=DocumentKind.RESIDENT_CARD,
        actor=actor,
        now=given.NOW,
    )


def activate(code: str, index: int = 0, *, username: str = "chen", days: int = 0) -> int | Refusal:
    return admission.activate_person(
        code=code,
        number=number(index),
        username=username,
        password=PASSWORD,
        now=given.NOW + timedelta(days=days),
    )


def test_the_code_and_the_own_number_open_the_login_and_the_verification_is_kept(ids: list[int]) -> None:
    handed = hand_out(ids[0])
    account_id = activate(handed.code, days=TERM.valid_days)
    assert isinstance(account_id, int)
    account = get_user_model().objects.get(pk=account_id)
    assert (account.person_id, account.check_password(PASSWORD)) == (ids[0], True)
    line = next(one for one in persons.list_verifications(ids[0]) if one.organisation_code)
    assert (line.method_code, line.document_kind, line.organisation_code) == (
        VerificationMethod.DOCUMENT_IN_PERSON,
        DocumentKind.RESIDENT_CARD,
        "OFFICE",
    )
    assert isinstance(activate(handed.code, username="again"), Refusal)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM accounts_onetimecode")
        assert handed.code.replace("-", "").encode() not in bytes(cursor.fetchone()[0])
    assert handed.code not in repr(handed) + "".join(
        str(event.body) for event in ledger.read_events(kind="accounts.code.issued")
    )


def test_another_number_uses_attempts_up_and_a_late_code_is_none(ids: list[int]) -> None:
    handed = hand_out(ids[0])
    assert isinstance(activate(handed.code, days=TERM.valid_days + 1), Refusal)
    for _ in range(TERM.attempts):
        refused = activate(handed.code, index=1)
        assert isinstance(refused, Refusal)
        assert refused.code == "CODE_NOT_VALID"
    assert isinstance(activate(handed.code), Refusal)


def test_a_name_that_is_taken_costs_no_attempt(ids: list[int]) -> None:
    activate(hand_out(ids[1]).code, index=1)
    handed = hand_out(ids[0])
    for _ in range(TERM.attempts + 1):
        refused = activate(handed.code)
        assert isinstance(refused, Refusal)
        assert refused.code == "USERNAME_TAKEN"
    assert isinstance(activate(handed.code, username="other"), int)


def test_a_lost_login_is_recovered_only_by_verifying_again(ids: list[int], plain_static_files: None) -> None:
    first = activate(hand_out(ids[0]).code)
    old_device = Client()
    old_device.force_login(get_user_model().objects.get(pk=first))
    assert old_device.get("/account/sessions/").status_code == 200
    again = hand_out(ids[0])
    assert again.closed_login
    assert old_device.get("/account/sessions/").status_code == 302
    second = activate(again.code, username="chen2")
    assert isinstance(second, int)
    assert second != first
    assert [get_user_model().objects.get(pk=one).is_active for one in (first, second)] == [False, True]


@pytest.mark.parametrize(
    "actor",
    [
        given.officer("account:8", Role.OFFICE_REVIEWER, organisation_code="OFFICE"),
        given.officer("account:9", Role.SUPPLIER),
    ],
)
def test_nobody_but_a_clerk_hands_out_a_code(ids: list[int], actor: Actor) -> None:
    with pytest.raises(Refused, match="NOT_A_CLERK"):
        hand_out(ids[0], actor)
    assert persons.list_verifications(ids[0]) == persons.list_verifications(ids[1])


def test_no_face_and_no_finger_verifies_anybody(ids: list[int]) -> None:
    for method, document in (
        (VerificationMethod.POPULATION_BASE, DocumentKind.RESIDENT_CARD),
        (VerificationMethod.DOCUMENT_IN_PERSON, DocumentKind.NONE),
    ):
        with pytest.raises(ValueError, match="document"):
            admission.hand_out_code(
                person_id=ids[0], method=method, document_kind=document, actor=given.CLERK, now=given.NOW
            )
