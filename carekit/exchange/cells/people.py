"""Cells about people: names with notes in brackets, two children or two parents in one cell, phones with their owners."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from carekit.exchange.cells.places import is_at_home, province_of
from carekit.exchange.cells.values import DITTO, NOTHING, NULL_WORDS, Value, accepted, find_code, hides_something, is_scientific, text_of
from carekit.exchange.files.sheets import Cell
from carekit.identifiers import IdFault, check_digit, is_phone, is_pupil_number, plain_number, plain_phone, read_id_number
from carekit.names import clean_text
from carekit.records.codes import ParentState, Relation


class ChildName(NamedTuple):
    """A child's name as the roster has it, the note in brackets behind it, and the word that says that the child has left."""

    name: str
    note: str | None = None
    leaving: str | None = None


_MARKS = "★☆*＊●▲△◆※#"
_BRACKETS = re.compile(r"([\u3400-\u9fff\U00020000-\U0003ffff·\s]+)[(（]([^()（）]{1,20})[)）]")
_LEAVING = re.compile("转走|转出|转学|已转|休学|退学|辍学|死亡|病故|毕业|离校|调走|随迁走|不在校")
_SEVERAL = re.compile(r"[、，,/;；\n]+|\s+和\s+")
_CJK_NAME = re.compile(r"[\u3400-\u9fff\u3007〇\U00020000-\U0003ffff·•‧∙.\s]{1,20}")
_NO_NAME_WORDS = re.compile("学生|名单|以下|以上|合计|人数|班级|年级|[:：。！!？?<>=]|https?|\\d")


def read_child_name(cell: Cell) -> Value:
    """A `ChildName`; inner blanks are kept."""
    if not isinstance(cell, str):
        return Value(None, ("NAME_NOT_TEXT",))
    text = clean_text(cell)
    if not text or text in NULL_WORDS:
        return NOTHING
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    faults = ["TEXT_CLEANED"] if hides_something(cell) else []
    bare = text.strip(_MARKS).strip()
    if bare and bare != text and _CJK_NAME.match(bare):
        text = bare
        faults.append("NAME_MARK")
    note = leaving = None
    match = _BRACKETS.fullmatch(text)
    if match:
        text, note = match[1].strip(), match[2].strip()
        leaving = note if _LEAVING.search(note) else None
        faults.append("LEAVING" if leaving else "NAME_BRACKET")
    if len(text) > 72:
        return Value(None, ("NAME_TOO_LONG",))
    plain = "".join(text.split())
    if (len(plain) > 6 and "·" not in plain and not re.fullmatch(r"[A-Za-z .·'-]+", text)) or _NO_NAME_WORDS.search(plain):
        faults.append("NAME_UNLIKELY")
    return Value(ChildName(text, note, leaving), tuple(faults))


_ELDERS = "外祖父|外祖母|爷爷|奶奶|外公|外婆|姥姥|姥爷|祖父|祖母"
_PAIR_OF_ELDERS = re.compile(rf"(?:{_ELDERS}){{2,3}}")


def names_in(text: str) -> list[str]:
    """The names in a cell of a member's name: usually one; several with marks between, or two words for elders (爷爷奶奶)."""
    if _PAIR_OF_ELDERS.fullmatch(text):
        return re.findall(_ELDERS, text)
    return several(text) if holds_several(text) else [text]


def holds_several(text: str) -> bool:
    """Whether a cell of names holds several short names (测试爷爷、测试奶奶)."""
    if not any(mark in text for mark in "、，,/;；\n") or "=" in text or "<" in text:
        return False
    parts = several(re.sub(r"[(（][^()（）]*[)）]", "", text))
    return len(parts) > 1 and all(1 < len(part) <= 5 for part in parts)


def several(text: str) -> list[str]:
    """The parts of a cell that tells several children (甲、乙)."""
    return [part for piece in _SEVERAL.split(text) if (part := piece.strip())]


# --- members ----------------------------------------------------------------------------------------------------------


class PhoneSaid(NamedTuple):
    """One number and, in the cell's own word, whose it is."""

    number: str
    owner: str | None


