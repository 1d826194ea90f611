"""Where an organisation is told of corrections: said by itself, one address at a time, with its history."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.authority.decisions import Refused
from chengxin.organisations import lookups, rules
from chengxin.organisations import operations as organisations
from chengxin.organisations.models import CorrectionSubscription
from factories import inquiries as gate
from factories import intake as given

pytestmark = pytest.mark.django_db
ADDRESS = "https://bank.example/corrections"
CHIEF = Actor(
    kind=ActorKind.OFFICER,
    key="account:77",
    organisation_code=gate.BANK,
    roles=frozenset({Role.ORGANISATION_ADMINISTRATOR}),
)


@pytest.fixture(autouse=True)
def _bank() -> None:
    given.edition()
    given.supplier()
    gate.organisation()


def standing() -> str | None:
    found = lookups.find_correction_subscription(organisation_code=gate.BANK)
    return None if found is None else found.address


@pytest.mark.parametrize("actor", [CHIEF, gate.CLIENT])
def test_an_address_is_given_changed_and_ended_and_its_history_stays(actor: Actor) -> None:
    assert standing() is None
    assert organisations.subscribe_corrections(address=f" {ADDRESS} ", actor=actor, now=given.NOW)
    assert standing() == ADDRESS
    assert not organisations.subscribe_corrections(address=ADDRESS, actor=actor, now=given.NOW)
    later = given.NOW + timedelta(hours=1)
    assert organisations.subscribe_corrections(address=f"{ADDRESS}/2", actor=actor, now=later)
    organisations.unsubscribe_corrections(actor=actor, now=later)
    assert standing() is None
    history = lookups.list_correction_subscriptions(organisation_code=gate.BANK)
    assert [(line.address, line.since_at, line.ended_at) for line in history] == [
        (f"{ADDRESS}/2", later, later),
        (ADDRESS, given.NOW, later),
    ]
    with pytest.raises(organisations.CorrectionSubscriptionMissing):
        organisations.unsubscribe_corrections(actor=actor, now=later)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bank.example",
        "http://bank.example/",
        "HTTPS://bank.example/",
        "https://",
        "https:///path",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://bank.example:0/",
        "https://bank.example:99999/",
        "https://user:word@bank.example/",
        "https://bank.example/#part",
        "https://bank.example/a b",
        "https://银行.example/",
        "https://bank..example/",
        "https://bank.example/" + "x" * 500,
        "javascript:alert(1)",
    ],
)
def test_what_is_no_safe_address_is_refused(text: str) -> None:
    assert rules.correction_address(text) is None
    with pytest.raises(organisations.CorrectionAddressWrong):
        organisations.subscribe_corrections(address=text, actor=CHIEF, now=given.NOW)


def test_only_the_organisation_itself_says_it_and_only_one_that_may_ask() -> None:
    officer = gate.requester(key="account:5", kind=ActorKind.OFFICER)
    supplier = Actor(kind=ActorKind.OFFICER, key="account:6", organisation_code=given.SUPPLIER, roles=CHIEF.roles)
    for actor, code in ((officer, "NOT_AN_ADMINISTRATOR"), (supplier, "NOT_A_REQUESTER")):
        with pytest.raises(Refused) as refused:
            organisations.subscribe_corrections(address=ADDRESS, actor=actor, now=given.NOW)
        assert refused.value.code == code
    assert CorrectionSubscription.objects.count() == 0


def test_the_database_keeps_one_address_at_a_time() -> None:
    organisations.subscribe_corrections(address=ADDRESS, actor=CHIEF, now=given.NOW)
    kept = CorrectionSubscription.objects.get()
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)
