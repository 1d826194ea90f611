"""Corrections, withdrawals, additions again and reversals, in any order, against a model of a few lines."""

import random
from dataclasses import dataclass, field

import pytest

from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.intake import lookups
from chengxin.intake.states import BatchState, Outcome
from chengxin.records import lookups as records
from chengxin.records.lookups import PersonFile
from factories import intake as given

PEOPLE = 24
WORDS = {"ADD": "新增", "CORRECT": "更正", "WITHDRAW": "撤回"}


@dataclass
class Model:
    """One supplier's number: its versions as (batch, change, content), and which batches were reversed."""

    versions: list[tuple[int, str, str]] = field(default_factory=list)
    reversed_batches: set[int] = field(default_factory=set)

    def holding(self) -> tuple[int, str, str] | None:
        return next((version for version in reversed(self.versions) if version[0] not in self.reversed_batches), None)

    def send(self, batch: int, change: str, content: str) -> Outcome:
        held = self.holding()
        stands, withdrawn = held is not None and held[1] != "WITHDRAW", held is not None and held[1] == "WITHDRAW"
        if change == "WITHDRAW" and withdrawn:
            return Outcome.UNCHANGED
        if change != "ADD" and not stands:
            return Outcome.REJECTED
        if change != "WITHDRAW" and stands and held is not None and held[2] == content:
            return Outcome.UNCHANGED
        if change == "ADD" and stands:
            return Outcome.REJECTED
        self.versions.append((batch, change, content))
        return Outcome.ACCEPTED


def shown_facts(person_id: int) -> list[str]:
    actor = Actor(
        kind=ActorKind.PERSON, key=f"account:{person_id}", person_id=person_id, roles=frozenset({Role.CITIZEN})
    )
    file = records.access_file(person_id=person_id, actor=actor, purpose_code="SELF_READ", now=given.NOW)
    assert isinstance(file, PersonFile)
    return [detail.value for item in file.items for detail in item.details if detail.code == "facts"]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_items_end_as_the_model_says(seed: int) -> None:
    chance = random.Random(seed)
    given.edition()
    given.supplier()
    people = given.people(PEOPLE)
    models = [Model() for _ in people]
    batches: dict[int, str] = {}
    for number in range(7):
        if batches and chance.random() < 0.3:
            chosen = chance.choice(sorted(batches))
            given.intake.reverse_batch(reference=batches.pop(chosen), reasons="错", actor=given.SECOND, now=given.NOW)
            for model in models:
                model.reversed_batches.add(chosen)
        acts = [
            (chance.choice(["ADD", "ADD", "CORRECT", "CORRECT", "WITHDRAW"]), chance.choice(["甲事", "乙事", "丙事"]))
            for _ in people
        ]
        expected = [model.send(number, change, content) for model, (change, content) in zip(models, acts, strict=True)]
        lines = [
            given.line(place, 操作=WORDS[change], 违法事实=content) for place, (change, content) in enumerate(acts)
        ]
        settled = given.settle(given.csv_bytes(lines))
        assert settled.state is BatchState.POSTED, settled
        assert settled.lines == settled.accepted + settled.rejected + settled.held + settled.unchanged == PEOPLE
        batch = lookups.access_batch(reference=settled.reference, actor=given.SENDER)
        assert lookups.outcomes_of(batch_id=batch.id) == expected  # type: ignore[union-attr]
        if Outcome.ACCEPTED in expected:
            batches[number] = settled.reference
    for person_id, model in zip(people, models, strict=True):
        held = model.holding()
        assert shown_facts(person_id) == ([held[2]] if held is not None and held[1] != "WITHDRAW" else [])
    assert list(records.verify_postings()) == []


@pytest.mark.django_db
def test_what_was_reversed_can_be_sent_again() -> None:
    given.edition()
    given.supplier()
    given.people(3)
    contents = given.csv_bytes([given.line(index) for index in range(3)])
    first = given.settle(contents)
    given.intake.reverse_batch(reference=first.reference, reasons="错", actor=given.SECOND, now=given.NOW)
    again = given.settle(contents)
    assert (again.accepted, again.unchanged) == (3, 0)
    assert given.settle(contents).unchanged == 3
