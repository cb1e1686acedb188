"""Each row of the schools' plans that is casework, done in a real browser by the person of that role: found in the history, counted, and due no more.

One table says it all (`ROWS`): who does what on which page, which kind of record it leaves, which rate counts it, and which rule asks for it. Rows for
which no rule or no rate is declared say so with None: there nothing is due, or nothing is counted, by a child.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from serving import Served, demo_served

from carekit import clock
from carekit.history import history
from carekit.metrics import children_behind
from carekit.obligations import RULES, State, obligations_frame
from carekit.records import Activity, Case, Child, Difficulty, Enrolment, Family, Journal, Membership, Pairing, Plan
from carekit.records.codes import ActivityKind, PlanKind, Role, SupportGroup
from carekit.sample import SAMPLE_TODAY
from carekit.store import Actor, Desk, Store

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser
SOON = 20_000
WAITING = (State.OPEN, State.OVERDUE)


@dataclass(frozen=True)
class Setting:
    """The served school as a test sees it: from behind, and as the person who acts."""

    console: Desk
    desk: Desk
    actor: Actor

    def waiting(self, rule: str, child_id: str | None = None) -> list[tuple[str, Any]]:
        """Child and date of what a rule asks of the person's children and is not done yet."""
        frame = obligations_frame(self.desk, SAMPLE_TODAY, rule=rule)
        rows = zip(frame["child_id"], frame["due_on"], frame["state"], strict=True)
        return [(child, day) for child, day, state in rows if state in WAITING and child_id in (None, child)]

    def own(self, rule: str) -> list[str]:
        """The children of whom the person themselves has exactly one thing to do by a rule."""
        frame = obligations_frame(self.desk, SAMPLE_TODAY, rule=rule)
        mine = [
            c
            for c, o, s in zip(frame["child_id"], frame["owner_id"], frame["state"], strict=True)
            if o == self.actor.staff_id and s in WAITING
        ]
        frame = obligations_frame(self.console, SAMPLE_TODAY, rule=rule)
        waits = [child for child, state in zip(frame["child_id"], frame["state"], strict=True) if state in WAITING]
        return [child for child in mine if waits.count(child) == 1]

    def counted(self, metric: str, child_id: str) -> bool | None:
        """Whether a rate counts the child as done; None when it does not count the child at all."""
        behind = children_behind(self.console, metric, on=SAMPLE_TODAY)
        return {child: bool(done) for child, done in zip(behind["child_id"], behind["in_numerator"], strict=True)}.get(child_id)

    def events(self, child_id: str) -> set[tuple[str, str, int]]:
        """What stands in the child's history for the person: kind, record and version."""
        return {(event.kind, event.record_id, event.version) for event in history(self.desk, child_id)}


# --- what is done, in the fewest steps --------------------------------------------------------------------------------


def saved(page: Any, words: str) -> None:
    """The notice says so."""
    expect(page.locator(".ck-notice .ck-ok:visible").first).to_contain_text(words, timeout=SOON)


def press(page: Any, name: str) -> None:
    """Press the button in sight; its name may go on with whom it is about."""
    page.get_by_role("button", name=re.compile(f"^{name}")).locator("visible=true").first.click()


def search(page: Any, name: str) -> None:
    """Type a name into the search in sight."""
    page.get_by_role("searchbox", name="搜索").locator("visible=true").first.fill(name)


def in_row(page: Any, name: str, word: str) -> None:
    """Press a button in the row of a child, found by the search."""
    search(page, name)
    page.locator("tbody tr:visible", has_text=name).get_by_role("button", name=re.compile(f"^{word}")).first.click()


def jot(kind: str, **boxes: str) -> Callable[[Any, str], None]:
    """Press a kind of contact and fill in the boxes named; the child is chosen already by the address."""

    def act(page: Any, name: str) -> None:
        page.get_by_role("button", name=kind, exact=True).click()
        form = page.locator(".ck-form:visible").filter(has=page.get_by_role("heading", name=kind, exact=True))
        expect(form.locator(".ck-chip b").first).to_have_text(name, timeout=SOON)
        for label, text in boxes.items():
            form.get_by_label(label).first.fill(text)
        form.get_by_role("button", name="保存", exact=True).click()
        saved(page, f"{name}的{kind}")

    return act


def do_it(rule: str, **boxes: str) -> Callable[[Any, str], None]:
    """Find the child and the rule in the list of what is due, press “Do it”, fill in the boxes named."""

    def act(page: Any, name: str) -> None:
        page.get_by_label("时间").select_option(label="本学期全部")
        search(page, name)
        page.get_by_label("事项").first.select_option(label=RULES[rule].label.zh)
        press(page, "去办")
        form = page.locator(".ck-form:visible")
        for label, text in boxes.items():
            form.get_by_label(label).first.fill(text)
        form.get_by_role("button", name="保存", exact=True).click()
        saved(page, f"已保存：{name}")

    return act


