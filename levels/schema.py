"""What a level is, and how its file is written: the author's reference.

A level is one TOML file. It cannot execute anything: it names nodes, links, seats, happenings and goals, and every name
is looked up in the rooms of `core/protocols`. `ackademy new FILE --protocol P` writes one to begin with; `ackademy
check FILE` proves it. A file of the campaign lies at levels/<world>/<nn>-<slug>.toml and its id is <world>/<slug>; any
other file has the id <its folder>/<its name>. The campaign shows the files of a world in the order of their numbers.

A full example, every table that there is::

    [level]
    title   = "Bathtub with a hole"
    summary = "Receive a file over a wire that loses and shuffles, with a shelf of eight and ACKs that cost."
    seed    = 7                      # whole number from 0 to 2^63 - 1, default 1
    edition = 2                      # made anew under the same id: older stars stay, marked "before the change"
    # rows of levels/curriculum.toml, each with the cases that show it:
    covers  = { tcp-data-ack = ["tcp.ack: in order", "tcp.ack: FIN"], flow-control-window = ["tcp.window"] }
    proof   = "book"                 # how it is won; see Proof below
    exempt  = { "in a hurry" = "the wire is so fast that haste costs nothing" }    # personas that may win
    stumble = "the first minute of all: whatever one types moves something"        # why blind players may win
    pays    = "every wait ends some time: what it costs is the lesson"             # why they may win, not within par
    swaps   = ["gus, max, ivy"]      # on another seed these change places: parameters, start, clock, bandwidth, persona

    [nodes]                          # in this order; the order breaks ties at the start
    alice = { runs = "tcp.sender", data = "the quick brown fox" }      # "<protocol>.<role>" and the role's parameters
    bob   = { runs = "tcp.receiver", buffer = 8, clock = "-3ms", drift = 50, down = "1Mbit/s", starts = "10ms" }
    "peer1..peer8" = { runs = "bittorrent.peer", up = "60KB/s" }       # eight nodes; "ana, moe, ivy" makes three
    "p1..p9" = { runs = "bittorrent.peer", starts = "0..1s" }          # one after the other, evenly within a second
    "n1..n3" = { runs = "maxfind.node", number = { each = [14, 3, 27] } }    # a parameter with a value for each of them
    gate  = { router = true }        # only forwards, along the declared links
    curl  = { outside = "tcp" }      # live levels only: stands for a real peer that speaks this protocol

    [links]                          # physics: computed; a full queue drops
    default = { latency = "40ms", rate = "1Mbit/s", queue = 20, mtu = 1500 }    # all pairs not named; "none": no link
    "alice -> bob"  = { latency = "90ms" }       # one way; what is left out is as in `default`
    "alice <-> gate" = { latency = "5ms" }       # both ways; patterns of names as in [nodes] work here too

    [seats]                          # who is not named plays by the book
    bob     = { player = ["tcp.ack", "tcp.window"] }     # the player's choices ("*": all), the rest the book's
    alice   = { persona = "impatient" }                  # both keys in one table: the rest of the node by the persona
    network = { dice = { loss = 0.15, duplicate = 0.05, garble = 0.01, jitter = "0..80ms" } }
    # or, the player is the network and has a hand in it, alone or beside dice: see Hand below
    # network = { hand = { pockets = 2, takes = 3, hold = "3s", copy = 1 }, only = ["alice -> bob"] }
    # twin = "book"                  # a fair trap: see Hand. Or the parameters of the second row that are others:
    # twin = { title = "an ACK at once", bob = { ack_delay = "0ms" } }
    # twin = { title = "each has a number", book = true }    # "book", with words of its own above the row
    # claim = true                   # in a level of the hand: one may swear that no hand does it; see Claim below
    # or, the player is the inspector, who judges a run in which nobody else plays: see Inspector below
    # inspector = { suspects = { a = "a1..a6", b = "b1..b6" }, hits = 9, hammers = ["kill", "skew", "join"] }

    [[beside]]                       # a world beside this one, on the same screen; two at most, or one and a twin
    title = "in a hurry"             # what it is called; and what is other there, one or several of
    nodes = { alice = { patience = "60ms" } }        # other parameters
    seats = { alice = "impatient" }  # personas, in the player's place too
    keep  = { bob = { "tcp.window" = 4 } }           # how the player's node answers there
    book  = false                    # true: everybody plays by the book there

    [play]
    sight = "mine"                   # mine (default): what the node knows | all
    say   = "when-it-shows"          # verdicts: at-once | when-it-shows (default) | after
    asks  = "type"                   # choose (default): options shown | type: numbers, fields, one of many are typed,
                                     # and not listed (in each, typing answers everything) | notice: nobody asks
    pace  = "auto"                   # auto (default), or the world's time in one second on the screen: "200ms"
    stops = "questions"              # what stops it: questions (default) | due: a move that is due, until it is made
    debrief = false                  # true: a bare stage leads to the debrief, with the plane, as others do
    at_once = ["echo.patience"]      # settings that hold with every push, without Enter; Enter makes the first move
    stands = false                   # true: the clock stands until the player lets it run. Where nobody asks it does,
                                     # unless the level says false
    bell  = true                     # does a bell ring when the book would move? It says at which node, not which move
    bare  = false                    # true: a bare stage, with picture, goal, one spoken line and the keys alive now
    film  = "7s"                     # on a bare stage: before the first key it is shown as if nobody touched it,
                                     # from this time on, and wound back
    hand_over = true                 # may cases that were answered rightly three times run by themselves, if the player
                                     # says so? true (default) | false | of these choices only: ["tcp.ack"]
    hands_over = true                # the level lives from that: `check` counts no more than three questions of a case;
                                     # otherwise it counts all that the proof answers, and 25 are the most

    [[happens]]                      # faults and requests; they outrank every seat. Each is one of:
    at = "2s"
    crash = "bob"                    # back = "500ms": restarts; effects = 2: falls after two more effects of bob
    [[happens]]
    crash = "bob"                    # or by what bob does: right after (or before = …) "save KEY", "send MESSAGE" or
    after = "save decided"           # "deliver"; nth = 2: the second time; at = "2s": counted from then on
    [[happens]]
    at = "2s"
    cut = ["alice -> bob"]           # "a <-> b" cuts both ways; for = "500ms", or for ever
    for = "500ms"
    [[happens]]
    at = "2s"
    link = "alice <-> bob"           # a wave: other physics for a while, or for ever. node = "bob" instead of link:
    set = { latency = "300ms", loss = 0.25 }         # other parameters of bob. Of links: latency, rate, queue, and
    for = "5s"                       # loss, the share of datagrams that is lost
    [[happens]]
    link = "alice <-> bob"           # or a wave from the first message of a kind that is sent on, until another is,
    from = { sent = "alice -> bob", message = "Ping", key = [7] }        # however soon that is; key as below
    until = { sent = "alice -> bob", message = "Ping", key = [12] }      # or for = "6s"
    set = { latency = "300ms" }
    [[happens]]
    lose = "alice -> bob"            # the nth packet from alice to bob, counted from 1
    nth = 3                          # [3, 2, 5]: one of these, by the seed; the level's own seed has the first
    fate = "lost"                    # lost (default) | twice | late | garbled; late = "200ms"
    [[happens]]
    lose = "alice -> bob"            # or the nth datagram that carries this message (the first, if nth is left out),
    message = "Ping"                 # counted from a time on; key = [3]: the nth of those that are alike, with this
    after = "9s"                     # `Protocol.twin_key`; keys = [3, 2, 4]: [3] or another of these, by the
                                     # seed; where = { sequence = [16, 21] }: the nth in which that field is so
    [[happens]]
    at = "3s"
    clock = "bob"                    # bob's clock jumps
    by = "-300ms"
    [[happens]]
    at = "1s"
    ask = "bob"                      # the user above bob asks; the request is one of Protocol.requests (by its name,
    request = "lookup"               # left out if there is only one), the other keys are its fields
    key = 53
    [[happens]]
    at = "4s"
    forge = "alice -> bob"           # a datagram that nobody sent; message = class name, the other keys its fields
    message = "Ping"
    number = 3

    [goal]
    win   = ["bob has every byte, in order, once"]       # laws by their English names, places filled in
    lose  = ["broken: bob never acks a byte it lacks"]   # "broken: <an always law>" holds once that law is broken
    # in win "starves: <an eventually law>": it is not reached before the run ends
    limit = "60s"

    [par]                            # at most two: messages (of all), sent (yours), time, or the protocol's own
    messages = "book + 20%"          # what the level's proof needs on the same seed, plus a percentage; "book"
    time     = "3s"                  # or a figure in the measure's unit
    tries    = 3                     # in a level of several acts: how often they may be begun, all acts together

    [bets]                           # what may be wagered on while nobody can know it; see Bets. At most three of:
    "echo.silence" = { l = "lost", s = "slow" }          # a bet that a room declares, with keys for its sides, or
    "bob has every byte, in order, once" = {}            # any law (sides yes and no): will it have come about?
    chips = 3                        # on how many things may be bet in all; at most, and by default, three

    [text]
    brief   = "You are Bob. ..."     # 60 words at most: play comes first. **strong**, `code`, lists with "- "
    hints   = ["nudge", "hint", "solution"]              # three, each stronger
    debrief = "..."
    sources = ["RFC 9293 §3.4"]
    task    = "Make it fall into A." # on a bare stage: what is to be done; line = "…": said below it at first; nudge =
                                     # "…": said to whoever does nothing for a while
    lift    = "..."                  # one sentence, while the fog is wiped away
    terms   = { "coin" = "what an ACK costs here." }     # words that no room declares, in one plain sentence each
    show    = ["bob down", "lost", "bob: held"]      # and what is shown then of what it hid: see Lift
    ends    = { "bob falls into B" = "It turned too early." }    # what is said of an end: by the first law that holds
    # "{key:ack_now}" in a text: the key of that move of the player's (in plain play, what is typed). No other is named

    [[act]]                          # a further act of the same level; any number of them. It is what the first one is,
    title = "Into B"                 # but for what stands here: title, summary, covers, proof, exempt, stumble, and
    proof = { answers = [...] }      # tables. [act.nodes], [act.links], [act.play] and [act.text] change single keys,
    fed = "act 1"                    # the others replace the whole table: seats, happens, goal, par. fed: what the hand
    [act.goal]                       # did in that act befalls the same packets in this one
    win = ["bob falls into B"]

**Acts.** A level may have several acts, played one after the other on one screen: break it, then be it. Each is a level
of its own for `check`, with its own proof and its own run file; whoever fails one begins that one again. The stars are
those of the last act. An act before the last
that one may stumble through earns none. An act that is `fed` by an earlier one, in which the player was the network's
hand, suffers what was done there: the n-th packet of the same ends, type and `Protocol.twin_key` is lost, copied,
garbled or as late as it was held; crashes, cuts and pushed clocks come at the same time. `check` feeds it by that act's
proof. In the game the act, with the trap that was won, is kept as a level file among the player's own.

**Values.** Durations "40ms", "1.5 s", "2min", "200us". Rates "1Mbit/s", "500kbit/s", "60KB/s". Sizes 500, "16KiB",
"2KB" (1 KB is 1000 bytes, 1 KiB 1024). Ranges of durations "0..80ms". By the kind of a protocol's parameter: number 8,
text "…", bytes "…" (as UTF-8; or { hex = "00ff" }; or { text = "fox ", bytes = 20000 }: repeated to that length), node
"bob", nodes ["bob", "peer1..peer3"], numbers [1, 12], flag true, word (one of its options). Fields of requests and
forged messages: whole numbers (or a duration, in µs), text, bytes as above, lists for tuples, "SYN ACK" for flags,
tables for records inside.

**Proof.** `"book"`: the book in the player's seat wins. `"search"`: a search over the candidates must find a win (small
levels only; their pars are figures). `"name.run"`: a run file beside the level. `{ answers = [...] }`: what the player
does, in order; each is

* a value: the answer to the next question: a number, true, a word, a list for what has several parts, { hex = "00ff" }
  for bytes, or a text that is read as a person types it ("900 ms"; "in: a, b; out: *"; "name=bob, code=-": a blank);
* { choice = "tcp.ack", case = "beyond a hole", value = 1001 }: questions before that one are answered by the book;
* { move = "tcp.ack_now", value = 1, at = "1.2s" } or { keep = "tcp.window", value = 4, at = "0ms" }: a standing offer
  taken up, or a setting changed, at that time (add node = "bob" if the player has several).

When the list ends the book answers.

**Hand.** `network = { hand = {…} }` makes the player the network's hand: what is in flight may be touched, unasked.
pockets: how many packets are held at once (taken out of the wire, and let go again: they fly on behind what has
passed); takes: how many may be taken in all (left out: any number); hold: for how long, after which they fly on by
themselves (left out: to the end of the run, which loses them). lose, copy, garble, crash, cut, push_clock: how often;
back = "500ms" (or "never"): when a crashed node comes back, heals: the same of a cut link (1 s each, if left out),
push: by how much a clock may be pushed (300 ms); since: from when on (at once). In proofs packets are called as on the
screen: { move = "network.take", value = "Ping alice -> bob", at = "10ms" }, "Ping alice -> bob #2" for the second in
flight by the order of arrival, { move = "network.let_go", value = "Ping alice -> bob, held" } (#2: the second that was
taken). On a stream a packet can only be held, and what is behind it waits.

A fair trap (`twin`) has a second row, in which the book sits where somebody else does in the first (or in which some
parameters are others), and every act hits its packet too: the one with the same ends, type and `Protocol.twin_key`, the
n-th of these as in the first row; where there is none the act misses. What is to break in the first row (`broken:`,
`starves:`, or a law that some run reaches) must hold in the second to its end, which it comes to without further acts.

**Bets.** What a room says may be bet on, or a law, while nobody at the player's node can know it. `b` opens the first
that is open now (again: the next), ← and → push the chance in tens from even, Enter lays a chip; a level's own key lays
80 % on its side at once. Another chance on the same thing takes the place of the first. Nobody is told what was true
before the run is over; then it is scored by Brier (0 is best, always even costs 0.25), never by stars. In a proof:
{ bet = "echo.silence", value = "lost 80 %", at = "1.2s" }. `check` wants that each can be laid on the way of the proof,
and that over the seeds now one side comes out, now the other.

**Inspector.** `inspector = {…}` makes the player the inspector: a free run is seen, blows are struck, each in a run of
its own from zero, and everybody is settled: *refuted* by a blow that breaks the promise, *accused* with an entry of the
log that proves it, or *signed* for. suspects: a table of names and nodes, each suspect a world of its own in which
nobody was told of the others' nodes; or "p1..p6", nodes of one world (then a blow says something of all, and settles
nobody). Who has a persona is unsound. Suspects run the same, as every other seed deals who is which. What a sound one
promises, whatever single blow falls, is `win` (and `lose`) of [goal], for each suspect's world (a node of the first
suspect named there stands for whoever has its place in the others); the free run goes to `limit`. hits: how many blows;
hammers: of "kill" (it stops for good), "skew" (its clock jumps by skew, -1 s if left out), "join" (somebody comes as
that node, of whom nobody was told; newcomer = { number = 40 }: with other parameters), "loss" (what it sends is lost
for loss, 500 ms); every, until: blows fall at multiples of every (500 ms), up to until (5 s). acts: of "hit", "sign",
"accuse" (hit and sign; in one world accuse, and hit if there are hits). Where one may sign, every sound one has to be
signed. Lost by a false signature, a false accusation, or the last blow in vain. In proofs: { move = "inspector.hit",
value = "kill, a1, 200ms", at = "5s" }, { move = "inspector.sign", value = "f" }, { move = "inspector.accuse", value =
["p3", 17] }: the 17th line of the log of p3. A proof is a list, a run, or "search" (every blow is tried). Pars besides
the common ones: hits, killed. `check` tries every blow: an unsound suspect that none refutes, and a sound one that one
ruins, are errors; whoever signs for all, signs for one without a blow, or has but one hammer, must lose. The level is
on the inspector's stage (bare), with words at once. `explore` does not walk it.

**Claim.** `claim = true` lets the player of the hand swear (a move) that no hand within this budget brings about what
`win` says. Then an explorer tries everything that the hand could do, at every time that makes a difference. If it finds
a way the oath was false: the run is lost, and the explorer's shortest run is played. It is right, and the run won, only
if all was tried without finding one. Such a level has no twin, no dice, and no crash, cut or push_clock (their times
are free). `check` wants that the explorer knows: keep it small. Whoever swears blindly wins where nothing can be done:
that is for an act among others, or with a reason (`stumble`). In proofs: { move = "network.swear", value = "no hand
does it", at = "0ms" }.

**Worlds side by side.** Those of [[beside]], and a twin, have the same seed and requests; the same happenings, and acts
of a hand, befall them. In the player's place sits the book there, but for what seats and keep say. Nothing comes of
them (a twin apart): they show what another rule would have made of the same. They are seen as this world is, in the fog
what the player's node knows there: under each other, on screens of 110 columns beside each other, in plain play by the
word "rows". A thread leads from the packet in the frame to its twin; what an act had nothing to hit of is an empty
pocket.

**Lift.** When a run is over the fog is wiped away from left to right, and `lift` is said: the one sentence that the
level is there for, true however it was played. `show` names what stands out then, in the diagram and in words: an
interval of the room's ("reigning", "p3 reigning", "p3 down"), entries ("lost", "crash", "restart", "cut", "wave",
"clock", "saved", "handed up", "garbled", or the type of a message: "Ping", "p3 Ping"), or a value of a node's own view
("p3: heard"). On a bare stage the sentence is for whoever has won. Plain play says the same.

**What may not win.** `check` puts others in the player's place: the personas of the played choices (each must lose, or
pay more than par, on most of 32 seeds, unless the level exempts it and says why), and players who know nothing. Those
are chance (it wins on at most 20 of 200 seeds), and, on at most 3 of 32 seeds each, nobody, the first of every list,
the last, and every constant: each option of a choice; of a range, or of answers made of parts, nine values evenly
spaced; and what the answer's kind names by itself (none, all of them, each alone). Of more than nine constants those
that win on none of the first eight seeds are tried on no more. None of them earns three stars: a win within par, and
again on the next seed. Offers are put to them too (the first and the last take every one, chance takes one in ten);
where nobody asks, they set once what keeps. A level that cannot be lost is judged by its par: what counts is a win
within it. So it is, too, of a level that says so, and why: `pays`. A level that exists to be stumbled through says
so, and why: `stumble`.

**Bounds.** 256 nodes, a limit of 60 min, a par of the book's and 100 %. Of texts: a title of 60 columns (a wide letter
takes two), a summary of 152, a brief of 60 words, a task of two rows of 76 columns; line, nudge, what is said of an
end, and each hint (with "Hint 3 of 3: " before it) three rows; no word of more than 60 letters. No hint is empty, or
says what another does.

**Live.** A level with an `outside` node is live: `ackademy live` puts a real transport in that node's place. No
question stops such a world, links between us and outside should take no time (`default = { latency = "0ms" }`; the real
way takes its own), and `win` may be left out: then nothing but an end is wanted.

**Covers.** Rows of levels/curriculum.toml. Every row names what shows it, `"<choice>"` or `"<choice>: <case>"`; `check`
compares that with the cases really asked on the way of the proof. A list of rows is read, too, and fails `check`, as
nothing shows that it is true.

**Hints.** A third hint that names an answer, in `code` or as the end of one clause ("Wait 300 ms."), is tried: whoever
answers so, and plays by the book else, wins on all of 32 seeds on which the proof does. What depends on something is
said in several clauses, and not tried.

Errors name file, line, column, what was found and what would be right, all of them in one go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from core.kernel.choice import Choice, Value
from core.kernel.hand import moves_of
from core.kernel.inspector import moves_of as moves_of_inspector
from core.kernel.laws import BoundLaw
from core.kernel.scenario import NETWORK, Scenario
from core.kernel.suspects import INSPECTOR

BRIEF_WORDS = 60
"""A brief has at most so many words: play comes first."""
MOST_TERM = 150
"""Letters of the sentence that explains a word."""
LIFT_LETTERS = 130
"""A lift has at most so many letters: two lines on a small screen, read while the fog goes."""
HINTS = 3
"""A nudge, a hint, the solution."""
MOST_SEED = (1 << 63) - 1
"""What the progress file can hold."""
PAR_AXES = 2
"""Two currencies in tension make a decision; three make a table."""


class Sight(StrEnum):
    """What the screen shows while a level runs."""

    MINE = "mine"
    ALL = "all"


class Say(StrEnum):
    """When verdicts are said."""

    AT_ONCE = "at-once"
    WHEN_IT_SHOWS = "when-it-shows"
    AFTER = "after"


class Asks(StrEnum):
    """How questions reach the player."""

    CHOOSE = "choose"
    TYPE = "type"
    NOTICE = "notice"


NAMED_KEY = re.compile(r"\{key:([^}]*)\}")
"""A move whose key a text names."""


class Stops(StrEnum):
    """What stops the clock."""

    QUESTIONS = "questions"
    DUE = "due"


@dataclass(frozen=True)
class Play:
    """How a level is shown.

    pace       the world's µs in one second on the screen; None finds a pace by itself.
    stops      what stops the clock.
    stands     does the clock stand until the player lets it run? Where nobody asks, nothing else waits for the reader.
    bell       is the player told when a move is due?
    hand_over  may cases be handed over to run by themselves, or of which choices?
    hands_over does the level live from that? Then what runs by itself is no question to the player any more.
    bare       a bare stage: picture, goal, one spoken line and the keys alive now; no panels, counters, brief.
    debrief    does a bare stage lead to the debrief, as others do?
    at_once    settings that are in force with every push of their control; Enter makes the player's first move then.
    film       before the first key the level is shown as it goes if nobody touches it, from this time on (µs), then it
               is wound back; None: there is no film.
    """

    sight: Sight = Sight.MINE
    say: Say = Say.WHEN_IT_SHOWS
    asks: Asks = Asks.CHOOSE
    pace: int | None = None
    hand_over: bool | tuple[str, ...] = True
    stops: Stops = Stops.QUESTIONS
    bell: bool = True
    bare: bool = False
    film: int | None = None
    stands: bool = False
    at_once: tuple[str, ...] = ()
    debrief: bool = False
    hands_over: bool = False


@dataclass(frozen=True)
class Shown:
    """One thing that the lift shows.

    name   as the file has it.
    node   whose it is; "" for everybody's.
    what   an interval's name, an entry's kind or a message's type, or the name of a value.
    how    "interval", "entry", "message" or "value".
    """

    name: str
    node: str
    what: str
    how: str


@dataclass(frozen=True)
class Texts:
    """What people read. Plain text in a small markdown subset; control characters were refused at loading.

    task   what is to be done, in a few words, and `line`, said below it: on a bare stage, before anything else is said.
    nudge  said on a bare stage to whoever has done nothing for a while.
    lift   one sentence, while the fog is wiped away, and `show`: what is shown then.
    terms  words that come up in this level and are declared by no room, each in one plain sentence.
    ends   how a run may end, by a law that holds then, and what is said of it: the first that holds.
    """

    brief: str
    hints: tuple[str, ...] = ()
    debrief: str = ""
    sources: tuple[str, ...] = ()
    task: str = ""
    line: str = ""
    nudge: str = ""
    lift: str = ""
    ends: tuple[tuple[BoundLaw, str], ...] = ()
    show: tuple[Shown, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)


TERMS: Mapping[str, str] = {
    "RFC": "a document in which the rules of the Internet are written down.",
    "the book": "the protocol as it is written down, playing in your place.",
    "KB": "a thousand bytes.",
}
"""Words that come up in any level."""


class How(StrEnum):
    """The kinds of proof that a level can be won."""

    BOOK = "book"
    SEARCH = "search"
    ANSWERS = "answers"
    RUN = "run"


class Does(StrEnum):
    """What one line of a proof does."""

    ANSWER = "answer"
    MOVE = "move"
    KEEP = "keep"
    BET = "bet"


@dataclass(frozen=True)
class ProofStep:
    """One thing that the player does in a proof.

    choice  whose question is answered, taken up or kept; "" for whatever is asked next.
    case    only in this case of the choice; "" for any.
    nth     the n-th question that fits, counted from 1.
    at      true µs, for moves and kept answers; None: now.
    """

    does: Does
    value: Value
    choice: str = ""
    case: str = ""
    nth: int = 1
    at: int | None = None
    node: str = ""


@dataclass(frozen=True)
class Proof:
    """How a level is won. `run` names a run file beside the level."""

    how: How = How.BOOK
    steps: tuple[ProofStep, ...] = ()
    run: str = ""


@dataclass(frozen=True)
class BetKey:
    """A key of the level's own: it lays a chip on one side of a bet at once. `share`: the chance, in per cent, that it
    gives to the first side."""

    key: str
    bet: str
    side: str
    share: int


@dataclass(frozen=True)
class Level:
    """A level: its scenario and all that people read of it.

    id      <world>/<slug>.
    covers  curriculum rows; `shows`: row → what shows it ("<choice>" or "<choice>: <case>"), for rows that say so.
    exempt  personas that may win, and why; `stumble`: why players may win who know nothing, "" if they may not.
    text    the file's own text, for run files; `path`: where it was read, or the name it was given.
    tries   within how many plays of all acts together the level is within par; 0: that does not count.
    act     which act of its file it is, from 1, `of` how many; `acts`: the further acts, with the first one.
    fed     by which act it is fed, 0 for none: what the network's hand did there befalls the same packets here.
    bet_keys  the keys that bet on one side at once.
    pays    why whoever knows nothing may win, but not within par; "" if they may not win.
    """

    id: str
    world: str
    title: str
    summary: str
    covers: tuple[str, ...]
    shows: Mapping[str, tuple[str, ...]]
    texts: Texts
    play: Play
    proof: Proof
    scenario: Scenario
    text: str
    path: str
    exempt: Mapping[str, str] = field(default_factory=dict)
    stumble: str = ""
    tries: int = 0
    act: int = 1
    of: int = 1
    acts: tuple[Level, ...] = ()
    fed: int = 0
    bet_keys: tuple[BetKey, ...] = ()
    pays: str = ""
    edition: int = 1
    """How often it was made anew, from 1: stars of an earlier edition are marked as such on the map."""

    @property
    def last(self) -> Level:
        """The last act: whoever wins it has won the level."""
        return self.acts[-1] if self.acts else self

    @property
    def you(self) -> str:
        """The player's node, or "network"."""
        return self.scenario.seat_of_player

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The player's choices, in the order of their rooms."""
        rooms = {node.name: node.protocol for node in self.scenario.nodes}
        found = [
            choice
            for seat in self.scenario.player
            for choice in self.scenario.protocols[rooms[seat.node]].choices
            if "*" in seat.choices or choice.name in seat.choices
        ]
        if self.scenario.hand is not None:
            found += moves_of(self.scenario.hand, self.scenario.claim is not None)
        if self.scenario.inspector is not None:
            found += moves_of_inspector(self.scenario.inspector)
        return tuple(dict.fromkeys(found))

    @property
    def moves(self) -> Mapping[str, Choice]:
        """What the player does unasked, moves and settings, by the name that texts use: {key:ack_now}."""
        return {choice.name.rpartition(".")[2]: choice for choice in self.choices if choice.standing or choice.keeps}

    @property
    def terms(self) -> Mapping[str, str]:
        """The words that this level, its rooms, and all levels bring, each in one plain sentence."""
        rooms = {name: said for room in self.scenario.protocols.values() for name, said in room.terms.items()}
        return {**TERMS, **rooms, **self.texts.terms}

    @property
    def protocol(self) -> str:
        """The protocol that the player plays (the first node's, if the player is the network)."""
        you = self.you
        for node in self.scenario.nodes:
            if node.protocol and you in (node.name, NETWORK, INSPECTOR, ""):
                return node.protocol
        return ""


