"""The apps as pages: their titles, who uses them, their fixed words, and the links between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from carekit.language import Label, Language
from carekit.records.codes import Role

#: The name of each language in itself, for the switch.
LANGUAGE_NAMES = {Language.ZH_HANS: "简体", Language.ZH_HANT: "繁體", Language.EN: "English"}


@dataclass(frozen=True, slots=True)
class Page:
    """One app: the name of its notebook, its title, what one does there, and the roles whose work it is."""

    name: str
    title: Label
    purpose: Label
    roles: frozenset[Role]


PAGES = (
    Page(
        "intake",
        Label("Files and import", "建档与导入"),
        Label("Make a file for a child, or import the school's roster.", "给孩子建档，或导入全校花名册。"),
        frozenset({Role.REGISTRAR, Role.CLASS_TEACHER, Role.LEADER}),
    ),
    Page(
        "due",
        Label("To do", "待办"),
        Label(
            "What is due and overdue, done or put off in place; for leaders by person and class.",
            "到期和逾期的事，当场办理或暂缓；领导看各人各班办得怎样。",
        ),
        frozenset({Role.REGISTRAR, Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.SUPPORTER, Role.COUNSELLOR, Role.LEADER}),
    ),
    Page(
        "case_history",
        Label("One child", "个案"),
        Label("Find a child; contact card and everything that happened, in one line.", "查找孩子，看联系卡和全部经过。"),
        frozenset({Role.REGISTRAR, Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.SUPPORTER, Role.COUNSELLOR, Role.LEADER}),
    ),
    Page(
        "talks",
        Label("Talks", "谈心"),
        Label("See whose talk is due this month and write it down.", "看本月还有谁没谈，记下谈心。"),
        frozenset({Role.CLASS_TEACHER, Role.COUNSELLOR}),
    ),
    Page(
        "contacts",
        Label("Daily records", "日常记录"),
        Label("Write down calls, visits, journals and activities in a minute.", "随手记下通话、家访、周记和活动。"),
        frozenset({Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.SUPPORTER, Role.COUNSELLOR, Role.LEADER, Role.REGISTRAR}),
    ),
    Page(
        "families",
        Label("Families and care", "家庭与照护"),
        Label(
            "Who cares for each child: entrust care in writing, check contact cards, note homecomings.",
            "看每个孩子由谁照料，办委托照护，核对联系卡，登记父母返家。",
        ),
        frozenset({Role.REGISTRAR, Role.CLASS_TEACHER, Role.LEADER, Role.COUNSELLOR}),
    ),
    Page(
        "pairing",
        Label("Groups and pairings", "结对帮扶"),
        Label("See who helps which child, pair, change and hand over.", "看谁帮扶哪个孩子，办理结对、换人和离岗交接。"),
        frozenset({Role.REGISTRAR, Role.LEADER, Role.CLASS_TEACHER, Role.SUPPORTER, Role.SUBJECT_TEACHER, Role.COUNSELLOR}),
    ),
    Page(
        "plans",
        Label("Plans", "帮扶计划"),
        Label(
            "Write tutoring and individual plans, record checks and scores, see progress.",
            "制定学习辅导和个别教育计划，记检查和成绩，看进步。",
        ),
        frozenset({Role.SUBJECT_TEACHER, Role.CLASS_TEACHER, Role.SUPPORTER, Role.COUNSELLOR, Role.LEADER}),
    ),
    Page(
        "difficulties",
        Label("Difficulties", "实际困难"),
        Label(
            "Real difficulties from being seen to having an outcome, and the board of the leading group.",
            "登记孩子的实际困难，上报、研究、办结，领导小组看台账。",
        ),
        frozenset({Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.SUPPORTER, Role.COUNSELLOR, Role.LEADER}),
    ),
    Page(
        "cases",
        Label("Moves and closing", "学籍变动与结案"),
        Label(
            "Another class, leaving and coming back; take off the register, interventions, approve and reopen.",
            "办调班、离校、返校，销号和个案结案，审批、退回、恢复。",
        ),
        frozenset({Role.REGISTRAR, Role.CLASS_TEACHER, Role.SUPPORTER, Role.COUNSELLOR, Role.LEADER}),
    ),
    Page(
        "transfers",
        Label("Moves", "转学移交"),
        Label(
            "Children who leave for another school and who come from one: package, papers and receipt.",
            "学生转出转入：档案包、移交清单和回执。",
        ),
        frozenset({Role.REGISTRAR, Role.LEADER}),
    ),
    Page(
        "duplicates",
        Label("Double files", "重复档案"),
        Label("Find two files of one child, make them one, and undo it.", "查找同一个孩子的重复档案，合并成一份，也能撤销。"),
        frozenset({Role.REGISTRAR, Role.LEADER}),
    ),
    Page(
        "dashboard",
        Label("Dashboard", "看板"),
        Label("Who is covered and who is not: rates, trends and the children behind them.", "谁管到了、谁还没有：比率、趋势和名单。"),
        frozenset({Role.REGISTRAR, Role.CLASS_TEACHER, Role.COUNSELLOR, Role.LEADER}),
    ),
    Page(
        "settings",
        Label("Rules and terms", "规则设置"),
        Label(
            "The school's rules by date, terms and days off, and what contact cards print.",
            "设定各项规则从哪天起执行，登记学期、放假日期和学校信息。",
        ),
        frozenset({Role.LEADER, Role.REGISTRAR, Role.ADMINISTRATOR}),
    ),
)

#: Notebooks for JupyterLab alone (`carekit lab`): no page shows them.
LAB_ONLY = frozenset({"explore"})

WORDING: Mapping[str, Label] = {
    "home": Label("Home", "首页"),
    "kit": Label("Care for left-behind children", "留守儿童关爱"),
    "skip": Label("Skip to the content", "跳到正文"),
    "menu": Label("Pages", "页面"),
    "language": Label("Language", "语言"),
    "print": Label("Print", "打印"),
    "opening": Label("Opening…", "正在打开…"),
    "lost": Label(
        "The connection to carekit is lost. What you have not saved is kept as a draft where there is one; open the page again.",
        "与系统的连接已断开。没有保存的内容如有草稿会保留，请重新打开本页。",
    ),
    "reconnecting": Label("The connection is gone; trying again. What you typed stays here.", "连接断了，正在重新连接，您填的内容还在。"),
    "login_again": Label(
        "You are logged out. What you typed stays here; log in again in another tab, then open this page again.",
        "您已退出登录。您填的内容还在本页，请重新登录后再打开本页。",
    ),
    "again": Label("Open again", "重新打开"),
    "to_login": Label("Log in", "登录"),
    "logout": Label("Log out", "退出"),
    "password": Label("Password", "密码"),
    "today": Label("To do today", "今天要做"),
    "nothing_due": Label("Nothing is due. Thank you.", "没有到期的事，辛苦了。"),
    "overdue": Label("overdue", "已逾期"),
    "open": Label("still open", "待办"),
    "no_pages": Label(
        "There is no page for your role yet. Ask the school leader what you need.", "您的角色暂时没有可用的页面，如有需要请联系学校领导。"
    ),
    "demo": Label(
        "A demo school: nobody in it is real. What you enter is gone when the demo ends.",
        "这是演示学校，人物全是虚构的。演示结束后，录入的内容不再保留。",
    ),
    "missing": Label("There is no such page.", "没有这个页面。"),
    "forbidden": Label("This page is not open to you.", "您不能打开这个页面。"),
    "failed": Label(
        "Something went wrong. Open the page again; if that does not help, restart carekit.",
        "出了点问题，请重新打开本页；还不行就重启系统。",
    ),
}


def words(language: Language) -> dict[str, str]:
    """The fixed words of the pages in one language."""
    return {name: label.text(language) for name, label in WORDING.items()}


def page_address(base_url: str, name: str) -> str:
    """Where a page is."""
    return f"{base_url}voila/render/{name}.ipynb"


def page_links(
    pages: Iterable[Page], role: Role | None, language: Language, base_url: str, current: str = ""
) -> list[dict[str, str | bool]]:
    """The links to the pages that are a role's work; none without a role."""
    return [
        {
            "name": page.name,
            "title": page.title.text(language),
            "purpose": page.purpose.text(language),
            "address": page_address(base_url, page.name),
            "current": page.name == current,
        }
        for page in pages
        if role in page.roles
    ]


def language_links(language: Language, path: str, query: str) -> list[dict[str, str | bool]]:
    """The links to the same page in each language; what else its address asks for stays."""
    kept = [(name, value) for name, value in parse_qsl(query) if name != "lang"]
    return [
        {"tag": tag.value, "title": name, "address": f"{path}?{urlencode([*kept, ('lang', tag.value)])}", "current": tag is language}
        for tag, name in LANGUAGE_NAMES.items()
    ]
