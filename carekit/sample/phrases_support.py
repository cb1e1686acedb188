"""Short texts of groups, pairings and difficulties; none is about anybody. The words in braces are those of `kin`."""

from __future__ import annotations

from carekit.records.codes import DifficultyKind, PairingEnd, PairingKind, SnoozeReason, SupportGroup

JOINED: dict[SupportGroup, tuple[str, ...]] = {
    SupportGroup.POOR: (
        "家里靠{one}一人务工，{carer}还要照顾病人，开支紧。", "低保家庭，和{sibling}两人上学。", "去年房屋受灾，借款修房未还清。", "{old}年老多病，家里缺劳动力。",
        "{away}工伤后收入不稳，村委会建议列入。", "家庭收入低，冬衣和文具有困难。",
    ),
    SupportGroup.LAGGING: (
        "上学期语文、数学均不及格。", "作业常不交，家里没人督促。", "基础薄弱，一直跟不上班里进度。", "上课注意力不集中，成绩下滑明显。", "阅读困难，写字慢，需要个别辅导。",
    ),
    SupportGroup.LEFT_BEHIND: ("{both}均外出务工，由{carer}照料。", "{one}外出务工，{carer}一人顾家，无暇管孩子学习。", "{away}外出两年以上，半年回来一次。", "家里人在外务工，平时见面少。"),
    SupportGroup.KEY: (
        "家庭困难且学习掉队，领导小组会议列为重点。", "{old}年迈多病，孩子话少，需要专人关心。", "近一年情绪不稳，班主任提请列为重点。", "{both}长年不归，联系少，列为重点帮扶。",
        "家里变故，老师和村委会共同提出。", "周末无人照看，需要结对。",
    ),
}  # fmt: skip
LEFT: dict[SupportGroup, tuple[str, ...]] = {
    SupportGroup.POOR: ("家庭收入稳定，已脱困", "家里有了稳定收入，自己提出退出", "年度核对后不再符合"),
    SupportGroup.LAGGING: ("期末各科合格", "作业习惯稳定，班主任建议退出", "连续两次月考达标"),
    SupportGroup.KEY: ("家里照料好转", "情况稳定，转为一般关注", "帮扶目标达成"),
}

PROMISES = ("每周一次", "每周两次", "每两周一次", "每月两次", "每月至少一次，周末电话")
DUTIES: dict[PairingKind, tuple[str, ...]] = {
    PairingKind.TEACHER: (
        "每周检查一次作业，每月谈心一次，批阅成长日记。", "放学后辅导半小时，每月和父母通一次电话。", "关心吃住，陪孩子给父母打电话，每学期家访一次。", "帮助补上薄弱学科，养成按时交作业的习惯。",
    ),
    PairingKind.PARTY_MEMBER: ("解决一两项实际困难，每月走访一次。", "每月到家看望一次，关心照料人身体，帮办手续。", "联系衣物书本，协助联系父母，定期谈心。"),
    PairingKind.PARENT: ("周末接到家里和自己孩子一起做作业、吃饭。", "当代理家长，带孩子赶集、理发、过生日。"),
    PairingKind.VOLUNTEER: ("每周视频陪读一次，寒暑假上门辅导。", "每月一次书信往来，带孩子参加图书角活动。"),
    PairingKind.UNIT: ("每学期看望两次，资助学习用品。", "联系单位职工捐书，节日慰问。"),
    PairingKind.PUPIL: ("一起做作业，互相听写。", "课间一起玩，结伴上下学。", "带着一起读课外书，有事帮忙告诉老师。", "值日、打饭互相照应。"),
}  # fmt: skip
HANDOVER = (
    "孩子慢热，先聊画画再聊学习；数学口算要接着练，{carer}的电话常占线，晚上七点后打。",
    "成长日记写到第三本，喜欢收到回信；和{away}约定周日晚上视频，请继续提醒。",
    "作业习惯好转，语文阅读还弱；冬天手脚易冻，注意保暖。",
    "{old}耳背，家访要当面说；孩子怕别人提起{away}，请先熟悉再问。",
    "在校吃饭正常，周末在家常吃泡面，已和{carer}说过，请回访。",
    "已借给《新华字典》一本，期末收回；每周三下午辅导，孩子会在图书角等。",
)
ENDED: dict[PairingEnd, str] = {
    PairingEnd.CHANGED: "更换帮扶人",
    PairingEnd.SUPPORTER_LEFT: "帮扶人调离",
    PairingEnd.CHILD_LEFT: "孩子转学",
    PairingEnd.AIM_REACHED: "帮扶目标达成",
    PairingEnd.FAMILY_ASKED: "家长提出",
    PairingEnd.EXPIRED: "结对到期",
}

