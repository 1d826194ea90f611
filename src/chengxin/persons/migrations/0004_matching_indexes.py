"""Put into two indexes what a batch asks of every line: whose number it is, and whether that person bears the name."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

OWNER_IN = "CREATE UNIQUE INDEX identifier_one_person ON persons_identifier (blind) INCLUDE (person_id)"
OWNER_OUT = "DROP INDEX identifier_one_person"
UNIQUE_OUT = "ALTER TABLE persons_identifier DROP CONSTRAINT persons_identifier_blind_key"
UNIQUE_BACK = "ALTER TABLE persons_identifier ADD CONSTRAINT persons_identifier_blind_key UNIQUE (blind)"
BORNE_IN = "CREATE INDEX name_of_person ON persons_name (person_id, digest)"
BORNE_OUT = "DROP INDEX name_of_person"
NARROW_OUT = "DROP INDEX persons_name_person_id_046738eb"
NARROW_BACK = "CREATE INDEX persons_name_person_id_046738eb ON persons_name (person_id)"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("persons", "0003_sealed_rows")]

    operations: ClassVar = [
        # Altering a field would drop every index that is on its column alone, the unique one of open names too.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(OWNER_IN, OWNER_OUT),
                migrations.RunSQL(UNIQUE_OUT, UNIQUE_BACK),
                migrations.RunSQL(BORNE_IN, BORNE_OUT),
                migrations.RunSQL(NARROW_OUT, NARROW_BACK),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="identifier",
                    constraint=models.UniqueConstraint(
                        fields=("blind",), include=("person",), name="identifier_one_person"
                    ),
                ),
                migrations.AlterField(model_name="identifier", name="blind", field=models.BinaryField(max_length=16)),
                migrations.AddIndex(
                    model_name="name", index=models.Index(fields=["person", "digest"], name="name_of_person")
                ),
                migrations.AlterField(
                    model_name="name",
                    name="person",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="names",
                        to="persons.person",
                    ),
                ),
            ],
        ),
    ]
