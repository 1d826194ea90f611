"""How templates are loaded: once per process and language, with their constant texts already translated.

A page holds hundreds of ``{% translate "…" %}`` whose text depends on the language alone. Looking each of them up at
every rendering took most of the time of the person's file page. Here they are looked up when a template is compiled,
so the pages say the same and cost less. Texts with values in them are still translated when they are rendered.
"""

import re
from typing import Final

from django.template.base import Origin
from django.template.loaders.cached import Loader
from django.utils.translation import get_language, gettext

from chengxin.portals.presentation.languages import LANGUAGES

# Only a literal without filter, context or name: everything else needs a context. A backslash or a quotation mark
# within is left to Django's own parser.
_CONSTANT: Final = re.compile(r"""\{% translate (?:"([^"'\\\n]+)"|'([^"'\\\n]+)') %\}""")
# A translation with one of these would be read as a tag, or is not ours to touch.
_TAGS: Final = ("{{", "{%", "{#")


class LanguageLoader(Loader):
    """Django's cached loader, which keeps each template once for each language of the pages."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        """Return under what a compiled template is kept.

        Args:
            template_name: Its name.
            skip: Templates of the same name that are passed over.
        """
        return f"{get_language()} {super().cache_key(template_name, skip)}"

    def get_contents(self, origin: Origin) -> str:
        """Return a template's source with its constant texts in the language of the page.

        Args:
            origin: Where the template is.
        """
        source = super().get_contents(origin)
        return translated(source) if get_language() in LANGUAGES else source


def translated(source: str) -> str:
    """Return the source of a template with its constant texts in the current language.

    Args:
        source: As written.

    Example:
        >>> translated('{% translate "您" %} {% translate name %} {% translate "您" as you %}')
        '您 {% translate name %} {% translate "您" as you %}'
    """
    return source if "{% verbatim" in source else _CONSTANT.sub(_text, source)


def _text(found: re.Match[str]) -> str:
    # As in Django's own tag: percent signs of templates are doubled in the catalogues.
    text = gettext((found[1] or found[2]).replace("%", "%%")).replace("%%", "%")
    return found[0] if any(mark in text for mark in _TAGS) else text
