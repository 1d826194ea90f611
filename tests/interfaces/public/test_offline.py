"""The page that checks without a network: everything stands in it, and its words are those of the verifier."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.keys import published
from chengxin.keys.keyring import Keyring
from chengxin.portals.presentation.languages import LANGUAGES, to_traditional
from chengxin.portals.public import offline
from chengxin.sealing.faults import Fault
from chengxin.sealing.sentences import reason_of
from chengxin.sealing.trust import Trust
from chengxin.sealing.verdicts import Caution, Kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_page_day")]


@pytest.fixture
def page(client: Client) -> str:
    answer = client.get(reverse("public:offline"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    return answer.content.decode()


def given(page: str, name: str) -> Any:  # noqa: ANN401 - whatever the page was given
    found = re.search(rf'<script id="given-{name}" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_only_what_the_policy_names_runs_and_nothing_is_loaded(client: Client, page: str) -> None:
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    policy = policy.replace("&#x27;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert client.get(reverse("public:offline"))["Content-Security-Policy"] == f"{policy}; frame-ancestors 'none'"
    for element, contents in re.findall(r"<(script|style)>(.*?)</\1>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(contents.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
        assert len(contents) > 10_000
    assert policy.count("sha256-") == 2
    assert {word for part in policy.split("; ") for word in part.split(" ")[1:] if "sha256" not in word} == {
        "'none'",
        "data:",
    }
    assert re.findall(r"\s(?:src|action|srcset)=", page) == []
    assert re.findall(r"url\((?!data:)", page) == []
    addresses = re.findall(r'\shref="([^"]*)"', page)
    assert set(addresses) == {"data:,", "#main", "#", "/verify/", "/verify/offline/chengxin-verify.html"}


def test_the_file_to_keep_is_the_page(client: Client, page: str) -> None:
    answer = client.get(reverse("public:offline_file"))
    assert answer["Content-Disposition"] == 'attachment; filename="chengxin-verify.html"'
    assert answer.content.decode() == page


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_in_the_language_of_the_reader_and_speaks_all(client: Client, language: str) -> None:
    client.cookies["chengxin_language"] = language
    page = client.get(reverse("public:offline")).content.decode()
    texts = given(page, "texts")
    assert set(texts) == set(LANGUAGES)
    assert all(set(texts[code]) == set(offline.TEXTS) for code in LANGUAGES)
    assert f"<title>{texts[language]['title']}</title>" in page
    assert not re.search("[\u3400-\u9fff]", "".join(texts["en"].values()))
    assert texts["zh-hant"] == {name: to_traditional(text) for name, text in texts["zh-hans"].items()}


def test_every_verdict_has_the_words_of_the_verifier(page: str) -> None:
    words = given(page, "words")
    for of in words.values():
        assert set(of["verified"]) == set(Kind) - {Kind.UNKNOWN}
        assert set(of["faults"]) == set(Fault)
        assert set(of["cautions"]) == set(Caution)
    for fault in Fault:
        assert words["en"]["faults"][fault] == reason_of(fault, "en")
        assert words["zh-hans"]["faults"][fault] == reason_of(fault, "zh")
        assert words["zh-hant"]["faults"][fault] == to_traditional(reason_of(fault, "zh"))


def test_every_text_that_the_script_asks_for_is_there() -> None:
    sources = Path(__file__).parents[3] / "assets" / "js" / "offline"
    asked = set(re.findall(r"\btext\('(\w+)'\)", (sources / "page.js").read_text(encoding="utf-8")))
    asked |= set(re.findall(r"(?:title|note): '(\w+)'", (sources / "page.js").read_text(encoding="utf-8")))
    assert len(asked) > 10
    assert asked <= set(offline.TEXTS)
    shown = re.findall(r"(?:data-text|data-label)=\"(\w+)\"", (offline_template()).read_text(encoding="utf-8"))
    assert set(shown) <= set(offline.TEXTS)


def offline_template() -> Path:
    return Path(offline.__file__).parent / "templates" / "public" / "offline.html"


def test_it_carries_the_newest_trust(page: str) -> None:
    assert given(page, "trust") == published.trust_text()
    assert Trust.parse(given(page, "trust")).keys is not None


def test_before_keys_are_published_it_carries_none(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHENGXIN_DATA", str(tmp_path))
    Keyring.open(tmp_path / "keys", create=True)
    answer = client.get(reverse("public:offline"))
    assert answer.status_code == 200
    assert given(answer.content.decode(), "trust") is None


def test_what_is_not_built_is_told_to_the_operator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(offline, "BUILT", tmp_path)
    uncached = offline._built.__wrapped__
    (tmp_path / "whole.js").write_bytes(b"1\n")
    assert uncached("whole.js") == "1\n"
    for name, contents in {
        "absent.js": None,
        "ends.js": b"1</SCRIPT>",
        "hides.js": b"<!--",
        "lines.js": b"\r\n",
    }.items():
        if contents is not None:
            (tmp_path / name).write_bytes(contents)
        with pytest.raises(offline.AssetsMissing):
            uncached(name)
