"""Every key of a level file: where it stands, what it takes, what it means.

The reference in levels/README.md, the JSON Schema of `ackademy schema` and the hover texts of editors are written from
these tables; a test compares them with what the loader reads. Words are for authors: a plain sentence or two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.kernel.bets import MOST_BETS
from core.kernel.suspects import ACTS, HAMMERS
from core.kernel.time import show_duration
from levels.compile import DRIFTS, FATE_WORDS, HAND_WORDS
from levels.loader import MOST_LIMIT
from levels.schema import BRIEF_WORDS, HINTS, LIFT_LETTERS, MOST_SEED, MOST_TERM, PROGRAMS, Asks, Say, Sight, Stops
from levels.sides import MOST as MOST_WORLDS

VERSION = 1
"""Of the format: raised when a file that was sound is sound no more."""

Fragment = Mapping[str, Any]
"""Part of a JSON Schema."""


@dataclass(frozen=True)
class Shape:
    """What a value looks like: in words, with an example, and as JSON Schema has it."""

    words: str
    schema: Fragment


def one_of(*words: str) -> Shape:
    """One of a few words."""
    return Shape(" \\| ".join(f'`"{word}"`' for word in words), {"enum": list(words)})


def whole(low: int | None = None, high: int | None = None) -> Shape:
    """A whole number in a range."""
    bounds = {name: value for name, value in (("minimum", low), ("maximum", high)) if value is not None}
    between = f"from {low} to {high}" if high is not None else f"at least {low}" if low is not None else "whole number"
    return Shape(f"a whole number, {between}" if bounds else between, {"type": "integer", **bounds})


def listed(of: Shape, words: str, **more: Any) -> Shape:
    """A list of such values."""
    return Shape(words, {"type": "array", "items": dict(of.schema), **more})


def either(words: str, *shapes: Shape) -> Shape:
    """One of several shapes."""
    return Shape(words, {"anyOf": [dict(shape.schema) for shape in shapes]})


_AMOUNT = r"\s*[0-9]+(\.[0-9]+)?\s*"
_TIME = rf"{_AMOUNT}(us|µs|ms|s|min)\s*"
_NODE = r"[\w.-]+"

ANY = Shape("a value", {})
TEXT = Shape("a text", {"type": "string"})
LINE = Shape("a text of one line", {"type": "string", "pattern": r"^[^\n]*$"})
FLAG = Shape("`true` \\| `false`", {"type": "boolean"})
SHARE = Shape("a share, from 0 to 1", {"type": "number", "minimum": 0, "maximum": 1})
DURATION = Shape('a duration, `"40ms"`', {"type": "string", "pattern": rf"^{_TIME}$"})
SIGNED = Shape('a duration, `"-300ms"`', {"type": "string", "pattern": rf"^\s*[+-]?{_TIME}$"})
SPAN = Shape('a range of durations, `"0..80ms"`', {"type": "string", "pattern": rf"^({_AMOUNT}[a-zµ]*\.\.)?{_TIME}$"})
OR_NEVER = Shape('a duration, or `"never"`', {"type": "string", "pattern": rf"^({_TIME}|never)$"})
RATE = Shape(
    'a rate, `"1Mbit/s"`, `"60KB/s"`',
    {"type": "string", "pattern": rf"^{_AMOUNT}([kMG]?bit|B|[Kk]B|MB|[KM]iB)/s\s*$"},
)
SIZE = Shape(
    'bytes: `500`, `"16KiB"`',
    {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": rf"^{_AMOUNT}(B|[Kk]B|MB|[KM]iB)\s*$"}]},
)
NODE = Shape("a node's name", {"type": "string", "pattern": rf"^{_NODE}$"})
NAMES = Shape('nodes: `"bob"`, `"ana, moe"`, `"p1..p8"`', {"type": "string", "minLength": 1})
ONE_WAY = Shape('one way, `"alice -> bob"`', {"type": "string", "pattern": r"^[^<>]+->[^<>]+$"})
PAIR = Shape('`"alice -> bob"`, `"alice <-> bob"`', {"type": "string", "pattern": r"^[^<>]+(->|<->)[^<>]+$"})
PAIRS = either("one of these, or a list: " + PAIR.words, PAIR, listed(PAIR, ""))
REASON = Shape("the reason, in words", {"type": "string", "minLength": 1})
TEXTS = listed(TEXT, "a list of texts")
TABLE = Shape("a table", {"type": "object"})
BYTES = Shape(
    'bytes: `"…"` (as UTF-8), `{ hex = "00ff" }`, `{ text = "fox ", bytes = 20000 }`',
    {
        "anyOf": [
            {"type": "string"},
            {"type": "object", "required": ["hex"], "additionalProperties": False,
             "properties": {"hex": {"type": "string", "pattern": r"^([0-9A-Fa-f]{2}|\s)*$"}}},
            {"type": "object", "required": ["text", "bytes"], "additionalProperties": False,
             "properties": {"text": {"type": "string", "minLength": 1}, "bytes": {"type": "integer", "minimum": 0}}},
        ]
    },
)  # fmt: skip
LAWS = Shape("a list of laws, by their English names", {"type": "array", "items": {"$ref": "#/definitions/law"}})


@dataclass(frozen=True)
class Key:
    """One key of a table. `default`: what it is where nothing is said."""

    name: str
    shape: Shape
    words: str
    default: str = ""
    wanted: bool = False


@dataclass(frozen=True)
class Keys:
    """A table of a level file: its keys, and what other keys may stand in it.

    path   where it stands: ("nodes", "*") is any table in [nodes]; "[]" is one of a list of tables.
    free   what the keys that are not named here are: "" if there are none.
    other  the shape of what these have.
    marks  of several tables at one place, this one is known by these keys.
    """

    path: tuple[str, ...]
    words: str
    keys: tuple[Key, ...] = ()
    free: str = ""
    other: Shape | None = None
    marks: tuple[str, ...] = ()
    title: str = ""

    @property
    def heading(self) -> str:
        """How the reference calls it."""
        if self.title:
            return self.title
        names = [name for name in self.path if name != "[]"]
        text = ".".join("NAME" if name == "*" else name for name in names)
        return f"[[{text}]]" if self.path[-1] == "[]" else f"[{text}]"


_AT = Key("at", DURATION, "When it happens.", wanted=True)
_FOR = Key("for", DURATION, "How long it lasts.", "for ever")
_SET = Key("set", TABLE, "What is other: see the two tables below.", wanted=True)
_BACK = Key("back", DURATION, "After how long it restarts, with what it has saved.", "never")
_FATE = Key("fate", one_of(*FATE_WORDS), "What becomes of the packet.", '`"lost"`')
_LATE = Key("late", DURATION, "By how much a packet that is late comes later.", '`"200ms"`')
_MESSAGE = Key("message", Shape("a type of message", {"type": "string"}), "Which message, by its type.", wanted=True)
_TWIN = Key("key", ANY, "Of those that are alike, the one with this key: whose it is, what, and which try.")
_WHERE = Key("where", TABLE, "The fields that the message must have, such as `{ sequence = 46 }`.")

LEVEL = (
    Key("title", LINE, "What the level is called: 60 columns at most.", wanted=True),
    Key("summary", TEXT, "One line for the map: 152 columns at most."),
    Key("seed", whole(0, MOST_SEED), "The level's own seed, from which all its chance comes.", "1"),
    Key("edition", whole(1), "How often it was made anew under the same id: older stars stay, marked as such.", "1"),
    Key("covers", TABLE, "Rows of the curriculum, each with what shows it: `row = [\"tcp.ack: in order\"]`."),
    Key(
        "proof",
        Shape(
            '`"book"` \\| `"search"` \\| `"name.run"` \\| `{ answers = […] }` \\| `"withheld"`',
            {"anyOf": [
                {"enum": ["book", "search", "withheld"]},
                {"type": "string", "pattern": r"^[\w.-]+\.run$"},
                {"type": "object", "required": ["answers"], "additionalProperties": False,
                 "properties": {"answers": {"type": "array"}}},
            ]},
        ),
        "How it is won; `check` plays it. Withheld: taken out of a course's file for students.",
        '`"book"`',
    ),
    Key("exempt", TABLE, "Personas that may win, each with the reason."),
    Key("stumble", REASON, "Why those who know nothing may win: the level is there to be stumbled through."),
    Key("pays", REASON, "Why those who know nothing may win, but not within par."),
    Key("program", one_of(*PROGRAMS), "Live levels only: the real program that comes to it when it is played; the game "
        "starts it on this machine, and ends it."),
    Key("swaps", listed(NAMES, "a list of groups of nodes"), "Who changes places on another seed: parameters, start, "
        "clock, bandwidth and persona go along."),
)  # fmt: skip

NODE_KEYS = (
    Key("runs", Shape('`"protocol.role"`', {"enum": []}), "What the node runs. Unless it is a router or outside it "
        "must say so."),
    Key("router", FLAG, "It runs nothing, and only forwards along the declared links.", "`false`"),
    Key("outside", Shape("a protocol", {"enum": []}), "Live levels only: it stands for a real peer that speaks this."),
    Key("clock", SIGNED, "By how much its clock is ahead of the truth at the start.", '`"0ms"`'),
    Key("drift", whole(*DRIFTS), "By how many parts in a million its clock runs fast.", "0"),
    Key("up", RATE, "What it can send, over all its links together.", "no limit"),
    Key("down", RATE, "What it can receive, over all its links together.", "no limit"),
    Key("starts", SPAN, "When it starts. Of several nodes `\"0..1s\"`: one after the other, evenly.", '`"0s"`'),
)  # fmt: skip

LINK_KEYS = (
    Key("latency", DURATION, "How long a packet is under way, beside what `rate` takes.", "as `default`"),
    Key("rate", RATE, "How fast it takes packets; what cannot be taken at once waits.", "no limit"),
    Key("queue", whole(0), "How many packets may wait; what comes then is dropped.", "no limit"),
    Key("mtu", whole(68, 65_535), "Bytes of the largest packet that passes.", "1500"),
)

PLAY = (
    Key("sight", one_of(*Sight), "What the screen shows while it runs: what the player's node knows, or all.",
        '`"mine"`'),
    Key("say", one_of(*Say), "When verdicts are said.", '`"when-it-shows"`'),
    Key("asks", one_of(*Asks), "How questions reach the player: options shown; typed, and not listed; or nobody asks, "
        "and the player must notice.", '`"choose"`'),
    Key("pace", either('`"auto"`, or a duration', Shape("", {"const": "auto"}), DURATION), "The world's time in one "
        "second on the screen.", '`"auto"`'),
    Key("stops", one_of(*Stops), "What stops the clock: questions, or a move that is due, until it is made.",
        '`"questions"`'),
    Key("stands", FLAG, "Does the clock stand until the player lets it run?", "`true` where nobody asks, else `false`"),
    Key("bell", FLAG, "Does a bell ring when the book would move? It says at which node, not which move.", "`true`"),
    Key("bare", FLAG, "A bare stage: picture, goal, one spoken line, and the keys alive now.", "`false`"),
    Key("film", DURATION, "On a bare stage: before the first key it is shown as if nobody touched it, from this time "
        "on, and wound back."),
    Key("debrief", FLAG, "Does a bare stage lead to the debrief, with the plane, as others do?", "`false`"),
    Key("at_once", TEXTS, "Settings that hold with every push, without Enter; Enter makes the first move."),
    Key("hand_over", either("`true` \\| `false` \\| a list of choices", FLAG, TEXTS), "May cases that were answered "
        "rightly three times run by themselves, if the player says so?", "`true`"),
    Key("hands_over", FLAG, "The level lives from that: `check` counts no more than three questions of a case.",
        "`false`"),
)  # fmt: skip

TEXT_KEYS = (
    Key("brief", TEXT, f"What the player must know before the first move, in {BRIEF_WORDS} words at most. "
        "`**strong**`, `` `code` ``, lists with `- `."),
    Key("hints", listed(TEXT, f"{HINTS} texts", maxItems=HINTS), "A nudge, a hint, the solution: each stronger."),
    Key("debrief", TEXT, "What the player could not see, and why the rule is as it is."),
    Key("sources", TEXTS, "Where it stands: standards, papers, textbooks, with the section."),
    Key("lift", Shape("one sentence", {"type": "string", "maxLength": LIFT_LETTERS}), "Said while the fog is wiped "
        f"away: what the level is there for, true however it was played. {LIFT_LETTERS} letters at most."),
    Key("show", TEXTS, "What stands out then: an interval (`\"p3 down\"`), entries (`\"lost\"`, `\"p3 Ping\"`), or a "
        "value of a node's view (`\"bob: held\"`)."),
    Key("task", TEXT, "On a bare stage: what is to be done."),
    Key("line", TEXT, "On a bare stage: said below the task at first."),
    Key("nudge", TEXT, "On a bare stage: said to whoever does nothing for a while."),
    Key("terms", TABLE, f"Words that no room declares, each with a plain sentence of {MOST_TERM} letters at most."),
    Key("ends", TABLE, "What is said of an end, by a law that holds then: the first that holds."),
)  # fmt: skip

DICE = (
    Key("loss", SHARE, "The share of packets that is lost.", "0"),
    Key("duplicate", SHARE, "The share that comes twice.", "0"),
    Key("garble", SHARE, "The share that comes with flipped bits.", "0"),
    Key("jitter", SPAN, "By how much longer a packet may be under way.", "none"),
)

_COUNTED = {
    "pockets": "How many packets are held at once: taken out of the wire, and let go again behind what has passed.",
    "lose": "How many packets may be lost.",
    "copy": "How many may be copied.",
    "garble": "Of how many bits may be flipped.",
    "crash": "How many nodes may be felled.",
    "cut": "How many links may be cut.",
    "push_clock": "How often a node's clock may be pushed.",
}
HAND = (
    *(Key(word, whole(0), _COUNTED[word], "0") for word in HAND_WORDS),
    Key("takes", whole(1), "How many packets may be taken in all.", "any number"),
    Key("hold", DURATION, "For how long one may be held; then it flies on by itself.", "to the run's end, which loses "
        "it"),
    Key("back", OR_NEVER, "When a felled node comes back.", '`"1s"`'),
    Key("heals", OR_NEVER, "When a cut link heals.", '`"1s"`'),
    Key("push", DURATION, "By how much a clock is pushed.", '`"300ms"`'),
    Key("since", DURATION, "From when on the hand may act.", "at once"),
    Key("acts", whole(1), "How often anything may be done, all of it together, but for letting go.", "each as often as "
        "it says"),
)  # fmt: skip

INSPECTOR_KEYS = (
    Key("suspects", either('`{ a = "a1..a6" }`, or `"p1..p6"`', TABLE, NAMES), "Each a world of its own; or nodes of "
        "one world.", wanted=True),
    Key("hits", whole(0), "How many blows.", "0"),
    Key("hammers", listed(one_of(*HAMMERS), "some of " + ", ".join(f"`{word}`" for word in HAMMERS)), "What strikes: "
        "it stops for good, its clock jumps, somebody comes as that node, what it sends is lost."),
    Key("acts", listed(one_of(*ACTS), "some of " + ", ".join(f"`{word}`" for word in ACTS)), "What the inspector may "
        "do.", "hit and sign; in one world accuse, and hit if there are hits"),
    Key("every", DURATION, "Blows fall at multiples of this.", '`"500ms"`'),
    Key("until", DURATION, "The last blow.", '`"5s"`'),
    Key("skew", SIGNED, "By how much a clock jumps.", '`"-1s"`'),
    Key("loss", DURATION, "For how long what a node sends is lost.", '`"500ms"`'),
    Key("newcomer", TABLE, "Other parameters of whoever joins."),
)  # fmt: skip

TABLES: tuple[Keys, ...] = (
    Keys((), "The tables of a file, in any order.", (
        Key("level", TABLE, "What the level is.", wanted=True),
        Key("nodes", TABLE, "Who is there; the order breaks ties at the start.", wanted=True),
        Key("links", TABLE, "The physics between them."),
        Key("seats", TABLE, "Who plays what. Who is not named plays by the book.", wanted=True),
        Key("beside", TABLE, f"Worlds beside this one on the same screen, {MOST_WORLDS} in all."),
        Key("play", TABLE, "How it is shown and asked."),
        Key("happens", TABLE, "Faults and requests; they outrank every seat."),
        Key("goal", TABLE, "What wins, what loses, and when it is over.", wanted=True),
        Key("par", TABLE, "What it may cost: two measures at most."),
        Key("bets", TABLE, "What may be wagered on while nobody can know it."),
        Key("text", TABLE, "What people read."),
        Key("act", TABLE, "Further acts of the same level."),
    ), title="The whole file"),
    Keys(("level",), "What the level is.", LEVEL),
    Keys(("level", "covers"), "Rows of the curriculum.", free="a row of levels/curriculum.toml", other=TEXTS),
    Keys(("level", "exempt"), "Personas that may win.", free="a persona of the level's rooms", other=REASON),
    Keys(("nodes",), "The nodes, by name: `alice`, `\"peer1..peer8\"` (eight of them), `\"ana, moe, ivy\"`.",
         free="the names of one or several nodes", other=TABLE),
    Keys(("nodes", "*"), "One node, or several of a kind.", NODE_KEYS, free="a parameter of the role: see the rooms. "
         "`{ each = [14, 3, 27] }` gives each node of a pattern its own"),
    Keys(("links",), "The links, by pair: `\"alice -> bob\"` for one way, `\"alice <-> bob\"` for both, patterns of "
         "names on both sides.", (
        Key("default", either('a link, or `"none"`', TABLE, Shape("", {"const": "none"})), "All pairs that are not "
            "named."),
    ), free="a pair", other=TABLE),
    Keys(("links", "*"), "One link. What is left out is as in `default`.", LINK_KEYS),
    Keys(("seats",), "Who sits where.", (
        Key("network", TABLE, "Who answers for the network: `dice`, or the player's `hand`."),
        Key("inspector", TABLE, "The player judges a run in which nobody else plays."),
        Key("twin", either('`"book"`, or a table', Shape("", {"const": "book"}), TABLE), "A second row, in which the "
            "same packets are hit: a fair trap."),
        Key("claim", FLAG, "May the player of the hand swear that no hand does it?", "`false`"),
    ), free="the names of one or several nodes", other=TABLE),
    Keys(("seats", "*"), "Who plays a node.", (
        Key("player", either('`"*"`, or a list of choices', Shape("", {"const": "*"}), TEXTS), "What the player "
            "decides here; all else is the book's, or the persona's."),
        Key("persona", TEXT, "Who plays the node, or the rest of it."),
    ), title="[seats] NODE"),
    Keys(("seats", "network"), "The network's chair.", (
        Key("dice", TABLE, "Chance."),
        Key("hand", TABLE, "The player: packets in flight may be touched, unasked."),
        Key("only", PAIRS, "Where the hand reaches.", "everywhere"),
    )),
    Keys(("seats", "network", "dice"), "What chance does to packets.", DICE),
    Keys(("seats", "network", "hand"), "What the hand may do, and how often.", HAND),
    Keys(("seats", "inspector"), "The inspector's chair.", INSPECTOR_KEYS),
    Keys(("seats", "inspector", "suspects"), "Each suspect a world of its own.", free="a suspect", other=NAMES),
    Keys(("seats", "inspector", "newcomer"), "Whoever joins.", free="a parameter of the first suspect's role"),
    Keys(("seats", "twin"), "What is other in the second row: parameters of nodes, by name.", (
        Key("title", TEXT, "What the row is called."),
        Key("book", FLAG, "Everybody plays by the book there.", "`false`"),
    ), free="a node", other=TABLE),
    Keys(("beside", "[]"), "A world beside this one. What is other there, one or several of:", (
        Key("title", TEXT, "What it is called.", wanted=True),
        Key("nodes", TABLE, "Other parameters: `{ alice = { patience = \"60ms\" } }`."),
        Key("seats", TABLE, "Personas, in the player's place too: `{ alice = \"impatient\" }`."),
        Key("keep", TABLE, "How the player's node answers there: `{ bob = { \"tcp.window\" = 4 } }`."),
        Key("book", FLAG, "Everybody plays by the book there.", "`false`"),
    )),
    Keys(("play",), "How the level is shown.", PLAY),
    Keys(("happens", "[]"), "A node falls.", (
        Key("crash", NODE, "Who.", wanted=True),
        Key("at", DURATION, "When; beside `after` or `before`, from when on these are counted."),
        _BACK,
        Key("effects", whole(0), "Only after so many more effects of the node."),
        Key("after", TEXT, "Right after it does this: `\"save KEY\"`, `\"send MESSAGE\"` or `\"deliver\"`."),
        Key("before", TEXT, "Right before it."),
        Key("nth", whole(1), "The n-th time.", "1"),
    ), marks=("crash",), title="[[happens]] crash"),
    Keys(("happens", "[]"), "Links are cut.", (Key("cut", PAIRS, "Which.", wanted=True), _AT, _FOR), marks=("cut",),
         title="[[happens]] cut"),
    Keys(("happens", "[]"), "A packet meets a fate: the n-th, or the n-th that carries a message.", (
        Key("lose", ONE_WAY, "From whom to whom.", wanted=True),
        Key("nth", either("a whole number, or a list", whole(1), listed(whole(1), "")), "Which, counted from 1. Of a "
            "list one, by the seed; the level's own seed has the first.", "1 with `message`"),
        _FATE, _LATE,
        Key("message", TEXT, "Only datagrams that carry this message are counted."),
        Key("after", DURATION, "They are counted from this time on.", "the start"),
        _TWIN,
        Key("keys", listed(whole(1), "a list of numbers"), "One of these keys, by the seed."),
        _WHERE,
    ), marks=("lose",), title="[[happens]] lose"),
    Keys(("happens", "[]"), "A clock jumps.", (
        Key("clock", NODE, "Whose.", wanted=True), Key("by", SIGNED, "By how much.", wanted=True), _AT,
    ), marks=("clock",), title="[[happens]] clock"),
    Keys(("happens", "[]"), "The user above a node asks for something.", (
        Key("ask", NODE, "Whom.", wanted=True), _AT,
        Key("request", TEXT, "For what: see the rooms. It may be left out if there is only one."),
    ), free="a field of the request", marks=("ask",), title="[[happens]] ask"),
    Keys(("happens", "[]"), "A datagram that nobody sent.", (
        Key("forge", ONE_WAY, "As from whom, to whom.", wanted=True), _AT,
        Key("message", TEXT, "Its type: see the rooms. It may be left out if there is only one."),
    ), free="a field of the message", marks=("forge",), title="[[happens]] forge"),
    Keys(("happens", "[]"), "Links are other for a while: from a time on, or from a message on until another.", (
        Key("link", PAIRS, "Which.", wanted=True),
        Key("at", DURATION, "From when on; or `from`."),
        _FOR, _SET,
        Key("from", TABLE, "From the first message of a kind on, instead of `at`."),
        Key("until", TABLE, "Until another, instead of `for`."),
    ), marks=("link",), title="[[happens]] link"),
    Keys(("happens", "[]"), "A node has other parameters, or a clock that drifts otherwise, for a while.", (
        Key("node", NODE, "Which.", wanted=True), _AT, _FOR, _SET,
        Key("later", listed(DURATION, "a list of durations"), "So much later, one of these by the seed; the level's "
            "own seed has the first, which is none. What has the same list comes later together."),
    ), marks=("node",), title="[[happens]] node"),
    Keys(("happens", "[]", "set"), "What of the links is other.", (
        Key("latency", DURATION, "As in [links]."), Key("rate", RATE, "As in [links]."),
        Key("queue", whole(0), "As in [links]."), Key("loss", SHARE, "The share of datagrams that is lost."),
    ), marks=("link",), title="set, of links"),
    Keys(("happens", "[]", "set"), "What of the node is other.", (
        Key("drift", whole(*DRIFTS), "By how many parts in a million its clock runs fast from then on."),
    ), free="a parameter of its role", marks=("node",), title="set, of a node"),
    Keys(("happens", "[]", "from"), "A message that begins a wave, and so with until.", (
        Key("sent", ONE_WAY, "From whom to whom.", wanted=True), _MESSAGE, _TWIN, _WHERE,
    ), title="from, until"),
    Keys(("happens", "[]", "where"), "Fields of a message.", free="a field", title="where"),
    Keys(("goal",), "The end.", (
        Key("win", LAWS, "All of these. `\"starves: …\"`: an eventually law is not reached before the run ends."),
        Key("lose", LAWS, "Any of these. `\"broken: …\"` holds once an always law is broken."),
        Key("spare", LAWS, "Of a fair trap: what must not come about, or must hold, in the second row besides."),
        Key("limit", DURATION, f"When the run is over at the latest: {show_duration(MOST_LIMIT)} at most.", '`"60s"`'),
    )),
    Keys(("par",), "What the proof needs on the same seed, and a percentage more; or a figure in the measure's unit. "
         "Two measures at most.", (
        Key("tries", whole(1), "In a level of several acts: how often they may be begun, all together."),
    ), free="`messages` (all that were sent), `sent` (yours), `time`, or a measure of the room",
       other=Shape('`"book + 20%"`, `"book"`, `"3s"`, `12`', {
           "anyOf": [{"type": "integer"},
                     {"type": "string", "pattern": rf"^(\s*book(\s*\+\s*[0-9]+\s*%)?\s*|{_TIME})$"}]})),
    Keys(("bets",), f"What may be wagered on: {MOST_BETS} things at most.", (
        Key("chips", whole(1, MOST_BETS), "On how many things may be bet in all.", str(MOST_BETS)),
    ), free="a bet of the room, or a law", other=TABLE),
    Keys(("bets", "*"), "A bet, with keys of its own for its sides, if it has any.", free="a letter",
         other=Shape("a side of the bet", {"type": "string"})),
    Keys(("text",), "What people read. `{key:ack_now}` in a text is the key of that move of the player's.", TEXT_KEYS),
    Keys(("text", "terms"), "Words of the level.", free="a word",
         other=Shape("one plain sentence", {"type": "string", "maxLength": MOST_TERM, "pattern": r"^[^\n]+$"})),
    Keys(("text", "ends"), "How it ended.", free="a law", other=TEXT),
    Keys(("act", "[]"), "A further act: what the first one is, but for what stands here. `nodes`, `links`, `play` and "
         "`text` change single keys; the others replace the whole table.", (
        *(
            replace(key, wanted=False)
            for key in LEVEL
            if key.name in ("title", "summary", "covers", "proof", "exempt", "stumble")
        ),
        Key("fed", Shape('`"act 1"`', {"type": "string", "pattern": r"^\s*act\s+[0-9]+\s*$"}), "What the network's "
            "hand did in that act befalls the same packets in this one."),
        *(Key(name, TABLE, f"As [{name}].") for name in (
            "nodes", "links", "seats", "beside", "play", "happens", "goal", "par", "bets", "text")),
    )),
)  # fmt: skip


def table_at(path: tuple[str, ...], *marks: str) -> Keys:
    """The table that stands there (and has these keys). Raises KeyError."""
    for table in TABLES:
        if table.path == path and (not table.marks or set(table.marks) & set(marks)):
            return table
    raise KeyError(path)
