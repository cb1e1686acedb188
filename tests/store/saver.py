"""A process that saves talks until it is killed, and says of each when it was acknowledged; started by test_durability.

Arguments: location, key (hex), child id, staff id, how many; or, with "count" before the number, a counter to raise.
"""

from __future__ import annotations

import sys
from datetime import date

from carekit.records import Child, Talk
from carekit.store import Actor, Conflict, Store


def save_talks(desk_location: str, key: str, child_id: str, staff_id: str, number: int) -> None:
    """Save talk after talk and print the id of each once the store has acknowledged it."""
    desk = Store.open(desk_location, key=bytes.fromhex(key)).for_actor(Actor.console())
    print("ready", flush=True)
    for _ in range(number):
        talk = Talk(child_id=child_id, talked_on=date(2026, 3, 1), staff_id=staff_id, points="聊了近况")
        desk.add(talk)
        print(talk.id, flush=True)


def raise_counter(desk_location: str, key: str, child_id: str, number: int) -> None:
    """Raise the number in a child's note again and again, each time on top of the version that was seen; a conflict is tried anew."""
    desk = Store.open(desk_location, key=bytes.fromhex(key)).for_actor(Actor.console())
    done = 0
    while done < number:
        seen = desk.get(Child, child_id)
        try:
            desk.amend(seen.record.model_copy(update={"note": str(int(seen.record.note or "0") + 1)}), seen=seen.version)
        except Conflict:
            continue
        done += 1


if __name__ == "__main__":
    if sys.argv[1] == "count":
        raise_counter(*sys.argv[2:5], int(sys.argv[5]))
    else:
        save_talks(*sys.argv[1:5], int(sys.argv[5]))
