"""The school's rules from day to day: which hold, which held, which will, and what a change of them does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from carekit import clock
from carekit.apps.settings_change import Matter, Preview
from carekit.apps.settings_words import SETTINGS, changed_fields, changed_settings
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.language import Label, LabelledEnum
from carekit.obligations import Rules, Timetable
from carekit.records import RuleSettings
from carekit.widgets import Column

_DAY = timedelta(days=1)
_TAKEN = Label(
    "Rules from {day} are written down already. Correct those, or choose another day.",
    "自{day}起执行的规则已经有一套，请改正那一套，或另选日期。",
)
_SAME = Label(
    "These are the rules that hold on {day} anyway: change something first.", "和{day}执行的规则完全一样，不用另立，请先改动要变的项目。"
)
_FROM, _CORRECT, _WITHDRAW = (
    Label("New rules from {day} on. Not saved yet.", "自{day}起执行新规则，请核对，还没有保存。"),
    Label("The rules from {day} on are corrected. Not saved yet.", "改正自{day}起执行的规则，请核对，还没有保存。"),
    Label("The rules from {day} on are withdrawn. Not done yet.", "撤下自{day}起执行的规则，请核对，还没有撤下。"),
)
_PAST = Label(
    "{day} is over: what was due, late or done in the {days} days since then is judged anew, and figures of the past change. Reports of before can "
    "still be had by their known-at moment.",
    "{day}已经过去：此后{days}天里的应办、逾期和各项比率都会按新规则重新计算，过去的数字会变。以前的报表可按“录入截至”照原样重出。",
)
_TODAY = Label("What is due today follows the new rules at once.", "今天的待办马上按新规则计算。")
_UNTIL = Label(
    "These rules hold until {last}: others are written down from {next} on.", "这套规则执行到{last}，{next}起执行已登记的下一套。"
)
_MONTH = Label(
    "The monthly talks of a month follow the rules of its last day: all of {month} is judged by the new ones.",
    "每月谈心按当月最后一天的规则算：{month}整个月都按新规则。",
)
_MONTH_NAME = Label("{year}-{month}", "{year}年{month}月")
_DO_FROM, _DO_PAST, _DO_WITHDRAW = (
    Label("Confirm: from {day} on", "确认，自{day}起执行"),
    Label("Confirm: from {day} on, figures of the past change", "确认，自{day}起执行，过去的数字会变"),
    Label("Confirm: withdraw", "确认撤下"),
)
_SAVED, _CORRECTED, _WITHDRAWN = (
    Label("Saved: new rules from {day} on.", "已保存：自{day}起执行新规则。"),
    Label(
        "Saved: the rules from {day} on are corrected; the earlier version is kept.", "已保存：自{day}起的规则已改正，原来的内容留有记录。"
    ),
    Label("The rules from {day} on are withdrawn; they stay in the history.", "已撤下自{day}起的规则，原来的内容留有记录。"),
)
_USUAL = Label("the usual ones before", "此前为默认规则")
_CHANGE, _AND = Label("{label}: {before} → {after}", "{label}：{before} → {after}"), Label("; ", "；")
#: Settings that decide for which months a talk is due.
_OF_MONTHS = frozenset({"register_days", "school_days"})


class Standing(LabelledEnum):
    """Whether a set of rules holds."""

    PRESENT = Label("holds now", "现行")
    COMING = Label("to come", "待执行")
    PAST = Label("past", "以前")


class RulesMatter(Matter):
    """The sets of rules of a school, each from its day until the day before the next one."""

    kind = RuleSettings
    boxes = ("from_on", *SETTINGS, "note")
    new = Label("Begin new rules", "另立新规则")
    caption = Label("Rules to come, present and past", "待执行、现行和以前的规则")
    reason = Label("rules", "规则设置")

    def columns(self) -> list[Any]:
        """Dates, what they mean, and who wrote them."""
        return [
            RuleSettings.fields["from_on"],
            Column("until", Label("Until", "执行到")),
            Column("standing", Label("Standing", "状态"), text=lambda row: row["standing"].label.text()),
            Column("changes", Label("What changed then", "那时改了什么")),
            RuleSettings.fields["note"],
            Column("by", Label("Written by", "登记人")),
        ]

    def rows(self) -> list[dict[str, Any]]:
        """The latest first; what changed is told against the rules of the day before."""
        timetable, today = Timetable.at(self.desk, clock.today()), clock.today()
        found = self.revisions()
        rows = []
        for number, revision in enumerate(found):
            record = revision.record
            following = found[number + 1].record.from_on if number + 1 < len(found) else None
            held = following is None or following > today
            lines = changed_settings(timetable.rules(record.from_on - _DAY, self.school_id), record)
            told = [_CHANGE.format(label=line.label, before=line.before, after=line.after).text() for line in lines]
            rows.append(
                {
                    "id": revision.id,
                    "from_on": record.from_on,
                    "until": following - _DAY if following else None,
                    "standing": Standing.COMING if record.from_on > today else Standing.PRESENT if held else Standing.PAST,
                    "changes": _AND.text().join(told if number else [_USUAL.text(), *told]),
                    "note": record.note,
                    "by": staff_name(self.desk, revision.recorded_by),
                }
            )
        return rows[::-1]

    def present(self) -> tuple[Rules, date | None]:
        """The rules of today, and the day from which they hold; None when nobody wrote any down."""
        today = clock.today()
        begun = [one.record.from_on for one in self.revisions() if one.record.from_on <= today]
        return self._rules(today), max(begun, default=None)

    def coming(self) -> list[date]:
        """The days from which other rules hold."""
        return [one.record.from_on for one in self.revisions() if one.record.from_on > clock.today()]

    def blank(self) -> Mapping[str, Any]:
        """From tomorrow on, as the rules of that day are until now."""
        day = clock.today() + _DAY
        rules = self._rules(day)
        return {"from_on": day, **{name: getattr(rules, name) for name in SETTINGS}}

    def _rules(self, day: date) -> Rules:
        return Timetable.at(self.desk, clock.today()).rules(day, self.school_id)

    # --- what a change does -------------------------------------------------------------------------------------------

    def preview(self, record: RuleSettings, before: RuleSettings | None) -> Preview:
        """What changes, and what follows from it; `UserError` for a day that has rules already, and for rules that hold anyway."""
        others = [one.record.from_on for one in self.revisions() if one.id != record.id]
        if record.from_on in others:
            raise UserError(_TAKEN.format(day=record.from_on), code="rules_taken")
        held = self._rules(record.from_on)
        lines = changed_settings(before or held, record)
        if before is not None:
            lines = [
                *changed_fields(RuleSettings, ("from_on",), before, record),
                *lines,
                *changed_fields(RuleSettings, ("note",), before, record),
            ]
        if not lines and (before is not None or held.stated):
            raise UserError(_SAME.format(day=record.from_on), code="rules_same")
        since = min(record.from_on, before.from_on) if before else record.from_on
        title, confirm, saved = (_FROM, _DO_FROM, _SAVED) if before is None else (_CORRECT, _DO_FROM, _CORRECTED)
        confirm = _DO_PAST if since < clock.today() else confirm
        return Preview(
            title.format(day=record.from_on),
            lines,
            confirm.format(day=record.from_on),
            saved.format(day=record.from_on),
            self._warnings(since, record.from_on, others, {line.name for line in lines}),
        )

    def preview_withdrawal(self, record: RuleSettings) -> Preview:
        """What the rules of before change when they stand in."""
        after = self._rules(record.from_on - _DAY)
        lines = changed_settings(record, after)
        return Preview(
            _WITHDRAW.format(day=record.from_on),
            lines,
            _DO_WITHDRAW,
            _WITHDRAWN.format(day=record.from_on),
            self._warnings(record.from_on, record.from_on, [], {line.name for line in lines}),
        )

    @staticmethod
    def _warnings(since: date, day: date, others: list[date], changed: set[str]) -> list[Label]:
        """What follows beside the lines: the past is judged anew, today's work, a month as a whole, the end of the rules."""
        today, said = clock.today(), []
        if since < today:
            said.append(_PAST.format(day=since, days=(today - since).days))
        elif since == today:
            said.append(_TODAY)
        if changed & _OF_MONTHS and since.day > 1:
            said.append(_MONTH.format(month=_MONTH_NAME.format(year=since.year, month=since.month)))
        later = [one for one in others if one > day]
        if later:
            said.append(_UNTIL.format(last=min(later) - _DAY, next=min(later)))
        return said
