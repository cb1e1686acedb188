"""`RecordForm` without a browser: messages are handed to it, and what it answers is looked at."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carekit.errors import ProgrammerError, UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.problems import InvalidRecord, Problem
from carekit.records import RECORDS, Child, Family, FamilyMember, HomeVisit, Talk
from carekit.store import Conflict, Revision
from carekit.widgets import Drafts, Entry, Option, Part, RecordForm, Saved

TALK_FIELDS = ("child_id", "talked_on", "outcome", "points", "child_states", "follow_up_on")
FIRST, SECOND, STAFF = new_id(), new_id(), new_id()
SAME_NAME = [(FIRST, "张小雨", "三(1)班"), (SECOND, "张小雨", "三(2)班")]
MOMENT = datetime(2026, 3, 2, 1, 0)
Listen = Callable[[Any], list[dict[str, Any]]]


def boxes(form: RecordForm, **changed: Any) -> dict[str, Any]:
    """What a browser sends after the person changed some boxes."""
    values = json.loads(json.dumps(form.values))
    return {"fields": {**values["fields"], **changed}, "parts": values["parts"]}


def press(form: RecordForm, n: int = 1, **changed: Any) -> None:
    """Save, after some boxes were changed."""
    send(form, n, boxes(form, **changed))


def send(form: RecordForm, n: int, values: Any, **more: Any) -> None:
    """A press on Save of the page that shows the form as it is now."""
    form.receive({"type": "submit", "generation": form.generation, "n": n, "values": values, **more})


def talk_form(on_submit: Callable[[Entry], Any], **more: Any) -> RecordForm:
    """A form for a talk with one of two children of one name."""
    return RecordForm(Talk, TALK_FIELDS, hidden={"staff_id": STAFF}, references={"child_id": SAME_NAME}, on_submit=on_submit, **more)


def problems(answer: dict[str, Any]) -> dict[str, str]:
    """The sentences of an answer, by place."""
    return {problem["path"]: problem["text"] for problem in answer["problems"]}


def test_saved_record_is_what_the_boxes_held(spoken: Listen) -> None:
    """What stood in the boxes, and the hidden values, are what `on_submit` gets; the answer carries the number of the press."""
    saved: list[Entry] = []
    form = talk_form(saved.append)
    answers = spoken(form)
    press(form, 7, child_id=SECOND, talked_on="2026-01-31", points="写了一点", child_states=["1", "2"])
    record = saved[0].record
    assert (record.child_id, record.talked_on, record.points, record.staff_id) == (SECOND, date(2026, 1, 31), "写了一点", STAFF)
    assert answers[0]["type"] == "ack"
    assert (answers[0]["n"], answers[0]["state"], answers[0]["text"]) == (7, "saved", "已保存。")
    assert form.state == "saved"
    assert form.last_entry is saved[0]
    assert saved[0].seen is None


def test_hidden_values_never_reach_the_browser() -> None:
    """Nothing that is hidden stands in any trait, and the browser cannot set it."""
    secret = new_id()
    saved: list[Entry] = []
    form = RecordForm(
        Talk, ("talked_on", "points"), hidden={"staff_id": STAFF, "child_id": secret, "place": "秘密地点"}, on_submit=saved.append
    )
    sent = json.dumps(form.get_state(), default=str)
    assert secret not in sent
    assert "秘密地点" not in sent
    send(form, 1, {"fields": {"talked_on": "2026-01-31", "points": "x", "place": "别处", "staff_id": new_id(), "id": FIRST}})
    assert (saved[0].record.staff_id, saved[0].record.place) == (STAFF, "秘密地点")
    assert saved[0].record.id != FIRST


def test_pressing_twice_saves_once(spoken: Listen) -> None:
    """The same press that arrives twice is answered twice and saved once; another press keeps the record's id."""
    saved: list[Entry] = []
    form = talk_form(saved.append)
    answers = spoken(form)
    message = {
        "type": "submit",
        "generation": form.generation,
        "n": 5,
        "values": boxes(form, child_id=FIRST, talked_on="2026-01-31", points="x"),
    }
    form.receive(message)
    form.receive(message)
    assert len(saved) == 1
    assert answers[0] == answers[1]
    press(form, 6, child_id=FIRST, talked_on="2026-01-31", points="y")
    assert saved[1].record.id == saved[0].record.id


