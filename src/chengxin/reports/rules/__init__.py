"""What is computed about reports: their number, how long they serve, how they stand, and what they say.

Pure. Law and own choices are rows R-REPORT-01 and following of ``docs/law/rules.md``.
"""

from chengxin.reports.rules.contents import (
    AllowedLine,
    Both,
    Detail,
    LineOfItem,
    LookLine,
    ReportContents,
    Subject,
    data_of,
    disclosures_of,
)
from chengxin.reports.rules.listing import LIST_LIFE, PLACES, address_of, draw_place, is_name, list_of, lists_at
from chengxin.reports.rules.numbers import check_digit, new_number, read_number
from chengxin.reports.rules.validity import LOOKS_MONTHS, MOST_LOOKS, VALID_DAYS, last_day_of, state_of, valid_until

__all__ = [
    "LIST_LIFE",
    "LOOKS_MONTHS",
    "MOST_LOOKS",
    "PLACES",
    "VALID_DAYS",
    "AllowedLine",
    "Both",
    "Detail",
    "LineOfItem",
    "LookLine",
    "ReportContents",
    "Subject",
    "address_of",
    "check_digit",
    "data_of",
    "disclosures_of",
    "draw_place",
    "is_name",
    "last_day_of",
    "list_of",
    "lists_at",
    "new_number",
    "read_number",
    "state_of",
    "valid_until",
]
