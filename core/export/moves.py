"""What the player answered, in words."""

from __future__ import annotations

from core.kernel import trace as kinds
from core.kernel.choice import Value
from core.kernel.trace import Entry
from core.kernel.world import World


def moves_in(world: World, entry: Entry) -> list[tuple[str, str]]:
    """(choice, value as people read it) for every answer in this entry that was the player's to give."""
    node = world.nodes.get(entry.node)
    if node is None or not node.played:
        return []
    given: list[tuple[str, Value]] = list(entry.answers)
    if entry.kind in (kinds.MOVE, kinds.KEEP):
        given.insert(0, entry.detail)
    assert node.protocol is not None
    return [(name, shown(node.protocol.choice(name).domain.show(value), value)) for name, value in given if
            name in node.played]  # fmt: skip


def shown(words: str, value: Value) -> str:
    """The words of a value; "nothing" for one that declines."""
    return "nothing" if value is None else words


def short(name: str) -> str:
    """A choice's name without its protocol: "tcp.ack_time" is "ack time" where the protocol is plain to see."""
    return name.rpartition(".")[2].replace("_", " ")
