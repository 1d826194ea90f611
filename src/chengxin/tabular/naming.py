"""Names that a sender gives to a file: they are shown, and never used as a path."""

import re
import unicodedata

from chengxin.identifiers.detection import find_identity_numbers, find_phone_numbers

NAME_LENGTH = 120

# Also a number that somebody mistyped; fewer digits are a day and a time.
_LONG_NUMBER = re.compile(r"[0-9]{14,}[0-9Xx]")
_UNSAFE = re.compile(r"[^\w .()\[\]+·《》（）、，-]")


def safe_name(declared_name: str) -> str:
    r"""Return a file name that is safe to show and to offer for saving.

    Folders, control and direction characters, and what shells or systems take for special are gone, and so are the
    digits of identity and telephone numbers; the ending stays when it is short.

    Args:
        declared_name: The name as it came with the upload, which may be anything.

    Returns:
        Between 1 and 120 characters; ``file`` when nothing usable is left.

    Example:
        >>> safe_name("../../etc/passwd"), safe_name("C:\\报送\\三月.csv"), safe_name("..")
        ('passwd', '三月.csv', 'file')
    """
    last = re.split(r"[/\\\x00]", declared_name[-4096:])[-1]
    name = _UNSAFE.sub("_", _without_numbers(unicodedata.normalize("NFC", last))).strip(" .-")
    if len(name) > NAME_LENGTH:
        stem, dot, ending = name.rpartition(".")
        keep = f"{dot}{ending}" if dot and len(ending) <= 10 else ""  # noqa: PLR2004 - no longer ending means anything
        name = (stem if keep else name)[: NAME_LENGTH - len(keep)].rstrip(" .") + keep
    return name or "file"


def _without_numbers(name: str) -> str:
    """Blank the numbers of persons: lists of files are shown to more people than the files."""
    name = _LONG_NUMBER.sub(lambda found: "_" * len(found.group()), name)
    for span in (*find_identity_numbers(name), *find_phone_numbers(name)):
        name = name[: span.start] + "_" * (span.end - span.start) + name[span.end :]
    return name
