from django.db import migrations

from chengxin.ledger.append_only import append_only_sql

APPEND_ONLY = (
    "persons_struckfact",
    "persons_verification",
    "persons_mergeproposal",
    "persons_merge",
    "persons_splitproposal",
    "persons_split",
    "persons_populationfeed",
    "persons_populationfeedline",
)

# A decision repeats its proposal's officer and persons, so that one check can compare both officers; these keys hold
# the repetition to the truth. (Django has no foreign keys over several columns.)
DECISIONS = """
    ALTER TABLE persons_merge ADD CONSTRAINT merge_as_proposed
        FOREIGN KEY (proposal_id, proposed_by, merged_person_id, into_person_id)
        REFERENCES persons_mergeproposal (id, proposed_by, merged_person_id, into_person_id);
    ALTER TABLE persons_split ADD CONSTRAINT split_as_proposed
        FOREIGN KEY (proposal_id, proposed_by, merge_id)
        REFERENCES persons_splitproposal (id, proposed_by, merge_id);
"""
DECISIONS_REVERSED = """
    ALTER TABLE persons_merge DROP CONSTRAINT merge_as_proposed;
    ALTER TABLE persons_split DROP CONSTRAINT split_as_proposed;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0001_persons_and_feed"),
        ("ledger", "0002_append_only"),
    ]

    operations = [
        migrations.RunSQL(sql=DECISIONS, reverse_sql=DECISIONS_REVERSED),
        *(
            migrations.RunSQL(sql=forward, reverse_sql=reverse)
            for forward, reverse in map(append_only_sql, APPEND_ONLY)
        ),
    ]
