"""Who looked: the timeline and its filters, one look, the question about it, and the proofs checked with plain code."""

import base64
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries import operations
from chengxin.inquiries.states import ConcernMove
from chengxin.ledger import operations as ledger
from chengxin.register import lookups as register
from factories import inquiries as asking
from factories import intake as given
from factories import persons as people
from factories.portals import citizen

pytestmark = pytest.mark.django_db
NOW = given.NOW


@pytest.fixture(autouse=True)
def _day(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.CHENGXIN_TODAY = NOW.date()
    # What other tests published belongs to other databases.
    monkeypatch.setattr("chengxin.ledger.lookups.ledger_folder", lambda: tmp_path / "ledger")


@pytest.fixture
def ids() -> list[int]:
    given.edition()
    given.supplier()
    found = given.people(2)
    asking.organisation()
    asking.organisation(asking.NEIGHBOUR)
    asking.items_about(1)
    return found


def shown(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"citizen:{name}", args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_looks_of_one_organisation_and_purpose_in_a_month_are_folded(ids: list[int]) -> None:
    allowed = asking.allow(ids[0], granted=asking.scope(looks=12, days=60))
    for days in range(5):
        asking.inquire(authorisation=allowed, now=NOW - timedelta(days=days))
    asking.inquire(asker=asking.requester(asking.NEIGHBOUR, "client:902"))
    page = shown(citizen(ids[0]), "looks", which="OTHERS")
    assert "同一个月里 5 次，展开" in page
    assert page.count("没有看到内容：没有您的授权") == 1
    assert page.count(f"按您的授权 {allowed}") == 5
    assert "市场监管行政处罚 1 条" in page


def test_looks_are_filtered_by_everything(ids: list[int]) -> None:
    allowed = asking.allow(ids[0])
    asking.inquire(authorisation=allowed, now=NOW - timedelta(days=40))
    asking.inquire(asker=asking.requester(asking.NEIGHBOUR, "client:902"))
    client = citizen(ids[0])
    nothing = "没有符合这些条件的结果"
    assert "没有您的授权" not in shown(client, "looks", organisation=asking.BANK)
    assert "没有您的授权" in shown(client, "looks", organisation=asking.NEIGHBOUR)
    assert "没有您的授权" in shown(client, "looks", outcome="REFUSED")
    assert "没有您的授权" not in shown(client, "looks", outcome="SHOWN")
    assert nothing in shown(client, "looks", purpose="LENDING", which="OWN")
    assert nothing in shown(client, "looks", until="2026-10-13")
    assert nothing not in shown(client, "looks", until="2026-10-14")
    assert nothing in shown(client, "looks", since="2026-10-15", until="2026-11-22")
    assert "有几处需要修改" in shown(client, "looks", since="2026-13-01")


def test_a_look_that_nobody_knows_is_questioned_and_the_answer_is_told(ids: list[int]) -> None:
    asking.inquire()
    (look,) = register.list_looks(person_id=ids[0])
    client = citizen(ids[0])
    page = shown(client, "look", look.look_id)
    url = reverse("citizen:concern", args=[look.look_id])
    assert url in page
    assert "这一次我不认识" in client.get(url).content.decode()
    assert "有几处需要修改" in client.post(url, {"words": "长" * 2001}).content.decode()
    done = client.post(url, {"words": "我没有申请过贷款。"}, follow=True).content.decode()
    (line,) = inquiries.list_concerns()
    assert line.reference in done
    assert "正在审核" in done
    assert "最晚 2026年12月2日 答复" in done
    assert client.get(url).status_code == 302
    assert client.post(url, {"words": ""}).status_code == 403
    operations.answer_concern(
        reference=line.reference,
        move=ConcernMove.FIND_OUT_OF_ORDER,
        answer="经办人查错了人。",
        actor=asking.REVIEWER,
        now=NOW + timedelta(minutes=1),
    )
    for name, args in (("look", [look.look_id]), ("concerns", [])):
        assert "经办人查错了人。" in shown(client, name, *args)
    assert "1 件有了答复" in shown(client, "home")


def test_no_due_day_is_shown_where_the_calendar_is_not_published(ids: list[int], settings: Settings) -> None:
    asking.inquire()
    (look,) = register.list_looks(person_id=ids[0])
    settings.CHENGXIN_TODAY = NOW.date().replace(month=12, day=31)
    page = citizen(ids[0]).post(reverse("citizen:concern", args=[look.look_id]), follow=True).content.decode()
    assert "不猜" in page


def test_another_person_s_look_is_as_if_it_never_was(ids: list[int]) -> None:
    asking.inquire()
    (look,) = register.list_looks(person_id=ids[0])
    stranger = citizen(ids[1])
    for name in ("look", "concern"):
        assert stranger.get(reverse(f"citizen:{name}", args=[look.look_id])).status_code == 404
    assert stranger.post(reverse("citizen:concern", args=[look.look_id])).status_code == 404
    assert inquiries.list_concerns() == ()


def test_the_own_look_cannot_be_questioned(ids: list[int]) -> None:
    client = citizen(ids[0])
    shown(client, "looks")
    (look, *_) = register.list_looks(person_id=ids[0])
    assert "这一次我不认识" not in shown(client, "look", look.look_id)
    assert client.post(reverse("citizen:concern", args=[look.look_id])).status_code == 403


# Proofs, checked without any code of ours --------------------------------------------------------------------------


def plain_check(text: str) -> list[int]:
    """Check a file of looks with nothing but hashes; return how many looks of each register it proves."""
    made = json.loads(text)
    _origin, size, root = made["checkpoint"].split("\n")[:3]
    proved = []
    for kept in made["registers"]:
        assert [look["number"] for look in kept["looks"]] == list(range(1, kept["look_count"] + 1))
        persons = {json.loads(look["line"])["person"] for look in kept["looks"]}
        assert len(persons) == 1
        leaves = set()
        for look in kept["looks"]:
            digest = hashlib.sha256(base64.b64decode(look["salt"]) + look["line"].encode()).hexdigest()
            proof = look["proof"]
            if proof is None:
                continue
            event = json.loads(proof["event"])
            assert event["body"] == {"look": digest, "sequence": look["number"]}
            assert {event["person"]} == persons
            event_digest = hashlib.sha256(base64.b64decode(proof["salt"]) + proof["event"].encode()).digest()
            node = hashlib.sha256(b"\0" + event_digest).digest()
            index, last = proof["leaf_index"], int(size) - 1
            for step in proof["path"]:  # RFC 9162, 2.1.3.2
                other = base64.b64decode(step)
                if index % 2 or index == last:
                    node = hashlib.sha256(b"\1" + other + node).digest()
                    while index % 2 == 0 and index:
                        index, last = index >> 1, last >> 1
                else:
                    node = hashlib.sha256(b"\1" + node + other).digest()
                index, last = index >> 1, last >> 1
            assert last == 0
            assert node == base64.b64decode(root)
            leaves.add(proof["leaf_index"])
        proved.append(len(leaves))
    return proved


def downloaded(client: Client) -> str:
    response = client.get(reverse("citizen:proofs"))
    assert response["Content-Type"] == "application/json"
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_the_file_of_proofs_is_complete_and_holds_without_us(ids: list[int]) -> None:
    for _ in range(5):
        asking.inquire()
    client = citizen(ids[0])
    shown(client, "looks")
    ledger.integrate(now=NOW)
    text = downloaded(client)
    made = json.loads(text)
    assert plain_check(text) == [6]
    assert [kept["look_count"] for kept in made["registers"]] == [
        7
    ]  # the download itself waits for the next checkpoint
    assert given.number(0) not in text
    assert given.name(0) not in text


def test_a_changed_or_missing_line_is_found(ids: list[int]) -> None:
    for _ in range(3):
        asking.inquire()
    ledger.integrate(now=NOW)
    text = downloaded(citizen(ids[0]))
    changed = text.replace("AUTHORISATION_MISSING", "AUTHORISATION_OVER", 1)
    made = json.loads(text)
    del made["registers"][0]["looks"][1]
    for broken in (changed, json.dumps(made)):
        assert broken != text
        with pytest.raises(AssertionError):
            plain_check(broken)


def test_a_merged_person_gets_the_registers_of_all_rows(ids: list[int]) -> None:
    asking.inquire(0)
    asking.inquire(1)
    people.merge(ids[1], ids[0])
    ledger.integrate(now=NOW)
    assert sorted(plain_check(downloaded(citizen(ids[0])))) == [1, 1]


def test_without_a_checkpoint_the_file_says_so(ids: list[int]) -> None:
    made = json.loads(downloaded(citizen(ids[0])))
    (kept,) = made["registers"]
    assert [look["proof"] for look in kept["looks"]] == [None]
