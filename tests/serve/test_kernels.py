"""The kernels of pages, forked: whose they are, what they know, and when they end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from kernels_at_hand import STORE, answer, asking, opened, run, until, visitor
from tornado.web import HTTPError

from carekit.apps.session import KEY_VARIABLE, STORE_VARIABLE
from carekit.records.codes import Role
from carekit.serve.kernels import NoRoom, Ownership, PageKernels
from carekit.serve.kernels.forked import NotStarted, WarmProcess
from carekit.serve.kernels.page_kernels import can_fork
from carekit.serve.kernels.telling import ACTOR_VARIABLE

pytestmark = pytest.mark.skipif(not can_fork(), reason="nothing is forked here")

Work = Callable[[PageKernels], Awaitable[None]]
ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"
#: In the environment of the server, and nobody else's business.
SECRET = "SCHOOL_DATABASE_PASSWORD"


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmProcess]:
    """One warm process for all tests of this module, with a secret in the environment of its server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, "s3cret")
        process = WarmProcess()
        process.start()
        yield process
        process.close()


@pytest.fixture
def doing(warm: WarmProcess) -> Iterator[Callable[..., None]]:
    """Do something with the kernels of a server, then end them. Its folder is near the root: sockets have short paths only."""
    with tempfile.TemporaryDirectory(prefix="ck") as folder:
        yield lambda work, **traits: run(Path(folder), work, warm, **traits)


async def spare_of(kernels: PageKernels) -> str:
    """The id of the kernel that is ready ahead."""
    kernels.prepare()
    return await asyncio.shield(kernels._spares[0])


# --- whose they are ---


def test_a_kernel_is_bound_to_the_present_visitor(doing: Callable[..., None]) -> None:
    """When `start_kernel` returns, the kernel knows store, key, person and question, belongs to the visitor, and lies in the server's folder."""

    async def work(kernels: PageKernels) -> None:
        kernel_id = await opened(kernels, visitor("a", "login-1", Role.COUNSELLOR), QUERY_STRING="child=1")
        assert kernels.owner_of(kernel_id) == Ownership("a", "login-1")
        told = json.loads(await answer(kernels, kernel_id, ENVIRONMENT))
        assert (told[STORE_VARIABLE], told[KEY_VARIABLE]) == (STORE.location, STORE.key.hex())
        assert (told[ACTOR_VARIABLE], told["CAREKIT_LANG"], told["QUERY_STRING"]) == ("staff-of-a:counsellor", "en", "child=1")
        assert told["VOILA_KERNEL_ID"] == kernel_id
        assert (await answer(kernels, kernel_id, f"print(os.path.samefile(os.getcwd(), {kernels.root_dir!r}))")).strip() == "True"

    doing(work)


def test_nobody_gets_no_kernel(doing: Callable[..., None]) -> None:
    """Without a visitor, with one that is none of the server's, or for a kernel id of the caller's choice: 403."""

    async def work(kernels: PageKernels) -> None:
        for person in (None, "somebody"):
            with asking(person), pytest.raises(HTTPError) as caught:
                await kernels.start_kernel()
            assert caught.value.status_code == 403
        with asking(visitor()), pytest.raises(HTTPError):
            await kernels.start_kernel(kernel_id="chosen")
        assert kernels.owner_of("chosen") is None and not kernels._owners

    doing(work)


@pytest.mark.parametrize("forged", [f"{ACTOR_VARIABLE}=boss:leader", f"x=1\n{ACTOR_VARIABLE}=boss:leader", f"&{ACTOR_VARIABLE}=boss\0"])
def test_a_forged_address_changes_nobody(doing: Callable[..., None], forged: str) -> None:
    """Neither the address nor other variables of a request say who visits, what the store is, or what else stands in the environment."""

    async def work(kernels: PageKernels) -> None:
        asked = {"QUERY_STRING": forged.replace("\0", "%00"), ACTOR_VARIABLE: "boss:leader", STORE_VARIABLE: "other", "LD_PRELOAD": "x"}
        kernel_id = await opened(kernels, visitor("a"), **asked)
        told = json.loads(await answer(kernels, kernel_id, ENVIRONMENT))
        assert (told[ACTOR_VARIABLE], told[STORE_VARIABLE]) == ("staff-of-a:leader", STORE.location)
        assert "LD_PRELOAD" not in told

    doing(work)


