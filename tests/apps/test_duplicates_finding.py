"""Which files may be two of one child: carekit.apps.duplicates_finding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from village import Village, village_in

from carekit import clock
from carekit.apps import duplicates_finding
from carekit.apps.duplicates_finding import (
    FileKeys,
    Reason,
    Strength,
    candidates,
    declare_different,
    find_pairs,
    keys_of,
    may_merge,
    pairs_of,
    reasons_for,
)
from carekit.errors import Denied, NotFound, UserError
from carekit.identifiers import check_digit
from carekit.names import name_sort_key, same_name_key
from carekit.problems import InvalidRecord
from carekit.records import Child, Family, FamilyMember, NotSame
from carekit.records.codes import DatePrecision, IdType, Relation, Sex
from carekit.sample import SAMPLE_TODAY
from carekit.store import Actor, Store

BORN = date(2016, 3, 15)


def number(born: date = BORN, serial: int = 2) -> str:
    """A faultless identity number of nobody."""
    first = f"999999{born:%Y%m%d}{serial:03}"
    return first + check_digit(first)


def keys(child_id: str = "A", *, phones: tuple[str | None, ...] = (), family_village: str | None = None, **values: Any) -> FileKeys:
    """The keys of a child with a name and nothing but what is given."""
    child = Child(**{"name": "赵小禾"} | values)
    stored = {name: getattr(child, name) for name in Child.fields} | {
        "birth_on": child.birth_on,
        "name_key": same_name_key(child.name),
        "name_sort": name_sort_key(child.name),
    }
    return keys_of(child_id, stored, village=family_village, phones=phones)


def reasons(first: dict[str, Any], second: dict[str, Any]) -> tuple[Reason, ...]:
    """Why these two may be one child: found among the candidates, in whichever order they stand."""
    a, b = keys("A", **first), keys("B", **second)
    there, back = pairs_of([a, b]), pairs_of([b, a])
    assert [pair.reasons for pair in there] == [pair.reasons for pair in back]
    # nothing is lost by comparing only those that share a key
    assert reasons_for(a, b) == (there[0].reasons if there else ())
    return there[0].reasons if there else ()


# --- what speaks for it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"id_number": number()}, {"id_number": number(), "name": "赵小河"}, (Reason.SAME_ID, Reason.SOUND_AND_BIRTH)),
        ({"pupil_number": "L99999920160315"}, {"pupil_number": " L99999920160315"}, (Reason.SAME_PUPIL_NUMBER,)),
        ({"pupil_number": "L99999920160315"}, {"other_numbers": "31501、L99999920160315"}, (Reason.SAME_FORMER_NUMBER,)),
        ({"id_number": number()}, {"other_numbers": number(), "name": "赵小禾"}, (Reason.SAME_FORMER_NUMBER,)),
        ({"born_on": BORN}, {"born_on": BORN, "name": "赵 小禾"}, (Reason.NAME_AND_BIRTH,)),
        ({"born_on": BORN, "id_number": number(date(2016, 4, 1))}, {"born_on": BORN}, (Reason.NAME_AND_BIRTH,)),
        ({"id_number": number()}, {"born_on": BORN}, (Reason.NAME_AND_BIRTH,)),
        ({"name": "赵禾", "former_name": "赵小禾", "born_on": BORN}, {"born_on": BORN}, (Reason.NAME_AND_BIRTH,)),
        ({"name": "赵禾", "other_numbers": "赵小禾", "born_on": BORN}, {"born_on": BORN}, (Reason.NAME_AND_BIRTH,)),
        ({"born_on": BORN}, {"born_on": date(2016, 1, 1), "born_precision": DatePrecision.YEAR}, (Reason.NAME_AND_ROUGH_BIRTH,)),
        ({"born_on": BORN}, {"born_on": date(2016, 3, 1), "born_precision": DatePrecision.MONTH}, (Reason.NAME_AND_ROUGH_BIRTH,)),
        ({"born_on": BORN}, {"born_on": BORN, "name": "赵晓河"}, (Reason.SOUND_AND_BIRTH,)),
        ({"born_on": BORN, "family_id": "0" * 26}, {"born_on": BORN, "family_id": "0" * 26, "name": "赵晓河"}, (Reason.SOUND_AND_BIRTH,)),
        ({"born_on": BORN}, {"born_on": BORN, "name": "赵小木"}, (Reason.ONE_CHARACTER,)),
        ({"phones": ("154-0000-0001",)}, {"phones": ("+86 15400000001", None)}, (Reason.NAME_AND_PHONE,)),
        (
            {"village": "清溪村1组", "born_on": BORN},
            {"family_village": "清溪村１组", "born_on": date(2016, 3, 16)},
            (Reason.NAME_VILLAGE_NEAR_BIRTH,),
        ),
        (
            {"village": "清溪村1组", "born_on": date(2016, 3, 5)},
            {"village": "清溪村1组", "born_on": date(2016, 5, 3)},
            (Reason.NAME_VILLAGE_NEAR_BIRTH,),
        ),
        ({"id_type": IdType.PASSPORT, "id_number": "E12345678"}, {"id_type": IdType.PASSPORT, "id_number": "E12345678"}, (Reason.SAME_ID,)),
    ],
)
def test_each_reason(first: dict[str, Any], second: dict[str, Any], expected: tuple[Reason, ...]) -> None:
    """Each reason is found, however the name, the number and the phone are written."""
    assert reasons(first, second) == expected


def test_numbers_are_sure_and_a_number_under_two_names_is_to_be_checked() -> None:
    """A number makes a pair nearly sure; under two names it may be a slip in one of two children's files, and that is said (a person checks)."""
    (sure,) = pairs_of([keys("A", id_number=number()), keys("B", id_number=number())])
    assert sure.strength is Strength.SURE and sure.reasons == (Reason.SAME_ID, Reason.NAME_AND_BIRTH)
    (slip,) = pairs_of([keys("A", id_number=number()), keys("B", id_number=number(), name="钱大海")])
    assert slip.reasons == (Reason.SAME_ID, Reason.NUMBER_OTHER_NAME) and slip.strength is Strength.LIKELY
    weak = pairs_of([keys("A", born_on=BORN), keys("B", born_on=BORN, name="赵小木")])
    assert [pair.strength for pair in weak] == [Strength.POSSIBLE]