def test_a_page_that_did_not_hear_the_answer_saves_nothing_twice(spoken: Listen) -> None:
    """When the acknowledgement was lost, pressing Save again is answered with it; other boxes are refused, and a draft is not kept."""
    saved: list[Entry] = []
    kept = Kept()
    form = talk_form(saved.append, clear_after_save=True, drafts=kept.drafts())
    values = boxes(form, child_id=FIRST, talked_on="2026-01-31", points="x")
    send(form, 1, values)
    answers = spoken(form)
    form.receive({"type": "submit", "generation": 1, "n": 2, "values": values})
    assert (len(saved), answers[0]["n"], answers[0]["state"]) == (1, 2, "saved")
    form.receive({"type": "submit", "generation": 1, "n": 3, "values": {**values, "fields": {**values["fields"], "points": "y"}}})
    assert (len(saved), answers[1]["state"]) == (1, "refused")
    assert "没有保存" in answers[1]["text"]
    form.receive({"type": "draft", "generation": 1, "values": values})
    assert kept.content is None


def test_several_children_make_several_records_with_lasting_ids() -> None:
    """One talk with two children is two records, each with its child, and saved again they keep their ids."""
    saved: list[Entry] = []
    form = talk_form(saved.append, several=["child_id"])
    press(form, 1, child_id=[SECOND, FIRST], talked_on="2026-01-31", points="x")
    press(form, 2, child_id=[FIRST, SECOND], talked_on="2026-01-31", points="x")
    assert [record.child_id for record in saved[0].records] == [SECOND, FIRST]
    assert {r.child_id: r.id for r in saved[0].records} == {r.child_id: r.id for r in saved[1].records}


def test_nobody_chosen_is_refused_beside_the_picker(spoken: Listen) -> None:
    """A field that takes several refuses an empty choice with one sentence."""
    form = talk_form(lambda _: pytest.fail("saved"), several=["child_id"])
    answers = spoken(form)
    press(form, talked_on="2026-01-31", points="x")
    assert list(problems(answers[0])) == ["child_id"]
    optional = RecordForm(Child, ("name", "family_id"), several=["family_id"], on_submit=lambda _: pytest.fail("saved"))
    said = spoken(optional)
    press(optional, name="赵小禾")
    assert problems(said[0]) == {"family_id": "请至少选择一个。"}


@pytest.mark.parametrize(
    ("box", "text", "sentence"),
    [
        ("talked_on", "0005-03-01", "年份不对"),
        ("talked_on", "2026-02-31", "没有这一天"),
        ("talked_on", "12026-01-01", "没有这一天"),
        ("talked_on", "1700000000", "没有这一天"),
        ("talked_on", {"unreadable": True}, "日期没填完整"),
        ("talked_on", "", "请填写此项"),
        ("talked_on", "2999-01-01", "年份不对"),
        ("outcome", "", "请填写此项"),
        ("outcome", "99", "请从列表中选择"),
        ("outcome", ["1"], "请重新填写"),
        ("child_states", "1", "请重新填写"),
        ("child_states", [["1"]], "请重新填写"),
        ("child_id", STAFF, "请从列表中重新选择"),
        ("child_id", {"unreadable": True}, "只输入文字不算选定"),
        ("points", 3, "请重新填写"),
        ("points", "x" * 200_001, "请重新填写"),
        ("follow_up_on", {"unreadable": True}, "日期没填完整"),
    ],
    ids=lambda value: "id" if value == STAFF else None,
)
def test_wrong_boxes_are_refused_in_words(spoken: Listen, box: str, text: Any, sentence: str) -> None:
    """What is no value of its field is refused beside its box and nothing is saved, whatever the browser sends."""
    form = talk_form(lambda _: pytest.fail("saved"))
    answers = spoken(form)
    press(form, **{"child_id": FIRST, "talked_on": "2026-01-31", "points": "x", box: text})
    assert answers[0]["state"] == "invalid"
    assert sentence in problems(answers[0])[box]


