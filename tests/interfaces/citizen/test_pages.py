"""The person sees everything of the own file, nobody else's, and every look leaves its line first."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.records import lookups as records
from chengxin.register import lookups as register
from chengxin.register import operations as register_operations
from chengxin.register.states import Outcome
from factories import intake as given
from factories import persons as people
from factories.portals import citizen, signed_in

pytestmark = pytest.mark.django_db
PAGES = ["home", "file", "looks", "about", "periods"]


@pytest.fixture(autouse=True)
def _day(settings: Settings) -> None:
    settings.CHENGXIN_TODAY = date(2026, 11, 23)


@pytest.fixture
def ids() -> list[int]:
    given.edition()
    given.supplier()
    found = given.people(4)
    given.settle(given.csv_bytes([given.line(index) for index in range(3)]), now=given.NOW - timedelta(days=9))
    return found


def reference_of(person_id: int) -> str:
    actor = Actor(kind=ActorKind.PERSON, key="account:0", person_id=person_id, roles=frozenset({Role.CITIZEN}))
    file = records.access_file(person_id=person_id, actor=actor, purpose_code="SELF_READ", now=given.NOW)
    assert isinstance(file, records.PersonFile)
    return file.items[0].reference


def slice_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def text_of(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(f"citizen:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_in_every_language(ids: list[int], name: str, language: str) -> None:
    client = citizen(ids[0])
    client.cookies["chengxin_language"] = language
    page = text_of(client, name)
    assert page.count("<h1") == 1
    assert given.number(0) not in page


STATEMENTS_OF_THE_FILE = (
    8  # session, login, mandates, the look's number, merged rows, items, its line, suppliers' names
)


def statements_of(client: Client, name: str) -> list[str]:
    text_of(client, name)  # the first visit keeps the previous one with the session, and the editions in memory
    with CaptureQueriesContext(connection) as sent:
        text_of(client, name)
    return [query["sql"] for query in sent if "SAVEPOINT" not in query["sql"]]


def test_the_file_takes_as_many_statements_for_many_items_as_for_one(ids: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0, 信息编号=f"MS-1{index:05d}") for index in range(25)]))
    client = citizen(ids[0])
    many, one = statements_of(client, "file"), statements_of(citizen(ids[1]), "file")
    assert "本页 20 条，共 26 条" in text_of(client, "file")
    assert (len(many), len(one)) == (STATEMENTS_OF_THE_FILE, STATEMENTS_OF_THE_FILE)


def test_the_looks_take_as_many_statements_for_many_as_for_one(ids: list[int]) -> None:
    client = citizen(ids[0])
    few = statements_of(client, "looks")
    for organisation in range(20):
        register_operations.register_look(
            person_id=ids[0],
            actor=Actor(kind=ActorKind.OFFICER, key="account:9", organisation_code=f"NOBODY_{organisation}"),
            purpose_code="SELF_READ",
            basis_code="PIPL-45",
            case_number=None,
            shown={},
            mask_rule="NONE",
            mask_version=1,
            at=given.NOW,
        )
    assert len(statements_of(client, "looks")) == len(few) + 2  # their names, in the list and for the filter


@pytest.mark.parametrize("name", ["home", "file", "looks", "about"])
def test_every_page_with_something_of_the_person_leaves_one_line(ids: list[int], name: str) -> None:
    client = citizen(ids[0])
    text_of(client, name)
    (look,) = register.list_looks(person_id=ids[0])
    assert (look.purpose_code, look.outcome) == ("SELF_READ", Outcome.SHOWN)


def test_an_item_answers_the_five_questions_and_shows_its_history(ids: list[int]) -> None:
    given.settle(given.csv_bytes([given.line(0, 操作="更正", 违法事实="已改正。")]))
    client = citizen(ids[0])
    file = text_of(client, "file")
    page = text_of(client, "item", reference_of(ids[0]))
    for shown in (file, page):
        for answer in ("这是什么", "谁说的", "依据什么", "到哪一天为止", "我现在能做什么", "闽市监罚〔2026〕0号"):
            assert answer in shown
    assert "第 2 版" in page
    assert "提供单位作了更正" in page
    assert page.count("现在有效") == 1


def test_another_persons_item_is_answered_like_none_and_leaves_its_line(ids: list[int]) -> None:
    others = reference_of(ids[1])
    before = register.count_looks(person_id=ids[1])
    client = citizen(ids[0])
    response = client.get(reverse("citizen:item", args=[others]))
    never = client.get(reverse("citizen:item", args=["NEVERTHERE"]))
    assert (response.status_code, never.status_code) == (404, 404)
    main = slice_of(response.content.decode()), slice_of(never.content.decode())
    assert main[0] == main[1]
    assert "闽市监罚" not in response.content.decode()
    lines = register.list_looks(person_id=ids[0])
    assert [line.refusal_code for line in lines] == ["ITEM_NOT_SHOWN", "ITEM_NOT_SHOWN"]
    assert register.count_looks(person_id=ids[1]) == before


def test_nothing_is_shown_past_its_last_day(ids: list[int], settings: Settings) -> None:
    client = citizen(ids[0])
    assert "闽市监罚〔2026〕0号" in text_of(client, "file")
    settings.CHENGXIN_TODAY = date(2027, 2, 10)
    last = text_of(client, "file")
    settings.CHENGXIN_TODAY = date(2029, 2, 11)
    after = text_of(client, "file")
    assert "今天是最后一天" in last
    assert "闽市监罚" not in after
    assert "档案里还没有任何一条" in after


def test_the_number_is_shown_whole_only_on_a_press_which_is_a_look_of_its_own(ids: list[int]) -> None:
    client = citizen(ids[0])
    assert given.number(0) not in text_of(client, "about")
    assert client.get(reverse("citizen:own_number")).status_code == 405
    before = register.count_looks(person_id=ids[0])
    response = client.post(reverse("citizen:own_number"))
    assert given.number(0) in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    newest = register.list_looks(person_id=ids[0])
    assert register.count_looks(person_id=ids[0]) > before
    assert {"what": "NUMBER"} in [dict(look.shown) for look in newest]
    assert given.number(0) not in text_of(client, "about")


def test_this_visit_is_among_the_looks_and_they_are_filtered_and_paged(ids: list[int]) -> None:
    client = citizen(ids[0])
    for _ in range(62):
        client.get(reverse("citizen:looks"))
    page = text_of(client, "looks")
    assert "就是这一次" in page
    assert "同一个月里 60 次，展开" in page
    (before,) = {int(number) for number in re.findall(r"before=(\d+)", page)}
    assert "没有符合这些条件的结果" in client.get(reverse("citizen:looks"), {"which": "OTHERS"}).content.decode()
    rest = client.get(reverse("citizen:looks"), {"before": str(before)}).content.decode()
    assert f"第 {before - 1} 次" in rest
    assert f"第 {before} 次" not in rest
    assert client.get(reverse("citizen:looks"), {"before": "x' OR 1"}).status_code == 200


def test_merged_persons_read_as_one(ids: list[int]) -> None:
    people.merge(ids[1], ids[0])
    for person_id in ids[:2]:
        page = text_of(citizen(person_id), "file")
        assert "闽市监罚〔2026〕0号" in page
        assert "闽市监罚〔2026〕1号" in page
    looks = text_of(citizen_again(ids[0]), "looks")
    assert "您本人" in looks


def citizen_again(person_id: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(person_id=person_id))
    client.cookies["chengxin_language"] = "zh-hans"
    return client


def test_new_since_the_last_visit(ids: list[int], settings: Settings) -> None:
    client = citizen(ids[0])
    assert "您是第一次来" in text_of(client, "home")
    settings.CHENGXIN_TODAY = date(2026, 11, 25)
    given.settle(given.csv_bytes([given.line(0, 信息编号="MS-NEW")]), now=given.NOW + timedelta(days=1))
    again = citizen_again(ids[0])
    page = text_of(again, "home")
    assert "您上次来是 2026年11月23日" in page
    assert "?new=on" in page
    assert again.get(reverse("citizen:file"), {"new": "on"}).content.decode().count("cx-answers__head") == 1


def test_an_empty_file_teaches(ids: list[int]) -> None:
    client = citizen(ids[3])
    for name in ("home", "file"):
        assert "没有信息不代表不好" in text_of(client, name)


def test_whoever_is_no_person_is_turned_away() -> None:
    assert Client().get(reverse("citizen:home")).status_code == 302
    given.edition()
    clerk = signed_in(Role.OFFICE_CLERK)
    for name in PAGES:
        response = clerk.get(reverse(f"citizen:{name}"))
        assert response.status_code == 403
        assert "NOT_YOUR_ROLE" in response.content.decode()
