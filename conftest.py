"""What every run of the tests needs, notebooks included: the sample school in a store, and browser tests that may not be skipped in CI.

The sample is made once per run, whatever the number of processes; nobody opens that file, everybody works on a copy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from carekit.cli.opening import make_sample
from carekit.sample import SAMPLE_TODAY
from carekit.serve.places import IMPORT_FOLDER

_FOLDER_VARIABLE = "CAREKIT_TEST_FOLDER"
_WAIT_SECONDS = 900


@dataclass(frozen=True)
class SampleFile:
    """A closed store with the sample school: its file and its key."""

    path: Path
    key: bytes

    def copied(self, folder: Path) -> SampleFile:
        """A copy in `folder`, to write in."""
        return SampleFile(Path(shutil.copyfile(self.path, folder / "sample.carekit")), self.key)

    def environment(self) -> dict[str, str]:
        """What a process needs to open it and to stand on its day."""
        return {
            "CAREKIT_STORE": str(self.path),
            "CAREKIT_KEY": self.key.hex(),
            "CAREKIT_TODAY": SAMPLE_TODAY.isoformat(),
            "CAREKIT_LANG": "zh-CN",
            "PYTHONPATH": str(IMPORT_FOLDER),
        }


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all processes of this run share; the processes inherit its name."""
    if not hasattr(config, "workerinput"):
        os.environ[_FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="carekit-test-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it at the end of the run."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(_FOLDER_VARIABLE), ignore_errors=True)


def shared_sample() -> SampleFile:
    """The sample of this run: made by the process that comes first, awaited by the others."""
    folder = Path(os.environ[_FOLDER_VARIABLE])
    path, key_file, done = folder / "sample.carekit", folder / "sample.key", folder / "done"
    try:
        (folder / "making").mkdir()
    except FileExistsError:
        until = time.monotonic() + _WAIT_SECONDS
        while not done.exists():
            if time.monotonic() > until:
                raise RuntimeError("the process that makes the sample did not finish") from None
            time.sleep(0.2)
    else:
        make_sample(path, key_file).close()
        done.touch()
    return SampleFile(path, bytes.fromhex(key_file.read_text("ascii").strip()))


@pytest.fixture(scope="session")
def sample_file() -> SampleFile:
    """The sample school as a closed store that nobody opens; work on a copy (`sample_copy`)."""
    return shared_sample()


@pytest.fixture
def sample_copy(sample_file: SampleFile, tmp_path: Path) -> SampleFile:
    """A copy of the sample school for one test, closed."""
    return sample_file.copied(tmp_path)


# --- notebooks: nbval starts a kernel per notebook, which needs a store ---


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Give the kernel of a notebook a store of its own with the sample school, on the sample's day."""
    if not type(item).__module__.startswith("nbval"):
        return (yield)
    folder = Path(os.environ[_FOLDER_VARIABLE]) / f"notebook-{item.path.stem}-{os.getpid()}"
    if not folder.exists():
        folder.mkdir()
        shared_sample().copied(folder)
    variables = SampleFile(folder / "sample.carekit", shared_sample().key).environment()
    with _environment(variables), _without_coverage(item.config):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """As for the setup."""
    if not type(item).__module__.startswith("nbval"):
        return (yield)
    with _without_coverage(item.config):
        return (yield)


@contextmanager
def _without_coverage(config: pytest.Config) -> Iterator[None]:
    """Keep nbval from measuring in its kernels: with a bare --cov it waits there for an answer that never comes.

    The apps are measured by their own tests.
    """
    source = getattr(config.option, "cov_source", None)
    config.option.cov_source = None
    try:
        yield
    finally:
        config.option.cov_source = source


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """The variables in this process's environment, from which a kernel that is started inherits them, for the length of a block."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# --- browser tests ---


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a browser is required, a browser test that was skipped has failed."""
    report = yield
    if (
        report.skipped
        and item.get_closest_marker("browser")
        and os.environ.get("CAREKIT_REQUIRE_BROWSER")
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"a browser is required here, and the test was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave long rounds out unless they are asked for."""
    if not os.environ.get("CAREKIT_SLOW"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="a long round: set CAREKIT_SLOW=1"))
