"""The page of rules, terms and the school's own facts: carekit.apps.settings and its parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from village import TODAY, Village, box, village_in

from carekit import clock
from carekit.apps.due_rows import Duties
from carekit.apps.settings import Settings, settings
from carekit.apps.settings_change import CheckedPanel
from carekit.apps.settings_words import SETTINGS, rules_in_words, setting_label, setting_text
from carekit.errors import NotFound
from carekit.obligations import State, Timetable, obligations_frame
from carekit.records import Membership, Pairing, RuleSettings, School, StaffMember, Term
from carekit.records.codes import AwayRule, PairingKind, Role, SupportGroup, TermNumber

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school with a leader, a second one, and an administrator."""
    with village_in(tmp_path) as made:
        for key, role in (("xiao", Role.LEADER), ("fu", Role.LEADER), ("guan", Role.ADMINISTRATOR)):
            made.staff[key] = StaffMember(school_id=made.school.id, name="管样", role=role)
            made.console.add(made.staff[key])
        yield made


def shown(village: Village, key: str = "xiao") -> Settings:
    """The page of a person."""
    return settings(village.desk(key), village.staff[key])


def values(panel: CheckedPanel, **changed: Any) -> dict[str, Any]:
    """What stands in the boxes of a panel's form, with changes as the page sends them."""
    return {**panel.form.values["fields"], **changed}


def press(panel: CheckedPanel, n: int = 1, **changed: Any) -> str:
    """Press “look at what changes”; the state of the form afterwards."""
    panel.form.receive({"type": "submit", "n": n, "generation": panel.form.generation, "values": box(**values(panel, **changed))})
    return panel.form.state


def lines(panel: CheckedPanel) -> list[tuple[str, str, str]]:
    """What the card shows: field, old, new."""
    return [(row["label"], row["before"], row["after"]) for row in panel.card.table.rows]


def hidden(widget: Any) -> bool:
    """Whether a part of the page is out of sight."""
    return bool(widget.layout.display == "none")


def sets(village: Village) -> list[RuleSettings]:
    """The sets of rules in the store, in order."""
    return [one.record for one in village.console.find(RuleSettings)]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_the_rules_of_today_stand_there_in_words(village: Village) -> None:
    """Every setting has a line; the figures say since when; 0 is told as what it means."""
    page = shown(village)
    words = {name: value for name, value, _ in page.words.items}
    assert len(words) == len(SETTINGS)
    assert words["成长日记"] == "每30天一篇" and words["留守认定：外出多久"] == "满3个月" and words["联系卡核对"] == "每180天一次"
    assert setting_text("diary_days", 0) == "不要求" and setting_text("pairing_days", 0) == "当天起"
    assert [item[1] for item in page.facts_box.items] == ["2025-09-01", "0", "2026-03-02", "2026-07-10"]
    assert repr(page) == "Settings(样例小学 2026-05-20：现行规则自2025-09-01，待执行 0，学期 2)"
    assert repr(page.rules) == "CheckedPanel(rule_settings, 1)" and repr(page.rules.card) == "ConfirmCard(0 lines)"


def test_a_setting_without_words_of_its_own_is_told_by_its_declaration(monkeypatch: pytest.MonkeyPatch, village: Village) -> None:
    """A setting that is declared later stands on the page at once, by its declared label and value."""
    from carekit.apps import settings_words

    monkeypatch.delitem(settings_words._WORDS, "left_behind_who")
    assert setting_label("left_behind_who") == RuleSettings.fields["left_behind_who"].label
    assert setting_text("left_behind_who", AwayRule.ANY) == AwayRule.ANY.label.text()
    assert len(rules_in_words(Timetable.at(village.console, TODAY).rules())) == len(SETTINGS)


