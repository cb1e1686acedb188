"""Short texts of plans, goals and checks; none is about anybody. The words in braces are those of `kin`."""

from __future__ import annotations

from carekit.records.codes import CheckResult, Subject, WeakArea

#: What is weak in a subject, and what a plan says of it.
WEAK_IN: dict[Subject, tuple[WeakArea, ...]] = {
    Subject.CHINESE: (WeakArea.READING, WeakArea.WRITING, WeakArea.HABITS),
    Subject.MATHS: (WeakArea.ARITHMETIC, WeakArea.UNDERSTANDING, WeakArea.HABITS),
    Subject.ENGLISH: (WeakArea.BASICS, WeakArea.READING, WeakArea.INTEREST),
    Subject.SCIENCE: (WeakArea.UNDERSTANDING, WeakArea.INTEREST, WeakArea.BASICS),
}
INDIVIDUAL = (WeakArea.CONDUCT, WeakArea.PERSONALITY, WeakArea.RELATIONS, WeakArea.MIND, WeakArea.SELF_CARE, WeakArea.HABITS)
ASSESSMENTS: dict[Subject, tuple[str, ...]] = {
    Subject.CHINESE: ("识字量少，读一段要停几次，家里没有课外书。", "会说不会写，作文只有三四行。"),
    Subject.MATHS: ("表内乘法不熟，计算常出错，应用题读不懂。", "上课能听懂，回家没人看作业，错题不改。"),
    Subject.ENGLISH: ("单词记不住，不敢开口读。", "字母书写还不规范，上课跟不上。"),
    Subject.SCIENCE: ("对实验有兴趣，记录和表达弱。", "概念混淆，课后不复习。"),
}
#: What an individual plan says first, by what is weak most of all.
ASSESSMENTS_INDIVIDUAL: dict[WeakArea, tuple[str, ...]] = {
    WeakArea.CONDUCT: ("{carer}管不住，放学后常在外游荡，和同学冲突多。",),
    WeakArea.PERSONALITY: ("性格孤僻，课间一个人坐着，问话点头摇头。",),
    WeakArea.RELATIONS: ("班里没有要好的同学，分组时常被剩下。",),
    WeakArea.MIND: ("情绪起伏大，想念{away}时不愿上课。", "情绪起伏大，一点小事就哭，不愿上课。"),
    WeakArea.SELF_CARE: ("生活自理差，个人卫生要人提醒，影响同学交往。",),
    WeakArea.HABITS: ("丢三落四，作业常忘，要人一步一步提醒。",),
}
CONTENTS: dict[Subject, tuple[str, ...]] = {
    Subject.CHINESE: ("每天读一页课外书，每周写一段话。", "生字过关，看图说话到写话。"),
    Subject.MATHS: ("口算每天二十题，错题本每周一看。", "补二至三年级乘除法，再做简单应用题。"),
    Subject.ENGLISH: ("每次五个单词，听读各十分钟。", "从字母和课文跟读补起。"),
    Subject.SCIENCE: ("每周一个小实验，写三句话记录。", "整理每单元的概念卡片。"),
}
TIMES = ("每周二、四放学后半小时", "每周一、三午休后", "每周三下午社团时间", "每周五放学后四十分钟", "周一至周四早读前十五分钟")
PARTNERS, PARTNERS_OF_BOARDERS = ("班主任、照料人", "心理教师、班主任", "村儿童主任、照料人"), ("生活老师、照料人", "心理教师、生活老师")