def check_plan(page: Any, name: str) -> None:
    """Record the next check of a plan."""
    in_row(page, name, "记检查")
    form = page.get_by_role("form", name="记录检查")
    form.get_by_label("部分达到").check()
    form.get_by_role("textbox", name="检查情况").fill("比上月好，还要提醒。")
    form.get_by_role("button", name="保存检查").click()
    saved(page, "已保存")


def baseline(page: Any, name: str) -> None:
    """Enter one score of the baseline exam."""
    in_row(page, name, "进步档案")
    press(page, "录入成绩")
    form = page.get_by_role("form", name="一个孩子的成绩")
    form.get_by_label("学科").first.select_option(label="英语")
    form.get_by_label("得分").first.fill("61.5")
    form.get_by_role("button", name="保存成绩").click()
    saved(page, "1科成绩")


def reply(page: Any, name: str) -> None:
    """Answer the journal that waits."""
    page.get_by_role("tab", name="周记").click()
    page.locator("tbody tr:visible", has_text=name).get_by_role("button", name=re.compile("^回复")).first.click()
    form = page.locator(".ck-form:visible")
    form.get_by_label("教师回复").fill("写得真好，周末读给家里听。")
    form.get_by_role("button", name="保存", exact=True).click()
    saved(page, f"给{name}的回复")


def sign_in(title: str) -> Callable[[Any, str], None]:
    """Tick the child in the sign-in of an activity."""

    def act(page: Any, name: str) -> None:
        page.get_by_role("tab", name="活动").click()
        in_row(page, title, "签到")
        people = page.locator(".ck-checklist:visible")
        people.get_by_role("checkbox", name=re.compile(name)).first.check()
        people.get_by_role("button", name="保存签到").click()
        saved(page, "到场")

    return act


def class_meeting(page: Any, name: str) -> None:
    """Write a class meeting down, then who came."""
    page.get_by_role("tab", name="活动").click()
    press(page, "安排或补记活动")
    form = page.locator(".ck-form:visible")
    form.get_by_label("活动类型").select_option(label="主题班会")
    form.get_by_label("主题").fill(MEETING)
    form.get_by_label("班级").select_option(index=1)
    form.get_by_role("button", name="保存活动").click()
    saved(page, MEETING)
    press(page, "返回")
    sign_in(MEETING)(page, name)


def into_group(page: Any, name: str) -> None:
    """Put a child among the key children."""
    in_row(page, name, "列入分类")
    page.get_by_role("radiogroup", name="类别").get_by_text("重点帮扶对象").click()
    press(page, "保存分类")
    saved(page, f"{name}列入“重点帮扶对象”")


def pair(kind: str, box: str, typed: str) -> Callable[[Any, str], None]:
    """Pair a child with the last whom the picker offers."""

    def act(page: Any, name: str) -> None:
        in_row(page, name, "结对")
        page.get_by_role("combobox", name="结对类型").and_(page.locator("select:visible")).last.select_option(label=kind)
        page.locator("input:visible").and_(page.get_by_role("combobox", name=box)).fill(typed)
        page.locator("[role=option]:visible").last.click()
        press(page, "保存结对")
        saved(page, f"{name}与")

    return act


def close_difficulty(page: Any, name: str) -> None:
    """Close a difficulty with its outcome."""
    in_row(page, name, "办结")
    page.locator("[data-path=result]:visible").get_by_text("已解决").first.click()
    page.get_by_role("textbox", name="结果和向家庭的答复").fill("已经解决，家里放心了。")
    press(page, "保存")
    saved(page, "已办结")


def decide(page: Any, name: str) -> None:
    """Decide what was handed up to the branch."""
    in_row(page, name, "研究决定")
    page.get_by_role("textbox", name="支部决定").fill("由党员轮流负责，下周落实。")
    press(page, "保存")
    saved(page, "支部决定")


# --- of whom it is done -----------------------------------------------------------------------------------------------


def due_by(rule: str) -> Callable[[Setting], list[str]]:
    """The children of whom the person has one thing to do by a rule."""
    return lambda setting: setting.own(rule)


def plan_of(kind: PlanKind) -> Callable[[Setting], list[str]]:
    """The children whose plan of that kind, by the person, is the one of which a check is due."""

    def find(setting: Setting) -> list[str]:
        plans = {r.record.child_id for r in setting.desk.find(Plan, {"kind_of": kind, "staff_id": setting.actor.staff_id})}
        return [child for child in setting.own("plan_check") if child in plans]

    return find


