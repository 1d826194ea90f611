"""The public keys by which anybody checks receipts and checkpoints offline."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from chengxin.keys import published
from chengxin.keys.current import keyring
from chengxin.sealing import receipts

router = Router(tags=["receipts"])


class LedgerKey(Schema):
    """The key that signs the ledger's checkpoints."""

    origin: str = Field(description="Name of the ledger; the first line of every checkpoint.")
    verifier: str = Field(description="Public key in the notation of C2SP signed-note: `name+hash+base64`.")


class ReceiptKeys(Schema):
    """A set of JSON Web Keys (RFC 7517), with the ledger's key beside it."""

    keys: list[dict[str, Any]] = Field(description="JWKs, the one in use first; `kid` is the thumbprint of RFC 7638.")
    ledger: LedgerKey


@router.get("", response=ReceiptKeys, summary="Public keys", operation_id="read_receipt_keys")
def read_receipt_keys(request: HttpRequest) -> ReceiptKeys:
    """Return the keys. Keep them: a receipt is worth what the key is worth that you had before you got it."""
    del request
    ring = keyring()
    verifier = ring.ledger_verifier()
    return ReceiptKeys(
        keys=[receipts.public_jwk(key) for key in published.receipt_keys()],
        ledger=LedgerKey(origin=verifier.origin, verifier=verifier.encoded()),
    )
