"""Whole rosters: structure, accounting, and the ten examples of the records study."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roster_files import TODAY, check_account, codes, csv, one, put, read, read_rows, sheet_of, xlsx

from carekit.exchange.files.file_kinds import UnreadableFile
from carekit.exchange.roster.reading import PROGRESS_FROM, read_roster
from carekit.exchange.roster.rows import SKIP_REASONS, ClassName, Severity
from carekit.records.codes import DatePrecision, Relation, Sex

# --- the ten examples -------------------------------------------------------------------------------------------------


def test_example_1_title_and_note_rows_are_skipped_and_listed() -> None:
    """Titles, total and note make no child and are listed with their reasons; the class in full width is (3, 2)."""
    reading = read(
        csv(
            "样例小学留守儿童花名册(2025年秋),,,",
            "填报单位:(盖章),,填表日期:2025.9.12,",
            "序号,学生姓名,性别,班级",
            "1,测试甲,女,三（２）班",
            "合计,1人,,",
            "注:班级填全称,,,",
        ),
        "花名册.csv",
    )
    (row,) = reading.rows
    assert row.child == {"name": "测试甲", "sex": Sex.FEMALE}
    assert row.school_class == ClassName(3, 2, None, "三（２）班")
    assert [(s.row, s.reason_code) for s in reading.skipped] == [(1, "title"), (2, "title"), (3, "heading"), (5, "total"), (6, "note")]
    assert reading.layouts[0].heading_rows == (3, 3)


@pytest.mark.parametrize("cell", [999999201709020000.0, 990101201503010000, 990101201503010019, "9.99999E+17", "9.90101E+17", 1.0])
def test_example_2_a_number_in_the_identity_column_is_always_held(cell: object) -> None:
    """A numeric identity cell is held whatever its checksum, and no number is kept."""
    row = one(sheet_of([["姓名", "身份证号"], ["测试乙", cell]]))
    assert codes(row) == {"ID_NUMERIC_DAMAGED"}
    assert row.held
    assert "id_number" not in row.child


@pytest.mark.parametrize("merges", [(), ((0, 1, 0, 2), (0, 3, 0, 4)), ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4))])
def test_example_3_two_level_headings(merges: tuple[tuple[int, int, int, int], ...]) -> None:
    """A bare 姓名 or 电话 takes the group above it, merged or not."""
    rows = [
        ["姓名", "父亲", "", "母亲", ""],
        ["", "姓名", "电话", "姓名", "电话"],
        ["测试甲", "测试父", "15400000001", "测试母", "15400000002"],
    ]
    row = one(sheet_of(rows, merges=merges))
    assert [(m.role, m.values["name"], m.values["phone"]) for m in row.members] == [
        ("father", "测试父", "15400000001"),
        ("mother", "测试母", "15400000002"),
    ]


def test_example_4_blank_and_ditto_mean_above_in_class_and_village_alone() -> None:
    """A blank class is the one above, 〃 and 同上 copy the village; other blanks stay blank."""
    rows = read_rows(csv("班级,姓名,村,家庭住址", "三(2)班,测试甲,样例村1组,样例镇", ",测试丙,〃,", "四(1)班,测试丁,同上,"))
    assert [(r.school_class.grade, r.school_class.number) for r in rows if r.school_class] == [(3, 2), (3, 2), (4, 1)]
    assert [r.child.get("village") for r in rows] == ["样例村1组"] * 3
    assert [r.child.get("address") for r in rows] == ["样例镇", None, None]


def test_example_5_two_children_in_one_row() -> None:
    """Two names with two birth dates are two children of one household with one guardian."""
    first, second = read_rows(csv("姓名,出生日期,监护人,与儿童关系", "测试甲、测试戊,2016.3.15、2017年9月2日,测试奶奶,奶奶"))
    assert (first.child["name"], first.child["born_on"]) == ("测试甲", date(2016, 3, 15))
    assert (second.child["name"], second.child["born_on"]) == ("测试戊", date(2017, 9, 2))
    assert first.row == second.row == 2
    assert first.household is not None
    assert first.household == second.household
    assert first.members[0].values == second.members[0].values


def test_example_5_counts_that_do_not_agree_are_held() -> None:
    """Two names and one birth date are held, not guessed."""
    row = one(csv("姓名,出生日期", "测试甲、测试戊,2016.3.15"))
    assert "CHILDREN_UNCLEAR" in codes(row)
    assert row.held


def test_example_6_the_zoo_of_dates() -> None:
    """Every usual spelling is read; month alone keeps its precision; five digits are a date only as a number."""
    cells: list[object] = ["2016.3.15", "16年3月", "20160315", "2016/3", 42444, "二〇一六年三月十五日", "42444"]
    rows = read_rows(sheet_of([["姓名", "出生日期"], *([f"测{'甲乙丙丁戊己庚'[i]}", cell] for i, cell in enumerate(cells))]))
    day, month = (date(2016, 3, 15), DatePrecision.DAY), (date(2016, 3, 1), DatePrecision.MONTH)
    assert [(r.child.get("born_on"), r.child.get("born_precision")) for r in rows] == [day, month, day, month, day, day, (None, None)]
    assert [r.held for r in rows] == [False] * 6 + [True]


def test_example_7_phones() -> None:
    """A mobile and a landline of the guardian in one cell; ten full-width digits are no phone."""
    rows = read_rows(
        csv(
            "姓名,监护人,与儿童关系,监护人电话",
            "测试甲,测试奶奶,奶奶,15400000001/0838-5123456(奶奶)",
            "测试乙,测试爷爷,爷爷,１５４００００００１",
        )
    )
    assert rows[0].members[0].values["phone"] == "15400000001"
    assert rows[0].members[0].values["other_phone"] == "08385123456"
    assert codes(rows[1]) == {"PHONE_INVALID"}
    assert not rows[1].held


def test_example_8_traditional_headings() -> None:
    """Traditional headings are understood; values stay as they are."""
    row = one(csv("學生姓名,監護人,與兒童關係,聯繫電話", "測試甲,測試奶奶,奶奶,15400000001"))
    assert row.child == {"name": "測試甲"}
    (guardian,) = row.members
    assert guardian.values == {"name": "測試奶奶", "relation": Relation.FATHERS_MOTHER, "phone": "15400000001", "guardian": True}


def test_example_9_conflicts() -> None:
    """A sex that the number contradicts is a notice and both are kept; a day that does not exist holds the row."""
    conflict, impossible = read_rows(
        csv("姓名,性别,出生日期,身份证号", "测试己,男,2016-12-31,999999201612310069", "测试庚,女,,999999201802290038")
    )
    assert codes(conflict) == {"ID_SEX_CONFLICT"}
    assert (conflict.child["sex"], conflict.child["id_number"], conflict.held) == (Sex.MALE, "999999201612310069", False)
    assert codes(impossible) == {"ID_DATE"}
    assert impossible.held


def test_example_10_classes_that_became_dates_and_numbers() -> None:
    """3-2 as a date, 3.1 and 302 as numbers are held with the classes that they may have been."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        put(sheet, [["姓名", "班级"], ["测试甲"], ["测试乙", 3.1], ["测试丙", 302]])
        sheet.write_datetime(1, 1, datetime(2026, 3, 2), book.add_format({"num_format": "m-d"}))

    rows = read_rows(xlsx(fill))
    assert [codes(row) for row in rows] == [{"CLASS_DAMAGED"}] * 3
    assert all(row.held and row.school_class is None for row in rows)
    texts = [row.problems[0].label.zh for row in rows]
    assert "三(2)班" in texts[0]
    assert "三(1)班或三(10)班" in texts[1]
    assert "三(2)班" in texts[2]