def test_new_rules_begin_as_the_present_ones_and_are_looked_at_first(village: Village) -> None:
    """The form is filled with what holds; Save shows old and new and saves nothing; confirmed, they hold from their day on and not before."""
    page = shown(village)
    page.rules.new.click()
    start = page.rules.form.values["fields"]
    assert start["from_on"] == str(TOMORROW) and start["card_days"] == "180" and hidden(page.rules.lists)
    assert press(page.rules, card_days="90", activities_a_term="2", note="领导小组会议通过") == "refused"
    assert lines(page.rules) == [("集体活动", "每学期至少1次", "每学期至少2次"), ("联系卡核对", "每180天一次", "每90天一次")]
    assert page.rules.card.notice.tone == "info" and len(sets(village)) == 1
    page.rules.card.confirm.click()
    assert page.notice.tone == "ok" and "2026-05-21" in page.notice.text and hidden(page.rules.card)
    at = Timetable.at(village.console, TODAY)
    assert (at.rules(TODAY).card_days, at.rules(TOMORROW).card_days) == (180, 90)
    assert [row["standing"].name for row in page.rules.table.rows] == ["COMING", "PRESENT"]
    assert page.rules.table.rows[0]["changes"] == "集体活动：每学期至少1次 → 每学期至少2次；联系卡核对：每180天一次 → 每90天一次"
    assert page.rules.table.rows[1]["until"] == TODAY and page.facts_box.items[1] == ["待执行的规则", "1", "2026-05-21起"]
    with clock.at(TOMORROW):
        after = shown(village)
    assert [row["standing"].name for row in after.rules.table.rows] == ["PRESENT", "PAST"]


def test_what_is_due_follows_from_that_day_on_and_not_before(village: Village) -> None:
    """A diary asked for every 7 days from tomorrow on: today's list is as it was, tomorrow's has it late, and with 0 from the day after it is gone."""
    elder = village.children["elder"]
    village.console.add_all(
        [
            Membership(child_id=elder.id, group=SupportGroup.KEY, from_on=date(2026, 5, 6)),
            Pairing(child_id=elder.id, staff_id=village.staff["sun"].id, kind_of=PairingKind.TEACHER, from_on=date(2026, 5, 6)),
        ]
    )

    def diary(day: date) -> list[tuple[State, date]]:
        frame = Duties.of(village.console, day).frame
        rows = frame[frame["rule"] == "growth_diary"]
        return list(zip(rows["state"], rows["due_on"], strict=True))

    before = diary(TODAY)
    page = shown(village)
    for n, (day, days) in enumerate(((TOMORROW, "7"), (TOMORROW + timedelta(days=1), "0")), start=1):
        page.rules.begin()
        press(page.rules, n, from_on=str(day), diary_days=days)
        page.rules.card.press()
    assert diary(TODAY) == before == [(State.OPEN, date(2026, 6, 5))]
    assert diary(TOMORROW) == [(State.OVERDUE, date(2026, 5, 13))]
    assert diary(TOMORROW + timedelta(days=1)) == []


def test_two_sets_on_one_day_are_refused(village: Village) -> None:
    """In one sentence, at the first look and again when it is confirmed while somebody else was faster; nothing typed is lost."""
    page, other = shown(village), shown(village, "fu")
    page.rules.begin()
    assert press(page.rules, from_on="2025-09-01", card_days="90") == "refused" and hidden(page.rules.card)
    assert press(page.rules, 2, from_on=str(TOMORROW), card_days="90") == "refused"
    other.rules.begin()
    press(other.rules, card_days="60")
    other.rules.card.confirm.click()
    page.rules.card.confirm.click()
    assert "已经有一套" in page.notice.text and page.notice.tone == "error" and not hidden(page.rules.form)
    assert [(one.from_on, one.card_days) for one in sets(village)] == [(date(2025, 9, 1), 180), (TOMORROW, 60)]


def test_the_same_rules_again_are_refused_but_may_be_stated_for_the_first_time(village: Village) -> None:
    """Nothing changes: nothing to begin; where the usual rules only stood in, the same ones may be written down."""
    page = shown(village)
    page.rules.begin()
    assert press(page.rules) == "refused" and hidden(page.rules.card)
    page.rules.begin()
    press(page.rules, from_on="2025-08-01")
    assert lines(page.rules) == []
    page.rules.card.confirm.click()
    assert [one.from_on for one in sets(village)] == [date(2025, 8, 1), date(2025, 9, 1)]


def test_a_past_day_is_warned_of(village: Village) -> None:
    """The card says since when figures change, and that a whole month of talks does; confirmed, the past is judged by them, but not at an earlier known-at moment."""
    page = shown(village)
    page.rules.begin()
    press(page.rules, from_on="2026-03-10", school_days="23")
    said = page.rules.card.notice
    assert said.tone == "warn" and "71天" in said.lines[0] and "2026年3月整个月" in said.lines[1]
    assert "过去的数字会变" in page.rules.card.confirm.description
    moment = clock.now()

    def months(known_at: Any = None) -> int:
        frame = obligations_frame(village.console, date(2026, 4, 30), known_at, "monthly_talk")
        return int(frame["period_start"].nunique())

    page.rules.card.confirm.click()
    assert (months(moment), months()) == (2, 0)


