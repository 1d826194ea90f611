"""Near misses: the same role of another organisation, the own login, the proposer as second officer."""

import pytest

from chengxin.accounts import policies
from chengxin.accounts.policies import ChangeStanding, LoginStanding
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Permit

ASSIGNABLE = frozenset({Role.SUPPLIER, Role.SUPPLIER_SECOND, Role.ORGANISATION_ADMINISTRATOR})
SENDING = frozenset({Role.SUPPLIER})


def officer(*roles: Role, kind: ActorKind = ActorKind.OFFICER) -> Actor:
    return Actor(kind=kind, key="account:1", organisation_code="A", roles=frozenset(roles))


ADMINISTRATOR = officer(Role.ORGANISATION_ADMINISTRATOR)


@pytest.mark.parametrize(
    ("actor", "standing", "roles", "code"),
    [
        (ADMINISTRATOR, LoginStanding(is_own_organisation=True), SENDING, "BY_ADMINISTRATOR"),
        (officer(Role.SUPPLIER_SECOND), LoginStanding(is_own_organisation=True), SENDING, "NOT_ADMINISTRATOR"),
        (
            officer(Role.ORGANISATION_ADMINISTRATOR, kind=ActorKind.CLIENT),
            LoginStanding(is_own_organisation=True),
            SENDING,
            "NOT_ADMINISTRATOR",
        ),
        (ADMINISTRATOR, LoginStanding(is_own_organisation=False), SENDING, "NOT_YOUR_ORGANISATION"),
        (ADMINISTRATOR, LoginStanding(is_own_organisation=True, is_own_login=True), SENDING, "OWN_LOGIN"),
        (ADMINISTRATOR, LoginStanding(is_own_organisation=True), frozenset({Role.OFFICE_CLERK}), "ROLE_NOT_OF_KIND"),
        (ADMINISTRATOR, LoginStanding(is_own_organisation=True), SENDING | {Role.OPERATOR}, "ROLE_NOT_OF_KIND"),
        (ADMINISTRATOR, LoginStanding(is_own_organisation=True), frozenset(), "ROLES_EMPTY"),
    ],
)
def test_only_the_own_administrator_appoints_others_within_the_kind(
    actor: Actor, standing: LoginStanding, roles: frozenset[Role], code: str
) -> None:
    assert policies.may_appoint(actor, standing, roles=roles, assignable=ASSIGNABLE).code == code


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (LoginStanding(is_own_organisation=True), "BY_ADMINISTRATOR"),
        (LoginStanding(is_own_organisation=True, is_own_login=True), "OWN_LOGIN"),
        (LoginStanding(is_own_organisation=False), "NOT_YOUR_ORGANISATION"),
    ],
)
def test_nobody_closes_the_own_login_or_one_of_others(standing: LoginStanding, code: str) -> None:
    assert policies.may_close(ADMINISTRATOR, standing).code == code


def change(**changed: bool) -> ChangeStanding:
    facts = {"is_own_organisation": True, "is_proposer": False, "is_subject": False, "is_decided": False}
    return ChangeStanding(**(facts | changed))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, "BY_SECOND_OFFICER"),
        ({"is_proposer": True}, "SECOND_OFFICER_NEEDED"),
        ({"is_subject": True}, "OWN_LOGIN"),
        ({"is_decided": True}, "CHANGE_DECIDED"),
        ({"is_own_organisation": False}, "NOT_YOUR_ORGANISATION"),
    ],
)
def test_a_second_officer_decides_what_another_proposed_for_a_third(changed: dict[str, bool], code: str) -> None:
    for actor in (ADMINISTRATOR, officer(Role.OFFICE_REVIEWER)):
        assert policies.may_decide_change(actor, change(**changed)).code == code
    assert not isinstance(policies.may_decide_change(officer(Role.OFFICE_CLERK), change()), Permit)
