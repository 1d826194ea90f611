"""The entry of the command line: parse, set up what the command needs, call it once, print how it ended."""

import argparse
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, Final

from chengxin.authority.decisions import Refused
from chengxin.commands import words
from chengxin.commands.arguments import WRONG_CALL, Setup, build
from chengxin.commands.running import FAILED, Answer, CommandRefused, Run

INTERRUPTED: Final = 130
Carry = Callable[[argparse.Namespace, Run], Answer]


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command.

    Args:
        arguments: Words after the program's name; those of this process when not given.

    Returns:
        0 done, 1 refused or a check that failed, 2 wrong call.
    """
    called = build().parse_args(arguments)
    run = Run.begin(today=called.today, wants_json=called.json)
    try:
        answer = _carry_out(called, run)
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return INTERRUPTED
    try:
        return _print(answer, run)
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more can be said to anybody, and the act stands.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return answer.status


def _carry_out(called: argparse.Namespace, run: Run) -> Answer:
    """Call the command's function; whatever it raises becomes an answer."""
    try:
        _set_up(called.setup, run)
        module, _, function = called.target.partition(":")
        carry: Carry = getattr(importlib.import_module(f"chengxin.commands.{module}"), function)
        return carry(called, run)
    except Refused as refused:
        return refusal(refused.code, dict(refused.details))
    except OSError as error:
        return refusal("FILE_UNUSABLE", {"file": str(error.filename or ""), "reason": error.strerror or str(error)})
    except Exception as fault:  # noqa: BLE001 - the last place where anything can still be answered
        return _fault(fault, run)


def refusal(code: str, details: dict[str, str], **more: object) -> Answer:
    """Return the answer for a refusal.

    Args:
        code: Its stable code.
        details: Safe details of it.
        more: Further fields of the JSON object.
    """
    title, remedy = words.refusal(code, details)
    lines = (f"未办理：{title}", *((f"怎么办：{remedy}",) if remedy else ()), f"（代码 {code}）")
    return Answer(body={**more, "refused": code, "details": details}, lines=lines, status=FAILED)


def _set_up(setup: Setup, run: Run) -> None:
    if setup is Setup.NOTHING:
        return
    if not (run.data / "mode").is_file():
        raise CommandRefused(code="NOT_INITIALISED", directory=run.data)
    if setup is Setup.APP:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.settings")
        importlib.import_module("django").setup()


# Faults by the name of their class, so that a wrong call need not load what raises them.
_KNOWN_FAULTS: Final = {
    "UnusableDatabaseError": "DATABASE_UNUSABLE",
    "OperationalError": "DATABASE_UNREACHABLE",
    "InterfaceError": "DATABASE_UNREACHABLE",
    "KeyMissing": "KEY_MISSING",
    "KeyDestroyed": "KEY_DESTROYED",
    "KeyUnsafe": "KEY_UNSAFE",
    "KeysNotPublished": "KEYS_NOT_PUBLISHED",
    "RootKeyAbsent": "ROOT_KEY_ABSENT",
    "RotationRefused": "ROTATION_REFUSED",
    "RevocationRefused": "REVOCATION_REFUSED",
    "SealBroken": "SEAL_BROKEN",
    "EngineUnknown": "ENGINE_UNKNOWN",
}


def _fault(fault: Exception, run: Run) -> Answer:
    """Answer something unforeseen: the reader gets a number, the trace goes into a private file."""
    for kind in type(fault).__mro__:
        code = _KNOWN_FAULTS.get(kind.__name__)
        if code is not None:
            return refusal(code, {"reason": str(fault).strip()[:500]})
    folder = run.data / "faults"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{run.run_id}.txt"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        traceback.print_exception(fault, file=file)
    return refusal("FAULT", {"run": run.run_id, "file": str(path)})


def _print(answer: Answer, run: Run) -> int:
    if run.wants_json:
        print(json.dumps(answer.body, ensure_ascii=False, default=_plain), flush=True)
    elif answer.lines:
        stream = sys.stderr if answer.status else sys.stdout
        print("\n".join(answer.lines), file=stream, flush=True)
    return answer.status


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever JSON does not know
    """Return dates and codes as text."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


__all__ = ["WRONG_CALL", "main", "refusal"]

if __name__ == "__main__":
    sys.exit(main())
