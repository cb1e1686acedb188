"""The package of a child who moves: what goes along and what never does, who opens it, and what hostile files get: carekit.exchange.package."""

from __future__ import annotations

import dataclasses
import json
import random
import struct
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from record_examples import example
from schools import SmallSchool

from carekit import clock
from carekit.errors import Denied, NotFound, UserError
from carekit.exchange.package import (
    PACKAGE_LIMIT,
    Account,
    Arrived,
    Content,
    SealedFile,
    account_for_paper,
    account_html,
    account_of,
    content_of,
    make_package,
    open_package,
    seal,
    travel_of,
)
from carekit.exchange.package.leaving import LEAVES, goes
from carekit.fields import Privacy, new_id
from carekit.records import (
    RECORDS,
    Absence,
    Activity,
    Assignment,
    CareArrangement,
    Child,
    Diary,
    Enrolment,
    Family,
    FamilyMember,
    Journal,
    Pairing,
    Plan,
    Record,
    Score,
    Talk,
    Transfer,
    Travel,
)
from carekit.records.codes import ActivityKind, Exam, PairingKind, Relation, Role, Subject, TransferDirection
from carekit.store import Actor, Desk, Store, new_key

ON = date(2026, 5, 20)
HOSTILE = "<img src=x onerror=alert(1)>&lt;b&gt;"
PASSPHRASE = "0482 1930 7755 0001"


@pytest.fixture(scope="module")
def sender(tmp_path_factory: Any) -> Iterator[SmallSchool]:
    """A school with a child who has one record of every kind, a brother in the same family, and a fellow pupil."""
    store = Store.create(tmp_path_factory.mktemp("sender") / "a.carekit", key=new_key())
    with clock.at(ON):
        school = SmallSchool(store)
        family = school.save(Family(village="清溪村1组", address="样例镇清溪村"))
        child = school.add_child("转小样", family_id=family.id, id_number="999999201605060029", school_number="S-31501", note=HOSTILE)
        brother = school.add_child("弟小样", "四(2)", family_id=family.id, note="弟弟的秘密")
        peer = school.add_child("伴小样", note="同学的秘密")
        mother = school.parent(child, Relation.MOTHER, phone="15400000008", away=True, work_place="外省样例市")
        school.carer(child, from_on=date(2025, 9, 1))
        school.save(school.add_staff("校样", Role.LEADER), *())
        for name, role in (("周样", Role.REGISTRAR), ("何样", Role.COUNSELLOR)):
            school.add_staff(name, role)
        wang = school.staff["王样"]
        school.desk.amend(wang.model_copy(update={"phone": "15400000091"}), seen=1)
        activity = school.save(Activity(kind_of=ActivityKind.FORUM, title="秋季座谈会", held_on=date(2025, 10, 1)))
        plan = Plan(
            child_id=child.id,
            subject=Subject.MATHS,
            from_on=date(2025, 9, 1),
            until_on=ON,
            staff_id=wang.id,
            helper_id=peer.id,
            content="补计算",
        )
        pairing = Pairing(child_id=child.id, kind_of=PairingKind.PUPIL, peer_id=peer.id, from_on=date(2025, 9, 1), handover="好好的")
        case = school.open_case(child)
        ids = {
            "child": child.id, "family": family.id, "family_member": mother.id, "case": case.id, "staff_member": wang.id, "activity": activity.id,
            "school": school.school.id, "school_class": school.classes["三(1)"].id, "plan": plan.id, "intervention": new_id(),
        }  # fmt: skip
        school.save(plan, pairing, Talk(child_id=brother.id, talked_on=ON, staff_id=wang.id, points="弟弟谈了什么"))
        made: list[Record] = []
        for kind, record in RECORDS.items():
            if record.about and kind not in ("child", "family", "plan", "pairing", "merge"):
                made.append(example(record, ids, **({"id": ids["intervention"]} if kind == "intervention" else {})))
        school.save(*made)
        yield school
    store.close()


@pytest.fixture
def moment() -> Iterator[None]:
    """The day of the move."""
    with clock.at(ON):
        yield


def desk_of(school: SmallSchool, name: str) -> Desk:
    """The desk of somebody in their role."""
    member = school.staff[name]
    return school.store.for_actor(Actor(member.id, member.role))


