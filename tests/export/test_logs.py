"""The log for ShiViz and the lines of JSON."""

import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from core.export import JsonLinesError, json_lines, read_json_lines, shiviz_log
from core.export.shiviz import host_of
from core.kernel import trace as kinds
from core.kernel.scenario import Crash, Cut, DiceSpec, LinkSpec, NodeSpec
from core.protocols import PROTOCOLS
from core.protocols.peers.bittorrent import PROTOCOL as BITTORRENT
from core.protocols.premise.echo import PROTOCOL as ECHO
from core.protocols.premise.echo import Ping
from tests.export.captures import played, tcp_run
from tests.kernel.crowd import crowd
from tests.patience import ENOUGH

PINGS = ECHO.scenarios[0]


def parsed(world):
    """(host, clock, event) of every line, by the regular expression in the first line, as ShiViz does it."""
    text = "".join(shiviz_log(world.trace))
    expression, delimiter, log = text.split("\n", 2)
    assert delimiter == "", "there is one execution"
    for group in ("host", "clock", "event"):
        assert f"(?<{group}>" in expression
    pattern = re.compile(expression.replace("(?<", "(?P<"), re.MULTILINE)
    found = [(m["host"], json.loads(m["clock"]), m["event"]) for m in pattern.finditer(log)]
    assert len(found) == len(log.splitlines()) == len(world.trace)
    return found


