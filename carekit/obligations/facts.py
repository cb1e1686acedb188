"""留守 derived from facts: three definitions of one moment, as one select with a row per child.

An absence whose beginning nobody knows counts as long enough, a child whose birth date or household registration nobody knows
counts as under sixteen and rural, and a parent who is dead, missing, in custody, of unknown whereabouts or not recorded at all counts as
unable to care: where a fact is missing, the reading is taken that misses no child, and the unknowns are shown beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.timetable import Timetable, moment_values
from carekit.records import Absence, Child, Record
from carekit.records.codes import FATHERS, MOTHERS, Capacity, Frequency, HukouKind, LeftBehindSchool, ParentState, Relation
from carekit.store import Desk

#: The fields that a rule or a rate rests on: who may not read them of a child is not told of it.
Needs = tuple[tuple[type[Record], str], ...]
PARENTS = tuple(str(relation) for relation in (*FATHERS, *MOTHERS, Relation.PARENT))

DEFINITIONS = {
    "mca": Label(
        "Civil affairs: under 16, rural household registration, both parents away to work, or one away and the other unable to care "
        "(dead, missing, in custody, unable or not recorded); unknown age or registration counts as meeting it",
        "民政口径：不满16周岁、农村户籍，父母双方外出务工，或一方外出、另一方无监护能力（去世、失联、服刑、无监护能力或未登记）；年龄或户籍不详的先计入",
    ),
    "edu": Label(
        "Pupil register: 0 none, 1 one parent, 2 both parents away to work for more than three months; an unknown beginning counts as long enough",
        "学籍口径：父母外出务工超过3个月，0非留守、1单亲留守、2双亲留守；外出时间不详的按已满计",
    ),
    "local": Label("School's own: {rule}; an unknown beginning counts as long enough", "本校口径：{rule}；外出时间不详的按已满计"),
}


#: The columns of each kind that some rule or rate reads. A select of dozens of such parts is built and compiled in a fraction of the time it
#: takes with all columns.
_READ: dict[str, tuple[str, ...]] = {
    "activity": ("id", "kind_of", "held_on", "village", "organiser_id", "cancelled"),
    "attendance": ("id", "child_id", "activity_id", "attended_on", "who", "came"),
    "absence": (
        "id", "member_id", "from_on", "until_on", "return_frequency", "contact_frequency", "last_returned_on", "work_area", "work_place",
    ),
    "card_check": ("id", "child_id", "checked_on", "state"),
    "care_arrangement": (
        "id", "child_id", "carer_id", "from_on", "until_on", "child_heard_on", "agreement_on", "school_told_on", "village_told_on", "no_harm_record",
        "no_addiction", "duty_kept", "otherwise_fit",
    ),
    "case": ("id", "child_id", "opened_on"),
    "check": ("id", "plan_id", "due_on", "checked_on"),
    "child": ("id", "family_id", "village", "birth_on", "hukou_kind", *(name for name, spec in Child.fields.items() if spec.needed)),
    "closure": ("id", "case_id", "closed_on", "proposed_on", "returned_for", "approved_by", "approved_on", "reopened_on"),
    "diary": ("id", "child_id", "written_on"),
    "difficulty": ("id", "child_id", "raised_on", "owner_id", "due_on", "escalated_on", "decided_on", "closed_on"),
    "enrolment": ("id", "child_id", "class_id", "enrolled_on", "entry", "left_on", "leaving"),
    "family": ("id", "village"),
    "family_member": ("id", "family_id", "relation", "state", "capacity", "guardian", "phone", "other_phone", "education"),
    "home_visit": ("id", "child_id", "visited_on", "mode", "outcome", "staff_id", "revisit_on"),
    "homecoming": ("id", "child_id", "returned_on", "relation"),
    "intervention": ("id", "child_id", "opened_on", "worker_id", "review_on"),
    "intervention_closure": (
        "id",
        "intervention_id",
        "closed_on",
        "proposed_on",
        "reason",
        "returned_for",
        "approved_by",
        "approved_on",
        "reopened_on",
    ),
    "journal": ("id", "child_id", "handed_in_on", "replied_on", "staff_id"),
    "membership": ("id", "child_id", "group", "from_on", "until_on"),
    "pairing": ("id", "child_id", "kind_of", "staff_id", "from_on", "until_on"),
    "parent_call": ("id", "child_id", "called_on", "outcome"),
    "plan": ("id", "child_id", "from_on", "until_on", "ended_on", "conclusion", "check_days", "staff_id"),
    "school_class": ("id", "school_id", "school_year", "grade"),
    "staff_member": ("id", "role", "until_on"),
    "talk": ("id", "child_id", "talked_on", "outcome", "staff_id", "follow_up_on"),
    "transfer": ("id", "child_id", "direction", "moved_on", "receipt_on", "staff_id"),
}  # fmt: skip


class Sources:
    """The rows that the selects are made of: current at `known_at` (UTC; now when None).

    `needs` are the fields that what will be told rests on: only children of whom the reader reads them all are told of. Of some children a role
    may know no more than the class they are in, so the usual needs are the sensitive facts of a file. `together`: several rules are asked in one statement.
    """

    def __init__(
        self, desk: Desk, known_at: datetime | None = None, needs: Needs = ((Absence, "from_on"),), *, together: bool = False
    ) -> None:
        self.desk, self.known_at, self._together = desk, known_at, together
        self._needs = [(record, record.fields[name].privacy) for record, name in needs]
        self._selects: dict[tuple[str, bool], sa.Select[Any]] = {}
        self._shared: dict[tuple[Hashable, ...], sa.CTE] = {}

    def _rows(self, kind: str, restrict: bool) -> sa.Select[Any]:
        if (kind, restrict) not in self._selects:
            every: Any = self.desk.rows(kind, known_at=self.known_at, restrict=restrict, needs=self._needs).element
            self._selects[kind, restrict] = every.with_only_columns(*(every.selected_columns[name] for name in dict.fromkeys(_READ[kind])))
        return self._selects[kind, restrict]

    def own(self, kind: str) -> sa.Subquery:
        """Rows inside the reader's scope; every select starts from such rows of enrolments or children."""
        return self._rows(kind, True).subquery(f"own_{kind}")

    def all(self, kind: str, name: str | None = None) -> sa.Subquery:
        """All rows of a kind under a name of their own, to be joined with rows that are inside the scope already."""
        return self._rows(kind, False).subquery(name or kind)

    def shared(self, name: str, *question: Hashable, select: Callable[[], sa.Select[Any]]) -> sa.FromClause:
        """The rows of a select under a name; with `together` the same ones for the same question, which the database then works out once.

        By itself a select goes through them one by one: a province's months need not be kept at once.
        """
        if not self._together:
            return select().subquery(name)
        if (name, *question) not in self._shared:
            alike = sum(key[0] == name for key in self._shared)
            rows = select().cte(f"{name}_{alike}" if alike else name)
            # SQLite goes through them anew for each rule otherwise, because each names them anew
            self._shared[(name, *question)] = rows.prefix_with("MATERIALIZED")
        return self._shared[(name, *question)]


