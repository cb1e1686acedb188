"""The page of hand-overs between schools: carekit.apps.transfers and its parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from schools import SmallSchool

from carekit import clock
from carekit.apps.case_history import CaseHistory
from carekit.apps.transfers import Transfers, transfers
from carekit.apps.transfers_arrival import read_arrived, take_in
from carekit.apps.transfers_facts import Stage, standings
from carekit.errors import NotFound, UserError
from carekit.exchange.package import Account, Content, seal
from carekit.exchange.package.content import Stored
from carekit.fields import new_id
from carekit.obligations import State, due, obligations_frame
from carekit.records import (
    Absence,
    Assignment,
    CareArrangement,
    Case,
    Child,
    Enrolment,
    Family,
    FamilyMember,
    Pairing,
    School,
    Talk,
    Transfer,
)
from carekit.records.codes import (
    CaseSource,
    Duty,
    EntryReason,
    LeavingReason,
    PairingEnd,
    PairingKind,
    Relation,
    Role,
    Sex,
    TransferDirection,
)
from carekit.store import Actor, Desk, Store, new_key

LEAVES = date(2026, 1, 10)
COMES = date(2026, 3, 2)
#: Each press on Save has a number of its own, as a page gives it.
PRESSES = count(1)


def school_in(folder: Path, name: str) -> SmallSchool:
    """A small school with a registrar and a leader."""
    store = Store.create(folder / f"{name}.carekit", key=new_key())
    with clock.at(date(2025, 9, 1)):
        school = SmallSchool(store, school=School(name=name))
        school.add_staff("周样", Role.REGISTRAR)
        school.add_staff("校样", Role.LEADER)
    return school


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SmallSchool]:
    """The school that a child leaves, on the day of leaving; the child is on the register, paired, and was talked with."""
    school = school_in(tmp_path, "清溪小学")
    with clock.at(date(2025, 9, 1)):
        child = school.left_behind("转小样", sex=Sex.FEMALE, born_on=date(2016, 5, 6), id_number="999999201605060029")
        helper = school.add_staff("帮样", Role.SUPPORTER)
        school.save(Pairing(child_id=child.id, kind_of=PairingKind.TEACHER, staff_id=helper.id, from_on=date(2025, 9, 1)))
    with clock.at(LEAVES):
        school.talk(child, date(2025, 12, 3))
        yield school
    school.store.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[SmallSchool]:
    """The school that it comes to."""
    school = school_in(tmp_path, "彼岸小学")
    yield school
    school.store.close()


def desk_of(school: SmallSchool, name: str = "周样") -> Desk:
    """The desk of somebody in their role."""
    member = school.staff[name]
    return school.store.for_actor(Actor(member.id, member.role))


def child_of(school: SmallSchool, name: str = "转小样") -> Child:
    """A child by name."""
    found: Child = school.desk.find(Child, {"name": name})[0].record
    return found


def press(form: Any, **boxes: Any) -> Any:
    """Press Save in a form with these boxes; the last answer."""
    said: list[Any] = []
    form.send = lambda content, *_: said.append(content)
    values = {"fields": form.values["fields"] | boxes, "parts": {}}
    form.receive({"type": "submit", "n": next(PRESSES), "generation": form.generation, "values": values}, [])
    return said[-1]


def download(button: Any) -> tuple[str, bytes]:
    """Press a download button; name and bytes of the file."""
    sent: list[Any] = []
    button.send = lambda content, buffers=None: sent.append((content, buffers))
    button.receive({"type": "ask"}, [])
    content, buffers = sent[-1]
    assert content["type"] == "file", content
    return content["name"], bytes(buffers[0])


def leave(app: Transfers, child: Child, **boxes: Any) -> Any:
    """Write down in the page that a child leaves."""
    app.out_button.click()
    return press(app.leaving.form, **{"child_id": [child.id], "moved_on": LEAVES.isoformat(), "other_school": "彼岸小学"} | boxes)


def package_from(app: Transfers) -> tuple[str, bytes, str]:
    """The package of the hand-over that is open: name, bytes, and the passphrase that the page shows."""
    name, data = download(app.card.package)
    return name, data, app.card.notice.text.rsplit("　", 1)[1]


def handed_over(here: SmallSchool) -> tuple[bytes, str]:
    """The package of the child, made at the school that it leaves."""
    app = Transfers(desk_of(here))
    leave(app, child_of(here))
    _, data, passphrase = package_from(app)
    return data, passphrase


def opened(app: Transfers, data: bytes, passphrase: str) -> Any:
    """The steps of a child who comes, with the package opened."""
    app.in_button.click()
    app.arriving.take_file("转学档案.carekit", data)
    app.arriving.passphrase.value = passphrase
    app.arriving.open_button.click()
    return app.arriving


def take(app: Transfers, school: SmallSchool, room: str = "三(1)", **boxes: Any) -> Any:
    """Choose class and day and save."""
    return press(app.arriving.stay.form, **{"class_id": school.classes[room].id, "enrolled_on": COMES.isoformat()} | boxes)


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_a_child_leaves(here: SmallSchool) -> None:
    """The stay ends on the day, the pairing with it, the hand-over waits for its receipt, and its card is open for the package."""
    app, child = Transfers(desk_of(here)), child_of(here)
    answer = leave(app, child, other_contact="对样 15400000099", handed_over_on=LEAVES.isoformat())
    assert answer["state"] == "saved" and "1名" in answer["text"] and "结对1项" in answer["text"]
    stay = here.stay_of(child)
    assert (stay.left_on, stay.leaving, stay.other_school) == (LEAVES, LeavingReason.TRANSFERRED_OUT, "彼岸小学")
    (pairing,) = here.desk.find(Pairing)
    assert (pairing.record.until_on, pairing.record.end_reason) == (LEAVES, PairingEnd.CHILD_LEFT)
    (transfer,) = here.desk.find(Transfer)
    assert (transfer.record.direction, transfer.record.staff_id) == (TransferDirection.OUT, here.staff["周样"].id)
    assert app.card.standing is not None and app.card.standing.stage is Stage.WAITING and app.card.layout.display == ""
    assert app.table.rows[0]["when"].text() == "2026-01-24前" and "等待回执 1" in app.facts() and "转小样" not in repr(app)
    assert here.desk_of("王样").find(Child) != []
    with clock.at(LEAVES + timedelta(days=1)):
        assert here.desk_of("王样").find(Child) == []


def test_the_package_is_downloaded_and_its_passphrase_shown_once(here: SmallSchool) -> None:
    """Mark and day stand in the hand-over; the passphrase stands on the page alone, neither in the store nor in its log; made again it is another."""
    app = Transfers(desk_of(here, "校样"))
    leave(app, child_of(here))
    name, data, passphrase = package_from(app)
    (transfer,) = here.desk.find(Transfer)
    assert name == f"转学档案-{transfer.record.package_mark}.carekit" and transfer.record.handed_over_on == LEAVES
    assert data.startswith(b"carekit transfer") and len(passphrase) == 19
    kept = str(here.desk.audit_lines().to_dict("records")) + str([one.record.model_dump() for one in here.desk.find(Transfer)])
    assert passphrase not in kept and passphrase.replace(" ", "") not in kept
    _, _, other = package_from(app)
    assert other != passphrase and here.desk.find(Transfer)[0].record.package_mark != transfer.record.package_mark
    exports = here.desk.audit_lines().query("action == 'export'")
    assert len(exports) == 2 and set(exports["entity_id"]) == {child_of(here).id}


def test_a_whole_class_graduates_at_once(here: SmallSchool) -> None:
    """Several children in one entry, all or nothing; the list stays open, each with a package of its own to make."""
    first, second = here.add_child("甲小样"), here.add_child("乙小样")
    app = Transfers(desk_of(here))
    app.out_button.click()
    app.leaving.how.value = str(LeavingReason.GRADUATED)
    boxes = {"child_id": [first.id, second.id], "moved_on": LEAVES.isoformat(), "other_school": "样例中学"}
    assert press(app.leaving.form, **boxes)["state"] == "saved"
    assert {here.stay_of(child).leaving for child in (first, second)} == {LeavingReason.GRADUATED}
    assert len(app.table.rows) == 2 and app.lists.layout.display == "" and app.notice.tone == "ok"


@pytest.mark.parametrize(
    ("boxes", "says"),
    [
        ({"other_school": ""}, "对方学校"),
        ({"child_id": []}, "儿童"),
        ({"moved_on": "2025-08-01"}, "之后还有在班记录"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(here: SmallSchool, boxes: dict[str, Any], says: str) -> None:
    """A missing school or child and a day before the class: one sentence each, the stay goes on."""
    app, child = Transfers(desk_of(here)), child_of(here)
    answer = leave(app, child, **boxes)
    assert answer["state"] in ("invalid", "refused") and says in str(answer)
    assert here.desk.find(Transfer) == [] and here.stay_of(child).left_on is None and here.desk.find(Pairing)[0].record.until_on is None


def test_one_of_several_who_cannot_leave_stops_all(here: SmallSchool) -> None:
    """All or nothing: a child who dropped out before the day is in no class on it."""
    gone, child = here.add_child("辍小样"), child_of(here)
    app = Transfers(desk_of(here))
    app.out_button.click()
    here.leave(gone, LEAVES - timedelta(days=1), LeavingReason.DROPPED_OUT)
    boxes = {"child_id": [child.id, gone.id], "moved_on": LEAVES.isoformat(), "other_school": "彼岸小学"}
    answer = press(app.leaving.form, **boxes)
    assert answer["state"] == "refused" and "不在任何班级" in answer["text"] and here.stay_of(child).left_on is None


def test_leaving_twice_on_one_day_is_said(here: SmallSchool) -> None:
    """A second hand-over of the same child and day is refused in words; the same entry pressed twice is one."""
    child = child_of(here)
    app, other = Transfers(desk_of(here)), Transfers(desk_of(here, "校样"))
    other.out_button.click()
    leave(app, child)
    boxes = {"child_id": [child.id], "moved_on": LEAVES.isoformat(), "other_school": "彼岸小学"}
    answer = press(other.leaving.form, **boxes)
    assert answer["state"] == "refused" and "已经登记过" in answer["text"] and len(here.desk.find(Transfer)) == 1


def test_who_left_without_hand_over_is_offered_and_listed(here: SmallSchool) -> None:
    """A child of the register whose leaving came by another way stands on top, is handed over by one press, and keeps its day."""
    child = child_of(here)
    here.leave(child, LEAVES - timedelta(days=20), LeavingReason.TRANSFERRED_OUT)
    app = Transfers(desk_of(here))
    assert [row["standing"].stage for row in app.table.rows] == [Stage.MISSING] and app.notice.tone == "warn"
    app.table._on_action("leave", app.table.rows[0]["id"])
    values = app.leaving.form.values["fields"]
    assert (values["child_id"], values["moved_on"]) == ([child.id], (LEAVES - timedelta(days=20)).isoformat())
    assert press(app.leaving.form, other_school="彼岸小学")["state"] == "saved"
    assert here.stay_of(child).left_on == LEAVES - timedelta(days=20)
    assert [one.stage for one in app.found] == [Stage.LATE] and app.found[0].late == 6


def test_the_receipt_comes(here: SmallSchool) -> None:
    """Day and signature are asked for; then the rule is met and the line says so."""
    app = Transfers(desk_of(here))
    leave(app, child_of(here))
    app.table._on_action("receipt", app.table.rows[0]["id"])
    assert "必" in str(press(app.receipt.form, receipt_on=LEAVES.isoformat())) or app.receipt.form.state == "refused"
    answer = press(app.receipt.form, receipt_on=LEAVES.isoformat(), receipt_by="对样")
    assert answer["state"] == "saved" and [one.stage for one in app.found] == [Stage.CONFIRMED]
    assert list(obligations_frame(desk_of(here), LEAVES, rule="transfer_receipt")["state"]) == [State.MET]
    assert app.table.rows[0]["when"] == LEAVES and "receipt" not in [a[0] for a in app.table.page["rows"][0]["actions"]]


def test_the_papers_of_a_hand_over(here: SmallSchool) -> None:
    """List, signatures and slip in one page, escaped and complete in itself; printing is logged; a readable copy for a school without carekit."""
    child = child_of(here)
    here.desk.amend(child.model_copy(update={"name": "转<b>样"}), seen=1)
    app = Transfers(desk_of(here))
    leave(app, child)
    sent: list[Any] = []
    app.card.paper.send = sent.append
    app.card.paper.receive({"type": "print"}, [])
    page = sent[0]["page"]
    assert sent[0]["type"] == "sheet" and "移交清单" in page and "回执" in page and "沿此线剪下" in page and "清溪小学：" in page
    assert "转&lt;b&gt;样" in page and "<b>" not in page and "<script" not in page and "http" not in page
    assert "谈心" in page and "1条" in page and "谈心" in app.card.paper.markup
    assert here.desk.audit_lines().iloc[-1]["detail"] == "hand-over list 1"
    name, copy = download(app.card.readable)
    assert name == "转学档案摘要-转b样-2026-01-10.html" and "转&lt;b&gt;样" in copy.decode()
    assert len(app.card.history.rows) > 5 and {"谈心", "在班记录"} <= {row["kind"] for row in app.card.history.rows}


# --- arriving ---------------------------------------------------------------------------------------------------------


def test_a_child_comes_with_a_package(here: SmallSchool, there: SmallSchool) -> None:
    """Everything allowed arrives under new ids in the chosen class; the child is on the register from the move; the history is kept as an attachment."""
    data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        panel = opened(app, data, passphrase)
        assert panel.arrived is not None and len(panel.comes.rows) >= 8 and len(panel.history.rows) > 5 and panel.passphrase.value == ""
        assert there.desk.find(Child) == [] and panel.stay.form.values["fields"]["class_id"] == there.classes["三(1)"].id
        assert take(app, there)["state"] == "saved" and app.notice.tone == "ok"
        child, old = child_of(there), child_of(here)
        assert child.id != old.id and (child.id_number, child.sex) == (old.id_number, old.sex)
        (stay,) = there.desk.find(Enrolment)
        assert (stay.record.entry, stay.record.other_school, stay.record.left_on) == (EntryReason.TRANSFERRED_IN, "清溪小学", None)
        (case,) = there.desk.find(Case)
        assert (case.record.source, case.record.opened_on, case.record.child_id) == (CaseSource.TRANSFER, COMES, child.id)
        assert len(there.desk.find(FamilyMember)) == 3 and len(there.desk.find(Absence)) == 2 and len(there.desk.find(CareArrangement)) == 1
        (transfer,) = there.desk.find(Transfer)
        assert transfer.record.direction is TransferDirection.IN and f"{transfer.record.package_mark}.json" in str(
            there.desk.attachments(Transfer, transfer.id)[0].name
        )
        assert app.card.standing is not None and app.card.standing.stage is Stage.ARRIVED and len(app.card.history.rows) > 5
        assert there.desk.find(Talk) == [] and not due(there.desk, COMES, rule="file_complete")["child_id"].isin([old.id]).any()
        sent: list[Any] = []
        app.card.paper.send = sent.append
        app.card.paper.receive({"type": "print"}, [])
        assert "清溪小学：" in sent[0]["page"] and "接收学校（盖章）：彼岸小学" in sent[0]["page"] and "移交清单" not in sent[0]["page"]
        # the class teacher of the new class reads the file from this day on
        assert [one.record.name for one in there.desk_of("王样").find(Child)] == ["转小样"]


def test_what_came_along_stands_in_the_childs_history(here: SmallSchool, there: SmallSchool) -> None:
    """The new class teacher reads it in the child's file, letter for letter; who reads no sensitive part of the file, and a child without it, have nothing."""
    with clock.at(LEAVES):
        child = child_of(here)
        here.desk.amend(child.model_copy(update={"note": "<b>好</b>"}), seen=1)
    data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        opened(app, data, passphrase)
        take(app, there)
        page, child = CaseHistory(there.desk_of("王样")), child_of(there)
        page.open_child(child.id)
        assert page.came.layout.display is None and "清溪小学：谈心" in {row["kind"] for row in page.came.table.rows}
        assert any("<b>好</b>" in row["text"] for row in page.came.table.rows)
        subject = there.add_staff("科样", Role.SUBJECT_TEACHER)
        there.save(Assignment(class_id=there.classes["三(1)"].id, staff_id=subject.id, duty=Duty.SUBJECT_TEACHER, from_on=date(2025, 9, 1)))
        other = CaseHistory(there.store.for_actor(Actor(subject.id, subject.role)))
        other.open_child(child.id)
        assert other.child_id == child.id and other.came.table.rows == [] and other.came.layout.display == "none"
        plain = there.add_child("原小样")
        page = CaseHistory(there.desk_of("王样"))
        page.open_child(plain.id)
        assert page.came.layout.display == "none" and repr(page.came) == "CameAlong(0 entries)"


