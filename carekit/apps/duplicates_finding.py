"""Which files of the school may be two of one child, and why: the finding behind the page `duplicates`.

What tells one child from another is asked of `exchange.planning.matching`, as an import asks it. Files come together by keys that they share (a number,
a name with a year, a sound with a birth date), so that nobody is compared with the whole school. Nothing is decided here: a person looks at each pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.access import Scope, grant_of
from carekit.errors import Denied, UserError
from carekit.exchange.planning.ledger import Thing
from carekit.exchange.planning.matching import Identity, births_agree, identity_of_child, ids_contradict
from carekit.identifiers import is_pupil_number, plain_number, plain_phone, read_id_number
from carekit.language import Label, LabelledEnum
from carekit.names import same_name_key
from carekit.records import Child, NotSame
from carekit.records.codes import DatePrecision, IdType
from carekit.store import Desk, Revision
from carekit.store.schema import TABLES

#: A number that stands in more files than this is no number of a child but what somebody typed for "not known".
_MOST_WITH_ONE_NUMBER = 5

_NOT_YOURS = Label(
    "Looking for double files is the registrar's and the leader's work; tell them which two you mean.",
    "查找重复档案由学籍管理员和学校领导办理，请告诉他们是哪两份。",
)
_NO_REASON = Label("Write down how you know that these are two children, then save.", "请写明怎么知道是两个孩子，再保存。")
_ONE_FILE = Label("This is one and the same file; choose another.", "两边是同一份档案，请另选一份。")


class Strength(LabelledEnum):
    """How much speaks for it, the most first."""

    SURE = Label("nearly sure", "基本确定")
    LIKELY = Label("likely", "很可能")
    POSSIBLE = Label("possible", "有可能")

    @property
    def rank(self) -> int:
        """Its place: 0 for what is nearly sure."""
        return list(Strength).index(self)


class Reason(LabelledEnum):
    """Why two files may be of one child."""

    SAME_ID = Label("same identity number", "身份证号相同")
    SAME_PUPIL_NUMBER = Label("same pupil number", "学籍号相同")
    SAME_FORMER_NUMBER = Label("same number as one that the other file had before", "与另一份曾用的号码相同")
    NUMBER_OTHER_NAME = Label(
        "but other names: one number may have been typed for two children", "但姓名不同，可能是两个孩子填了同一个号码，请先核对"
    )
    NAME_AND_BIRTH = Label("same name and date of birth", "姓名和出生日期相同")
    NAME_AND_ROUGH_BIRTH = Label("same name, dates of birth that fit", "姓名相同，出生年月相符")
    SOUND_AND_BIRTH = Label("names sound the same, same date of birth", "姓名同音，出生日期相同")
    ONE_CHARACTER = Label("one character of the name differs, same date of birth", "姓名差一个字，出生日期相同")
    NAME_AND_PHONE = Label("same name and a phone of the family", "姓名和家里电话相同")
    NAME_VILLAGE_NEAR_BIRTH = Label(
        "same name and village, dates of birth like a slip of the pen", "姓名和村组相同，出生日期只差一个数字或月日颠倒"
    )


_STRENGTHS = {
    Reason.SAME_ID: Strength.SURE,
    Reason.SAME_PUPIL_NUMBER: Strength.SURE,
    Reason.SAME_FORMER_NUMBER: Strength.SURE,
    Reason.NAME_AND_BIRTH: Strength.LIKELY,
    Reason.SOUND_AND_BIRTH: Strength.LIKELY,
    Reason.NAME_AND_PHONE: Strength.LIKELY,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files that may be of one child, the one that was made first first."""

    first_id: str
    second_id: str
    reasons: tuple[Reason, ...]

    @property
    def id(self) -> str:
        """What tells it from other pairs."""
        return f"{self.first_id}-{self.second_id}"

    @property
    def strength(self) -> Strength:
        """The strongest of its reasons; a number that stands under two names is never sure."""
        if Reason.NUMBER_OTHER_NAME in self.reasons:
            return Strength.LIKELY
        return min((_STRENGTHS.get(reason, Strength.POSSIBLE) for reason in self.reasons), key=lambda one: one.rank)


