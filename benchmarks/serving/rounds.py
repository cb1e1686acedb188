"""The rounds of one run: every server in turn, so that noise of the machine falls on all of them alike."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.serving.running import Running
from benchmarks.serving.visits import Visit, leave, newcomer, visit, wire

#: Pages open for the second look at memory, beyond the one of the first.
FURTHER = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done: rounds of each number of visitors at once."""

    rounds: dict[int, int]
    wires: int = 1
    memory: bool = True
    load: int = 0


@dataclass(slots=True)
class Results:
    """What was measured, by server and measure (such as ``figure 5 warm``); the measures of a batch's visits stand one by one."""

    values: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    faults: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, server: str, measure: str, *values: float) -> None:
        """Keep values."""
        self.values.setdefault(server, {}).setdefault(measure, []).extend(values)

    def fault(self, server: str, round_: str, what: str) -> None:
        """Count a visit that failed in a round (such as ``5 warm``), and say what happened."""
        self.faults[server, round_] = self.faults.get((server, round_), 0) + 1
        print(f"  {server}, {round_}: {what}", flush=True)

    def middle(self, server: str, measure: str) -> float | None:
        """The median, or None when nothing was measured."""
        values = self.values.get(server, {}).get(measure)
        return median(values) if values else None


async def run_single(browser: Any, servers: Sequence[Running], plan: Plan, results: Results) -> None:
    """What one visit takes over the wire, and what each page beyond the first adds."""
    for running in servers:
        # the first visitor of a server finds it cold: that is no part of any figure
        await _batch(browser, running, 1, Results())
    for _ in range(plan.wires):
        for running in servers:
            await _wire(browser, running, results)
    if plan.memory:
        for running in servers:
            await _memory(browser, running, results)


async def run_rounds(browser: Any, servers: Sequence[Running], visitors: int, rounds: int, results: Results) -> None:
    """Rounds of so many visitors at once with real pages."""
    for running in _in_turn(servers, rounds):
        await _batch(browser, running, visitors, results)


def _in_turn(servers: Sequence[Running], rounds: int) -> Iterator[Running]:
    """Each server once a round, and each round begun by another."""
    for number in range(rounds):
        first = number % len(servers)
        yield from [*servers[first:], *servers[:first]]


async def _batch(browser: Any, running: Running, visitors: int, results: Results) -> None:
    """So many visitors at once, first with empty caches, then the same again."""
    contexts = [await newcomer(browser, running, number) for number in range(visitors)]
    for cache in ("cold", "warm"):
        before = await running.settled()
        came = await asyncio.gather(*(visit(context, running) for context in contexts), return_exceptions=True)
        running.tree.look()
        pages = [_kept(each, running, f"{visitors} {cache}", results) for each in came]
        await asyncio.gather(*(leave(page) for page in pages if page is not None))
        used = await running.settled() - before
        results.note(running.server.name, f"processor {visitors} {cache}", used / visitors * 1000)
    for context in contexts:
        await context.close()


def _kept(came: tuple[Visit, Any] | BaseException, running: Running, measure: str, results: Results) -> Any:
    """Keep the figures of a visit; its page, or None when it failed."""
    if isinstance(came, BaseException):
        results.fault(running.server.name, measure, str(came))
        return None
    seen, page = came
    for name in ("figure", "painted", "answered"):
        results.note(running.server.name, f"{name} {measure}", getattr(seen, name))
    results.note(running.server.name, f"filter {measure}", seen.answered - seen.changed)
    return page


async def _wire(browser: Any, running: Running, results: Results) -> None:
    context = await newcomer(browser, running, 0)
    requests, kilobytes = await wire(context, running)
    results.note(running.server.name, "requests", requests)
    results.note(running.server.name, "kilobytes", kilobytes)
    await context.close()


async def _memory(browser: Any, running: Running, results: Results) -> None:
    """What each page beyond the first adds while all are open."""
    contexts = [await newcomer(browser, running, number) for number in range(1 + FURTHER)]
    pages: list[Any] = []
    sizes: list[float | None] = []
    try:
        for number, context in enumerate(contexts):
            pages.append((await visit(context, running))[1])
            if number in {0, FURTHER}:
                await running.settled()
                sizes.append(running.tree.memory())
    except RuntimeError as error:
        results.fault(running.server.name, "memory", str(error))
    match sizes:
        case [float() as one, float() as many]:
            results.note(running.server.name, "memory", (many - one) / FURTHER)
    for page in pages:
        await leave(page)
    for context in contexts:
        await context.close()
