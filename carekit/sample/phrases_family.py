"""Short texts of homecomings, contact cards, hand-overs and interventions; none is about anybody. The words in braces are those of `kin`."""

from __future__ import annotations

from carekit.records.codes import CardState, InterventionEnd

#: `{parent}` came home for `{feast}`.
HOMECOMINGS = (
    "{feast}在家，{parent}到校见了班主任。", "{feast}回来，给孩子买了衣服和书包。", "{feast}陪孩子写完了作业才走。", "{feast}在家几天，{carer}说孩子天天跟着{parent}。", "{feast}回来修了房子，又出去了。",
)  # fmt: skip
STAYS = ("在县城找到工作，不再外出。", "回家种养，自己带孩子。", "身体不好，回家休养，不再外出。")
CARD_NOTES: dict[CardState, tuple[str, ...]] = {
    CardState.RIGHT: ("逐个拨打，都能接通。", "家长会上当面核对。"),
    CardState.CHANGED: ("{away}换了号码，已改。", "{carer}的电话少写一位，已改。", "务工地点变了，已在外出登记中更正。"),
    CardState.UNREACHED: ("{away}的电话停机，{carer}也没有新号码。", "{carer}的电话打了三次没人接。"),
}

#: The concern, the aims, what is done, and what came of it.
INTERVENTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("连续几周不愿上学，早上说肚子疼。", "每天按时到校，能说出害怕的事。", "每天早上在校门口接，每周和心理教师见一次，和{carer}约定早睡。", "两个月按时到校，敢和同学一起做操，{carer}说早上不再哭闹。"),
    ("放学后不回家，和校外青年在一起。", "放学直接回家或留校，不与校外人员来往。", "班主任和党员轮流送到家，联系派出所社区民警，安排图书角任务。", "一学期没有再与校外人员来往，放学后在图书角值日。"),
    ("{carer}动手打孩子，孩子身上有淤青，孩子害怕回家。", "不再打骂，家里知道怎样管教。", "已按规定报告，村儿童主任每周上门，请{carer}参加监护人培训。", "三个月没有再发生，{carer}参加了两次培训，孩子愿意回家。"),
    ("想念{away}，上课常哭，写“没人要我”。", "每周和{away}通话，情绪平稳上课。", "约定周日视频，心理教师每周见一次，同桌陪伴。", "每周通话已成习惯，三次测查情绪平稳。"),
    ("沉迷手机，夜里玩到很晚，上课睡觉。", "晚上九点前交手机，上课不睡。", "和{carer}签约定，班主任每周看记录，参加篮球组。", "连续六周按约定交手机，作业按时。"),
    ("多次拿同学的东西，被发现后撒谎。", "不再拿别人的东西，会开口求助。", "弄清缺什么，由爱心橱补上；每周谈一次，不当众批评。", "一学期没有再发生，缺文具会来找老师。"),
)  # fmt: skip
ENDED: dict[InterventionEnd, str] = {
    InterventionEnd.AIMS_REACHED: "目标达成，孩子和家里都同意结案，三个月后回访。",
    InterventionEnd.TRANSFERRED: "已转介县未成年人保护工作站，对方已接收。",
    InterventionEnd.CHILD_LEFT: "孩子转学，情况已当面告知转入学校。",
}
SENT_BACK = "还没有听取孩子本人的意见，请补上后再报。"
REOPENED = "停了一个月后又出现同样的情况。"
#: A closing of the register that was proposed too early.
TOO_EARLY = "返乡未满三个月，请到期核实后再报。"
PARENT_IS_BACK = "{parent}已返乡并自己照料，班主任上门看过。"
