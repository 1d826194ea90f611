"""The command line as a supplier's officer and an operator call it: real processes, a real site of their own."""

import csv
import json
import os
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
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chengxin.identifiers.identity import synthetic_number
from chengxin.keys.keyring import Keyring
from factories.watching import environment, witnesses

ITEM = "VOLUNTEER.SERVICE"
SUPPLIER = "TEST_VOLUNTEERS"
TODAY = "2026-11-23"
HEADERS = ("证件号码", "姓名", "信息编号", "发生日期", "服务项目", "服务时长（小时）", "志愿服务组织")
NAMES = "甲乙丙丁戊己庚辛壬癸子丑"
PEOPLE = tuple(
    (synthetic_number(born_on=date(1980, 1, at), sequence=at), f"测试{name}") for at, name in enumerate(NAMES, start=1)
)


# Starting Python and Django for each of some fifty calls takes minutes: one process answers them one after the other.
ANSWERING = """
import contextlib, io, json, sys
from chengxin.commands.entry import main
for line in sys.stdin:
    words, given = json.loads(line)
    sys.stdin, out, err = io.StringIO(given), io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words)
    sys.stdin = sys.__stdin__
    print(json.dumps([status, out.getvalue(), err.getvalue()]), flush=True)
"""


@dataclass
class Site:
    """A data directory, and the command line working on it."""

    data: Path
    answering: subprocess.Popen[str] | None = None

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHENGXIN_", "DJANGO_"))}
        kept.pop("DATABASE_URL", None)
        return {**kept, "CHENGXIN_DATA": str(self.data)}

    def call(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "chengxin.commands.entry", *words]
        return subprocess.run(
            command, input=given, capture_output=True, text=True, check=False, env=self.environment(), timeout=180
        )

    def json(self, *words: str, status: int = 0, given: str = "") -> dict[str, Any]:
        if self.answering is None:
            command = [sys.executable, "-c", ANSWERING]
            self.answering = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment()
            )
        process = self.answering
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([[*words, "--json", "--today", TODAY], given]) + "\n")
        process.stdin.flush()
        ended, out, err = json.loads(process.stdout.readline())
        assert ended == status, out + err
        answer: dict[str, Any] = json.loads(out)
        return answer

    def close(self) -> None:
        if self.answering is not None:
            self.answering.communicate(timeout=60)
        self.call("stop")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a demonstration site with twelve people, a supplier, and two of its officers."""
    made = Site(tmp_path_factory.mktemp("site") / "data")
    assert made.call("init", "--demonstration").returncode == 0
    feed = made.data / "feed.csv"
    with feed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("类型", "证件号码", "姓名", "生效日期"), *(("新增", *person, "2000-01-01") for person in PEOPLE)]
        )
    assert made.json("population", "apply", str(feed), "--feed", "1")["accepted"] == len(PEOPLE)
    place = ("--body", "FJ.CIVIL-AFFAIRS", "--division", "359900", "--name-zh", "测试协会", "--name-en", "Test society")
    made.json("organisation", "add", SUPPLIER, *place)
    made.json("organisation", "mandate", SUPPLIER, ITEM, "--from", "2018-01-01")
    for username in ("first", "second"):
        roles = ("--role", "SUPPLIER", "--role", "SUPPLIER_SECOND")
        words = ("account", "open", username, "--organisation", SUPPLIER, *roles)
        made.json(*words, given="a-long-made-up-phrase-31\n")
    yield made
    made.close()
    shutil.rmtree(made.data, ignore_errors=True)


def batch_file(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *rows])
    return path


def good_rows(prefix: str, *, on: str = "2026-03-02") -> list[tuple[str, ...]]:
    rest = (on, "清扫公园", "3", "测试协会")
    return [(*person, f"{prefix}-{at}", *rest) for at, person in enumerate(PEOPLE)]


def wrong_rows(prefix: str) -> list[tuple[str, ...]]:
    number, name = PEOPLE[0]
    mistyped = number[:-1] + ("1" if number[-1] != "1" else "2")
    return [
        (mistyped, name, f"{prefix}-a", "2026-03-02", "清扫公园", "3", "测试协会"),
        (number, name, f"{prefix}-b", "2026-13-02", "清扫公园", "x", "测试协会"),
        (number, "别名", f"{prefix}-c", "2026-03-02", "清扫公园", "3", "测试协会"),
        ("a", "b"),
    ]


def test_a_wrong_call_ends_with_two_and_no_trace(tmp_path: Path) -> None:
    unfinished = Site(tmp_path)
    for words in (("nonsense",), ("status", "--today", "2026-13-01"), ("intake", "submit"), ("keys", "destroy")):
        done = unfinished.call(*words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert json.loads(unfinished.call(*words, "--json").stdout)["refused"] == "WRONG_CALL"


def test_a_directory_that_was_never_set_up_is_refused_and_left_alone(tmp_path: Path) -> None:
    done = Site(tmp_path).call("status", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["refused"] == "NOT_INITIALISED"
    assert not list(tmp_path.iterdir())


def test_setting_up_twice_changes_nothing_and_the_mode_is_kept(site: Site) -> None:
    again = json.loads(site.call("init", "--demonstration", "--json").stdout)
    assert (again["migrated"], again["editions"]) == ([], [])
    assert site.json("init", status=1)["refused"] == "MODE_DIFFERS"
    assert site.data.stat().st_mode & 0o777 == 0o700


def test_the_counts_of_a_batch_add_up_and_sending_it_again_changes_nothing(site: Site, tmp_path: Path) -> None:
    path = batch_file(tmp_path / "三月.csv", *good_rows("N"), *wrong_rows("N"))
    words = ("intake", "submit", str(path), "--item", ITEM, "--supplier", SUPPLIER)
    answer = site.json(*words)
    assert set(answer) == {"batch", "lines", "accepted", "rejected", "held", "unchanged", "state"}
    counts = tuple(answer[name] for name in ("lines", "accepted", "rejected", "held", "unchanged"))
    assert counts == (len(PEOPLE) + 4, len(PEOPLE), 3, 1, 0)
    again = site.json(*words)
    assert (again["accepted"], again["unchanged"]) == (0, len(PEOPLE))
    target = tmp_path / "result.csv"
    site.json("intake", "result", answer["batch"], "-o", str(target))
    rows = list(csv.reader(target.read_text(encoding="utf-8").splitlines()))
    assert rows[0][-3:] == ["结果", "原因", "处理办法"]
    assert [row[len(HEADERS)] for row in rows[1:]] == ["入库"] * len(PEOPLE) + ["未收", "未收", "待核", "未收"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_checking_finds_the_item_names_the_lines_and_keeps_nothing(site: Site, tmp_path: Path) -> None:
    before = site.json("status")["batches"]
    path = batch_file(tmp_path / "check.csv", *good_rows("C"), *wrong_rows("C"))
    answer = site.json("intake", "check", str(path), "--item", ITEM, "-o", str(tmp_path / "checked.csv"), status=1)
    assert (answer["lines"], answer["wrong"]) == (len(PEOPLE) + 4, 3)
    assert set(answer["rules"]) == {"IDENTITY_CHECK", "FIELD_FORMAT", "COLUMN_COUNT"}
    assert PEOPLE[0][0][6:14] not in json.dumps(answer)
    assert site.json("status")["batches"] == before


def test_a_file_that_cannot_be_taken_is_refused_with_its_batch(site: Site, tmp_path: Path) -> None:
    path = batch_file(tmp_path / "short.csv", *good_rows("D"))
    words = ("intake", "submit", str(path), "--item", ITEM, "--supplier", SUPPLIER, "--declared-lines", "99")
    answer = site.json(*words, status=1)
    assert (answer["refused"], answer["state"]) == ("DECLARED_COUNT", "REFUSED")
    assert answer["batch"].startswith("B")
    missing = site.json("intake", "submit", str(tmp_path / "absent"), "--item", ITEM, "--supplier", SUPPLIER, status=1)
    assert missing["refused"] == "FILE_UNUSABLE"
    stranger = site.json("intake", "submit", str(path), "--item", ITEM, "--supplier", "NOBODY", status=1)
    assert stranger["refused"] == "NOT_MANDATED"


def test_whoever_sent_a_batch_cannot_take_it_back_but_another_officer_can(site: Site, tmp_path: Path) -> None:
    path = batch_file(tmp_path / "back.csv", *good_rows("R"))
    words = ("intake", "submit", str(path), "--item", ITEM, "--supplier", SUPPLIER, "--by", "first")
    batch = site.json(*words)["batch"]
    reverse = ("intake", "reverse", batch, "--reason", "测试")
    assert site.json(*reverse, "--by", "first", status=1)["refused"] == "SAME_OFFICER"
    assert site.json(*reverse, "--by", "nobody", status=1)["refused"] == "OFFICER_UNKNOWN"
    assert site.json(*reverse, "--by", "second")["state"] == "REVERSED"


def test_a_person_is_found_by_the_whole_number_only_and_shown_masked(site: Site) -> None:
    found = site.json("person", "find", "--number-from-stdin", given=f"{PEOPLE[0][0]}\n")
    assert PEOPLE[0][0] not in json.dumps(found)
    (person,) = found["persons"]
    assert site.json("person", "find", "--reference", person["reference"])["persons"] == [person]
    assert site.json("person", "find", status=1)["refused"] == "SEARCH_UNCLEAR"


def test_destroying_a_month_is_dry_by_default_and_the_ledger_still_verifies(site: Site, tmp_path: Path) -> None:
    earlier = {key["month"] for key in site.json("keys", "list")["months"]}
    path = batch_file(tmp_path / "keys.csv", *good_rows("K", on="2025-07-02"))
    site.json("intake", "submit", str(path), "--item", ITEM, "--supplier", SUPPLIER)
    # A month that no other test keeps anything until: what is destroyed here stays destroyed for all of them.
    (month,) = {key["month"] for key in site.json("keys", "list")["months"]} - earlier
    dry = site.json("keys", "destroy", month)
    assert dry["items"] > 0
    assert not dry["applied"]
    assert site.json("keys", "destroy", month)["destroyed"] is False
    assert site.json("keys", "destroy", month, "--apply")["destroyed"] is True
    assert site.json("ledger", "checkpoint")["size"] > 0
    assert site.json("ledger", "verify")["count"] == 0
    assert site.json("keys", "destroy", "2031-13", status=1)["refused"] == "MONTH_WRONG"
    path = batch_file(tmp_path / "late.csv", *good_rows("L", on="2025-07-03"), *good_rows("M"))
    answer = site.json("intake", "submit", str(path), "--item", ITEM, "--supplier", SUPPLIER)
    assert (answer["accepted"], answer["rejected"]) == (len(PEOPLE), len(PEOPLE))
    target = tmp_path / "result.csv"
    site.json("intake", "result", answer["batch"], "-o", str(target))
    rows = list(csv.reader(target.read_text(encoding="utf-8").splitlines()))
    outcome, reason, _ = rows[1][-3:]
    assert outcome == "未收"
    assert month in reason


def test_an_event_is_proved_and_an_unknown_one_refused(site: Site) -> None:
    site.json("ledger", "checkpoint")
    assert site.json("ledger", "prove", "1")["leaf"] >= 0
    assert site.json("ledger", "prove", "999999999", status=1)["refused"] == "LEDGER_EVENT_UNKNOWN"


@pytest.mark.slow
def test_the_server_answers_and_stops_with_all_its_processes(site: Site) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "chengxin.commands.entry", "serve"]
    environment = {**site.environment(), "CHENGXIN_PORT": str(port)}
    collect = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"]
    offline = {"CHENGXIN_OFFLINE": "1", "DJANGO_SETTINGS_MODULE": "chengxin.settings"}
    subprocess.run(collect, check=True, env={**site.environment(), **offline})
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as serving:
        try:
            assert _status_of(f"http://127.0.0.1:{port}/") < 500
            assert site.json("serve", status=1)["refused"] == "SERVER_RUNNING"
        finally:
            serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=60) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_server_asks_its_witness_and_a_monitor_finds_everything_fine(site: Site, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    verifier = Keyring.open(site.data / "keys").ledger_verifier()
    with witnesses(tmp_path, "jia", logs=(verifier,)) as (jia,):
        place = jia.place()
        command = [sys.executable, "-m", "chengxin.commands.entry", "serve"]
        named = {"CHENGXIN_PORT": str(port), "CHENGXIN_WITNESSES": f"{place.address} {place.witness.encoded()}"}
        with subprocess.Popen(command, env={**site.environment(), **named}, stdout=subprocess.DEVNULL) as serving:
            try:
                assert _status_of(f"{address}/help/") > 0
                until = time.monotonic() + 60
                while _status_of(f"{address}/ledger/cosigned") != 200 and time.monotonic() < until:
                    time.sleep(0.5)
                with urllib.request.urlopen(f"{address}/keys/trust.json", timeout=10) as answer:  # noqa: S310 - our own
                    trust = json.load(answer)
                assert trust["witnesses"] == {"needed": 0, "keys": [place.witness.encoded()]}
                trust["witnesses"]["needed"] = 1
                (tmp_path / "trust.json").write_text(json.dumps(trust), encoding="utf-8")
                words = [f"{address}/ledger/", "--trust", tmp_path / "trust.json", "--state", tmp_path / "state.json"]
                for told in ("这是第一次查看", "笔为开头"):
                    command = [sys.executable, "-m", "chengxin.watching.monitor_command", *words, "--all"]
                    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
                    assert (done.returncode, done.stderr) == (0, "")
                    assert told in done.stdout
                    assert "1 个见证方联署到第" in done.stdout
            finally:
                serving.send_signal(signal.SIGTERM)
            assert serving.wait(timeout=60) == 0


def _status_of(address: str) -> int:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError(address)


def test_keys_that_sign_are_listed_replaced_and_revoked_dry_by_default(site: Site) -> None:
    listed = site.json("keys", "list")
    # Whichever tests of this module ran before: one key of each use signs, however many have ended.
    in_use = {key["use"]: key["name"] for key in listed["keys"] if key["in_use"]}
    assert sorted(key["use"] for key in listed["keys"] if key["in_use"]) == sorted(in_use)
    assert in_use.keys() == {"REPORT", "RECEIPT", "CHECKPOINT", "ARCHIVE"}
    old = in_use["RECEIPT"]
    assert site.json("keys", "rotate", "RECEIPT")["applied"] is False
    assert site.json("keys", "list") == listed
    changed = site.json("keys", "rotate", "RECEIPT", "--apply")
    assert (changed["ended"], changed["number"]) == (old, listed["number"] + 1)
    since = ("--since", "2026-11-20T08:00:00+08:00", "--reason", "COMPROMISED")
    assert site.json("keys", "revoke", old, *since)["applied"] is False
    assert site.json("keys", "revoke", old, *since, "--apply")["in_use"] is False
    assert site.json("keys", "revoke", old, *since, "--apply", status=1)["refused"] == "REVOCATION_REFUSED"
    wrong = ("--since", "2026-11-20", "--reason", "LOST")
    assert site.json("keys", "revoke", old, *wrong, status=1)["refused"] == "MOMENT_WRONG"
    assert site.json("keys", "rotate", "CHECKPOINT", "--apply", status=1)["refused"] == "ROTATION_REFUSED"
    after = {key["name"]: key for key in site.json("keys", "list")["keys"]}
    assert after[old]["reason"] == "COMPROMISED"
    assert after[changed["begun"]]["in_use"]
    site.json("ledger", "checkpoint")
    assert site.json("ledger", "verify")["count"] == 0


def test_a_root_key_that_is_kept_off_line_is_asked_for(site: Site, tmp_path: Path) -> None:
    kept = (site.data / "keys" / "root-signer.key").rename(tmp_path / "root-signer.key")
    refused = site.json("keys", "rotate", "ARCHIVE", status=1)
    assert (refused["refused"], refused["details"]["reason"]) == ("ROOT_KEY_ABSENT", "root-signer")
    assert site.json("keys", "list")["root_here"] is False
    assert json.loads(site.call("init", "--demonstration", "--json").stdout)["keys"] > 0
    kept.rename(site.data / "keys" / "root-signer.key")
    assert site.json("keys", "rotate", "ARCHIVE", "--apply")["applied"]
