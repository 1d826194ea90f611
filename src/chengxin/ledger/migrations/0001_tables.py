"""Make the tables of the ledger."""

import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("event_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("tree_size", models.BigIntegerField(unique=True)),
                ("root", models.BinaryField()),
                ("frontier", models.BinaryField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="ledger_checkpoint_number_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tree_size__gte", 0)), name="ledger_checkpoint_size_from_zero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("actor_key", models.CharField(max_length=100)),
                ("organisation_code", models.CharField(max_length=40, null=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("body", models.JSONField()),
                ("salt", models.BinaryField()),
                ("digest", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("person_id__isnull", False)),
                        fields=["person_id", "id"],
                        name="ledger_event_person",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(models.Func("salt", function="octet_length"), 16),
                        name="ledger_event_salt_length",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(models.Func("digest", function="octet_length"), 32),
                        name="ledger_event_digest_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("leaf_index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("leaf_hash", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(models.Func("leaf_hash", function="octet_length"), 32),
                        name="ledger_leaf_hash_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("leaf_index__gte", 0)), name="ledger_leaf_index_from_zero"
                    ),
                ],
            },
        ),
    ]
