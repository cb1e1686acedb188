"""The app `settings`: the school's rules by date, its terms and days off, and the facts that its contact cards print."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.session import open_desk
from carekit.apps.settings_change import CheckedPanel
from carekit.apps.settings_rules import RulesMatter
from carekit.apps.settings_terms import TermsMatter
from carekit.apps.settings_words import rules_in_words
from carekit.apps.staff import staff_name
from carekit.errors import NotFound
from carekit.language import Label
from carekit.obligations import Timetable
from carekit.records import School, StaffMember
from carekit.records.codes import Role
from carekit.store import Desk, Revision
from carekit.widgets import Entry, Facts, RecordForm, Saved

_SINCE, _COMING, _TERM, _ENDS = (
    Label("Rules since", "现行规则自"),
    Label("Rules to come", "待执行的规则"),
    Label("Term began", "本学期开学"),
    Label("Term ends", "本学期结束"),
)
_USUAL = Label("usual ones", "默认")
_ASSUMED = Label("usual dates", "暂按常用日期")
_FROM = Label("from {day} on", "{day}起")
_TABS = (Label("Rules", "规则"), Label("Terms and days off", "学期和放假"), Label("The school", "学校信息"))
_WORDS = Label("The rules of today", "今天执行的规则")
_HINT = Label(
    "What is due follows these rules from their day on, and not before.", "待办和各项比率从执行之日起按新规则计算，之前的按原来的规则。"
)
_MISSING = Label("Not everything is written down yet:", "还有没登记的：")
_SCHOOL_SAVED = Label("Saved: contact cards print this from now on.", "已保存，以后打印的联系卡用新的信息。")
_CARD = Label("What the contact cards print", "联系卡上印的学校信息")
_FACTS = Label(
    "{school} {on}: rules since {since}, to come {coming}, terms {terms}", "{school} {on}：现行规则自{since}，待执行 {coming}，学期 {terms}"
)


class Settings(widgets.VBox):  # type: ignore[misc]
    """The page; `rules` and `terms` are its panels, `school` the form of the school's own facts."""

    def __init__(self, desk: Desk, person: StaffMember) -> None:
        self.desk = desk
        self._school: Revision[School] = _school_of(desk, person)
        self.facts_box, self.notice, self.words = Facts(figures=True), AppNotice(), Facts(title=_WORDS)
        self._rules, self._terms = RulesMatter(desk, self._school.id), TermsMatter(desk, self._school.id)
        self.rules = CheckedPanel(self._rules, self._saved, self.notice.error, [self.words])
        self.terms = CheckedPanel(self._terms, self._saved, self.notice.error)
        self.school = RecordForm(
            School, on_submit=self._save_school, initial=self._school, who=lambda staff_id: staff_name(desk, staff_id), title=_CARD
        )
        self.tabs = widgets.Tab([self.rules, self.terms, self.school])
        self.tabs.titles = tuple(title.text() for title in _TABS)
        super().__init__([self.facts_box, self.notice, self.tabs])
        self.add_class(APP_CLASS)
        self.refresh()
        self._hint()

    def __repr__(self) -> str:
        return f"Settings({self.facts()})"

    def facts(self) -> str:
        """School, day, since when the rules hold, and how many sets are to come."""
        _, since = self._rules.present()
        return _FACTS.format(
            school=self._school.record.name,
            on=clock.today(),
            since=since or _USUAL,
            coming=len(self._rules.coming()),
            terms=len(self.terms.table.rows),
        ).text()

    def refresh(self) -> None:
        """Ask the store again."""
        self.rules.refresh()
        self.terms.refresh()
        rules, since = self._rules.present()
        self.words.set_items(rules_in_words(rules))
        coming = self._rules.coming()
        items: list[tuple[Any, ...]] = [(_SINCE, since or _USUAL), (_COMING, len(coming), _FROM.format(day=min(coming)) if coming else "")]
        term = Timetable.at(self.desk, clock.today()).term(self._school.id)
        if term is not None:
            note = _ASSUMED if term.assumed else ""
            items += [(_TERM, term.starts_on, note), (_ENDS, term.ends_on, note)]
        self.facts_box.set_items(items)

    def _hint(self) -> None:
        assumptions = Timetable.at(self.desk, clock.today()).assumptions
        if assumptions:
            self.notice.warn(_MISSING, assumptions)
        else:
            self.notice.info(_HINT)

    def _saved(self, message: Label) -> None:
        self.refresh()
        self.notice.ok(message)

    def _save_school(self, entry: Entry) -> Saved:
        self._school = self.desk.amend(entry.record, seen=entry.seen or self._school.version)
        self.refresh()
        self.notice.ok(_SCHOOL_SAVED)
        return Saved(_SCHOOL_SAVED, self._school.version)


def _school_of(desk: Desk, person: StaffMember) -> Revision[School]:
    """The person's school; `NotFound` when it was withdrawn."""
    found = desk.find(School, {"id": person.school_id})
    if not found:
        raise NotFound
    return found[0]


def settings(desk: Desk | None = None, person: StaffMember | None = None) -> Settings:
    """The app for the person of this kernel (or of `desk`)."""
    if desk is None or person is None:
        desk, person = open_desk(Role.LEADER)
    return Settings(desk, person)
