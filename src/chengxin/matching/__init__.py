"""To which person a held line may belong: explained leads for clerical review, and nothing that attaches by itself.

An exact identity number together with an agreeing name attaches a line to a person; intake does that. What is left is
held, and an officer of the credit office sees here why a line may belong to somebody: the same number under another
name, a number that differs in one digit or in two swapped ones under the same name, the same birth date and division
under the same name. Nothing fuzzy: every lead is found by exact look-ups of numbers that were written out.

A lead is a guess about a person. It is never shown to a third party, not even to the supplier of the line.

Public functions: ``lookups.list_leads``; ``rules.explain_leads`` for values already at hand.
"""