RUNS = {
    "echo, lossy": lambda: played(PINGS.reseeded(3), network=DiceSpec(loss=0.3, duplicate=0.2)),
    "tcp": lambda: tcp_run(1, 2, loss=0.1, duplicate=0.1, garble=0.05, jitter=(0, 50_000)),
    "streams, a crash and a cut": lambda: played(
        BITTORRENT.scenarios[1],
        happenings=(Crash(900_000, "carol", 2_000_000), Cut(1_000_000, (("alice", "bob"),), 500_000)),
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_hosts_own_clock_begins_at_one_and_counts_its_events(name):
    own = {}
    for host, clock, _ in parsed(RUNS[name]()):
        own[host] = own.get(host, 0) + 1
        assert clock[host] == own[host]
        assert all(count <= own.get(other, 0) for other, count in clock.items()), "knows of what has not happened"


@pytest.mark.parametrize("name", RUNS)
def test_clocks_order_exactly_what_the_causes_order(name):
    """Event a is at or before b along causes and hosts, if and only if b's clock has reached a's own entry."""
    world = RUNS[name]()
    rows = parsed(world)[:250]
    before = []
    last = {}
    for number, entry in enumerate(list(world.trace)[: len(rows)]):
        host = host_of(entry)
        past = {number}
        for cause in (entry.cause, last.get(host, -1)):
            if cause >= 0:
                past |= before[cause]
        before.append(past)
        last[host] = number
    for later, (_, clock, _) in enumerate(rows):
        for earlier, (host, its_clock, _) in enumerate(rows[: later + 1]):
            assert (earlier in before[later]) == (clock.get(host, 0) >= its_clock[host])


def test_what_passes_routers_knows_of_them():
    links = {}
    for a, b in (("client", "r1"), ("r1", "server")):
        links[a, b] = links[b, a] = LinkSpec(latency=10_000)
    world = played(PINGS, nodes=(*PINGS.nodes, NodeSpec("r1", router=True)), links=links, default_link=None)
    received = next(row for row in parsed(world) if row[0] == "server" and "PING number 1 from" in row[2])
    assert received[1]["r1"] == 1


AS_A_BROWSER_READS = """
const [expression, delimiter, ...log] = require("fs").readFileSync(0, "utf8").split("\\n");
if (delimiter !== "") throw new Error("one execution, please");
const found = [];
// A file's first line becomes ShiViz's parser with an anchor at either end.
for (const match of log.join("\\n").matchAll(new RegExp("^" + expression + "$", "gm"))) {
    const {host, clock, event} = match.groups;
    const counts = JSON.parse(clock);
    if (!(host in counts)) throw new Error("the clock lacks its own host");
    if (Object.values(counts).some((count) => !Number.isInteger(count) || count < 1)) throw new Error(clock);
    found.push([host, counts, event]);
}
console.log(JSON.stringify(found));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed here")
@pytest.mark.parametrize("name", RUNS)
def test_the_expression_is_one_for_javascript_too(name):
    """ShiViz is a page in a browser: its expression must parse there as it does here."""
    world = RUNS[name]()
    text = "".join(shiviz_log(world.trace))
    found = subprocess.run(
        ["node", "-e", AS_A_BROWSER_READS], input=text, capture_output=True, text=True, timeout=ENOUGH, check=True
    )
    assert [tuple(row) for row in json.loads(found.stdout)] == parsed(world)


def test_a_loss_is_the_networks_event():
    world = RUNS["echo, lossy"]()
    drops = sum(entry.kind == kinds.DROP for entry in world.trace)
    assert sum(host == "network" for host, _, _ in parsed(world)) == drops > 0


# JSON


@pytest.mark.parametrize("name", RUNS)
def test_json_lines_give_the_trace_back(name):
    world = RUNS[name]()
    header, entries = read_json_lines("".join(json_lines(world)).splitlines())
    assert entries == list(world.trace)
    assert header["trace_sha256"] == world.trace_sha256()
    assert header["entries"] == len(entries)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_the_trace_of_every_protocol_survives(protocol):
    world = played(protocol.scenarios[-1])
    lines = list(json_lines(world))
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    _, entries = read_json_lines(lines)
    assert entries == list(world.trace)
    assert [type(entry.detail) for entry in entries] == [type(entry.detail) for entry in world.trace]


def test_a_line_can_be_read_without_us():
    world = played(PINGS)
    rows = [json.loads(line) for line in json_lines(world)][1:]
    (first,) = [row for row in rows if row["kind"] == "send"][:1]
    assert first["detail"] == {"class": "echo:Ping", "fields": {"number": 1}}
    assert bytes.fromhex(first["bytes"]) == world.bytes_of(world.trace[first["number"]])
    assert first["words"] == "PING number 1 sent to server"


def test_a_long_message_is_written_once():
    world = played(BITTORRENT.scenarios[1])
    lines = list(json_lines(world))
    data = next(entry for entry in world.trace if entry.kind == kinds.SEND and len(world.bytes_of(entry)) > 10_000)
    assert len(lines[1 + data.number]) > 20_000
    received = next(entry for entry in world.trace if entry.cause == data.number and entry.kind == kinds.RECEIVE)
    assert len(lines[1 + received.number]) < 1_000


HEADER = '{"ackademy":"trace","format":2}'
GOOD = (
    '{"number":0,"time":0,"node":"a","kind":"deliver","peer":"",'
    '"detail":%s,"cause":-1,"answers":[],"note":"","event":0}'
)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "line 1: there is none"),
        (["{}"], "line 1: this is no trace of format 2"),
        (["["], "line 1"),
        ([HEADER, "[]"], "line 2: a line is an object"),
        ([HEADER, "{}"], "line 2: 'answers' is missing"),
        ([HEADER, GOOD % '{"class":"os:environ","fields":{}}'], "no message here is called os:environ"),
        ([HEADER, GOOD % '{"class":"echo:PROTOCOL","fields":{}}'], "no message here"),
        ([HEADER, GOOD % '{"class":"echo:Ping","fields":{}}'], "Ping has other fields"),
        ([HEADER, GOOD % '{"enum":"core.wire.tcp:Flags","value":"x"}'], "line 2"),
        ([HEADER, GOOD % '{"of":0}'], "no entry 0 stands before it"),
        ([HEADER, GOOD % "1.5"], "numbers here are whole"),
        ([HEADER, GOOD % '{"what":1}'], "nothing is written as"),
    ],
)
def test_what_is_no_trace_is_refused_in_words(lines, problem):
    with pytest.raises(JsonLinesError, match=re.escape(problem)):
        read_json_lines(lines)


def test_a_message_keeps_its_very_type():
    _, (entry,) = read_json_lines([HEADER, GOOD % '{"class":"echo:Ping","fields":{"number":3}}'])
    assert entry.detail == Ping(3)
    assert replace(entry.detail, number=4) == Ping(4)


def test_saves_crashes_and_restarts_are_in_both_logs_with_what_a_crash_tore():
    crash = Crash(30_000, "server", back=100_000, effects=0)
    world = played(PINGS, happenings=(crash,))
    torn = next(entry for entry in world.trace if entry.kind == kinds.CRASH)
    words = "server crashed; done: nothing; not done: PONG number 1 to client"
    assert any(host == "server" and event.endswith(words) for host, _, event in parsed(world))
    assert any(event.endswith("server restarted") for _, _, event in parsed(world))
    lines = list(json_lines(world))
    assert sum(json.loads(line).get("words") == words for line in lines) == 1
    _, entries = read_json_lines(lines)
    assert entries[torn.number].detail == torn.detail
    assert entries == list(world.trace)
    saving = played(crowd(2))
    assert sum("saved: hops" in event for _, _, event in parsed(saving)) == 2
    assert sum('"words":"saved: hops' in line for line in json_lines(saving)) == 2
