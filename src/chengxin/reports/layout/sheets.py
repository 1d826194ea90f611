"""What a sheet consists of. Every text is finished and in one language; nothing of it is markup."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item.

    Attributes:
        title: What it is.
        tag: Of which kind, and how grave by the supplier's own word.
        rows: The answers.
        reference: By which it is named at a counter.
    """

    title: str
    tag: str
    rows: tuple[Row, ...]
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items of one kind."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A real table.

    Attributes:
        columns: Headings.
        shares: Parts of the width that each column takes.
        rows: Cells, as many in each row as there are columns.
    """

    columns: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section; what is absent is left out.

    Attributes:
        title: Its heading.
        lead: What stands here, in a sentence or two.
        rows: Labels and values.
        groups: Items by kind.
        grid: A table.
        notes: Sentences at the end.
    """

    title: str
    lead: str = ""
    rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    grid: Grid | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole report, in words.

    Attributes:
        language: ``zh-hans``, ``zh-hant`` or ``en``.
        title: Of the document.
        issuer: Who issues it.
        banner: Stands on every page of a demonstration; empty elsewhere.
        head: Number, person, days: what is needed at a glance.
        check_title: Above the code.
        check_text: How it is checked.
        check_address: What the code says.
        code_words: The code in words, for whoever does not see it.
        sections: In their order.
        running: Number, at the top of every page.
        validity: Last day, at the foot of every page.
        page: Number of the page, with ``{page}`` and ``{total}`` in it.
        data_words: What the embedded data are.
        credential_words: What the embedded credential is.
    """

    language: str
    title: str
    issuer: str
    banner: str
    head: tuple[Row, ...]
    check_title: str
    check_text: str
    check_address: str
    code_words: str
    sections: tuple[Section, ...]
    running: str
    validity: str
    page: str
    data_words: str
    credential_words: str
