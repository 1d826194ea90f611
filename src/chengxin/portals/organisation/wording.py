"""What intake's codes mean to an officer: refusals, mistakes and findings in the language of the page."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.errors import NoEditionInForce, UnknownEdition
from chengxin.catalogue.rules import Edition, ItemType, columns_of
from chengxin.intake import operations as intake
from chengxin.intake.lookups import BatchLine, FindingLine, MistakeCount
from chengxin.intake.states import BatchState, Outcome
from chengxin.periods.civil import civil_date
from chengxin.portals.organisation.labels import STATES
from chengxin.portals.presentation import rule_texts
from chengxin.portals.presentation.languages import in_current_language
from chengxin.portals.presentation.rule_texts import Explained
from chengxin.tabular.writing import ResultLabels

_DIGITS: Final = re.compile(r"\d{4,}")
_HEADER: Final = re.compile(r"(\d+): (.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A frequent mistake of a batch, in words.

    Attributes:
        rule: Its code.
        title: A few words.
        column: Header of the column; empty for the whole line.
        lines: In how many lines.
        remedy: How to mend it.
    """

    rule: str
    title: str
    column: str
    lines: int
    remedy: str


def edition_of(batch: BatchLine) -> Edition | None:
    """Return the edition under which a batch was judged, or would be; ``None`` where none was in force.

    Args:
        batch: The batch.
    """
    try:
        if batch.edition_code:
            return catalogue.edition(batch.edition_code)
        return catalogue.edition_in_force(civil_date(batch.submitted_at))
    except (NoEditionInForce, UnknownEdition):
        return None


def item_name(edition: Edition | None, code: str) -> str:
    """Return the name of an item type in the language of the page; its code where the edition lacks it.

    Args:
        edition: An edition, or ``None``.
        code: The item's code.
    """
    item = None if edition is None else edition.item_types.get(code)
    return code if item is None else in_current_language(item.name_zh, item.name_en)


def explained_refusal(
    code: str, details: Mapping[str, str], *, edition: Edition | None = None, item: ItemType | None = None
) -> Explained:
    """Explain a refusal; codes among its details become words.

    Args:
        code: Its stable code.
        details: As it carries them.
        edition: Gives categories their names, where known.
        item: Gives columns their names, where known.
    """
    shown = dict(details)
    if "state" in shown and shown["state"] in BatchState.__members__:
        shown["state"] = str(STATES[BatchState(shown["state"])])
    if edition is not None and shown.get("category") in edition.prohibited:
        category = edition.prohibited[shown["category"]]
        shown["category"] = in_current_language(category.name_zh, category.name_en)
    if item is not None:
        names = {column.code: in_current_language(column.header_zh, column.header_en) for column in columns_of(item)}
        names |= {column.header_zh: names[column.code] for column in columns_of(item)}
        shown["column"] = names.get(shown.get("column", ""), shown.get("column", ""))
        if code == "HEADER_MISSING":
            missing = shown.get("headers", "").split("; ")
            shown["headers"] = "、".join(names.get(header, header) for header in missing if header)
    if code == "HEADER_UNKNOWN":
        shown["headers"] = "、".join(_quoted_header(header) for header in shown.get("headers", "").split("; "))
    return rule_texts.explain(code, shown)


def _quoted_header(header: str) -> str:
    """Return an unknown header with its position; long numbers in it are masked.

    Where a file has no header row, its first record stands in the place of headers, and with it a person's number.
    """
    found = _HEADER.fullmatch(header)
    place, text = ("", header) if found is None else found.groups()
    return f"{place}. {_DIGITS.sub('****', text)}" if place else _DIGITS.sub("****", text)


def mistakes_of(batch: BatchLine, counted: tuple[MistakeCount, ...]) -> tuple[Mistake, ...]:
    """Return frequent mistakes in words.

    Args:
        batch: The batch.
        counted: As the lookup returned them.
    """
    if not counted:
        return ()
    translate = translator_of(batch)
    headers = headers_of(batch)
    return tuple(
        Mistake(
            rule=one.rule,
            title=str(rule_texts.title_of(one.rule)),
            column=headers.get(one.column, one.column),
            lines=one.lines,
            remedy=translate(FindingLine(line=0, rule=one.rule, column=one.column, seen="", params={}))[1],
        )
        for one in counted
    )


def headers_of(batch: BatchLine) -> Mapping[str, str]:
    """Return the headers of a batch's columns by code, in the language of the page.

    Args:
        batch: A settled batch.
    """
    return rule_texts.column_labels(catalogue.edition(batch.edition_code).item_types[batch.item_code])


def translator_of(batch: BatchLine) -> Callable[[FindingLine], tuple[str, str]]:
    """Return what gives the reason and the remedy of a finding of a settled batch.

    Args:
        batch: A settled batch.
    """
    edition = catalogue.edition(batch.edition_code)
    return rule_texts.translator(item=edition.item_types[batch.item_code], edition=edition)


def result_words() -> intake.ResultWords:
    """Return the words of result files in the language of the page."""
    headers = {name: str(words) for name, words in rule_texts.RESULT_HEADERS.items()}
    outcomes = {outcome: str(rule_texts.RESULT_OUTCOMES[outcome.value]) for outcome in Outcome}
    return intake.ResultWords(labels=ResultLabels(**headers), outcomes=outcomes)
