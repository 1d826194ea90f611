"""Reading packs of law and composing them into an edition.

A pack is a folder of TOML files. `pack.toml` says what the pack is and which pack it extends; every other file, in any
sub-folder, holds rows of the known sections, and may set defaults for the rows of that file. Rows are checked against
the JSON Schema beside the packs, then composed: references must resolve, and an item type that lacks what the law asks
of it is refused. Nothing is guessed and no row replaces another: a province adds, it never renames.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NoReturn, cast

import jsonschema

from chengxin.catalogue.errors import PackFinding, PackRefused
from chengxin.catalogue.rules import builders, items
from chengxin.catalogue.rules.items import Shelves
from chengxin.catalogue.rules.reading import Reader, Row, build_all
from chengxin.catalogue.rules.values import (
    Basis,
    Body,
    CalendarYear,
    Clocks,
    CoverageRole,
    DocumentKind,
    Domain,
    Edition,
    ItemType,
    Occupation,
    Pack,
    ProhibitedCategory,
    Purpose,
    QuotaKind,
    SamplingCode,
    SamplingRule,
    Sector,
    Severity,
    StatutoryTerm,
    UsualQuota,
)
from chengxin.sealing.digests import JSON, canonical

MANIFEST: Final = "pack.toml"
SECTIONS: Final = (
    "domain",
    "occupation",
    "basis",
    "body",
    "counterpart",
    "severity",
    "clocks",
    "term",
    "purpose",
    "coverage_role",
    "document_kind",
    "sector",
    "quota",
    "sampling_rule",
    "prohibited",
    "calendar",
    "division",
    "item",
)


def _refuse(code: str, pack: str, section: str, *, field: str = "", seen: object = "") -> NoReturn:
    raise PackRefused((PackFinding(code=code, pack=pack, section=section, row="", field=field, seen=str(seen)[:200]),))


def _plain(value: object) -> object:
    """Turn TOML's dates into ISO text, so that a row is the same in a file, in the schema and in the database."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return value


