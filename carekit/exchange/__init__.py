"""What goes in and out of a store: rosters of schools read and imported, records exported, held-back rows given back."""

from carekit.exchange.apply import ImportResult, apply_plan
from carekit.exchange.export import FORMATS, export_records
from carekit.exchange.give_back import held_back_workbook
from carekit.exchange.outcome import Change, ImportPlan, Outcome, PlannedRow
from carekit.exchange.plan import plan_import
from carekit.exchange.reading import read_roster
from carekit.exchange.rows import RosterReading, RosterRow, RowProblem, Severity

__all__ = [
    "FORMATS",
    "Change",
    "ImportPlan",
    "ImportResult",
    "Outcome",
    "PlannedRow",
    "RosterReading",
    "RosterRow",
    "RowProblem",
    "Severity",
    "apply_plan",
    "export_records",
    "held_back_workbook",
    "plan_import",
    "read_roster",
]