def test_today_and_a_later_set_are_told(village: Village) -> None:
    """Rules from today on say that today's list follows; with a set to come, until when they hold."""
    page = shown(village)
    page.rules.begin()
    press(page.rules, from_on="2026-06-01", card_days="90")
    page.rules.card.press()
    page.rules.begin()
    press(page.rules, 2, from_on=str(TODAY), card_days="60", register_days="15")
    assert [line[:6] for line in page.rules.card.notice.lines] == ["今天的待办马", "这套规则执行"]
    assert "2026-05-31" in page.rules.card.notice.lines[1]


def test_leaving_the_card_saves_nothing(village: Village) -> None:
    """Back: the form is there with everything typed; a second press on confirm does nothing more."""
    page = shown(village)
    page.rules.begin()
    press(page.rules, card_days="90")
    page.rules.card.back.click()
    assert not hidden(page.rules.form) and hidden(page.rules.card) and len(sets(village)) == 1
    press(page.rules, 2, card_days="90")
    page.rules.card.press()
    page.rules.card.press()
    assert len(sets(village)) == 2
    page.rules.begin()
    page.rules.back.click()
    assert hidden(page.rules.form) and not hidden(page.rules.lists)


def test_a_set_is_corrected_and_its_day_moved(village: Village) -> None:
    """What changes is told against the set itself, the day and the note too; the earlier version is kept with who and why."""
    page = shown(village)
    row = page.rules.table.rows[0]["id"]
    page.rules.table.receive({"type": "action", "name": "amend", "row": row})
    page.rules.amend(row)
    assert press(page.rules) == "refused" and hidden(page.rules.card)
    press(page.rules, 2, from_on="2025-09-02", diary_days="14", note="更正")
    assert [line[0] for line in lines(page.rules)] == ["自何日起执行", "成长日记", "备注"]
    assert page.rules.card.notice.tone == "warn"
    page.rules.card.press()
    versions = village.console.revisions(RuleSettings, row)
    assert [(one.record.from_on, one.record.diary_days) for one in versions] == [(date(2025, 9, 1), 30), (date(2025, 9, 2), 14)]
    assert versions[-1].recorded_by == village.staff["xiao"].id


def test_two_leaders_at_one_set_choose_field_by_field(village: Village) -> None:
    """Who comes second sees both versions in the form, at the first look or when it is confirmed; nothing is overwritten silently."""
    page, other = shown(village), shown(village, "fu")
    row = page.rules.table.rows[0]["id"]
    for one in (page, other):
        one.rules.amend(row)
    press(page.rules, card_days="90")
    press(other.rules, card_days="60")
    other.rules.card.press()
    page.rules.card.press()
    assert page.notice.tone == "error" and not hidden(page.rules.form)
    assert press(page.rules, 2, card_days="90") == "conflict"
    generation = page.rules.form.generation
    page.rules.form.receive(
        {
            "type": "submit",
            "n": 3,
            "generation": generation,
            "values": box(**values(page.rules, card_days="90")),
            "choices": {"card_days": "mine"},
        }
    )
    assert lines(page.rules) == [("联系卡核对", "每60天一次", "每90天一次")]
    page.rules.card.press()
    assert sets(village)[0].card_days == 90 and len(village.console.revisions(RuleSettings, row)) == 3


def test_a_set_is_withdrawn_after_a_look(village: Village) -> None:
    """What stands in its place is shown; withdrawn it is out of the list, not out of the history; one that was changed meanwhile is not withdrawn."""
    page, other = shown(village), shown(village, "fu")
    page.rules.begin()
    press(page.rules, card_days="90")
    page.rules.card.press()
    row = page.rules.table.rows[0]["id"]
    page.rules.withdraw(row)
    assert lines(page.rules) == [("联系卡核对", "每90天一次", "每180天一次")] and page.rules.card.notice.tone == "info"
    page.rules.card.back.click()
    assert not hidden(page.rules.lists) and len(sets(village)) == 2
    page.rules.withdraw(row)
    other.rules.amend(row)
    press(other.rules, card_days="80")
    other.rules.card.press()
    page.rules.card.press()
    assert "刚刚被别人改过" in page.notice.text and len(sets(village)) == 2
    page.rules.withdraw(row)
    page.rules.card.press()
    assert page.notice.tone == "ok" and [one.from_on for one in sets(village)] == [date(2025, 9, 1)]
    page.rules._try(lambda: page.rules.withdraw(row))
    assert page.notice.tone == "error"


