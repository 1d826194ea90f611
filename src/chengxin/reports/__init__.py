"""Signed reports: what a person takes out of the own file, and how anybody checks it later.

A report is one PDF/A-3 file, signed as PAdES, with the same contents inside as JSON and as a credential. The person
issues it online, or asks a clerk at a counter (Personal Information Protection Law, article 45). Each one is a look at
the file, registered before anything is read, and its digest is an event of the ledger. Whether a report still serves is
computed when it is asked: nothing but its number is needed, and nothing about the person is told.

``operations.issue_report`` and ``operations.withdraw_report`` write; ``lookups.state_of`` answers for anybody. Words
are not here: the interface that issues a report hands them in. Signing and its verification are in ``sealing``.
"""
