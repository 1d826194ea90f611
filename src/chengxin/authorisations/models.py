"""Rows of requests, authorisations, their use and their withdrawal."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from chengxin.authorisations.states import Channel, RequestState
from chengxin.ledger.models import SealedRow
from chengxin.persons.models import Person

REFERENCE = r"^[A-Z2-7]{16}$"


class AuthorisationRequest(models.Model):
    """What a requester asks a person to allow."""

    reference = models.CharField(max_length=16, unique=True)
    organisation_code = models.CharField(max_length=64)
    purpose_code = models.CharField(max_length=64)
    item_codes = ArrayField(models.CharField(max_length=64))
    data_from = models.DateField(null=True)
    data_to = models.DateField(null=True)
    looks = models.IntegerField()
    days = models.IntegerField()
    case_number = models.CharField(max_length=100)
    # Whether one person was named. Nobody is shown a request that names somebody whom the registry does not know, so
    # that asking tells nothing about who is in it.
    is_directed = models.BooleanField()
    # PROTECT: who was asked stays explainable.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=16)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="request_reference_opaque", condition=Q(reference__regex=REFERENCE)),
            models.CheckConstraint(
                name="request_state_and_end",
                condition=Q(state=RequestState.WAITING.value, ended_at__isnull=True)
                | Q(
                    state__in=[state.value for state in RequestState if state is not RequestState.WAITING],
                    ended_at__isnull=False,
                ),
            ),
            models.CheckConstraint(name="request_asks_something", condition=Q(looks__gte=1, days__gte=1)),
            models.CheckConstraint(
                name="request_data_period_forward",
                condition=Q(data_from__isnull=True) | Q(data_to__isnull=True) | Q(data_to__gt=F("data_from")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "state"], name="request_of_person"),
            models.Index(fields=["organisation_code", "-id"], name="request_of_organisation"),
        ]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class Redirection(models.Model):
    """Where the person goes after answering a pushed request (RFC 9126), and the code that the client gets for it."""

    # PROTECT: it ends with its request.
    request = models.OneToOneField(
        AuthorisationRequest, on_delete=models.PROTECT, primary_key=True, related_name="redirection"
    )
    client_key = models.CharField(max_length=100)
    redirect_uri = models.CharField(max_length=500)
    state = models.CharField(max_length=500)
    code_challenge = models.CharField(max_length=128)
    code_digest = models.BinaryField(null=True)
    code_until_at = models.DateTimeField(null=True)
    code_used_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="redirection_code_whole",
                condition=Q(code_digest__isnull=True, code_until_at__isnull=True, code_used_at__isnull=True)
                | Q(code_digest__isnull=False, code_until_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the request's key."""
        return str(self.pk)


class Authorisation(SealedRow):
    """What a person allowed. Append-only: it ends by its last day or by the row of its withdrawal."""

    reference = models.CharField(max_length=16, unique=True)
    # PROTECT: the request that it answers stays beside it; none where the person signed on paper.
    request = models.OneToOneField(AuthorisationRequest, on_delete=models.PROTECT, null=True, related_name="granted")
    # PROTECT: what somebody allowed stays explainable.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation_code = models.CharField(max_length=64)
    purpose_code = models.CharField(max_length=64)
    basis_code = models.CharField(max_length=64)
    edition_code = models.CharField(max_length=100)
    item_codes = ArrayField(models.CharField(max_length=64))
    data_from = models.DateField(null=True)
    data_to = models.DateField(null=True)
    looks = models.IntegerField()
    case_number = models.CharField(max_length=100)
    channel = models.CharField(max_length=16)
    granted_by = models.CharField(max_length=100)
    granted_at = models.DateTimeField()
    last_on = models.DateField()
    receipt = models.TextField()

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(name="authorisation_reference_opaque", condition=Q(reference__regex=REFERENCE)),
            models.CheckConstraint(name="authorisation_allows_a_look", condition=Q(looks__gte=1)),
            models.CheckConstraint(
                name="authorisation_online_has_request",
                condition=Q(channel=Channel.ONLINE.value, request__isnull=False)
                | Q(channel=Channel.COUNTER.value, request__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="authorisation_of_person"),
            models.Index(fields=["organisation_code", "-id"], name="authorisation_of_organisation"),
        ]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class Usage(models.Model):
    """How often an authorisation was used. The one row of it that changes: it counts up to what was allowed.

    It is closed with the withdrawal, so that a look which waits for this row sees that it came too late.
    """

    # PROTECT: it counts for its authorisation.
    authorisation = models.OneToOneField(
        Authorisation, on_delete=models.PROTECT, primary_key=True, related_name="usage"
    )
    looks = models.IntegerField()
    used_count = models.IntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        """What the database refuses."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="usage_within_what_was_allowed", condition=Q(used_count__gte=0, used_count__lte=F("looks"))
            ),
        ]

    def __str__(self) -> str:
        """Return the authorisation's key."""
        return str(self.pk)


class Withdrawal(SealedRow):
    """An authorisation was taken back. Append-only."""

    # PROTECT: it ends its authorisation.
    authorisation = models.OneToOneField(
        Authorisation, on_delete=models.PROTECT, primary_key=True, related_name="withdrawal"
    )
    withdrawn_by = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the authorisation's key."""
        return str(self.pk)


class PaperScan(SealedRow):
    """The sealed scan of what a person signed at a counter. Append-only."""

    # PROTECT: it proves its authorisation.
    authorisation = models.OneToOneField(Authorisation, on_delete=models.PROTECT, primary_key=True, related_name="scan")
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        """Return the authorisation's key."""
        return str(self.pk)
