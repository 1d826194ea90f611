"""Asking through the gate, against the real tables."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

from chengxin.authorisations import lookups as authorisations
from chengxin.authorisations import operations as authorisation_acts
from chengxin.authority.decisions import Refusal, Undecided
from chengxin.catalogue.rules.values import AnswerForm
from chengxin.inquiries import lookups, operations
from chengxin.inquiries.operations import Answer
from chengxin.inquiries.states import Outcome
from chengxin.keys.current import keyring
from chengxin.ledger.errors import EventNotIntegrated
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.register import lookups as register
from chengxin.sealing import receipts
from chengxin.sealing.digests import canonical
from factories import inquiries as asking
from factories import intake as given

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> int:
    given.edition()
    given.supplier()
    (first, _) = given.people(2)
    asking.organisation()
    asking.items_about(3)
    return first


def answered(outcome: Answer | Refusal) -> Answer:
    assert isinstance(outcome, Answer), outcome
    return outcome


def code_of(outcome: Answer | Refusal) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


def test_what_the_person_allowed_is_answered_and_registered(person: int) -> None:
    allowed = asking.allow(person)
    answer = answered(asking.inquire(authorisation=allowed))
    assert len(answer.body["items"]) == 3
    assert "details" not in answer.body["items"][0]
    (look,) = register.list_looks(person_id=person)
    assert (look.organisation_code, look.actor_key, look.case_number) == (asking.BANK, asking.CLIENT.key, asking.CASE)
    assert look.shown == {
        "items": {given.ITEM: 3}, "form": "LIST", "inquiry": answer.reference, "authorisation": allowed,
    }  # fmt: skip
    assert (look.mask_rule, look.mask_version) == ("ANSWER", 1)
    line = lookups.inquiry_of_organisation(reference=answer.reference, organisation_code=asking.BANK)
    assert (line.outcome, line.look_id) == (Outcome.ANSWERED, look.look_id)


def test_nothing_in_an_answer_names_the_person(person: int) -> None:
    answer = answered(asking.inquire(authorisation=asking.allow(person), form=AnswerForm.DOCUMENT))
    text = canonical(answer.body).decode() + answer.receipt
    assert given.number(0) not in text
    assert given.name(0) not in text
    assert given.number(0)[-8:] not in text


def test_the_receipt_binds_answer_look_and_leaf(person: int) -> None:
    answer = answered(asking.inquire(authorisation=asking.allow(person)))
    public = keyring().receipt_signer().public_key()
    said = receipts.open_receipt(answer.receipt, kind=receipts.LOOK_TYPE, public_key=public)
    assert said["answer_sha256"] == hashlib.sha256(canonical(answer.body)).hexdigest()
    (look,) = register.list_looks(person_id=person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM register_look WHERE id = %s", [look.look_id])
        assert said["look_sha256"] == bytes(cursor.fetchone()[0]).hex()
        cursor.execute("SELECT digest FROM ledger_event WHERE id = %s", [look.event_id])
        leaf = hashlib.sha256(b"\0" + bytes(cursor.fetchone()[0])).hexdigest()
    assert said["ledger_leaf"] == leaf


@pytest.mark.parametrize(
    ("asked", "given_form", "key"),
    [
        (AnswerForm.YES_NO, AnswerForm.YES_NO, "found"),
        (AnswerForm.COUNT, AnswerForm.COUNT, "counts"),
        (AnswerForm.LIST, AnswerForm.LIST, "items"),
        (AnswerForm.DOCUMENT, AnswerForm.LIST, "items"),
    ],
)
def test_the_smallest_form_that_serves_is_given(
    person: int, asked: AnswerForm, given_form: AnswerForm, key: str
) -> None:
    answer = answered(asking.inquire(authorisation=asking.allow(person), form=asked))
    assert answer.form is given_form
    assert list(answer.body) == [key]


def test_a_refusal_is_on_record_too(person: int) -> None:
    assert code_of(asking.inquire()) == "AUTHORISATION_MISSING"
    (look,) = register.list_looks(person_id=person)
    assert (look.outcome, look.refusal_code) == ("REFUSED", "AUTHORISATION_MISSING")
    (line,) = lookups.list_inquiries(organisation_code=asking.BANK)
    assert (line.outcome, line.receipt, line.form_given) == (Outcome.REFUSED, "", "")


def test_an_authorisation_of_another_person_is_like_none(person: int) -> None:
    allowed = asking.allow(person)
    assert code_of(asking.inquire(1, authorisation=allowed)) == "AUTHORISATION_MISSING"


def test_an_unknown_number_is_answered_like_one_without_consent(person: int) -> None:
    assert code_of(asking.inquire(7)) == code_of(asking.inquire(1)) == "AUTHORISATION_MISSING"


def test_another_organisation_cannot_use_it(person: int) -> None:
    asking.organisation(asking.NEIGHBOUR)
    allowed = asking.allow(person)
    neighbour = asking.requester(asking.NEIGHBOUR, "client:902")
    assert code_of(asking.inquire(authorisation=allowed, asker=neighbour)) == "AUTHORISATION_MISSING"


def test_looks_are_used_up_one_by_one(person: int) -> None:
    allowed = asking.allow(person, granted=asking.scope(looks=2))
    answered(asking.inquire(authorisation=allowed))
    answered(asking.inquire(authorisation=allowed))
    assert code_of(asking.inquire(authorisation=allowed)) == "AUTHORISATION_USED_UP"
    (line,) = authorisations.list_authorisations_of(person_id=person)
    assert (line.used_count, line.last_used_at) == (2, asking.NOW)


def test_a_refused_inquiry_uses_no_look(person: int) -> None:
    allowed = asking.allow(person)
    assert code_of(asking.inquire(authorisation=allowed, case="")) == "CASE_NUMBER_MISSING"
    (line,) = authorisations.list_authorisations_of(person_id=person)
    assert line.used_count == 0


def test_taken_back_is_refused_on_the_very_next_request(person: int) -> None:
    allowed = asking.allow(person)
    answered(asking.inquire(authorisation=allowed))
    authorisation_acts.withdraw_authorisation(reference=allowed, actor=asking.the_person(person), now=asking.NOW)
    assert code_of(asking.inquire(authorisation=allowed)) == "AUTHORISATION_WITHDRAWN"


def test_the_last_day_counts_and_the_day_after_does_not(person: int) -> None:
    allowed = asking.allow(person, granted=asking.scope(days=2))
    answered(asking.inquire(authorisation=allowed, now=asking.NOW + timedelta(days=1)))
    assert code_of(asking.inquire(authorisation=allowed, now=asking.NOW + timedelta(days=2))) == "AUTHORISATION_OVER"


def test_only_events_of_the_period_allowed_are_shown(person: int) -> None:
    allowed = asking.allow(person, granted=asking.scope(data_from=date(2026, 1, 6)))
    assert answered(asking.inquire(authorisation=allowed)).body == {"items": []}


def test_past_its_last_day_of_use_nothing_is_said(person: int) -> None:
    allowed = asking.allow(person, granted=asking.scope(days=300))
    (item, *_) = answered(asking.inquire(authorisation=allowed)).body["items"]
    last = date.fromisoformat(item["used_until"])
    later = asking.NOW.replace(year=last.year, month=last.month, day=last.day)
    again = asking.allow(person, granted=asking.scope(days=3), now=later)
    assert answered(asking.inquire(authorisation=again, now=later)).body["items"]
    assert answered(asking.inquire(authorisation=again, now=later + timedelta(days=1))).body == {"items": []}


def test_items_that_were_not_allowed_are_not_shown_when_none_are_named(person: int) -> None:
    allowed = asking.allow(person)
    assert answered(asking.inquire(authorisation=allowed, items=frozenset())).body["items"]
    assert (
        code_of(asking.inquire(authorisation=allowed, items=asking.ITEMS | {"TAX.ARREARS"}))
        == "AUTHORISATION_COVERS_LESS"
    )


@pytest.mark.parametrize("subject", [f"organisation:{asking.BANK}", asking.CLIENT.key])
def test_suspension_and_its_end_take_effect_on_the_next_request(person: int, subject: str) -> None:
    allowed = asking.allow(person)
    organisations.suspend(subject=subject, reasons="抽查发现滥用", actor=asking.REVIEWER, now=asking.NOW)
    assert code_of(asking.inquire(authorisation=allowed)) == "REQUESTER_SUSPENDED"
    organisations.lift_suspension(subject=subject, actor=asking.REVIEWER, now=asking.NOW)
    answered(asking.inquire(authorisation=allowed))


def test_a_mandate_that_ends_refuses_from_that_day(person: int) -> None:
    allowed = asking.allow(person)
    tomorrow = asking.NOW + timedelta(days=1)
    organisations.end_inquiry_mandate(
        organisation_code=asking.BANK, purpose_code="LENDING", to_on=tomorrow.date(), actor=given.SYSTEM, now=asking.NOW
    )
    answered(asking.inquire(authorisation=allowed))
    assert code_of(asking.inquire(authorisation=allowed, now=tomorrow)) == "NO_INQUIRY_MANDATE"


def test_a_basis_that_nobody_knows_opens_a_task(person: int) -> None:
    asking.organisation(
        asking.DEPARTMENT, "ADMINISTRATIVE_MATTER", kind=OrganisationKind.DEPARTMENT, basis_code="NOT-IN-CATALOGUE"
    )
    department = asking.requester(asking.DEPARTMENT, "account:77")
    outcome = asking.inquire(asker=department, purpose="ADMINISTRATIVE_MATTER")
    assert isinstance(outcome, Undecided)
    (task,) = lookups.list_tasks(is_open=True)
    assert (task.code, task.organisation_code) == ("BASIS_UNKNOWN", asking.DEPARTMENT)
    operations.settle_task(task_id=task.task_id, note="已补录依据", actor=asking.REVIEWER, now=asking.NOW)
    assert lookups.list_tasks(is_open=True) == ()
    with pytest.raises(operations.TaskUnknown):
        operations.settle_task(task_id=task.task_id, note="", actor=asking.REVIEWER, now=asking.NOW)


def test_a_department_asks_by_statute_with_a_case(person: int) -> None:
    asking.organisation(
        asking.DEPARTMENT, "ADMINISTRATIVE_MATTER", kind=OrganisationKind.DEPARTMENT, basis_code="PIPL-34"
    )
    department = asking.requester(asking.DEPARTMENT, "account:77")
    answer = answered(asking.inquire(asker=department, purpose="ADMINISTRATIVE_MATTER"))
    assert (answer.code, answer.basis and answer.basis.code) == ("STATUTORY_TASK", "PIPL-34")
    assert code_of(asking.inquire(asker=department, purpose="ADMINISTRATIVE_MATTER", case="")) == "CASE_NUMBER_MISSING"
    assert code_of(asking.inquire(asker=department, purpose="LENDING")) == "PURPOSE_NOT_OF_THIS_KIND"
    assert code_of(asking.inquire(asker=department, purpose="ADMINISTRATIVE_MATTER", name="别人")) == (
        "PERSON_NOT_IDENTIFIED"
    )


def test_an_identity_check_says_three_words_and_no_more(person: int) -> None:
    asking.organisation(asking.DEPARTMENT, "IDENTITY_CHECK", kind=OrganisationKind.DEPARTMENT, basis_code="PIPL-34")
    department = asking.requester(asking.DEPARTMENT, "account:77")

    def check(index: int, name: str | None = None) -> object:
        outcome = asking.inquire(index, asker=department, purpose="IDENTITY_CHECK", items=frozenset(), name=name)
        return answered(outcome).body

    assert (check(0), check(0, "别人"), check(9)) == ({"match": "MATCH"}, {"match": "NO_MATCH"}, {"match": "UNKNOWN"})
    looks = register.list_looks(person_id=person)
    assert [look.shown["what"] for look in looks] == ["IDENTITY_CHECK"] * 2
    asking.inquire(asker=department, purpose="IDENTITY_CHECK", items=asking.ITEMS)
    assert register.list_looks(person_id=person)[0].refusal_code == "ITEMS_BEYOND_PURPOSE"


def test_the_quota_of_a_day_is_held_and_can_be_set(person: int) -> None:
    allowed = asking.allow(person)
    operations.set_quota(subject=asking.CLIENT.key, per_day=1, actor=asking.REVIEWER, now=asking.NOW)
    answered(asking.inquire(authorisation=allowed))
    assert code_of(asking.inquire(authorisation=allowed)) == "CLIENT_QUOTA_USED_UP"
    answered(asking.inquire(authorisation=allowed, now=asking.NOW + timedelta(days=1)))


def test_the_usual_quota_is_the_editions_and_a_missing_one_is_a_gap(person: int, tmp_path: Path) -> None:
    allowed = asking.allow(person)
    answered(asking.inquire(authorisation=allowed))
    one_a_day = ("quotas.toml", 'name_en = "One program"\nper_day = 20000', 'name_en = "One program"\nper_day = 1')
    given.changed_edition(tmp_path / "few", one_a_day)
    assert code_of(asking.inquire(authorisation=allowed)) == "CLIENT_QUOTA_USED_UP"
    given.changed_edition(tmp_path / "none", ("quotas.toml", "[[quota]]", None))
    refused = asking.inquire(authorisation=allowed)
    assert isinstance(refused, Undecided)
    assert refused.code == "QUOTA_UNKNOWN"
    (task,) = lookups.list_tasks(is_open=True)
    assert (task.code, task.organisation_code) == ("QUOTA_UNKNOWN", asking.BANK)
    for subject in (f"organisation:{asking.BANK}", asking.CLIENT.key):
        operations.set_quota(subject=subject, per_day=5, actor=asking.REVIEWER, now=asking.NOW)
    answered(asking.inquire(authorisation=allowed))


def test_every_line_is_gap_free_and_verifies(person: int) -> None:
    allowed = asking.allow(person)
    for _ in range(3):
        asking.inquire(authorisation=allowed)
    asking.inquire()
    assert [look.sequence for look in register.list_looks(person_id=person)] == [4, 3, 2, 1]
    assert register.verify_completeness(person).finding_count == 0


def test_what_is_no_inquiry_is_not_asked(person: int) -> None:
    with pytest.raises(operations.AskedWrongly):
        asking.inquire(items=frozenset({"NO.SUCH"}))


def question(authorisation: str, **changed: object) -> operations.Asked:
    asked = operations.Asked(
        purpose_code="LENDING",
        number=asking.number_of(0),
        name=given.name(0),
        item_codes=asking.ITEMS,
        form=AnswerForm.LIST,
        case_number=asking.CASE,
        authorisation=authorisation,
    )
    return replace(asked, **changed)  # type: ignore[arg-type]  # whatever field a test changes


def test_a_question_repeated_under_its_key_is_not_asked_again_and_brings_no_answer(person: int) -> None:
    allowed = asking.allow(person)

    def ask(key: str, **changed: object) -> object:
        return operations.make_inquiry_once(
            key=key, asked=question(allowed, **changed), actor=asking.CLIENT, now=given.NOW
        )

    first = ask("k")
    assert isinstance(first, Answer)
    assert ask("k") == operations.Repeated(reference=first.reference)
    assert register.count_looks(person_id=person) == 1
    facts = authorisations.find_facts(allowed)
    assert facts is not None
    assert facts.used_count == 1
    with pytest.raises(operations.KeyUsedDifferently):
        ask("k", case_number="DK-2026-0002")
    assert isinstance(ask("other"), Answer)
    assert register.count_looks(person_id=person) == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_digest, question_digest FROM inquiries_repetition")
        assert all(len(bytes(digest)) == 32 for row in cursor.fetchall() for digest in row)


def test_a_refused_question_leaves_its_key_free_and_keys_belong_to_one_organisation(person: int) -> None:
    refused = operations.make_inquiry_once(key="k", asked=question(""), actor=asking.CLIENT, now=given.NOW)
    assert isinstance(refused, Refusal)
    allowed = asking.allow(person)
    answer = operations.make_inquiry_once(key="k", asked=question(allowed), actor=asking.CLIENT, now=given.NOW)
    assert isinstance(answer, Answer)
    asking.organisation(asking.NEIGHBOUR)
    neighbour = asking.requester(asking.NEIGHBOUR, "client:902")
    other = operations.make_inquiry_once(key="k", asked=question(allowed), actor=neighbour, now=given.NOW)
    assert code_of(other) == "AUTHORISATION_MISSING"


def test_nothing_is_proved_about_a_refusal(person: int) -> None:
    allowed = asking.allow(person)
    assert isinstance(asking.inquire(), Refusal)
    (refused,) = lookups.list_inquiries(outcome=Outcome.REFUSED)
    with pytest.raises(operations.InquiryWithoutProof):
        lookups.prove_inquiry(reference=refused.reference, organisation_code=asking.BANK)
    answer = answered(asking.inquire(authorisation=allowed))
    with pytest.raises(EventNotIntegrated):
        lookups.prove_inquiry(reference=answer.reference, organisation_code=asking.BANK)
    with pytest.raises(operations.InquiryUnknown):
        lookups.prove_inquiry(reference=answer.reference, organisation_code=asking.NEIGHBOUR)
