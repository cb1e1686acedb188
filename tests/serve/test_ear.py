"""One socket hears a kernel for all: nothing is missed between the making of a page and its browser, and nobody who is gone is told anything."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from loops import in_a_loop

from carekit.serve.kernels.ear import Ear
from carekit.serve.kernels.executor import NoAnswer
from carekit.serve.lean.running import CellRunner

ONE, TWO, THREE = ([word] for word in (b"one", b"two", b"three"))


class _Stream:
    """A kernel's channel: what a test `says` is heard."""

    def __init__(self) -> None:
        self.gone = False
        self.says: Any = None

    def on_recv(self, call: Any) -> None:
        """The ear listens."""
        self.says = call

    def closed(self) -> bool:
        """Whether it was closed."""
        return self.gone

    def close(self) -> None:
        """The ear hears no more."""
        self.gone = True


@pytest.fixture
def stream() -> _Stream:
    """A channel to hear."""
    return _Stream()


@pytest.fixture
def ear(stream: _Stream) -> Ear:
    """An ear at the channel."""
    return Ear(stream)


def test_each_listener_hears_what_is_said_from_its_beginning_on(ear: Ear, stream: _Stream) -> None:
    """In order, whether it is called or asks later; a channel that was heard is known to work."""
    early, heard = ear.listen(), list[Any]()
    assert not ear.heard.is_set()
    stream.says(ONE)
    late = ear.listen()
    early.on_recv(heard.append)
    stream.says(TWO)
    late.on_recv_stream(lambda listener, message: heard.append((listener is late, message)))
    assert ear.heard.is_set() and heard == [ONE, TWO, (True, TWO)]


def test_a_place_that_was_kept_is_taken_once(ear: Ear, stream: _Stream) -> None:
    """The first who goes on hears what was said since; the next one begins anew."""
    maker, heard = ear.listen(), list[Any]()
    ear.keep(maker)
    stream.says(ONE)
    first, second = ear.go_on(), ear.go_on()
    assert first is maker and second is not maker
    for listener in (first, second):
        listener.on_recv(heard.append)
    assert heard == [ONE]


def test_a_kept_place_that_was_given_up_is_not_handed_on(ear: Ear) -> None:
    """Who goes on then gets a place that hears."""
    maker = ear.listen()
    ear.keep(maker)
    maker.close()
    assert not ear.go_on().closed()


def test_messages_wait_for_who_pauses_and_leave_who_has_gone(ear: Ear, stream: _Stream) -> None:
    """A pause loses nothing; a closed listener is told nothing, also when it goes while it is being told."""
    listener, heard = ear.listen(), list[Any]()
    listener.on_recv(heard.append)
    listener.stop_on_recv()
    stream.says(ONE)
    stream.says(TWO)
    assert heard == []

    def once(message: Any) -> None:
        heard.append(message)
        listener.close()

    listener.on_recv(once)
    stream.says(THREE)
    assert heard == [ONE] and listener.closed() and listener.socket.closed


def test_an_ear_that_closes_takes_its_listeners_with_it(ear: Ear, stream: _Stream) -> None:
    """The kernel has ended: the channel is closed once, and everybody's place with it."""
    listener = ear.listen()
    ear.close()
    ear.close()
    assert stream.gone and listener.closed()


def test_asking_waits_for_the_next_message_or_for_so_long(ear: Ear, stream: _Stream) -> None:
    """What is there comes at once, what comes meanwhile ends the waiting, and silence is told."""

    async def ask() -> None:
        listener = ear.listen()
        asyncio.get_running_loop().call_later(0.02, stream.says, ONE)
        assert await listener.next(10) == ONE
        stream.says(TWO)
        stream.says(THREE)
        assert [await listener.next(0), await listener.next(0), await listener.next(0.01)] == [TWO, THREE, None]

    in_a_loop(ask())


@pytest.mark.parametrize("alive", [True, False])
def test_a_kernel_that_is_dead_or_silent_makes_no_page(ear: Ear, monkeypatch: pytest.MonkeyPatch, alive: bool) -> None:
    """One that has ended is noticed, one that says nothing is asked until a start may not take longer; the way to it is closed."""
    asked, stopped = list[str](), list[bool]()
    shell = SimpleNamespace(start=lambda: None, stop=lambda: stopped.append(True))
    client = SimpleNamespace(shell_channel=shell, kernel_info=lambda: asked.append("info"))

    async def is_alive() -> bool:
        return alive

    monkeypatch.setattr("carekit.serve.lean.running._LOOK_SECONDS", 0.05)
    runner = CellRunner(nbformat.v4.new_notebook(), startup_timeout=1)
    runner.km = SimpleNamespace(client=lambda: client, is_alive=is_alive, ear=ear)
    with pytest.raises(NoAnswer):
        in_a_loop(runner.begin())
    assert stopped == [True] and bool(asked) is alive


def test_a_value_without_bytes_loses_the_bytes_of_the_one_before() -> None:
    """A picture that Python takes away again while its page is made is not in the page; what was not told anew stays."""
    runner = CellRunner(nbformat.v4.new_notebook())

    def told(state: dict[str, Any], *paths: list[str]) -> dict[str, Any]:
        data = {"method": "update", "state": state, "buffer_paths": list(paths)}
        return {"msg_type": "comm_msg", "content": {"comm_id": "one", "data": data}, "buffers": [b"bytes" for _ in paths]}

    runner.handle_comm_msg([], told({"value": None, "other": None}, ["value"], ["other"]), 0)
    runner.handle_comm_msg([], told({"value": "text"}), 0)
    assert runner.widget_state["one"] == {"value": "text", "other": None} and list(runner.widget_buffers["one"]) == [("other",)]
