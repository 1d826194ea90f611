"""Rules of the repository that a machine can check: each stops a class of error."""

import ast
import doctest
import importlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from chengxin.ledger.events import LedgerEvent

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "chengxin"
ROOMS = (
    "accounts",
    "admission",
    "authorisations",
    "catalogue",
    "inquiries",
    "intake",
    "ledger",
    "organisations",
    "persons",
    "records",
    "register",
    "reports",
)
INTERFACES = ("portals", "api", "commands")


@cache
def trees() -> dict[str, ast.Module]:
    """Return every module's syntax tree by its path below ``src/chengxin``."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))
    }


# Only operations write -------------------------------------------------------------------------------------------------

WRITING_SQL = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE\s+\w|COPY\s+\w+\s*\()")
WRITING_CALLS = frozenset({"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"})
# Beside the operations: the append-only guard writes triggers, the worker tells its progress outside of the settling
# transaction, and PostgreSQL's own rooms make databases and roles.
MAY_WRITE = re.compile(r"(^|/)(operations|migrations)(/|\.py$)|^ledger/append_only\.py$|^jobs/progress\.py$|^postgres/")


def writes(tree: ast.Module) -> Iterator[str]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            if WRITING_SQL.search(node.value):
                yield f"{node.lineno}: {' '.join(node.value.split())[:60]}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = ast.unparse(node.func.value)
            from_rows = ".objects" in receiver or ".filter(" in receiver or ".select_for_update(" in receiver
            name = node.func.attr
            if (name in WRITING_CALLS | {"update"} and from_rows) or (name == "save" and "form" not in receiver):
                yield f"{node.lineno}: {receiver}.{name}"


def test_only_operations_write() -> None:
    found = {
        path: list(writes(tree)) for path, tree in trees().items() if not MAY_WRITE.search(path) and list(writes(tree))
    }
    assert found == {}


def test_the_guard_of_writing_sees_a_write() -> None:
    seen = writes(
        ast.parse("Batch.objects.filter(pk=1).update(state='x')\ncursor.execute('DELETE FROM x')\nrow.save()")
    )
    assert len(list(seen)) == 3
    assert list(writes(ast.parse("digest.update(b'x')\n{}.update(a=1)\n'SELECT 1'"))) == []


def test_interfaces_import_no_models_and_rooms_import_no_interface() -> None:
    wrong = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                is_models = re.match(r"chengxin\.\w+\.models\b", name)
                is_interface = re.match(rf"chengxin\.({'|'.join(INTERFACES)})\b", name)
                room = path.split("/")[0]
                if (room in INTERFACES and is_models) or (room in ROOMS and is_interface):
                    wrong.append(f"{path}:{node.lineno} {name}")
    assert wrong == []


# Events ----------------------------------------------------------------------------------------------------------------


def event_classes() -> list[type[LedgerEvent]]:
    for room in ROOMS:
        if (SOURCE / room / "events.py").exists():
            importlib.import_module(f"chengxin.{room}.events")
    return [found for found in LedgerEvent.__subclasses__() if found.__module__.startswith("chengxin.")]


def test_every_kind_of_event_is_declared_once_with_its_room_and_a_text() -> None:
    classes = {f"{found.__module__}.{found.__name__}": found for found in event_classes()}.values()
    kinds = Counter(found.kind for found in classes)
    assert [kind for kind, count in kinds.items() if count != 1] == []
    for found in classes:
        room, _, rest = found.kind.partition(".")
        assert found.__module__ == f"chengxin.{room}.events", found
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", rest), found.kind
        assert found.__doc__ is not None
        assert not found.__doc__.startswith(f"{found.__name__}("), found  # a dataclass writes itself one


def test_no_kind_of_event_is_spelled_out_elsewhere() -> None:
    kinds = {found.kind for found in event_classes()}
    wrong = [
        f"{path}:{node.lineno} {node.value}"
        for path, tree in trees().items()
        if not path.endswith("events.py") and path.split("/")[0] in ROOMS and "migrations" not in path
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in kinds
    ]
    assert wrong == []


# Law -------------------------------------------------------------------------------------------------------------------


def test_every_rule_that_a_docstring_names_is_in_the_law_table() -> None:
    law = (ROOT / "docs/law/rules.md").read_text("utf-8")
    known = set(re.findall(r"^\| (R-[A-Z]+-\d+) \|", law, re.MULTILINE))
    named: dict[str, str] = {}
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                source = (ast.get_docstring(node) or "").partition("Source:")[2].partition("Example:")[0]
                named |= dict.fromkeys(re.findall(r"R-[A-Z]+-\d+", source), path)
    assert {rule: path for rule, path in named.items() if rule not in known} == {}
    assert len(named) > 10


def test_every_function_of_the_law_table_exists() -> None:
    law = (ROOT / "docs/law/rules.md").read_text("utf-8")
    rows = [row.split("|") for row in law.splitlines() if row.startswith("| R-")]
    for cells in rows:
        for name in re.findall(r"`([a-z_]+\.[A-Za-z_.]+)`", cells[4]):
            parts = name.split(".")
            owner: object = None
            for length in range(len(parts), 0, -1):
                try:
                    owner = importlib.import_module("chengxin." + ".".join(parts[:length]))
                except ModuleNotFoundError:
                    continue
                for part in parts[length:]:
                    owner = getattr(owner, part)
                break
            assert owner is not None, name


# Documents -------------------------------------------------------------------------------------------------------------


def test_every_setting_is_documented_and_no_other() -> None:
    text = (ROOT / "docs/operations/settings.md").read_text("utf-8")
    read = {
        node.value
        for tree in trees().values()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call | ast.Subscript) and "os.environ" in ast.unparse(call)
        for node in ast.walk(call)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"CHENGXIN_[A-Z_]+", node.value)
    }
    assert {name for name in read | {"DATABASE_URL"} if f"`{name}`" not in text} == set()
    documented = set(re.findall(r"^\| `(CHENGXIN_[A-Z_]+)`", text, re.MULTILINE))
    assert documented - read == set()


def test_every_model_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    models = {model.__name__ for label in ROOMS for model in apps.get_app_config(label).get_models()}
    assert {name for name in models if not re.search(rf"`(\w+\.)*{name}`", glossary)} == set()


# Database --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


APPEND_ONLY = {
    "catalogue_edition",
    "ledger_checkpoint",
    "ledger_event",
    "ledger_leaf",
    "records_posting",
    "records_postingreversal",
    "records_recordkey",
    "records_recordversion",
    "register_look",
}


@pytest.mark.django_db
def test_what_is_declared_append_only_is_guarded_twice() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, array_agg(DISTINCT t.tgtype::int & 56 ORDER BY t.tgtype::int & 56),
                bool_or(has_table_privilege(current_user, c.oid, 'UPDATE')
                    OR has_table_privilege(current_user, c.oid, 'DELETE')
                    OR has_table_privilege(current_user, c.oid, 'TRUNCATE'))
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE p.proname = 'ledger_refuse_change' AND NOT c.relispartition GROUP BY c.relname
            """
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT count(*) FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' AND NOT EXISTS ("
            " SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = c.oid AND p.proname = 'ledger_refuse_change' AND t.tgtype::int & 32 = 32)"
        )
        (unguarded,) = cursor.fetchone()
    # 8 delete, 16 update, 32 truncate.
    guarded = {name for name, acts, may in rows if acts == [24, 32] and not may}
    declared = {
        table
        for path in SOURCE.rglob("migrations/*.py")
        for table in re.findall(rf'"((?:{"|".join(ROOMS)})_[a-z]+)"', path.read_text("utf-8"))
        if "append_only_sql" in path.read_text("utf-8")
    }
    assert guarded >= APPEND_ONLY
    assert guarded >= declared - {"ledger_pending"}
    assert unguarded == 0


