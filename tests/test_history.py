"""What is promised of a child's history: every kind of record appears, in order, and nobody reads more than they may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from record_examples import example

from carekit import clock
from carekit.access import Actor, Scope, grant_of, highest
from carekit.errors import NotFound
from carekit.history import case_frame, changes, history
from carekit.records import (
    RECORDS,
    Absence,
    Activity,
    Assignment,
    CareArrangement,
    Case,
    Child,
    Closure,
    Consent,
    Enrolment,
    Family,
    FamilyMember,
    HomeVisit,
    Pairing,
    Plan,
    Record,
    School,
    SchoolClass,
    StaffMember,
    Talk,
)
from carekit.records.codes import (
    ActivityKind,
    ClosureReason,
    ConsentAnswer,
    ConsentPurpose,
    Duty,
    EntryReason,
    LeavingReason,
    LegalBasis,
    PairingKind,
    Relation,
    Role,
    Subject,
)
from carekit.store import Desk, Store, new_key

TODAY = date(2026, 3, 16)
START = date(2025, 9, 1)
SECRET = "孩子说想妈妈"
_IN_THE_VILLAGE = {
    "child", "family", "family_member", "enrolment", "case", "closure", "absence", "care_arrangement", "consent", "talk", "home_visit",
}  # fmt: skip
#: Every other kind that is about a child: an example of each stands in the elder brother's file.
CASEWORK = tuple(kind for kind, record in RECORDS.items() if record.about and kind not in _IN_THE_VILLAGE)


@dataclass
class Village:
    """Two brothers of one family and a child of another, their two class teachers, and a record of every kind about the elder."""

    store: Store
    console: Desk
    elder: Child
    younger: Child
    other: Child
    family: Family
    grandmother: FamilyMember
    records: dict[str, Record]
    staff: dict[str, StaffMember]

    def desk(self, name: str) -> Desk:
        """The desk of a member of staff."""
        member = self.staff[name]
        return self.store.for_actor(Actor(member.id, member.role))


@pytest.fixture(scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    folder: Path = tmp_path_factory.mktemp("history")
    store = Store.create(str(folder / "school.carekit"), key=new_key())
    with clock.at(TODAY):
        yield _village(store)
    store.close()


@pytest.fixture
def village(_built: Village) -> Iterator[Village]:
    """The village on its day; tests that change it use `fresh`."""
    with clock.at(TODAY):
        yield _built


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Village]:
    """A village of its own, to change."""
    store = Store.create(str(tmp_path / "school.carekit"), key=new_key())
    with clock.at(TODAY):
        yield _village(store)
    store.close()


def _casework(child: Child, teacher: StaffMember, gathering: Activity) -> list[Record]:
    """A record of every other kind about a child, as its declaration gives it; those named in the tests stand in `_village`."""
    ids = {"child": child.id, "staff_member": teacher.id, "activity": gathering.id}
    made: list[Record] = []
    for kind in CASEWORK:
        made.append(example(RECORDS[kind], ids, **({"until_on": None} if kind == "pairing" else {})))
        ids[kind] = made[-1].id
    return made


def _village(store: Store) -> Village:
    school = School(name="样例小学")
    third = SchoolClass(school_id=school.id, school_year=2025, grade=3, number=1, name="三(1)班")
    fourth = SchoolClass(school_id=school.id, school_year=2025, grade=4, number=2, name="四(2)班")
    roles = {"wang": Role.CLASS_TEACHER, "li": Role.CLASS_TEACHER} | {str(role): role for role in Role}
    staff = {name: StaffMember(school_id=school.id, name=f"样{place}", role=role) for place, (name, role) in enumerate(roles.items())}
    family, another = Family(village="样例村1组"), Family(village="样例村2组")
    grandmother = FamilyMember(family_id=family.id, name="测试奶奶", relation=Relation.FATHERS_MOTHER, phone="15400000001")
    elder, younger = Child(name="赵小禾", family_id=family.id), Child(name="赵小苗", family_id=family.id)
    other = Child(name="钱小雨", family_id=another.id)
    wang = staff["wang"]
    case = Case(child_id=elder.id, number="2025-001", opened_on=date(2025, 9, 10))
    about: list[Record] = [
        Enrolment(child_id=elder.id, class_id=third.id, enrolled_on=START),
        case,
        Closure(
            case_id=case.id,
            closed_on=date(2026, 1, 20),
            reason=ClosureReason.PARENT_BACK,
            approved_by=staff["leader"].id,
            reopened_on=date(2026, 3, 1),
        ),
        Absence(member_id=grandmother.id, from_on=date(2025, 3, 1), until_on=date(2025, 8, 1)),
        CareArrangement(child_id=elder.id, carer_id=grandmother.id, from_on=date(2025, 8, 2)),
        Consent(
            child_id=elder.id, purpose=ConsentPurpose.FILE, basis=LegalBasis.DUTY, answer=ConsentAnswer.GIVEN, signed_on=date(2025, 9, 9)
        ),
        Talk(child_id=elder.id, talked_on=date(2026, 3, 5), staff_id=wang.id, points=SECRET),
        HomeVisit(child_id=elder.id, visited_on=date(2026, 3, 6), staff_id=wang.id, at_home=SECRET),
    ]
    gathering = Activity(kind_of=ActivityKind.HOLIDAY, title="集中活动", held_on=date(2026, 2, 3))
    about += _casework(elder, wang, gathering)
    elsewhere = [
        Enrolment(child_id=younger.id, class_id=fourth.id, enrolled_on=START),
        Enrolment(child_id=other.id, class_id=fourth.id, enrolled_on=START),
        Talk(child_id=younger.id, talked_on=date(2026, 3, 7), staff_id=staff["li"].id, points="弟弟的谈话"),
        FamilyMember(family_id=another.id, name="别家父亲", relation=Relation.FATHER),
    ]
    duties = [
        Assignment(class_id=k.id, staff_id=staff[n].id, duty=Duty.CLASS_TEACHER, from_on=START)
        for k, n in ((third, "wang"), (fourth, "li"))
    ]
    duties.append(Assignment(class_id=third.id, staff_id=staff["subject_teacher"].id, duty=Duty.SUBJECT_TEACHER, from_on=START))
    console = store.for_actor(Actor.console())
    console.add_all(
        [
            school,
            third,
            fourth,
            *staff.values(),
            family,
            another,
            grandmother,
            elder,
            younger,
            other,
            gathering,
            *about,
            *elsewhere,
            *duties,
        ]
    )
    records: dict[str, Record] = {record.kind: record for record in (*reversed(about), elder, family, grandmother)}
    return Village(store, console, elder, younger, other, family, grandmother, records, staff)


@pytest.mark.parametrize("kind", [kind for kind, record in RECORDS.items() if record.about])
def test_every_kind_about_a_child_is_in_the_history(village: Village, kind: str) -> None:
    """A record of every kind that leads to the child or the family stands in the child's history with its own date and end."""
    record = village.records[kind]
    [event] = [event for event in history(village.console, village.elder.id) if event.record_id == record.id]
    assert (event.kind, event.kind_label, event.version) == (kind, record.label.text(), 1)
    assert event.date == (getattr(record, record.occurs) if record.occurs else None)
    assert event.ended_on == (getattr(record, record.ends) if record.ends else None)
    assert not event.restricted


