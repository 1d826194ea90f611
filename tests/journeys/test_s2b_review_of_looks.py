"""S2B: what somebody looked at is sampled, reviewed by somebody else, and misuse stops the next look."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.inquiries import lookups
from chengxin.inquiries import operations as inquiries
from chengxin.register import lookups as register
from factories import asking
from factories import inquiries as gate
from factories import intake as given
from factories.portals import signed_in

pytestmark = pytest.mark.django_db

SAMPLER = Actor(kind=ActorKind.SYSTEM, key="system:sampling")


def test_a_look_under_another_case_is_found_decided_and_stops_the_officer(province: list[int]) -> None:
    gate.organisation()
    officer = asking.officer()
    reference = gate.allow(province[0])
    sent = asking.entered(authorisation=reference, case_number="ANOTHER-CASE")
    _review, _page, status = asking.confirm(officer, "organisation:ask", sent)
    assert status == 200
    inquiries.sample_looks(actor=SAMPLER, now=datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    reviewer = signed_in(Role.OFFICE_REVIEWER, name="reviewing")
    worklist = reviewer.get(reverse("office:reviews")).content.decode()
    assert "事项编号与授权里的不同" in worklist
    assert given.name(0) not in worklist
    (line,) = [line for line in lookups.list_reviews() if line.rule_code == "OTHER_CASE"]
    url = reverse("office:review", args=[line.review_id])
    decided = {"decision": "LOOKER", "reasons": "为别的事查看", "confirmed": "on"}
    assert "滥用，已暂停" in reviewer.post(url, decided, follow=True).content.decode()
    _review, page, status = asking.confirm(officer, "organisation:ask", asking.entered(authorisation=reference))
    assert (status, "REQUESTER_SUSPENDED" in page) == (403, True)
    assert register.verify_completeness(province[0]).is_untouched