@dataclass(frozen=True, slots=True, repr=False)
class FileKeys:
    """What of one file is compared; `dates` are the birth dates that it holds (of the number and of the family)."""

    id: str
    identity: Identity
    sound: str
    dates: frozenset[date]
    names: frozenset[str]
    numbers: frozenset[str]
    family_id: str | None = None
    village: str | None = None
    phones: frozenset[str] = frozenset()

    @property
    def whole_date(self) -> date | None:
        """The birth date that rules, when it is known to the day."""
        return self.identity.born_on if self.identity.precision == DatePrecision.DAY else None

    @property
    def former_numbers(self) -> frozenset[str]:
        """Numbers under which the child was filed before."""
        return frozenset(one for one in self.identity.others if any(sign.isdigit() for sign in one))


def keys_of(child_id: str, values: Mapping[str, Any], *, village: str | None = None, phones: Iterable[str | None] = ()) -> FileKeys:
    """The keys of a child from the stored fields (with the derived `name_key`, `name_sort` and `birth_on`), the family's village and all phones of the home."""
    identity = identity_of_child(Thing(Child, child_id, 1, dict(values)), (), True)
    said = {identity.name_key, identity.former_key, *(same_name_key(one) for one in identity.others if not any(map(str.isdigit, one)))}
    dates = {identity.born_on, values.get("born_on")}
    place = values.get("village") or village
    return FileKeys(
        id=child_id,
        identity=identity,
        sound=values["name_sort"].partition(" | ")[0],
        dates=frozenset(one for one in dates if one is not None),
        names=frozenset(one for one in said if one),
        numbers=frozenset(one for one in (_id_of(identity, values), _pupil_number(identity)) if one),
        family_id=values.get("family_id"),
        village=same_name_key(place) if place else None,
        phones=frozenset(plain_phone(one) for one in phones if one),
    )


def _id_of(identity: Identity, values: Mapping[str, Any]) -> str | None:
    """The identity number where it can be one; another kind of document counts as it stands."""
    number = identity.id_number
    if number is None or values.get("id_type") not in (None, IdType.ID_CARD, str(IdType.ID_CARD)):
        return number
    return number if read_id_number(number).born_on is not None else None


def _pupil_number(identity: Identity) -> str | None:
    number = plain_number(identity.pupil_number or "")
    return number if any(sign.isdigit() for sign in number) else None


# --- who is compared with whom ----------------------------------------------------------------------------------------


def candidates(files: Sequence[FileKeys]) -> set[tuple[int, int]]:
    """The places of files that share a key and so are to be compared, each two once."""
    found: set[tuple[int, int]] = set()
    blocks: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(files):
        for key in _block_keys(one):
            blocks[key].append(place)
    for key, places in blocks.items():
        if key[0] != "number" or len(places) <= _MOST_WITH_ONE_NUMBER:
            found.update(combinations(places, 2))
    return found


def _block_keys(one: FileKeys) -> set[tuple[Any, ...]]:
    keys: set[tuple[Any, ...]] = {("number", number) for number in one.numbers | one.former_numbers}
    for name in one.names:
        keys.update(("year", name, day.year) for day in one.dates)
        keys.update(("phone", name, phone) for phone in one.phones)
        if one.village:
            keys.add(("village", name, one.village))
    if one.whole_date is not None:
        keys.add(("sound", one.sound, one.whole_date))
        name = one.identity.name_key
        keys.update(("but one", one.whole_date, place, name[:place], name[place + 1 :]) for place in range(len(name)) if len(name) > 1)
    return keys


