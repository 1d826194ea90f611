"""How a report stands, and what it is issued as."""

from enum import StrEnum


class ReportState(StrEnum):
    """What a report is worth at a moment. Computed when it is asked, never stored."""

    GOOD = "GOOD"  # issued here, in time, and nothing in it has changed
    WITHDRAWN = "WITHDRAWN"  # the person took it back
    SUPERSEDED = "SUPERSEDED"  # something in it holds no more; what it is, only the person is told
    OVER = "OVER"  # past the last day for which it was issued
    UNKNOWN = "UNKNOWN"  # no report with this number, or another file than the one issued under it


class FileVerdict(StrEnum):
    """What a file that is said to be a report turns out to be: the state of a report, or why it is none of ours."""

    GOOD = "GOOD"
    WITHDRAWN = "WITHDRAWN"
    SUPERSEDED = "SUPERSEDED"
    OVER = "OVER"
    UNKNOWN = "UNKNOWN"
    ALTERED = "ALTERED"  # signed by us, and changed since
    NOT_A_REPORT = "NOT_A_REPORT"  # not signed by us at all
    KEY_NOT_GOOD = "KEY_NOT_GOOD"  # its key was revoked, or did not sign at that time
    LIST_NOT_GOOD = "LIST_NOT_GOOD"  # the report is good; the status list beside it is over, or not the report's
    TOO_LARGE = "TOO_LARGE"  # larger than a report can be; it was not read


class Channel(StrEnum):
    """How a report was issued."""

    ONLINE = "ONLINE"
    COUNTER = "COUNTER"


class Extent(StrEnum):
    """How much a report says."""

    WHOLE = "WHOLE"  # who the person is, items, what the person allowed, who looked
    ITEMS = "ITEMS"  # who the person is, and items: for whoever need not know with whom else the person deals


class Language(StrEnum):
    """In which language a report is written."""

    ZH_HANS = "ZH_HANS"
    ZH_HANT = "ZH_HANT"
    EN = "EN"

    @property
    def tag(self) -> str:
        """Return the language as the pages name it.

        Example:
            >>> Language.ZH_HANT.tag
            'zh-hant'
        """
        return self.value.lower().replace("_", "-")
