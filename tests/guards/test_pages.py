"""Every page that a link leads to: no tag of a template, no script in it, no number of anybody, and nothing written."""

import base64
import hashlib
import json
import logging
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from chengxin.catalogue.rules import compose, load_packs
from chengxin.catalogue.rules.columns import columns_of
from chengxin.checking.rules import IDENTITY
from chengxin.commands.entry import main
from factories import asking
from factories import intake as given
from journeys.conftest import OFFICERS, Journey, furnish

PACKS = Path(__file__).resolve().parents[2] / "packs"
STARTS = {"anybody": "/", "citizen": "/me/", "clerk": "/office/", "reviewer": "/office/", "population": "/office/",
          "catalogue": "/office/", "sender": "/organisation/", "second": "/organisation/",
          "requester": "/organisation/asking/"}  # fmt: skip
MOST_OF_ONE_ROUTE = 4
"""Pages of one route that one visitor sees: one list in several orders, some of many items."""
TAGS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
NUMBER = re.compile(r"(?<!\d)[1-8]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])\d{5}[\dXx](?![\dXx])")
ENTRANCES = frozenset({"/me/", "/organisation/", "/office/"})
"""The public start page leads everybody to all of them; each says to whom it is open."""
OWN_NUMBER = "/me/about/number/"
MAY_GROW = re.compile(r"^(register_|ledger_)")


@pytest.fixture
def province(db: None, settings: Settings, plain_static_files: None) -> list[int]:
    """Give a province with a batch that has lines of every outcome, one of them held."""
    settings.CHENGXIN_TODAY = given.NOW.date()
    people = furnish()
    given.settle(
        given.csv_bytes([given.line(0), given.line(1, 姓名="别的人"), given.line(2, 失信程度="坏"), given.line(3)])
    )
    asking.furnish_gate(people)
    return people


@cache
def example_number() -> str:
    """Return the synthetic number that the catalogue gives as an example of one."""
    item = compose(load_packs(PACKS / "fujian")).item_types[given.ITEM]
    return next(column.example for column in columns_of(item) if column.code == IDENTITY)


def visitor(name: str, province: list[int]) -> Client:
    if name == "anybody":
        return Client()
    return Journey().sign_in(name) if name in {*OFFICERS, "requester"} else Journey().citizen(province[0])