@dataclass(frozen=True)
class Card:
    """A page of the toolbox: a tool, what it does for you, what it costs, and when it is the right one."""

    name: str
    pro: str
    con: str
    when: str


@dataclass(frozen=True)
class Arc:
    """A station of a line of the map: its name, and level id → what it does with the idea: "break", "be", "fails"."""

    name: str
    steps: Mapping[str, str]


STEPS = ("break", "be", "fails")
"""What a level does with its station's idea."""


@dataclass(frozen=True)
class CampaignWorld:
    """One world of the campaign, or a course: its levels in order, and the problems of files that are broken.

    early   its place among the worlds that are advised first, from 1; 0 for one that is advised in the order of all.
    cards   pages of the toolbox that whoever has won this world may read.
    line    the line of the map on which it lies; "" for a course. `arcs`: its stations.
    """

    id: str
    title: str
    summary: str
    levels: tuple[Level, ...]
    problems: tuple[Problem, ...] = ()
    early: int = 0
    cards: tuple[Card, ...] = ()
    line: str = ""
    arcs: tuple[Arc, ...] = ()


KeyPath: TypeAlias = tuple[str | int, ...]
"""Where something is in a level file: ("nodes", "alice", "runs"), ("happens", 2, "at")."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a file: what was found, and what would be right."""

    path: str
    line: int
    column: int
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.found}{': ' + self.mend if self.mend else ''}"

    def as_json(self) -> dict[str, Any]:
        """The problem as JSON keeps it."""
        return {
            "path": self.path, "line": self.line, "column": self.column, "found": self.found, "mend": self.mend,
        }  # fmt: skip


class LevelError(Exception):
    """A level file is broken; `problems` has all that is wrong, in the order of the file."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class UnknownLevelError(LookupError):
    """No level has this id, and no file this name."""
