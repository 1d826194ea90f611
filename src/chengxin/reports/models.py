"""Rows of reports: what was issued, which versions it carries, that it was withdrawn; and its file while it serves."""

from django.db import models

from chengxin.ledger.models import SealedRow
from chengxin.reports.states import Channel, Extent, Language


class Report(SealedRow):
    """A report as it was issued. Append-only: how it stands is computed, and written nowhere."""

    number = models.CharField(max_length=24, unique=True)
    # PROTECT: a report says whom it is about as long as anybody may check it.
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    sha256 = models.BinaryField()
    channel = models.CharField(max_length=16)
    language = models.CharField(max_length=16)
    extent = models.CharField(max_length=16)
    edition_code = models.CharField(max_length=100)
    issued_by = models.CharField(max_length=100)
    organisation_code = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    look_sequence = models.BigIntegerField()

    class Meta:
        """Indexes and constraints."""

        indexes = [models.Index(fields=["person", "-id"], name="report_of_person")]
        constraints = [
            models.CheckConstraint(
                name="report_number_in_groups", condition=models.Q(number__regex=r"^([0-9]{4}-){4}[0-9]{4}$")
            ),
            models.CheckConstraint(
                name="report_codes_known",
                condition=models.Q(
                    channel__in=[channel.value for channel in Channel],
                    language__in=[language.value for language in Language],
                    extent__in=[extent.value for extent in Extent],
                ),
            ),
            models.CheckConstraint(
                name="report_serves_at_all", condition=models.Q(valid_until__gt=models.F("issued_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return the key; a number opens the check page."""
        return f"reports_report:{self.pk}"


class ReportItem(SealedRow):
    """Which version of which item a report carries."""

    pk = models.CompositePrimaryKey("report_id", "record_key")
    # PROTECT: without its versions nobody could tell any more that a report is superseded.
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="items")
    record_key = models.BinaryField()
    version = models.IntegerField()

    class Meta:
        """Constraints."""

        constraints = [
            models.CheckConstraint(name="report_item_version_from_one", condition=models.Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        """Return report and version."""
        return f"reports_reportitem:{self.report_id}/{self.version}"


class ReportWithdrawal(SealedRow):
    """The person took a report back."""

    # PROTECT: a withdrawal without its report would say nothing.
    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="withdrawal")
    withdrawn_by = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the report's key."""
        return str(self.report_id)


class ReportFile(models.Model):
    """The signed file, sealed under a month's key. Not append-only: it is kept while it serves, and no longer."""

    # PROTECT: the report says which file this is.
    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="file")
    month = models.CharField(max_length=7)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        """Return the report's key."""
        return str(self.report_id)
