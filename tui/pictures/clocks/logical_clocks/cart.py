"""The picture of a store: the versions on its shelf as cards, what has come, and what it has cost so far."""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.choice import Asked, Value
from core.protocols.clocks.logical_clocks.messages import Version
from core.protocols.clocks.logical_clocks.store import Store
from core.protocols.clocks.logical_clocks.store_choices import SHELF, VECTOR
from core.protocols.clocks.logical_clocks.vectors import label
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import wrapped

LEAST = (40, 7)
"""Columns and rows below which there is no room for cards."""
CARD = 19
"""Columns of a card, the one after it included."""


def suits(scene: Scene) -> bool:
    """Is it a store that sits here?"""
    return any(node.name == scene.you and node.role == "store" for node in scene.scenario.nodes)


def draw(canvas: Canvas, scene: Scene) -> None:
    """Heading, cards, and the bill."""
    if canvas.width < LEAST[0] or canvas.height < LEAST[1]:
        general.draw(canvas, scene)
        return
    _Counter(canvas, scene, scene.own(Store) or Store()).draw()


class _Counter:
    """One drawing."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Store) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        asked = scene.asked
        self.stamping = asked if asked is not None and asked.choice.name == VECTOR.name else None
        self.sorting = asked if asked is not None and asked.choice.name == SHELF.name else None
        self.height = min(7, canvas.height - (5 if scene.lifted else 3))

    def draw(self) -> None:
        """All of it."""
        canvas, me = self.canvas, self.me
        canvas.tint(0, 1, canvas.width, canvas.height - 2, Ink.WORLD, 0.1)  # the shelf, also where nothing stands on it
        self._draw_heading()
        cards: list[tuple[str, tuple[str, ...], Ink, str]] = []
        for version in me.shelf:
            cards.append((label(version), version.items, Ink.PLAIN, self._fate(version)))
        if self.sorting is not None and self.sorting.version not in me.shelf:
            version = self.sorting.version
            cards.append((label(version), version.items, Ink.ACCENT, self._fate(version)))
        if self.stamping is not None:
            cards.append((self._entered(), (*self._read_items(), self.stamping.item), Ink.YOU, "new"))
        room = max(1, canvas.width // CARD)
        shown = cards[-room:]
        for place, (vector, items, ink, fate) in enumerate(shown):
            self._draw_card(place * CARD, vector, items, ink, fate)
        if not cards:
            canvas.put(1, 3, "The shelf is empty.", Ink.QUIET)
        if self.scene.lifted:
            self._draw_others(canvas.height - 3)
        self._draw_bill(canvas.height - 1)

    def _draw_heading(self) -> None:
        canvas, scene = self.canvas, self.scene
        if self.stamping is not None:
            asked = self.stamping
            canvas.put(0, 0, f"{asked.source} adds {asked.item}, had read {asked.read}", Ink.ACCENT)
        elif self.sorting is not None:
            canvas.put(0, 0, f"{self.sorting.new} has come: who had seen whom?", Ink.ACCENT)
        elif scene.lifted:
            canvas.put(0, 0, "the shelves at the end", Ink.ACCENT)
        else:
            canvas.put(0, 0, f"the shelf of {scene.you}", Ink.QUIET)

    def _read_items(self) -> tuple[str, ...]:
        """What the writer had in the cart, as the shelf's versions that were read say."""
        assert self.stamping is not None
        read = self.stamping.read.split(" and ")
        found = {item: None for version in self.me.shelf if label(version) in read for item in version.items}
        return tuple(found)

    def _entered(self) -> str:
        """The vector that is being typed."""
        written = self.scene.written
        return " ".join(written.get(name) or "_" for name in ("s1", "s2", "s3"))

    def _fate(self, version: Version) -> str:
        """Whether a card stays by what is chosen so far."""
        draft = self.scene.draft
        if self.sorting is None or not isinstance(draft, tuple):
            return ""
        return "stays" if label(version) in draft else "goes"

    def _draw_card(self, x: int, vector: str, items: tuple[str, ...], ink: Ink, fate: str) -> None:
        canvas, width = self.canvas, CARD - 1
        top, bottom = 1, 1 + self.height
        canvas.put(x, top, f"╭{'─' * (width - 2)}╮", ink)
        for y in range(top + 1, bottom):
            canvas.put(x, y, "│", ink)
            canvas.put(x + width - 1, y, "│", ink)
        canvas.put(x, bottom, f"╰{'─' * (width - 2)}╯", ink)
        canvas.put(x + 2, top + 1, vector, Ink.STRONG if ink is Ink.PLAIN else ink)
        for line, text in enumerate(wrapped(", ".join(items), width - 4, max(1, bottom - top - 3))):
            canvas.put(x + 2, top + 2 + line, text, Ink.QUIET)
        if fate:
            canvas.put(x + 2, bottom, f" {fate} ", {"stays": Ink.GOOD, "goes": Ink.COSTLY}.get(fate, ink))

    def _draw_others(self, y: int) -> None:
        """The fog has lifted: what stands on the other stores' shelves."""
        x = 0
        for node in self.scene.scenario.nodes:
            if node.role == "store" and node.name != self.scene.you:
                shelf = self.scene.view_of(node.name).get("shelf", "?")
                x = self.canvas.put(x, y, f"{node.name}: {shelf}", Ink.QUIET) + 3

    def _draw_bill(self, y: int) -> None:
        canvas, me = self.canvas, self.me
        x = canvas.put(0, y, f"your number: {me.count} given", Ink.YOU)
        x = canvas.put(x + 3, y, f"frowns {me.frowns}", Ink.COSTLY if me.frowns else Ink.QUIET)
        canvas.put(x + 3, y, f"lost: {', '.join(me.lost) or 'nothing'}", Ink.BAD if me.lost else Ink.QUIET)


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """What is in each cart that may stay."""
    me = scene.own(Store)
    if me is None or asked.choice.name != SHELF.name:
        return {}
    return {label(version): ", ".join(version.items) for version in (*me.shelf, asked.version)}


def shows(scene: Scene) -> tuple[str, ...]:
    """What it says of the own view by itself."""
    return ("shelf", "written here", "frowns", "lost")
