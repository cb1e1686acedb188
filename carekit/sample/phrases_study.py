"""Short texts of plans, goals and checks; none is about anybody."""

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
ASSESSMENTS_INDIVIDUAL = (
    "父母长年在外，照料人管不住，放学后常在外游荡，和同学冲突多。", "性格孤僻，课间一个人坐着，问话点头摇头。", "情绪起伏大，想念父母时不愿上课。", "生活自理差，个人卫生要人提醒，影响同学交往。",
)  # fmt: skip
CONTENTS: dict[Subject, tuple[str, ...]] = {
    Subject.CHINESE: ("每天读一页课外书，每周写一段话。", "生字过关，看图说话到写话。"),
    Subject.MATHS: ("口算每天二十题，错题本每周一看。", "补二至三年级乘除法，再做简单应用题。"),
    Subject.ENGLISH: ("每次五个单词，听读各十分钟。", "从字母和课文跟读补起。"),
    Subject.SCIENCE: ("每周一个小实验，写三句话记录。", "整理每单元的概念卡片。"),
}
TIMES = ("每周二、四放学后半小时", "每周一、三午休后", "每周三下午社团时间", "每周五放学后四十分钟", "周一至周四早读前十五分钟")
PARTNERS = ("班主任、照料人", "照料人、生活老师", "心理教师、班主任", "村儿童主任、照料人")

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
FINDINGS: dict[CheckResult, tuple[str, ...]] = {
    CheckResult.REACHED: ("单元测验及格，作业全交。", "朗读流利了，能复述大意。", "口算二十题错一题。", "这个月没有和同学冲突，还主动帮忙。"),
    CheckResult.PARTLY: ("有进步，应用题还要提示。", "单词能认，默写错一半。", "作业补交两次，比上月少。", "愿意说话了，发言还不多。"),
    CheckResult.NOT_REACHED: ("两周没来辅导，原因是要回家带弟弟。", "错题没有订正，照料人没有签字。", "本月又有两次冲突，情绪波动大。"),
}  # fmt: skip
ADJUSTMENTS = (
    "降低每次的量，增加次数。",
    "请学习帮手每天听写。",
    "改在午休后辅导。",
    "和父母视频商量，由照料人晚上签字。",
    "请心理教师一起看一次。",
)
CONCLUSIONS = (
    "期末及格，作业习惯稳定，转为一般关注。", "基本达到目标，下学期继续巩固阅读。", "进步不大，换一种办法重新制定计划。", "目标达成，孩子自己提出想当学习帮手。",
)  # fmt: skip