# --- structure --------------------------------------------------------------------------------------------------------


def test_case_7_merged_class_title_and_total() -> None:
    """A merged class holds for all its rows; a merged title and a total make no child; the heading row is shown."""
    reading = read(
        sheet_of(
            [
                ["留守儿童花名册"],
                ["班级", "姓名", "性别"],
                ["三(1)班", "测试甲", "女"],
                ["", "测试乙", "女"],
                ["", "测试丙", "男"],
                ["合计", "3人"],
            ],
            merges=[(0, 0, 0, 2), (2, 0, 4, 0)],
        )
    )
    assert [(row.school_class and row.school_class.text) for row in reading.rows] == ["三(1)班"] * 3
    assert [(s.row, s.reason_code) for s in reading.skipped] == [(1, "title"), (2, "heading"), (6, "total")]
    assert reading.layouts[0].heading_rows == (2, 2)


def test_three_levels_of_headings() -> None:
    """Three rows of headings, merged in both directions, give each column its path."""
    rows = [
        ["儿童基本信息", "", "", "家庭成员信息", "", "", ""],
        ["姓名", "性别", "班级", "父亲", "", "监护人", ""],
        ["", "", "", "姓名", "电话", "姓名", "关系"],
        ["测试甲", "女", "三(2)班", "测试父", "15400000001", "测试奶奶", "奶奶"],
    ]
    reading = read(sheet_of(rows, merges=[(0, 0, 0, 2), (0, 3, 0, 6), (1, 3, 1, 4), (1, 5, 1, 6)]))
    assert [c.path for c in reading.layouts[0].columns] == [
        "child.name", "child.sex", "class", "father.name", "father.phone", "guardian.name", "guardian.relation",
    ]  # fmt: skip
    assert len(reading.rows) == 1


