"""What must hold between servers, clients and browsers, and what is measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import COMMON_MEASURES, PART, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import always_each, sometimes_one
from core.kernel.trace import DELIVER, OPEN, Entry
from core.protocols.applications.http.client import Asker, Browser, Client, Result
from core.protocols.applications.http.personas import READABLE_LAW, TRUE_LAW
from core.protocols.applications.http.server import Server
from core.protocols.applications.http.site import status_for
from core.wire.http1 import HttpError, StreamDecoder, host_problem, path_of


def expected(server: Server, client: Client, number: int) -> int:
    """The status that the RFC prescribes for a client's request, whatever conditions it names."""
    request = client.request(number)
    if request is None:
        return _refusal(client.blocks[number])
    due = status_for(request, server.site, host_problem(request), server.began)
    return 200 if due == 304 else due


def _refusal(data: bytes) -> int:
    """The status for bytes that are no request: as the fault in them has it; 408 if the rest of one never comes."""
    try:
        StreamDecoder().feed(data)
    except HttpError as error:
        return error.status
    return 408


def right(server: Server, client: Client, result: Result) -> bool:
    """Does the client know the truth? Of a page: it has it, byte for byte, anew or as its own copy."""
    due = expected(server, client, result.number)
    request = client.request(result.number)
    if due != 200 or request is None:
        return result.status == due
    page = server.site[path_of(request)]
    if result.status not in (200, 304):
        return False
    if request.method == "HEAD":
        return result.status == 304 or result.length in (-1, len(page.body))
    return result.body == page.body


@dataclass
class Falsehoods:
    """What was seen that the server does not have."""

    answers: int = 0
    pages: bool = False
    known: dict[str, int] = field(default_factory=dict)
    """Of every browser, how many of its pages were looked at."""


def _watch_results(evidence: Evidence, entry: Entry) -> None:
    """Of what was handed to users: is it a page, and not the one that the server has?"""
    if entry.kind != DELIVER or not isinstance(entry.detail, Result):
        return
    client = evidence.machine(entry.node, Client)
    server = evidence.machine(client.server, Server) if client is not None else None
    if (
        client is not None
        and server is not None
        and entry.detail.status in (200, 304)
        and not right(server, client, entry.detail)
    ):
        evidence.recall(Falsehoods).answers += 1


def _watch_shown(evidence: Evidence, entry: Entry, **_: object) -> None:
    """Of what a browser has come to show: is it what the server has at that moment? It may have another one later."""
    browser = evidence.machine(entry.node, Browser)
    server = evidence.machine(browser.server, Server) if browser is not None else None
    if server is None or browser is None:
        return
    seen = evidence.recall(Falsehoods)
    before = seen.known.get(entry.node, 0)
    for target in list(browser.got)[before:]:
        page = server.site.get(target.split("?")[0])
        if page is None or page.body != browser.got[target]:
            seen.pages = True
    seen.known[entry.node] = len(browser.got)


def _watch_both(evidence: Evidence, entry: Entry) -> None:
    _watch_results(evidence, entry)
    _watch_shown(evidence, entry)


def _shows_the_truth(evidence: Evidence) -> bool:
    return not evidence.recall(Falsehoods).pages


def _true(evidence: Evidence) -> bool:
    return not evidence.recall(Falsehoods).answers and _shows_the_truth(evidence)


def _answered(evidence: Evidence, client: str) -> bool:
    machine = evidence.machine(client, Client)
    if machine is None or not machine.done:
        return False
    server = evidence.machine(machine.server, Server)
    return server is not None and all(right(server, machine, result) for result in machine.results)


def _watch_client(evidence: Evidence, entry: Entry, client: str) -> None:
    if entry.kind == DELIVER and entry.node == client and isinstance(entry.detail, Result):
        machine = evidence.machine(client, Client)
        server = evidence.machine(machine.server, Server) if machine is not None else None
        if machine is not None and server is not None and not right(server, machine, entry.detail):
            evidence.recall(Falsehoods).answers += 1


def _misled(evidence: Evidence, client: str) -> bool:
    return evidence.recall(Falsehoods).answers > 0


@dataclass
class Opened:
    """How many connections clients and browsers have opened."""

    count: int = 0


def _watch_opened(evidence: Evidence, entry: Entry, number: int) -> None:
    if entry.kind == OPEN and evidence.machine(entry.node, Asker) is not None:
        evidence.recall(Opened).count += 1


def _octets(evidence: Evidence, node: str) -> int:
    """As servers count them; a client or browser, where nobody else is looked at, as they came to it."""
    sent = sum(server.octets for server in evidence.running(Server))
    return sent or sum(asker.octets for asker in evidence.running(Asker))


def _connections(evidence: Evidence, node: str) -> int:
    """As those count them who open; a server, where nobody else is looked at, as they came to it."""
    opened = sum(b.count for b in evidence.running(Browser)) + sum(c.opened for c in evidence.running(Client))
    return opened or sum(server.accepted for server in evidence.running(Server))


