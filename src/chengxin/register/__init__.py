"""Who looked at what about whom, for which purpose, on which basis; append-only, and written before the answer leaves.

Law: the person's right to know and to decide over the handling of their data (Personal Information Protection Law,
articles 44 and 45) and the handler's duty to record (article 56); GUARANTEE 6. Each look has a number that counts
from 1 without gaps for its person, and an event in the ledger that binds the number and a digest of the line. So two
verdicts can be given: the ledger says whether anything was changed, ``lookups.verify_completeness`` whether anything
is missing. A refused attempt is a look too.

The register holds item codes, counts and keys, never what was read. The persons it speaks of are keys, not foreign
keys: it outlives their rows.
"""
