"""The catalogue for machines: the edition in force, its item types, the schema of a line, the template to fill in.

Open to anyone: what may be collected is no secret.
"""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

from django.http import FileResponse, HttpRequest, JsonResponse
from ninja import Query, Router, Schema
from pydantic import Field

from chengxin.api.v1.cursors import cursor_of, place_of
from chengxin.api.v1.limits import LONGEST_PAGE, PAGE
from chengxin.api.v1.values import Code, Paged, Searched, file_response
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules import Basis, Clocks, Column, Edition, ItemKind, ItemType, columns_of, item_schema
from chengxin.portals.presentation import languages
from chengxin.portals.presentation.clock import today_of
from chengxin.tabular.template import TemplateColumn, TemplateLabels, write_template

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCHEMA_JSON: Final = "application/schema+json"
_LABELS_EN: Final = TemplateLabels(
    header="Column", code="Code", required="Required", yes="yes", hint="Hint", example="Example", codes="Values"
)

router = Router(tags=["catalogue"])


class EditionShown(Schema):
    """The edition of the catalogue that is in force today."""

    code: str
    digest: str = Field(description="SHA-256 of the whole edition, in hexadecimal.")
    in_force_from: date
    name_zh: str
    name_en: str
    packs: list[str] = Field(description="The packs it is composed of, the most general first.")
    item_count: int
    synthetic: bool = Field(description="Whether only made-up people may be sent under it.")


class BasisOfItem(Schema):
    """The provision under which an item is collected."""

    code: str
    title: str
    article: str | None
    in_force_from: date | None
    in_force_to: date | None = Field(description="Last day, or null while it is in force.")
    source: str
    verified: str = Field(description="SEEN, SEEN_PART, DRAFT or UNVERIFIED: how far its text was read.")


class ItemLine(Schema):
    """An item type, in a list."""

    code: str
    name_zh: str
    name_en: str
    domain: str
    kind: ItemKind
    basis: BasisOfItem
    verified: bool


class ItemPage(Paged):
    """A page of item types, by code."""

    items: list[ItemLine]


class CodeShown(Schema):
    """A value that may stand in a column; its Chinese words are accepted too."""

    code: str
    zh: str
    en: str


class ColumnShown(Schema):
    """A column of a batch file; its header may be the code, the Chinese or the English name."""

    code: str
    header_zh: str
    header_en: str
    required: bool
    format: str = Field(description="TEXT, CODE, DATE, MONEY or INTEGER.")
    max_length: int | None = Field(description="In characters, or null where the format bounds the value.")
    codes: list[CodeShown]
    hint_zh: str
    hint_en: str
    example: str


class ClockShown(Schema):
    """One clock of an item: from which day, how long."""

    start: str = Field(description="DOCUMENT, OCCURRED or ENDED.")
    count: int
    unit: str = Field(description="CALENDAR_DAY, MONTH or YEAR.")
    source: str
    verified: str


class ClocksShown(Schema):
    """How long an item is shown, used and kept, for one class of severity (`*` where the item knows none)."""

    severity: str
    shown: ClockShown
    used: ClockShown
    kept: ClockShown


class ItemShown(ItemLine):
    """An item type with everything a supplier needs to know."""

    edition: str
    competent_bodies: list[str]
    suppliers: list[str]
    coverage_roles: list[str]
    sensitivity: str
    severities: list[str]
    notice_required: bool = Field(description="Whether the person must have been told before it is sent.")
    plain_zh: str
    plain_en: str
    note: str
    clocks: list[ClocksShown]
    columns: list[ColumnShown]


def _basis(edition: Edition, code: str) -> BasisOfItem:
    basis: Basis = edition.bases[code]
    return BasisOfItem(
        code=basis.code,
        title=basis.title,
        article=basis.article,
        in_force_from=basis.in_force_from,
        in_force_to=basis.in_force_to,
        source=basis.source,
        verified=basis.verified.value,
    )


def _line(edition: Edition, item: ItemType) -> dict[str, Any]:
    return {
        "code": item.code,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "domain": item.domain,
        "kind": item.kind,
        "basis": _basis(edition, item.basis),
        "verified": item.verified,
    }


def _column(column: Column) -> ColumnShown:
    return ColumnShown(
        code=column.code,
        header_zh=column.header_zh,
        header_en=column.header_en,
        required=column.required,
        format=column.format.value,
        max_length=column.max_length,
        codes=[CodeShown(code=label.code, zh=label.zh, en=label.en) for label in column.codes],
        hint_zh=column.hint,
        hint_en=column.hint_en,
        example=column.example,
    )


def _clocks(severity: str, clocks: Clocks) -> ClocksShown:
    shown, used, kept = (
        ClockShown(
            start=rule.start.value,
            count=rule.count,
            unit=rule.unit.value,
            source=rule.source,
            verified=rule.verified.value,
        )
        for rule in (clocks.shown, clocks.used, clocks.kept)
    )
    return ClocksShown(severity=severity, shown=shown, used=used, kept=kept)


