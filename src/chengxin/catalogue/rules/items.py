"""Building item types: without act, competent body, clocks and sensitivity there is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from chengxin.catalogue.rules.columns import COMMON_COLUMN_CODES
from chengxin.catalogue.rules.reading import (
    Reader,
    reject,
)
from chengxin.catalogue.rules.values import (
    Basis,
    Body,
    Clocks,
    CodeLabel,
    CoverageRole,
    DocumentKind,
    Domain,
    Field,
    Format,
    ItemKind,
    ItemType,
    Occupation,
    ProhibitedCategory,
    Sensitivity,
    Severity,
    Verified,
)

BY_SEVERITY: Final = "BY_SEVERITY"


def _field(read: Reader) -> Field:
    code = read.text("code")
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", code):
        reject("FIELD_CODE_BROKEN", "fields", code)
    if code in COMMON_COLUMN_CODES:
        reject("FIELD_IS_COMMON", "fields", code)
    form = read.choice("format", Format)
    codes = read.labels("codes")
    if (form is Format.CODE) is not bool(codes):
        reject("CODE_LIST_BROKEN", "fields", code)
    built = Field(
        code=code,
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        element=read.text("element"),
        format=form,
        max_length=read.optional_whole("max_length", least=1),
        required=read.flag("required", absent=True),
        codes=codes,
        free_text=read.flag("free_text"),
        sensitivity=read.choice("sensitivity", Sensitivity),
        example=read.text("example"),
    )
    if form is Format.TEXT and built.max_length is None:
        reject("LENGTH_MISSING", "fields", code)
    if not _is_example(built):
        reject("EXAMPLE_BROKEN", "fields", f"{code}={built.example}")
    return built


def _is_example(field: Field) -> bool:
    text = field.example
    if field.format is Format.CODE:
        return text in {label.code for label in field.codes}
    if field.format is Format.DATE:
        try:
            date.fromisoformat(text)
        except ValueError:
            return False
        return True
    if field.format is Format.MONEY:
        return re.fullmatch(r"\d{1,13}(\.\d{1,2})?", text) is not None
    if field.format is Format.INTEGER:
        return re.fullmatch(r"-?\d{1,15}", text) is not None
    return field.max_length is not None and len(text) <= field.max_length


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """What item types refer to, already built."""

    bases: Mapping[str, Basis]
    bodies: Mapping[str, Body]
    severities: Mapping[str, Severity]
    clock_sets: Mapping[str, Clocks]
    coverage_roles: Mapping[str, CoverageRole]
    domains: Mapping[str, Domain]
    occupations: Mapping[str, Occupation]
    document_kinds: Mapping[str, DocumentKind]
    prohibited: Mapping[str, ProhibitedCategory]
    counterparts: Mapping[str, tuple[str, ...]]

    def acting(self, bodies: tuple[str, ...], *, keep: bool) -> tuple[str, ...]:
        """Return who acts here for the named bodies: before those themselves if `keep`, else in their place."""
        acting: list[str] = []
        for body in bodies:
            here = self.counterparts.get(body, ())
            acting += [code for code in here if code not in acting]
            if (keep or not here) and body not in acting:
                acting.append(body)
        return tuple(acting)


def _item_clocks(read: Reader, kind: ItemKind, severities: tuple[str, ...], shelves: Shelves) -> dict[str, Clocks]:
    named = read.text("clocks", "CLOCKS_MISSING")
    if named == BY_SEVERITY:
        if kind is not ItemKind.ADVERSE:
            reject("CLOCKS_MISSING", "clocks", named)
        return {code: shelves.severities[code].clocks for code in severities}
    if named not in shelves.clock_sets:
        reject("REFERENCE_UNKNOWN", "clocks", named)
    return {"*": shelves.clock_sets[named]}


def _known(name: str, codes: tuple[str, ...], shelf: Mapping[str, object]) -> tuple[str, ...]:
    for code in codes:
        if code not in shelf:
            reject("REFERENCE_UNKNOWN", name, code)
    return codes


def item_type(read: Reader, shelves: Shelves) -> ItemType:
    """Build an item type; without act, competent body, clocks or sensitivity it is refused."""
    code = read.text("code")
    if not re.fullmatch(r"[A-Z][A-Z0-9]*([.-][A-Z0-9]+)*", code):
        reject("ITEM_CODE_BROKEN", "code", code)
    kind = read.choice("kind", ItemKind)
    based_on = shelves.bases.get(read.text("basis", "BASIS_MISSING"))
    if based_on is None:
        reject("REFERENCE_UNKNOWN", "basis", read.text("basis"))
    severities = _known("severities", read.texts("severities"), shelves.severities)
    if (kind is ItemKind.ADVERSE) is not bool(severities):
        reject("SEVERITIES_BROKEN", "severities", severities)
    roles = _known("coverage_roles", read.texts("coverage_roles"), shelves.coverage_roles)
    if kind is ItemKind.ADVERSE and not roles:
        reject("COVERAGE_MISSING", "coverage_roles")
    competent = read.texts("competent_bodies", "COMPETENT_BODY_MISSING")
    _known("competent_bodies", competent, shelves.bodies)
    suppliers = _known("suppliers", read.texts("suppliers", "SUPPLIER_MISSING"), shelves.bodies)
    grants = read.optional_text("grants_role")
    if grants is not None and (grants not in shelves.coverage_roles or kind is not ItemKind.IDENTIFICATION):
        reject("REFERENCE_UNKNOWN", "grants_role", grants)
    fields = tuple(_field(part) for part in read.parts("fields"))
    _check_fields(fields, shelves.prohibited)
    documents = [document for document in shelves.document_kinds.values() if kind in document.kinds]
    wanted = read.texts("document_kinds")
    if wanted:
        possible = {document.code: document for document in documents}
        documents = [possible[name] for name in _known("document_kinds", wanted, possible)]
    if kind is ItemKind.ADVERSE and not documents:
        reject("DOCUMENT_KINDS_MISSING", "document_kinds")
    return ItemType(
        code=code,
        name_zh=read.text("name_zh"),
        name_en=read.text("name_en"),
        domain=_known("domain", (read.text("domain"),), shelves.domains)[0],
        kind=kind,
        basis=based_on.code,
        competent_bodies=shelves.acting(competent, keep=True),
        suppliers=shelves.acting(suppliers, keep=False),
        coverage_roles=roles,
        grants_role=grants,
        sensitivity=read.choice("sensitivity", Sensitivity, "SENSITIVITY_MISSING"),
        severities=severities,
        clocks=_item_clocks(read, kind, severities, shelves),
        fields=fields,
        notice_required=read.flag("notice_required"),
        plain_zh=read.text("plain_zh"),
        plain_en=read.text("plain_en"),
        verified=based_on.verified is Verified.SEEN and read.verified is Verified.SEEN,
        note=read.optional_text("note") or "",
        source=read.source,
        occupations=_known("occupations", read.texts("occupations"), shelves.occupations),
        severity_labels=tuple(
            CodeLabel(name, shelves.severities[name].name_zh, shelves.severities[name].name_en) for name in severities
        ),
        document_kinds=tuple(CodeLabel(kind.code, kind.name_zh, kind.name_en) for kind in documents),
    )


def _check_fields(fields: tuple[Field, ...], prohibited_categories: Mapping[str, ProhibitedCategory]) -> None:
    for names in ([field.code for field in fields], [field.name_zh for field in fields]):
        if len(set(names)) != len(names):
            reject("VALUE_TWICE", "fields", names)
    for field in fields:
        for category in prohibited_categories.values():
            for pattern in category.field_patterns:
                if any(re.search(pattern, name) for name in (field.code, field.name_zh, field.name_en.lower())):
                    reject("FIELD_PROHIBITED", "fields", f"{field.code} {category.code}")
