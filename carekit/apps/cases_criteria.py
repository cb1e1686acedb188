"""What speaks for closing and what against it (RECORDS 6.4), told from facts: each criterion met, not met or not known.

Pure functions of what `cases_child` has gathered. A criterion that is not met forbids nothing: whoever proposes explains it, whoever approves sees it. What
is asked for by each reason is a tuple in a table, so that a further criterion is one more entry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from carekit.calendar import add_months, age_at
from carekit.language import Label, LabelledEnum
from carekit.records.codes import ClosureReason, InterventionEnd, LeavingReason

#: Since when a parent has to be back (家长返乡满三个月).
MONTHS_BACK = 3
GROWN_UP = 16


class Answer(LabelledEnum):
    """What the facts say of a criterion."""

    MET = Label("met", "已满足")
    NOT_MET = Label("not met", "未满足")
    UNKNOWN = Label("not known", "不清楚")

    @classmethod
    def of(cls, held: bool | None) -> Answer:
        """The answer to a question that may have none."""
        return cls.UNKNOWN if held is None else cls.MET if held else cls.NOT_MET


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion, what the facts say of it, and what they are in a few words."""

    label: Label
    answer: Answer
    detail: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ParentFacts:
    """A living parent on the day: `home` and `able` are None where it is not known; `back_on` is when the last stay away ended."""

    who: str
    home: bool | None
    able: bool | None
    back_on: date | None


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What of a child is still open: how many of each."""

    difficulties: int = 0
    pairings: int = 0
    plans: int = 0
    interventions: int = 0

    def __bool__(self) -> bool:
        return bool(self.difficulties or self.pairings or self.plans or self.interventions)


@dataclass(frozen=True, slots=True, repr=False)
class FileFacts:
    """What is known of a child on the last day on the register, or of the intervention (`on`).

    `left_on` and `leaving` are of the last stay when it is over by then; `left_behind` and `ever_left_behind` are None when not known.
    """

    on: date
    birth_on: date | None = None
    parents: tuple[ParentFacts, ...] = ()
    left_on: date | None = None
    leaving: LeavingReason | None = None
    other_school: str | None = None
    receipt_on: date | None = None
    left_behind: bool | None = None
    ever_left_behind: bool | None = None
    work: OpenWork = OpenWork()


@dataclass(frozen=True, slots=True)
class EndFacts:
    """What is known of an intervention on its last day, beside the child's own facts."""

    file: FileFacts
    review_on: date | None = None
    child_told_on: date | None = None
    guardian_told_on: date | None = None


# --- leaving the register ---------------------------------------------------------------------------------------------

_BACK = Label("A parent is back for three months", "父母一方返家已满三个月")
_ABLE = Label("A parent at home can care for the child", "在家的父母有监护能力")
_NOT_NOW = Label("Not left behind any more by the family's facts", "按家庭资料已不属于留守")
_NEVER = Label("Never left behind while on the register, by any definition", "登记期间按任何口径都不属于留守")
_GONE = Label("The child has left the school", "孩子已办离校")
_WHERE = Label("It is written down where to", "已写明去向")
_RECEIPT = Label("The other school has confirmed the file", "对方学校已签收档案回执")
_AGE = Label("Sixteen years old", "已满十六周岁")
_LEFT_AS = Label("Left the school: {reason}", "已办离校：{reason}")
_SINCE, _LEFT = Label("{who}: home since {day}", "{who}：{day}返家"), Label("left on {day}", "{day}离校")
_BORN, _BY = Label("born {day}", "{day}生"), Label("receipt of {day}", "回执日期{day}")
_NO_PARENT = Label("no parent is recorded", "没有登记父母")
_COMMA = Label(", ", "，")


def _returned(facts: FileFacts) -> list[ParentFacts]:
    """The parents who are at home and were away before."""
    return [one for one in facts.parents if one.home and one.back_on]


