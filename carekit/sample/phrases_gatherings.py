"""The activities of two school years as the school planned them, and the short texts of who came; none is about anybody. Words in braces are those of `kin`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carekit.records.codes import ActivityKind, Homework


@dataclass(frozen=True, slots=True)
class Planned:
    """An activity of the school: of which grades the children are asked (all when empty), what share of them, at most how many."""

    kind: ActivityKind
    title: str
    held_on: date
    organiser: str
    content: str
    effect: str | None = None
    grades: tuple[int, ...] = ()
    share: float = 1.0
    most: int = 60
    hours: str = "下午3点"
    place: str = "学校操场"
    cancelled: str | None = None


_K = ActivityKind
PLANNED: tuple[Planned, ...] = (
    Planned(_K.FORUM, "春季学期帮扶座谈会", date(2025, 3, 21), "moral", "通报帮扶安排，听取监护人意见。", "收集意见九条，已逐条答复。", share=0.3, most=18, place="多功能教室"),
    Planned(_K.PIONEERS, "庆六一少先队联欢", date(2025, 5, 30), "supporter-2", "游园、拔河、集体生日。", "气氛热烈。", share=0.5, most=40),
    Planned(_K.FORUM, "秋季学期帮扶人、孩子、监护人座谈会", date(2025, 9, 26), "moral", "见面认识，签订帮扶责任书，说明每月谈心和成长日记要求。", "到会监护人均签字，约定联系时间。", share=0.4, most=40, place="多功能教室"),
    Planned(_K.ART, "“我的家”书画展", date(2025, 10, 24), "subject-2", "画一画家里的人和远方的工地。", "展出作品八十六幅，照片寄给父母。", share=0.3, most=40, place="一楼走廊"),
    Planned(_K.SPORT, "秋季趣味运动会", date(2025, 11, 14), "subject-3", "跳绳、滚铁环、接力。", "每个孩子至少参加一项。", grades=(3, 4), share=0.6),
    Planned(_K.TRAINING, "监护人冬季安全培训", date(2025, 12, 12), "deputy", "用火用电、防煤气中毒、手机使用。", "发放联系卡，现场演练灭火器。", share=0.3, most=30, place="多功能教室"),
    Planned(_K.BIRTHDAY, "十二月集体生日", date(2025, 12, 26), "counsellor", "吃长寿面，给父母录一段视频。", "视频已发到家长群。", share=0.2, most=24, place="食堂"),
    Planned(_K.FORUM, "期末帮扶小结会", date(2026, 1, 23), "head", "表扬进步，布置假期村组集中活动。", "各村民组确定了联系人。", share=0.25, most=30, place="多功能教室"),
    Planned(_K.PIONEERS, "学雷锋：给爸爸妈妈写一封信", date(2026, 3, 5), "supporter-2", "写信、贴邮票、投进邮筒。", "寄出信件，四月起陆续收到回信。", grades=(3, 4, 5)),
    Planned(_K.FORUM, "春季学期帮扶座谈会", date(2026, 3, 27), "moral", "交流结对情况，孩子说心愿，监护人提建议。", "登记心愿二十六个，已认领十九个。", share=0.4, most=45, place="多功能教室"),
    Planned(_K.PIONEERS, "清明祭扫与春游", date(2026, 4, 3), "supporter-2", "祭扫烈士墓，沿河步行，讲安全。", "全员安全返校。", grades=(6,), place="样例镇烈士陵园"),
    Planned(_K.SPEECH, "“我想对你说”演讲比赛", date(2026, 4, 17), "subject-1", "讲给远方的父母听。", "十二人获奖，录音已转给家长。", grades=(4, 5, 6), share=0.3, place="多功能教室"),
    Planned(_K.ART, "春天的田野书画展", date(2026, 4, 24), "subject-2", "到校外菜地写生。", "作品贴在班级门口。", grades=(1, 2), share=0.8, place="学校菜地"),
    Planned(_K.OTHER, "情感教育课：体谅父母", date(2026, 5, 7), "counsellor", "看父母工作的照片，说一件他们做的事。", "多数孩子愿意开口，三名孩子课后单独聊了。", grades=(1, 2), share=0.7, place="心理辅导室"),
    Planned(_K.SPORT, "阳光跳绳赛", date(2026, 5, 13), "subject-3", "班级跳长绳。", None, grades=(5, 6), share=0.5, cancelled="当天暴雨，改在体育课分班进行"),
    Planned(_K.PIONEERS, "庆六一游园与集体生日", date(2026, 6, 1), "supporter-2", "游园、文艺表演、集体生日。"),
    Planned(_K.SHOW, "“家书”文艺演出", date(2026, 6, 5), "moral", "朗诵、合唱、情景剧，邀请监护人观看。", place="多功能教室"),
    Planned(_K.TRAINING, "监护人防溺水培训", date(2026, 6, 12), "deputy", "暑期防溺水六不、联系人网格。", place="多功能教室"),
    Planned(_K.FORUM, "期末帮扶座谈会", date(2026, 7, 3), "head", "小结结对，布置暑期村组集中活动。", place="多功能教室"),
)  # fmt: skip
CLASS_MEETINGS = (
    ("我会照顾自己", "比一比叠被子、理书包，说说放学后怎么安排。", "大多数孩子能自己列出放学后的安排。"),
    ("防溺水主题班会", "看视频，背“六不”，和家长一起签名。", "全班签名，回执收齐。"),
    ("同桌，你好", "说出同桌的三个优点，学会道歉。", "两对闹别扭的同桌和好了。"),
    ("远方的爸爸妈妈", "讲父母工作的故事，写一句话。", "写的话贴在了心愿墙上。"),
    ("我的时间表", "学习安排周末时间，少看手机。", "每人一张时间表带回家。"),
    ("生病了怎么办", "认识药品，学打求助电话。", "每个孩子记住了两个电话。"),
)
HOLIDAYS = (
    ("村组集中：作业与安全", "检查作业，讲烟花爆竹安全。", "作业本带齐，个别孩子当场补写。"),
    ("村组集中：读书会", "每人读一段，互相提问。", "借出图书十余本。"),
    ("村组集中：写春联", "老党员带着写春联。", "每家带回一副春联。"),
    ("村组集中：作业辅导", "分年级做作业，大帮小。", "数学口算过关的孩子多了。"),
    ("村组集中：视频连线", "和在外父母视频，说新年愿望。", "多数父母接通，老人很高兴。"),
    ("村组集中：体育游戏", "跳绳、踢毽，讲防火。", "孩子们玩得开心，准时回家。"),
    ("村组集中：开学准备", "检查作业，整理书包，看作息。", "作业基本完成，提醒早睡。"),
)
ABSENT = ("随家人走亲戚", "生病请假", "当天去镇上看牙", "家里有事", "忘记时间")
ABSENT_IN_HOLIDAYS = (*ABSENT, "去了{away}务工的地方")
HOMEWORK_NOTES: dict[Homework, tuple[str, ...]] = {
    Homework.DONE: ("字写得认真。", "全部做完，当场表扬。"),
    Homework.PARTLY: ("数学还差两页，约好下次带来。", "日记缺三篇。", "口算错得多，当场订正。"),
    Homework.NOT_DONE: ("作业本忘在亲戚家，下次带来。", "还没有动笔，安排同组大孩子带着做。"),
    Homework.NONE: ("低年级没有书面作业，看了口算卡。",),
}