def child_of(school: SmallSchool) -> Child:
    """The child who moves."""
    found: Child = school.desk.find(Child, {"name": "转小样"})[0].record
    return found


def transfer_of(school: SmallSchool) -> Transfer:
    """The hand-over of the child."""
    return Transfer(
        child_id=child_of(school).id,
        direction=TransferDirection.OUT,
        moved_on=ON,
        other_school="彼岸小学",
        staff_id=school.staff["周样"].id,
    )


def opened(school: SmallSchool, who: str = "校样") -> Arrived:
    """The package as the other school reads it."""
    package = make_package(desk_of(school, who), transfer_of(school))
    return open_package(SealedFile.read(package.data), package.passphrase)


# --- what goes along --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("who", ["周样", "校样"])
def test_each_kind_goes_along_as_it_is_declared(sender: SmallSchool, moment: None, kind: str, who: str) -> None:
    """Of every kind: stored ones arrive as records, told ones in the account, the others not at all."""
    record, content = RECORDS[kind], content_of(desk_of(sender, who), child_of(sender).id, ON)
    stored, told = {one.kind for one in content.records}, {section.kind for section in content.account.sections}
    travel = travel_of(record)
    assert (kind in stored) is (travel is Travel.STORED)
    assert (kind in told) is (travel is not Travel.STAYS)


@pytest.mark.parametrize("kind", RECORDS)
def test_declarations_close_what_is_private(kind: str) -> None:
    """A kind with own words or restricted fields stays as a whole; what is stored refers, where it must, to what is stored too."""
    record = RECORDS[kind]
    if any(spec.privacy >= Privacy.OWN_WORDS for spec in record.fields.values()) or not record.about:
        assert travel_of(record) is Travel.STAYS
    if travel_of(record) is Travel.STORED:
        assert not [spec.name for spec in record.fields.values() if spec.required and not goes(record, spec)]
        assert all(spec.privacy <= LEAVES for spec in record.fields.values())


def test_the_office_leaves_diary_journal_and_its_own_dealings_here() -> None:
    """Diary and journal, what was put off, merges and other hand-overs stay; family facts are stored, the work is told."""
    assert {travel_of(one) for one in (Diary, Journal, Transfer, RECORDS["snooze"], RECORDS["merge"], Assignment)} == {Travel.STAYS}
    assert {travel_of(one) for one in (Child, Family, FamilyMember, Absence, CareArrangement)} == {Travel.STORED}
    assert {travel_of(one) for one in (Talk, Plan, Score, Enrolment, RECORDS["case"], RECORDS["consent"])} == {Travel.TOLD}


@pytest.mark.parametrize("who", ["周样", "校样"])
def test_nothing_forbidden_is_in_it(sender: SmallSchool, moment: None, who: str) -> None:
    """No id of this school, no other child, no staff phone, no own number of the school, nothing of the brother's file."""
    content = content_of(desk_of(sender, who), child_of(sender).id, ON)
    text = content.to_bytes().decode()
    stays = ("弟小样", "弟弟", "伴小样", "同学的秘密", "15400000091", "孩子写的", sender.school.id, child_of(sender).id)
    assert not [one for one in stays if one in text]
    assert not [one.id for one in sender.desk.find(FamilyMember) if one.id in text]
    assert not [one for one in content.records if "S-31501" in str(one.values)]


def test_the_account_is_what_the_senders_role_may_read(sender: SmallSchool, moment: None) -> None:
    """The registrar tells that a talk took place, the leader also what was said; scores are told by subject and exam, with points by the leader."""
    sender.save(Score(child_id=child_of(sender).id, subject=Subject.ENGLISH, exam=Exam.FINAL, held_on=ON, points="91.50"))
    told = {}
    for who in ("周样", "校样"):
        account = content_of(desk_of(sender, who), child_of(sender).id, ON).account
        told[who] = {
            section.kind: json.dumps([row.model_dump(mode="json") for row in section.rows], ensure_ascii=False)
            for section in account.sections
        }
    assert "过程要点" not in told["周样"]["talk"] and "过程要点" in told["校样"]["talk"]
    assert "英语" in told["周样"]["score"] and "91.5" not in told["周样"]["score"] and "91.5" in told["校样"]["score"]
    assert "三(1)" in told["周样"]["enrolment"] and "秋季座谈会" in told["周样"]["attendance"]