def _parent_back(facts: FileFacts) -> Criterion:
    back = _returned(facts)
    detail = _COMMA.text().join(_SINCE.format(who=one.who, day=one.back_on).text() for one in back)
    if not facts.parents:
        return Criterion(_BACK, Answer.UNKNOWN, _NO_PARENT.text())
    if any(one.back_on and add_months(one.back_on, MONTHS_BACK) <= facts.on for one in back):
        return Criterion(_BACK, Answer.MET, detail)
    # at home and no stay away on record: since when is not known
    unclear = any(one.home is None or (one.home and one.back_on is None) for one in facts.parents)
    return Criterion(_BACK, Answer.UNKNOWN if unclear else Answer.NOT_MET, detail)


def _able(facts: FileFacts) -> Criterion:
    at_home = [one for one in facts.parents if one.home]
    if any(one.able for one in at_home):
        return Criterion(_ABLE, Answer.MET)
    unclear = not facts.parents or any(one.home is not False and one.able is None for one in facts.parents)
    return Criterion(_ABLE, Answer.UNKNOWN if unclear else Answer.NOT_MET)


def _not_left_behind(facts: FileFacts) -> Criterion:
    return Criterion(_NOT_NOW, Answer.of(None if facts.left_behind is None else not facts.left_behind))


def _never_left_behind(facts: FileFacts) -> Criterion:
    return Criterion(_NEVER, Answer.of(None if facts.ever_left_behind is None else not facts.ever_left_behind))


def _grown_up(facts: FileFacts) -> Criterion:
    if facts.birth_on is None or facts.birth_on > facts.on:
        return Criterion(_AGE, Answer.UNKNOWN)
    return Criterion(_AGE, Answer.of(age_at(facts.birth_on, facts.on) >= GROWN_UP), _BORN.format(day=facts.birth_on).text())


def _gone(facts: FileFacts) -> Criterion:
    return Criterion(_GONE, Answer.of(facts.left_on is not None), _LEFT.format(day=facts.left_on).text() if facts.left_on else "")


def _where_to(facts: FileFacts) -> Criterion:
    return Criterion(_WHERE, Answer.of(bool(facts.other_school)), facts.other_school or "")


def _received(facts: FileFacts) -> Criterion:
    return Criterion(_RECEIPT, Answer.of(facts.receipt_on is not None), _BY.format(day=facts.receipt_on).text() if facts.receipt_on else "")


def _left_as(*reasons: LeavingReason) -> Callable[[FileFacts], Criterion]:
    def judge(facts: FileFacts) -> Criterion:
        held = facts.left_on is not None and facts.leaving in reasons
        return Criterion(_LEFT_AS.format(reason=reasons[0].label), Answer.of(held), _gone(facts).detail)

    return judge


_BY_REASON: dict[ClosureReason, tuple[Callable[[FileFacts], Criterion], ...]] = {
    ClosureReason.PARENT_BACK: (_parent_back, _able, _not_left_behind),
    ClosureReason.JOINED_PARENTS: (_gone, _where_to),
    ClosureReason.TURNED_16: (_grown_up,),
    ClosureReason.GRADUATED: (_left_as(LeavingReason.GRADUATED), _received),
    ClosureReason.TRANSFERRED: (_left_as(LeavingReason.TRANSFERRED_OUT, LeavingReason.ABROAD), _received),
    ClosureReason.DIED: (_left_as(LeavingReason.DIED),),
    ClosureReason.WRONGLY_LISTED: (_never_left_behind,),
}


def closure_criteria(reason: ClosureReason, facts: FileFacts) -> list[Criterion]:
    """What is asked for before a child leaves the register for a reason, and that nothing of the child is still open."""
    return [*(judge(facts) for judge in _BY_REASON[reason]), *work_criteria(facts.work)]


# --- what is still open -----------------------------------------------------------------------------------------------

_WORK = {
    "difficulties": Label("No difficulty is open", "没有未办结的困难"),
    "pairings": Label("No pairing runs", "没有进行中的结对"),
    "plans": Label("No plan runs", "没有未结束的帮扶计划"),
    "interventions": Label("No intervention is open", "没有在办的帮扶个案"),
}
_STILL = Label("{count} open: end or hand over first", "还有{count}项，请先办结或移交")