def test_a_kernel_is_never_given_to_a_second_person(doing: Callable[..., None]) -> None:
    """A second hand-over is refused by the kernel itself, which keeps its first person, and the kernel that was to be given away is ended."""

    async def work(kernels: PageKernels) -> None:
        kernel_id = await opened(kernels, visitor("a"))
        process = kernels.get_kernel(kernel_id).forked
        with pytest.raises(NotStarted):
            await process.hand_over(kernels.root_dir, {ACTOR_VARIABLE: "b:leader"})
        assert "staff-of-a" in await answer(kernels, kernel_id, f"import os; print(os.environ['{ACTOR_VARIABLE}'])")
        with pytest.raises(NotStarted):
            await kernels._bind(kernel_id, kernels.root_dir, {ACTOR_VARIABLE: "b:leader"})
        await until(lambda: kernel_id not in kernels)

    doing(work)


def test_two_visitors_at_once_have_a_kernel_each(doing: Callable[..., None]) -> None:
    """People who come at the same moment get different processes, each with its own person, different random numbers and keys."""

    async def work(kernels: PageKernels) -> None:
        people = [visitor(name, f"login-{name}") for name in "abc"]
        kernel_ids = await asyncio.gather(*(opened(kernels, person) for person in people))
        assert [kernels.owner_of(kernel_id).account_id for kernel_id in kernel_ids] == ["a", "b", "c"]
        seen = [
            await answer(
                kernels,
                kernel_id,
                "import os, random, numpy; print(os.environ['CAREKIT_ACTOR'], os.getpid(), random.random(), numpy.random.random())",
            )
            for kernel_id in kernel_ids
        ]
        assert [text.split(":")[0] for text in seen] == ["staff-of-a", "staff-of-b", "staff-of-c"]
        for place in (1, 2, 3):
            assert len({text.split()[place] for text in seen}) == 3

    doing(work)


# --- the one ahead ---


