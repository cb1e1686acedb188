"""Short texts of talks and visits, put together from everyday sentences; none is about anybody. The words in braces are those of `kin`."""

from __future__ import annotations

from carekit.records.codes import ChildState, TalkMode, TalkTopic, VisitMode
from carekit.sample.dice import Dice
from carekit.sample.kin import Words, say

PLACES = ("教室外走廊", "班主任办公室", "操场边", "心理辅导室", "图书角", "食堂门口")
_WEEKDAYS = ("周三", "周五", "周六", "周日")

#: What was said, by topic: whatever the child's state, when it is well, when it is not.
_POINTS: dict[TalkTopic, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    TalkTopic.DAILY: (
        (
            "说最近睡得早，早上自己起床，{carer}做早饭。", "“我会自己洗袜子了。”孩子说，生活上没有困难。", "说周末帮{carer}喂鸡、扫院子，作业在{day}做完。",
            "聊了吃饭和作息，晚上九点前睡觉，中午在学校吃饱了。", "说鞋子有点小，已经告诉{carer}，下次赶集去买。", "说和同桌一起上学放学，走大路，不下河。",
        ),
        ("“{day}{away}打视频来了，说了十分钟。”孩子很高兴。", "说和{sibling}一起养了两只兔子，每天割草。"),
        ("最近有点咳嗽，{carer}带去卫生院看过，已经好转。", "说这几天没睡好，中午想趴一会儿。"),
    ),
    TalkTopic.STUDY: (
        (
            "“{subject}后面的题看不懂。”答应不懂就问组长。", "说家里没人能教{subject}，约定每周二、周四留下来补二十分钟。", "计算粗心，一起看了错题，自己找出了三处。",
        ),
        ("{subject}最近单元测验比上次好，自己说是因为每天读题。", "说喜欢{subject}课，想参加兴趣小组。", "朗读进步明显，孩子说每晚读给{carer}听。"),
        ("作业有两次没交，孩子说是忘在家里了，答应晚上睡前检查书包。", "{subject}没考好，孩子低着头，一起看了卷子，错在审题。"),
    ),
    TalkTopic.MIND: (
        ("说晚上怕黑，{carer}给留了一盏灯。", "有点担心{old}的腿，孩子说自己会多做家务。", "最近话少，问起来说和好朋友换了座位，有点不习惯。"),
        ("“{away}说暑假接我去玩。”说的时候一直笑。", "说得了小红花，想第一个告诉{away}。", "说得了小红花，回家先给{carer}看。"),
        ("说想{away}，“过年才回来”。一起算了还有多少天放假。", "说夜里醒来会想家里的事，上课有时走神。"),
    ),
    TalkTopic.CONDUCT: (
        ("课间和同学抢球，双方都说了经过，互相道了歉。", "说周末看手机时间长，和孩子约定每天不超过半小时。"),
        ("最近主动擦黑板、关窗户，当面表扬了孩子。", "当了路队长，说要管好自己再管别人。"),
        ("排队时推了前面的同学，孩子认识到危险，答应改正。", "说有同学起外号，已和对方谈过，约好再有就来告诉老师。"),
    ),
    TalkTopic.HOME: (
        ("转告了{carer}家长会时间，孩子说{carer}会来。", "说{away}换了工地，新电话写在了联系卡上。", "说{carer}最近农忙，晚饭吃得晚，自己先写作业。"),
        ("“{away}说每个{day}都打电话。”孩子把时间记在了本子上。", "说{carer}看了作业本，夸字写得好。"),
        ("说{away}好久没来电话，一起给{away}留了言。", "说{carer}忙不过来，没人签字，已打电话说明。"),
    ),
}  # fmt: skip
_ADVICE: dict[TalkTopic, tuple[str, ...]] = {
    TalkTopic.DAILY: ("提醒注意路上安全，不到水边玩。", "请{carer}帮忙看着早睡。", "鼓励有事随时来找老师。"),
    TalkTopic.STUDY: ("约定每天把作业记在本子上。", "结对的同学会帮着听写。", "约好下周再看一次错题。"),
    TalkTopic.MIND: ("建议每周固定时间和{away}视频。", "鼓励有事随时来找老师。", "约好下周再聊一次。"),
    TalkTopic.CONDUCT: ("约好下周再聊一次。", "约定遇事先找老师，不动手。"),
    TalkTopic.HOME: ("建议每周固定时间和{away}视频。", "请{carer}有事直接打老师电话。", "鼓励有事随时来找老师。"),
}
_EFFECT: dict[TalkTopic, tuple[str, ...]] = {
    TalkTopic.DAILY: ("孩子点头答应。", "一周后看，精神好。"),
    TalkTopic.STUDY: ("一周后看，作业都交了。", "孩子答应试一试。"),
    TalkTopic.MIND: ("愿意说话了。", "情绪比上月好。"),
    TalkTopic.CONDUCT: ("和同学相处正常。", "孩子点头答应。"),
    TalkTopic.HOME: ("孩子点头答应。", "家里已经知道了。"),
}
FAILED = ("当天请病假，未谈成", "孩子参加比赛训练，未找到时间", "约好后孩子被家里提前接走", "班里临时有事，改日再谈")
EXCUSED = ("随家人外出，整月请假", "住院治疗，整月未到校", "手术后在家休养，整月请假")
_STATES = {
    ChildState.CALM: 45.0, ChildState.CHEERFUL: 30.0, ChildState.SILENT: 9.0, ChildState.TENSE: 7.0, ChildState.SAD: 5.0, ChildState.RESISTANT: 2.0,
    ChildState.OTHER: 1.0, ChildState.TEARFUL: 1.0,
}  # fmt: skip
#: States that a second one may stand beside, and whether the child is well in them.
_WELL = (ChildState.CALM, ChildState.CHEERFUL)
_TOPICS = {TalkTopic.DAILY: 38.0, TalkTopic.STUDY: 30.0, TalkTopic.MIND: 14.0, TalkTopic.CONDUCT: 9.0, TalkTopic.HOME: 9.0}