def test_yes_no_has_three_answers(spoken: Listen) -> None:
    """Yes, no and not said are kept apart; anything else is refused; counts may be typed in full-width digits."""
    saved: list[Entry] = []
    form = RecordForm(Child, ("name", "only_child", "distance"), on_submit=saved.append, initial={"only_child": True, "distance": 5})
    answers = spoken(form)
    assert form.values["fields"] == {"name": None, "only_child": True, "distance": "5"}
    for n, answer in enumerate((True, False, None), 1):
        press(form, n, name="赵小禾", only_child=answer, distance="１２０")
    press(form, 4, name="赵小禾", only_child="yes", distance="12.5")
    assert [(entry.record.only_child, entry.record.distance) for entry in saved] == [(True, 120), (False, 120), (None, 120)]
    assert list(problems(answers[-1])) == ["only_child", "distance"]


def test_rules_of_the_record_stand_beside_their_field(spoken: Listen) -> None:
    """A rule over several fields (a failed talk needs a reason) is told at the field that it names, also when that is not shown."""
    form = talk_form(lambda _: pytest.fail("saved"))
    answers = spoken(form)
    press(form, child_id=FIRST, talked_on="2026-01-31", outcome="2")
    assert "reason" in problems(answers[0])
    assert answers[0]["text"] == "还没有保存：有1处需要改正。"


def test_what_saving_refuses_is_shown_and_kept(spoken: Listen) -> None:
    """`UserError` gives its sentence, `InvalidRecord` its fields; neither is an error of the program."""
    errors = iter([UserError(Label("No", "不行，请改天。")), InvalidRecord([Problem("points", "x", Label("Bad", "要点不对。"))])])

    def refuse(_: Entry) -> None:
        raise next(errors)

    form = talk_form(refuse)
    answers = spoken(form)
    for n in (1, 2):
        press(form, n, child_id=FIRST, talked_on="2026-01-31", points="x")
    assert (answers[0]["state"], answers[0]["text"]) == ("refused", "不行，请改天。")
    assert problems(answers[1]) == {"points": "要点不对。"}


def test_an_error_of_the_program_says_not_saved_and_keeps_its_words_out_of_the_log(
    spoken: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    """Another error is answered with "not saved", passes through `receive`, and from a page is logged by type and place alone."""

    def crash(_: Entry) -> None:
        raise RuntimeError("赵小禾的电话")

    form = talk_form(crash)
    answers = spoken(form)
    with pytest.raises(RuntimeError):
        press(form, child_id=FIRST, talked_on="2026-01-31", points="x")
    assert answers[0]["state"] == "failed"
    assert "没有保存" in answers[0]["text"]
    with caplog.at_level(logging.DEBUG):
        form._handle_custom_msg(
            {"type": "submit", "generation": 1, "n": 2, "values": boxes(form, child_id=FIRST, talked_on="2026-01-31", points="x")}, []
        )
    assert "RuntimeError at test_form.py" in caplog.text
    assert "赵小禾" not in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        None, 3, [], {}, {"type": 3}, {"type": "nothing"}, {"type": "submit"}, {"type": "submit", "n": "1", "values": {"fields": {}}},
        {"type": "submit", "n": True, "values": {"fields": {}}}, {"type": "submit", "n": 1, "values": []}, {"type": "submit", "n": 1, "values": {"fields": []}},
        {"type": "submit", "n": 1, "values": {"fields": {}, "parts": []}}, {"type": "submit", "n": 1, "values": {"fields": {}, "parts": {"members": {}}}},
        {"type": "submit", "n": 1, "values": {"fields": {}, "parts": {"members": [3]}}}, {"type": "submit", "n": 1, "values": {"fields": {}}, "choices": [1]}, {"type": "submit", "n": 1, "values": {"fields": {}}},
        {"type": "submit", "n": 1, "values": {"fields": {}, "parts": {"members": [{"key": 1, "fields": {}}]}}}, {"type": "draft", "generation": 1, "values": 1},
    ],
)  # fmt: skip
def test_messages_of_the_wrong_shape_are_ignored(spoken: Listen, content: Any) -> None:
    """What no page of ours sends does nothing: no save, no answer, no error."""
    form = talk_form(lambda _: pytest.fail("saved"))
    answers = spoken(form)
    form.receive(content)
    assert answers == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(fields=st.dictionaries(st.sampled_from(TALK_FIELDS), JSON), rest=JSON)
