"""Rows of logins and API clients. They hold keys of persons and organisations, never their data."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from oauth2_provider.models import Application

from chengxin.accounts.states import Act, CodePurpose, Decision
from chengxin.authority.actors import Actor, ActorKind, Role
from chengxin.ledger.models import SealedRow

ROLES = [role.value for role in Role]


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their login name."""


class Account(AbstractBaseUser):
    """A login of one human being: a person reading the own file, or an officer of an organisation."""

    username = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    first_name = models.CharField(max_length=64, blank=True)
    last_name = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=16)
    organisation_code = models.CharField(max_length=64, blank=True)
    # A key, not a foreign key: accounts lie below persons, and outlive a merge of two of them.
    person_id = models.BigIntegerField(null=True)
    roles = ArrayField(models.CharField(max_length=32), default=list)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Civil date on which the organisation last confirmed that its officer still needs the login; persons have none.
    confirmed_on = models.DateField(null=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                name="account_kind_known",
                condition=models.Q(kind__in=[ActorKind.PERSON.value, ActorKind.OFFICER.value]),
            ),
            models.CheckConstraint(
                name="account_speaks_for_one",
                condition=(
                    models.Q(kind=ActorKind.PERSON.value, organisation_code="", person_id__isnull=False)
                    | (models.Q(kind=ActorKind.OFFICER.value, person_id__isnull=True) & ~models.Q(organisation_code=""))
                ),
            ),
            models.CheckConstraint(name="account_roles_known", condition=models.Q(roles__contained_by=ROLES)),
            # A lost login is closed and another opened; of the open ones a person has one.
            models.UniqueConstraint(
                name="account_one_open_of_person", fields=["person_id"], condition=models.Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="account_closed_is_inactive",
                condition=models.Q(closed_at__isnull=True, is_active=True)
                | models.Q(closed_at__isnull=False, is_active=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the login name."""
        return self.username

    @property
    def actor(self) -> Actor:
        """Return who acts when this login acts."""
        return Actor(
            kind=ActorKind(self.kind),
            key=f"account:{self.pk}",
            organisation_code=self.organisation_code or None,
            person_id=self.person_id,
            roles=frozenset(Role(role) for role in self.roles),
        )


class ApiClient(models.Model):
    """An OAuth 2.0 client of one organisation: a machine that acts in its name."""

    # PROTECT: a client that has acted stays resolvable from the ledger.
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="api_client")
    organisation_code = models.CharField(max_length=64)
    roles = ArrayField(models.CharField(max_length=32), default=list)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(name="api_client_roles_known", condition=models.Q(roles__contained_by=ROLES)),
        ]

    def __str__(self) -> str:
        """Return the client's public id."""
        return str(self.application.client_id)

    @property
    def actor(self) -> Actor:
        """Return who acts when this client acts."""
        return Actor(
            kind=ActorKind.CLIENT,
            key=f"client:{self.pk}",
            organisation_code=self.organisation_code,
            roles=frozenset(Role(role) for role in self.roles),
        )


class AccountAct(SealedRow):
    """Something that was done to a login, by whom and when. Append-only."""

    # PROTECT: what was done to a login is asked for long after it was closed.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=16)
    roles = ArrayField(models.CharField(max_length=32))
    actor_key = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(name="account_act_known", condition=models.Q(act__in=[act.value for act in Act])),
        ]

    def __str__(self) -> str:
        """Return the login and the act."""
        return f"{self.account_id}:{self.act}"


class RoleChange(SealedRow):
    """An appointment in the credit office that one officer proposed. Append-only."""

    # PROTECT: who proposed whose appointment stays readable.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="role_changes")
    organisation_code = models.CharField(max_length=64)
    username = models.CharField(max_length=64)
    display_name = models.CharField(max_length=64, blank=True)
    roles = ArrayField(models.CharField(max_length=32))
    proposed_by = models.CharField(max_length=100)
    proposed_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(name="role_change_roles_known", condition=models.Q(roles__contained_by=ROLES)),
            # Lets the decision prove by its foreign key that the proposer it names is this one's.
            models.UniqueConstraint(name="role_change_whole", fields=["id", "proposed_by"]),
        ]

    def __str__(self) -> str:
        """Return the login name."""
        return self.username


class RoleDecision(SealedRow):
    """How a second officer decided a proposed appointment. Append-only."""

    # PROTECT: a decision is read with what it decided.
    change = models.OneToOneField(RoleChange, on_delete=models.PROTECT, related_name="decided")
    proposed_by = models.CharField(max_length=100)
    decided_by = models.CharField(max_length=100)
    decision = models.CharField(max_length=16)
    decided_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                name="role_decision_two_officers", condition=~models.Q(decided_by=models.F("proposed_by"))
            ),
            models.CheckConstraint(
                name="role_decision_known", condition=models.Q(decision__in=[d.value for d in Decision])
            ),
        ]

    def __str__(self) -> str:
        """Return the change and the decision."""
        return f"{self.change_id}:{self.decision}"


class SavedView(models.Model):
    """A list as an officer wants to find it again: its filters and columns, as they stand in its address."""

    # CASCADE: a convenience of one login, worth nothing without it.
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="saved_views")
    place = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    saved_at = models.DateTimeField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(name="saved_view_named_once", fields=["account", "place", "name"]),
            models.CheckConstraint(name="saved_view_named", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class OneTimeCode(models.Model):
    """A one-time code that sets up an officer's login or opens a person's; kept only as a keyed digest."""

    purpose = models.CharField(max_length=32)
    # PROTECT: for which login a code was issued stays readable.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="codes")
    person_id = models.BigIntegerField(null=True)
    digest = models.BinaryField(max_length=32, unique=True)
    valid_until = models.DateField()
    attempts_left = models.PositiveSmallIntegerField()
    issued_by = models.CharField(max_length=100)
    organisation_code = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                name="one_time_code_for_one",
                condition=(
                    models.Q(purpose=CodePurpose.OFFICER_SETUP.value, account__isnull=False, person_id__isnull=True)
                    | models.Q(
                        purpose=CodePurpose.PERSON_ACTIVATION.value, account__isnull=True, person_id__isnull=False
                    )
                ),
            ),
            models.CheckConstraint(
                name="one_time_code_used_or_withdrawn",
                condition=models.Q(used_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_time_code_one_open_login",
                fields=["account"],
                condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_time_code_one_open_person",
                fields=["person_id"],
                condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Return for whom it is."""
        return f"{self.purpose}:{self.account_id or self.person_id}"


class ClientSecret(models.Model):
    """One secret of an API client; two may be valid side by side while they are changed. Kept only as a hash."""

    # PROTECT: by which secret a client proved itself stays readable.
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="secrets")
    hashed = models.CharField(max_length=128)
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the client and its own number."""
        return f"{self.client_id}:{self.pk}"
