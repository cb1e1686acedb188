"""The sample's records: the same everywhere, valid, in order, of nobody real."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from itertools import pairwise

import pytest

from carekit import clock
from carekit.fields import DoneDate, Shape, bare_type
from carekit.identifiers import read_id_number
from carekit.names import same_name_key
from carekit.records import RECORDS, Assignment, Child, Enrolment, FamilyMember, Record, SchoolClass, StaffMember
from carekit.records.codes import EntryReason, LeavingReason
from carekit.sample import SAMPLE_TODAY, build_ledger, build_sample
from carekit.sample.ledger import Act

#: SHA-256 of the sample; it changes only when the sample is changed on purpose.
DIGEST = "312259161b42f431ac390a50a27aacf39f2a72e5da9dcac86a6bf1ddd2d26a60"
#: The same of files, register, talks and visits alone: what was published about them stays true whatever is added to the sample.
REGISTER_DIGEST = "8b5e43369cc8cfc5ad7d8e5f4ce7ee10e89da816543c8680e68bc5dc6f3662ba"


def _digest(records: list[Record]) -> str:
    lines = [json.dumps([r.kind, r.model_dump(mode="json", exclude_defaults=True)], ensure_ascii=True, sort_keys=True) for r in records]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_the_sample_is_the_same_everywhere(records: list[Record]) -> None:
    """The records have the digest written down, whatever machine, Python version and day builds them."""
    assert _digest(records) == DIGEST


def test_files_register_talks_and_visits_do_not_hang_on_the_rest(records: list[Record]) -> None:
    """The records of the kinds that stand before groups and pairings have a digest of their own, without the staff, among whom helpers came in."""
    kinds = set(list(RECORDS)[: list(RECORDS).index("membership")]) - {"staff_member"}
    assert _digest([r for r in records if r.kind in kinds]) == REGISTER_DIGEST


def test_building_twice_gives_the_same(records: list[Record]) -> None:
    """A second build, on another day, gives equal records in the same order."""
    build_ledger.cache_clear()
    with clock.at(date(2031, 1, 1)):
        assert build_sample() == records


def test_another_seed_gives_another_school(records: list[Record]) -> None:
    """Another seed gives other children and the same figures for the school's size."""
    other = build_sample(7)
    assert {r.id for r in other}.isdisjoint(r.id for r in records)
    assert sum(isinstance(r, SchoolClass) for r in other) == sum(isinstance(r, SchoolClass) for r in records)


@pytest.mark.parametrize("kind", RECORDS)
def test_every_kind_of_record_occurs(records: list[Record], kind: str) -> None:
    """The sample has every kind of record but files made one: its two double files are there to be found."""
    assert any(record.kind == kind for record in records) is (kind != "merge")


@pytest.mark.parametrize("kind", RECORDS)
def test_every_record_is_valid(records: list[Record], kind: str) -> None:
    """Each record passes its own checks on the sample's last day."""
    with clock.at(SAMPLE_TODAY):
        for record in records:
            if record.kind == kind:
                assert type(record).model_validate({name: getattr(record, name) for name in record.fields}) == record


def test_nothing_happens_after_it_was_written() -> None:
    """No record says at its moment that something was done later, and nothing is written after the sample's last day."""
    done = {
        kind: [n for n, info in record.model_fields.items() if _is_done_date(info.annotation, info.metadata)]
        for kind, record in RECORDS.items()
    }
    assert any(done.values())
    for entry in build_ledger().acts:
        day = clock.day_of(entry.moment)
        assert day <= SAMPLE_TODAY
        for name in done[entry.record.kind]:
            value = getattr(entry.record, name)
            assert value is None or value <= day, (entry.record.kind, name)


def _is_done_date(annotation: object, metadata: list[object]) -> bool:
    _, _, marks = bare_type(annotation)
    return DoneDate.__metadata__[0] in (*marks, *metadata)  # type: ignore[attr-defined]


def test_what_is_referred_to_is_written_before() -> None:
    """When a record is written, everything that it refers to is there; adds come once, changes after them."""
    there: dict[str, str] = {}
    for entry in build_ledger().entries():
        record = entry.record
        assert (record.id in there) is (entry.act is not Act.ADD)
        for name, spec in record.fields.items():
            if spec.ref and getattr(record, name):
                assert there[getattr(record, name)] == spec.ref
        there[record.id] = record.kind


def test_parents_come_before_children_in_the_list(records: list[Record]) -> None:
    """Records stand behind those that they refer to, so that a list can be saved from top to bottom."""
    seen: set[str] = set()
    for record in records:
        assert all(getattr(record, n) is None or getattr(record, n) in seen for n, spec in record.fields.items() if spec.ref)
        seen.add(record.id)


def test_nobody_is_real(records: list[Record]) -> None:
    """Every identity number begins with 999999, every phone number with 154, and no text holds another long number."""
    for record in records:
        for name, spec in record.fields.items():
            value = getattr(record, name)
            if name == "id" or value is None or spec.shape not in (Shape.TEXT, Shape.LONG_TEXT):
                continue
            if name == "id_number":
                assert value.startswith("999999")
            elif name.endswith("phone"):
                assert value.startswith("154") and len(value) == 11
            elif name == "pupil_number":
                assert value[1:].startswith("999999")
            elif record.kind != "school":
                assert not any(len(part) > 10 for part in _digits(value)), (record.kind, name)


def _digits(text: str) -> list[str]:
    return "".join(c if c.isdigit() else " " for c in text).split()


