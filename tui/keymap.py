"""Every key of the game, as data.

Footers, the help screen, Textual's bindings and a player's own `keys.toml` are all made from `ACTIONS`, so they agree.
A new key is one line here and one method `action_<name>` on the screen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from tui.language import later, said


class Scope(Enum):
    """Where an action is alive; the value is its heading in the help."""

    EVERYWHERE = "Everywhere"
    TITLE = "Title"
    CAMPAIGN = "Campaign map"
    BRIEF = "Before a level"
    PLAY = "Playing"
    DEBRIEF = "After a level"
    LINES = "Lines of play beside each other"
    DAILY = "The daily"
    GHOSTS = "A ghost beside you"
    SWEEP = "Your script on many seeds"
    PRESENT = "Before a lecture"
    HELP = "This help"
    KEYS = "Your own keys"


class Action(NamedTuple):
    """One thing a key does.

    `id` is `<scope>.<name>`, stable, and what `keys.toml` names; `action` is the Textual action without `action_`.
    `footer` is its word in the key bar ("" keeps it out); with a lower `bar` it is kept longer when space is short.
    """

    id: str
    keys: tuple[str, ...]
    action: str
    scope: Scope
    help: str
    footer: str = ""
    bar: int = 5
    bar_key: str = ""  # how the bar writes the key, when two actions share one entry ("+/-")


E, T, C, B, P, D, L, Y, G, S, R, H, K = Scope  # the table below reads better with one letter a scope

ACTIONS: tuple[Action, ...] = (
    Action("title.start", ("space", "enter"), "start", T, "begin, or go on where you stopped", "play", 0),
    Action("title.campaign", ("m",), "campaign", T, "the campaign map", "map", 1),
    Action("title.daily", ("d",), "daily", T, "the daily: five situations, one answer each", "daily", 5),
    Action("title.again", ("r",), "again", T, "this little world once more", "again", 4),
    Action("title.colours", ("c",), "colours", T, "other colours: dark, light, sixteen, none", "colours", 5),
    Action("title.quit", ("q",), "quit", T, "leave the game", "quit", 3),
    Action("campaign.left", ("left", "h"), "move(-1)", C, "the level before, along the line", "walk", 2, "arrows"),
    Action("campaign.right", ("right", "l"), "move(1)", C, "the level after, along the line"),
    Action("campaign.up", ("up", "k"), "line(-1)", C, "the line above; in the list of one line the level above"),
    Action("campaign.down", ("down", "j"), "line(1)", C, "the line below; there the level below"),
    Action("campaign.page_up", ("pageup", "ctrl+u"), "station(-1)", C, "one station back"),
    Action("campaign.page_down", ("pagedown", "ctrl+d"), "station(1)", C, "one station on"),
    Action("campaign.first", ("home", "g"), "first", C, "the first level"),
    Action("campaign.last", ("end", "G"), "last", C, "the last level"),
    Action("campaign.advised", ("n",), "advised", C, "the level advised next", "next", 3),
    Action("campaign.new", ("w",), "new", C, "a level that is new, or can be gone on with", "new", 4),
    Action("campaign.zoom", ("z",), "zoom", C, "all lines, one line level by level, one level", "zoom", 3),
    Action("campaign.find", ("slash",), "find", C, "find a level by its name", "find", 5),
    Action("campaign.finale", ("f",), "finale", C, "this world's finale, against a real program", "live", 4),
    Action("campaign.open", ("enter", "space"), "open", C, "open the level", "open", 0),
    Action("campaign.toolbox", ("t",), "toolbox", C, "the tools of the worlds that you have won", "toolbox", 5),
    Action("campaign.close", ("escape",), "close", C, "back to all lines; there it ends nothing", "back", 1),
    Action("campaign.daily", ("d",), "daily", C, "the daily: five situations, one answer each", "daily", 6),
    Action("campaign.leave", ("q",), "leave", C, "back to the title", "title", 2),
    Action("brief.start", ("enter", "space"), "start", B, "play", "play", 0),
    Action("brief.anew", ("n",), "anew", B, "begin anew, where a play was cut short"),
    Action("brief.ghosts", ("g",), "ghosts", B, "play beside a ghost: a run of yours, or a friend's", "ghost", 3),
    Action("brief.leave", ("escape", "q"), "leave", B, "back to the map", "back", 1),
    Action("play.pause", ("space", "f9"), "pause", P, "stop the world, or let it run", "pause", 1),
    Action("play.step", ("full_stop",), "step", P, "one event on", "step", 2),
    Action("play.back", ("comma",), "back", P, "one event back, from anywhere; playing on branches", "back", 3),
    Action("play.faster", ("plus",), "faster", P, "the world runs twice as fast", "speed", 4, "+/-"),
    Action("play.slower", ("minus",), "slower", P, "the world runs half as fast"),
    Action("play.next_panel", ("tab",), "next_panel", P, "the next panel", "panel", 6),
    Action("play.previous_panel", ("shift+tab",), "previous_panel", P, "the panel before"),
    Action("play.panel", ("1", "2", "3", "4", "5", "6"), "panel", P, "that panel, where a digit is no answer"),
    Action("play.to_question", ("g", "f12"), "to_question", P, "as fast as it goes, to the next question"),
    Action("play.zoom", ("z", "f10"), "zoom", P, "the panel in place of the picture, and back"),
    Action("play.earlier", ("left_square_bracket",), "event(-1)", P, "the diagram: point at the event before"),
    Action("play.later", ("right_square_bracket",), "event(1)", P, "the diagram: point at the event after"),
    Action("play.narrower", ("less_than_sign",), "zoom_diagram(-1)", P, "the diagram: closer together"),
    Action("play.wider", ("greater_than_sign",), "zoom_diagram(1)", P, "the diagram: farther apart"),
    Action("play.scale", ("equals_sign",), "rescale", P, "the diagram: spaced by events, or by time"),
    Action("play.page_up", ("pageup",), "scroll(-1)", P, "the panel, a page back"),
    Action("play.page_down", ("pagedown",), "scroll(1)", P, "the panel, a page on"),
    Action("play.hint", ("h", "f2"), "hint", P, "a hint; each asks for a little more", "hint", 5),
    Action("play.why", ("w", "f3"), "why", P, "say now what was wrong (noted in your result)"),
    Action("play.more", ("m",), "more", P, "the rest of what was said, where it says more", "more", 2),
    Action("play.terms", ("f7", "ctrl+g"), "terms", P, "the words met so far, and the picture's signs", "words", 6),
    Action("play.hand_over", ("u", "ctrl+o"), "hand_over", P, "let a case run by itself, or take it back", "hand", 4),
    Action("play.brief", ("i", "f5"), "brief", P, "the brief, the rule, and every goal", "brief", 8),
    Action("play.script", ("e", "f6"), "script", P, "your moves as Python in your editor, then on 1,000 seeds"),
    Action("play.bet", ("b", "f11"), "bet", P, "bet on what nobody can know yet, where there is something", "bet", 7),
    Action("play.bytes", ("y", "f4"), "bytes", P, "the bytes of a message: arrows go from field to field"),
    Action("play.moment", ("j",), "moment", P, "once it is lost: back to where you could still win", "moment", 4),
    Action("play.restart", ("r", "f8"), "restart", P, "start this level again", "again", 3),
    Action("play.leave", ("escape", "q"), "leave", P, "leave the level; your run is kept", "close", 1),
    Action("debrief.next", ("enter", "n"), "next", D, "go on to the next level", "next", 0),
    Action("debrief.again", ("r",), "again", D, "play it again", "again", 1),
    Action("debrief.seed", ("s",), "seed", D, "play it on a seed you have not seen", "new seed", 3),
    Action("debrief.jump", ("j",), "jump", D, "back to the last moment you could win, and play on", "go there", 1),
    Action("debrief.lines", ("b",), "lines", D, "this run and others beside each other, step by step", "branches", 3),
    Action("debrief.watch", ("w",), "watch", D, "watch this run from its start, without the fog", "watch", 6),
    Action("debrief.race", ("g",), "race", D, "again on this seed, with this run as a ghost beside you", "ghost", 5),
    Action("debrief.script", ("e",), "script", D, "your moves as Python: edit it, run it on 1,000 seeds", "script", 4),
    Action("debrief.earlier", ("left",), "story(-1)", D, "the diagram: earlier", "diagram", 5, "arrows"),
    Action("debrief.later", ("right",), "story(1)", D, "the diagram: later"),
    Action("debrief.up", ("up", "k"), "scroll(-1)", D, "up"),
    Action("debrief.down", ("down",), "scroll(1)", D, "down"),
    Action("debrief.page_up", ("pageup",), "page(-1)", D, "a page up"),
    Action("debrief.page_down", ("pagedown", "space"), "page(1)", D, "a page down"),
    Action("debrief.leave", ("escape", "q", "m"), "leave", D, "the campaign map", "map", 2),
    Action("lines.earlier", ("left", "comma"), "step(-1)", L, "one step back in both", "step", 0, "left/right"),
    Action("lines.later", ("right", "full_stop", "space"), "step(1)", L, "one step on in both"),
    Action("lines.first", ("home",), "end(-1)", L, "to where they part"),
    Action("lines.last", ("end",), "end(1)", L, "to their ends"),
    Action("lines.up", ("up", "k"), "choose(-1)", L, "lay another line beside this run", "which", 1, "up/down"),
    Action("lines.down", ("down", "j"), "choose(1)", L, "lay another line beside this run"),
    Action("lines.flip", ("f", "tab"), "flip", L, "one of them alone, then the other, then both", "flip", 2),
    Action("lines.leave", ("escape", "q", "enter"), "leave", L, "back", "back", 0),
    Action("daily.play", ("enter", "space"), "play", Y, "play the next one; when all are played, once more", "play", 0),
    Action("daily.copy", ("c",), "copy", Y, "copy the line that tells of it", "copy the line", 1),
    Action("daily.leave", ("escape", "q"), "leave", Y, "back", "back", 2),
    Action("ghosts.race", ("enter", "space"), "race", G, "play beside it, on its seed", "play", 0),
    Action("ghosts.up", ("up", "k"), "move(-1)", G, "the run above", "choose", 1, "up/down"),
    Action("ghosts.down", ("down", "j"), "move(1)", G, "the run below"),
    Action("ghosts.leave", ("escape", "q"), "leave", G, "back", "back", 1),
    Action("sweep.run", ("space",), "run", S, "run it on all seeds, or stop", "run", 0),
    Action("sweep.worst", ("enter", "w"), "worst", S, "watch its run on the worst seed", "worst seed", 1),
    Action("sweep.edit", ("e",), "edit", S, "open it in your editor, and run it again", "edit", 1),
    Action("sweep.anew", ("n",), "anew", S, "make it of your moves anew; what you have written is kept", "anew", 3),
    Action("sweep.leave", ("escape", "q"), "leave", S, "back", "back", 2),
    Action("present.go_on", ("enter", "n"), "go_on", R, "the hands are counted; what is to be said; on", "on", 0),
    Action("present.up", ("up",), "move(-1)", R, "the answer before"),
    Action("present.down", ("down", "tab"), "move(1)", R, "the next answer, whose hands are counted", "answer", 1),
    Action("present.step", ("full_stop", "space"), "step", R, "the futures, one step on"),
    Action("present.skip", ("b",), "skip", R, "no vote: the book answers, and on to the next question", "book", 2),
    Action("present.leave", ("escape", "q"), "leave", R, "the end of it", "leave", 1),
    Action("help.leave", ("escape", "q", "enter"), "leave", H, "close the help", "close", 0),
    Action("help.up", ("up", "k"), "scroll(-1)", H, "up"),
    Action("help.down", ("down", "j"), "scroll(1)", H, "down", "scroll", 1, "j/k"),
    Action("help.page_up", ("pageup", "b"), "page(-1)", H, "a page up"),
    Action("help.page_down", ("pagedown", "space"), "page(1)", H, "a page down"),
    Action("help.keys", ("o",), "own_keys", H, "give actions keys of your own", "own keys", 2),
    Action("keys.set", ("enter",), "set", K, "give the chosen action another key", "new key", 0),
    Action("keys.usual", ("delete", "backspace"), "usual", K, "the usual keys again", "usual keys", 1, "delete"),
    Action("keys.leave", ("escape", "q"), "leave", K, "back", "back", 0),
    Action("app.help", ("question_mark", "f1"), "help", E, "what the keys do here", "help", 0),
    Action("app.commands", ("ctrl+p",), "command_palette", E, "find any command by name", "commands", 7),
    Action("app.copy", ("ctrl+y",), "copy_screen", E, "copy what stands on the screen, as text"),
    Action("app.picture", ("ctrl+s",), "keep_picture", E, "keep the screen as a picture (SVG)"),
    Action("app.quit", ("ctrl+q",), "quit", E, "leave the game at once; progress is kept"),
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

KEY_NAMES: Mapping[str, str] = {
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "minus": "-",
    "question_mark": "?",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "equals_sign": "=",
    "escape": "esc",
    "pageup": later("page up"),
    "pagedown": later("page down"),
    "space": later("space"),
    "delete": later("delete"),
    "backspace": later("backspace"),
    "home": later("home"),
    "end": later("end"),
    "up": later("up"),
    "down": later("down"),
    "left": later("left"),
    "right": later("right"),
    "shift+tab": "shift+tab",
}
_LONG_NAMES: Mapping[str, str] = {short: long for long, short in KEY_NAMES.items()}


def key_name(key: str) -> str:
    """Write a key as a person reads it: `full_stop` is `.`, `ctrl+p` is `^p`, `f1` is `F1`. Plain ASCII."""
    if key in KEY_NAMES:
        return said(KEY_NAMES[key])
    if key.startswith("ctrl+"):
        return "^" + key_name(key[5:])
    if key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return key


def works_while_typing(key: str) -> bool:
    """Whether a key stays a command while a value is being typed: Enter, Esc, arrows, pages, F keys and ctrl keys
    only."""
    return (
        key in ("enter", "escape", "up", "down", "left", "right", "tab", "shift+tab", "pageup", "pagedown")
        or key.startswith("ctrl+")
        or (key[0] == "f" and key[1:].isdigit())
    )


@dataclass(frozen=True)
class Keymap:
    """The keys in force: the table, with a player's own keys in place of some.

    `overrides` maps action ids to key names of Textual's; `problems` are sentences on what in the file was not usable.
    """

    overrides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def keys_of(self, action_id: str) -> tuple[str, ...]:
        """Return the keys of an action. Raises KeyError for an id that is not in the table."""
        return self.overrides.get(action_id, BY_ID[action_id].keys)

    def shown(self, action: Action) -> str:
        """Return the keys of an action as the help writes them."""
        keys = self.keys_of(action.id)
        if len(keys) > 3:
            return f"{key_name(keys[0])}-{key_name(keys[-1])}"
        return " ".join(key_name(key) for key in keys)

    def bar(self, scope: Scope, moves: Collection[str] = ()) -> list[tuple[Action, str, str]]:
        """Return what a key bar shows, as (action, key, word), in the table's order, help and commands last. A command
        whose letter is one of a level's `moves` shows its next key, and is left out if it has none."""
        entries: list[tuple[Action, str, str]] = []
        for action in (*in_scope(scope), *in_scope(Scope.EVERYWHERE)):
            if action.footer:
                free = [key for key in self.keys_of(action.id) if key not in moves]
                if not free:
                    continue
                key = key_name(free[0])
                if action.bar_key and action.id not in self.overrides:
                    key = said(action.bar_key)
                entries.append((action, key, said(action.footer)))
        return entries

    def textual_keymap(self) -> dict[str, str]:
        """Return the overrides in the form that `App.set_keymap` takes."""
        return {action_id: ",".join(keys) for action_id, keys in self.overrides.items()}


