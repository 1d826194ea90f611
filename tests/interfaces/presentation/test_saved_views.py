"""Lists as an officer wants them: columns chosen in the address, views kept under a name, each for its login alone."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.accounts import lookups
from chengxin.accounts.models import SavedView
from chengxin.accounts.operations.views import MOST_VIEWS
from chengxin.authority.actors import Role
from chengxin.portals.presentation import values
from chengxin.portals.presentation.saved_views import with_columns
from factories import inquiries as gate
from factories import intake as given
from factories.portals import citizen, signed_in

pytestmark = pytest.mark.django_db
TABLE = values.Table(
    caption="x",
    columns=[values.Column(label=label) for label in "abc"],
    rows=[[values.Cell(value=value) for value in (1, 2, 3)]],
)


@pytest.fixture(autouse=True)
def _day(settings: Settings, plain_static_files: None) -> None:
    settings.CHENGXIN_TODAY = given.NOW.date()


@pytest.fixture
def place() -> str:
    """Give a list with one organisation in it."""
    gate.organisation()
    return reverse("office:requesters")


@pytest.fixture
def keeper() -> Client:
    return signed_in(Role.OFFICE_CATALOGUE)


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [((), "abc"), (("",), "a"), (("", "2"), "ac"), (("1", "2"), "abc"), (("9", "x"), "a"), (("-1",), "a")],
)
def test_columns_are_those_of_the_address_and_the_first(chosen: tuple[str, ...], shown: str) -> None:
    table = with_columns(TABLE, chosen)
    assert "".join(str(column.label) for column in table.columns) == shown
    assert len(table.rows[0]) == len(shown)


def headings(client: Client, url: str) -> list[str]:
    page = client.get(url).content.decode()
    return re.findall(r'<th scope="col">([^<]+)', page)


def test_a_list_shows_the_columns_that_were_chosen_and_a_search_keeps_them(keeper: Client, place: str) -> None:
    assert headings(keeper, place) == ["单位代码", "名称", "单位类型", "今天可以查询的目的"]
    assert headings(keeper, f"{place}?show=&show=2") == ["单位代码", "单位类型"]
    page = keeper.get(f"{place}?show=&show=2&q=BANK").content.decode()
    search = re.search(r'<form class="cx-filters".*?</form>', page, re.DOTALL)
    assert search is not None
    assert re.findall(r'name="show" value="([^"]*)"', search[0]) == ["", "2"]


def test_a_view_is_saved_found_written_anew_and_removed(keeper: Client, place: str) -> None:
    sent = {"name": "银行", "place": place, "query": "kind=BANK&show=&show=2"}
    done = keeper.post(reverse("saved_views"), sent, follow=True)
    assert done.redirect_chain == [(f"{place}?kind=BANK&show=&show=2", 302)]
    page = done.content.decode()
    assert "视图「银行」已保存" in page
    assert 'aria-current="true">银行</a>' in page
    keeper.post(reverse("saved_views"), sent | {"query": "kind=BANK"})
    (line,) = lookups.list_saved_views(account_id=int(keeper.session["_auth_user_id"]))
    assert (line.name, line.query) == ("银行", "kind=BANK")
    assert "银行" in keeper.get(reverse("saved_views")).content.decode()
    page = keeper.post(reverse("saved_views"), {"remove": str(line.view_id)}, follow=True).content.decode()
    assert "还没有保存过视图" in page
    assert not SavedView.objects.exists()


def test_nobody_sees_or_removes_anothers_view(keeper: Client, place: str) -> None:
    keeper.post(reverse("saved_views"), {"name": "mine", "place": place, "query": ""})
    other = signed_in(Role.OFFICE_CATALOGUE, name="another-keeper")
    assert "mine" not in other.get(place).content.decode()
    other.post(reverse("saved_views"), {"remove": str(SavedView.objects.get().pk)})
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"place": "https://elsewhere.example/"},
        {"place": "//elsewhere.example/office/"},
        {"place": "/office/no-such-page/"},
        {"place": "/me/"},
        {"name": ""},
        {"name": "x" * 61},
        {"query": f"q={given.number(0)}"},
        {"query": "q=" + "+".join(given.number(0))},
    ],
)
def test_what_cannot_be_saved_is_said(keeper: Client, place: str, changed: dict[str, str]) -> None:
    sent = {"name": "a view", "place": place, "query": ""} | changed
    assert keeper.post(reverse("saved_views"), sent).status_code == 422
    assert not SavedView.objects.exists()


def test_a_list_has_so_many_views_at_most_and_says_how_many(keeper: Client, place: str) -> None:
    for at in range(MOST_VIEWS):
        keeper.post(reverse("saved_views"), {"name": f"view {at}", "place": place, "query": ""})
    refused = keeper.post(reverse("saved_views"), {"name": "one more", "place": place, "query": ""})
    assert (refused.status_code, f"已经保存了 {MOST_VIEWS} 个视图" in refused.content.decode()) == (422, True)
    assert keeper.post(reverse("saved_views"), {"name": "view 3", "place": place, "query": "q=x"}).status_code == 302


def test_it_is_for_officers(place: str) -> None:
    given.edition()
    (person,) = given.people(1)
    assert citizen(person).get(reverse("saved_views")).status_code == 403
    assert Client().get(reverse("saved_views")).headers["Location"].startswith("/account/login/")