def own_class(setting: Setting) -> list[str]:
    """Children of the person's class."""
    return sorted(
        {r.record.child_id for r in setting.desk.find(Case)} & {r.record.child_id for r in setting.desk.find(Enrolment, {"left_on": None})}
    )


def with_plan(setting: Setting) -> list[str]:
    """Children with a plan by the person."""
    return sorted({r.record.child_id for r in setting.desk.find(Plan, {"staff_id": setting.actor.staff_id})})


def free(setting: Setting) -> list[str]:
    """Children of the person's scope on the register, neither key children nor paired with anybody."""
    key = {r.record.child_id for r in setting.console.find(Membership, {"group": SupportGroup.KEY, "until_on": None})}
    paired = {r.record.child_id for r in setting.console.find(Pairing, {"until_on": None})}
    peers = {r.record.peer_id for r in setting.console.find(Pairing, {"until_on": None})}
    return [child for child in own_class(setting) if child not in key | paired | peers]


def unpaired(setting: Setting) -> list[str]:
    """Key children with nobody at all."""
    paired = {r.record.child_id for r in setting.console.find(Pairing, {"until_on": None})}
    return [child for child, _ in setting.waiting("paired") if child not in paired]


def handed_up(setting: Setting) -> list[str]:
    """Children with one difficulty before the branch."""
    found = [child for child, _ in setting.waiting("decision")]
    open_ones = [r.record.child_id for r in setting.console.find(Difficulty, {"closed_on": None})]
    return [child for child in found if found.count(child) == open_ones.count(child) == 1]


def nowhere(setting: Setting) -> list[str]:
    """Children who came to no activity this term."""
    return [child for child, _ in setting.waiting("activity")]


def journal_waits(setting: Setting) -> list[str]:
    """Children with one journal that waits, the longest waiting first, as the list has them."""
    waits = [r.record for r in setting.desk.find(Journal, {"replied_on": None})]
    mine = setting.own("journal_reply")
    return [
        j.child_id
        for j in sorted(waits, key=lambda j: j.handed_in_on)
        if j.child_id in mine and [w.child_id for w in waits].count(j.child_id) == 1
    ]


def gathering_today(setting: Setting, child_id: str) -> None:
    """The leading group has the children of the village group meet today."""
    child = setting.console.get(Child, child_id).record
    family = setting.console.get(Family, child.family_id).record if child.family_id else None
    village = child.village or (family.village if family else None)
    setting.console.add(
        Activity(kind_of=ActivityKind.HOLIDAY, title=GATHERING, held_on=SAMPLE_TODAY, village=village, organiser_id=setting.actor.staff_id)
    )


MEETING, GATHERING = "主题班会：远方的家", "村组集中：作业检查"


@dataclass(frozen=True)
class Row:
    """A row of PRACTICES: who does it on which page, of whom, how; the kind of record it leaves, the rate that counts it, the rule that asks for it.

    `asks`: doing it does not meet the rule but makes it ask. `before`: what has to be there first.
    """

    row: str
    role: Role
    app: str
    whom: Callable[[Setting], list[str]]
    act: Callable[[Any, str], None]
    kind: str
    metric: str | None
    rule: str | None
    asks: bool = False
    before: Callable[[Setting, str], None] | None = None


