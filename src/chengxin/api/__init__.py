"""The REST interface for machines: suppliers' systems send batches here and read what became of them.

A machine never sees a person here: no name, no identity number, no item about anybody. What it reads are its own
organisation's batches, the faults of its own lines with every value masked, and the catalogue, which is public.
"""
