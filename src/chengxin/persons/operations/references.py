"""New public references of persons: random, opaque, and telling nothing about whom they stand for."""

import base64
import os

REFERENCE_LENGTH = 12
_BASE32_BYTES = 5


def new_references(count: int) -> list[str]:
    """Return random references of twelve characters of base 32 (60 bits each), cut from one draw.

    A collision with a known reference is refused by the database; it is expected once in some thousand provinces.

    Args:
        count: How many.
    """
    needed = -(-count * REFERENCE_LENGTH // 8) * _BASE32_BYTES
    text = base64.b32encode(os.urandom(needed)).decode("ascii")
    return [text[at : at + REFERENCE_LENGTH] for at in range(0, count * REFERENCE_LENGTH, REFERENCE_LENGTH)]
