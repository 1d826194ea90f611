"""What a person has allowed: to whom, for what, over which items, how often, until when; and taking it back.

A requester asks; the person sees what would be shown, grants it or less, or refuses, online or on paper at a counter; a
signed receipt says what was allowed (ISO/IEC TS 27560). Withdrawing works at any moment, with effect on the next
request (Personal Information Protection Law, articles 14, 15 and 23; Regulation on Credit Reporting, article 18).

Whether an answer may leave is not judged here; ``inquiries`` does, with the facts that ``lookups`` gives.
"""
