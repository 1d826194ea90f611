"""Make the catalogues of the three languages: ``python -m chengxin.portals.presentation.translation``.

The texts stand in templates and interfaces in Simplified Chinese. English is written by hand, one TOML file per room
in ``locale/en``, so that several people can work at once. From these the ``.po`` files are made, which are committed
and reviewed; Traditional Chinese is derived by OpenCC. The compiled ``.mo`` files are made at build and are not
committed. GNU gettext is not needed: Django's ``templatize`` reads the templates and Babel does the rest.

A text is shown in its source language when a catalogue lacks it, which nobody would notice; therefore ``check``
refuses catalogues that are incomplete, stale, or whose placeholders differ from the source.
"""

import argparse
import io
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from chengxin.portals.presentation.languages import to_traditional

SOURCE: Final = Path(__file__).resolve().parent.parent.parent
LOCALE: Final = SOURCE / "locale"
CATALOGUES: Final = ("en", "zh_Hant")
KEYWORDS: Final = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}
# A fixed moment in the header, so that the same texts always give the same bytes.
WRITTEN_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[sd]|%[sd]")
CHINESE: Final = re.compile("[\u3400-\u9fff]")

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A text that the pages use.

    Attributes:
        singular: The text itself.
        plural: Its plural form, or ``None``.
        context: Its context, or ``None``.
        places: The files that use it, relative to the source tree.
    """

    singular: str
    plural: str | None
    context: str | None
    places: tuple[str, ...]


def _template_calls(text: str) -> bytes:
    """Return the translation calls of a template as lines of Python, without the filler between them."""
    lines = (line.strip() for line in templatize(text).splitlines())
    return "\n".join(lines).encode()


def _texts_of(path: Path) -> Iterator[tuple[str, str | None, str | None]]:
    """Return each text of one file as singular, plural and context."""
    content = path.read_bytes()
    source = content if path.suffix == ".py" else _template_calls(content.decode())
    for _, messages, _, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
        if isinstance(messages, tuple):
            yield messages[0], messages[1], context
        else:
            yield messages, None, context


def find_texts(source: Path = SOURCE) -> dict[Key, Found]:
    """Return every text that the pages use, by context and singular.

    Args:
        source: The tree to read: Python files, and the files below folders named ``templates``.
    """
    found: dict[Key, Found] = {}
    paths = [*source.rglob("*.py"), *source.rglob("templates/**/*.html"), *source.rglob("templates/**/*.txt")]
    for path in sorted(paths):
        place = path.relative_to(source).as_posix()
        for singular, plural, context in _texts_of(path):
            known = found.get((context, singular))
            places = (place,) if known is None else tuple(dict.fromkeys((*known.places, place)))
            kept = plural if known is None or known.plural is None else known.plural
            found[context, singular] = Found(singular=singular, plural=kept, context=context, places=places)
    return found


def _read_written(folder: Path) -> dict[Key, str | list[str]]:
    """Return the hand-written texts of all TOML files of a folder.

    Raises:
        ValueError: A text is written twice with different words.
    """
    written: dict[Key, str | list[str]] = {}
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        entries: list[tuple[Key, str | list[str]]] = []
        for name, value in content.items():
            if isinstance(value, Mapping):
                entries.extend(((name, singular), text) for singular, text in value.items())
            else:
                entries.append(((None, name), value))
        for key, text in entries:
            if written.get(key, text) != text:
                message = f"{path.name}: {key[1]!r} is written twice with different words"
                raise ValueError(message)
            written[key] = text
    return written


def _empty_catalogue(locale: str) -> Catalog:
    """Return a catalogue without texts and with a constant header."""
    return Catalog(
        locale=locale,
        domain="django",
        project="Chengxin",
        version="1",
        copyright_holder="the Chengxin authors",
        msgid_bugs_address="",
        last_translator="the Chengxin authors",
        language_team="the Chengxin authors",
        charset="utf-8",
        creation_date=WRITTEN_AT,
        revision_date=WRITTEN_AT,
        fuzzy=False,
    )


def _as_list(text: str | list[str]) -> list[str]:
    """Return a text's forms as a list."""
    return text if isinstance(text, list) else [text]


def _add(catalogue: Catalog, found: Found, forms: Iterable[str]) -> None:
    """Add a text with its translation to a catalogue; a missing form repeats the last one."""
    wanted = catalogue.num_plurals if found.plural else 1
    given = list(forms) or [""]
    padded = tuple((given + [given[-1]] * wanted)[:wanted])
    catalogue.add(
        (found.singular, found.plural) if found.plural else found.singular,
        padded if found.plural else padded[0],
        locations=[(place, 0) for place in found.places],
        context=found.context,
    )


