"""What is promised of registering one child: carekit.apps.intake_register and the parts behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from village import START, Village, village_in

from carekit.apps.intake_register import RegisterPanel
from carekit.errors import NotFound
from carekit.identifiers import check_digit
from carekit.records import Absence, CareArrangement, Case, Child, Enrolment, FamilyMember
from carekit.records.codes import CaseSource, Relation, Sex
from carekit.widgets import RecordForm

_ID = "99999920160506003" + check_digit("99999920160506003")
_numbers = count(1)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with village_in(tmp_path) as made:
        yield made


def panel_of(village: Village, key: str) -> RegisterPanel:
    """The panel of a staff member."""
    return RegisterPanel(village.desk(key), lambda: None)


def press_save(form: RecordForm, change: Any = None) -> str:
    """Press Save on what the form shows, after `change(fields, parts)`; gives the form's state."""
    fields = dict(form.values["fields"])
    parts = {name: [{"key": row["key"], "fields": dict(row["fields"])} for row in rows] for name, rows in form.values["parts"].items()}
    if change:
        change(fields, parts)
    form.receive({"type": "submit", "generation": form.generation, "n": next(_numbers), "values": {"fields": fields, "parts": parts}})
    return str(form.state)


def fill_new(name: str = "李新来", id_number: str | None = _ID, *, away: bool = True, class_id: str | None = None, **more: Any) -> Any:
    """What a teacher types for a new child: father away, raised by the grandmother."""

    def change(fields: dict[str, Any], parts: dict[str, Any]) -> None:
        fields |= {"name": name, "id_number": id_number, **more}
        parts["members"][0]["fields"]["name"] = "李大样"
        parts["members"][1]["fields"]["name"] = "王小样"
        grandmother = {
            **parts["members"][0]["fields"],
            "relation": str(Relation.FATHERS_MOTHER),
            "name": "样婆婆",
            "phone": "154 0000 0055",
        }
        parts["members"].append({"key": "new-1", "fields": grandmother})
        if away:
            parts["absences"].append(
                {"key": "new-2", "fields": {"member_id": "0" * 22 + "RE51", "from_on": "2025-02-01", "from_precision": "day"}}
            )
        parts["cares"][0]["fields"] |= {"carer_id": "0" * 22 + "RE62", "from_on": "2025-02-01"}
        stay = parts["stay"][0]["fields"]
        stay |= {"enrolled_on": START.isoformat(), "class_id": class_id or stay["class_id"]}

    return change


def test_a_file_can_be_begun_only_after_a_search(village: Village) -> None:
    """Search before create: the button waits until somebody was looked for."""
    panel = panel_of(village, "wang")
    assert panel.new_button.disabled
    panel.search("  ")
    assert panel.new_button.disabled
    panel.search("李新来")
    assert not panel.new_button.disabled


def test_a_new_child_is_saved_whole(village: Village) -> None:
    """Child, family, members, who is away, who raises the child, class and register entry are there after one Save."""
    panel, desk = panel_of(village, "wang"), village.desk("wang")
    panel.search(_ID)
    panel.begin_new()
    assert press_save(panel.new_form, fill_new(phone="15400000066")) == "saved"
    child = desk.find(Child, {"id_number": _ID})[0].record
    members = {one.record.relation: one.record for one in desk.find(FamilyMember, {"family_id": child.family_id})}
    assert set(members) == {Relation.FATHER, Relation.MOTHER, Relation.FATHERS_MOTHER}
    assert desk.find(Absence, {"member_id": members[Relation.FATHER].id})[0].record.from_on == date(2025, 2, 1)
    assert desk.find(CareArrangement, {"child_id": child.id})[0].record.carer_id == members[Relation.FATHERS_MOTHER].id
    assert desk.find(Enrolment, {"child_id": child.id})[0].record.class_id == village.third.id
    assert desk.find(Case, {"child_id": child.id})[0].record.source is CaseSource.TEACHER
    assert "李新来" in panel.notice.text


