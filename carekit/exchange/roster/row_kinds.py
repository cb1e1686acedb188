"""Which rows under the headings hold children, and why the others do not. A row that fits nothing is treated as a child's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from carekit.exchange.files.sheets import Cell
from carekit.exchange.roster.class_names import class_inside, read_class
from carekit.exchange.roster.headings import plain_heading
from carekit.exchange.roster.layout import Table, text_of_cell
from carekit.exchange.roster.rows import ClassName

_TOTAL = re.compile(r"(全[班校]|本班|年级)?(合计|总计|小计|共计|总人数|累计)(人数)?.{0,20}")
_NOTE = re.compile(
    r"(注意?|备注|说明|填表说明|填报说明|附注|附|要求|填表要求|提示|注释)\s*\d?\s*[:：.、]|(注意?事项|填表说明|填报说明|备注说明)"
)
_NUMBERED = re.compile(r"[(（]?\d{1,2}[)）.、．:：]\s*\S{4,}|[①-⑳]")
_SIGNATURE = re.compile(
    r"(单位|学校|本表)?(填表|制表|填报|审核|复核|负责|经办|校长|主管|分管|统计|班主任|填写|上报|录入)(人|领导|单位|教师|老师|日期|时间)?(签[名字]|盖章|[(（]签[名字章][)）]|[(（]盖章[)）])?\s*[:：]"
    r"|(签[名字]|盖章|日期|学校|单位|联系人|联系电话)([(（].{0,4}[)）])?\s*[:：]|[(（]盖章[)）]"
)
#: What an empty row of a template still holds: its number and the name of the school.
_EMPTY_TEMPLATE = re.compile(r"[\d.、()（）\s]{1,8}|[\u3400-\u9fff]{2,20}(学校|小学|中学|教学点|校区)")
#: Rows whose first cell begins with one of these are looked at more closely.
_WORDS = re.compile("合|总|小|共|全|本|注|备|说|填|附|要|提|审|制|复|负|经|校|主|分|统|班|录|上|单|学|签|盖|日")
TEACHER = re.compile(r"班主任\s*[:：]?\s*([\u3400-\u9fff·]{2,6})")
_SEPARATOR_WORDS = re.compile(r"^(班级|年级)\s*[:：]\s*")


@dataclass(slots=True)
class Separator:
    """A line between rows that names the class of the rows below, and perhaps its teacher."""

    school_class: ClassName
    teacher: str | None


@dataclass(slots=True)
class RowKinds:
    """Tells the rows of one sheet apart, from top to bottom."""

    table: Table
    titles: frozenset[str]
    headings: dict[int, frozenset[str]]
    raw_headings: dict[int, frozenset[str]]
    serials: frozenset[int]
    name_columns: frozenset[int]
    in_notes: bool = False
    separator: Separator | None = field(default=None)

    def kind(self, row: list[Cell], number: int) -> str:
        """A key of `SKIP_REASONS` ("blank" among them), or "child"; `number` counts rows below the headings from 0.

        After "class_separator", `separator` holds what the line says.
        """
        if len(row) - row.count("") > 6 and self._plainly_a_child(row, number):
            return "child"
        filled = [(column, text) for column, cell in enumerate(row) if cell != "" and (text := text_of_cell(cell))]
        if all(column in self.serials and _EMPTY_TEMPLATE.fullmatch(text) for column, text in filled):
            return "blank"
        kind = self._short_row(filled, number)
        self.in_notes = kind in ("note", "signature") or (self.in_notes and kind == "total")
        return kind

    def _plainly_a_child(self, row: list[Cell], number: int) -> bool:
        """Whether a row with many filled cells begins like neither headings, a row of column numbers, a total nor a note."""
        first = next(cell for cell in row if cell != "")
        if number < 2 or (isinstance(first, str) and (not first.strip() or _WORDS.match(first))):
            return False
        return not any(row[column] in self.raw_headings.get(column, ()) for column in self.name_columns)

    def _short_row(self, filled: list[tuple[int, str]], number: int) -> str:
        column, first = filled[0]
        named = any(place in self.name_columns for place, _ in filled[1:]) or column in self.name_columns
        if self._repeats_headings(filled):
            return "subheading"
        if self._counts(filled, number):
            return "column_numbers"
        if any(_TOTAL.fullmatch("".join(text.split())) for place, text in filled[:3] if place == column or place in self.name_columns):
            return "total"
        if self._separates(filled):
            return "class_separator"
        if _NOTE.match(first) or (self.in_notes and len(filled) == 1 and (_NUMBERED.match(first) or len(first) > 12)):
            return "note"
        if _SIGNATURE.search(first) and len(filled) <= 5:
            return "signature"
        if len(filled) == 1 and first in self.titles:
            return "title"
        return "child" if named or filled else "blank"

    def _repeats_headings(self, filled: list[tuple[int, str]]) -> bool:
        if not any(len(text) < 40 and text in self.raw_headings.get(column, ()) for column, text in filled[:4]):
            return False
        same = sum(1 for column, text in filled if plain_heading(text) in self.headings.get(column, ()))
        return same >= 2 and same * 3 >= len(filled) * 2

    def _counts(self, filled: list[tuple[int, str]], number: int) -> bool:
        """A row of column numbers (1 2 3 … or (1) (2) …) stands right under headings."""
        if (number > 1 and not self.in_notes) or len(filled) < 3:
            return False
        texts = [re.sub(r"[()（）栏\s]", "", text) for _, text in filled]
        numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 4]
        return len(numbers) * 5 >= len(texts) * 4 and numbers[0] <= 2 and all(b == a + 1 for a, b in pairwise(numbers))

    def _separates(self, filled: list[tuple[int, str]]) -> bool:
        texts = [text for column, text in filled if column not in self.serials or not text.isdigit()]
        if not texts or len(texts) > 2 or len(texts[0]) > 40:
            return False
        whole = " ".join(texts)
        teacher = TEACHER.search(whole)
        rest = _SEPARATOR_WORDS.sub("", TEACHER.sub("", whole)).strip(" :：,，;；()（）") if teacher else _SEPARATOR_WORDS.sub("", whole)
        rest = re.sub(r"\(?(共?\d+人|名单|花名册|学生名单|留守儿童名单)\)?$", "", rest.replace("（", "(").replace("）", ")")).strip()
        made = read_class(rest) or (class_inside(rest) if len(rest) <= 16 and len(texts) == 1 else None)
        if made is None:
            return False
        self.separator = Separator(made, teacher[1] if teacher else None)
        return True
