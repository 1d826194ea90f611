"""Make the tables of the register."""

from django.db import migrations, models

import chengxin.register.states


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("person_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("look_count", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("look_count__gte", 1)), name="register_counter_from_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_id", models.BigIntegerField()),
                ("sequence", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_key", models.CharField(max_length=100)),
                ("organisation_code", models.CharField(max_length=40, null=True)),
                ("purpose_code", models.CharField(max_length=60)),
                ("basis_code", models.CharField(max_length=60)),
                ("case_number", models.CharField(max_length=100, null=True)),
                ("shown", models.JSONField()),
                ("mask_rule", models.CharField(max_length=60)),
                ("mask_version", models.IntegerField()),
                ("outcome", models.CharField(max_length=10)),
                ("refusal_code", models.CharField(max_length=60, null=True)),
                ("salt", models.BinaryField()),
                ("digest", models.BinaryField()),
                ("event_id", models.BigIntegerField(unique=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person_id", "sequence"), name="register_look_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1)), name="register_look_number_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", chengxin.register.states.Outcome["SHOWN"]), ("refusal_code__isnull", True)
                            ),
                            models.Q(
                                ("outcome", chengxin.register.states.Outcome["REFUSED"]),
                                ("refusal_code__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="register_look_refusal_has_code",
                    ),
                ],
            },
        ),
    ]