def test_a_file_that_the_person_may_not_see_is_not_doubled(here: SmallSchool, there: SmallSchool) -> None:
    """Whoever sees one class alone is told that there is a file, and nothing of it; nothing is stored."""
    with clock.at(COMES):
        there.add_child("转小样", "四(2)", id_number="999999201605060029")
    with clock.at(LEAVES):
        data, passphrase = handed_over(here)
    with clock.at(COMES):
        desk = there.desk_of("王样")
        arrived = read_arrived(desk, data, passphrase)
        stay = Enrolment(child_id=arrived.child.id, class_id=there.classes["三(1)"].id, enrolled_on=COMES)
        with pytest.raises(UserError) as wrong:
            take_in(desk, arrived, stay, None, there.staff["王样"].id)
        assert "无权查看" in wrong.value.label.zh and len(there.desk.find(Child)) == 1


def test_a_forged_name_of_a_school_is_shortened(there: SmallSchool) -> None:
    """Whoever seals a package can write anything into it: what is too long for a record is no reason to crash."""
    account = Account(school="校" * 300, child="乙小样", made_on=LEAVES, made_by="丙", sections=[])
    stored = [Stored(kind="child", key="c", values={"name": "乙小样"})]
    data = seal(Content(moved_on=LEAVES, records=stored, account=account).to_bytes(), "0482 1930 7755 0001")
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        opened(app, data, "0482193077550001")
        assert take(app, there, other_school="")["state"] == "saved"
        assert there.desk.find(Transfer)[0].record.other_school == "校" * 200


