"""A roster of 10,000 rows read, checked and compared with a store of as many children, beside pandas only opening the same file.

Both are measured in one run, in turn, several times; what counts is the ratio of the medians, in time of this process (so that
other work on the machine does not count). The names, numbers and phones belong to nobody.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from carekit import clock
from carekit.exchange import apply_plan, plan_import, read_roster
from carekit.identifiers import check_digit
from carekit.store import Actor, Store

_ON = date(2025, 9, 20)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "小禾苗春夏秋冬明亮文武安康平和乐天雨雪云山水木花草星月"
_HEADINGS = (
    "序号 姓名 性别 出生日期 民族 身份证号 学籍号 学号 班级 户口性质 户籍所在地 现住址 村组 就读方式 健康状况 是否留守儿童 家庭类型 "
    "父亲姓名 父亲电话 父亲务工地点 父亲外出时间 父亲文化程度 母亲姓名 母亲电话 母亲文化程度 监护人姓名 与儿童关系 监护人电话 监护人文化程度 备注"
).split()


def _name(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN) + rng.choice(_GIVEN)


def _row(rng: random.Random, number: int) -> list[Any]:
    born = date(2013 + number % 6, 1 + number % 12, 1 + number % 28)
    body = f"999999{born:%Y%m%d}{number % 1000:03}"
    identity = body + check_digit(body)
    return [
        number, _name(rng), "男" if number % 2 else "女", born.isoformat(), "汉族", identity, f"G{identity}", f"2025{number:05}",
        f"{'一二三四五六'[number % 6]}({1 + number // 6 % 40})班", "农业户口", "样例县样例乡样例村", f"样例村{number % 20}组{number}号", f"样例村{number % 20}组",
        "走读", "健康", "单亲留守", "双亲家庭", _name(rng), f"154{number:08}", "广东省深圳市", "2022年3月", "初中", _name(rng), f"154{number + 20_000:08}",
        "小学", _name(rng), "奶奶", f"154{number + 40_000:08}", "文盲", "",
    ]  # fmt: skip


def make_roster(path: Path, rows: int) -> None:
    """A workbook with a heading row and so many children in 30 columns."""
    rng = random.Random(20250920)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, _HEADINGS)
        for number in range(1, rows + 1):
            for column, value in enumerate(_row(rng, number)):
                (sheet.write_number if isinstance(value, int) else sheet.write_string)(number, column, value)


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def run(quick: bool) -> list[str]:
    """The measured lines; `quick` takes 1,000 rows instead of 10,000."""
    rows, rounds = (1_000, 3) if quick else (10_000, 3)
    with tempfile.TemporaryDirectory() as folder, clock.at(_ON):
        path = Path(folder) / "roster.xlsx"
        make_roster(path, rows)
        content = path.read_bytes()
        store = Store.create(Path(folder) / "roster.store", key=bytes(32))
        desk = store.for_actor(Actor.console())

        def dry_run() -> Any:
            return plan_import(desk, read_roster(content, path.name), on=_ON)

        new = [_timed(dry_run)]
        plan = dry_run()
        saving = _timed(lambda: apply_plan(desk, plan, reason="benchmark"))
        same, opened = [], []
        for _ in range(rounds):
            same.append(_timed(dry_run))
            opened.append(_timed(lambda: pd.read_excel(path)))
        after = dry_run()
        store.close()
    base = statistics.median(opened)
    return [
        f"roster of {rows} rows, 30 columns: pandas.read_excel opens it in {base:.2f} s",
        f"  dry run, all known ({after.counts['unchanged']} unchanged): {statistics.median(same):.2f} s, ratio {statistics.median(same) / base:.2f}",
        f"  dry run, all new ({plan.counts['new']} new): {new[0]:.2f} s, ratio {new[0] / base:.2f}",
        f"  saving them ({len(plan.writes)} records): {saving:.2f} s",
    ]
