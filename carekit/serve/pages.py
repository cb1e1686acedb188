"""The apps as pages: their titles, who uses them, and what a visit carries from page to page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from carekit.apps.session import role_named
from carekit.language import Label, Language, current_language
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
        "case_history",
        Label("One child", "个案"),
        Label("Find a child; contact card and everything that happened, in one line.", "查找孩子，看联系卡和全部经过。"),
        frozenset({Role.REGISTRAR, Role.CLASS_TEACHER, Role.COUNSELLOR, Role.LEADER}),
    ),
    Page(
        "talks",
        Label("Talks", "谈心"),
        Label("See whose talk is due this month and write it down.", "看本月还有谁没谈，记下谈心。"),
        frozenset({Role.CLASS_TEACHER, Role.COUNSELLOR}),
    ),
    Page(
        "dashboard",
        Label("Dashboard", "看板"),
        Label("Who is covered and who is not: rates, trends and the children behind them.", "谁管到了、谁还没有：比率、趋势和名单。"),
        frozenset({Role.REGISTRAR, Role.CLASS_TEACHER, Role.COUNSELLOR, Role.LEADER}),
    ),
)

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
    "again": Label("Open again", "重新打开"),
    "as": Label("You are", "当前身份"),
    "choose": Label("Try it as", "换个身份看看"),
    "nobody": Label("The school has nobody with this role yet.", "学校还没有这个角色的人员。"),
    "demo": Label(
        "A demo school: nobody in it is real. What you enter is gone when the demo ends.",
        "这是演示学校，人物全是虚构的。演示结束后，录入的内容不再保留。",
    ),
    "missing": Label("There is no such page.", "没有这个页面。"),
    "failed": Label(
        "Something went wrong. Open the page again; if that does not help, restart carekit.",
        "出了点问题，请重新打开本页；还不行就重启系统。",
    ),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit carries from page to page: as whom (None: as each page's usual role), and in which language."""

    role: Role
    language: Language

    def address(self, path: str, **query: str) -> str:
        """`path` with this visit, and what else it asks for, in its query."""
        return f"{path}?" + urlencode({"as": self.role.value, "lang": self.language.value, **query})

    def words(self) -> dict[str, str]:
        """The fixed words of the pages in the language of the visit."""
        return {name: label.text(self.language) for name, label in WORDING.items()}


def read_visit(query: str, usual: Role) -> Visit:
    """The visit that a query string describes; what it leaves out, or says wrongly, is `usual` and the server's language."""
    told = dict(parse_qsl(query))
    try:
        language = Language(told.get("lang", ""))
    except ValueError:
        language = current_language()
    return Visit(role_named(told.get("as", "")) or usual, language)


def links(visit: Visit, base_url: str, current: str = "", query: str = "") -> dict[str, list[dict[str, str | bool]]]:
    """The links of the page header: the pages that are this role's work, and this page in each language."""
    here = f"{base_url}voila/render/{current}.ipynb" if current else base_url
    kept = {name: value for name, value in parse_qsl(query) if name not in {"as", "lang"}}
    pages: list[dict[str, str | bool]] = [
        {
            "name": page.name,
            "title": page.title.text(visit.language),
            "purpose": page.purpose.text(visit.language),
            "address": visit.address(f"{base_url}voila/render/{page.name}.ipynb"),
            "current": page.name == current,
        }
        for page in PAGES
        if visit.role in page.roles
    ]
    languages: list[dict[str, str | bool]] = [
        {"tag": tag.value, "title": name, "address": Visit(visit.role, tag).address(here, **kept), "current": tag is visit.language}
        for tag, name in LANGUAGE_NAMES.items()
    ]
    return {"pages": pages, "languages": languages}
