"""P1D: a bureau asks within its licence alone; it is inspected; a suspension takes effect on its next request."""

import pytest
from django.urls import reverse

from chengxin.authority.decisions import Refusal
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.register import lookups as register
from factories import inquiries as gate
from factories import intake as given
from journeys.conftest import Journey, text_of

pytestmark = pytest.mark.django_db
BUREAU = "FZ_BUREAU"
CLIENT = gate.requester(BUREAU, "client:88")
LICENCE = {"number": "ZX-001", "issuer": "人民银行", "purposes": ["BUREAU_SERVICE"], "from_on": "2026-11-01"}


@pytest.fixture
def allowed(province: list[int]) -> str:
    """Register a bureau that may serve persons, and let one of them allow it."""
    gate.organisation(BUREAU, "BUREAU_SERVICE", kind=OrganisationKind.BUREAU)
    gate.items_about(1)
    return gate.allow(province[0], asker=CLIENT, purpose="BUREAU_SERVICE", granted=gate.scope(looks=6))


def ask(authorisation: str) -> str:
    """Return the code of the refusal, or ANSWERED."""
    outcome = gate.inquire(authorisation=authorisation, asker=CLIENT, purpose="BUREAU_SERVICE")
    return outcome.code if isinstance(outcome, Refusal) else "ANSWERED"


def confirm(journey: Journey, by: str, url: str, sent: dict[str, object]) -> str:
    client = journey.sign_in(by)
    assert 'name="confirmed"' in client.post(url, sent).content.decode()
    return text_of(client.post(url, sent | {"confirmed": "on"}, follow=True).content.decode())


def test_licence_inspection_and_suspension_hold_on_the_next_request(
    journey: Journey, province: list[int], allowed: str
) -> None:
    assert ask(allowed) == "NO_LICENCE"
    licence = reverse("office:licence_new", args=[BUREAU])
    # A licence for the time before is none today.
    confirm(journey, "catalogue", licence, LICENCE | {"number": "ZX-000", "last_on": "2026-11-10"})
    assert ask(allowed) == "NO_LICENCE"
    assert "ZX-001" in confirm(journey, "catalogue", licence, LICENCE | {"last_on": "2026-12-31"})
    assert ask(allowed) == "ANSWERED"
    found = {"inspected_on": "2026-11-20", "findings": "两次查询没有留下经办人。", "mend_by_on": "2026-12-20"}
    page = confirm(journey, "reviewer", reverse("office:inspection_new", args=[BUREAU]), found)
    assert "两次查询没有留下经办人。" in page
    suspended = {"organisation": BUREAU, "key": "", "reasons": "检查发现的问题没有整改"}
    confirm(journey, "reviewer", reverse("office:suspension_new"), suspended)
    assert ask(allowed) == "REQUESTER_SUSPENDED"
    outcomes = [(look.organisation_code, look.refusal_code) for look in register.list_looks(person_id=province[0])]
    assert outcomes == [
        (BUREAU, "REQUESTER_SUSPENDED"),
        (BUREAU, None),
        (BUREAU, "NO_LICENCE"),
        (BUREAU, "NO_LICENCE"),
    ]
    shown = text_of(journey.citizen(province[0]).get(reverse("citizen:looks")).content.decode())
    assert "没有看到内容" in shown


def test_a_licence_for_another_purpose_opens_nothing(allowed: str) -> None:
    organisations.record_licence(
        organisation_code=BUREAU,
        number="ZX-002",
        issuer="人民银行",
        purpose_codes=("LENDING",),
        from_on=gate.SINCE,
        to_on=None,
        actor=given.SYSTEM,
        now=given.NOW,
    )
    assert ask(allowed) == "NO_LICENCE"
