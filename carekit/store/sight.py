"""What an actor sees of the records of one kind, where a role may see more of some children than of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from carekit.access import Actor, hidden_above, highest, lowest
from carekit.fields import Privacy
from carekit.records import Record
from carekit.store.scope import in_scope, narrowest, scopes_of, within

_LEVEL = "sees_{}"


class Sight:
    """The sight that an actor has of a kind on a day, as columns and conditions over its table (or an alias of it)."""

    def __init__(self, actor: Actor, record: type[Record], table: sa.FromClause, today: date) -> None:
        self._actor, self._record, self._table, self._today = actor, record, table, today
        #: The fields that the actor sees of no record.
        self.hidden = hidden_above(record, highest(actor, record))
        #: The fields that the actor sees of some records and not of others, each with its class.
        self.partial = {
            name: record.fields[name].privacy for name in hidden_above(record, lowest(actor, record)) if name not in self.hidden
        }

    def reaches(self, at: Privacy = Privacy.OPEN) -> sa.ColumnElement[bool]:
        """Whether a row is inside the scope, and seen there up to a class at least."""
        return in_scope(self._actor, self._record, self._table, self._today, at=at)

    def near(self, needs: Iterable[tuple[type[Record], Privacy]]) -> sa.ColumnElement[bool]:
        """Whether a row is inside the scope, and about a child of whom the actor also reads these other kinds up to these classes."""
        asked = [scopes_of(self._actor, self._record), *(scopes_of(self._actor, record, at) for record, at in needs)]
        return sa.and_(*(within(self._actor, self._record, self._table, self._today, scopes) for scopes in narrowest(asked)))

    def level_of(self, name: str) -> Privacy | None:
        """The class at which a field or a derived column is seen: None when nowhere; OPEN when everywhere in the scope."""
        if name not in self._record.derived:
            return None if name in self.hidden else self.partial.get(name, Privacy.OPEN)
        # derived from the name and the birth date: as private as these
        levels = [self.level_of(source) for source in ("born_on", "name") if source in self._record.fields]
        return None if None in levels else max((level for level in levels if level is not None), default=Privacy.OPEN)

    def column(self, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        """A column of the table, NULL where the actor does not see it."""
        level = self.level_of(column.name) if column.name in self._record.fields or column.name in self._record.derived else Privacy.OPEN
        nothing = sa.cast(sa.null(), column.type)
        if level is None:
            return nothing.label(column.name)
        return column if level is Privacy.OPEN else sa.case((self.reaches(level), column), else_=nothing).label(column.name)

    def levels(self) -> list[sa.ColumnElement[bool]]:
        """Further columns of a select, from which `of_row` tells what of a row is not seen."""
        return [self.reaches(level).label(_LEVEL.format(int(level))) for level in sorted(set(self.partial.values()))]

    def of_row(self, row: Mapping[Any, Any]) -> frozenset[str]:
        """The fields that the actor does not see of a row that was selected with `levels`."""
        return self.hidden | {name for name, level in self.partial.items() if not row[_LEVEL.format(int(level))]}
