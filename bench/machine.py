"""What the figures were measured on, and how much of it a benchmark took."""

import os
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLE_SECONDS = 0.05
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MEGABYTE = 1024 * 1024


def describe(folder: Path) -> dict[str, Any]:
    """Return processor, cores, memory, load, and how often a second this disk makes eight kilobytes durable.

    Args:
        folder: On the disk that the database uses.
    """
    fields = dict(
        line.split(":", 1) for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if ":" in line
    )
    model = {key.strip(): value.strip() for key, value in fields.items()}.get("model name", platform.machine())
    memory = os.sysconf("SC_PHYS_PAGES") * _PAGE
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gigabytes": round(memory / 1024**3, 1),
        "fdatasync_per_second": _fdatasync_rate(folder),
        "load_before": round(os.getloadavg()[0], 2),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def _fdatasync_rate(folder: Path, seconds: float = 1.0) -> int:
    path = folder / "fdatasync.probe"
    block = os.urandom(8192)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        count, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            os.write(descriptor, block)
            os.fdatasync(descriptor)
            count += 1
        return round(count / (time.perf_counter() - begun))
    finally:
        os.close(descriptor)
        path.unlink()


def _stat(process: int) -> list[str]:
    """Return the fields of a process after its name, or nothing when it has gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def tree_of(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(int(entry))):
            parents.setdefault(int(fields[1]), []).append(int(entry))
    found = [root]
    for process in found:
        found.extend(parents.get(process, []))
    return found


def cpu_seconds(postmaster: int) -> float:
    """Return what a database server used of the processors, its living and its ended processes together."""
    total = 0
    for process in tree_of(postmaster):
        fields = _stat(process)
        if fields:
            total += int(fields[11]) + int(fields[12])
            if process == postmaster:
                total += int(fields[13]) + int(fields[14])
    return total / _TICKS


@dataclass(slots=True)
class Peak:
    """The most memory that a process and its descendants held at once, in megabytes."""

    megabytes: float = 0.0


@contextmanager
def peak_memory(root: int) -> Iterator[Peak]:
    """Watch a tree of processes every 50 ms: the sum of what is resident, and the kernel's own mark of the root.

    Args:
        root: The process that does the work; its descendants count with it.
    """
    peak = Peak()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(SAMPLE_SECONDS):
            resident = sum(int(fields[21]) * _PAGE for process in tree_of(root) if (fields := _stat(process)))
            peak.megabytes = max(peak.megabytes, resident / _MEGABYTE, _high_water(root))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def _high_water(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    marks = [line.split()[1] for line in text.splitlines() if line.startswith("VmHWM:")]
    return int(marks[0]) / 1024 if marks else 0.0
