"""Make the table of inspections."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_asking_and_suspension"),
    ]

    operations = [
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("inspected_on", models.DateField()),
                ("findings", models.TextField()),
                ("mend_by_on", models.DateField(null=True)),
                ("recorded_by", models.CharField(max_length=100)),
                ("recorded_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("findings", ""), _negated=True), name="inspection_has_findings"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mend_by_on__isnull", True), ("mend_by_on__gte", models.F("inspected_on")), _connector="OR"
                        ),
                        name="inspection_mended_afterwards",
                    ),
                ],
            },
        ),
    ]
