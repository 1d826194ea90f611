"""P2b, tampering: a look that was changed is named by the log; changed with the whole log, it is proven by who kept a file."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.commands.entry import main as platform
from chengxin.inquiries.operations import Answer
from chengxin.ledger import lookups as ledger
from chengxin.ledger.events import payload
from chengxin.ledger.models import Event
from chengxin.postgres.roles import Logins
from chengxin.register.models import Look
from chengxin.register.rules import line_of
from chengxin.sealing.command import main as verifier
from chengxin.sealing.completeness import LooksFacts, check_growth, verify_looks
from chengxin.sealing.digests import salted_digest
from chengxin.sealing.faults import Fault, NotVerified
from chengxin.sealing.trust import Trust
from chengxin.watching.monitor_command import main as monitor
from factories import inquiries as asking
from factories import intake as given
from factories.watching import served
from journeys.conftest import Journey, furnish, text_of

BANK, OFFICE = "虚构银行福州分行", "福州市市场监督管理局"
Command = Callable[..., dict[str, Any]]


@pytest.fixture
def people(
    fresh_database: Logins, settings: Settings, plain_static_files: None, data_directory: Path
) -> Iterator[list[int]]:
    settings.CHENGXIN_TODAY = given.NOW.date()
    mode = data_directory / "mode"
    mode.write_text("DEMONSTRATION", encoding="utf-8")
    yield furnish()
    mode.unlink()


@pytest.fixture
def command(people: list[int], capsys: pytest.CaptureFixture[str]) -> Command:
    """Give the platform's command line, whose answer bears the exit status."""

    def run(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        status = platform(["--json", "--today", given.NOW.date().isoformat(), *words])
        return {"status": status, **json.loads(capsys.readouterr().out)}

    return run


@pytest.fixture
def visit(people: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give a newspaper's monitor, with what it got when it began."""
    (tmp_path / "trust.json").write_bytes(_got("/keys/trust.json"))

    def run() -> dict[str, Any]:
        capsys.readouterr()
        with served(ledger.ledger_folder()) as address:
            words = [address, "--trust", str(tmp_path / "trust.json"), "--state", str(tmp_path / "state.json")]
            status = monitor([*words, "--all", "--json", "--language", "en"])
        return {"status": status, **json.loads(capsys.readouterr().out)}

    return run


def _got(address: str) -> bytes:
    response = Client().get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def _kept(person: Client, path: Path) -> str:
    """Let the person take the file of looks home, and return its text."""
    text = b"".join(person.get(reverse("citizen:proofs")).streaming_content).decode()  # type: ignore[attr-defined]
    path.write_text(text, encoding="utf-8")
    return text


def _looks_page(person: Client) -> str:
    return text_of(person.get(reverse("citizen:looks")).content.decode())


def _pretend(superuser: psycopg.Connection, look: Look) -> None:
    """Write another organisation into a look, and everything that is computed from it: line, event, both digests."""
    line = line_of(
        person_id=look.person_id,
        at=look.at,
        actor_key=look.actor_key,
        organisation_code=given.SUPPLIER,
        purpose_code=look.purpose_code,
        basis_code=look.basis_code,
        case_number=look.case_number,
        shown=look.shown,
        mask_rule=look.mask_rule,
        mask_version=look.mask_version,
        outcome=look.outcome,
        refusal_code=look.refusal_code,
    )
    look_digest = salted_digest(bytes(look.salt), line)
    event = Event.objects.get(pk=look.event_id)
    body = {"look": look_digest.hex(), "sequence": look.sequence}
    told = payload(
        kind=event.kind,
        at=event.at,
        actor_key=event.actor_key,
        organisation_code=given.SUPPLIER,
        person_id=event.person_id,
        body=body,
    )
    superuser.execute(
        "UPDATE register_look SET organisation_code = %s, digest = %s WHERE id = %s",
        [given.SUPPLIER, look_digest, look.pk],
    )
    superuser.execute(
        "UPDATE ledger_event SET organisation_code = %s, body = %s, digest = %s WHERE id = %s",
        [given.SUPPLIER, json.dumps(body), salted_digest(bytes(event.salt), told), event.pk],
    )


def test_who_looked_cannot_be_changed_unseen(
    people: list[int], command: Command, visit: Command, superuser_connection: psycopg.Connection, tmp_path: Path
) -> None:
    journey, whose = Journey(), people[0]
    journey.send([given.line(0)])
    asking.organisation()
    assert isinstance(asking.inquire(authorisation=asking.allow(whose)), Answer)
    person = journey.citizen(whose)
    assert BANK in _looks_page(person)
    assert command("ledger", "checkpoint")["status"] == 0
    before = _kept(person, tmp_path / "before.json")
    first = visit()
    assert (first["status"], first["code"]) == (0, None)
    assert command("ledger", "verify")["status"] == 0

    # A superuser who changes the row alone is named by the log.
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute(
        "UPDATE register_look SET organisation_code = %s WHERE person_id = %s AND sequence = 1", [given.SUPPLIER, whose]
    )
    found = command("ledger", "verify")
    place = {"code": "ROW_CHANGED", "place": f"register_look:{whose}:1"}
    assert (found["status"], found["findings"]) == (1, [place])

    # One who holds the ledger's key too writes the whole log anew, and the platform calls it whole.
    _pretend(superuser_connection, Look.objects.get(person_id=whose, sequence=1))
    superuser_connection.execute("TRUNCATE ledger_leaf, ledger_checkpoint, ledger_pending")
    superuser_connection.execute("INSERT INTO ledger_pending (event_id) SELECT id FROM ledger_event")
    for path in sorted(ledger.ledger_folder().rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert command("ledger", "checkpoint")["status"] == 0
    assert command("ledger", "verify")["status"] == 0
    page = _looks_page(person)
    assert BANK not in page
    assert OFFICE in page

    # But the person kept a file. Both files hold, off line and under the platform's own key, and contradict each other.
    after = _kept(person, tmp_path / "after.json")
    trust = Trust.parse((tmp_path / "trust.json").read_text(encoding="utf-8"))
    facts: list[LooksFacts] = []
    for name, text in (("before.json", before), ("after.json", after)):
        assert verifier([str(tmp_path / name), "--trust", str(tmp_path / "trust.json")]) == 0
        facts.append(verify_looks(text, trust))
    with pytest.raises(NotVerified) as refused:
        check_growth(*facts)
    assert (refused.value.fault, facts[0].registers[0].person) == (Fault.ALTERED, whose)
    # And a newspaper that looked once holds two signed states of which neither continues the other.
    again = visit()
    assert (again["status"], again["code"]) == (1, "REWRITTEN")
    evidence = Path(again["evidence"]).read_text(encoding="utf-8")
    for text in (before, after):
        root = json.loads(text)["checkpoint"].split("\n")[2]
        assert root in evidence
