"""Who did something is shown to officers by name and organisation; the key of a login only where a form asks for it."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chengxin.accounts import operations as accounts
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.inquiries import lookups as inquiries
from chengxin.inquiries import operations as inquiry_acts
from chengxin.inquiries.states import ConcernMove, ReviewState, Suspends
from chengxin.organisations import operations as organisations
from chengxin.organisations.states import OrganisationKind
from chengxin.persons import lookups as person_lookups
from chengxin.persons import operations as persons
from chengxin.persons.states import Decision
from chengxin.portals.presentation.actors import Actors
from chengxin.register import lookups as register
from factories import inquiries as gate
from factories import intake as given
from factories.portals import citizen, signed_in

pytestmark = pytest.mark.django_db

KEY = re.compile(r"\b(?:account|client|system|command):\w+")
BUREAU, UPPER = "FZ_BUREAU", "FJ_OFFICE"
SAMPLER = Actor(kind=ActorKind.SYSTEM, key="system:sampling")
NIGHT = given.NOW + timedelta(hours=11)  # 23:00 in Shanghai


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer with a login."""

    client: Client
    actor: Actor


def officer(shown: str, *roles: Role, organisation_code: str = "OFFICE") -> Officer:
    client = signed_in(
        *roles, organisation_code=organisation_code, name=f"login-of-{len(shown)}-{roles[0].value.lower()}", shown=shown
    )
    return Officer(client, get_user_model().objects.get(pk=client.session["_auth_user_id"]).actor)


@pytest.fixture
def ids(settings: Settings) -> list[int]:
    settings.CHENGXIN_TODAY = given.NOW.date()
    given.edition()
    given.supplier()
    gate.organisation()
    for code, kind in (
        ("OFFICE", OrganisationKind.OFFICE),
        (UPPER, OrganisationKind.OFFICE),
        (BUREAU, OrganisationKind.BUREAU),
    ):
        organisations.register_organisation(
            code=code,
            body_code="FJ.NDRC",
            division_code="350000",
            name_zh=f"{code}的名称",
            name_en=f"Name of {code}",
            kind=kind,
            actor=given.SYSTEM,
            now=given.NOW,
        )
    return given.people(2)


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_the_office_reads_names_and_organisations(ids: list[int]) -> None:
    chief = officer("王复核", Role.OFFICE_REVIEWER, Role.OFFICE_CATALOGUE)
    upper = officer("上级复核李", Role.OFFICE_REVIEWER, organisation_code=UPPER)
    looker = officer("银行经办赵某", Role.REQUESTER, organisation_code=gate.BANK)
    persons.propose_merge(
        merged_person_id=ids[1], into_person_id=ids[0], reasons="同一人", actor=chief.actor, now=given.NOW
    )
    (merge,) = person_lookups.list_merges()
    persons.decide_merge(
        proposal_id=merge.proposal_id, decision=Decision.DECLINED, reasons="不是", actor=upper.actor, now=given.NOW
    )
    organisations.record_inspection(
        organisation_code=BUREAU,
        inspected_on=given.NOW.date(),
        findings="合规",
        mend_by_on=None,
        actor=chief.actor,
        now=given.NOW,
    )
    inquiry_acts.set_quota(subject=looker.actor.key, per_day=5, actor=chief.actor, now=given.NOW)
    gate.inquire(asker=looker.actor, now=NIGHT)
    look_id = register.list_looks(person_id=ids[0])[0].look_id
    concern = inquiry_acts.raise_concern(look_id=look_id, words="", actor=gate.the_person(ids[0]), now=NIGHT)
    inquiry_acts.answer_concern(
        reference=concern, move=ConcernMove.FIND_OUT_OF_ORDER, answer="查过了", actor=chief.actor, now=NIGHT
    )
    inquiry_acts.sample_looks(actor=SAMPLER, now=NIGHT + timedelta(hours=1))
    (review,) = inquiries.list_reviews()
    inquiry_acts.decide_review(
        review_id=review.review_id,
        decision=ReviewState.MISUSE,
        reasons="夜里没有案件",
        suspends=Suspends.LOOKER,
        actor=upper.actor,
        now=NIGHT,
    )
    read = {
        "merges": page(chief.client, "office:merges"),
        "merge": page(chief.client, "office:merge", merge.proposal_id),
        "requester": page(chief.client, "office:requester", BUREAU),
        "concern": page(chief.client, "office:concern", concern),
        "reviews": page(chief.client, "office:reviews")
        + chief.client.get(reverse("office:reviews"), {"state": "ALL"}).content.decode(),
        "editions": page(chief.client, "office:editions"),
    }
    for name, text in read.items():
        assert not KEY.search(re.sub(r'(?:href|action|value)="[^"]*"', "", text)), name
    # Who is suspended or has a quota is named, and by the key too: the office's forms ask for it.
    for name in ("suspensions", "quotas"):
        read[name] = page(chief.client, f"office:{name}")
    read["review"] = page(chief.client, "office:review", review.review_id)
    for text in (read["suspensions"], read["quotas"], read["review"]):
        assert set(KEY.findall(text)) <= {looker.actor.key}
    for name, person, organisation in (
        ("merges", "王复核", "OFFICE的名称"),
        ("merges", "上级复核李", "FJ_OFFICE的名称"),
        ("merge", "王复核", "OFFICE的名称"),
        ("requester", "王复核", "OFFICE的名称"),
        ("concern", "银行经办赵某", "虚构银行福州分行"),
        ("concern", "王复核", "OFFICE的名称"),
        ("reviews", "银行经办赵某", "虚构银行福州分行"),
        ("review", "上级复核李", "FJ_OFFICE的名称"),
        ("suspensions", "银行经办赵某", "虚构银行福州分行"),
        ("suspensions", "上级复核李", "FJ_OFFICE的名称"),
        ("quotas", "银行经办赵某", "虚构银行福州分行"),
        ("quotas", "王复核", "OFFICE的名称"),
        ("editions", "平台自动办理", ""),
    ):
        assert person in read[name], (name, person)
        assert organisation in read[name], (name, organisation)


