"""Rows of logins and API clients. They hold keys of persons and organisations, never their data."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from oauth2_provider.models import Application

from chengxin.authority.actors import Actor, ActorKind, Role

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
    person_id = models.BigIntegerField(null=True, unique=True)
    roles = ArrayField(models.CharField(max_length=32), default=list)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

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
