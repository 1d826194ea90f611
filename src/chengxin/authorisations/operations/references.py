"""Opaque references of requests and authorisations: 80 random bits, in letters that nobody misreads."""

import base64
import secrets

REFERENCE_BYTES = 10


def new_reference() -> str:
    """Return a new reference of sixteen characters."""
    return base64.b32encode(secrets.token_bytes(REFERENCE_BYTES)).decode()
