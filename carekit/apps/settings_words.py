"""The school's rules in words, setting by setting: what stands on the page of the rules, and in the list of what would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from carekit.language import Label
from carekit.obligations import Rules
from carekit.records import RuleSettings
from carekit.widgets import cell_text

#: The settings that rules are made of, in the order of the form.
SETTINGS = tuple(name for name in RuleSettings.fields if name in {f.name for f in fields(Rules)})
_NOT_ASKED = Label("not asked for", "不要求")
_AT_ONCE = Label("from the first day", "当天起")


def _say(en: str, zh: str) -> Callable[[Any], Label]:
    return lambda n: Label(en, zh).format(n=n)


def _or(zero: Label, en: str, zh: str) -> Callable[[Any], Label]:
    """Words in which 0 means something of its own."""
    return lambda n: Label(en, zh).format(n=n) if n else zero


def _code(code: Any) -> Label:
    label: Label = code.label
    return label


#: A short name of a setting and the words for its value; one without an entry is told by its declared label.
_WORDS: dict[str, tuple[Label, Callable[[Any], Label]]] = {
    "left_behind_who": (Label("Left behind: who is away", "留守认定：谁外出"), _code),
    "left_behind_months": (Label("Left behind: how long", "留守认定：外出多久"), _or(_AT_ONCE, "{n} months or more", "满{n}个月")),
    "register_days": (Label("Monthly talk", "每月谈心"), _say("for {n} days or more on the register", "当月在册满{n}天的孩子")),
    "school_days": (Label("School month", "教学月"), _say("a month with {n} school days or more", "一个月满{n}个上课日")),
    "pairing_demand": (Label("Who is to be paired", "应结对的孩子"), _code),
    "pairing_days": (Label("Paired within", "结对期限"), _or(_AT_ONCE, "{n} days", "{n}天内")),
    "supporter_load": (Label("Children per supporter", "每名帮扶人"), _say("{n} at most", "最多帮扶{n}人")),
    "diary_days": (Label("Growth diary", "成长日记"), _or(_NOT_ASKED, "a page every {n} days", "每{n}天一篇")),
    "reply_days": (Label("Answer to a journal", "周记回复"), _or(_NOT_ASKED, "within {n} days", "{n}天内")),
    "activities_a_term": (Label("Activities", "集体活动"), _or(_NOT_ASKED, "{n} a term or more", "每学期至少{n}次")),
    "card_days": (Label("Contact card", "联系卡核对"), _or(_NOT_ASKED, "checked every {n} days", "每{n}天一次")),
    "entrust_days": (Label("Care entrusted in writing", "委托照护手续"), _or(_NOT_ASKED, "within {n} days", "{n}天内办妥")),
    "receipt_days": (Label("Receipt of the other school", "转出回执"), _or(_NOT_ASKED, "within {n} days", "{n}天内收到")),
}


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One line of what would change: the name of a field and what it holds before and after, as text."""

    name: str
    label: Label
    before: str
    after: str


def setting_label(name: str) -> Label:
    """The short name of a setting."""
    return _WORDS[name][0] if name in _WORDS else RuleSettings.fields[name].label


def setting_text(name: str, value: Any) -> str:
    """What a setting says, in words."""
    return _WORDS[name][1](value).text() if name in _WORDS else cell_text(RuleSettings.fields[name], value)


def rules_in_words(rules: Rules) -> list[tuple[Label, str]]:
    """Every setting of the rules of a day: its name and what it says."""
    return [(setting_label(name), setting_text(name, getattr(rules, name))) for name in SETTINGS]


def changed_settings(before: Any, after: Any) -> list[ChangedLine]:
    """The settings that differ between two sets of rules (`Rules` or `RuleSettings`)."""
    return [
        ChangedLine(name, setting_label(name), setting_text(name, getattr(before, name)), setting_text(name, getattr(after, name)))
        for name in SETTINGS
        if getattr(before, name) != getattr(after, name)
    ]


def changed_fields(kind: Any, names: Iterable[str], before: Any, after: Any) -> list[ChangedLine]:
    """The declared fields that differ between two records, of which one may be missing (None)."""
    pairs = [(name, getattr(before, name, None), getattr(after, name, None)) for name in names]
    return [
        ChangedLine(name, kind.fields[name].label, cell_text(kind.fields[name], old), cell_text(kind.fields[name], new))
        for name, old, new in pairs
        if old != new
    ]