def one_of(column: Any, codes: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of some codes of the declarations, never anything that a person typed: they are written into the select.

    As parameters they would be filled into its text anew each time it is asked, which takes longer than a small school takes to count.
    """
    assert all(code.isdecimal() for code in codes)  # noqa: S101
    return sa.type_coerce(column, sa.String).in_([sa.literal_column(f"'{code}'") for code in codes])


def exists_in(rows: Any, *conditions: sa.ColumnElement[bool]) -> sa.Exists:
    """Whether there are such rows (of one table or several); whatever else the conditions name belongs to the selects around it."""
    own = rows if isinstance(rows, tuple) else (rows,)
    return sa.exists().where(*conditions).correlate_except(*own)


def is_away(absence: Any, moment: Any) -> sa.ColumnElement[bool]:
    """Whether a stay away covers a moment; who comes home every day is not away."""
    return sa.and_(
        sa.or_(absence.c.from_on.is_(None), absence.c.from_on <= moment.c.away_by),
        sa.or_(absence.c.until_on.is_(None), absence.c.until_on > moment.c.back_after),
        sa.or_(absence.c.return_frequency.is_(None), absence.c.return_frequency != str(Frequency.DAILY)),
    )


def last_stay(source: Sources, stay: Any, moment: Any) -> sa.ColumnElement[bool]:
    """Whether an enrolment covers a moment and is the child's last one in it, so that a child who changes class counts once."""
    later = source.all("enrolment", "later_stay")

    def within(row: Any) -> sa.ColumnElement[bool]:
        return sa.and_(row.c.enrolled_on <= moment.c.begun_by, sa.or_(row.c.left_on.is_(None), row.c.left_on >= moment.c.starts_on))

    newer = sa.or_(later.c.enrolled_on > stay.c.enrolled_on, sa.and_(later.c.enrolled_on == stay.c.enrolled_on, later.c.id > stay.c.id))
    same = sa.and_(later.c.child_id == stay.c.child_id, later.c.enrolled_on >= stay.c.enrolled_on)
    return sa.and_(within(stay), ~exists_in(later, same, newer, within(later)))


def taught_at(source: Sources, stay: Any, moment: Any) -> sa.ColumnElement[bool]:
    """Whether an enrolment is in a class of the moment's school."""
    taught = source.all("school_class", "own_school")
    return exists_in(taught, taught.c.id == stay.c.class_id, taught.c.school_id == moment.c.school_id)


def stays_in(source: Sources, stay: Any, moment: Any, *, many: bool) -> sa.ColumnElement[bool]:
    """The enrolments of a moment, one a child; with `many` schools, each has moments of its own."""
    last = last_stay(source, stay, moment)
    return sa.and_(last, taught_at(source, stay, moment)) if many else last


class Parents:
    """What is known of one child's parents at a moment, as conditions on a row of the child (any row with `family_id`)."""

    def __init__(self, source: Sources, child: Any, moment: Any) -> None:
        self._source, self._child, self._moment = source, child, moment

    def _parent(self, name: str, *conditions: Any, relations: tuple[str, ...] = PARENTS) -> Any:
        parent = self._source.all("family_member", name)
        return parent, [parent.c.family_id == self._child.c.family_id, one_of(parent.c.relation, relations), *conditions]

    def _stay(self, name: str, parent: Any, since: Any) -> tuple[Any, sa.ColumnElement[bool]]:
        absence = self._source.all("absence", name)
        long = sa.true() if since is None else sa.or_(absence.c.from_on.is_(None), absence.c.from_on <= since)
        return absence, sa.and_(absence.c.member_id == parent.c.id, is_away(absence, self._moment), long)

    def away(self, since: Any = None, *more: Any, relations: tuple[str, ...] = PARENTS) -> sa.ColumnElement[bool]:
        """Whether at least one parent is away, since a day or earlier when one is given; `more` are conditions on the absence."""
        parent, conditions = self._parent("away_parent", relations=relations)
        absence, holds = self._stay("away", parent, since)
        return exists_in(
            (parent, absence), *conditions, parent.c.state != str(ParentState.DECEASED), holds, *(condition(absence) for condition in more)
        )

    def greatest(self, field: str) -> Any:
        """The greatest code in a field of the parents' stays away: the farthest place of work, the rarest return."""
        parent, conditions = self._parent("far_parent")
        absence, holds = self._stay("far_stay", parent, None)
        living = parent.c.state != str(ParentState.DECEASED)
        return (
            sa.select(sa.func.max(absence.c[field])).where(*conditions, living, holds).correlate_except(parent, absence).scalar_subquery()
        )

    def two_away(self, since: Any) -> sa.ColumnElement[bool]:
        """Whether at least two parents are away since a day or earlier."""
        (one, first), (other, second) = self._parent("one_parent"), self._parent("other_parent")
        one_away, one_holds = self._stay("one_away", one, since)
        other_away, other_holds = self._stay("other_away", other, since)
        living = [parent.c.state != str(ParentState.DECEASED) for parent in (one, other)]
        return exists_in((one, other, one_away, other_away), *first, *second, *living, one.c.id < other.c.id, one_holds, other_holds)

    def home(self, since: Any = None, *, able: bool = False) -> sa.ColumnElement[bool]:
        """Whether a living parent is not away (not since that day), and with `able` can also care."""
        parent, conditions = self._parent("home_parent")
        absence, holds = self._stay("not_home", parent, since)
        if able:
            conditions.append(sa.or_(parent.c.capacity.is_(None), parent.c.capacity != str(Capacity.NONE)))
        return exists_in(parent, *conditions, parent.c.state == str(ParentState.PRESENT), ~exists_in(absence, holds))

    # --- the three definitions ---

    def mca(self) -> sa.ColumnElement[bool]:
        """民政口径."""
        young = sa.or_(self._child.c.birth_on.is_(None), self._child.c.birth_on > self._moment.c.grown_by)
        rural = sa.or_(self._child.c.hukou_kind.is_(None), self._child.c.hukou_kind == str(HukouKind.RURAL))
        return sa.and_(young, rural, self.away(), ~self.home(able=True))

    def edu(self) -> sa.ColumnElement[str]:
        """学籍口径: "0", "1" or "2"."""
        long = self._moment.c.register_by
        return sa.case(
            (self.two_away(long), str(LeftBehindSchool.BOTH)),
            (self.away(long), str(LeftBehindSchool.ONE)),
            else_=str(LeftBehindSchool.NONE),
        )

    def local(self) -> sa.ColumnElement[bool]:
        """The school's own definition by its rules of the date."""
        long = self._moment.c.local_by
        return sa.and_(self.away(long), sa.or_(self._moment.c.both == 0, ~self.home(long)))

    def left_behind(self) -> sa.ColumnElement[bool]:
        """Left behind under at least one of the three definitions."""
        return sa.or_(self.away(self._moment.c.register_by), self.local(), self.mca())


def left_behind(desk: Desk, timetable: Timetable, known_at: datetime | None = None, only: Collection[str] | None = None) -> sa.Select[Any]:
    """One row per child enrolled at ``timetable.on``: child_id, class_id, edu, mca, local, and the facts behind them, or `only` some of these.

    Facts, yes or no: `father_away`, `mother_away`, `able_home` (a parent able to care is at home), `unknown_start` (of an absence), `unknown_birth`,
    `unknown_hukou`.
    """
    source, moment = Sources(desk, known_at), moment_values(timetable.today, "moment")
    stay, child = source.own("enrolment"), source.all("child")
    parents = Parents(source, child, moment)
    found: dict[str, Callable[[], Any]] = {
        "edu": parents.edu,
        "mca": parents.mca,
        "local": parents.local,
        "father_away": lambda: parents.away(relations=tuple(map(str, FATHERS))),
        "mother_away": lambda: parents.away(relations=tuple(map(str, MOTHERS))),
        "able_home": lambda: parents.home(able=True),
        "unknown_start": lambda: parents.away(None, lambda absence: absence.c.from_on.is_(None)),
        "unknown_birth": lambda: child.c.birth_on.is_(None),
        "unknown_hukou": lambda: child.c.hukou_kind.is_(None),
    }
    columns = [sa.type_coerce(found[name](), sa.String if name == "edu" else sa.Boolean).label(name) for name in only or found]
    return (
        sa.select(stay.c.child_id, stay.c.class_id, *columns)
        .select_from(stay)
        .join(moment, stays_in(source, stay, moment, many=timetable.many))
        .join(child, child.c.id == stay.c.child_id)
    )
