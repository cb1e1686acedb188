"""The project itself: its sizes, its notebooks, its papers, what its wheel holds, and that nothing of one machine is in it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from carekit.__main__ import app

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCES = sorted((ROOT / "carekit").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: Names of modules that gather what belongs nowhere.
CATCH_ALL = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "tools"}


def tracked() -> list[Path]:
    """Every file in git; every file of the folders where there is no git."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8").split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file in git."""
    for path in tracked():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_nothing_of_a_machine_or_registry_is_in_git() -> None:
    """No registry's address, no path of anybody's home or workplace, no store, no key."""
    hosts = (
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry.npm" + "js",
        "deb.debian" + ".org",
        "mirrors" + ".aliyun",
        "tuna." + "tsinghua",
    )
    paths = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w")
    for path, text in texts():
        if path == Path(__file__):
            continue
        assert not [host for host in hosts if host in text], path
        assert not paths.search(text), path
    assert not [path for path in tracked() if path.suffix in {".carekit", ".key"}]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_and_functions_stay_small(path: Path) -> None:
    """A module has at most 400 lines, a function 40 (its docstring and decorators apart), and is named for what it does."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert path.stem not in CATCH_ALL or path.parent.name == "records"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            assert node.end_lineno - first.lineno < 40, node.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_folder_of_sources_is_a_package(path: Path) -> None:
    """A folder without `__init__.py` would be left out of the layers' check."""
    assert (path.parent / "__init__.py").is_file()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_thin_and_compared(path: Path) -> None:
    """At most five cells, no definition, and at least one output in each that a test compares: run, with its count and text."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert len(notebook["cells"]) <= 5
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    source = "\n".join("".join(cell["source"]) for cell in code)
    assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
    assert not [cell for cell in code if "".join(cell["source"]).rstrip().endswith(";")]
    assert all(cell["execution_count"] for cell in code)
    assert any(cell["outputs"] for cell in code)
    assert notebook["metadata"]["title"]


def test_names_of_test_modules_are_unique() -> None:
    """The test folders are no packages: of two modules with one name pytest would run only one."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(set(names)) == sorted(names)


def commands() -> list[str]:
    """Every command as it is written at the command line."""
    names = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    for group in app.registered_groups:
        names += [f"{group.name} {command.name}" for command in group.typer_instance.registered_commands]
    return names


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    """The README's table has a line for it."""
    assert f"| `carekit {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_ci_runs_the_line_of_the_readme() -> None:
    """CI takes its test line out of the README, where there is exactly one, and requires a browser."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    pattern = re.search(r"grep -m1 '(.*?)' README.md", script)
    assert pattern
    lines = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if re.search(pattern[1], line)]
    assert len(lines) == 1
    assert "--require-hashes -r deploy/lock-test.txt" in lines[0] and "--no-deps" in lines[0]
    assert "export CAREKIT_REQUIRE_BROWSER=1" in script


def locked(name: str) -> dict[str, str]:
    """The versions in a lock file, by canonical name."""
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    return {canonicalize_name(match[1]): match[2] for match in re.finditer(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", text, re.MULTILINE)}


@pytest.mark.parametrize("lock", ["lock.txt", "lock-test.txt"])
def test_the_lock_fits_the_project(lock: str) -> None:
    """Every direct dependency is locked at a version that the project accepts, with hashes, on all platforms, from no named registry."""
    text = (ROOT / "deploy" / lock).read_text(encoding="utf-8")
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    if lock == "lock-test.txt":
        wanted += PROJECT["project"]["optional-dependencies"]["test"]
    versions = locked(lock)
    for requirement in map(Requirement, wanted):
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)
    assert "://" not in text and "--index" not in text
    assert "win32" in text and "darwin" in text


def test_the_lock_of_the_tests_is_the_other_and_more() -> None:
    """What is tested is what is run: the same versions."""
    run, test = locked("lock.txt"), locked("lock-test.txt")
    assert {name: test.get(name) for name in run} == run


def test_lint_exceptions_have_reasons() -> None:
    """Each rule that is left out, in the settings or in the code, says why."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    exceptions = re.findall(r'^ {4}"[A-Z]+\d*",[^"]*$', text, re.MULTILINE)
    assert exceptions and all("#" in line for line in exceptions)


def test_the_wheel_holds_what_an_installed_carekit_serves(tmp_path: Path) -> None:
    """Notebooks, sample data, templates and the assets of widgets and pages travel in the wheel."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True, capture_output=True
    )
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("notebooks", "sample-data"):
        for path in (ROOT / folder).iterdir():
            assert not path.is_file() or f"carekit/_bundled/{folder}/{path.name}" in names
    for path in (ROOT / "carekit").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names, path
