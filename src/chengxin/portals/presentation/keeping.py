"""Keeping what somebody entered from one page of a task to the next, without showing it again.

A page on which somebody reviews what was entered must hand it on to the page that acts. An identity number must not
stand in that page, so the whole entry is sealed under the vault's key, bound to the task and the login.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence

from chengxin.authority.actors import Actor
from chengxin.keys.current import keyring
from chengxin.sealing.suites import SealBroken, seal, unseal

Entry = Mapping[str, Sequence[str]]


def keep(entry: Entry, *, task: str, actor: Actor) -> str:
    """Return an entry as a text that only the same login can hand back to the same task.

    Args:
        entry: Names and their values, as a form takes them.
        task: What is being done.
        actor: Who does it.
    """
    plain = json.dumps({name: list(values) for name, values in entry.items()}).encode()
    return base64.urlsafe_b64encode(seal(keyring().vault(), plain, context=_context(task, actor))).decode()


def kept(text: str, *, task: str, actor: Actor) -> dict[str, list[str]] | None:
    """Return what was kept; ``None`` where the text is none of ours, of another task or another login.

    Args:
        text: As :func:`keep` gave it.
        task: What is being done.
        actor: Who does it.
    """
    try:
        sealed = base64.urlsafe_b64decode(text.encode())
        plain = unseal(keyring().vault(), sealed, context=_context(task, actor))
    except (SealBroken, binascii.Error, ValueError):
        return None
    found: dict[str, list[str]] = json.loads(plain)
    return found


def _context(task: str, actor: Actor) -> bytes:
    return f"portals.keeping:{task}:{actor.key}".encode()