def test_events_stand_in_order_of_their_dates_and_undated_last(village: Village) -> None:
    """The oldest event comes first; what has no date comes after all that has one."""
    dates = [event.date for event in history(village.console, village.elder.id)]
    dated = [day for day in dates if day is not None]
    assert dated == sorted(dated)
    assert dates == dated + [None] * (len(dates) - len(dated))


def test_a_brothers_own_records_and_another_family_stay_out(village: Village) -> None:
    """A child's history holds what is about the shared family, never a brother's talks or another family's members."""
    events = history(village.console, village.younger.id)
    assert {event.kind for event in events} == {"child", "family", "family_member", "absence", "enrolment", "talk"}
    assert [event.date for event in events if event.kind == "talk"] == [date(2026, 3, 7)]
    assert not any("别家父亲" in event.title for event in events)


def test_titles_and_lines_are_words(village: Village) -> None:
    """Codes are shown by their labels, references by what they point to, and no id is shown."""
    events = {event.kind: event for event in history(village.console, village.elder.id)}
    assert events["enrolment"].title == "三(1)班"
    assert events["absence"].title == "测试奶奶 · 祖母"
    assert events["talk"].title == "日常 · 已完成"
    assert ("谈话人", "样0") in events["talk"].lines
    assert events["closure"].title == "2025-001"
    shown = "".join(label + value for event in events.values() for label, value in event.lines)
    assert not any(record.id in shown for record in (*village.records.values(), *village.staff.values()))