def _fits(item: ItemType, *, text: str, kind: ItemKind | None, domain: str | None) -> bool:
    if (kind is not None and item.kind is not kind) or (domain is not None and item.domain != domain):
        return False
    sought = languages.to_simplified(text).casefold().strip()
    return any(sought in words.casefold() for words in (item.code, item.name_zh, item.name_en, item.plain_zh))


@router.get("", response=EditionShown, summary="The edition in force", operation_id="read_catalogue")
def read_catalogue(request: HttpRequest) -> EditionShown:
    """Return the edition of the catalogue that is in force today."""
    edition = catalogue.edition_in_force(today_of(request))
    return EditionShown(
        code=edition.code,
        digest=edition.digest,
        in_force_from=edition.in_force_from,
        name_zh=edition.name_zh,
        name_en=edition.name_en,
        packs=list(edition.packs),
        item_count=len(edition.item_types),
        synthetic=edition.synthetic,
    )


@router.get("/items", response=ItemPage, summary="Item types", operation_id="list_items")
def list_items(
    request: HttpRequest,
    *,
    q: Annotated[Searched | None, Query(description="Part of a code, a name or the plain sentence.")] = None,
    kind: ItemKind | None = None,
    domain: Annotated[Code | None, Query()] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> ItemPage:
    """Return item types of the edition in force, by code."""
    edition = catalogue.edition_in_force(today_of(request))
    after = place_of(cursor) or ""
    fitting = [
        item
        for code, item in sorted(edition.item_types.items())
        if code > after and _fits(item, text="" if q is None else q, kind=kind, domain=domain)
    ]
    page = fitting[:limit]
    following = cursor_of(page[-1].code) if len(fitting) > limit else None
    return ItemPage(items=[ItemLine(**_line(edition, item)) for item in page], next=following)


@router.get("/items/{code}", response=ItemShown, summary="One item type", operation_id="read_item")
def read_item(request: HttpRequest, code: str) -> ItemShown:
    """Return an item type of the edition in force, with its columns and clocks."""
    today = today_of(request)
    item = catalogue.item_type(code=code, on=today)
    edition = catalogue.edition_in_force(today)
    return ItemShown(
        **_line(edition, item),
        edition=edition.code,
        competent_bodies=list(item.competent_bodies),
        suppliers=list(item.suppliers),
        coverage_roles=list(item.coverage_roles),
        sensitivity=item.sensitivity.value,
        severities=list(item.severities),
        notice_required=item.notice_required,
        plain_zh=item.plain_zh,
        plain_en=item.plain_en,
        note=item.note,
        clocks=[_clocks(severity, clocks) for severity, clocks in item.clocks.items()],
        columns=[_column(column) for column in columns_of(item)],
    )


@router.get(
    "/items/{code}/schema",
    summary="JSON Schema of a line",
    operation_id="read_item_schema",
    openapi_extra={"responses": {200: {"description": "OK", "content": {SCHEMA_JSON: {"schema": {"type": "object"}}}}}},
)
def read_item_schema(request: HttpRequest, code: str) -> JsonResponse:
    """Return the JSON Schema (2020-12) of one line of this item's batches, keyed by column codes."""
    schema = item_schema(catalogue.item_type(code=code, on=today_of(request)))
    return JsonResponse(schema, content_type=SCHEMA_JSON, json_dumps_params={"ensure_ascii": False})


@router.get(
    "/items/{code}/template",
    summary="Empty workbook",
    operation_id="read_item_template",
    openapi_extra={"responses": {200: file_response("The workbook.", XLSX)}},
)
def read_item_template(request: HttpRequest, code: str) -> FileResponse:
    """Return an empty XLSX workbook for this item, with explanations in the language that is asked for."""
    item = catalogue.item_type(code=code, on=today_of(request))
    english = languages.current_language() == "en"
    columns = [_template_column(column, english=english) for column in columns_of(item)]
    title = languages.in_current_language(item.name_zh, item.name_en)
    with TemporaryDirectory(prefix="chengxin-template-") as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, title=title, columns=columns, labels=_LABELS_EN if english else None)
        file = path.open("rb")  # still readable when its folder is gone; the response closes it
    return FileResponse(file, as_attachment=True, filename=f"{item.code}.xlsx", content_type=XLSX)


def _template_column(column: Column, *, english: bool) -> TemplateColumn:
    # Headers are never in Traditional characters: they must be read again as the format defines them.
    return TemplateColumn(
        code=column.code,
        header=column.header_en if english else column.header_zh,
        required=column.required,
        hint=languages.in_current_language(column.hint, column.hint_en),
        example=column.example,
        codes=tuple((label.code, languages.in_current_language(label.zh, label.en)) for label in column.codes),
    )
