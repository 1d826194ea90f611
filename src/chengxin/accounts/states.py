"""What happens to a login, for what a one-time code is, and how a proposed appointment was decided, as data."""

from enum import StrEnum


class Act(StrEnum):
    """What was done to a login. Stored with who did it and when; never shown."""

    OPENED = "OPENED"
    CODE_ISSUED = "CODE_ISSUED"
    SET_UP = "SET_UP"
    ROLES_CHANGED = "ROLES_CHANGED"
    CONFIRMED = "CONFIRMED"
    CLOSED = "CLOSED"
    SESSIONS_ENDED = "SESSIONS_ENDED"


class CodePurpose(StrEnum):
    """For what a one-time code is. Stored; never shown."""

    OFFICER_SETUP = "OFFICER_SETUP"
    PERSON_ACTIVATION = "PERSON_ACTIVATION"


class Decision(StrEnum):
    """How the second officer decided a proposed appointment."""

    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
