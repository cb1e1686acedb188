"""Families out of rows: parents in one cell or two columns, guardians, who is away where and since when."""

from __future__ import annotations

from datetime import date

import pytest
from roster_files import codes, csv, one, read_rows, sheet_of

from carekit.exchange.cells.places import is_at_home, province_of, work_area
from carekit.exchange.roster.rows import MemberFacts, RosterRow
from carekit.records.codes import DatePrecision, Frequency, LeftBehindSchool, ParentState, Relation, WorkArea


def _member(row: RosterRow, role: str) -> MemberFacts:
    return next(facts for facts in row.members if facts.role == role)


def test_place_and_time_of_absence() -> None:
    """A place of work is an absence with how far away it is; the time gives its beginning."""
    row = one(csv("姓名,父亲姓名,父亲务工地点,父亲外出时间,母亲姓名,母亲务工地点", "测试甲,测试父,广东东莞,2022年3月,测试母,在家务农"))
    assert _member(row, "father").absence == {
        "work_place": "广东东莞", "work_area": WorkArea.OTHER_PROVINCE, "from_on": date(2022, 3, 1), "from_precision": DatePrecision.MONTH,
    }  # fmt: skip
    assert _member(row, "mother").absence is None


def test_an_unclear_time_is_kept_in_words() -> None:
    """春节后 is no date: the words go into the note and are told."""
    row = one(csv("姓名,父亲姓名,父亲外出时间", "测试甲,测试父,春节后"))
    assert _member(row, "father").absence == {"note": "春节后"}
    assert codes(row) == {"AWAY_SINCE_UNCLEAR"}


def test_away_without_more() -> None:
    """是否外出 says that somebody is away and nothing else."""
    row = one(csv("姓名,父亲姓名,父亲是否外出,母亲姓名,母亲是否外出", "测试甲,测试父,是,测试母,否"))
    assert (_member(row, "father").absence, _member(row, "mother").absence) == ({}, None)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("父亲外出", {"father"}), ("母亲", {"mother"}), ("双方", {"father", "mother"}), ("父母均外出", {"father", "mother"}), ("都外出", {"father", "mother"}), ("父", {"father"}),
        ("父亲外出，母亲在家", {"father"}), ("无", set()), ("否", set()), ("都在家", set()), ("一方外出", None), ("父母一方外出", None),
    ],
)  # fmt: skip
def test_who_is_said_to_be_away(text: str, who: set[str] | None) -> None:
    """The column 父母外出情况 names father, mother, both or nobody; one of them without saying which is told."""
    row = one(csv("姓名,班级,父母外出情况", f"测试甲,三(1)班,{text}"))
    assert row.away == (None if who is None else frozenset(who))
    assert {facts.role for facts in row.members if facts.absence is not None} == (who or set())
    assert codes(row) == ({"AWAY_UNCLEAR"} if who is None else set())


def test_both_away_on_the_form_of_civil_affairs() -> None:
    """父母双方同时外出 with a yes means both; a no says nothing of either."""
    yes, no = read_rows(csv("姓名,班级,父母双方同时外出", "测试甲,三(1)班,是", "测试乙,三(1)班,否"))
    assert yes.away == frozenset({"father", "mother"})
    assert no.away is None


def test_parents_in_one_cell_with_their_phones_and_places() -> None:
    """A pair of parents takes the parts of the other cells by their words or in their order."""
    row = one(csv("姓名,父母姓名,家长电话,务工地点", "测试甲,父:测试父 母:测试母,父15400000001 母15400000002,父:广东 母:浙江"))
    assert [(m.role, m.values["name"], m.values["phone"], (m.absence or {})["work_place"]) for m in row.members] == [
        ("father", "测试父", "15400000001", "广东"), ("mother", "测试母", "15400000002", "浙江"),
    ]  # fmt: skip
    order = one(csv("姓名,家长姓名,家长电话", "测试甲,测试父/测试母,15400000001/15400000002"))
    assert [(m.role, m.values["phone"]) for m in order.members] == [("father", "15400000001"), ("mother", "15400000002")]
    assert codes(order) == {"PAIR_ORDER"}


def test_one_number_of_two_parents_is_the_familys() -> None:
    """A phone that could be either parent's is the family's phone."""
    row = one(csv("姓名,父亲姓名,母亲姓名,联系电话", "测试甲,测试父,测试母,15400000001"))
    assert row.family == {"phone": "15400000001"}
    assert all("phone" not in m.values for m in row.members)


def test_a_single_parent_name_is_a_parent() -> None:
    """家长 with one name is a parent, which of the two is not guessed."""
    row = one(csv("姓名,家长姓名,联系电话", "测试甲,测试某,15400000001"))
    assert _member(row, "parent").values == {"name": "测试某", "phone": "15400000001", "relation": Relation.PARENT}


def test_a_place_that_could_be_either_parents_is_kept_in_words() -> None:
    """务工地点 beside two parents without more is asked about and kept in the note; with 双亲留守 it is both's."""
    unclear, both = read_rows(
        csv("姓名,父亲姓名,母亲姓名,务工地点,留守类型", "测试甲,测试父,测试母,广东,单亲留守", "测试乙,测试父,测试母,广东,双亲留守")
    )
    assert codes(unclear) == {"WHOSE_UNCLEAR"}
    assert unclear.family["note"] == "务工地点：广东"
    assert {m.role for m in both.members if m.absence} == {"father", "mother"}
    assert codes(both) == set()


