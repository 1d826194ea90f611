"""Templates keep what the pages promise: no inline script or style, no text that cannot be translated."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType
from django.template.loader import get_template

PORTALS = Path(__file__).resolve().parents[2] / "src" / "chengxin" / "portals"
TEMPLATES = sorted(path for path in PORTALS.rglob("templates/**/*") if path.suffix in {".html", ".txt"})
CHINESE = re.compile("[\u3400-\u9fff]")
TRANSLATING = ("translate ", "trans ", "comment")


def name_of(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("templates") :])


@pytest.fixture(params=TEMPLATES, ids=name_of)
def template(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


class Finder(HTMLParser):
    """Collects what the content security policy would refuse, and images without a text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given:
            self.found.append(f"style in <{tag}>")
        self.found.extend(f"{name} in <{tag}>" for name in given if name.startswith("on"))
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("inline script")
        if (given.get("href") or "").startswith("javascript:"):
            self.found.append("script in an address")
        if tag == "img" and "alt" not in given:
            self.found.append("image without a text")


def without_tags(text: str) -> str:
    """Return a template's HTML with its tags blanked, so that attributes parse."""
    return re.sub(r"\{%.*?%\}|\{#.*?#\}", "", re.sub(r"\{\{.*?\}\}", "x", text, flags=re.DOTALL), flags=re.DOTALL)


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 40


def test_no_inline_script_or_style(template: Path) -> None:
    finder = Finder()
    finder.feed(without_tags(template.read_text(encoding="utf-8")))
    assert finder.found == []


def test_every_chinese_text_can_be_translated(template: Path) -> None:
    inside = False
    loose: list[str] = []
    for token in Lexer(template.read_text(encoding="utf-8")).tokenize():
        if token.token_type == TokenType.BLOCK and token.contents.startswith("blocktrans"):
            inside = True
        elif token.token_type == TokenType.BLOCK and token.contents.startswith("endblocktrans"):
            inside = False
        elif token.token_type != TokenType.COMMENT and not inside and CHINESE.search(token.contents):
            if token.token_type == TokenType.BLOCK and token.contents.startswith(TRANSLATING):
                continue
            loose.append(token.contents.strip())
    assert loose == []


def test_blocks_of_text_are_trimmed(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert [found for found in re.findall(r"\{%\s*(blocktrans[^%]*)%\}", text) if "trimmed" not in found] == []


def test_nothing_is_marked_safe_by_a_template(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b", text)


def test_every_template_compiles(template: Path) -> None:
    compiled = get_template(name_of(template))
    # Ours must come before a library's of the same name, or the library's page would be shown.
    assert Path(compiled.origin.name) == template


def test_no_picture_of_a_person_as_good_or_bad(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<meter\b|gauge|score-|rating|(?<![-\w])(?:red|green)(?![-\w])", text)