#: What is wrong, what was done, what is asked of the branch, what the branch decided, and how it ended.
DIFFICULTIES: dict[DifficultyKind, tuple[tuple[str, str, str, str, str], ...]] = {
    DifficultyKind.STUDY: (
        ("家里没有书桌，每天趴在床边写作业。", "先借给折叠桌，联系村委会找旧课桌。", "学校有闲置课桌，请支部同意借用一套。", "同意借用课桌椅一套，由总务处送到家。", "课桌椅已送到家，{carer}签收。"),
        ("没有课外书，字典也是破的。", "从图书角借给三本，字典正在找。", "请支部从党费中购买字典和课外书。", "同意从党员爱心基金购买。", "字典和五本课外书已交到孩子手上。"),
    ),
    DifficultyKind.LIVING: (
        ("冬天只有一件薄外套，鞋子也小了。", "联系爱心衣橱，量好尺寸。", "需要冬衣和棉鞋，请支部协调帮扶单位。", "由供销社党员认领，一周内送到。", "棉衣、棉鞋已送到，孩子当天就穿上了。"),
        ("住校被褥薄，夜里冻醒。", "先借宿舍备用被子一床。", "宿舍还有六名孩子被褥薄，请统一解决。", "纳入冬季送温暖，统一购置。", "新棉被已发，生活老师每晚查铺。"),
    ),
    DifficultyKind.HEALTH: (
        ("看不清黑板，家里说没钱配眼镜。", "座位调到前排，联系卫生院验光。", "配镜费用家里负担不起，请帮助解决。", "联系眼镜店减免，余款由爱心基金付。", "眼镜已配好，回访说看得清楚了。"),
        ("牙痛反复，照料人不会挂号。", "帮助预约乡镇卫生院。", "需要到县医院治疗，请派人陪同。", "由帮扶单位派车，校医陪同。", "已治疗两次，不再疼痛，{carer}知道复诊时间。"),
    ),
    DifficultyKind.CARE: (
        ("{old}住院，家里只剩孩子一人过夜。", "和亲戚联系，暂住亲戚家。", "亲戚下月外出，请支部协调寄宿。", "同意安排住校，周末由代理家长接。", "已住校，周末有人接，{away}电话里表示感谢。"),
        ("{old}不会用手机，{away}联系不上孩子。", "教会{old}接视频，号码写在墙上。", "请村委会帮助申请老人手机。", "由村儿童主任协助办理。", "手机已领，每周日能和{away}视频。"),
        ("{carer}早出晚归，放学后孩子没人管。", "和{carer}约定放学后留在图书角写作业。", "请支部安排党员轮流陪到六点。", "同意，由三名党员轮值。", "放学后有人陪，{carer}六点来接。"),
    ),
    DifficultyKind.MONEY: (
        ("拖欠校车费和餐费两个月。", "告知家里，申请分期。", "家庭确有困难，请减免本学期餐费。", "同意减免，补充营养餐补助。", "餐费已减免，家里补交了校车费。"),
        ("寄宿生活补助没有批下来。", "查到缺户口簿复印件，帮助补齐。", "补助名单已截止，请向中心校说明。", "中心校同意补录。", "补助已到卡，家里确认收到。"),
    ),
    DifficultyKind.SAFETY: (
        ("上学要过一段没有护栏的水渠。", "安排同村高年级学生结伴同行。", "请向镇政府反映加装护栏。", "已书面报镇政府，汛期前派人值守。", "护栏已装好，老师现场看过。"),
        ("放学一个人走四公里山路，天黑才到家。", "和邻居约好同路，高年级学生护送。", "请协调校车增加一个站点。", "校车公司同意增加站点。", "校车已停靠，十五分钟到家。"),
    ),
    DifficultyKind.HOUSING: (
        ("卧室漏雨，书本受潮。", "先用塑料布遮挡，书本放学校。", "请支部报住建所，列入危房修缮。", "镇上已派人查看，列入六月修缮。", "屋顶已翻修，孩子有了干燥的房间。"),
    ),
    DifficultyKind.MIND: (
        ("半年没有和{away}说过话，常常一个人哭。", "请{carer}留言，约定周末视频。", "{away}换了号码联系不上，请派出所协助。", "由德育主任联系务工地老乡。", "已联系上，{away}答应每周打电话。"),
        ("夜里常惊醒，上课没有精神。", "和{carer}约定睡前不看手机，开一盏小灯。", "请安排心理教师每周见一次。", "同意，由心理教师每周三见面。", "睡眠好转，上课能坚持听讲。"),
    ),
}  # fmt: skip
SNOOZED: dict[SnoozeReason, tuple[str, ...]] = {
    SnoozeReason.CHILD_AWAY: ("孩子请假，下周一返校。",),
    SnoozeReason.STAFF_AWAY: ("我外出培训两天。",),
    SnoozeReason.FAMILY_AWAY: ("{carer}说周末才在家。",),
    SnoozeReason.WEATHER: ("山路塌方，通车后再去。",),
    SnoozeReason.AGREED: ("和家里约在下周三。",),
    SnoozeReason.OTHER: ("等这周的单元考完再谈。",),
}
