from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction

from chengxin.authority.decisions import Refused
from chengxin.identifiers.identity import IdentityNumber
from chengxin.ledger.models import Event
from chengxin.persons import lookups
from chengxin.persons import operations as persons
from chengxin.persons.models import Coverage, Identifier, Person
from chengxin.persons.operations import CoverageGrant
from chengxin.persons.states import DocumentKind, VerificationMethod
from factories import persons as factory

DAY = date(2020, 1, 1)


@pytest.mark.django_db
def test_r1a_a_number_is_one_persons() -> None:
    person_id = factory.person(1)
    for text in (factory.number_text(1), "359900900517001"):
        with pytest.raises(persons.NumberTaken) as refused, transaction.atomic():
            persons.register_person(
                number=IdentityNumber.parse(text, today=factory.TODAY),
                name="别人",
                since_on=DAY,
                synthetic=True,
                actor=factory.population_officer(),
                now=factory.NOW,
            )
        assert text not in str(refused.value.details)
    assert lookups.find_person_by_identity(factory.number(1)) == person_id
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_registering_refuses_what_the_feed_rejects() -> None:
    def register(**changed: object) -> None:
        arguments: dict[str, object] = {
            "number": factory.number(1),
            "name": "陈小明",
            "since_on": DAY,
            "synthetic": True,
            "actor": factory.population_officer(),
            "now": factory.NOW,
        }
        with transaction.atomic():
            persons.register_person(**{**arguments, **changed})  # type: ignore[arg-type]

    with pytest.raises(persons.NumberNotAccepted):
        register(synthetic=False)
    with pytest.raises(persons.NameNotAccepted):
        register(name="7")
    with pytest.raises(persons.DateNotAccepted):
        register(since_on=factory.TODAY + timedelta(days=1))
    with pytest.raises(persons.DateNotAccepted):
        register(since_on=factory.BORN_ON - timedelta(days=1))
    with pytest.raises(Refused) as refused:
        register(actor=factory.clerk())
    assert refused.value.code == "REGISTER_NOT_POPULATION_OFFICER"
    register()
    assert Event.objects.filter(kind="persons.person.registered").count() == 1


@pytest.mark.usefixtures("fresh_database")
def test_r1a_of_officers_registering_one_number_at_once_one_succeeds() -> None:
    barrier = Barrier(4)
    outcomes: list[str] = []

    def register() -> None:
        barrier.wait()
        try:
            factory.person(1)
            outcomes.append("REGISTERED")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["PERSON_NUMBER_TAKEN"] * 3 + ["REGISTERED"]
    assert (Person.objects.count(), Identifier.objects.count()) == (1, 1)
    connections.close_all()


@pytest.mark.usefixtures("fresh_database")
def test_a_feed_and_an_officer_at_once_make_one_person() -> None:
    barrier = Barrier(2)
    outcomes: list[str] = []

    def register() -> None:
        barrier.wait()
        try:
            factory.person(1)
            outcomes.append("REGISTERED")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    def apply() -> None:
        barrier.wait()
        try:
            lines = [persons.FeedLine("NEW", factory.number_text(n), "陈小明", DAY) for n in range(1, 200)]
            outcomes.append(f"{factory.feed(lines).accepted}")
        finally:
            connections.close_all()

    threads = [Thread(target=register), Thread(target=apply)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["199", "PERSON_NUMBER_TAKEN"], ["198", "REGISTERED"])
    assert Person.objects.count() == 199
    connections.close_all()


