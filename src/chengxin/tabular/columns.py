"""Columns of text at once: the same rules as in `text`, for Arrow."""

import pyarrow as pa
import pyarrow.compute as pc

from chengxin.tabular import text

UNWANTED_CLASS = "".join(rf"\x{{{low:x}}}-\x{{{high:x}}}" for low, high in text.UNWANTED_RANGES)
"""The inside of a character class, as RE2 writes it."""


def stripped(column: pa.Array) -> pa.Array:
    """Return a text column without surrounding white space, null where nothing is left.

    Args:
        column: Text.
    """
    trimmed = pc.utf8_trim(column, characters=text.WHITE_SPACE)
    is_empty = pc.equal(pc.binary_length(trimmed), 0)
    if pc.any(is_empty).as_py():
        return pc.if_else(is_empty, pa.scalar(None, trimmed.type), trimmed)
    return trimmed


def is_clean(column: pa.Array) -> bool:
    """Return whether no value of a text column holds an unwanted character.

    Args:
        column: Text.
    """
    return not pc.any(pc.match_substring_regex(column, f"[{UNWANTED_CLASS}]")).as_py()
