"""What somebody asks of those who keep the files, without seeing them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from carekit.fields import DoneDate, Id, IdNumber, PersonName, PlainDate, Privacy, ShortText, field, refuse
from carekit.language import Label
from carekit.records.base import Area, Record


class ReopenRequest(Record):
    """That somebody asks for a file which they do not see: the child is back, or now in their class (恢复档案申请).

    It holds what was typed and nothing of the file, so that it tells whoever asks no more than that there is one. About nobody: which file is meant is
    found by those who keep the files.
    """

    kind: ClassVar[str] = "reopen_request"
    label: ClassVar[Label] = Label("Request for a file", "恢复档案申请")
    area: ClassVar[Area] = Area.REQUEST
    occurs: ClassVar[str | None] = "asked_on"
    by: ClassVar[str | None] = "asked_by"

    asked_by: Id = field(Label("Asked by", "申请人"), Privacy.INTERNAL, ref="staff_member")
    asked_on: DoneDate = field(Label("Asked on", "申请日期"), Privacy.INTERNAL)
    id_number: IdNumber | None = field(Label("Identity number", "身份证号"), Privacy.PERSONAL)
    pupil_number: ShortText | None = field(Label("Pupil number", "学籍号"), Privacy.PERSONAL)
    name: PersonName | None = field(Label("Name", "姓名"), Privacy.PERSONAL)
    born_on: PlainDate | None = field(Label("Date of birth", "出生日期"), Privacy.PERSONAL)
    note: ShortText | None = field(Label("Why", "情况说明"), Privacy.PERSONAL)
    answered_on: DoneDate | None = field(Label("Answered on", "答复日期"), Privacy.INTERNAL)
    answered_by: Id | None = field(Label("Answered by", "答复人"), Privacy.INTERNAL, ref="staff_member")
    answer: ShortText | None = field(Label("Answer", "答复"), Privacy.PERSONAL)

    @model_validator(mode="after")
    def _says_who_is_meant(self) -> ReopenRequest:
        if not (self.id_number or self.pupil_number or (self.name and self.born_on)):
            raise refuse(
                "nobody_meant", "Enter a number, or name and date of birth.", "请填身份证号或学籍号，或者姓名和出生日期。", name="name"
            )
        if self.answered_on and not (self.answer and self.answered_by):
            raise refuse("answer_missing", "Write the answer.", "请写明答复。", name="answer")
        return self