class MemberName(NamedTuple):
    """A family member's name; what brackets or a dash say of relation and state; other words in brackets."""

    name: str | None
    relation: Relation | None = None
    state: ParentState | None = None
    note: str | None = None
    phones: tuple[PhoneSaid, ...] = ()


#: Where the phone begins in a cell of name and phone.
_FIRST_NUMBER = re.compile(r"[+(（]?\d[\d\s\-－]{4,}")
#: Given names such as 李四川 hold a province's name too: two or three characters that do not begin with it are a name.
_CJK_SURNAME_ONLY = re.compile(
    r"(?!北京|上海|天津|重庆|广东|浙江|江苏|福建|四川|贵州|云南|湖南|湖北|河南|河北|安徽|江西|山东|山西|陕西|广西|海南|新疆|甘肃|青海|宁夏|西藏|辽宁|吉林|深圳|东莞|广州|温州|宁波|杭州|苏州|成都)[\u3400-\u9fff]{2,4}"
)
_DASHES = frozenset("- -- --- — —— ― – － / // ／".split())


def read_member_name(cell: Cell, *, dash_means_deceased: bool) -> Value:
    """A `MemberName`; a dash in the cell of a parent's or grandparent's name means deceased (civil-affairs form, note)."""
    if not isinstance(cell, str):
        return Value(None, ("NAME_NOT_TEXT",))
    text = clean_text(cell)
    if dash_means_deceased and text in _DASHES:
        return Value(MemberName(None, state=ParentState.DECEASED))
    if not text or text in NULL_WORDS:
        return NOTHING
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    state = find_code(ParentState, text)
    if state is not None:
        return Value(MemberName(None, state=state))
    faults = ("TEXT_CLEANED",) if hides_something(cell) else ()
    if any(c.isdigit() for c in text) and "=" not in text:
        return _name_with_phone(text, faults)
    return _name_alone(text, (), faults)


def _name_with_phone(text: str, faults: tuple[str, ...]) -> Value:
    """A name with one phone or more behind it; what has digits and no phone is no name."""
    place = _FIRST_NUMBER.search(text)
    read = read_phones(text[place.start() :]) if place else NOTHING
    if place is None or (read.value is None and not read.faults):
        return Value(None, ("MEMBER_NAME_NOT_USED",))
    faults, name = (*faults, *read.faults), text[: place.start()].strip(" :：,，、;；(（/\n电话手机")
    return _name_alone(name, read.value or (), faults) if name else Value(MemberName(None, phones=read.value or ()), faults)


def _name_alone(text: str, phones: tuple[PhoneSaid, ...], faults: tuple[str, ...]) -> Value:
    if is_at_home(text) or (province_of(text) and not _CJK_SURNAME_ONLY.fullmatch(text)):
        return Value(None, ("MEMBER_NAME_NOT_USED",))
    relation = note = state = None
    match = _BRACKETS.fullmatch(text)
    if match:
        text, inner = match[1].strip(), match[2].strip()
        relation, state = find_code(Relation, inner), find_code(ParentState, inner)
        note = None if relation or state else inner
    elif text in _ALL_RELATION_WORDS:
        relation = find_code(Relation, text)
    if len(text) > 72:
        return Value(None, ("NAME_TOO_LONG",))
    return Value(MemberName(text, relation, state, note, phones), faults)


_ALL_RELATION_WORDS = frozenset(word for relation in Relation for word in relation.words if len(word) > 1)
_FATHER = "父亲|爸爸|父|爸"
_MOTHER = "母亲|妈妈|母|妈"
#: A second word for a parent begins a new part after a blank or mark, before a colon, or when it is of two characters.
_NEXT_PARENT = rf"[\s,，、;；/]+(?:{_FATHER}|{_MOTHER})|(?:{_FATHER}|{_MOTHER})\s*[:：]|父亲|母亲|爸爸|妈妈|$"
_LABELLED = re.compile(rf"[\s,，、;；/]*(?P<who>{_FATHER}|{_MOTHER})\s*[:：]?\s*(?P<rest>.*?)(?={_NEXT_PARENT})", re.DOTALL)
_OWNED = re.compile(rf"(?P<rest>[^()（）、,，;；/]+?)\s*[(（](?P<who>{_FATHER}|{_MOTHER})[)）]")


