"""Run files: a run as its answers, written as they are given, so that a killed game loses nothing.

FORMAT 4, UTF-8 text, one JSON object a line:

    {"ackademy": "run", "format": 4, "kind": "played", "engine": "0.1.0", "rules": {"echo": 1}, "level": "premise/echo",
     "text": "[level]…", "scenario": "<SHA-256 of the compiled scenario>", "seed": 7,
     "player": "<public key>", "began": "2026-11-30T10:00:00+01:00"}          the last two if they are known
    {"hint": 1}  {"why": "echo.number"}
    {"after": 3, "at": 40000, "node": "server", "choice": "echo.number", "value": 1, "how": "answer", "by": "you",
     "took": 5120}                    ms by the clock on the wall since it was asked, or the answer before; a person's
    {"first": "echo.number", "case": "a new number", "value": 1, "label": "book"}     no case is told of twice
    {"after": 5, "at": 90000, "node": "client", "choice": "echo.silence", "value": 80, "how": "bet", "by": "you"}
    {"back": 0, "rewinds": 1}        the answers from number 0 on are taken back: what follows is another attempt
    {"handed": "echo.number", "case": "a new number"}  {"returned": …}       it runs by itself; no longer
    {"result": {"won": true, "reason": "…", "stars": 2, "measures": {"messages": 4, "time": 160000}, "time_us": 160000,
                "messages": 4, "answers": 2, "mistakes": 0, "hints": 0, "rewinds": 0, "unseen": false,
                "trace_sha256": "…"}}
    {"seal": "<SHA-256 of all bytes before this line>", "signature": "<of that, by the player's key>"}

The first line says what was played, the last one that nothing was changed since (core.record.sealing). A play that goes
on after its end has a seal more. A run that was killed has none at its end.

A live run (core.live) is of kind "live": the level names nodes that stand for those outside, and between the answers is
the journal of all that came from there, with its bytes; the scenario with these arrivals runs the same way again:

    {"came": 52107, "from": "curl", "to": "server", "what": "datagram", "hex": "4500…"}
    {"came": 60233, "from": "curl", "to": "server", "what": "data", "stream": "curl>server#1", "hex": "…"}
    {"came": 300, "from": "clock", "to": "client", "what": "start"}       nothing came: our node starts at this moment
    {"reached": 78123}               something leaves; until this moment, if it is not known yet, the world has run
    {"ended": 731102}                its last moment, before the result

Without an end it was cut short, or is under way: it is known up to the last moment that a line tells of.

What an explorer found is of kind "explored": the header also says what was explored, within what misfortune, and what
breaks,

    "explored": {"room": "echo", "scenario": "two pings", "personas": {}, "budget": {"lost": 1, …}, "law": "…",
                 "opens": 4}     the event at which the decisive move is still to be made

and answers are also what chance decided, and what no choice decides ("how"): "order", the event at that place of the
simultaneous ones came first; "crash", a node stopped, and comes back after "value" µs (null: not by itself); "strike",
it stops after [effects, back]; "return", it came back.

Formats 1 to 3 were those of the three kinds. They have no seals, first answers, cases handed over and counts of going
back; they are read.

A bet ("how": "bet") is named as in the level, which may be by a law; its value is the chance of its first side.

`after` counts events (World.count), `at` is true time in µs, a value is an integer, a text, null, a list of these, or
{"hex": "…"} for bytes. A last line without its end, as a kill may leave it, is left out. What compiles a level's text
into a scenario is passed in: nothing here knows level files.
"""

from __future__ import annotations

from core.record.appending import RunFile, lock
from core.record.identity import (
    Identity,
    IdentityError,
    Signer,
    is_signed,
    new_identity,
    read_identity,
    write_identity,
)
from core.record.reading import MOST_BYTES, clean, journal_in, read, read_but_journal
from core.record.replaying import Replay, is_only_watched
from core.record.run import (
    EXPLORED,
    FORMAT,
    LIVE,
    PLAYED,
    Attempt,
    Explored,
    First,
    Handed,
    Header,
    NewerFormatError,
    Result,
    Run,
    RunFileError,
    Seal,
    engine_version,
    header_of,
    result_of,
)
from core.record.sealing import Sealed, Sealing, sealing_of
from core.record.verifying import (
    Compile,
    OtherRulesError,
    Verification,
    contradiction,
    scenario_of,
    verify,
    with_journal,
)
from core.record.writing import answer_line, first_line, handed_line, header_line, journal_line, line_of, write

__all__ = [
    "EXPLORED", "FORMAT", "LIVE", "MOST_BYTES", "PLAYED", "Attempt", "Compile", "Explored", "First", "Handed",
    "Header", "Identity", "IdentityError", "NewerFormatError", "OtherRulesError", "Replay", "Result", "Run",
    "RunFile", "RunFileError", "Seal", "Sealed", "Sealing", "Signer", "Verification", "answer_line", "clean",
    "contradiction", "engine_version", "first_line", "handed_line", "header_line", "header_of", "is_only_watched",
    "is_signed", "journal_in", "journal_line", "line_of", "lock", "new_identity", "read", "read_but_journal",
    "read_identity", "result_of", "scenario_of", "sealing_of", "verify", "with_journal", "write", "write_identity",
]  # fmt: skip