def test_a_number_that_cannot_be_one_is_told(here: SmallSchool, there: SmallSchool) -> None:
    """An identity number that no person can have is refused as intake refuses it, before anything is shown."""
    with clock.at(LEAVES):
        child = child_of(here)
        here.desk.amend(child.model_copy(update={"id_number": "999999201613060029"}), seen=1)
        data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        panel = opened(app, data, passphrase)
        assert panel.arrived is None and "身份证号" in panel.notice.text


def test_the_same_package_is_taken_in_once(here: SmallSchool, there: SmallSchool) -> None:
    """Chosen again it is told by its mark, at once and at the very save; nothing is stored a second time."""
    data, passphrase = handed_over(here)
    with clock.at(COMES):
        first, second = Transfers(desk_of(there)), Transfers(desk_of(there, "校样"))
        opened(first, data, passphrase)
        opened(second, data, passphrase)
        take(first, there)
        answer = take(second, there)
        assert answer["state"] == "refused" and "已于2026-03-02办理过" in answer["text"]
        first.in_button.click()
        with pytest.raises(ValueError, match="already"):
            first.arriving.take_file("x.carekit", data)
        assert len(there.desk.find(Child)) == 1 and first.arriving.notice.tone == "error"


def test_a_wrong_passphrase_stores_nothing_and_can_be_typed_again(here: SmallSchool, there: SmallSchool) -> None:
    """The sentence says what to do; the file need not be chosen again."""
    data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        panel = opened(app, data, "0000 0000 0000 0000")
        assert panel.arrived is None and "口令" in panel.notice.text and panel.notice.tone == "error"
        panel.passphrase.value = passphrase
        panel.open_button.click()
        assert panel.arrived is not None
        panel.again_button.click()
        panel.open_button.click()
        assert panel.arrived is None and panel.notice.tone == "error" and there.desk.find(Child) == []


