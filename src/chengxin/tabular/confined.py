"""A process of its own for files that tell their reader how much memory to take.

XLSX and Parquet are read here, under limits of address space and time that the system enforces: a file that would make
the library abort, run wild or take all memory ends this process and is refused, and the server goes on.
"""

import dataclasses
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from chengxin.tabular.errors import RefusalCode, TabularRefused
from chengxin.tabular.values import BrokenLine, Format, Limits, Outcome


def convert(path: Path, target: Path, *, kind: Format, limits: Limits, keeps_broken: bool = False) -> Outcome:
    """Read an XLSX or Parquet file in a process of its own.

    Args:
        path: The file.
        target: The Parquet file to write.
        kind: Which of the two it is.
        limits: What the file may ask for.
        keeps_broken: Whether broken records are written as well; XLSX only.

    Returns:
        What the reader has found.

    Raises:
        TabularRefused: What the reader refuses, or ``FILE_TOO_COSTLY`` when it went over memory or time or broke down.
    """
    task = {
        "path": str(path.absolute()),
        "target": str(target.absolute()),
        "kind": kind.value,
        "limits": dataclasses.asdict(limits),
        "keeps_broken": keeps_broken,
    }
    source = str(Path(__file__).resolve().parents[2])
    # Nothing of the parent's environment is needed, and its secrets are none of a hostile file's business.
    environment = {
        "PYTHONPATH": source,
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "LC_ALL": "C.UTF-8",
    }
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "chengxin.tabular.confined"],
            input=json.dumps(task).encode(),
            capture_output=True,
            env=environment,
            timeout=limits.seconds + 10,
            check=False,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if answer is None:
        raise TabularRefused(RefusalCode.FILE_TOO_COSTLY, limit_bytes=limits.memory_bytes, limit_seconds=limits.seconds)
    if "refused" in answer:
        raise TabularRefused(answer["refused"], **answer["details"])
    return Outcome(
        headers=tuple(answer["headers"]),
        lines=answer["lines"],
        broken=tuple(BrokenLine(line, code, params) for line, code, params in answer["broken"]),
        first_source_line=answer["first_source_line"],
        is_regular=answer["is_regular"],
    )


def convert_here(path: Path, target: Path, *, kind: Format, limits: Limits, keeps_broken: bool = False) -> Outcome:
    """Read an XLSX or Parquet file in this very process, without its limits of memory and time.

    Args:
        path: The file.
        target: The Parquet file to write.
        kind: Which of the two it is.
        limits: What the file may ask for.
        keeps_broken: Whether broken records are written as well; XLSX only.

    Returns:
        What the reader has found.

    Raises:
        TabularRefused: What the reader refuses.
    """
    # Imported here, so that the process that serves does not load what it never uses.
    from chengxin.tabular import columnar, workbooks  # noqa: PLC0415

    if kind is Format.XLSX:
        return workbooks.convert(path, target, limits, keeps_broken=keeps_broken)
    return columnar.convert(path, target, limits)


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))


def main() -> int:
    """Do one task from standard input and answer on standard output."""
    task = json.load(sys.stdin)
    limits = Limits(**task["limits"])
    _confine(limits)
    try:
        outcome = convert_here(
            Path(task["path"]),
            Path(task["target"]),
            kind=Format(task["kind"]),
            limits=limits,
            keeps_broken=task["keeps_broken"],
        )
    except TabularRefused as refused:
        answer: dict[str, object] = {"refused": refused.code, "details": dict(refused.details)}
    else:
        answer = dataclasses.asdict(outcome)
        answer["broken"] = [(line.line, line.code, dict(line.params)) for line in outcome.broken]
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    # A library that has met a hostile file is not asked to tidy up.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