def test_printed_pages_separators_signatures_and_templates() -> None:
    """Repeated headings, class lines, subtotals, signatures, notes and numbered empty rows are told apart."""
    reading = read(
        sheet_of(
            [
                ["留守儿童名单"],
                ["序号", "姓名", "性别", "身份证号"],
                [1, 2, 3, 4],
                ["三年级1班 班主任：测老师"],
                [1, "测试甲", "女"],
                [2, "测试乙", "男"],
                ["小计", 2],
                [],
                ["留守儿童名单"],
                ["序号", "姓名", "性别", "身份证号"],
                ["三年级2班"],
                [1, "测试丙", "女"],
                [2],
                ["填表人：测某", "", "审核人："],
                ["注：1.本表一式两份"],
                ["2.请于9月10日前上报学校"],
            ]
        )
    )
    assert [(s.row, s.reason_code) for s in reading.skipped] == [
        (1, "title"), (2, "heading"), (3, "column_numbers"), (4, "class_separator"), (7, "total"), (9, "title"), (10, "subheading"),
        (11, "class_separator"), (14, "signature"), (15, "note"), (16, "note"),
    ]  # fmt: skip
    assert [(r.child["name"], r.school_class and r.school_class.number, r.class_teacher) for r in reading.rows] == [
        ("测试甲", 1, "测老师"), ("测试乙", 1, "测老师"), ("测试丙", 2, None),
    ]  # fmt: skip
    assert reading.blank == 2
    assert {s.reason_code for s in reading.skipped} <= set(SKIP_REASONS)


def test_sheets_of_classes_hidden_and_unused_ones() -> None:
    """A sheet's name carries the class; a hidden sheet is read with a notice; one without names is told and not counted."""

    def fill(book: Any) -> None:
        for name in ("三(1)班", "三年级2班", "汇总"):
            sheet = book.add_worksheet(name)
            put(
                sheet, [["班级", "人数"], ["三1", 2]] if name == "汇总" else [["序号", "姓名"], [1, f"测试{'甲' if '1' in name else '乙'}"]]
            )
        book.get_worksheet_by_name("三年级2班").hide()

    reading = read(xlsx(fill))
    assert [r.school_class and (r.school_class.grade, r.school_class.number) for r in reading.rows] == [(3, 1), (3, 2)]
    assert [[p.code for p in layout.problems] for layout in reading.layouts] == [[], ["SHEET_HIDDEN"], ["SHEET_NOT_USED"]]
    assert reading.rows_read == 4


def test_hidden_rows_are_read_with_a_notice() -> None:
    """A filtered or hidden row is a child like others, with a notice."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        put(sheet, [["姓名", "班级"], ["测试甲", "三(1)班"], ["测试乙", "三(1)班"]])
        sheet.set_row(2, None, None, {"hidden": True})

    assert [codes(row) for row in read_rows(xlsx(fill))] == [set(), {"ROW_HIDDEN"}]


def test_struck_rows_are_asked_about() -> None:
    """A row whose text is struck through is read and a person decides."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        put(sheet, [["姓名", "班级"], ["测试甲", "三(1)班"]])
        sheet.write_row(2, 0, ["测试乙", "三(1)班"], book.add_format({"font_strikeout": True}))

    assert [codes(row) for row in read_rows(xlsx(fill))] == [set(), {"ROW_STRUCK"}]


