"""Building the synthetic province, by the operations by which a real one is built.

Everything happens on its own day: feeds, letters, decisions, looks. What was done before is found again and not done
twice, so that a building that was interrupted is finished by doing it again with the same seed and the same day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from heapq import merge
from io import BytesIO
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model

from chengxin.accounts import lookups as accounts_lookups
from chengxin.accounts import operations as accounts
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.catalogue import lookups as catalogue
from chengxin.catalogue.rules.values import Edition
from chengxin.demonstration.asking import Asking, open_officers, register_requester
from chengxin.demonstration.batches import MadeBatch, Sending, first_day, moment
from chengxin.demonstration.errors import NotDemonstration, StoreNotEmpty
from chengxin.demonstration.operators import OPERATORS, Check, checks, make_check, register_operators
from chengxin.demonstration.people import CAREERS, Person, make_people
from chengxin.demonstration.places import counties_of
from chengxin.demonstration.population import MadeFeed, make_population
from chengxin.demonstration.requesters import KINDS, REQUESTERS, TOLD, Told
from chengxin.demonstration.story import (
    ACCOUNTS,
    CITIZEN,
    FILLERS,
    MERGED,
    MERGED_AGAIN,
    STORY_PEOPLE,
    STUDENT,
    TWICE,
    TWICE_AGAIN,
    DemoAccount,
    Story,
    story_people,
)
from chengxin.demonstration.suppliers import (
    DEMO_SUPPLIER_CODE,
    OFFICE,
    OFFICE_CODE,
    SUPPLIERS,
    Supplier,
)
from chengxin.identifiers.identity import IdentityNumber
from chengxin.inquiries import operations as inquiries
from chengxin.intake import lookups as intake_lookups
from chengxin.intake import operations as intake
from chengxin.intake.errors import MoveNotAllowed
from chengxin.intake.states import BatchState, HeldState
from chengxin.ledger import operations as ledger
from chengxin.organisations import lookups as organisations_lookups
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.periods.civil import civil_date
from chengxin.persons import lookups as persons_lookups
from chengxin.persons import operations as persons
from chengxin.persons.states import Decision, DocumentKind, VerificationMethod
from chengxin.records import lookups as records
from chengxin.register import lookups as register
from chengxin.register.lookups import LookFilter

PASSWORD: Final = "demonstration-only-2026"  # noqa: S105 - published on purpose; it opens made-up people alone
SYSTEM: Final = Actor(
    kind=ActorKind.SYSTEM, key="system:demonstration", roles=frozenset({Role.OPERATOR, Role.OFFICE_POPULATION})
)
SELF_READ: Final = "SELF_READ"
CLIENT_NAME: Final = "演示接口客户端"
LOOKS_DAYS_AGO: Final = (96, 41, 6)
MERGE_PROPOSED_DAYS_AGO: Final = 5
CONFIRMED_DAYS_AGO: Final = 345
"""So long ago that the demonstration shows a due day that is near."""
FEWEST_PEOPLE: Final = 100

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """What was built.

    Attributes:
        people: Persons in the store.
        feeds: Population feeds.
        batches: Batches in all states.
        lines: Lines of the batches that were posted.
        accepted: Lines of them that are items.
        rejected: Lines with a fault.
        held: Lines that wait or waited for a clerk.
        unchanged: Lines that said nothing new.
        client_id: Of the API client.
        client_secret: Of the API client; shown this once.
        client_organisation: In whose name the client acts.
        accounts: The logins; all have :data:`PASSWORD`.
    """

    people: int
    feeds: int
    batches: int
    lines: int
    accepted: int
    rejected: int
    held: int
    unchanged: int
    client_id: str
    client_secret: str
    client_organisation: str
    accounts: tuple[DemoAccount, ...]


@dataclass(frozen=True, slots=True)
class _Act:
    """Something that happens at a moment."""

    at: datetime
    do: Callable[[datetime], None]


def is_inhabited() -> bool:
    """Tell whether there are people in the store."""
    return persons_lookups.count_persons() > 0


def build_province(*, people: int, seed: int, now: datetime, tell: Tell, goes_on: bool = False) -> Province:
    """Build the province, or finish building it.

    Args:
        people: How many there are to be, those of the story among them; at least a hundred.
        seed: Where chance begins; the same seed, number and day give the same people, feeds and files.
        now: The moment at which the demonstration stands; everything happens in the six years before it.
        tell: Told what is being done, how many lines are sent and how many will be, roughly.
        goes_on: Whether a building with this very seed, number and day was begun in this store.

    Raises:
        NotDemonstration: The site is not in demonstration mode.
        StoreNotEmpty: There are people already; begin with an empty data directory.
        ValueError: Too few people for anything to happen.
    """
    if not settings.DEMONSTRATION:
        raise NotDemonstration
    if people < FEWEST_PEOPLE:
        message = f"a province has at least {FEWEST_PEOPLE} people"
        raise ValueError(message)
    if persons_lookups.count_persons() and not goes_on:
        raise StoreNotEmpty(people=persons_lookups.count_persons())
    return _Building(count=people, seed=seed, now=now, tell=tell).run()


@dataclass(slots=True, kw_only=True)
class _Building:
    """One building of a province."""

    count: int
    seed: int
    now: datetime
    tell: Tell
    _people: tuple[Person, ...] = ()
    _officers: dict[str, Actor] = field(default_factory=dict)
    _references: dict[str, str] = field(default_factory=dict)
    _sent: int = 0
    _tally: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("batches", "lines", "accepted", "rejected", "held", "unchanged"), 0)
    )

    def run(self) -> Province:
        today = civil_date(self.now)
        edition = catalogue.edition_in_force(first_day(today) - timedelta(days=20))
        self.tell("PEOPLE", 0, 0)
        self._people = _make_people(count=self.count, seed=self.seed, today=today, edition=edition)
        steady = frozenset(range(STORY_PEOPLE + FILLERS))
        population = make_population(people=self._people, seed=self.seed, today=today, steady=steady)
        self._register_suppliers(first_day(today))
        self._open_accounts(first_day(today), persons_too=False)
        self._apply(population.feeds[0])
        self._open_accounts(first_day(today), persons_too=True)
        sending = Sending(
            people=self._people,
            edition=edition,
            seed=self.seed,
            today=today,
            gone=population.died,
            shy=frozenset(range(STORY_PEOPLE)),
            steady=steady,
        )
        story = Story(people=self._people, edition=edition, seed=self.seed, today=today)
        usual = (_Act(batch.sent_at, partial(self._send, batch, "")) for batch in sending.batches())
        told = (_Act(one.batch.sent_at, partial(self._send, one.batch, one.name)) for one in story.batches())
        feeds = (_Act(moment(feed.on), partial(self._apply_at, feed)) for feed in population.feeds[1:])
        for act in merge(usual, told, feeds, self._decisions(today), key=lambda act: act.at):
            act.do(act.at)
        self.tell("LEDGER", self._sent, self._sent)
        client = accounts.open_api_client(
            organisation_code=DEMO_SUPPLIER_CODE,
            name=CLIENT_NAME,
            roles=frozenset({Role.SUPPLIER}),
            actor=SYSTEM,
            now=self.now,
        )
        inquiries.sample_looks(actor=SYSTEM, now=self.now)  # as every night does
        ledger.integrate(now=self.now)
        return Province(
            people=persons_lookups.count_persons(),
            feeds=len(population.feeds),
            **self._tally,
            client_id=client.client_id,
            client_secret=client.client_secret,
            client_organisation=DEMO_SUPPLIER_CODE,
            accounts=ACCOUNTS,
        )

    # Those who take part ---------------------------------------------------------------------------------------------

    def _register_suppliers(self, begun: date) -> None:
        at = moment(begun - timedelta(days=15))
        for supplier in (OFFICE, *SUPPLIERS):
            if organisations_lookups.find_organisation(supplier.code) is None:
                self._register_supplier(supplier, at)
            held = organisations_lookups.list_mandated_items(organisation_code=supplier.code, on=civil_date(at))
            for item_code in set(supplier.items) - set(held):
                organisations.grant_mandate(
                    organisation_code=supplier.code,
                    item_code=item_code,
                    from_on=begun - timedelta(days=365),
                    to_on=None,
                    actor=SYSTEM,
                    now=at,
                )
            self._officers[supplier.code] = Actor(
                kind=ActorKind.OFFICER,
                key=f"demonstration:{supplier.code}",
                organisation_code=supplier.code,
                roles=frozenset({Role.SUPPLIER}),
            )
        for requester in REQUESTERS:
            register_requester(requester, actor=SYSTEM, at=at)

    @staticmethod
    def _register_supplier(supplier: Supplier, at: datetime) -> None:
        organisations.register_organisation(
            code=supplier.code,
            body_code=supplier.body_code,
            division_code=supplier.division_code,
            name_zh=supplier.name_zh,
            name_en=supplier.name_en,
            kind=KINDS.get(supplier.code, OrganisationKind.DEPARTMENT),
            actor=SYSTEM,
            now=at,
        )

    def _open_accounts(self, begun: date, *, persons_too: bool) -> None:
        at = moment(begun - timedelta(days=6 if persons_too else 14))
        logins = get_user_model().objects
        for account in ACCOUNTS:
            if (account.person is not None) != persons_too:
                continue
            if not logins.filter(username=account.username).exists():
                accounts.open_account(
                    username=account.username,
                    password=PASSWORD,
                    kind=account.kind,
                    roles=account.roles,
                    actor=SYSTEM,
                    now=at,
                    organisation_code=account.organisation_code,
                    person_id=None if account.person is None else self._person_id(account.person),
                    display_name=account.display_name,
                )
            self._officers[account.username] = logins.get(username=account.username).actor
        if not persons_too:
            self._officers[DEMO_SUPPLIER_CODE] = self._officers["demo-supplier"]

    def _person_id(self, index: int) -> int:
        number = IdentityNumber.parse(self._people[index].number, today=civil_date(self.now))
        found = persons_lookups.find_person_by_identity(number)
        if found is None:
            message = f"the person with index {index} is not in the store"
            raise LookupError(message)
        return found

    # What happens ----------------------------------------------------------------------------------------------------

    def _apply(self, feed: MadeFeed) -> None:
        self._apply_at(feed, moment(feed.on))

    def _apply_at(self, feed: MadeFeed, at: datetime) -> None:
        self.tell("POPULATION", feed.number, len(feed.lines))
        persons.apply_population_feed(
            lines=feed.lines,
            feed_number=feed.number,
            declared_count=len(feed.lines),
            synthetic=True,
            actor=self._officers["demo-population"],
            now=at,
        )

    def _send(self, batch: MadeBatch, name: str, at: datetime) -> None:
        actor = self._officers[batch.supplier.code]
        received = intake.receive_batch(
            source=BytesIO(batch.file.contents),
            declared_name=batch.file.name,
            item_code=batch.item_code,
            organisation_code=batch.supplier.code,
            channel=batch.supplier.channel,
            actor=actor,
            now=at,
            declared_lines=batch.declared_lines,
            idempotency_key=f"demonstration|{self.seed}|{self.count}|{batch.key}",
        )
        settled = intake.settle_batch(reference=received.reference, actor=actor, now=at + timedelta(minutes=1))
        if name:
            self._references[name] = received.reference
        self._tally["batches"] += 1
        if settled.state in {BatchState.POSTED, BatchState.REVERSED}:
            for count in ("lines", "accepted", "rejected", "held", "unchanged"):
                self._tally[count] += getattr(settled, count)
        self._sent += batch.lines
        self.tell("BATCHES", self._sent, self.count * 10)

    def _decisions(self, today: date) -> Iterator[_Act]:
        """Yield what officers and the citizen do, in the order of its days."""
        acts = [
            _Act(moment(first_day(today) - timedelta(days=5)), self._verify),
            _Act(moment(today - timedelta(days=600)), self._merge),
            _Act(moment(today - timedelta(days=CONFIRMED_DAYS_AGO)), self._confirm_logins),
            _Act(moment(today - timedelta(days=CONFIRMED_DAYS_AGO), hour=11), self._open_requesters),
            _Act(moment(today - timedelta(days=72), hour=16), self._reverse),
            *(_Act(moment(today - timedelta(days=days), hour=20), self._look) for days in LOOKS_DAYS_AGO),
            _Act(moment(today - timedelta(days=30)), self._look_refused),
            _Act(moment(today - timedelta(days=18)), self._settle_held_lines),
            _Act(moment(today - timedelta(days=7)), self._decline),
            _Act(moment(today - timedelta(days=MERGE_PROPOSED_DAYS_AGO)), self._propose_merge),
            *(
                _Act(moment(today - timedelta(days=one.days), hour=one.hour), partial(self._tell_of, one))
                for one in TOLD
            ),
            *(_Act(check.at, partial(self._check_name, check)) for check in self._checks(today)),
        ]
        yield from sorted(acts, key=lambda act: act.at)

    def _verify(self, at: datetime) -> None:
        for index in (CITIZEN, STUDENT):
            self._see_document(self._person_id(index), at)

    def _see_document(self, person_id: int, at: datetime) -> None:
        """Let the clerk see the person's document, unless one was seen before."""
        if not persons_lookups.list_verifications(person_id):
            persons.record_verification(
                person_id=person_id,
                method=VerificationMethod.DOCUMENT_IN_PERSON,
                document_kind=DocumentKind.RESIDENT_CARD,
                verified_on=civil_date(at),
                organisation_code=OFFICE_CODE,
                actor=self._officers["demo-clerk"],
                now=at,
            )

    def _confirm_logins(self, at: datetime) -> None:
        """Let each administrator confirm the organisation's logins, as once a year."""
        for username in ("demo-administrator", "demo-office-administrator", "demo-bank-administrator"):
            actor = self._officers[username]
            code = actor.organisation_code or ""
            accounts.confirm_officers(
                account_ids=[line.account_id for line in accounts_lookups.list_officers(organisation_code=code)],
                organisation_code=code,
                actor=actor,
                now=at,
            )

    def _merge(self, at: datetime) -> None:
        """Let two officers find that two registrations are one person."""
        if persons_lookups.list_merges():
            return
        proposal_id = persons.propose_merge(
            merged_person_id=self._person_id(MERGED_AGAIN),
            into_person_id=self._person_id(MERGED),
            reasons="户籍档案显示出生月份录入有误，两条登记为同一人",
            actor=self._officers["demo-clerk"],
            now=at,
        )
        persons.decide_merge(
            proposal_id=proposal_id,
            decision=Decision.APPROVED,
            reasons="已核对户籍档案原件",
            actor=self._officers["demo-reviewer"],
            now=at + timedelta(days=1),
        )

    def _propose_merge(self, at: datetime) -> None:
        if persons_lookups.list_merges(is_undecided=True):
            return
        persons.propose_merge(
            merged_person_id=self._person_id(TWICE_AGAIN),
            into_person_id=self._person_id(TWICE),
            reasons="姓名相同，出生日期相差一日，人口库答复待附",
            actor=self._officers["demo-clerk"],
            now=at,
        )

    def _reverse(self, at: datetime) -> None:
        try:
            intake.reverse_batch(
                reference=self._references["reversed"],
                reasons="误将上年度台账再次报送",
                actor=self._officers["demo-second"],
                now=at,
            )
        except MoveNotAllowed:
            return  # reversed before the building was interrupted

    def _decline(self, at: datetime) -> None:
        try:
            intake.decline_batch(
                reference=self._references["declined"],
                reasons="撤回依据不足，退回经办人核实",
                actor=self._officers["demo-second"],
                now=at,
            )
        except MoveNotAllowed:
            return  # declined before the building was interrupted

    def _settle_held_lines(self, at: datetime) -> None:
        """Let the clerk attach one held line and dismiss another; the rest waits."""
        reference = self._references["held"]
        lines = [
            line
            for line in intake_lookups.list_held_lines(organisation_code=DEMO_SUPPLIER_CODE, state=None, limit=5000)
            if line.batch == reference
        ]
        if len(lines) < 3 or any(line.state is not HeldState.WAITING for line in lines):
            return
        clerk = self._officers["demo-clerk"]
        _, misnamed, unknown, *_ = sorted(lines, key=lambda line: line.line)
        intake.attach_held_line(
            held_line_id=misnamed.id,
            person_id=self._person_id(STORY_PEOPLE),
            reasons="号码一致，姓名末字系笔误，报送单位已书面确认",
            actor=clerk,
            now=at,
        )
        intake.dismiss_held_line(
            held_line_id=unknown.id, reasons="人口库查无此人，请报送单位核实号码", actor=clerk, now=at
        )

    def _open_requesters(self, at: datetime) -> None:
        """Enter the operators of real-name sectors, and open logins for those who ask."""
        register_operators(actor=SYSTEM, at=at)
        codes = [requester.code for requester in REQUESTERS] + [operator.code for operator in OPERATORS]
        open_officers(codes, actor=SYSTEM, at=at)

    @property
    def _fillers(self) -> tuple[Person, ...]:
        return self._people[STORY_PEOPLE : STORY_PEOPLE + FILLERS]

    def _checks(self, today: date) -> list[Check]:
        return checks(people=self._fillers, seed=self.seed, today=today)

    def _check_name(self, check: Check, at: datetime) -> None:
        """Let an operator check a name; whoever allows it at the counter for the first time shows a document there."""
        del at
        clerk = self._officers["demo-clerk"]
        person_id = self._person_id(check.person.index)
        self._see_document(person_id, check.at - timedelta(hours=1))
        wrong = next(person.name for person in self._fillers if person.name != check.person.name)
        make_check(check, person_id=person_id, wrong_name=wrong, clerk=clerk)

    def _tell_of(self, told: Told, at: datetime) -> None:
        """Let requesters, the citizen and the reviewer do what the story tells of them."""
        citizen = self._people[CITIZEN]
        Asking(
            citizen=self._officers["demo-citizen"],
            reviewer=self._officers["demo-reviewer"],
            number=IdentityNumber.parse(citizen.number, today=civil_date(self.now)),
            name=citizen.name,
        ).do(told, at)

    def _has_looked(self, at: datetime) -> bool:
        """Tell whether somebody looked at the citizen at this moment: what was done before an interruption."""
        chosen = LookFilter(from_at=at, until_at=at + timedelta(seconds=1))
        return register.count_chosen(person_id=self._person_id(CITIZEN), chosen=chosen) > 0

    def _look(self, at: datetime) -> None:
        if not self._has_looked(at):
            records.access_file(
                person_id=self._person_id(CITIZEN),
                actor=self._officers["demo-citizen"],
                purpose_code=SELF_READ,
                now=at,
            )

    def _look_refused(self, at: datetime) -> None:
        """Let an officer try to open a file that is nobody's but the citizen's; the attempt is registered."""
        if not self._has_looked(at):
            records.access_file(
                person_id=self._person_id(CITIZEN),
                actor=self._officers["demo-supplier"],
                purpose_code=SELF_READ,
                now=at,
            )


def _make_people(*, count: int, seed: int, today: date, edition: Edition) -> tuple[Person, ...]:
    counties = counties_of(edition)
    bases = {career.item_code: edition.bases[edition.item_types[career.item_code].basis] for career in CAREERS}
    return make_people(
        count=count,
        seed=seed,
        today=today,
        counties=counties,
        reserved=story_people(today=today, counties=counties),
        earliest={code: basis.in_force_from for code, basis in bases.items() if basis.in_force_from is not None},
    )
