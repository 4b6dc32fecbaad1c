"""The pictures of framing and HTTP: bytes as cells, connections as lines."""

from core.kernel.choice import Value
from levels.loader import load
from tui.bridge import Bridge, session_of
from tui.pictures.applications.http import notes
from tui.pictures.general import picture_of
from tui.pictures.octets import draw_octets, letters
from tui.widgets.canvas import Canvas, Ink


def asked_first(name: str, choice: str, width: int = 60, height: int = 12, draft: Value = None) -> tuple[Bridge, str]:
    """The level's picture when the choice is first asked, everything before it answered by the book."""
    level = load(name)
    bridge = Bridge(level, session_of(level, paused=True))
    for _ in range(500):
        question = bridge.session.question
        if question is not None and question.asked.choice.name == choice:
            break
        if question is not None:
            bridge.session.answer(question.asked.book, question)
        elif not bridge.session.step():
            break
    bridge.refresh_doing()
    bridge.freshen()
    canvas = Canvas(width, height)
    picture_of(level.protocol)(canvas, bridge.scene())
    return bridge, str(canvas)


def test_letters_stand_over_their_first_byte() -> None:
    assert letters("aü\r\n".encode()) == ["a", "ü", "", "\\r", "\\n"]
    assert letters(b"\xffa\x00") == ["ff", "a", "00"]


def test_bytes_are_cut_where_the_draft_says() -> None:
    canvas = Canvas(40, 6)
    assert draw_octets(canvas, 0, b"hello, world", 7) == 2
    assert canvas.text(0).startswith(" h  e  l  l  o  ,    |w")
    assert "^7" in canvas.text(1)
    assert canvas.inks[0][1] is Ink.CHOSEN
    assert canvas.inks[0][22] is Ink.PLAIN
    narrow = Canvas(12, 20)
    assert draw_octets(narrow, 0, b"hello, world", None, codes=True) == 12


def test_the_bytes_held_are_on_the_board() -> None:
    _, text = asked_first("web/where-does-it-end", "framing.end")
    assert "from ana, netstring: 2 bytes" in text
    assert " 7  :" in text
    assert "bob" in text


def test_a_page_is_shown_in_letters_and_bytes() -> None:
    _, text = asked_first("web/front-page", "http.length")
    assert " K  ö     l  n     7  °" in text
    assert " 4b c3 b6 6c 6e 20 37 c2 b0" in text


def test_a_browser_sees_what_stands_on_its_connections() -> None:
    bridge, _ = asked_first("web/ten-pictures", "http.fetch")
    question = bridge.session.question
    assert question is not None
    assert notes(bridge.scene(), question.asked) == {"1": "free"}
    bridge.session.answer("1", question)
    while bridge.session.question is None:
        bridge.session.step()
    bridge.refresh_doing()
    scene = bridge.scene()
    assert notes(scene, bridge.session.question.asked) == {"1": f"behind {question.asked.target}"}
    canvas = Canvas(60, 12)
    picture_of("http")(canvas, scene)
    assert f" {question.asked.target} ━" in str(canvas)
    assert "round trips" in str(canvas)
