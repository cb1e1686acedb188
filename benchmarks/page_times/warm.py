"""A warm process as the server's: it takes questions as lines of JSON and answers each from a process that it forks for it."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import comm

from carekit.serve.places import notebooks_folder
from carekit.serve.warm.preparing import prepare


def main() -> None:
    """Answer until nobody asks any more; a page that is not made is answered with null."""
    prepare()
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        question = json.loads(line)
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            os.environ |= question["told"]
            os.write(theirs, json.dumps(_make(question["page"])).encode())
            os._exit(0)
        os.close(theirs)
        os.waitpid(child, 0)
        print(os.read(ours, 4096).decode() or "null", flush=True)
        os.close(ours)


def _make(name: str) -> dict[str, float]:
    """Run a page's cells; milliseconds of the processor, and that went by. What the widgets say goes nowhere, what a page puts off is not waited for."""
    comm.create_comm = comm.DummyComm  # type: ignore[assignment]
    cells, names = list(_cells(name)), dict[str, Any]()

    async def run() -> dict[str, float]:
        wall, processor = time.perf_counter(), time.process_time()
        for cell in cells:
            exec(cell, names)
        return {"processor": 1000 * (time.process_time() - processor), "wall": 1000 * (time.perf_counter() - wall)}

    return asyncio.new_event_loop().run_until_complete(run())


def _cells(name: str) -> Iterator[Any]:
    path = notebooks_folder() / f"{name}.ipynb"
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield compile("".join(cell["source"]), str(path), "exec")


if __name__ == "__main__":
    main()
