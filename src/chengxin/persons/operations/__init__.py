"""The only writing of persons; one function per act."""

from chengxin.persons.errors import (
    DateNotAccepted,
    FeedCountWrong,
    FeedDiffers,
    FeedGap,
    MergeNotInForce,
    MergeWithSelf,
    NameNotAccepted,
    NotClusterHead,
    NumberNotAccepted,
    NumberTaken,
    PersonUnknown,
    ProposalDecided,
    ProposalUnknown,
    ReasonsMissing,
)
from chengxin.persons.operations.coverage import CoverageGrant, annul_coverages, grant_coverage, grant_coverages
from chengxin.persons.operations.feed import AppliedFeed, FeedColumns, apply_population_feed
from chengxin.persons.operations.merging import decide_merge, decide_split, propose_merge, propose_split
from chengxin.persons.operations.registration import RegisteredPerson, record_verification, register_person
from chengxin.persons.rules import FeedLine

__all__ = [
    "AppliedFeed",
    "CoverageGrant",
    "DateNotAccepted",
    "FeedColumns",
    "FeedCountWrong",
    "FeedDiffers",
    "FeedGap",
    "FeedLine",
    "MergeNotInForce",
    "MergeWithSelf",
    "NameNotAccepted",
    "NotClusterHead",
    "NumberNotAccepted",
    "NumberTaken",
    "PersonUnknown",
    "ProposalDecided",
    "ProposalUnknown",
    "ReasonsMissing",
    "RegisteredPerson",
    "annul_coverages",
    "apply_population_feed",
    "decide_merge",
    "decide_split",
    "grant_coverage",
    "grant_coverages",
    "propose_merge",
    "propose_split",
    "record_verification",
    "register_person",
]