VISIT_FAILED = {
    VisitMode.ON_SITE: ("家中无人，邻居说去赶集了", "下雨山路不通，改期"),
    VisitMode.PHONE: ("电话无人接听", "号码停机，待核实"),
    VisitMode.VIDEO: ("视频无人接听", "信号不好，没有接通"),
}
_LIVING = (
    "砖房三间，有单独的书桌。",
    "住房整洁，灯光够亮。",
    "与{carer}同住一间，书桌是饭桌。",
    "新修的楼房，二楼有小书房。",
    "离学校两公里，路好走。",
)
_AT_HOME = (
    "回家先做作业，会帮忙做饭。",
    "听{carer}的话，看电视偏多。",
    "和邻居孩子玩得好。",
    "起床要催，其他都好。",
    "常带着{sibling}写作业。",
)
_AT_SCHOOL = ("上课认真，作业按时。", "进步明显，还要多练字。", "活泼，乐于助人。", "发言少，正在鼓励。")
_HAZARDS = ("门前水塘已提醒加围栏。", "插线板老化，建议更换。", "无明显隐患。", "无明显隐患。", "无明显隐患。")
_OPINION = ("希望多管作业。", "没有意见。", "希望老师常和孩子说说话。")
_MEASURES = ("下月电话回访。", "安排同学结对。", "转告{away}每周视频。")


def draw_topic(dice: Dice) -> TalkTopic:
    """What a talk was about."""
    return dice.weighted(_TOPICS)


def draw_states(dice: Dice) -> tuple[ChildState, ...]:
    """How the child was, mostly one word; a second one is of the same side."""
    first = dice.weighted(_STATES)
    second = dice.weighted(_STATES) if dice.chance(0.12) else first
    return (first,) if second is first or (second in _WELL) is not (first in _WELL) else (first, second)


def subjects_of(grade: int) -> tuple[str, ...]:
    """What is taught in a grade: English from the third on."""
    return ("语文", "数学", "科学") if grade < 3 else ("语文", "数学", "英语", "科学")


def talk_place(dice: Dice, mode: TalkMode) -> str | None:
    """Where a talk was: only one face to face is somewhere."""
    place = dice.pick(PLACES)
    return place if mode is TalkMode.FACE else None


def talk_texts(dice: Dice, topic: TalkTopic, states: tuple[ChildState, ...], words: Words, grade: int) -> dict[str, str | None]:
    """Points, advice and effect of a talk about its topic, as the child was."""
    words = {**words, "subject": dice.pick(subjects_of(grade)), "day": dice.pick(_WEEKDAYS)}
    always, well, low = _POINTS[topic]
    pool = (*always, *(low if states[0] not in _WELL else well if ChildState.CHEERFUL in states else (*well[:1], *low[:1])))
    points = say(dice, pool, words)
    if dice.chance(0.3):
        second = say(dice, always, words)
        points += second if second != points else ""
    return {
        "points": points,
        "advice": say(dice, _ADVICE[topic], words) if dice.chance(0.75) else None,
        "effect": dice.pick(_EFFECT[topic]) if dice.chance(0.4) else None,
    }


def visit_texts(dice: Dice, mode: VisitMode, words: Words, work: str, *, boards: bool) -> dict[str, str | None]:
    """What is written of a visit: over the phone nobody sees the home."""
    seen = mode is not VisitMode.PHONE
    opinions = (
        *_OPINION,
        *(("感谢老师上门。",) if mode is VisitMode.ON_SITE else ("感谢老师来电。",)),
        *(() if boards else ("希望住校。",)),
    )
    measures = (*_MEASURES, *(() if boards else ("建议办理住校。",)))
    living, hazards = say(dice, _LIVING, words), dice.pick(_HAZARDS)
    return {
        "family_situation": work,
        "living": living if seen else None,
        "at_home": say(dice, _AT_HOME, words),
        "at_school": dice.pick(_AT_SCHOOL),
        "hazards": hazards if seen else None,
        "opinion": dice.pick(opinions),
        "measures": say(dice, measures, words) if dice.chance(0.7) else None,
    }