def build_catalogues(source: Path = SOURCE, locale_folder: Path = LOCALE) -> dict[str, Catalog]:
    """Return the catalogues as they must be, by locale name.

    Args:
        source: The tree to read texts from.
        locale_folder: The folder of the hand-written texts.

    Returns:
        One catalogue for each of ``CATALOGUES``.

    Raises:
        ValueError: A text is written twice with different words.
    """
    texts = find_texts(source)
    english = _read_written(locale_folder / "en")
    catalogues = {name: _empty_catalogue(name) for name in CATALOGUES}
    for key, found in texts.items():
        # Texts without any Chinese are terms and names that are the same in every language.
        same = [] if CHINESE.search(found.singular) else [found.singular]
        _add(catalogues["en"], found, _as_list(english[key]) if key in english else same)
        _add(catalogues["zh_Hant"], found, [to_traditional(found.singular)])
    return catalogues


def _written_out(catalogue: Catalog) -> bytes:
    """Return the bytes of a ``.po`` file: sorted, without line numbers, so that changes stay small."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=116, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def _po(locale_folder: Path, name: str) -> Path:
    """Return where a catalogue is kept."""
    return locale_folder / name / "LC_MESSAGES" / "django.po"


def write_catalogues(locale_folder: Path = LOCALE, names: Iterable[str] = CATALOGUES) -> None:
    """Write the ``.po`` files.

    Args:
        locale_folder: Where they are kept.
        names: Which of them.

    Raises:
        ValueError: A text is written twice with different words.
    """
    built = build_catalogues(locale_folder=locale_folder)
    for name in names:
        path = _po(locale_folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = _written_out(built[name])
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def compile_catalogues(locale_folder: Path = LOCALE) -> None:
    """Compile the committed ``.po`` files for Django; files that are newer than their source stay.

    Args:
        locale_folder: Where they are kept.
    """
    for path in sorted(locale_folder.glob("*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name)
        part = target.with_suffix(".mo.part")
        with part.open("wb") as file:
            write_mo(file, catalogue)
        part.replace(target)


def _forms(message: Message) -> tuple[list[str], list[str]]:
    """Return source forms and translated forms of a message."""
    sources = list(message.id) if isinstance(message.id, (list, tuple)) else [message.id]
    targets = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return sources, [target or "" for target in targets]


def _placeholders(text: str) -> set[str]:
    """Return the placeholders of a text."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def findings(source: Path = SOURCE, locale_folder: Path = LOCALE) -> list[str]:
    """Return what is wrong with the catalogues, one sentence each; empty when all is well.

    Args:
        source: The tree to read texts from.
        locale_folder: Where the catalogues are kept.
    """
    try:
        built = build_catalogues(source, locale_folder)
    except ValueError as error:
        return [str(error)]
    wrong: list[str] = []
    for name, catalogue in built.items():
        for message in catalogue:
            if not message.id:
                continue
            sources, targets = _forms(message)
            if not all(targets):
                place = message.locations[0][0] if message.locations else ""
                wrong.append(f"{name}: not translated: {sources[0]!r} ({place})")
            elif any(_placeholders(target) != _placeholders(sources[0]) for target in targets):
                wrong.append(f"{name}: other placeholders than the source: {sources[0]!r}")
        path = _po(locale_folder, name)
        if not path.exists() or path.read_bytes() != _written_out(catalogue):
            wrong.append(f"{name}: {path.name} is not current; run the update")
    texts = find_texts(source)
    unused = [key for key in _read_written(locale_folder / "en") if key not in texts]
    wrong.extend(f"en: written but used nowhere: {singular!r}" for _, singular in unused)
    return wrong


def main(arguments: list[str]) -> int:
    """Carry out one step, or all of them.

    Args:
        arguments: ``extract`` (English), ``derive`` (Traditional Chinese), ``compile``, ``update`` (all three), or
            ``check``.

    Returns:
        0 when done, 1 when ``check`` found something.
    """
    parser = argparse.ArgumentParser(prog="translation", description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("step", choices=("extract", "derive", "compile", "update", "check"))
    step = parser.parse_args(arguments).step
    if step in {"extract", "update"}:
        write_catalogues(names=("en",))
    if step in {"derive", "update"}:
        write_catalogues(names=("zh_Hant",))
    if step in {"compile", "update"}:
        compile_catalogues()
    if step == "check":
        wrong = findings()
        sys.stdout.writelines(f"{line}\n" for line in wrong)
        return 1 if wrong else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
