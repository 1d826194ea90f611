"""Templates keep their constant texts translated, once for each language, and say what Django's own tag would say."""

import pytest
from django.template import engines
from django.template.loader import get_template
from django.utils import translation

from chengxin.portals.presentation.languages import LANGUAGES
from chengxin.portals.presentation.template_loading import LanguageLoader, translated

ACTIONS = "presentation/components/filtered_empty.html"


def rendered(text: str) -> str:
    return engines["django"].from_string("{% load i18n %}" + text).render({})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["我的档案", "这是什么", "谁说的", "没有人翻译过这一句", "百分之五十是 50%"])
def test_a_constant_text_says_what_the_tag_says(text: str, language: str) -> None:
    with translation.override(language):
        for quoted in (f'"{text}"', f"'{text}'"):
            tag = f"{{% translate {quoted} %}}"
            assert translated(tag) == rendered(tag)


@pytest.mark.parametrize(
    "tag",
    [
        "{% translate name %}",
        '{% translate "我的档案" as title %}',
        '{% translate "我的档案" context "栏目" %}',
        '{% translate "我的档案"|upper %}',
        '{% translate "我的\\"档案" %}',
        '{% verbatim %}{% translate "我的档案" %}{% endverbatim %}',
    ],
)
def test_everything_else_is_left_to_the_tag(tag: str) -> None:
    with translation.override("en"):
        assert translated(tag) == tag


def test_a_template_is_kept_for_each_language_and_once() -> None:
    pages = {}
    for language in LANGUAGES:
        with translation.override(language):
            pages[language] = get_template(ACTIONS).render({"clear_url": "/"})
            assert get_template(ACTIONS).template is get_template(ACTIONS).template
    assert len(set(pages.values())) == len(LANGUAGES)
    with translation.override("zh-hans"):
        assert get_template(ACTIONS).render({"clear_url": "/"}) == pages["zh-hans"]


def test_a_language_that_no_page_has_is_translated_when_it_is_rendered() -> None:
    (loader,) = engines["django"].engine.template_loaders
    assert isinstance(loader, LanguageLoader)
    with translation.override(None):
        template = get_template(ACTIONS).template
        source = loader.get_contents(template.origin)
    assert "{% translate" in source
