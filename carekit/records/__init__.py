"""Every kind of record that carekit keeps; `RECORDS` lists them by name, parents before those that refer to them."""
# ruff: noqa: I001 - the modules stand in the order of declaration: what is referred to comes first

from carekit.records.base import RECORDS, Approval, Area, Derived, Record, Travel
from carekit.records.school import Assignment, RuleSettings, School, SchoolClass, StaffMember, Term
from carekit.records.people import Absence, CareArrangement, Child, Consent, Family, FamilyMember
from carekit.records.care import Case, Closure, Enrolment, HomeVisit, Talk
from carekit.records.support import Membership, Pairing
from carekit.records.contacts import (
    Activity,
    Attendance,
    CardCheck,
    Diary,
    Feedback,
    Homecoming,
    Illness,
    Journal,
    ParentCall,
    SelfCareCheck,
)
from carekit.records.study import Check, Plan, PlanGoal, Score
from carekit.records.hardship import Difficulty, Snooze
from carekit.records.interventions import Intervention, InterventionClosure
from carekit.records.moves import Merge, NotSame, Transfer
from carekit.records.requests import ReopenRequest

__all__ = [
    "RECORDS",
    "Absence",
    "Activity",
    "Approval",
    "Area",
    "Assignment",
    "Attendance",
    "CardCheck",
    "CareArrangement",
    "Case",
    "Check",
    "Child",
    "Closure",
    "Consent",
    "Derived",
    "Diary",
    "Difficulty",
    "Enrolment",
    "Family",
    "FamilyMember",
    "Feedback",
    "HomeVisit",
    "Homecoming",
    "Illness",
    "Intervention",
    "InterventionClosure",
    "Journal",
    "Membership",
    "Merge",
    "NotSame",
    "Pairing",
    "ParentCall",
    "Plan",
    "PlanGoal",
    "Record",
    "ReopenRequest",
    "RuleSettings",
    "School",
    "SchoolClass",
    "Score",
    "SelfCareCheck",
    "Snooze",
    "StaffMember",
    "Talk",
    "Term",
    "Transfer",
    "Travel",
]
