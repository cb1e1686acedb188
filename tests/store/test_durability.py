"""What was acknowledged survives, and two processes never lose a change silently; with real processes, on both databases.

The number of kills is small here; `CAREKIT_KILLS=500 python -m pytest tests/store/test_durability.py` runs the full round.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cast import TODAY, Cast

import carekit
from carekit.records import Child, Talk
from carekit.store import Actor, Store, backup, examine, verify

KILLS = int(os.environ.get("CAREKIT_KILLS", "6"))
SAVER = Path(__file__).with_name("saver.py")


def _start(*arguments: str) -> subprocess.Popen[str]:
    # The other process uses the carekit that this test imported, installed or not.
    environment = os.environ | {"PYTHONPATH": str(Path(carekit.__file__).parent.parent)}
    return subprocess.Popen([sys.executable, str(SAVER), *arguments], stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment)


@pytest.mark.slow
def test_what_was_acknowledged_survives_a_kill(cast: Cast) -> None:
    """A process is killed at a random moment while it saves; every talk that it had acknowledged is there, and the store is sound."""
    chance, acknowledged = random.Random(1), set()
    for _ in range(KILLS):
        process = _start(cast.store.location, cast.store.key.hex(), cast.he.id, cast.wang.id, "100000")
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        timer = threading.Timer(chance.uniform(0.0, 0.4), process.kill)
        timer.start()
        acknowledged.update(line.strip() for line in process.stdout if len(line) == 27)
        process.wait()
    found = {revision.id for revision in cast.console.find(Talk)}
    assert acknowledged and acknowledged <= found
    assert len(found - acknowledged) <= KILLS
    assert verify(cast.store) == ()


def test_two_processes_lose_no_change(cast: Cast) -> None:
    """Two processes that change one file again and again, each on top of what it saw, end with every change counted."""
    processes = [_start("count", cast.store.location, cast.store.key.hex(), cast.he.id, "15") for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    saved = cast.console.get(Child, cast.he.id)
    assert saved.record.note == "30" and saved.version == 31
    assert verify(cast.store) == ()


def test_a_backup_while_others_save_is_whole(cast: Cast, tmp_path: Path) -> None:
    """A backup made while talks are being saved holds each talk that was acknowledged before it began, and is sound."""
    process = _start(cast.store.location, cast.store.key.hex(), cast.he.id, cast.wang.id, "60")
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(21)][1:]
    report = backup(cast.store, tmp_path / "b")
    process.communicate()
    copy = Store.open(tmp_path / "b", key=cast.store.key)
    assert set(lines) <= {revision.id for revision in copy.for_actor(Actor.console()).find(Talk)}
    copy.close()
    assert report.sound and examine(tmp_path / "b", key=cast.store.key).counts["talk"] >= 20
    assert len(cast.console.find(Talk)) == 60


def test_five_people_save_while_a_large_import_runs(cast: Cast) -> None:
    """Five savings that meet an import of 2,000 children in one transaction all succeed."""
    errors: list[BaseException] = []

    def save() -> None:
        try:
            desk = cast.desk(cast.wang)
            desk.add(Talk(child_id=cast.he.id, talked_on=TODAY, staff_id=cast.wang.id, points="好"))
        except BaseException as error:  # noqa: BLE001 - whatever went wrong in a thread must reach the test
            errors.append(error)

    threads = [threading.Thread(target=save) for _ in range(5)]
    with cast.console.transaction():
        cast.console.add_all([Child(name=f"测试{n}") for n in range(2000)])
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and len(cast.console.find(Talk)) == 5 and len(cast.console.find(Child)) == 2002