def test_the_identity_number_fills_birth_date_and_sex(village: Village) -> None:
    """They come from the number when a person searched by it, or left the boxes empty; what was typed is never replaced."""
    panel, desk = panel_of(village, "wang"), village.desk("wang")
    panel.search(_ID)
    panel.begin_new()
    assert (panel.new_form.values["fields"]["born_on"], panel.new_form.values["fields"]["sex"]) == ("2016-05-06", "1")
    press_save(panel.new_form, fill_new(born_on="2016-05-16", sex=None))
    child = desk.find(Child, {"id_number": _ID})[0].record
    assert (child.born_on, child.sex, child.birth_on) == (date(2016, 5, 16), Sex.MALE, date(2016, 5, 6))
    assert any("2016-05-06" in line for line in panel.notice.lines), "the conflict is told"


@pytest.mark.parametrize("number", ["999999160506003", "9999992016050600", "99999920160231003X"])
def test_a_number_that_cannot_be_an_identity_number_is_refused_beside_its_box(village: Village, number: str) -> None:
    """Fifteen digits, too few, or a day that does not exist: nothing is saved, the box says why."""
    panel = panel_of(village, "wang")
    panel.search("李新来")
    panel.begin_new()
    assert press_save(panel.new_form, fill_new(id_number=number)) == "invalid"
    assert search_nothing(village, "李新来")


def test_a_doubtful_identity_number_is_saved_and_marked(village: Village) -> None:
    """A wrong check digit is for a person to check, not a reason to have no file."""
    panel = panel_of(village, "wang")
    panel.search("李新来")
    panel.begin_new()
    assert press_save(panel.new_form, fill_new(id_number=_ID[:-1] + ("0" if _ID[-1] != "0" else "1"))) == "saved"
    assert any(line.startswith("待核实") for line in panel.notice.lines)


def test_a_foreign_certificate_is_not_judged_as_an_identity_number(village: Village) -> None:
    """A birth certificate's number has other rules."""
    panel = panel_of(village, "wang")
    panel.search("李新来")
    panel.begin_new()
    assert press_save(panel.new_form, fill_new(id_number="T510000123", id_type="2")) == "saved"


def test_a_same_number_outside_the_scope_is_refused_without_content(village: Village) -> None:
    """The class teacher hears that there is a file, not whose; nothing is saved."""
    panel = panel_of(village, "wang")
    panel.search("999999201601010028")
    assert not panel.found.rows
    panel.begin_new()
    assert press_save(panel.new_form, fill_new(name="钱某", id_number="999999201601010028")) == "refused"
    told = panel.notice.text + "".join(panel.notice.lines)
    assert "学籍管理员" in told
    assert "钱小雨" not in told and "四(2)班" not in told
    assert search_nothing(village, "钱某")


def test_a_same_name_and_birth_date_asks_once(village: Village) -> None:
    """The first Save warns, the second one saves: they may be two children."""
    panel = panel_of(village, "wang")
    panel.search("钱小雨")
    panel.begin_new()
    twin = fill_new(name="钱小雨", id_number=None, born_on="2016-01-01")
    assert press_save(panel.new_form, twin) == "refused"
    assert press_save(panel.new_form, twin) == "saved"


def test_a_child_who_is_not_left_behind_comes_not_onto_the_register(village: Village) -> None:
    """Nobody away: a file, and no entry on the register."""
    panel, desk = panel_of(village, "wang"), village.desk("wang")
    panel.search(_ID)
    panel.begin_new()
    assert press_save(panel.new_form, fill_new(away=False)) == "saved"
    child = desk.find(Child, {"id_number": _ID})[0].record
    assert not desk.find(Case, {"child_id": child.id})


def test_who_is_away_must_be_among_the_members(village: Village) -> None:
    """Choosing the father when there is none in the rows is told in words; nothing is saved."""
    panel = panel_of(village, "wang")
    panel.search(_ID)
    panel.begin_new()

    def without_father(fields: dict[str, Any], parts: dict[str, Any]) -> None:
        fill_new()(fields, parts)
        del parts["members"][0]

    assert press_save(panel.new_form, without_father) == "refused"
    assert search_nothing(village, _ID)