def test_two_tables_side_by_side() -> None:
    """Two lists beside each other give all their children, two from one row of the file."""
    rows = [
        ["序号", "姓名", "班级", "", "序号", "姓名", "班级"],
        [1, "测试甲", "三(1)班", "", 2, "测试乙", "三(2)班"],
        [3, "测试丙", "三(1)班"],
    ]
    reading = read(sheet_of(rows))
    assert [(r.row, r.child["name"], r.school_class and r.school_class.number) for r in reading.rows] == [
        (2, "测试甲", 1), (2, "测试乙", 2), (3, "测试丙", 1),
    ]  # fmt: skip
    assert reading.rows_read == 3


def test_a_card_is_one_child() -> None:
    """A form with labels and blanks to fill in is one child, members by the word at the left of their line."""
    rows = [
        ["留守儿童基本情况登记表"],
        ["姓名", "测试甲", "性别", "女", "民族", "汉族"],
        ["出生日期", "2016-03-15", "公民身份证号码", "999999201603150024", "班级", "四(2)班"],
        ["父亲", "姓名", "测试父", "联系电话", "15400000001", "当前务工地点", "广东东莞"],
        ["母亲", "姓名", "—", "联系电话", "", ""],
        ["监护类型", "( )无人监护 (√)监护情况一般 ( )监护情况较好"],
    ]
    reading = read(sheet_of(rows))
    (row,) = reading.rows
    assert reading.layouts[0].kind == "card"
    assert (row.child["name"], row.child["id_number"], row.school_class and row.school_class.grade) == ("测试甲", "999999201603150024", 4)
    assert {m.role: m.values.get("name") for m in row.members} == {"father": "测试父", "mother": None}
    assert str(row.care["state"]) == "4"
    assert len(reading.headings["名单"]) == len(row.original)


def test_household_merged_over_two_rows() -> None:
    """Guardian cells merged over two children hold for both and make them one household; name and phone of the child never fill."""
    rows = [
        ["姓名", "联系电话", "监护人", "与儿童关系", "监护人电话"],
        ["测试甲", "15400000009", "测试奶奶", "奶奶", "15400000001"],
        ["测试乙", "", "", "", ""],
    ]
    first, second = read_rows(sheet_of(rows, merges=[(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 2, 4)]))
    assert first.household == second.household is not None
    assert first.members[0].values == second.members[0].values
    assert "phone" not in second.child


def test_a_row_without_a_name_is_held_never_dropped() -> None:
    """Other data without a name is held back."""
    row = read_rows(csv("姓名,性别,家庭住址", "测试甲,女,样例镇", ",男,样例村"))[1]
    assert codes(row) == {"NAME_MISSING"}
    assert row.held


def test_unknown_columns_are_told_once() -> None:
    """A column that is not known is listed as not imported, once, with its heading."""
    reading = read(csv("姓名,班级,鞋码,帮扶教师", "测试甲,三(1)班,33,测老师", "测试乙,三(1)班,34,测老师"))
    layout = reading.layouts[0]
    assert [(p.code, p.column, p.severity) for p in layout.problems] == [
        ("COLUMN_NOT_IMPORTED", "鞋码", Severity.WARN), ("COLUMN_NOT_IMPORTED", "帮扶教师", Severity.WARN),
    ]  # fmt: skip
    assert [c.path for c in layout.columns] == ["child.name", "class", None, None]


def test_given_back_columns_are_skipped_in_silence() -> None:
    """The reasons in a workbook of held-back rows disturb nothing when it is imported again."""
    reading = read(csv("退回原因,原文件行,姓名,班级", "没有姓名,7,测试甲,三(1)班"))
    assert len(reading.rows) == 1
    assert not reading.problems