def _loaded(evidence: Evidence, browser: str) -> bool:
    machine = evidence.machine(browser, Browser)
    return machine is not None and machine.ended >= 0 and not machine.failed and _shows_the_truth(evidence)


def _in_rounds(evidence: Evidence, browser: str, rounds: int) -> bool:
    machine = evidence.machine(browser, Browser)
    return machine is not None and _loaded(evidence, browser) and 0 < machine.rounds <= rounds


def _shows(evidence: Evidence, browser: str, count: int, time: int) -> bool:
    machine = evidence.machine(browser, Browser)
    return machine is not None and machine.by(time) >= count


def _told(evidence: Evidence, server: str, count: int) -> bool:
    machine = evidence.machine(server, Server)
    return machine is not None and machine.right >= count


def _telling(evidence: Evidence, server: str, count: int) -> Tally | None:
    machine = evidence.machine(server, Server)
    return None if machine is None else Tally(min(machine.right, count), count)


def _too_few(evidence: Evidence, browser: str, count: int, time: int) -> bool:
    machine = evidence.machine(browser, Browser)
    if machine is None or machine.began < 0 or evidence.now - machine.began <= time:
        return False
    return machine.by(time) < count


def _answers(evidence: Evidence, client: str) -> Tally | None:
    machine = evidence.machine(client, Client)
    return None if machine is None else Tally(len(machine.results), len(machine.blocks))


def _pictures(evidence: Evidence, browser: str, **_: int) -> Tally | None:
    """Of what the page shows, once that is known, itself among it."""
    machine = evidence.machine(browser, Browser)
    return None if machine is None or machine.page not in machine.got else Tally(len(machine.got), len(machine.tries))


def _showing(evidence: Evidence, browser: str, count: int, time: int) -> Tally | None:
    machine = evidence.machine(browser, Browser)
    return None if machine is None else Tally(machine.by(time), count)


TRUE = always(TRUE_LAW, _true, watch=_watch_both)
READABLE = always_each(READABLE_LAW, Asker, lambda asker: not asker.unreadable)
COPY_KEPT = sometimes_one(
    "a copy is kept", Client, lambda client: any(result.status == 304 for result in client.results)
)
HELD = sometimes_one("an answer waits for its turn", Server, lambda server: server.held > 0)
ANSWERED = eventually("{client:node} has every answer, right and whole", _answered, assumes=("no_crash",),
                      tally=_answers, counted="client")  # fmt: skip
LOADED = eventually("{browser:node} has the whole page", _loaded, watch=_watch_shown, assumes=("no_crash",),
                    tally=_pictures, counted="browser")  # fmt: skip
IN_ROUNDS = eventually(
    "{browser:node} has the whole page in {rounds:number} round trips", _in_rounds, watch=_watch_shown,
    tally=_pictures, counted="browser",
)  # fmt: skip
SHOWS = eventually(
    "{browser:node} shows {count:number} pictures by {time:duration}", _shows, known="browser", tally=_showing
)
TOO_FEW = sometimes(
    "{browser:node} shows fewer than {count:number} pictures by {time:duration}", _too_few, known="browser"
)
MISLED = sometimes("{client:node} is misled", _misled, watch=_watch_client)
FEW_OPENED = always(
    "no more than {number:number} connections are opened",
    lambda evidence, number: evidence.recall(Opened).count <= number,
    watch=_watch_opened,
)

TOLD = eventually(
    "{server:node} has told {count:number} requests what is true of them", _told, assumes=("no_crash",), known="server",
    tally=_telling,
)  # fmt: skip
"""Of a server whose clients nobody here sees into."""

LAWS = (TRUE, READABLE, COPY_KEPT, HELD, ANSWERED, LOADED, IN_ROUNDS, SHOWS, TOO_FEW, MISLED, FEW_OPENED, TOLD)


def _rounds(evidence: Evidence, node: str) -> int:
    """Of the slowest browser; while one loads, the round trips so far."""
    found = [
        browser.rounds or -(-(evidence.now - max(0, browser.began)) // max(1, browser.round_trip))
        for browser in evidence.running(Browser)
    ]
    return max(found, default=0)


def _waiting(evidence: Evidence, node: str) -> int:
    times = [at for browser in evidence.running(Browser) for target, at in browser.at.items() if target != browser.page]
    return sum(times) // len(times) if times else evidence.now


MEASURES: tuple[Measure, ...] = (
    *COMMON_MEASURES,
    Measure(
        "bytes",
        "bytes that servers sent",
        _octets,
        "B",
        known=PART,
        roles=(Server, Browser, Client),
    ),
    Measure("waiting", "mean time until a picture is there", _waiting, "µs", known=PART, roles=(Browser,)),
    Measure("round trips", "round trips until the page is whole", _rounds, known=PART, roles=(Browser,)),
    Measure(
        "connections",
        "connections opened",
        _connections,
        known=PART,
        roles=(Browser, Client, Server),
    ),
)
