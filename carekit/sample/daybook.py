"""Writes what happens between a child, its supporters and its parents: calls, diary pages and weekly journals."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from carekit.records import Diary, Journal, ParentCall, SchoolClass
from carekit.records.codes import CallMode, Mood, Outcome, Weather
from carekit.sample import phrases_daybook as texts
from carekit.sample.circle import Circle, Tie, class_on, since, written_at
from carekit.sample.contacts import recorded_at
from carekit.sample.dice import Dice
from carekit.sample.kin import Words, fitting, parents_away, say, word_for, words_of
from carekit.sample.ledger import Ledger
from carekit.sample.plan import SAMPLE_TODAY, THIS_YEAR
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days

#: From here on calls are written down week by week; before, now and then.
_CALLS_FROM = date(2026, 3, 23)
_CALLERS, _EARLIER_CALLERS, _FIRST_CALLERS = 0.2, 34, 16
_MOODS = {Mood.CALM: 42.0, Mood.HAPPY: 30.0, Mood.MISSING: 16.0, Mood.SAD: 8.0}
_DIARY_MOODS = _MOODS | {Mood.AFRAID: 2.0, Mood.ANGRY: 2.0}
_WEATHER = {Weather.SUNNY: 40.0, Weather.CLOUDY: 25.0, Weather.OVERCAST: 15.0, Weather.RAIN: 20.0}
_MODES = {CallMode.VIDEO: 62.0, CallMode.PHONE: 28.0, CallMode.MESSAGE: 9.0, CallMode.LETTER: 1.0}


def write_calls(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """Calls with parents away: for a fifth of the children each week of the last two months, for fewer once a month before."""
    away = [entry for entry in dice.shuffled(circle.present) if parents_away(entry.written.household, SAMPLE_TODAY)]
    callers = away[: round(len(circle.present) * _CALLERS)]
    days = school_days(_CALLS_FROM, SAMPLE_TODAY)
    for _, each in groupby(days, key=lambda day: day.isocalendar()[:2]):
        week = tuple(each)
        for entry in callers:
            own = dice.branch(week[0], entry.written.pupil.key)
            if own.chance(0.88):
                _write_call(ledger, circle, own, entry, own.pick(week))
    for first, count in ((date(2025, 9, 8), _EARLIER_CALLERS), (date(2025, 3, 3), _FIRST_CALLERS)):
        days = school_days(first, min(first + timedelta(days=140), date(2026, 1, 23)))
        for month, each in groupby(days, key=lambda day: (day.year, day.month)):
            month_days = tuple(each)
            for entry in callers[:count]:
                own = dice.branch(*month, entry.written.pupil.key)
                if own.chance(0.8):
                    _write_call(ledger, circle, own, entry, own.pick(month_days))


def _write_call(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, day: date) -> None:
    household = entry.written.household
    teacher, parents, known = circle.teacher(entry, day), parents_away(household, day), since(entry)
    if teacher is None or not parents or known is None or day < known:
        return
    relation, mode = household.people[dice.pick(parents)].relation, dice.weighted(_MODES)
    values: dict[str, Any] = {"mode": mode, "relation": relation}
    if dice.chance(0.07):
        values |= {"outcome": Outcome.FAILED, "reason": dice.pick(texts.CALL_FAILED[mode])}
    else:
        mood = dice.weighted(_MOODS)
        words = words_of(dice, household, entry.written.pupil, day) | {"caller": word_for(relation)}
        said = [text for text, modes in texts.CALLS[mood] if mode in modes]
        minutes = dice.number(3, 25)
        values |= {"minutes": minutes if mode in (CallMode.VIDEO, CallMode.PHONE) else None, "mood": mood}
        values["summary"] = say(dice, said, words) if dice.chance(0.7) and fitting(said, words) else None
    moment = recorded_at(day)
    by = circle.author(ParentCall, teacher, entry, moment)
    key = f"{entry.written.pupil.key}-{day}"
    ledger.add(moment, ParentCall, key, by=by, child_id=entry.written.child.id, called_on=day, staff_id=teacher, **values)


def write_diaries(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """A page a month for most children who are paired; of some there has been none lately."""
    days = school_days(date(2025, 3, 3), SAMPLE_TODAY)
    for month, each in groupby(days, key=lambda day: (day.year, day.month)):
        month_days = tuple(each)
        for tie in circle.ties:
            own = dice.branch(*month, tie.entry.written.pupil.key, tie.staff.id)
            lately = month_days[0] >= date(2026, 4, 1)
            idle = dice.branch("idle", tie.staff.id, tie.entry.written.pupil.key).chance(0.22)
            running = [day for day in month_days if tie.runs_on(day - timedelta(days=6))]
            if running and own.chance(0.9) and not (lately and idle):
                _write_diary(ledger, circle, own, tie, own.pick(running))


def _write_diary(ledger: Ledger, circle: Circle, dice: Dice, tie: Tie, day: date) -> None:
    moment = written_at(circle, tie.staff.id, day)
    mood, written = dice.weighted(_DIARY_MOODS), tie.entry.written
    words = words_of(dice, written.household, written.pupil, day)
    pages = _pages(texts.DIARIES[mood], words, day)
    mood, pages = (mood, pages) if pages else (Mood.CALM, _pages(texts.DIARIES[Mood.CALM], words, day))
    page, weather = dice.pick(pages), dice.weighted(_WEATHER)
    ledger.add(
        moment, Diary, f"{tie.pairing.id}-{day}", by=circle.author(Diary, tie.staff.id, tie.entry, moment), child_id=written.child.id,
        written_on=day, weather=page.weather or weather, mood=mood, title=page.title.format_map(words), body=page.body.format_map(words),
        answer=say(dice, page.answers or texts.ANSWERS[mood], words) if dice.chance(0.85) else None, staff_id=tie.staff.id,
    )  # fmt: skip


def _pages(pages: tuple[texts.Page, ...], words: Words, day: date) -> list[texts.Page]:
    """The pages that this child could have written on that day."""
    return [page for page in pages if (not page.months or day.month in page.months) and fitting([(page.title, page.body)], words)]


def journal_classes(circle: Circle) -> list[SchoolClass]:
    """The two classes that keep weekly journals: that of the class teacher who is shown, and one of the fifth grade."""
    shown = circle.first_by_name(circle.class_teachers())
    classes = [each for key, each in circle.frame.classes.items() if key[0] == THIS_YEAR]
    first = next(each for each in classes if circle.frame.teacher_of(each.id, SAMPLE_TODAY) == shown.id)
    return [first, next(each for each in classes if each.grade == 5 and each is not first)]


def write_journals(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """The journals of two classes, handed in each Monday (or the first day of the week) and mostly answered in the same week."""
    classes = {each.id for each in journal_classes(circle)}
    writers = [entry for entry in circle.present if class_on(entry.written, SAMPLE_TODAY) in classes]
    days = school_days(date(2025, 9, 15), SAMPLE_TODAY)
    for _, each in groupby(days, key=lambda day: day.isocalendar()[:2]):
        week = tuple(each)
        for entry in writers:
            own = dice.branch(week[0], entry.written.pupil.key)
            if class_on(entry.written, week[0]) in classes and own.chance(0.93):
                _write_journal(ledger, circle, own, entry, week)


def _write_journal(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, week: tuple[date, ...]) -> None:
    day, moment, teacher = week[0], recorded_at(week[0]), circle.teacher(entry, week[0])
    assert teacher is not None  # noqa: S101 - the child is in the class that day
    urgent = dice.chance(0.03)
    words = words_of(dice, entry.written.household, entry.written.pupil, day)
    page = dice.pick(_pages(texts.JOURNALS_TO_TALK_OVER if urgent else texts.JOURNALS, words, day))
    kept = urgent or dice.chance(0.8)
    replies = texts.REPLIES_TO_TALK_OVER if urgent else (page.answers if kept else texts.REPLIES)
    lately = day >= date(2026, 5, 4)
    answered = dice.chance(0.7 if lately else 0.985)
    values: dict[str, Any] = {
        "body": page.body.format_map(words) if kept else None,
        "reply": say(dice, replies, words) if answered else None,
        "replied_on": min(week[-1], day + timedelta(days=dice.number(0, 3))) if answered else None,
        "needs_talk": True if urgent else (False if answered else None),
        "staff_id": teacher,
    }
    by = circle.author(Journal, teacher, entry, moment)
    ledger.add(moment, Journal, f"{entry.written.pupil.key}-{day}", by=by, child_id=entry.written.child.id, handed_in_on=day, **values)