def test_a_class_teacher_cannot_put_a_child_into_another_class(village: Village) -> None:
    """A class that is not offered is refused, whatever a page sends."""
    panel = panel_of(village, "wang")
    panel.search("李新来")
    panel.begin_new()
    assert press_save(panel.new_form, fill_new(class_id=village.fourth.id)) == "invalid"


def test_a_sister_joins_the_family_and_a_new_phone_reaches_both(village: Village) -> None:
    """A brother's or sister's file shares members: one guardian card, amended once, with who changed it."""
    panel, desk = panel_of(village, "wang"), village.desk("wang")
    elder = village.children["elder"]
    panel.search("赵小禾")
    panel.begin_sibling(elder.id)

    def sister(fields: dict[str, Any], parts: dict[str, Any]) -> None:
        fields |= {"name": "赵小妹", "born_on": "2018-04-01"}
        next(row for row in parts["members"] if row["fields"]["name"] == "样奶奶")["fields"]["phone"] = "15400000099"
        parts["stay"][0]["fields"] |= {"enrolled_on": "2025-09-01"}

    assert press_save(panel.new_form, sister) == "saved"
    made = desk.find(Child, {"name": "赵小妹"})[0].record
    assert made.family_id == elder.family_id
    assert len(desk.find(FamilyMember, {"family_id": elder.family_id})) == 2
    history = desk.revisions(FamilyMember, village.members["grandmother"].id)
    assert [one.record.phone for one in history] == ["15400000001", "15400000099"]
    assert history[-1].recorded_by == village.staff["wang"].id
    assert desk.find(CareArrangement, {"child_id": made.id})[0].record.carer_id == village.members["grandmother"].id


def test_an_amended_file_keeps_every_version(village: Village) -> None:
    """Each amended field is a new version; what the form does not touch gets none."""
    panel, desk = panel_of(village, "wang"), village.desk("wang")
    elder = village.children["elder"]
    panel.open_child(elder.id)
    moved = lambda fields, _: fields.update(address="样例镇清溪村1组8号")  # noqa: E731
    assert press_save(panel.old_form, moved) == "saved"
    assert [one.record.address for one in desk.revisions(Child, elder.id)] == [None, "样例镇清溪村1组8号"]
    assert len(desk.revisions(FamilyMember, village.members["grandmother"].id)) == 1
    assert press_save(panel.old_form, moved) == "saved"
    assert len(desk.revisions(Child, elder.id)) == 2, "saving again without a change makes no version"


def test_a_member_taken_out_takes_the_stays_away_along(village: Village) -> None:
    """Taken-out rows are withdrawn, not deleted: earlier versions stay readable."""
    panel, desk = panel_of(village, "wang"), village.desk("wang")
    panel.open_child(village.children["elder"].id)

    def no_father(_: dict[str, Any], parts: dict[str, Any]) -> None:
        parts["members"] = [row for row in parts["members"] if row["fields"]["name"] != "赵大样"]
        parts["absences"] = []

    assert press_save(panel.old_form, no_father) == "saved"
    father = village.members["father"]
    assert not desk.find(FamilyMember, {"id": father.id})
    assert not desk.find(Absence, {"member_id": father.id})
    assert len(desk.revisions(FamilyMember, father.id)) == 2


def test_two_people_change_one_child(village: Village) -> None:
    """The later Save is shown as a conflict, and both changes survive after the choice."""
    first, second = panel_of(village, "wang"), panel_of(village, "zhou")
    elder = village.children["elder"]
    first.open_child(elder.id)
    second.open_child(elder.id)
    assert press_save(first.old_form, lambda fields, _: fields.update(phone="15400000011")) == "saved"
    assert press_save(second.old_form, lambda fields, _: fields.update(address="新地址")) == "conflict"
    assert press_save(second.old_form, lambda fields, _: fields.update(address="新地址")) == "saved"
    child = village.desk("zhou").get(Child, elder.id).record
    assert (child.phone, child.address) == ("15400000011", "新地址")