def split_pair(text: str) -> dict[str, str] | list[str]:
    """What a cell says of father and mother: by their words (父:… 母:…, 张三(父)李四(母)), else its parts in their order."""
    text = clean_text(text)
    owned = list(_OWNED.finditer(text))
    if owned:
        return {_parent(m["who"]): m["rest"].strip(" 、,，;；/\n") for m in owned}
    if re.match(rf"(?:{_FATHER}|{_MOTHER})\s*[:：]?", text):
        labelled = {_parent(m["who"]): m["rest"].strip(" 、,，;；/:：\n") for m in _LABELLED.finditer(text) if m["rest"].strip()}
        if labelled:
            return labelled
    parts = several(text)
    return parts if len(parts) > 1 else (_by_blank(text) or [text] if text else [])


def _by_blank(text: str) -> list[str] | None:
    """Two names of two or more characters with a blank between them; 李 明 is one name."""
    parts = text.split()
    return parts if len(parts) == 2 and all(len(part) > 1 and not part.isascii() for part in parts) else None


def _parent(word: str) -> str:
    return "father" if word in _FATHER.split("|") else "mother"


# --- phones -----------------------------------------------------------------------------------------------------------


_BETWEEN = re.compile(r"[、，,/;；\n|]|\s+(?=[+(（]?\d{7,})|或|(?<=\d{11})\s*(?=1[3-9]\d{9}$)|(?<=\d)\s*(?=[父母爸妈爷奶])")
_OWNER = re.compile(r"[(（]([^()（）\d]{1,12})[)）]|([\u3400-\u9fff]{1,8})\s*[:：]?")
_DEAD = re.compile("空号|停机|打不通|欠费|关机|注销")


def read_phones(cell: Cell) -> Value:
    """A tuple of `PhoneSaid`, each number plain and well formed."""
    if isinstance(cell, (date, bool)):
        return Value(None, ("PHONE_INVALID",))
    text = text_of(cell)
    # A whole number on its way through a program that knows decimals alone (15400000001.0).
    text = text.removesuffix(".0")
    if len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1" and text[1] >= "3":
        return Value((PhoneSaid(text, None),))
    text = unicodedata.normalize("NFKC", clean_text(text))
    if not text or text in NULL_WORDS:
        return NOTHING
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    found: list[PhoneSaid] = []
    faults: list[str] = ["PHONE_DEAD"] if _DEAD.search(text) else []
    for part in _BETWEEN.split(text):
        if part and part.strip():
            _read_one(part.strip(), found, faults)
    return Value(tuple(found) or None, tuple(dict.fromkeys(faults)))


def _read_one(part: str, found: list[PhoneSaid], faults: list[str]) -> None:
    owner = _OWNER.search(re.sub("转(?=\\d)", "", part))
    word = (owner[1] or owner[2]).strip() if owner else None
    digits = re.sub(r"[(（][^()（）\d]*[)）]|[^\d+\-转()\s]", "", part)
    number = plain_phone(digits.replace("(", "").replace(")", ""))
    if word and _DEAD.search(word):
        word = None
    if not number:
        if word and not faults:
            faults.append("PHONE_INVALID")
    elif re.fullmatch(r"\d{3,6}", number):
        faults.append("PHONE_SHORT")
    elif not is_phone(number):
        faults.append("PHONE_INVALID")
    else:
        if re.fullmatch(r"[2-9]\d{6,7}(转\d+)?", number):
            faults.append("PHONE_NO_AREA_CODE")
        found.append(PhoneSaid(number, word))


# --- identity numbers -------------------------------------------------------------------------------------------------

_NOT_YET = re.compile("办理中|正在办|未办|未上户|没上户|无户口|办理|丢失|遗失|待办")
_FATAL = {IdFault.LENGTH: "ID_LENGTH", IdFault.CHARACTERS: "ID_CHARACTERS", IdFault.DATE: "ID_DATE"}
_NOTICE = {IdFault.CHECK_DIGIT: "ID_CHECK_DIGIT", IdFault.REGION: "ID_REGION"}