def test_what_is_no_package_is_said(there: SmallSchool) -> None:
    """A workbook is refused in words, the page stays."""
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        app.in_button.click()
        with pytest.raises(ValueError, match="not a hand-over file"):
            app.arriving.take_file("花名册.xlsx", b"PK")
        assert app.arriving.notice.tone == "error" and "不是本系统的转学档案包" in app.arriving.notice.text


def test_a_wrong_day_is_said_and_nothing_stored(here: SmallSchool, there: SmallSchool) -> None:
    """A day outside of the class's school year; what was opened stays open."""
    data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        opened(app, data, passphrase)
        answer = take(app, there, enrolled_on="2026-09-02")
        assert answer["state"] == "refused" and "不在这个班级的学年内" in answer["text"] and there.desk.find(Child) == []
        assert take(app, there)["state"] == "saved"


def test_a_child_who_is_not_left_behind_is_not_registered(here: SmallSchool, there: SmallSchool) -> None:
    """The facts decide, not that a package came."""
    with clock.at(LEAVES):
        plain = here.add_child("在家小样", born_on=date(2016, 8, 8))
        here.parent(plain, Relation.FATHER)
        here.parent(plain, Relation.MOTHER)
        app = Transfers(desk_of(here))
        leave(app, plain)
        _, data, passphrase = package_from(app)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        opened(app, data, passphrase)
        assert take(app, there)["state"] == "saved" and there.desk.find(Case) == []


