"""S2a: a bank asks only with the person's own authorisation: scope, purpose, time, number of looks; withdrawn at any time.

The bank is another process with nothing of ours in it, the site is really served, the person sits at a real browser
without JavaScript.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

HERE = Path(__file__).resolve().parent
COMMAND = [sys.executable, "-m", "chengxin.commands.entry"]
MOST_WAIT_SECONDS = 1.0
"""Within this time after its answer a look is provable, on an idle machine; a loaded one gets the double."""

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Served:
    address: str
    bank_port: int
    known: dict[str, Any]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a served demonstration with a bank, its neighbour and a person."""
    data, port, bank_port = tmp_path_factory.mktemp("bank") / "data", free_port(), free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHENGXIN_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    environment = {**kept, "CHENGXIN_DATA": str(data), "CHENGXIN_PORT": str(port)}

    def run(*words: str, **more: str) -> str:
        done = subprocess.run(words, env=environment | more, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run(*COMMAND, "init", "--demonstration")
    known = json.loads(run(sys.executable, str(HERE / "bank_site.py"), str(bank_port)).splitlines()[-1])
    offline = {"CHENGXIN_OFFLINE": "1", "DJANGO_SETTINGS_MODULE": "chengxin.settings"}
    run(sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0", **offline)
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [*COMMAND, "serve", "--stop-database"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as serving:
        try:
            wait_for(f"{address}/api/v1/heartbeat")
            yield Served(address=address, bank_port=bank_port, known=known)
        finally:
            serving.send_signal(signal.SIGTERM)
            assert serving.wait(timeout=90) == 0
    shutil.rmtree(data, ignore_errors=True)


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(address)


class Bank:
    """The bank's process, one JSON object a line."""

    def __init__(self, served: Served) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHENGXIN_", "DJANGO_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(HERE / "bank_client.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=kept,
        )
        self.tell(site=served.address, port=served.bank_port, **served.known)

    def tell(self, **told: Any) -> None:  # noqa: ANN401 -- any JSON
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the bank's program ended"
        told: dict[str, Any] = json.loads(line)
        return told


@pytest.fixture
def bank(served: Served) -> Iterator[Bank]:
    started = Bank(served)
    yield started
    started.process.kill()
    started.process.communicate()


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """Give the person's browser: a phone without JavaScript, in English."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="en")
    context.add_cookies([{"name": "chengxin_language", "value": "en", "url": served.address}])
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_bank_asks_the_person_grants_less_the_bank_inquires_and_is_refused_after_the_withdrawal(
    served: Served, bank: Bank, page: Page
) -> None:
    # The person refuses, and the bank learns no more than that.
    page.goto(bank.hear()["refused_at"])
    page.fill("input[name=login]:not([type=hidden])", served.known["username"])
    page.fill("input[name=password]:not([type=hidden])", served.known["password"])
    page.press("input[name=password]:not([type=hidden])", "Enter")
    assert "Made-up Bank" in page.inner_text("h1")
    page.click('a:has-text("I do not agree")')
    page.click("button[value=refuse]")
    assert page.inner_text("h1") == "Back at the bank"
    assert set(bank.hear()["refused"]) == {"error", "state", "iss"}

    # Asked again, the person sees who, for what, on which basis, what exactly, and takes a look away.
    page.goto(bank.hear()["go"])
    shown = page.inner_text("main")
    for said in ("Made-up Bank", "loan", "DK-2026-0001", "30 days", f"127.0.0.1:{served.bank_port}"):
        assert said in shown, said
    preview = json.loads(page.locator("pre.cx-raw").text_content() or "")
    assert len(preview["items"]) == 3
    page.fill("input[name=looks]", "2")
    page.click("main form button[type=submit]")
    assert "2" in page.inner_text("dl")
    assert served.known["number"] not in page.content()
    page.click("button[value=grant]")
    assert page.inner_text("h1") == "Back at the bank"

    told = bank.hear()
    assert (told["granted"]["looks"], told["granted"]["items"]) == (2, [served.known["item"]])
    assert told["answer"]["answer"] == preview, "the person saw the very answer"
    assert set(told["checked"].values()) == {True}, told["checked"]
    assert (told["repeated"]["reference"], told["repeated"]["answer"]) == (told["answer"]["reference"], None)
    assert {name: (status, body["error"]) for name, (status, body) in told["attacks"].items()} == dict.fromkeys(
        ("wrong verifier", "wrong address", "another client", "replayed"), (400, "invalid_grant")
    )
    assert told["batches"] == 403
    assert max(told["waits"]) < 2 * MOST_WAIT_SECONDS, told["waits"]

    # The person sees both looks, takes the authorisation back, and the next question is refused with its reason.
    page.goto(f"{served.address}/me/looks/")
    assert page.inner_text("main").count("DK-2026-0001") >= 2
    page.goto(f"{served.address}/me/authorisations/{told['granted']['authorisation']}/withdraw/")
    page.click("main form button[type=submit]")
    bank.tell(go=True)
    refused = bank.hear()
    assert refused["status"] == 403
    assert refused["told"]["code"] == "AUTHORISATION_WITHDRAWN"
    assert refused["told"]["basis"]["code"] == "PIPL-23"
    assert refused["told"]["remedy"]
    assert re.fullmatch(r"[A-Z2-7]{16}", told["answer"]["reference"])
