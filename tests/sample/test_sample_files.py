"""The rosters of sample-data: the same everywhere, of nobody real, and imported with the counts that stand beside them."""

from __future__ import annotations

import io
import json
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from carekit import clock
from carekit.exchange import apply_plan, plan_import
from carekit.exchange.roster.reading import read_roster
from carekit.records import Child, Record
from carekit.sample import SAMPLE_TODAY, roster_csv, roster_register, roster_workbook, write_sample_files
from carekit.sample.files import EXPECTED, sample_files
from carekit.store import Actor, Store

FOLDER = Path(__file__).parents[2] / "sample-data"
ROSTERS = ("2025秋季留守儿童花名册.xlsx", "三年级留守儿童信息统计.csv", "学籍导出模板.xlsx")
PASSPHRASE = "a passphrase for tests"


def _content(name: str, data: bytes) -> object:
    """What is in a file, whatever the compression of its parts."""
    if not name.endswith(".xlsx"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return {part: parts.read(part) for part in parts.namelist()}


@pytest.mark.parametrize("name", [*ROSTERS, EXPECTED])
def test_files_are_those_of_the_seed(name: str) -> None:
    """The files in the repository are what the generator writes now."""
    assert _content(name, sample_files()[name]) == _content(name, (FOLDER / name).read_bytes())


def test_writing_makes_the_folder(tmp_path: Path) -> None:
    """The files are written into a folder that is made when missing."""
    paths = write_sample_files(tmp_path / "new" / "folder")
    assert sorted(path.name for path in paths) == sorted([*ROSTERS, EXPECTED])
    assert all(path.stat().st_size for path in paths)


@pytest.mark.parametrize("name", ROSTERS)
def test_nobody_in_the_files_is_real(name: str) -> None:
    """Numbers as long as an identity number begin with 999999, those as long as a phone number with 154."""
    content = _content(name, (FOLDER / name).read_bytes())
    data = b"\n".join(content.values()).decode("utf-8") if isinstance(content, dict) else (FOLDER / name).read_bytes().decode("gb18030")
    texts = re.findall(r"<(?:t|v)[^>]*>([^<]*)<", data) if isinstance(content, dict) else [data]
    for text in texts:
        if re.fullmatch(r"[\d.]+E\+17", text):
            assert text.startswith("9.99999")
            continue
        for number in re.findall(r"(?<!\d)\d{11,19}(?!\d)", unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "")):
            assert number.startswith("154" if len(number) == 11 else "999999"), len(number)


def _expected() -> dict[str, dict[str, dict[str, int]]]:
    return json.loads((FOLDER / EXPECTED).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ROSTERS)
@pytest.mark.parametrize("school", ["filled", "empty"])
def test_every_row_is_accounted_for(name: str, school: str) -> None:
    """The rows of a file are those that are new, changed, unchanged, held back, blank and no data together."""
    counts = dict(_expected()[name][school])
    assert counts.pop("rows") == sum(counts.values())


def test_the_readme_says_the_same(records: list[Record]) -> None:
    """The table in the README has the counts of expected.json."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name, schools in _expected().items():
        for school, words in (("filled", "the sample school"), ("empty", "an empty one")):
            assert f"| `{name}` | {words} | {' | '.join(str(n) for n in schools[school].values())} |" in text


@pytest.fixture(scope="module", params=["filled", "empty"])
def school(request: pytest.FixtureRequest, sample_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """A store of its own: a copy of the filled one, or an empty one."""
    path = tmp_path_factory.mktemp("import") / "school.db"
    if request.param == "filled":
        with sample_store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(sample_store.location, path)
        store = Store.open(path, passphrase=PASSPHRASE)
    else:
        store = Store.create(path, passphrase=PASSPHRASE)
    yield request.param, store
    store.close()


@pytest.mark.parametrize("name", ROSTERS)
def test_an_import_says_what_is_expected(school: tuple[str, Store], name: str) -> None:
    """Importing a roster gives the counts of expected.json; importing it again changes nothing and holds back the same rows."""
    which, store = school
    desk, expected = store.for_actor(Actor.console()), _expected()[name][which]
    with clock.at(SAMPLE_TODAY):
        reading = read_roster((FOLDER / name).read_bytes(), name, school_province="四川省", today=SAMPLE_TODAY)
        plan = plan_import(desk, reading)
        assert plan.counts == expected
        apply_plan(desk, plan, reason="import of a sample roster")
        again = plan_import(desk, reading).counts
    saved = expected["new"] + expected["changed"] + expected["unchanged"]
    assert again == {**expected, "new": 0, "changed": 0, "unchanged": saved}


def test_new_children_are_not_in_the_sample(records: list[Record]) -> None:
    """The children that the rosters bring have names that no child of the sample has."""
    known = {record.name for record in records if isinstance(record, Child)}
    new = [*roster_workbook._NEWCOMERS, roster_csv._TWINS, roster_csv._TWIN, roster_csv._NEW, *roster_register._NEWCOMERS]
    assert not known & {child.name for child in new}
