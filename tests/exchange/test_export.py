from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from carekit.errors import Denied, UserError
from carekit.exchange import FORMATS, export_records
from carekit.exchange.files.cell_text import CELL_LIMIT, neutralised, pieces, restored, writable
from carekit.fields import Privacy
from carekit.records import RECORDS, Assignment, Child, Enrolment, Family, School, SchoolClass, StaffMember, Talk
from carekit.records.codes import Duty, Role
from carekit.store import Actor, Desk, Store

FORMULA = '=HYPERLINK("http://example.invalid","点")'


def _json(desk: Desk, kind: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(export_records(desk, kind, "json", **more))
    return found


def _csv(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _sheet(content: bytes) -> list[dict[str, Any]]:
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    return [dict(zip([str(h) for h in rows[0]], row, strict=True)) for row in rows[1:]]


@pytest.fixture
def school(desk: Desk) -> dict[str, str]:
    """A class teacher with one child, another child in another class, and a talk with each."""
    school = School(name="样例小学")
    third, fourth = (SchoolClass(school_id=school.id, school_year=2025, grade=g, number=1, name=f"{g}") for g in (3, 4))
    wang = StaffMember(school_id=school.id, name="王样", role=Role.CLASS_TEACHER)
    family = Family(village="样例村")
    he, yu = Child(name="赵小禾", family_id=family.id, note=FORMULA), Child(name="阿小雨")
    start = date(2025, 9, 1)
    desk.add_all(
        [
            school,
            third,
            fourth,
            wang,
            family,
            he,
            yu,
            Assignment(class_id=third.id, staff_id=wang.id, duty=Duty.CLASS_TEACHER, from_on=start),
        ]
        + [Enrolment(child_id=c.id, class_id=k.id, enrolled_on=start) for c, k in ((he, third), (yu, fourth))]
        + [Talk(child_id=c.id, staff_id=wang.id, talked_on=date(2025, 9, 10), points="谈了学习") for c in (he, yu)]
    )
    return {"wang": wang.id, "he": he.id, "yu": yu.id}


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("kind", RECORDS)
def test_every_kind_in_every_format(desk: Desk, school: dict[str, str], kind: str, file_format: str) -> None:
    """Each kind is exported in each format with one row a record, all declared fields and who saved it when."""
    count = len(desk.find(RECORDS[kind]))
    content = export_records(desk, kind, file_format)
    rows: list[dict[str, Any]] = {"json": json.loads, "csv": _csv, "xlsx": _sheet}[file_format](content)
    assert len(rows) == count
    if file_format != "xlsx":
        wanted = {*RECORDS[kind].fields, "version", "recorded_at", "recorded_by"}
        assert all(row.keys() == wanted for row in rows)


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_empty_kind_is_a_whole_file(desk: Desk, file_format: str) -> None:
    """Nothing to export is a file with headings and no rows, not an error."""
    assert export_records(desk, "child", file_format)


def test_json_has_codes_dates_and_lists(desk: Desk, school: dict[str, str]) -> None:
    """JSON has codes as the standards number them, dates as ISO texts, several codes as a list, nothing as null."""
    (he,) = [c for c in _json(desk, "child") if c["id"] == school["he"]]
    (talk,) = [t for t in _json(desk, "talk") if t["child_id"] == school["he"]]
    assert (he["born_on"], talk["talked_on"], talk["outcome"], talk["child_states"]) == (None, "2025-09-10", "1", [])


@pytest.mark.parametrize("kind", ["child", "talk", "enrolment"])
def test_children_stand_in_the_order_of_names(desk: Desk, school: dict[str, str], kind: str) -> None:
    """Rows stand in the order of the children's names, in every kind that is about a child."""
    field = "id" if kind == "child" else "child_id"
    assert [row[field] for row in _json(desk, kind)] == [school["yu"], school["he"]]


def test_a_filter_narrows_the_export(desk: Desk, school: dict[str, str]) -> None:
    """A condition on a field exports only what meets it."""
    assert [r["child_id"] for r in _json(desk, "talk", where={"child_id": school["he"]})] == [school["he"]]


@pytest.mark.parametrize("file_format", FORMATS)
def test_only_own_rows(exchange_store: Store, desk: Desk, school: dict[str, str], file_format: str) -> None:
    """A class teacher exports the own class's children and talks only, in every format (case 73)."""
    theirs = exchange_store.for_actor(Actor(school["wang"], Role.CLASS_TEACHER))
    for kind in ("child", "talk", "enrolment"):
        content = export_records(theirs, kind, file_format)
        rows: list[dict[str, Any]] = {"json": json.loads, "csv": _csv, "xlsx": _sheet}[file_format](content)
        assert len(rows) == 1


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("role", Role)
def test_only_allowed_fields(exchange_store: Store, desk: Desk, school: dict[str, str], role: Role, kind: str) -> None:
    """No role exports a field more private than it may read; a role without any reach gets one sentence."""
    from carekit.access import Scope, grant_of, highest

    theirs = exchange_store.for_actor(Actor(school["wang"], role))
    grant = grant_of(theirs.actor, RECORDS[kind])
    if grant.scope is Scope.NONE:
        with pytest.raises(Denied):
            export_records(theirs, kind, "csv")
        return
    (header,) = csv.reader([export_records(theirs, kind, "csv").decode("utf-8-sig").splitlines()[0]])
    shown = set(header) - {"version", "recorded_at", "recorded_by"}
    assert all(RECORDS[kind].fields[name].privacy <= highest(theirs.actor, RECORDS[kind]) for name in shown)


def test_each_export_leaves_one_line(desk: Desk, school: dict[str, str]) -> None:
    """One export, one line of the log: kind, format, filter and number of rows, and nothing of what the rows say."""
    columns = [sa.column(name) for name in ("action", "kind", "detail")]

    def lines() -> list[tuple[Any, ...]]:
        return [line for line in desk.tuples(sa.select(*columns).select_from(sa.text("audit"))) if line[0] == "export"]

    export_records(desk, "child", "xlsx", where={"name": "赵小禾"})
    (line,) = lines()
    assert line[1] == "child" and "xlsx" in line[2] and '"rows": 1' in line[2] and "赵" not in line[2]


@pytest.mark.parametrize(("kind", "file_format"), [("nobody", "json"), ("child", "docx")])
def test_what_does_not_exist_gets_one_sentence(desk: Desk, kind: str, file_format: str) -> None:
    """An unknown kind or format is answered with the choices there are, and logs nothing."""
    with pytest.raises(UserError) as caught:
        export_records(desk, kind, file_format)
    assert "child" in caught.value.label.zh or "csv" in caught.value.label.zh


@pytest.mark.parametrize("text", [FORMULA, "=1+1", "@SUM(A1)", "\t=1", "+1", "-1", "＝1", "'=1", "''@x", "平常的话", "'引号"])
def test_formulas_are_texts_and_come_back(desk: Desk, text: str) -> None:
    """A text that looks like a formula runs neither in CSV nor in XLSX, and the original comes back (case 83)."""
    child = desk.add(Child(name="赵一", note=f"x{text}")).record
    stored = child.model_copy(update={"note": text})
    desk.amend(stored, seen=1)
    note = _csv(export_records(desk, "child", "csv"))[0]["note"]
    assert note[0] not in "=+-@\t＝" and restored(note) == text
    cell = next(c for c in openpyxl.load_workbook(io.BytesIO(export_records(desk, "child", "xlsx"))).worksheets[0][2] if c.value == text)
    assert cell.data_type == "s" and cell.hyperlink is None and cell.number_format == "@"


@pytest.mark.parametrize("name", ["张𠮷", "李㛃", "王䶮", "刘頔", "阿依古丽·买买提"])
@pytest.mark.parametrize("file_format", FORMATS)
def test_rare_characters_stay_what_they_are(desk: Desk, name: str, file_format: str) -> None:
    """Rare characters are the same code points in every format (case 19)."""
    desk.add(Child(name=name))
    content = export_records(desk, "child", file_format)
    text = json.dumps(_sheet(content), ensure_ascii=False, default=str) if file_format == "xlsx" else content.decode("utf-8-sig")
    assert name in text


def test_a_long_note_goes_on_in_a_further_sheet(desk: Desk) -> None:
    """A note of 40,000 characters is whole in JSON and CSV; in XLSX the cell says where it goes on, and nothing is lost (case 93)."""
    note = "长" * 39_998 + "𠮷完"
    desk.add_all([Child(name="赵一", note=note), Child(name="钱二", note="短")])
    assert _json(desk, "child")[1]["note"] == note
    assert _csv(export_records(desk, "child", "csv"))[1]["note"] == note
    book = openpyxl.load_workbook(io.BytesIO(export_records(desk, "child", "xlsx")))
    (first,) = [c.value for c in book.worksheets[0][3] if c.value and len(str(c.value)) > 1000]
    rest = [str(row[4]) for row in book["续文"].iter_rows(min_row=2, values_only=True)]
    assert len(first) <= CELL_LIMIT and "续文" in first
    assert first.split("……")[0] + "".join(rest) == note


def test_illegal_characters_break_no_export(desk: Desk) -> None:
    """A control character or half a character that came into the store some way stops no export; other notes are untouched (case 89)."""
    desk.add_all([Child(name="赵一", note="好的"), Child(name="钱二")])
    bad = desk.find(Child, {"name": "钱二"})[0].record.model_copy(update={"note": "坏\x0b\x16的\ufffe"})
    desk.amend(bad, seen=1)
    for file_format in FORMATS:
        assert export_records(desk, "child", file_format)
    notes = {row["姓名"]: row["备注"] for row in _sheet(export_records(desk, "child", "xlsx"))}
    assert notes == {"赵一": "好的", "钱二": "坏\ufffd\ufffd的\ufffd"}


def test_a_workbook_shows_labels_and_names(desk: Desk, school: dict[str, str]) -> None:
    """XLSX has labels as headings, codes in words and the names of who is referred to, with the ids at the right."""
    row = _sheet(export_records(desk, "talk", "xlsx"))[0]
    assert (row["儿童"], row["谈话人"], row["结果"], row["儿童（编号）"]) == ("阿小雨", "王样", "已完成", school["yu"])


def test_privacy_is_declared_for_all_that_is_exported() -> None:
    """Every field that can be exported has a privacy class."""
    assert all(isinstance(spec.privacy, Privacy) for record in RECORDS.values() for spec in record.fields.values())


@given(st.text())
def test_neutralising_is_undone(text: str) -> None:
    """Whatever a text is, what CSV makes of it runs nothing and reads back as it was."""
    made = neutralised(text)
    assert restored(made) == text
    assert not made or made[0] not in "=+-@\t\r＝＋－＠"


@given(st.text(alphabet="a长𠮷", max_size=60), st.integers(2, 9))
def test_pieces_are_the_whole_text(text: str, limit: int) -> None:
    """A text in pieces is the text; no piece is longer than a cell, counted in UTF-16 units."""
    parts = pieces(text, limit)
    assert "".join(parts) == text
    assert all(len(part.encode("utf-16-le")) // 2 <= limit for part in parts)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_what_is_writable_can_be_written(text: str) -> None:
    """A writable text can be encoded and is as long as it was."""
    assert len(writable(text).encode("utf-8")) >= 0 and len(writable(text)) == len(text)
