"""The sample's texts agree with the coded fields beside them and with the child's family."""

from __future__ import annotations

from datetime import date

import pytest

from carekit.calendar import add_months
from carekit.records import Attendance, Check, Diary, Feedback, HomeVisit, Illness, Journal, ParentCall, Plan, Record, Talk
from carekit.records.codes import CallMode, Homework, Outcome, ParentState, Relation, Sex, Subject, TalkMode, TalkTopic, VisitMode, Weather
from carekit.sample import SAMPLE_TODAY
from carekit.sample.corrections import HOSTILE_NOTE
from carekit.sample.dice import Dice
from carekit.sample.kin import fitting, say, words_of
from carekit.sample.plan import Care, Household, Person, Pupil, Span, Trip

_GRANDPARENTS = {"爷爷", "奶奶", "外公", "外婆"}


def _household() -> tuple[Household, Pupil]:
    pupil = Pupil("a", "测试甲", Sex.MALE, date(2016, 1, 1), [Span(2022, 1, date(2022, 9, 1))])
    sister = Pupil("b", "测试乙", Sex.FEMALE, date(2018, 1, 1), [Span(2024, 1, date(2024, 9, 1))])
    people = {
        "father": Person(Relation.FATHER, "甲父"), "mother": Person(Relation.MOTHER, "甲母"), "grandfather": Person(Relation.FATHERS_FATHER, "甲祖父"),
    }  # fmt: skip
    trips = [Trip(who, date(2024, 2, 1), None, None, None, None) for who in ("father", "mother")]
    return Household("h", "测", "样例村1组", 1, [pupil, sister], people, trips, [Care("grandfather", date(2024, 2, 1))]), pupil


def test_words_name_those_who_are_there() -> None:
    """The carer, who of the parents is away, both when both are, and a sister at the school: each by the child's word."""
    household, pupil = _household()
    words = words_of(Dice("t"), household, pupil, date(2026, 1, 1))
    assert (words["carer"], words["old"], words["both"], words["sibling"]) == ("爷爷", "爷爷", "爸爸妈妈", "妹妹")
    assert words["away"] in ("爸爸", "妈妈") and "one" not in words
    household.trips[1].until = date(2025, 1, 1)
    words = words_of(Dice("t"), household, pupil, date(2026, 1, 1))
    assert (words["away"], words["one"]) == ("爸爸", "爸爸") and "both" not in words


def test_nobody_is_spoken_of_who_is_not_there() -> None:
    """Without anybody away, with the dead not counted and nobody known to raise the child, texts about them are left out."""
    household, pupil = _household()
    household.people["father"].state = ParentState.DECEASED
    household.trips, household.cares, household.pupils = household.trips[:1], [], [pupil]
    words = words_of(Dice("t"), household, pupil, date(2026, 1, 1))
    assert words == {"carer": "家里人"}
    texts = ("想{away}。", "{old}来接。", "{carer}来接。", "早睡。")
    assert fitting(texts, words) == ["{carer}来接。", "早睡。"]
    assert fitting([("题", "想{away}"), ("题", "好")], words) == [("题", "好")]
    assert say(Dice("t"), texts[:3], words) == "家里人来接。"
    with pytest.raises(IndexError):
        say(Dice("t"), texts[:1], words)


def _of(records: list[Record], kind: type[Record]) -> list:  # type: ignore[type-arg]
    return [r for r in records if isinstance(r, kind)]


def test_a_call_speaks_of_the_parent_on_the_line(records: list[Record]) -> None:
    """A call with the father names no mother, and the other way round; letters and messages have no minutes, nobody is seen on the phone."""
    said = {Relation.FATHER: "爸爸", Relation.MOTHER: "妈妈", Relation.STEPMOTHER: "阿姨"}
    calls = [c for c in _of(records, ParentCall) if c.summary]
    assert len({c.summary for c in calls}) > 15
    for call in calls:
        others = set(said.values()) - {said[call.relation]}
        told = call.summary.replace("听妈妈的话", "").replace("听爸爸的话", "").replace("由妈妈参加", "").replace("由爸爸参加", "")
        assert not [word for word in others if word in told and word != "阿姨"], call.summary
        assert call.mode is CallMode.VIDEO or not ("屏幕" in call.summary or "看" in call.summary), call.summary
    assert all(
        (c.minutes is None) is (c.mode in (CallMode.MESSAGE, CallMode.LETTER))
        for c in _of(records, ParentCall)
        if c.outcome is Outcome.DONE
    )