def in_scope(scope: Scope) -> list[Action]:
    """Return the actions of one scope, in the table's order."""
    return [action for action in ACTIONS if action.scope is scope]


def load_keymap(path: Path) -> Keymap:
    """Read a player's `keys.toml`. Never raises: what is not usable is left out and named in `problems`.

    The file has lines such as `"play.pause" = "p"` or `"play.step" = ["full_stop", "n"]`.
    """
    try:
        import tomllib

        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Keymap()
    except (OSError, ValueError) as error:
        return Keymap(
            problems=(
                said(
                    "{file} could not be read, so the usual keys are in force ({error}).", file=path.name, error=error
                ),
            )
        )
    return make_keymap(table, path.name)


def make_keymap(table: Mapping[str, object], source: str = "keys.toml") -> Keymap:
    """Make a keymap of a table of action ids to keys; see `load_keymap`."""
    overrides: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for action_id, value in _flat(table):
        keys = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
        if action_id not in BY_ID:
            problems.append(said('{file}: there is no action "{action}".', file=source, action=action_id))
        elif action_id == "play.panel":
            problems.append(
                said(
                    '{file}: the keys of "{action}" are the panels\' numbers and cannot be changed.',
                    file=source,
                    action=action_id,
                )
            )
        elif not keys or not all(isinstance(key, str) and key and "," not in key[:-1] for key in keys):
            problems.append(said('{file}: "{action}" needs a key, or a list of keys.', file=source, action=action_id))
        else:
            overrides[action_id] = tuple(_LONG_NAMES.get(key, key) for key in keys)
    for action_id in list(overrides):
        if rival := _rival(action_id, overrides):
            problems.append(
                said(
                    '{file}: "{action}" would take a key of "{rival}"; it keeps its usual one.',
                    file=source,
                    action=action_id,
                    rival=rival,
                )
            )
            del overrides[action_id]
    return Keymap(overrides, tuple(problems))


