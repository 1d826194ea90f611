"""Which characters the fonts can print, and what is printed for the others.

PDF/A refuses a file with a character that no font shows, and nobody may go without a report because a name holds a
rare character. So such a character is spelled by its code point; the embedded data hold it as it is. Invisible
characters are left out: they could turn the reading order around.
"""

import struct
import unicodedata
from bisect import bisect_right
from functools import cache
from importlib import resources
from typing import Final

FONTS: Final = "pylopdf_fonts_zh_cn"
FILES: Final = ("NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf")

_ALL_OF_UNICODE: Final = 12
"""The format of a font's character map that reaches beyond the first 65,536 characters."""

Ranges = tuple[tuple[int, int], ...]

_known: Final[set[str]] = set()
"""Characters that were found to be printable as they are; a few thousand in the life of a process."""


def printable(text: str) -> str:
    """Return a text as the fonts can print it.

    Args:
        text: Any text.

    Example:
        >>> printable("𠮷野家")
        '〔U+20BB7〕野家'
    """
    if _known.issuperset(text):
        return text
    if text.isprintable() and all(_is_covered(ord(character)) for character in text):
        _known.update(text)
        return text
    return "".join(_printed(character) for character in text)


def _printed(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cf":
        return ""
    return character if _is_covered(ord(character)) else f"〔U+{ord(character):04X}〕"


@cache
def _is_covered(code_point: int) -> bool:
    return all(_covers(_ranges(name), code_point) for name in FILES)


def _covers(ranges: Ranges, code_point: int) -> bool:
    place = bisect_right(ranges, (code_point, 0x110000)) - 1
    return place >= 0 and code_point <= ranges[place][1]


@cache
def _ranges(name: str) -> Ranges:
    """Return the ranges of code points of a font, from its character map (OpenType, table ``cmap``).

    Raises:
        ValueError: The font has no map of all characters.
    """
    font = resources.files(FONTS).joinpath(name).read_bytes()
    (count,) = struct.unpack_from(">H", font, 4)
    tables = (struct.unpack_from(">4sIII", font, 12 + 16 * at) for at in range(count))
    start = next(offset for tag, _sum, offset, _length in tables if tag == b"cmap")
    (maps,) = struct.unpack_from(">H", font, start + 2)
    for at in range(maps):
        (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * at + 4)
        (format_number,) = struct.unpack_from(">H", font, start + offset)
        if format_number == _ALL_OF_UNICODE:
            (groups,) = struct.unpack_from(">I", font, start + offset + 12)
            found = (struct.unpack_from(">III", font, start + offset + 16 + 12 * group) for group in range(groups))
            return tuple((first, last) for first, last, _glyph in found)
    message = f"{name} has no map of all characters"
    raise ValueError(message)