def test_foreign_keys_point_downwards() -> None:
    order = [
        "ledger",
        "register",
        "accounts",
        "persons",
        "organisations",
        "admission",
        "catalogue",
        "records",
        "intake",
        "authorisations",
        "inquiries",
        "reports",
    ]
    wrong = [
        f"{model.__name__}.{field.name}"
        for label in ROOMS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and field.related_model is not None
        and not isinstance(field.related_model, str)
        and field.related_model._meta.app_label in order
        and order.index(field.related_model._meta.app_label) > order.index(label)
    ]
    assert wrong == []


# Examples --------------------------------------------------------------------------------------------------------------


def modules_with_examples() -> list[str]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        if ">>> " in path.read_text("utf-8"):
            parts = path.relative_to(SOURCE.parent).with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_the_docstrings_hold(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module)
    assert (result.failed, result.attempted > 0) == (0, True)


# Synthetic people ------------------------------------------------------------------------------------------------------


def test_no_identity_number_but_synthetic_ones_and_the_standards_examples_is_in_the_repository() -> None:
    from chengxin.identifiers.detection import SpanKind, find_identity_numbers

    published = {"11010519491231002X", "440524188001010014"}
    found = []
    for folder in ("src", "tests", "docs", "packs", "bench"):
        for root, _, names in os.walk(ROOT / folder):
            if {"node_modules", "built", "__pycache__"} & set(Path(root).parts):
                continue
            for name in names:
                path = Path(root) / name
                if path.suffix not in {".py", ".md", ".toml", ".html", ".csv", ".json", ".po", ".js"}:
                    continue
                text = path.read_text("utf-8", errors="ignore")
                for match in re.finditer(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])", text):
                    number = match.group()
                    spans = find_identity_numbers(number)
                    is_number = any(span.kind is SpanKind.IDENTITY for span in spans)
                    # Numbers were first given out in 1984: nobody born before 1880 has one.
                    is_nobodys = number.startswith("359900") or number.upper() in published or number[6:10] < "1880"
                    if is_number and not is_nobodys:
                        found.append(f"{path.relative_to(ROOT)}: {number}")
    assert found == []
