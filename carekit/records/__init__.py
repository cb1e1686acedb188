"""Every kind of record that carekit keeps; `RECORDS` lists them by name, parents before those that refer to them."""
# ruff: noqa: I001 - the modules stand in the order of declaration: what is referred to comes first

from carekit.records.base import RECORDS, Area, Derived, Record
from carekit.records.school import Assignment, RuleSettings, School, SchoolClass, StaffMember, Term
from carekit.records.people import Absence, CareArrangement, Child, Consent, Family, FamilyMember
from carekit.records.care import Case, Closure, Enrolment, HomeVisit, Talk

__all__ = [
    "RECORDS",
    "Absence",
    "Area",
    "Assignment",
    "CareArrangement",
    "Case",
    "Child",
    "Closure",
    "Consent",
    "Derived",
    "Enrolment",
    "Family",
    "FamilyMember",
    "HomeVisit",
    "Record",
    "RuleSettings",
    "School",
    "SchoolClass",
    "StaffMember",
    "Talk",
    "Term",
]
