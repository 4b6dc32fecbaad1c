"""Every level at 80x24, played rightly, wrongly and idly: no text is cut without a sign that says how the rest is had,
and every word of the trade that comes up is declared, so that it is explained where it does."""

import re
import sys
from types import SimpleNamespace

import pytest

import tui.widgets.canvas as canvas_module
from core.protocols import PROTOCOLS
from levels.loader import campaign, every_act
from levels.schema import MOST_TERM
from tests.tui.walking import HOW, walk
from tui.screens import play_terms
from tui.screens.play_panels import BOOK, BYTES, LOG, PANELS
from tui.screens.play_terms import PlayTerms
from tui.widgets.canvas import Canvas, cut, wrapped

LEVELS = {level.id: level for level in every_act()}
MARKED = ("pictures/", "look/ribbon.py", "look/strip.py", "widgets/spacetime", "widgets/disk.py")
"""Where a text that has no room ends in "..": whole it stands in the log, as the key of signs says."""
LETTERS = re.compile(r"[A-Za-z]{2}")


class Cuts:
    """What is cut while this listens: by whom, and what."""

    def __init__(self, monkeypatch):
        self.found = set()
        put = Canvas.put

        def heard_put(canvas, x, y, text, *args, **options):
            shown = text.rstrip()
            outside = x < 0 or x + canvas_module.cell_len(shown) > canvas.width or not 0 <= y < canvas.height
            if outside and LETTERS.search(shown):
                self.say("lies outside", shown)
            return put(canvas, x, y, text, *args, **options)

        def heard_cut(text, width):
            if cut(text, width) != text:
                self.say("is cut", text, marked=True)
            return cut(text, width)

        def heard_wrapped(text, width, rows=1_000):
            if len(wrapped(text, width)) > rows:
                self.say("is cut", text, marked=True)
            return wrapped(text, width, rows)

        monkeypatch.setattr(Canvas, "put", heard_put)
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").startswith("tui."):
                for name, old, new in (("cut", cut, heard_cut), ("wrapped", wrapped, heard_wrapped)):
                    if getattr(module, name, None) is old:
                        monkeypatch.setattr(module, name, new)

    def say(self, how, text, marked=False):
        frame = sys._getframe(2)
        while frame.f_code.co_filename.endswith("widgets/canvas.py"):
            frame = frame.f_back
        where = frame.f_code.co_filename.rpartition("/tui/")[2]
        if not (marked and where.startswith(MARKED)):
            self.found.add(f"{where} {frame.f_code.co_name}: {text!r} {how}")


PLAIN = frozenset(
    """
    WON LOST OK YOU THE II III IV VI VII VIII XII IT IS ME WE NOT NO PAGE TODAY AND BACK F5 F9
    HELLO SHOUT LOUDER PSST HERE ANYBODY THERE PLEASE GOOD DAY GOODBYE BYE HOW ARE STILL
    PAY ANA BEN SELL KEEP BELL STAY RUN QUIET GATE SERVER SENT FILED DEPOSIT BREW ALICE BOB EARTH MARS PREMISE
    BAD GOT EL SF NY RO
    """.split()  # noqa: SIM905 - that many are read better so
)
"""Words in capitals that are no words of the trade: what is shouted, sold and sent, and names."""
CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w-])")


TRADE = """
    checksum datagram segment fragment prefix router gateway broadcast multicast choke unchoke seeder tracker swarm
    finger successor predecessor coordinator election quorum time-out retransmission handshake socket port backlog hash
    offset latency bandwidth acknowledgement bitfield hop header congestion queue leader follower heartbeat lease epoch
    half-open alignment endian pipelining cache chunked slew drift skew jitter round-trip node peer gossip subnet bind
    recvfrom threshold cwnd ssthresh rto linger duplicate probe free-rider octet marshal fsync replica
    """.split()  # noqa: SIM905 - that many are read better so
"""Words of the trade in small letters: whoever has never worked with networks does not know what they mean here."""
TRADE_WORDS = {
    word: re.compile(rf"(?<![\w-]){word.replace('-', '[- ]')}(?:s|es)?(?![\w-])", re.IGNORECASE) for word in TRADE
}


def unexplained(level, text):
    """The words of the trade in a text that no term of the level explains."""
    patterns = [play_terms._pattern(term) for term in level.terms]
    found = {word: pattern.search(text) for word, pattern in TRADE_WORDS.items()}
    return {
        word
        for word, said in found.items()
        if said and not any(TRADE_WORDS[word].search(term) for term in level.terms)
        and not any(pattern.search(said[0]) for pattern in patterns)
    }  # fmt: skip


def test_a_word_of_the_trade_that_nobody_explains_is_found():
    level = SimpleNamespace(terms={"ACK": "a.", "congestion window": "b.", "hop": "c."})
    assert unexplained(level, "Two hops, a congested window, then the Sockets and a time out.") == {
        "socket",
        "time-out",
    }
    assert unexplained(level, "A congestion window in ports.") == {"port"}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", LEVELS)
def test_nothing_is_cut_and_every_word_of_the_trade_is_declared(name, how, monkeypatch):
    level = LEVELS[name]
    cuts = Cuts(monkeypatch)
    declared = {word for term in level.terms for word in (*CAPITALS.findall(term), term.upper())}
    unknown, trade = set(), set()
    for walked, drawn in walk(level, how):
        text = "\n".join(str(canvas) for part, canvas in drawn.items() if part != "ribbon")
        text += "\n".join(words.text for words in walked.bridge.words)
        trade |= unexplained(level, text)
        said = set(CAPITALS.findall(text)) - declared - PLAIN
        unknown |= {word for word in said if not any(term.startswith(word) for term in declared)}  # under another tile
    assert not cuts.found
    assert not unknown, "declare them: in the room's `terms`, or in the level's [text] terms"
    assert not trade, "declare them likewise"