# --- coming back ------------------------------------------------------------------------------------------------------


def test_cases_49_a_child_leaves_and_comes_back_to_one_file(here: SmallSchool, there: SmallSchool) -> None:
    """CASES 49: leaves on 10 January, returns on 2 March to another class: two dated stays under one file, history whole.

    In no class and asked for nothing in February, in the new class from 2 March; no leaving date on the present stay.
    """
    data, passphrase = handed_over(here)
    with clock.at(date(2026, 1, 12)):
        app = Transfers(desk_of(there))
        opened(app, data, passphrase)
        assert press(app.arriving.stay.form, class_id=there.classes["三(1)"].id, enrolled_on="2026-01-12")["state"] == "saved"
        moved = child_of(there)
        there.desk.amend(moved.model_copy(update={"phone": "15400000055", "sex": Sex.MALE}), seen=1)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        app.out_button.click()
        press(app.leaving.form, child_id=[moved.id], moved_on="2026-02-28", other_school="清溪小学")
        _, again, word = package_from(app)
        back = Transfers(desk_of(here))
        panel = opened(back, again, word)
        child = child_of(here)
        assert panel.which.value == child.id and panel.joining is not None and panel.notice.tone == "warn"
        assert [row["field"].text() for row in panel.differences.table.rows] == ["转小样：性别"]
        assert take(back, here, "四(2)")["state"] == "refused" and len(here.desk.find(Enrolment, {"child_id": child.id})) == 1
        panel.differences.table._on_action("ours", panel.differences.table.rows[0]["id"])
        assert take(back, here, "四(2)")["state"] == "saved"
        assert [one.record.id for one in here.desk.find(Child)] == [child.id]
        kept = here.desk.get(Child, child.id).record
        assert (kept.sex, kept.phone) == (Sex.FEMALE, "15400000055")
        stays = [one.record for one in here.desk.find(Enrolment, {"child_id": child.id})]
        assert [(s.enrolled_on, s.left_on) for s in stays] == [(date(2025, 9, 1), LEAVES), (COMES, None)]
        assert len(here.desk.find(FamilyMember)) == 3 and len(here.desk.find(Absence)) == 2 and len(here.desk.find(Case)) == 1
        for day, room in ((date(2026, 2, 10), None), (date(2026, 3, 1), None), (COMES, "四(2)")):
            frame = obligations_frame(here.desk, day)
            own = frame[(frame["child_id"] == child.id) & (frame["rule"] != "transfer_receipt")]
            asked = own[~own["rule"].isin(["monthly_talk", "home_visit"]) | (own["period_start"] >= LEAVES)]
            assert set(asked["class_name"]) == ({room} if room else set()), day
        assert {one.stage for one in standings(here.desk)} == {Stage.BACK, Stage.ARRIVED}
        assert [one.record.points for one in here.desk.find(Talk)] == ["聊了近况"]
        assert [one.record.name for one in here.desk_of("李样").find(Child)] == ["转小样"] and here.desk_of("王样").find(Child) == []


