"""Commands about those who take part: organisations and their mandates, logins, machine clients."""

import argparse
import sys
from dataclasses import asdict

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from chengxin.accounts import lookups as accounts_lookups
from chengxin.accounts import operations as accounts
from chengxin.accounts.rules import is_redirect_address
from chengxin.authority.actors import ActorKind, Role
from chengxin.catalogue import lookups as catalogue
from chengxin.commands.running import Answer, CommandRefused, Run, table
from chengxin.organisations import lookups as organisations_lookups
from chengxin.organisations import operations as organisations
from chengxin.persons import lookups as persons


def add_organisation(called: argparse.Namespace, run: Run) -> Answer:
    """Register an organisation.

    Raises:
        CommandRefused: The catalogue has no such body.
    """
    if called.body not in catalogue.edition_in_force(run.today).bodies:
        raise CommandRefused(code="BODY_UNKNOWN", body=called.body[:64])
    organisations.register_organisation(
        code=called.code,
        body_code=called.body,
        division_code=called.division,
        name_zh=called.name_zh,
        name_en=called.name_en,
        actor=run.operator(),
        now=run.now,
    )
    return Answer(body={"organisation": called.code, "run": run.run_id}, lines=(f"已登记单位 {called.code}。",))


def mandate(called: argparse.Namespace, run: Run) -> Answer:
    """Let an organisation supply an item, or end its mandate.

    Raises:
        CommandRefused: There is no such organisation, or it has such a mandate already.
        IntegrityError: Anything else that the database refuses; a bug.
    """
    if organisations_lookups.find_organisation(called.code) is None:
        raise CommandRefused(code="ORGANISATION_UNKNOWN", organisation=called.code[:64])
    catalogue.item_type(code=called.item, on=run.today)
    body = {"organisation": called.code, "item": called.item, "run": run.run_id}
    if called.end:
        to_on = called.to_on or run.today
        organisations.end_mandate(
            organisation_code=called.code, item_code=called.item, to_on=to_on, actor=run.operator(), now=run.now
        )
        return Answer(body={**body, "to": to_on}, lines=(f"授权于 {to_on} 结束。",))
    from_on = called.from_on or run.today
    try:
        organisations.grant_mandate(
            organisation_code=called.code,
            item_code=called.item,
            from_on=from_on,
            to_on=called.to_on,
            actor=run.operator(),
            now=run.now,
        )
    except IntegrityError as error:
        if "mandate_periods_apart" not in str(error):
            raise
        raise CommandRefused(code="MANDATE_OVERLAPS", organisation=called.code, item=called.item) from None
    return Answer(body={**body, "from": from_on, "to": called.to_on}, lines=(f"已授权，{from_on} 起。",))


def list_organisations(called: argparse.Namespace, run: Run) -> Answer:
    """List the organisations."""
    del called, run
    found = organisations_lookups.list_organisations()
    rows = [("单位", "机构", "区划", "名称")]
    rows += [(each.code, each.body_code, each.division_code, each.name_zh) for each in found]
    return Answer(body={"organisations": [asdict(each) for each in found]}, lines=table(rows))


def _roles(names: list[str], *, default: Role) -> frozenset[Role]:
    known = [role.value for role in Role]
    for name in names:
        if name not in known:
            raise CommandRefused(code="ROLE_UNKNOWN", role=name[:32], known="、".join(known))
    return frozenset(Role(name) for name in names) or frozenset({default})


def open_account(called: argparse.Namespace, run: Run) -> Answer:
    """Open a login; the password is the first line of standard input and appears nowhere else.

    Raises:
        CommandRefused: Whose login it is to be is unclear or unknown, or the password is missing or weak.
    """
    if bool(called.organisation) == (called.person is not None):
        raise CommandRefused(code="ACCOUNT_UNCLEAR")
    person_id = None
    if called.person is not None:
        person_id = persons.find_by_reference(called.person)
        if person_id is None:
            raise CommandRefused(code="PERSON_UNKNOWN")
        if accounts_lookups.find_account_of_person(person_id=person_id) is not None:
            raise CommandRefused(code="PERSON_HAS_ACCOUNT")
    elif organisations_lookups.find_organisation(called.organisation) is None:
        raise CommandRefused(code="ORGANISATION_UNKNOWN", organisation=called.organisation[:64])
    roles = _roles(called.role, default=Role.SUPPLIER if person_id is None else Role.CITIZEN)
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandRefused(code="NOTHING_ON_STDIN")
    try:
        validate_password(password)
    except ValidationError as weak:
        raise CommandRefused(code="PASSWORD_WEAK", reason="；".join(weak.messages)) from None
    accounts.open_account(
        username=called.username,
        password=password,
        kind=ActorKind.OFFICER if person_id is None else ActorKind.PERSON,
        roles=roles,
        actor=run.operator(),
        now=run.now,
        organisation_code=called.organisation,
        person_id=person_id,
        display_name=called.name,
    )
    body = {"account": called.username, "roles": sorted(roles), "run": run.run_id}
    return Answer(body=body, lines=(f"已开立账号 {called.username}。首次登录后请设置第二重验证。",))


def list_accounts(called: argparse.Namespace, run: Run) -> Answer:
    """List the logins of officers."""
    del run
    found = accounts_lookups.list_accounts(organisation_code=called.organisation)
    rows = [
        ("登录名", "单位", "岗位"),
        *((each.username, each.organisation_code, "、".join(each.roles)) for each in found),
    ]
    return Answer(body={"accounts": [asdict(each) for each in found]}, lines=table(rows))


def open_client(called: argparse.Namespace, run: Run) -> Answer:
    """Open a machine client; its secret is shown this once.

    Raises:
        CommandRefused: There is no such organisation, or people cannot be sent to one of the addresses.
    """
    if organisations_lookups.find_organisation(called.organisation) is None:
        raise CommandRefused(code="ORGANISATION_UNKNOWN", organisation=called.organisation[:64])
    for address in called.redirect_uri:
        if not is_redirect_address(address):
            raise CommandRefused(code="REDIRECT_ADDRESS_REFUSED", address=address[:100])
    opened = accounts.open_api_client(
        organisation_code=called.organisation,
        name=called.name,
        roles=_roles(called.role, default=Role.SUPPLIER),
        actor=run.operator(),
        now=run.now,
    )
    if called.redirect_uri:
        accounts.register_redirects(
            client_id=opened.client_id, redirect_uris=tuple(called.redirect_uri), actor=run.operator(), now=run.now
        )
    lines = (
        f"客户端标识：{opened.client_id}",
        f"客户端密钥：{opened.client_secret}",
        "密钥不会再显示，请立即妥善保存。",
    )
    return Answer(body={**asdict(opened), "run": run.run_id}, lines=lines)