def _seen_by_the_system(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def test_the_kernel_ahead_knows_nobody(doing: Callable[..., None]) -> None:
    """Its environment, as the kernel and as the system see it, holds no store, key, person, question or secret of the server's; it has no owner."""

    async def work(kernels: PageKernels) -> None:
        with asking(visitor("before")):
            spare = await spare_of(kernels)
        assert kernels.owner_of(spare) is None and not kernels._owners
        told = json.loads(await answer(kernels, spare, ENVIRONMENT))
        assert not [
            name for name in told if name.startswith(("CAREKIT_", "VOILA", "QUERY")) and name not in {"CAREKIT_TODAY", "CAREKIT_LANG"}
        ]
        assert SECRET not in told and SECRET in os.environ
        if sys.platform == "linux":
            raw = _seen_by_the_system(kernels.get_kernel(spare).provisioner.pid)
            for hidden in (b"s3cret", STORE.key.hex().encode(), b"before"):
                assert hidden not in raw

    doing(work)


def test_the_kernel_ahead_is_taken_and_refilled_in_an_empty_context(doing: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The next visitor gets it at once; the one after it is started where no request and no visitor is known."""
    seen: list[object] = []
    start = PageKernels._start_process

    async def watched(self: PageKernels, **kwargs: Any) -> str:
        from carekit.serve.visitor import present_visitor

        seen.append(present_visitor())
        return await start(self, **kwargs)

    monkeypatch.setattr(PageKernels, "_start_process", watched)

    async def work(kernels: PageKernels) -> None:
        spare = await spare_of(kernels)
        assert await opened(kernels, visitor("a")) == spare
        await until(lambda: kernels._spares)
        following = await asyncio.shield(kernels._spares[0])
        assert following != spare and kernels.owner_of(following) is None
        assert seen == [None, None]

    doing(work, refill_seconds=0.01)


def test_a_kernel_ahead_that_died_is_not_given_to_anybody(doing: Callable[..., None]) -> None:
    """The visitor gets another one and notices nothing."""

    async def work(kernels: PageKernels) -> None:
        spare = await spare_of(kernels)
        os.kill(kernels.get_kernel(spare).provisioner.pid, signal.SIGKILL)
        kernel_id = await opened(kernels)
        assert kernel_id != spare
        assert (await answer(kernels, kernel_id, "print(1)")).strip() == "1"

    doing(work)


def test_a_failed_refill_harms_nobody(doing: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """When no kernel can be started ahead, or forked at all, visitors get ordinary processes; the next refill is tried again."""

    async def work(kernels: PageKernels) -> None:
        async def refused(*_: object) -> None:
            raise NotStarted("no memory")

        with monkeypatch.context() as patch:
            patch.setattr(kernels.warm, "kernel", refused)
            kernels.prepare()
            await until(lambda: not kernels._spares)
            kernel_id = await opened(kernels, visitor("a"))
            assert kernels.get_kernel(kernel_id).forked is None and kernels.owner_of(kernel_id) == Ownership("a", "login-1")
            assert "staff-of-a" in await answer(kernels, kernel_id, f"import os; print(os.environ['{ACTOR_VARIABLE}'])")
        await until(lambda: not kernels._spares)
        kernels._refill()
        assert kernels.owner_of(await asyncio.shield(kernels._spares[0])) is None

    doing(work, refill_seconds=0.01)


# --- ends ---


@pytest.mark.parametrize("whose", ["session", "account"])
def test_kernels_end_with_their_login(doing: Callable[..., None], whose: str) -> None:
    """The end of a login ends its kernels, the end of an account those of all its logins; other people's go on."""

    async def work(kernels: PageKernels) -> None:
        first = await opened(kernels, visitor("a", "login-1"))
        second = await opened(kernels, visitor("a", "login-2"))
        others = await opened(kernels, visitor("b", "login-3"))
        process = psutil.Process(kernels.get_kernel(first).provisioner.pid)
        await (kernels.end_of_session("login-1") if whose == "session" else kernels.end_of_account("a"))
        assert first not in kernels and kernels.owner_of(first) is None
        assert (second in kernels) is (whose == "session") and others in kernels
        await until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)

    doing(work)


def test_a_login_that_ends_while_its_kernel_starts_gets_none(doing: Callable[..., None]) -> None:
    """A kernel that was on its way to an ended login is ended, and the request refused."""

    async def work(kernels: PageKernels) -> None:
        with asking(visitor("a", "login-1")):
            starting = asyncio.ensure_future(kernels.start_kernel())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert kernels._starting
        await kernels.end_of_session("login-1")
        with pytest.raises(HTTPError) as caught:
            await starting
        assert caught.value.status_code == 403
        assert not kernels._owners and not kernels._starting

    doing(work)


def test_a_kernel_that_dies_is_told_to_its_page(doing: Callable[..., None]) -> None:
    """Who asked to be told is told once, not who took that back; the kernel leaves the books, and signals to it go nowhere."""

    async def work(kernels: PageKernels) -> None:
        kernel_id = await opened(kernels)
        kernel, told = kernels.get_kernel(kernel_id), []
        process = kernel.forked
        kernel.add_restart_callback(lambda: told.append("page"), "dead")
        silent = lambda: told.append("no longer there")  # noqa: E731 - the same thing must be taken back
        kernel.add_restart_callback(silent, "dead")
        kernel.remove_restart_callback(silent, "dead")
        kernel.remove_restart_callback(silent, "dead")
        process.kill()
        await until(lambda: kernel_id not in kernels)
        assert told == ["page"] and kernels.owner_of(kernel_id) is None
        assert process.wait(1) == 0
        process.terminate()

    doing(work)


def test_an_end_that_the_server_wants_is_told_to_nobody(doing: Callable[..., None]) -> None:
    """A page that left is not told that its kernel is lost."""

    async def work(kernels: PageKernels) -> None:
        kernel_id = await opened(kernels)
        kernel, told = kernels.get_kernel(kernel_id), []
        kernel.add_restart_callback(lambda: told.append(1), "dead")
        await kernels.shutdown_kernel(kernel_id)
        await asyncio.sleep(0.2)
        assert not told and kernel_id not in kernels

    doing(work)


# --- limits ---


def test_at_the_limit_the_next_visitor_is_told(doing: Callable[..., None]) -> None:
    """There are never more kernels than there may be, also when several come at once; a kernel that ends makes room."""

    async def work(kernels: PageKernels) -> None:
        came = await asyncio.gather(*(opened(kernels, visitor(name)) for name in "abc"), return_exceptions=True)
        assert [isinstance(one, NoRoom) for one in came] == [False, False, True]
        await kernels.end_of_account("a")
        assert await opened(kernels, visitor("c")) in kernels

    doing(work, most_kernels=2)


def test_a_kernel_that_its_page_has_left_makes_room(doing: Callable[..., None]) -> None:
    """The one that was left longest ago is ended for the next visitor; one whose page is there, or may still come, is not."""

    async def work(kernels: PageKernels) -> None:
        left, there = await opened(kernels, visitor("a")), await opened(kernels, visitor("b"))
        for kernel_id in (left, there):
            kernels.notify_connect(kernel_id)
        kernels.notify_disconnect(left)
        with pytest.raises(NoRoom):
            await opened(kernels, visitor("c"))
        kernels._alone[left] -= 3600
        assert await opened(kernels, visitor("c")) in kernels
        assert left not in kernels and there in kernels

    doing(work, most_kernels=2)


def test_kernels_without_use_end(doing: Callable[..., None]) -> None:
    """A kernel ends whose page never came, or stayed open unused for hours, but not one that is used or works; the one ahead waits for ever."""

    async def work(kernels: PageKernels) -> None:
        spare = await spare_of(kernels)
        kernels.spares = 0
        never_came, forgotten, used = [await opened(kernels, visitor(name)) for name in "abc"]
        assert spare == never_came
        for kernel_id in (forgotten, used):
            kernels.notify_connect(kernel_id)
            kernels.get_kernel(kernel_id).execution_state = "idle"
        long_ago = datetime.now(UTC) - timedelta(hours=5)
        kernels.get_kernel(forgotten).last_activity = long_ago
        kernels.get_kernel(never_came).execution_state = "busy"
        kernels._alone[never_came] -= kernels.first_page_seconds + 1
        for kernel_id in (never_came, used, "not there"):
            await kernels.cull_kernel_if_idle(kernel_id)
        assert never_came in kernels and used in kernels
        kernels.get_kernel(never_came).execution_state = "idle"
        for kernel_id in list(kernels._owners):
            await kernels.cull_kernel_if_idle(kernel_id)
        assert [kernel_id in kernels for kernel_id in (never_came, forgotten, used)] == [False, False, True]
        kernels.spares = 1
        kernels._refill()
        ahead = await asyncio.shield(kernels._spares[0])
        await kernels.cull_kernel_if_idle(ahead)
        assert ahead in kernels

    doing(work)


def test_a_dead_kernel_is_found(doing: Callable[..., None]) -> None:
    """The look for idle kernels also finds one that died and was not missed: its page is told and it leaves the books."""

    async def work(kernels: PageKernels) -> None:
        kernel_id = await opened(kernels)
        kernel, told = kernels.get_kernel(kernel_id), []
        kernel.forked.ended = None
        kernel.add_restart_callback(lambda: told.append(1), "dead")
        os.kill(kernel.provisioner.pid, signal.SIGKILL)
        await until(lambda: kernel.forked.poll() == 0)
        assert not await kernel.is_alive()
        await kernels.cull_kernel_if_idle(kernel_id)
        assert told

    doing(work)
