"""Make the table of operators of real-name sectors."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0004_inspections_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="SectorEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector_code", models.CharField(max_length=64)),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("entered_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sector_entries",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("organisation", "="), ("sector_code", "="), ("period", "&&")],
                        name="sector_periods_apart",
                    )
                ],
            },
        ),
    ]
