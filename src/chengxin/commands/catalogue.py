"""Commands about the catalogue: what may be collected, what changed, issuing an edition."""

import argparse
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from chengxin.catalogue import lookups
from chengxin.catalogue import operations as catalogue
from chengxin.catalogue.rules.columns import columns_of
from chengxin.catalogue.rules.differences import difference
from chengxin.catalogue.rules.packs import compose, load_packs
from chengxin.catalogue.rules.values import Edition, ItemType
from chengxin.commands.running import Answer, CommandRefused, Run, table


def show(called: argparse.Namespace, run: Run) -> Answer:
    """List the editions and the items in force, or show one item with its columns."""
    edition = lookups.edition_in_force(run.today)
    if called.item is not None:
        return _one(lookups.item_type(code=called.item, on=run.today))
    editions = lookups.list_editions()
    items = [edition.item_types[code] for code in sorted(edition.item_types)]
    body = {
        "edition": edition.code,
        "digest": edition.digest,
        "in_force_from": edition.in_force_from,
        "editions": [asdict(line) for line in editions],
        "items": [_summary(item) for item in items],
    }
    rows = [("信息项", "名称", "类别", "依据"), *((item.code, item.name_zh, item.kind, item.basis) for item in items)]
    lines = (f"现行版本：{edition.code}（{edition.in_force_from} 起），{len(items)} 个信息项", *table(rows))
    return Answer(body=body, lines=lines)


def _summary(item: ItemType) -> dict[str, object]:
    return {
        "code": item.code,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "kind": item.kind,
        "domain": item.domain,
        "basis": item.basis,
    }


def _one(item: ItemType) -> Answer:
    columns = columns_of(item)
    body = {
        **_summary(item),
        "plain_zh": item.plain_zh,
        "suppliers": list(item.suppliers),
        "competent_bodies": list(item.competent_bodies),
        "coverage_roles": list(item.coverage_roles),
        "sensitivity": item.sensitivity,
        "columns": [
            {
                "code": column.code,
                "header_zh": column.header_zh,
                "header_en": column.header_en,
                "format": column.format,
                "required": column.required,
                "max_length": column.max_length,
                "codes": [code.code for code in column.codes],
            }
            for column in columns
        ],
    }
    rows = [
        ("列", "代码", "必填", "格式", "说明"),
        *(
            (column.header_zh, column.code, "是" if column.required else "", column.format, column.hint)
            for column in columns
        ),
    ]
    return Answer(body=body, lines=(f"{item.name_zh}（{item.code}）", item.plain_zh, *table(rows)))


def diff(called: argparse.Namespace, run: Run) -> Answer:
    """Compare two editions, or packs that are not issued yet."""
    del run
    found = difference(_edition(called.left), _edition(called.right))
    kinds = {"ADDED": "新增", "REMOVED": "删去", "CHANGED": "改动"}
    rows = [
        (kinds[change.kind.value], change.section, change.row, "、".join(field.field for field in change.fields))
        for change in found.changes
    ]
    return Answer(body=asdict(found), lines=table(rows) or ("两个版本相同。",))


def _edition(name: str) -> Edition:
    """Return an issued edition by its code, or what a pack gives as it lies there now."""
    codes = {line.code for line in lookups.list_editions()}
    pack = _pack(name)
    return compose(load_packs(pack)) if name not in codes and pack is not None else lookups.edition(name)


def _pack(name: str) -> Path | None:
    """Return the folder of a pack, named as below ``packs`` or as a path; None where there is none."""
    return next((folder for folder in (settings.PACKS / name, Path(name)) if (folder / "pack.toml").is_file()), None)


def issue(called: argparse.Namespace, run: Run) -> Answer:
    """Issue a pack as an edition.

    Raises:
        CommandRefused: There is no such pack.
    """
    actor = run.officer(called.by) if called.by else run.operator()
    pack = _pack(called.pack)
    if pack is None:
        raise CommandRefused(code="PACK_UNKNOWN", pack=called.pack[:80])
    issued = catalogue.issue_edition(pack=pack, actor=actor, now=run.now)
    lines = (f"已发布 {issued.code}：{issued.item_count} 个信息项，{issued.in_force_from} 起生效",)
    return Answer(body={**asdict(issued), "run": run.run_id}, lines=lines)
