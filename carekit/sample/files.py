"""Writes the files of ``sample-data/``: rosters as schools send them, and what a right import says of each."""

from __future__ import annotations

import json
from pathlib import Path

from carekit.records import Assignment, StaffMember
from carekit.records.codes import Duty
from carekit.sample import roster_csv, roster_register, roster_workbook
from carekit.sample.building import build_sample
from carekit.sample.dossiers import Dossier, dossiers
from carekit.sample.plan import SEED
from carekit.sample.roster_rows import Tally

EXPECTED = "expected.json"


def sample_files(seed: int = SEED) -> dict[str, bytes]:
    """The content of every generated file by its name."""
    records = build_sample(seed)
    everybody = dossiers(records)
    staff = {record.id: record.name for record in records if isinstance(record, StaffMember)}
    leads = {
        record.class_id: staff[record.staff_id]
        for record in records
        if isinstance(record, Assignment) and record.duty is Duty.CLASS_TEACHER and record.until_on is None
    }
    files: dict[str, bytes] = {}
    tallies: dict[str, Tally] = {}
    files[roster_workbook.NAME], tallies[roster_workbook.NAME] = roster_workbook.write_workbook(everybody)
    files[roster_csv.NAME], tallies[roster_csv.NAME] = roster_csv.write_csv(everybody, _teachers(everybody, leads))
    files[roster_register.NAME], tallies[roster_register.NAME] = roster_register.write_register_export(everybody)
    expected = {name: tally.expected() for name, tally in tallies.items()}
    files[EXPECTED] = (json.dumps(expected, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    return files


def _teachers(everybody: list[Dossier], leads: dict[str, str]) -> dict[int, str]:
    """The class teachers of the third grade by class number."""
    return {d.school_class.number: leads.get(d.school_class.id, "") for d in everybody if d.school_class.grade == roster_csv.GRADE}


def write_sample_files(folder: Path) -> list[Path]:
    """Write the rosters and ``expected.json`` into `folder` (made when missing); returns the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in sample_files().items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths
