"""What every page shares: the base page, the components, the three languages, the clock, errors and help.

The look and the voice follow one set of rules (docs/decisions/0010-pages.md); the languages another
(docs/decisions/0011-translations.md). Nothing here reads or writes a room: components take the plain values of
``presentation.values`` and turn them into HTML.
"""
