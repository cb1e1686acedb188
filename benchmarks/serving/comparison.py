"""One run: start all servers, do the rounds, print the table."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving.load import SPEAKERS, run_load
from benchmarks.serving.peers import fill_site, peers_python
from benchmarks.serving.rounds import Plan, Results, run_rounds, run_single
from benchmarks.serving.running import Running, all_running
from benchmarks.serving.servers import SERVERS
from benchmarks.serving.table import NOTES, markdown, measures
from benchmarks.serving.visits import chromium

FULL = Plan(rounds={1: 7, 5: 3, 20: 1}, wires=2, load=100)
QUICK = Plan(rounds={1: 2, 5: 1}, load=0)
QUICK_SERVERS = ("carekit", "voila", "panel")


def compare(*, quick: bool) -> None:
    """Run and print; `quick` is to see that everything works."""
    names = QUICK_SERVERS if quick else tuple(SERVERS)
    asyncio.run(_compare(names, QUICK if quick else FULL))


async def _compare(names: Sequence[str], plan: Plan) -> None:
    python, results = peers_python(), Results()
    with tempfile.TemporaryDirectory(prefix="carekit-bench-", ignore_cleanup_errors=True) as folder:
        for name in names:
            (Path(folder) / name).mkdir()
            fill_site(Path(folder) / name)
        async with all_running([SERVERS[name] for name in names], python, Path(folder)) as servers:
            if plan.load:
                await _run_loads(servers, plan, results)
            async with chromium() as browser:
                await run_single(browser, servers, plan, results)
                for visitors, rounds in plan.rounds.items():
                    await run_rounds(browser, servers, visitors, rounds, results)
                    # many pages at once take long on two cores: what is known by then is told
                    print(f"\nWith {visitors} at once:\n\n{markdown(results, names, measures(tuple(plan.rounds), plan.load))}", flush=True)
    print(f"\n{NOTES}\n")
    for (name, round_), failed in results.faults.items():
        print(f"{SERVERS[name].title}, {round_}: {failed} visits failed")


async def _run_loads(servers: Sequence[Running], plan: Plan, results: Results) -> None:
    for running in servers:
        if running.server.name in SPEAKERS:
            await run_load(running, 20, results)
        if running.server.name == "carekit":
            await run_load(running, plan.load, results)
