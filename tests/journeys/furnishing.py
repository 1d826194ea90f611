"""Furnishes a served demonstration: a supplier, its officers, people with logins, a client. Prints what a test needs.

Run as ``python furnishing.py PEOPLE`` over the data directory of ``CHENGXIN_DATA``.
"""

import json
import sys

PASSWORD = "a long enough one"
CITIZENS = 3


def main() -> None:
    """Furnish, and print the client's credentials as JSON."""
    import django

    django.setup()
    from chengxin.accounts import operations as accounts
    from chengxin.authority.actors import ActorKind, Role
    from factories import intake as given

    given.supplier()
    ids = given.people(int(sys.argv[1]))
    for username, role in {"sender": Role.SUPPLIER, "second": Role.SUPPLIER_SECOND}.items():
        accounts.open_account(
            username=username,
            password=PASSWORD,
            kind=ActorKind.OFFICER,
            roles=frozenset({role}),
            organisation_code=given.SUPPLIER,
            actor=given.SYSTEM,
            now=given.NOW,
        )
    for place in range(CITIZENS):
        accounts.open_account(
            username=f"citizen-{place}",
            password=PASSWORD,
            kind=ActorKind.PERSON,
            roles=frozenset({Role.CITIZEN}),
            person_id=ids[place],
            actor=given.SYSTEM,
            now=given.NOW,
        )
    client = accounts.open_api_client(
        organisation_code=given.SUPPLIER,
        name="integration",
        roles=frozenset({Role.SUPPLIER}),
        actor=given.SYSTEM,
        now=given.NOW,
    )
    sys.stdout.write(json.dumps({"client_id": client.client_id, "client_secret": client.client_secret}) + "\n")


if __name__ == "__main__":
    main()