def test_case_11_formatting_to_the_last_row_is_quick() -> None:
    """A format on the last row of the sheet counts for nothing: one child, and blank rows only inside the used range."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "border": 1})
        put(sheet, [["姓名", "班级"], ["测试甲", "三(1)班"]])
        for number in range(2, 32):
            sheet.write_string(number, 0, "  ", bold)
        sheet.write_string(32, 0, "测试乙")
        sheet.write_blank(1_048_575, 0, None, bold)

    reading = read(xlsx(fill))
    assert (len(reading.rows), reading.blank, reading.rows_read) == (2, 30, 33)


def test_case_17_blanks_in_headings_and_names() -> None:
    """Blanks of every kind at headings do not matter; the inner blank of a name is kept; both brackets are one class."""
    rows = read_rows(csv("姓名 ,身份证号\u00a0,班级", "赵 小禾,,三（１）班", "赵　小禾,,三(1)班", "赵小禾\u200b,,三(2)班"))
    assert [r.child["name"] for r in rows] == ["赵 小禾", "赵 小禾", "赵小禾"]
    assert [(r.school_class.grade, r.school_class.number) for r in rows if r.school_class] == [(3, 1), (3, 1), (3, 2)]
    assert "CHILD_TWICE" in codes(rows[1])
    assert "SAME_NAME" in codes(rows[2])


def test_case_19_rare_characters_keep_their_code_points() -> None:
    """Rare characters come through file formats as they are."""
    names = ["张𠮷", "李㛃", "王䶮", "刘頔"]
    for content in (
        csv("姓名,班级", *(f"{n},三(1)班" for n in names)),
        "\n".join(["姓名,班级", *(f"{n},三(1)班" for n in names)]).encode("gb18030"),
    ):
        assert [r.child["name"] for r in read_rows(content)] == names


def test_case_23_forms_of_one_identity_number() -> None:
    """Small x, full width, blanks and an apostrophe are one number; a wrong check digit is kept as to verify, 15 digits are not kept."""
    forms = [
        "99010120150301006X",
        "99010120150301006x",
        "９９０１０１２０１５０３０１００６Ｘ",
        "990101 20150301 006X",
        "'99010120150301006X",
    ]
    for form in forms:
        assert one(csv("姓名,身份证号", f"测试甲,{form}")).child["id_number"] == "99010120150301006X"
    wrong, old = read_rows(csv("姓名,身份证号", "测试甲,990101201503010011", "测试乙,990101150301001"))
    assert "ID_CHECK_DIGIT" in codes(wrong)
    assert (wrong.held, wrong.child["id_number"]) == (False, "990101201503010011")
    assert codes(old) == {"ID_15_DIGITS"}
    assert (old.held, "id_number" in old.child) == (False, False)


def test_case_31_births_in_the_future_are_held() -> None:
    """A child born tomorrow is held, by its own date and by the identity number."""
    rows = read_rows(csv("姓名,出生日期,身份证号", "测试甲,2026-11-26,", "测试乙,,999999202711260013"))
    assert [row.held for row in rows] == [True, True]
    assert codes(rows[0]) == {"DATE_FUTURE"}
    assert "ID_FUTURE" in codes(rows[1])


@pytest.mark.parametrize("name", ['=HYPERLINK("http://example.invalid","点")', "@SUM(A1)", "<img src=x onerror=alert(1)>", "<b>&lt;"])
def test_case_83_and_85_texts_like_formulas_and_tags_stay_texts(name: str) -> None:
    """A name that looks like a formula or a tag is kept letter for letter and asked about."""
    row = one(sheet_of([["姓名", "备注"], [name, "=1+1"]]))
    assert (row.child["name"], row.child["note"]) == (name, "=1+1")
    assert "NAME_UNLIKELY" in codes(row)


def test_the_same_child_twice_in_a_file_is_held_the_second_time() -> None:
    """The later of two rows with one identity number is held back."""
    rows = read_rows(csv("姓名,身份证号", "测试甲,999999201603150024", "测试乙,999999201709020017", "测试甲,999999201603150024"))
    assert [codes(row) & {"ID_TWICE"} for row in rows] == [set(), set(), {"ID_TWICE"}]
    assert rows[2].held


def test_two_of_one_name_with_different_numbers_are_two_children() -> None:
    """A name twice is a notice when identity numbers differ."""
    rows = read_rows(csv("姓名,班级,身份证号", "测试甲,三(1)班,999999201603150024", "测试甲,三(1)班,999999201709020017"))
    assert [row.held for row in rows] == [False, False]
    assert "SAME_NAME" in codes(rows[1])


def test_one_phone_at_many_children_is_told() -> None:
    """A number that five families have is a teacher's or a shop's."""
    rows = read_rows(csv("姓名,班级,联系电话", *(f"测{c},三(1)班,15400000001" for c in "甲乙丙丁戊")))
    assert all("PHONE_SHARED" in codes(row) for row in rows)


def test_progress_is_told_for_long_files_alone() -> None:
    """Progress rises to the number of rows for a file over 2,000 rows; a short file tells none."""
    told: list[tuple[int, int]] = []
    lines = [f"测{chr(0x4E00 + i)},三(1)班" for i in range(PROGRESS_FROM + 5)]
    read_roster(csv("姓名,班级", *lines), "a.csv", progress=lambda done, total: told.append((done, total)), today=TODAY)
    assert told[-1] == (PROGRESS_FROM + 6, PROGRESS_FROM + 6)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    told.clear()
    read_roster(csv("姓名,班级", "测试甲,三(1)班"), "a.csv", progress=lambda done, total: told.append((done, total)), today=TODAY)
    assert told == []


def test_a_file_without_headings_says_which_are_needed() -> None:
    """No row of headings is one sentence that names them."""
    with pytest.raises(UnreadableFile) as caught:
        read(csv("甲,乙", "1,2"))
    assert caught.value.code == "NO_HEADINGS"
    assert "姓名" in caught.value.label.zh


def test_a_path_is_read_like_its_bytes(tmp_path: Path) -> None:
    """A roster is read from a path as from bytes."""
    file = tmp_path / "花名册.csv"
    file.write_bytes(csv("姓名,班级", "测试甲,三(1)班"))
    assert [r.child for r in read_roster(file, file.name, today=TODAY).rows] == [{"name": "测试甲"}]


def test_reprs_show_nobody() -> None:
    """Rows, members and readings show no name in tracebacks."""
    reading = read(csv("姓名,监护人,与儿童关系", "测试甲,测试奶奶,奶奶"))
    assert "测试" not in repr(reading) + repr(reading.rows) + repr(reading.rows[0].members)


# --- the account over anything ----------------------------------------------------------------------------------------

_TEXTS = st.sampled_from(
    "姓名 班级 性别 父亲 母亲 电话 身份证号 序号 测试甲 测试乙、测试丙 三(1)班 三年级2班 合计 小计 注：说明 填表人： 同上 — 1 2 3 女 男 "
    "2016.3.15 999999201603150024 15400000001 √ 是 9.9E+17".split()
)
_CELLS = st.one_of(
    st.just(""), _TEXTS, st.text(max_size=6), st.integers(-5, 10**9), st.floats(allow_nan=False, allow_infinity=False, width=32)
)
_GRIDS = st.lists(st.lists(_CELLS, min_size=1, max_size=6), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(_GRIDS, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(1, 3)), max_size=2))
def test_every_row_of_any_sheet_is_accounted_for(grid: list[list[object]], merges: list[tuple[int, int, int]]) -> None:
    """Under proper headings, whatever stands below, each row is a child's, skipped with a reason, or blank."""
    from carekit.exchange.files.sheets import Sheet
    from carekit.exchange.roster.context import Context
    from carekit.exchange.roster.reading import _Meter, _read_sheet  # the sheet is made in memory, without a file

    rows: list[list[Any]] = [["序号", "姓名", "班级", "性别", "身份证号", "联系电话"], *(list(row) for row in grid)]
    rows = [[*row, *[""] * (6 - len(row))] for row in rows]
    sheet = Sheet("名单", rows, [(top + 1, left, top + 1 + span, left) for top, left, span in merges])
    part = _read_sheet(sheet, Context(TODAY, None), _Meter(None, len(rows)))
    children, skipped = {row.row for row in part.rows}, [s.row for s in part.skipped]
    assert part.rows_read == len(rows) == len(children) + part.blank + len(skipped)
    assert not children & set(skipped)
    assert all(row.held or row.child.get("name") for row in part.rows)


@settings(max_examples=25, deadline=None)
@given(_GRIDS)
def test_any_workbook_is_read_or_refused_in_words(grid: list[list[object]]) -> None:
    """A workbook of anything is a reading with a full account, or one sentence; nothing else happens."""
    texts = [[cell if not isinstance(cell, str) or cell.isprintable() else "" for cell in row] for row in grid]
    try:
        reading = read(sheet_of([["姓名", "班级"], *texts]))
    except UnreadableFile:
        return
    check_account(reading)
