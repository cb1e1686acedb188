"""What carekit uses of Voila and Jupyter beyond their published interfaces is still there."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest
from traitlets import EventHandler

from carekit.serve.voila_names import USED

_GONE = object()


def check(entry: str) -> None:
    """`AssertionError` when the dotted name is not there, or takes other parameters than are written behind it."""
    name, bracket, written = entry.partition("(")
    found = _found(name)
    assert found is not _GONE, f"{name} is gone"
    if bracket:
        # what gives a trait its first value is wrapped by traitlets
        found = found.func if isinstance(found, EventHandler) else found
        assert list(inspect.signature(found).parameters) == [part.strip() for part in written.rstrip(")").split(",")], entry


def _found(name: str) -> Any:
    """The object of a dotted name, through the longest module that there is; `_GONE` when there is none."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            if part in _made_at_start(found):
                return found
            found = inspect.getattr_static(found, part, _GONE)
        return found
    return _GONE


def _made_at_start(found: Any) -> set[str]:
    """Attributes that an object gets only when it is made, as its class writes them down: ``self.name = ...`` or ``name: type``."""
    if not inspect.isclass(found):
        return set()
    named: set[str] = set()
    for one in found.__mro__:
        named |= set(vars(one).get("__annotations__", {}))
        if "__init__" in vars(one) and hasattr(one.__init__, "__code__"):
            named |= set(one.__init__.__code__.co_names)
    return named - set(dir(found))


@pytest.mark.parametrize("entry", USED)
def test_every_name_that_is_used_is_there(entry: str) -> None:
    """Each name exists with the parameters that are written behind it, and says what it is used for."""
    check(entry)
    assert USED[entry]


@pytest.mark.parametrize(
    "wrong",
    [
        "voila.execute.NoSuchExecutor",
        "no_such_package.name",
        "nbclient.client.NotebookClient.async_start_new_kernel_client(self, patience)",
        "jupyter_client.multikernelmanager.MultiKernelManager._no_such_books",
    ],
)
def test_a_wrong_name_is_found(wrong: str) -> None:
    """A name that an update has taken away, or whose parameters it has changed, fails."""
    with pytest.raises(AssertionError):
        check(wrong)
