"""Numbers and names by which persons, organisations and places are known: reading, checking, masking, folding.

Standards: GB 11643-1999 (citizens), GB 32100-2015 (organisations), GB/T 2260 (divisions), the residence permits of
Hong Kong, Macao and Taiwan residents and the permanent resident cards of foreigners; rules R-ID-01 to R-ID-13 and
R-NAME-01 in ``docs/law/rules.md``.

Modules: ``identity``, ``organisation``, ``names``, ``detection``, ``divisions``.

Pure: no framework, no database, no clock. The division codes themselves are data of the packs.
"""
