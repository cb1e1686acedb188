"""The rates of families: care entrusted in writing, contact cards gone through, parents who came home within a year."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from carekit.calendar import add_months
from carekit.language import Label
from carekit.metrics.metric import Metric, Select, each_met, of_rule, rate_rows
from carekit.obligations import Sources, Timetable
from carekit.obligations.facts import PARENTS, Parents, one_of, stays_in
from carekit.obligations.rule import flag
from carekit.obligations.timetable import moment_values
from carekit.records import Absence, Homecoming
from carekit.records.codes import ParentState

#: Within so many months a parent is to have been at home.
HOME_MONTHS = 12
#: The columns of `homecomings` that say on which day a parent was at home last.
HOME_DAYS = ("returned_on", "told_on", "back_on", "left_on")


def homecomings(source: Sources, timetable: Timetable) -> Select:
    """One row per child enrolled on the day with a parent away: child_id, class_id, and the last day by each way of knowing it (NULL when by none).

    `returned_on`: a homecoming written down with any child of the family; `told_on`: what the file says of a parent's last visit; `back_on`: the end of an
    earlier stay away; `left_on`: the beginning of the present one, until which the parent was at home.
    """
    moment, stay, child = moment_values(timetable.today, "moment"), source.own("enrolment"), source.all("child")
    parents, on = Parents(source, child, moment), sa.literal(timetable.on, sa.Date)
    home, sibling = source.all("homecoming"), source.all("child", "sibling")
    returned = (
        sa.select(sa.func.max(home.c.returned_on))
        .join_from(home, sibling, sibling.c.id == home.c.child_id)
        .where(sibling.c.family_id == child.c.family_id, home.c.returned_on <= on)
        .where(sa.or_(home.c.relation.is_(None), one_of(home.c.relation, PARENTS)))
        .correlate_except(home, sibling)
        .scalar_subquery()
    )
    parent, away = source.all("family_member", "returned_parent"), source.all("absence", "returned_from")

    def latest(column: Any) -> Any:
        return (
            sa.select(sa.func.max(column))
            .join_from(parent, away, away.c.member_id == parent.c.id)
            .where(parent.c.family_id == child.c.family_id, one_of(parent.c.relation, PARENTS))
            .where(parent.c.state != str(ParentState.DECEASED), column <= on)
            .correlate_except(parent, away)
            .scalar_subquery()
        )

    days = (returned, latest(away.c.last_returned_on), latest(away.c.until_on), parents.greatest("from_on"))
    return (
        sa.select(
            stay.c.child_id, stay.c.class_id, *(sa.type_coerce(day, sa.Date).label(name) for name, day in zip(HOME_DAYS, days, strict=True))
        )
        .select_from(stay)
        .join(moment, stays_in(source, stay, moment, many=timetable.many))
        .join(child, child.c.id == stay.c.child_id)
        .where(parents.away())
    )


def _came_home(source: Sources, timetable: Timetable) -> Select:
    rows = homecomings(source, timetable).offset(0).subquery("homecomings")
    first = sa.literal(add_months(timetable.on, -HOME_MONTHS), sa.Date)
    return rate_rows(rows, flag(sa.or_(*(rows.c[name] >= first for name in HOME_DAYS))))


FAMILY_RATES: tuple[Metric, ...] = (
    of_rule("entrusted_rate", "entrusted_care", Label("Care entrusted in writing", "委托照护签订率"), each_met("entrusted_care")),
    of_rule("card_rate", "contact_card", Label("Contact cards checked", "联系卡核对率"), each_met("contact_card")),
    Metric(
        "homecoming_rate",
        Label("Came home within a year", "近一年返家率"),
        Label(
            "Children of whom a parent came home, or was still at home, within the last {months} months ÷ children enrolled with a parent away. By "
            "homecomings written down with any child of the family, by the last visit home in the file, by the end of an earlier stay away, or because the "
            "present stay began within that time; what nobody knows counts as not come home.",
            "近{months}个月内有父母返家或仍在家的儿童 ÷ 有父母外出的在校儿童。以兄弟姐妹任一人名下的返家登记、档案中的最近返家日期、上一次外出的结束日期为准，"
            "外出不满{months}个月的视同在家；情况不详的按没有返家计。",
        ).format(months=HOME_MONTHS),
        ((Homecoming, "relation"), (Absence, "last_returned_on")),
        _came_home,
    ),
)
