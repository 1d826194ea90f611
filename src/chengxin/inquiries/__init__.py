"""Authorised reading by others: the one gate through which anything about a person reaches a requester.

``policies`` decides from facts; ``operations.make_inquiry`` gathers them, writes the line of the register and only then
lets the answer out, in the smallest form that serves the purpose (Personal Information Protection Law, articles 6, 23
and 34; Regulation on Credit Reporting, articles 18 and 20).

Not here: what a person reads of the own file (``records``), and what a person allows (``authorisations``).
"""
