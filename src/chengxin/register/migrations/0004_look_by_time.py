"""Find looks by their time: the lines are added in its order, so a few blocks are all that is read."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0003_numbers_drawn_before_reading"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="look",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="register_look_by_time"),
        ),
    ]