class IdSaid(NamedTuple):
    """An identity number as it may be stored, with what it says of birth and sex; or a pupil number found in its place."""

    number: str | None
    born_on: date | None = None
    male: bool | None = None
    pupil_number: str | None = None


def read_id_cell(cell: Cell, *, pupil: bool) -> Value:
    """An `IdSaid`; a cell that is a number is always refused, whatever its digits say."""
    if not isinstance(cell, str):
        return Value(None, ("ID_NUMERIC_DAMAGED",))
    text = clean_text(cell)
    if not text or text in NULL_WORDS or _NOT_YET.search(text):
        return NOTHING
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    if is_scientific(unicodedata.normalize("NFKC", text)):
        return Value(None, ("ID_NUMERIC_DAMAGED",))
    facts = read_id_number(text)
    if pupil and len(facts.number) == 19 and is_pupil_number(facts.number):
        return Value(IdSaid(None, pupil_number=facts.number), ("ID_IS_PUPIL_NUMBER",))
    if IdFault.LENGTH_15 in facts.faults:
        return Value(None, ("ID_15_DIGITS",)) if pupil else _converted(facts.number)
    fatal = next((_FATAL[fault] for fault in facts.faults if fault in _FATAL), None)
    if fatal:
        return Value(None, (fatal if pupil else "MEMBER_ID_NOT_USED",))
    return Value(IdSaid(facts.number, facts.born_on, facts.male), tuple(_NOTICE[fault] for fault in facts.faults))


def _converted(number: str) -> Value:
    """The number of 15 digits of an adult as one of 18: the century put in, the check digit behind it."""
    first = f"{number[:6]}19{number[6:]}"
    facts = read_id_number(first + check_digit(first))
    if facts.born_on is None:
        return Value(None, ("MEMBER_ID_NOT_USED",))
    return Value(IdSaid(facts.number, facts.born_on, facts.male), ("ID_15_CONVERTED",))


def read_other_document(kind: str, cell: Cell) -> Value:
    """The number of a document that is no identity card, as an `IdSaid`."""
    if not isinstance(cell, str):
        return (
            Value(None, ("ID_NUMERIC_DAMAGED",)) if isinstance(cell, float) and abs(cell) >= 1e14 else _checked_number(kind, text_of(cell))
        )
    text = clean_text(cell)
    if not text or text in NULL_WORDS:
        return NOTHING
    return Value(None, ("ID_NUMERIC_DAMAGED",)) if is_scientific(text) else _checked_number(kind, text)


def _checked_number(kind: str, text: str) -> Value:
    read = accepted(kind, "id_number", text, "ID_CHARACTERS")
    return Value(IdSaid(read.value)) if not read.faults else read


def read_pupil_number(cell: Cell) -> Value:
    """A national pupil number (学籍号); kept as it stands when its form is unusual."""
    if not isinstance(cell, str):
        return (
            Value(None, ("ID_NUMERIC_DAMAGED",))
            if isinstance(cell, float) and abs(cell) >= 1e11
            else Value(text_of(cell), ("NUMBER_STORED",))
        )
    text = clean_text(cell)
    if not text or text in NULL_WORDS:
        return NOTHING
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    if is_scientific(text):
        return Value(None, ("ID_NUMERIC_DAMAGED",))
    number = plain_number(text)
    if not is_pupil_number(number):
        return Value(number[:200], ("PUPIL_NUMBER_FORM",))
    return Value(number)


def read_local_number(cell: Cell) -> Value:
    """A number that the school or the province gives (学号, 学籍辅号, 班内学号): text; one kept as a number may lack zeros."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return Value(None, ("NUMBER_DAMAGED",))
    if not isinstance(cell, str):
        return Value(text_of(cell), ("NUMBER_STORED",))
    text = clean_text(cell)
    if not text or text in NULL_WORDS:
        return NOTHING
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    return Value(None, ("NUMBER_DAMAGED",)) if is_scientific(text) else Value(plain_number(text)[:200] or None)