def test_the_sure_ones_come_first() -> None:
    """In the list: nearly sure, likely, possible; the file that was made first stands first in each pair."""
    files = [
        keys("A", born_on=BORN),
        keys("B", born_on=BORN, name="赵小木"),
        keys("C", pupil_number="L1234"),
        keys("D", pupil_number="L1234"),
    ]
    files.append(keys("E", born_on=BORN))
    found = pairs_of(files)
    assert [(pair.first_id, pair.second_id) for pair in found] == [("C", "D"), ("A", "E"), ("A", "B"), ("B", "E")]
    assert [pair.strength.rank for pair in found] == [0, 1, 2, 2] and found[0].id == "C-D"
    assert "赵" not in repr(found) and "赵" not in repr(files)


# --- what speaks against it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # two of one name, each with an identity number of their own
        ({"id_number": number(serial=2)}, {"id_number": number(serial=4)}),
        ({"id_number": number(serial=2), "pupil_number": "L1234"}, {"id_number": number(serial=4), "pupil_number": "L1234"}),
        # twins and other brothers and sisters
        ({"name": "陈大双", "id_number": number(serial=2)}, {"name": "陈小双", "id_number": number(serial=4)}),
        ({"name": "陈大双", "born_on": BORN, "family_id": "0" * 26}, {"name": "陈小双", "born_on": BORN, "family_id": "0" * 26}),
        ({"name": "陈子涵", "id_number": number(serial=2)}, {"name": "陈子晗", "id_number": number(serial=4)}),
        ({"name": "陈子涵", "born_on": BORN, "sex": Sex.MALE}, {"name": "陈子晗", "born_on": BORN, "sex": Sex.FEMALE}),
        (
            {"name": "陈大双", "born_on": BORN, "pupil_number": f"G{number(serial=2)}"},
            {"name": "陈小双", "born_on": BORN, "pupil_number": f"G{number(serial=4)}"},
        ),
        ({"name": "陈大双", "born_on": BORN, "phones": ("15400000001",)}, {"name": "陈小海", "born_on": BORN, "phones": ("15400000001",)}),
        # one name and nothing else
        ({"born_on": BORN}, {"born_on": date(2017, 6, 2)}),
        ({"born_on": BORN}, {}),
        ({"born_on": BORN, "village": "清溪村1组"}, {"born_on": date(2016, 3, 16), "village": "清溪村2组"}),
        ({"born_on": BORN, "village": "清溪村1组"}, {"born_on": date(2017, 8, 15), "village": "清溪村1组"}),
        ({"born_on": BORN}, {"born_on": date(2016, 3, 16)}),
        # a like name on another day, or on a day that is not known to the day
        ({"born_on": BORN}, {"born_on": date(2016, 3, 16), "name": "赵小河"}),
        (
            {"born_on": BORN, "born_precision": DatePrecision.MONTH},
            {"born_on": BORN, "born_precision": DatePrecision.MONTH, "name": "赵小河"},
        ),
        ({"born_on": BORN, "name": "赵小禾苗"}, {"born_on": BORN, "name": "赵小"}),
        # what was typed for «not known» is no number
        ({"id_number": "000000000000000000", "name": "赵一"}, {"id_number": "000000000000000000", "name": "钱二"}),
        ({"pupil_number": "待补", "name": "赵一"}, {"pupil_number": "待补", "name": "钱二"}),
    ],
)
def test_each_exclusion(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Twins, brothers and sisters, namesakes with a number each, and what merely looks alike are never proposed."""
    assert reasons(first, second) == ()


def test_a_number_that_half_the_school_has_is_none() -> None:
    """A number that stands in six files or more stands for «not known»; the same number in two is a pair."""
    files = [keys(str(n), name=f"赵{n}", pupil_number="L0000") for n in range(6)]
    assert pairs_of(files) == []
    assert len(pairs_of(files[:2])) == 1


def test_one_and_a_half_thousand_children_are_compared_with_few(monkeypatch: Any) -> None:
    """Nobody is compared with the whole school: of over a million pairs a few hundred are looked at, and the doubles among them are found."""
    surnames, first, second = "赵钱孙李周吴郑王冯陈", "子雨浩欣梓", "涵轩怡辰萱桐宇宸然琪"
    names = [a + b + c for a in surnames for b in first for c in second]
    files = [
        keys(f"{n:04}", name=names[n * 7 % len(names)], born_on=date(2013, 9, 1) + timedelta(days=n * 37 % 2190), village=f"{n % 12}组")
        for n in range(1500)
    ]
    files += [
        keys(f"{1500 + n}", name=names[n * 7 % len(names)], born_on=date(2013, 9, 1) + timedelta(days=n * 37 % 2190)) for n in (3, 400, 777)
    ]
    compared: list[tuple[str, str]] = []
    real = duplicates_finding.reasons_for

    def counted(a: FileKeys, b: FileKeys) -> tuple[Reason, ...]:
        compared.append((a.id, b.id))
        return real(a, b)

    monkeypatch.setattr(duplicates_finding, "reasons_for", counted)
    found = {(pair.first_id, pair.second_id) for pair in pairs_of(files)}
    assert {("0003", "1503"), ("0400", "1900"), ("0777", "2277")} <= found
    assert len(compared) == len(set(compared)) == len(candidates(files)) < 1500


# --- from the store ---------------------------------------------------------------------------------------------------


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school of the app tests."""
    with village_in(tmp_path) as made:
        yield made


def ids(village: Village, *names: str) -> set[str]:
    """The ids of children by key."""
    return {village.children[name].id for name in names}


def test_pairs_are_found_in_the_store(village: Village) -> None:
    """Names and birth dates, the phone of a member of the other family, the village of the family's card: all of the whole school (CASES 61)."""
    old = village.children["elder"]
    family = Family(village="清溪村1组")
    again = Child(name="赵小禾", family_id=family.id, born_on=date(2017, 1, 1))
    slip = Child(name="赵小禾", village="清溪村1组", born_on=date(2016, 3, 16))
    aunt = FamilyMember(family_id=family.id, name="赵二样", relation=Relation.OTHER_KIN, other_phone="15400000001")
    village.console.add_all([family, aunt, again, slip])
    found = find_pairs(village.desk("zhou"))
    by_ids = {frozenset((pair.first_id, pair.second_id)): pair.reasons for pair in found}
    assert by_ids[frozenset(ids(village, "same_1", "same_2"))] == (Reason.NAME_AND_BIRTH,)
    assert by_ids[frozenset((old.id, again.id))] == (Reason.NAME_AND_PHONE,)
    assert by_ids[frozenset((old.id, slip.id))] == (Reason.NAME_VILLAGE_NEAR_BIRTH,)
    assert all(pair.first_id == old.id for pair in found if old.id in (pair.first_id, pair.second_id)), "the older file stands first"


def test_a_file_out_of_use_is_no_double(village: Village) -> None:
    """Only files in use are compared."""
    village.console.withdraw(Child, village.children["same_2"].id, seen=1, reason="重复")
    assert find_pairs(village.desk("zhou")) == []


def test_two_children_are_not_proposed_again(village: Village) -> None:
    """Said to be two by somebody with a reason, in either order: gone from the list, said twice is said once, and taken back it is there again."""
    desk = village.desk("zhou")
    one, other = (village.children[key].id for key in ("same_1", "same_2"))
    said = declare_different(desk, other, one, "问过家长，是堂兄弟")
    assert find_pairs(desk) == []
    assert declare_different(desk, one, other, "再说一遍").id == said.id and len(desk.find(NotSame)) == 1
    assert {said.record.first_id, said.record.second_id} == {one, other} and said.record.staff_id == village.staff["zhou"].id
    desk.withdraw(NotSame, said.id, seen=1, reason="说错了")
    assert len(find_pairs(desk)) == 1


def test_it_wants_two_files_and_a_reason(village: Village) -> None:
    """Without a reason, with one and the same file, or with a file that is not there nothing is written down."""
    desk = village.desk("zhou")
    one, other = (village.children[key].id for key in ("same_1", "same_2"))
    for ids_, reason, code in (((one, other), "  ", "reason_missing"), ((one, one), "堂兄弟", "one_file")):
        with pytest.raises(UserError) as refused:
            declare_different(desk, *ids_, reason)
        assert refused.value.code == code
    with pytest.raises(NotFound):
        declare_different(desk, one, "0" * 26, "堂兄弟")
    with pytest.raises(InvalidRecord):
        declare_different(desk, one, other, "长" * 201)
    assert desk.find(NotSame) == []


@pytest.mark.parametrize("key", ["wang", "he", "sun"])
def test_it_is_not_everybodys_work(village: Village, key: str) -> None:
    """Who does not keep every child's file neither looks for doubles nor declares them."""
    desk = village.desk(key)
    assert not may_merge(desk)
    with pytest.raises(Denied):
        find_pairs(desk)
    with pytest.raises(Denied):
        declare_different(desk, *(village.children[one].id for one in ("same_1", "same_2")), "堂兄弟")


def test_the_sample_school_has_two_and_no_false_ones(sample_copy: Any) -> None:
    """Of the sample's thousand children, with twins, brothers and sisters and namesakes among them, exactly the two who were entered anew are found."""
    store = Store.open(sample_copy.path, key=sample_copy.key)
    try:
        desk = store.for_actor(Actor.console())
        with clock.at(SAMPLE_TODAY):
            found = find_pairs(desk)
            older = [desk.get(Child, pair.first_id).record for pair in found]
            (said,) = desk.find(NotSame)
            namesakes = [desk.get(Child, child_id).record for child_id in (said.record.first_id, said.record.second_id)]
    finally:
        store.close()
    assert {pair.reasons[0] for pair in found} == {Reason.NAME_AND_BIRTH, Reason.SOUND_AND_BIRTH} and len(found) == 2
    assert all(child.id_number is None and (child.pupil_number or "").startswith("L") for child in older)
    assert len({(child.name, child.birth_on) for child in namesakes}) == 1 and len({child.id_number for child in namesakes}) == 2