def with_key(keymap: Keymap, action: str, key: str) -> tuple[Keymap, str]:
    """The keymap in which this action has this key, "" for its usual ones; and why that cannot be, in a sentence, ""
    if it can."""
    others = {name: keys for name, keys in keymap.overrides.items() if name != action}
    wanted = (key,) if key else BY_ID[action].keys
    if rival := _rival(action, {**others, action: wanted}):
        shown = f" {said('or')} ".join(key_name(one) for one in wanted)
        return keymap, said(
            '{key} does "{action}" already: give that another key first.', key=shown, action=said(BY_ID[rival].help)
        )
    return Keymap({**others, **({action: wanted} if key else {})}), ""


def write_keymap(path: Path, keymap: Keymap) -> None:
    """Keep a player's own keys; without any there is no file. Raises OSError."""
    if not keymap.overrides:
        path.unlink(missing_ok=True)
        return
    import json

    lines = [f'"{name}" = [{", ".join(json.dumps(key) for key in keys)}]' for name, keys in keymap.overrides.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["# Your own keys: made by the game, and free to be edited.", *lines, ""]), "utf-8")


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterable[tuple[str, object]]:
    """Yield dotted names: TOML reads `play.pause = "p"` as a table in a table."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _rival(action_id: str, overrides: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return an action alive at the same time as this one that has one of its keys."""
    mine = BY_ID[action_id]
    for other in ACTIONS:
        together = other.scope is mine.scope or Scope.EVERYWHERE in (other.scope, mine.scope)
        if other is not mine and together and set(overrides.get(other.id, other.keys)) & set(overrides[action_id]):
            return other.id
    return None
