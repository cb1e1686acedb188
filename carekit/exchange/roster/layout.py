"""Where a sheet keeps its list: the rows of headings, what each column holds, and tables that stand side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from carekit.exchange.files.sheets import Cell, Sheet
from carekit.exchange.roster.headings import FOLLOWS_MEMBER, ROLE_WORDS, match_heading, plain_heading, role_of, topic_of, with_role
from carekit.records.codes import Relation

#: Rows at the top among which headings are looked for.
_SEARCHED = 60
_MOST_LEVELS = 4
#: Words that end the name of a group of columns.
_GROUP = re.compile("(情况|信息|资料|成员)$")
_RELATION_WORDS = frozenset(word for relation in Relation for word in relation.words)


@dataclass(slots=True)
class Column:
    """One column of a list: its place, its heading as it stands (levels joined by " / "), its path."""

    index: int
    heading: str
    path: str | None


@dataclass(slots=True)
class Table:
    """One list: columns that belong together, and the rows of headings above them (from 0, last included)."""

    columns: list[Column]
    first: int
    last: int


@dataclass(slots=True)
class HeadingBlock:
    """The rows of headings of a sheet and the tables under them."""

    first: int
    last: int
    tables: list[Table] = field(default_factory=list)


def text_of_cell(cell: Cell) -> str:
    """A cell's text for comparing headings; numbers as whole numbers where they are."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _filled(row: list[Cell]) -> list[str]:
    return [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()] + [
        text_of_cell(cell) for cell in row if not isinstance(cell, str)
    ]


def _known(text: str) -> bool:
    return match_heading(text) is not None or role_of(text) is not None


def _score(row: list[Cell]) -> tuple[int, int]:
    """How many cells of a row are known headings, and how many are filled."""
    filled = _filled(row)
    return sum(1 for text in filled if _known(text)), len(filled)


def _is_card_line(row: list[Cell]) -> bool:
    """Whether known headings and other texts take turns, as on a form with a label before each blank to fill in."""
    flags = [_known(text_of_cell(cell)) for cell in row if text_of_cell(cell)]
    return len(flags) >= 4 and all(a != b for a, b in pairwise(flags))


def find_headings(sheet: Sheet) -> HeadingBlock | None:
    """The headings of the list on this sheet; None when no row has a child's name and one more known heading."""
    for index, row in enumerate(sheet.rows[:_SEARCHED]):
        known, filled = _score(row)
        if known < 2 or known * 3 < filled or _is_card_line(row) or _mostly_values(row):
            continue
        first = _with_group_row_above(sheet, index)
        last = _last_heading_row(sheet, index)
        tables = _tables(sheet, first, last)
        if tables:
            return HeadingBlock(first, last, tables)
    return None


def _mostly_values(row: list[Cell]) -> bool:
    """Whether the known words are what cells of data hold too (a row with 父亲 and 母亲 as relations)."""
    filled = [text for cell in row if (text := text_of_cell(cell))]
    values = sum(1 for text in filled if re.search(r"\d{4}", text) or len(text) > 24)
    return values * 2 > len(filled)


def _merges_of(sheet: Sheet, row: int) -> list[tuple[int, int, int, int]]:
    return [m for m in sheet.merged if m[0] <= row <= m[2]]


def _with_group_row_above(sheet: Sheet, index: int) -> int:
    """The first row of headings: a row above that groups columns (父亲 | 母亲) belongs to them, a title does not."""
    first = index
    for above in range(index - 1, max(-1, index - _MOST_LEVELS), -1):
        texts = [text for cell in sheet.rows[above] if (text := text_of_cell(cell))]
        if not texts or any(re.search(r"[:：]|\d{4}", text) or len(text) > 12 for text in texts):
            break
        if not any(role_of(text) or _GROUP.search(text) for text in texts) and not _spans_part(sheet, above):
            break
        first = above
    return first


def _spans_part(sheet: Sheet, row: int) -> bool:
    """Whether a cell merged over some but not nearly all columns stands in this row."""
    return any(m[3] - m[1] > 0 and (m[3] - m[1] + 1) * 4 < sheet.width * 3 for m in _merges_of(sheet, row))


def _last_heading_row(sheet: Sheet, index: int) -> int:
    last = max([index, *(m[2] for m in sheet.merged if m[0] == index and m[2] < index + _MOST_LEVELS and _is_heading_merge(sheet, m))])
    while last + 1 < len(sheet.rows) and last + 1 < index + _MOST_LEVELS:
        row = sheet.rows[last + 1]
        known, filled = _score(row)
        # 奶奶 under 监护人 is a value; a row of such words alone (父亲 | 母亲) is a level of headings.
        words = sum(1 for text in _filled(row) if text in _RELATION_WORDS)
        if (known <= words < filled) or known * 2 < filled or _mostly_values(row) or not _under_groups(sheet, last + 1):
            break
        last += 1
    return last


def _is_heading_merge(sheet: Sheet, merge: tuple[int, int, int, int]) -> bool:
    """Whether a cell merged downward is a heading and not the first class of the list."""
    text = text_of_cell(sheet.rows[merge[0]][merge[1]]) if merge[1] < sheet.width else ""
    return _known(text)


def _under_groups(sheet: Sheet, row: int) -> bool:
    """Whether a row completes the headings above: it has texts where the row above is blank, merged or names a group."""
    above = sheet.rows[row - 1]
    for column, cell in enumerate(sheet.rows[row]):
        if not text_of_cell(cell):
            continue
        if not text_of_cell(above[column]) or role_of(text_of_cell(above[column])):
            return True
        if any(m[1] <= column <= m[3] and m[3] > m[1] for m in _merges_of(sheet, row - 1)):
            return True
    return False


