"""S2c, the pages: the person sees what would be shown, allows less than was asked, keeps the receipt, takes it back."""

import re

from django.urls import reverse

from chengxin.authority.decisions import Refusal
from chengxin.inquiries.operations import Answer
from chengxin.keys.current import keyring
from chengxin.sealing import receipts
from factories import inquiries as asking
from factories import intake as given
from journeys.conftest import Journey, text_of


def test_from_the_home_page_to_the_receipt_and_back(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(0)])
    asking.organisation()
    request = asking.ask(asked=asking.scope(given.ITEM, "MARKET.ADVERTISING"))
    person = journey.citizen(province[0])

    home = person.get(reverse("citizen:home")).content.decode()
    asked = reverse("citizen:asked", args=[request])
    assert asked in home
    page = text_of(person.get(asked).content.decode())
    assert "如果同意，对方今天会看到什么" in page
    assert "市场监管行政处罚" in page

    choice = {"items": [given.ITEM], "data_from": "2026-01-01", "data_last": "", "looks": "1", "days": "7"}
    review = person.get(reverse("citizen:grant", args=[request]), choice).content.decode()
    assert "再看一遍，对了再同意" in review
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', review))
    assert {name: hidden[name] for name in ("items", "data_from", "looks", "days")} == {
        "items": given.ITEM, "data_from": "2026-01-01", "looks": "1", "days": "7",
    }  # fmt: skip
    done = person.post(reverse("citizen:grant_now", args=[request]), choice, follow=True).content.decode()
    reference = re.search(r"/me/authorisations/([A-Z2-7]{16})/", done)
    assert reference is not None
    signed = person.get(reverse("citizen:receipt_file", args=[reference[1]])).content.decode()
    key = keyring().receipt_signer().public_key()
    opened = receipts.open_receipt(signed, kind=receipts.AUTHORISATION_TYPE, public_key=key)
    assert opened["pii_processing"]["pii_types"] == [given.ITEM]

    assert isinstance(asking.inquire(authorisation=reference[1]), Answer)
    used = text_of(person.get(reverse("citizen:authorisation", args=[reference[1]])).content.decode())
    assert "允许的次数都用完了" in used


def test_taken_back_at_once(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(0)])
    asking.organisation()
    reference = asking.allow(province[0])
    person = journey.citizen(province[0])
    assert "现在撤回" in person.get(reverse("citizen:withdraw", args=[reference])).content.decode()
    person.post(reverse("citizen:withdraw", args=[reference]))
    refused = asking.inquire(authorisation=reference)
    assert isinstance(refused, Refusal)
    looks = text_of(person.get(reverse("citizen:looks"), {"outcome": "REFUSED"}).content.decode())
    assert "没有看到内容：您已经撤回授权" in looks