def test_a_child_comes_back_without_a_package(here: SmallSchool) -> None:
    """The old file is chosen among those who are in no class; a second stay begins; who is still here is not offered, nor can be entered."""
    child, other = child_of(here), here.add_child("在班小样")
    leave(Transfers(desk_of(here)), child)
    with clock.at(COMES):
        app = Transfers(desk_of(here))
        app.return_button.click()
        assert [one[0] for one in app.returning.form.options[""]["child_id"]] == [child.id]
        boxes = {"child_id": child.id, "class_id": here.classes["四(2)"].id, "enrolled_on": "2026-01-05", "other_school": "彼岸小学"}
        assert "还在本校班级里" in press(app.returning.form, **boxes)["text"]
        assert press(app.returning.form, **boxes | {"enrolled_on": "2026-09-05"})["state"] == "refused"
        assert press(app.returning.form, **boxes | {"enrolled_on": COMES.isoformat()})["state"] == "saved"
        assert [s.record.left_on for s in here.desk.find(Enrolment, {"child_id": child.id})] == [LEAVES, None]
        assert app.notice.tone == "ok" and {one.stage for one in app.found} == {Stage.BACK, Stage.ARRIVED}
        app.table._on_action("open", next(one.id for one in app.found if one.stage is Stage.ARRIVED))
        assert app.card.history.rows == [] and other.id


def test_coming_back_before_a_later_stay_is_refused(here: SmallSchool) -> None:
    """A stay that is entered for later already is not overlapped."""
    child = child_of(here)
    leave(Transfers(desk_of(here)), child)
    here.enrol(child, "四(2)", date(2026, 4, 1))
    with clock.at(COMES):
        app = Transfers(desk_of(here))
        app.return_button.click()
        boxes = {"child_id": child.id, "class_id": here.classes["四(2)"].id, "enrolled_on": COMES.isoformat(), "other_school": "彼岸小学"}
        assert "之后已有在班记录" in press(app.returning.form, **boxes)["text"]