def test_an_organisation_reads_the_names_of_its_own(ids: list[int]) -> None:
    chief = officer("银行管理员甲", Role.ORGANISATION_ADMINISTRATOR, organisation_code=gate.BANK)
    asker = officer("银行经办赵某", Role.REQUESTER, organisation_code=gate.BANK)
    other = officer("银行经办", Role.REQUESTER, organisation_code=gate.BANK)
    gate.inquire(asker=asker.actor)
    (line,) = inquiries.list_inquiries()
    read = page(other.client, "organisation:inquiry", line.reference)
    assert "银行经办赵某" in read
    assert not KEY.search(read)
    own = page(asker.client, "organisation:inquiry", line.reference)
    assert own.count("银行经办赵某") == 1  # at the head of the page, which says who is signed in
    assert not KEY.search(own)
    number = asker.actor.key.partition(":")[2]
    accounts.confirm_officers(account_ids=[int(number)], organisation_code=gate.BANK, actor=chief.actor, now=given.NOW)
    acts = page(chief.client, "organisation:officer", number)
    assert "银行管理员甲 · 虚构银行福州分行" in acts
    assert not KEY.search(acts)


def test_programs_persons_and_the_platform_have_words_too(ids: list[int]) -> None:
    client = accounts.open_api_client(
        organisation_code=gate.BANK,
        name="信贷系统",
        roles=frozenset({Role.REQUESTER}),
        actor=given.SYSTEM,
        now=given.NOW,
    )
    from chengxin.accounts.lookups import find_client

    opened = find_client(client_id=client.client_id)
    assert opened is not None
    person = get_user_model().objects.get(pk=citizen(ids[0]).session["_auth_user_id"]).actor
    named = Actors([opened.actor.key, person.key, "account:999999999", "account:x", "account:" + "9" * 30])
    assert named.words(opened.actor.key) == "接口程序「信贷系统」 · 虚构银行福州分行"
    assert (named.words(person.key), named.words("code:7"), named.words("provider:https://x")) == ("本人",) * 3
    assert (named.words("system:demo"), named.words("command:root:1")) == ("平台自动办理", "运维人员（命令行）")
    assert (named.words("account:999999999"), named.words("")) == ("account:999999999", "")
