"""For JupyterLab: the children, their histories and every kind of record as pandas frames, in the scope of the person at the desk.

Frames are shown, never kept: a saved notebook holds no outputs (`carekit lab`). Each question leaves a line in the log.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from carekit import clock
from carekit.apps.children import child_options, register_states
from carekit.apps.session import open_desk
from carekit.errors import UserError
from carekit.fields import Shape
from carekit.history import Wording, case_frame
from carekit.language import Label
from carekit.obligations import due as whats_due
from carekit.records import RECORDS, Child
from carekit.records.codes import Role
from carekit.store import Desk

_NO_KIND = Label("There is no kind of record called that. Choose one of: {choices}.", "没有这种记录。可以选：{choices}。")
_WHO = Label("Say which child: there are {count} of that name in your scope.", "请指明是哪个孩子：您的名单里叫这个名字的有{count}个。")


class Explorer:
    """What one person may see, as frames; nothing of it is in its repr."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __repr__(self) -> str:
        return f"Explorer({len(self.kinds)} kinds of record)"

    @property
    def kinds(self) -> list[str]:
        """The kinds of record that are about a child: what `records` takes."""
        return [kind for kind, record in RECORDS.items() if record.about]

    def children(self) -> pd.DataFrame:
        """The children in class today: id, name, detail (class and birthday), register (whether on it)."""
        options = child_options(self._desk, clock.today())
        states = register_states(self._desk, [one for one, _, _ in options])
        rows = [(one, name, detail, state.label.text() if (state := states.get(one)) else "") for one, name, detail in options]
        self._desk.log("read", f"explore children {len(rows)}", kind=Child.kind)
        return pd.DataFrame(rows, columns=["id", "name", "detail", "register"])

    def history(self, child: str) -> pd.DataFrame:
        """The history of one child, named by id or by name: date, ended_on, kind, title, text, who, record_id, version, restricted.

        `UserError` when several children of the scope have the name or none; `NotFound` as `carekit.history.history`.
        """
        return case_frame(self._desk, child if len(child) == 26 and child.isascii() else self._id_of(child))

    def _id_of(self, name: str) -> str:
        found = self._desk.find(Child, {"name": name})
        if len(found) != 1:
            raise UserError(_WHO.format(count=len(found)), code="which_child")
        return found[0].id

    def records(self, kind: str) -> pd.DataFrame:
        """Every record of a kind in the scope, a column for each field under its declared name.

        Codes are in words, references are ids; what the person may not see is empty. `UserError` for a kind that does not exist.
        """
        if kind not in self.kinds:
            raise UserError(_NO_KIND.format(choices=", ".join(self.kinds)), code="unknown_choice")
        record, words = RECORDS[kind], Wording(self._desk)
        found = self._desk.find(record)
        self._desk.log("read", f"explore {kind} {len(found)}", kind=kind)

        def cell(name: str, value: Any) -> Any:
            spec = record.fields[name]
            return words.of_value(spec, value) if spec.shape in (Shape.CODE, Shape.CODES) else value

        rows = [{name: cell(name, getattr(one.record, name)) for name in record.fields} for one in found]
        return pd.DataFrame(rows, columns=list(record.fields))

    def due(self) -> pd.DataFrame:
        """What is due or overdue today, as `carekit.obligations.due`."""
        return whats_due(self._desk)


def explore(desk: Desk | None = None) -> Explorer:
    """The explorer for the person of this kernel (or of `desk`); without either the school's counsellor."""
    return Explorer(desk or open_desk(Role.COUNSELLOR)[0])