def test_a_closed_entry_on_the_register_is_told(here: SmallSchool) -> None:
    """Who comes back left behind and was taken off the register is not put on it again by the page: a person reopens it."""
    child = child_of(here)
    case = here.desk.find(Case)[0].record
    leave(Transfers(desk_of(here)), child)
    here.close(case, LEAVES)
    with clock.at(COMES):
        app = Transfers(desk_of(here))
        app.return_button.click()
        press(
            app.returning.form, child_id=child.id, class_id=here.classes["四(2)"].id, enrolled_on=COMES.isoformat(), other_school="彼岸小学"
        )
        assert app.notice.tone == "warn" and any("销号" in line for line in app.notice.lines) and len(here.desk.find(Case)) == 1


def test_twins_by_name_are_asked_about(here: SmallSchool, there: SmallSchool) -> None:
    """Same name and birthday without a number: neither is guessed; as another child a second file is made, as the same one the old file is filled."""
    with clock.at(COMES):
        known = there.add_child("转小样", None, family=False, born_on=date(2016, 5, 6))
    with clock.at(LEAVES):
        data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        panel = opened(app, data, passphrase)
        assert panel.which.value == "" and take(app, there)["state"] == "refused" and len(there.desk.find(Child)) == 1
        panel.which.value = known.id
        assert panel.joining is not None and panel.joining.differences == []
        panel.which.value = "new"
        assert panel.joining is None
        panel.which.value = known.id
        assert take(app, there)["state"] == "saved"
        joined = there.desk.get(Child, known.id).record
        assert joined.id_number == "999999201605060029" and joined.family_id == there.desk.find(Family)[-1].id
        assert len(there.desk.find(Child)) == 1 and len(there.desk.find(FamilyMember)) == 3


def test_another_child_of_the_same_name_gets_a_file_of_its_own(here: SmallSchool, there: SmallSchool) -> None:
    """Said to be another child, both files stand side by side."""
    with clock.at(COMES):
        there.add_child("转小样", None, born_on=date(2016, 5, 6))
    with clock.at(LEAVES):
        data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        opened(app, data, passphrase).which.value = "new"
        assert take(app, there)["state"] == "saved" and len(there.desk.find(Child, {"name": "转小样"})) == 2


def test_a_withdrawn_file_is_brought_back_first(here: SmallSchool, there: SmallSchool) -> None:
    """A file that was withdrawn is neither filled nor doubled."""
    with clock.at(COMES):
        known = there.add_child("转小样", None, family=False, id_number="999999201605060029")
        there.desk.withdraw(Child, known.id, seen=1, reason="登记错误")
    with clock.at(LEAVES):
        data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        panel = opened(app, data, passphrase)
        assert "请先恢复" in panel.notice.text and panel.joining is None
        assert take(app, there)["state"] == "refused" and there.desk.find(Child) == []


def test_differences_are_decided_one_by_one_or_all_at_once(here: SmallSchool, there: SmallSchool) -> None:
    """Facts of the child, the family and its members that differ are shown with both sides; all at once leaves what was chosen."""
    with clock.at(COMES):
        family = there.save(Family(village="老村"))
        there.save(FamilyMember(family_id=family.id, name="家长父亲", relation=Relation.FATHER, phone="15400000066"))
        there.add_child("转小样", None, family_id=family.id, id_number="999999201605060029", sex=Sex.MALE, address="老地址")
    with clock.at(LEAVES):
        child = child_of(here)
        here.desk.amend(child.model_copy(update={"address": "新地址"}), seen=1)
        father = next(one for one in here.desk.find(FamilyMember) if one.record.relation is Relation.FATHER)
        here.desk.amend(father.record.model_copy(update={"phone": "15400000067"}), seen=1)
        kin = here.desk.find(Family)[0]
        here.desk.amend(kin.record.model_copy(update={"village": "新村"}), seen=kin.version)
        data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        panel = opened(app, data, passphrase)
        fields = {row["field"].text(): row["id"] for row in panel.differences.table.rows}
        assert set(fields) == {"转小样：性别", "转小样：现居住地", "家长父亲：联系电话", "家庭：村组"}
        panel.differences.table._on_action("ours", fields["转小样：性别"])
        panel.differences.all_theirs.click()
        assert {row["chosen"].text() for row in panel.differences.table.rows} == {"本校原档案", "档案包"}
        panel.differences.all_ours.click()
        assert "1 differ" not in repr(panel.differences) and "转小样" not in repr([panel.joining, *panel.joining.differences, panel.stay])
        assert take(app, there)["state"] == "saved"
        kept = child_of(there)
        assert (kept.sex, kept.address) == (Sex.MALE, "新地址") and there.desk.find(Family)[0].record.village == "新村"
        members = {one.record.relation: one.record for one in there.desk.find(FamilyMember)}
        assert members[Relation.FATHER].phone == "15400000067" and len(members) == 3
        assert {one.record.member_id for one in there.desk.find(Absence)} <= {one.id for one in members.values()}


