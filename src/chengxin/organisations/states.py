"""What an organisation is."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What sort of body it is; decides for which purposes it may ask. Stored; never shown."""

    OFFICE = "OFFICE"
    DEPARTMENT = "DEPARTMENT"
    SCHOOL = "SCHOOL"
    ASSOCIATION = "ASSOCIATION"
    EMPLOYER = "EMPLOYER"
    BANK = "BANK"
    BUREAU = "BUREAU"
    REAL_NAME_OPERATOR = "REAL_NAME_OPERATOR"
