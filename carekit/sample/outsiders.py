"""Writes the helpers from outside the school, a supporter who left it, and who of the staff is in the party."""

from __future__ import annotations

from datetime import date

from carekit.records import StaffMember
from carekit.records.codes import Role, Sex
from carekit.sample.dice import Dice
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.names import Names
from carekit.sample.school import SET_UP, Frame

#: Key, surname, role, post, unit, whether in the party. The surnames stand behind those of the school's own supporters in every list by name.
_OUTSIDERS: tuple[tuple[str, str, Role, str, str, bool], ...] = (
    ("helper-1", "高", Role.SUPPORTER, "党员干部", "样例镇供销社", True),
    ("helper-2", "蒋", Role.SUPPORTER, "党员干部", "样例镇卫生院", True),
    ("helper-3", "罗", Role.SUPPORTER, "志愿者", "样例县青年志愿者协会", False),
    ("helper-4", "秦", Role.SUPPORTER, "志愿者", "样例县青年志愿者协会", False),
    ("helper-5", "谭", Role.SUPPORTER, "退休教师志愿者", "样例镇关心下一代工作委员会", True),
    ("helper-6", "夏", Role.SUPPORTER, "学生家长", "样例镇街上裁缝铺", False),
    ("helper-7", "钟", Role.SUPPORTER, "学生家长", "清溪村村民", False),
    ("unit-1", "贺", Role.PARTNER, "帮扶单位联系人", "样例县农村信用社", True),
    ("unit-2", "陆", Role.PARTNER, "帮扶单位联系人", "样例县水务局", True),
)
CAME, LEFT = date(2025, 9, 8), date(2026, 3, 20)
#: Of the school's own staff, those whom the first list of the party branch had left out: its secretary, and the head.
_JOINED = ("supporter-1", "head")


def write_outsiders(ledger: Ledger, frame: Frame, dice: Dice, names: Names) -> None:
    """Hire them, and put the party branch's list right; `frame.staff` knows them afterwards."""
    for key, surname, role, post, unit, party in _OUTSIDERS:
        woman = dice.chance(0.6)
        frame.staff[key] = ledger.add(
            moment_of(CAME, 10), StaffMember, key, school_id=frame.school.id, name=names.adult(dice, woman=woman, surname=surname),
            sex=Sex.FEMALE if woman else Sex.MALE, role=role, post=post, unit=unit, phone=names.phone(), party_member=party, from_on=CAME,
        )  # fmt: skip
    left = ledger.add(
        SET_UP, StaffMember, "left-supporter", school_id=frame.school.id, name=names.adult(dice, woman=True, surname="孟"), sex=Sex.FEMALE,
        role=Role.SUPPORTER, post="生活老师", phone=names.phone(), party_member=False, from_on=date(2019, 9, 1),
    )  # fmt: skip
    frame.staff["left-supporter"] = ledger.amend(moment_of(LEFT, 12), left, "调离本校", until_on=LEFT)
    for key in _JOINED:
        frame.staff[key] = ledger.amend(moment_of(CAME, 12), frame.staff[key], "核对党员名册", party_member=True)
