"""Kinds of representation, of the documents it rests on, and how it was decided."""

from enum import StrEnum


class RepresentationKind(StrEnum):
    """As what somebody acts for another person. Stored; never shown."""

    GUARDIAN = "GUARDIAN"
    AGENT = "AGENT"


class RepresentationDocument(StrEnum):
    """Which document shows that somebody may act for another person. Stored; never shown."""

    HOUSEHOLD_REGISTER = "HOUSEHOLD_REGISTER"
    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE"
    COURT_DECISION = "COURT_DECISION"
    GUARDIANSHIP_DESIGNATION = "GUARDIANSHIP_DESIGNATION"
    NOTARISED_POWER = "NOTARISED_POWER"
    SIGNED_POWER = "SIGNED_POWER"


class Decision(StrEnum):
    """How the second officer decided."""

    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
