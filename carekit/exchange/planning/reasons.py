"""The sentences for what comparing a roster with the store finds, by code."""

from __future__ import annotations

from carekit.language import Label

#: Codes that hold a row back; the others ask a person to look.
HOLDING = frozenset(
    {
        "LEAVING",
        "CLASS_UNCLEAR",
        "CLASS_UNKNOWN",
        "ID_WORSE",
        "PERSON_DIFFERS",
        "CHILD_DIED",
        "ROSTER_OLDER",
        "CHANGED_MEANWHILE",
        "INVALID",
    }
)

#: Questions of the reading whose row is saved all the same, because the words are kept in a note: they are about the family, not about who is meant.
SAVED_IN_DOUBT = frozenset({"PAIR_UNCLEAR", "WHOSE_UNCLEAR"})
#: Rows that the reading holds back because an earlier row is of the same child; the earlier one stands.
REPEATED = frozenset({"ID_TWICE", "CHILD_TWICE", "PUPIL_NUMBER_TWICE"})

SENTENCES: dict[str, Label] = {
    "LEAVING": Label(
        "A note behind the name says that the child is leaving. Enter the leaving on the child's page, or take the note away and import again.",
        "姓名后注明要离校（如转走）。请在档案里登记离校，或删去注明后再导入。",
    ),
    "CLASS_UNCLEAR": Label(
        "It is not clear which class is meant. Write grade and number, such as 三(2)班.", "看不出是哪个班，请写清年级和班号，如“三(2)班”。"
    ),
    "CLASS_UNKNOWN": Label(
        "The school has no such class this year. Ask the registrar to add it, then import this row again.",
        "本学年还没有这个班，请先请学籍管理员建班，再导入这一行。",
    ),
    "ID_WORSE": Label(
        "The file of this child has a faultless identity number; the one in this row is not. Check it against the household register.",
        "档案里的身份证号是正确的，这一行的号码不对，请对照户口簿核对。",
    ),
    "PERSON_DIFFERS": Label(
        "Row {row} names another person here ({field}). Correct one of the two rows.",
        "第{row}行写的是另一个人（{field}不同），请改正其中一行。",
    ),
    "CHILD_DIED": Label("The file says that this child has died. Check whom this row means.", "档案登记这名孩子已去世，请核对这一行是谁。"),
    "ROSTER_OLDER": Label(
        "The child is in a class of a later school year already, so this roster is older than the file. Choose the school year of the roster, or leave this row out.",
        "这名孩子已在更新学年的班级里，这份名单较旧。请选对名单的学年，或去掉这一行。",
    ),
    "CHANGED_MEANWHILE": Label(
        "Somebody changed this child's file after the list was compared. Import this row again.",
        "对照之后有人改过这名孩子的档案，请把这一行再导入一次。",
    ),
    "INVALID": Label("Something in this row cannot be saved; correct it.", "这一行有内容无法保存，请改正。"),
    "BROUGHT_BACK": Label("There is a withdrawn file for this child; it is used again.", "这名孩子有已停用的档案，将恢复使用。"),
    "ROW_CONTRADICTS": Label(
        "The row says two things of one person ({field}); the first one is kept.",
        "这一行对同一个人写了两种内容（{field}），按前一个保存，请核对。",
    ),
    "ROWS_CONTRADICT": Label(
        "Row {row} says something else of the same family ({field}); that is kept. Please check.",
        "第{row}行对同一家人写的不一样（{field}），按那一行保存，请核对。",
    ),
    "RELATION_MISSING": Label(
        "The row does not say what the guardian is to the child; kept as the person who can be reached.",
        "没写监护人与孩子的关系，已存为“方便联系人”，请补上关系。",
    ),
    "WHO_IS_AWAY": Label("The row does not say which parent is away; add it to the file.", "没写清是父亲还是母亲外出，请在档案里补上。"),
    "CASE_CLOSED": Label(
        "The child was taken off the register of left-behind children. If the child is left behind again, reopen it on the child's page.",
        "这名孩子已经销号。如果又成为留守儿童，请在档案里恢复登记。",
    ),
    "STILL_REGISTERED": Label(
        "The row says that the child is not left behind, but the child is on the register. Close it on the child's page if that is right.",
        "名单写的是非留守，但这名孩子还在留守登记中。如已不留守，请在档案里销号。",
    ),
    "TEACHER_UNKNOWN": Label(
        "The class teacher named here is not among the school's staff; add the teacher under staff.",
        "教职工里没有这位班主任，请先在教职工中登记。",
    ),
    "SIBLING": Label(
        "Shares a family with a brother or sister: same parents and same phone or address.",
        "与兄弟姐妹合用一个家庭档案（父母相同，电话或地址相同）。",
    ),
}


def sentence(code: str) -> Label:
    """The sentence of a code that has no places to fill."""
    return SENTENCES[code]
