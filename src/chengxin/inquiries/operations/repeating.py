"""Asking once under a key: whoever lost the answer on the way learns what became of the question, not the answer again.

The answer is personal data that was read at one moment, on facts of that moment. To read it a second time is a second
look, with its own line in the register and its own use of the authorisation; a kept copy would be a look that nobody
registered, after the person may have taken the authorisation back or the item may be over. So a repetition brings the
reference and the receipt, by which the asker can tell whether the answer arrived, and never the body.

A refused question does not take its key: asked again, it is judged and registered again.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from chengxin.authority.actors import Actor
from chengxin.authority.decisions import Refusal
from chengxin.inquiries.errors import AskedWrongly, KeyUsedDifferently
from chengxin.inquiries.models import Inquiry, Repetition
from chengxin.inquiries.operations.asking import Answer, Asked, make_inquiry
from chengxin.keys.current import keyring
from chengxin.sealing.digests import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """What a repeated question brings.

    Attributes:
        reference: The inquiry that was answered under the key.
    """

    reference: str


@transaction.atomic
def make_inquiry_once(*, key: str, asked: Asked, actor: Actor, now: datetime) -> Answer | Repeated | Refusal:
    """Ask as ``make_inquiry`` does, unless the organisation asked the same under the same key and was answered.

    Args:
        key: The organisation's own key of this question.
        asked: What is asked.
        actor: An officer or client of the requester.
        now: The moment.

    Raises:
        AskedWrongly: An item type is not in the catalogue, or the actor acts for nobody.
        KeyUsedDifferently: Another question was answered under this key.
    """
    if actor.organisation_code is None:
        raise AskedWrongly(field="organisation")
    key_digest = _digest("key", [actor.organisation_code, key])
    question_digest = _digest("question", _question(asked))
    with connection.cursor() as cursor:
        # Two requests under one key at once: the second waits until the first is answered.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(key_digest[:8], signed=True)])
    known = (
        Repetition.objects.select_related("inquiry")
        .filter(organisation_code=actor.organisation_code, key_digest=key_digest)
        .first()
    )
    if known is not None:
        if not hmac.compare_digest(bytes(known.question_digest), question_digest):
            raise KeyUsedDifferently
        return Repeated(reference=known.inquiry.reference)
    outcome = make_inquiry(asked=asked, actor=actor, now=now)
    if isinstance(outcome, Answer):
        Repetition.objects.create(
            organisation_code=actor.organisation_code,
            key_digest=key_digest,
            question_digest=question_digest,
            inquiry=Inquiry.objects.get(reference=outcome.reference),
        )
    return outcome


def _question(asked: Asked) -> list[str | list[str]]:
    return [
        asked.purpose_code,
        asked.number.reveal(),
        asked.name,
        sorted(asked.item_codes),
        asked.form.value,
        asked.case_number,
        asked.authorisation,
    ]


def _digest(what: str, content: list[str] | list[str | list[str]]) -> bytes:
    """Return a digest from which nobody without the key of the identity index can guess what was digested."""
    text = canonical({"inquiries.repetition": what, "content": content})
    return hmac.new(keyring().identity_index(), text, hashlib.sha256).digest()