def test_a_draft_of_new_rules_is_kept(village: Village) -> None:
    """What was typed before the page went is offered when new rules are begun again, and dropped after the save."""
    page = shown(village)
    page.rules.begin()
    typed = box(**values(page.rules, card_days="90"))
    page.rules.form.receive({"type": "draft", "generation": page.rules.form.generation, "values": typed})
    again = shown(village)
    again.rules.begin()
    assert again.rules.form.draft_at
    press(again.rules, card_days="90")
    again.rules.card.press()
    assert village.desk("xiao").draft(RuleSettings.kind, "") is None


# --- terms ------------------------------------------------------------------------------------------------------------


def test_terms_are_listed_with_what_they_make(village: Village) -> None:
    """The latest first, with school days and school months."""
    rows = shown(village).terms.table.rows
    assert [(row["name"], row["days"]) for row in rows] == [("2025—2026学年第二学期", 95), ("2025—2026学年第一学期", 110)]
    assert rows[1]["months"] == "9月、10月、11月、12月、1月"


def test_the_next_term_is_added(village: Village) -> None:
    """The form begins with the first term that is missing; days off count; the card shows the months; nothing of the past changes."""
    page = shown(village)
    page.terms.new.click()
    assert page.terms.form.values["fields"]["school_year"] == "2026" and page.terms.form.values["fields"]["number"] == "1"
    press(page.terms, starts_on="2026-09-01", ends_on="2027-01-22", closed_days="2026-10-01~2026-10-08")
    told = {label: (before, after) for label, before, after in lines(page.terms)}
    assert told["开学日期"] == ("—", "2026-09-01") and told["上课天数"] == ("102", "98") and page.terms.card.notice.tone == "info"
    page.terms.card.confirm.click()
    assert page.terms.table.rows[0]["name"] == "2026—2027学年第一学期" and page.notice.tone == "ok"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"number": "2"}, "已经登记"),
        ({"school_year": "2026", "number": "1", "starts_on": "2026-07-10", "ends_on": "2026-07-20"}, "学年的学期应在"),
        ({"school_year": "2026", "number": "1", "starts_on": "2026-09-01", "ends_on": "2027-09-01"}, "学年的学期应在"),
        (
            {"school_year": "2024", "number": "1", "starts_on": "2024-09-01", "ends_on": "2024-09-01", "closed_days": "2024-09-01"},
            "没有一天上课",
        ),
        ({"school_year": "2024", "number": "2", "starts_on": "2025-08-01", "ends_on": "2025-08-31"}, ""),
    ],
)
def test_a_term_that_cannot_be_is_refused(village: Village, typed: dict[str, str], says: str) -> None:
    """Written down twice, in another school year than its dates, without a school day; what can be is looked at."""
    page = shown(village)
    page.terms.begin()
    dates = {"school_year": "2025", "starts_on": "2026-03-02", "ends_on": "2026-07-10"}
    assert press(page.terms, **{**dates, **typed}) == "refused"
    assert hidden(page.terms.card) == bool(says)
    assert len(village.console.find(Term)) == 2


def test_overlapping_terms_and_a_wrong_order_are_refused(village: Village) -> None:
    """The term that is in the way is named with its dates; a second term before the first is none."""
    page = shown(village)
    spoken: list[Any] = []
    page.terms.form.send = lambda content, _buffers=None: spoken.append(content)
    second = page.terms.table.rows[0]["id"]
    page.terms.amend(second)
    assert press(page.terms, starts_on="2026-01-30") == "refused"
    assert "2025—2026学年第一学期（2025-09-01至2026-01-30）" in spoken[-1]["text"]
    assert press(page.terms, 2, starts_on="2025-08-04", ends_on="2025-08-29") == "refused"
    assert "第一学期应在第二学期之前" in spoken[-1]["text"] and hidden(page.terms.card)
    assert press(page.terms, 3) == "refused" and "没有改动" in spoken[-1]["text"]
    assert press(page.terms, 4, closed_days="五一") == "invalid"