def test_english_words_when_the_page_is_english(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same history is worded in the language of the page."""
    monkeypatch.setenv("CAREKIT_LANG", "en")
    events = {event.kind: event for event in history(village.console, village.elder.id)}
    assert (events["talk"].kind_label, events["talk"].title) == ("Talk", "daily life · done")


@pytest.mark.parametrize("role", list(Role))
def test_no_role_reads_more_than_its_grant(village: Village, role: Role) -> None:
    """Whatever the role, no field above its privacy class is in the history; entries it reaches say that something is not shown."""
    desk = village.desk("wang" if role is Role.CLASS_TEACHER else str(role))
    sees = grant_of(desk.actor, Child).scope
    if sees in (Scope.NONE, Scope.PAIRED):  # nobody is paired with this child
        with pytest.raises(NotFound):
            history(desk, village.elder.id)
        return
    for event in history(desk, village.elder.id):
        record = RECORDS[event.kind]
        level = desk.level(record, event.record_id)
        assert level <= highest(desk.actor, record)
        labels = {label for label, _ in event.lines}
        assert not labels & {spec.label.text() for spec in record.fields.values() if spec.privacy > level}
        assert event.restricted is any(spec.privacy > level for spec in record.fields.values())


def test_a_second_child_is_told(fresh: Village) -> None:
    """A fellow pupil and a learning helper are told by name; whose record it is goes without saying, and who sees only one child reads no name."""
    wang = fresh.staff["wang"]
    pairing = Pairing(child_id=fresh.elder.id, kind_of=PairingKind.PUPIL, peer_id=fresh.younger.id, from_on=START)
    plan = Plan(
        child_id=fresh.elder.id,
        subject=Subject.MATHS,
        helper_id=fresh.younger.id,
        staff_id=wang.id,
        from_on=START,
        until_on=date(2026, 7, 1),
    )
    fresh.console.add_all([pairing, plan])
    for desk, name in ((fresh.console, "赵小苗"), (fresh.desk("wang"), "（您的角色不能查看）")):
        told = {event.record_id: dict(event.lines) for event in history(desk, fresh.elder.id)}
        assert told[pairing.id]["结对同学"] == name
        assert told[plan.id]["学习帮手"] == name
        assert "儿童" not in told[pairing.id]


def test_restricted_text_is_said_to_exist_and_no_more(village: Village) -> None:
    """A registrar sees that a talk took place and which fields are not shown, never what was said."""
    [talk] = [event for event in history(village.desk("registrar"), village.elder.id) if event.kind == "talk"]
    shown = talk.title + "".join(label + value for label, value in talk.lines)
    assert talk.restricted
    assert SECRET not in shown
    assert "过程要点" in dict(talk.lines)["限制查看"]


def test_one_answer_for_not_yours_and_not_there(village: Village) -> None:
    """A teacher who asks for another class's child and for no child gets the same sentence, and both are logged as refused."""
    texts = []
    for wanted in (village.other.id, "0" * 26):
        for ask in (history, changes):
            with pytest.raises(NotFound) as refused:
                ask(village.desk("wang"), wanted)
            texts.append(refused.value.text())
    assert len(set(texts)) == 1
    refusals = village.console.audit_lines().query("action == 'refused'")
    assert {village.other.id, "0" * 26} <= set(refusals.entity_id)


def test_opening_is_logged(village: Village) -> None:
    """Each opening of a file leaves a line that says who read whose file."""
    before = len(village.console.audit_lines())
    history(village.desk("wang"), village.elder.id)
    lines = village.console.audit_lines().iloc[before:]
    assert list(zip(lines.action, lines.entity_id, lines.actor, strict=True)) == [("read", village.elder.id, village.staff["wang"].id)]


def test_known_at_gives_the_history_as_it_was_known(fresh: Village) -> None:
    """What was written later, and what was changed later, is as it was at the moment asked for."""
    talk = fresh.records["talk"]
    known = clock.now()
    with clock.at(datetime(2026, 3, 17, 4)):
        fresh.console.amend(talk.model_copy(update={"place": "操场"}), seen=1, reason="补地点")
        fresh.console.add(Talk(child_id=fresh.elder.id, talked_on=date(2026, 3, 17), staff_id=fresh.staff["wang"].id, points="新的谈话"))
        then = [event for event in history(fresh.console, fresh.elder.id, known_at=known) if event.kind == "talk"]
        now = [event for event in history(fresh.console, fresh.elder.id) if event.kind == "talk"]
    assert [(event.version, dict(event.lines).get("地点")) for event in then] == [(1, None)]
    assert [(event.version, dict(event.lines).get("地点")) for event in now] == [(2, "操场"), (1, None)]


def test_a_child_who_left_and_came_back_has_two_stays(fresh: Village) -> None:
    """Two dated stays stand under one file; only the first has an end."""
    first: Any = fresh.records["enrolment"]
    with clock.at(date(2026, 3, 20)):
        fresh.console.amend(
            first.model_copy(update={"left_on": date(2026, 1, 10), "leaving": LeavingReason.TRANSFERRED_OUT}), seen=1, reason="转出"
        )
        [room] = fresh.console.find(SchoolClass, {"name": "四(2)班"})
        back = Enrolment(child_id=fresh.elder.id, class_id=room.id, enrolled_on=date(2026, 3, 2), entry=EntryReason.RETURNED)
        fresh.console.add(back)
        stays = [event for event in history(fresh.console, fresh.elder.id) if event.kind == "enrolment"]
    assert [(event.title, event.date, event.ended_on) for event in stays] == [
        ("三(1)班", START, date(2026, 1, 10)),
        ("四(2)班", date(2026, 3, 2), None),
    ]


def test_withdrawn_records_leave_the_history_and_stay_among_the_changes(fresh: Village) -> None:
    """A withdrawn talk is no event any more; that it was withdrawn, by whom and why, is still told."""
    fresh.desk("wang").withdraw(Talk, fresh.records["talk"].id, seen=1, reason="记错了人")
    assert not [event for event in history(fresh.console, fresh.elder.id) if event.kind == "talk"]
    told = [(c.what.label.zh, c.who, c.reason) for c in changes(fresh.console, fresh.elder.id) if c.kind == "talk"]
    assert told == [("撤下", "样0", "记错了人"), ("新增", "系统（命令行）", "")]
    fresh.desk("wang").bring_back(Talk, fresh.records["talk"].id, reason="没有记错")
    assert [c.what.label.zh for c in changes(fresh.console, fresh.elder.id) if c.kind == "talk"] == ["恢复", "撤下", "新增"]


def test_a_guardians_new_phone_shows_in_both_brothers_files(fresh: Village) -> None:
    """One guardian card: the new number and who changed it stand in the files of both children of the family."""
    changed = fresh.grandmother.model_copy(update={"phone": "15400000002"})
    fresh.desk("wang").amend(changed, seen=1, reason="换了手机")
    for child in (fresh.elder, fresh.younger):
        [member] = [event for event in history(fresh.console, child.id) if event.kind == "family_member"]
        assert ("联系电话", "15400000002") in member.lines
        [change] = [c for c in changes(fresh.console, child.id) if c.kind == "family_member" and c.version == 2]
        assert (change.who, change.reason, change.title) == ("样0", "换了手机", "测试奶奶 · 祖母")
        assert [(f.label, f.old, f.new) for f in change.fields] == [("联系电话", "15400000001", "15400000002")]


def test_changes_hide_what_the_reader_may_not_see(fresh: Village) -> None:
    """A reader without the right to a field learns that a record was changed, not what was there before or after."""
    talk = fresh.records["talk"]
    fresh.desk("wang").amend(talk.model_copy(update={"points": "改写后的秘密", "place": "操场"}), seen=1, reason="补充")
    [change] = [c for c in changes(fresh.desk("registrar"), fresh.elder.id) if c.kind == "talk" and c.version == 2]
    assert change.restricted
    assert change.fields == ()
    assert change.reason == "补充"


def test_changes_are_newest_first(fresh: Village) -> None:
    """The newest change stands at the top."""
    with clock.at(date(2026, 3, 18)):
        fresh.console.amend(fresh.elder.model_copy(update={"village": "样例村3组"}), seen=1, reason="搬家")
        listed = changes(fresh.console, fresh.elder.id)
    assert (listed[0].kind, listed[0].what.label.zh, [f.new for f in listed[0].fields]) == ("child", "修改", ["样例村3组"])
    assert [c.at for c in listed] == sorted((c.at for c in listed), reverse=True)


def test_the_frame_has_a_row_for_each_event(village: Village) -> None:
    """The frame for JupyterLab holds the events in the same order, and its columns even for no events."""
    frame = case_frame(village.console, village.elder.id)
    assert list(frame.record_id) == [event.record_id for event in history(village.console, village.elder.id)]
    assert list(frame.columns) == ["date", "ended_on", "kind", "title", "text", "who", "record_id", "version", "restricted"]


def test_what_is_printed_names_nobody(village: Village) -> None:
    """Events and changes show kind, id and version when printed, never what stands in a record."""
    printed = repr(history(village.console, village.elder.id)) + repr(changes(village.console, village.elder.id))
    assert "赵小禾" not in printed
    assert SECRET not in printed
