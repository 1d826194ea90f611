"""The catalogue is open, paged, searchable, and gives what a supplier's program needs to build a file."""

import io
import zipfile

import jsonschema
import pytest

from factories import intake as given
from factories.api import Caller

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("province")
def test_the_edition_in_force_is_named_by_its_digest(anyone: Caller) -> None:
    shown = anyone.get("/catalogue").json()
    assert shown["item_count"] > 0
    assert len(shown["digest"]) == 64
    assert shown["in_force_from"] == "2026-04-01"


@pytest.mark.usefixtures("province")
def test_pages_together_hold_every_item_once(anyone: Caller) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = anyone.get(f"/catalogue/items?limit=7{cursor}").json()
        seen += [item["code"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == sorted(set(seen))
    assert len(seen) == anyone.get("/catalogue").json()["item_count"]


@pytest.mark.usefixtures("province")
def test_items_are_found_by_words_in_either_script_and_by_kind(anyone: Caller) -> None:
    item = anyone.get(f"/catalogue/items/{given.ITEM}").json()
    for sought in (item["name_zh"], item["name_en"].upper(), given.ITEM.lower()):
        found = anyone.get(f"/catalogue/items?q={sought}&limit=500").json()["items"]
        assert given.ITEM in [one["code"] for one in found]
    other = "PLEDGE" if item["kind"] != "PLEDGE" else "ADVERSE"
    assert anyone.get(f"/catalogue/items?q={given.ITEM}&kind={other}").json()["items"] == []


@pytest.mark.usefixtures("province")
def test_one_item_tells_basis_clocks_and_columns(anyone: Caller) -> None:
    item = anyone.get(f"/catalogue/items/{given.ITEM}").json()
    assert item["basis"]["title"]
    assert {clock["severity"] for clock in item["clocks"]} >= set(item["severities"]) or item["clocks"]
    assert {"identity_number", "name", "record_number"} <= {column["code"] for column in item["columns"]}


@pytest.mark.usefixtures("province")
def test_the_schema_is_one_and_takes_its_own_examples(anyone: Caller) -> None:
    answer = anyone.get(f"/catalogue/items/{given.ITEM}/schema")
    assert answer.headers["Content-Type"] == "application/schema+json"
    schema = answer.json()
    jsonschema.Draft202012Validator.check_schema(schema)
    line = {code: told["examples"][0] for code, told in schema["properties"].items()}
    jsonschema.Draft202012Validator(schema).validate(line)


@pytest.mark.parametrize(
    ("language", "header"), [("zh-Hans", "证件号码"), ("zh-Hant", "证件号码"), ("en", "Identity number")]
)
@pytest.mark.usefixtures("province")
def test_the_template_has_headers_that_are_read_again(anyone: Caller, language: str, header: str) -> None:
    answer = anyone.get(f"/catalogue/items/{given.ITEM}/template", Accept_Language=language)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        words = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert header in words


@pytest.mark.parametrize("path", ["", "/schema", "/template"])
@pytest.mark.parametrize("code", ["NO.SUCH", "x" * 300, "%00", "../secret"])
@pytest.mark.usefixtures("province")
def test_an_unknown_item_is_not_found(anyone: Caller, code: str, path: str) -> None:
    answer = anyone.get(f"/catalogue/items/{code}{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] in {"ITEM_UNKNOWN", "ADDRESS_UNKNOWN"}


def test_without_an_edition_nothing_is_shown(anyone: Caller) -> None:
    answer = anyone.get("/catalogue")
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_EDITION_IN_FORCE")


@pytest.mark.usefixtures("province")
def test_what_the_caller_has_already_is_not_sent_again(anyone: Caller) -> None:
    first = anyone.get("/catalogue")
    tag = first.headers["ETag"]
    assert anyone.get("/catalogue", If_None_Match=f'"other", W/{tag}').status_code == 304
    again = anyone.get("/catalogue", If_None_Match='"other"')
    assert (again.status_code, again.headers["ETag"]) == (200, tag)
