"""The keys under which organisations repeat questions: written and read, never changed."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from chengxin.ledger.append_only import append_only_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("inquiries", "0003_concerns"), ("ledger", "0002_append_only")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Repetition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation_code", models.CharField(max_length=64)),
                ("key_digest", models.BinaryField()),
                ("question_digest", models.BinaryField()),
                (
                    "inquiry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repetition",
                        to="inquiries.inquiry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["organisation_code", "key_digest"], name="repetition_key_once")
                ],
            },
        ),
        migrations.RunSQL(*append_only_sql("inquiries_repetition")),
    ]