def paged(walked):
    """What is said, from page to page."""
    found = []
    walked.draw()  # how many pages there are is known once they are drawn
    for _ in range(20):
        canvas = walked.draw()["control"]
        rows = [canvas.text(hot.y) for hot in canvas.hots if isinstance(hot.target, tuple) and hot.target[0] == "words"]
        found.append(" ".join(re.sub(r"\S+( down)? (more|back) \d/\d", "", row[5:]) for row in rows))
        if not walked.words.has_more or "back" in canvas.text(len(rows) - 1):
            break
        walked.words.more()
    return " ".join(" ".join(found).split())


@pytest.mark.parametrize("panel", [False, True])
@pytest.mark.parametrize("name", ["swarm/last-copy", "swarm/bad-apple"])
def test_beside_a_long_list_a_verdict_has_pages_and_none_of_it_is_lost(name, panel):
    """Also while a panel lies over the picture that else has the list."""
    verdicts = 0
    for walked, _ in (stop for how in ("wrong", "idle") for stop in walk(LEVELS[name], how)):
        told = next((words for words in reversed(walked.bridge.words) if words.sign != "."), None)
        if walked.bridge.over is None and walked.bridge.pending is None and told is not None and told.sign in "~!!":
            walked.panels.shown = panel
            assert paged(walked) == " ".join(told.text.split())
            verdicts += 1
    assert verdicts


BARE = [level.id for level in every_act() if level.play.bare and level.terms and not level.scenario.live]
ART = re.compile("[ ▀▄⠀-⣿]*")
"""Stars, and the pixels of a planet: nobody points at them."""
EXPLAINED = (("§§§", "§ " * 20), ("§§", "§ " * 60), ("§", "§ " * 200))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("name", BARE)
def test_on_a_bare_stage_an_explained_word_hides_nothing_that_one_points_at(name, size):
    """Nor the line of keys, nor what the hand's pockets hold, nor at the end what the run came to: that moves down."""
    explained = 0
    for stop, (walked, _) in enumerate(walk(LEVELS[name], "right", *size)):
        walked.bare.terms = ()
        without = walked.draw()["picture"]
        walked.bare.terms = EXPLAINED
        drawn = walked.draw()["picture"]
        explained += walked.bare.explained
        for y, (before, now) in enumerate(zip(str(without).splitlines(), str(drawn).splitlines(), strict=True)):
            hidden = "".join(
                was for was, at in zip(before.ljust(size[0]), now.ljust(size[0]), strict=True) if at == "§"
            )
            words = re.search(r"(pockets [●○ ]*[●○]|\w+ \d.*\(par.*\))", before)
            if words is None:
                assert ART.fullmatch(hidden), hidden
                assert not hidden or not [hot for hot in without.hots if hot.y <= y < hot.y + hot.height]
            else:
                assert words[0] in str(drawn)
        assert drawn.text(drawn.height - 1) == without.text(drawn.height - 1)
        if stop == 4:
            break
    assert explained


JARGON = re.compile(r"\b(CORBA|IDL|CDR|discriminator|union|struct|enum|octet sequence)\b")
"""What no level of the first two worlds teaches, but for those that marshal."""


@pytest.mark.parametrize("name", [level.id for world in campaign()[:2] for level in world.levels])
def test_jargon_that_no_level_teaches_stays_out_of_the_first_two_worlds(name):
    level = LEVELS[name]
    if level.protocol == "marshal":
        return
    found = set()
    for walked, drawn in walk(level, "wrong"):
        for panel in range(len(PANELS)):
            walked.panels.show(panel)
            canvas = Canvas(80, 400 if panel in (BOOK, LOG) else 40)
            walked.panels.draw(canvas)
            drawn[PANELS[panel]] = canvas
            for _ in range(30 if panel == BYTES else 0):
                walked.panels.bytes_key("right")
                walked.panels.draw(canvas)
                found |= set(JARGON.findall(str(canvas)))
        found |= {word for canvas in drawn.values() for word in JARGON.findall(str(canvas))}
    assert not found


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_each_word_has_one_plain_sentence(protocol):
    for term, said in protocol.terms.items():
        assert said.endswith((".", "?")), term
        assert len(said) <= MOST_TERM, term
        assert "\n" not in said


def test_a_word_is_found_as_it_is_said(monkeypatch):
    monkeypatch.setattr(play_terms, "MOST", 3)
    level = SimpleNamespace(
        id="x",
        terms={"ACK": "a.", "congestion window": "b.", "window": "c.", "hop": "d."},
        scenario=SimpleNamespace(protocols={}),
        texts=SimpleNamespace(terms={}),
    )
    met = []
    terms = PlayTerms(level, ["/window"], met.append)
    assert not terms.look("the window, a shop, a hopper, back, ACKs")
    assert terms.look("two HOPS: Congestion\n  windows, one ACK")
    assert [name for name, _ in terms.now] == ["hop", "congestion window", "ACK"]
    terms.shown(2)
    assert met == ["/hop", "/congestion window"]
    assert set(terms.met) == {"window", "hop", "congestion window"}
    assert not terms.look("one ACK"), "not while others are explained"
    terms.go_on()
    assert terms.look("one ACK")