def reasons_for(a: FileKeys, b: FileKeys) -> tuple[Reason, ...]:
    """Why two files may be of one child; empty for two children: brothers, sisters, twins, two of one name with an identity number each."""
    if ids_contradict(a.identity, b.identity):
        return ()
    named = bool(a.names & b.names)
    numbers = tuple(_by_number(a, b))
    names = tuple(_by_same_name(a, b) if named else _by_like_name(a, b))
    if numbers and not named and not names:
        return (*numbers, Reason.NUMBER_OTHER_NAME)
    return (*numbers, *names)


def _by_number(a: FileKeys, b: FileKeys) -> Iterator[Reason]:
    shared = a.numbers & b.numbers
    if a.identity.id_number in shared:
        yield Reason.SAME_ID
    if _pupil_number(a.identity) in shared:
        yield Reason.SAME_PUPIL_NUMBER
    if not shared and (a.numbers & b.former_numbers or b.numbers & a.former_numbers):
        yield Reason.SAME_FORMER_NUMBER


def _by_same_name(a: FileKeys, b: FileKeys) -> Iterator[Reason]:
    agree = births_agree(a.identity, b.identity)
    to_the_day = a.identity.precision == b.identity.precision == DatePrecision.DAY
    if a.dates & b.dates and to_the_day:
        yield Reason.NAME_AND_BIRTH
    elif agree:
        yield Reason.NAME_AND_ROUGH_BIRTH
    if a.phones & b.phones:
        yield Reason.NAME_AND_PHONE
    if agree is False and a.village is not None and a.village == b.village and any(_slip(x, y) for x in a.dates for y in b.dates):
        yield Reason.NAME_VILLAGE_NEAR_BIRTH


def _by_like_name(a: FileKeys, b: FileKeys) -> Iterator[Reason]:
    """Other names on one day, unless anything tells two children apart.

    Twins are often called alike but for one character, hardly ever by the same sounds: within one family only the latter is a slip of the ear.
    """
    sexes = a.identity.sex is not None and b.identity.sex is not None and a.identity.sex != b.identity.sex
    bodies = _number_body(a.identity), _number_body(b.identity)
    if sexes or (None not in bodies and bodies[0] != bodies[1]) or a.whole_date is None or a.whole_date != b.whole_date:
        return
    one_family = a.family_id is not None and a.family_id == b.family_id
    if a.sound == b.sound:
        yield Reason.SOUND_AND_BIRTH
    elif not one_family and _one_apart(a.identity.name_key, b.identity.name_key):
        yield Reason.ONE_CHARACTER


def _number_body(identity: Identity) -> str | None:
    """A faultless identity number: the child's, or the one within the national pupil number."""
    if identity.id_usable:
        return identity.id_number
    pupil = plain_number(identity.pupil_number or "")
    inner = pupil[1:] if is_pupil_number(pupil) and pupil[0] != "L" else None
    return inner if inner and not read_id_number(inner).faults else None


def _one_apart(name: str, other: str) -> bool:
    return len(name) == len(other) > 1 and sum(x != y for x, y in zip(name, other, strict=True)) == 1


def _slip(day: date, other: date) -> bool:
    """Whether two dates are one date written wrong: another digit, or day and month in each other's place."""
    digits = sum(x != y for x, y in zip(day.isoformat(), other.isoformat(), strict=True))
    return digits == 1 or (day.year == other.year and (day.month, day.day) == (other.day, other.month) and day != other)


def pairs_of(files: Sequence[FileKeys], apart: Collection[frozenset[str]] = ()) -> list[Pair]:
    """The pairs among files given in the order in which they were made, the strongest first; those of `apart` are left out."""
    found = []
    for x, y in candidates(files):
        first, second = files[min(x, y)], files[max(x, y)]
        reasons = () if frozenset((first.id, second.id)) in apart else reasons_for(first, second)
        if reasons:
            found.append((Pair(first.id, second.id, reasons), first.sound))
    found.sort(key=lambda one: (one[0].strength.rank, one[1], one[0].id))
    return [pair for pair, _ in found]


