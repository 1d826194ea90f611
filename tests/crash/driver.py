"""What runs in processes of its own while it is killed: ``python driver.py ACT NAME``, the acts stand below.

The data directory is that of ``CHENGXIN_DATA``, made by ``chengxin init --demonstration``; its embedded server is
started by whoever comes first. Prints one line of JSON. ``check`` counts rows that the application may not read; it
runs as the owner.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DRIVER = Path(__file__)
PEOPLE = 2_000
LINES = 200_000
ASKED = 10
ALLOWED = 12
MOMENT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


def file_of(name: str) -> bytes:
    """Return the file that is sent under a name: each of its lines is an item of its own."""
    from factories import intake as given

    path = Path(os.environ["CHENGXIN_DATA"]).parent / f"{name}.csv"
    if not path.exists():
        people = [(given.number(place), given.name(place)) for place in range(PEOPLE)]
        columns = given.line(0)
        rows = [",".join(columns)]
        rest = ",".join(list(columns.values())[3:])
        rows += [
            f"{people[place % PEOPLE][0]},{people[place % PEOPLE][1]},{name}-{place:06d},{rest}"
            for place in range(LINES)
        ]
        path.write_text("\r\n".join(rows), "utf-8")
    return path.read_bytes()


def setup(name: str) -> dict[str, Any]:
    """Register a supplier and the people."""
    from factories import intake as given

    given.supplier()
    given.people(PEOPLE)
    file_of(name)
    return {"people": PEOPLE}


def post(name: str) -> dict[str, Any]:
    """Send a file under a key that stays the same, and settle it."""
    from chengxin.intake import operations as intake
    from factories import intake as given

    reference = given.receive(file_of(name), key=name)
    settled = intake.settle_batch(reference=reference, actor=given.SENDER, now=given.NOW)
    return {"state": settled.state.value, "lines": settled.lines, "accepted": settled.accepted}


def check(name: str) -> dict[str, Any]:
    """Sweep as a starting worker does, and say what is there of a file and in all."""
    from django.conf import settings
    from django.db import connection

    from chengxin.intake.operations import spool

    spool.sweep_work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT (person_id, record_key)) FROM records_recordversion")
        versions, items = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM records_recordkey")
        (keys,) = cursor.fetchone()
        cursor.execute(
            "SELECT (SELECT count(*) FROM records_recordversion v JOIN records_posting p ON p.id = v.posting_id"
            " WHERE p.batch_reference = b.reference), b.state FROM intake_batch b WHERE b.idempotency_key = %s",
            [name],
        )
        row = cursor.fetchone() or (0, "NONE")
        cursor.execute("SELECT count(*) FROM intake_batch WHERE idempotency_key = %s", [name])
        (batches,) = cursor.fetchone()
    return {
        "of_batch": row[0],
        "state": row[1],
        "batches": batches,
        "versions": versions,
        "items": items,
        "keys": keys,
        "work": sorted(path.name for path in (Path(settings.CHENGXIN_DATA) / "work").iterdir()),
        "partial": sorted(path.name for path in (Path(settings.CHENGXIN_DATA) / "spool").glob("*.partial")),
    }


def verify(_name: str) -> dict[str, Any]:
    """Verify the ledger and every posting against its leaf."""
    from chengxin.ledger import lookups as ledger_lookups
    from chengxin.ledger import operations as ledger
    from chengxin.records import lookups as records
    from factories import intake as given

    ledger.integrate(now=given.NOW)
    verdict = ledger_lookups.verify()
    return {"findings": verdict.finding_count, "faults": len(list(records.verify_postings()))}


def allow(_name: str) -> dict[str, Any]:
    """Register a requester and let some people allow it many looks; return what they allowed."""
    from factories import inquiries as asking
    from factories import intake as given

    given.supplier()
    given.people(ASKED)
    asking.organisation()
    for index in range(ASKED):
        asking.items_about(2, of=index)
    return allow_more(_name)


def allow_more(_name: str) -> dict[str, Any]:
    """Let the same people allow as many looks again."""
    from chengxin.persons import lookups as persons
    from factories import inquiries as asking

    people = [persons.find_person_by_identity(asking.number_of(index)) or 0 for index in range(ASKED)]
    wide = asking.scope(looks=12, days=300)
    # An authorisation has twelve looks at most; so many are needed that every process has some of its own.
    allowed = [[asking.allow(people[index], index, granted=wide) for _ in range(ALLOWED)] for index in range(ASKED)]
    return {"allowed": allowed}


def answer(name: str) -> dict[str, Any]:
    """Ask again and again, and say each reference as soon as its answer may leave: after the commit."""
    from chengxin.inquiries.operations import Answer
    from factories import inquiries as asking

    process, allowed = json.loads(name)
    asker = asking.requester(key=f"client:{901 + process}")
    said = 0
    for at, authorisation in enumerate(allowed):
        for _ in range(12):
            outcome = asking.inquire(at % ASKED, authorisation=authorisation, asker=asker)
            if isinstance(outcome, Answer):
                sys.stdout.write(f"{outcome.reference}\n")
                sys.stdout.flush()
                said += 1
    return {"said": said}


def registered(_name: str) -> dict[str, Any]:
    """Say which inquiries were answered, whether each has its line, and what verification finds."""
    from django.db import connection

    from chengxin.ledger import lookups as ledger_lookups
    from chengxin.ledger import operations as ledger
    from chengxin.register import lookups as register
    from factories import intake as given

    ledger.integrate(now=given.NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.reference FROM inquiries_inquiry i JOIN register_look l ON l.id = i.look_id"
            " WHERE i.outcome = 'ANSWERED' AND l.outcome = 'SHOWN' AND l.shown->>'inquiry' = i.reference"
        )
        references = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM register_look WHERE outcome = 'SHOWN'")
        (looks,) = cursor.fetchone()
        cursor.execute("SELECT sum(used_count) FROM authorisations_usage")
        (used,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM (SELECT person_id FROM register_look GROUP BY person_id"
            " HAVING max(sequence) <> count(*) OR min(sequence) <> 1) AS gaps"
        )
        (gaps,) = cursor.fetchone()
    return {
        "references": references,
        "looks": looks,
        "used": used,
        "gaps": gaps,
        "register": register.verify().finding_count,
        "ledger": ledger_lookups.verify().finding_count,
    }


def append(name: str) -> dict[str, Any]:
    """Append events as long as its starter lives, so many in a transaction, and say their numbers once committed."""
    from django.db import transaction

    from chengxin.ledger import operations as ledger
    from factories.ledger import OFFICER, ThingDone

    number, starter = 0, os.getppid()
    while os.getppid() == starter:  # whoever started it may be killed too, and nothing is to go on for ever
        events = [ThingDone(number=number + at) for at in range(int(name))]
        with transaction.atomic():
            appended = ledger.append_many(events, actor=OFFICER, at=MOMENT)
        sys.stdout.write(" ".join(map(str, appended)) + "\n")
        sys.stdout.flush()
        number += len(events)
    return {}


def integrate(_name: str) -> dict[str, Any]:
    """Take events into the tree as long as its starter lives, and say each checkpoint once it is published."""
    from chengxin.ledger import operations as ledger

    starter = os.getppid()
    while os.getppid() == starter:
        sys.stdout.write(json.dumps(ledger.integrate(now=MOMENT).text) + "\n")
        sys.stdout.flush()
        time.sleep(0.05)
    return {}


def tree(name: str) -> dict[str, Any]:
    """Say which of the events whose numbers stand in a file are not in the tree, and what verification finds."""
    from django.db import connection

    from chengxin.keys.current import keyring
    from chengxin.ledger import lookups
    from chengxin.ledger import operations as ledger

    newest = ledger.integrate(now=MOMENT)
    said = {int(line) for line in Path(name).read_text().split()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_id FROM ledger_leaf")
        leaves = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT text FROM ledger_checkpoint ORDER BY number")
        texts = [row[0] for row in cursor.fetchall()]
    verdict = lookups.verify()
    return {
        "missing": sorted(said - leaves),
        "leaves": len(leaves),
        "newest": newest.text,
        "key": keyring().ledger_verifier().encoded(),
        "checkpoints": texts,
        "pending": verdict.pending_count,
        "findings": [[finding.code, finding.place] for finding in verdict.findings],
    }


ACTS: dict[str, Callable[[str], dict[str, Any]]] = {
    "setup": setup,
    "post": post,
    "check": check,
    "verify": verify,
    "allow": allow,
    "allow_more": allow_more,
    "answer": answer,
    "registered": registered,
    "append": append,
    "integrate": integrate,
    "tree": tree,
}


def main() -> None:
    """Run one act."""
    import django

    django.setup()
    act, name = sys.argv[1:]
    result = ACTS[act](name)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
