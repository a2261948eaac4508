"""Cases: the person at risk, what was seen and said, who may read it, and what is to be done by when.

What is known is never overwritten: catalogue fields, facts for decisions, safe contact and chronology are
rows that are added; the newest stands and the older remain readable.
"""

from sharewell.cases.models.access import AccessDigest, CaseRead, Draft
from sharewell.cases.models.allegation import (
    Allegation,
    AllegationFacts,
    AllegationOutcome,
    EvidenceKept,
    NamedTold,
    WitnessAccount,
)
from sharewell.cases.models.breakglass import GlassBreak, GlassSearch, Notice
from sharewell.cases.models.case import (
    Case,
    CaseQuerySet,
    CircleMember,
    CircleMemberQuerySet,
    Closing,
    Wall,
)
from sharewell.cases.models.caveat import Caveat, OriginatorAgreement
from sharewell.cases.models.chronology import (
    ChronologyEntry,
    ChronologyWords,
    FieldEntry,
    RiskFacts,
)
from sharewell.cases.models.concern import PARTS, Concern, ConcernCase, Statement
from sharewell.cases.models.contact import ContactLeave, ContactWord, SafeContact
from sharewell.cases.models.handover import Handover, HandoverCase
from sharewell.cases.models.household import (
    AT_RISK,
    Alleged,
    HouseholdCase,
    HouseholdMember,
    Relation,
)
from sharewell.cases.models.level import LevelGiven
from sharewell.cases.models.marking import Marking
from sharewell.cases.models.merge import Merge, MergedRow, NotSame
from sharewell.cases.models.people import (
    Decider,
    Identifier,
    Need,
    Person,
    PersonName,
    Recorded,
)
from sharewell.cases.models.private import PrivateAttempt, PrivatePlan
from sharewell.cases.models.task import Task, TaskQuerySet
from sharewell.cases.models.words import KINDS, READERS, UNKNOWN

__all__ = [
    "AT_RISK",
    "KINDS",
    "PARTS",
    "READERS",
    "UNKNOWN",
    "AccessDigest",
    "Allegation",
    "AllegationFacts",
    "AllegationOutcome",
    "Alleged",
    "Case",
    "CaseQuerySet",
    "CaseRead",
    "Caveat",
    "ChronologyEntry",
    "ChronologyWords",
    "CircleMember",
    "CircleMemberQuerySet",
    "Closing",
    "Concern",
    "ConcernCase",
    "ContactLeave",
    "ContactWord",
    "Decider",
    "Draft",
    "EvidenceKept",
    "FieldEntry",
    "GlassBreak",
    "GlassSearch",
    "Handover",
    "HandoverCase",
    "HouseholdCase",
    "HouseholdMember",
    "Identifier",
    "LevelGiven",
    "Marking",
    "Merge",
    "MergedRow",
    "NamedTold",
    "Need",
    "NotSame",
    "Notice",
    "OriginatorAgreement",
    "Person",
    "PersonName",
    "PrivateAttempt",
    "PrivatePlan",
    "Recorded",
    "Relation",
    "RiskFacts",
    "SafeContact",
    "Statement",
    "Task",
    "TaskQuerySet",
    "Wall",
    "WitnessAccount",
]
