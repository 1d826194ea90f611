import math
from datetime import date

import pytest

from chengxin.authority.actors import Role
from chengxin.authority.decisions import Refused
from chengxin.matching import lookups, rules
from chengxin.matching.rules import HeldLine, LeadReason
from chengxin.persons import operations as persons
from factories import persons as factory

pytestmark = pytest.mark.django_db


def test_leads_are_found_explained_and_ordered_and_attach_nothing() -> None:
    same_number = factory.person(7, name="张三")
    one_digit = factory.person(8, name="陳小明")
    sibling = factory.person(570, name="陈小明")
    factory.person(9, name="李四")
    factory.person(7, name="陈小明", born_on=date(1991, 6, 18))
    leads = lookups.list_leads(line=HeldLine(number=factory.number(7), name="陈小明"), actor=factory.clerk())
    assert {lead.person_id: lead.reason for lead in leads} == {
        same_number: LeadReason.NUMBER_SAME_NAME_OTHER,
        one_digit: LeadReason.NUMBER_CLOSE_NAME_SAME,
        sibling: LeadReason.BIRTH_AND_DIVISION_SAME_NAME_SAME,
    }
    weights = [lead.weight for lead in leads]
    assert weights == sorted(weights, key=lambda weight: -(weight or 0))
    for lead in leads:
        # Splink and the table say the same: the figures are fixed, nothing is trained.
        assert lead.weight is not None
        assert math.isclose(lead.weight, rules.weight_of(lead.features), abs_tol=1e-9)
    limited = lookups.list_leads(line=HeldLine(number=factory.number(7), name="陈小明"), actor=factory.clerk(), limit=1)
    assert limited == leads[:1]


def test_a_former_number_leads_to_its_person_once() -> None:
    factory.feed(
        [
            persons.FeedLine("NEW", factory.number_text(7), "陈小明", date(2020, 1, 1)),
            persons.FeedLine(
                "NUMBER_CHANGE", factory.number_text(7), "陈小明", date(2021, 1, 1), factory.number_text(8)
            ),
        ]
    )
    (lead,) = lookups.list_leads(line=HeldLine(number=factory.number(9), name="陈小明"), actor=factory.clerk())
    assert lead.reason is LeadReason.NUMBER_CLOSE_NAME_SAME


def test_nobody_close_gives_no_lead() -> None:
    assert lookups.list_leads(line=HeldLine(number=factory.number(7), name="陈小明"), actor=factory.clerk()) == ()


def test_the_supplier_of_the_line_is_refused_before_anything_is_looked_up() -> None:
    with pytest.raises(Refused) as refused:
        lookups.list_leads(
            line=HeldLine(number=factory.number(7), name="陈小明"), actor=factory.officer("account:s", Role.SUPPLIER)
        )
    assert refused.value.code == "LEAD_THIRD_PARTY"