def test_a_round_trip_brings_everything_that_is_allowed(sender: SmallSchool, moment: None) -> None:
    """Every stored record arrives with every allowed value under a new id, references among them kept."""
    arrived, desk = opened(sender), sender.desk
    child = child_of(sender)
    assert arrived.left_out == () and arrived.child.id != child.id
    for name, spec in Child.fields.items():
        if goes(Child, spec) and spec.ref is None:
            assert getattr(arrived.child, name) == getattr(child, name), name
    assert arrived.family and arrived.child.family_id == arrived.family.id
    members = {one.id: one for one in arrived.of(FamilyMember)}
    theirs = desk.find(FamilyMember, {"family_id": child.family_id})
    assert len(members) == len(theirs) and {one.name for one in members.values()} == {one.record.name for one in theirs}
    assert arrived.of(Absence) and all(one.member_id in members for one in arrived.of(Absence))
    assert arrived.of(CareArrangement) and all(
        one.child_id == arrived.child.id and one.carer_id in members for one in arrived.of(CareArrangement)
    )
    assert arrived.content.class_name == "三(1)" and arrived.account.school == "样例小学" and arrived.account.count > 20


def test_names_of_a_package_show_nothing(sender: SmallSchool, moment: None) -> None:
    """Neither a package nor what was read of one shows a name in logs."""
    package = make_package(desk_of(sender, "校样"), transfer_of(sender))
    arrived = open_package(SealedFile.read(package.data), package.passphrase)
    shown = repr([package, SealedFile.read(package.data), arrived, arrived.content, arrived.account])
    assert "转小样" not in shown and package.passphrase not in shown and package.mark in shown


# --- who makes and opens it -------------------------------------------------------------------------------------------


def test_only_the_office_makes_one_and_it_is_logged(sender: SmallSchool, moment: None) -> None:
    """Registrar and leader; counsellor and class teacher are refused; one line says who, whose, and how many, and nothing of the content."""
    before = len(sender.desk.audit_lines())
    package = make_package(desk_of(sender, "周样"), transfer_of(sender))
    line = [one for one in sender.desk.audit_lines().iloc[before:].to_dict("records") if one["action"] == "export"]
    assert len(line) == 1 and (line[0]["actor"], line[0]["entity_id"]) == (sender.staff["周样"].id, child_of(sender).id)
    detail = json.loads(line[0]["detail"])
    assert detail["package"] == package.mark and detail["records"] > 4 and detail["entries"] > 20
    for who in ("何样", "王样"):
        with pytest.raises(Denied):
            make_package(desk_of(sender, who), transfer_of(sender))
        with pytest.raises(Denied):
            account_for_paper(desk_of(sender, who), child_of(sender).id)
    with pytest.raises(NotFound):
        make_package(desk_of(sender, "周样"), transfer_of(sender).model_copy(update={"child_id": new_id()}))


def test_the_account_on_paper_is_escaped_and_complete_in_itself(sender: SmallSchool, moment: None) -> None:
    """What people typed stands letter for letter, no script, nothing fetched (CASES 85); the reading is logged as an export."""
    account = account_for_paper(desk_of(sender, "校样"), child_of(sender).id)
    page = account_html(account)
    assert HOSTILE not in page and "&lt;img src=x onerror=alert(1)&gt;&amp;lt;b&amp;gt;" in page
    assert "<script" not in page and "http" not in page and "转小样" in page and page.startswith("<!doctype html>")
    assert '"account": "paper"' in sender.desk.audit_lines().iloc[-1]["detail"]
    assert account_of(account.model_dump_json().encode()) == account
    with pytest.raises(UserError) as wrong:
        account_of(b"[]")
    assert wrong.value.code == "package_damaged"


