"""One run of a command: its id, its moment, who acts, and how it ends.

An operator at the command line acts as ``command:<login>:<run>``, so that the ledger leads back to this very run. Where
two officers are asked for, ``--by`` names an officer's account and that account acts, under its own key: otherwise one
human being could be the first officer on a page and the second one here.
"""

import getpass
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refused

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
DONE: Final = 0
FAILED: Final = 1


class CommandRefused(Refused):
    """A command cannot be carried out as it was called."""

    code = "COMMAND_REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a command ended.

    Attributes:
        body: What ``--json`` prints.
        lines: What people read; on standard output when the command is done, else on standard error.
        status: 0 done, 1 refused or a check that failed.
    """

    body: Mapping[str, Any]
    lines: tuple[str, ...] = ()
    status: int = DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command.

    Attributes:
        now: The moment of the run, aware.
        wants_json: Whether a program reads the answer.
        data: The data directory.
        run_id: Tells this run from every other; part of the actor's key.
    """

    now: datetime
    wants_json: bool
    data: Path
    run_id: str = field(default_factory=lambda: secrets.token_hex(6))

    @classmethod
    def begin(cls, *, today: date | None, wants_json: bool) -> "Run":
        """Begin a run.

        Args:
            today: Civil date given on the command line; the moment is then noon of it in Shanghai.
            wants_json: Whether a program reads the answer.
        """
        now = datetime.now(UTC)
        if today is not None:
            now = datetime.combine(today, time(12), tzinfo=SHANGHAI)
        return cls(now=now, wants_json=wants_json, data=data_directory())

    @property
    def today(self) -> date:
        """Return the civil date of the run in Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    def operator(self, roles: Iterable[Role] = (Role.OPERATOR,), *, organisation_code: str | None = None) -> Actor:
        """Return who acts where no officer is named: whoever sits at this machine.

        Args:
            roles: What the command needs; the shell of this machine is trusted with it.
            organisation_code: In whose name.
        """
        return Actor(
            kind=ActorKind.OFFICER,
            key=f"command:{_login()}:{self.run_id}",
            organisation_code=organisation_code,
            roles=frozenset(roles),
        )

    def officer(self, username: str) -> Actor:
        """Return the officer whom ``--by`` names, with the roles and the organisation of the account.

        Args:
            username: Login name.

        Raises:
            CommandRefused: With code OFFICER_UNKNOWN; there is no open account of an officer with that name.
        """
        # Django may be loaded only when a command needs it, and a wrong call must be answered without it.
        from django.contrib.auth import get_user_model  # noqa: PLC0415

        accounts = get_user_model()
        account = accounts.objects.filter(username=username, is_active=True, kind=ActorKind.OFFICER.value).first()
        if account is None:
            raise CommandRefused(code="OFFICER_UNKNOWN", by=username[:64])
        return account.actor


def _login() -> str:
    """Return the login name of the operating system, made safe for a key."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "._-"))[:32] or "-"


def data_directory() -> Path:
    """Return the data directory, as the environment names it."""
    return Path(os.environ.get("CHENGXIN_DATA", "var")).resolve()


def table(rows: Iterable[Iterable[object]]) -> tuple[str, ...]:
    """Return rows as lines whose columns stand under each other, wide characters counted twice.

    Args:
        rows: The cells.

    Example:
        >>> table([("批次", "行"), ("B1", 20)])
        ('批次  行', 'B1    20')
    """
    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        return ()
    widths = [max(_width(row[column]) for row in cells) for column in range(len(cells[0]))]
    return tuple(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)  # noqa: PLR2004 - where wide scripts begin
