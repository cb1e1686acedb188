"""Each rate by class against hand-written SQL for the same figure on the same store, from 1,000 children on.

The store is an encrypted file filled by bulk insert through the schema's own tables: two thirds of the children left behind by the facts, most
of them entered in the register, some closed, some gone, eight talks each. Both sides are asked in turn in one run and must agree in every
class; the ratio is that of the faster of several runs of each, in processor time (both sides work within this process), so that other work on
the machine blurs it little. The hand-written SQL states the same rules once more (last class of a child, days on the register, the facts for
those who are not entered), as somebody would write it for this one figure and date. A figure is a pandas frame, so both sides make one: the
ratio is to `pandas.read_sql` of the hand-written SQL; beside it stands the ratio to the bare rows of the driver.

The last line of each size says how the time per child grew since the size before (1.0: linear).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import sqlalchemy as sa

from carekit import clock
from carekit.metrics import METRICS, measure
from carekit.records import School, Term
from carekit.records.codes import TermNumber
from carekit.store import Actor, Desk, Store, new_key
from carekit.store.schema import ENTITY, TABLES

ON = date(2026, 1, 31)
QUICK, FULL = (1_000, 10_000), (1_000, 10_000, 100_000, 1_000_000)
MONTHS = ((9, 2025, 30), (10, 2025, 31), (11, 2025, 30), (12, 2025, 31), (1, 2026, 31))
CLASS_SIZE = 40
_BATCH = 20_000
_VERSION: dict[str, Any] = {
    "version": 1, "recorded_at": clock.start_of(date(2025, 9, 1)), "superseded_at": None, "recorded_by": "bench", "change_reason": "", "withdrawn": False,
}  # fmt: skip

Row = dict[str, Any]


def _is_left_behind(n: int) -> bool:
    return n % 3 != 0


def _child(n: int, rnd: Random) -> Iterator[tuple[str, Row]]:
    """All rows of one child, parents before those that refer to them."""
    key, school_class = f"{n:09}", f"k{n // CLASS_SIZE:06}"
    gone = n % 50 == 0
    whole: Row = {"sex": "1", "born_on": date(2016, 5, 6), "nation": "01", "id_number": f"999999{key}", "hukou_kind": "1", "hukou_place": "x",
                  "address": "x", "health": "1", "schooling": "3", "boarding": "1" if n % 7 else None}  # fmt: skip
    yield "family", {"id": f"f{key}", "village": f"v{n % 20}", "income_sources": [], "assistance": []}
    yield "child", {"id": f"c{key}", "name": "样例", "family_id": f"f{key}", "born_precision": "day", "birth_on": date(2016, 5, 6), **whole}
    yield "enrolment", {"id": f"e{key}", "child_id": f"c{key}", "class_id": school_class, "enrolled_on": date(2025, 9, 1), "entry": "1",
                        "left_on": date(2026, 1, 10) if gone else None, "leaving": ("3" if n % 100 else "5") if gone else None}  # fmt: skip
    for letter, relation in (("p", "51"), ("q", "52"), ("g", "61")):
        yield "family_member", {"id": f"{letter}{key}", "family_id": f"f{key}", "name": "样例", "relation": relation, "state": "1",
                                "guardian": letter == "g", "phone": "15400000001" if letter == "g" and n % 11 else None}  # fmt: skip
    if not _is_left_behind(n):
        return
    for letter in "pq" if n % 2 else "p":
        yield "absence", {"id": f"a{letter}{key}", "member_id": f"{letter}{key}", "from_on": date(2024, 3, 1), "from_precision": "day",
                          "work_area": "4", "work_place": "外省", "contact_frequency": str(n % 4 + 1)}  # fmt: skip
    if n % 30 != 1:
        yield "case", {"id": f"s{key}", "child_id": f"c{key}", "opened_on": date(2025, 3, 1), "source": "1"}
        if n % 40 == 2:
            yield "closure", {"id": f"x{key}", "case_id": f"s{key}", "closed_on": date(2025, 10, 9 + n % 13), "reason": "1"}
    for k in range(8):
        yield "talk", {"id": f"t{k}{key}", "child_id": f"c{key}", "talked_on": date(2025, 9, 1) + timedelta(rnd.randrange(150)), "staff_id": "staff",
                       "mode": "1", "topic": "1", "outcome": "1" if k else "2", "points": "x", "child_states": []}  # fmt: skip
    if n % 5:
        yield "home_visit", {"id": f"h{key}", "child_id": f"c{key}", "visited_on": date(2025, 10, 9), "staff_id": "staff", "mode": str(n % 5 % 3 + 1),
                             "outcome": "1"}  # fmt: skip


def fill(store: Store, children: int) -> None:
    """Fill a new store with so many children."""
    desk, rnd = store.for_actor(Actor.console()), Random(1)
    school = School(name="样例小学")
    desk.add_all([
        school,
        Term(school_id=school.id, school_year=2025, number=TermNumber.FIRST, starts_on=date(2025, 9, 1), ends_on=date(2026, 1, 20)),
        Term(school_id=school.id, school_year=2025, number=TermNumber.SECOND, starts_on=date(2026, 2, 20), ends_on=date(2026, 7, 5)),
    ])  # fmt: skip
    numbers = iter(range(children))
    with store.engine.begin() as connection:
        connection.execute(ENTITY.insert(), [{"id": "staff", "kind": "staff_member"}])
        classes = [
            {"id": f"k{k:06}", "school_id": school.id, "school_year": 2025, "grade": k % 6 + 1, "number": k % 60 + 1, "name": f"班{k}"}
            for k in range((children + CLASS_SIZE - 1) // CLASS_SIZE)
        ]
        _insert(connection, {"school_class": classes})
        while batch := list(islice(numbers, _BATCH)):
            rows: dict[str, list[Row]] = {}
            for n in batch:
                for kind, row in _child(n, rnd):
                    rows.setdefault(kind, []).append(row)
            _insert(connection, rows)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _insert(connection: sa.Connection, rows: dict[str, list[Row]]) -> None:
    for kind, each in rows.items():
        connection.execute(ENTITY.insert(), [{"id": row["id"], "kind": kind} for row in each])
        connection.execute(TABLES[kind].insert(), [_VERSION | row for row in each])


# --- the same figures by hand -----------------------------------------------------------------------------------------


def _now(name: str) -> str:
    return f"{name}.superseded_at IS NULL AND NOT {name}.withdrawn"


_PARENTS = "('51', '52', '57', '58', '50')"
_FIRST, _LAST = "'2025-09-01'", f"'{ON}'"
_IN_CLASS = (
    f"{_now('e')} AND e.enrolled_on <= {_LAST} AND (e.left_on IS NULL OR e.left_on >= {_LAST}) AND NOT EXISTS (SELECT 1 FROM enrolment l WHERE "
    f"l.child_id = e.child_id AND (l.enrolled_on, l.id) > (e.enrolled_on, e.id) AND l.enrolled_on <= {_LAST} "
    f"AND (l.left_on IS NULL OR l.left_on >= {_LAST}) AND {_now('l')})"
)


def _away(family: str, by: str = _LAST, back: str = _LAST, since: str = "", more: str = "") -> str:
    """A parent of a family away: begun by a day, not back by another, since a third."""
    held = f"(a.from_on IS NULL OR a.from_on <= {since or by})"
    return (
        f"EXISTS (SELECT 1 FROM family_member m JOIN absence a ON a.member_id = m.id WHERE m.family_id = {family} AND m.relation IN {_PARENTS} "
        f"AND m.state <> '2' AND {_now('m')} AND {_now('a')} AND {held} AND (a.until_on IS NULL OR a.until_on > {back}) "
        f"AND (a.return_frequency IS NULL OR a.return_frequency <> '1'){more})"
    )


def _left_behind(by: str, back: str, since: str, local: str, grown: str) -> str:
    """Left behind under any definition, as a condition on a row `c` of child."""
    home = (
        f"EXISTS (SELECT 1 FROM family_member m WHERE m.family_id = c.family_id AND m.relation IN {_PARENTS} AND m.state = '1' AND "
        f"(m.capacity IS NULL OR m.capacity <> '3') AND {_now('m')} AND NOT EXISTS (SELECT 1 FROM absence a WHERE a.member_id = m.id AND {_now('a')} "
        f"AND (a.from_on IS NULL OR a.from_on <= {by}) AND (a.until_on IS NULL OR a.until_on > {back}) "
        "AND (a.return_frequency IS NULL OR a.return_frequency <> '1')))"
    )
    rural = f"(c.hukou_kind IS NULL OR c.hukou_kind = '1') AND (c.birth_on IS NULL OR c.birth_on > {grown})"
    return f"({_away('c.family_id', by, back, since)} OR {_away('c.family_id', by, back, local)} OR ({rural} AND {_away('c.family_id', by, back)} AND NOT {home}))"


_HELD_TODAY = _left_behind(_LAST, _LAST, "'2025-10-30'", "'2025-10-31'", "'2010-01-31'")


def _month_list() -> str:
    """The school months with the dates that the rule of fifteen days compares with."""
    rows = []
    for month, year, last in MONTHS:
        first, end = date(year, month, 1), date(year, month, last)
        by, back = end - timedelta(14), first + timedelta(14)
        since, local = (date(2025 if by.month > 3 else by.year - 1, (by.month - 4) % 12 + 1, by.day - k) for k in (1, 0))
        if by.month <= 3:
            since, local = (date(by.year - 1, by.month + 9, by.day - k) for k in (1, 0))
        grown = first.replace(year=first.year - 16)
        rows.append("(" + ", ".join(f"'{d}'" for d in (first, end, by, back, since, local, grown)) + f", {last})")
    return "month(a, b, by, back, since, local, grown, days) AS (VALUES " + ", ".join(rows) + ")"


_E_FIRST = "CASE WHEN e2.enrolled_on <= p.a THEN 1 ELSE CAST(strftime('%d', e2.enrolled_on) AS INTEGER) END"
_E_LAST = "CASE WHEN e2.left_on IS NULL OR e2.left_on >= p.b THEN p.days ELSE CAST(strftime('%d', e2.left_on) AS INTEGER) END"
_K_FIRST = "CASE WHEN k2.opened_on <= p.a THEN 1 ELSE CAST(strftime('%d', k2.opened_on) AS INTEGER) END"
_X_FIRST = "CASE WHEN x.closed_on < p.a THEN 1 ELSE CAST(strftime('%d', x.closed_on) AS INTEGER) + 1 END"
_X_LAST = "CASE WHEN x.reopened_on IS NULL OR x.reopened_on > p.b THEN p.days ELSE CAST(strftime('%d', x.reopened_on) AS INTEGER) - 1 END"
_OFF = (
    f"(SELECT coalesce(sum(max(0, min({_X_LAST}, {_E_LAST}) - max({_X_FIRST}, {_E_FIRST}, {_K_FIRST}) + 1)), 0) FROM closure x WHERE x.case_id = k2.id "
    f"AND x.closed_on < p.b AND (x.reopened_on IS NULL OR x.reopened_on > p.a) AND {_now('x')})"
)
_REGISTER_DAYS = (
    f'(SELECT sum(max(0, {_E_LAST} - max({_E_FIRST}, {_K_FIRST}) + 1) - {_OFF}) FROM enrolment e2 JOIN "case" k2 ON k2.child_id = e2.child_id WHERE '
    f"e2.child_id = e.child_id AND e2.enrolled_on <= p.b AND (e2.left_on IS NULL OR e2.left_on >= p.a) AND k2.opened_on <= p.b AND {_now('e2')} AND {_now('k2')})"
)
_CLASS_DAYS = (
    f"(SELECT sum({_E_LAST} - {_E_FIRST} + 1) FROM enrolment e2 WHERE e2.child_id = e.child_id AND e2.enrolled_on <= p.b AND "
    f"(e2.left_on IS NULL OR e2.left_on >= p.a) AND {_now('e2')})"
)


def _due_months(months: str = "") -> str:
    """WITH parts that end in `due`: child, class and month in which a talk is due."""
    held = _left_behind("p.by", "p.back", "p.since", "p.local", "p.grown")
    facts = f"EXISTS (SELECT 1 FROM child c WHERE c.id = e.child_id AND {_now('c')} AND {held})"
    return (
        f"WITH {_month_list()}, due AS (SELECT e.child_id, e.class_id, p.a, p.b FROM enrolment e JOIN month p ON e.enrolled_on <= p.b "
        f"AND (e.left_on IS NULL OR e.left_on >= p.a){months} WHERE {_now('e')} AND NOT EXISTS (SELECT 1 FROM enrolment l WHERE l.child_id = e.child_id "
        f"AND (l.enrolled_on, l.id) > (e.enrolled_on, e.id) AND l.enrolled_on <= p.b AND (l.left_on IS NULL OR l.left_on >= p.a) AND {_now('l')}) "
        f"AND ({_REGISTER_DAYS} >= 15 OR ({_CLASS_DAYS} >= 15 AND {facts})))"
    )


def _done(kind: str, day: str, first: str, last: str, outcome: str = "= '1'", more: str = "") -> str:
    return f"EXISTS (SELECT 1 FROM {kind} t WHERE t.child_id = due.child_id AND t.{day} BETWEEN {first} AND {last} AND t.outcome {outcome} AND {_now('t')}{more})"


def _file() -> tuple[str, str, str]:
    """FROM and WHERE of the files due, the count of needed cells and that of filled ones."""
    opened = (
        f'EXISTS (SELECT 1 FROM "case" k WHERE k.child_id = e.child_id AND k.opened_on <= {_LAST} AND {_now("k")} AND NOT EXISTS (SELECT 1 FROM closure x '
        f"WHERE x.case_id = k.id AND x.closed_on < {_LAST} AND (x.reopened_on IS NULL OR x.reopened_on > {_LAST}) AND {_now('x')}))"
    )
    rows = f"FROM enrolment e JOIN child c ON c.id = e.child_id AND {_now('c')} WHERE {_IN_CLASS} AND ({opened} OR {_HELD_TODAY})"
    own = ("name", "sex", "birth_on", "nation", "id_number", "hukou_kind", "hukou_place", "address", "health", "schooling", "boarding")
    parent = f"EXISTS (SELECT 1 FROM family_member m WHERE m.family_id = c.family_id AND m.relation IN {_PARENTS} AND {_now('m')})"
    reached = "(g.phone IS NOT NULL OR g.other_phone IS NOT NULL)"
    carer = (
        f"(EXISTS (SELECT 1 FROM family_member g WHERE g.family_id = c.family_id AND {reached} AND g.guardian AND {_now('g')}) OR EXISTS (SELECT 1 FROM "
        f"care_arrangement y JOIN family_member g ON g.id = y.carer_id WHERE y.child_id = c.id AND {reached} AND (y.from_on IS NULL OR y.from_on <= {_LAST}) "
        f"AND (y.until_on IS NULL OR y.until_on > {_LAST}) AND {_now('y')} AND {_now('g')}))"
    )
    away = _away("c.family_id")
    cells = [f"(c.{name} IS NOT NULL)" for name in own] + [
        parent,
        carer,
        f"({away} AND NOT {_away('c.family_id', more=' AND a.work_place IS NULL')})",
    ]
    return rows, f"({len(own) + 2} + {away})", f"({' + '.join(cells)})", opened  # type: ignore[return-value]


def hand_written() -> dict[str, str]:
    """The SQL of each rate by class: class, numerator, denominator."""
    rows, needed, filled, opened = _file()  # type: ignore[misc]
    month = f"{_done('talk', 'talked_on', 'due.a', 'due.b')}"
    excused = f"{_done('talk', 'talked_on', 'due.a', 'due.b', chr(61) + chr(32) + chr(39) + '3' + chr(39))}"
    both = f"{_done('talk', 'talked_on', 'due.a', 'due.b', 'IN (' + chr(39) + '1' + chr(39) + ', ' + chr(39) + '3' + chr(39) + ')')}"
    visit = _done("home_visit", "visited_on", "'2025-09-01'", "'2026-01-20'", more=" AND t.mode = '1'")
    last = "substr(max(due.a || due.class_id), 11) AS class_id"
    gone = "e.left_on < '2026-01-31' AND e.leaving IN ('3', '6', '8')"
    here = "(e.left_on IS NULL OR e.left_on >= '2026-01-31' OR e.leaving IN ('1', '2'))"
    no_later = f"NOT EXISTS (SELECT 1 FROM enrolment l WHERE l.child_id = e.child_id AND (l.enrolled_on, l.id) > (e.enrolled_on, e.id) AND l.enrolled_on <= {_LAST} AND {_now('l')})"
    of_age = "(c.birth_on IS NULL OR (c.birth_on <= '2019-08-31' AND c.birth_on > '2010-01-31'))"
    weekly = _away("c.family_id", more=" AND a.contact_frequency IN ('1', '2')")
    return {
        "left_behind_rate": f"SELECT e.class_id, sum({_away('c.family_id', since=chr(39) + '2025-10-31' + chr(39))}), count(*) FROM enrolment e JOIN child c ON c.id = e.child_id AND {_now('c')} WHERE {_IN_CLASS} GROUP BY 1",
        "file_rate": f"SELECT class_id, sum(opened AND needed = filled), count(*) FROM (SELECT e.class_id, {opened} AS opened, {needed} AS needed, {filled} AS filled {rows}) GROUP BY 1",
        "completeness": f"SELECT e.class_id, sum({filled}), sum({needed}) {rows} GROUP BY 1",
        "enrolment_rate": f"SELECT e.class_id, sum(e.id IS NOT NULL AND (e.left_on IS NULL OR e.left_on >= {_LAST})), count(*) FROM child c LEFT JOIN enrolment e ON e.child_id = c.id AND e.enrolled_on <= {_LAST} AND {_now('e')} AND {no_later} WHERE {_now('c')} AND {of_age} AND CASE WHEN e.id IS NULL THEN EXISTS (SELECT 1 FROM \"case\" k WHERE k.child_id = c.id AND k.opened_on <= {_LAST} AND {_now('k')}) ELSE NOT coalesce(e.left_on < {_LAST} AND e.leaving IN ('2', '3', '6', '8'), 0) END GROUP BY 1",
        "retention_year": f"SELECT e.class_id, sum({here}), count(*) FROM enrolment e WHERE {_now('e')} AND e.enrolled_on <= {_LAST} AND (e.left_on IS NULL OR e.left_on >= {_FIRST}) AND {no_later} AND NOT coalesce({gone}, 0) AND EXISTS (SELECT 1 FROM enrolment b WHERE b.child_id = e.child_id AND b.enrolled_on <= {_LAST} AND (b.left_on IS NULL OR b.left_on >= {_FIRST}) AND (b.enrolled_on <= {_FIRST} OR b.entry IN ('1', '2', '3', '6')) AND {_now('b')}) GROUP BY 1",
        "retention_six_years": f"SELECT e.class_id, sum({here}), count(*) FROM enrolment e JOIN school_class k ON k.id = e.class_id AND {_now('k')} AND k.school_year - k.grade = 2019 WHERE {_now('e')} AND e.enrolled_on <= {_LAST} AND {no_later} AND NOT coalesce({gone}, 0) GROUP BY 1",
        "talk_coverage": f"{_due_months(' AND p.a = ' + chr(39) + '2026-01-01' + chr(39))} SELECT class_id, sum(met), count(*) FROM (SELECT due.class_id, {month} AS met, {excused} AS excused FROM due) WHERE met OR NOT excused GROUP BY 1",
        "talk_attainment": f"{_due_months()} SELECT class_id, sum(attained), count(*) FROM (SELECT {last}, min({both}) AS attained FROM due GROUP BY due.child_id) GROUP BY 1",
        "visit_rate": f"{_due_months()} SELECT class_id, sum({visit}), count(*) FROM (SELECT due.child_id, {last} FROM due GROUP BY due.child_id) AS due GROUP BY 1",
        "contact_rate": f"SELECT e.class_id, sum({weekly}), count(*) FROM enrolment e JOIN child c ON c.id = e.child_id AND {_now('c')} WHERE {_IN_CLASS} AND {_away('c.family_id')} GROUP BY 1",
    }


# --- side by side -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Timing:
    """Processor seconds of the faster run of each side; `bare` by hand without the frame."""

    ours: float
    by_hand: float
    bare: float


def _compare(store: Store, desk: Desk, metric: str, sql: str, runs: int) -> Timing:
    """Both sides in turn; AssertionError when they disagree."""

    def ours() -> dict[str, tuple[int, int]]:
        frame = measure(desk, metric, on=ON, by="class")
        return {g: (n, d) for g, n, d in zip(frame["group_id"], frame["numerator"], frame["denominator"], strict=True) if d}

    def by_hand() -> dict[str, tuple[int, int]]:
        with store.engine.connect() as connection:
            frame = pd.read_sql(sa.text(sql.replace(":", r"\:")), connection)
            return {each: (n, d) for each, n, d in frame.itertuples(index=False)}

    def bare() -> dict[str, tuple[int, int]]:
        with store.engine.connect() as connection:
            return {row[0]: (row[1], row[2]) for row in connection.exec_driver_sql(sql)}

    times: dict[Callable[[], dict[str, tuple[int, int]]], list[float]] = {ours: [], by_hand: [], bare: []}
    for _ in range(runs):
        answers = []
        for side, taken in times.items():
            start = time.process_time()
            answers.append(side())
            taken.append(time.process_time() - start)
        if any(answer != answers[0] for answer in answers):
            raise AssertionError(f"{metric}: the two sides disagree")
    return Timing(min(times[ours]), min(times[by_hand]), min(times[bare]))


def run(quick: bool = False) -> None:
    """Print one line per rate and size: seconds by carekit and by hand, and their ratio."""
    before: dict[str, tuple[int, float]] = {}
    for children in QUICK if quick else FULL:
        with tempfile.TemporaryDirectory(prefix="carekit-bench-") as folder, clock.at(ON):
            store = Store.create(Path(folder) / "bench.carekit", key=new_key())
            try:
                fill(store, children)
                print(f"{children:,} children")
                desk = store.for_actor(Actor.console())
                for metric, sql in hand_written().items():
                    timing = _compare(store, desk, metric, sql, runs=9 if children <= 10_000 else 2)
                    growth = ""
                    if metric in before:
                        smaller, seconds = before[metric]
                        growth = f"  time per child x{timing.ours / children / (seconds / smaller):.2f}"
                    before[metric] = (children, timing.ours)
                    print(
                        f"  {metric:<20} carekit {timing.ours:8.4f} s  by hand {timing.by_hand:8.4f} s  ratio {timing.ours / timing.by_hand:5.2f}"
                        f"  to bare rows {timing.ours / timing.bare:5.2f}{growth}",
                        flush=True,
                    )
            finally:
                store.close()


assert set(hand_written()) == set(METRICS)

if __name__ == "__main__":
    run(quick=True)
