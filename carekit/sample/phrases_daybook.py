"""Short texts of calls, diaries, journals, feedback, illness and boarding; none is about anybody. The words in braces are those of `kin`."""

from __future__ import annotations

from dataclasses import dataclass

from carekit.records.codes import CallMode, Mood, Weather

_SEEN, _HEARD, _ANY = (CallMode.VIDEO,), (CallMode.VIDEO, CallMode.PHONE), tuple(CallMode)
#: What was said in a call, by the child's mood, with the ways of calling in which it can be; `{caller}` is the parent on the line.
CALLS: dict[Mood, tuple[tuple[str, tuple[CallMode, ...]], ...]] = {
    Mood.HAPPY: (
        ("{caller}夸孩子字写得好，答应寄一盒彩笔。", _ANY), ("{caller}看了新发的奖状，两人笑了很久。", _SEEN), ("{caller}说放暑假接去住一个月，孩子很高兴。", _ANY),
        ("{caller}旁边的工友也来打招呼，笑声不断。", _HEARD), ("孩子给{caller}背了新学的古诗。", _HEARD), ("{sibling}也来抢着说话，笑声不断。", _HEARD),
    ),
    Mood.CALM: (
        ("{caller}问了作业和吃饭，提醒听{carer}的话。", _ANY), ("说了家里的猪和菜地，情况都好。", _HEARD), ("{caller}提醒天热喝水，不下河洗澡。", _ANY), ("{caller}刚下班，说伙食还行。", _HEARD),
        ("和{caller}聊了期中考试，约定数学再加把劲。", _HEARD), ("确认了家长会由{carer}参加。", _ANY),
    ),
    Mood.MISSING: (
        ("挂电话前问了三遍{caller}什么时候回来。", _HEARD), ("看到{caller}就红了眼圈。", _SEEN), ("孩子说话少，一直看着屏幕不肯挂。", _SEEN), ("孩子给{caller}写：我每天都想你。", (CallMode.MESSAGE, CallMode.LETTER)),
    ),
    Mood.SAD: (("{caller}说放假回不来，孩子低头不说话。", _ANY), ("{caller}在加班，只说了两句，孩子有些失落。", _ANY)),
}  # fmt: skip
CALL_FAILED: dict[CallMode, tuple[str, ...]] = {
    CallMode.VIDEO: ("视频无人接听", "对方正在上班，约好晚上再打", "信号不好，说了两句就断了", "孩子当天请假"),
    CallMode.PHONE: ("电话无人接听", "对方正在上班，约好晚上再打", "号码停机，已问照料人要新号码", "孩子当天请假"),
    CallMode.MESSAGE: ("留言两天没有回复", "孩子当天请假"),
    CallMode.LETTER: ("信件退回，地址已变",),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a child wrote, with answers that take it up, the weather that it speaks of, and the months in which it can be."""

    title: str
    body: str
    answers: tuple[str, ...] = ()
    weather: Weather | None = None
    months: tuple[int, ...] = ()


_WINTER, _SUMMER = (11, 12, 1, 2), (5, 6, 9)
DIARIES: dict[Mood, tuple[Page, ...]] = {
    Mood.HAPPY: (
        Page("跳绳比赛", "今天跳绳我跳了一百二十个，全班第三。老师给我一个本子，我舍不得用。"),
        Page("{away}的电话", "{away}打电话说买了票，还有二十三天就回来。我在日历上画了一个圈。", ("老师也替你数着日子。",), months=(12, 1, 6)),
        Page("我会炒鸡蛋了", "{carer}腿疼，我炒了一盘鸡蛋，有点咸，{carer}说好吃。", ("真能干！用火的时候要有大人在旁边。",)),
        Page("春游", "我们去了水库边的公园，我和同桌分着吃饼干，还看见了白鹭。", weather=Weather.SUNNY, months=(3, 4, 5)),
        Page("小狗", "家里的小狗生了三只小狗，眼睛还没有睁开，我给它们铺了稻草。"),
        Page("书里的朋友", "老师借给我一本书，里面的小女孩也是跟{old}住，她很勇敢。", ("你也很勇敢。看完了再来换一本。",)),
        Page("两个人的晚饭", "{sibling}洗菜，我烧火，我们做好了饭等{carer}回来。", ("你们俩真会照顾人，注意用火安全。",)),
    ),
    Mood.CALM: (
        Page("下雨天", "下了一天雨，操场上都是水。放学{carer}拿着大伞来接我。", weather=Weather.RAIN),
        Page("星期天", "上午写作业，下午帮{carer}剥玉米，晚上看了一会儿电视。", ("会做家务的孩子最了不起。",)),
        Page("我的座位", "换了新座位，离黑板近了，看得清楚。新同桌不太说话，我也不太说话。", ("明天试着先打个招呼。",)),
        Page("种菜", "我们在学校的菜地种了豌豆，每个组一行，我们组的先发芽。", months=(3, 4, 10, 11)),
        Page("月考", "月考数学我把单位写错了，扣了两分。下次要检查。", ("检查的习惯养成了，分数会自己来。",)),
        Page("赶集", "跟{carer}去赶集，买了一双鞋，我自己挑的蓝色。"),
    ),
    Mood.MISSING: (
        Page("想{away}", "今天吃饺子，我想起{away}包的饺子。我给{away}留了一个在心里。"),
        Page("月亮", "晚上月亮很圆，不知道{away}那里能不能看见。", weather=Weather.SUNNY),
        Page("{away}买的毛衣", "天冷了，我穿了{away}买的毛衣，袖子短了一点。", months=_WINTER),
        Page("照片", "我把全家的照片夹在书里，写作业的时候看一下。"),
    ),
    Mood.SAD: (
        Page("吵架", "今天和好朋友吵架了，说好再也不一起玩了。我一个人走回家。", ("好朋友也会吵架，明天试着先说一句话。",)),
        Page("{old}病了", "{old}咳嗽了一个晚上，我给{old}倒了水，可是我不知道还能做什么。", ("你做得很好了，照顾大人本来就不容易，明天我去看看。",)),
        Page("没有来", "{away}说放假回来，后来又说票买不到。我没有哭。", ("想哭的时候可以哭，老师陪着你。",)),
    ),
    Mood.AFRAID: (
        Page("停电", "晚上停电了，外面打雷，我和{carer}点了一根蜡烛，我一直拉着{carer}的手。", ("你们互相拉着手，真勇敢。手电筒我给你带来了。",), Weather.RAIN),
    ),
    Mood.ANGRY: (Page("不公平", "有人拿了我的尺子还说是自己的，我很生气，我告诉了老师。", ("生气也没有动手，告诉老师是对的。",)),),
}  # fmt: skip
ANSWERS: dict[Mood, tuple[str, ...]] = {
    Mood.HAPPY: ("看到你这么高兴，老师也跟着高兴。", "真能干！下次讲给大家听吧。", "你的努力大家都看见了。"),
    Mood.CALM: ("写得很具体，我好像也去了一趟。", "谢谢你讲给我听。"),
    Mood.MISSING: ("想念也是一种爱。周日我们一起给{away}打电话，好吗？", "把这一页念给{away}听吧，{away}一定很想知道。", "老师陪你一起等。"),
    Mood.SAD: ("难过的时候可以来找我，我们一起走走。",),
    Mood.AFRAID: ("害怕的时候可以说出来，老师在。",),
    Mood.ANGRY: ("生气的时候先数到十，再来告诉我。",),
}  # fmt: skip

JOURNALS = (
    Page("", "这个星期我最高兴的事是科学课做了小灯泡，我接的灯亮了。", ("老师为你高兴！",)),
    Page("", "这周我们学了一首新歌，我回家唱给{carer}听。", ("下次也唱给老师听。",)),
    Page("", "星期三我当了值日组长，把窗台也擦了。", ("窗台真亮，谢谢组长！",)),
    Page("", "这周作业有点多，星期四写到很晚。", ("知道了，太晚就先睡，第二天告诉老师。",)),
    Page("", "我学会了骑自行车，摔了两次，膝盖破了一点皮。", ("勇敢！未满十二岁不上马路骑车。",)),
    Page("", "这个星期下了三天雨，体育课改成了自习，我们都有点失望。", ("天晴了我们补上。",)),
    Page("", "我读完了《草房子》的第一章，我最喜欢写油麻地的那段。", ("读得真认真，下周讲给大家听。",)),
    Page(
        "",
        "星期天帮{carer}摘了一篮子豆角，手上都是绿色。",
        ("观察很仔细，“都是绿色”这句写得好。", "能体谅大人，真懂事。"),
        months=(5, 6, 9, 10),
    ),
    Page("", "数学考了八十一分，比上次多六分，我把卷子给{carer}看了。", ("进步真大，继续坚持。",)),
    Page("", "我和同桌和好了，我们说以后有话好好说。", ("老师为你们高兴！",)),
    Page("", "{away}寄来一个包裹，里面有两本书和一件外套。", ("看完书写几句告诉{away}吧。",)),
    Page("", "我想参加朗读比赛，但是有点怕站在台上。", ("勇敢报名，老师陪你练。",)),
)
JOURNALS_TO_TALK_OVER = (
    Page("", "这个星期我不想上学，早上肚子疼，到了学校又不疼了。"),
    Page("", "晚上{carer}出去干活，我一个人在家，听见响声就睡不着。"),
    Page("", "有个六年级的同学总是拦着我要东西，我不敢走那条路。"),
    Page("", "{both}在电话里吵架，我听见了，我没有告诉{carer}。"),
)
REPLIES = ("写得真实，继续坚持。", "字越来越工整了。", "有进步，注意标点。")
REPLIES_TO_TALK_OVER = ("谢谢你告诉老师，明天中午到办公室来，我们慢慢说。", "老师知道了，这件事我来帮你。")

#: What a guardian was told, with the months in which it can be.
FEEDBACKS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("最近上课能主动举手，作业基本按时，请多表扬。", ()), ("数学进步，语文阅读要每天读二十分钟。", ()), ("在校吃饭好，午休能睡着，体重正常。", ()), ("上周有两次作业没交，请晚上看一下作业本。", ()),
    ("和同学相处好，爱帮忙，被评为文明小标兵。", ()), ("近来话少，请多和孩子说话，{away}每周至少视频一次。", ()), ("天气热，请提醒不到水边玩，放学直接回家。", _SUMMER), ("期中三科都及格，比摸底进步明显。", (11, 12, 5)),
)  # fmt: skip
FEEDBACK_ANSWERS = (
    "谢谢老师，一定配合。",
    "晚上会看着写作业。",
    "白天忙，管得少，请老师多费心。",
    "会转告孩子{away}。",
    "想请老师周末多布置一点。",
)
FEEDBACK_FAILED: dict[CallMode, tuple[str, ...]] = {
    CallMode.PHONE: ("电话三次无人接听", "号码已换，待核实"),
    CallMode.VIDEO: ("视频无人接听", "信号不好，没有接通"),
    CallMode.MESSAGE: ("留言没有回复",),
    CallMode.LETTER: ("信件退回，地址待核实",),
}

#: Complaint, treatment, doctor where one was seen, days until well, whether the treatment says that the family was told.
ILLNESSES: tuple[tuple[str, str, str | None, int, bool], ...] = (
    ("发热38.5℃", "物理降温，通知家人接回，服退热药。", "样例镇卫生院", 3, True),
    ("感冒咳嗽", "多喝热水，卧床休息，按时量体温。", None, 4, False),
    ("腹痛呕吐", "校医查看，喂温水，家人接走就诊。", "样例镇卫生院", 2, True),
    ("体育课摔伤膝盖", "碘伏消毒，包扎，当天留校观察。", None, 1, False),
    ("流鼻血", "压迫止血，冷敷，休息后上课。", None, 1, False),
    ("牙痛", "止痛后由照料人带去看牙。", "样例县人民医院", 2, True),
    ("手足口病疑似", "隔离观察，通知家人，班级消毒。", "样例县疾控指定门诊", 12, True),
    ("水痘", "家人接回居家隔离，作业由同学带回。", "样例县人民医院", 14, True),
    ("手腕扭伤", "冰敷固定，送医拍片，未骨折。", "样例镇卫生院", 6, False),
    ("皮疹瘙痒", "校医外用药膏，观察一天。", None, 3, False),
)
MEALS = ("饭量正常，不挑食", "不爱吃蔬菜，正在改", "早餐吃得少，已提醒", "吃饭快，提醒细嚼慢咽", "胃口好，常添饭")
BOARDINGS = (
    "能按时熄灯，被子叠得整齐。",
    "想家时会哭，生活老师陪着说话。",
    "和室友相处好，互相提醒洗漱。",
    "夜里踢被子，已告诉生活老师查铺。",
    "衣服能自己洗，晾晒要帮一下。",
    "周末由{carer}来接，周日下午返校。",
)