_R = Role
ROWS = (
    Row(
        "1.4 tutoring plan checked",
        _R.SUBJECT_TEACHER,
        "plans",
        plan_of(PlanKind.TUTORING),
        check_plan,
        "check",
        "plan_check_rate",
        "plan_check",
    ),
    # of an illness no rule and no rate: nobody is due to be ill
    Row("1.5 illness", _R.CLASS_TEACHER, "contacts", own_class, jot("生病与就医", 症状="发热"), "illness", None, None),
    Row("1.6 activity", _R.COUNSELLOR, "contacts", nowhere, sign_in("情感教育课"), "attendance", "activity_rate", "activity"),
    Row(
        "1.7 growth diary",
        _R.CLASS_TEACHER,
        "due",
        due_by("growth_diary"),
        do_it("growth_diary", 孩子写的="今天我帮家里做饭。"),
        "diary",
        "diary_rate",
        "growth_diary",
    ),
    Row(
        "1.7 home visit",
        _R.CLASS_TEACHER,
        "due",
        due_by("home_visit"),
        do_it("home_visit", 在家表现="会做家务"),
        "home_visit",
        "visit_rate",
        "home_visit",
    ),
    Row(
        "1.8 talk",
        _R.CLASS_TEACHER,
        "due",
        due_by("monthly_talk"),
        do_it("monthly_talk", 过程要点="聊了作业和吃饭。"),
        "talk",
        "talk_coverage",
        "monthly_talk",
    ),
    Row(
        "1.9 individual plan checked",
        _R.COUNSELLOR,
        "plans",
        plan_of(PlanKind.INDIVIDUAL),
        check_plan,
        "check",
        "plan_check_rate",
        "plan_check",
    ),
    # no rule of its own: a class meeting is one of the activities that each child is to come to
    Row("1.11 class meeting", _R.CLASS_TEACHER, "contacts", nowhere, class_meeting, "attendance", "activity_rate", "activity"),
    # a fellow pupil does not stand in for an adult: neither rule nor rate
    Row("4.2 hand in hand", _R.REGISTRAR, "pairing", free, pair("学生手拉手", "结对同学", ""), "pairing", None, None),
    Row(
        "4.3 holiday gathering",
        _R.COUNSELLOR,
        "contacts",
        nowhere,
        sign_in(GATHERING),
        "attendance",
        "activity_rate",
        "gathering",
        before=gathering_today,
    ),
    Row("4.4 journal answered", _R.CLASS_TEACHER, "contacts", journal_waits, reply, "journal", "reply_rate", "journal_reply"),
    # scores are seen as a chart of the child's own; no rule asks for them, and no rate compares children
    Row("4.5 baseline score", _R.SUBJECT_TEACHER, "plans", with_plan, baseline, "score", None, None),
    Row("6.1 key child", _R.CLASS_TEACHER, "pairing", free, into_group, "membership", "pairing_rate", "paired", asks=True),
    Row("6.2 party member", _R.REGISTRAR, "pairing", unpaired, pair("党员干部", "帮扶人", "帮扶人"), "pairing", "pairing_rate", "paired"),
    Row(
        "6.3 difficulty",
        _R.SUPPORTER,
        "difficulties",
        due_by("difficulty"),
        close_difficulty,
        "difficulty",
        "difficulty_rate",
        "difficulty",
    ),
    # what the branch owes is due by a rule of its own, and counted in no rate
    Row("6.4 branch decides", _R.LEADER, "difficulties", handed_up, decide, "difficulty", None, "decision"),
)


@pytest.fixture(scope="module")
def served(sample_file: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sample school, served for these rows alone: each leaves something behind."""
    with demo_served(sample_file, tmp_path_factory.mktemp("practices")) as demo:
        yield demo


@pytest.fixture(scope="module")
def store(served: Served) -> Iterator[Store]:
    """Its store from behind."""
    opened = Store.open(served.path, key=served.key)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def contexts(browser: Any, served: Served) -> Iterator[dict[Role, Any]]:
    """A browser of somebody of each role, logged in by the demo's button."""
    opened = {}
    for role in sorted({row.role for row in ROWS}):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        page = context.new_page()
        page.goto(f"{served.address}login")
        page.locator(f'form:has(input[value="demo-{role.value.replace("_", "-")}"]) button').click()
        page.wait_for_url(served.address)
        page.close()
        opened[role] = context
    yield opened
    for context in opened.values():
        context.close()


def chosen(setting: Setting, row: Row) -> tuple[str, str]:
    """The first child for whom the row is to be done and whose name nobody else has: id and name."""
    names = [r.record.name for r in setting.console.find(Child)]
    for child_id in row.whom(setting):
        name = setting.console.get(Child, child_id).record.name
        done = setting.counted(row.metric, child_id) if row.metric and not row.asks else False
        if names.count(name) == 1 and not done:
            return child_id, name
    raise AssertionError("nobody in the sample of whom this is to be done")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.row)
def test_a_practice_is_done_found_counted_and_due_no_more(row: Row, served: Served, store: Store, contexts: dict[Role, Any]) -> None:
    """Before, the rule lists it and the rate lacks the child; the person does it in the browser; then the history has it, the rate the child, the list less."""
    with clock.at(SAMPLE_TODAY):
        actor = served.actor(row.role)
        setting = Setting(store.for_actor(Actor.console()), store.for_actor(actor), actor)
        child_id, name = chosen(setting, row)
        if row.before:
            row.before(setting, child_id)
        listed, known = len(setting.waiting(row.rule, child_id)) if row.rule else 0, setting.events(child_id)
        assert bool(listed) is (row.rule is not None and not row.asks)
        if row.asks and row.metric:
            assert setting.counted(row.metric, child_id) is None

        page = contexts[row.role].new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        address = f"?child={child_id}" if row.app == "contacts" else ""
        page.goto(f"{served.address}voila/render/{row.app}.ipynb{address}", wait_until="commit")
        page.locator(".ck-facts").first.wait_for(timeout=90_000)
        row.act(page, name)
        page.close()

        assert errors == []
        assert row.kind in {kind for kind, *_ in setting.events(child_id) - known}
        if row.metric:
            assert setting.counted(row.metric, child_id) is not row.asks
        if row.rule:
            assert len(setting.waiting(row.rule, child_id)) == listed + (1 if row.asks else -1)