def test_one_child_has_one_grandparent_in_its_texts(records: list[Record]) -> None:
    """Within a month, talks, diaries and journals of a child speak of no two different grandparents."""
    spoken: dict[tuple[str, int, int], set[str]] = {}
    for kind, day, names in (
        (Talk, "talked_on", ("points", "advice")),
        (Diary, "written_on", ("title", "body")),
        (Journal, "handed_in_on", ("body",)),
    ):
        for record in _of(records, kind):
            on = getattr(record, day)
            text = "".join(getattr(record, name) or "" for name in names)
            spoken.setdefault((record.child_id, on.year, on.month), set()).update(word for word in _GRANDPARENTS if word in text)
    mixed = [found for found in spoken.values() if len(found) > 1]
    assert sum(len(found) == 1 for found in spoken.values()) > 1000
    assert len(mixed) < 10, "only where the carer changed within the month"


def test_points_are_about_the_topic(records: list[Record]) -> None:
    """A talk about study speaks of study, one about daily life of no test and no quarrel."""
    for talk in _of(records, Talk):
        if talk.outcome is not Outcome.DONE or "回访" in talk.points or talk.points == HOSTILE_NOTE:
            continue
        study = any(word in talk.points for word in ("语文", "数学", "英语", "科学", "朗读", "计算", "作业有两次"))
        assert study is (talk.topic is TalkTopic.STUDY), (talk.topic, talk.points)
        assert (talk.place is None) is (talk.mode is not TalkMode.FACE)


def test_visits_over_the_phone_see_no_home(records: list[Record]) -> None:
    """Who only phoned wrote nothing of the home; who came was not thanked for the call."""
    for visit in _of(records, HomeVisit):
        if visit.mode is VisitMode.PHONE:
            assert visit.living is None and visit.hazards is None and visit.opinion != "感谢老师上门。"
        if visit.mode is VisitMode.ON_SITE:
            assert visit.opinion != "感谢老师来电。" and visit.reason not in ("电话无人接听", "号码停机，待核实")


def test_the_weather_is_that_of_the_page(records: list[Record]) -> None:
    """A page about rain has rain above it, one about the moon has none."""
    for page in _of(records, Diary):
        if "下了一天雨" in page.body or "打雷" in page.body:
            assert page.weather is Weather.RAIN
        if "月亮很圆" in page.body:
            assert page.weather is Weather.SUNNY


def test_codes_and_notes_agree(records: list[Record]) -> None:
    """Illness: the treatment says that the family knew only where somebody was told; homework: what was missing stands with "partly"; feedback: no thanks where nobody answered."""
    for illness in _of(records, Illness):
        assert illness.told is not None or not any(word in illness.treatment for word in ("通知家人", "家人接", "照料人带"))
    for sign in _of(records, Attendance):
        if sign.note:
            assert ("全部做完" in sign.note or "认真" in sign.note) is (sign.homework is Homework.DONE)
    assert all(f.content is None and f.answer is None for f in _of(records, Feedback) if f.outcome is not Outcome.DONE)


def test_checks_stand_on_the_scheduled_days(records: list[Record]) -> None:
    """The checks of a plan are due each month from its first day, one on each date, the last of them a review."""
    plans = {plan.id: plan for plan in _of(records, Plan)}
    dates: dict[str, list[date]] = {}
    for check in _of(records, Check):
        plan = plans[check.plan_id]
        scheduled = [day for n in range(1, 12) if (day := add_months(plan.from_on, n)) <= plan.until_on]
        assert check.due_on in scheduled and check.review is (check.due_on == scheduled[-1])
        dates.setdefault(plan.id, []).append(check.due_on)
        if check.finding:
            assert ("朗读" in check.finding or "拼音" in check.finding) <= (plan.subject is Subject.CHINESE)
            assert "口算" not in check.finding or plan.subject is Subject.MATHS
    assert all(sorted(days) == sorted(set(days)) for days in dates.values()) and max(map(max, dates.values())) > SAMPLE_TODAY