# --- from the store ---------------------------------------------------------------------------------------------------


def may_merge(desk: Desk) -> bool:
    """Whether the person keeps the file of every child, as the store asks of whoever makes two files one."""
    grant = grant_of(desk.actor, Child)
    return grant.writes and grant.scope is Scope.ALL


def require_merging(desk: Desk) -> None:
    """`Denied` for whoever may not."""
    if not may_merge(desk):
        raise Denied(_NOT_YOURS)


@dataclass(slots=True, repr=False)
class _Home:
    """What the family's card and its members' cards add."""

    village: str | None = None
    phones: list[str | None] = field(default_factory=list)


#: Fields of a child that are compared.
_COMPARED = (
    "name", "former_name", "sex", "born_on", "born_precision", "id_type", "id_number", "pupil_number", "school_number", "other_numbers", "family_id",
    "village", "phone", "birth_on", "name_key", "name_sort",
)  # fmt: skip


def find_pairs(desk: Desk) -> list[Pair]:
    """The pairs of the school's files in use that may be of one child, but for those that somebody declared to be two; `Denied` as `require_merging`."""
    require_merging(desk)
    with desk.snapshot():
        homes = _homes(desk)
        row = desk.rows("child")
        files = []
        for child_id, *fields in desk.tuples(sa.select(row.c.id, *(row.c[name] for name in _COMPARED))):
            values = dict(zip(_COMPARED, fields, strict=True))
            home = homes.get(values["family_id"] or "", _Home())
            files.append(keys_of(child_id, values, village=home.village, phones=[values["phone"], *home.phones]))
        made = made_order(desk, [one.id for one in files])
        apart = {frozenset((one.record.first_id, one.record.second_id)) for one in desk.find(NotSame)}
    return pairs_of(sorted(files, key=lambda one: made[one.id]), apart)


def _homes(desk: Desk) -> dict[str, _Home]:
    family, member = desk.rows("family"), desk.rows("family_member")
    homes: defaultdict[str, _Home] = defaultdict(_Home)
    for family_id, village, *phones in desk.tuples(sa.select(family.c.id, family.c.village, family.c.phone, family.c.contact_phone)):
        homes[family_id] = _Home(village, phones)
    for family_id, *phones in desk.tuples(sa.select(member.c.family_id, member.c.phone, member.c.other_phone)):
        homes[family_id].phones += phones
    return homes


def made_order(desk: Desk, ids: Collection[str]) -> dict[str, tuple[Any, str]]:
    """By id what puts files in the order in which they were made: the moment of the first saving (UTC) and the id. Only of ids that the person has read."""
    table, wanted = TABLES[Child.kind], set(ids)
    rows = desk.tuples(sa.select(table.c.id, table.c.recorded_at).where(table.c.version == 1))
    return {child_id: (at, child_id) for child_id, at in rows if child_id in wanted}


# --- two different children -------------------------------------------------------------------------------------------


def declare_different(desk: Desk, one_id: str, other_id: str, reason: str) -> Revision[NotSame]:
    """Write down that two files are of two children, so that they are not proposed again; said twice, the first saying stands.

    `UserError` without a reason, `NotFound` for a file that is not there, `Denied` as `require_merging`.
    """
    require_merging(desk)
    if one_id == other_id:
        raise UserError(_ONE_FILE, code="one_file")
    if not reason.strip():
        raise UserError(_NO_REASON, code="reason_missing")
    first, second = sorted((one_id, other_id))
    staff_id = desk.actor.staff_id
    said = NotSame.read({"first_id": first, "second_id": second, "declared_on": clock.today(), "staff_id": staff_id, "reason": reason})
    with desk.transaction():
        before = desk.find(NotSame, {"first_id": [first, second], "second_id": [first, second]})
        return before[0] if before else desk.add(said, reason="")