def test_guardians() -> None:
    """A guardian has name, relation, age and phone; without a relation that is told; 本人 is none; two names are two people."""
    row = one(csv("姓名,监护人,与儿童关系,年龄,文化程度,电话", "测试甲,测试爷爷,爷孙,65岁,小学,15400000001"))
    values = _member(row, "guardian").values
    assert (values["relation"], values["stated_age"], values["phone"]) == (Relation.GRANDPARENT, 65, "15400000001")
    assert codes(one(csv("姓名,监护人", "测试甲,测试某"))) == {"GUARDIAN_RELATION_MISSING"}
    assert "RELATION_NOT_A_CARER" in codes(one(csv("姓名,监护人,与儿童关系", "测试甲,测试某,本人")))
    two = one(csv("姓名,监护人", "测试甲,测试爷爷(爷爷)、测试奶奶(奶奶)"))
    assert [m.role for m in two.members] == ["guardian", "guardian2"]
    assert one(csv("姓名,监护人", "测试甲,奶奶")).members[0].values["relation"] is Relation.FATHERS_MOTHER


def test_grandparents_and_members_of_the_register() -> None:
    """Grandparents come by their headings, members of the register by their own relation."""
    row = one(csv("姓名,祖父姓名,祖父出生日期,成员1姓名,成员1关系,成员1是否监护人", "测试甲,测试祖父,1955-03-01,测试父,父亲,是"))
    assert _member(row, "father_father").values == {"name": "测试祖父", "born_on": date(1955, 3, 1), "relation": Relation.FATHERS_FATHER}
    assert _member(row, "member1").values == {"name": "测试父", "relation": Relation.FATHER, "guardian": True}


def test_how_often_parents_call_and_come() -> None:
    """Frequencies belong to the absence of the member they stand beside."""
    row = one(csv("姓名,父亲姓名,父亲务工地点,父亲返家频率,父亲联系频率", "测试甲,测试父,广东,每年,每周一次"))
    absence = _member(row, "father").absence or {}
    assert (absence["return_frequency"], absence["contact_frequency"]) == (Frequency.YEARLY, Frequency.WEEKLY)


@pytest.mark.parametrize(
    ("line", "conflict"),
    [
        ("非留守儿童,广东", True),
        ("双亲留守,广东", False),
        ("单亲留守,广东", False),
        ("单亲留守,", False),
        ("非留守儿童,", False),
        ("非留守儿童,在家", False),
    ],
)
def test_claims_against_facts(line: str, conflict: bool) -> None:
    """A claim that the facts contradict is told; facts that are merely incomplete are not."""
    row = one(csv("姓名,父亲姓名,留守类型,父亲务工地点", f"测试甲,测试父,{line}"))
    assert ("LEFT_BEHIND_CONFLICT" in codes(row)) is conflict


def test_the_claim_stays_a_claim() -> None:
    """What the sheet claims makes no absence of its own."""
    row = one(csv("姓名,班级,留守类型", "测试甲,三(1)班,双亲留守"))
    assert (row.left_behind, row.members, row.away) == (LeftBehindSchool.BOTH, (), None)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("广东东莞", WorkArea.OTHER_PROVINCE), ("东莞", WorkArea.OTHER_PROVINCE), ("四川成都", WorkArea.PROVINCE), ("成都市", WorkArea.PROVINCE), ("省外", WorkArea.OTHER_PROVINCE),
        ("本县", WorkArea.COUNTY), ("县城", WorkArea.COUNTY), ("镇上", WorkArea.TOWNSHIP), ("日本", WorkArea.ABROAD), ("某某工地", None), ("广东或浙江", None),
    ],
)  # fmt: skip
def test_how_far_away_a_place_is(text: str, area: WorkArea | None) -> None:
    """Provinces and the cities people go to tell how far away a place is; others tell nothing."""
    assert work_area(text, "四川省") is area


def test_places_without_a_school_province() -> None:
    """Without the school's province a province tells nothing."""
    assert work_area("广东东莞", None) is None
    assert province_of("吉林省吉林市") == "吉林"
    assert is_at_home("在家务农")
    assert not is_at_home("在家具厂")


def test_a_group_of_places_over_father_and_mother_gives_no_names() -> None:
    """父母务工情况 over 父亲 and 母亲 holds places, not names; 去世 there is a state."""
    rows = [["姓名", "父母务工情况", ""], ["", "父亲", "母亲"], ["测试甲", "广东深圳", "在家"], ["测试乙", "去世", "浙江"]]
    first, second = read_rows(sheet_of(rows, merges=[(0, 1, 0, 2)]))
    assert [(m.role, m.values.get("name"), (m.absence or {}).get("work_place")) for m in first.members] == [("father", None, "广东深圳")]
    assert _member(second, "father").values["state"] is ParentState.DECEASED
    assert (_member(second, "mother").absence or {})["work_area"] is WorkArea.OTHER_PROVINCE


def test_name_and_phone_in_one_cell() -> None:
    """A column of names and phones gives both; a place or a remark in a column of names is not made a name."""
    row = one(csv("姓名,父亲姓名及电话,监护人", "测试甲,测试父 15400000001,爷爷奶奶"))
    assert _member(row, "father").values == {"name": "测试父", "phone": "15400000001", "relation": Relation.FATHER}
    assert [m.values["relation"] for m in row.members if m.role.startswith("guardian")] == [
        Relation.FATHERS_FATHER,
        Relation.FATHERS_MOTHER,
    ]
    place = one(csv("姓名,班级,父亲", "测试甲,三(1)班,广东东莞"))
    assert codes(place) == {"MEMBER_NAME_NOT_USED"}
    assert place.members == ()


def test_the_class_teacher_above_the_list() -> None:
    """The line above the headings may name the class and its teacher."""
    row = one(sheet_of([["班级：三（2）班", "", "班主任：测老师"], ["姓名", "性别", "民族"], ["测试甲", "女", "汉"]]))
    assert row.class_teacher == "测老师"
    assert row.school_class is not None
    assert (row.school_class.grade, row.school_class.number) == (3, 2)
