"""The special children: each stands for something that goes wrong elsewhere (rare characters, same names, returns, twins ...)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from carekit.identifiers import check_digit
from carekit.records.codes import (
    Capacity,
    ClosureReason,
    DatePrecision,
    EntryReason,
    FamilyType,
    GuardianshipState,
    IdType,
    LeavingReason,
    Nation,
    ParentState,
    Sex,
    WorkArea,
)
from carekit.sample.dice import Dice
from carekit.sample.households import Situation, person, settle, settle_at_home
from carekit.sample.names import Names
from carekit.sample.plan import REGION, Care, ClosurePlan, Household, Pupil, Span

_M, _F = Sex.MALE, Sex.FEMALE
_BOTH, _FATHER, _MOTHER = ("father", "mother"), ("father",), ("mother",)
_FAR, _NEAR = WorkArea.OTHER_PROVINCE, WorkArea.PROVINCE
_GRANDMA_NO_SCHOOL = Situation(_BOTH, _FAR, "grandmother", True)
_GRANDMA = Situation(_BOTH, _FAR, "grandmother", False)
_GRANDPA = Situation(_BOTH, _FAR, "grandfather", False)
_WITH_MOTHER = Situation(_FATHER, _FAR, "mother", False)
_WITH_FATHER = Situation(_MOTHER, _NEAR, "father", False)


@dataclass(frozen=True, slots=True)
class _Role:
    key: str
    names: tuple[tuple[str, Sex, str, int, int], ...]
    village: str
    facts: Situation | None
    since: str | None = None


#: Key; children as name, sex, birthday, cohort, class number; village group; the family's situation (None: nobody away).
_CAST: tuple[_Role, ...] = (
    _Role("rare-1", (("张𠮷", _M, "2015-01-12", 2021, 1),), "清溪村3组", _GRANDMA_NO_SCHOOL),
    _Role("rare-2", (("李㛃", _F, "2015-11-30", 2022, 3),), "石桥村1组", _WITH_MOTHER),
    _Role("rare-3", (("王䶮", _M, "2017-06-08", 2023, 2),), "青山村5组", _GRANDPA),
    _Role("rare-4", (("刘頔", _F, "2014-03-21", 2020, 2),), "双河村2组", _WITH_MOTHER),
    _Role("same-name-1", (("张小雨", _F, "2017-02-11", 2023, 1),), "龙井村4组", _GRANDMA),
    _Role("same-name-2", (("张小雨", _F, "2016-12-31", 2023, 2),), "柏树村2组", _WITH_MOTHER),
    _Role("same-day-1", (("陈思雨", _F, "2016-03-15", 2022, 1),), "清溪村1组", _GRANDMA_NO_SCHOOL),
    _Role("same-day-2", (("陈思雨", _F, "2016-03-15", 2022, 1),), "桃园村6组", _WITH_MOTHER),
    _Role("middle-dot", (("阿依努尔·艾山", _F, "2017-04-19", 2023, 4),), "红星社区2组", _GRANDPA),
    _Role("two-part", (("欧阳晓棠", _F, "2018-05-04", 2024, 2),), "大坪村7组", _GRANDMA),
    _Role("no-papers", (("周小满", _M, "2019-05-01", 2025, 3),), "马鞍村3组", _GRANDMA_NO_SCHOOL),
    _Role("register-only", (("吴家禾", _M, "2019-01-23", 2025, 1),), "双河村6组", None),
    _Role("wrong-digit", (("郑一帆", _M, "2018-02-27", 2024, 4),), "石桥村8组", _WITH_MOTHER),
    _Role("hostile", (("孙清禾", _F, "2016-08-09", 2022, 2),), "青山村1组", _GRANDMA),
    _Role("leap-day", (("冯瑞雪", _F, "2016-02-29", 2022, 4),), "柏树村5组", _WITH_MOTHER),
    _Role("twins", (("何子辰", _M, "2014-12-05", 2021, 2), ("何子萱", _F, "2014-12-05", 2021, 2)), "龙井村1组", _GRANDMA_NO_SCHOOL),
    _Role("siblings", (("罗思远", _M, "2013-10-02", 2020, 1), ("罗思恬", _F, "2017-03-18", 2023, 1)), "清溪村6组", _GRANDMA_NO_SCHOOL),
    _Role("came-back", (("谢明远", _M, "2016-01-17", 2022, 2),), "大坪村2组", _GRANDPA),
    _Role("drop-out", (("曹志豪", _M, "2013-09-25", 2020, 3),), "桃园村3组", _GRANDPA),
    _Role("died", (("彭小川", _M, "2016-06-11", 2022, 1),), "马鞍村7组", _WITH_MOTHER),
    _Role("repeats-1", (("董浩宁", _M, "2016-07-29", 2022, 3),), "红星社区5组", _GRANDMA),
    _Role("repeats-2", (("潘雅静", _F, "2015-08-15", 2021, 4),), "石桥村3组", None),
    _Role("suspended", (("夏子越", _M, "2015-04-03", 2021, 4),), "青山村7组", _WITH_MOTHER),
    _Role("moved-class", (("蒋可昕", _F, "2017-01-06", 2023, 3),), "双河村4组", _WITH_FATHER),
    _Role("new-1", (("于晓晨", _F, "2018-03-14", 2024, 1),), "柏树村7组", _WITH_MOTHER, "2026-01-06"),
    _Role("new-2", (("韩书瑶", _F, "2018-11-02", 2025, 2),), "清溪村8组", _WITH_MOTHER, "2026-01-12"),
    _Role("new-3", (("唐明川", _M, "2017-05-27", 2023, 3),), "龙井村6组", _WITH_MOTHER, "2026-01-19"),
    _Role("new-4", (("邓语桐", _F, "2015-02-09", 2021, 3),), "桃园村1组", _GRANDMA, "2026-01-26"),
    _Role("reopened", (("许嘉树", _M, "2014-05-20", 2020, 4),), "大坪村5组", _WITH_MOTHER, "2025-08-20"),
    _Role("listed-by-mistake", (("曾晓禾", _F, "2018-06-30", 2024, 3),), "马鞍村1组", None),
    _Role("uncared", (("余小舟", _M, "2016-10-10", 2023, 4),), "石桥村6组", None),
    _Role(
        "custody", (("袁书宁", _F, "2015-12-24", 2022, 4),), "青山村3组", Situation(_MOTHER, _FAR, "grandmother", True, FamilyType.WHOLE)
    ),
    _Role("start-unknown", (("魏星辰", _M, "2017-07-07", 2023, 1),), "双河村1组", _GRANDPA),
    _Role("two-birthdays", (("苏静姝", _F, "2017-05-16", 2023, 2),), "柏树村1组", _WITH_MOTHER),
    _Role("sex-conflict", (("沈乐", _F, "2018-08-18", 2024, 2),), "龙井村8组", None),
)


def build_cast(dice: Dice, names: Names) -> list[Household]:
    """The families of the special children, complete."""
    names.reserve(*(name for role in _CAST for name, *_ in role.names))
    households = []
    for role in _CAST:
        pupils = [
            Pupil(f"{role.key}-{n}", name, sex, date.fromisoformat(born), [Span(cohort, number, date(cohort, 9, 1))], special=True)
            for n, (name, sex, born, cohort, number) in enumerate(role.names)
        ]
        name = pupils[0].name
        surname = name[:2] if role.key == "two-part" else "艾" if "·" in name else name[0]
        household = Household(role.key, surname, role.village, dice.number(1, 60), pupils)
        own = dice.branch(role.key)
        if role.facts is None:
            settle_at_home(own, names, household)
        else:
            settle(own, names, household, role.facts, since=date.fromisoformat(role.since) if role.since else date(2020, 2, 24))
            del household.cares[1:]
            household.cares[0].who, household.cares[0].until = role.facts.carer, None
        households.append(household)
    by_key = {household.key: household for household in households}
    _papers(by_key)
    _stays(by_key)
    _registers(by_key)
    _families(by_key, dice.branch("families"), names)
    return households


def places_taken(households: list[Household]) -> Counter[tuple[int, int]]:
    """How many places of each group (cohort, number) the special children take today."""
    return Counter((p.spans[-1].cohort, p.spans[-1].number) for household in households for p in household.pupils if p.current)


def _papers(cast: dict[str, Household]) -> None:
    def child(key: str) -> Pupil:
        return cast[key].pupils[0]

    child("middle-dot").extra["nation"] = Nation("05")
    child("no-papers").extra.update(
        id_type=IdType.NONE, hukou_registered=False, born_precision=DatePrecision.MONTH, hukou_place=None, pupil_number=None,
        note="户口未办，已请村委会协助。",
    )  # fmt: skip
    child("register-only").extra.update(id_type=IdType.HOUSEHOLD_REGISTER)
    first17 = f"{REGION}20180227137"
    child("wrong-digit").id_number = first17 + ("1" if check_digit(first17) != "1" else "2")
    child("two-birthdays").extra["born_on"] = date(2017, 5, 6)
    first17 = f"{REGION}20180818231"
    child("sex-conflict").id_number = first17 + check_digit(first17)
    child("hostile").extra["note"] = "<b>注意</b>：家长要求 & 备注 =1+1 原样保留，'不要改'。"


def _stays(cast: dict[str, Household]) -> None:
    def spans(key: str, *later: Span, until: str, leaving: LeavingReason, to_school: str | None = None) -> None:
        pupil = cast[key].pupils[0]
        pupil.spans = [replace(pupil.spans[0], until_on=date.fromisoformat(until), leaving=leaving, to_school=to_school), *later]

    back = Span(2022, 3, date(2026, 3, 2), EntryReason.TRANSFERRED_IN, from_school="广东省某小学")
    spans("came-back", back, until="2026-01-10", leaving=LeavingReason.TRANSFERRED_OUT, to_school="广东省某小学")
    spans("drop-out", until="2025-11-14", leaving=LeavingReason.DROPPED_OUT)
    spans("died", until="2025-03-20", leaving=LeavingReason.DIED)
    spans("repeats-1", Span(2023, 3, date(2025, 9, 1), EntryReason.REPEATED), until="2025-08-31", leaving=LeavingReason.REPEATED)
    spans("repeats-2", Span(2022, 4, date(2024, 9, 1), EntryReason.REPEATED), until="2024-08-31", leaving=LeavingReason.REPEATED)
    spans("suspended", Span(2022, 4, date(2025, 9, 1), EntryReason.RETURNED), until="2025-03-10", leaving=LeavingReason.SUSPENDED)
    spans("moved-class", Span(2023, 4, date(2025, 10, 21), EntryReason.MOVED_CLASS), until="2025-10-20", leaving=LeavingReason.MOVED_CLASS)


def _registers(cast: dict[str, Household]) -> None:
    for key in ("new-1", "new-2", "new-3", "new-4"):
        cast[key].pupils[0].no_case = True
    cast["came-back"].pupils[0].closures = [ClosurePlan(date(2026, 1, 10), ClosureReason.TRANSFERRED, date(2026, 3, 2))]
    cast["died"].pupils[0].closures = [ClosurePlan(date(2025, 3, 20), ClosureReason.DIED)]
    cast["listed-by-mistake"].pupils[0].closures = [ClosurePlan(date(2024, 11, 8), ClosureReason.WRONGLY_LISTED)]
    cast["reopened"].pupils[0].closures = [ClosurePlan(date(2025, 3, 14), ClosureReason.PARENT_BACK, date(2025, 11, 25))]
    again = cast["reopened"].trips[0]
    cast["reopened"].trips.insert(0, replace(again, since=date(2021, 3, 1), until=date(2024, 12, 1)))


def _families(cast: dict[str, Household], dice: Dice, names: Names) -> None:
    brother, sister = cast["siblings"].pupils
    first = cast["siblings"].cares[0]
    cast["siblings"].people["aunt"] = person(dice, names, cast["siblings"], "aunt")
    cast["siblings"].cares = [
        replace(first, only=(brother.key,)),
        replace(first, only=(sister.key,), until=date(2026, 3, 15)),
        Care("aunt", date(2026, 3, 16), state=GuardianshipState.GOOD, only=(sister.key,)),
    ]
    uncared = cast["uncared"]
    uncared.type, uncared.people, uncared.cares = (
        FamilyType.UNCARED,
        {},
        [Care("grandfather", date(2022, 6, 1), state=GuardianshipState.FAIR)],
    )
    for role in ("father", "mother", "grandfather"):
        uncared.people[role] = person(dice, names, uncared, role)
    uncared.people["father"].state, uncared.people["father"].phone = ParentState.DECEASED, None
    uncared.people["mother"].state, uncared.people["mother"].phone = ParentState.MISSING, None
    father = cast["custody"].people["father"]
    father.state, father.capacity, father.phone = ParentState.IN_CUSTODY, Capacity.NONE, None
    second = cast["start-unknown"].trips[1]
    cast["start-unknown"].trips[1] = replace(second, since=None, month_only=False)
