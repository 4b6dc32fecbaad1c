"""Worlds beside a level's: the second row of a fair trap, and those of [[beside]]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.kernel.scenario import PlayerSeat, Side
from levels.compile import Compiler
from levels.reading import Table, kind_of
from levels.values import did_you_mean

MOST = 3
"""Worlds on one screen, the level's own among them."""


def read_twin_seat(
    compiler: Compiler, table: Table, twin: Any, personas: Mapping[str, str], is_hand: bool
) -> Side | None:
    """The second row of a fair trap, but for the laws that it keeps: the book, or other parameters. `table` is
    [seats]."""
    if not is_hand and not table.file.problems:
        found = "a second row without the network's hand"
        table.problem("twin", found, "write network = { hand = {…} }: what it does is done to both", key=True)
    titled = isinstance(twin, dict) and twin.get("book") is True and "book" not in compiler.names
    if twin == "book" or titled:
        if not personas and not table.file.problems:
            found = "nobody here plays otherwise than the book, so that both rows are the same"
            table.problem("twin", found, "a persona, or twin = { node = { parameter = … } }")
        if not titled:
            return Side(book=True, keeps=())
        words = table.table("twin")
        for key in sorted(set(twin) - {"title", "book"}):
            found = "in the book's row everything is as it is in the first"
            words.problem(key, found, "title and book alone", key=True)
        return Side(words.get("title", str, "").strip(), book=True, keeps=())
    if not isinstance(twin, dict) or not twin:
        found = kind_of(twin) if not isinstance(twin, str) else repr(twin)
        table.problem("twin", f"twin is {found}", 'write "book", or { node = { parameter = … } }')
        return None
    rows = table.table("twin")
    name = rows.get("title", str, "").strip() if "title" not in compiler.names else ""
    nodes = {key: value for key, value in twin.items() if key != "title" or key in compiler.names}
    if not nodes:
        found = "nothing is otherwise in the second row, so that both rows are the same"
        table.problem("twin", found, "twin = { node = { parameter = … } }, or book = true beside a persona")
    return Side(name, parameters=_read_parameters(compiler, Table(rows.file, rows.path, nodes)), keeps=())


def read_sides(
    compiler: Compiler, top: Table, player: Sequence[PlayerSeat], twin: Side | None, live: bool
) -> tuple[Side, ...]:
    """All of [[beside]], in the order of the file."""
    values = top.raw("beside")
    if values is None:
        return ()
    if not isinstance(values, list):
        top.problem("beside", f"beside is {kind_of(values)}", "write [[beside]] for each")
        return ()
    if live:
        top.problem("beside", "those outside are there only once", "worlds side by side without them", key=True)
    if len(values) + (twin is not None) >= MOST:
        worlds = len(values) + 1 + (twin is not None)
        top.problem("beside", f"{worlds} worlds on one screen", f"{MOST} at most, this one among them", key=True)
    found = []
    for place, value in enumerate(values):
        table = Table(top.file, (*top.at("beside"), place), value if isinstance(value, dict) else {})
        found.append(_read_side(compiler, table, player))
    return tuple(found)


def _read_side(compiler: Compiler, table: Table, player: Sequence[PlayerSeat]) -> Side:
    name = table.get("title", str, "").strip()
    if not name and not table.file.problems:
        table.file.problem(table.path, "this world has no title", 'write title = "by the book"')
    book = table.get("book", bool, False)
    seats = {}
    inner = table.table("seats")
    for node, persona in inner.items():
        room = compiler.room_of.get(node)
        if room is None or not isinstance(persona, str):
            what = f"there is no node {node!r}" if room is None else f"{node} is {kind_of(persona)}"
            inner.problem(node, what, 'write { node = "persona" }', key=True)
            continue
        known = [one.name for one in room.personas]
        if persona not in known:
            inner.problem(node, f"{room.name} knows no {persona!r}", did_you_mean(persona, known))
        seats[node] = persona
    if book and seats:
        table.problem("seats", "everybody plays by the book here", "either book = true or seats = {…}", key=True)
    nodes = _read_parameters(compiler, table.table("nodes"))
    kept = _read_kept(compiler, table.table("keep"), player)
    table.done()
    if not (book or seats or nodes or kept) and not table.file.problems:
        mend = "book = true, seats = {…}, nodes = {…} or keep = {…}"
        table.file.problem(table.path, "this world is the same as the first", mend)
    return Side(name, book, seats, nodes, kept)


def _read_parameters(compiler: Compiler, rows: Table) -> dict[str, Mapping[str, Any]]:
    """Node → parameters that are others there."""
    changed: dict[str, Mapping[str, Any]] = {}
    for name, values in rows.items():
        spec = next((node for node in compiler.nodes if node.name == name and node.protocol), None)
        if spec is None or not isinstance(values, dict) or not values:
            what = f"there is no node {name!r}" if spec is None else f"{name} is {kind_of(values)}"
            rows.problem(name, what, "write { node = { parameter = … } }", key=True)
            continue
        inner = Table(rows.file, rows.at(name), values)
        changed[name] = compiler.read_parameters(inner, compiler.room_of[name], spec.role, spec.parameters)
        inner.done()
        if changed[name].items() <= spec.parameters.items():
            rows.problem(name, f"{name} has these parameters in the first row, too", "other ones", key=True)
    return changed


def _read_kept(compiler: Compiler, rows: Table, player: Sequence[PlayerSeat]) -> tuple[tuple[str, str, Any], ...]:
    """(node, choice, value): how the player's node answers there."""
    found: list[tuple[str, str, Any]] = []
    for node, values in rows.items():
        room = compiler.room_of.get(node)
        if room is None or not isinstance(values, dict):
            what = f"there is no node {node!r}" if room is None else f"{node} is {kind_of(values)}"
            rows.problem(node, what, 'write { node = { "room.choice" = value } }', key=True)
            continue
        seats = [seat.choices for seat in player if seat.node == node]
        yours = [one.name for one in room.choices if any("*" in names or one.name in names for names in seats)]
        short = {name.partition(".")[2]: name for name in yours}
        for name, value in values.items():
            choice = name if name in yours else short.get(name)
            if choice is None:
                rows.file.problem(
                    (*rows.at(node), name), f"the player is not asked {name!r} at {node}", did_you_mean(name, yours),
                    key=True,
                )  # fmt: skip
                continue
            found.append((node, choice, tuple(value) if isinstance(value, list) else value))
    return tuple(found)
