"""What goes in and out of a store: rosters of schools read and imported, records exported, held-back rows given back."""

from carekit.exchange.export import FORMATS, export_records
from carekit.exchange.planning.apply import ImportResult, apply_plan
from carekit.exchange.planning.give_back import held_back_workbook
from carekit.exchange.planning.outcome import Change, ImportPlan, Outcome, PlannedRow
from carekit.exchange.planning.plan import plan_import
from carekit.exchange.roster.reading import read_roster
from carekit.exchange.roster.rows import RosterReading, RosterRow, RowProblem, Severity

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