def test_identity_numbers_are_right_but_for_one(records: list[Record]) -> None:
    """Numbers are well formed with the right check digit and used once; exactly one child's check digit is wrong."""
    children = [r for r in records if isinstance(r, Child) and r.id_number]
    numbers = [child.id_number or "" for child in children]
    faulty = [child for child in children if read_id_number(child.id_number or "").faults]
    assert len(set(numbers)) == len(numbers) > 900
    assert [child.name for child in faulty] == ["郑一帆"]
    conflicts = [
        c.name for c in children if (facts := read_id_number(c.id_number or "")).male is not None and facts.male is not (c.sex == "1")
    ]
    assert conflicts == ["沈乐"]
    assert [c.name for c in children if c.birth_on != c.born_on] == ["苏静姝"]


@pytest.mark.parametrize("name", ["张𠮷", "李㛃", "王䶮", "刘頔", "阿依努尔·艾山", "欧阳晓棠", "冯瑞雪", "周小满"])
def test_special_names_are_there_unchanged(records: list[Record], name: str) -> None:
    """Rare characters, a middle dot and a surname of two characters stand in the sample as they are."""
    assert [r.name for r in records if isinstance(r, Child) and r.name == name] == [name]


def test_children_share_names_only_where_meant(records: list[Record]) -> None:
    """Two pairs of children share a name: one pair in two classes, one in the same class born on the same day; and one child has two files."""
    children = [r for r in records if isinstance(r, Child)]
    by_name: dict[str, list[Child]] = {}
    for child in children:
        by_name.setdefault(same_name_key(child.name), []).append(child)
    shared = {name: found for name, found in by_name.items() if len(found) > 1}
    twice = [name for name in shared if name not in ("张小雨", "陈思雨")]
    assert len(shared) == 3 and len(twice) == 1
    assert len({child.born_on for child in shared["陈思雨"]}) == 1
    assert len({child.born_on for child in shared[twice[0]]}) == 1


def test_no_child_is_in_two_classes_at_once(records: list[Record]) -> None:
    """The stays of each child follow each other without overlap, and only the last one may be open."""
    stays: dict[str, list[Enrolment]] = {}
    for stay in (r for r in records if isinstance(r, Enrolment)):
        stays.setdefault(stay.child_id, []).append(stay)
    for found in stays.values():
        found.sort(key=lambda stay: stay.enrolled_on)
        for earlier, later in pairwise(found):
            assert earlier.left_on is not None and earlier.left_on < later.enrolled_on


@pytest.mark.parametrize("reason", list(LeavingReason))
def test_ways_of_leaving(records: list[Record], reason: LeavingReason) -> None:
    """Every way of leaving occurs but going abroad."""
    found = [r for r in records if isinstance(r, Enrolment) and r.leaving is reason]
    assert bool(found) is (reason is not LeavingReason.ABROAD)


@pytest.mark.parametrize("reason", list(EntryReason))
def test_ways_of_coming(records: list[Record], reason: EntryReason) -> None:
    """Every way of coming into a class occurs."""
    assert any(r.entry is reason for r in records if isinstance(r, Enrolment))


def test_a_child_who_came_back_has_two_stays(records: list[Record]) -> None:
    """Left on 10 January, in another class from 2 March; the present stay has no last day (CASES 49)."""
    child = next(r for r in records if isinstance(r, Child) and r.name == "谢明远")
    last, now = sorted((r for r in records if isinstance(r, Enrolment) and r.child_id == child.id), key=lambda s: s.enrolled_on)[-2:]
    assert (last.left_on, now.enrolled_on, now.left_on) == (date(2026, 1, 10), date(2026, 3, 2), None)
    assert last.class_id != now.class_id


def test_brothers_and_sisters_share_a_family(records: list[Record]) -> None:
    """Many families have two children at the school, and one pair of them are twins."""
    families: dict[str, list[Child]] = {}
    for child in (r for r in records if isinstance(r, Child) and r.family_id):
        families.setdefault(child.family_id or "", []).append(child)
    pairs = [found for found in families.values() if len(found) > 1]
    assert len(pairs) > 80
    assert any(len({child.born_on for child in pair}) == 1 for pair in pairs)


def test_a_phone_is_shared_by_many(records: list[Record]) -> None:
    """One phone, a shop's, is that of several families; two teachers share a name."""
    phones = [r.phone for r in records if isinstance(r, FamilyMember) and r.phone]
    assert phones.count("15400008888") >= 5
    names = [r.name for r in records if isinstance(r, StaffMember)]
    assert len(names) - len(set(names)) >= 1


def test_every_class_has_one_class_teacher_each_day(records: list[Record]) -> None:
    """The class teachers of a class follow each other without gap or overlap, from 1 September on."""
    duties: dict[str, list[Assignment]] = {}
    for duty in (r for r in records if isinstance(r, Assignment) and r.subject is None):
        duties.setdefault(duty.class_id, []).append(duty)
    classes = {r.id: r for r in records if isinstance(r, SchoolClass)}
    assert set(duties) == set(classes)
    assert any(len(found) > 1 for found in duties.values())
    for class_id, found in duties.items():
        found.sort(key=lambda duty: duty.from_on)
        assert found[0].from_on == date(classes[class_id].school_year, 9, 1)
        for earlier, later in pairwise(found):
            assert earlier.until_on is not None and (later.from_on - earlier.until_on).days == 1