def test_whatever_the_browser_sends_is_answered_without_a_traceback(fields: dict[str, Any], rest: Any) -> None:
    """Any JSON in any box, and any JSON as rows of parts, is saved as a valid record, answered in words, or ignored."""
    saved: list[Entry] = []
    form = talk_form(saved.append)
    send(form, 1, {"fields": fields, "parts": rest})
    send(form, 2, {"fields": fields})
    for entry in saved:
        assert entry.record.child_id in (FIRST, SECOND)


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_every_kind_of_record_has_a_form(kind: str) -> None:
    """A form draws itself for each declared kind, in each language, and an empty one is answered in words."""
    record = RECORDS[kind]
    form = RecordForm(record, on_submit=lambda _: None)
    assert [drawn["name"] for drawn in form.layout_json["fields"]] == [name for name in record.fields if name != "id"]
    send(form, 1, form.values)
    assert form.state in ("invalid", "saved")
    assert repr(form).startswith(f"RecordForm({kind}, ")


def test_layout_says_what_each_input_needs() -> None:
    """Required boxes, codes with their words, hints, groups, telephone keyboards and pickers are told to the page."""
    drawn = {one["name"]: one for one in talk_form(lambda _: None, several=["child_id"]).layout_json["fields"]}
    assert drawn["talked_on"]["required"]
    assert drawn["outcome"]["required"], "an emptied box must not turn into its default unseen"
    assert not drawn["follow_up_on"]["required"]
    assert drawn["outcome"]["codes"][0] == ["1", "已完成"]
    assert drawn["points"]["hint"]
    assert drawn["child_id"]["several"]
    family = {one["name"]: one for one in RecordForm(FamilyMember, on_submit=lambda _: None).layout_json["fields"]}
    assert family["phone"]["keyboard"] == "tel"
    assert "keyboard" not in family["name"]


def test_options_that_look_alike_are_told_apart() -> None:
    """Two people with one name and one detail get the end of their id, and the saved id is the one that was chosen."""
    form = RecordForm(
        Talk,
        ("child_id",),
        references={"child_id": [Option(FIRST, "张小雨", "三(1)班"), (SECOND, "张小雨", "三(1)班")]},
        on_submit=lambda _: None,
    )
    details = [option[2] for option in form.options[""]["child_id"]]
    assert len(set(details)) == 2
    assert form.options[""]["child_id"][0][3] == "zxy"


def test_a_former_choice_that_is_no_option_any_more_stays_choosable() -> None:
    """A record whose reference is not in the list (a child of last year) can be amended without losing it."""
    old = new_id()
    talk = Talk(child_id=old, staff_id=STAFF, talked_on=date(2026, 1, 31), points="x")
    saved: list[Entry] = []
    form = RecordForm(Talk, ("child_id", "points"), initial=talk, references={"child_id": SAME_NAME}, on_submit=saved.append)
    press(form, points="y")
    assert saved[0].record.child_id == old
    assert saved[0].record.id == talk.id


def test_wrong_use_by_a_programmer_crashes() -> None:
    """Unknown fields, two fields with several choices, and two options with one id are mistakes in code."""
    for wrong in (
        lambda: RecordForm(Talk, ("nothing",), on_submit=lambda _: None),
        lambda: talk_form(lambda _: None, several=["child_id", "staff_id"]),
        lambda: RecordForm(Talk, ("child_id",), references={"child_id": [(FIRST, "a"), (FIRST, "b")]}, on_submit=lambda _: None),
    ):
        with pytest.raises(ProgrammerError):
            wrong()