def _levels(sheet: Sheet, first: int, last: int) -> list[list[str]]:
    """For each column its heading texts from top to bottom, groups spread over the columns that they cover."""
    grid = [[text_of_cell(cell) for cell in row] for row in sheet.rows[first : last + 1]]
    for top, left, bottom, right in sheet.merged:
        if top < first or top > last:
            continue
        for row in range(top, min(bottom, last) + 1):
            for column in range(left, min(right + 1, sheet.width)):
                grid[row - first][column] = grid[top - first][left]
    for level in range(len(grid) - 1):
        for column in range(1, sheet.width):
            lower = [grid[below][column] for below in range(level + 1, len(grid))]
            left_is_group = any(grid[below][column - 1] for below in range(level + 1, len(grid)))
            if not grid[level][column] and any(lower) and left_is_group and not _alone(grid, level, column - 1):
                grid[level][column] = grid[level][column - 1]
    return [_distinct(grid[level][column] for level in range(len(grid))) for column in range(sheet.width)]


def _alone(grid: list[list[str]], level: int, column: int) -> bool:
    """Whether the heading at `level` is the same text as the one below it (a cell merged downward): it groups nothing."""
    return any(grid[below][column] == grid[level][column] for below in range(level + 1, len(grid)))


def _distinct(texts: Iterable[str]) -> list[str]:
    found: list[str] = []
    for text in texts:
        if text and (not found or text != found[-1]):
            found.append(text)
    return found


def _path_of(levels: list[str]) -> str | None:
    """The path of a column by its own heading and the groups above it."""
    if not levels:
        return None
    *groups, leaf = levels
    own = role_of(leaf)
    for group in reversed(groups):
        topic = topic_of(group) if own and own != "child" else None
        if topic:
            return f"{own}.{topic}"
        role = role_of(group)
        path = with_role(role, leaf) if role else None
        if path:
            return path
    path = match_heading(leaf)
    if path is None and groups:
        path = match_heading("".join(levels[-2:])) or (match_heading(groups[-1]) if len(plain_heading(leaf)) <= 2 else None)
    return path


def _tables(sheet: Sheet, first: int, last: int) -> list[Table]:
    levels = _levels(sheet, first, last)
    columns = [Column(i, " / ".join(texts), _path_of(texts)) for i, texts in enumerate(levels)]
    parts = [part for part in _side_by_side(columns) if any(column.path is not None for column in part)]
    for part in parts:
        resolve(part)
    if not any(column.path == "child.name" for part in parts for column in part):
        return []
    return [Table(part, first, last) for part in parts]


def _side_by_side(columns: list[Column]) -> list[list[Column]]:
    """The columns cut where the same headings begin again; one part when they do not."""
    names = [plain_heading(column.heading) for column in columns]
    starts = [i for i, column in enumerate(columns) if column.path == "child.name"]
    if len(starts) < 2:
        return [columns]
    period = starts[1] - starts[0]
    begin = starts[0]
    while begin and names[begin - 1] and begin + period - 1 < len(names) and names[begin - 1] == names[begin + period - 1]:
        begin -= 1
    shared = sum(1 for i in range(begin, begin + period) if i + period < len(names) and names[i] == names[i + period])
    filled = sum(1 for i in range(begin, begin + period) if names[i])
    if shared < 2 or shared * 2 < filled:
        return [columns]
    cuts = [begin + period * n for n in range(1, len(columns) // period + 1) if begin + period * n < len(columns)]
    return [columns[a:b] for a, b in zip([0, *cuts], [*cuts, len(columns)], strict=True)]


def resolve(columns: list[Column]) -> None:
    """Give bare headings (电话, 年龄, 关系) to the child or to the member whose name stands at their left, in place."""
    role: str | None = None
    previous: list[str] = []
    taken: set[str] = set()
    for position, column in enumerate(columns):
        path = column.path
        if path is None:
            continue
        root, _, name = path.partition(".")
        if path == "child.name" and "child.name" in taken and _next_path(columns, position) == "?.relation":
            path, root, name = "guardian.name", "guardian", "name"
        if root in ("?", "child") and name in FOLLOWS_MEMBER:
            path = _whose(name, role, previous, taken)
        elif root == "child" and path in taken and role and name in ("born_on", "id_number", "nation", "address", "hukou_place", "id_type"):
            path = f"{role}.{name}"
        elif root == "?":
            path = f"{role or 'parent'}.{name}"
        root = path.partition(".")[0]
        role = root if root in ROLE_WORDS else role if root == "child" and path in taken else None
        if path in taken and path not in ("class", "serial", "given_back"):
            path = None
        column.path = path
        if path:
            taken.add(path)
            previous.append(path)
    _settle_address(columns, taken)


def _next_path(columns: list[Column], position: int) -> str | None:
    return next((column.path for column in columns[position + 1 :] if column.path), None)


def _whose(name: str, role: str | None, previous: list[str], taken: set[str]) -> str:
    """The path of a bare heading: the parents' when both their names stand together at its left, the member's, or the child's."""
    if (role == "mother" and "father.name" in taken and previous[-1:] == ["mother.name"] and previous[-2:-1] == ["father.name"]) or (
        role is None and previous[-1:] == ["parent.pair"]
    ):
        role = "parent"
    if role:
        return f"{role}.{name}"
    if name in ("phone", "age", "health"):
        return f"child.{name}"
    return f"guardian.{name}" if name in ("relation", "education", "relation_note", "capacity", "guardian") else f"parent.{name}"


def _settle_address(columns: list[Column], taken: set[str]) -> None:
    """家庭地址 is where the child lives, unless another column says that."""
    for column in columns:
        if column.path == "child.home_address" and "child.address" not in taken:
            column.path = "child.address"
