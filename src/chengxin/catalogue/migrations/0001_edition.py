"""Make the table of issued editions."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80, unique=True)),
                ("pack", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("body", models.TextField()),
                ("item_count", models.PositiveIntegerField()),
                ("in_force_from", models.DateField()),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.CharField(max_length=100)),
            ],
            options={
                "indexes": [models.Index(fields=["-in_force_from", "-id"], name="edition_in_force")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="edition_digest_is_sha256"
                    ),
                    models.CheckConstraint(condition=models.Q(("item_count__gt", 0)), name="edition_has_items"),
                ],
            },
        ),
    ]