def _toml(path: Path, pack: str) -> dict[str, object]:
    try:
        return cast("dict[str, object]", _plain(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        _refuse("FILE_BROKEN", pack, path.name, seen=broken)


def _schema(folder: Path, name: str, pack: str) -> jsonschema.Draft202012Validator:
    path = folder / f"{name}.schema.json"
    try:
        return jsonschema.Draft202012Validator(
            json.loads(path.read_text(encoding="utf-8")), format_checker=jsonschema.FormatChecker(("date", "regex"))
        )
    except (OSError, ValueError) as broken:
        _refuse("SCHEMA_MISSING", pack, name, seen=broken)


def _schema_findings(
    validator: jsonschema.Draft202012Validator, content: object, pack: str, section: str
) -> list[PackFinding]:
    findings = []
    for error in validator.iter_errors(content):
        place = list(error.absolute_path)
        row = ""
        if len(place) > 1 and isinstance(place[1], int) and isinstance(content, dict):
            entry = content[place[0]][place[1]]
            row = str(entry.get("code", entry.get("year", place[1]))) if isinstance(entry, dict) else str(place[1])
        findings.append(
            PackFinding(
                code="SCHEMA_VIOLATED",
                pack=pack,
                section=section,
                row=row,
                field=".".join(str(part) for part in place),
                seen=error.message[:200],
            )
        )
    return findings


def load_pack(path: Path, *, schema: Path | None = None) -> Pack:
    """Read one pack's folder and check it against the schema.

    Args:
        path: Folder of the pack.
        schema: Folder of the schemas; `None` means the folder `schema` beside the pack.

    Raises:
        PackRefused: The folder, a file or a row is not as the schema asks; `findings` lists all of it.
    """
    schema = path.parent / "schema" if schema is None else schema
    manifest = _toml(path / MANIFEST, path.name)
    findings = _schema_findings(_schema(schema, "pack", path.name), manifest, path.name, MANIFEST)
    if findings:
        raise PackRefused(tuple(findings))
    if manifest["code"] != path.name:
        _refuse("PACK_CODE_DIFFERS", path.name, MANIFEST, field="code", seen=manifest["code"])
    validator = _schema(schema, "rows", path.name)
    rows: dict[str, list[Row]] = {section: [] for section in SECTIONS}
    for file in sorted(path.rglob("*.toml"), key=lambda found: found.relative_to(path).as_posix()):
        if file == path / MANIFEST:
            continue
        content = _toml(file, path.name)
        defaults = content.pop("defaults", {})
        for section, entries in content.items():
            if isinstance(entries, list) and isinstance(defaults, dict):
                shared = defaults.get(section, {})
                content[section] = [{**shared, **entry} if isinstance(entry, dict) else entry for entry in entries]
        findings += _schema_findings(validator, content, path.name, file.relative_to(path).as_posix())
        if not findings:
            for section, entries in content.items():
                rows[section].extend(cast("list[Row]", entries))
    if findings:
        raise PackRefused(tuple(findings))
    return Pack(
        code=path.name,
        name_zh=cast("str", manifest["name_zh"]),
        name_en=cast("str", manifest["name_en"]),
        extends=cast("str | None", manifest.get("extends")),
        in_force_from=date.fromisoformat(cast("str", manifest["in_force_from"])),
        synthetic=cast("bool", manifest.get("synthetic", False)),
        rows={section: tuple(entries) for section, entries in rows.items()},
    )


def load_packs(path: Path, *, schema: Path | None = None) -> tuple[Pack, ...]:
    """Read a pack and all it extends, which lie in the same folder; the most general one comes first.

    Raises:
        PackRefused: As in `load_pack`; also when a pack extends itself in a circle.
    """
    chain: list[Pack] = []
    current: Path | None = path
    while current is not None:
        if any(pack.code == current.name for pack in chain):
            _refuse("PACK_CIRCLE", path.name, MANIFEST, field="extends", seen=current.name)
        pack = load_pack(current, schema=schema)
        chain.append(pack)
        current = current.parent / pack.extends if pack.extends is not None else None
    return tuple(reversed(chain))


def edition_body(packs: Sequence[Pack]) -> dict[str, object]:
    """Return what an edition consists of, as plain JSON values; its canonical bytes give the digest."""
    last = packs[-1]
    return {
        "format": 1,
        "in_force_from": last.in_force_from.isoformat(),
        "name_en": last.name_en,
        "name_zh": last.name_zh,
        "synthetic": any(pack.synthetic for pack in packs),
        "packs": [
            {"code": pack.code, "rows": {section: list(pack.rows.get(section, ())) for section in SECTIONS}}
            for pack in packs
        ],
    }


def canonical_body(body: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of an edition's body, as they are stored and put under the digest."""
    return canonical(cast("JSON", body))


def body_digest(body: Mapping[str, object]) -> str:
    """Return the SHA-256 of the canonical bytes of an edition's body, in hexadecimal."""
    return hashlib.sha256(canonical_body(body)).hexdigest()


def compose(packs: Sequence[Pack]) -> Edition:
    """Compose packs, the most general one first, into an edition.

    Raises:
        PackRefused: A row is wrong, a code is used twice or a reference leads nowhere; `findings` lists all of it.
        ValueError: No pack was given, or they are not a chain in which each extends the one before.
    """
    extends = [pack.extends for pack in packs]
    if not packs or extends != [None, *(pack.code for pack in packs[:-1])]:
        message = f"not a chain of packs: {[pack.code for pack in packs]} extend {extends}"
        raise ValueError(message)
    return edition_from_body(edition_body(packs))


def edition_from_body(body: Mapping[str, object]) -> Edition:
    """Build an edition from its stored body.

    Raises:
        PackRefused: As in `compose`.
    """
    packs = cast("list[dict[str, object]]", body["packs"])
    gathered: dict[str, tuple[tuple[str, Row], ...]] = {
        section: tuple(
            (cast("str", pack["code"]), row)
            for pack in packs
            for row in cast("dict[str, list[Row]]", pack["rows"]).get(section, [])
        )
        for section in SECTIONS
    }
    findings: list[PackFinding] = []
    domains = build_all("domain", gathered["domain"], builders.domain, _code, findings)
    occupations = build_all("occupation", gathered["occupation"], builders.occupation, _code, findings)
    bases = build_all("basis", gathered["basis"], builders.basis, _code, findings)
    bodies = build_all("body", gathered["body"], builders.body, _code, findings)
    counterparts = build_all(
        "counterpart", gathered["counterpart"], builders.counterpart, lambda pair: pair[0], findings
    )
    severities = build_all("severity", gathered["severity"], builders.severity, _code, findings)
    clock_sets = build_all("clocks", gathered["clocks"], _named_clocks, lambda named: named[0], findings)
    terms = build_all("term", gathered["term"], builders.term, _code, findings)
    purposes = build_all("purpose", gathered["purpose"], builders.purpose, _code, findings)
    coverage_roles = build_all("coverage_role", gathered["coverage_role"], builders.coverage_role, _code, findings)
    document_kinds = build_all("document_kind", gathered["document_kind"], builders.document_kind, _code, findings)
    sectors = build_all("sector", gathered["sector"], builders.sector, _code, findings)
    quotas = build_all("quota", gathered["quota"], builders.quota, _code, findings)
    sampling = build_all("sampling_rule", gathered["sampling_rule"], builders.sampling_rule, _code, findings)
    prohibited = build_all("prohibited", gathered["prohibited"], builders.prohibited, _code, findings)
    calendars = build_all("calendar", gathered["calendar"], builders.calendar, lambda year: year.year, findings)
    divisions = build_all(
        "division",
        gathered["division"],
        builders.division,
        lambda division: (division.code, division.name_zh, division.first_year),
        findings,
    )
    shelves = Shelves(
        bases=cast("dict[str, Basis]", bases),
        bodies=cast("dict[str, Body]", bodies),
        severities=cast("dict[str, Severity]", severities),
        clock_sets={cast("str", name): named[1] for name, named in clock_sets.items()},
        coverage_roles=cast("dict[str, CoverageRole]", coverage_roles),
        domains=cast("dict[str, Domain]", domains),
        occupations=cast("dict[str, Occupation]", occupations),
        document_kinds=cast("dict[str, DocumentKind]", document_kinds),
        prohibited=cast("dict[str, ProhibitedCategory]", prohibited),
        counterparts={cast("str", body): pair[1] for body, pair in counterparts.items()},
    )
    item_types = build_all("item", gathered["item"], lambda read: items.item_type(read, shelves), _code, findings)
    digest = body_digest(body)
    first = date.fromisoformat(cast("str", body["in_force_from"]))
    codes = tuple(cast("str", pack["code"]) for pack in packs)
    edition = Edition(
        code=f"{codes[-1]}-{first.isoformat()}-{digest[:8]}",
        digest=digest,
        in_force_from=first,
        packs=codes,
        item_types=cast("dict[str, ItemType]", item_types),
        bases=shelves.bases,
        bodies=shelves.bodies,
        severities=shelves.severities,
        terms=cast("dict[str, StatutoryTerm]", terms),
        purposes=cast("dict[str, Purpose]", purposes),
        coverage_roles=shelves.coverage_roles,
        prohibited=shelves.prohibited,
        calendars=cast("dict[int, CalendarYear]", calendars),
        divisions=tuple(divisions.values()),
        domains=shelves.domains,
        occupations=shelves.occupations,
        document_kinds=shelves.document_kinds,
        sectors=cast("dict[str, Sector]", sectors),
        quotas=cast("dict[QuotaKind, UsualQuota]", quotas),
        sampling_rules=cast("dict[SamplingCode, SamplingRule]", sampling),
        name_zh=cast("str", body["name_zh"]),
        name_en=cast("str", body["name_en"]),
        synthetic=cast("bool", body["synthetic"]),
    )
    findings += _dangling(edition, shelves)
    if findings:
        raise PackRefused(tuple(findings))
    return edition


def _code(value: object) -> object:
    return cast("Basis", value).code


def _named_clocks(read: Reader) -> tuple[str, Clocks]:
    return read.text("code"), builders.clocks(read)


def _dangling(edition: Edition, shelves: Shelves) -> list[PackFinding]:
    """Find references to bases, bodies and divisions that lead nowhere."""
    used: list[tuple[str, str, str]] = []
    for section, shelf in (
        ("severity", edition.severities),
        ("term", edition.terms),
        ("purpose", edition.purposes),
        ("coverage_role", edition.coverage_roles),
        ("prohibited", edition.prohibited),
        ("quota", edition.quotas),
        ("sampling_rule", edition.sampling_rules),
    ):
        used += [(section, code, cast("Severity", value).basis) for code, value in shelf.items()]
    timed = [("severity", code, value.clocks) for code, value in edition.severities.items()]
    timed += [("clocks", code, value) for code, value in shelves.clock_sets.items()]
    for section, code, clocks in timed:
        used += [(section, code, rule.source) for rule in (clocks.shown, clocks.used, clocks.kept)]
    pack = edition.packs[-1]
    findings = [
        PackFinding(code="REFERENCE_UNKNOWN", pack=pack, section=section, row=row, field="basis", seen=basis)
        for section, row, basis in used
        if basis not in edition.bases
    ]
    findings += [
        PackFinding(
            code="REFERENCE_UNKNOWN", pack=pack, section="body", row=body.code, field="successor", seen=body.successor
        )
        for body in edition.bodies.values()
        if body.successor is not None and body.successor not in edition.bodies
    ]
    findings += [
        PackFinding(code="REFERENCE_UNKNOWN", pack=pack, section="counterpart", row=body, field="here", seen=code)
        for body, here in shelves.counterparts.items()
        for code in (body, *here)
        if code not in edition.bodies
    ]
    known = edition.division_codes()
    findings += [
        PackFinding(
            code="REFERENCE_UNKNOWN", pack=pack, section="division", row=row.code, field="parent", seen=row.parent
        )
        for row in edition.divisions
        if row.parent is not None and row.parent not in known
    ]
    return findings
