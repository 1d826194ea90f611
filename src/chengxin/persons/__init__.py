"""Natural persons: who they are, under which numbers and names, in which roles, and whether two of them are one.

One person has one opaque reference, one current number and one current name; former numbers and names keep their
periods. Numbers and names are sealed and found by keyed blind indexes, so that the tables alone name nobody. The
population feed keeps all of it current (PIPL Art. 8: accuracy; the plan, 2.2: unified code, dynamic updating).

Public functions: ``operations`` (``apply_population_feed``, ``register_person``, ``record_verification``,
``grant_coverage``, ``grant_coverages``, ``annul_coverages``, ``propose_merge``, ``decide_merge``, ``propose_split``,
``decide_split``) and ``lookups`` (``find_person_by_identity``, ``find_by_reference``, ``identity_of``, ``cluster_of``,
``coverage_on`` and the lists for the office).

Not here: which lines of a batch belong to whom (``intake``, ``matching``), what is held about a person (``records``),
and any biometric: how and when somebody was verified is kept, never by which face or finger.
"""
