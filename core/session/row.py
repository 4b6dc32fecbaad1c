"""A row: one world at play, and how far of it has been seen and told.

A session has one. What plays several worlds side by side has a row for each: nothing in a row knows of pace, people or
other rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.kernel.sight import INWARD, Sight
from core.kernel.world import Answered, Question, World


class Row:
    """A world with the player's sight of it. What is new in it is handed out once, in order."""

    def __init__(self, world: World, player: str, everything: bool) -> None:
        self._player = player
        self._everything = everything
        self.begin(world)

    def begin(self, world: World) -> None:
        """Let `world` be the world, as it stands: nothing of it is new."""
        self.world = world
        self.sight = Sight(world, self._player, self._everything)
        """What the player may see. Another object after every `begin`."""
        self.sides = tuple(Sight(side.world, self._player, self._everything) for side in world.sides)
        """What the player may see of the worlds beside it, in their order."""
        self.inward = sum(1 for entry in self.sight.entries() if entry.kind in INWARD)
        """How much has happened to the player's node."""
        self._visible = self.sight.events()
        self._entries = len(self.sight)
        self._answers = len(world.answers)
        self._verdicts = len(world.verdicts)
        self._questions: dict[int, Question] = {question.number: question for question in world.questions}
        self._over = world.over
        self._possible, self._due = self._moves()

    @property
    def truth(self) -> Sight:
        """The same world without fog."""
        return Sight(self.world, self._player, True)

    @property
    def side_truths(self) -> tuple[Sight, ...]:
        """The same of the worlds beside it."""
        return tuple(Sight(side.world, self._player, True) for side in self.world.sides)

    def look(self) -> bool:
        """Look at what happened since the last time; was anything of it seen?"""
        world = self.world
        new = list(self.sight.entries(self._entries))
        self._entries += len(new)
        self.inward += sum(1 for entry in new if entry.kind in INWARD)
        opened = any(question.number not in self._questions for question in world.questions)
        if not new and not opened and not world.over:
            return False
        if not self._visible or self._visible[-1] < world.count:
            self._visible.append(world.count)
        return True

    def seen_before(self, event: int) -> list[int]:
        """The events before this one at which something was seen, in order."""
        return [seen for seen in self._visible if seen < event]

    def answers(self) -> Iterator[tuple[int, Answered]]:
        """New answers, each with its place in the run's."""
        for given in self.world.answers[self._answers :]:
            self._answers += 1
            yield self._answers - 1, given

    def verdicts(self) -> Iterator[int]:
        """The places of new verdicts among the world's."""
        for place in range(self._verdicts, len(self.world.verdicts)):
            self._verdicts = place + 1
            yield place

    def gone(self) -> list[Question]:
        """Questions that were open and are so no more."""
        still = {question.number for question in self.world.questions}
        return [self._questions.pop(number) for number in list(self._questions) if number not in still]

    def opened(self) -> Iterator[Question]:
        """Questions that are newly open; one that goes while another is dealt with is left out."""
        world = self.world
        for question in list(world.questions):
            if question.number in self._questions or all(question is not other for other in world.questions):
                continue
            self._questions[question.number] = question
            yield question
            if world is not self.world:
                return

    def _moves(self) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        """(node, choice) of the player's moves that can be made now, and of those that are due."""
        possible = frozenset((node, asked.choice.name) for node in self._movers() for asked in self.world.offers(node))
        return possible, frozenset((node, choice) for node in self._movers() for choice in self.world.due(node))

    def _movers(self) -> list[str]:
        """The nodes at which the player has moves to make unasked."""
        nodes = [self.world.nodes[seat.node] for seat in self.world.scenario.player]
        return [node.name for node in nodes if any(choice.name in node.played for choice in node.offers)]

    def moves(self) -> tuple[list[tuple[str, str]], list[str]]:
        """What became possible since this was asked last, as (node, choice), and where something became due."""
        possible, due = self._moves()
        became = sorted(possible - self._possible), sorted({node for node, _ in due - self._due})
        self._possible, self._due = possible, due
        return became

    @property
    def rings(self) -> tuple[str, ...]:
        """The nodes at which a move of the player's is due now."""
        return tuple(sorted({node for node, _ in self._due}))

    def open_again(self) -> None:
        """Every open question counts as new: somebody else is to answer it."""
        self._questions = {}

    def ended(self) -> bool:
        """Has the run ended since this was asked last?"""
        if self._over or not self.world.over:
            return False
        self._over = True
        return True