def test_a_passphrase_is_typed_as_people_type(sender: SmallSchool, moment: None) -> None:
    """Wide digits, dashes and missing spaces open it; another passphrase and a short one are told apart."""
    package = make_package(desk_of(sender, "周样"), transfer_of(sender))
    sealed = SealedFile.read(package.data)
    digits = package.passphrase.replace(" ", "")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in digits)
    assert sealed.open(wide) == sealed.open("-".join(package.passphrase.split())) == sealed.open(f" {digits}\n")
    other = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    for typed, code in (
        (other, "wrong_passphrase"),
        (digits[:-1], "passphrase_length"),
        ("", "passphrase_length"),
        ("口令", "passphrase_length"),
    ):
        with pytest.raises(UserError) as wrong:
            sealed.open(typed)
        assert wrong.value.code == code and wrong.value.label.zh.endswith("。")


def test_two_packages_have_two_passphrases_and_marks(sender: SmallSchool, moment: None) -> None:
    """A package made anew is another file; both schools see the same eight characters of the same file."""
    one, two = (make_package(desk_of(sender, "周样"), transfer_of(sender)) for _ in range(2))
    assert one.mark != two.mark and one.passphrase != two.passphrase
    assert SealedFile.read(one.data).mark == one.mark == sha256(one.data[:-32]).hexdigest()[:8].upper()


# --- hostile files ----------------------------------------------------------------------------------------------------


def resealed(data: bytes, at: int, value: bytes) -> bytes:
    """A file changed at a place, with a digest that fits again."""
    body = data[:at] + value + data[at + len(value) : -32]
    return body + sha256(body).digest()


def refusal(data: bytes, passphrase: str = PASSPHRASE) -> str:
    """The code of the refusal of a file."""
    with pytest.raises(UserError) as wrong:
        open_package(SealedFile.read(data), passphrase)
    return wrong.value.code


CONTENT = Content(
    moved_on=ON,
    records=[],
    account=Account(school="甲", child="乙", made_on=ON, made_by="丙", sections=[]),
)


def sealed_with(*records: dict[str, Any], **changes: Any) -> bytes:
    """A package as a forger would make it."""
    content = json.loads(CONTENT.to_bytes()) | {"records": list(records)} | changes
    return seal(json.dumps(content).encode(), PASSPHRASE)


CHILD = {"kind": "child", "key": "c", "values": {"name": "乙小样"}}


def test_what_is_no_package_is_refused_in_one_sentence() -> None:
    """Nothing, another file, a larger one than is taken, a newer format, a changed byte: each has its own words."""
    good = sealed_with(CHILD)
    assert refusal(b"") == refusal(b"PK\x03\x04 some workbook") == "not_a_package"
    assert refusal(b"carekit transfer") == refusal(good[:-1]) == refusal(good + b"x") == "package_damaged"
    assert refusal(b"carekit transfer" + bytes(PACKAGE_LIMIT)) == "package_too_big"
    assert refusal(resealed(good, 16, struct.pack(">H", 2))) == refusal(sealed_with(CHILD, format=2)) == "package_newer"
    assert refusal(resealed(good, 16, struct.pack(">H", 0))) == "package_damaged"
    assert refusal(good, "1111 2222 3333 4444") == "wrong_passphrase"
    with pytest.raises(UserError) as wrong:
        seal(bytes(PACKAGE_LIMIT), PASSPHRASE)
    assert wrong.value.code == "package_too_big"


@pytest.mark.parametrize(("at", "value"), [(18, 13), (18, 18), (18, 31), (18, 255), (19, 9), (19, 255), (20, 0), (20, 5), (20, 255)])
def test_a_file_cannot_ask_for_memory_or_time(at: int, value: int) -> None:
    """Costs of the key outside of what carekit itself asks for are refused before anything is derived."""
    assert refusal(resealed(sealed_with(CHILD), at, bytes([value]))) == "package_damaged"


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_damage_never_crashes(chance: random.Random, fits: bool, cut: bool) -> None:
    """Bytes flipped, the end cut off, with and without a digest that fits: always one sentence, never another error."""
    data = bytearray(GOOD)
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    if cut:
        data = data[: chance.randrange(len(data))]
    if fits and len(data) > 32:
        data[-32:] = sha256(data[:-32]).digest()
    assume(bytes(data) != GOOD)
    with pytest.raises(UserError) as wrong:
        # the costs of a key are bounded but real: the dear ones are not paid three hundred times
        SealedFile.read(bytes(data)).open("1" if data[:21] != GOOD[:21] else PASSPHRASE)
    assert wrong.value.label.zh.endswith("。")


