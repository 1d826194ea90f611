"""The plain values that components show. A portal builds them from what a room returned; templates only read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

Text = str | Promise


class Tone(StrEnum):
    """The state of a procedure, never of a person. Colour goes with it, and is never the only sign."""

    NEUTRAL = "NEUTRAL"
    WAITING = "WAITING"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"
    DONE = "DONE"


class Verified(StrEnum):
    """How far a legal basis was checked against its printed text."""

    SEEN = "SEEN"
    SEEN_PART = "SEEN_PART"
    DRAFT = "DRAFT"
    UNVERIFIED = "UNVERIFIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something the reader can do now.

    Attributes:
        label: What it is called, a verb first.
        url: Where it is done; empty when it is explained but not yet reachable.
        hint: What happens then, and by which day.
        primary: Whether it is the one main act of the page.
    """

    label: Text
    url: str = ""
    hint: Text = ""
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The five answers that every item gives, in their fixed order.

    Attributes:
        title: What it is called.
        plain: What that means, in one plain sentence.
        facts: The item's own fields, as label and value.
        body: The body that says so.
        document: The effective document: kind and number; empty when the type needs none.
        document_on: The date on the document.
        supplied_by: The organisation that sent it, when it is another than ``body``.
        basis: The act.
        article: Its article, if known.
        verified: How far the basis was checked.
        since_on: Since when: the date of the event or decision.
        shown_until: Last day on which it is shown, inclusive.
        used_until: Last day on which it may be used, inclusive; ``None`` when it is never used for anything.
        kept_until: Last day on which it is kept, inclusive.
        actions: What the reader can do now.
        severity: Label of the severity class the supplier named, if the type has one.
        label: A small line above the title (domain or kind).
        anchor: The id of the card on its page.
    """

    title: Text
    plain: Text
    body: Text
    basis: Text
    verified: Verified
    since_on: date
    shown_until: date
    kept_until: date
    used_until: date | None = None
    facts: Sequence[tuple[Text, Text]] = ()
    document: Text = ""
    document_on: date | None = None
    supplied_by: Text = ""
    article: str = ""
    actions: Sequence[Action] = ()
    severity: Text = ""
    label: Text = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a summary list.

    Attributes:
        label: The question.
        value: The answer; safe HTML is kept, all else is escaped.
        url: Where it can be changed or read in full.
        action: What following ``url`` does.
    """

    label: Text
    value: object
    url: str = ""
    action: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a data table.

    Attributes:
        label: Its heading.
        numeric: Whether its cells are aligned as numbers.
        sort_url: Where the table sorted by this column is, if it can be.
        sorted: ``ascending``, ``descending`` or empty.
    """

    label: Text
    numeric: bool = False
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a data table.

    Attributes:
        value: What it says.
        url: Where it leads.
        tone: If set, the value is shown as the state of a procedure.
        note: A second, smaller line.
    """

    value: object
    url: str = ""
    tone: Tone | None = None
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A data table with sticky headings. The first cell of each row names the row.

    Attributes:
        caption: What the table lists; always there, also for those who listen.
        columns: The headings.
        rows: The cells, one sequence per row, as many as there are columns.
        hide_caption: Whether the caption is only spoken, because a heading above says the same.
        stacks: Whether on a narrow screen each row becomes a block with its headings beside the values; for tables of
            few rows that are read rather than compared. Else the table scrolls in its frame.
    """

    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    hide_caption: bool = False
    stacks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The two ways out of one page of a long list; lists are walked by cursor and have no page numbers.

    Attributes:
        first_url: The beginning of the list, when this is not it.
        next_url: The following page, if there is one.
        shown: How many lines this page shows.
        total: How many there are in all, when known.
    """

    first_url: str = ""
    next_url: str = ""
    shown: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a task with several.

    Attributes:
        label: What is done in it.
        state: ``DONE``, ``CURRENT`` or ``COMING``.
    """

    label: Text
    state: str = "COMING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A long job as it stands.

    Attributes:
        title: What is being done.
        stage: What is happening right now.
        done: How much is done.
        total: How much there is; 0 while nobody knows.
        unit: What is counted.
        counts: Further counts as label and number.
        poll_url: Where the next state of this very fragment is; empty when the job has ended.
        result_url: Where the result is, or will be.
        result_label: What the result is called.
        may_leave: Whether the page may be closed meanwhile.
    """

    title: Text
    stage: Text
    done: int
    total: int
    unit: Text = ""
    counts: Sequence[tuple[Text, int]] = ()
    poll_url: str = ""
    result_url: str = ""
    result_label: Text = ""
    may_leave: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A small chart of counts about procedures or supply, never about a person; its table is always shown with it.

    Attributes:
        title: What is counted.
        points: Label and value, in order.
        unit: What the values count.
        label_heading: Heading of the labels in the table.
        kind: ``BAR`` or ``LINE``.
    """

    title: Text
    points: Sequence[tuple[Text, float]]
    unit: Text = ""
    label_heading: Text = ""
    kind: str = "BAR"