def test_two_people_change_one_family_member(village: Village) -> None:
    """Different fields are both kept; the same field is told with who and what, and nothing is saved until the second Save."""
    first, second = panel_of(village, "wang"), panel_of(village, "zhou")
    for panel in (first, second):
        panel.open_child(village.children["elder"].id)

    def grandmother(**values: Any) -> Any:
        return lambda _, parts: next(row for row in parts["members"] if row["fields"]["name"] == "样奶奶")["fields"].update(values)

    assert press_save(first.old_form, grandmother(phone="15400000011")) == "saved"
    assert press_save(second.old_form, grandmother(occupation="务农")) == "saved"
    assert press_save(first.old_form, grandmother(phone="15400000012", occupation="务农")) == "saved"
    assert press_save(second.old_form, grandmother(phone="15400000013", occupation="务农")) == "refused"
    assert any("15400000012" in line and "王样" in line for line in second.notice.lines)
    assert press_save(second.old_form, grandmother(phone="15400000013", occupation="务农")) == "saved"
    member = village.desk("zhou").get(FamilyMember, village.members["grandmother"].id).record
    assert (member.phone, member.occupation) == ("15400000013", "务农")


def test_nobody_opens_a_foreign_child(village: Village) -> None:
    """Not yours and not there are the same, for the file and for a brother or sister."""
    panel = panel_of(village, "wang")
    for child_id in (village.children["foreign"].id, "0" * 26):
        with pytest.raises(NotFound):
            panel.open_child(child_id)
        with pytest.raises(NotFound):
            panel.begin_sibling(child_id)


def test_an_identity_number_is_judged_while_it_is_typed(village: Village) -> None:
    """The draft that the page keeps is looked at, and the bar of the form says what is wrong."""
    panel = panel_of(village, "wang")
    panel.search("李新来")
    panel.begin_new()
    said: list[str] = []
    panel.new_form.show = lambda sentence, **_: said.append(sentence.zh)  # type: ignore[method-assign]
    fields = {**panel.new_form.values["fields"], "id_number": "999999160506003"}
    panel.new_form.receive({"type": "draft", "generation": panel.new_form.generation, "values": {"fields": fields, "parts": {}}})
    fields["id_number"] = _ID
    panel.new_form.receive({"type": "draft", "generation": panel.new_form.generation, "values": {"fields": fields, "parts": {}}})
    assert "15位" in said[0]
    assert "2016-05-06" in said[1]


def test_an_unfinished_file_is_offered_again(village: Village) -> None:
    """What was typed for a new child is there when the page is opened again, and gone after the Save."""
    panel = panel_of(village, "wang")
    panel.search("李新来")
    panel.begin_new()
    panel.new_form.receive(
        {
            "type": "draft",
            "generation": panel.new_form.generation,
            "values": {"fields": {**panel.new_form.values["fields"], "note": "写了一半"}, "parts": {}},
        }
    )
    again = panel_of(village, "wang")
    again.search("李新来")
    again.begin_new()
    assert again.new_form.draft_at
    again.new_form.receive({"type": "restore"})
    assert again.new_form.values["fields"]["note"] == "写了一半"
    assert press_save(again.new_form, fill_new()) == "saved"
    assert village.desk("wang").draft("child", "") is None


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "{x}", "=1+1", "阿依努尔·艾山"])
def test_an_odd_name_is_kept_letter_for_letter(village: Village, name: str) -> None:
    """Nothing in a name is run, filled in or changed."""
    panel = panel_of(village, "wang")
    panel.search("李新来")
    panel.begin_new()
    assert press_save(panel.new_form, fill_new(name=name)) == "saved"
    assert village.desk("wang").find(Child, {"name": name})
    assert name in panel.notice.text


def search_nothing(village: Village, typed: str) -> bool:
    """Whether a search of the registrar finds nobody."""
    panel = panel_of(village, "zhou")
    panel.search(typed)
    return not panel.found.rows
