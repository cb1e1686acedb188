"""A page as it comes into being: its cells are run in the visitor's kernel, and each piece of HTML is given as soon as it is there."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError

from carekit.errors import CarekitError
from carekit.serve.lean.notebook import cells_of
from carekit.serve.lean.outputs import cell_html, needs_stock
from carekit.serve.lean.running import CellRunner
from carekit.serve.lean.states import Keep, as_json, states_of, strangers, with_code_as_files
from carekit.serve.lean.still import Stills

#: What was said while the cells ran is over, also for a browser whose script is still on its way.
_ARRIVED = "<style>.ckl-opening { display: none; }</style>\n"


class NeedsStock(CarekitError):
    """The page shows something that only Voila's stock page can draw."""


class KernelEnded(CarekitError):
    """The kernel ended while the page was being made."""


class Rendering:
    """Runs the notebook at `path` in a kernel and gives its page; `failed` stands for what went wrong, `keep` takes code of strange widgets."""

    def __init__(self, path: Path, manager: Any, *, failed: str, keep: Keep, log: Any) -> None:
        self._cells = cells_of(path)
        self._failed, self._keep, self._log = failed, keep, log
        notebook = nbformat.from_dict({"cells": self._cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        self._executor = CellRunner(notebook, km=manager, log=log, record_timing=False)

    async def pieces(self) -> AsyncGenerator[str, None]:
        """Cells one after another, then the states of the widgets. `NeedsStock` or `KernelEnded` when it cannot be done."""
        executor, whole = self._executor, False
        await executor.begin()
        try:
            async for piece in self._run():
                yield piece
            whole = True
        finally:
            executor.end(whole=whole)

    async def _run(self) -> AsyncGenerator[str, None]:
        # a widget stands in the state of its page only when the cell is over, and a later cell may change it: all is drawn from the last state
        for place, cell in enumerate(self._cells):
            if cell.cell_type == "code":
                if not await self._executed(cell, place):
                    self._cells = self._cells[: place + 1]
                    break
            elif not any(one.cell_type == "code" for one in self._cells[:place]):
                yield self._html(cell, Stills({}))
        states = states_of(self._executor.widget_state, self._executor.widget_buffers)
        if strangers(states) or any(needs_stock(output) for cell in self._cells for output in cell.get("outputs", [])):
            raise NeedsStock
        first = next((place for place, cell in enumerate(self._cells) if cell.cell_type == "code"), len(self._cells))
        stills = Stills(states)
        yield _ARRIVED
        for cell in self._cells[first:]:
            yield self._html(cell, stills)
        yield f'<script type="application/json" id="ck-states">{as_json(with_code_as_files(states, self._keep))}</script>\n'

    def _html(self, cell: Any, stills: Stills) -> str:
        return str(cell_html(cell, self._failed, stills.html))

    async def _executed(self, cell: Any, place: int) -> bool:
        """Run a cell; whether the next one may run."""
        try:
            well = await self._executor.run_cell(cell, place)
        except DeadKernelError:
            raise KernelEnded from None
        if not well:
            # its words and its traceback may hold personal data
            ended = next(output["ename"] for output in cell.outputs if output["output_type"] == "error")
            self._log.error("cell %s of a page ended with %s", place, ended)
        return well
