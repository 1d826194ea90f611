"""Sends many files one after another by the command line, in one process: ``python sending.py FOLDER ANSWERS``.

The data directory is that of ``CHENGXIN_DATA``. Each answer tells what the command printed, how it ended, how long it
took, and the highest memory of this process and of its children while it ran, as the kernel counted it.
"""

import contextlib
import io
import json
import resource
import sys
import time
from pathlib import Path

PEOPLE = 30


def high_water_mib() -> int:
    """Return the most memory that this process has held since it was last asked to forget."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kib,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kib) >> 10


def main() -> None:
    """Furnish the site, send every file of the list, and say what is left behind."""
    import django

    django.setup()
    from chengxin.commands.entry import main as command
    from factories import intake as given

    listed, answers = map(Path, sys.argv[1:])
    given.supplier()
    given.people(PEOPLE)
    found = []
    for path in map(Path, json.loads(listed.read_text(encoding="utf-8"))):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        began = time.monotonic()
        words = ["--json", "--today", given.NOW.date().isoformat(), "intake", "submit", str(path)]
        said, wrong = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
            status = command([*words, "--item", given.ITEM, "--supplier", given.SUPPLIER])
        path.unlink()
        found.append(
            {
                "name": path.name,
                "status": status,
                "said": said.getvalue(),
                "wrong": wrong.getvalue(),
                "seconds": round(time.monotonic() - began, 1),
                "mib": high_water_mib(),
            }
        )
    children_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    answers.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(json.dumps({"sent": len(found), "children_mib": children_mib, "left": _left()}) + "\n")


def _left() -> dict[str, object]:
    """Return what is in the database and the folders when nothing is being done."""
    from django.conf import settings
    from django.db import connection

    counts = {}
    with connection.cursor() as cursor:
        for name, statement in {
            "batches": "SELECT count(*) FROM intake_batch",
            "unsettled": "SELECT count(*) FROM intake_batch WHERE state NOT IN ('POSTED', 'REFUSED')",
            "accepted": "SELECT coalesce(sum(accepted_count), 0) FROM intake_batch WHERE state = 'POSTED'",
            "not_added_up": "SELECT count(*) FROM intake_batch WHERE lines_count <>"
            " accepted_count + rejected_count + held_count + unchanged_count",
            "postings": "SELECT count(*) FROM records_posting",
            "posted": "SELECT count(*) FROM intake_batch WHERE state = 'POSTED'",
            "refused_with_posting": "SELECT count(*) FROM records_posting p JOIN intake_batch b"
            " ON b.reference = p.batch_reference WHERE b.state <> 'POSTED'",
            "versions": "SELECT coalesce(sum(versions), 0) FROM records_count_kept('-infinity', 'infinity')",
            "names": "SELECT count(*) FROM intake_batch WHERE declared_name ~ '[/\\\\<>|`$\\u202e]|[0-9]{17}'",
        }.items():
            cursor.execute(statement)
            (counts[name],) = cursor.fetchone()
        cursor.execute("SELECT reference FROM intake_batch")
        references = {row[0] for row in cursor.fetchall()}
    data = Path(settings.CHENGXIN_DATA)
    spool = {path.name for path in (data / "spool").iterdir()}
    return {
        **{name: int(count) for name, count in counts.items()},
        "work": sorted(path.name for path in (data / "work").iterdir()),
        "strays": sorted(spool ^ references),
        "faults": sorted(path.name for path in (data / "faults").glob("*")),
    }


if __name__ == "__main__":
    main()