def test_days_of_the_past_are_warned_of(village: Village) -> None:
    """Days off that are over change figures of the past and are counted; those to come are not; days off outside of the term are told."""
    page = shown(village)
    row = page.terms.table.rows[0]["id"]
    page.terms.amend(row)
    press(page.terms, closed_days="2026-05-01~2026-05-05, 2026-06-19, 2026-08-01")
    said = page.terms.card.notice.lines
    assert "3个已过去的日子" in said[0] and "1天放假日期不在" in said[1]
    page.terms.card.back.click()
    press(page.terms, 2, closed_days="2026-06-19", ends_on="2026-07-03")
    assert page.terms.card.notice.lines == [] and page.terms.card.confirm.description == "确认保存"
    page.terms.card.press()
    assert village.console.get(Term, row).record.ends_on == date(2026, 7, 3)


def test_a_term_is_withdrawn_and_the_usual_dates_stand_in(village: Village) -> None:
    """The card shows school days before and after; the page then says that dates are missing."""
    page = shown(village)
    page.terms.withdraw(page.terms.table.rows[0]["id"])
    assert lines(page.terms)[0] == ("上课天数", "95", "96") and page.terms.card.notice.tone == "warn"
    page.terms.card.press()
    assert len(village.console.find(Term)) == 1
    again = shown(village)
    assert again.notice.tone == "warn" and again.facts_box.items[2] == ["本学期开学", "2026-02-20", "暂按常用日期"]


def test_with_all_terms_known_the_form_begins_without_a_number(village: Village) -> None:
    """Both terms of this and the next school year are written down."""
    for number, first, last in (
        (TermNumber.FIRST, date(2026, 9, 1), date(2027, 1, 22)),
        (TermNumber.SECOND, date(2027, 3, 1), date(2027, 7, 9)),
    ):
        village.console.add(Term(school_id=village.school.id, school_year=2026, number=number, starts_on=first, ends_on=last))
    page = shown(village)
    page.terms.begin()
    assert not page.terms.form.values["fields"]["number"]


# --- the school, and who may ------------------------------------------------------------------------------------------


def test_the_phone_on_duty_is_changed(village: Village) -> None:
    """Saved at once with an acknowledgement; the name on the page follows, and a second save goes on from there."""
    page = shown(village, "guan")
    for n, phone in enumerate(("15400000099", "15400000098"), start=1):
        fields = {**page.school.values["fields"], "duty_phone": phone, "name": "样例中心小学"}
        page.school.receive({"type": "submit", "n": n, "generation": page.school.generation, "values": box(**fields)})
        assert page.school.state == "saved" and page.notice.tone == "ok"
    assert village.console.get(School, village.school.id).record.duty_phone == "15400000098"
    assert "样例中心小学" in repr(page)


@pytest.mark.parametrize("key", ["xiao", "zhou", "guan"])
def test_leader_registrar_and_administrator_change_rules(village: Village, key: str) -> None:
    """Each of the three roles whose page it is may save."""
    page = shown(village, key)
    page.rules.begin()
    press(page.rules, card_days="90")
    page.rules.card.press()
    assert len(sets(village)) == 2 and page.notice.tone == "ok"


def test_a_teacher_is_refused_by_the_store(village: Village) -> None:
    """Who does not write this kind sees why; nothing is saved."""
    page = shown(village, "wang")
    page.rules.begin()
    press(page.rules, card_days="90")
    page.rules.card.press()
    assert page.notice.tone == "error" and "不能修改" in page.notice.text and len(sets(village)) == 1


def test_a_school_that_is_gone_is_not_found(village: Village) -> None:
    """Somebody of a school that was withdrawn gets no page."""
    village.console.withdraw(School, village.school.id, seen=1, reason="撤并")
    with pytest.raises(NotFound):
        shown(village)


def test_nothing_written_down_yet(village: Village) -> None:
    """Without rules and terms the usual ones stand in, and the page says so."""
    for kind in (RuleSettings, Term):
        for one in village.console.find(kind):
            village.console.withdraw(kind, one.id, seen=1, reason="重来")
    page = shown(village)
    assert page.notice.tone == "warn" and len(page.notice.lines) == 2
    assert [item[1] for item in page.facts_box.items[:2]] == ["默认", "0"]
    assert "现行规则自默认" in repr(page)


def test_before_the_first_day_of_school_there_is_no_term(village: Village) -> None:
    """Rules alone stand on top."""
    for one in village.console.find(Term):
        village.console.withdraw(Term, one.id, seen=1, reason="重来")
    village.console.add(
        Term(school_id=village.school.id, school_year=2026, number=TermNumber.FIRST, starts_on=date(2026, 9, 7), ends_on=date(2027, 1, 22))
    )
    with clock.at(date(2026, 9, 2)):
        assert len(shown(village).facts_box.items) == 2