GOALS: dict[WeakArea, tuple[tuple[str, str], ...]] = {
    WeakArea.BASICS: (("单元基础题正确八成以上", "每天五个词，隔天听写"), ("期末基础部分及格", "按单元补漏，周五小测")),
    WeakArea.READING: (("能流利读完一篇课文", "每天朗读十分钟，读给照料人听"), ("读完两本课外书并能复述", "图书角借书，每周讲一次")),
    WeakArea.WRITING: (("能写一段五句以上的话", "每周一篇，当面批改"), ("作文写满一页", "先说后写，用好词本")),
    WeakArea.ARITHMETIC: (("二十以内加减法、乘法口诀过关", "每天口算二十题"), ("两位数乘法正确九成", "错题本每周一看")),
    WeakArea.UNDERSTANDING: (("读懂一步应用题，会列式", "画图讲题，每天一题"), ("两步应用题正确七成", "同桌互讲，每周小结")),
    WeakArea.HABITS: (("作业每天按时交", "记作业本，照料人签字"), ("会自己检查，书写工整", "每周评一次")),
    WeakArea.INTEREST: (("每节课举手一次", "安排能答对的问题"), ("参加一次兴趣小组展示", "分小任务")),
    WeakArea.PERSONALITY: (("每天和两名同学说话", "安排小组任务和结对同学"), ("敢在班上发言", "每周一次展示机会")),
    WeakArea.CONDUCT: (("一个月不打架", "每天放学前说一件好事，冲突当天处理"), ("能主动道歉、守排队规则", "担任值日组长")),
    WeakArea.RELATIONS: (("有一名固定的伙伴", "手拉手结对，课间一起活动"), ("能在小组里合作完成任务", "每周小组活动")),
    WeakArea.MIND: (("情绪低落时会找老师说", "每周谈心一次，画情绪温度计"), ("每周和父母通话一次并能平静上课", "协助联系父母")),
    WeakArea.SELF_CARE: (("每天洗漱、按时换衣", "生活老师检查表"), ("会整理床铺和书包", "同寝互助，每周评比")),
    WeakArea.SAFETY: (("记住求助电话", "情景练习"), ("放学结伴、不到水边", "照料人签责任书")),
    WeakArea.OTHER: (("按约定完成", "每周看一次"), ("稳定下来", "每月看一次")),
}
_F = CheckResult
#: What a check or a phase found, by subject (None: an individual plan).
FINDINGS: dict[Subject | None, dict[CheckResult, tuple[str, ...]]] = {
    Subject.CHINESE: {
        _F.REACHED: ("朗读流利了，能复述大意。", "生字听写全对，能写五句话。"),
        _F.PARTLY: ("能读下来，写话还要提示。", "听写错三个，比上月少。"),
        _F.NOT_REACHED: ("两周没来辅导，原因是家里有事。", "课文还读不顺，要从拼音补起。"),
    },
    Subject.MATHS: {
        _F.REACHED: ("单元测验及格，作业全交。", "口算二十题错一题。"),
        _F.PARTLY: ("有进步，应用题还要提示。", "口算快了，进位还常忘。"),
        _F.NOT_REACHED: ("错题没有订正，照料人没有签字。", "两周没来辅导，原因是家里有事。"),
    },
    Subject.ENGLISH: {
        _F.REACHED: ("敢开口读课文，单词默写及格。",),
        _F.PARTLY: ("单词能认，默写错一半。",),
        _F.NOT_REACHED: ("字母还会写反，跟读没有坚持。",),
    },
    Subject.SCIENCE: {
        _F.REACHED: ("实验记录写得清楚，能说出道理。",),
        _F.PARTLY: ("实验会做，记录只有一句话。",),
        _F.NOT_REACHED: ("概念卡片没有整理，课后没有复习。",),
    },
    None: {
        _F.REACHED: ("这个月没有和同学冲突，还主动帮忙。", "能自己整理好，不用人提醒。"),
        _F.PARTLY: ("愿意说话了，发言还不多。", "要人提醒的次数比上月少。"),
        _F.NOT_REACHED: ("本月又有两次反复，情绪波动大。", "约好的事没有坚持下来。"),
    },
}
ADJUSTMENTS: dict[Subject | None, tuple[str, ...]] = {
    Subject.CHINESE: ("降低每次的量，增加次数。", "每天课前听写五个词。", "请{carer}晚上听孩子读一页。"),
    Subject.MATHS: ("降低每次的量，增加次数。", "改在午休后辅导。", "请{carer}晚上在错题本上签字。"),
    Subject.ENGLISH: ("降低每次的量，增加次数。", "每天跟读十分钟。"),
    Subject.SCIENCE: ("改在午休后辅导。", "每次只做一个小实验。"),
    None: ("请心理教师一起看一次。", "和{away}视频商量，由{carer}配合。", "把目标分小，一周一看。"),
}
CONCLUSIONS: dict[bool, tuple[str, ...]] = {
    True: (
        "期末及格，作业习惯稳定，转为一般关注。",
        "基本达到目标，下学期继续巩固。",
        "进步不大，换一种办法重新制定计划。",
        "目标达成，孩子自己提出想当学习帮手。",
    ),
    False: ("基本达到目标，转为一般关注，每月回访。", "有进步，下学期继续。", "进步不大，换一种办法重新制定计划。"),
}
