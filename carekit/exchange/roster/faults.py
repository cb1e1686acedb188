"""Everything that can be wrong with a cell, a row, a column or a sheet of a roster: one code, one sentence, one severity each.

A sentence says what is wrong and what to do next, and never repeats what stands in the cell.
"""

from __future__ import annotations

from dataclasses import dataclass

from carekit.exchange.roster.rows import Severity
from carekit.language import Label

_HOLD, _ASK, _WARN = Severity.HOLD, Severity.ASK, Severity.WARN


@dataclass(frozen=True, slots=True)
class Fault:
    """What one code means."""

    severity: Severity
    label: Label


def _fault(severity: Severity, en: str, zh: str) -> Fault:
    return Fault(severity, Label(en, zh))


FAULTS: dict[str, Fault] = {
    # --- identity and other numbers ---
    "ID_NUMERIC_DAMAGED": _fault(
        _HOLD,
        "The identity number is stored as a number and its last digits are lost. Set the column to text, enter the number again and import once more.",
        "身份证号被存成了数字，末尾几位已丢失。请把该列设为文本，重新录入后再导入。",
    ),
    "NUMBER_DAMAGED": _fault(
        _HOLD,
        "This long number is stored as a number and its last digits are lost. Set the column to text and enter it again.",
        "这个长号码被存成了数字，末尾几位已丢失。请把该列设为文本，重新录入。",
    ),
    "ID_LENGTH": _fault(
        _HOLD,
        "An identity number has 18 characters; this one has more or fewer. Check it against the household register.",
        "身份证号应为18位，这个位数不对。请对照户口簿改正。",
    ),
    "ID_CHARACTERS": _fault(
        _HOLD,
        "An identity number is 17 digits and a digit or X. Check it against the household register.",
        "身份证号应为17位数字加1位数字或X。请对照户口簿改正。",
    ),
    "ID_DATE": _fault(
        _HOLD,
        "The birth date in the identity number does not exist. Check it against the household register.",
        "身份证号里的出生日期不存在。请对照户口簿改正。",
    ),
    "ID_FUTURE": _fault(
        _HOLD,
        "The birth date in the identity number is still to come. Check it against the household register.",
        "身份证号里的出生日期还没到。请对照户口簿改正。",
    ),
    "ID_NOT_A_CHILD": _fault(
        _HOLD,
        "By this identity number the pupil is an adult; it may be a parent's. Check it.",
        "按这个身份证号，学生已是成年人，可能填成了家长的。请核对。",
    ),
    "ID_15_DIGITS": _fault(
        _WARN,
        "An identity number of 15 digits is no longer valid and was not saved. Enter the one of 18 digits.",
        "15位身份证号早已停用，没有保存。请补填18位号码。",
    ),
    "ID_15_CONVERTED": _fault(
        _WARN, "The old identity number of 15 digits was written as one of 18. Check it.", "15位旧身份证号已按规则换成18位。请核对。"
    ),
    "ID_CHECK_DIGIT": _fault(
        _WARN,
        'The last character of the identity number does not fit the others. It was saved as "to verify".',
        "身份证号末位校验不符，已保存为待核实。请对照户口簿核对。",
    ),
    "ID_REGION": _fault(
        _WARN,
        "The identity number begins with an unknown region. Check its first two digits.",
        "身份证号开头的地区代码不认识。请核对前两位。",
    ),
    "ID_SEX_CONFLICT": _fault(
        _WARN,
        "The sex in the identity number differs from the sex in the list. Both were kept; check which is right.",
        "身份证号里的性别与“性别”栏不一致。两个都已保留，请核对。",
    ),
    "ID_BIRTH_CONFLICT": _fault(
        _WARN,
        "The birth date in the identity number differs from the one in the list. Both were kept; check which is right.",
        "身份证号里的出生日期与“出生日期”栏不一致。两个都已保留，请核对。",
    ),
    "ID_TWICE": _fault(
        _HOLD,
        "The same identity number stands in an earlier row. Delete one of the two or correct the number.",
        "前面已有一行用了同一个身份证号。请删去重复的一行，或改正号码。",
    ),
    "CHILD_TWICE": _fault(
        _HOLD,
        "A child with the same name, class and birth date stands in an earlier row. Delete one, or add identity numbers to tell them apart.",
        "前面已有同名、同班、同生日的学生。若是同一人请删去一行；若是两个人请填身份证号。",
    ),
    "PUPIL_NUMBER_TWICE": _fault(
        _HOLD, "The same pupil number stands in an earlier row. Correct one of the two.", "前面已有一行用了同一个学籍号。请改正其中一个。"
    ),
    "SAME_NAME": _fault(
        _WARN,
        "Another child in this file has the same name. Check that the rows were not mixed up.",
        "文件里还有同名的学生。请核对两人的信息没有弄混。",
    ),
    "MEMBER_ID_NOT_USED": _fault(
        _WARN, "This identity number is not right and was not saved. Check it.", "这个身份证号不对，没有保存。请核对后补填。"
    ),
    "PUPIL_NUMBER_FORM": _fault(
        _WARN,
        "A national pupil number is G, J or L and 18 characters. It was saved as it stands; check it.",
        "全国学籍号应为G、J或L加18位。已按原样保存，请核对。",
    ),
    "ID_IS_PUPIL_NUMBER": _fault(
        _WARN,
        "A pupil number stands in the column of identity numbers; it was saved as pupil number.",
        "身份证号栏里填的是学籍号，已存为学籍号。请补填身份证号。",
    ),
    "NUMBER_STORED": _fault(
        _WARN,
        "This number is stored as a number; zeros at its beginning may be missing. Set the column to text.",
        "这个号码存成了数字，开头的0可能已丢失。请把该列设为文本后核对。",
    ),
    "ZEROS_SHOWN": _fault(
        _WARN,
        "The zeros at the beginning are only shown by the cell format; the number was saved as it is shown. Check it.",
        "号码开头的0只是单元格格式显示的，已按显示的样子保存。请核对。",
    ),
    # --- names ---
    "NAME_MISSING": _fault(
        _HOLD, "This row has no child's name. Fill it in, or delete the row.", "这一行没有学生姓名。请补上姓名，或删去这一行。"
    ),
    "NAME_NOT_TEXT": _fault(_HOLD, "The name is a number or a date. Enter the name again.", "姓名栏是数字或日期。请重新填写姓名。"),
    "NAME_TOO_LONG": _fault(_HOLD, "The name is longer than 72 characters. Check this row.", "姓名超过72个字。请核对这一行。"),
    "NAME_UNLIKELY": _fault(_ASK, "This does not look like a name. Check it before saving.", "这不像人名。请核对后再保存。"),
    "TEXT_CLEANED": _fault(
        _WARN, "Invisible characters were taken out of this text. Check it.", "文字里夹有看不见的字符，已去掉。请核对。"
    ),
    "NAME_MARK": _fault(_WARN, "A mark beside the name was taken off. Check what it meant.", "姓名旁的标记已去掉。请核对它是什么意思。"),
    "NAME_BRACKET": _fault(
        _WARN, "The words in brackets behind the name were moved to the note. Check them.", "姓名后括号里的话已移到备注。请核对。"
    ),
    "LEAVING": _fault(
        _ASK,
        "The name has a note that the child has left. Decide whether the child is still at the school.",
        "姓名后注明该生已离开。请确认是否仍在校。",
    ),
    "CHILDREN_UNCLEAR": _fault(
        _HOLD,
        "This row seems to hold several children, but names, birth dates and numbers do not match in count. Give each child a row.",
        "这一行好像有几个孩子，但姓名、出生日期、证件号的个数对不上。请每个孩子单独一行。",
    ),
    "SEVERAL_CHILDREN": _fault(
        _WARN, "This row was read as several children of one household. Check them.", "这一行按同一家庭的几个孩子读入。请核对。"
    ),
    "ROW_UNCLEAR": _fault(
        _HOLD,
        "This row could not be understood. If it is a child, fill in the row; if not, delete it.",
        "看不懂这一行。若是学生请填写完整，若不是请删去。",
    ),
    # --- dates and ages ---
    "DATE_UNREADABLE": _fault(_HOLD, "This date cannot be read. Write it as 2016-03-15.", "看不懂这个日期。请写成2016-03-15的样子。"),
    "DATE_IMPOSSIBLE": _fault(_HOLD, "This day does not exist. Correct the date.", "没有这一天。请改正日期。"),
    "DATE_AMBIGUOUS": _fault(
        _HOLD,
        "This date can be read in several ways. Write the year with four digits, as 2016-03-15.",
        "这个日期有几种读法。请写四位年份，如2016-03-15。",
    ),
    "DATE_SERIAL_TEXT": _fault(_HOLD, "Five digits are no date. Write it as 2016-03-15.", "五位数字不是日期。请写成2016-03-15的样子。"),
    "DATE_AS_NUMBER": _fault(
        _HOLD,
        "The date is stored as a number and can be read in several ways. Set the column to text and write 2016-03-15.",
        "日期被存成了数字，有几种读法。请把该列设为文本，写成2016-03-15。",
    ),
    "DATE_LUNAR": _fault(
        _WARN,
        "This is a date of the lunar calendar and was not saved. Enter the date of the household register.",
        "这是农历日期，没有保存。请按户口簿填公历日期。",
    ),
    "DATE_NOT_USED": _fault(
        _WARN, "This date is not clear and was not saved. Write it as 2016-03-15.", "这个日期不清楚，没有保存。请写成2016-03-15的样子。"
    ),
    "DATE_MONTH_ONLY": _fault(
        _WARN, "Only year and month are given; the first of the month was saved.", "只写了年月，按当月1日保存。知道日期后请补上。"
    ),
    "DATE_FUTURE": _fault(_HOLD, "This date is still to come. Enter the day it happened.", "日期还没到。请填实际的日期。"),
    "BIRTH_IMPLAUSIBLE": _fault(
        _HOLD, "By this birth date the pupil is an adult. Correct the date.", "按这个出生日期，学生已是成年人。请改正日期。"
    ),
    "AGE_UNLIKELY": _fault(_WARN, "A pupil of this age is unusual. Check the birth date.", "这个年龄的小学生很少见。请核对出生日期。"),
    "AGE_FOR_GRADE": _fault(
        _WARN, "The age does not fit the grade. Check birth date and class.", "年龄与年级不大相符。请核对出生日期和班级。"
    ),
    "AGE_CONFLICT": _fault(_WARN, "The age in the list does not fit the birth date. Check both.", "年龄与出生日期对不上。请核对。"),
    "AGE_NOMINAL": _fault(
        _WARN,
        "This column gives nominal ages (虚岁); it was not used, ages follow from birth dates.",
        "这一列是虚岁，没有采用，年龄按出生日期算。",
    ),
    "AGE_NOT_USED": _fault(
        _WARN, "The age was not saved. Enter the birth date, from which the age follows.", "年龄没有保存。请填出生日期，年龄会自动算出。"
    ),
    "AWAY_SINCE_UNCLEAR": _fault(
        _WARN, "It is not clear since when; the words were kept in the note.", "外出时间不清楚，原话已存入备注。请补填年月。"
    ),
    # --- classes ---
    "CLASS_DAMAGED": _fault(
        _HOLD,
        "The class was turned into a date or a number. It may have been {candidates}. Set the column to text and write it as 三(2)班.",
        "班级被变成了日期或数字，原来可能是{candidates}。请把该列设为文本，写成“三(2)班”的样子。",
    ),
    "CLASS_UNCLEAR": _fault(_HOLD, "The class has no grade. Write it as 三(2)班.", "班级没有写年级。请写成“三(2)班”的样子。"),
    "CLASS_UNKNOWN": _fault(_ASK, "This is not a name of a class that is known. Choose the class.", "不认识这个班级名称。请选择班级。"),
    "CLASS_CONFLICT": _fault(
        _WARN,
        "The class of this row differs from that of the sheet or of the line above. The row's was kept.",
        "本行的班级与工作表名或分隔行不同，已按本行保存。请核对。",
    ),
    "CLASS_FROM_ABOVE": _fault(
        _WARN, "The class was blank and was taken from the row above. Check it.", "班级空着，已按上一行填写。请核对。"
    ),
    "CLASS_MISSING": _fault(_WARN, "No class is given. Fill it in.", "没有填班级。请补上。"),
    # --- phones ---
    "PHONE_INVALID": _fault(
        _WARN,
        "This is not a phone number and was not saved. Enter 11 digits, or a landline with its area code.",
        "电话号码不对，没有保存。请填11位手机号，或带区号的固定电话。",
    ),
    "PHONE_NO_AREA_CODE": _fault(_WARN, "The landline has no area code. Add it.", "固定电话没有区号。请补上区号。"),
    "PHONE_SHORT": _fault(
        _WARN,
        "Short numbers work only within one firm's network; it was not saved. Enter the full number.",
        "短号只能在集团内拨打，没有保存。请填完整号码。",
    ),
    "PHONE_DEAD": _fault(_WARN, "The number is said to be out of use. Ask for the new one.", "号码注明是空号或停机。请问清新号码。"),
    "PHONE_MORE": _fault(
        _WARN, "There are more phone numbers than can be kept. Check which are needed.", "电话号码太多，多出的没有保存。请核对。"
    ),
    "PHONE_OWNER": _fault(
        _WARN, "The number is somebody else's; whose it is was written in the note.", "号码注明是别人的，已记入备注。请核对。"
    ),
    "WORK_PLACE_NONE": _fault(
        _WARN,
        "This tells of the family, not of a place of work. It was written in the note, and nobody was noted as away because of it.",
        "这里写的是家庭情况，不是务工地点。已记入备注，没有按外出登记，请核对。",
    ),
    "PHONE_SHARED": _fault(
        _WARN,
        "Many children have this number; it may be a teacher's or a shop's. Check it.",
        "很多学生填了同一个号码，可能是老师或小卖部的。请核对。",
    ),
    # --- other values ---
    "DITTO_HERE": _fault(_HOLD, '"Same as above" cannot be used in this column. Write it out.', "这一列不能写“同上”。请写出具体内容。"),
    "DITTO_ABOVE_BLANK": _fault(_HOLD, '"Same as above" has nothing above it. Write it out.', "“同上”的上面没有内容。请写出具体内容。"),
    "CODE_UNKNOWN": _fault(
        _WARN,
        "This word is not in the list of choices and was not saved. Choose from the list.",
        "这个词不在选项里，没有保存。请从选项中选。",
    ),
    "CODE_BY_NUMBER": _fault(
        _WARN,
        "A number does not say what is meant, as every system numbers differently; it was not saved. Write the word.",
        "各系统的数字代码不一样，没有保存。请写文字，如“男”“女”。",
    ),
    "CODE_SEVERAL": _fault(
        _WARN, "Several choices are ticked where one is wanted; none was saved.", "只能选一项却勾了几项，没有保存。请选一项。"
    ),
    "YES_NO_UNCLEAR": _fault(_WARN, "This is neither yes nor no and was not saved.", "看不出是“是”还是“否”，没有保存。请填“是”或“否”。"),
    "NUMBER_UNREADABLE": _fault(_WARN, "This is not a number and was not saved. Enter digits.", "这里应填数字，没有保存。请填数字。"),
    "TEXT_NOT_ACCEPTED": _fault(
        _HOLD, "This text is too long or has the wrong form for its column. Correct it.", "内容太长或格式不符合这一列的要求。请改正。"
    ),
    "TEXT_FROM_DATE": _fault(
        _WARN, "A date stands where a text is wanted; it was kept as text.", "这里应填文字却是日期，已按文字保存。请核对。"
    ),
    # --- family ---
    "MEMBER_NAME_NOT_USED": _fault(
        _WARN,
        "This is a place or a remark and no name; it was not saved. Check the heading of the column.",
        "这里不是姓名，像是地点或说明，没有保存。请核对这一列的表头。",
    ),
    "GUARDIAN_RELATION_MISSING": _fault(
        _WARN, "The relation of the guardian to the child is not given. Fill it in.", "没有写监护人与儿童的关系。请补上。"
    ),
    "RELATION_NOT_A_CARER": _fault(
        _WARN, '"Self" cannot be a guardian\'s relation; it was not saved.', "监护人与儿童的关系不能是“本人”，没有保存。请核对。"
    ),
    "PAIR_ORDER": _fault(
        _WARN, "Two names were read as father and mother in this order. Check them.", "两个名字按“父亲、母亲”的顺序读入。请核对。"
    ),
    "PAIR_UNCLEAR": _fault(
        _ASK, "It is not clear which parent is meant; the words were kept in the note.", "看不出是父亲还是母亲，原话已存入备注。请核对。"
    ),
    "WHOSE_UNCLEAR": _fault(
        _ASK,
        "It is not clear which parent this is about; the words were kept in the note.",
        "看不出说的是父亲还是母亲，原话已存入备注。请核对。",
    ),
    "LEFT_BEHIND_KIND_MISSING": _fault(
        _WARN,
        "The list says left behind but not whether one parent or both are away. Fill in who is away.",
        "写了是留守，但没写是单亲还是双亲外出。请补上谁在外。",
    ),
    "LEFT_BEHIND_CONFLICT": _fault(
        _WARN,
        "What the list says on being left behind does not fit what it says on the parents. Check both.",
        "留守情况与父母外出情况对不上。请核对。",
    ),
    "AWAY_UNCLEAR": _fault(_WARN, "It is not clear who is away. Write 父亲, 母亲 or 双方.", "看不出谁在外。请写“父亲”“母亲”或“双方”。"),
    # --- columns and sheets ---
    "COLUMN_NOT_IMPORTED": _fault(_WARN, "This column is not known and was not imported.", "不认识这一列，没有导入。"),
    "COLUMN_TWICE": _fault(_WARN, "This column stands twice; the first one was used.", "这一列出现了两次，只用了前面的。"),
    "SHEET_HIDDEN": _fault(
        _WARN, "This sheet is hidden; its rows were read too. Check whether they belong.", "这个工作表是隐藏的，也已读入。请核对是否需要。"
    ),
    "SHEET_NOT_USED": _fault(
        _WARN, "This sheet has no headings with a child's name; nothing of it was imported.", "这个工作表没有“姓名”表头，没有导入。"
    ),
    "CLASS_FROM_TITLE": _fault(_WARN, "The class was taken from the title above the list. Check it.", "班级取自表格标题。请核对。"),
    "FORMS_MIXED": _fault(
        _WARN,
        "This column has numbers and texts side by side; zeros at the beginning may be missing.",
        "这一列有的是数字、有的是文本，开头的0可能不一致。请核对。",
    ),
    "ROW_HIDDEN": _fault(
        _WARN, "This row is hidden in the sheet. Check whether it belongs to the list.", "这一行在表里是隐藏的。请核对是否还要。"
    ),
    "ROW_STRUCK": _fault(
        _ASK, "This row is struck through. Decide whether the child is still at the school.", "这一行画了删除线。请确认该生是否仍在校。"
    ),
}