@pytest.mark.django_db
def test_how_somebody_was_verified_is_kept_with_its_event() -> None:
    person_id = factory.person(1)
    arguments = {
        "method": VerificationMethod.DOCUMENT_IN_PERSON,
        "document_kind": DocumentKind.RESIDENT_CARD,
        "organisation_code": "OFFICE",
        "now": factory.NOW,
    }
    persons.record_verification(person_id=person_id, verified_on=factory.TODAY, actor=factory.clerk(), **arguments)  # type: ignore[arg-type]
    (line,) = lookups.list_verifications(person_id)
    assert (line.method_code, line.organisation_code) == (VerificationMethod.DOCUMENT_IN_PERSON, "OFFICE")
    assert Event.objects.get(kind="persons.identity.verified").person_id == person_id
    with pytest.raises(persons.DateNotAccepted):
        persons.record_verification(
            person_id=person_id,
            verified_on=factory.TODAY + timedelta(days=1),
            actor=factory.clerk(),
            **arguments,  # type: ignore[arg-type]
        )
    with pytest.raises(persons.PersonUnknown):
        persons.record_verification(person_id=0, verified_on=DAY, actor=factory.clerk(), **arguments)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_coverage_role_holds_in_its_half_open_period_over_the_whole_cluster() -> None:
    first, second = factory.person(1), factory.person(2)
    keys = {
        persons.grant_coverage(
            person_id=first,
            role_code="STUDENT",
            since_on=DAY,
            until_on=date(2021, 1, 1),
            case_key="case:1",
            actor=factory.clerk(),
            now=factory.NOW,
        )
        for _ in range(2)
    }
    assert len(keys) == 1
    assert Event.objects.filter(kind="persons.coverage.granted").count() == 1
    assert lookups.coverage_on(first, DAY - timedelta(days=1)) == frozenset()
    assert lookups.coverage_on(first, DAY) == {"STUDENT"}
    assert lookups.coverage_on(first, date(2020, 12, 31)) == {"STUDENT"}
    assert lookups.coverage_on(first, date(2021, 1, 1)) == frozenset()
    assert lookups.coverage_on(second, DAY) == frozenset()
    merge_id = factory.merge(first, second)
    assert lookups.coverage_on(second, DAY) == {"STUDENT"}
    factory.split(merge_id)
    assert lookups.coverage_on(second, DAY) == frozenset()


@pytest.mark.django_db
def test_the_roles_of_a_posting_are_given_once_and_taken_back_whole() -> None:
    first, second = factory.person(1), factory.person(2)
    grants = [
        CoverageGrant(person_id=person, role_code="LAWYER", since_on=DAY, until_on=None, source_key=key)
        for person, key in ((first, b"one"), (second, b"two"))
    ]
    assert persons.grant_coverages(grants=grants, posting_id=5, actor=factory.system(), now=factory.NOW) == 2
    assert persons.grant_coverages(grants=grants, posting_id=6, actor=factory.system(), now=factory.NOW) == 0
    assert lookups.coverage_on(first, DAY) == {"LAWYER"}
    assert persons.annul_coverages(source_keys=[b"one"], actor=factory.system(), now=factory.NOW) == 1
    assert lookups.coverage_on(first, DAY) == frozenset()
    assert persons.annul_coverages(posting_id=5, actor=factory.system(), now=factory.NOW) == 1
    assert lookups.coverage_on(second, DAY) == frozenset()
    assert Coverage.objects.count() == 2
    with pytest.raises(ValueError, match="name a posting"):
        persons.annul_coverages(actor=factory.system(), now=factory.NOW)
    with pytest.raises(Refused) as refused:
        persons.annul_coverages(posting_id=5, actor=factory.reviewer(), now=factory.NOW)
    assert refused.value.code == "COVERAGE_NOT_POSTING"


@pytest.mark.django_db
def test_the_office_searches_by_whole_number_or_reference_and_reads_masks() -> None:
    first, second = factory.person(1), factory.person(2, name="张三")
    reference = lookups.reference_of(first)
    (line,) = lookups.list_persons(number=factory.number(1))
    assert (line.person_id, line.reference, line.masked_name) == (first, reference, "陈**")
    assert line.masked_number == "3***************"
    assert lookups.list_persons(reference=reference.lower()) == (line,)
    assert lookups.list_persons(number=factory.number(3)) == ()
    assert lookups.list_persons(reference="AAAAAAAAAAAA") == ()
    factory.merge(second, first)
    assert [found.person_id for found in lookups.list_persons(reference=reference)] == [first, second]
    assert lookups.count_persons() == 2
    with pytest.raises(ValueError, match="search by"):
        lookups.list_persons()
    with pytest.raises(persons.PersonUnknown):
        lookups.identity_of(0)
