"""Reading the scores of a class from lines of text, as pasted from a spreadsheet or typed: ``name, tab, points``.

Nothing is guessed: a line whose name is nobody's or several children's, or whose points are no number, is given back with its reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from carekit.language import Label, LabelledEnum
from carekit.names import same_name_key
from carekit.problems import InvalidRecord
from carekit.records import Score
from carekit.records.codes import Exam, Subject

#: What parts a name from its points: a tab, a comma, a colon, or blanks before a last word.
_PARTS = re.compile(r"^(?P<name>.*?)[\t,，;；:：]+(?P<points>[^\t,，;；:：]*)[\t,，;；:：\s]*$")
_LAST_WORD = re.compile(r"^(?P<name>.*\S)\s+(?P<points>\S+)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NOBODY = Label("nobody of this name is in the class", "班里没有这个名字，请核对")
_SEVERAL = Label(
    "several children have this name; use the line of the list, with what stands in brackets", "班里有重名，请用名单里带括号的写法"
)
_NO_NUMBER = Label("this is no score: enter a number, such as 85 or 85.5", "不是分数，请填数字，如85或85.5")
_TWICE = Label("this child stands here twice; leave one line", "这个孩子写了两行，请只留一行")
_BLANK = Label("no score entered", "没有填分数")
_ALREADY = Label("there is a score of this exam already: {points}", "这次考试已有成绩：{points}")


class LineState(LabelledEnum):
    """What becomes of a line."""

    TAKEN = Label("recognised", "已识别")
    BLANK = Label("left blank", "未填")
    WRONG = Label("not recognised", "未识别")


@dataclass(frozen=True, slots=True)
class ExamPaper:
    """The exam whose scores are entered."""

    subject: Subject
    exam: Exam
    held_on: date
    full_points: Decimal


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A line of the text: `number` from 1, `text` as typed, the child and the score when it was recognised, and why it was not."""

    number: int
    text: str
    state: LineState
    child_id: str | None = None
    points: Decimal | None = None
    why: Label | None = None

    def __repr__(self) -> str:
        return f"ScoreLine({self.number}, {self.state.name})"


@dataclass(frozen=True, slots=True)
class Pupil:
    """A child of a class as a line names it: the name, with what tells it apart in brackets when two share it."""

    child_id: str
    name: str
    written: str

    def __repr__(self) -> str:
        return f"Pupil({self.child_id})"


def pupils_of(children: Sequence[tuple[str, str, str]]) -> list[Pupil]:
    """Children as (id, name, what tells them apart) with the words by which each is written."""
    alike = Counter(same_name_key(name) for _, name, _ in children)
    whole = Counter((same_name_key(name), detail) for _, name, detail in children)
    pupils = []
    for child_id, name, detail in children:
        key = same_name_key(name)
        apart = detail if whole[key, detail] == 1 else f"{detail} {child_id[-4:]}"
        # neither comma nor colon may stand in the words, because these part a name from its points
        apart = re.sub(r"[\t,，;；:：]+", " ", apart)
        pupils.append(Pupil(child_id, name, name if alike[key] == 1 else f"{name}（{apart}）"))
    return pupils


def list_of(pupils: Sequence[Pupil]) -> str:
    """The text to start from: a line for each child, ready for the points after the tab."""
    return "\n".join(f"{pupil.written}\t" for pupil in pupils)


def read_lines(text: str, pupils: Sequence[Pupil], paper: ExamPaper, present: Mapping[str, Decimal]) -> list[ScoreLine]:
    """What each line of a text says; empty lines are left out. `present` are the scores of this exam that are saved already, by child."""
    named: dict[str, list[str]] = defaultdict(list)
    for pupil in pupils:
        for key in {same_name_key(pupil.name), same_name_key(pupil.written)}:
            named[key].append(pupil.child_id)
    lines = [_read(number, line, named, paper, present) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    often = Counter(line.child_id for line in lines if line.state is LineState.TAKEN)
    return [
        ScoreLine(line.number, line.text, LineState.WRONG, line.child_id, why=_TWICE)
        if line.state is LineState.TAKEN and often[line.child_id] > 1
        else line
        for line in lines
    ]


def _read(number: int, text: str, named: Mapping[str, list[str]], paper: ExamPaper, present: Mapping[str, Decimal]) -> ScoreLine:
    name, typed = _parted(text, named)
    found = named.get(same_name_key(name), [])
    if len(found) != 1:
        return ScoreLine(number, text, LineState.WRONG, why=_SEVERAL if found else _NOBODY)
    if not typed:
        return ScoreLine(number, text, LineState.BLANK, found[0], why=_BLANK)
    points = read_points(typed)
    if points is None:
        return ScoreLine(number, text, LineState.WRONG, found[0], why=_NO_NUMBER)
    if found[0] in present:
        return ScoreLine(number, text, LineState.WRONG, found[0], why=_ALREADY.format(points=f"{present[found[0]].normalize():f}"))
    try:
        score_of(found[0], points, paper)
    except InvalidRecord as wrong:
        return ScoreLine(number, text, LineState.WRONG, found[0], why=wrong.problems[0].label)
    return ScoreLine(number, text, LineState.TAKEN, found[0], points)


def _parted(text: str, named: Mapping[str, list[str]]) -> tuple[str, str]:
    """The name and the points of a line; a line that is a name as a whole has no points."""
    if same_name_key(text.rstrip("\t,，;；:： ")) in named:
        return text.rstrip("\t,，;；:： "), ""
    match = _PARTS.match(text) or _LAST_WORD.match(text.strip())
    return (match["name"], match["points"].strip()) if match else (text, "")


def read_points(typed: str) -> Decimal | None:
    """A score as typed, full-width digits and a following 分 allowed; None when it is no plain number."""
    plain = unicodedata.normalize("NFKC", typed).strip().removesuffix("分").strip()
    try:
        return Decimal(plain) if _NUMBER.fullmatch(plain) else None
    except InvalidOperation:
        return None


def score_of(child_id: str, points: Decimal, paper: ExamPaper, score_id: str | None = None) -> Score:
    """The record of a score; `InvalidRecord` when it is above the full score or otherwise impossible."""
    values = {
        "child_id": child_id, "subject": paper.subject, "exam": paper.exam, "held_on": paper.held_on, "points": points, "full_points": paper.full_points,
        "id": score_id,
    }  # fmt: skip
    score: Score = Score.read(values)
    return score
