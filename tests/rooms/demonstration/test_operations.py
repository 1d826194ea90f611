"""The province is built by the real operations: every kind of outcome is there, and doing it again adds nothing."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.conf import LazySettings
from django.contrib.auth import get_user_model

from chengxin.authority.actors import Actor
from chengxin.catalogue import operations as catalogue
from chengxin.checking.rules import Rule
from chengxin.demonstration import operations as demonstration
from chengxin.demonstration.errors import NotDemonstration, StoreNotEmpty
from chengxin.demonstration.operations import Province
from chengxin.inquiries import lookups as inquiries
from chengxin.intake import lookups as intake
from chengxin.intake.models import Finding
from chengxin.intake.states import BatchState, HeldState
from chengxin.persons import lookups as persons
from chengxin.records import lookups as records
from chengxin.register import lookups as register

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 3, 1, 2, 0, tzinfo=UTC)
# Not computed by the checks of lines, or not in a demonstration.
NEVER_IN_A_DEMONSTRATION = {
    Rule.IDENTITY_SYNTHETIC,
    Rule.NOT_MANDATED_THEN,
    Rule.LINE_UNREADABLE,
    Rule.MONTH_ERASED,
}


def build(*, goes_on: bool = False) -> Province:
    return demonstration.build_province(people=120, seed=5, now=NOW, tell=lambda *_: None, goes_on=goes_on)


def actor_of(username: str) -> Actor:
    return get_user_model().objects.get(username=username).actor


def test_only_a_demonstration_takes_synthetic_people_in(settings: LazySettings) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(NotDemonstration):
        build()
    settings.DEMONSTRATION = True
    with pytest.raises(ValueError, match="at least"):
        demonstration.build_province(people=3, seed=1, now=NOW, tell=lambda *_: None)


@pytest.mark.slow
def test_a_province_shows_everything_and_is_not_built_twice(settings: LazySettings) -> None:
    catalogue.issue_edition(pack=settings.PACKS / "demo", actor=demonstration.SYSTEM, now=NOW)
    province = build()
    assert province.lines == province.accepted + province.rejected + province.held + province.unchanged
    assert province.people >= 120
    states = intake.count_batches()
    assert states.keys() >= set(BatchState) - {BatchState.RECEIVED, BatchState.APPROVED}
    broken = {Rule(rule) for rule in Finding.objects.values_list("rule", flat=True)}
    assert set(Rule) - broken <= NEVER_IN_A_DEMONSTRATION
    held = Counter(line.state for line in intake.list_held_lines(state=None, limit=5000))
    assert held.keys() >= {HeldState.WAITING, HeldState.ATTACHED, HeldState.DISMISSED}
    assert len(persons.list_merges(is_undecided=True)) == 1
    reviews = inquiries.list_reviews()
    assert "REPEATED" in {review.rule_code for review in reviews}

    citizen = actor_of("demo-citizen")
    assert citizen.person_id is not None
    shown = records.access_file(person_id=citizen.person_id, actor=citizen, purpose_code="SELF_READ", now=NOW)
    assert isinstance(shown, records.PersonFile)
    by_code = {item.item.code: item for item in shown.items}
    assert by_code["MARKET.PENALTY"].severity == "GENERAL"
    assert by_code["TAX.ARREARS"].version == 2
    assert not by_code.keys() & {"FOOD.PENALTY", "MARKET.ADVERTISING"}  # expired, reversed, withdrawn
    assert all(item.shown_until >= date(2031, 3, 1) for item in shown.items)
    assert {look.outcome for look in register.list_looks(person_id=citizen.person_id)} >= {"SHOWN", "REFUSED"}

    newcomer = actor_of("demo-newcomer")
    assert newcomer.person_id is not None
    empty = records.access_file(person_id=newcomer.person_id, actor=newcomer, purpose_code="SELF_READ", now=NOW)
    assert isinstance(empty, records.PersonFile)
    assert not empty.items

    with pytest.raises(StoreNotEmpty):
        build()
    again = build(goes_on=True)
    assert (again.people, again.batches, again.lines) == (province.people, province.batches, province.lines)
    assert intake.count_batches() == states
    assert inquiries.list_reviews() == reviews
    assert register.count_looks(person_id=citizen.person_id) == len(register.list_looks(person_id=citizen.person_id))