# --- parts ------------------------------------------------------------------------------------------------------------


def family_form(on_submit: Callable[[Entry], Any], **more: Any) -> RecordForm:
    """A child with a list of family members."""
    part = Part(FamilyMember, ("name", "relation", "phone"), Label("Member", "家庭成员"), hidden={"family_id": STAFF}, **more)
    return RecordForm(Child, ("name",), parts={"members": part}, on_submit=on_submit)


def rows(*given: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """A child with rows of family members, as a browser sends them."""
    return {"fields": {"name": "赵小禾"}, "parts": {"members": [{"key": key, "fields": fields} for key, fields in given]}}


def test_an_empty_row_names_each_missing_field(spoken: Listen) -> None:
    """Each missing field of each row has its own sentence, which says the row."""
    form = family_form(lambda _: pytest.fail("saved"))
    answers = spoken(form)
    send(form, 1, rows(("new-1", {}), ("new-2", {"name": "李", "relation": "51", "phone": "12"})))
    assert list(problems(answers[0])) == ["members/new-1/name", "members/new-1/relation", "members/new-2/phone"]
    assert answers[0]["problems"][2]["name"] == "家庭成员2：联系电话"


def test_rows_keep_their_records_and_removed_rows_are_told() -> None:
    """A row that was there keeps its id and unseen fields, one taken out is named, a key from the browser never becomes an id."""
    grandmother = FamilyMember(family_id=STAFF, name="赵奶奶", relation="61", note="不在表单里")
    uncle = FamilyMember(family_id=STAFF, name="赵叔叔", relation="99")
    saved: list[Entry] = []
    form = family_form(saved.append, initial=[grandmother, uncle])
    forged = new_id()
    send(form, 1, rows((grandmother.id, {"name": "赵奶奶", "relation": "61"}), (forged, {"name": "新", "relation": "51"})))
    first, second = saved[0].parts["members"]
    assert (first.id, first.note, first.family_id) == (grandmother.id, "不在表单里", STAFF)
    assert second.id not in (forged, uncle.id)
    assert saved[0].removed["members"] == (uncle.id,)


def test_too_few_and_too_many_rows_are_refused(spoken: Listen) -> None:
    """A part says how many rows it takes at least and at most."""
    form = family_form(lambda _: pytest.fail("saved"), least=1, most=2)
    answers = spoken(form)
    row = {"name": "李", "relation": "51"}
    for n, given_rows in ((1, []), (2, [(f"new-{i}", row) for i in range(3)])):
        send(form, n, rows(*given_rows))
    assert problems(answers[0]) == {"members": "至少填写1项。"}
    assert problems(answers[1]) == {"members": "最多填写2项。"}


def test_after_a_save_new_rows_go_on_under_their_record(spoken: Listen) -> None:
    """After a save the page is told which record each new row has become, so that the next save amends it."""
    saved: list[Entry] = []
    form = family_form(saved.append)
    answers = spoken(form)
    send(form, 1, rows(("new-1", {"name": "李", "relation": "51"})))
    key = answers[0]["keys"]["members"]["new-1"]
    send(form, 2, rows((key, {"name": "李四", "relation": "51"})))
    assert saved[0].parts["members"][0].id == saved[1].parts["members"][0].id == key
    assert saved[1].removed["members"] == ()


def test_part_may_be_given_as_a_tuple_and_has_references_of_its_own() -> None:
    """A tuple is taken as the arguments of a Part; its reference options stand apart from the record's."""
    form = RecordForm(
        Family, ("village",), on_submit=lambda _: None,
        parts={"visits": Part(HomeVisit, ("child_id",), Label("Visit", "家访"), references={"child_id": SAME_NAME}), "m": (FamilyMember, ("name",), Label("M", "人"))},
    )  # fmt: skip
    assert [option[0] for option in form.options["visits"]["child_id"]] == [FIRST, SECOND]
    assert repr(form) == "RecordForm(family, 1 fields, parts visits, m)"


# --- after a save, other entries ----------------------------------------------------------------------------------------


def test_saved_values_are_shown_as_they_were_saved(spoken: Listen) -> None:
    """The answer holds the record as it is kept (blanks at the ends gone), for boxes that the person has left alone."""
    form = talk_form(lambda _: Saved(Label("ok", "好了。"), seen=3))
    answers = spoken(form)
    press(form, child_id=FIRST, talked_on="2026-01-31", points="  两端空格 ")
    assert answers[0]["values"]["fields"]["points"] == "两端空格"
    assert answers[0]["text"] == "好了。"


def test_a_form_amends_what_it_has_saved() -> None:
    """The version seen is the revision's at first, then that of the last save."""
    talk = Talk(child_id=FIRST, staff_id=STAFF, talked_on=date(2026, 1, 31), points="x", place="不显示的地点")
    seen: list[Any] = []

    def amend(entry: Entry) -> Revision[Talk]:
        seen.append((entry.seen, entry.record.place, entry.record.id == talk.id))
        return Revision(entry.record, 5, MOMENT, None, STAFF, "", False)

    form = RecordForm(Talk, ("points",), initial=Revision(talk, 4, MOMENT, None, STAFF, "", False), on_submit=amend)
    press(form, 1, points="y")
    press(form, 2, points="z")
    assert seen == [(4, "不显示的地点", True), (5, "不显示的地点", True)]


def test_clear_after_save_begins_a_new_entry(spoken: Listen) -> None:
    """With `clear_after_save` the boxes are empty again and the next record has another id."""
    saved: list[Entry] = []

    def save(entry: Entry) -> Label:
        saved.append(entry)
        return Label("done", "记好了。")

    form = talk_form(save, clear_after_save=True)
    answers = spoken(form)
    for n in (1, 2):
        press(form, n, child_id=FIRST, talked_on="2026-01-31", points="x")
    assert form.values["fields"]["points"] is None
    assert saved[0].record.id != saved[1].record.id
    assert answers[0]["text"] == "记好了。"
    assert "values" not in answers[0]


def test_start_within_a_save_is_left_alone() -> None:
    """When the app begins another entry while saving, the form shows that one."""

    def save(_: Entry) -> None:
        form.start({"points": "下一个孩子"})

    form = talk_form(save)
    press(form, child_id=FIRST, talked_on="2026-01-31", points="x")
    assert form.values["fields"]["points"] == "下一个孩子"


def test_start_replaces_hidden_values_options_and_rows() -> None:
    """`start` is another entry in the same widget; `set_options` and `show` change parts of the page."""
    saved: list[Entry] = []
    form = talk_form(saved.append)
    other = new_id()
    form.start({"points": "x"}, hidden={"staff_id": other}, references={"child_id": [(SECOND, "张小雨", "")]})
    press(form, child_id=SECOND, talked_on="2026-01-31")
    assert saved[0].record.staff_id == other
    form.set_options("child_id", [(FIRST, "李", "")])
    assert [option[1] for option in form.options[""]["child_id"]] == ["保持原来的选择", "李"]
    family = family_form(lambda _: None)
    family.start(parts={"members": [{"name": "赵奶奶"}]})
    assert family.values["parts"]["members"][0]["fields"]["name"] == "赵奶奶"


def test_show_says_a_sentence(spoken: Listen) -> None:
    """The app may say something in the form's bar."""
    form = talk_form(lambda _: None)
    answers = spoken(form)
    form.show(Label("Choose", "请先选学生。"), good=False)
    assert answers == [{"type": "say", "text": "请先选学生。", "good": False}]


# --- two people, one record ---------------------------------------------------------------------------------------------


def clashing_form(got: list[Entry], base: Talk, theirs: Talk) -> RecordForm:
    """A form whose first save meets a newer version."""
    first, newer = Revision(base, 1, MOMENT, MOMENT, STAFF, "", False), Revision(theirs, 2, MOMENT, None, STAFF, "", False)

    def amend(entry: Entry) -> None:
        got.append(entry)
        if entry.seen == 1:
            raise Conflict(first, newer, entry.record)

    return RecordForm(
        Talk, ("points", "advice", "place"), initial=first, on_submit=amend, who=lambda staff_id: "王老师" if staff_id == STAFF else ""
    )


def test_conflict_shows_both_and_saves_the_choice(spoken: Listen) -> None:
    """A clash shows mine and theirs with author and time; a choice for each is needed; both people's other changes stay."""
    base = Talk(child_id=FIRST, staff_id=STAFF, talked_on=date(2026, 1, 31), points="原")
    got: list[Entry] = []
    form = clashing_form(got, base, base.model_copy(update={"points": "对方", "place": "操场"}))
    answers = spoken(form)
    press(form, 1, points="我的", advice="建议")
    shown = answers[0]["conflict"]
    assert (shown["who"], shown["at"]) == ("王老师", "2026-03-02 09:00")
    assert shown["fields"] == [{"name": "points", "label": "过程要点", "mine": "我的", "theirs": "对方"}]
    values = boxes(form, points="我的", advice="建议")
    send(form, 2, values)
    send(form, 3, values, choices={"points": "somebody"})
    assert [answer["state"] for answer in answers] == ["conflict", "conflict", "conflict"]
    send(form, 4, values, choices={"points": "theirs"})
    last = got[-1]
    assert (last.seen, last.record.points, last.record.place, last.record.advice) == (2, "对方", "操场", "建议")
    assert answers[-1]["state"] == "saved"


def test_changes_of_different_fields_are_kept_together(spoken: Listen) -> None:
    """Without a clash nothing has to be chosen: saving again keeps both changes."""
    base = Talk(child_id=FIRST, staff_id=STAFF, talked_on=date(2026, 1, 31), points="原")
    got: list[Entry] = []
    form = clashing_form(got, base, base.model_copy(update={"place": "操场"}))
    answers = spoken(form)
    press(form, 1, points="我的")
    assert answers[0]["conflict"]["fields"] == []
    press(form, 2, points="我的")
    assert (got[-1].seen, got[-1].record.points, got[-1].record.place) == (2, "我的", "操场")


def test_references_in_a_conflict_are_named(spoken: Listen) -> None:
    """A reference in a clash is shown by the name and detail of its option, one that is not among them by a dash."""
    base = Talk(child_id=new_id(), staff_id=STAFF, talked_on=date(2026, 1, 31), points="原")
    first = Revision(base, 1, MOMENT, MOMENT, STAFF, "", False)
    newer = Revision(base.model_copy(update={"child_id": new_id()}), 2, MOMENT, None, STAFF, "", False)

    def amend(entry: Entry) -> None:
        raise Conflict(first, newer, entry.record)

    form = RecordForm(Talk, ("child_id",), initial=first, references={"child_id": SAME_NAME}, on_submit=amend)
    answers = spoken(form)
    press(form, child_id=SECOND)
    assert answers[0]["conflict"]["fields"][0]["mine"] == "张小雨 三(2)班"
    assert answers[0]["conflict"]["fields"][0]["theirs"] == "—"
    assert answers[0]["conflict"]["who"] == ""


# --- drafts -----------------------------------------------------------------------------------------------------------


class Kept:
    """A place for drafts that remembers what was done with it."""

    def __init__(self, content: Any = None) -> None:
        self.content, self.done = content, list[str]()
        self.error: Exception | None = None

    def drafts(self) -> Drafts:
        """As the form wants it."""
        return Drafts(self.save, lambda: (self.content, MOMENT) if self.content is not None else None, self.drop)

    def save(self, content: dict[str, Any]) -> None:
        """Keep, or fail as told."""
        if self.error:
            raise self.error
        self.content = content
        self.done.append("save")

    def drop(self) -> None:
        """Forget."""
        self.content = None
        self.done.append("drop")


def test_draft_is_kept_and_dropped_by_a_save(spoken: Listen) -> None:
    """What is typed is kept as plain JSON of the shown boxes only, the page hears when; a save drops it."""
    kept = Kept()
    form = talk_form(lambda _: None, drafts=kept.drafts())
    answers = spoken(form)
    form.receive({"type": "draft", "generation": 1, "values": {"fields": {"points": "写到一半", "staff_id": "x"}, "parts": {"other": []}}})
    assert kept.content == {"fields": {"points": "写到一半"}, "parts": {}}
    assert answers[0]["kept"]
    assert answers[0]["text"].startswith("草稿已存 ")
    press(form, child_id=FIRST, talked_on="2026-01-31", points="x")
    assert kept.done == ["save", "drop"]
    assert form.keeps_drafts


def test_draft_that_is_there_is_offered_restored_or_given_up() -> None:
    """The page hears that there is a draft and from when, not what it says; only the person's choice brings it in or drops it."""
    for choice, points, done in (("restore", "草稿", []), ("discard", None, ["drop"])):
        kept = Kept({"fields": {"points": "草稿", "gone": 1}, "parts": {}})
        form = talk_form(lambda _: None, drafts=kept.drafts())
        assert form.draft_at == "03-02 09:00"
        assert "草稿" not in json.dumps(form.get_state(), default=str, ensure_ascii=False).replace(form.texts["draft_offer"], "").replace(
            form.texts["draft_waits"], ""
        )
        form.receive({"type": choice})
        assert form.values["fields"]["points"] == points
        assert form.draft_at is None
        assert kept.done == done
        form.receive({"type": choice})
        assert kept.done == done


def test_draft_that_cannot_be_kept_is_told(spoken: Listen) -> None:
    """A refused or failed draft is told to the person at once; without a place for drafts nothing is answered."""
    kept = Kept()
    form = talk_form(lambda _: None, drafts=kept.drafts())
    answers = spoken(form)
    kept.error = UserError(Label("No", "不能存。"))
    form.receive({"type": "draft", "generation": 1, "values": {"fields": {}}})
    kept.error = OSError("disk")
    with pytest.raises(OSError, match="disk"):
        form.receive({"type": "draft", "generation": 1, "values": {"fields": {}}})
    assert [(answer["kept"], answer["text"][:5]) for answer in answers] == [(False, "不能存。"), (False, "草稿没有存")]
    plain = talk_form(lambda _: None)
    said = spoken(plain)
    plain.receive({"type": "draft", "generation": 1, "values": {"fields": {}}})
    assert said == []


def test_drafts_of_the_store_are_those_of_kind_and_child() -> None:
    """`Drafts.in_store` reads and writes the desk's draft of one kind and child."""

    class Desk:
        def __init__(self) -> None:
            self.kept: dict[tuple[str, str], Any] = {}

        def save_draft(self, kind: str, child_id: str, content: dict[str, Any]) -> None:
            self.kept[kind, child_id] = content

        def draft(self, kind: str, child_id: str) -> Any:
            content = self.kept.get((kind, child_id))
            return type("Stored", (), {"content": content, "saved_at": MOMENT})() if content is not None else None

        def drop_draft(self, kind: str, child_id: str) -> None:
            self.kept.pop((kind, child_id), None)

    desk = Desk()
    drafts = Drafts.in_store(desk, "talk", FIRST)
    assert drafts.load() is None
    drafts.save({"fields": {}})
    assert drafts.load() == ({"fields": {}}, MOMENT)
    drafts.drop()
    assert desk.kept == {}


def test_forms_show_no_person_in_their_repr() -> None:
    """A form and an entry tell kinds and counts only."""
    entries: list[Entry] = []
    form = talk_form(entries.append, initial={"points": "赵小禾"})
    press(form, child_id=FIRST, talked_on="2026-01-31")
    assert repr(form) == "RecordForm(talk, 6 fields)"
    assert repr(entries[0]) == "Entry(1 records, 0 parts)"


def test_browser_cannot_set_state() -> None:
    """State that a browser sends is dropped: no trait changes by it."""
    form = talk_form(lambda _: None)
    form.set_state({"values": {"fields": {}}, "layout_json": {}, "ack_seconds": 0})
    assert form.layout_json["fields"]
    assert form.ack_seconds == 8.0
