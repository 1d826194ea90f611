"""The cipher suite: sealing of contents, and blind indexes over identifiers.

A suite has a name and a version byte; every sealed value begins with the byte, so that another suite (SM4-GCM with
HMAC-SM3, say) can stand beside this one and old values stay readable. A sealed value is::

    version (1 byte) || nonce (12 bytes) || ciphertext || tag (16 bytes)

The context (table, column, person, version of a row) is authenticated but not stored: a value copied to another place
does not open there. Nonces are random; one key may seal at most 2**32 values (NIST SP 800-38D, 8.3).
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUITE: Final = "aes256gcm-hmacsha256-ed25519"
SUITES: Final = {1: SUITE}

KEY_BYTES: Final = 32
INDEX_BYTES: Final = 16

_VERSION: Final = b"\x01"
_NONCE: Final = 12
_TAG: Final = 16
_BLOCK: Final = 64


class SealBroken(Exception):  # noqa: N818 - a verdict on a value
    """A sealed value did not open: changed, cut, moved to another place, or sealed under another key or suite."""

    code = "SEAL_BROKEN"


def seal(key: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """Seal one value under a key.

    Args:
        key: 32 bytes from the keyring.
        plaintext: The contents; their length stays visible.
        context: Names the place of the value; the same bytes must be given to unseal it.

    Raises:
        ValueError: The key has another length.
    """
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _cipher(key).encrypt(nonce, plaintext, _VERSION + context)


def unseal(key: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """Open one sealed value.

    Raises:
        SealBroken: The value, its context or the key is not the one it was sealed with.
        ValueError: The key has another length.
    """
    return _open(_cipher(key), bytes(sealed), context)


def seal_many(key: bytes, plaintexts: Sequence[bytes], contexts: Sequence[bytes]) -> list[bytes]:
    """Seal many values under one key, each under its own context; nonces are cut from one draw of randomness.

    Raises:
        ValueError: There are not as many contexts as values, or the key has another length.
    """
    encrypt = _cipher(key).encrypt
    drawn = os.urandom(_NONCE * len(plaintexts))
    nonces = [drawn[at : at + _NONCE] for at in range(0, len(drawn), _NONCE)]
    return [
        _VERSION + nonce + encrypt(nonce, plaintext, _VERSION + context)
        for nonce, plaintext, context in zip(nonces, plaintexts, contexts, strict=True)
    ]


def unseal_many(key: bytes, sealed: Sequence[bytes], contexts: Sequence[bytes]) -> list[bytes]:
    """Open many values sealed under one key.

    Raises:
        SealBroken: One of them does not open; none is returned then.
        ValueError: There are not as many contexts as values, or the key has another length.
    """
    cipher = _cipher(key)
    return [_open(cipher, bytes(value), context) for value, context in zip(sealed, contexts, strict=True)]


class BlindIndex:
    """Find an identifier without storing it: HMAC-SHA256 under a secret key, cut to 16 bytes.

    The two key blocks are hashed once and copied, which makes many indexes three times as fast as calling HMAC anew.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            message = f"a key has {KEY_BYTES} bytes"
            raise ValueError(message)
        block = key.ljust(_BLOCK, b"\x00")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def of(self, text: str) -> bytes:
        """Return the 16 index bytes of one text; the caller brings the text into its canonical spelling first."""
        return self.of_many((text,))[0]

    def of_many(self, texts: Iterable[str]) -> list[bytes]:
        """Return the index bytes of many texts, in their order."""
        return self.of_encoded(text.encode() for text in texts)

    def of_encoded(self, texts: Iterable[bytes], *, prefix: bytes = b"") -> list[bytes]:
        """Return the index bytes of many texts that are UTF-8 already, in their order.

        Args:
            texts: The texts.
            prefix: Stands before each of them, and is hashed once.
        """
        begun = self._inner.copy()
        begun.update(prefix)
        copy_inner, copy_outer = begun.copy, self._outer.copy
        indexes = []
        for text in texts:
            inner = copy_inner()
            inner.update(text)
            outer = copy_outer()
            outer.update(inner.digest())
            indexes.append(outer.digest()[:INDEX_BYTES])
        return indexes

    def __repr__(self) -> str:
        """Show nothing of the key."""
        return "BlindIndex(…)"


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        message = f"a key has {KEY_BYTES} bytes"
        raise ValueError(message)
    return AESGCM(key)


def _open(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE + _TAG:
        raise SealBroken
    try:
        return cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], _VERSION + context)
    except InvalidTag:
        raise SealBroken from None
