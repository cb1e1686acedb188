"""Codes of groups and pairings: who needs help most, who helps, and why a pairing ends."""

from __future__ import annotations

from carekit.fields import CodeList


class SupportGroup(CodeList):
    """分类帮扶 (PRACTICES 6.1): a child can be in several groups at once; key children are those whom the school pairs first."""

    POOR = "1", "especially poor", "特困", "贫困"
    LEFT_BEHIND = "2", "left behind", "留守"
    LAGGING = "3", "behind in study or conduct", "后进", "学困"
    KEY = "9", "key child", "重点帮扶对象", "重点"


class PairingKind(CodeList):
    """结对类型 (PRACTICES 1.7, 4.2): who is paired with the child."""

    TEACHER = "1", "teacher", "教职工", "教师"
    PARTY_MEMBER = "2", "party member", "党员干部", "党员"
    PARENT = "3", "another pupil's parent", "其他学生家长", "爱心妈妈"
    VOLUNTEER = "4", "volunteer", "志愿者"
    PUPIL = "5", "fellow pupil", "学生手拉手", "手拉手"
    UNIT = "6", "partner unit", "帮扶单位", "单位"


class PairingEnd(CodeList):
    """终止原因 of the pairing card."""

    CHANGED = "1", "another supporter takes over", "更换帮扶人"
    SUPPORTER_LEFT = "2", "the supporter left or moved", "帮扶人调离"
    CHILD_LEFT = "3", "the child left the school", "孩子离校"
    AIM_REACHED = "4", "the aim is reached", "帮扶目标达成"
    FAMILY_ASKED = "5", "the family asked for it", "家庭要求"
    EXPIRED = "6", "the agreed time is over", "期满"
    OTHER = "9", "other", "其他"


class Attendee(CodeList):
    """Who signs in at a gathering for or with a child."""

    CHILD = "1", "the child", "学生"
    GUARDIAN = "2", "guardian", "监护人"
    SUPPORTER = "3", "supporter", "帮扶人"


class ActivityKind(CodeList):
    """活动类型 (PRACTICES 1.6, 1.8, 1.11, 4.3)."""

    FORUM = "01", "forum of supporters, children and guardians", "座谈会"
    CLASS_MEETING = "02", "class meeting", "主题班会"
    PIONEERS = "03", "Young Pioneers", "少先队活动"
    ART = "04", "painting and calligraphy", "书画展"
    SPEECH = "05", "speeches", "演讲"
    SHOW = "06", "performance", "文艺演出"
    SPORT = "07", "sport", "体育活动"
    HOLIDAY = "08", "holiday gathering of a village group", "假期集中活动"
    TRAINING = "09", "guardians' meeting or training", "监护人会议培训"
    BIRTHDAY = "10", "birthday", "集体生日"
    OTHER = "99", "other", "其他"


class Homework(CodeList):
    """Homework as it was checked at a holiday gathering (PRACTICES 4.3)."""

    DONE = "1", "done", "已完成"
    PARTLY = "2", "partly done", "部分完成"
    NOT_DONE = "3", "not done", "未完成"
    NONE = "4", "none set", "没有作业"


class CallMode(CodeList):
    """方式 of the register of calls with parents."""

    PHONE = "1", "phone", "电话"
    VIDEO = "2", "video", "视频"
    MESSAGE = "3", "voice or text message", "语音或文字消息"
    LETTER = "4", "letter", "书信"


class CardState(CodeList):
    """Whether the people on a contact card can be reached."""

    RIGHT = "1", "everything is right", "全部有效"
    CHANGED = "2", "put right", "已更正"
    UNREACHED = "3", "somebody cannot be reached", "有人联系不上"


class Mood(CodeList):
    """心情标记 of diary and calls."""

    HAPPY = "1", "happy", "开心"
    CALM = "2", "calm", "平静"
    MISSING = "3", "missing somebody", "想念"
    SAD = "4", "sad", "难过"
    ANGRY = "5", "angry", "生气"
    AFRAID = "6", "afraid", "害怕"
    OTHER = "9", "other", "其他"


class Weather(CodeList):
    """天气 of the growth diary."""

    SUNNY = "1", "sunny", "晴"
    CLOUDY = "2", "cloudy", "多云"
    OVERCAST = "3", "overcast", "阴"
    RAIN = "4", "rain", "雨"
    SNOW = "5", "snow", "雪"


class SelfCareSkill(CodeList):
    """自理能力 of boarders (PRACTICES 1.5), ticked off one by one."""

    BED = "01", "makes the bed", "整理床铺"
    WASHES = "02", "washes and brushes teeth", "洗漱刷牙"
    CLOTHES = "03", "washes clothes", "洗衣物"
    BATHES = "04", "bathes", "洗澡洗头"
    MEALS = "05", "eats in time and enough", "按时吃饭不挑食"
    SLEEP = "06", "sleeps in time", "按时作息"
    BAG = "07", "packs the school bag", "整理书包用品"
    MONEY = "08", "keeps pocket money", "管理零花钱"
    SAFETY = "09", "knows the dangers of fire, water, power and roads", "防火防溺水用电交通安全"
    CALLS = "10", "can call for help", "会打电话求助"


class SnoozeReason(CodeList):
    """Why something that is due is put off for some days."""

    CHILD_AWAY = "1", "the child is away", "孩子请假或外出"
    STAFF_AWAY = "2", "I am away", "本人请假或出差"
    FAMILY_AWAY = "3", "nobody at home", "家里没人"
    WEATHER = "4", "weather or road", "天气道路原因"
    AGREED = "5", "another day is agreed", "已约定改期"
    OTHER = "9", "other", "其他"


class InterventionEnd(CodeList):
    """Why an intervention ends (MZ/T 094 个案工作: 结案)."""

    AIMS_REACHED = "1", "the aims are reached", "目标达成"
    TRANSFERRED = "2", "handed over to another school or service", "转介移交"
    REFUSED = "3", "the family declines further help", "家庭不再需要"
    CHILD_LEFT = "4", "the child left the school", "孩子离校"
    OTHER = "9", "other", "其他"
