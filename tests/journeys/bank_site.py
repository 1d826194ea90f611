"""Furnishes the site of a journey: a bank with a client, a person with a login and three penalties. Run as a program.

    CHENGXIN_DATA=… python bank_site.py PORT_OF_THE_BANK

Prints as JSON what the bank and the person know.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django


def main(port: str) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "chengxin.settings"
    django.setup()
    from chengxin.accounts import operations as accounts
    from chengxin.authority.actors import ActorKind, Role
    from chengxin.intake import operations as intake
    from factories import inquiries as asking
    from factories import intake as given

    given.supplier()
    person, _other = given.people(2)
    now = datetime.now(UTC)
    happened, decided = (str((now - timedelta(days=days)).date()) for days in (90, 60))
    lines = [given.line(0, 信息编号=f"J-{at}", 发生日期=happened, 文书日期=decided, 失信程度="一般") for at in range(3)]
    reference = given.receive(given.csv_bytes(lines), now=now)
    assert intake.settle_batch(reference=reference, actor=given.SENDER, now=now).accepted == len(lines)
    asking.organisation()
    asking.organisation(asking.NEIGHBOUR)
    clients = {}
    for code in (asking.BANK, asking.NEIGHBOUR):
        opened = accounts.open_api_client(
            organisation_code=code, name=code, roles=frozenset({Role.REQUESTER}), actor=given.SYSTEM, now=now
        )
        accounts.register_redirects(
            client_id=opened.client_id,
            redirect_uris=(f"http://127.0.0.1:{port}/back",),
            actor=given.SYSTEM,
            now=now,
        )
        clients[code] = {"client_id": opened.client_id, "client_secret": opened.client_secret}
    accounts.open_account(
        username="the-person",
        password="a-long-made-up-phrase-31",
        kind=ActorKind.PERSON,
        roles=frozenset({Role.CITIZEN}),
        person_id=person,
        actor=given.SYSTEM,
        now=now,
    )
    told = {
        "bank": clients[asking.BANK],
        "neighbour": clients[asking.NEIGHBOUR],
        "number": given.number(0),
        "name": given.name(0),
        "item": given.ITEM,
        "username": "the-person",
        "password": "a-long-made-up-phrase-31",
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
