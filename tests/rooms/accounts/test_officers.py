"""Joiners, movers and leavers: opened without a password, changed by another, closed at once, confirmed yearly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from chengxin.accounts import lookups
from chengxin.accounts import operations as accounts
from chengxin.accounts.operations import Appointed
from chengxin.accounts.rules import CODE_TERMS
from chengxin.accounts.states import Act, CodePurpose, Decision
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refusal, Refused
from chengxin.ledger import lookups as ledger
from chengxin.organisations.rules import appointments_of
from chengxin.organisations.states import OrganisationKind
from factories import intake as given

pytestmark = pytest.mark.django_db
PASSWORD = "ein langes Wort 17"
SUPPLYING = appointments_of(OrganisationKind.DEPARTMENT)
OFFICE = appointments_of(OrganisationKind.OFFICE)
SENDING = frozenset({Role.SUPPLIER})


def administrator(code: str = given.SUPPLIER, name: str = "chief") -> Actor:
    account_id = accounts.open_account(
        username=f"{name}-{code}",
        password=PASSWORD,
        kind=ActorKind.OFFICER,
        roles=frozenset({Role.ORGANISATION_ADMINISTRATOR}),
        organisation_code=code,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    return Actor(
        kind=ActorKind.OFFICER,
        key=f"account:{account_id}",
        organisation_code=code,
        roles=frozenset({Role.ORGANISATION_ADMINISTRATOR}),
    )


def opened(actor: Actor, **changed: Any) -> Appointed:  # noqa: ANN401
    arguments: dict[str, Any] = {
        "username": "joiner",
        "display_name": "经办人",
        "roles": SENDING,
        "organisation_code": actor.organisation_code,
        "appointments": SUPPLYING,
        "actor": actor,
        "now": given.NOW,
    }
    return accounts.open_officer(**(arguments | changed))


def set_up(code: str | None, *, username: str = "joiner", now: Any = given.NOW) -> int | Refusal:  # noqa: ANN401
    return accounts.set_up_officer(code=code or "", username=username, password=PASSWORD, now=now)


def refusing(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    assert refused.value.code == code


def test_a_joiner_chooses_the_password_by_a_code_that_works_once() -> None:
    joined = opened(administrator())
    assert joined.code is not None
    account = get_user_model().objects.get(pk=joined.account_id)
    assert not account.has_usable_password()
    assert isinstance(set_up("ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-A"), Refusal)
    assert set_up(joined.code) == joined.account_id
    assert isinstance(set_up(joined.code), Refusal)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM accounts_onetimecode")
        (digest,) = cursor.fetchone()
    assert joined.code.encode() not in bytes(digest)
    assert joined.code not in "".join(str(event.body) for event in ledger.read_events(kind="accounts.code.issued"))


def test_a_code_ends_after_its_days_and_after_its_attempts() -> None:
    term = CODE_TERMS[CodePurpose.OFFICER_SETUP]
    joined = opened(administrator())
    last = given.NOW + timedelta(days=term.valid_days)
    assert isinstance(set_up(joined.code, now=last + timedelta(days=1)), Refusal)
    for _ in range(term.attempts):
        assert isinstance(set_up(joined.code, username="another"), Refusal)
    assert isinstance(set_up(joined.code, now=last), Refusal)
    again = accounts.issue_setup_code(
        account_id=joined.account_id or 0, two_officers=False, actor=administrator(name="deputy"), now=given.NOW
    )
    assert set_up(again.text, now=last) == joined.account_id


def test_an_administrator_acts_on_the_own_organisation_and_never_on_the_own_login() -> None:
    chief, neighbour = administrator(), administrator("XM_MARKET")
    joined = opened(chief)
    own = int(chief.key.removeprefix("account:"))
    refusing("NOT_YOUR_ORGANISATION", lambda: accounts.close_officer(account_id=own, actor=neighbour, now=given.NOW))
    refusing("OWN_LOGIN", lambda: accounts.close_officer(account_id=own, actor=chief, now=given.NOW))
    refusing(
        "OWN_LOGIN",
        lambda: accounts.change_roles(
            account_id=own, roles=SENDING, appointments=SUPPLYING, actor=chief, now=given.NOW
        ),
    )
    refusing(
        "ROLE_NOT_OF_KIND",
        lambda: accounts.change_roles(
            account_id=joined.account_id or 0,
            roles=frozenset({Role.OFFICE_CLERK}),
            appointments=SUPPLYING,
            actor=chief,
            now=given.NOW,
        ),
    )
    refusing("USERNAME_TAKEN", lambda: opened(chief))
    accounts.change_roles(
        account_id=joined.account_id or 0,
        roles=frozenset({Role.SUPPLIER_SECOND}),
        appointments=SUPPLYING,
        actor=chief,
        now=given.NOW,
    )
    (event,) = ledger.read_events(kind="accounts.account.roles_changed")
    assert (event.body["before"], event.body["roles"], event.actor_key) == (
        ["SUPPLIER"],
        ["SUPPLIER_SECOND"],
        chief.key,
    )


def test_a_closed_login_is_nobodys_on_the_next_request(plain_static_files: None) -> None:
    chief = administrator()
    joined = opened(chief)
    set_up(joined.code)
    client = Client()
    client.force_login(get_user_model().objects.get(pk=joined.account_id))
    assert client.get("/account/sessions/").status_code == 200
    accounts.close_officer(account_id=joined.account_id or 0, actor=chief, now=given.NOW)
    assert client.get("/account/sessions/").headers["Location"].startswith("/account/login/")
    answer = Client().post("/account/login/", {"login": "joiner", "password": PASSWORD})
    assert "_auth_user_id" not in answer.wsgi_request.session
    line = lookups.find_officer(account_id=joined.account_id or 0, organisation_code=given.SUPPLIER)
    assert line is not None
    assert (line.is_open, line.closed_at) == (False, given.NOW)
    assert next(act.act for act in lookups.list_acts(account_id=line.account_id)) is Act.CLOSED
    refusing("LOGIN_UNKNOWN", lambda: accounts.close_officer(account_id=line.account_id, actor=chief, now=given.NOW))


def test_only_logins_of_the_own_organisation_are_confirmed() -> None:
    chief, neighbour = administrator(), administrator("XM_MARKET")
    joined = opened(chief)
    later = given.NOW + timedelta(days=400)
    ids = [joined.account_id or 0, int(neighbour.key.removeprefix("account:"))]
    assert accounts.confirm_officers(account_ids=ids, organisation_code=given.SUPPLIER, actor=chief, now=later) == (
        joined.account_id,
    )
    refusing(
        "NOT_YOUR_ORGANISATION",
        lambda: accounts.confirm_officers(account_ids=ids, organisation_code="XM_MARKET", actor=chief, now=later),
    )
    lines = {line.organisation_code: line for line in lookups.list_organisation_logins(today=later.date())}
    assert (lines[given.SUPPLIER].logins, lines[given.SUPPLIER].overdue) == (2, 1)
    assert lines["XM_MARKET"].overdue == 1


def test_the_office_needs_two_officers_and_nobody_serves_himself() -> None:
    chief, deputy = administrator("OFFICE"), administrator("OFFICE", "deputy")
    clerk = frozenset({Role.OFFICE_CLERK})
    proposed = opened(chief, roles=clerk, appointments=OFFICE)
    assert (proposed.account_id, proposed.code) == (None, None)
    assert lookups.list_officers(organisation_code="OFFICE", text="joiner") == ()

    def decide(actor: Actor, change_id: int | None, decision: Decision = Decision.APPROVED) -> Appointed:
        return accounts.decide_change(
            change_id=change_id or 0, decision=decision, appointments=OFFICE, actor=actor, now=given.NOW
        )

    refusing("SECOND_OFFICER_NEEDED", lambda: decide(chief, proposed.change_id))
    joined = decide(deputy, proposed.change_id)
    assert joined.code is not None
    refusing("CHANGE_DECIDED", lambda: decide(deputy, proposed.change_id))
    # The proposer gets no code into his hands: with it he could become whom he proposed.
    refusing(
        "SECOND_OFFICER_NEEDED",
        lambda: accounts.issue_setup_code(
            account_id=joined.account_id or 0, two_officers=True, actor=chief, now=given.NOW
        ),
    )
    set_up(joined.code)
    refusing(
        "SET_UP_ALREADY",
        lambda: accounts.issue_setup_code(
            account_id=joined.account_id or 0, two_officers=True, actor=deputy, now=given.NOW
        ),
    )
    # A proposal about the deputy's own login is nothing the deputy decides.
    own = accounts.change_roles(
        account_id=int(deputy.key.removeprefix("account:")),
        roles=frozenset({Role.OFFICE_REVIEWER}),
        appointments=OFFICE,
        actor=chief,
        now=given.NOW,
    )
    refusing("OWN_LOGIN", lambda: decide(deputy, own.change_id))
    third = administrator("OFFICE", "third")
    assert decide(third, own.change_id, Decision.DECLINED).account_id is None
    assert get_user_model().objects.get(username="deputy-OFFICE").roles == ["ORGANISATION_ADMINISTRATOR"]


def test_the_database_refuses_one_officer_in_both_roles_and_any_change_of_what_was_done() -> None:
    proposed = opened(administrator("OFFICE"), roles=frozenset({Role.OFFICE_CLERK}), appointments=OFFICE)
    for proposer, decider, constraint in (
        ("account:1", "account:1", "role_decision_two_officers"),
        ("account:1", "account:2", "role_decision_of_its_proposer"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_roledecision (change_id, proposed_by, decided_by, decision, decided_at)"
                " VALUES (%s, %s, %s, 'APPROVED', now())",
                [proposed.change_id, proposer, decider],
            )
    for statement in ("UPDATE accounts_accountact SET actor_key = 'x'", "DELETE FROM accounts_rolechange"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
