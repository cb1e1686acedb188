"""A store filled with the sample: what was known when, who wrote it, what was put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from carekit import clock
from carekit.errors import Denied
from carekit.records import RECORDS, Assignment, Child, Closure, Enrolment, FamilyMember, Pairing, Record, StaffMember, Talk
from carekit.records.codes import Role
from carekit.sample import SAMPLE_TODAY, build_ledger
from carekit.sample.filling import fill
from carekit.sample.ledger import Act, moment_of
from carekit.store import Actor, Desk, Store


@pytest.mark.parametrize("kind", RECORDS)
def test_the_store_holds_the_sample(sample_store: Store, records: list[Record], kind: str) -> None:
    """What the store holds at the end is what `build_sample` gives, kind by kind."""
    found = sample_store.for_actor(Actor.console()).find(RECORDS[kind])
    assert {r.record.id: r.record for r in found} == {r.id: r for r in records if r.kind == kind}


def test_a_talk_written_late_was_not_known_in_time(sample_store: Store) -> None:
    """One talk of March was written at the end of April: known now, not known on 1 April."""
    desk = sample_store.for_actor(Actor.console())
    then = {r.id for r in desk.find(Talk, known_at=moment_of(date(2026, 4, 5)))}
    late = [r.record for r in desk.find(Talk) if r.id not in then and (r.record.talked_on.year, r.record.talked_on.month) == (2026, 3)]
    assert len(late) == 1
    assert late[0].points


def test_the_past_looks_as_it_did(sample_store: Store) -> None:
    """In June 2025 nobody was in a class of the next year, and nobody's last day of a later time was known."""
    desk = sample_store.for_actor(Actor.console())
    known = [r.record for r in desk.find(Enrolment, known_at=moment_of(date(2025, 6, 15)))]
    assert max(stay.enrolled_on for stay in known) <= date(2025, 6, 15)
    assert max(stay.left_on for stay in known if stay.left_on) <= date(2025, 6, 15)
    assert 840 < sum(stay.left_on is None for stay in known) < 960


def test_a_changed_phone_keeps_the_old_one(sample_store: Store) -> None:
    """The grandmother of two siblings changed her phone: one card, two versions, both children's (CASES 59)."""
    desk = sample_store.for_actor(Actor.console())
    brother, sister = (desk.find(Child, {"name": name})[0].record for name in ("罗思远", "罗思恬"))
    assert brother.family_id == sister.family_id
    grandmother = next(r for r in desk.find(FamilyMember, {"family_id": brother.family_id}) if r.version == 2)
    before, after = desk.revisions(FamilyMember, grandmother.id)
    assert before.record.phone != after.record.phone
    assert after.reason == "换了电话"


def test_withdrawn_and_brought_back(sample_store: Store) -> None:
    """Some talks were withdrawn, one of them brought back, and a closing was reopened."""
    desk = sample_store.for_actor(Actor.console())
    withdrawn = [r for r in desk.find(Talk, include_withdrawn=True) if r.withdrawn]
    assert len(withdrawn) == 5
    assert any(r.reason == "核对后确认没有记错" for r in desk.find(Talk))
    assert sum(r.record.reopened_on is not None for r in desk.find(Closure)) >= 4


def test_teachers_wrote_their_own_cards(sample_store: Store) -> None:
    """With desks of their own, nearly all talks have their author on them; a class teacher sees own children, and those paired with, alone."""
    desk = sample_store.for_actor(Actor.console())
    talks = desk.find(Talk)
    own = sum(r.recorded_by == r.record.staff_id for r in talks)
    assert own / len(talks) > 0.95
    teachers = [r.record for r in desk.find(StaffMember) if r.record.role is Role.CLASS_TEACHER]
    with clock.at(SAMPLE_TODAY):
        seen = Counter(len(sample_store.for_actor(Actor(t.id, Role.CLASS_TEACHER)).find(Child)) for t in teachers)
    assert sum(size * count for size, count in seen.items()) == 904 + _paired_outside(desk, {t.id for t in teachers})


def _paired_outside(desk: Desk, teachers: set[str]) -> int:
    """How many children of other classes the class teachers are paired with."""
    duties = {(a.class_id, a.staff_id) for a in (r.record for r in desk.find(Assignment)) if a.until_on is None}
    class_of = {s.child_id: s.class_id for s in (r.record for r in desk.find(Enrolment)) if s.left_on is None}
    paired = [r.record for r in desk.find(Pairing) if r.record.until_on is None and r.record.staff_id in teachers]
    outside = [p for p in paired if (class_of[p.child_id], p.staff_id) not in duties]
    assert outside
    return len(outside)


def test_filling_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress rises to the number of acts; the store is written to only through the desk that was given."""
    acts = build_ledger().entries()[:400]
    monkeypatch.setattr("carekit.sample.filling.build_ledger", lambda _seed: _Some(acts))
    store = Store.create(tmp_path / "some.db", passphrase="a passphrase for tests")
    told: list[tuple[int, int]] = []
    done = fill(store.for_actor(Actor.console()), progress=lambda now, of: told.append((now, of)))
    assert told[-1] == (done, len(acts)) == (400, 400)
    assert told == sorted(told)
    by_console = {r.recorded_by for kind in ("school", "school_class") for r in store.for_actor(Actor.console()).find(RECORDS[kind])}
    assert by_console == {"console"}
    store.close()


class _Some:
    """A ledger of a few acts."""

    def __init__(self, acts: Sequence[object]) -> None:
        self._acts = acts

    def entries(self) -> Sequence[object]:
        """The acts."""
        return self._acts


def test_a_desk_that_may_not_write_everything_is_refused(tmp_path: Path) -> None:
    """Filling through a desk without the right to write the school fails at once and writes nothing."""
    store = Store.create(tmp_path / "none.db", passphrase="a passphrase for tests")
    with pytest.raises(Denied):
        fill(store.for_actor(Actor("0" * 26, Role.COUNTY_OFFICER)))
    assert not store.for_actor(Actor.console()).find(RECORDS["school"])
    store.close()


def test_acts_of_every_sort_occur() -> None:
    """The sample adds, amends, withdraws and brings back."""
    assert {entry.act for entry in build_ledger().acts} == set(Act)
