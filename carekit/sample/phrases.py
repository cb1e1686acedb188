"""Short texts of talks and visits, put together from everyday sentences; none is about anybody."""

from __future__ import annotations

from carekit.records.codes import ChildState, TalkTopic
from carekit.sample.dice import Dice

PLACES = ("教室外走廊", "班主任办公室", "操场边", "心理辅导室", "图书角", "食堂门口")
_SUBJECTS = ("语文", "数学", "英语", "科学")
_WEEKDAYS = ("周三", "周五", "周六", "周日")

_POINTS: dict[TalkTopic, tuple[str, ...]] = {
    TalkTopic.DAILY: (
        "说最近睡得早，早上自己起床，{carer}做早饭。",
        "“我会自己洗袜子了。”孩子说，生活上没有困难。",
        "说周末帮{carer}喂鸡、扫院子，作业在{day}做完。",
        "聊了吃饭和作息，晚上九点前睡觉，中午在学校吃饱了。",
        "说鞋子有点小，已经告诉{carer}，下次赶集去买。",
        "“{day}爸爸打视频来了，说了十分钟。”孩子很高兴。",
        "说和同桌一起上学放学，走大路，不下河。",
        "最近有点咳嗽，{carer}带去卫生院看过，已经好转。",
    ),
    TalkTopic.STUDY: (
        "{subject}最近单元测验比上次好，自己说是因为每天读题。",
        "“{subject}后面的题看不懂。”答应不懂就问组长。",
        "说家里没人能教{subject}，约定每周二、周四留下来补二十分钟。",
        "作业有两次没交，孩子说是忘在家里了，答应晚上睡前检查书包。",
        "说喜欢{subject}课，想参加兴趣小组。",
        "朗读进步明显，孩子说每晚读给{carer}听。",
        "计算粗心，一起看了错题，自己找出了三处。",
    ),
    TalkTopic.MIND: (
        "说想妈妈，“过年才回来”。一起算了还有多少天放假。",
        "最近话少，问起来说和好朋友换了座位，有点不习惯。",
        "“爸爸说暑假接我去玩。”说的时候一直笑。",
        "说晚上怕黑，{carer}给留了一盏灯。",
        "有点担心{carer}的腿，孩子说自己会多做家务。",
        "说得了小红花，想第一个告诉妈妈。",
    ),
    TalkTopic.CONDUCT: (
        "课间和同学抢球，双方都说了经过，互相道了歉。",
        "说周末看手机时间长，和孩子约定每天不超过半小时。",
        "排队时推了前面的同学，孩子认识到危险，答应改正。",
        "最近主动擦黑板、关窗户，当面表扬了他。",
        "说有同学给他起外号，已和对方谈过，孩子说现在好了。",
    ),
    TalkTopic.HOME: (
        "转告了{carer}家长会时间，孩子说{carer}会来。",
        "说爸爸换了工地，新电话写在了联系卡上。",
        "“妈妈说每个{day}都打电话。”孩子把时间记在了本子上。",
        "说{carer}最近农忙，晚饭吃得晚，自己先写作业。",
    ),
}
_ADVICE = (
    "约定每天把作业记在本子上。", "鼓励有事随时来找老师。", "约好下周再聊一次。", "提醒注意路上安全，不到水边玩。", "建议每周固定时间和爸爸妈妈视频。",
    "请{carer}帮忙看着早睡。", "结对的同学会帮着听写。",
)  # fmt: skip
_EFFECT = ("孩子点头答应。", "情绪比上月好。", "愿意说话了。", "一周后看，作业都交了。", "和同学相处正常。")
FAILED = ("当天请病假，未谈成", "孩子参加比赛训练，未找到时间", "约好后孩子被家长提前接走", "电话两次无人接听")
EXCUSED = ("随父母外出，整月请假", "住院治疗，整月未到校", "手术后在家休养，整月请假")
_STATES = {
    ChildState.CALM: 45.0, ChildState.CHEERFUL: 30.0, ChildState.SILENT: 9.0, ChildState.TENSE: 7.0, ChildState.SAD: 5.0, ChildState.RESISTANT: 2.0,
    ChildState.OTHER: 1.0, ChildState.TEARFUL: 1.0,
}  # fmt: skip
_TOPICS = {TalkTopic.DAILY: 38.0, TalkTopic.STUDY: 30.0, TalkTopic.MIND: 14.0, TalkTopic.CONDUCT: 9.0, TalkTopic.HOME: 9.0}

VISIT_FAILED = ("家中无人，邻居说去赶集了", "下雨山路不通，改期", "电话无人接听")
_LIVING = (
    "砖房三间，有单独的书桌。",
    "住房整洁，灯光够亮。",
    "与{carer}同住一间，书桌是饭桌。",
    "新修的楼房，二楼有小书房。",
    "离学校两公里，路好走。",
)
_AT_HOME = ("回家先做作业，会帮忙做饭。", "听{carer}的话，看电视偏多。", "和邻居孩子玩得好。", "起床要催，其他都好。")
_AT_SCHOOL = ("上课认真，作业按时。", "进步明显，还要多练字。", "活泼，乐于助人。", "发言少，正在鼓励。")
_HAZARDS = ("门前水塘已提醒加围栏。", "插线板老化，建议更换。", "无明显隐患。", "无明显隐患。", "无明显隐患。")
_OPINION = ("感谢老师上门。", "希望多管作业。", "希望住校。", "没有意见。")
_MEASURES = ("下月电话回访。", "安排同学结对。", "转告父母每周视频。", "建议办理住校。")


def draw_topic(dice: Dice) -> TalkTopic:
    """What a talk was about."""
    return dice.weighted(_TOPICS)


def draw_states(dice: Dice) -> tuple[ChildState, ...]:
    """How the child was, mostly one word."""
    first = dice.weighted(_STATES)
    second = dice.weighted(_STATES) if dice.chance(0.12) else first
    return (first,) if second is first else (first, second)


def _fill(dice: Dice, sentence: str, carer: str) -> str:
    return sentence.format(carer=carer, subject=dice.pick(_SUBJECTS), day=dice.pick(_WEEKDAYS))


def talk_texts(dice: Dice, topic: TalkTopic, carer: str) -> dict[str, str | None]:
    """Points, advice and effect of a talk; `carer` is the word the child uses for who raises it."""
    points = dice.pick(_POINTS[topic])
    if dice.chance(0.3):
        second = dice.pick(_POINTS[TalkTopic.DAILY])
        points += second if second != points else ""
    return {
        "points": _fill(dice, points, carer),
        "advice": _fill(dice, dice.pick(_ADVICE), carer) if dice.chance(0.75) else None,
        "effect": dice.pick(_EFFECT) if dice.chance(0.4) else None,
    }


def visit_texts(dice: Dice, carer: str, work: str) -> dict[str, str | None]:
    """What is written of a visit."""
    return {
        "family_situation": work,
        "living": _fill(dice, dice.pick(_LIVING), carer),
        "at_home": _fill(dice, dice.pick(_AT_HOME), carer),
        "at_school": dice.pick(_AT_SCHOOL),
        "hazards": dice.pick(_HAZARDS),
        "opinion": dice.pick(_OPINION),
        "measures": dice.pick(_MEASURES) if dice.chance(0.7) else None,
    }