def test_somebody_elses_change_meanwhile_is_not_overwritten(here: SmallSchool, there: SmallSchool) -> None:
    """The old file was changed between comparing and saving: nothing is saved, the package is to be compared anew."""
    with clock.at(COMES):
        known = there.add_child("转小样", None, family=False, id_number="999999201605060029")
    with clock.at(LEAVES):
        data, passphrase = handed_over(here)
    with clock.at(COMES):
        app = Transfers(desk_of(there))
        opened(app, data, passphrase)
        there.desk.amend(known.model_copy(update={"phone": "15400000001"}), seen=1)
        answer = take(app, there)
        assert answer["state"] == "refused" and "刚被别人改过" in answer["text"] and there.desk.find(Enrolment) == []


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_address_opens_what_waits_for_a_child(here: SmallSchool) -> None:
    """A child who waits for a receipt opens the receipt, one in a class the form of leaving; one answer for a stranger and for nobody."""
    child, other = child_of(here), here.add_child("丙小样")
    leave(Transfers(desk_of(here)), child)
    app = Transfers(desk_of(here))
    app.ask(child.id)
    assert app.receipt.layout.display == ""
    app.ask(other.id)
    assert app.leaving.layout.display == "" and app.leaving.form.values["fields"]["child_id"] == [other.id]
    app.ask(new_id())
    assert app.notice.tone == "error"
    press(app.receipt.form, receipt_on=LEAVES.isoformat(), receipt_by="对样")
    with clock.at(LEAVES + timedelta(days=1)):
        app.ask(child.id)
    assert app.notice.tone == "error"
    assert isinstance(transfers(desk_of(here)), Transfers)


def test_other_roles_see_no_buttons(here: SmallSchool) -> None:
    """A class teacher and a counsellor who open the page can begin nothing, and a forged press does nothing."""
    leave(Transfers(desk_of(here)), child_of(here))
    here.add_staff("何样", Role.COUNSELLOR)
    for name in ("王样", "何样"):
        app = Transfers(desk_of(here, name))
        assert app._bar.layout.display == "none" and all(row["actions"] == [] for row in app.table.page["rows"])
    app.table.receive({"type": "action", "id": app.table.rows[0]["id"], "action": "receipt"}, [])
    assert app.receipt.layout.display == "none"


def test_what_is_not_there_is_said(here: SmallSchool) -> None:
    """Forged lines, a card with nothing open, a receipt of nothing: one sentence, nothing made."""
    app = Transfers(desk_of(here))
    app._act("open", new_id())
    assert app.notice.tone == "error"
    with pytest.raises(NotFound):
        app.take("open", "nobody")
    for button in (app.card.package, app.card.readable):
        button.offer(School.label)
        sent: list[Any] = []
        button.send = lambda content, *_, sent=sent: sent.append(content)
        button.receive({"type": "ask"}, [])
        assert sent[0]["type"] == "refused"
    app.card.paper.receive({"type": "print"}, [])
    assert "no paper" in app.card.paper.facts() and [repr(one) for one in app._cards]


def test_planned_confirmed_and_off(here: SmallSchool) -> None:
    """Who leaves later is planned; without the rule a hand-over waits without a day; who was confirmed long ago stays confirmed."""
    child = child_of(here)
    leave(Transfers(desk_of(here)), child, moved_on="2026-01-20")
    assert [one.stage for one in standings(desk_of(here))] == [Stage.PLANNED] and here.stay_of(child).left_on == date(2026, 1, 20)
    here.rules(LEAVES, receipt_days=0)
    with clock.at(date(2026, 2, 20)):
        assert [(one.stage, one.due_on) for one in standings(desk_of(here))] == [(Stage.WAITING, None)]
        transfer = here.desk.find(Transfer)[0].record
        here.desk.amend(transfer.model_copy(update={"receipt_on": date(2026, 2, 1), "receipt_by": "对样"}), seen=1)
        assert [one.stage for one in standings(desk_of(here))] == [Stage.CONFIRMED]