GOOD = sealed_with(CHILD)

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=6
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*Child.fields, "x"]), _JSON, max_size=6),
    st.dictionaries(st.sampled_from([*FamilyMember.fields]), _JSON, max_size=6),
)
def test_forged_values_are_left_out_or_refused(child: dict[str, Any], member: dict[str, Any]) -> None:
    """Whoever knows the passphrase can write anything inside: it is checked as if typed, and never crashes."""
    records = [{"kind": "child", "key": "c", "values": {"name": "乙"} | child}, {"kind": "family_member", "key": "m", "values": member}]
    content = json.loads(CONTENT.to_bytes()) | {"records": records}
    arrived = opened_or_damaged(json.dumps(content).encode())
    assert arrived is None or (arrived.child.family_id is None and arrived.of(FamilyMember) == [])


def opened_or_damaged(content: bytes) -> Arrived | None:
    """What is read of a content, None when it is refused as damaged; any other error passes through."""
    try:
        return open_package(_Unsealed(content), "")  # type: ignore[arg-type]
    except UserError as wrong:
        if wrong.code != "package_damaged":
            raise
        return None


@dataclasses.dataclass
class _Unsealed:
    """Stands in for a sealed file, so that what is inside is tried a hundred times in a second."""

    content: bytes
    mark: str = "00000000"

    def open(self, _: str) -> bytes:
        return self.content


@pytest.mark.parametrize("content", [b"", b"null", b"{}", b"[" * 100_000, b'{"format":1e999}', b"\xff\xfe"])
def test_content_of_another_shape_is_damaged(content: bytes) -> None:
    """What is sealed rightly and is no content: one sentence."""
    assert refusal(seal(content, PASSPHRASE)) == "package_damaged"


def test_what_does_not_belong_is_left_out_and_told() -> None:
    """Unknown kinds and fields, wrong codes, ids of others, records that stay: none arrives, each that concerns a known kind is told."""
    family = {"kind": "family", "key": "f", "values": {"village": "一组"}}
    member = {"kind": "family_member", "key": "m", "values": {"family_id": "f", "name": "样奶奶", "relation": "77777", "phone": "1"}}
    good = {"kind": "family_member", "key": "n", "values": {"family_id": "f", "name": "样爷爷", "relation": "61", "phone": "1"}}
    child = {
        "kind": "child",
        "key": "c",
        "values": {"name": "乙", "family_id": "f", "sex": "7", "shoe": "35", "id": new_id(), "school_number": "9"},
    }
    talk = {"kind": "talk", "key": "t", "values": {"child_id": "c"}}
    twice = {"kind": "family", "key": "f", "values": {"village": "二组"}}
    arrived = open_package(
        SealedFile.read(sealed_with(talk, child, member, good, family, twice, {"kind": "x", "key": "x", "values": {}})), PASSPHRASE
    )
    assert [type(one) for one in arrived.records] == [Family, Child, FamilyMember] and arrived.child.family_id == arrived.family.id  # type: ignore[union-attr]
    told = [one.zh for one in arrived.left_out]
    assert {
        "儿童：性别",
        "儿童：shoe",
        "儿童：编号",
        "儿童：学号",
        "家庭成员：整条",
        "家庭成员：联系电话",
        "谈心：整条",
        "家庭：整条",
    } <= set(told)
    assert arrived.child.sex is None and arrived.child.school_number is None


@pytest.mark.parametrize("records", [[], [CHILD, CHILD | {"key": "d"}], [{"kind": "family", "key": "f", "values": {}}]])
def test_a_package_is_about_one_child(records: list[dict[str, Any]]) -> None:
    """None or two children: damaged."""
    assert refusal(sealed_with(*records)) == "package_damaged"


def test_of_two_families_neither_is_guessed(tmp_path: Path) -> None:
    """Two families in one package are no child's file."""
    families = [{"kind": "family", "key": key, "values": {}} for key in "fg"]
    assert refusal(sealed_with(CHILD, *families)) == "package_damaged"