def row_counts() -> dict[str, int]:
    """Return how many rows each table holds; what reading may add to is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace"
            # What pages cannot read, the versions of items, they cannot have written by reading either.
            " AND has_table_privilege(oid, 'SELECT')"
        )
        names = [name for (name,) in cursor.fetchall() if not MAY_GROW.match(name)]
        counts = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            (counts[name],) = cursor.fetchone()
    return counts


def without_named_parts(page: str) -> str:
    """Return a page without the inline scripts and styles whose digests its own policy names."""
    for element in re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(element.encode()).digest()).decode()
        if f"&#x27;sha256-{digest}&#x27;" in page:
            page = re.sub(rf"<(script|style)>{re.escape(element)}</\1>", "", page)
    return page


def wrong_with(address: str, page: str) -> list[str]:
    page = without_named_parts(page)
    shown = re.sub(r"<script[^>]*application/json.*?</script>", "", page, flags=re.DOTALL)
    found = [f"{address}: tag {tag}" for tag in TAGS.findall(shown)]
    found += [f"{address}: inline {part}" for part in INLINE.findall(shown)]
    if address != OWN_NUMBER:
        found += [f"{address}: number {number[:6]}…" for number in NUMBER.findall(shown) if number != example_number()]
    return found


def crawl(client: Client, start: str) -> tuple[set[str], list[str]]:
    """Follow every link from a page on; return the addresses and what is wrong with them."""
    waiting, seen, times, wrong = [start], {start}, dict[str, int](), list[str]()
    visited: set[str] = set()
    while waiting:
        address = waiting.pop(0)
        path = address.split("?")[0]
        if path.startswith(("/account/logout", "/static/", "/api/v1/")):
            continue
        route = resolve(path).route
        times[route] = times.get(route, 0) + 1
        if times[route] > MOST_OF_ONE_ROUTE:
            continue
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        visited.add(path)
        is_entrance_of_others = address in ENTRANCES and answer.status_code == 403
        if answer.status_code not in {200, 302} and not is_entrance_of_others:
            wrong.append(f"{address}: {answer.status_code}")
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        wrong += wrong_with(address, page)
        links = [urldefrag(link.replace("&amp;", "&")).url for link in re.findall(r'<a\b[^>]*\shref="(/[^"]*)"', page)]
        new = [link for link in dict.fromkeys(links) if link not in seen and "lang=" not in link]
        seen.update(new)
        waiting += new
    return visited, wrong


@pytest.mark.parametrize("name", STARTS)
def test_pages_leak_nothing_and_reading_them_writes_nothing(name: str, province: list[int]) -> None:
    client = visitor(name, province)
    before = row_counts()
    visited, wrong = crawl(client, STARTS[name])
    after = row_counts()
    assert wrong == [], "\n".join(wrong)
    assert len(visited) > 3, visited
    assert {table: (before[table], count) for table, count in after.items() if count != before[table]} == {}


def test_the_guard_sees_what_it_looks_for() -> None:
    page = f'<a onclick="x()">{{{{ name }}}}</a><script>1</script><p>{given.number(0)}</p>{{% if x %}}'
    assert len(wrong_with("/x/", page)) == 7
    named = base64.b64encode(hashlib.sha256(b"1").digest()).decode()
    assert wrong_with("/x/", f'<meta content="&#x27;sha256-{named}&#x27;"><script>1</script>') == []
    assert len(wrong_with("/x/", f'<meta content="&#x27;sha256-{named}&#x27;"><script>2</script>')) == 1
    assert wrong_with("/x/", '<script src="/a.js"></script><p>2026-11-23 B20261123-ABCDEFGH</p>') == []


# Logs and errors -------------------------------------------------------------------------------------------------------


def wrong_lines() -> list[dict[str, str]]:
    """Return lines about whose numbers there is much to complain."""
    number = given.number(0)
    return [
        given.line(0, 违法事实=f"与{number}共同实施。"), given.line(0, 信息编号=number), given.line(0, 证件号码=number[:17] + "*"),
        given.line(0, 姓名=number), given.line(0, 文书号=number), given.line(0, 失信程度=number), given.line(0, 发生日期=number),
        given.line(0, 作出单位=number), given.line(0, 姓名="别的人"), given.line(0, 证件号码=given.number(999)),
    ]  # fmt: skip


@pytest.fixture
def command(
    province: list[int], data_directory: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., dict[str, object]]:
    """Give the command line: words in, the JSON answer out, on the fixed day."""
    (data_directory / "mode").write_text("DEMONSTRATION", encoding="utf-8")

    def run(*words: str | Path) -> dict[str, object]:
        capsys.readouterr()
        main(["--json", "--today", given.NOW.date().isoformat(), *map(str, words)])
        told = capsys.readouterr()
        return {"said": json.loads(told.out), "wrong": told.err}

    return run


def test_no_line_of_a_log_and_no_answer_holds_a_number(
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    command: Callable[..., dict[str, object]],
    data_directory: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    number = given.number(0)
    file = tmp_path / f"{number}.csv"
    header = f"{number},姓名\n1,2\n".encode()
    said = []
    for contents in (
        given.csv_bytes(wrong_lines()),
        header,
        number.encode(),
        b"{" + number.encode(),
        b'"' + number.encode(),
    ):
        file.write_bytes(contents)
        said.append(command("intake", "submit", file, "--item", given.ITEM, "--supplier", given.SUPPLIER))
        said.append(command("intake", "check", file, "--item", given.ITEM))
    said += [
        command(*words)
        for words in (
            ("intake", "result", number, "-o", tmp_path / "result"), ("intake", "reverse", number, "--by", number, "--reason", number),
            ("catalogue", "show", number), ("intake", "submit", file, "--item", number, "--supplier", number),
        )
    ]  # fmt: skip
    answers = json.dumps(said, ensure_ascii=False).replace(str(tmp_path), "")
    assert NUMBER.findall(answers.replace(file.name, "")) == []
    assert NUMBER.findall(caplog.text) == []
    assert [path.name for path in (data_directory / "faults").glob("*")] == []
