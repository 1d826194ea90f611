"""The verifier installs alone: a wheel with one room in it, in an environment where nothing of the platform is."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from factories import sealing as office

PROJECT = Path(__file__).resolve().parents[3]
NEEDED = ("cryptography", "joserfc", "pyhanko")
FORBIDDEN = ("django", "psycopg", "ninja", "procrastinate", "chengxin.ledger", "chengxin.settings")


def built(folder: Path) -> Path:
    """Build the wheel with the setuptools of this environment; nothing is fetched."""
    program = f"from setuptools.build_meta import build_wheel; print(build_wheel({str(folder)!r}))"
    environment = {**os.environ, "PYTHONPATH": ""}
    # Built from a copy of the links' targets, so that the build leaves nothing behind in the checkout.
    source = folder / "source"
    shutil.copytree(PROJECT / "verifier", source, symlinks=False)
    made = subprocess.run(
        [sys.executable, "-c", program], cwd=source, env=environment, check=True, capture_output=True, text=True
    )
    return folder / made.stdout.split()[-1]


def with_what_it_needs(environment: Path) -> None:
    """Link what the wheel needs, and nothing else, from this environment into a fresh one."""
    site = next((environment / "lib").glob("python*/site-packages"))
    wanted, linked = list(NEEDED), set()
    while wanted:
        name = wanted.pop()
        if name in linked:
            continue
        linked.add(name)
        required = map(Requirement, requires(name) or ())
        wanted += [needed.name for needed in required if needed.marker is None or needed.marker.evaluate({"extra": ""})]
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or () if file.parts[0] not in {"..", "__pycache__"}}:
            target = site / top
            if not target.exists():
                target.symlink_to(Path(str(found.locate_file(top))).resolve())


@pytest.mark.slow
def test_the_wheel_works_where_nothing_else_is(tmp_path: Path) -> None:
    wheel = built(tmp_path)
    with zipfile.ZipFile(wheel) as opened:
        packages = {name.rpartition("/")[0] for name in opened.namelist() if name.endswith(".py")}
    assert packages == {"chengxin", "chengxin/sealing", "chengxin/watching"}
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    uv = Path(sys.executable).parent / "uv"
    subprocess.run([uv, "pip", "install", "-q", "--python", python, "--offline", "--no-deps", wheel], check=True)
    with_what_it_needs(environment)
    alone = {"PATH": str(environment / "bin"), "HOME": str(tmp_path), "LANG": "C.UTF-8"}

    absent = f"import importlib.util as u; print([n for n in {FORBIDDEN!r} if u.find_spec(n.split('.')[0]) and u.find_spec(n)])"
    told = subprocess.run([python, "-c", absent], env=alone, check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"

    for command in ("chengxin-monitor", "chengxin-witness"):
        ended = subprocess.run([environment / "bin" / command], env=alone, check=False, capture_output=True, text=True)
        assert (ended.returncode, ended.stderr.startswith(f"usage: {command}")) == (2, True)

    (tmp_path / "trust.json").write_text(office.trust().to_text(), encoding="utf-8")
    whole = office.report()
    (tmp_path / "whole.pdf").write_bytes(whole)
    (tmp_path / "altered.pdf").write_bytes(whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:])
    (tmp_path / "archive.zip").write_bytes(office.archive())
    for name, code, begin in (
        ("whole.pdf", 0, "Valid: report"),
        ("altered.pdf", 1, "Not verified: altered"),
        ("archive.zip", 0, "Valid: archive"),
        ("trust.json", 1, "Not verified: this is no kind of file"),
        ("missing", 2, ""),
    ):
        command = ["chengxin-verify", name, "--trust", "trust.json", "--language", "en", "--at", office.NOW.isoformat()]
        ended = subprocess.run(
            [environment / "bin" / command[0], *command[1:]],
            cwd=tmp_path,
            env=alone,
            check=False,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == code, ended.stderr
        assert ended.stdout.startswith(begin)
        assert "Traceback" not in ended.stderr
