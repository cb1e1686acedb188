"""The app contacts in a real browser, on a phone: a class teacher writes down a day's work."""

from __future__ import annotations

from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser

PHONE = 390


def told(page: Any) -> Any:
    """The notice that tells what was saved."""
    return page.locator(".ck-notice .ck-ok")


def choose_kind(page: Any, name: str) -> Any:
    """Press the button of a kind; gives its form."""
    page.get_by_role("button", name=name, exact=True).click()
    form = page.locator(".ck-form:visible").filter(has=page.get_by_role("heading", name=name, exact=True))
    expect(form.locator("h3")).to_have_text(name, timeout=15_000)
    return form


def choose_children(form: Any, count: int) -> list[str]:
    """Choose the first children whom the picker offers; gives their names."""
    box = form.locator("[data-path=child_id] [role=combobox]")
    for _ in range(count):
        box.click()
        form.locator("[data-path=child_id] [role=option]").first.click()
    return [str(name) for name in form.locator(".ck-chip b").all_inner_texts()[:count]]


def save(form: Any, name: str = "保存") -> None:
    """Press Save."""
    form.get_by_role("button", name=name, exact=True).click()


def in_the_width(page: Any) -> None:
    """Nothing stands beside the screen of the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_a_call_of_two_children_and_a_visit_in_vain(open_page: Any) -> None:
    """One call with two children is two records; a visit that failed asks why, is told not to count, and stands in the own list as what it is."""
    page = open_page("contacts", "class_teacher", width=PHONE)
    form = choose_kind(page, "亲情联系")
    first, second = choose_children(form, 2)
    form.get_by_label("内容摘要").fill("妈妈问了作业，说月底回来。")
    save(form)
    expect(told(page)).to_contain_text(f"已保存：{first}、{second}的亲情联系", timeout=15_000)
    expect(told(page)).to_be_in_viewport()
    expect(form.locator(".ck-chip")).to_have_count(0)
    expect(form.get_by_label("内容摘要")).to_have_value("")
    in_the_width(page)

    form = choose_kind(page, "家访")
    [name] = choose_children(form, 1)
    form.get_by_text("未成功", exact=True).click()
    save(form)
    expect(form.locator(".ck-summary")).to_contain_text("请写明原因", timeout=15_000)
    form.get_by_label("未成功原因").fill("家里没人，邻居说下地了")
    save(form)
    expect(told(page)).to_contain_text(f"{name}的家访没有成功，不计入", timeout=15_000)
    page.get_by_role("tab", name="我的记录").click()
    mine = page.get_by_role("row").filter(has_text="实地 · 未成功 · 家里没人")
    expect(mine).to_contain_text(name)
    expect(page.get_by_role("row").filter(has_text="亲情联系").filter(has_text=first).first).to_be_visible()
    in_the_width(page)
    assert page.outside == []


def test_more_boxes_keep_what_was_typed_and_a_draft_waits(open_page: Any) -> None:
    """The boxes behind “more” are of the same form; what was typed and not saved is offered when the page is opened again."""
    page = open_page("contacts", "class_teacher", width=PHONE)
    form = choose_kind(page, "谈心")
    typed = "写到一半 <b>停电</b> & 断网"
    form.get_by_label("过程要点").fill(typed)
    place = form.get_by_label("地点")
    expect(place).to_be_hidden()
    form.get_by_role("button", name="更多项目").click()
    place.fill("操场")
    expect(form.get_by_label("过程要点")).to_have_value(typed)
    expect(form.get_by_text("草稿已存")).to_be_visible(timeout=15_000)
    page.close()
    again = open_page("contacts", "class_teacher", width=PHONE)
    form = choose_kind(again, "谈心")
    form.get_by_role("button", name="恢复").click()
    expect(form.get_by_label("过程要点")).to_have_value(typed)
    expect(form.get_by_label("地点")).to_have_value("操场")


def test_an_activity_is_written_down_and_signed_in(open_page: Any) -> None:
    """Write down a class meeting, tick who came, save: the number stands in the list, and the ticks are there when it is opened again."""
    page = open_page("contacts", "class_teacher", width=PHONE)
    page.get_by_role("tab", name="活动").click()
    page.get_by_role("button", name="安排或补记活动").click()
    form = page.locator(".ck-form:visible")
    form.get_by_label("活动类型").select_option(label="主题班会")
    form.get_by_label("主题").fill("防溺水班会")
    form.get_by_label("班级").select_option(index=1)
    save(form, "保存活动")
    expect(told(page)).to_contain_text("防溺水班会", timeout=15_000)
    page.get_by_role("button", name="返回", exact=True).click()
    row = page.get_by_role("row").filter(has_text="防溺水班会")
    row.get_by_text("签到", exact=True).click()
    people = page.locator(".ck-checklist")
    expect(people.get_by_role("checkbox").first).to_be_visible(timeout=15_000)
    ticks = people.get_by_role("checkbox")
    everyone = ticks.count()
    for place in (0, 2, 5):
        ticks.nth(place).check()
    people.get_by_role("searchbox").fill("没有这个人")
    expect(ticks.first).to_be_hidden()
    people.get_by_role("searchbox").fill("")
    expect(people.locator(".ck-count")).to_have_text(f"已勾 3 / {everyone}")
    in_the_width(page)
    save(people, "保存签到")
    expect(told(page)).to_contain_text(f"到场 3 人，未到 {everyone - 3} 人", timeout=15_000)
    expect(people.locator(".ck-saying")).to_contain_text("已保存")
    page.get_by_role("button", name="返回", exact=True).click()
    expect(row).to_contain_text("3")
    row.get_by_text("签到", exact=True).click()
    expect(people.locator(".ck-count")).to_have_text(f"已勾 3 / {everyone}")
    expect(ticks.nth(2)).to_be_checked()
    assert page.outside == []


def test_a_series_of_gatherings_is_shown_then_saved(open_page: Any) -> None:
    """Village group, first and last day: the days are shown first, then saved, and stand in the calendar."""
    page = open_page("contacts", "class_teacher", width=PHONE)
    page.get_by_role("tab", name="活动").click()
    page.get_by_role("button", name="排假期集中活动").click()
    page.get_by_label("其他村组").fill("新样村9组")
    page.get_by_label("第一次").fill("2026-07-13")
    page.get_by_label("最晚到").fill("2026-07-20")
    page.get_by_role("button", name="先看日期").click()
    expect(page.get_by_role("row").filter(has_text="2026-07-19")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="保存这 3 次").click()
    expect(told(page)).to_contain_text("新样村9组的3次集中活动", timeout=15_000)
    page.get_by_role("button", name="返回", exact=True).click()
    page.get_by_role("button", name="假期日历").click()
    expect(page.get_by_role("row").filter(has_text="新样村9组")).to_have_count(3)
    in_the_width(page)


def test_a_journal_is_answered(open_page: Any) -> None:
    """A journal that was written down waits, is answered in place with the day filled in, and waits no more."""
    page = open_page("contacts", "class_teacher", width=PHONE)
    form = choose_kind(page, "周记")
    [name] = choose_children(form, 1)
    form.get_by_label("孩子写的").fill("这个星期我想爸爸了。")
    save(form)
    expect(told(page)).to_contain_text(f"{name}的周记", timeout=15_000)
    page.get_by_role("tab", name="周记").click()
    page.get_by_role("button", name="末页").locator("visible=true").first.click()  # the longest waiting stand first
    waiting = page.get_by_role("row").filter(has_text=name).filter(has_text="2026-05-20")
    waiting.get_by_text("回复", exact=True).click()
    form = page.locator(".ck-form:visible")
    expect(form.get_by_label("孩子写的")).to_have_value("这个星期我想爸爸了。")
    expect(form.get_by_label("回复日期")).to_have_value("2026-05-20")
    form.get_by_label("教师回复").fill("周末我们一起给爸爸打个视频。")
    save(form)
    expect(told(page)).to_contain_text(f"给{name}的回复", timeout=15_000)
    expect(waiting).to_have_count(0)
    in_the_width(page)
