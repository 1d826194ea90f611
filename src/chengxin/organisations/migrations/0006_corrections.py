"""Make the table of the addresses at which organisations are told of corrections."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_sectors"),
    ]

    operations = [
        migrations.CreateModel(
            name="CorrectionSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=500)),
                ("since_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=100)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=100)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction_subscriptions",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("organisation",),
                        name="correction_subscription_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address__startswith", "https://")), name="correction_address_encrypted"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by", "")),
                            models.Q(
                                ("ended_at__gte", models.F("since_at")), models.Q(("ended_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="correction_subscription_ended_by_somebody",
                    ),
                ],
            },
        ),
    ]