def work_criteria(work: OpenWork, names: Sequence[str] = tuple(_WORK)) -> list[Criterion]:
    """That nothing of the child is still open, one criterion for each kind of work."""
    counts = {name: int(getattr(work, name)) for name in names}
    return [
        Criterion(_WORK[name], Answer.of(not count), _STILL.format(count=count).text() if count else "") for name, count in counts.items()
    ]


# --- closing an intervention ------------------------------------------------------------------------------------------

_AIMS = Label("The worker states that the aims are reached", "负责人评估：帮扶目标已达成")
_REVIEWED = Label("The day of the review has come", "已到约定的评估日期")
_CHILD, _GUARDIAN = Label("The child was told", "已告知孩子"), Label("The guardian was told", "已告知监护人")
_ON = Label("{day}", "{day}")


def _dated(label: Label, day: date | None) -> Criterion:
    return Criterion(label, Answer.of(day is not None), _ON.format(day=day).text() if day else "")


def _reviewed(facts: EndFacts) -> Criterion:
    day = facts.review_on
    return Criterion(_REVIEWED, Answer.of(None if day is None else day <= facts.file.on), _ON.format(day=day).text() if day else "")


def _no_difficulty(facts: EndFacts) -> Criterion:
    return work_criteria(facts.file.work, ("difficulties",))[0]


_TOLD: tuple[Callable[[EndFacts], Criterion], ...] = (
    lambda facts: _dated(_CHILD, facts.child_told_on),
    lambda facts: _dated(_GUARDIAN, facts.guardian_told_on),
)
_BY_END: dict[InterventionEnd, tuple[Callable[[EndFacts], Criterion], ...]] = {
    InterventionEnd.AIMS_REACHED: (lambda _: Criterion(_AIMS, Answer.MET), _reviewed, _no_difficulty, *_TOLD),
    InterventionEnd.TRANSFERRED: (lambda facts: _received(facts.file), *_TOLD),
    InterventionEnd.REFUSED: (_no_difficulty, *_TOLD),
    InterventionEnd.CHILD_LEFT: (lambda facts: _gone(facts.file), lambda facts: _where_to(facts.file)),
    InterventionEnd.OTHER: (_reviewed, _no_difficulty, *_TOLD),
}


def intervention_criteria(reason: InterventionEnd, facts: EndFacts) -> list[Criterion]:
    """What is asked for before an intervention is closed for a reason."""
    return [judge(facts) for judge in _BY_END[reason]]


# --- shown ------------------------------------------------------------------------------------------------------------

_SIGNS = {Answer.MET: ("✓", "#1a7f37"), Answer.NOT_MET: ("✗", "#b42318"), Answer.UNKNOWN: ("?", "#8a5a00")}
_TITLE = Label("Criteria", "结案条件")


def unmet(criteria: Sequence[Criterion]) -> list[Criterion]:
    """The criteria that are not met, or of which it is not known."""
    return [one for one in criteria if one.answer is not Answer.MET]


def criteria_html(criteria: Sequence[Criterion], title: Label = _TITLE) -> str:
    """The criteria as a list under a title: a sign, a colour and words for each, what is not met in red."""
    lines = []
    for one in criteria:
        sign, colour = _SIGNS[one.answer]
        detail = f"（{escape(one.detail)}）" if one.detail else ""
        lines.append(
            f'<li style="color:{colour}"><b>{sign}</b> {escape(one.label.text())}：<b>{escape(one.answer.label.text())}</b>{detail}</li>'
        )
    if not lines:
        return ""
    return (
        f'<section class="ck-criteria" style="font-size:15px;line-height:1.8"><b>{escape(title.text())}</b>'
        f'<ul style="list-style:none;padding:0;margin:0;white-space:normal">{"".join(lines)}</ul></section>'
    )
